"""What the configuration formats have in common: texts with their lines, in mappings and lists."""

from __future__ import annotations

from typing import NamedTuple

from openness.errors import SourceError

MAX_DEPTH = 100
"""Deepest nesting that is read."""


FILLER = "__"
"""What stands for a hole of a template that nothing is known of."""


class Text(NamedTuple):
    """A value, or an entry of a list, that is text."""

    value: str
    line: int
    """1-based: where the value begins."""

    script: str = ""
    """The value as it stands over several lines, the first of them `line`; empty where it stands on one."""


class Map:
    """Keys with their values, in order; a key may occur twice. None is a value that is no text: a number, nothing."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[Text, Node]] = []


class List:
    """Entries in order."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: list[Node] = []


class Alias(NamedTuple):
    """A place that repeats a mapping or list of elsewhere, which is read there."""

    of: Map | List


Node = Text | Map | List | Alias | None


class Builder:
    """Puts values together with a stack of its own, so that no input can exhaust Python's."""

    __slots__ = ("current", "key", "path", "roots", "stack")

    def __init__(self, path: str) -> None:
        self.path = path
        self.roots: list[Node] = []
        self.current: Map | List | None = None
        self.key: Text | None = None
        self.stack: list[tuple[Map | List | None, Text | None]] = []

    def put(self, node: Node) -> None:
        """A value: of the key that waits for one, of the list that is open, or a root."""
        if isinstance(self.current, Map):
            if self.key is not None:
                self.current.pairs.append((self.key, node))
            self.key = None
        elif self.current is not None:
            self.current.entries.append(node)
        else:
            self.roots.append(node)

    def open(self, collection: Map | List, line: int) -> None:
        """A mapping or list begins. Raises SourceError when it is too deep."""
        if len(self.stack) >= MAX_DEPTH:
            raise SourceError(f"nested deeper than {MAX_DEPTH} levels", self.path, line)
        self.put(collection)
        self.stack.append((self.current, self.key))
        self.current, self.key = collection, None

    def close(self) -> None:
        """The innermost ends; without one, nothing."""
        if self.stack:
            self.current, self.key = self.stack.pop()
