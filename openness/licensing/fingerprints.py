"""The index of known licence texts: hashed, ordered word pairs of each, committed in `rules/` in place of the texts.

A pair of neighbouring words that count (`words.py`) becomes one 16-bit number; a licence is the sequence of these
numbers, so texts are compared in order without being shipped. `fingerprint_build.py` writes the file.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError

PATH = yamlio.RULES / "fingerprints.bin"
MAGIC = b"openness-fingerprints-1\n"

PLAIN, SIGNIFICANT, OPTIONAL = 0, 1, 2
"""What a word of a known text is: without a right or duty, with one, or one that may differ or be missing."""

_KEY_BITS, _TEXT_BITS, _PLACE_BITS = 40, 11, 13


class Marks:
    """What each word of a known text is (`PLAIN`, `SIGNIFICANT`, `OPTIONAL`); unpacked when it is first looked at."""

    __slots__ = ("first", "packed", "unpacked", "words")

    def __init__(self, packed: bytes, first: int, words: int) -> None:
        self.packed, self.first, self.words = packed, first, words
        self.unpacked: bytes | None = None

    @property
    def all(self) -> bytes:
        """One byte a word."""
        if self.unpacked is None:
            start = self.first >> 2
            four = b"".join([_FOUR[byte] for byte in self.packed[start : (self.first + self.words + 3) >> 2]])
            offset = self.first & 3
            self.unpacked = four[offset : offset + self.words]
        return self.unpacked


_FOUR = [bytes(byte >> shift & 3 for shift in (0, 2, 4, 6)) for byte in range(256)]


class Known(NamedTuple):
    """One known text."""

    ids: tuple[str, ...]
    """The licences that have this text, the one that it stands for first."""

    pairs: bytes
    """16-bit numbers, little-endian: pair i is words i and i+1."""

    marks: Marks

    approved: bool
    """Whether the OSI lists one of the licences: where two explain a file as well, it is rather that one."""

    @property
    def words(self) -> int:
        """How many words count in it."""
        return self.marks.words


class Index(NamedTuple):
    """Everything that identification looks things up in."""

    known: tuple[Known, ...]
    exact: dict[str, int]
    """Digest of a whole text → its place in `known`."""

    anchors: array[int]
    """Sorted: key of three pairs, text, place in the text, in one number."""

    counts: tuple[int, ...]
    """Anchors of each text."""

    significant: frozenset[int]
    """Hashes of the words that carry rights and duties."""

    restrictive: frozenset[int]
    """Those of them that restrict, also where they stand beside a licence."""

    disclaimers: frozenset[int]
    """Pairs that occur in the disclaimers of short open source licences."""

    advice: tuple[bytes, ...]
    """Beginnings, in pairs, of what may follow a licence and only advises on it."""

    about: dict[str, str]
    """Where the texts came from: list version, package."""


def pairs(hashes: Sequence[int]) -> array[int]:
    """The pairs of neighbouring words, as 16-bit numbers; one fewer than there are words."""
    return array("H", [(a * 40503 + b * 30011 >> 8) & 0xFFFF for a, b in pairwise(hashes)])


def digest(hashes: Sequence[int]) -> str:
    """A digest of a whole text."""
    return blake2b(array("I", hashes).tobytes(), digest_size=8).hexdigest()


def spacing(words: int) -> int:
    """A text of that many words has an anchor at every pair that is 0 in these bits."""
    return 1 if words < 150 else 3 if words < 500 else 15


def keys(numbers: Sequence[int], mask: int) -> Iterable[tuple[int, int]]:
    """(place, key) of every anchor: three pairs of which the first is 0 in the bits of `mask`."""
    last = len(numbers) - 2
    return [
        (place, (number << 32 | numbers[place + 1] << 16 | numbers[place + 2]) & (1 << _KEY_BITS) - 1)
        for place, number in enumerate(numbers)
        if not number & mask and place < last
    ]


def anchor(key: int, text: int, place: int) -> int:
    """One entry of `Index.anchors`. Places past the end of the field share the last one."""
    return (key << _TEXT_BITS | text) << _PLACE_BITS | min(place, (1 << _PLACE_BITS) - 1)


def found(index: Index, key: int) -> array[int]:
    """Every anchor with this key; `text_of` and `place_of` take them apart."""
    first = bisect_left(index.anchors, key << _TEXT_BITS + _PLACE_BITS)
    last = bisect_left(index.anchors, key + 1 << _TEXT_BITS + _PLACE_BITS, first)
    return index.anchors[first:last]


def text_of(entry: int) -> int:
    """The text of an anchor: its place in `Index.known`."""
    return entry >> _PLACE_BITS & (1 << _TEXT_BITS) - 1


def place_of(entry: int) -> int:
    """The pair of that text at which the anchor stands."""
    return entry & (1 << _PLACE_BITS) - 1


def write(
    known: Sequence[tuple[Sequence[str], Sequence[int], bytes, bool]],
    lists: dict[str, Iterable[int] | Sequence[Sequence[int]]],
    about: dict[str, str],
) -> bytes:
    """The file for texts given as (ids, hashes of their words, marks, whether the OSI approved one).

    `lists` has `significant`, `restrictive` (hashes of words), `disclaimers` (pairs) and `advice` (lists of pairs).
    """
    anchors, counts, listed = array("Q"), [], []
    numbers, marks = array("H"), bytearray()
    for text, (ids, hashes, kinds, approved) in enumerate(known):
        own = pairs(hashes)
        entries = [anchor(key, text, place) for place, key in keys(own, spacing(len(hashes)))]
        anchors.extend(entries)
        counts.append(len(entries))
        listed.append([list(ids), len(hashes), digest(hashes), int(approved)])
        numbers.extend(own)
        marks += kinds
    anchors = array("Q", sorted(anchors))
    packed = bytes(sum(mark << 2 * n for n, mark in enumerate(marks[i : i + 4])) for i in range(0, len(marks), 4))
    header = {
        "about": about,
        "known": listed,
        "counts": counts,
        "lists": {name: list(values) for name, values in lists.items()},
        "sizes": [2 * len(numbers), len(packed), 8 * len(anchors)],
    }
    written = json.dumps(header, separators=(",", ":")).encode()
    sections = (numbers.tobytes(), packed, anchors.tobytes())
    return MAGIC + b"%d\n" % len(written) + written + b"".join(sections)


@lru_cache(maxsize=1)
def load() -> Index:
    """The index. Raises CatalogError where the file is missing or broken."""
    try:
        data = PATH.read_bytes()
    except OSError as problem:
        raise CatalogError(f"cannot be read: {problem.strerror}", str(PATH)) from None
    try:
        return _decode(data)
    except (ValueError, KeyError, IndexError):
        raise CatalogError("not an index of licence texts", str(PATH)) from None


def _decode(data: bytes) -> Index:
    if not data.startswith(MAGIC):
        raise ValueError
    end = data.index(b"\n", len(MAGIC))
    start = end + 1 + int(data[len(MAGIC) : end])
    header = json.loads(data[end + 1 : start])
    sections = []
    for size in header["sizes"]:
        sections.append(data[start : start + size])
        start += size
    numbers, marks = sections[:2]
    anchors = array("Q")
    anchors.frombytes(sections[2])
    known, exact, at, word = [], {}, 0, 0
    for number, (ids, size, key, approved) in enumerate(header["known"]):
        known.append(Known(tuple(ids), numbers[at : at + 2 * (size - 1)], Marks(marks, word, size), bool(approved)))
        exact[key] = number
        at += 2 * (size - 1)
        word += size
    return Index(
        tuple(known),
        exact,
        anchors,
        tuple(header["counts"]),
        frozenset(header["lists"]["significant"]),
        frozenset(header["lists"]["restrictive"]),
        frozenset(header["lists"]["disclaimers"]),
        tuple(array("H", beginning).tobytes() for beginning in header["lists"]["advice"]),
        header["about"],
    )
