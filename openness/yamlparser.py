"""The strict YAML parser behind `yamlio`: libyaml's events → values, with nothing composed or constructed by it.

A module of its own because importing PyYAML takes longer than everything else a short run does.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from openness.errors import OpennessError
from openness.yamlio import MAX_ALIASES, MAX_DEPTH, YamlList, YamlMap, is_too_deep

try:
    from yaml.cyaml import CParser as Parser  # type: ignore[attr-defined]
except ImportError:  # a PyYAML built without libyaml: slower, the same events
    from yaml import SafeLoader as Parser  # type: ignore[assignment]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_NULLS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_PLAIN: dict[str, bool | None] = {**_NULLS, **_BOOLS}
_SPECIAL = frozenset("".join(word[:1] for word in _PLAIN)) | frozenset("+-0123456789") | {""}
"""First characters of plain scalars that may be more than the text that they show."""

_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
_STRING_TAGS = ("!", "tag:yaml.org,2002:str")


def build(text: str, path: str | None, first_line: int, error: type[OpennessError], syntax: type[OpennessError]) -> Any:
    """See `yamlio.parse`."""
    parser = None
    try:
        parser = Parser(text)
        return _Builder(path, first_line - 1, error, syntax).build(parser)
    except yaml.YAMLError as problem:
        too_deep = is_too_deep(problem)
        _refuse(problem, text, path, first_line, error if too_deep else syntax, _TOO_DEEP if too_deep else None)
    finally:
        if parser is not None:
            parser.dispose()


def _refuse(
    problem: yaml.YAMLError,
    text: str,
    path: str | None,
    first_line: int,
    error: type[OpennessError],
    message: str | None,
) -> NoReturn:
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    position = getattr(problem, "position", None)
    if mark is not None:
        line = first_line + min(mark.line, text.count("\n"))
    else:
        line = first_line + (text.count("\n", 0, position) if position is not None else 0)
    reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or "not valid"
    raise error(message or f"not valid YAML: {reason}", path, line) from None


class _Builder:
    """Builds values from events with a stack of its own, so that no input can exhaust Python's."""

    __slots__ = (
        "aliases",
        "anchors",
        "current",
        "documents",
        "error",
        "key",
        "offset",
        "path",
        "root",
        "stack",
        "syntax",
        "tainted",
    )

    def __init__(self, path: str | None, offset: int, error: type[OpennessError], syntax: type[OpennessError]) -> None:
        self.path, self.offset, self.error, self.syntax = path, offset + 1, error, syntax
        self.current: Any = None  # the collection that is being filled
        self.key: str | None = None  # in a mapping: the key that waits for its value
        self.stack: list[
            tuple[Any, str | None, str | None]
        ] = []  # collection and key outside, anchor of the one inside
        self.anchors: dict[str, Any] = {}
        self.tainted: set[int] = set()  # ids of collections that hold an alias somewhere
        self.aliases = self.documents = 0
        self.root: Any = None

    def build(self, parser: Any) -> Any:
        get = parser.get_event
        while (event := get()) is not None:
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                if event.style or event.tag is not None or event.anchor is not None or value[:1] in _SPECIAL:
                    value = self._scalar(event)
                self._put(value, event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._put(self._close(), event)
            elif kind is MappingStartEvent:
                self._open(YamlMap(event.start_mark.line + self.offset), event)
            elif kind is SequenceStartEvent:
                self._open(YamlList(event.start_mark.line + self.offset), event)
            elif kind is AliasEvent:
                self._put(self._alias(event), event)
            elif kind is DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    self._refuse("more than one YAML document", event)
        return self.root

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if event.tag is not None and event.tag not in _STRING_TAGS:
            self._refuse(f"the YAML tag '{event.tag}' is not accepted", event)
        if not event.style and event.tag is None and not self._is_key():
            if value in _PLAIN:
                value = _PLAIN[value]
            elif _INTEGER.match(value):
                value = int(value)
        if event.anchor is not None:
            self.anchors[event.anchor] = value
        return value

    def _is_key(self) -> bool:
        return self.key is None and type(self.current) is YamlMap

    def _open(self, collection: Any, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            self._refuse(f"the YAML tag '{event.tag}' is not accepted", event)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse(_TOO_DEEP, event)
        if self._is_key():
            raise self.syntax("a key must be plain text", self.path, event.start_mark.line + self.offset)
        self.stack.append((self.current, self.key, event.anchor))
        self.current, self.key = collection, None

    def _close(self) -> Any:
        closed = self.current
        self.current, self.key, anchor = self.stack.pop()
        if anchor is not None:
            self.anchors[anchor] = closed
        if self.tainted and id(closed) in self.tainted:
            self.tainted.add(id(self.current))
        return closed

    def _put(self, value: Any, event: Any) -> None:
        """The value into the collection that is open, or as the key or the value of a pair."""
        current = self.current
        if self.key is not None:
            current[self.key] = value
            self.key = None
        elif current is None:
            self.root = value
        elif type(current) is YamlList:
            current.append(value)
            current.lines.append(getattr(value, "line", event.start_mark.line + self.offset))
        elif type(value) is not str:
            raise self.syntax("a key must be plain text", self.path, event.start_mark.line + self.offset)
        elif value in current:
            self._refuse(f"'{value}' appears twice (line {current.lines[value]}); remove one", event)
        else:
            self.key = value
            current.lines[value] = event.start_mark.line + self.offset
            current[value] = None

    def _alias(self, event: Any) -> Any:
        self.aliases += 1
        if event.anchor not in self.anchors:
            self._refuse(f"the alias '*{event.anchor}' has no finished anchor", event)
        value = self.anchors[event.anchor]
        if self.aliases > MAX_ALIASES or id(value) in self.tainted:
            self._refuse("too many YAML aliases, or aliases of aliases", event)
        self.tainted.add(id(self.current))
        return value

    def _refuse(self, message: str, event: Any) -> NoReturn:
        raise self.error(message, self.path, event.start_mark.line + self.offset)
