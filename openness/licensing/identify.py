"""Which licence a text is: exactly, with differences that mean nothing, altered, or unknown. Never a guess.

A text is compared in order, word pair by word pair, with the known texts that share rare pieces with it. What lies
between two matching runs is a gap; a gap with a word that carries a right or a duty is an alteration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from openness.licensing import fingerprints, words
from openness.licensing.fingerprints import OPTIONAL, SIGNIFICANT, Index, Known

MAX_MATCHES = 12
MAX_CANDIDATES = 7
MAX_GAP = 500
"""Words that may lie between two matching runs of one licence."""

_RUN = 4  # pairs that must match for a run to begin again after a gap
_NEAR = 14  # words within which a shorter run is enough
_LEAST_COVER = 0.55  # share of a licence's significant words below which it is not recognised at all
_FREE = 26  # words that may stand where a template leaves a place for names
_REST = 12  # words beside a licence that are looked at no further


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
        return self.known.words - 2.0 * self.missing - 1.5 * self.extra - 3.0 * self.altered


class _Search:
    """One file against the index."""

    def __init__(self, index: Index, hashes: Sequence[int]) -> None:
        self.index, self.hashes = index, hashes
        self.numbers = fingerprints.pairs(hashes)
        self.bytes = self.numbers.tobytes()
        self.hits: dict[int, list[tuple[int, int]]] = {}
        mask = 1 if len(hashes) < 2500 else 3 if len(hashes) < 10_000 else 15
        for place, key in fingerprints.keys(self.numbers, mask):
            for text, at in fingerprints.found(index, key):
                self.hits.setdefault(text, []).append((place, at))

    def matches(self) -> list[Match]:
        found: list[Match] = []
        while self.hits and len(found) < MAX_MATCHES:
            best = self._best()
            if best is None:
                break
            found.append(self._match(best))
            self._forget(best.first, best.last)
        return found

    def _forget(self, first: int, last: int) -> None:
        """Drops the hits within a part of the file that is explained."""
        remaining = {text: [hit for hit in hits if not first <= hit[0] < last] for text, hits in self.hits.items()}
        self.hits = {text: hits for text, hits in remaining.items() if len(hits) > 1}

    def _best(self) -> _Found | None:
        counts = self.index.counts
        ranked = sorted(self.hits, key=lambda text: len(self.hits[text]) ** 2 / (counts[text] + 2), reverse=True)
        compared = [self._compare(text) for text in ranked[:MAX_CANDIDATES]]
        likely = [one for one in compared if one is not None]
        return max(likely, key=lambda one: one.worth, default=None)

    def _compare(self, text: int) -> _Found | None:
        """The known text laid over the file where most of its hits agree on the place."""
        known = self.index.known[text]
        diagonal = Counter((place - at) >> 6 for place, at in self.hits[text]).most_common(1)[0][0]
        place, at = next(hit for hit in self.hits[text] if (hit[0] - hit[1]) >> 6 == diagonal)
        runs = _backwards(self.bytes, known.pairs, place, at) + _forwards(self.bytes, known.pairs, place, at)
        if not runs:
            return None
        first, last = runs[0][0], runs[-1][0] + runs[-1][2] + 1
        gaps, missing, extra = self._gaps(known, runs)
        found = _Found(known, first, last, tuple(gaps), missing, extra)
        weight = sum(1 for word in range(known.words) if known.marks[word] == SIGNIFICANT)
        lacking = sum(gap.removed for gap in gaps)
        if missing > (1 - _LEAST_COVER) * known.words or lacking > (1 - _LEAST_COVER) * weight:
            return None
        return found

    def _gaps(self, known: Known, runs: list[tuple[int, int, int]]) -> tuple[list[Gap], int, int]:
        """The gaps that alter the text; how many of its words are missing, and how many of the file's are extra."""
        edges = [(runs[0][0], runs[0][0], 0, runs[0][1])]
        for (place, at, size), (place2, at2, _) in pairwise(runs):
            edges.append((place + size + 1, max(place2, place + size + 1), at + size + 1, max(at2, at + size + 1)))
        last = runs[-1]
        edges.append((last[0] + last[2] + 1,) * 2 + (last[1] + last[2] + 1, known.words))
        gaps, missing, extra = [], 0, 0
        for first, end, start, stop in edges:
            marks = [known.marks[word] for word in range(start, stop)]
            optional = marks.count(OPTIONAL)
            removed = marks.count(SIGNIFICANT)
            missing += len(marks) - optional
            own = self.hashes[first:end]
            if optional and not removed and len(own) <= _FREE:
                continue
            extra += len(own)
            added = sum(1 for word in own if word in self.index.significant)
            if added or removed:
                gaps.append(Gap(first, end, start, stop, added, removed))
        return gaps, missing, extra

    def _match(self, best: _Found) -> Match:
        status = "altered" if best.gaps else "cosmetic"
        score = 1 - best.missing / best.known.words
        if status == "cosmetic" and (score < 0.85 or best.extra > 0.2 * best.known.words):
            status = "altered"
        return Match(best.known.ids, status, best.first, best.last, score, best.gaps)


def _forwards(file: bytes, known: bytes, place: int, at: int) -> list[tuple[int, int, int]]:
    """Matching runs (place in the file, place in the known text, length), all in pairs, from one place on."""
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
        place, at = following
    return runs


def _backwards(file: bytes, known: bytes, place: int, at: int) -> list[tuple[int, int, int]]:
    """The same before one place: forwards in both texts reversed."""
    runs = _forwards(_reversed(file[: 2 * place]), _reversed(known[: 2 * at]), 0, 0)
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
    for ahead in range(min(MAX_GAP, size - place)):
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
    """The parts of the file outside every match that hold more than a few words, significant ones among them."""
    significant = fingerprints.load().significant
    parts, at = [], 0
    for match in [*matches, None]:
        end = match.first if match is not None else len(hashes)
        if sum(1 for word in hashes[at:end] if word in significant) > 1:
            parts.append((at, end))
        at = max(at, match.last if match is not None else at)
    return parts


def of(content: str) -> list[Match]:
    """`identify` of a text as it stands in a file."""
    return identify(words.hashes(words.plain(content)))
