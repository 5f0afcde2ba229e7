"""A licence text that nobody has catalogued → the terms recognised in it; `rules/clauses.yaml` says how.

The text is cut into passages: sentences, and entries of lists together with the words that introduce them. A term is
found where a passage holds the words of one of its patterns in their order. What is not found may still be there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import catalog
from openness.model import FoundTerm, Reading

MAX_CHARACTERS = 100_000
"""How much of a text is looked at; the longest licence known has some 50,000 characters."""

MAX_QUOTE = 300
"""Longest quote, in characters."""

MAX_VALUES = 5
MAX_FOUND = 8
"""Most passages told of one term."""

_MAX_PASSAGE = 3_000
_MAX_INTRODUCTION = 600
_MAX_LEVELS = 3
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


class _Passage(NamedTuple):
    """A sentence, or an entry of a list after the words that introduce it."""

    text: str
    """In lower case, without markup, on one line."""

    ranges: tuple[tuple[int, int], ...]
    """Where it stands in the file: first and one past the last character of the introductions and of itself."""

    own: int
    """Where in `text` the introductions end."""

    definition: bool


class _Hit(NamedTuple):
    """A pattern found in a passage."""

    passage: int
    span: tuple[int, int]
    """First and one past the last character, in the passage's text."""


@lru_cache(maxsize=16)
def terms(content: str) -> tuple[FoundTerm, ...]:
    """The terms recognised in a licence text, in the order of their first lines.

    Only the first `MAX_CHARACTERS` are looked at. Raises CatalogError where `rules/clauses.yaml` is broken. An
    empty result says nothing of the licence.
    """
    content = content[:MAX_CHARACTERS]
    plain = _plain(content)
    passages = list(_passages(plain))
    text = "\n".join(one.text for one in passages)
    starts = [0]
    for one in passages:
        starts.append(starts[-1] + len(one.text) + 1)
    newlines = [position for position, c in enumerate(content) if c == "\n"]
    rules, never = _rules()
    excluded: dict[int, bool] = {}
    found: list[FoundTerm] = []
    for rule in sorted(rules, key=lambda rule: bool(rule.beside)):
        if rule.beside and rule.beside.isdisjoint(one.term for one in found):
            continue
        hits = []
        for number in _candidates(rule.keys, text, starts):
            passage = passages[number]
            if passage.definition and not rule.definitions:
                continue
            span = _first(rule.find, passage)
            if span is None or _any(rule.unless, passage.text):
                continue
            if number not in excluded:
                excluded[number] = _any(never, passage.text)
            if not excluded[number]:
                hits.append(_Hit(number, span))
        found += [_told(rule, group, passages, content, plain, newlines) for group in _grouped(hits, passages)]
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


# -- looking -------------------------------------------------------------------------------------------


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


def _first(patterns: Sequence[_Pattern], passage: _Passage) -> tuple[int, int] | None:
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
        places = (match.span() for match in _compiled(part).finditer(text))
        reached = [(start, end) for start, end in places] if number == 0 else _led(places, reached, gap)
        if number == last:
            reached = [one for one in reached if one[1] > own]
        if not reached:
            return None
    return reached[0]


