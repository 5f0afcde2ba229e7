"""A piece of text of the tree, and how a finder turns a place in it into a `Use`.

Where one file holds another language (a notebook's cells, a Dockerfile's RUN, a workflow's `run:`), the finder of that
language gets a `Source` of its own, made with `at`, so that its lines are those of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness.discover.names import Named, is_pinned
from openness.usage import Use

MAX_QUOTE = 160
"""Longest quote, in characters."""

Look = Callable[[str], str | None]
"""The text of another file of the tree by its path, or None: bounded, and never outside the tree."""


class Source(NamedTuple):
    """A text, and where it stands."""

    path: str
    """The file, relative to the tree, with `/`."""

    content: str
    """Its text, with LF as the end of each line."""

    lines: Sequence[int] = ()
    """The line of the file for each line of `content`, 1-based; empty where they are the same."""

    def line(self, number: int) -> int:
        """The line of the file for a line of `content`, both 1-based; the last known for one past the end."""
        if not self.lines:
            return number
        return self.lines[min(max(number, 1), len(self.lines)) - 1]

    def at(self, line: int, content: str) -> Source:
        """A text within this one: its first line is line `line` of this `content`, and the others follow."""
        count = content.count("\n") + 1
        if not self.lines:
            return Source(self.path, content, range(line, line + count))
        return Source(self.path, content, tuple(self.line(line + offset) for offset in range(count)))


def use(source: Source, named: Named, line: int, via: str, revision: str | None = None) -> Use:
    """The use of a model on a line of `content`, 1-based. A `revision` given wins over the one in the name."""
    revision = revision or named.revision
    return Use(
        model=named.model,
        kind=named.kind,
        path=source.path,
        line=source.line(line),
        via=via,
        revision=revision,
        pinned=is_pinned(revision),
        quote=_quoted(source.content, line),
    )


def _quoted(content: str, line: int) -> str:
    """One line without the space around it; empty for a line that is not there."""
    lines = _lines(content)
    return lines[line - 1].strip()[:MAX_QUOTE] if 0 < line <= len(lines) else ""


@lru_cache(maxsize=2)
def _lines(content: str) -> list[str]:
    return content.split("\n")
