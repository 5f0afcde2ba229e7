"""The files of a code base that may name a model: which, read as what, and their text; `rules/model-files.yaml`.

No symbolic link is followed, no device or pipe is opened, nothing outside the tree is read. What is passed over on
purpose (ignored by git, vendored, hidden) is not mentioned; what could not be read is, with the reason.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from openness import yamlio
from openness.errors import SourceError
from openness.model import NotRead

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_FILES = 500_000
MAX_DEPTH = 100
MAX_IGNORE = 200_000
"""Largest `.gitignore` that is read, in bytes."""

WEIGHTS = "weights"
_SNIFFED = 8192
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Stamp(NamedTuple):
    """What tells that a file is the one that was read before, without reading it."""

    size: int
    mtime: int
    """Nanoseconds, as `ctime`, which nobody can set back."""

    ctime: int
    inode: int


class File(NamedTuple):
    """A file of the tree that some finder reads."""

    path: str
    """Relative, with `/`."""

    form: str
    """A key of `forms`; empty for a file without ending, whose first line decides."""

    stamp: Stamp


class Form(NamedTuple):
    """How one kind of file is recognised."""

    name: str
    names: re.Pattern[str]
    shebangs: frozenset[str]
    limit: int
    """Bytes; a larger file is not read."""


class Rules(NamedTuple):
    """`rules/model-files.yaml`."""

    skipped: frozenset[str]
    hidden: frozenset[str]
    environments: frozenset[str]
    not_weights: re.Pattern[str]
    passed_over: re.Pattern[str]
    forms: dict[str, Form]
    hints: tuple[bytes, ...]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules, read once. Raises CatalogError."""
    top = yamlio.rules("model-files.yaml", "the list of files")
    table = top.child("forms")
    if table is None:
        top.fail("forms", "the list of files needs 'forms'")
    forms = {}
    for name in table.map:
        entry = table.child(name)
        if entry is not None:
            limit = int(str(entry.map.get("limit", 0)).replace("_", ""))
            forms[name] = Form(name, _any(entry.texts("names")), frozenset(entry.texts("shebangs")), limit)
    return Rules(
        skipped=frozenset(top.texts("skipped-folders")),
        hidden=frozenset(top.texts("hidden-folders")),
        environments=frozenset(top.texts("environments")),
        not_weights=_any(top.texts("not-weights")),
        passed_over=_any(top.texts("skipped-files")),
        forms=forms,
        hints=tuple(hint.encode() for hint in top.texts("hints")),
    )


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


@lru_cache(maxsize=65536)
def form(name: str) -> str | None:
    """What a file of this name is read as; empty where its first line decides; None for a file that is not read."""
    known, name = rules(), name.lower()
    if known.passed_over.match(name):
        return None
    for one in known.forms.values():
        if one.names.match(name):
            return one.name
    return None if "." in name else ""


class _Ignored(NamedTuple):
    """The patterns of one `.gitignore`, and the folder that they count from."""

    base: str
    spec: GitIgnoreSpec
    again: str
    """The patterns that take something back in, each on a line."""


class _Folder(NamedTuple):
    path: str
    """Relative with a `/` at its end, or empty for the top."""

    depth: int
    ignored: tuple[_Ignored, ...]
    """Nearest first."""

    skipped: bool = False
    """Whether only what a `.gitignore` takes back in is read."""


def walk(root: Path, not_read: list[NotRead]) -> Iterator[File]:
    """The files of the tree that some finder reads, folder by folder; what cannot be read goes to `not_read`.

    Raises SourceError where `root` itself cannot be listed.
    """
    exclude = _patterns(root, ".git/info/exclude", "", not_read)
    pending = [_Folder("", 0, (exclude,) if exclude else ())]
    count = 0
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder.path) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as problem:
            if not folder.path:
                raise SourceError(f"cannot be listed: {problem.strerror}", str(root)) from None
            not_read.append(NotRead(folder.path, f"cannot be listed: {problem.strerror}"))
            continue
        names = {entry.name for entry in entries}
        if folder.path and rules().environments & names:
            continue
        if ".gitignore" in names:
            own = _patterns(root, f"{folder.path}.gitignore", folder.path, not_read)
            folder = folder._replace(ignored=(own, *folder.ignored)) if own else folder
        folders = []
        for entry in entries:
            found = _entry(entry, folder, not_read)
            if isinstance(found, _Folder):
                folders.append(found)
            elif found is not None:
                count += 1
                if count > MAX_FILES:
                    not_read.append(NotRead(found.path, f"more than {MAX_FILES:,} files; scan a part of the tree"))
                    return
                yield found
        pending += reversed(folders)


