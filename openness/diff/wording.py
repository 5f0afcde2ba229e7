"""Where the words of two licence texts differ, with the lines of both. A part of the comparison of two states.

Words are compared without case, wrapping, markup and the punctuation around them, so that a text which was only
wrapped or typeset anew has no differences. Time grows with the length of the texts, whatever they say: they are laid
over each other at runs of words that occur once in each, long runs first, and never word against word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from openness.snapshot import Passage

MAX_PASSAGES = 200
"""Most passages that are told of one text."""

MAX_QUOTE = 600
"""Most characters told of one side of a passage."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
_EDGES = ".,;:!?\"'()[]{}<>*_#|/\\`~=-–—‘’“”«»·•。，、；：（）「」"
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-"})
_RUNS = (16, 6, 3, 1)  # words of a run that must be unique in both texts to hold them together
_ISLAND = 3  # words that must agree between two differences for them to be two
_SLIDE = 40  # words by which a passage may be taken earlier or later, to begin with a line


class _Words(NamedTuple):
    """A text in words that count."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]
    """First and one past the last character of each."""

    ends: list[int]
    """Where each line ends."""

    def lines(self, first: int, last: int) -> tuple[int, int]:
        """First and last line of the words [first, last); where there are none, of the words around that place."""
        if not self.words:
            return 1, 1
        if first == last:
            first, last = first - 1, first + 1
        return self._line(first), self._line(last - 1)

    def begins_line(self, word: int) -> bool:
        """Whether no word of the same line stands before it."""
        return word == 0 or self._line(word - 1) != self._line(word)

    def _line(self, word: int) -> int:
        start, _ = self.spans[min(max(word, 0), len(self.spans) - 1)]
        return bisect_left(self.ends, start) + 1

    def quote(self, first: int, last: int) -> str:
        """The words [first, last) as they stand there, on one line."""
        if first == last:
            return ""
        start, end = self.spans[first][0], self.spans[last - 1][1]
        words = " ".join(self.text[start : min(end, start + 4 * MAX_QUOTE)].split())
        return words if len(words) <= MAX_QUOTE else words[: MAX_QUOTE - 1] + "…"


_Region = tuple[int, int, int, int]
"""Words [first, last) of the old text, and of the new one."""


def passages(old: str, new: str) -> list[Passage]:
    """Every place where the words differ, in order; empty where only the layout does."""
    one, other = _words(old), _words(new)
    return [_passage(one, other, region) for region in _placed(one, other)]


def _placed(old: _Words, new: _Words) -> Iterator[_Region]:
    """The regions that differ, where a reader would have them."""
    whole = (0, len(old.words), 0, len(new.words))
    regions = _joined(_regions(old.words, new.words, whole, _RUNS))
    before = 0
    for number, region in enumerate(regions):
        after = regions[number + 1][0] if number + 1 < len(regions) else len(old.words)
        placed = _from_line(old, new, region, before, after)
        before = placed[1]
        yield placed


def _words(text: str) -> _Words:
    words, spans = [], []
    for match in _WORD.finditer(text):
        word = match.group().translate(_TYPOGRAPHY).strip(_EDGES).casefold()
        if word:
            words.append(word)
            spans.append(match.span())
    return _Words(text, words, spans, [match.start() for match in re.finditer("\n", text)])


def _passage(old: _Words, new: _Words, region: _Region) -> Passage:
    o1, o2, n1, n2 = region
    kind = "added" if o1 == o2 else "removed" if n1 == n2 else "changed"
    return Passage(kind, old.lines(o1, o2), new.lines(n1, n2), old.quote(o1, o2), new.quote(n1, n2))


def _joined(regions: Iterator[_Region]) -> list[_Region]:
    """The regions, those as one between which only a word or two agree."""
    joined: list[_Region] = []
    for region in regions:
        if joined and region[0] - joined[-1][1] < _ISLAND:
            joined[-1] = (joined[-1][0], region[1], joined[-1][2], region[3])
        else:
            joined.append(region)
    return joined


def _from_line(old: _Words, new: _Words, region: _Region, start: int, end: int) -> _Region:
    """Words that only came or went, taken from the beginning of a line where that is as true: `b. a` in `a b. a b.`.

    `start` and `end` are where, in the old text, the words around them begin and end that both texts have.
    """
    o1, o2, n1, n2 = region
    if o1 < o2 and n1 < n2:
        return region
    text, first, last = (old, o1, o2) if o1 < o2 else (new, n1, n2)
    least, most = 0, 0
    while -least < min(_SLIDE, o1 - start) and text.words[first + least - 1] == text.words[last + least - 1]:
        least -= 1
    while most < min(_SLIDE, end - o2) and text.words[first + most] == text.words[last + most]:
        most += 1
    by = next((by for by in range(least, most + 1) if text.begins_line(first + by)), 0)
    return o1 + by, o2 + by, n1 + by, n2 + by


def _regions(old: Sequence[str], new: Sequence[str], region: _Region, runs: Sequence[int]) -> Iterator[_Region]:
    """The parts of a region that differ, in order."""
    o1, o2, n1, n2 = region
    while o1 < o2 and n1 < n2 and old[o1] == new[n1]:
        o1, n1 = o1 + 1, n1 + 1
    while o1 < o2 and n1 < n2 and old[o2 - 1] == new[n2 - 1]:
        o2, n2 = o2 - 1, n2 - 1
    if o1 == o2 or n1 == n2:
        if o1 < o2 or n1 < n2:
            yield o1, o2, n1, n2
        return
    for number, size in enumerate(runs):
        anchors = _anchors(old, new, (o1, o2, n1, n2), size)
        if anchors:
            ends = [(o1, n1), *anchors, (o2, n2)]
            for (start, at), (end, to) in pairwise(ends):
                yield from _regions(old, new, (start, end, at, to), runs[number + 1 :])
            return
    yield o1, o2, n1, n2


def _anchors(old: Sequence[str], new: Sequence[str], region: _Region, size: int) -> list[tuple[int, int]]:
    """Places (old, new) where a run of words begins that each side has once, as many as lie in the same order."""
    o1, o2, n1, n2 = region
    first, second = _unique(old, o1, o2, size), _unique(new, n1, n2, size)
    common = [(place, second[run]) for run, place in first.items() if place >= 0 and second.get(run, -1) >= 0]
    return _rising(sorted(common))


def _unique(words: Sequence[str], start: int, end: int, size: int) -> dict[tuple[str, ...], int]:
    """Run of words → where it begins; -1 for one that occurs again."""
    places: dict[tuple[str, ...], int] = {}
    for place in range(start, end - size + 1):
        run = tuple(words[place : place + size])
        places[run] = -1 if run in places else place
    return places


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest series of pairs, given by their first numbers, in which the second ones rise too."""
    tails: list[int] = []  # the smallest last number of a series of each length
    last: list[int] = []  # the pair that has it
    before = [-1] * len(pairs)
    for index, (_, number) in enumerate(pairs):
        length = bisect_left(tails, number)
        before[index] = last[length - 1] if length else -1
        if length == len(tails):
            tails.append(number)
            last.append(index)
        else:
            tails[length], last[length] = number, index
    series, index = [], last[-1] if last else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]
