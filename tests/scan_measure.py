"""How well `openness scan` finds models: a list of uses against labels, as recall and precision.

`python tests/scan_measure.py [FOLDER LABELS]` prints the table, and every miss, false alarm and wrong revision. What the
labels mean stands at the head of `scan_fixture_labels.yaml`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from openness.discover.names import is_pinned
from openness.usage import Use

FIXTURE = Path(__file__).parent / "scan_fixture"
LABELS = Path(__file__).parent / "scan_fixture_labels.yaml"

FORMS = (
    ("*.py", "python"),
    ("*.ipynb", "notebook"),
    ("*.sh", "shell"),
    ("*.[jt]s", "javascript"),
    ("*.[jt]sx", "javascript"),
    ("*.md", "model card"),
    ("*.gguf", "weights"),
    ("*.safetensors", "weights"),
    ("*Modelfile*", "modelfile"),
    ("*Dockerfile*", "dockerfile"),
    ("*compose*", "compose"),
    ("*Makefile*", "makefile"),
    (".github/*", "github"),
    (".gitlab*", "gitlab"),
    ("*/k8s/*", "kubernetes"),
    ("*/chart/*", "helm"),
    ("*.y*ml", "yaml"),
    ("*.json", "json"),
    ("*.toml", "toml"),
    ("*", "other"),
)
"""Pattern of a path → what kind of file it is; the first that fits."""


class Place(NamedTuple):
    """Where a use may be reported."""

    path: str
    line: int | None
    """None where the file itself is the model."""


class Label(NamedTuple):
    """One use that has to be found."""

    places: tuple[Place, ...]
    models: frozenset[str]
    """The name, and other spellings of it."""

    kind: str
    revision: str | None
    about_revision: bool
    """Whether the label says anything about the revision."""

    def fits(self, use: Use) -> bool:
        """Whether a report is of this use: path, line and name agree."""
        where = (Place(use.path, use.line), Place(use.path, None))
        return use.model in self.models and any(place in self.places for place in where)

    def agrees(self, use: Use) -> bool:
        """Whether the report is right on the revision: pinned to the same one, or not pinned."""
        return use.pinned == is_pinned(self.revision) and (not use.pinned or use.revision == self.revision)

    def __str__(self) -> str:
        return f"{self.places[0].path}:{self.places[0].line or ''} {sorted(self.models, key=len)[-1]}"


class Trap(NamedTuple):
    """A string that looks like a model."""

    place: Place
    string: str
    why: str


class Labels(NamedTuple):
    """What a folder holds."""

    uses: tuple[Label, ...]
    traps: tuple[Trap, ...]
    not_read: tuple[str, ...]


class Measure(NamedTuple):
    """What a list of reports came to."""

    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    right: tuple[Use, ...]
    false: tuple[Use, ...]
    """Reports of what is no use."""

    kinds: tuple[Label, ...]
    """Found, but as another kind."""

    revisions: tuple[Label, ...]
    """Found, but with another revision."""

    @property
    def recall(self) -> float:
        """Share of the uses that were found, 0 to 1."""
        return len(self.found) / max(1, len(self.found) + len(self.missed))

    @property
    def precision(self) -> float:
        """Share of the reports that are of a use, 0 to 1; 1 where nothing is reported."""
        return len(self.right) / (len(self.right) + len(self.false)) if self.right or self.false else 1.0


def read(path: Path = LABELS) -> Labels:
    """The labels of a file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Labels(
        uses=tuple(_label(file, entry) for file, entries in content["uses"].items() for entry in entries),
        traps=tuple(
            Trap(Place(file, entry["line"]), entry["string"], entry["why"])
            for file, entries in content["traps"].items()
            for entry in entries
        ),
        not_read=tuple(content["not_read"]),
    )


def _label(file: str, entry: dict[str, Any]) -> Label:
    also = (place.rpartition(":") for place in entry.get("also", ()))
    return Label(
        places=(Place(file, entry["line"]), *(Place(path, int(line)) for path, _, line in also)),
        models=frozenset([entry["model"], *entry.get("accept", ())]),
        kind=entry["kind"],
        revision=entry.get("revision"),
        about_revision="revision" in entry,
    )


def measure(uses: Iterable[Use], labels: Labels) -> Measure:
    """Reports against labels. The same model reported twice at one line counts once."""
    uses = list({(use.path, use.line, use.model, use.revision): use for use in uses}.values())
    found = {label: [use for use in uses if label.fits(use)] for label in labels.uses}
    right = {id(use) for fitting in found.values() for use in fitting}
    return Measure(
        found=tuple(label for label, fitting in found.items() if fitting),
        missed=tuple(label for label, fitting in found.items() if not fitting),
        right=tuple(use for use in uses if id(use) in right),
        false=tuple(use for use in uses if id(use) not in right),
        kinds=tuple(one for one, fitting in found.items() if fitting and all(use.kind != one.kind for use in fitting)),
        revisions=tuple(
            label
            for label, fitting in found.items()
            if fitting and label.about_revision and not any(label.agrees(use) for use in fitting)
        ),
    )


def text(measured: Measure, labels: Labels) -> str:
    """The measure for a person: a table by form, then all that is wrong, a line each."""
    lines = [f"{'form':12} {'uses':>5} {'found':>5} {'recall':>7} {'false':>5} {'precision':>9}"]
    forms = dict.fromkeys(form for _, form in FORMS)
    for form in forms:
        part = measured._replace(
            found=tuple(label for label in measured.found if form_of(label.places[0].path) == form),
            missed=tuple(label for label in measured.missed if form_of(label.places[0].path) == form),
            right=tuple(use for use in measured.right if form_of(use.path) == form),
            false=tuple(use for use in measured.false if form_of(use.path) == form),
        )
        if part.found or part.missed or part.false:
            lines.append(_row(form, part))
    lines.append(_row("all", measured))
    lines += [f"missed: {label}" for label in measured.missed]
    lines += [f"false: {use.path}:{use.line} {use.model} ({use.via}){_why(use, labels)}" for use in measured.false]
    lines += [f"wrong kind: {label} is {label.kind}" for label in measured.kinds]
    lines += [f"wrong revision: {label} has {label.revision}" for label in measured.revisions]
    return "\n".join(lines)


def _row(name: str, part: Measure) -> str:
    count = len(part.found) + len(part.missed)
    return f"{name:12} {count:5} {len(part.found):5} {part.recall:7.3f} {len(part.false):5} {part.precision:9.3f}"


def _why(use: Use, labels: Labels) -> str:
    """What the trap is, where the report stands on the line of one."""
    here = [trap for trap in labels.traps if trap.place in (Place(use.path, use.line), Place(use.path, None))]
    named = [trap for trap in here if use.model in trap.string or trap.string in use.model] or here
    return f": {named[0].why}" if named else ""


def form_of(path: str) -> str:
    """The kind of file."""
    return next(form for pattern, form in FORMS if fnmatch(path, pattern))


if __name__ == "__main__":
    from importlib import import_module

    folder, labelled = (Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) == 3 else (FIXTURE, LABELS)
    wanted = read(labelled)
    reported, _ = import_module("openness.discover.tree").uses(folder)
    print(text(measure(reported, wanted), wanted))
