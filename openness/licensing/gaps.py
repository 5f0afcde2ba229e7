"""Where a file and a known text differ: whether that alters the licence. A part of identification.

What lies between two matching runs is a gap. In what the licence says, a gap alters it unless its words are names,
slips, another disclaimer, or such as copies of the same licence differ in; elsewhere, if it binds somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from openness.licensing import alignment, beside, fingerprints, slips
from openness.licensing.fingerprints import OPTIONAL, ORDINARY, PLAIN, SIGNIFICANT, Index, Known
from openness.licensing.words import Places

_NAMES = (PLAIN, OPTIONAL)
_PASSAGE = 6  # words that are missing in one place make an alteration, whatever they are
_FINER = 80  # words of a gap that is looked at once more, pair by pair
_FREE = 26  # words that may stand where a template leaves a place for names,
_FREE_BESIDE = 2  # right beside such a place,
_PER_GAP = 20  # words that an alteration counts for besides its own
_TOGETHER = 3  # up to so many may still turn out to be such as occur in one copy
_TEMPLATE = 4  # words of such a place that may have a negation among them, as in "X nor its contributors"
FREE_IN_TAIL = 120  # and within advice on how to apply a licence


class File(NamedTuple):
    """A file, or the part of it that is compared."""

    texts: Index
    """The known texts and words."""
    hashes: Sequence[int]
    pairs: bytes
    places: Places | None
    """The words of the whole file; None where only their hashes are at hand."""
    begin: int
    """Which word of the whole file is the first one here."""


class Gap(NamedTuple):
    """Words that do not match, between two runs: of the file [first, last), of the known text [start, end)."""

    first: int
    last: int
    start: int
    end: int
    added: int
    """Words that say something and that the file has more; at least 1 for a passage beside what the licence says."""
    removed: int
    """Words that say something and that the file lacks."""
    digests: tuple[int, ...]
    """Of the difference: by all words that say something and, if it was looked at closely, by those but names."""


Run = tuple[int, int, int]
"""Matching pairs: place in the file, place in the known text, how many."""

Edge = tuple[int, int, int, int]
"""A gap: words of the file [first, end), of the known text [start, stop)."""


class Seen(NamedTuple):
    """What gaps amount to."""

    gaps: tuple[Gap, ...]
    """Those that alter the text."""
    missing: int
    """Words of the known text that the file lacks, places that may differ aside."""
    extra: int
    """Words of the file within it that are not its."""
    instead: int
    """Words of `missing` for which the file has another disclaimer."""
    other: int
    """Words of `extra` that are another disclaimer."""

    @property
    def cost(self) -> int:
        """What these are worth in matching words."""
        altered = sum(gap.added + gap.removed for gap in self.gaps)
        return self.missing + self.extra + altered + _PER_GAP * len(self.gaps)


NOTHING = Seen((), 0, 0, 0, 0)


def look(file: File, text: int, runs: list[Run], closely: bool, most: float = inf) -> Seen:
    """What the gaps between matching runs amount to; `closely` costs more and is for the best candidate only.

    Once it has more than `_TOGETHER` that alter it and they cost more than `most`, what follows is not looked at.
    """
    known = file.texts.known[text]
    last = runs[-1]
    edges = [
        (runs[0][0], runs[0][0], 0, runs[0][1]),
        *_between(runs),
        (last[0] + last[2] + 1,) * 2 + (last[1] + last[2] + 1, known.words),
    ]
    parts: list[Seen] = []
    altering = cost = 0
    for edge in edges:
        part = _gap(file, text, edge, closely)
        finer = _finer(file, known, edge) if part.gaps else []
        found = [_gap(file, text, one, closely) for one in finer] or [part]
        parts += found
        altering += sum(len(one.gaps) for one in found)
        cost += sum(one.cost for one in found)
        if part.gaps and altering > _TOGETHER and cost > most:
            return _sum(parts)
    seen = _sum(parts)
    occurs = seen.gaps and not file.texts.accepted.isdisjoint(together(seen.gaps))
    return seen._replace(gaps=()) if occurs else seen


def _sum(parts: Sequence[Seen]) -> Seen:
    gaps = tuple(gap for part in parts for gap in part.gaps)
    return Seen(gaps, *(sum(counts) for counts in list(zip(*parts, strict=True))[1:]))


def _gap(file: File, text: int, edge: Edge, closely: bool) -> Seen:
    """What one gap amounts to."""
    first, end, start, stop = edge
    known = file.texts.known[text]
    marks = known.marks.all[start:stop]
    own = file.hashes[first:end]
    if not marks and not own:
        return NOTHING
    inside = SIGNIFICANT in marks or known.marks.says(start, stop)
    optional, removed = marks.count(OPTIONAL), weight(marks) if inside else 0
    more = len(own) - (len(marks) - optional)
    # at the beginning it is a title or a name, which may be missing
    missing = len(marks) - optional if start > 0 or removed else 0
    if (
        (not removed or (removed == 1 and optional >= _TEMPLATE))
        and more > -_PASSAGE
        and _is_free(file, known, optional, edge, closely)
    ):
        return Seen((), missing, 0, 0, 0)
    if not removed and beside.is_notice(file.texts, own):
        return Seen((), missing, 0, 0, 0)
    if closely and start == stop and _is_heading(file, first, end):
        return Seen((), 0, len(own), 0, 0)
    if _is_disclaimer(file, known, edge):
        return Seen((), missing, len(own), missing, len(own))
    if inside:
        said = saying(file.texts, own)
        if said and _between_names(file.texts, own, known.marks.all, start, stop):
            said = [word for word in said if word not in file.texts.connecting]
        added = len(said) if removed or not said or not closely else _bearing(file, edge)
        altered = added or removed or (start > 0 and stop < known.words and more <= -_PASSAGE)
        altered = altered and not (closely and _is_slip(file, known, edge))
    else:  # before or behind what the licence says
        added = altered = _binds(file, first, end, closely)
    digests = _digests(file, known, edge, closely) if altered else ()
    gaps: tuple[Gap, ...] = ()
    if altered and file.texts.accepted.isdisjoint(digests):
        gaps = (Gap(*edge, added, removed, digests),)
    return Seen(gaps, missing, len(own), 0, 0)


def _binds(file: File, first: int, end: int, closely: bool) -> bool:
    """Whether words of the file say who must, may or may not do something."""
    if file.places is None or not closely:
        return beside.binds(file.texts, file.hashes, first, end)
    return beside.binds(file.texts, file.places.hashes, file.begin + first, file.begin + end, file.places)


def _bearing(file: File, edge: Edge) -> int:
    """How many words of the file say something: neither names nor those of its copyright notices.

    What stands in place of a name is one, too, if it binds nobody and most of it is in no licence.
    """
    first, end, start, stop = edge
    said = saying(file.texts, file.hashes[first:end])
    if file.places is None or end - first > _FREE:
        return len(said)
    if start < stop and 2 * len(said) <= end - first and not _binds(file, first, end, closely=False):
        return 0
    return len(_unnamed(file, file.places, first, end))


def _unnamed(file: File, places: Places, first: int, end: int) -> list[int]:
    """Those of the words [first, end) that say something, and are neither names nor in the file's copyright notices."""
    holders = places.holders - file.texts.significant - file.texts.clausal
    return [
        word
        for at, word in beside.without(file.texts.passing, file.hashes, first, end)
        if word in file.texts.vocabulary
        and word not in holders
        and not places.is_name(file.begin + at, file.texts.vocabulary)
    ]


