"""Terms recognised in licence texts, against the catalogue's reading of the same texts.

    python benchmarks/clauses.py FOLDER [HALF] [--each]

FOLDER holds `license/*/*` (texts of AI licences, known by their SHA-256 to the catalogue), `manifest.jsonl` (their
notable lines) and `identify/` (texts of other licences with `truth.jsonl`). HALF 0 or 1 takes every text whose path's
MD5 is even or odd: rules are tuned on half 0, half 1 is what is reported. `--each` names every miss and false alarm.

Where a licence and its use policy are two files of one folder, they are read together, as the catalogue does.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import catalog, clauses
from openness.model import FoundTerm, Severity

WHOLE_TEXTS = ("classifier_assets", "licensee_fix")
"""Sets of `identify/` whose files are whole licences."""

UNKNOWN_TERMS = frozenset({"outputs-as-derivatives", "output-labelling", "grant-back", "audit-right"})
"""Terms younger than the catalogue's readings: what it does not list may be there."""

LISTED_BY_POLICIES = frozenset({"field-of-use"})
"""What every use policy does; the catalogue's entry of the licence says only that it has a policy."""


class Text(NamedTuple):
    name: str
    content: str
    terms: frozenset[str]
    notable: tuple[int, ...]


def main(folder: Path, half: int | None, each: bool) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    notable: Counter[bool] = Counter()
    for text in known_texts(folder, half):
        found = clauses.terms(text.content)
        names = {one.term for one in found} - UNKNOWN_TERMS
        for what, terms in (
            ("found", names & text.terms),
            ("missed", text.terms - names),
            ("false", names - text.terms),
        ):
            for term in sorted(terms):
                counts[term, what] += 1
                if each and what != "found":
                    tell(what, text.name, term, found)
        for line in text.notable:
            notable[any(one.lines and one.lines[0] <= line <= one.lines[1] for one in found)] += 1
    table(counts)
    print(f"notable lines of the manifest within a term found: {notable[True]} of {notable.total()}")
    approved, alarms = open_texts(folder, half), []
    for name, content in approved:
        alarms += [(name, one) for one in clauses.terms(content) if one.severity is Severity.BLOCKING]
    texts = {name for name, _ in alarms}
    share = 100 * len(texts) / max(len(approved), 1)
    print(f"texts of OSI-approved licences with a blocking term: {len(texts)} of {len(approved)}, {share:.1f} %")
    for name, one in alarms:
        print(f"  {name} {one.term} {one.lines}" + (f": {one.quote}" if each else ""))


def known_texts(folder: Path, half: int | None) -> Iterator[Text]:
    """Texts whose licence the catalogue knows in full."""
    listed = {}
    for path in sorted(catalog.FOLDER.glob("*.yaml")):
        entry = yamlio.read(path, error=CatalogError)
        listed.update({one["sha256"]: entry["license"] for one in entry.get("texts", [])})
    lines: dict[str, tuple[int, ...]] = {}
    for row in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(row)
        lines[entry["file"]] = tuple(one["line"] for one in entry.get("notable_clauses", []))
    for path in sorted((folder / "license").glob("*/*")):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        license_id = listed.get(hashlib.sha256(data).hexdigest())
        if license_id is not None and half in (None, side(name)):
            content = data.decode("utf-8", "replace")
            policies = sorted(one for one in path.parent.glob("*POLICY*") if one != path)
            whole = "\n\n".join([content, *(one.read_text(encoding="utf-8") for one in policies)])
            known = known_terms(license_id, bool(policies)) | (LISTED_BY_POLICIES if policies else frozenset())
            yield Text(name, whole, known, lines.get(name, ()))
    for entry in truth(folder):
        one = catalog.find(entry["ids"][0])
        name = f"identify/{entry['path']}"
        header = "header" in name or "notice" in name
        if (
            entry["corpus"] in WHOLE_TEXTS
            and one is not None
            and one.terms_known
            and not header
            and half in (None, side(name))
        ):
            yield Text(name, read(folder / name), known_terms(one.id, True), ())


def known_terms(license_id: str, with_policy: bool) -> frozenset[str]:
    """The catalogue's terms of a licence, without those that only its use policy has where that is not at hand."""
    known = catalog.find(license_id)
    assert known is not None
    return frozenset(
        one.term
        for one in known.terms
        if with_policy or not one.clause.startswith(("Prohibited Use Policy", "Acceptable"))
    )


def open_texts(folder: Path, half: int | None) -> list[tuple[str, str]]:
    """Texts of one licence each, which the SPDX list says is OSI-approved."""
    found = []
    for entry in truth(folder):
        name = f"identify/{entry['path']}"
        one = catalog.find(entry["ids"][0])
        if one is not None and one.approvals.get("OSI") and half in (None, side(name)):
            found.append((name, read(folder / name)))
    return found


def truth(folder: Path) -> Iterator[dict[str, str]]:
    for line in (folder / "identify" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == "single" and entry["licence_file"]:
            yield entry


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def table(counts: Counter[tuple[str, str]]) -> None:
    print(f"{'term':30} {'found':>6} {'missed':>6} {'false':>6}")
    totals: Counter[tuple[str, str]] = Counter()
    for term, kind in catalog.terms().items():
        row = [counts[term, what] for what in ("found", "missed", "false")]
        if any(row):
            print(f"{term:30} {row[0]:6} {row[1]:6} {row[2]:6}")
        for what, count in zip(("found", "missed", "false"), row, strict=True):
            totals[kind.severity, what] += count
    for severity in reversed(Severity):
        found, missed, false = (totals[severity, what] for what in ("found", "missed", "false"))
        recall, precision = found / max(found + missed, 1), found / max(found + false, 1)
        print(f"{severity:30} {found:6} {missed:6} {false:6}  recall {recall:.3f}, precision {precision:.3f}")


def tell(what: str, name: str, term: str, found: tuple[FoundTerm, ...]) -> None:
    print(f"{what} {term} in {name}")
    for one in found:
        if one.term == term:
            print(f"    {one.lines}: {one.quote}")


def side(path: str) -> int:
    return int(hashlib.md5(path.encode()).hexdigest(), 16) % 2


if __name__ == "__main__":
    arguments = [one for one in sys.argv[1:] if one != "--each"]
    main(Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else None, "--each" in sys.argv)
