"""HCL (Terraform) and the declarations of a Jenkinsfile → texts with their lines. Lenient: expressions are passed over.

Each string of an expression stands under its key, so that both sides of a condition and each argument are seen.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from openness.discover.nodes import Builder, List, Map, Node, Text

_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))"
    r"|<<[-~]?(?P<word>[A-Za-z_]\w*+)[^\n]*+\n(?P<script>[\s\S]*?)\n[ \t]*(?P=word)\b"
    r"|(?P<long>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+''')"
    r"|(?P<text>\"(?:[^\"\\\n$]|\\.|\$(?!\{)|\$\{[^{}\n]*+\})*+\"|'(?:[^'\\\n]|\\.)*+')(?P<colon>\s*+[:=](?!=))?"
    r"|(?P<key>[A-Za-z_][\w.-]*+)(?:(?P<sign>[ \t]*+[:=](?![=~]))|(?P<labels>(?:[ \t]++(?:\"[^\"\n]*+\"|[\w.-]++))*+)[ \t]*+"
    r"(?P<block>\{)|(?P<before>[ \t]*+(?=[\"']))|(?P<call>\((?=[ \t]*+\w+[ \t]*+:))|)"
    r"|(?P<mark>[{}\[\]?)])|(?P<open>\()",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_WORD = re.compile(r"\"([^\"\n]*)\"|([\w.-]+)")


def read(content: str, path: str) -> list[Node]:
    """The values of an HCL text, a block under its last label. Raises SourceError for nesting without end. Linear."""
    ends = [found.start() for found in re.finditer("\n", content)]
    builder = Builder(path)
    builder.open(Map(), 1)
    parentheses = 0
    key: Text | None = None
    chosen = False
    for token in _TOKEN.finditer(content):
        kind = token.lastgroup
        if kind == "comment":
            continue
        line = bisect_left(ends, token.start()) + 1
        mark = token.group()
        was_chosen, chosen = chosen, mark == "?"
        if kind == "block":
            labels = [first or second for first, second in _WORD.findall(token["labels"])]
            builder.key = Text(labels[-1] if labels else token["key"], line)
            builder.open(Map(), line)
        elif kind == "before" or (kind in ("sign", "colon") and not (was_chosen and mark.endswith(":"))):
            key = builder.key = Text(_plain(token["text"] or token["key"]), line)
        elif kind == "call":
            builder.key = Text(token["key"], line)
            builder.open(Map(), line)
            parentheses += 1
        elif kind in ("text", "colon", "long", "script"):
            script = token["script"] if kind == "script" else token[kind][3:-3] if kind == "long" else ""
            first = bisect_left(ends, token.start(kind)) + 1 if kind == "script" else line
            value = Text(script.strip() if script else _plain(token["text"] or "''"), first, script)
            if value.value and not _joined(builder, value, key):
                builder.put(value)
        elif mark in ("{", "["):
            builder.key = builder.key or Text("", line)
            builder.open(Map() if mark == "{" else List(), line)
        elif (mark in ("}", "]") or (mark == ")" and parentheses)) and len(builder.stack) > 1:
            parentheses -= mark == ")"
            builder.close()
        if mark in ("{", "}", "]") or kind in ("block", "call"):
            key = None
    return builder.roots


def _joined(builder: Builder, value: Text, key: Text | None) -> bool:
    """Whether a string is put to the one before it under the same key, with a comma."""
    pairs = builder.current.pairs if isinstance(builder.current, Map) else []
    last, before = pairs[-1] if pairs else (None, None)
    if last is None or last is not key or builder.key is not None or not isinstance(before, Text):
        return False
    pairs[-1] = (last, before._replace(value=f"{before.value},{value.value}"))
    return True


def _plain(text: str) -> str:
    """A string without its quotes and escapes; a word as it is."""
    return _ESCAPE.sub(r"\1", text[1:-1]) if text[:1] in ("'", '"') else text