def _is_slip(file: File, known: Known, edge: Edge) -> bool:
    """Whether the words of the file are those of the known text, misspelt, joined or parted."""
    first, end, start, stop = edge
    if file.places is None or max(end - first, stop - start) > slips.MAX_WORDS:
        return False
    if not (0 < start < stop < known.words and 0 < first < end < len(file.hashes)):
        return False
    own = file.places.words(file.begin + first, file.begin + end)
    spelt = file.texts.vocabulary.isdisjoint(file.hashes[first:end])
    wanted = known.pairs[2 * (start - 1) : 2 * stop]
    return slips.is_slip(own, wanted, file.hashes[first - 1], file.hashes[end], spelt)


def _is_disclaimer(file: File, known: Known, edge: Edge) -> bool:
    """Whether the file has another disclaimer there than the known text, or one more."""
    first, end, start, stop = edge
    if not beside.disclaims(file.texts, file.pairs, first, end):
        return False
    return start == stop or beside.disclaims(file.texts, known.pairs, start, stop)


def _is_heading(file: File, first: int, end: int) -> bool:
    """Whether the words of the file are headings, on lines of their own."""
    if file.places is None or next(beside.without(file.texts.headings, file.hashes, first, end), None) is not None:
        return False
    return file.places.alone(file.begin + first, file.begin + end)


