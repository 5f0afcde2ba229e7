"""YAML → texts with their lines. Lenient: tags, anchors, several documents and keys given twice are all read.

Nothing is constructed. A template (Helm, Jinja) is read with its holes filled; what is no YAML even then is read line
by line.
"""

from __future__ import annotations

import re
from typing import Any

from openness.discover.nodes import FILLER, MAX_DEPTH, Alias, Builder, List, Map, Node, Text
from openness.errors import SourceError
from openness.yamlio import is_too_deep

MAX_ALIASES = 1000

_NO_TEXTS = frozenset(("", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"))
_HOLE_LINE = re.compile(r"^[ \t]*(?:\{\{-?[^\n]*?-?\}\}|\{%[^\n]*?%\})[ \t]*$", re.MULTILINE)
_HOLE = re.compile(r"(?<!\$)\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\}))*+\}\}|\{%(?:[^%\n]|%(?!\}))*+%\}")
_REMARK = re.compile(r"\{\{-?\s{0,9}/\*(?:[^*]|\*(?!/\s{0,9}-?\}\}))*+(?:\*/\s{0,9}-?\}\}|\Z)")
_DEFAULT = re.compile(r"""default\s*\(?\s*(["'`])([^"'`\n]+)\1""")
_CHOICE = re.compile(r"""(?:(?<=[\s(|])(?:coalesce|ternary|or)\b|\{\{-?\s*(?=["'`]))(.*)""")
_QUOTED = re.compile(r"""(["'`])([^"'`\n%{}]+)\1""")
_SET = re.compile(r"\{(?:\{-?\s*\$(\w+)\s*:?=|%-?\s*set\s+(\w+)\s*=)([^\n{}]*+)\}")
_VARIABLE = re.compile(r"\{\{-?\s*\$?(\w+)\s*(?:\||-?\}\})")
_PAIR = re.compile(r"""([ \t]*)((?:-[ \t]+)*)(?:["']?([A-Za-z_$][\w.$/-]*)["']?[ \t]*:(?:[ \t]+|$))?(.*)""")


def read(content: str, path: str) -> list[Node]:
    """The documents of a YAML text. Raises SourceError for nesting without end."""
    import yaml

    filled = _filled(content) if "{{" in content or "{%" in content else content
    for attempt in (filled, content) if filled != content else (content,):
        try:
            return _documents(attempt, path)
        except (yaml.YAMLError, ValueError) as problem:
            if is_too_deep(problem):
                raise SourceError(f"nested deeper than {MAX_DEPTH} levels", path) from None
    return _by_lines(filled)


def _filled(content: str) -> str:
    """A template with its default in each hole, or a word; remarks and lines that hold nothing else become empty."""
    content = _REMARK.sub(lambda remark: "\n" * remark.group().count("\n"), content)
    variables = {one.group(1) or one.group(2): _default(f"{{{{ {one.group(3)}}}}}") for one in _SET.finditer(content)}

    def fill(hole: re.Match[str]) -> str:
        variable = _VARIABLE.match(hole.group())
        return _default(hole.group()) or (variables.get(variable.group(1)) if variable else None) or FILLER

    return _HOLE.sub(fill, _HOLE_LINE.sub("", content))


def _default(hole: str) -> str | None:
    """What a hole gives if nobody says otherwise; where it may be one of several, all of them with commas."""
    default = _DEFAULT.search(hole)
    if default is not None:
        return default.group(2)
    choice = _CHOICE.search(hole)
    return ",".join(text for _, text in _QUOTED.findall(choice.group(1))) if choice else None


def _documents(content: str, path: str) -> list[Node]:
    from yaml import events

    try:
        from yaml.cyaml import CParser as Parser  # type: ignore[attr-defined]
    except ImportError:  # a PyYAML built without libyaml: slower, the same events
        from yaml import SafeLoader as Parser  # type: ignore[assignment]
    parser: Any = Parser(content)
    lines = content.split("\n")
    builder = Builder(path)
    anchors: dict[str, Node] = {}
    aliases = 0
    try:
        while (event := parser.get_event()) is not None:
            kind = type(event)
            if kind is events.ScalarEvent or kind is events.AliasEvent:
                if kind is events.AliasEvent:
                    aliases += 1
                    if aliases > MAX_ALIASES:
                        raise SourceError(f"more than {MAX_ALIASES:,} aliases", path, event.start_mark.line + 1)
                    node = _again(anchors.get(event.anchor), event.start_mark.line + 1)
                else:
                    node = None if not event.style and event.value in _NO_TEXTS else _text(event, lines)
                    if event.anchor:
                        anchors[event.anchor] = node
                if isinstance(builder.current, Map) and builder.key is None:
                    builder.key = node if isinstance(node, Text) else Text("", event.start_mark.line + 1)
                else:
                    builder.put(node)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                collection = Map() if kind is events.MappingStartEvent else List()
                if isinstance(builder.current, Map) and builder.key is None:
                    builder.key = Text("", event.start_mark.line + 1)  # a key that is no text, and after it its value
                    builder.open(collection, event.start_mark.line + 1)
                    builder.stack[-1] = (builder.stack[-1][0], Text("", event.start_mark.line + 1))
                else:
                    builder.open(collection, event.start_mark.line + 1)
                if event.anchor:
                    anchors[event.anchor] = collection
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                builder.close()
    finally:
        parser.dispose()
    return builder.roots


def _again(node: Node, line: int) -> Node:
    if isinstance(node, Text):
        return Text(node.value, line)
    return Alias(node) if isinstance(node, Map | List) else None


def _text(event: Any, lines: list[str]) -> Text:
    """A scalar. A block's lines are taken from the file, those of a folded one joined as the shell joins lines."""
    first = event.start_mark.line + 1
    if event.style not in ("|", ">"):
        return Text(event.value, first)
    block = lines[first : event.end_mark.line + (event.end_mark.column > 0)]
    while block and not block[-1].strip():
        block.pop()
    indent = min((len(line) - len(line.lstrip()) for line in block if line.strip()), default=0)
    block = [line[indent:] for line in block]
    if event.style == ">":
        block = [
            f"{line} \\" if line.strip() and number + 1 < len(block) and block[number + 1].strip() else line
            for number, line in enumerate(block)
        ]
    return Text(event.value, first + 1, "\n".join(block))


def _by_lines(content: str) -> list[Node]:
    """What is no YAML: runs of `key: value` with the same indent, and lists of the entries below a key."""
    roots: list[Node] = []
    depth: int | None = None
    current, entries = Map(), List()
    for number, line in enumerate(content.split("\n"), 1):
        found = _PAIR.fullmatch(line.split(" #", 1)[0].rstrip()) if len(line) < 10_000 else None
        if found is None or not line.strip() or line.lstrip().startswith("#"):
            continue
        indent, dash, key, value = found.groups()
        text = Text(value.strip().strip("\"'"), number)
        if key is None:
            if dash:
                entries.entries.append(text)
            continue
        if depth != len(indent + dash) or dash:
            current = Map()
            roots.append(current)
            depth = len(indent + dash)
        entries = List()
        current.pairs.append((Text(key, number), text if text.value else entries))
    return roots
