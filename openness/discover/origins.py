"""Where an expression of a program comes from: through names, parameters, attributes, entries, calls and other files.

Every question has a budget of steps, so that no program makes the answer slow.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from openness.discover import loaders
from openness.discover.callees import bindings, called, declared, given, imported_name, option_values, top
from openness.discover.imports import Imports
from openness.discover.scopes import DEFINITION, EACH, IMPORT, PARAMETER, PART, UNKNOWN, Binding, Module, Place, Target
from openness.discover.source import Look
from openness.errors import SourceError

MAX_STEPS = 400
MAX_TOTAL = 500_000
"""Steps for all questions about one file: some seconds."""

MAX_DEPTH = 24
MAX_TEXTS = 200

SPLITS = ("split", "splitlines")
_RESULTS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict)
_LISTS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)


class Origins:
    """Answers for one file; it remembers the other files that were read for it."""

    def __init__(self, module: Module, look: Look | None) -> None:
        self.module = module
        self.imports = Imports(module, look)
        self.steps = 0
        self.total = 0
        self._entries: dict[int, tuple[ast.AST, dict[object, ast.expr]]] = {}
        """The entries of mappings by the id of the node, which is kept: no other gets its id."""

        self._options: dict[str, dict[str, list[Place]]] = {}

    def comes_to(self, place: Place) -> list[Place]:
        """The expressions and definitions that an expression can be, names followed."""
        found = list(islice(self._origins(place, 0), MAX_TEXTS))
        self._account(place)
        return found

    def _account(self, place: Place) -> None:
        """Ends a question. Raises SourceError when the questions about one file took too much together."""
        self.total, self.steps = self.total + self.steps, 0
        if self.total > MAX_TOTAL:
            raise SourceError("too many names lead to too many others; not read", self.module.path, place.line or None)

    # --- where an expression comes from ---------------------------------------------------------------------------

    def _origins(self, place: Place, depth: int) -> Iterator[Place]:
        self.steps += 1
        if depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return
        node = place.node
        if isinstance(node, ast.Name):
            yield from self._name(place, node.id, depth + 1)
        elif isinstance(node, ast.Attribute):
            yield from self._attribute(place, place.to(node.value), node.attr, depth + 1)
        elif isinstance(node, ast.Subscript):
            yield from self._entry(place, node, depth + 1)
        elif isinstance(node, ast.Call):
            yield from self._call(place, node, depth + 1)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self._origins(place.to(value), depth + 1)
        elif isinstance(node, ast.IfExp):
            yield from self._origins(place.to(node.body), depth + 1)
            yield from self._origins(place.to(node.orelse), depth + 1)
        elif isinstance(node, ast.NamedExpr | ast.Await | ast.Starred):
            yield from self._origins(place.to(node.value), depth + 1)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [one for side in (node.left, node.right) for one in self._origins(place.to(side), depth + 1)]
            yield from sides if any(isinstance(one.node, _LISTS) for one in sides) else [place]
        else:
            yield place

    def _name(self, place: Place, name: str, depth: int) -> Iterator[Place]:
        found = bindings(place, name)
        if not found:
            for star in place.module.stars:
                yield from self._imported(star._replace(target=(*star.target[:2], name)), depth)
        for binding in found:
            if binding.form == IMPORT:
                yield from self._imported(binding, depth)
            elif binding.form == EACH:
                yield from self._elements(binding.place, binding.part, depth)
            elif binding.form == PART:
                yield from self._part(binding.place, binding.part or 0, depth)
            elif binding.form == DEFINITION:
                yield binding.place
            elif binding.form == PARAMETER:
                yield from self._parameter(binding, name, depth)
            elif binding.form != UNKNOWN:
                yield from self._origins(binding.place, depth)

    def _part(self, place: Place, part: int, depth: int) -> Iterator[Place]:
        """One part of what is unpacked."""
        for one in self._origins(place, depth):
            if isinstance(one.node, ast.List | ast.Tuple) and part < len(one.node.elts):
                yield from self._origins(one.to(one.node.elts[part]), depth)

    def _parameter(self, binding: Binding, name: str, depth: int) -> Iterator[Place]:
        yield binding.place
        if binding.default is not None:
            yield from self._origins(binding.default, depth)
        if getattr(binding.place.scope.node, "decorator_list", None):
            for declared in self.options(binding.place.module).get(name, ()):
                yield from self._origins(declared, depth)

    def _attribute(self, place: Place, base: Place, name: str, depth: int) -> Iterator[Place]:
        """What an attribute of an object holds: of a class, an instance, a module, a mapping, or parsed options."""
        if name == "__class__":
            yield from self._origins(base, depth)
            return
        found = False
        modules = [place.module]
        for one in self._origins(base, depth):
            node = one.node
            if name == "value" and isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict):
                yield one
                found = True
            for held in self._held(one, name, depth):
                yield held
                found = True
            if one.module not in modules:
                modules.append(one.module)
        dotted = imported_name(base)
        if found or dotted:
            if not found:
                yield from self._from_file(place.module, (0, dotted, name), depth)
            return
        for module in modules:
            fields = module.attributes.get(name, []) if loaders.speaks(name) else []
            for value in self.options(module).get(name) or fields[:MAX_TEXTS]:
                yield from self._origins(value, depth)

    def _held(self, one: Place, name: str, depth: int) -> Iterator[Place]:
        node = one.node
        if isinstance(node, ast.Module):
            yield from self._name(one, name, depth)
        elif isinstance(node, ast.ClassDef):
            yield from self._member(one, name, depth)
        elif isinstance(node, ast.arg) and node.arg in ("self", "cls"):
            owner = one.scope.enclosing(ast.ClassDef)
            if owner is not None:
                yield from self._member(Place(owner.node, owner, (), one.module), name, depth)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            for annotated in self._origins(one.to(node.annotation), depth):
                if isinstance(annotated.node, ast.ClassDef):
                    yield from self._member(annotated, name, depth)
        elif isinstance(node, ast.Dict):
            yield from self._keyed(one, node, name, depth)
        elif isinstance(node, ast.Call):
            yield from self._of_instance(one, node, name, depth)

    def _of_instance(self, one: Place, node: ast.Call, name: str, depth: int) -> Iterator[Place]:
        """What an object holds that a call makes: an argument, by name or in the order of the fields, or a default."""
        argument = given(node, (name,))
        if argument is not None:
            yield from self._origins(one.to(argument), depth)
            return
        for made in self._origins(one.to(node.func), depth):
            if isinstance(made.node, ast.ClassDef):
                fields = [part.target for part in made.node.body if isinstance(part, ast.AnnAssign)]
                names = [field.id for field in fields if isinstance(field, ast.Name)]
                placed = given(node, (names.index(name),)) if name in names else None
                if placed is not None:
                    yield from self._origins(one.to(placed), depth)
                else:
                    yield from self._member(made, name, depth)
            elif method_name(made.node) == "namedtuple" and isinstance(made.node, ast.Call):
                names = self._fields(made, made.node, depth)
                placed = given(node, (names.index(name),)) if name in names else None
                if placed is not None:
                    yield from self._origins(one.to(placed), depth)

    def _fields(self, place: Place, node: ast.Call, depth: int) -> list[str]:
        """The fields of `namedtuple("Spec", "name size")`."""
        fields = given(node, (1, "field_names"))
        found = []
        for one in self._origins(place.to(fields), depth) if fields is not None else ():
            texts = one.node.elts if isinstance(one.node, ast.List | ast.Tuple) else [one.node]
            found += [text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]
        return found[0].replace(",", " ").split() if len(found) == 1 else found

    def _member(self, place: Place, name: str, depth: int) -> Iterator[Place]:
        """What a class or its bases bind to a name; what its property returns."""
        self.steps += 1
        scope = place.module.scopes.get(id(place.node))
        if scope is None or depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return
        for binding in scope.names.get(name, ()):
            if binding.form == DEFINITION:
                yield from self._returned(binding.place, depth + 1)
            elif binding.form not in (UNKNOWN, IMPORT, PARAMETER):
                yield from self._origins(binding.place, depth + 1)
        if name not in scope.names and isinstance(place.node, ast.ClassDef):
            outside = Place(place.node, scope.parent or scope, (), place.module)
            for base in place.node.bases:
                for one in self._origins(outside.to(base), depth + 1):
                    if isinstance(one.node, ast.ClassDef):
                        yield from self._member(one, name, depth + 1)

    def _returned(self, place: Place, depth: int) -> Iterator[Place]:
        scope = place.module.scopes.get(id(place.node))
        if isinstance(place.node, ast.ClassDef):
            yield place
        elif scope is not None:
            for value in scope.returns:
                yield from self._origins(value, depth)

    def _entry(self, place: Place, node: ast.Subscript, depth: int) -> Iterator[Place]:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        for one in self._origins(place.to(node.value), depth):
            held = one.node
            if isinstance(held, ast.List | ast.Tuple):
                chosen = (
                    [held.elts[key]] if isinstance(key, int) and -len(held.elts) <= key < len(held.elts) else held.elts
                )
                for element in chosen[:MAX_TEXTS]:
                    yield from self._origins(one.to(element), depth)
            elif isinstance(held, ast.ClassDef):
                yield from self._members(one, held, depth)
            elif method_name(held) in SPLITS:
                yield one
            else:
                yield from self._keyed(one, held, key, depth)
        if isinstance(key, str):
            for value in place.module.environment.get(key, [])[:MAX_TEXTS]:
                yield from self._origins(value, depth)

    def _keyed(self, place: Place, node: ast.AST, key: object, depth: int) -> Iterator[Place]:
        """The entry of a mapping; all of them where the key is None, that is: not known."""
        _, entries = self._entries.get(id(node), (node, None))
        if entries is None:
            entries = entries_of(node)
            self._entries[id(node)] = node, entries
        chosen = list(islice(entries.values(), MAX_TEXTS)) if key is None else [entries[key]] if key in entries else []
        for value in chosen:
            yield from self._origins(place.to(value), depth)

    def _members(self, place: Place, node: ast.ClassDef, depth: int) -> Iterator[Place]:
        """The members of an enumeration."""
        bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
        if not bases.isdisjoint(loaders.rules().enumerations):
            for part in node.body[:MAX_TEXTS]:
                if isinstance(part, ast.Assign):
                    yield from self._origins(place.to(part.value), depth)

    def _elements(self, place: Place, index: int | None, depth: int) -> Iterator[Place]:
        """The elements of a list or mapping in turn; the part `index` of each where it is unpacked."""
        for one in self._origins(place, depth):
            node = one.node
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                for element in node.elts[:MAX_TEXTS]:
                    if isinstance(element, ast.Starred):
                        yield from self._elements(one.to(element.value), index, depth + 1)
                    elif index is None:
                        yield from self._origins(one.to(element), depth)
                    elif isinstance(element, ast.Tuple | ast.List) and index < len(element.elts):
                        yield from self._origins(one.to(element.elts[index]), depth)
            elif isinstance(node, ast.Dict) and index is None:
                for key in node.keys:
                    if key is not None:
                        yield from self._origins(one.to(key), depth)
            elif isinstance(node, ast.ClassDef) and index is None:
                yield from self._members(one, node, depth + 1)
            elif isinstance(node, ast.arg) and index is None:
                yield one
            elif isinstance(node, ast.Call):
                yield from self._iterated(one, node, index, depth)

    def _iterated(self, place: Place, node: ast.Call, index: int | None, depth: int) -> Iterator[Place]:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "enumerate" and node.args and index == 1:
            yield from self._elements(place.to(node.args[0]), None, depth + 1)
        elif name == "zip" and index is not None and index < len(node.args):
            yield from self._elements(place.to(node.args[index]), None, depth + 1)
        elif name in SPLITS:
            yield place
        elif isinstance(node.func, ast.Attribute) and name in ("items", "values", "keys"):
            for one in self._origins(place.to(node.func.value), depth + 1):
                if isinstance(one.node, ast.Dict) and (name == "keys" or (name == "items" and index == 0)):
                    yield from (one.to(key) for key in one.node.keys if key is not None)
                elif name == "values" or index == 1:
                    for value in self._keyed(one, one.node, None, depth + 1):
                        yield from self._nth(value, index if name == "values" else None, depth + 1)

    def _nth(self, place: Place, index: int | None, depth: int) -> Iterator[Place]:
        if index is None:
            yield place
        elif isinstance(place.node, ast.Tuple | ast.List) and index < len(place.node.elts):
            yield from self._origins(place.to(place.node.elts[index]), depth)

    def _call(self, place: Place, node: ast.Call, depth: int) -> Iterator[Place]:
        """What a call gives: the default of a look-up, an argument that is handed on, what a function returns."""
        callee = called(place)
        key = loaders.rules().lookups.get(callee.name)
        if key is not None:
            yield from self._looked_up(place, node, key, depth)
        factory = next((keyword.value for keyword in node.keywords if keyword.arg == "default_factory"), None)
        if factory is not None:
            for one in self._origins(place.to(factory), depth):
                yield from self._returned(one, depth)
            return
        argument = given(node, loaders.handed_on(callee))
        if argument is not None:
            yield from self._origins(place.to(argument), depth)
            return
        if callee.name == "values" and isinstance(node.func, ast.Attribute) and not node.args:
            yield from self._iterated(place, node, None, depth)
        for one in self._origins(place.to(node.func), depth):
            if isinstance(one.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from self._returned(one, depth)
            elif isinstance(node.func, ast.Attribute) and isinstance(one.node, _RESULTS):
                yield one  # what a method returns
        yield place

    def _looked_up(self, place: Place, node: ast.Call, position: int, depth: int) -> Iterator[Place]:
        key = given(node, (position,))
        name = key.value if isinstance(key, ast.Constant) else None
        if isinstance(node.func, ast.Attribute) and position == 0:
            for one in self._origins(place.to(node.func.value), depth):
                yield from self._keyed(one, one.node, name, depth)
        elif position == 1 and isinstance(name, str):
            yield from self._attribute(place, place.to(node.args[0]), name, depth)
        default = given(node, (position + 1, "default"))
        if default is not None:
            yield from self._origins(place.to(default), depth)
        if isinstance(name, str):
            for value in place.module.environment.get(name, [])[:MAX_TEXTS]:
                yield from self._origins(value, depth)

    # --- other files ----------------------------------------------------------------------------------------------

    def _imported(self, binding: Binding, depth: int) -> Iterator[Place]:
        self.steps += 1
        if depth <= MAX_DEPTH and self.steps <= MAX_STEPS:
            yield from self._from_file(binding.place.module, binding.target, depth + 1)

    def _from_file(self, importer: Module, target: Target, depth: int) -> Iterator[Place]:
        found = self.imports.found(importer.path, target)
        if found is not None:
            module, name = found
            yield from [top(module)] if name is None else self._name(top(module), name, depth)

    # --- options --------------------------------------------------------------------------------------------------

    def options(self, module: Module) -> dict[str, list[Place]]:
        """The options that a file declares for its command line → their defaults and choices."""
        found = self._options.get(module.path)
        if found is None:
            found = self._options[module.path] = {}
            for place in module.calls:
                for name in declared(place):
                    found.setdefault(name, []).extend(option_values(place))
        return found


def method_name(node: ast.AST) -> str:
    """The last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def entries_of(node: ast.AST) -> dict[object, ast.expr]:
    """The entries of a mapping, written in braces or as `dict(…)`; one whose key is not known has its own key."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {key.value if isinstance(key, ast.Constant) else object(): value for key, value in pairs}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return {keyword.arg or object(): keyword.value for keyword in node.keywords}
    return {}
