"""Identification of licence texts with ground truth: accuracy by set, altered texts, texts a second.

    python benchmarks/identify.py FOLDER [HALF]

FOLDER holds `truth.jsonl` (corpus, path, ids, kind, licence_file) and the texts. HALF 0 or 1 takes every text whose
path's MD5 is even or odd: rules are tuned on half 0, half 1 is what is reported.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from openness.licensing import fingerprints, identify, words


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
    for entry, file, matches in zip(chosen, files, found, strict=True):
        rest = identify.rest(matches, file.hashes, file)
        if entry["kind"] == "modified":
            plain = matches and not rest and all(one.status != "altered" for one in matches)
            counts[entry["corpus"], "altered text called plain" if plain else "altered text caught"] += 1
        elif entry["kind"] == "single" and entry["licence_file"] and fold(entry["ids"][0]) in known:
            counts[entry["corpus"], outcome(entry, matches, bool(rest))] += 1
    for (corpus, what), count in sorted(counts.items()):
        print(f"{corpus:20} {what:28} {count:5}")
    print(f"{len(texts) / spent:.0f} texts a second of CPU, normalising included")


def outcome(entry: dict[str, Any], matches: list[identify.Match], rest: bool) -> str:
    wanted = fold(entry["ids"][0])
    plain = [one for one in matches if one.status != "altered"]
    if not rest and any(wanted not in map(fold, one.ids) for one in plain):
        return "wrong id, its words exactly" if all(one.status == "exact" for one in plain) else "wrong id"
    if plain and len(plain) == len(matches) and not rest:
        return "right"
    return "called altered" if matches else "unknown"


def fold(license_id: str) -> str:
    return license_id.replace("-or-later", "").replace("-only", "").lower()


def side(path: str) -> int:
    return int(hashlib.md5(path.encode()).hexdigest(), 16) % 2


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)
