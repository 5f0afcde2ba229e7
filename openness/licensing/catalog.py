"""What is known of each licence: `rules/licenses`, `rules/terms.yaml`, `rules/license-families.yaml`, the SPDX list.

Everything is loaded on first use and once: a run that meets one licence reads one file.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError
from openness.model import License, Severity, Term

FOLDER = yamlio.RULES / "licenses"
MAX_NAME = 200
"""Longest name that is looked up, in characters."""

_FULLY_READ = ("primary-text", "spdx-list+knowledge")
_VERIFIED = (*_FULLY_READ, "primary-excerpt", "secondary", "knowledge")
_KEYS = (
    "license", "title", "category", "hub", "hub-names", "aliases", "links", "scancode", "based-on", "osi-approved",
    "fsf-free", "source", "verified", "models", "licensors", "notes", "mended", "texts", "terms",
)  # fmt: skip
_NOISE = re.compile(r"\b(?:the|licen[sc]es?(?: agreement)?|version)\b")
_SEPARATOR = re.compile(r"(?:[^\w.+]|_)+")
_VERSION = re.compile(r"\bv\.? ?(?=[0-9])")


class Family(NamedTuple):
    """A name that stands for several licences."""

    name: str
    means: str
    members: tuple[str, ...]
    """Prefixes of the ids that belong to it; empty where a name tells nothing."""


class TermKind(NamedTuple):
    """One entry of the vocabulary."""

    term: str
    means: str
    severity: Severity
    kind: str
    breaks: frozenset[str]
    takes: frozenset[str]
    reaches: frozenset[str]
    derivatives: str


class _Entry(NamedTuple):
    """One file of the catalogue."""

    license: License
    names: tuple[str, ...]
    """All that it goes by, as written."""
    links: frozenset[str]
    """The addresses of its text, without what differs for no reason."""
    written: yamlio.YamlMap
    """The file as it stands."""


def key(name: str) -> str:
    """A licence name without the differences that nobody means: case, punctuation, "the … License, Version v…".

    Empty for what is too long to be a name.
    """
    if len(name) > MAX_NAME:
        return ""
    words = _SEPARATOR.sub(" ", name.lower())
    return _SEPARATOR.sub(" ", _NOISE.sub(" ", _VERSION.sub("", words))).strip(" .")


@lru_cache(maxsize=4096)
def find(name: str) -> License | None:
    """The licence that `name` stands for, unambiguously: SPDX id or name, Hub identifier, `LicenseRef-…`, alias.

    None for anything else, families included. Case and punctuation do not matter. Raises CatalogError
    where a file under `rules/` is broken.
    """
    wanted = key(name)
    if not wanted:
        return None
    found = _file(name.strip()) or _index().get(wanted)
    if found:
        return _load(found).license
    told = " " in wanted or len(wanted) < len(name.strip())  # more than a word that may be any word
    return _spdx(name.strip()) or (_spdx(_titles().get(wanted, "")) if told else None)


@lru_cache(maxsize=1024)
def family(name: str) -> Family | None:
    """The family or ambiguous name, or None."""
    return _families().get(key(name))


@lru_cache(maxsize=1024)
def linked(url: str) -> License | None:
    """The licence whose text is published at `url`, or None."""
    wanted = _address(url)
    return next((one.license for one in _entries() if wanted in one.links), None)


def entry(license_id: str) -> yamlio.YamlMap | None:
    """The file of a catalogued licence as it stands, for what only a reference shows; None without one."""
    path = _file(license_id)
    return None if path is None else _load(path).written


def based_on(license_id: str) -> str | None:
    """The known licence that a catalogued one was made from by altering it, or None."""
    found = entry(license_id)
    return found.get("based-on") if found is not None else None


def search(words: str) -> list[License]:
    """The catalogued licences whose id, names, category or models hold all the words, by id."""
    wanted = words.lower().split()
    found = []
    for one in _entries():
        told = (*one.names, one.written.get("category", ""), *one.written.get("models", []))
        text = " ".join(told).lower()
        if all(word in text for word in wanted):
            found.append(one.license)
    return found


def catalogued() -> tuple[License, ...]:
    """Every licence with a file of its own, by id."""
    return tuple(one.license for one in _entries())


@lru_cache(maxsize=1)
def terms() -> dict[str, TermKind]:
    """The vocabulary of terms, by id, in the order of the file."""
    found = {}
    for entry in _vocabulary().maps("terms"):
        entry.only("term", "means", "severity", "kind", "breaks", "takes", "reaches", "derivatives")
        found[entry.text("term")] = TermKind(
            entry.text("term"),
            entry.text("means"),
            Severity(entry.text("severity")),
            entry.text("kind"),
            frozenset(entry.texts("breaks")),
            frozenset(entry.texts("takes")),
            frozenset(entry.texts("reaches")),
            entry.text("derivatives", ""),
        )
    return found


@lru_cache(maxsize=1)
def permissions() -> dict[str, str]:
    """What licences permit, in the order shown: id → words that follow "you may"."""
    section = _vocabulary().child("permissions")
    return {} if section is None else {name: section.text(name) for name in section.map}


def names() -> list[str]:
    """Every id, identifier and alias of the catalogue, as written: for a "did you mean"."""
    return sorted({name for one in _entries() for name in one.names})


@lru_cache(maxsize=1)
def _vocabulary() -> yamlio.Reader:
    top = yamlio.rules("terms.yaml", "the vocabulary")
    return top.only("permissions", "terms")


def _file(license_id: str) -> Path | None:
    """The file of a licence, None where it has none or where this is no id."""
    stem = license_id.lower().removeprefix("licenseref-")
    path = FOLDER / f"{stem}.yaml"
    return path if re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", stem) and path.is_file() else None


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    return tuple(_load(path) for path in sorted(FOLDER.glob("*.yaml")))


def _address(url: str) -> str:
    return re.sub(r"\A(?:https?://)?(?:www\.)?|/+\Z", "", url.strip().lower())


@cache
def _load(path: Path) -> _Entry:
    written = yamlio.read(path, error=CatalogError)
    entry = yamlio.Reader(written, str(path), "a licence", CatalogError).only(*_KEYS)
    verified = entry.text("verified")
    if verified not in _VERIFIED:
        entry.fail("verified", f"'{verified}' is no way of verifying{yamlio.nearest(verified, _VERIFIED)}")
    approvals = {"OSI": entry.flag("osi-approved"), "FSF": entry.flag("fsf-free")}
    found_terms = tuple(_term(one) for one in entry.maps("terms"))
    taken = {permission for term in found_terms for permission in term.takes}
    found = License(
        id=entry.text("license"),
        title=entry.text("title"),
        source=entry.text("source"),
        approvals={who: said for who, said in approvals.items() if said is not None},
        terms=found_terms,
        terms_known=verified in _FULLY_READ,
        basis=verified,
        permits=tuple(words for name, words in permissions().items() if name not in taken),
        limits=tuple(words for name, words in permissions().items() if name in taken),
        licensors=frozenset(one.casefold() for one in entry.texts("licensors")),
    )
    listed = (*entry.texts("hub"), *entry.texts("hub-names"), *entry.texts("aliases"))
    every = (found.id, path.stem, found.title, *listed)
    links = frozenset(_address(url) for url in (found.source, *entry.texts("links")))
    return _Entry(found, every, links, written)


def _term(entry: yamlio.Reader) -> Term:
    entry.only("term", "clause", "value", "note", "source", "name-begins", "name-contains", "reaches")
    name = entry.text("term")
    known = terms().get(name)
    if known is None:
        entry.fail("term", f"no term '{name}' in terms.yaml{yamlio.nearest(name, terms())}")
    value = entry.text("value", "")
    words = f"{known.means}: {value}" if value else known.means
    return Term(
        name,
        known.severity,
        entry.text("clause"),
        words,
        known.kind,
        known.breaks,
        known.takes,
        value,
        known.reaches | frozenset(entry.texts("reaches")),
        known.derivatives,
        entry.text("name-begins", ""),
        entry.text("name-contains", ""),
    )


@lru_cache(maxsize=1)
def _index() -> dict[str, Path]:
    """Normalised name → file. A name that two files claim, or that is ambiguous by declaration, is in neither."""
    owners: dict[str, set[Path]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for name in _load(path).names:
            owners.setdefault(key(name), set()).add(path)
    return {name: paths.pop() for name, paths in owners.items() if len(paths) == 1 and name not in _families()}


@lru_cache(maxsize=1)
def _families() -> dict[str, Family]:
    top = yamlio.rules("license-families.yaml", "the list of families")
    found = {}
    for entry in top.only("families", "ambiguous").maps("families"):
        entry.only("name", "means", "members")
        found[key(entry.text("name"))] = Family(entry.text("name"), entry.text("means"), entry.texts("members"))
    for entry in top.maps("ambiguous"):
        entry.only("name", "may-be")
        means = f"one of {', '.join(entry.texts('may-be'))}; the name does not say which"
        found[key(entry.text("name"))] = Family(entry.text("name"), means, entry.texts("may-be"))
    return found


@lru_cache(maxsize=1)
def _spdx_list() -> dict[str, tuple[str, dict[str, object]]]:
    """Lower-case SPDX id → (id, flags), from the list shipped in `rules/`."""
    import json

    listed = json.loads((yamlio.RULES / "spdx-licenses.json").read_text(encoding="utf-8"))["licenses"]
    return {name.lower(): (name, flags) for name, flags in listed.items()}


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    """Normalised full name → id, for every name of the list that only one licence has and no family."""
    owners: dict[str, set[str]] = {}
    for spdx_id, flags in _spdx_list().values():
        if not flags.get("deprecated"):
            owners.setdefault(key(str(flags["name"])), set()).add(spdx_id)
    return {name: ids.pop() for name, ids in owners.items() if name and len(ids) == 1 and name not in _families()}


def _spdx(name: str) -> License | None:
    """A licence of the SPDX list that has no file of its own: its approvals are known, its terms are not."""
    entry = _spdx_list().get(name.lower())
    if entry is None:
        return None
    spdx_id, flags = entry
    approvals = {"OSI": bool(flags.get("osi")), "FSF": bool(flags.get("fsf"))}
    return License(
        id=spdx_id,
        title=str(flags["name"]),
        source=f"https://spdx.org/licenses/{spdx_id}.html",
        approvals={who: said for who, said in approvals.items() if said or who == "OSI"},
        basis="spdx-list",
        permits=tuple(permissions().values()) if approvals["OSI"] else (),
    )