def _entry(entry: os.DirEntry[str], folder: _Folder, not_read: list[NotRead]) -> File | _Folder | None:
    """What a name in a folder is to us: a folder to enter, a file to read, or nothing."""
    path = folder.path + entry.name
    try:
        path.encode()
        if entry.is_dir(follow_symlinks=False):
            skipped = folder.skipped or _is_skipped(entry.name)
            if entry.name == ".git" or (skipped and not any(f"{entry.name}/" in one.again for one in folder.ignored)):
                return None
            if _ignored(f"{path}/", folder.ignored):
                return None
            if folder.depth < MAX_DEPTH:
                return _Folder(f"{path}/", folder.depth + 1, folder.ignored, skipped)
            not_read.append(NotRead(path, f"nested deeper than {MAX_DEPTH} folders"))
            return None
        kind = form(entry.name)
        if kind is None:
            return None
        ignored = _ignored(path, folder.ignored)
        if ignored or (folder.skipped and ignored is None):
            return None
        if entry.is_symlink():
            not_read.append(NotRead(path, "a symbolic link; not followed"))
            return None
        status = entry.stat(follow_symlinks=False)
    except UnicodeEncodeError:
        not_read.append(NotRead(path.encode("utf-8", "replace").decode(), "its name is not UTF-8"))
        return None
    except OSError as problem:
        not_read.append(NotRead(path, f"cannot be read: {problem.strerror}"))
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return File(path, kind, _stamp(status))


def _is_skipped(name: str) -> bool:
    lowered = name.lower()
    if lowered.startswith("."):
        return lowered not in rules().hidden
    return lowered in rules().skipped or lowered.endswith((".egg-info", ".dist-info"))


def _patterns(root: Path, path: str, base: str, not_read: list[NotRead]) -> _Ignored | None:
    """The patterns of a `.gitignore`; None for one that is not there or holds none."""
    try:
        if any(folder.is_symlink() for folder in (root / ".git", root / ".git/info")) and path.startswith(".git/"):
            return None
        data = _read(root, path, MAX_IGNORE)[0]
    except FileNotFoundError:
        return None
    except (OSError, SourceError) as problem:
        if base or path == ".gitignore":
            not_read.append(NotRead(path, getattr(problem, "message", None) or "cannot be read"))
        return None
    from pathspec import GitIgnoreSpec

    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line.strip() and line[0] != "#"]
    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except Exception as problem:  # the library has several errors for a pattern that is none
        not_read.append(NotRead(path, f"not understood: {str(problem)[:120]}"))
        return None
    again = "\n".join(line[1:].strip() for line in lines if line[0] == "!")
    return _Ignored(base, spec, again) if len(spec) else None


def _ignored(path: str, ignored: tuple[_Ignored, ...]) -> bool | None:
    """Whether git ignores a path, a folder's with `/` at its end: the nearest file that speaks of it decides.

    False: it says that it does not; None: none speaks of it.
    """
    for one in ignored:
        said = one.spec.check_file(path[len(one.base) :]).include
        if said is not None:
            return said
    return None


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _read(root: Path, path: str, limit: int) -> tuple[bytes, Stamp]:
    """The bytes of a plain file and its stamp. Raises OSError; SourceError where it is none, too large or changing."""
    handle = os.open(root / path, _OPEN)
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise SourceError("not a plain file", path)
        if before.st_size > limit:
            raise SourceError(f"larger than {limit:,} bytes", path)
        data = file.read(limit + 1)
        after = os.fstat(handle)
    if len(data) != before.st_size or _stamp(before) != _stamp(after):
        raise SourceError("changed while it was read; run again", path)
    return data, _stamp(after)


def data(root: Path, path: str, limit: int) -> tuple[bytes, Stamp]:
    """The bytes of a file of the tree, and its stamp as of when they were read. Raises SourceError."""
    try:
        return _read(root, path, limit)
    except OSError as problem:
        raise SourceError(f"cannot be read: {problem.strerror}", path) from None


def head(root: Path, path: str, length: int) -> bytes:
    """The first bytes of a file of the tree. Raises SourceError."""
    try:
        handle = os.open(root / path, _OPEN)
        with os.fdopen(handle, "rb") as file:
            return file.read(length) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError as problem:
        raise SourceError(f"cannot be read: {problem.strerror}", path) from None


def may_name_a_model(content: bytes) -> bool:
    """Whether a text has one of the words without which no finder finds anything; UTF-16 always may."""
    lowered = content.lower()
    return any(hint in lowered for hint in rules().hints) or content[:2] in (b"\xff\xfe", b"\xfe\xff")


def text(content: bytes, path: str) -> str:
    """Bytes as text: UTF-8, UTF-16 by its mark, else Latin-1, with LF at line ends. Raises SourceError for no text."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        decoded = content.decode("utf-16", "replace")
    elif b"\0" in content[:_SNIFFED]:
        raise SourceError("not text", path)
    else:
        try:
            decoded = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            decoded = content.decode("latin-1")
    return decoded.replace("\r\n", "\n").replace("\r", "\n") if "\r" in decoded else decoded


def by_first_line(content: bytes) -> str | None:
    """What a program without an ending is, by its `#!` line."""
    if not content.startswith(b"#!"):
        return None
    words = content[2:200].split(b"\n", 1)[0].decode("latin-1").split()
    names = [re.sub(r"[\d.]+$", "", word.rpartition("/")[2]) for word in words if not word.startswith("-")]
    program = next((name for name in names if name and name != "env" and "=" not in name), "")
    return next((one.name for one in rules().forms.values() if program in one.shebangs), None)


def stamp(value: Any) -> Stamp | None:
    """A stamp from JSON; None where it is none."""
    if isinstance(value, list) and len(value) == 4 and all(type(number) is int for number in value):
        return Stamp(*value)
    return None
