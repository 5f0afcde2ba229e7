"""The strings that an expression of a program can be, as far as its constants say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import islice, product
from string import Formatter
from typing import NamedTuple

from openness.discover.callees import given
from openness.discover.origins import MAX_TEXTS, SPLITS, Origins, entries_of, method_name
from openness.discover.scopes import Place

MAX_CHANGED = 2000
"""Longest string that a method of strings is applied to, and longest that it gives, in characters."""

MAX_JOINED = 20
_CHANGES = {
    "strip": (0, 1),
    "lstrip": (0, 1),
    "rstrip": (0, 1),
    "lower": (0,),
    "removeprefix": (1,),
    "removesuffix": (1,),
    "replace": (2,),
}
"""Methods of strings, and how many arguments they are given."""

_PERCENT = re.compile(r"%[sd]")
_PERCENT_NAMED = re.compile(r"%\((\w+)\)[sd]")


class Text(NamedTuple):
    """A string, and the expression that it was read from."""

    text: str
    place: Place


class Values(Origins):
    """Answers for one file; it remembers the other files that were read for it."""

    def texts(self, place: Place) -> list[Text]:
        """The strings that an expression can be, those in lists included; none where that is not known."""
        found = list(islice(self._texts(place, 0), MAX_TEXTS))
        self._account(place)
        return found

    def filled(self, place: Place, filler: str) -> list[Text]:
        """The strings that an expression can be, with `filler` for each part of one that is not known."""
        found = self.texts(place)
        if not found:
            for one in islice(self._origins(place, 0), MAX_TEXTS):
                parts = self._parts(one, 0) or []
                if any(parts):
                    found.append(Text("".join(part[0] if part else filler for part in parts), one))
            self._account(place)
        return found

    def _texts(self, place: Place, depth: int, *, numbers: bool = False) -> Iterator[Text]:
        for one in self._origins(place, depth):
            node = one.node
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    yield Text(node.value, one)
                elif numbers and isinstance(node.value, int | float) and not isinstance(node.value, bool):
                    yield Text(repr(node.value), one)
            elif isinstance(node, ast.List | ast.Tuple | ast.Set):
                for element in node.elts[:MAX_TEXTS]:
                    yield from self._texts(one.to(element), depth + 1)
            elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
                scope = one.module.scopes.get(id(node))
                if scope is not None:
                    yield from self._texts(Place(node.elt, scope, one.block, one.module), depth + 1)
            elif method_name(node) in SPLITS and isinstance(node, ast.Call):
                yield from self._split(node, one, depth)
            else:
                parts = self._parts(one, depth)
                if parts is not None:
                    yield from (Text("".join(pieces), one) for pieces in islice(product(*parts), 16))

    def _strings(self, place: Place, depth: int) -> list[str]:
        return [found.text for found in islice(self._texts(place, depth + 1, numbers=True), 16)]

    def _parts(self, place: Place, depth: int) -> list[list[str]] | None:
        """The possible strings of each part of a string that is put together; None for anything else."""
        node = place.node
        if isinstance(node, ast.JoinedStr):
            return [self._piece(place, part, depth) for part in node.values]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._strings(place.to(node.left), depth), self._strings(place.to(node.right), depth)
            if isinstance(node.left, ast.Name) and isinstance(node.right, ast.Constant):
                left = [one for one in left if not (right and one.endswith(right[0]))]  # an ending is not added twice
            return [left, right]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return self._percent(place, node, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return self._method(place, node, node.func, depth)
        return None

    def _piece(self, place: Place, part: ast.expr, depth: int) -> list[str]:
        if isinstance(part, ast.FormattedValue):
            return [] if part.format_spec or part.conversion == ord("r") else self._strings(place.to(part.value), depth)
        return self._strings(place.to(part), depth)

    def _method(self, place: Place, node: ast.Call, func: ast.Attribute, depth: int) -> list[list[str]] | None:
        if func.attr == "format":
            return self._formatted(place, node, func.value, depth)
        if func.attr in _CHANGES:
            arguments = [
                part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if len(arguments) != len(node.args) or len(arguments) not in _CHANGES[func.attr]:
                return None
            found = [text for text in self._strings(place.to(func.value), depth) if len(text) <= MAX_CHANGED]
            return [[getattr(text, func.attr)(*arguments)[:MAX_CHANGED] for text in found]]
        if func.attr == "urljoin" and len(node.args) == 2:
            return [self._strings(place.to(part), depth) for part in node.args]
        if func.attr != "join":
            return None
        separator, parts = "/", [place.to(part) for part in node.args]
        if isinstance(func.value, ast.Constant):
            separator, parts = str(func.value.value), []
            for one in self._origins(place.to(node.args[0]), depth + 1) if len(node.args) == 1 else ():
                if isinstance(one.node, ast.List | ast.Tuple):
                    parts = [one.to(part) for part in one.node.elts[:MAX_JOINED]]
        pieces = [self._strings(part, depth) for part in parts]
        return [one for piece in pieces for one in ([separator], piece)][1:] if pieces else None

    def _split(self, node: ast.Call, place: Place, depth: int) -> Iterator[Text]:
        """The parts of `"a b".split()`."""
        func = node.func
        separator = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        if not isinstance(func, ast.Attribute) or (node.args and not (isinstance(separator, str) and separator)):
            return
        for found in islice(self._texts(place.to(func.value), depth + 1), 16):
            for part in found.text.split(separator if isinstance(separator, str) else None)[:MAX_TEXTS]:
                yield Text(part.strip(), found.place)

    def _formatted(self, place: Place, node: ast.Call, template: ast.expr, depth: int) -> list[list[str]] | None:
        """`str.format`: fields in order, by number or by name; a field with a format of its own is not known."""
        texts = self._strings(place.to(template), depth)
        try:
            fields = list(Formatter().parse(texts[0])) if len(texts) == 1 else []
        except ValueError:
            return None
        parts: list[list[str]] = []
        for number, (literal, field, spec, _) in enumerate(fields):
            parts.append([literal])
            if field is not None:
                value = given(node, (number if not field else int(field) if field.isdecimal() else field,))
                parts.append([] if value is None or spec else self._strings(place.to(value), depth))
        return parts or None

    def _percent(self, place: Place, node: ast.BinOp, depth: int) -> list[list[str]] | None:
        """`"%s/%s" % (a, b)`, `"%(org)s/x" % {"org": a}`; other conversions are not known."""
        texts = self._strings(place.to(node.left), depth)
        if len(texts) != 1:
            return None
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        pieces = _PERCENT.split(texts[0])
        if isinstance(node.right, ast.Dict):
            pieces = _PERCENT_NAMED.split(texts[0])
            entries = entries_of(node.right)
            values = [entries[key] for key in pieces[1::2] if key in entries]
            pieces = pieces[::2]
        if len(pieces) != len(values) + 1 or "%" in "".join(pieces):
            return None
        parts = [[pieces[0]]]
        for value, piece in zip(values, pieces[1:], strict=True):
            parts += [self._strings(place.to(value), depth), [piece]]
        return parts
