"""Files of `key = value` lines → texts with their lines: INI, .env, properties, unit files, gin, Procfiles."""

from __future__ import annotations

import re

from openness.discover.nodes import Map, Node, Text

_SECTION = re.compile(r"\s*\[([^\]\n]+)\]\s*(?:[#;].*)?")
_PAIR = re.compile(r"\s*(?:export\s+|set\s+)?[\"']?([A-Za-z_$%@][\w./@-]*)[\"']?\s*\+?[=:]\s*(.*)")
_BLOCK = re.compile(r"\s*([A-Za-z_][\w-]*)(?:\s++\"([^\"\n]*+)\")*+\s*+=?\s*+\{\s*")
_COMMENT = re.compile(r"(?<!\s)\s++(?:[#;]|//).*")
MAX_LINE = 20_000


def read(content: str, path: str) -> list[Node]:
    """A mapping for each section or block, under the section's name."""
    root = Map()
    group = root
    key: Text | None = None
    lines = content.split("\n")
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if not bare or bare[0] in "#;!" or bare.startswith("//") or len(line) > MAX_LINE:
            continue
        heading = _SECTION.fullmatch(line) or _BLOCK.fullmatch(line)
        if heading is not None:
            group, key = Map(), None
            name = next(part for part in reversed(heading.groups()) if part)
            root.pairs.append((Text(name.rpartition(" ")[2].strip("\"'"), number), group))
        elif bare[0] in "})":
            group, key = Map(), None
            root.pairs.append((Text("", number), group))
        elif found := _PAIR.fullmatch(line):
            key = Text(found.group(1), number)
            group.pairs.append((key, Text(_value(found.group(2)), number)))
        elif key is not None and line[0] in " \t":  # one more line of the value
            group.pairs.append((key, Text(_value(bare), number)))
    return [root]


def _value(text: str) -> str:
    """A value without its quotes and without a comment behind it."""
    text = text.strip().rstrip("\\").rstrip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        if (end > 0 and not text[end + 1 :].strip(" ,;)").strip()) or (
            end > 0 and text[end + 1 :].lstrip()[:1] in ("#", ";")
        ):
            return text[1:end]
        return text
    return _COMMENT.sub("", text).rstrip().rstrip(",")
