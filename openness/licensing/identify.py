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
from itertools import pairwise
from typing import NamedTuple

from openness.licensing import alignment, beside, fingerprints, slips
from openness.licensing.fingerprints import OPTIONAL, ORDINARY, PLAIN, SIGNIFICANT, Index, Known
from openness.licensing.words import Places

MAX_MATCHES = 12
MAX_CANDIDATES = 10
"""Known texts that are compared for a part of a file, those that licences publish aside."""
MAX_COPIES = 4
"""Of these, for one licence."""
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
_LEAST_RIVAL = 0.5  # what a licence may explain, as a share of what the first one may, below which it is no rival
_LESS = 0.25  # and how much less of its anchors
_MOST_WORTH = 1.03  # what a matching word is worth in a licence that the OSI lists; one in any other
_NAMES = (PLAIN, OPTIONAL)
_PER_GAP = 20  # words that an alteration counts for besides its own
_OPTIONAL = bytes((OPTIONAL,))
_PASSAGE = 6  # words that are missing in one place make an alteration, whatever they are
_FINER = 80  # words of a gap that is looked at once more, pair by pair
_FREE = 26  # words that may stand where a template leaves a place for names,
_FREE_BESIDE = 2  # right beside such a place,
_TEMPLATE = 4  # words of such a place that may have a negation among them, as in "X nor its contributors"
_FREE_IN_TAIL = 120  # and within advice on how to apply a licence


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


_Run = tuple[int, int, int]
"""Matching pairs: place in the file, place in the known text, how many."""

_Edge = tuple[int, int, int, int]
"""A gap: words of the file [first, end), of the known text [start, stop)."""


class _Found(NamedTuple):
    """A candidate, compared."""

    known: Known
    text: int
    first: int
    last: int
    matched: int
    """Words of the known text that the file has, in order."""
    runs: list[_Run]
    gaps: tuple[Gap, ...]
    missing: int
    """Words of the known text that the file lacks, places that may differ aside."""
    extra: int
    """Words of the file within it that are not its."""
    instead: int
    """Words of `missing` for which the file has another disclaimer."""
    other: int
    """Words of `extra` that are another disclaimer."""

    @property
    def altered(self) -> int:
        return sum(gap.added + gap.removed for gap in self.gaps)

    @property
    def worth(self) -> float:
        """How well it explains the file; the best candidate has the most."""
        usual = _MOST_WORTH if self.known.approved else 1.0
        return usual * self.matched - self.missing - self.extra - self.altered - _PER_GAP * len(self.gaps)

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


class _Seen(NamedTuple):
    """What gaps amount to."""

    gaps: tuple[Gap, ...]
    """Those that alter the text."""
    missing: int
    extra: int
    instead: int
    other: int
    """See `_Found`."""


