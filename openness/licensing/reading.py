"""A licence file → the licences in it, each with its lines, and for an altered one the passages that differ."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from openness.licensing import catalog, identify, references, wording, words
from openness.licensing.identify import Match
from openness.model import NOASSERTION, Alteration, Reading, Reference

MAX_CHARACTERS = 1_000_000
"""Longest text that is looked at; the longest licence known has some 50,000."""

MAX_TEXT = 300
"""Longest quote of an added passage, in characters."""

_MAX_ALTERATIONS = 20


@lru_cache(maxsize=64)
def read(content: str) -> tuple[Reading, ...]:
    """Every licence text in a file, in its order; one `unknown` reading where there is none.

    Words beside a single licence that restrict something alter it: a clause may stand at the end. A text longer
    than `MAX_CHARACTERS` is unknown.
    """
    if len(content) > MAX_CHARACTERS:
        return (Reading(NOASSERTION, "unknown", None, 0.0, (1, content.count("\n") + 1), ()),)
    places = words.Places.of(content)
    hashes = places.hashes
    matches = identify.identify(hashes, places)
    rest = identify.rest(matches, hashes, places)
    named = _references(matches, content, places)
    if not matches:
        return (Reading(NOASSERTION, "unknown", None, 0.0, places.lines(0, len(hashes)), (), named),)
    found = [_reading(match, rest if len(matches) == 1 else [], named, content, places) for match in matches]
    if len(matches) > 1:
        found += [Reading(NOASSERTION, "unknown", None, 0.0, places.lines(*part), ()) for part in rest]
    found, named = _with_exceptions(matches, found, named)
    meant = {one.expression for one in found}
    others = tuple(one for one in named if one.expression not in meant)
    return (found[0]._replace(references=others), *found[1:])


def _with_exceptions(
    matches: Sequence[Match], found: list[Reading], named: tuple[Reference, ...]
) -> tuple[list[Reading], tuple[Reference, ...]]:
    """Exceptions joined to the licence that stands before them, else to the next, else to one that is only named."""
    licenses = [reading for match, reading in zip(matches, found, strict=False) if not match.exception]
    for match, exception in list(zip(matches, found, strict=False)):
        if not match.exception:
            continue
        before = [one for one in licenses if one.lines[0] <= exception.lines[0]]
        if licenses:
            partner = before[-1] if before else licenses[0]
            joined = _joined(partner, exception)
            found = [joined if one is partner else one for one in found if one is not exception]
            licenses = [joined if one is partner else one for one in licenses]
        else:
            if len(named) == 1 and exception.status != "altered":
                named = (named[0]._replace(expression=f"{named[0].expression} WITH {exception.expression}"),)
            elif exception.status != "altered":
                named = (*named, Reference(exception.expression, exception.lines, ""))
            unknown = Reading(NOASSERTION, "unknown", None, 0.0, exception.lines, ())
            found = [unknown if one is exception else one for one in found]
    return found, named


_STATUS = ("exact", "cosmetic", "altered")


def _joined(license_: Reading, exception: Reading) -> Reading:
    """A licence and an exception to it, as one reading; altered where either is."""
    status = max(license_.status, exception.status, key=_STATUS.index)
    name = license_.expression if status == "altered" else f"{license_.expression} WITH {exception.expression}"
    base = license_.base
    if status == "altered" and license_.status != "altered":
        name, base = f"LicenseRef-{license_.expression.removeprefix('LicenseRef-')}-altered", license_.expression
    lines = (min(license_.lines[0], exception.lines[0]), max(license_.lines[1], exception.lines[1]))
    changed = tuple(sorted(license_.alterations + exception.alterations, key=lambda one: one.lines))
    return Reading(name, status, base, min(license_.score, exception.score), lines, changed)


def _references(matches: Sequence[Match], content: str, places: words.Places) -> tuple[Reference, ...]:
    """The licences that the file names outside of the texts in it."""
    found: dict[str, Reference] = {}
    at = 0
    for match in [*matches, None]:
        start, after = places.range(match.first, match.last) if match is not None else (len(content), len(content))
        if start > at and not content[at:start].isspace():
            found = {one.expression: one for one in references.find(content, at, start)} | found
        at = after
    return tuple(sorted(found.values(), key=lambda one: one.lines))


def _reading(
    match: Match, rest: list[tuple[int, int]], named: Sequence[Reference], content: str, places: words.Places
) -> Reading:
    said = (one.expression for one in named if one.expression in match.ids)
    name = next(said, match.ids[0])  # the text is the same for this version only and for later ones, too
    lines = places.lines(match.first, match.last)
    if match.status != "altered" and not rest:
        return Reading(name, match.status, catalog.based_on(name), match.score, lines, ())
    alterations = [
        Alteration("added", places.lines(first, last), _quote(content, places, first, last)) for first, last in rest
    ]
    known = wording.of(match.ids, match.text) if match.gaps else None
    for gap in match.gaps:
        kind = "removed" if gap.first == gap.last else "added" if gap.start == gap.end else "changed"
        where = (
            places.lines(max(gap.first - 1, 0), gap.last + 1)
            if kind == "removed"
            else places.lines(gap.first, gap.last)
        )
        was = _short(known.quote(gap.start, gap.end)) if known is not None else ""
        alterations.append(Alteration(kind, where, _quote(content, places, gap.first, gap.last), was))
    alterations.sort(key=lambda one: one.lines)
    altered = f"LicenseRef-{name.removeprefix('LicenseRef-')}-altered"
    return Reading(altered, "altered", name, match.score, lines, tuple(alterations[:_MAX_ALTERATIONS]))


def _quote(content: str, places: words.Places, first: int, last: int) -> str:
    """The file's own words from one to before another, on one line."""
    if first >= last or len(content) != len(places.text):
        return ""  # markup was taken out, so that positions in the file are not known
    start, end = places.range(first, last)
    return _short(" ".join(content[start:end].split()))


def _short(quoted: str) -> str:
    return quoted if len(quoted) <= MAX_TEXT else f"{quoted[:MAX_TEXT]}…"
