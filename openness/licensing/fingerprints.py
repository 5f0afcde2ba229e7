"""The index of known licence texts: hashed, ordered word pairs of each, committed in `rules/` in place of the texts.

A pair of neighbouring words that count (`words.py`) becomes one 16-bit number; a licence is the sequence of these
numbers, so texts are compared in order without being shipped. `fingerprint_build.py` writes the file.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from openness import yamlio
from openness.errors import CatalogError

PATH = yamlio.RULES / "fingerprints.bin"
MAGIC = b"openness-fingerprints-4\n"

PLAIN, SIGNIFICANT, OPTIONAL, ORDINARY = 0, 1, 2, 3
"""What a word of a known text is: one that says nothing (a name, an address), one that carries a right or a duty, one
that may differ or be missing, or any other."""


class Marks:
    """What each word of a known text is: `PLAIN`, `SIGNIFICANT`, `OPTIONAL` or `ORDINARY`; unpacked when looked at."""

    __slots__ = ("first", "packed", "span", "unpacked", "words")

    def __init__(self, packed: bytes, first: int, words: int) -> None:
        self.packed, self.first, self.words = packed, first, words
        self.unpacked: bytes | None = None
        self.span: tuple[int, int] | None = None

    @property
    def all(self) -> bytes:
        """One byte a word."""
        if self.unpacked is None:
            start = self.first >> 2
            four = b"".join([_FOUR[byte] for byte in self.packed[start : (self.first + self.words + 3) >> 2]])
            offset = self.first & 3
            self.unpacked = four[offset : offset + self.words]
        return self.unpacked

    def says(self, start: int, stop: int) -> bool:
        """Whether the words [start, stop) lie within what the text says, behind its title and its preface."""
        if self.span is None:
            first, last = bytes((SIGNIFICANT,)), bytes((ORDINARY,))
            preface = self.words - len(self.all.lstrip(bytes((OPTIONAL,))))
            begin = max(min(self.all.find(first), _TITLE), preface)
            self.span = (begin, max(self.all.rfind(first), self.all.rfind(last)))
        return self.span[0] < start and stop <= self.span[1]


_TITLE = 12
"""Words of the longest title before what a text says."""

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

    published: bool
    """Whether this is the text as its publisher has it, and not another that is in use."""

    exception: bool
    """Whether it is no licence but an exception to one."""

    anchors: tuple[int, ...]
    """How many different anchors it has under each of `MASKS`, where it may not differ."""

    @property
    def words(self) -> int:
        """How many words count in it."""
        return self.marks.words


class Index:
    """Everything that identification looks things up in."""

    def __init__(self, header: Any, sections: dict[str, bytes]) -> None:
        lists = header["lists"]
        self.about: dict[str, str] = header["about"]
        """Where the texts came from: list version, packages."""
        self.known = tuple(_known(header["known"], sections["pairs"], sections["marks"]))
        self.anchors = tuple(zip(*(known.anchors for known in self.known), strict=True))
        """For each of `MASKS`: how many different anchors each known text has, where it may not differ."""
        self.keys, self.starts, self.texts = (_array(code, sections[name]) for code, name in _POSTINGS)
        """Sorted keys of anchors; where in `texts` each one's known texts begin; the known texts."""
        self.wholes, self.owners = _array("Q", sections["wholes"]), _array("H", sections["owners"])
        """Sorted digests of whole texts, and the known text that each one is."""
        self.significant: frozenset[int] = frozenset(lists["significant"])
        """Hashes of the words that carry rights and duties."""
        self.restrictive: frozenset[int] = frozenset(lists["restrictive"])
        """Those of them that restrict, also where they stand beside a licence."""
        self.clausal: frozenset[int] = frozenset(lists["clausal"])
        """Hashes of words that make a clause, so that no name has them."""
        self.connecting: frozenset[int] = frozenset(lists["connecting"])
        """Hashes of words that may be one or the other between names."""
        self.imperative: frozenset[int] = frozenset(lists["imperative"])
        """Hashes of words with which a sentence begins that tells somebody to do something."""
        self.telling: frozenset[int] = frozenset(lists["telling"])
        """Hashes of words that say something also where they are written as names."""
        self.passing = _phrases(lists["passing"])
        """Phrases that say nothing, also within a licence."""
        self.notices = frozenset(map(tuple, lists["notices"]))
        """Ends of copyright notices."""
        self.headings = _phrases(lists["headings"])
        """Headings within a licence, which say nothing."""
        self.asides = _phrases([*lists["asides"], *lists["passing"]])
        """Phrases that bind nobody though they have a word that does."""
        self.advice = tuple(array("H", beginning).tobytes() for beginning in lists["advice"])
        """Beginnings, in pairs, of what may follow a licence and only advises on it."""
        self._sections = sections

    @cached_property
    def disclaimers(self) -> frozenset[int]:
        """Pairs that occur in the disclaimers of short open source licences."""
        return frozenset(_array("H", self._sections["disclaimers"]))

    @cached_property
    def vocabulary(self) -> frozenset[int]:
        """Hashes of the words that licences have, names and words that say nothing aside."""
        return frozenset(_array("I", self._sections["vocabulary"]))

    @cached_property
    def accepted(self) -> frozenset[int]:
        """Differences from known texts that occur in copies of the same licence, one by one (`gap`) or `together`."""
        return frozenset(_array("Q", self._sections["accepted"]))

    def whole(self, hashes: Sequence[int]) -> tuple[int, bool] | None:
        """The known text that these words are, and whether word for word; None if they are none."""
        key = digest(hashes)
        place = bisect_left(self.wholes, key)
        if place == len(self.wholes) or self.wholes[place] != key:
            return None
        return self.owners[place] & ~_COPY, not self.owners[place] & _COPY

    def sharing(self, keys: Iterable[int]) -> Iterator[tuple[int, Sequence[int]]]:
        """Those of the keys of anchors that known texts have, and the texts that have each."""
        listed, starts, texts = self.keys, self.starts, self.texts
        last = listed[-1]
        for key in keys:
            if key <= last:
                place = bisect_left(listed, key)
                if listed[place] == key:
                    yield key, texts[starts[place] : starts[place + 1]]


