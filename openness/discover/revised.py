"""The revision that a Python program asks for: of which of several models it is, and which of several goes with one."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import TypeGuard

from openness.discover import loaders
from openness.discover.callees import bindings, given
from openness.discover.origins import MAX_TEXTS
from openness.discover.scopes import EACH, Binding, Place
from openness.discover.speaking import is_in
from openness.discover.values import Values

_LISTS = (ast.List, ast.Tuple, ast.Set)


def is_of(key: str, beside: Collection[str]) -> bool:
    """Whether a plain `revision` among these names is that of what a key names: it goes with `model`."""
    plain = loaders.plain(key)
    return is_in(plain, "main") or not any(is_in(loaders.plain(one), "main") for one in beside)


def asked(values: Values, place: Place, node: ast.Call, key: str = "", *, is_main: bool = True) -> str | None:
    """The revision that a call asks for; None where it is not known.

    `key`: the keyword of the model, which may have a revision of its own; `is_main` is whether what the call loads
    first is this one.
    """
    known = loaders.rules().revision
    own = given(node, (f"{key}_revision",)) if key else None
    argument = own or given(node, known)
    if own is None and key and not (is_main and is_of(key, [one.arg or "" for one in node.keywords])):
        return None
    if argument is not None:
        return next((one.text for one in values.texts(place.to(argument))), None)
    for keyword in node.keywords:
        for one in values.comes_to(place.to(keyword.value)) if keyword.arg is None else ():
            for name, value in (
                zip(one.node.keys, one.node.values, strict=True) if isinstance(one.node, ast.Dict) else ()
            ):
                if isinstance(name, ast.Constant) and name.value in known:
                    return next((text.text for text in values.texts(one.to(value))), None)
    return None


def each(values: Values, place: Place, node: ast.Call, argument: ast.expr | None) -> dict[str, str | None]:
    """Model → its revision, where a loop hands a call both from the entries of one list or mapping."""
    asked_for = given(node, loaders.rules().revision)
    model, revision = _looped(place, argument), _looped(place, asked_for)
    if model is None or revision is None or argument is None or asked_for is None:
        return {}
    if model.place.node is not revision.place.node:
        return {}
    found: dict[str, str | None] = {}
    for entry in _entries(values, model.place):
        named = _of_entry(entry, argument, model)
        beside = _of_entry(entry, asked_for, revision)
        texts = values.texts(named) if named is not None else []
        own = next((one.text for one in values.texts(beside)), None) if beside is not None else None
        found.update((one.text, own) for one in texts)
    return found


def _looped(place: Place, node: ast.expr | None) -> Binding | None:
    """The loop that an expression takes its value from: `one`, `one.name`, `one["name"]`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Call) and not _is_look_up(node):
            return None
        held = node.func if isinstance(node, ast.Call) else node
        node = held.value if isinstance(held, ast.Attribute | ast.Subscript) else None
    found = bindings(place, node.id) if isinstance(node, ast.Name) else []
    return found[-1] if found and found[-1].form == EACH else None


def _is_look_up(node: ast.AST | None) -> TypeGuard[ast.Call]:
    """Whether it is `one.get("name")`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"


def _entries(values: Values, place: Place) -> Iterator[Place]:
    """The entries of what a loop goes through; those of `.items()` and of `zip` as pairs."""
    node: ast.AST = place.node
    what = ""
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if isinstance(node, ast.Call) and name == "zip":
        lists = [_elements(values, place.to(part)) for part in node.args]
        for together in zip(*lists, strict=False):
            yield place.to(ast.copy_location(ast.Tuple(list(together)), node))
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values"):
        what, node = node.func.attr, node.func.value
    for one in values.comes_to(place.to(node)):
        if isinstance(one.node, _LISTS) and not what:
            for entry in one.node.elts[:MAX_TEXTS]:
                yield one.to(entry)
        elif isinstance(one.node, ast.Dict) and what:
            for key, value in list(zip(one.node.keys, one.node.values, strict=True))[:MAX_TEXTS]:
                if key is not None:
                    pair = ast.copy_location(ast.Tuple([key, value]), value)
                    yield one.to(pair if what == "items" else value)


def _elements(values: Values, place: Place) -> list[ast.expr]:
    """The elements of the one list that an expression is; none where it may be several."""
    found = [one.node for one in values.comes_to(place) if isinstance(one.node, _LISTS)]
    return found[0].elts[:MAX_TEXTS] if len(found) == 1 else []


def _of_entry(entry: Place, node: ast.expr, binding: Binding) -> Place | None:
    """What an expression of the loop's body comes to for one entry."""
    held = entry.node
    if binding.part is not None:
        parts = held.elts if isinstance(held, ast.Tuple | ast.List) else []
        if binding.part >= len(parts):
            return None
        held = parts[binding.part]
    return entry.to(_instead(node, held))


def _instead(node: ast.expr, held: ast.AST) -> ast.AST:
    """An expression with the loop's variable replaced by what it holds."""
    if isinstance(node, ast.Attribute):
        return ast.copy_location(ast.Attribute(_instead(node.value, held), node.attr), node)  # type: ignore[arg-type]
    if isinstance(node, ast.Subscript):
        return ast.copy_location(ast.Subscript(_instead(node.value, held), node.slice), node)  # type: ignore[arg-type]
    if _is_look_up(node):
        return ast.copy_location(ast.Call(_instead(node.func, held), node.args, node.keywords), node)  # type: ignore[arg-type]
    return held
