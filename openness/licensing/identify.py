"""Which licence a text is: exactly, with differences that mean nothing, altered, or unknown. Never a guess.

A text is compared in order, word pair by word pair, with the known texts that share rare pieces with it. What lies
between two matching runs is a gap; a gap in what the licence says is an alteration, unless its words are names, slips,
or such as copies of the same licence differ in.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest
from math import inf
from typing import NamedTuple

from openness.licensing import alignment, beside, fingerprints, gaps
from openness.licensing.fingerprints import OPTIONAL, Index, Known
from openness.licensing.gaps import File, Gap, Run, Seen
from openness.licensing.words import Places

MAX_MATCHES = 12
MAX_CANDIDATES = 12
"""Known texts that are compared for a part of a file."""
MAX_COPIES = 3
"""Of these, copies of one licence that its publisher does not have."""
MAX_RANKED = 24
"""Known texts that are candidates."""
MAX_SHARED = 6000
"""Anchors of known texts that are counted for a file."""
MAX_AGAIN = 100_000
"""Words that are looked at once more, after a first licence was found, all parts together."""

_LEAST_COVER = 0.7  # share of a licence's words, and of its significant ones, below which it is not recognised
_MOST_MISSING = 0.55  # share of its words, those that may be missing and disclaimers among them, that it may lack
_LEAST_SECOND = 0.85  # share of a further licence's words in a file that has one already
_LEAST_PART = 40  # words of a part of a file in which a further licence is looked for
_LEAST_SAME = 0.85  # share of its words below which a text is not the same, whatever the words that are missing
_MOST_EXTRA = 0.2  # words more than it has, as a share of them, above which it is not the same either
_AS_MUCH = 0.9  # share of the words that an altered text takes up, from which one that is not altered is rather it
_LEAST_SHARE = 0.4  # share of a licence's anchors in a file below which it is not compared,
_LEAST_SHARE_SECOND = 0.35  # and where the file has one already
_LEAST_RIVAL = 0.6  # what a licence may explain, as a share of what the first one may, below which it is no rival
_LESS = 0.25  # and how much less of its anchors
_MOST_WORTH = 1.03  # what a matching word is worth in a licence that the OSI lists; one in any other
_SPOTS = 9  # anchors of a known text that are looked up; a notice beside a licence has some of them out of order
_OPTIONAL = bytes((OPTIONAL,))


class Match(NamedTuple):
    """A known text recognised in a file."""

    ids: tuple[str, ...]
    """The licences that have this text."""

    text: int
    """The known text: its place in the index."""

    status: str
    """`exact`, `cosmetic` or `altered`."""

    first: int
    last: int
    """Words of the file that it takes up: [first, last)."""

    score: float
    """Share of the known text's words found in the file, 0.0 to 1.0; places that may differ count as found."""

    gaps: tuple[Gap, ...]
    """Those that alter the text."""

    exception: bool = False
    """Whether it is no licence but an exception to one."""


def identify(hashes: Sequence[int], places: Places | None = None) -> list[Match]:
    """The licence texts in a file, given as the hashes of its words, in the order of the file.

    With `places`, names are known by their capitals, and misspelt words by their letters. Empty where none was
    recognised. Time grows with the length of the file and with the number of its gaps.
    """
    index = fingerprints.load()
    whole = index.whole(hashes)
    if whole is not None:
        text, same = whole
        known = index.known[text]
        status = "exact" if same and known.published else "cosmetic"
        return [Match(known.ids, text, status, 0, len(hashes), 1.0, (), known.exception)]
    found = _Search(index, hashes, places).matches()
    parts = _between(found, len(hashes)) if found else []
    left = MAX_AGAIN
    while parts and len(found) < MAX_MATCHES:  # once more in what is left, with the anchors of a shorter text
        first, last = parts.pop(0)
        left -= last - first
        if last - first >= _LEAST_PART and left >= 0:
            again = _Search(index, hashes[first:last], places, first, fingerprints.MASKS[1])
            inner = again.matches(_LEAST_SHARE_SECOND)
            inner = [one for one in inner if one.score >= _LEAST_SECOND]
            found += [_moved(one, first) for one in inner]
            parts += [(first + start, first + end) for start, end in _between(inner, last - first) if inner]
    return sorted(found, key=lambda match: match.first)[:MAX_MATCHES]


def _between(matches: Sequence[Match], words: int) -> list[tuple[int, int]]:
    """The parts of a file outside every match."""
    parts, at = [], 0
    for match in sorted(matches, key=lambda match: match.first):
        if match.first > at:
            parts.append((at, match.first))
        at = max(at, match.last)
    return [*parts, (at, words)] if at < words else parts