_COPY = 1 << 15
"""Set in `Index.owners` where the whole text is a copy in use that differs from the known text."""

_POSTINGS = (("I", "keys"), ("I", "starts"), ("H", "texts"))

MASKS = (1, 3, 15)
"""An anchor stands where the number of a pair is 0 in these bits: the longer a text, the more bits."""


Phrases = dict[int, tuple[tuple[int, ...], ...]]
"""First word → phrases that begin with it, the longest first."""


def _phrases(listed: Iterable[Sequence[int]]) -> Phrases:
    found: Phrases = {}
    for phrase in sorted(map(tuple, listed), key=len, reverse=True):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


def _array(code: str, data: bytes) -> array[int]:
    numbers = array(code)
    numbers.frombytes(data)
    return numbers


def _known(listed: Any, numbers: bytes, marks: bytes) -> Iterator[Known]:
    at = word = 0
    for ids, size, approved, published, exception, anchors in listed:
        end = at + 2 * (size - 1)
        own = Marks(marks, word, size)
        flags = (bool(approved), bool(published), bool(exception))
        yield Known(tuple(ids), numbers[at:end], own, *flags, tuple(anchors))
        at, word = end, word + size


def pairs(hashes: Sequence[int]) -> bytes:
    """The pairs of neighbouring words, as little-endian 16-bit numbers; one fewer than there are words.

    The number of a pair (a, b) is the second and third byte of a * 40503 + b * 30011. All are computed at once, in
    one long integer with 64 bits for each word.
    """
    if len(hashes) < 2:
        return b""
    lanes = int.from_bytes(array("Q", hashes).tobytes(), "little")
    products = (lanes * 40503 + (lanes >> 64) * 30011).to_bytes(8 * len(hashes), "little")
    found = bytearray(2 * len(hashes))
    found[::2], found[1::2] = products[1::8], products[2::8]
    return bytes(found[:-2])


def pair(first: int, second: int) -> int:
    """The number of one pair."""
    return (first * 40503 + second * 30011) >> 8 & 0xFFFF


def digest(hashes: Sequence[int]) -> int:
    """A 64-bit digest of words in their order."""
    return int.from_bytes(blake2b(array("I", hashes).tobytes(), digest_size=8).digest(), "little")


def gap(license_id: str, pairs: bytes, own: Sequence[int]) -> int:
    """A 64-bit digest of one difference from a licence: words, given as their pairs, for which a file has its own.

    The first and the last pair have a word on either side of them, so that the place in the licence counts.
    """
    parts = (license_id.encode(), pairs, array("I", own).tobytes())
    return int.from_bytes(
        blake2b(b"".join(b"%d:%b" % (len(one), one) for one in parts), digest_size=8).digest(), "little"
    )


def together(gaps: Iterable[int]) -> int:
    """A 64-bit digest of differences that occur in one copy."""
    return int.from_bytes(blake2b(array("Q", sorted(gaps)).tobytes(), digest_size=8).digest(), "little")


