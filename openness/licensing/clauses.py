"""A licence text that nobody has catalogued → the terms recognised in it; `rules/clauses.yaml` says how.

A term is found where a passage (see `passages`) holds the words of one of its patterns in their order. What is not
found may still be there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import catalog, passages
from openness.licensing.passages import Passage, Words
from openness.licensing.words import Lines
from openness.model import FoundTerm, Reading, Severity

MAX_CHARACTERS = 100_000
"""How much of a text is looked at; the longest licence known has some 50,000 characters."""

MAX_QUOTE = 300
"""Longest quote, in characters."""

MAX_VALUES = 5
MAX_FOUND = 8
"""Most passages told of one term."""

_MAX_CANDIDATES = 400

_FILE = "clauses.yaml"
_KEYS = ("term", "keys", "find", "unless", "value", "definitions", "beside", "examples")


class _Pattern(NamedTuple):
    """Words that must follow one another within one passage."""

    parts: tuple[str, ...]
    """Regular expressions without unbounded repetition, in order."""

    gaps: tuple[int, ...]
    """Most characters between each part and the one before; 0 for the first."""


class _Rule(NamedTuple):
    """How one term is recognised."""

    term: str
    keys: tuple[str, ...]
    """Lower-case pieces of words; a passage without any of them is not looked at."""
    find: tuple[_Pattern, ...]
    unless: tuple[_Pattern, ...]
    values: tuple[_Pattern, ...]
    definitions: bool
    """Whether a definition can state the term."""
    beside: frozenset[str]
    """Terms one of which the text must have too; empty where the rule needs none."""


class _Hit(NamedTuple):
    """A pattern found in a passage."""

    passage: int
    span: tuple[int, int]
    """First and one past the last character, in the passage's text."""


class _Text(NamedTuple):
    """A licence text, cut up once for all rules."""

    content: str
    plain: str
    passages: list[Passage]
    joined: str
    """The passages' texts, a line each."""
    starts: list[int]
    """Where in `joined` each begins, and where one more would."""


@lru_cache(maxsize=16)
def terms(content: str) -> tuple[FoundTerm, ...]:
    """The terms recognised in a licence text, in the order of their first lines.

    Only the first `MAX_CHARACTERS` are looked at. Raises CatalogError where `rules/clauses.yaml` is broken. An
    empty result says nothing of the licence.
    """
    text = _cut_up(content[:MAX_CHARACTERS])
    at = Lines(text.content)
    rules, never = _rules()
    speaks_against = cache(lambda number: _any(never, text.passages[number].text))
    found: list[FoundTerm] = []
    for rule in sorted(rules, key=lambda rule: bool(rule.beside)):
        if rule.beside and rule.beside.isdisjoint(one.term for one in found):
            continue
        hits = [one for one in _hits(rule, text) if not speaks_against(one.passage)]
        found += [_told(rule, group, text, at) for group in _grouped(hits, text.passages)]
    return tuple(sorted(found, key=lambda one: (one.lines, one.term)))


def beyond(reading: Reading, content: str) -> tuple[FoundTerm, ...]:
    """The terms that no catalogue has: those of an unknown text, or of the altered passages of a known one.

    `reading` is one of the readings of `content`. Raises CatalogError.
    """
    if reading.status == "unknown":
        spans = [reading.lines]
    elif reading.status == "altered":
        spans = [one.lines for one in reading.alterations if one.kind != "removed"]
    else:
        return ()
    return tuple(
        one for one in terms(content) if any(first <= one.lines[1] and one.lines[0] <= last for first, last in spans)
    )


def of(reading: Reading, content: str) -> tuple[FoundTerm, ...]:
    """What binds whoever uses a licence that was read in `content`: `beyond`, or the terms that the catalogue lists.

    A listed term has its lines and words where they are recognised in the text, and else the lines of the whole
    licence and no words. Empty for a licence whose terms open source licences have, too.
    """
    if reading.status in ("unknown", "altered"):
        return beyond(reading, content)
    known = catalog.find(reading.expression)
    listed = known.terms if known is not None else ()
    if all(one.severity is Severity.COMPATIBLE for one in listed):
        return ()
    first, last = reading.lines
    values = {one.term: one.value for one in listed}
    found = [
        one._replace(value=values[one.term] or one.value)
        for one in terms(content)
        if one.term in values and first <= one.lines[0] and one.lines[1] <= last
    ]
    seen = {one.term for one in found}
    unseen = [one for one in listed if one.term not in seen]
    rest = [FoundTerm(one.term, one.severity, reading.lines, "", one.value or None) for one in unseen]
    return tuple(sorted([*found, *rest], key=lambda one: (one.lines, one.term)))


