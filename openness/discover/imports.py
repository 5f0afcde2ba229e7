"""The other files of the tree that a Python file imports from: found by their names, and walked when they are asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from openness.discover.scopes import Module, Target
from openness.discover.source import Look
from openness.discover.walk import parse
from openness.errors import SourceError

MAX_FILES = 40
"""Other files walked for one file."""

MAX_NAMES = 800
"""Paths looked up for one file."""

MAX_SIBLING = 200_000
"""Longest other file that is walked, in characters."""

MAX_CHARACTERS = 2_000_000
"""Of the other files walked for one file, together."""

KEPT = 1_500_000
"""Characters of the files that are kept for the next ones that import from them."""

_kept: OrderedDict[tuple[str, str], Module] = OrderedDict()
"""The files that were last walked, by path and text."""

_users = 0
"""How many files are being read: one may hold another, as a script does its programs."""


class Imports:
    """Answers for one file; it remembers the other files that were read for it."""

    def __init__(self, module: Module, look: Look | None) -> None:
        self.look = look
        self.texts: dict[str, str | None] = {}
        self.targets: dict[tuple[str, Target], tuple[Module, str | None] | None] = {}
        self.modules: dict[str, Module | None] = {module.path: module}
        self.files, self.characters = 0, 0

    def found(self, importer: str, target: Target) -> tuple[Module, str | None] | None:
        """What an import in the file `importer` means: a file, and the name in it, None for the file itself."""
        key = importer.rpartition("/")[0], target
        if key not in self.targets:
            self.targets[key] = self._found(*key)
        return self.targets[key]

    def _found(self, folder: str, target: Target) -> tuple[Module, str | None] | None:
        level, name, member = target
        module = self._file(folder, level, name, member)
        if member is None or (module is not None and member in module.names.names):
            return None if module is None else (module, member)
        inner = self._file(folder, level, f"{name}.{member}" if name else member)
        if inner is not None:
            return inner, None
        return (module, member) if module is not None and module.stars else None

    def _file(self, folder: str, level: int, name: str, member: str | None = None) -> Module | None:
        """The first file that is there, walked; None for none, and for one that does not speak of `member`."""
        for path in _candidates(folder, level, name):
            text = self._text(path)
            if text is not None:
                if member is None or path in self.modules or member in text or "import *" in text:
                    return self._module(path, text)
                return None
        return None

    def _text(self, path: str) -> str | None:
        if path not in self.texts:
            self.texts[path] = self.look(path) if self.look is not None and len(self.texts) < MAX_NAMES else None
        return self.texts[path]

    def _module(self, path: str, text: str) -> Module | None:
        """The file, walked; None for one that is not Python, too long, or one too many."""
        if path not in self.modules:
            self.modules[path] = None
            more = self.files < MAX_FILES and self.characters + len(text) <= MAX_CHARACTERS
            if more and len(text) <= MAX_SIBLING:
                with suppress(SourceError):
                    self.modules[path] = walked(text, path)
                    self.files, self.characters = self.files + 1, self.characters + len(text)
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