_NOTHING = _Seen((), 0, 0, 0, 0)


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
        self.index, self.hashes = index, hashes
        self.places, self.begin = places, begin
        """The words of the file, and which of them is the first one here."""
        self.pairs = fingerprints.pairs(hashes)
        self.mask = min(fingerprints.anchor_mask(len(hashes)), coarsest)
        anchors = fingerprints.anchors(self.pairs, self.mask)
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
        likely = [
            (text, count) for text, count in Counter(texts).items() if count > max(least * (anchors[text] + 1), 1)
        ]
        shares = {text: count / (anchors[text] + 1) for text, count in likely}

        def explained(text: int) -> float:
            """How much of the file the text may explain: the share of its anchors there, cubed, in words."""
            share: float = min(shares[text], 1.0)
            return share * share * share * known[text].words

        best: _Found | None = None
        compared: Counter[str] = Counter()
        for text in nlargest(MAX_RANKED, shares, key=explained):
            compared[known[text].ids[0]] += not known[text].published
            if compared[known[text].ids[0]] > MAX_COPIES and not known[text].published:
                continue
            if compared.total() > MAX_CANDIDATES:
                break
            if best is not None and explained(text) < _LEAST_RIVAL * explained(best.text):
                break
            if best is not None and shares[text] < shares[best.text] - _LESS:
                continue
            spare = int(_MOST_MISSING * known[text].words)
            if best is not None and not best.gaps:
                spare = min(spare, known[text].words - int(best.worth / _MOST_WORTH))
            one = self._compare(text, spare, best) if spare >= 0 else None
            if one is not None and (best is None or one.beats(best)):
                best = one
                if not (best.gaps or best.missing or best.extra):
                    break
        return best

    def _spot(self, text: int) -> tuple[int, int]:
        """A place in the file and the same place in the known text: where most of three rare anchors agree."""
        numbers = self.index.known[text].pairs
        spots = []
        for place, texts, _ in self.shared:
            if text in texts:
                at = alignment.find(numbers, self.pairs[2 * place : 2 * place + 6], 0, len(numbers) // 2)
                if at >= 0:
                    spots.append((place, at))
                if len(spots) == 3:
                    break
        offset = Counter([place - at for place, at in spots]).most_common(1)[0][0]
        return next(spot for spot in spots if spot[0] - spot[1] == offset)

    def _compare(self, text: int, spare: int, best: _Found | None) -> _Found | None:
        """The known text laid over the file.

        None if too little of it is there, if more than `spare` words are not, or if it cannot be better than the best.
        """
        known = self.index.known[text]
        place, at = self._spot(text)
        budget = int(_LEAST_COVER * known.words) + _FREE_IN_TAIL
        runs = alignment.forwards(self.pairs, known.pairs, place, at, budget, spare)
        spare -= known.words - at - sum(size + 1 for _, _, size in runs)
        if spare >= 0:
            runs = alignment.backwards(self.pairs, known.pairs, place, at, budget, spare) + runs
        if spare < 0 or not runs:
            return None
        runs = _trimmed(runs, known)
        first, last = runs[0][0], runs[-1][0] + runs[-1][2] + 1
        matched = sum(size + 1 for _, _, size in runs)
        worse = best is not None and _MOST_WORTH * matched <= best.worth
        if worse and best is not None and not best.gaps:
            return None
        seen = self._gaps(text, runs, closely=False, whole=worse)
        if worse and seen.gaps:
            return None
        lacking = sum(gap.removed for gap in seen.gaps)
        most = 1 - _LEAST_COVER
        if seen.missing - seen.instead > most * known.words or lacking > most * _saying(known.marks.all):
            return None
        return _Found(known, text, first, last, matched, runs, *seen)

    def _looked_at(self, best: _Found) -> _Found:
        """The best candidate with its gaps looked at closely: capitals, ends of sentences, misspelt words."""
        if self.places is None or not (best.gaps or best.missing or best.extra):
            return best
        gaps, missing, extra, instead, other = self._gaps(best.text, best.runs, closely=True)
        return best._replace(gaps=gaps, missing=missing, extra=extra, instead=instead, other=other)

    def _gaps(self, text: int, runs: list[_Run], closely: bool, whole: bool = False) -> _Seen:
        """What the gaps between matching runs amount to; `closely` costs more and is for the best candidate only.

        With `whole` the first gap that alters the text is told alone: what follows is not looked at.
        """
        known = self.index.known[text]
        last = runs[-1]
        edges = [
            (runs[0][0], runs[0][0], 0, runs[0][1]),
            *_edges(runs),
            (last[0] + last[2] + 1,) * 2 + (last[1] + last[2] + 1, known.words),
        ]
        parts: list[_Seen] = []
        for edge in edges:
            part = self._gap(text, edge, closely)
            finer = self._finer(known, edge) if part.gaps else []
            parts += [self._gap(text, one, closely) for one in finer] or [part]
            if whole and any(one.gaps for one in parts[-max(len(finer), 1) :]):
                break
        gaps = tuple(gap for part in parts for gap in part.gaps)
        if gaps and together(self.index, text, gaps, self.hashes) in self.index.accepted:
            gaps = ()
        return _Seen(gaps, *(sum(counts) for counts in list(zip(*parts, strict=True))[1:]))

    def _gap(self, text: int, edge: _Edge, closely: bool) -> _Seen:
        """What one gap amounts to."""
        first, end, start, stop = edge
        known = self.index.known[text]
        marks = known.marks.all[start:stop]
        own = self.hashes[first:end]
        if not marks and not own:
            return _NOTHING
        inside = SIGNIFICANT in marks or known.marks.says(start, stop)
        optional, removed = marks.count(OPTIONAL), _saying(marks) if inside else 0
        more = len(own) - (len(marks) - optional)
        # at the beginning it is a title or a name, which may be missing
        missing = len(marks) - optional if start > 0 or removed else 0
        if (
            (not removed or (removed == 1 and optional >= _TEMPLATE))
            and more > -_PASSAGE
            and self._is_free(known, optional, edge, closely)
        ):
            return _Seen((), missing, 0, 0, 0)
        if not removed and beside.is_notice(self.index, own):
            return _Seen((), missing, 0, 0, 0)
        if self._is_disclaimer(known, edge):
            return _Seen((), missing, len(own), missing, len(own))
        if inside:
            said = saying(self.index, own)
            if said and _between_names(known.marks.all, start, stop):
                said = [word for word in said if word not in self.index.connecting]
            added = len(said) if removed or not said or not closely else self._bearing(edge)
            altered = added or removed or (start > 0 and stop < known.words and more <= -_PASSAGE)
            altered = altered and not (closely and self._is_slip(known, edge))
        else:  # before or behind what the licence says
            added = altered = self._binds(first, end, closely)
        gap = Gap(first, end, start, stop, added, removed)
        gaps = (gap,) if altered and digest(self.index, text, gap, self.hashes) not in self.index.accepted else ()
        return _Seen(gaps, missing, len(own), 0, 0)

    def _binds(self, first: int, end: int, closely: bool) -> bool:
        """Whether words of the file say who must, may or may not do something."""
        if self.places is None or not closely:
            return beside.binds(self.index, self.hashes, first, end)
        return beside.binds(self.index, self.places.hashes, self.begin + first, self.begin + end, self.places)

    def _bearing(self, edge: _Edge) -> int:
        """How many words of the file say something: neither names nor those of its copyright notices.

        What stands in place of a name is one, too, if it binds nobody and most of it is in no licence.
        """
        first, end, start, stop = edge
        said = [
            (self.begin + at, word)
            for at, word in beside.without(self.index.passing, self.hashes, first, end)
            if word in self.index.vocabulary
        ]
        if self.places is None or end - first > _FREE:
            return len(said)
        if start < stop and 2 * len(said) <= end - first and not self._binds(first, end, closely=False):
            return 0
        holders = self.places.holders - self.index.significant - self.index.clausal
        return sum(word not in holders and not self.places.is_name(at) for at, word in said)

    def _is_slip(self, known: Known, edge: _Edge) -> bool:
        """Whether the words of the file are those of the known text, misspelt, joined or parted."""
        first, end, start, stop = edge
        if self.places is None or max(end - first, stop - start) > slips.MAX_WORDS:
            return False
        if not (0 < start < stop < known.words and 0 < first < end < len(self.hashes)):
            return False
        own = self.places.words(self.begin + first, self.begin + end)
        spelt = self.index.vocabulary.isdisjoint(self.hashes[first:end])
        wanted = known.pairs[2 * (start - 1) : 2 * stop]
        return slips.is_slip(own, wanted, self.hashes[first - 1], self.hashes[end], spelt)

    def _is_disclaimer(self, known: Known, edge: _Edge) -> bool:
        """Whether the file has another disclaimer there than the known text, or one more."""
        first, end, start, stop = edge
        if not beside.disclaims(self.index, self.pairs, first, end):
            return False
        return start == stop or beside.disclaims(self.index, known.pairs, start, stop)

    def _finer(self, known: Known, edge: _Edge) -> list[_Edge]:
        """The gaps within a gap: what lies between the single pairs that both sides have in the same order."""
        first, end, start, stop = edge
        if min(end - first, stop - start) < 2 or max(end - first, stop - start) > _FINER:
            return []
        same = alignment.common(self.pairs, known.pairs, (first, end - 1), (start, stop - 1))
        return _edges([(first - 1, start - 1, 0), *same, (end, stop, 0)]) if same else []

    def _is_free(self, known: Known, optional: int, edge: _Edge, closely: bool) -> bool:
        """Whether the file may say there what it likes: where the known text leaves a place for names or advice."""
        first, end, start, stop = edge
        before = start > 0 and known.marks.all[start - 1] == OPTIONAL
        after = stop < known.words and known.marks.all[stop] == OPTIONAL
        if before and after and optional == stop - start:
            return end - first <= _FREE_IN_TAIL and not self._binds(first, end, closely)
        if not optional:
            beside_it = (before or after) and end - first <= _FREE_BESIDE
            return beside_it and not saying(self.index, self.hashes[first:end])
        return end - first <= _FREE and not self._binds(first, end, closely)

    def _match(self, best: _Found) -> Match:
        status = "altered" if best.gaps else "cosmetic"
        score = 1 - best.missing / best.known.words
        same = 1 - (best.missing - best.instead) / best.known.words
        if status == "cosmetic" and (same < _LEAST_SAME or best.extra - best.other > _MOST_EXTRA * best.known.words):
            status = "altered"
        return Match(best.known.ids, best.text, status, best.first, best.last, score, best.gaps, best.known.exception)


def _edges(runs: Sequence[_Run]) -> list[_Edge]:
    """The gaps between runs, in order."""
    return [
        (place + size + 1, max(place2, place + size + 1), at + size + 1, max(at2, at + size + 1))
        for (place, at, size), (place2, at2, _) in pairwise(runs)
    ]


def _trimmed(runs: list[_Run], known: Known) -> list[_Run]:
    """The runs without those at both ends that are few words of what may be missing, far from the rest."""
    for step in (1, -1):
        while len(runs) > 1:
            (_, at, size), (_, at2, size2) = runs[::step][:2]
            apart = at2 - at - size if step > 0 else at - at2 - size2
            if size + 1 >= apart or known.marks.all[at : at + size + 1].strip(_OPTIONAL):
                break
            runs = runs[1:] if step > 0 else runs[:-1]
    return runs


def saying(index: Index, own: Sequence[int]) -> list[int]:
    """Those of a file's words that say something."""
    if index.passing.keys().isdisjoint(own):
        return [word for word in own if word in index.vocabulary]
    return [word for _, word in beside.without(index.passing, own, 0, len(own)) if word in index.vocabulary]


def digest(index: Index, text: int, gap: Gap, hashes: Sequence[int]) -> int:
    """A digest of a difference from a known text, names aside."""
    return fingerprints.gap(text, gap.start, gap.end, saying(index, hashes[gap.first : gap.last]))


def together(index: Index, text: int, gaps: Sequence[Gap], hashes: Sequence[int]) -> int:
    """A digest of all differences from a known text, names aside."""
    return fingerprints.together(digest(index, text, gap, hashes) for gap in gaps)


def _between_names(marks: bytes, start: int, stop: int) -> bool:
    """Whether the words before and behind [start, stop) of a known text are names or say nothing."""
    return start > 0 and stop < len(marks) and marks[start - 1] in _NAMES and marks[stop] in _NAMES


def _saying(marks: bytes) -> int:
    """How many words of a known text say something."""
    return marks.count(SIGNIFICANT) + marks.count(ORDINARY)


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
        and not any(fingerprints.gap(one.text, 0, 0, hashes[first:last]) in index.accepted for one in matches)
        and not beside.told(index, hashes[first:last], [hashes[one.first : one.last] for one in matches])
    ]