# -- looking -------------------------------------------------------------------------------------------


def _cut_up(content: str) -> _Text:
    plain = passages.plain(content)
    found = list(passages.passages(plain))
    starts = list(accumulate((len(one.text) + 1 for one in found), initial=0))
    return _Text(content, plain, found, "\n".join(one.text for one in found), starts)


def _hits(rule: _Rule, text: _Text) -> Iterator[_Hit]:
    """Where a rule is met, in order."""
    for number in _candidates(rule.keys, text.joined, text.starts):
        passage = text.passages[number]
        if not passage.definition or rule.definitions:
            span = _first(rule.find, passage)
            if span is not None and not _any(rule.unless, passage.text):
                yield _Hit(number, span)


def _candidates(keys: Sequence[str], text: str, starts: list[int]) -> list[int]:
    """The numbers of the passages that hold one of the keys, in order."""
    numbers: set[int] = set()
    for key in keys:
        at = text.find(key)
        while at >= 0 and len(numbers) < _MAX_CANDIDATES:
            number = bisect_right(starts, at) - 1
            numbers.add(number)
            at = text.find(key, starts[number + 1])
    return sorted(numbers)


def _first(patterns: Sequence[_Pattern], passage: Passage) -> tuple[int, int] | None:
    """Where the first of the patterns stands that reaches into the passage's own words."""
    for pattern in patterns:
        span = _span(pattern, passage.text, passage.own)
        if span is not None:
            return span
    return None


def _any(patterns: Sequence[_Pattern], text: str) -> bool:
    return any(_span(pattern, text, 0) is not None for pattern in patterns)


def _span(pattern: _Pattern, text: str, own: int) -> tuple[int, int] | None:
    """First and last character of the parts in their order, close enough together, ending after `own`.

    Linear in the text: of each part all places are taken that a place of the part before leads to.
    """
    reached: list[tuple[int, int]] = []
    last = len(pattern.parts) - 1
    for number, (part, gap) in enumerate(zip(pattern.parts, pattern.gaps, strict=True)):
        places = _places(part, text)
        reached = list(places) if number == 0 else _led(places, reached, gap)
        if number == last:
            reached = [one for one in reached if one[1] > own]
        if not reached:
            return None
    return reached[0]


