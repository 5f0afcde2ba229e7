"""Which licence a text is: exactly, with differences that mean nothing, altered, or unknown. Never a guess.

A text is compared in order, word pair by word pair, with the known texts that share rare pieces with it. What lies
between two matching runs is a gap; a gap with a word that carries a right or a duty is an alteration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from openness.licensing import fingerprints
from openness.licensing.fingerprints import OPTIONAL, SIGNIFICANT, Index, Known

MAX_MATCHES = 12
MAX_CANDIDATES = 12
MAX_HITS = 4000
MAX_GAP = 500
"""Words that may lie between two matching runs of one licence."""

_RUN = 4  # pairs that must match for a run to begin again after a gap
_NEAR = 14  # words within which a shorter run is enough
_LEAST_COVER = 0.55  # share of a licence's significant words below which it is not recognised at all
_LEAST_SECOND = 0.85  # share of a further licence's words in a file that has one already
_LEAST_SAME = 0.85  # share of its words below which a text is not the same, whatever the words that are missing
_MOST_EXTRA = 0.2  # words more than it has, as a share of them, above which it is not the same either
_TOLD = 0.8  # share of a part's pairs that a disclaimer or the licence has too
_PASSAGE = 6  # words that are missing in one place make an alteration, whatever they are
_FREE = 26  # words that may stand where a template leaves a place for names,
_FREE_BESIDE = 2  # right beside such a place,
_FREE_IN_TAIL = 120  # and within advice on how to apply a licence


class Gap(NamedTuple):
    """Words that do not match, between two runs: of the file [first, last), of the known text [start, end)."""

    first: int
    last: int
    start: int
    end: int
    added: int
    """Significant words that the file has more."""
    removed: int
    """Significant words that the file lacks."""


class Match(NamedTuple):
    """A known text recognised in a file."""

    ids: tuple[str, ...]
    """The licences that have this text."""

    status: str
    """`exact`, `cosmetic` or `altered`."""

    first: int
    last: int
    """Words of the file that it takes up: [first, last)."""

    score: float
    """Share of the known text's words found in the file, 0.0 to 1.0; places that may differ count as found."""

    gaps: tuple[Gap, ...]
    """Those that alter the text."""


def identify(hashes: Sequence[int]) -> list[Match]:
    """The licence texts in a file, given as the hashes of its words, in the order of the file.

    Empty where none was recognised. Time grows with the length of the file and with the number of its gaps.
    """
    index = fingerprints.load()
    whole = index.exact.get(fingerprints.digest(hashes))
    if whole is not None:
        return [Match(index.known[whole].ids, "exact", 0, len(hashes), 1.0, ())]
    return sorted(_Search(index, hashes).matches(), key=lambda match: match.first)


class _Found(NamedTuple):
    """A candidate, compared."""

    known: Known
    first: int
    last: int
    matched: int
    """Words of the known text that the file has, in order."""
    gaps: tuple[Gap, ...]
    missing: int
    """Words of the known text that the file lacks, places that may differ aside."""
    extra: int
    """Words of the file within it that are not its."""

    @property
    def altered(self) -> int:
        return sum(gap.added + gap.removed for gap in self.gaps)

    @property
    def worth(self) -> float:
        """How well it explains the file; the best candidate has the most."""
        usual = 0.03 * self.matched if self.known.approved else 0.0
        return self.matched + usual - self.missing - self.extra - 4.0 * self.altered


