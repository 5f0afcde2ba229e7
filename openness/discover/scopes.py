"""What a Python file says, as names and what is bound to them; `walk` fills it, `values` asks it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NamedTuple

from openness.discover.loaders import Callee

Block = tuple[tuple[int, int], ...]
"""The blocks around a statement, outermost first: (block, arm). Two arms of one block exclude each other."""

Target = tuple[int, str, str | None]
"""What is imported: dots before the module, its name, and the name in it, None for the module itself."""

VALUE, PART, EACH, PARAMETER = "value", "part", "each", "parameter"
IMPORT, DEFINITION, UNKNOWN = "import", "definition", "unknown"


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, a class, a function or a comprehension."""

    node: ast.AST
    parent: Scope | None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    returns: list[Place] = field(default_factory=list)
    """What a function returns."""

    def enclosing(self, kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Scope | None:
        """The nearest scope of a kind, from this one outwards."""
        scope: Scope | None = self
        while scope is not None and not isinstance(scope.node, kind):
            scope = scope.parent
        return scope


class Place(NamedTuple):
    """An expression or definition, and where it stands."""

    node: ast.AST
    scope: Scope
    block: Block
    module: Module

    def to(self, node: ast.AST) -> Place:
        """Another expression at the same place."""
        return Place(node, self.scope, self.block, self.module)

    @property
    def line(self) -> int:
        """1-based; 0 for a module."""
        return getattr(self.node, "lineno", 0)


class Binding(NamedTuple):
    """One way in which a name gets its value."""

    form: str
    """`value`: that of the place; `part`: one of its parts; `each`: its elements in turn; and so on."""

    place: Place
    part: int | None = None
    """Which part of the value or of each element, where it is unpacked."""

    default: Place | None = None
    """Of a parameter."""

    target: Target = (0, "", None)
    """Of an import."""


class Entry(NamedTuple):
    """A value under a name that may say what it is."""

    key: str
    place: Place
    form: str
    """`assigned`, `entry` of a mapping, `parameter`, or `returned`."""

    group: int
    """The mapping, class, function or module that it is in: entries with the same number stand together."""


@dataclass(slots=True, eq=False)
class Module:
    """A Python file, walked."""

    path: str
    names: Scope
    calls: list[Place] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    choices: list[Place] = field(default_factory=list)
    """Every `a or b` and `a if a else b`."""

    links: list[Place] = field(default_factory=list)
    """Every string that may be an address: has `://`, `models--` or `hf-hub:` in it."""

    joins: list[Place] = field(default_factory=list)
    """Strings put together from others, in a file that speaks of the Hub: one may be an address there."""

    options: list[Place] = field(default_factory=list)
    """Every list with a string in it that begins with `--`."""

    stars: list[Binding] = field(default_factory=list)
    scopes: dict[int, Scope] = field(default_factory=dict)
    """The scope that a class or function opens, by the id of its node."""

    attributes: dict[str, list[Place]] = field(default_factory=dict)
    """What is assigned to attributes, fields of classes included, whatever object has them."""

    environment: dict[str, list[Place]] = field(default_factory=dict)
    """What is assigned to entries of a mapping by a constant key, as `os.environ` is set."""

    callees: dict[int, tuple[ast.AST, Callee]] = field(default_factory=dict)
    """What was found that a call calls, by the id of its node, which is kept: no other gets its id."""

    def release(self) -> None:
        """Lets go of all that leads back to it, so that its memory is free at once. It says nothing after that."""
        for scope in (self.names, *self.scopes.values()):
            scope.names.clear()
            scope.returns.clear()
        for held in (self.calls, self.entries, self.choices, self.links, self.joins, self.options, self.stars):
            held.clear()
        for named in (self.scopes, self.attributes, self.environment, self.callees):
            named.clear()
