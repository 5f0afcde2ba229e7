"""A licence text → its passages: sentences, and entries of lists after the words that introduce them.

The first step of recognising terms (`clauses`). A passage knows where in the file each of its words stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MAX_PASSAGE = 3_000
_MAX_INTRODUCTION = 600
_MAX_LEVELS = 3

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


class Passage(NamedTuple):
    """A sentence, or an entry of a list after the words that introduce it."""

    text: str
    """In lower case, without markup, on one line."""

    ranges: tuple[tuple[int, int], ...]
    """Where it stands in the file: first and one past the last character of the introductions and of itself."""

    own: int
    """Where in `text` the introductions end."""

    definition: bool


def plain(content: str) -> str:
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


def passages(plain: str) -> Iterator[Passage]:
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
        yield Passage(prefix + text, ranges, len(prefix), re.match(_DEFINES, text) is not None)
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


class Words:
    """Where the words of a passage stand in the file."""

    def __init__(self, passage: Passage, plain: str) -> None:
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

    def own(self, span: tuple[int, int], room: int) -> tuple[int, int]:
        """The passage itself where it fits into `room` characters, else from the first word of the span to the last."""
        first, end = self.places[self.first_own][0], self.places[-1][1]
        if end - first <= room:
            return first, end
        start, stop = self.range((max(span[0], self.passage.own), span[1]))
        wanted = max(stop, start + room)
        return start, max((last for _, last in self.places if last <= wanted), default=stop)
