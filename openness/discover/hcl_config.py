"""HCL (Terraform) and the declarations of a Jenkinsfile → texts with their lines. Lenient: expressions are passed over.

Each string of an expression stands under its key, so that both sides of a condition and each argument are seen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from textwrap import dedent

from openness.discover.nodes import Builder, List, Map, Node, Text

_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))"
    r"|<<[-~]?(?P<heredoc>[A-Za-z_]\w*+)[^\n]*+\n"
    r"|(?P<long>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+''')"
    r"|(?P<text>\"(?:[^\"\\\n$]|\\.|\$(?!\{)|\$\{[^{}\n]*+\})*+\"|'(?:[^'\\\n]|\\.)*+')(?P<colon>\s*+[:=](?!=))?"
    r"|(?P<key>[A-Za-z_][\w.-]*+)"
    r"(?:(?P<sign>[ \t]*+[:=](?![=~]))"
    r"|(?P<labels>(?:[ \t]++(?:\"[^\"\n]*+\"|[\w.-]++)){0,4}+)[ \t]*+(?P<block>\{)"
    r"|(?P<before>[ \t]*+(?=[\"']))"
    r"|(?P<call>\((?=[ \t]*+\w++[ \t]*+:))|)"
    r"|(?P<mark>[{}\[\]?)])",
    re.DOTALL,
)
_LONGEST = 4000
"""Characters. A longer text names nothing."""

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WORD = re.compile(r"\"([^\"\n]*)\"|([\w.-]+)")


def read(content: str, path: str) -> list[Node]:
    """The values of an HCL text, a block under its last label. Raises SourceError for nesting without end. Linear."""
    return _Hcl(content, path).read()


class _Hcl:
    """A text, what was read of it, and the key that strings stand under until the next one."""

    def __init__(self, content: str, path: str) -> None:
        self.content = content
        self.ends = [found.start() for found in re.finditer("\n", content)]
        self.builder = Builder(path)
        self.key: Text | None = None
        self.calls = 0

    def line(self, position: int) -> int:
        return bisect_left(self.ends, position) + 1

    def read(self) -> list[Node]:
        self.builder.open(Map(), 1)
        position, before = 0, ""
        while token := _TOKEN.search(self.content, position):
            position = token.end()
            if token.lastgroup == "heredoc":
                position = self.heredoc(token)
            elif token.lastgroup != "comment":
                self.token(token, is_choice=before == "?")
            before = token.group()
        return self.builder.roots

    def token(self, token: re.Match[str], *, is_choice: bool) -> None:
        """One key, string or bracket. `is_choice`: a `?` is before it, and a colon behind it makes it no key."""
        kind, mark, line = token.lastgroup, token.group(), self.line(token.start())
        if kind == "block":
            labels = [first or second for first, second in _WORD.findall(token["labels"])]
            self.open(Map(), labels[-1] if labels else token["key"], line)
        elif kind == "call":
            self.open(Map(), token["key"], line)
            self.calls += 1
        elif kind == "before" or (kind in ("sign", "colon") and not (is_choice and mark.endswith(":"))):
            self.key = self.builder.key = Text(_plain(token["text"] or token["key"]), line)
        elif kind == "long":
            self.string(Text(mark[3:-3].strip(), line, dedent(mark[3:-3])))
        elif kind in ("text", "colon"):
            self.string(Text(_plain(token["text"]), line))
        elif mark in ("{", "["):
            self.open(Map() if mark == "{" else List(), self.builder.key.value if self.builder.key else "", line)
        elif mark in ("}", "]") or (mark == ")" and self.calls):
            self.calls -= mark == ")"
            self.key = None
            if len(self.builder.stack) > 1:
                self.builder.close()

    def open(self, collection: Map | List, key: str, line: int) -> None:
        self.builder.key, self.key = Text(key, line), None
        self.builder.open(collection, line)

    def string(self, value: Text) -> None:
        if value.value and not _joined(self.builder, value, self.key):
            self.builder.put(value)

    def heredoc(self, token: re.Match[str]) -> int:
        """The text up to the line of the word behind `<<`; gives where that line ends. Without one, nothing."""
        first = self.line(token.end())
        places = self.words.get(token["heredoc"], [])
        following = bisect_left(places, first)
        if following == len(places):
            return token.end()
        last = places[following]
        script = self.content[token.end() : self.ends[last - 2]] if last > first else ""
        self.string(Text(script.strip(), first, dedent(script)))
        return self.ends[last - 1] if last <= len(self.ends) else len(self.content)

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """The lines that hold a word alone, by the word."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.content.split("\n"), 1):
            word = line.strip()
            if word.isidentifier():
                found.setdefault(word, []).append(number)
        return found


def _joined(builder: Builder, value: Text, key: Text | None) -> bool:
    """Whether a string is put to the one before it under the same key, with a comma."""
    pairs = builder.current.pairs if isinstance(builder.current, Map) else []
    last, before = pairs[-1] if pairs else (None, None)
    if last is None or last is not key or builder.key is not None or not isinstance(before, Text):
        return False
    if len(before.value) > _LONGEST:
        return True
    pairs[-1] = (last, before._replace(value=f"{before.value},{value.value}"))
    return True


def _plain(text: str) -> str:
    """A string without its quotes and escapes; a word as it is."""
    return _ESCAPE.sub(r"\1", text[1:-1]) if text[:1] in ("'", '"') else text
