"""Comments in the code that set a problem aside: `# openness: ignore[rule] reason`."""

from __future__ import annotations

import re

from openness.usage import Ignore

MAX_IGNORES = 1000
"""Most comments of one file that are looked at."""

WORD = "openness: ignore"
"""What every such comment has."""

_COMMENT = re.compile(
    r"(?:^|(?<=[\s\">]))(?P<mark>#|//|/\*|<!--|;|--)\s*openness: ignore\b(?P<rules>\[[^\]\n]*\])?(?P<reason>[^\n]*)"
)
_END = re.compile(r"\s*(?:-->|\*/|(?:\\n)?\"\s*,?)\s*\Z")  # of the comment, or of a line of a notebook's JSON
_MARKDOWN, _NOTEBOOK = (".md", ".markdown", ".mdx"), ".ipynb"
_QUOTE = 160


def find(path: str, content: str) -> tuple[Ignore, ...]:
    """The comments of a file, by line. A comment that stands alone is for the next line that is no such comment.

    In Markdown only what is written as an HTML comment counts, or stands in the front matter.
    """
    if WORD not in content:
        return ()
    lines = content.split("\n")
    front = _front_matter(lines) if path.lower().endswith(_MARKDOWN) else len(lines)
    found: list[Ignore] = []
    for number, words in enumerate(lines, 1):
        comment = _COMMENT.search(words) if WORD in words else None
        if comment is None or (number > front and comment["mark"] != "<!--"):
            continue
        before = words[: comment.start()]
        if before.endswith('"') and not path.lower().endswith(_NOTEBOOK):
            continue  # a text that begins like a comment
        alone = not before.strip(' \t"')
        rules = tuple(one for part in (comment["rules"] or "[]")[1:-1].split(",") if (one := part.strip()))
        reason = _END.sub("", comment["reason"]).strip()
        found.append(Ignore(path, number, number + alone, rules, reason, words.strip()[:_QUOTE]))
        if len(found) >= MAX_IGNORES:
            break
    return tuple(_below(found))


def _front_matter(lines: list[str]) -> int:
    """The last line of a card's front matter; 0 without one."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((number for number, words in enumerate(lines[1:], 2) if words.rstrip() == "---"), 0)


def _below(found: list[Ignore]) -> list[Ignore]:
    """Comments that stand alone one below the other cover the same line."""
    alone = {one.line: one for one in found if one.covers > one.line}
    covers: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        covers[line] = covers.get(line + 1, line + 1)
    return [one._replace(covers=covers.get(one.line, one.covers)) for one in found]
