"""Markdown → the paragraphs, list entries and rows of tables that may give a licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from openness.sources.scope_rules import rules

MAX_BLOCK = 3000
"""Longest paragraph that is looked at, in characters."""
LINK = re.compile(r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]{0,60}\]){0,200})\]\(\s{0,3}<?([^()<>\s]{0,500})>?[^()\n]{0,100}\)")
BADGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)|<[^<>\n]{0,500}>|https?://[^\s)>\]]{1,500}")
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>\s()]{1,300})[\"'][^<>]{0,200}>([^<>\[\]]{1,200})</a>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,300})?/?>")
WORD = re.compile(r"[^\W_](?:[\w.+'’-]{0,60}[\w+])?")
SENTENCE = re.compile(r"(?<=[.!?;])[*_\"')]{0,3} {1,8}(?=[\w\"'`*\[(<])|;")
BULLET = re.compile(r"[ \t>]{0,40}(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+")
_HEADING = re.compile(r"#{1,6}[ \t]+(.{1,120})")
MARKUP = re.compile(r"[*_`\"“”]{1,3}")


class Block(NamedTuple):
    """A paragraph, an entry of a list, a row of a table, or a line of one of these."""

    position: int
    text: str
    """On one line; as long as it is in the file, so that positions in it are positions in the file."""
    legal: bool
    """Whether it stands in a section that gives licences,"""
    own: bool
    """and one that is about nothing else: not `Third-party licences`."""
    listed: bool
    header: tuple[str, ...]
    """The heads of the columns, where it is the row of a table."""


def blocks(content: str, start: int) -> Iterator[Block]:
    """The blocks that speak of licences, code and tables of contents aside."""
    legal = own = fenced = False
    first = position = start
    lines: list[str] = []
    header: tuple[str, ...] = ()
    for line in [*content[start:].split("\n"), ""]:
        stripped = line.strip()
        if not (stripped or lines or header):
            position += len(line) + 1
            continue
        if stripped.startswith(("```", "~~~")):
            fenced = not fenced
            stripped = ""
        row = stripped.startswith("|") or stripped.count(" | ") > 1
        if not stripped or fenced or row or stripped.startswith("#") or BULLET.match(line):
            yield from _block(first, lines, (legal, own), ())
            lines = []
        if fenced or not stripped:
            header = header if row else ()
        elif stripped.startswith("#"):
            heading = _HEADING.match(stripped)
            legal, own = _is_legal(heading.group(1)) if heading is not None else (False, False)
        elif row:
            cells = tuple(stripped.strip("|").split("|"))
            if header and not set(stripped) <= set("|-: \t"):
                yield from _block(position, [line], (legal, own), header)
            header = header or tuple(cell.strip().lower() for cell in cells)
        else:
            if not lines:
                first = position
            lines.append(line)
        if not row:
            header = ()
        position += len(line) + 1
    yield from _block(first, lines, (legal, own), ())


def _block(position: int, lines: list[str], section: tuple[bool, bool], header: tuple[str, ...]) -> Iterator[Block]:
    text = " ".join(lines)[:MAX_BLOCK]
    if "<" in text:
        text = _TAG.sub(lambda tag: " " * len(tag.group()), _ANCHOR.sub(_as_link, text))
    lowered = text.lower()
    if text and (section[0] or "licen" in lowered or " under " in lowered or header):
        yield Block(position, text, *section, bool(lines and BULLET.match(lines[0])), header)


def _as_link(anchor: re.Match[str]) -> str:
    """A link of HTML as one of Markdown, of the same length."""
    return f"[{anchor.group(2)}]({anchor.group(1)})".ljust(len(anchor.group()))


def _is_legal(heading: str) -> tuple[bool, bool]:
    """Whether a section with this heading gives licences, and whether it is about nothing else."""
    words = WORD.findall(heading.lower())
    while words and words[0][0].isdigit():
        words = words[1:]
    known = rules()
    own = " ".join(words) in known.headings or (bool(words) and known.labels.issuperset(words))
    return own or (0 < len(words) <= 4 and any(word in known.labels for word in words)), own


def plain(text: str) -> str:
    """The words of a text in lower case, without markup."""
    return " ".join(unmarked(text).split()).lower()


def unmarked(text: str) -> str:
    """A text without markup; of links their words."""
    return MARKUP.sub("", LINK.sub(r"\1", BADGE.sub(" ", text)))
