"""TOML → texts with their lines. Lenient: a line that is no TOML is passed over. Source: TOML 1.0.

The standard library's reader forgets the lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from openness.discover.nodes import MAX_DEPTH, List, Map, Node, Text
from openness.errors import SourceError

_STRING = r'"(?:[^"\\\n]|\\.)*+"|' r"'[^'\n]*+'"
_KEY = rf"(?:[\w-]++|{_STRING})(?:[ \t]*+\.[ \t]*+(?:[\w-]++|{_STRING}))*+"
_HEADER = re.compile(rf"[ \t]*+(\[\[?)[ \t]*+({_KEY})[ \t]*+\]")
_PAIR = re.compile(rf"[ \t]*+({_KEY})[ \t]*+=[ \t]*+")
_PART = re.compile(rf"[\w-]++|{_STRING}")
_LONG = re.compile(r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"""' r"|'''(?:[^']|'(?!''))*+'''")
_SHORT = re.compile(_STRING)
_BETWEEN = re.compile(r"(?:[\s,]|#[^\n]*+)*+")
_BARE = re.compile(r"[^,\]}\n#]*+")
_LINE = re.compile(r"[^\n]*+\n?")
_ESCAPE = re.compile(r'\\(["\\])')


def read(content: str, path: str) -> list[Node]:
    """One mapping, with those of the tables nested in it as their names say. Raises SourceError for endless nesting."""
    return [_Toml(content, path).read()]


class _Toml:
    """A text and the place up to which it was read."""

    def __init__(self, content: str, path: str) -> None:
        self.content, self.path, self.position = content, path, 0
        self.ends = [found.start() for found in re.finditer("\n", content)]

    def line(self) -> int:
        return bisect_left(self.ends, self.position) + 1

    def read(self) -> Map:
        top = table = Map()
        while self.position < len(self.content):
            if found := _HEADER.match(self.content, self.position):
                table = _home(top, _parts(found.group(2), self.line()), new=found.group(1) == "[[")
                self.position = found.end()
            elif self.pair(table, 0):
                pass
            found = _LINE.match(self.content, self.position)
            self.position = found.end() if found else len(self.content)
        return top

    def pair(self, table: Map, depth: int) -> bool:
        """A key and its value into the table; whether there is one."""
        found = _PAIR.match(self.content, self.position)
        if found is None:
            return False
        *outer, key = _parts(found.group(1), self.line())
        self.position = found.end()
        _home(table, outer).pairs.append((key, self.value(depth)))
        return True

    def value(self, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            raise SourceError(f"nested deeper than {MAX_DEPTH} levels", self.path, self.line())
        content, start, line = self.content, self.position, self.line()
        if found := _LONG.match(content, start):
            self.position = found.end()
            inner = found.group()[3:-3]
            first = inner.startswith("\n")
            return Text(inner.strip(), line + first, inner[first:])
        if found := _SHORT.match(content, start):
            self.position = found.end()
            return Text(_plain(found.group()), line)
        if content.startswith("[", start):
            return self.entries(depth)
        if content.startswith("{", start):
            return self.inline(depth)
        found = _BARE.match(content, start)
        self.position = found.end() if found else start
        return None

    def entries(self, depth: int) -> List:
        found = List()
        self.position += 1
        while self.more("]"):
            found.entries.append(self.value(depth + 1))
        return found

    def inline(self, depth: int) -> Map:
        found = Map()
        self.position += 1
        while self.more("}") and self.pair(found, depth + 1):
            pass
        return found

    def more(self, end: str) -> bool:
        """Whether another entry follows; goes past the end where it stands there. A stray sign ends it, too."""
        between = _BETWEEN.match(self.content, self.position)
        self.position = between.end() if between else self.position
        if self.position >= len(self.content):
            return False
        if self.content[self.position] in "]}":
            self.position += self.content[self.position] == end
            return False
        return True


def _parts(key: str, line: int) -> list[Text]:
    return [Text(_plain(part), line) for part in _PART.findall(key)]


def _plain(text: str) -> str:
    if text[0] == '"':
        return _ESCAPE.sub(r"\1", text[1:-1])
    return text[1:-1] if text[0] == "'" else text


def _home(table: Map, names: list[Text], *, new: bool = False) -> Map:
    """The mapping that a dotted name leads to; `new`: the last part is one more entry of a list of tables."""
    for number, name in enumerate(names):
        last = table.pairs[-1] if table.pairs else None
        fresh = new and number == len(names) - 1
        if not fresh and last is not None and last[0].value == name.value and isinstance(last[1], Map):
            table = last[1]
        else:
            inner = Map()
            table.pairs.append((name, inner))
            table = inner
    return table
