"""Two sequences of word pairs laid over each other: where they agree, in order. A part of identification.

Pairs are little-endian 16-bit numbers in bytes, so that runs are compared and found at the speed of memory.
"""

from __future__ import annotations

from itertools import chain
from typing import NamedTuple

MAX_GAP = 500
"""Words that may lie between two matching runs of one licence."""

_RUN = 4  # pairs that must match for a run to begin again after a gap: 64 bits
_NEAR = 14  # words within which a shorter run is enough,
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


def _quads(pairs: bytes) -> list[memoryview]:
    """`_RUN` pairs as one number: those that begin at pair i are in the list's i % 4, at i // 4."""
    size = len(pairs)
    return [memoryview(pairs)[start : size - (size - start) % 8].cast("Q") for start in range(0, 8, 2)]


def _reversed(numbers: bytes) -> bytes:
    return numbers_of(numbers)[::-1].tobytes()


def _same(one: bytes, place: int, other: bytes, at: int, most: int) -> int:
    """How many pairs agree from two places on, at most `most`."""
    done, step = 0, 32
    while done < most:
        size = min(step, most - done)
        ours = one[2 * (place + done) : 2 * (place + done + size)]
        theirs = other[2 * (at + done) : 2 * (at + done + size)]
        if ours != theirs:  # the lowest bit that differs tells which pair does
            differing = int.from_bytes(ours, "little") ^ int.from_bytes(theirs, "little")
            return done + ((differing & -differing).bit_length() - 1 >> 4)
        done += size
        step *= 2
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
    best = _resume_near(file, known, place, at, size, length)
    if best is None or best.cost > _NEAR:
        best = _resume_far(file, known, place, at, size, length, best)
    if best is None or best.cost > _SHORT_RUN:  # a single pair on the way there parts the gap in two
        until = (size, length) if best is None else (best.place, best.at)
        ours = numbers_of(file[2 * place : 2 * min(place + _NEAR, until[0])])
        theirs = numbers_of(known[2 * at : 2 * min(at + _NEAR, until[1])])
        single = _first_common(ours, theirs)
        if single is not None and (best is None or sum(single) + _SHORT_RUN < best.cost):
            return place + single[0], at + single[1]
    return None if best is None else (best.place, best.at)


def _first_common(ours: memoryview, theirs: memoryview) -> tuple[int, int] | None:
    """Places of a number that both have, with the fewest others before them; of equal ones the first of `ours`."""
    at = {number: place for place, number in reversed(list(enumerate(theirs)))}
    both = [(place + at[number], place, at[number]) for place, number in enumerate(ours) if number in at]
    return min(both)[1:] if both else None


def _resume_near(file: bytes, known: bytes, place: int, at: int, size: int, length: int) -> _Resumed | None:
    """The nearest run within `_NEAR` words of the file."""
    best: _Resumed | None = None
    for ahead in range(min(_NEAR, size - place - _RUN + 1)):
        if best is not None and ahead >= best.cost:
            break
        chunk = file[2 * (place + ahead) : 2 * (place + ahead + _RUN)]
        where = find(known, chunk, at, length)
        if where >= 0 and (best is None or ahead + where - at < best.cost):
            best = _Resumed(ahead + where - at, place + ahead, where)
    return best


def _resume_far(
    file: bytes, known: bytes, place: int, at: int, size: int, length: int, best: _Resumed | None
) -> _Resumed | None:
    """The nearest run past `_NEAR` words of the file, if it is nearer than the best so far.

    Of equal ones that nearest in the file.
    """
    length = length if best is None else min(length, at + best.cost)
    last = min(size - _RUN, place + 40 + 2 * (length - at))
    quads = _quads(known[2 * at : 2 * length])
    both = frozenset(chain(*_quads(file[2 * (place + _NEAR) : 2 * (last + _RUN)]))).intersection(chain(*quads))
    if not both:
        return best
    for passed in range(length - at - _RUN + 1):
        if quads[passed & 3][passed >> 2] not in both:
            continue
        end = last if best is None else min(last, place + best.cost - passed)
        if end < place + _NEAR:
            break
        where = at + passed
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
