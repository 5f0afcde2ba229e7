"""One walk over the syntax tree of a Python file, without recursion → its names, calls and entries. Nothing is run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from openness.discover.scopes import (
    DEFINITION,
    EACH,
    IMPORT,
    PARAMETER,
    PART,
    UNKNOWN,
    VALUE,
    Binding,
    Entry,
    Module,
    Place,
    Scope,
)
from openness.errors import SourceError

MAX_SIZE = 500_000
"""Longest program that is parsed, in characters: the syntax tree of a longer one can take over 250 MB."""

MAX_JOINS = 500
"""Strings put together from others that are kept."""

_HUB = re.compile("hugging_?face|hf_", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def parse(content: str, path: str) -> Module:
    """The file, walked. Linear. Raises SourceError for what is not Python 3 or too large or too deep."""
    if len(content) > MAX_SIZE:
        raise SourceError(f"a program longer than {MAX_SIZE:,} characters is not read", path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content.removeprefix("\ufeff"))
    except SyntaxError as problem:
        raise SourceError(f"not Python 3: {problem.msg}", path, problem.lineno) from None
    except (RecursionError, MemoryError):
        raise SourceError("too deeply nested to be read as Python", path) from None
    except ValueError as problem:
        raise SourceError(f"not Python 3: {problem}", path) from None
    module = Module(path, Scope(tree, None))
    _Walk(module).all(tree)
    if _HUB.search(content) is None:
        module.joins.clear()
    del module.joins[MAX_JOINS:]
    return module


class _Walk:
    """Fills a module from its tree. The stack is a list: no tree is too deep for it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.stack: list[Place] = []
        self.serial = 0

    def all(self, tree: ast.Module) -> None:
        top = Place(tree, self.module.names, (), self.module)
        self.stack.extend(top.to(node) for node in reversed(tree.body))
        while self.stack:
            here = self.stack.pop()
            handler = _HANDLERS.get(type(here.node))
            if handler is None:
                self.push(here, list(ast.iter_child_nodes(here.node)))
            else:
                handler(self, here, here.node)

    def push(self, here: Place, nodes: Sequence[ast.AST]) -> None:
        """Puts nodes on the stack so that the first is walked first."""
        _, scope, block, module = here
        self.stack += [Place(node, scope, block, module) for node in reversed(nodes) if type(node) not in _LEAVES]

    def arm(self, here: Place, arm: int = 0) -> Place:
        """Inside a block of the statement that was numbered last."""
        return here._replace(block=(*here.block, (self.serial, arm)))

    def value(self, here: Place, node: ast.Attribute | ast.keyword | ast.Await) -> None:
        self.push(here, [node.value])

    # --- statements ---------------------------------------------------------------------------------------------

    def expression(self, here: Place, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.push(here, [node.value])

    def branches(self, here: Place, node: ast.If) -> None:
        self.serial += 1
        self.push(self.arm(here, 1), list(node.orelse))
        self.push(self.arm(here, 0), list(node.body))
        self.push(here, [node.test])

    def cases(self, here: Place, node: ast.Match) -> None:
        self.serial += 1
        for number, case in reversed(list(enumerate(node.cases))):
            self.push(self.arm(here, number), list(case.body))
        self.push(here, [node.subject])

    def attempts(self, here: Place, node: ast.Try) -> None:
        bodies = [node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody]
        for body in reversed(bodies):
            self.serial += 1
            self.push(self.arm(here), list(body))

    def loop(self, here: Place, node: ast.For | ast.AsyncFor) -> None:
        self.serial += 1
        inside = self.arm(here)
        self.push(here, list(node.orelse))
        self.push(inside, list(node.body))
        self.push(here, [node.iter])
        self.bind(inside, node.target, EACH, node.iter)

    def repeat(self, here: Place, node: ast.While) -> None:
        self.serial += 1
        self.push(here, list(node.orelse))
        self.push(self.arm(here), list(node.body))
        self.push(here, [node.test])

    def within(self, here: Place, node: ast.With | ast.AsyncWith) -> None:
        self.push(here, [*(item.context_expr for item in node.items), *node.body])
        for item in node.items:
            if item.optional_vars is not None:
                self.bind(here, item.optional_vars, UNKNOWN, item.context_expr)

    def imports(self, here: Place, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            full = alias.name if alias.asname else name
            self.add(here, name, Binding(IMPORT, here, target=(0, full, None)))

    def imports_from(self, here: Place, node: ast.ImportFrom) -> None:
        for alias in node.names:
            binding = Binding(IMPORT, here, target=(node.level, node.module or "", alias.name))
            if alias.name == "*":
                self.module.stars.append(binding)
            else:
                self.add(here, alias.asname or alias.name, binding)

    def returned(self, here: Place, node: ast.Return) -> None:
        if node.value is None:
            return
        self.push(here, [node.value])
        scope = here.scope.enclosing((ast.FunctionDef, ast.AsyncFunctionDef))
        if scope is not None and isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            value = here.to(node.value)
            scope.returns.append(value)
            self.module.entries.append(Entry(scope.node.name, value, "returned", id(scope.node)))

    # --- definitions --------------------------------------------------------------------------------------------

    def function(self, here: Place, node: Function) -> None:
        inside = self.open(here, node)
        self.parameters(here, inside, node.args)
        if isinstance(node, ast.Lambda):
            inside.scope.returns.append(inside.to(node.body))
            self.push(inside, [node.body])
            return
        self.add(here, node.name, Binding(DEFINITION, here))
        for decorator in node.decorator_list:
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                if keyword.arg == "params":  # what a fixture of pytest gives in turn
                    self.enter(node.name, here.to(keyword.value), VALUE)
        self.push(inside, list(node.body))
        self.push(here, list(node.decorator_list))

    def parameters(self, here: Place, inside: Place, arguments: ast.arguments) -> None:
        """Binds the parameters of a function; their defaults stand outside it."""
        plain = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
        pairs = [
            *zip(plain, [*defaults, *arguments.defaults], strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            given = None if default is None else here.to(default)
            self.add(inside, parameter.arg, Binding(PARAMETER, inside.to(parameter), default=given))
            if given is not None:
                self.module.entries.append(Entry(parameter.arg, given, "parameter", id(inside.node)))
                self.push(here, [given.node])
        if arguments.vararg is not None:
            self.add(inside, arguments.vararg.arg, Binding(PARAMETER, inside.to(arguments.vararg)))

    def klass(self, here: Place, node: ast.ClassDef) -> None:
        inside = self.open(here, node)
        self.add(here, node.name, Binding(DEFINITION, here))
        self.push(inside, list(node.body))
        self.push(here, [*node.decorator_list, *node.bases, *node.keywords])

    def comprehension(self, here: Place, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        inside = self.open(here, node)._replace(block=here.block)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.push(inside, list(results))
        for generator in node.generators:
            self.bind(inside, generator.target, EACH, generator.iter)
            self.push(inside, [generator.iter, *generator.ifs])

    def open(self, here: Place, node: ast.AST) -> Place:
        scope = Scope(node, here.scope)
        self.module.scopes[id(node)] = scope
        return Place(node, scope, (), self.module)

    # --- bindings -----------------------------------------------------------------------------------------------

    def assign(self, here: Place, node: ast.Assign) -> None:
        for target in node.targets:
            self.bind(here, target, VALUE, node.value)
        self.push(here, [*node.targets, node.value])

    def annotated(self, here: Place, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.bind(here, node.target, VALUE, node.value)
            self.push(here, [node.value])

    def augmented(self, here: Place, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add):
            before = ast.copy_location(ast.Name(node.target.id), node.target)
            both = ast.copy_location(ast.BinOp(before, node.op, node.value), node)
            self.add(here, node.target.id, Binding(VALUE, here.to(both)))
        else:
            self.bind(here, node.target, UNKNOWN, node.value)
        if isinstance(node.target, ast.Name | ast.Attribute):
            name = node.target.id if isinstance(node.target, ast.Name) else node.target.attr
            self.enter(name, here.to(node.value), VALUE)
        self.push(here, [node.value])

    def walrus(self, here: Place, node: ast.NamedExpr) -> None:
        self.bind(here, node.target, VALUE, node.value)
        self.push(here, [node.value])

    def bind(self, here: Place, target: ast.AST, form: str, value: ast.expr, index: int | None = None) -> None:
        """Binds what is assigned to, a name, an attribute, an entry, or several of them."""
        while isinstance(target, ast.Starred):
            target = target.value
        place = here.to(value)
        if isinstance(target, ast.Tuple | ast.List):
            self.unpack(here, target.elts, form, value)
        elif isinstance(target, ast.Name):
            self.add(here, target.id, Binding(form, place, index))
            self.enter(target.id, place, form)
            if isinstance(here.scope.node, ast.ClassDef) and form == VALUE:
                self.module.attributes.setdefault(target.id, []).append(place)
        elif isinstance(target, ast.Attribute) and form == VALUE:
            self.module.attributes.setdefault(target.attr, []).append(place)
            owner = here.scope.enclosing(ast.ClassDef)
            if owner is not None and isinstance(target.value, ast.Name) and target.value.id in ("self", "cls"):
                owner.names.setdefault(target.attr, []).append(Binding(VALUE, place))
            self.enter(target.attr, place, form)
        elif isinstance(target, ast.Subscript) and form == VALUE:
            key = target.slice.value if isinstance(target.slice, ast.Constant) else None
            if isinstance(key, str):
                self.module.environment.setdefault(key, []).append(place)
                self.enter(key, place, form)
            if isinstance(target.value, ast.Name | ast.Attribute):
                self.enter(target.value.id if isinstance(target.value, ast.Name) else target.value.attr, place, form)

    def unpack(self, here: Place, targets: list[ast.expr], form: str, value: ast.expr) -> None:
        same = form == VALUE and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets)
        for number, target in enumerate(targets):
            if same and isinstance(value, ast.Tuple | ast.List):
                self.bind(here, target, VALUE, value.elts[number])
            elif isinstance(target, ast.Name):
                self.bind(here, target, PART if form == VALUE else form, value, number)

    def enter(self, key: str, place: Place, form: str) -> None:
        if form == VALUE:
            self.module.entries.append(Entry(key, place, "assigned", id(place.scope.node)))

    def add(self, here: Place, name: str, binding: Binding) -> None:
        if binding.place.block is not here.block:
            binding = binding._replace(place=binding.place._replace(block=here.block))
        here.scope.names.setdefault(name, []).append(binding)

    # --- expressions --------------------------------------------------------------------------------------------

    def call(self, here: Place, node: ast.Call) -> None:
        self.module.calls.append(here)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in _SETTERS and len(node.args) == 2:
            self.set(here, node.args[0], node.args[1])
        elif name == "update" and len(node.args) == 1 and isinstance(node.args[0], ast.Dict):
            for key, value in zip(node.args[0].keys, node.args[0].values, strict=True):
                self.set(here, key, value)
        elif name == "format":
            self.module.joins.append(here)
        self.push(here, [node.func, *node.args, *node.keywords])

    def set(self, here: Place, key: ast.expr | None, value: ast.expr) -> None:
        """An entry of the environment, or of another mapping."""
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self.module.environment.setdefault(key.value, []).append(here.to(value))

    def mapping(self, here: Place, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self.module.entries.append(Entry(key.value, here.to(value), "entry", id(node)))
        self.push(here, [*(key for key in node.keys if key is not None), *node.values])

    def listed(self, here: Place, node: ast.List | ast.Tuple) -> None:
        texts = [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if any(text.startswith("--") for text in texts):
            self.module.options.append(here)
        self.push(here, list(node.elts))

    def choice(self, here: Place, node: ast.BoolOp) -> None:
        self.module.choices.append(here)
        self.push(here, list(node.values))

    def alternative(self, here: Place, node: ast.IfExp) -> None:
        self.module.choices.append(here)
        self.push(here, [node.test, node.body, node.orelse])

    def joined(self, here: Place, node: ast.JoinedStr) -> None:
        pieces = [part for part in node.values if isinstance(part, ast.Constant)]
        if any("://" in str(piece.value) or "models--" in str(piece.value) for piece in pieces):
            self.module.links.append(here)
        else:
            self.module.joins.append(here)
        self.push(here, [part for part in node.values if not isinstance(part, ast.Constant)])

    def operation(self, here: Place, node: ast.BinOp) -> None:
        """A sum of several is one join: that of all."""
        if isinstance(node.op, ast.Add | ast.Mod):
            self.module.joins.append(here)
        operands: list[ast.AST] = [node.right]
        left: ast.AST = node.left
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            operands.append(left.right)
            left = left.left
        self.push(here, [left, *reversed(operands)])

    def constant(self, here: Place, node: ast.Constant) -> None:
        if isinstance(node.value, str) and ("://" in node.value or "models--" in node.value or "hf-hub:" in node.value):
            self.module.links.append(here)


_SETTERS = ("setdefault", "setenv", "putenv")
_LEAVES = frozenset((ast.Name, ast.Load, ast.Store, ast.Pass, ast.Global, ast.Nonlocal, ast.Break, ast.Continue))
_HANDLERS: dict[type[ast.AST], Callable[[_Walk, Place, Any], None]] = {
    ast.Expr: _Walk.expression,
    ast.If: _Walk.branches,
    ast.Match: _Walk.cases,
    ast.Try: _Walk.attempts,
    ast.TryStar: _Walk.attempts,
    ast.For: _Walk.loop,
    ast.AsyncFor: _Walk.loop,
    ast.While: _Walk.repeat,
    ast.With: _Walk.within,
    ast.AsyncWith: _Walk.within,
    ast.Import: _Walk.imports,
    ast.ImportFrom: _Walk.imports_from,
    ast.Return: _Walk.returned,
    ast.FunctionDef: _Walk.function,
    ast.AsyncFunctionDef: _Walk.function,
    ast.Lambda: _Walk.function,
    ast.ClassDef: _Walk.klass,
    ast.ListComp: _Walk.comprehension,
    ast.SetComp: _Walk.comprehension,
    ast.GeneratorExp: _Walk.comprehension,
    ast.DictComp: _Walk.comprehension,
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.annotated,
    ast.AugAssign: _Walk.augmented,
    ast.NamedExpr: _Walk.walrus,
    ast.Call: _Walk.call,
    ast.Dict: _Walk.mapping,
    ast.List: _Walk.listed,
    ast.Tuple: _Walk.listed,
    ast.BinOp: _Walk.operation,
    ast.BoolOp: _Walk.choice,
    ast.IfExp: _Walk.alternative,
    ast.JoinedStr: _Walk.joined,
    ast.Constant: _Walk.constant,
    ast.Attribute: _Walk.value,
    ast.keyword: _Walk.value,
    ast.Await: _Walk.value,
}