def _finer(file: File, known: Known, edge: Edge) -> list[Edge]:
    """The gaps within a gap: what lies between the single pairs that both sides have in the same order."""
    first, end, start, stop = edge
    if min(end - first, stop - start) < 2 or max(end - first, stop - start) > _FINER:
        return []
    same = alignment.common(file.pairs, known.pairs, (first, end - 1), (start, stop - 1))
    return _between([(first - 1, start - 1, 0), *same, (end, stop, 0)]) if same else []


def _is_free(file: File, known: Known, optional: int, edge: Edge, closely: bool) -> bool:
    """Whether the file may say there what it likes: where the known text leaves a place for names or advice."""
    first, end, start, stop = edge
    before = start > 0 and known.marks.all[start - 1] == OPTIONAL
    after = stop < known.words and known.marks.all[stop] == OPTIONAL
    if before and after and optional == stop - start:
        return end - first <= FREE_IN_TAIL and not _binds(file, first, end, closely)
    if not optional:
        beside_it = (before or after) and end - first <= _FREE_BESIDE
        return beside_it and not saying(file.texts, file.hashes[first:end])
    return end - first <= _FREE and not _binds(file, first, end, closely)


def _between(runs: Sequence[Run]) -> list[Edge]:
    """The gaps between runs, in order."""
    return [
        (place + size + 1, max(place2, place + size + 1), at + size + 1, max(at2, at + size + 1))
        for (place, at, size), (place2, at2, _) in pairwise(runs)
    ]


def saying(index: Index, own: Sequence[int]) -> list[int]:
    """Those of a file's words that say something."""
    if index.passing.keys().isdisjoint(own):
        return [word for word in own if word in index.vocabulary]
    return [word for _, word in beside.without(index.passing, own, 0, len(own)) if word in index.vocabulary]


def _digests(file: File, known: Known, edge: Edge, closely: bool) -> tuple[int, ...]:
    """See `Gap`."""
    first, end, start, stop = edge
    said = [saying(file.texts, file.hashes[first:end])]
    if closely and file.places is not None:
        said += [_unnamed(file, file.places, first, end)] if end - first <= _FREE else said
    pairs = known.pairs[2 * max(start - 1, 0) : 2 * stop]
    nothing = [0] if end > first else []  # a word that says nothing is other than none: it may be a name
    return tuple(fingerprints.gap(known.ids[0], pairs, own or nothing) for own in said)


def together(gaps: Sequence[Gap]) -> tuple[int, ...]:
    """Digests of all differences from a known text, as each gap has them."""
    return tuple(fingerprints.together(of) for of in zip(*(gap.digests for gap in gaps), strict=True))


def _between_names(index: Index, own: Sequence[int], marks: bytes, start: int, stop: int) -> bool:
    """Whether the words in place of [start, stop) of a known text begin and end at names or words that say nothing."""
    if not 0 < start <= stop < len(marks):
        return False
    begins = marks[start - 1] in _NAMES or own[0] not in index.vocabulary
    return begins and (marks[stop] in _NAMES or own[-1] not in index.vocabulary)


def weight(marks: bytes) -> int:
    """How many words of a known text say something."""
    return marks.count(SIGNIFICANT) + marks.count(ORDINARY)
