"""JSON from untrusted files, walked key by key in its bytes, so that a long document is never held as objects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

MAX_NESTED = 100_000
"""Most texts, objects and lists inside one value that is passed over."""

_MAX_KEY = 4000  # bytes
_SPACE = re.compile(rb"[ \t\r\n]*")
# A bounded piece of a string: the engine remembers every step of a repetition, which would take more than the string.
_CHARACTERS = re.compile(rb'(?:[^"\\]+|\\.){0,1000}', re.DOTALL)
_FLAT = re.compile(rb"\{[^{}]{0,4000}\}")
_PLAIN = re.compile(rb"[-+.0-9A-Za-z]{1,400}")
_NESTED = re.compile(rb'[^"{}\[\]]*(["{}\[\]])')

Refuse = Callable[[str], NoReturn]
"""Raises the error of a file, for a reason."""


class JsonWalk:
    """A place in a JSON document. What is not JSON ends in `fail`."""

    def __init__(self, data: bytes, fail: Refuse) -> None:
        self._data, self._fail, self.at = data, fail, 0

    def entries(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever asks takes or skips each value before the next key."""
        self._expect(b"{")
        if self._next() == b"}":
            self.at += 1
            return
        while True:
            key = self.text(_MAX_KEY)
            self._expect(b":")
            yield key
            if self._next() == b"}":
                self.at += 1
                return
            self._expect(b",")

    def text(self, most: int) -> str:
        """The string that begins here, of at most `most` bytes; an escape that is no character becomes `?`."""
        begin = self._string()
        if self.at - begin > most:
            self._fail(f"a text of {self.at - begin:,} bytes, where at most {most:,} are read; refused")
        value = str(self._loaded(begin))
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")

    def skip_text(self) -> None:
        """Passes over the string that begins here."""
        self._string()

    def small(self) -> Any:
        """The small object without objects in it that begins here, as a dict."""
        self._next()
        return self._loaded(self._match(_FLAT, "a small object"))

    def skip(self) -> None:
        """Passes over a value, of whose inside only the brackets and strings are looked at."""
        sign = self._next()
        if sign == b'"':
            self._string()
        elif sign not in (b"{", b"["):
            self._match(_PLAIN, "a value")
        else:
            self._skip_nested()

    def end(self) -> None:
        """Sees that nothing but white space follows."""
        if self._next():
            self._fail("something follows where the JSON should end")

    def _skip_nested(self) -> None:
        depth = 0
        for _ in range(MAX_NESTED):
            token = _NESTED.match(self._data, self.at)
            if token is None:
                self._fail("the JSON ends too early")
            sign = token.group(1)
            if sign == b'"':
                self.at = token.end() - 1
                self._string()
                continue
            self.at = token.end()
            depth += 1 if sign in b"{[" else -1
            if not depth:
                return
        self._fail(f"more than {MAX_NESTED:,} values in one; refused")

    def _string(self) -> int:
        """Passes over the string that begins here; where it begins."""
        self._expect(b'"')
        begin = self.at - 1
        while True:
            piece = _CHARACTERS.match(self._data, self.at)
            if piece is None or piece.end() == self.at:
                break
            self.at = piece.end()
        self._expect_now(b'"')
        return begin

    def _match(self, pattern: re.Pattern[bytes], what: str) -> int:
        """Passes over what the pattern matches here; where that begins."""
        found = pattern.match(self._data, self.at)
        if found is None:
            self._fail(f"not JSON as expected: byte {self.at:,} should begin {what}")
        self.at = found.end()
        return found.start()

    def _loaded(self, begin: int) -> Any:
        try:
            return json.loads(self._data[begin : self.at].decode("utf-8"))
        except (ValueError, RecursionError):
            self._fail(f"not JSON: bytes {begin:,} to {self.at:,}")

    def _next(self) -> bytes:
        """The next byte that is no white space; empty at the end."""
        space = _SPACE.match(self._data, self.at)
        self.at = space.end() if space else self.at
        return self._data[self.at : self.at + 1]

    def _expect(self, sign: bytes) -> None:
        self._next()
        self._expect_now(sign)

    def _expect_now(self, sign: bytes) -> None:
        if self._data[self.at : self.at + 1] != sign:
            self._fail(f"not JSON as expected: byte {self.at:,} should be {sign.decode()}")
        self.at += 1
