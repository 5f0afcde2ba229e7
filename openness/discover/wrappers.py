"""Functions of a code base that hand one of their parameters to a loader: calling them loads a model, too."""

from __future__ import annotations

import ast
from typing import NamedTuple

from openness.discover import loaders
from openness.discover.callees import called, given
from openness.discover.loaders import Callee, Rule
from openness.discover.scopes import Module, Place
from openness.discover.values import Values

MAX_ROUNDS = 3
"""How many functions may stand between a call and the loader that it reaches."""


class Wrapper(NamedTuple):
    """A function of the code base that hands one of its parameters to a loader."""

    position: int
    parameter: str
    rule: Rule
    via: str


def wrappers(values: Values, module: Module) -> dict[str, Wrapper]:
    """The functions and classes of a file that hand a parameter to a loader, by their names."""
    found: dict[str, Wrapper] = {}
    for _ in range(MAX_ROUNDS):
        before = len(found)
        for place in module.calls:
            callee = called(place)
            known = found.get(callee.name)
            rule = loaders.loader(callee) or (known.rule if known else None)
            if rule is None or not isinstance(place.node, ast.Call):
                continue
            argument = given(place.node, (known.parameter, known.position) if known else rule.where)
            if argument is None or isinstance(argument, ast.Constant):
                continue
            for one in values.comes_to(place.to(argument)):
                if isinstance(one.node, ast.arg) and one.module is module:
                    _add_wrapper(found, one, rule, known.via if known else callee.name)
        if len(found) == before:
            break
    return found


def _add_wrapper(found: dict[str, Wrapper], place: Place, rule: Rule, via: str) -> None:
    function = place.scope.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or not isinstance(place.node, ast.arg):
        return
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    method = parameters[:1] in (["self"], ["cls"])
    name = place.node.arg
    position = parameters.index(name) - method if name in parameters else len(parameters)
    owner = place.scope.parent
    called_as = function.name
    if function.name == "__init__" and owner is not None and isinstance(owner.node, ast.ClassDef):
        called_as = owner.node.name
    if name not in ("self", "cls") and called_as not in found and loaders.loader(Callee(called_as, "")) is None:
        found[called_as] = Wrapper(position, name, rule, via)
