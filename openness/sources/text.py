"""Bytes of an untrusted text file → text whose lines can be quoted, with whatever was odd about it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import Basis, Evidence

MAX_BYTES = 10_000_000
"""Largest text file that is read."""

MAX_QUOTE = 160


class Text(NamedTuple):
    """One file, read once."""

    path: str
    """As the user knows it."""

    content: str
    """Lines end with LF; no byte order mark."""

    sha256: str
    """Hex digest of the bytes."""

    problem: str
    """What was wrong with the encoding; empty if nothing."""

    problem_line: int
    """1-based line of the first bad byte; 0 if none."""


def decode(data: bytes, path: str, digest: str | None = None) -> Text:
    """The text of `data`. Bytes that are not UTF-8 are read as Latin-1, and `problem` says so.

    `digest` is its SHA-256 where that is known already. Raises SourceError for more than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        raise SourceError(f"larger than {MAX_BYTES:,} bytes; refused", path, 1)
    problem, bad_line = "", 0
    if digest is None:
        import hashlib

        digest = hashlib.sha256(data).hexdigest()
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError as bad:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = data.decode("utf-16", "replace")
            problem, bad_line = "the file is UTF-16, not UTF-8", 1
        else:
            content = data.decode("latin-1")
            bad_line = data.count(b"\n", 0, bad.start) + 1
            problem = "the file is not UTF-8; read as Latin-1"
    if content[:1] == "\ufeff":
        content = content[1:]
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    return Text(path, content, digest, problem, bad_line)


def read(path: Path, shown: str) -> Text:
    """`decode` of a file. Raises SourceError when it is too large, not a plain file, or cannot be read."""
    try:
        if not path.is_file():
            raise SourceError("not a plain file", shown)
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"larger than {MAX_BYTES:,} bytes; refused", shown, 1)
        return decode(path.read_bytes(), shown)
    except OSError as problem:
        raise SourceError(f"cannot be read: {problem.strerror or problem}", shown) from None


def line_of(text: Text, position: int) -> int:
    """1-based line of a position in the content."""
    return text.content.count("\n", 0, position) + 1


def quote(text: Text, line: int, basis: Basis, *, end_line: int | None = None, note: str | None = None,
          source: str | None = None, column: int = 0) -> Evidence:  # fmt: skip
    """Evidence at a 1-based line, quoting what stands there from `column` on."""
    return _quote(text, line, _line_start(text.content, line), basis, end_line=end_line, note=note, source=source,
                  column=column)  # fmt: skip


def _quote(text: Text, line: int, start: int, basis: Basis, *, end_line: int | None = None, note: str | None = None,
           source: str | None = None, column: int = 0) -> Evidence:  # fmt: skip
    """As `quote`, of a line that begins at a position."""
    end = text.content.find("\n", start)
    words = text.content[start : end if end >= 0 else None]
    if len(words) > MAX_QUOTE:
        column = max(0, min(column - 40, len(words) - MAX_QUOTE))
        words = words[column : column + MAX_QUOTE]
    return Evidence(text.path, basis, words.strip(), line, end_line or line, text.sha256, source, None, note)


def quote_at(text: Text, position: int, basis: Basis, **more: str | None) -> Evidence:
    """Evidence at a position in the content, quoting around it where the line is long."""
    start = text.content.rfind("\n", 0, position) + 1
    return _quote(text, line_of(text, position), start, basis, column=position - start, **more)  # type: ignore[arg-type]


def _line_start(content: str, line: int) -> int:
    position = 0
    for _ in range(line - 1):
        position = content.find("\n", position) + 1
    return position
