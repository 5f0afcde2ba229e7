"""What lies in a folder, or in a repository elsewhere: its files, and how one is looked into.

`folder` reads facts from a tree; this module makes the tree of a folder on the disk. No symbolic link is followed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import NotRead
from openness.sources import text, weights
from openness.sources.weights import Weights

MAX_FILES = 50_000
MAX_PROGRAMS = 3_000
MAX_DEPTH = 24

_SKIPPED = frozenset((
    ".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", "site-packages",
    "test", "tests", "testing", "testdata", "fixtures",
))  # fmt: skip
"""Folders whose files are not the release: they keep its history, are installed, or test it."""


class Tree(NamedTuple):
    """The files of a folder, or of a repository that lies elsewhere, and how to look into one."""

    shown: str
    """The place, as the user knows it."""

    called: str
    """What the place itself is called: the last part of its path, or its id."""

    origin: str
    """What kind of input it is: one short phrase for the report."""

    prefix: str
    """What stands before the path of a file where it is shown."""

    files: list[str]
    """The plain files, as relative paths with `/`."""

    not_read: list[NotRead]
    """What was passed over."""

    text: Callable[[str], text.Text]
    """The text of a file. Raises SourceError."""

    weights: Callable[[], Weights]
    """Those of the files that are weights, and what they say."""

    programs: int = MAX_PROGRAMS
    """How many programs are read at most."""


class _Listing(NamedTuple):
    """The plain files of a folder, as relative paths with `/`, and what was passed over."""

    files: list[str]
    not_read: list[NotRead]


def local(path: Path, shown: str) -> Tree:
    """The tree of a folder on the disk. Raises SourceError when it cannot be listed at all."""
    listing = _list(path, shown)
    prefix = "" if shown in (".", "./") else shown.rstrip("/") + "/"
    return Tree(
        shown,
        path.resolve().name,
        f"folder, {len(listing.files):,} files",
        prefix,
        *listing,
        text=lambda name: text.read(path / name, prefix + name),
        weights=lambda: weights.gather(path, listing.files, prefix),
    )


def is_passed_over(path: str) -> bool:
    """Whether a file lies in a folder whose files are not the release, or too deep."""
    folders = path.split("/")[:-1]
    return len(folders) > MAX_DEPTH or not _SKIPPED.isdisjoint(folders)


def _list(path: Path, shown: str) -> _Listing:
    """Every plain file below `path`, without following links, in a stable order, up to `MAX_FILES`."""
    listing = _Listing([], [])
    stack = [("", 0)]
    while stack:
        folder, depth = stack.pop()
        try:
            with os.scandir(path / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as problem:
            if not folder:
                raise SourceError(f"cannot be listed: {problem.strerror or problem}", shown) from None
            listing.not_read.append(NotRead(folder, problem.strerror or str(problem)))
            continue
        inner = []
        for entry in entries:
            name = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                listing.not_read.append(NotRead(name, "a symbolic link, not followed"))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and depth < MAX_DEPTH:
                    inner.append((name, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                listing.files.append(name)
        stack += reversed(inner)
        if len(listing.files) > MAX_FILES:
            del listing.files[MAX_FILES:]
            listing.not_read.append(NotRead(shown, f"more than {MAX_FILES:,} files; the rest was not looked at"))
            break
    return listing
