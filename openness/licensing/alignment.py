"""Two sequences of word pairs laid over each other: where they agree, in order. A part of identification.

Pairs are little-endian 16-bit numbers in bytes, so that runs are compared and found at the speed of memory.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_GAP = 500
"""Words that may lie between two matching runs of one licence."""

_RUN = 4  # pairs that must match for a run to begin again after a gap
_NEAR = 14  # words within which a shorter run is enough,
_CLOSE = 60  # words of a gap that is looked for first
_SHORT_RUN = 8  # if it passes over so many words fewer


def forwards(file: bytes, known: bytes, place: int, at: int, budget: int, spare: int) -> list[tuple[int, int, int]]:
    """Matching runs (place in the file, place in the known text, length), all in pairs, from one place on.

    Ends where the gaps add up to more than `budget` words, or to more than `spare` of the known text.
    """
    runs = []
    size, length = len(file) // 2, len(known) // 2
    while place < size and at < length:
        same = _same(file, place, known, at, min(size - place, length - at))
        if same:
            runs.append((place, at, same))
            place, at = place + same, at + same
        following = _resume(file, known, place, at, size, min(length, at + spare + _RUN + 1))
        if following is None:
            break
        budget -= following[0] - place + following[1] - at
        spare -= following[1] - at - 1
        if budget < 0 or spare < 0:
            break
        place, at = following
    return runs


def backwards(file: bytes, known: bytes, place: int, at: int, budget: int, spare: int) -> list[tuple[int, int, int]]:
    """The same before one place: forwards in both texts reversed."""
    runs = forwards(_reversed(file[: 2 * place]), _reversed(known[: 2 * at]), 0, 0, budget, spare)
    return [(place - start - size, at - where - size, size) for start, where, size in reversed(runs)]


def common(file: bytes, known: bytes, own: tuple[int, int], its: tuple[int, int]) -> list[tuple[int, int, int]]:
    """Runs of pairs, also single ones, that [first, last) of both have in the same order; for short stretches."""
    from difflib import SequenceMatcher

    ours, theirs = numbers_of(file[2 * own[0] : 2 * own[1]]), numbers_of(known[2 * its[0] : 2 * its[1]])
    blocks = SequenceMatcher(None, ours.tolist(), theirs.tolist(), autojunk=False).get_matching_blocks()
    return [(own[0] + place, its[0] + at, size) for place, at, size in blocks if size]


def numbers_of(pairs: bytes) -> memoryview:
    """The pairs as numbers."""
    return memoryview(pairs).cast("H")


def _reversed(numbers: bytes) -> bytes:
    return numbers_of(numbers)[::-1].tobytes()


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


class _Resumed(NamedTuple):
    """Where both texts agree again after a gap."""

    cost: int
    """Words passed over in both."""
    place: int
    at: int


def _resume(file: bytes, known: bytes, place: int, at: int, size: int, length: int) -> tuple[int, int] | None:
    """Where both texts agree again after a gap, with the fewest words passed over; None within `MAX_GAP`."""
    size, length = min(size, place + MAX_GAP), min(length, at + MAX_GAP)
    best = _resume_near(file, known, place, at, size, length, _RUN)
    if best is None or best.cost > _NEAR:
        best = _resume_far(file, known, place, at, size, length, best)
    if best is None or best.cost > _SHORT_RUN:  # a shorter run on the way there parts the gap in two
        length = min(length, at + _NEAR) if best is None else min(best.at, at + _NEAR)
        short = _resume_near(file, known, place, at, size if best is None else best.place, length, 1)
        if short is not None and (best is None or short.cost + _SHORT_RUN < best.cost):
            best = short
    return None if best is None else (best.place, best.at)


def _resume_near(file: bytes, known: bytes, place: int, at: int, size: int, length: int, run: int) -> _Resumed | None:
    """The nearest run of that many pairs within `_NEAR` words of the file."""
    best: _Resumed | None = None
    for ahead in range(min(_NEAR, size - place - run + 1)):
        if best is not None and ahead >= best.cost:
            break
        chunk = file[2 * (place + ahead) : 2 * (place + ahead + run)]
        where = find(known, chunk, at, length)
        if where >= 0 and (best is None or ahead + where - at < best.cost):
            best = _Resumed(ahead + where - at, place + ahead, where)
    return best


def _resume_far(
    file: bytes, known: bytes, place: int, at: int, size: int, length: int, best: _Resumed | None
) -> _Resumed | None:
    """The nearest run past `_NEAR` words of the file, if it is nearer than the best so far."""
    length = length if best is None else min(length, at + best.cost)
    close = min(length, at + _CLOSE)  # most gaps end here, and to look at all words that they may have costs more
    best = _resume_within(file, known, place, at, size, close, best)
    if close == length or (best is not None and best.cost <= _CLOSE):
        return best
    return _resume_within(file, known, place, at, size, length, best)


def _resume_within(
    file: bytes, known: bytes, place: int, at: int, size: int, length: int, best: _Resumed | None
) -> _Resumed | None:
    """The same for runs that end before `length` in the known text; of equal ones that nearest in the file."""
    last = min(size - _RUN, place + 40 + 2 * (length - at))
    for where in range(at, length - _RUN + 1):
        passed = where - at
        end = last if best is None else min(last, place + best.cost - passed)
        if end < place + _NEAR:
            break
        found = find(file, known[2 * where : 2 * (where + _RUN)], place + _NEAR, end + _RUN)
        if found >= 0:
            best = _Resumed(found - place + passed, found, where)
    return best


def find(numbers: bytes, chunk: bytes, first: int, last: int) -> int:
    """Where whole pairs stand within [first, last), or -1."""
    at = numbers.find(chunk, 2 * first, 2 * last)
    while at >= 0 and at % 2:
        at = numbers.find(chunk, at + 1, 2 * last)
    return at // 2
