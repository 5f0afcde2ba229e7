"""JSON from untrusted files, walked key by key in its bytes, so that a long document is never held as objects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

_SPACE = re.compile(rb"[ \t\r\n]*+")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_FLAT = re.compile(rb"\{[^{}]{0,4000}\}")
_PLAIN = re.compile(rb"[-+.0-9A-Za-z]{1,400}")
_TOKEN = re.compile(rb'[^"{}\[\]]*+(?:("(?:[^"\\]++|\\.)*+")|([{\[])|[}\]])', re.DOTALL)


Refuse = Callable[[str], NoReturn]
"""Raises the error of a file, for a reason."""


class JsonWalk:
    """A place in a JSON document. What is not JSON ends in `fail`, which must raise."""

    def __init__(self, data: bytes, fail: Refuse) -> None:
        self._data, self._fail, self.at = data, fail, 0

    def entries(self) -> Iterator[str]:
        """The keys of the object that begins here; whoever asks takes or skips each value before the next key."""
        self._expect(b"{")
        if self._next() == b"}":
            self.at += 1
            return
        while True:
            key = self.text()
            self._expect(b":")
            yield key
            if self._next() == b"}":
                self.at += 1
                return
            self._expect(b",")

    def text(self) -> str:
        """The string that begins here; an escape that is no character becomes `?`."""
        value = self._value(_STRING, "a string")
        return str(value).encode("utf-8", "replace").decode("utf-8")

    def small(self) -> Any:
        """The small object without objects in it that begins here, as a dict."""
        return self._value(_FLAT, "a small object")

    def skip(self) -> None:
        """Passes over a value, however deep."""
        sign = self._next()
        if sign == b'"':
            self._value(_STRING, "a string")
        elif sign not in (b"{", b"["):
            self._value(_PLAIN, "a value")
        else:
            self._skip_nested()

    def end(self) -> None:
        """Sees that nothing but white space follows."""
        if self._next():
            self._fail("something follows where the JSON should end")

    def _skip_nested(self) -> None:
        depth = 0
        while True:
            token = _TOKEN.match(self._data, self.at)
            if token is None:
                self._fail("the JSON ends too early")
            self.at = token.end()
            if token.group(1) is None:
                depth += 1 if token.group(2) else -1
            if not depth:
                return

    def _value(self, pattern: re.Pattern[bytes], what: str) -> Any:
        self._next()
        found = pattern.match(self._data, self.at)
        if found is None:
            self._fail(f"not JSON as expected: byte {self.at:,} should begin {what}")
        self.at = found.end()
        try:
            return json.loads(found.group().decode("utf-8"))
        except (ValueError, RecursionError):
            self._fail(f"not JSON as expected: what ends at byte {self.at:,} is not {what}")

    def _next(self) -> bytes:
        """The next byte that is no white space; empty at the end."""
        space = _SPACE.match(self._data, self.at)
        self.at = space.end() if space else self.at
        return self._data[self.at : self.at + 1]

    def _expect(self, sign: bytes) -> None:
        if self._next() != sign:
            self._fail(f"not JSON as expected: byte {self.at:,} should be '{sign.decode()}'")
        self.at += 1
