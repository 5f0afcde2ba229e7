"""The problems that a code base had when it began to be scanned: they are known, and do not count until they change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from openness.errors import PolicyError
from openness.policy import files
from openness.usage import Problem

MAX_BYTES = 50_000_000
"""Largest baseline that is read."""

_HEAD = "# Problems known to `openness scan`, which do not count. Remove a line, and it counts again.\n"
_LINE = re.compile(r"([0-9a-f]{64}) (\d{1,9})(?: .*)?")


def written(problems: Iterable[Problem]) -> str:
    """The text of a baseline: a line for each fingerprint, how often it occurs, and what it is about; by place."""
    found = list(problems)
    counts = Counter(one.fingerprint for one in found)
    first = {one.fingerprint: one for one in reversed(found)}
    ordered = sorted(first.values(), key=lambda one: (one.path or "", one.rule, one.model or "", one.fingerprint))
    return _HEAD + "".join(f"{one.fingerprint} {counts[one.fingerprint]} {_about(one)}\n" for one in ordered)


def read(path: Path) -> Mapping[str, int]:
    """Fingerprint → how often it is known. Raises PolicyError with path and line."""
    text = files.text(path, MAX_BYTES, "baseline")
    known: Counter[str] = Counter()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            entry = _LINE.fullmatch(line.rstrip("\r"))
            if entry is None:
                raise PolicyError("no entry of a baseline; write it anew with --write-baseline", str(path), number)
            known[entry[1]] += int(entry[2])
    return known


def _about(problem: Problem) -> str:
    """What a person can recognise it by, in one line of printable text."""
    words = " ".join(part for part in (problem.rule, problem.model, problem.path) if part)
    return "".join(character if character.isprintable() else "\ufffd" for character in words)