def anchor_mask(words: int) -> int:
    """Which of `MASKS` a text of that many words has."""
    return MASKS[0] if words < 150 else MASKS[1] if words < 500 else MASKS[2]


def anchors(numbers: bytes, mask: int) -> list[tuple[int, int]]:
    """(place, key) of every anchor: three pairs of which the first is 0 in the bits of `mask`."""
    view = memoryview(numbers).cast("H")
    places = [match.start() for match in _ZERO[mask].finditer(numbers[:-4:2])]
    return [(place, (view[place] * 65599 + view[place + 1]) * 65599 + view[place + 2] & 0xFFFFFFFF) for place in places]


_ZERO = {mask: re.compile(b"[" + re.escape(bytes(b for b in range(256) if not b & mask)) + b"]") for mask in MASKS}


class Text(NamedTuple):
    """One known text on its way into the index."""

    ids: Sequence[str]
    hashes: Sequence[int]
    marks: bytes
    approved: bool
    published: bool
    exception: bool


def encode(
    known: Sequence[Text],
    copies: dict[int, int],
    accepted: Iterable[int],
    disclaimers: Iterable[int],
    vocabulary: Iterable[int],
    lists: dict[str, Sequence[object]],
    about: dict[str, str],
) -> bytes:
    """The file.

    `copies` maps digests of whole texts to places in `known`; `lists` has `significant`, `restrictive`, `clausal`,
    `connecting`, `imperative`, `telling` (hashes of words), `asides`, `headings`, `passing`, `notices` (lists of such)
    and `advice` (lists of pairs).
    """
    postings: dict[int, list[int]] = {}
    listed = []
    numbers, marks = bytearray(), bytearray()
    for text, one in enumerate(known):
        own = pairs(one.hashes)
        found = anchors(own, anchor_mask(len(one.hashes)))
        for key in sorted({key for _, key in found}):
            postings.setdefault(key, []).append(text)
        view = memoryview(own).cast("H")
        firm = [(place, key) for place, key in found if one.marks[place] != OPTIONAL]
        counts = [len({key for place, key in firm if not view[place] & mask}) for mask in MASKS]
        flags = (int(one.approved), int(one.published), int(one.exception))
        listed.append([list(one.ids), len(one.hashes), *flags, counts])
        numbers += own
        marks += one.marks
    keys = sorted(postings)
    starts = [0]
    for key in keys:
        starts.append(starts[-1] + len(postings[key]))
    wholes = {key: text | _COPY for key, text in copies.items()}
    wholes |= {digest(one.hashes): text for text, one in enumerate(known)}
    digests = sorted(wholes)
    sections = {
        "pairs": bytes(numbers),
        "marks": bytes(sum(mark << 2 * n for n, mark in enumerate(marks[i : i + 4])) for i in range(0, len(marks), 4)),
        "keys": array("I", keys).tobytes(),
        "starts": array("I", starts).tobytes(),
        "texts": array("H", [text for key in keys for text in postings[key]]).tobytes(),
        "wholes": array("Q", digests).tobytes(),
        "owners": array("H", [wholes[key] for key in digests]).tobytes(),
        "accepted": array("Q", sorted(accepted)).tobytes(),
        "disclaimers": array("H", sorted(disclaimers)).tobytes(),
        "vocabulary": array("I", sorted(vocabulary)).tobytes(),
    }
    header = {
        "about": about,
        "known": listed,
        "lists": lists,
        "sections": {name: len(data) for name, data in sections.items()},
    }
    written = json.dumps(header, separators=(",", ":")).encode()
    return MAGIC + b"%d\n" % len(written) + written + b"".join(sections.values())


@lru_cache(maxsize=1)
def load() -> Index:
    """The index. Raises CatalogError where the file is missing or broken."""
    try:
        data = PATH.read_bytes()
    except OSError as problem:
        raise CatalogError(f"cannot be read: {problem.strerror}", str(PATH)) from None
    try:
        return decode(data)
    except (ValueError, KeyError, IndexError, TypeError):
        raise CatalogError("not an index of licence texts", str(PATH)) from None


def decode(data: bytes) -> Index:
    """What `encode` made. Raises ValueError, KeyError, IndexError or TypeError for anything else."""
    if not data.startswith(MAGIC):
        raise ValueError
    end = data.index(b"\n", len(MAGIC))
    start = end + 1 + int(data[len(MAGIC) : end])
    header = json.loads(data[end + 1 : start])
    sections = {}
    for name, size in header["sections"].items():
        sections[name] = data[start : start + size]
        start += size
    return Index(header, sections)
