"""JSON, JSON with comments and JSON5 → texts with their lines. Lenient: what cannot be understood is passed over."""

from __future__ import annotations

import json
import re
from bisect import bisect_left

from openness.discover.nodes import Builder, List, Map, Node, Text

_STRING = r"\"(?:[^\"\\\n]|\\.)*+(?:\"|(?=\n)|\Z)|'(?:[^'\\\n]|\\.)*+(?:'|(?=\n)|\Z)"
_JSON = re.compile(
    rf"(?P<comment>//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))|(?P<text>{_STRING})(?P<colon>\s*+:)?"
    r"|(?P<key>[A-Za-z_$][\w$]*+)(?:(?P<sign>\s*+:)|)|(?P<mark>[{}\[\]])"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def read(content: str, path: str) -> list[Node]:
    """The values of a JSON text. Raises SourceError for nesting without end. Linear in its length."""
    ends = _line_ends(content)
    builder = Builder(path)
    for token in _JSON.finditer(content):
        kind = token.lastgroup
        if kind == "comment":
            continue
        line = bisect_left(ends, token.start()) + 1
        if kind == "mark":
            mark = token.group()
            if mark in "{[":
                builder.open(Map() if mark == "{" else List(), line)
            else:
                builder.close()
        elif kind in ("colon", "sign"):
            builder.key = Text(_plain(token["text"] or token["key"]), line)
        elif kind == "text":
            builder.put(Text(_plain(token["text"]), line))
        elif isinstance(builder.current, Map):
            builder.key = None  # true, null: the key has its value
    return builder.roots


def _line_ends(content: str) -> list[int]:
    return [found.start() for found in re.finditer("\n", content)]


def _plain(text: str) -> str:
    """A string without its quotes and escapes; a word as it is."""
    if text[:1] not in ("'", '"'):
        return text
    inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    if "\\" not in inner:
        return inner
    if text[0] == '"':
        try:
            return str(json.loads(f'"{inner}"'))
        except ValueError:
            pass
    return _ESCAPE.sub(r"\1", inner)