@lru_cache(maxsize=4_000)
def _places(part: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where a part stands; kept, since many patterns have the same parts."""
    return tuple([match.span() for match in _compiled(part).finditer(text)])


def _led(places: Sequence[tuple[int, int]], reached: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """The places that begin after an earlier one ended, at most `gap` characters on; each with where all began."""
    found = []
    ends = sorted((end, start) for start, end in reached)
    for start, end in places:
        before = bisect_right(ends, (start, start)) - 1
        if before >= 0 and start - ends[before][0] <= gap:
            found.append((ends[before][1], end))
    return found


@cache
def _compiled(part: str) -> re.Pattern[str]:
    """Whole words, except in scripts that have no spaces."""
    cjk = any(c >= "\u3040" for c in part)
    return re.compile(part if cjk else rf"(?<!\w)(?:{part})(?!\w)")


# -- telling -------------------------------------------------------------------------------------------


def _grouped(hits: list[_Hit], found: list[Passage]) -> list[list[_Hit]]:
    """Hits in neighbouring passages, or in entries of one list, told as one."""
    groups: list[list[_Hit]] = []
    for hit in hits:
        before = groups[-1][-1] if groups else None
        if before is not None and (
            hit.passage - before.passage <= 1
            or found[hit.passage].ranges[:-1] == found[before.passage].ranges[:-1] != ()
        ):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups[:MAX_FOUND]


def _told(rule: _Rule, hits: list[_Hit], text: _Text, at: Lines) -> FoundTerm:
    quotes, values, lines = [], [], []
    for hit in hits:
        words = Words(text.passages[hit.passage], text.plain)
        first, last = words.own(hit.span, MAX_QUOTE)
        quotes.append(" ".join(text.content[first : min(last, first + 2 * MAX_QUOTE)].split())[:MAX_QUOTE].rstrip())
        lines.append((at.of(first), at.of(last - 1)))
        values.append(_value(rule.values, words, text.content))
    return FoundTerm(
        rule.term,
        catalog.terms()[rule.term].severity,
        (min(first for first, _ in lines), max(last for _, last in lines)),
        quotes[0],
        ", ".join([one for one in dict.fromkeys(values) if one][:MAX_VALUES]) or None,
    )


def _value(patterns: Sequence[_Pattern], words: Words, content: str) -> str:
    """What the file says at the first place of the first pattern that is there, on one line; empty without one."""
    for pattern in patterns:
        span = _span(pattern, words.passage.text, 0)
        if span is not None:
            start, end = words.range(span)
            return " ".join(content[start:end].split()).strip(" .,;:()[]*_\"'“”‘’、。；")
    return ""


# -- the rules -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[_Rule, ...], tuple[_Pattern, ...]]:
    """Every rule, and what a passage in which nothing is a term says. Raises CatalogError."""
    path = yamlio.RULES / _FILE
    return parse(yamlio.read(path, error=CatalogError), str(path))


def parse(written: object, path: str) -> tuple[tuple[_Rule, ...], tuple[_Pattern, ...]]:
    """The rules of a file as `yamlio.read` gives it. Raises CatalogError."""
    top = yamlio.Reader(written, path, "the rules of clauses", CatalogError)
    top.only("far", "near", "words", "never", "terms")
    words = top.child("words")
    syntax = _Syntax(
        {} if words is None else {name: words.text(name) for name in words.map},
        {" … ": _number(top, "far"), " .. ": _number(top, "near")},
    )
    rules = []
    for entry in top.maps("terms"):
        entry.only(*_KEYS)
        term = entry.text("term")
        if term not in catalog.terms():
            entry.fail("term", f"no term '{term}' in terms.yaml{yamlio.nearest(term, catalog.terms())}")
        entry.need("find")
        rules.append(
            _Rule(
                term,
                entry.texts("keys"),
                syntax.patterns(entry, "find"),
                syntax.patterns(entry, "unless"),
                syntax.patterns(entry, "value"),
                entry.flag("definitions") is True,
                frozenset(entry.texts("beside")),
            )
        )
    return tuple(rules), syntax.patterns(top, "never")


def _number(top: yamlio.Reader, key: str) -> int:
    value = top.need(key)
    if not isinstance(value, int):
        top.fail(key, f"'{key}' must be a number of characters")
    return value


class _Syntax:
    """The language of patterns: see the head of `rules/clauses.yaml`."""

    def __init__(self, words: dict[str, str], gaps: dict[str, int]) -> None:
        self.words, self.gaps = words, gaps

    def patterns(self, entry: yamlio.Reader, key: str) -> tuple[_Pattern, ...]:
        """The patterns under a key. Raises CatalogError for one that is not in the language."""
        found = []
        for number, written in enumerate(entry.texts(key)):
            try:
                found.append(self.pattern(written))
            except ValueError as problem:
                lines = getattr(entry.map[key], "lines", None)
                line = lines[number] if lines else entry.line(key)
                raise CatalogError(f"'{written}': {problem}", entry.path, line) from None
        return tuple(found)

    def pattern(self, written: str) -> _Pattern:
        """One pattern. Raises ValueError."""
        parts, gaps, depth = [""], [0], 0
        for piece in re.split(r"( … | \.\. |[()])", written):
            depth += {"(": 1, ")": -1}.get(piece, 0)
            if piece in self.gaps and depth == 0:
                parts.append("")
                gaps.append(self.gaps[piece])
            else:
                parts[-1] += piece
        return _Pattern(tuple(self.part(one) for one in parts), tuple(gaps))

    def part(self, written: str, depth: int = 0) -> str:
        """A regular expression without unbounded repetition. Raises ValueError."""
        if re.search(r"\+|\{[0-9]*,\}|…", written) or depth > 4 or not written:
            raise ValueError("'+', '{n,}', an empty part and '…' within brackets are no pattern")
        starred = written.replace("*", r"\w{0,15}").replace(" .. ", f" (?:.{{0,{self.gaps[' .. ']}}} )?")
        return re.sub(r"\{([a-z][a-z-]*)\}", lambda match: f"(?:{self.named(match.group(1), depth)})", starred)

    def named(self, name: str, depth: int) -> str:
        """The words that a name stands for. Raises ValueError."""
        if name not in self.words:
            raise ValueError(f"no words are called '{name}'{yamlio.nearest(name, self.words)}")
        return self.part(self.words[name], depth + 1)
