"""What earlier runs found, file by file, so that only what changed is read again; one JSON file, replaced as a whole.

An entry counts only while the stamp of its file, and of every file that was looked up for it, is the same. The whole
counts only for the same tool, rules and Python. Whatever is wrong with the file, the answer is to read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from openness import __version__, yamlio
from openness.discover import files
from openness.discover.files import Stamp
from openness.usage import Ignore, Use

MAX_BYTES = 200_000_000
"""Largest cache that is read."""

UNSETTLED = 2_000_000_000
"""Nanoseconds. A file that changed this shortly before it was read is not remembered: it could change again within the
tick of its file system's clock."""


class Entry(NamedTuple):
    """What a file gave when it was read."""

    stamp: Stamp
    uses: tuple[Use, ...] = ()
    reason: str | None = None
    """Why it was not read; None where it was."""

    looked: tuple[tuple[str, Stamp | None], ...] = ()
    """The other files that its uses depend on; None for one that was not there."""

    ignores: tuple[Ignore, ...] = ()


def home(root: Path) -> Path:
    """Where the cache of a tree lies: in the user's cache folder, never in the tree."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    folder = Path(base) if base else Path.home() / ".cache"
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:24]
    return folder / "openness" / f"scan-{name}.json"


def digest() -> str:
    """Hex SHA-256 of what decides, besides the files themselves: the version, the rules, the finders, Python."""
    total = hashlib.sha256(f"{__version__} {sys.version_info[:3]}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    for path in sorted(yamlio.RULES.glob("model-*.yaml")):
        total.update(yamlio.digest(path).encode())
    return total.hexdigest()


def load(path: Path) -> dict[str, Any]:
    """The entries as JSON has them, by path; empty for a cache that is missing, broken or another tool's."""
    try:
        if path.is_symlink() or path.stat().st_size > MAX_BYTES:
            return {}
        document = json.loads(path.read_bytes())
        if document["digest"] == digest() and isinstance(document["files"], dict):
            return document["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {}


def entry(value: Any, path: str, stamps: Mapping[str, Stamp]) -> Entry | None:
    """The entry of a file, if it still holds; None where it does not, or is none."""
    try:
        stamp, uses, reason, looked, comments = value
        if tuple(stamp) != stamps[path]:
            return None
        seen = tuple((name, files.stamp(one)) for name, one in looked)
        if any(stamps.get(name) != one for name, one in seen):
            return None
        ignores = tuple(_ignore(path, one) for one in comments)
        return Entry(stamps[path], tuple(_use(path, one) for one in uses), reason, seen, ignores)
    except (TypeError, ValueError, KeyError):
        return None


def _use(path: str, value: Any) -> Use:
    model, kind, line, via, revision, pinned, quote = value
    texts = (model, kind, via, quote, revision or "")
    if not (all(isinstance(text, str) for text in texts) and type(line) is int and type(pinned) is bool):
        raise ValueError(path)
    return Use(model, kind, path, line, via, revision, pinned, quote)


def _ignore(path: str, value: Any) -> Ignore:
    line, covers, rules, reason, quote = value
    if not (all(isinstance(text, str) for text in (*rules, reason, quote)) and type(line) is type(covers) is int):
        raise ValueError(path)
    return Ignore(path, line, covers, tuple(rules), reason, quote)


def save(path: Path, entries: Mapping[str, Entry], read_at: int) -> bool:
    """Replaces the cache; whether that was possible. `read_at`: when the run began, in nanoseconds since the epoch."""
    table = {
        name: [one.stamp, [_row(use) for use in one.uses], one.reason, one.looked, [each[1:] for each in one.ignores]]
        for name, one in entries.items()
        if max(one.stamp.mtime, one.stamp.ctime) < read_at - UNSETTLED
    }
    content = json.dumps({"digest": digest(), "files": table}, separators=(",", ":"))
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.is_symlink():
            return False
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".scan-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        return False
    return True


def _row(use: Use) -> tuple[str, str, int, str, str | None, bool, str]:
    return use.model, use.kind, use.line, use.via, use.revision, use.pinned, use.quote