def _moved(match: Match, by: int) -> Match:
    """The same match in a file of which the text compared was a part."""
    gaps = tuple(gap._replace(first=gap.first + by, last=gap.last + by) for gap in match.gaps)
    return match._replace(first=match.first + by, last=match.last + by, gaps=gaps)


class _Found(NamedTuple):
    """A candidate, compared."""

    known: Known
    text: int
    first: int
    last: int
    matched: int
    """Words of the known text that the file has, in order."""
    runs: list[Run]
    seen: Seen
    """What its gaps amount to."""

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self.seen.gaps

    @property
    def worth(self) -> float:
        """How well it explains the file; the best candidate has the most."""
        return _worth(self.known, self.matched) - self.seen.cost

    def beats(self, other: _Found) -> bool:
        """Whether it is the better explanation.

        That is one that is not altered, if it takes up about as much of the file; of two texts of one licence that are
        altered the one with fewer alterations.
        """
        if bool(self.gaps) != bool(other.gaps):
            whole, altered = (other, self) if self.gaps else (self, other)
            if whole.last - whole.first >= _AS_MUCH * (altered.last - altered.first):
                return whole is self
        elif self.known.ids == other.known.ids and len(self.gaps) != len(other.gaps):
            return len(self.gaps) < len(other.gaps)
        return self.worth > other.worth


