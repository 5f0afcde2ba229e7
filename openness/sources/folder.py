"""Input format: a folder or checkout: weights, configuration, code, licence files, cards.

A folder is a complete listing of itself, not of the release: it shows what is there and never that something
is missing. Nothing in it is executed or unpickled, and no symbolic link is followed (`tree`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from openness.errors import SourceError
from openness.model import UNKNOWN, Base, Basis, Component, Evidence, Fact, Finding, LicenseClaim, NotRead, Release
from openness.sources import bases, code, folder_licenses, join, libraries, model_card, text
from openness.sources.tree import Tree, local

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


def read(path: Path, shown: str, names: tuple[str, ...] = ()) -> Release:
    """What the folder shows. Raises SourceError when it cannot be listed at all."""
    return read_tree(local(path, shown), names)


def read_tree(tree: Tree, names: tuple[str, ...] = ()) -> Release:
    """What the files show. `names` are what the user calls the release, and whatever else it is called."""
    folder = _Folder(tree, names)
    folder.configuration()
    folder.programs()
    cards = list(folder.cards())
    folder.license_files()
    own = Release(
        name=names[0] if names else tree.called,
        target=tree.shown,
        components=folder.components(),
        origin=tree.origin,
        findings=tuple(folder.findings),
        read=tuple(dict.fromkeys((*folder.read, *folder.weights.read))),
        not_read=tuple(dict.fromkeys(tree.not_read)),
        texts=(*folder.licenses.texts.values(), *(claim for claim in folder.weights.claims if claim.text)),
        bases=(*folder.bases(), *folder.weights.bases),
    )
    named = next((card.name for card in cards if "/" in card.name), own.name)
    joined = join.join([own, *cards], names[0] if names else named, tree.shown)
    joined = joined._replace(bases=bases.joined(joined.bases))
    return _with_card_license(joined, folder, cards)


def _with_card_license(release: Release, folder: _Folder, cards: list[Release]) -> Release:
    """The card of a weight repository declares the licence of its code too, where nothing else does."""
    if not folder.weights.files or not cards:
        return release
    claims = release.component("model-parameters").claims
    declared = tuple(claim for claim in claims if claim.by == "tag")
    components = dict(release.components)
    for name in _CODE_COMPONENTS:
        component = components.get(name)
        if component is not None and component.available.value and not component.claims and declared:
            components[name] = component._replace(claims=declared)
    return release._replace(components=components)


class _Folder:
    """The facts of one folder while they are gathered."""

    def __init__(self, tree: Tree, called: tuple[str, ...]) -> None:
        self.tree, self.prefix = tree, tree.prefix
        self.licenses = folder_licenses.Licenses(tree.files, self.text, called)
        self.licenses.names += (tree.called,)
        self.weights = tree.weights()
        self.findings: list[Finding] = list(self.weights.findings)
        self.tree.not_read.extend(self.weights.not_read)
        self.read: list[str] = []
        self.roles: dict[str, list[Evidence]] = {}
        self.claims: dict[str, list[LicenseClaim]] = {"model-parameters": list(self.weights.claims)}
        self.library: list[tuple[Evidence, libraries.Library]] = []
        self.is_model = False  # whether this is the place of the weights, or a repository of code

    def text(self, name: str) -> text.Text | None:
        """A text file of the folder; None, and a line in `not_read`, if it cannot be read."""
        try:
            found = self.tree.text(name)
        except SourceError as problem:
            self.tree.not_read.append(NotRead(self.prefix + name, problem.message))
            return None
        self.read.append(found.path)
        return found

    # -- what is there -----------------------------------------------------------------------------

    def configuration(self) -> None:
        """`config.json` and its like: which library loads the weights."""
        for name in ("config.json", "adapter_config.json", "model_index.json", "config_sentence_transformers.json"):
            if name not in self.tree.files:
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
        found = [self.text(name) for name in ("adapter_config.json", "config.json") if name in self.tree.files]
        return tuple(one for text in found if text for one in bases.configured(text, self.licenses.names))

    def programs(self) -> None:
        """What the code does."""
        programs = [name for name in self.tree.files if name.endswith(_PROGRAMS)]
        most = self.tree.programs
        for name in programs[most:]:
            self.tree.not_read.append(NotRead(self.prefix + name, f"more than {most:,} programs"))
        for name in programs[:most]:
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
        found = self.text("pyproject.toml") if "pyproject.toml" in self.tree.files else None
        declared = _project_license(found.content) if found else None
        if found is not None and declared is not None:
            position = found.content.find(declared)
            quoted = text.quote_at(found, max(position, 0), Basis.DECLARED)
            for component in _CODE_COMPONENTS:
                self.claims.setdefault(component, []).append(LicenseClaim(declared, (quoted,)))

    def license_files(self) -> None:
        """Licence texts, use policies and what the cards say of them, each for what it covers."""
        programs = [name for name in self.tree.files if name.endswith(_PROGRAMS)]
        cards = [name for name in self.tree.files if _CARD.fullmatch(name.rsplit("/", 1)[-1])]
        self.licenses.gather(self.weights.files, programs, cards, self.is_model)
        for part, claims in self.licenses.claims.items():
            for component in self._code() if part == "code" else [_COMPONENT_OF[part]]:
                self.claims.setdefault(component, []).extend(claims)
        self.findings += self.licenses.findings
        self.tree.not_read.extend(self.licenses.not_read)

    def _code(self) -> list[str]:
        """The components whose code lies in the folder; code to run the model where none was recognised."""
        named = {_COMPONENT_OF[role] for role in self.roles}
        found = sorted(named if self._running() else named - {"inference-code"})
        return found or ([] if self.library else ["inference-code"])

    def cards(self) -> Iterator[Release]:
        """The cards at the top of the folder, `README.md` first."""
        found = [name for name in self.tree.files if "/" not in name and _CARD.fullmatch(name)]
        found.sort(key=lambda name: (not name.lower().startswith("readme.md"), name))
        programs = any(name.endswith(_PROGRAMS) for name in self.tree.files)
        readme = any(name.lower().startswith("readme") for name in found)
        self.is_model = bool(self.weights.files) or (bool(found) and not readme and not programs)
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
            yield card if self.weights.files or of_model else _of_code(card, self._code())

    # -- what it shows -----------------------------------------------------------------------------

    def components(self) -> dict[str, Component]:
        found: dict[str, Component] = {}
        if self.weights.files or self.library:
            available = Fact(True, self.weights.evidence[:8]) if self.weights.files else UNKNOWN
            found["model-parameters"] = self._component("model-parameters", available)
        running = self._running()
        if running or self.library:
            evidence = running or [evidence for evidence, _ in self.library]
            found["inference-code"] = self._component("inference-code", Fact(True, tuple(evidence[:4])))
            if not running:
                by_library = tuple(LicenseClaim(library.license, (where,)) for where, library in self.library[:1])
                found["inference-code"] = found["inference-code"]._replace(claims=by_library)
        for role in ("architecture", "trains", "prepares-data", "evaluates"):
            if role in self.roles and _COMPONENT_OF[role] not in found:
                name = _COMPONENT_OF[role]
                found[name] = self._component(name, Fact(True, tuple(self.roles[role][:4])))
        if "fine-tunes" in self.roles and "training-code" not in found:
            hints = (_hint(evidence) for evidence in self.roles["fine-tunes"][:4])
            found["training-code"] = Component("training-code", Fact(None, tuple(hints)))
        for name, claims in self.claims.items():
            if name not in found and claims:
                found[name] = self._component(name, UNKNOWN)
        return found

    def _running(self) -> list[Evidence]:
        """Code that loads weights and runs them; a network that is defined here counts as what runs."""
        loads = self.roles.get("loads", [])
        runs = self.roles.get("runs", []) + self.roles.get("architecture", [])
        return [loads[0], runs[0]] if loads and runs else []

    def _component(self, name: str, available: Fact) -> Component:
        return Component(name, available, claims=join.by_trust(self.claims.get(name, ())))


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
    kept = tuple(claim for claim in parameters.claims if claim.by not in ("prose", "section"))
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
