"""What an expression of a program comes to, as far as its constants say: strings, through names, files and calls.

Every question has a budget of steps, so that no program makes the answer slow.
"""

from __future__ import annotations

import ast
import re
from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice, product
from string import Formatter
from typing import NamedTuple

from openness.discover import loaders
from openness.discover.callees import bindings, called, declared, given, imported_name, option_values, top
from openness.discover.scopes import DEFINITION, EACH, IMPORT, PARAMETER, PART, UNKNOWN, Binding, Module, Place, parse
from openness.discover.source import Look
from openness.errors import SourceError

MAX_STEPS = 400
MAX_TOTAL = 500_000
"""Steps for all questions about one file: some seconds."""

MAX_DEPTH = 24
MAX_TEXTS = 200
MAX_FILES = 40
"""Other files read for one file."""

KEPT = 1_500_000
"""Characters of other files that are kept for the next files that import from them."""

MAX_SIBLING = 200_000
"""Longest other file that is read, in characters."""

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

_RESULTS = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict)
_SPLITS = ("split", "splitlines")
_PERCENT = re.compile(r"%[sd]")
_PERCENT_NAMED = re.compile(r"%\((\w+)\)[sd]")
_LISTS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
_siblings: OrderedDict[tuple[str, str], Module] = OrderedDict()
"""The files that were last read for others, by path and text."""


class Text(NamedTuple):
    """A string, and the expression that it was read from."""

    text: str
    place: Place


class Values:
    """Answers for one file; it remembers the other files that were read for it."""

    def __init__(self, module: Module, look: Look | None) -> None:
        self.module = module
        self.look = look
        self.steps = 0
        self.total = 0
        self._modules: dict[str, Module | None] = {module.path: module}
        self._entries: dict[int, dict[object, ast.expr]] = {}
        self._options: dict[str, dict[str, list[Place]]] = {}

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

    # --- strings ------------------------------------------------------------------------------------------------

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
            elif _method_name(node) in _SPLITS and isinstance(node, ast.Call):
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
            entries = _entries(node.right)
            values = [entries[key] for key in pieces[1::2] if key in entries]
            pieces = pieces[::2]
        if len(pieces) != len(values) + 1 or "%" in "".join(pieces):
            return None
        parts = [[pieces[0]]]
        for value, piece in zip(values, pieces[1:], strict=True):
            parts += [self._strings(place.to(value), depth), [piece]]
        return parts

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
            module = None if found else self.file(place.module.path, 0, dotted)
            if module is not None:
                yield from self._name(top(module), name, depth)
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
            elif _method_name(made.node) == "namedtuple" and isinstance(made.node, ast.Call):
                names = self._fields(made, made.node, depth)
                placed = given(node, (names.index(name),)) if name in names else None
                if placed is not None:
                    yield from self._origins(one.to(placed), depth)

    def _fields(self, place: Place, node: ast.Call, depth: int) -> list[str]:
        """The fields of `namedtuple("Spec", "name size")`."""
        fields = given(node, (1, "field_names"))
        texts = self._strings(place.to(fields), depth) if fields is not None else []
        return texts[0].replace(",", " ").split() if len(texts) == 1 else texts

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
            elif _method_name(held) in _SPLITS:
                yield one
            else:
                yield from self._keyed(one, held, key, depth)
        if isinstance(key, str):
            for value in place.module.environment.get(key, [])[:MAX_TEXTS]:
                yield from self._origins(value, depth)

    def _keyed(self, place: Place, node: ast.AST, key: object, depth: int) -> Iterator[Place]:
        """The entry of a mapping; all of them where the key is None, that is: not known."""
        entries = self._entries.get(id(node))
        if entries is None:
            entries = self._entries[id(node)] = _entries(node)
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
        elif name in _SPLITS:
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
        level, name, member = binding.target
        self.steps += 1
        if depth > MAX_DEPTH or self.steps > MAX_STEPS:
            return
        module = self.file(binding.place.module.path, level, name)
        if module is not None and member is None:
            yield top(module)
        elif module is not None and member in module.names.names:
            yield from self._name(top(module), str(member), depth + 1)
        elif member is not None:
            inner = self.file(binding.place.module.path, level, f"{name}.{member}" if name else member)
            if inner is not None:
                yield top(inner)
            elif module is not None and module.stars:
                yield from self._name(top(module), member, depth + 1)

    def file(self, path: str, level: int, name: str) -> Module | None:
        """The file of the tree that an import in `path` means; None where there is none, or it cannot be read."""
        folders = path.split("/")[:-1]
        parts = [part for part in name.split(".") if part]
        if level:
            starts = [folders[: len(folders) - level + 1]] if level <= len(folders) + 1 else []
        else:
            starts = [folders[:count] for count in range(len(folders), -1, -1)] + [["src"]]
        for start in starts:
            stem = "/".join([*start, *parts])
            for candidate in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py"):
                module = self._read(candidate) if parts or candidate.endswith("__init__.py") else None
                if module is not None:
                    return module
        return None

    def _read(self, path: str) -> Module | None:
        if path not in self._modules:
            self._modules[path] = None
            content = self.look(path) if self.look is not None and len(self._modules) < MAX_FILES * 20 else None
            small = content is not None and len(content) <= MAX_SIBLING
            if content is not None and small and sum(one is not None for one in self._modules.values()) <= MAX_FILES:
                try:
                    self._modules[path] = sibling(content, path)
                except SourceError:
                    return None
        return self._modules[path]

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


def sibling(content: str, path: str) -> Module:
    """A file that others import from, walked once for several of them. Raises SourceError as `parse` does."""
    module = _siblings.get((path, content))
    if module is None:
        module = _siblings[path, content] = parse(content, path)
        while len(_siblings) > 1 and sum(len(text) for _, text in _siblings) > KEPT:
            _siblings.popitem(last=False)
    _siblings.move_to_end((path, content))
    return module


def _method_name(node: ast.AST) -> str:
    """The last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _entries(node: ast.AST) -> dict[object, ast.expr]:
    """The entries of a mapping, written in braces or as `dict(…)`; one whose key is not known has its own key."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {key.value if isinstance(key, ast.Constant) else object(): value for key, value in pairs}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return {keyword.arg or object(): keyword.value for keyword in node.keywords}
    return {}