class _Search:
    """One file against the index."""

    def __init__(
        self,
        index: Index,
        hashes: Sequence[int],
        places: Places | None,
        begin: int = 0,
        coarsest: int = fingerprints.MASKS[-1],
    ) -> None:
        self.index = index
        self.file = File(index, hashes, fingerprints.pairs(hashes), places, begin)
        self.mask = min(fingerprints.anchor_mask(len(hashes)), coarsest)
        anchors = fingerprints.anchors(self.file.pairs, self.mask)
        often = Counter([key for _, key in anchors])
        at = {key: place for place, key in reversed(anchors)}
        shared = [(at[key], texts, often[key] > 1) for key, texts in index.sharing(at)]
        self.shared = sorted(shared, key=lambda one: (one[2], len(one[1])))
        """Place of each anchor, the known texts that have it, and whether it stands elsewhere, too: those last, and
        the rarest first, since what many share says little."""

    def matches(self, least: float = _LEAST_SHARE) -> list[Match]:
        """The best explanation of the file, part by part; the first by a text that shares `least` of its anchors.

        Further ones are those that are not altered: the anchors that several licences share count for the first.
        """
        found: list[Match] = []
        while self.shared and len(found) < MAX_MATCHES:
            best = self._best(_LEAST_SHARE_SECOND if found else least)
            if best is None:
                break
            best = self._looked_at(best)
            inside = sum(max(0, min(best.last, one.last) - max(best.first, one.first)) for one in found)
            match = self._match(best)
            sure = match.status != "altered" and match.score >= _LEAST_SECOND
            if 2 * inside < best.last - best.first and (sure or not found):
                found.append(match)
            self.shared = [one for one in self.shared if not best.first <= one[0] < best.last]
        return found

    def _best(self, least: float) -> _Found | None:
        """The known text that explains most, among those that share most with the file: `least` of their anchors."""
        known, anchors = self.index.known, self.index.anchors[fingerprints.MASKS.index(self.mask)]
        texts: array[int] = array("H")
        for _, some, _ in self.shared:
            texts.extend(some)
            if len(texts) > MAX_SHARED:
                break
        counts = Counter(texts).items()
        shares = {
            text: count / (anchors[text] + 1)
            for text, count in counts
            if count > 1 and count > least * (anchors[text] + 1)
        }
        # how much of the file each may explain: the share of its anchors there, cubed, in words
        explained = {text: min(share, 1.0) ** 3 * known[text].words for text, share in shares.items()}
        best: _Found | None = None
        compared: Counter[str] = Counter()
        left = MAX_CANDIDATES
        for text in nlargest(MAX_RANKED, explained, key=explained.__getitem__):
            compared[known[text].ids[0]] += not known[text].published
            if compared[known[text].ids[0]] > MAX_COPIES and not known[text].published:
                continue
            if best is not None and explained[text] < _LEAST_RIVAL * explained[best.text]:
                break
            if best is not None and shares[text] < shares[best.text] - _LESS:
                continue
            spare = int(_MOST_MISSING * known[text].words)
            if best is not None and not best.gaps:
                spare = min(spare, known[text].words - int(best.worth / _MOST_WORTH))
            if spare < 0:
                continue
            left -= 1
            if left < 0:
                break
            one = self._compare(text, spare, best)
            if one is not None and (best is None or one.beats(best)):
                best = one
                if not best.seen.cost:
                    break
        return best

    def _spot(self, text: int) -> tuple[int, int]:
        """A place in the file and the same place in the known text: where most of some rare anchors agree."""
        numbers = self.index.known[text].pairs
        spots = []
        for place, texts, _ in self.shared:
            if text in texts:
                at = alignment.find(numbers, self.file.pairs[2 * place : 2 * place + 6], 0, len(numbers) // 2)
                if at >= 0:
                    spots.append((place, at))
                if len(spots) == _SPOTS:
                    break
        offset = Counter([place - at for place, at in spots]).most_common(1)[0][0]
        return next(spot for spot in spots if spot[0] - spot[1] == offset)

    def _compare(self, text: int, spare: int, best: _Found | None) -> _Found | None:
        """The known text laid over the file.

        None if too little of it is there, if more than `spare` words are not, or if it cannot be better than the best.
        """
        known = self.index.known[text]
        place, at = self._spot(text)
        budget = int(_LEAST_COVER * known.words) + gaps.FREE_IN_TAIL
        runs = alignment.forwards(self.file.pairs, known.pairs, place, at, budget, spare)
        spare -= known.words - at - sum(size + 1 for _, _, size in runs)
        if spare >= 0:
            runs = alignment.backwards(self.file.pairs, known.pairs, place, at, budget, spare) + runs
        if spare < 0 or not runs:
            return None
        runs = _trimmed(runs, known)
        first, last = runs[0][0], runs[-1][0] + runs[-1][2] + 1
        matched = sum(size + 1 for _, _, size in runs)
        most = inf if best is None else _worth(known, matched) - best.worth
        if best is not None and most <= 0 and not best.gaps:
            return None
        if best is not None and most > 0 and best.known.ids == known.ids:
            most = inf  # of two copies the one with fewer gaps is better, whatever it is worth
        seen = gaps.look(self.file, text, runs, closely=False, most=most)
        if seen.gaps and seen.cost > most:
            return None
        lacking = sum(gap.removed for gap in seen.gaps)
        share = 1 - _LEAST_COVER
        if seen.missing - seen.instead > share * known.words or lacking > share * gaps.weight(known.marks.all):
            return None
        return _Found(known, text, first, last, matched, runs, seen)

    def _looked_at(self, best: _Found) -> _Found:
        """The best candidate with its gaps looked at closely: capitals, ends of sentences, misspelt words."""
        if self.file.places is None or not best.seen.cost:
            return best
        return best._replace(seen=gaps.look(self.file, best.text, best.runs, closely=True))

    def _match(self, best: _Found) -> Match:
        known, seen = best.known, best.seen
        status = "altered" if seen.gaps else "cosmetic"
        same = 1 - (seen.missing - seen.instead) / known.words
        if status == "cosmetic" and (same < _LEAST_SAME or seen.extra - seen.other > _MOST_EXTRA * known.words):
            status = "altered"
        score = 1 - seen.missing / known.words
        return Match(known.ids, best.text, status, best.first, best.last, score, seen.gaps, known.exception)


def _worth(known: Known, matched: int) -> float:
    """What a text explains of a file, before its gaps are taken off."""
    return matched * (_MOST_WORTH if known.approved else 1.0)


def _trimmed(runs: list[Run], known: Known) -> list[Run]:
    """The runs without those at both ends that are few words of what may be missing, far from the rest."""
    for step in (1, -1):
        while len(runs) > 1:
            (_, at, size), (_, at2, size2) = runs[::step][:2]
            apart = at2 - at - size if step > 0 else at - at2 - size2
            if size + 1 >= apart or known.marks.all[at : at + size + 1].strip(_OPTIONAL):
                break
            runs = runs[1:] if step > 0 else runs[:-1]
    return runs


def rest(matches: Sequence[Match], hashes: Sequence[int], places: Places | None = None) -> list[tuple[int, int]]:
    """The parts of the file outside every match that say more than that there is a licence; none without a match.

    A part says more where it binds somebody, unless it is a disclaimer or advice that open source licences have too,
    repeats what the licence says, or stands beside a copy of it that is in use.
    """
    index = fingerprints.load()
    return [
        (first, last)
        for first, last in (_between(matches, len(hashes)) if matches else ())
        if beside.binds(index, hashes, first, last, places)
        and not any(fingerprints.gap(one.ids[0], b"", hashes[first:last]) in index.accepted for one in matches)
        and not beside.told(index, hashes[first:last], [hashes[one.first : one.last] for one in matches])
    ]
