"""Input format: a folder or checkout: weights, configuration, code, licence files, cards.

A folder is a complete listing of itself, not of the release: it shows what is there and never that something
is missing. Nothing in it is executed or unpickled, and no symbolic link is followed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import UNKNOWN, Base, Basis, Component, Evidence, Fact, Finding, LicenseClaim, NotRead, Release
from openness.sources import bases, code, folder_licenses, join, libraries, model_card, text, weights

MAX_FILES = 50_000
MAX_PROGRAMS = 3_000
MAX_DEPTH = 24

_SKIPPED = frozenset((
    ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", "site-packages",
    "test", "tests", "testing", "testdata", "fixtures",
))  # fmt: skip
"""Folders whose files are not the release: they keep its history, are installed, or test it."""

_CARD = re.compile(r"(?:readme|model[-_ ]?card[^/]*)\.(?:md|markdown|mdx)|readme", re.IGNORECASE)
_PROGRAMS = (".py", ".ipynb")
_SPDX_HEADER = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() -]+)")
_CODE_COMPONENTS = (
    "inference-code",
    "training-code",
    "data-preprocessing-code",
    "evaluation-code",
    "model-architecture",
)
_TRANSFORMERS_KEYS = ("transformers_version", "model_type")


class _Listing(NamedTuple):
    """The plain files of a folder, as relative paths with `/`, and what was passed over."""

    files: list[str]
    not_read: list[NotRead]


def read(path: Path, shown: str, names: tuple[str, ...] = ()) -> Release:
    """What the folder shows. Raises SourceError when it cannot be listed at all."""
    listing = _list(path, shown)
    folder = _Folder(path, shown, listing, names)
    folder.weights()
    folder.configuration()
    folder.programs()
    cards = list(folder.cards())
    folder.license_files()
    own = Release(
        name=names[0] if names else path.resolve().name,
        target=shown,
        components=folder.components(),
        origin=f"folder, {len(listing.files):,} files",
        findings=tuple(folder.findings),
        read=tuple(folder.read),
        not_read=tuple(listing.not_read),
        texts=tuple(folder.licenses.texts.values()),
        bases=folder.bases(),
    )
    named = next((card.name for card in cards if "/" in card.name), own.name)
    joined = join.join([own, *cards], names[0] if names else named, shown)
    joined = joined._replace(bases=bases.joined(joined.bases))
    return _with_card_license(joined, folder, cards)


def _with_card_license(release: Release, folder: _Folder, cards: list[Release]) -> Release:
    """The card of a weight repository declares the licence of its code too, where nothing else does."""
    if not folder.found_weights or not cards:
        return release
    claims = release.component("model-parameters").claims
    declared = tuple(claim for claim in claims if claim.by == "tag")
    components = dict(release.components)
    for name in _CODE_COMPONENTS:
        component = components.get(name)
        if component is not None and component.available.value and not component.claims and declared:
            components[name] = component._replace(claims=declared)
    return release._replace(components=components)


def _list(path: Path, shown: str) -> _Listing:
    """Every plain file below `path`, without following links, in a stable order, up to `MAX_FILES`."""
    listing = _Listing([], [])
    stack = [("", 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            with os.scandir(path / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as problem:
            if not folder:
                raise SourceError(f"cannot be listed: {problem.strerror or problem}", shown) from None
            listing.not_read.append(NotRead(folder, problem.strerror or str(problem)))
            continue
        inner = []
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                listing.not_read.append(NotRead(name, "a symbolic link, not followed"))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and depth < MAX_DEPTH:
                    inner.append((name, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                listing.files.append(name)
        stack += reversed(inner)
        if len(listing.files) > MAX_FILES:
            del listing.files[MAX_FILES:]
            listing.not_read.append(NotRead(shown, f"more than {MAX_FILES:,} files; the rest was not looked at"))
            break
    return listing


class _Folder:
    """The facts of one folder while they are gathered."""

    def __init__(self, path: Path, shown: str, listing: _Listing, called: tuple[str, ...]) -> None:
        self.path, self.listing = path, listing
        self.licenses = folder_licenses.Licenses(listing.files, self.text, called)
        self.licenses.names += (path.resolve().name,)
        self.prefix = "" if shown in (".", "./") else shown.rstrip("/") + "/"
        self.findings: list[Finding] = []
        self.read: list[str] = []
        self.found_weights: list[Evidence] = []
        self.roles: dict[str, list[Evidence]] = {}
        self.claims: dict[str, list[LicenseClaim]] = {}
        self.library: list[tuple[Evidence, libraries.Library]] = []
        self.weight_files: list[str] = []
        self.is_model = False  # whether this is the place of the weights, or a repository of code

    def text(self, name: str) -> text.Text | None:
        """A text file of the folder; None, and a line in `not_read`, if it cannot be read."""
        try:
            found = text.read(self.path / name, self.prefix + name)
        except SourceError as problem:
            self.listing.not_read.append(NotRead(self.prefix + name, problem.message))
            return None
        self.read.append(found.path)
        return found

    # -- what is there -----------------------------------------------------------------------------

    def weights(self) -> None:
        for name in self.listing.files:
            if not weights.is_named_like_weights(name.rsplit("/", 1)[-1]):
                continue
            try:
                found = weights.inspect(self.path / name)
            except OSError as problem:
                self.listing.not_read.append(NotRead(self.prefix + name, problem.strerror or str(problem)))
                continue
            shown = self.prefix + name
            if not found.plausible and name.endswith(".bin") and "model" not in name:
                continue  # an ending that much else has too
            if not found.plausible:
                message = f"{shown} is named like weights and does not begin like any ({found.size:,} bytes)"
                self.findings.append(
                    Finding("weights-implausible", "note", message, (Evidence(shown, Basis.OBSERVED),))
                )
            elif found.sha256 is not None:
                quoted = f"oid sha256:{found.sha256}"
                note = f"Git LFS pointer to {found.size:,} bytes"
                pointer = Evidence(shown, Basis.OBSERVED, quoted, found.line, found.line, found.sha256, note=note)
                self.weight_files.append(name)
                self.found_weights.append(pointer)
            else:
                self.weight_files.append(name)
                self.found_weights.append(Evidence(shown, Basis.OBSERVED, note=f"{found.size:,} bytes"))

    def configuration(self) -> None:
        """`config.json` and its like: which library loads the weights."""
        for name in ("config.json", "adapter_config.json", "model_index.json", "config_sentence_transformers.json"):
            if name not in self.listing.files:
                continue
            found = self.text(name)
            library = _library_of(name, found.content) if found else None
            if found is not None and library is not None:
                key, known = library
                position = max(found.content.find(f'"{key}"'), 0)
                note = f"{known.library} loads it; the library is under {known.license} ({known.read})"
                self.library.append(
                    (text.quote_at(found, position, Basis.DECLARED, note=note, source=known.source), known)
                )

    def bases(self) -> tuple[Base, ...]:
        """The models that configuration files at the top say the weights were made from."""
        found = [self.text(name) for name in ("adapter_config.json", "config.json") if name in self.listing.files]
        return tuple(one for text in found if text for one in bases.configured(text, self.licenses.names))

    def programs(self) -> None:
        """What the code does."""
        programs = [name for name in self.listing.files if name.endswith(_PROGRAMS)]
        for name in programs[MAX_PROGRAMS:]:
            self.listing.not_read.append(NotRead(self.prefix + name, f"more than {MAX_PROGRAMS:,} programs"))
        for name in programs[:MAX_PROGRAMS]:
            found = self.text(name)
            if found is None:
                continue
            shown = set()
            for role in code.roles(found.content, notebook=name.endswith(".ipynb")):
                evidence = text.quote(found, max(role.line, 1), Basis.OBSERVED)
                self.roles.setdefault(role.role, []).append(evidence)
                shown.add(role.role)
            header = _SPDX_HEADER.search(found.content, 0, 2000) if shown else None
            if header is not None:
                quoted = text.quote_at(found, header.start(), Basis.DECLARED)
                claim = LicenseClaim(header.group(1).strip(), (quoted,), by="header")
                for component in {_COMPONENT_OF[role] for role in shown}:
                    self.claims.setdefault(component, []).append(claim)
        self._project_license()

    def _project_license(self) -> None:
        """The licence that `pyproject.toml` declares for the code."""
        found = self.text("pyproject.toml") if "pyproject.toml" in self.listing.files else None
        declared = _project_license(found.content) if found else None
        if found is not None and declared is not None:
            position = found.content.find(declared)
            quoted = text.quote_at(found, max(position, 0), Basis.DECLARED)
            for component in _CODE_COMPONENTS:
                self.claims.setdefault(component, []).append(LicenseClaim(declared, (quoted,)))

    def license_files(self) -> None:
        """Licence texts, use policies and what the cards say of them, each for what it covers."""
        programs = [name for name in self.listing.files if name.endswith(_PROGRAMS)]
        cards = [name for name in self.listing.files if _CARD.fullmatch(name.rsplit("/", 1)[-1])]
        self.licenses.gather(self.weight_files, programs, cards, self.is_model)
        for part, claims in self.licenses.claims.items():
            for component in self._code() if part == "code" else [_COMPONENT_OF[part]]:
                self.claims.setdefault(component, []).extend(claims)
        self.findings += self.licenses.findings
        self.listing.not_read.extend(self.licenses.not_read)

    def _code(self) -> list[str]:
        """The components whose code lies in the folder; code to run the model where none was recognised."""
        named = {_COMPONENT_OF[role] for role in self.roles}
        found = sorted(named if self._running() else named - {"inference-code"})
        return found or ([] if self.library else ["inference-code"])

    def cards(self) -> Iterator[Release]:
        """The cards at the top of the folder, `README.md` first."""
        found = [name for name in self.listing.files if "/" not in name and _CARD.fullmatch(name)]
        found.sort(key=lambda name: (not name.lower().startswith("readme.md"), name))
        programs = any(name.endswith(_PROGRAMS) for name in self.listing.files)
        readme = any(name.lower().startswith("readme") for name in found)
        self.is_model = bool(self.found_weights) or (bool(found) and not readme and not programs)
        for name in found:
            content = self.text(name)
            if content is None:
                continue
            card = model_card.read(content, self.licenses.names, scoped=False)
            claims = card.component("model-parameters").claims
            tagged = any(claim.by == "tag" for claim in claims)
            self.is_model = self.is_model or tagged
            of_model = tagged or not name.lower().startswith("readme")
            self.licenses.names = tuple(dict.fromkeys((*self.licenses.names, card.name)))
            card = self.licenses.card(content, card, of_model)
            yield card if self.found_weights or of_model else _of_code(card, self._code())

    # -- what it shows -----------------------------------------------------------------------------

    def components(self) -> dict[str, Component]:
        found: dict[str, Component] = {}
        if self.found_weights or self.library:
            available = Fact(True, tuple(self.found_weights[:8])) if self.found_weights else UNKNOWN
            found["model-parameters"] = self._component("model-parameters", available)
        running = self._running()
        if running or self.library:
            evidence = running or [evidence for evidence, _ in self.library]
            claims = self.claims.get("inference-code", [])
            if not running:
                claims = [LicenseClaim(library.license, (evidence,)) for evidence, library in self.library[:1]]
            found["inference-code"] = Component("inference-code", Fact(True, tuple(evidence[:4])), claims=tuple(claims))
        for role in ("architecture", "trains", "prepares-data", "evaluates"):
            if role in self.roles and _COMPONENT_OF[role] not in found:
                name = _COMPONENT_OF[role]
                found[name] = self._component(name, Fact(True, tuple(self.roles[role][:4])))
        if "fine-tunes" in self.roles and "training-code" not in found:
            hints = (_hint(evidence) for evidence in self.roles["fine-tunes"][:4])
            found["training-code"] = Component("training-code", Fact(None, tuple(hints)))
        for name, claims in self.claims.items():
            if name not in found and claims:
                found[name] = Component(name, claims=tuple(claims))
        return found

    def _running(self) -> list[Evidence]:
        """Code that loads weights and runs them; a network that is defined here counts as what runs."""
        loads = self.roles.get("loads", [])
        runs = self.roles.get("runs", []) + self.roles.get("architecture", [])
        return [loads[0], runs[0]] if loads and runs else []

    def _component(self, name: str, available: Fact) -> Component:
        return Component(name, available, claims=tuple(self.claims.get(name, ())))


_COMPONENT_OF = {
    "weights": "model-parameters",
    "data": "datasets",
    "documentation": "model-card",
    "architecture": "model-architecture",
    "loads": "inference-code",
    "runs": "inference-code",
    "trains": "training-code",
    "fine-tunes": "training-code",
    "evaluates": "evaluation-code",
    "prepares-data": "data-preprocessing-code",
}


def _of_code(card: Release, code_components: list[str]) -> Release:
    """The card of a folder without weights: a licence that its prose states is that of the code, not of the weights."""
    parameters = card.component("model-parameters")
    prose = tuple(claim for claim in parameters.claims if claim.by == "prose")
    kept = tuple(claim for claim in parameters.claims if claim.by != "prose")
    components = {**card.components, "model-parameters": parameters._replace(claims=kept)}
    for name in code_components:
        component = components.get(name, Component(name))
        components[name] = component._replace(claims=component.claims + prose)
    return card._replace(components=components)


def _hint(evidence: Evidence) -> Evidence:
    note = "fine-tunes published weights; not the code that trained them"
    return Evidence(
        evidence.path, Basis.INFERRED, evidence.quote, evidence.line, evidence.end_line, evidence.sha256, note=note
    )


def _project_license(content: str) -> str | None:
    """`project.license` of a pyproject.toml, if it names one."""
    import tomllib

    try:
        declared = tomllib.loads(content).get("project", {}).get("license")
    except (tomllib.TOMLDecodeError, AttributeError, RecursionError):
        return None
    declared = declared.get("text") if isinstance(declared, dict) else declared
    return declared if isinstance(declared, str) and 0 < len(declared) <= 200 else None


def _library_of(name: str, content: str) -> tuple[str, libraries.Library] | None:
    """The key of a configuration file that shows which library reads it, and that library."""
    try:
        config = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(config, dict):
        return None
    if name == "adapter_config.json":
        return _known("peft_type", "peft", config)
    if name == "model_index.json":
        return _known("_diffusers_version", "diffusers", config)
    if name == "config_sentence_transformers.json":
        return _known("__version__", "sentence-transformers", config)
    if "auto_map" in config or not any(key in config for key in _TRANSFORMERS_KEYS):
        return None  # custom code that comes with the weights, or another library
    return next((found for key in _TRANSFORMERS_KEYS if (found := _known(key, "transformers", config))), None)


def _known(key: str, library: str, config: dict[str, object]) -> tuple[str, libraries.Library] | None:
    known = libraries.named(library)
    return (key, known) if known is not None and key in config else None
