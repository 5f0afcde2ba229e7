"""Justfiles → the models that variables, the defaults of parameters and recipes name.

Recipes are shell texts, or programs of another language, once just has replaced what stands in `{{ … }}`.
Source: the Just Programmer's Manual, grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from openness.discover import shell
from openness.discover.shell_values import MAX_VALUE
from openness.discover.source import Look, Source
from openness.errors import SourceError
from openness.usage import Use

MAX_CALLS = 200
"""Most dependencies with arguments that are looked into."""

MAX_DEPTH = 8

_ASSIGNED = re.compile(r"(export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)")
_HEADER = re.compile(r"@?([A-Za-z_][\w-]*)((?:\s+(?:[^:\s\"'(]|\"[^\"]*\"|'[^']*'|\([^()]*\))+)*)\s*:(?!=)(.*)")
_PARAMETER = re.compile(r"[+*]?(\$?)([A-Za-z_][\w-]*)(?:\s*=\s*((?:\"[^\"]*\"|'[^']*'|\([^()]*\)|[\w-]+)))?")
_TOKEN = re.compile(r"\s*(?:(\"(?:[^\"\\]|\\.)*\"|'[^']*')|([A-Za-z_][\w-]*)|([+/(),]))")
_HOLE = re.compile(r"\{\{(?!\{)([^{}]{0,300})\}\}")
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[\w-]+")
_CALL = re.compile(r"\(\s*([A-Za-z_][\w-]*)((?:\s+(?:\"[^\"]*\"|'[^']*'|[\w-]+))+)\s*\)")
_ENVIRONMENT = frozenset({"env", "env_var_or_default"})
_UNKNOWN = "${just}"

Known = dict[str, str]


class Parameter(NamedTuple):
    """A parameter of a recipe."""

    name: str
    default: str | None
    exported: bool


class Recipe(NamedTuple):
    """A recipe; its text begins behind its head, which stands on `line`, 1-based."""

    name: str
    parameters: tuple[Parameter, ...]
    after: str
    line: int
    text: str


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models of a justfile, in the order of its lines. Raises SourceError for one that is too long."""
    if len(source.content) > shell.MAX_LENGTH:
        raise SourceError(f"longer than {shell.MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    known: Known = {}
    exported: set[str] = set()
    spoken: list[Use] = []
    recipes: dict[str, Recipe] = {}
    for line, text in _top(source.content):
        assigned, head = _ASSIGNED.fullmatch(text), _HEADER.match(text)
        if assigned:
            value = _value(assigned[3], known)
            known[assigned[2]] = value
            exported |= {assigned[2]} if assigned[1] else set()
            spoken += shell.variable(source, assigned[2], value, line)
        elif head:
            first, _, body = text.partition("\n")
            head = _HEADER.fullmatch(first)
            if head:
                parameters = tuple(
                    Parameter(one[2], _value(one[3], known) if one[3] else None, bool(one[1]))
                    for one in _PARAMETER.finditer(head[2])
                )
                recipes[head[1]] = Recipe(head[1], parameters, head[3], line, body)
    uses = [one for recipe in recipes.values() for one in _recipe(source, recipe, known, exported, (), look)]
    uses += _called(source, recipes, known, exported, look)
    for recipe in recipes.values():
        for one in recipe.parameters:
            spoken += shell.variable(source, one.name, one.default or "", recipe.line)
    loaded = {one.model for one in uses}
    found = [*uses, *(one for one in spoken if one.model not in loaded)]
    yield from shell.as_written(source, sorted(dict.fromkeys(found), key=lambda one: one.line))


def _top(content: str) -> Iterator[tuple[int, str]]:
    """The lines that are not indented, each with those below it that are."""
    begun, held = 1, list[str]()
    for number, line in enumerate(content.split("\n"), 1):
        if line[:1] in (" ", "\t") or not line:
            held += [line] if held else []
            continue
        if held:
            yield begun, "\n".join(held).rstrip("\n")
        begun, held = number, [line] if line[0] not in "#[" else []
    if held:
        yield begun, "\n".join(held).rstrip("\n")


def _value(expression: str, known: Mapping[str, str]) -> str:
    """What an expression of texts, names, `+`, `/` and `env(…, default)` comes to; a hole for what is not known."""
    parts: list[str] = []
    at, called, expression = 0, "", expression.strip()
    while at < len(expression) and len(parts) < 50:
        token = _TOKEN.match(expression, at)
        if token is None:
            break
        at = token.end()
        text, name, mark = token.groups()
        if name and expression[at : at + 1] == "(":
            called = name
        elif mark == "," and called in _ENVIRONMENT:
            parts = []
        elif mark == "/":
            parts.append("/")
        elif text is not None:
            parts.append(text[1:-1])
        elif name:
            parts.append(known.get(name, _UNKNOWN))
    return "".join(parts)[:MAX_VALUE] if not called or called in _ENVIRONMENT else _UNKNOWN


def _recipe(
    source: Source, recipe: Recipe, known: Known, exported: set[str], given: Sequence[str], look: Look | None
) -> list[Use]:
    """The models of a recipe, its parameters as `given` or as their defaults."""
    own = dict(known) if recipe.parameters else known
    names = set(exported)
    for number, one in enumerate(recipe.parameters):
        own[one.name] = given[number] if number < len(given) else one.default or _UNKNOWN
        names |= {one.name} if one.exported else set()
    text = _HOLE.sub(lambda found: _value(found[1], own), recipe.text)
    lines = text.split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    lines = [line[indent:] for line in lines]
    if lines[0].startswith("#!") and "sh" not in lines[0].rpartition("/")[2].split()[-1:][0]:
        form = "python" if "python" in lines[0] else "javascript"
        try:
            return list(
                import_module(f"openness.discover.{form}").find(source.at(recipe.line + 1, "\n".join(lines)), look)
            )
        except SourceError:
            return []
    text = "\n".join(line.lstrip("@-") for line in lines)
    return shell.run(source.at(recipe.line + 1, text), look, {name: (own[name],) for name in names if name in own})


def _called(
    source: Source, recipes: Mapping[str, Recipe], known: Known, exported: set[str], look: Look | None
) -> Iterator[Use]:
    """The models of recipes that others depend on with arguments, `(fetch "name")`, or start with `just fetch name`."""
    left = MAX_CALLS
    for recipe in recipes.values():
        for line, name, given in _calls(recipe, known):
            wanted = recipes.get(name)
            left -= 1
            if wanted is None or left < 0:
                continue
            for one in _recipe(source, wanted, known, exported, given, look):
                if any(one.model in value for value in given):
                    yield one._replace(line=source.line(line))


def _calls(recipe: Recipe, known: Known) -> Iterator[tuple[int, str, list[str]]]:
    """Line, name and arguments of the recipes that one starts."""
    for found in _CALL.finditer(recipe.after):
        yield recipe.line, found[1], [_value(one, known) for one in _WORD.findall(found[2])]
    for line, text in enumerate(recipe.text.split("\n"), recipe.line + 1):
        words = text.lstrip(" \t@-").split()
        if words[:1] == ["just"]:
            name, *given = [word for word in words[1:] if not word.startswith("-")] or [""]
            yield line, name, [word.strip("\"'") for word in given]