def _led(places: Iterator[tuple[int, int]], reached: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
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


def _grouped(hits: list[_Hit], passages: list[_Passage]) -> list[list[_Hit]]:
    """Hits in neighbouring passages, or in entries of one list, told as one."""
    groups: list[list[_Hit]] = []
    for hit in hits:
        before = groups[-1][-1] if groups else None
        if before is not None and (
            hit.passage - before.passage <= 1
            or passages[hit.passage].ranges[:-1] == passages[before.passage].ranges[:-1] != ()
        ):
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups[:MAX_FOUND]


def _told(
    rule: _Rule, hits: list[_Hit], passages: list[_Passage], content: str, plain: str, newlines: list[int]
) -> FoundTerm:
    quotes, values, lines = [], [], []
    for hit in hits:
        words = _Words(passages[hit.passage], plain)
        first, last = words.own(hit.span)
        quotes.append(" ".join(content[first : min(last, first + 2 * MAX_QUOTE)].split())[:MAX_QUOTE].rstrip())
        lines.append((bisect_right(newlines, first - 1) + 1, bisect_right(newlines, last - 1) + 1))
        values += words.values(rule.values, content)
    return FoundTerm(
        rule.term,
        catalog.terms()[rule.term].severity,
        (min(first for first, _ in lines), max(last for _, last in lines)),
        quotes[0],
        ", ".join(list(dict.fromkeys(values))[:MAX_VALUES]) or None,
    )


class _Words:
    """Where the words of a passage stand in the file."""

    def __init__(self, passage: _Passage, plain: str) -> None:
        self.passage = passage
        self.places: list[tuple[int, int]] = []
        self.first_own = 0
        for start, end in passage.ranges:
            self.first_own = len(self.places)
            self.places += [
                (start + match.start(), start + match.end())
                for match in re.finditer(r"\S+", plain[start:end])
                if match.group().strip("\0")
            ]

    def range(self, span: tuple[int, int]) -> tuple[int, int]:
        """The words in the file that a span of the passage's text touches: first and one past the last character."""
        text = self.passage.text
        first, last = text.count(" ", 0, span[0]), text.count(" ", 0, max(span[1] - 1, 0))
        return self.places[min(first, len(self.places) - 1)][0], self.places[min(last, len(self.places) - 1)][1]

    def own(self, span: tuple[int, int]) -> tuple[int, int]:
        """The passage itself where it is short, else from the first word found to the last, at least a quote long."""
        first, end = self.places[self.first_own][0], self.places[-1][1]
        if end - first <= MAX_QUOTE:
            return first, end
        start, stop = self.range((max(span[0], self.passage.own), span[1]))
        wanted = max(stop, start + MAX_QUOTE)
        return start, max((last for _, last in self.places if last <= wanted), default=stop)

    def values(self, patterns: Sequence[_Pattern], content: str) -> list[str]:
        """What the file says at the first place of each pattern, on one line."""
        spans = [_span(pattern, self.passage.text, 0) for pattern in patterns]
        found = []
        for start, end in (self.range(span) for span in spans if span is not None):
            found.append(" ".join(content[start:end].split()).strip(" .,;:()[]*_\"'“”‘’、。；"))
        return [one for one in found if one][:1]


# -- passages ------------------------------------------------------------------------------------------

_SAME = str.maketrans({
    **dict.fromkeys("“”„«»″", '"'), **dict.fromkeys("‘’‚′`", "'"), **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000\r\t\f\v", " "), **dict.fromkeys("\0\u200b\ufeff\\_", "\0"),
    "，": ",", "（": "(", "）": ")", "：": ":", "；": ";",
})  # fmt: skip
"""One form of each sign; NUL stands for what takes no room between two letters."""

_ENTITY = r"&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});"
_MARKUP = r"</?[a-z][^<>]{0,300}>|<!--[^<>]{0,300}-->|\]\([^()\s]{1,300}\)"
_MARKER = r"[-*•·‣▪●○◦]|\(?(?:[0-9]{1,2}|[a-z]|[ivx]{1,5})[.)]|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?"
_BREAK = (
    r"(?P<blank>\n *\n\s*)"
    rf"|(?P<entry>\n(?= *(?:{_MARKER})\s))"
    r"|(?P<end>(?<=[.!?])[\"')\]]{0,3}\s+|(?<=。))"
    r"|(?P<colon>(?<=:)\s+)|(?P<semicolon>(?<=;)\s+|(?<=;(?=[^\x00-\x7f])))"
)
_SHORT = (
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|corp|co|no|nos|art|sec|vs|cf|u\.s|u\.k|v|llc|gmbh)"
    r"|(?:^|[\s(])(?:[a-z]|[0-9]{1,2}|i{2,3}|iv|vi{1,3}|ix))\.\Z"
)
_GOES_ON = (",", ";", ", and", ", or", "; and", "; or")
_OPEN = (" to", " not", " for", " that", " must", " shall", " by")
_DEFINES = (
    rf"^(?:(?:{_MARKER}) )?(?:\"[^\"]{{1,100}}\"[^\"]{{0,60}}"
    r"|(?:the )?(?:term )?(?:[^\s\"]{1,30} ){1,7}(?<!other )(?<!by )(?<!any ))"
    r"(?:shall mean|means?(?! (?:to|of|for|or|that)\b)|refers? to|has the meaning|is defined as|: )"
)


def _plain(content: str) -> str:
    """The text in lower case with one form of each sign, comment signs and markup blanked; as long as it was."""
    lowered = content.lower()
    if len(lowered) != len(content):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in content)
    text = lowered.translate(_SAME)
    if "&" in text and ";" in text:
        text = re.sub(_ENTITY, _character, text)
    if "<" in text or "](" in text:
        text = re.sub(_MARKUP, _blank, text)
    if "**" in text:
        text = text.replace("**", "\0\0")
    return _uncommented(text)