class _Search:
    """One file against the index."""

    def __init__(self, index: Index, hashes: Sequence[int]) -> None:
        self.index, self.hashes = index, hashes
        self.numbers = fingerprints.pairs(hashes)
        self.bytes = self.numbers.tobytes()
        mask = 1 if len(hashes) < 400 else 3 if len(hashes) < 1500 else 15
        found = [(place, fingerprints.found(index, key)) for place, key in fingerprints.keys(self.numbers, mask)]
        found.sort(key=lambda one: len(one[1]))
        self.hits: list[tuple[int, int]] = []
        for place, entries in found:  # the rarest first: what many known texts share says little
            if len(self.hits) + len(entries) > MAX_HITS:
                break
            self.hits += [(place, entry) for entry in entries]

    def matches(self) -> list[Match]:
        """The best explanation of the file, part by part."""
        found: list[Match] = []
        while self.hits and len(found) < MAX_MATCHES:
            best = self._best()
            if best is None:
                break
            inside = sum(max(0, min(best.last, one.last) - max(best.first, one.first)) for one in found)
            match = self._match(best)
            if 2 * inside < best.last - best.first and (not found or match.score >= _LEAST_SECOND):
                found.append(match)
            self.hits = [hit for hit in self.hits if not best.first <= hit[0] < best.last]
        return found

    def _best(self) -> _Found | None:
        """The known text that explains most, among those that share most with the file."""
        counts = self.index.counts
        hits: dict[int, list[tuple[int, int]]] = {}
        for place, entry in self.hits:
            hits.setdefault(fingerprints.text_of(entry), []).append((place, fingerprints.place_of(entry)))

        def explained(text: int) -> float:
            """How much of the file the text may explain: the share of it that was hit, squared, in words."""
            share = len(hits[text]) / (counts[text] + 1)
            return min(share, 1.0) ** 2 * self.index.known[text].words

        ranked = sorted(hits, key=explained, reverse=True)
        best: _Found | None = None
        for text in ranked[:MAX_CANDIDATES]:
            one = self._compare(text, hits[text]) if len(hits[text]) > 1 else None
            if one is not None and (best is None or one.worth > best.worth):
                best = one
                if not best.altered and best.worth > 0.98 * len(self.hashes):
                    break
        return best

    def _compare(self, text: int, hits: list[tuple[int, int]]) -> _Found | None:
        """The known text laid over the file where most of its hits agree on the place; None if too little is there."""
        known = self.index.known[text]
        offset = Counter([place - at for place, at in hits]).most_common(1)[0][0]
        place, at = next(hit for hit in hits if hit[0] - hit[1] == offset)
        budget = int(_LEAST_COVER * known.words) + _FREE_IN_TAIL
        runs = _backwards(self.bytes, known.pairs, place, at, budget)
        runs += _forwards(self.bytes, known.pairs, place, at, budget)
        if not runs:
            return None
        first, last = runs[0][0], runs[-1][0] + runs[-1][2] + 1
        gaps, missing, extra = self._gaps(known, runs)
        matched = sum(size + 1 for _, _, size in runs)
        lacking = sum(gap.removed for gap in gaps)
        most = 1 - _LEAST_COVER
        if missing > most * known.words or lacking > most * known.marks.all.count(SIGNIFICANT):
            return None
        return _Found(known, first, last, matched, tuple(gaps), missing, extra)

    def _gaps(self, known: Known, runs: list[tuple[int, int, int]]) -> tuple[list[Gap], int, int]:
        """The gaps that alter the text; how many of its words are missing, and how many of the file's are extra."""
        edges = [(runs[0][0], runs[0][0], 0, runs[0][1])]
        for (place, at, size), (place2, at2, _) in pairwise(runs):
            edges.append((place + size + 1, max(place2, place + size + 1), at + size + 1, max(at2, at + size + 1)))
        last = runs[-1]
        edges.append((last[0] + last[2] + 1,) * 2 + (last[1] + last[2] + 1, known.words))
        gaps, missing, extra = [], 0, 0
        for first, end, start, stop in edges:
            marks = known.marks.all[start:stop]
            optional = marks.count(OPTIONAL)
            removed = marks.count(SIGNIFICANT)
            missing += len(marks) - optional
            own = self.hashes[first:end]
            passage = start > 0 and stop < known.words and len(marks) - optional - len(own) >= _PASSAGE
            if not removed and not passage and self._is_free(known, start, stop, optional, own):
                continue
            extra += len(own)
            added = sum(1 for word in own if word in self.index.significant)
            if added or removed or passage:
                gaps.append(Gap(first, end, start, stop, added, removed))
        return gaps, missing, extra

    def _is_free(self, known: Known, start: int, stop: int, optional: int, own: Sequence[int]) -> bool:
        """Whether the file may say there what it likes: where the known text leaves a place for names or advice."""
        before = start > 0 and known.marks.all[start - 1] == OPTIONAL
        after = stop < known.words and known.marks.all[stop] == OPTIONAL
        room = _FREE_IN_TAIL if before and after else _FREE if optional else _FREE_BESIDE if before or after else 0
        return len(own) <= room and sum(word in self.index.restrictive for word in own) < 2

    def _match(self, best: _Found) -> Match:
        status = "altered" if best.gaps else "cosmetic"
        score = 1 - best.missing / best.known.words
        if status == "cosmetic" and (score < _LEAST_SAME or best.extra > _MOST_EXTRA * best.known.words):
            status = "altered"
        return Match(best.known.ids, status, best.first, best.last, score, best.gaps)


