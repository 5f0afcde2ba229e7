"""The other files of the tree that a Python file imports from: found by their names, and walked when they are asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from openness.discover.scopes import Module
from openness.discover.source import Look
from openness.discover.walk import parse
from openness.errors import SourceError

MAX_FILES = 40
"""Other files walked for one file."""

MAX_NAMES = 800
"""Paths looked up for one file."""

MAX_SIBLING = 200_000
"""Longest other file that is walked, in characters."""

KEPT = 1_500_000
"""Characters of the files that are kept for the next ones that import from them."""

_kept: OrderedDict[tuple[str, str], Module] = OrderedDict()
"""The files that were last walked, by path and text."""

_users = 0


class Imports:
    """Answers for one file; it remembers the other files that were read for it."""

    def __init__(self, module: Module, look: Look | None) -> None:
        self.look = look
        self.texts: dict[str, str | None] = {}
        self.paths: dict[tuple[str, int, str], str | None] = {}
        self.modules: dict[str, Module | None] = {module.path: module}

    def path(self, importer: str, level: int, name: str) -> str | None:
        """The file of the tree that an import in the file `importer` means; None where there is none."""
        folder = importer.rpartition("/")[0]
        key = folder, level, name
        if key not in self.paths:
            self.paths[key] = next(
                (one for one in _candidates(folder, level, name) if self.text(one) is not None), None
            )
        return self.paths[key]

    def text(self, path: str) -> str | None:
        """The text of another file; None for one that is not there, or one too many."""
        if path not in self.texts:
            self.texts[path] = self.look(path) if self.look is not None and len(self.texts) < MAX_NAMES else None
        return self.texts[path]

    def module(self, path: str) -> Module | None:
        """The file, walked; None for one that is not Python, too long, or one too many."""
        if path not in self.modules:
            self.modules[path] = None
            text = self.text(path)
            many = sum(one is not None for one in self.modules.values()) > MAX_FILES
            if text is not None and len(text) <= MAX_SIBLING and not many:
                try:
                    self.modules[path] = walked(text, path)
                except SourceError:
                    return None
        return self.modules[path]


def _candidates(folder: str, level: int, name: str) -> Iterator[str]:
    folders = folder.split("/") if folder else []
    parts = [part for part in name.split(".") if part]
    if level:
        starts = [folders[: len(folders) - level + 1]] if level <= len(folders) + 1 else []
    else:
        starts = [folders[:count] for count in range(len(folders), -1, -1)] + [["src"]]
    for start in starts:
        stem = "/".join([*start, *parts])
        if parts:
            yield f"{stem}.py"
        yield f"{stem}/__init__.py" if stem else "__init__.py"


def walked(content: str, path: str) -> Module:
    """A file, walked once for all that ask soon. Raises SourceError as `parse` does."""
    module = _kept.get((path, content))
    if module is None:
        module = _kept[path, content] = parse(content, path)
    _kept.move_to_end((path, content))
    return module


@contextmanager
def in_use() -> Iterator[None]:
    """While a file is read: what was walked for it stays. After that only the last `KEPT` characters do."""
    global _users
    _users += 1
    try:
        yield
    finally:
        _users -= 1
        size = sum(len(text) for _, text in _kept)
        while not _users and size > KEPT:
            (_, text), module = _kept.popitem(last=False)
            size -= len(text)
            module.release()
