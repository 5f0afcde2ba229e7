"""Identification of licence texts with ground truth: accuracy by set, altered texts, texts a second.

    python benchmarks/identify.py FOLDER [HALF]

FOLDER holds `truth.jsonl` (corpus, path, ids, kind, licence_file) and the texts. HALF 0 or 1 takes every text whose
path's MD5 is even or odd: rules are tuned on half 0, half 1 is what is reported.

Some labels are older than ids of today's SPDX List. So an id other than the label is told apart where the file has more
words in common with the text that the list has for this id than with that for the label: counted by difflib on plain
words, without any of our rules.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from openness.licensing import fingerprints, identify, wording, words


def main(folder: Path, half: int | None) -> None:
    known = {fold(one) for text in fingerprints.load().known for one in text.ids}
    entries = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen = [one for one in entries if half is None or side(one["path"]) == half]
    texts = [(folder / one["path"]).read_bytes().decode("utf-8", "replace") for one in chosen]
    started = time.process_time()
    files = [words.Places.of(text) for text in texts]
    found = [identify.identify(one.hashes, one) for one in files]
    spent = time.process_time() - started
    counts: Counter[tuple[str, str]] = Counter()
    for entry, text, file, matches in zip(chosen, texts, files, found, strict=True):
        rest = identify.rest(matches, file.hashes, file)
        if entry["kind"] == "modified":
            plain = matches and not rest and all(one.status != "altered" for one in matches)
            counts[entry["corpus"], "altered text called plain" if plain else "altered text caught"] += 1
        elif entry["kind"] == "single" and entry["licence_file"] and fold(entry["ids"][0]) in known:
            counts[entry["corpus"], outcome(entry, text, matches, bool(rest))] += 1
    for (corpus, what), count in sorted(counts.items()):
        print(f"{corpus:20} {what:48} {count:5}")
    print(f"{len(texts) / spent:.0f} texts a second of CPU, normalising included")


def outcome(entry: dict[str, Any], text: str, matches: list[identify.Match], rest: bool) -> str:
    wanted = fold(entry["ids"][0])
    plain = [one for one in matches if one.status != "altered"]
    if not rest and any(wanted not in map(fold, one.ids) for one in plain):
        if all(one.status == "exact" for one in plain):
            return "not the label: the other's words exactly"
        ours = max(common(text, license_id) for one in plain for license_id in one.ids)
        return "not the label: nearer to the other" if ours > common(text, entry["ids"][0]) else "wrong id"
    if plain and len(plain) == len(matches) and not rest:
        return "right"
    return "called altered" if matches else "unknown"


def common(text: str, license_id: str) -> float:
    """The greatest share of words, in order, that a text shares with one that the SPDX List has for a licence."""
    said = re.findall("[a-z0-9]+", text.lower())
    listed = wording.bundle() or {"licenses": []}
    own = [one["text"] for one in listed["licenses"] if fold(one["licenseId"]) == fold(license_id) and one["text"]]
    theirs = [re.findall("[a-z0-9]+", one.lower()) for one in own]
    return max((SequenceMatcher(None, said, one, autojunk=False).ratio() for one in theirs), default=0.0)


def fold(license_id: str) -> str:
    return license_id.replace("-or-later", "").replace("-only", "").lower()


def side(path: str) -> int:
    return int(hashlib.md5(path.encode()).hexdigest(), 16) % 2


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
