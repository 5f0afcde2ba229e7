"""What stands beside a licence text, or where it leaves room: a title, a name, a notice, or words that bind somebody.

A part of identification. A passage binds where one of its words says who must, may or may not do something, once the
names, phrases and disclaimers that say nothing of the kind are set aside. The words are in `rules/license-words.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openness.licensing import alignment, fingerprints
from openness.licensing.fingerprints import Index, Phrases
from openness.licensing.words import Places

_LEAST = 5  # words of a disclaimer
_NOTICE = 16  # and of a copyright notice, at most
_TOLD = 0.8  # share of a part's pairs that a disclaimer or the licence has too


def binds(index: Index, hashes: Sequence[int], first: int, last: int, places: Places | None = None) -> bool:
    """Whether the words [first, last) of a file say who must, may or may not do something.

    With `places`, names are known by their capitals and sentences by their ends; without, every word counts as one of
    a sentence's middle that is no name.
    """
    for at, word in without(index.asides, hashes, first, last):
        if word in index.restrictive or word in index.clausal:
            if places is None or word in index.telling or not places.is_name(at, index.vocabulary):
                return True
        elif places is not None and word in index.imperative and places.begins(at):
            return True
    return False


def without(phrases: Phrases, hashes: Sequence[int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """(place, word) of those of the words [first, last) that are in none of the phrases."""
    at = first
    while at < last:
        for phrase in phrases.get(hashes[at], ()):
            if at + len(phrase) <= last and tuple(hashes[at : at + len(phrase)]) == phrase:
                at += len(phrase)
                break
        else:
            yield at, hashes[at]
            at += 1


def is_notice(index: Index, own: Sequence[int]) -> bool:
    """Whether words are the end of a copyright notice, which names somebody and makes no clause."""
    ends = any(tuple(own[-len(end) :]) == end for end in index.notices)
    return ends and len(own) <= _NOTICE and index.clausal.isdisjoint(own)


def disclaims(index: Index, pairs: bytes, first: int, end: int) -> bool:
    """Whether the words [first, end) are part of a disclaimer as open source licences have it."""
    numbers = alignment.numbers_of(pairs[2 * max(first - 1, 0) : 2 * end])
    return end - first >= _LEAST and sum(number in index.disclaimers for number in numbers) >= _TOLD * len(numbers)


def told(index: Index, own: Sequence[int], licenses: Sequence[Sequence[int]]) -> bool:
    """Whether words beside licences only advise on them, disclaim, or repeat what the licences say."""
    part = fingerprints.pairs(own)
    if part.startswith(index.advice):
        return True
    said = {number for words in licenses for number in alignment.numbers_of(fingerprints.pairs(words))}
    numbers = alignment.numbers_of(part)
    return sum(number in said or number in index.disclaimers for number in numbers) >= max(_TOLD * len(numbers), 1)