def _character(match: re.Match[str]) -> str:
    import html

    character = html.unescape(match.group()).lower().translate(_SAME)
    return (character if len(character) == 1 else " ").ljust(len(match.group()), "\0")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _uncommented(text: str) -> str:
    """Without the signs that begin its lines; a sign that can begin an entry of a list only where all lines have it."""
    signs = r"#{1,6}|//{1,3}|>{1,3}|;{1,3}|%|/\*{1,2}|\*/"
    lines = [line.lstrip() for line in text.split("\n")]
    written = sum(1 for line in lines if line)
    if 10 * sum(line.startswith(("*", "/*", "-- ", "|")) for line in lines) >= 9 * written > 27:
        signs += r"|\*{1,3}|--|\|"
    return re.sub(rf"^ {{0,40}}(?:{signs})(?=\s|$)", _blank, text, flags=re.MULTILINE)


class _Level(NamedTuple):
    """Words that introduce a list, and the list's entries so far."""

    range: tuple[int, int]
    text: str
    marker: str
    """That of the last entry; empty before the first and where entries have none."""


def _passages(plain: str) -> Iterator[_Passage]:
    """The passages in the order of the file. What they hold together is at most thrice the text."""
    levels: list[_Level] = []
    hanging: list[_Level] = []
    spare = 2 * len(plain) + 10_000
    after = "blank"
    for start, end, how in _pieces(plain):
        text = _line(plain[start:end])
        if not text:
            continue
        match = re.match(rf"(?:{_MARKER})(?=\s)", text)
        marker = match.group() if match else ""
        if hanging and marker and not any(_follows(one.marker, marker) for one in levels):
            levels, after = hanging, "colon"
        levels = _levels(levels, marker, after)
        above = levels if marker or after in ("colon", "comma") else []
        prefix = "".join(f"{one.text} " for one in above)
        if len(prefix) > spare:
            above, prefix = [], ""
        spare -= len(prefix)
        ranges = (*(one.range for one in above), (start, end))
        yield _Passage(prefix + text, ranges, len(prefix), re.match(_DEFINES, text) is not None)
        after = "colon" if text.endswith(":") else "comma" if text.endswith(_GOES_ON) else how
        introduction = [*above, _Level((start, end), text, "")][-_MAX_LEVELS:] if len(text) < _MAX_INTRODUCTION else []
        if after == "colon" and introduction:
            levels = introduction
        open_end = (how == "entry" and text[-1].isalnum()) or text.endswith(_OPEN)
        hanging = introduction if open_end else []


def _levels(levels: list[_Level], marker: str, after: str) -> list[_Level]:
    """The introductions that hold for a piece with this marker, after a piece that ended so."""
    if not levels:
        return levels
    if not marker:
        return levels if after != "blank" else []
    for depth in range(len(levels), 0, -1):
        level = levels[depth - 1]
        fresh = after == "colon" and depth == len(levels) and not level.marker
        if fresh or _follows(level.marker, marker):
            return [*levels[: depth - 1], level._replace(marker=marker)]
    return []


def _follows(before: str, marker: str) -> bool:
    """Whether a list whose last entry has one marker goes on with the other."""
    old, new = before.strip("(.)"), marker.strip("(.)")
    if not before or re.sub(r"\w{1,9}", "", before) != re.sub(r"\w{1,9}", "", marker):
        return False
    if old.isdigit() or new.isdigit():
        return old.isdigit() and new.isdigit() and int(new) == int(old) + 1
    if len(old) == len(new) == 1 and old.isalpha():
        return ord(new) == ord(old) + 1 or new in "vx" or (old, new) == ("i", "i")
    return True


def _pieces(plain: str) -> Iterator[tuple[int, int, str]]:
    """First and one past the last character of each piece, and what ended it: a group of `_BREAK`, or `cut`."""
    start = 0
    short = re.compile(_SHORT)
    for match in re.finditer(_BREAK, plain):
        how = match.lastgroup or ""
        before = plain[max(match.start() - 12, start) : match.start()].replace("\0", "")
        if how == "end" and short.search(before):
            continue
        yield from _cut(plain, start, match.start(), how)
        start = match.end()
    yield from _cut(plain, start, len(plain), "blank")


def _cut(plain: str, start: int, end: int, how: str) -> Iterator[tuple[int, int, str]]:
    """One piece, or several where it is longer than any sentence."""
    while end - start > _MAX_PASSAGE:
        at = plain.rfind(" ", start + _MAX_PASSAGE // 2, start + _MAX_PASSAGE)
        at = at if at > 0 else start + _MAX_PASSAGE
        yield start, at, "cut"
        start = at
    yield start, end, how


def _line(piece: str) -> str:
    return " ".join(word for word in (one.replace("\0", "") for one in piece.split()) if word)


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
