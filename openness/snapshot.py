"""The vocabulary of comparison: what of a release is compared with another state of it, and what changed.

A `Snapshot` is made from an assessment (`openness/diff`) or from a report written earlier
(`openness/sources/report.py`). None in one of its fields means: not on record, so not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Generic, NamedTuple, TypeVar

from openness.model import NOASSERTION, NOTHING, Basis, Evidence, Severity

T = TypeVar("T")

FactValue = bool | str | None
"""Of a fact: yes, no, unknown, or a word (`gated`, `not-applicable`)."""

_SIZE = re.compile(r"(\d[\d,]*) bytes\b")


class Licensed(NamedTuple):
    """The licence of one component."""

    declared: tuple[str, ...] = ()
    concluded: str = NOASSERTION
    status: str = "missing"


class State(NamedTuple):
    """One component."""

    facts: Mapping[str, FactValue] = NOTHING
    """`available`, `complete`, `used`, `access`, and each part by its name; absent = unknown."""

    license: Licensed = Licensed()


NO_STATE = State()


class Duty(NamedTuple):
    """One term of the licence of the weights."""

    severity: Severity
    clause: str
    """Where the licence says it."""

    license: str
    """Its id; `NOASSERTION` for a term recognised in a text that is no known licence."""

    text: str
    """The term as a sentence; empty where it was only recognised."""

    value: str = ""
    """How much, what or where; empty where nothing is on record."""


class LicenseText(NamedTuple):
    """One licence text of the release."""

    sha256: str | None
    text: str | None
    """None: only the digest is on record."""


class WeightFile(NamedTuple):
    """One file of weights that was seen itself."""

    sha256: str | None
    size: int | None
    """Bytes."""


class Problem(NamedTuple):
    """A finding, as it is compared."""

    id: str
    severity: str
    message: str


class Standing(NamedTuple):
    """The verdict of one definition."""

    at_least: str
    at_most: str
    text: str
    results: Mapping[str, str]
    """Rule → kind."""


class Snapshot(NamedTuple):
    """One state of a release. Paths are relative to the folder that was read."""

    release: str
    target: str
    revision: str | None
    headline: str
    """The definition whose verdict is the headline."""

    standings: Mapping[str, Standing]
    """Definition → its verdict, the headline's among them."""

    components: Mapping[str, State]
    terms: Mapping[str, Duty]
    """Term → what the licence of the weights says of it; the severest where several licences have it."""

    terms_known: bool
    """Whether a term that is not in `terms` is known not to be there."""

    findings: tuple[Problem, ...]
    texts: Mapping[str, LicenseText] | None
    """Path → licence text."""

    weights: Mapping[str, WeightFile] | None
    """Path → file."""

    bases: frozenset[tuple[str, str]] | None
    """(model, relation) of every model that it says it was made from; relation empty where that is not said."""

    definitions: Mapping[str, str] = NOTHING
    """Definition → SHA-256 of its text."""

    tool: str = ""
    """Version of the program that made it."""


class Change(NamedTuple, Generic[T]):
    """One thing of which at least one side has a value."""

    name: str
    old: T | None
    new: T | None

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"


class FactChange(NamedTuple):
    """A fact of a component that has another value."""

    component: str
    fact: str
    old: FactValue
    new: FactValue


class Passage(NamedTuple):
    """A place where the words of two texts differ."""

    kind: str
    """`added`, `removed` or `changed`."""

    old_lines: tuple[int, int]
    """First and last line, 1-based; for added words the lines between which the old text lacks them."""

    new_lines: tuple[int, int]
    """The same in the new text."""

    old: str
    """The words on one line, with what stands between them; empty where they were added."""

    new: str


class TextChange(NamedTuple):
    """A licence text that came, went or is another."""

    kind: str
    """`added`, `removed`, `changed`, or `moved` to another path."""

    old_path: str | None
    new_path: str | None
    wording: bool | None = None
    """Whether the words changed; None where only digests could be compared, and for a text that came or went."""

    passages: tuple[Passage, ...] = ()
    more: int = 0
    """How many passages are not listed."""


class VerdictChange(NamedTuple):
    """A definition that comes to another verdict, or whose rules do."""

    definition: str
    old: Standing
    new: Standing
    direction: str
    """`lower`, `higher`, `narrower`, `wider` or `same` for the interval; `unknown` where the ladder is not known."""

    rules: tuple[Change[str], ...]
    """Rule → kind; only those that differ."""


class Changes(NamedTuple):
    """What differs between two states of a release. Everything is in a stable order."""

    old: Snapshot
    new: Snapshot
    worse: tuple[str, ...]
    """Why the new state is worse, a sentence each: the headline level fell, a blocking term was added."""

    verdicts: tuple[VerdictChange, ...]
    """The headline first."""

    licenses: tuple[Change[Licensed], ...]
    terms: tuple[Change[Duty], ...]
    """The severest first."""

    texts: tuple[TextChange, ...]
    facts: tuple[FactChange, ...]
    weights: tuple[Change[WeightFile], ...]
    bases: tuple[Change[str], ...]
    """Model → relation."""

    findings: tuple[Change[Problem], ...]
    notes: tuple[str, ...]
    """What could not be compared, and what else bears on the comparison."""

    @property
    def nothing(self) -> bool:
        """Whether no difference was found."""
        return not any((self.verdicts, self.licenses, self.terms, self.texts, self.facts, self.weights, self.bases,
                        self.findings))  # fmt: skip


def relative(path: str, target: str) -> str:
    """A path without the folder that was read; `target` is what the user typed, several joined by ` + `."""
    for one in (target, *target.split(" + ")):
        if path == one:
            return PurePosixPath(path).name
        if path.startswith(f"{one.rstrip('/')}/"):
            return path[len(one.rstrip("/")) + 1 :]
    return path


def problem(id_: str, severity: str, message: str, target: str) -> Problem:
    """A finding whose message names files relative to the folder that was read."""
    for one in (target, *target.split(" + ")):
        if one not in ("", ".", "/"):
            message = re.sub(rf"(?<![\w./-]){re.escape(one.rstrip('/'))}/", "", message)
    return Problem(id_, severity, message)


def weight_files(evidence: Iterable[Evidence], texts: Mapping[str, object], target: str) -> dict[str, WeightFile]:
    """The files of weights among the evidence for `model-parameters`: what was seen itself and is no licence text."""
    found: dict[str, WeightFile] = {}
    for one in evidence:
        path = relative(one.path, target)
        if one.basis is Basis.OBSERVED and path not in texts:
            size = _SIZE.search(one.note or "")
            known = found.get(path, WeightFile(None, None))
            bytes_ = int(size[1].replace(",", "")[:18]) if size else known.size
            found[path] = WeightFile(one.sha256 or known.sha256, bytes_)
    return found


def gather_terms(duties: Iterable[tuple[str, Duty]]) -> dict[str, Duty]:
    """Term → duty; the severest, then the first, where several licences have it."""
    found: dict[str, Duty] = {}
    ranks = list(Severity)
    for term, duty in duties:
        known = found.get(term)
        if known is None or ranks.index(duty.severity) > ranks.index(known.severity):
            found[term] = duty
    return found
