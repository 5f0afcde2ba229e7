"""Functions of a code base that hand one of their parameters to a loader: calling them loads a model, too."""

from __future__ import annotations

import ast
from typing import NamedTuple

from openness.discover import loaders
from openness.discover.callees import called, carried, given
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
    owner: str = ""
    """The class that it is a method of."""

    rest: bool = False
    """Whether the parameter takes all further arguments, as `*names` does."""

    def arguments(self, node: ast.Call) -> list[ast.expr]:
        """What a call of it hands to the loader."""
        argument = given(node, (self.parameter, self.position))
        return list(node.args[self.position :]) if self.rest else [] if argument is None else [argument]

    def fits(self, node: ast.Call, of: str) -> bool:
        """Whether a call by its name can be one of it; `of` is what stands before the name."""
        if not self.owner:
            return isinstance(node.func, ast.Name)
        common = getattr(node.func, "attr", "") in loaders.rules().lookups
        return not common or of.rpartition(".")[2] in (self.owner, "self", "cls")


def wrappers(values: Values, module: Module) -> dict[str, Wrapper]:
    """The functions and classes of a file that hand a parameter to a loader, by their names."""
    found: dict[str, Wrapper] = {}
    for place in module.joins:
        argument = _hosted(values, place)
        for one in values.comes_to(argument) if argument is not None else ():
            if isinstance(one.node, ast.arg) and one.module is module:
                _add_wrapper(found, one, Rule(None, frozenset(), (0,)), "address")
    calls = [one for place in module.calls for one in (place, *carried(place))]
    for _ in range(MAX_ROUNDS):
        before = len(found)
        for place in calls:
            callee = called(place)
            known = found.get(callee.name)
            rule = loaders.loader(callee) or (known.rule if known else None)
            if rule is None or not isinstance(place.node, ast.Call):
                continue
            argument_of = given(place.node, (known.parameter, known.position) if known else rule.where)
            if argument_of is None or isinstance(argument_of, ast.Constant):
                continue
            for one in values.comes_to(place.to(argument_of)):
                if isinstance(one.node, ast.arg) and one.module is module:
                    _add_wrapper(found, one, rule, known.via if known else callee.name)
        if len(found) == before:
            break
    return found


def _hosted(values: Values, place: Place) -> Place | None:
    """What is put at the end of an address of the Hub's inference service; None for any other string."""
    node = place.node
    if isinstance(node, ast.JoinedStr) and len(node.values) > 1 and isinstance(node.values[-1], ast.FormattedValue):
        before = ast.copy_location(ast.JoinedStr(node.values[:-1]), node)
        last: ast.expr = node.values[-1].value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        before, last = node.left, node.right  # type: ignore[assignment]
    else:
        return None
    found = values.texts(place.to(before))
    return (
        place.to(last)
        if any("huggingface.co/" in one.text and one.text.endswith("/models/") for one in found)
        else None
    )


def _add_wrapper(found: dict[str, Wrapper], place: Place, rule: Rule, via: str) -> None:
    function = place.scope.node
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or not isinstance(place.node, ast.arg):
        return
    parameters = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    owner = place.scope.parent.node if place.scope.parent is not None else None
    is_method = isinstance(owner, ast.ClassDef)
    bound = is_method and not any(getattr(one, "id", "") == "staticmethod" for one in function.decorator_list)
    name = place.node.arg
    position = (parameters.index(name) if name in parameters else len(parameters)) - bound
    called_as, owned_by = function.name, owner.name if isinstance(owner, ast.ClassDef) else ""
    if function.name == "__init__" and owned_by:
        called_as, owned_by = owned_by, ""
    own = parameters[0] if bound and parameters else ""
    if name != own and called_as not in found and loaders.loader(Callee(called_as, "")) is None:
        found[called_as] = Wrapper(position, name, rule, via, owned_by, place.node is function.args.vararg)