def _forwards(file: bytes, known: bytes, place: int, at: int, budget: int) -> list[tuple[int, int, int]]:
    """Matching runs (place in the file, place in the known text, length), all in pairs, from one place on.

    Ends where the gaps add up to more than `budget` words.
    """
    runs = []
    size, length = len(file) // 2, len(known) // 2
    while place < size and at < length:
        same = _same(file, place, known, at, min(size - place, length - at))
        if same:
            runs.append((place, at, same))
            place, at = place + same, at + same
        following = _resume(file, known, place, at, size, length)
        if following is None:
            break
        budget -= following[0] - place + following[1] - at
        if budget < 0:
            break
        place, at = following
    return runs


def _backwards(file: bytes, known: bytes, place: int, at: int, budget: int) -> list[tuple[int, int, int]]:
    """The same before one place: forwards in both texts reversed."""
    runs = _forwards(_reversed(file[: 2 * place]), _reversed(known[: 2 * at]), 0, 0, budget)
    return [(place - start - size, at - where - size, size) for start, where, size in reversed(runs)]


def _reversed(numbers: bytes) -> bytes:
    return memoryview(numbers).cast("H")[::-1].tobytes()


def _same(one: bytes, place: int, other: bytes, at: int, most: int) -> int:
    """How many pairs agree from two places on, at most `most`."""
    done, step = 0, 32
    while done < most:
        size = min(step, most - done)
        if one[2 * (place + done) : 2 * (place + done + size)] == other[2 * (at + done) : 2 * (at + done + size)]:
            done += size
            step *= 2
        elif size == 1:
            break
        else:
            step = size // 2
    return done


def _resume(file: bytes, known: bytes, place: int, at: int, size: int, length: int) -> tuple[int, int] | None:
    """Where both texts agree again after a gap, with the fewest words passed over; None within `MAX_GAP`."""
    best: tuple[int, int, int] | None = None
    for ahead in range(min(MAX_GAP, size - place, 40 + 2 * (length - at))):
        if best is not None and ahead >= best[0]:
            break
        for run in (_RUN, 1) if ahead < _NEAR else (_RUN,):
            window = MAX_GAP if run == _RUN else _NEAR
            chunk = file[2 * (place + ahead) : 2 * (place + ahead + run)]
            where = _find(known, chunk, at, min(length, at + window + run)) if len(chunk) == 2 * run else -1
            if where >= 0:
                cost = ahead + where - at + (0 if run == _RUN else 8)
                if best is None or cost < best[0]:
                    best = (cost, place + ahead, where)
                break
    return (best[1], best[2]) if best is not None else None


def _find(numbers: bytes, chunk: bytes, first: int, last: int) -> int:
    """Where whole pairs stand within [first, last), or -1."""
    at = numbers.find(chunk, 2 * first, 2 * last)
    while at >= 0 and at % 2:
        at = numbers.find(chunk, at + 1, 2 * last)
    return at // 2


def rest(matches: Sequence[Match], hashes: Sequence[int]) -> list[tuple[int, int]]:
    """The parts of the file outside every match that say more than that there is a licence.

    A part says more where one of its words restricts something, unless it is a disclaimer or advice that open
    source licences have too, or repeats what the licence says.
    """
    index = fingerprints.load()
    numbers = fingerprints.pairs(hashes)
    own = {number for match in matches for number in numbers[match.first : match.last]}
    parts: list[tuple[int, int]] = []
    at = 0
    for match in [*matches, None]:
        end = match.first if match is not None else len(hashes)
        if any(word in index.restrictive for word in hashes[at:end]):
            part = numbers[at : max(at, end - 1)]
            told = sum(number in own or number in index.disclaimers for number in part)
            if told < _TOLD * len(part) and not part.tobytes().startswith(index.advice):
                parts.append((at, end))
        at = max(at, match.last if match is not None else at)
    return parts
