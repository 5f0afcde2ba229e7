"""Known open source libraries that load weights: `rules/libraries.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from openness import yamlio


class Library(NamedTuple):
    """A library, its licence and where that was read."""

    library: str
    license: str
    source: str
    read: str


class _Known(NamedTuple):
    by_name: dict[str, Library]
    by_module: dict[str, Library]


def named(name: str) -> Library | None:
    """The library with this `library_name` or tag, in any case."""
    return _known().by_name.get(name.lower())


def imported(module: str) -> Library | None:
    """The library that a Python program imports under this top-level name."""
    return _known().by_module.get(module)


@lru_cache(maxsize=1)
def _known() -> _Known:
    top = yamlio.rules("libraries.yaml", "the list of libraries")
    known = _Known({}, {})
    for entry in top.only("libraries").maps("libraries"):
        entry.only("library", "license", "source", "read", "tags", "module")
        library = Library(entry.text("library"), entry.text("license"), entry.text("source"), entry.text("read"))
        for name in (library.library, *entry.texts("tags")):
            known.by_name[name.lower()] = library
        if module := entry.text("module", ""):
            known.by_module[module] = library
    return known
