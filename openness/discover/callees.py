"""What a name and a call mean where they stand in a Python file: bindings that reach, callees, options."""

from __future__ import annotations

import ast
from bisect import bisect_right

from openness.discover import loaders
from openness.discover.loaders import Callee
from openness.discover.scopes import DEFINITION, IMPORT, PARAMETER, VALUE, Binding, Block, Module, Place, Scope

MAX_BINDINGS = 50
"""Of one name, that are looked at for one use: the nearest before it."""

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def top(module: Module) -> Place:
    """The end of a module, as seen from outside it."""
    return Place(module.names.node, module.names, (), module)


def given(node: ast.Call, where: loaders.Where) -> ast.expr | None:
    """The argument of a call at the first of these positions and keywords that is there."""
    for one in where:
        if isinstance(one, int):
            if one < len(node.args) and not any(isinstance(arg, ast.Starred) for arg in node.args[: one + 1]):
                return node.args[one]
        else:
            for keyword in node.keywords:
                if keyword.arg == one:
                    return keyword.value
    return None


def bindings(place: Place, name: str) -> list[Binding]:
    """The bindings of a name that can hold where it is used."""
    scope: Scope | None = place.scope
    while scope is not None:
        found = scope.names.get(name)
        if found and (scope is place.scope or not isinstance(scope.node, ast.ClassDef)):
            return _reaching(found, place) if _same_body(scope, place.scope) else found[-MAX_BINDINGS:]
        scope = scope.parent
    return []


def _same_body(outer: Scope, inner: Scope | None) -> bool:
    while inner is not None and inner is not outer and isinstance(inner.node, _COMPREHENSIONS):
        inner = inner.parent
    return inner is outer


def _reaching(found: list[Binding], place: Place) -> list[Binding]:
    """Of the bindings in the same body: the last that must have run, and those after it that can have."""
    if isinstance(place.node, ast.Module):
        return found[-MAX_BINDINGS:]
    if len(found) == 1:
        return found
    use = (place.line, getattr(place.node, "col_offset", 0))
    if len(found) > MAX_BINDINGS:
        last = bisect_right(found, use, key=_end)
        found = found[max(0, last - MAX_BINDINGS) : last + 1]
    possible = [one for one in found if not _exclude(one.place.block, place.block)]
    before = [one for one in possible if _end(one) <= use]
    for number in range(len(before) - 1, -1, -1):
        block = before[number].place.block
        if place.block[: len(block)] == block:
            return before[number:]
    return before or possible


def _end(binding: Binding) -> tuple[int, int]:
    node = binding.place.node
    if binding.form in (DEFINITION, PARAMETER):
        return (getattr(node, "lineno", 0), 0)
    return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)


def _exclude(one: Block, other: Block) -> bool:
    """Whether two blocks are different arms of one statement."""
    for first, second in zip(one, other, strict=False):
        if first != second:
            return first[0] == second[0]
    return False


def imported_name(place: Place) -> str:
    """The full name of a module that was imported, or of something in one; empty for any other expression."""
    names: list[str] = []
    node = place.node
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    for binding in bindings(place, node.id) if isinstance(node, ast.Name) else ():
        if binding.form == IMPORT:
            _, module, member = binding.target
            return ".".join(part for part in (module, member, *reversed(names)) if part)
    return ""


def called(place: Place) -> Callee:
    """What a call calls. An object is what made it: `client.chat` after `client = ollama.Client()` is ollama's."""
    known = place.module.callees.get(id(place.node))
    if known is None:
        known = place.module.callees[id(place.node)] = place.node, _called(place, 0)
    return known[1]


def _called(place: Place, depth: int) -> Callee:
    node = place.node.func if isinstance(place.node, ast.Call) else place.node
    if isinstance(node, ast.Call | ast.Subscript):
        return Callee("", "")
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return Callee(names[0] if names else "", ".".join(reversed(names[1:])))
    before, imported = _root(place, node.id, depth, is_object=bool(names))
    whole = [*before, *reversed(names)]
    return Callee(whole[-1], ".".join(whole[:-1]), imported)


def _root(place: Place, name: str, depth: int, *, is_object: bool) -> tuple[list[str], bool]:
    """The names behind a name: of an import, of an alias, and, of an object, those of what made it."""
    for binding in reversed(bindings(place, name)):
        if binding.form == IMPORT:
            _, module, member = binding.target
            return [part for part in (*module.split("."), member) if part], not binding.target[0]
        value = binding.place.node
        kinds = (ast.Call, ast.Attribute, ast.Name) if is_object else (ast.Attribute, ast.Name)
        if binding.form == VALUE and isinstance(value, kinds) and depth < 4:
            made = _called(binding.place, depth + 1)
            return [*([made.of] if made.of else []), made.name or name], made.imported
    return [name], False


def carried(place: Place) -> list[Place]:
    """The calls that `partial(loader, "org/name")` or `Thread(target=loader, args=(…))` may mean."""
    node = place.node
    if not isinstance(node, ast.Call) or called(place).name not in loaders.rules().carriers:
        return []
    words = loaders.rules().carried
    function = given(node, words["call"])
    listed, named = given(node, words["arguments"]), given(node, words["keywords"])
    arguments = list(listed.elts) if isinstance(listed, ast.List | ast.Tuple) else []
    keywords = [
        one for one in node.keywords if one.arg not in (*words["call"], *words["arguments"], *words["keywords"])
    ]
    if isinstance(named, ast.Dict):
        pairs = zip(named.keys, named.values, strict=True)
        keywords += [ast.keyword(str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant)]
    meant = [(function, arguments)] if function is not None else []
    meant += [(one, [*node.args[number + 1 :], *arguments]) for number, one in enumerate(node.args[:2])]
    return [
        place.to(ast.copy_location(ast.Call(one, rest, keywords), node))
        for one, rest in meant
        if isinstance(one, ast.Attribute | ast.Name)
    ]


def declared(place: Place) -> list[str]:
    """The names of the option that a call declares, in lower case with `_`; empty for any other call."""
    node = place.node
    if not isinstance(node, ast.Call):
        return []
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in loaders.rules().options:
        return []
    flags = node.args[:1] if name in loaders.rules().option_second else node.args
    texts = [flag.value for flag in flags if isinstance(flag, ast.Constant) and isinstance(flag.value, str)]
    named = given(node, ("dest", "name"))
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        texts.append(named.value)
    return [loaders.plain(text) for text in texts if len(text) > 2 or not text.startswith("-")]


def option_values(place: Place) -> list[Place]:
    """The defaults and choices of an option that a call declares."""
    node = place.node
    if not isinstance(node, ast.Call):
        return []
    rules = loaders.rules()
    found = [keyword.value for keyword in node.keywords if keyword.arg in rules.option_values]
    if called(place).name in rules.option_second and len(node.args) > 1:
        found.append(node.args[1])
    return [place.to(value) for value in found]
