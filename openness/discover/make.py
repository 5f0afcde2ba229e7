"""Makefiles → the models that variables and recipes name.

Recipes are shell texts once make has replaced its own variables; `shell` reads them. Source: the GNU make manual.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from openness.discover import shell
from openness.discover.shell_values import MAX_VALUE
from openness.discover.source import Look, Source
from openness.errors import SourceError
from openness.usage import Use

MAX_CALLS = 3_000
"""Most functions of make that are replaced in a file."""

MAX_DEPTH = 8
"""Most times that a variable is replaced within a variable."""

_ASSIGNED = re.compile(r"[ ]*(?:(?:export|override|private)\s+)*([A-Za-z_][\w.-]*)[ \t]*(?:\?|\+|:{1,3}|!)?=[ \t]*(.*)")
_TARGETED = re.compile(r"[^\t#=:][^#=:]*:\s*(?:export\s+)?([A-Za-z_][\w.-]*)[ \t]*(?:\?|\+|:{1,3})?=[ \t]*(.*)")
_ON_THE_RULE = re.compile(r"[^\t#=]+:[^=;]*;(.*)")
_OF_MAKE = re.compile(r"\$\$|\$[({]([A-Za-z_][\w.-]*)[)}]|\$[({](?:or|if)\s[^(){}]*(?:\$[({]\w+[)}][^(){}]*)*[)}]")
_DEFINED = re.compile(r"^define[ \t]+([\w.-]+)[^\n]*\n((?:(?!endef)[^\n]*\n){0,200})endef", re.MULTILINE)
_FUNCTION = re.compile(r"\$([({])(call|foreach)\s+")
_OR = re.compile(r"\$[({](?:or|if)\s+\$[({](\w+)[)}],(?:[^,(){}]*,)*\s*([^,(){}]+)[)}]")


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models of a Makefile, in the order of its lines. Raises SourceError for one that is too long."""
    if len(source.content) > shell.MAX_LENGTH:
        raise SourceError(f"longer than {shell.MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    variables: dict[str, str] = {
        name: re.sub(r"(?:^|\n)[ \t]*[@-]*", " ; ", text.rstrip()).lstrip(" ;")
        for name, text in _DEFINED.findall(source.content)
    }
    spoken: list[Use] = []
    recipes: list[tuple[int, list[str]]] = []
    for number, lines in _logical(source.content):
        if lines[0].startswith("\t"):
            recipes.append((number, lines))
            continue
        text = "\n".join(lines)
        on_the_rule = _ON_THE_RULE.fullmatch(lines[0])
        if on_the_rule and len(lines) == 1:
            recipes.append((number, [on_the_rule[1]]))
            continue
        joined = re.sub(r"[ \t]*\\\n[ \t]*", " ", text)
        found = _ASSIGNED.fullmatch(joined) or _TARGETED.fullmatch(joined)
        if found:
            value = found[2].partition(" #")[0].strip()
            variables[found[1]] = value
            spoken += _variable(source, found[1], _OR.sub(_either(variables), value), number, lines)
    known = {name: _replaced(value, variables) for name, value in variables.items()}
    left = [MAX_CALLS]
    uses = [one for number, lines in recipes for one in _recipe(source, number, lines, known, left, look)]
    loaded = {one.model for one in uses}
    kept = [*uses, *(one for one in spoken if one.model not in loaded)]
    yield from shell.as_written(source, sorted(kept, key=lambda one: one.line))


def _logical(content: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with the ones that they are continued on, and the number of the first."""
    joined: list[str] = []
    number = 1
    for at, line in enumerate(content.split("\n"), 1):
        number = number if joined else at
        joined.append(line)
        if not line.endswith("\\"):
            yield number, joined
            joined = []
    if joined:
        yield number, joined


def _variable(source: Source, name: str, value: str, number: int, lines: list[str]) -> Iterator[Use]:
    """The models of a variable that speaks of one, several with blanks between; each on its own line."""
    for word in value.split()[:100]:
        line = next((number + at for at, text in enumerate(lines) if word in text), number)
        yield from shell.variable(source, name, word.strip("\"'"), line)


def _replaced(text: str, variables: dict[str, str]) -> str:
    """A value with the variables in it replaced; bounded in depth and length."""
    for _ in range(MAX_DEPTH):
        after = _OF_MAKE.sub(lambda found: variables.get(found[1] or "", found[0]), _OR.sub(_either(variables), text))
        if after == text or len(after) > MAX_VALUE:
            break
        text = after
    return text[:MAX_VALUE]


def _either(variables: dict[str, str]) -> Callable[[re.Match[str]], str]:
    """`$(or $(X),name)` is X where that is known."""
    return lambda found: variables.get(found[1]) or found[2]


def _recipe(
    source: Source, number: int, lines: list[str], known: dict[str, str], left: list[int], look: Look | None
) -> list[Use]:
    """The models of one recipe line."""
    lines = [line.removeprefix("\t") for line in lines]
    text = "\n".join([lines[0].lstrip("@-+ \t"), *lines[1:]])
    text = _OR.sub(_either(known), _expanded(text, known, left, 0))
    text = _OF_MAKE.sub(lambda found: "$" if found[0] == "$$" else f"${{{found[1]}}}" if found[1] else found[0], text)
    return shell.run(source.at(number, text), look, {name: (value,) for name, value in known.items()})


def _expanded(text: str, known: dict[str, str], left: list[int], depth: int) -> str:
    """A recipe with `$(call f,a,b)` as what f comes to, and `$(foreach …)` as a loop of the shell."""
    found = _FUNCTION.search(text)
    left[0] -= found is not None
    if found is None or depth > MAX_DEPTH or len(text) > MAX_VALUE or left[0] < 0:
        return text
    parts, end = _arguments(text, found.end(), ")" if found[1] == "(" else "}")
    after = _expanded(text[end:], known, left, depth + 1)
    name, *rest = [part.strip() for part in parts]
    if found[2] == "call" and name in known:
        body = re.sub(r"\$[({]?([1-9])[)}]?", lambda one: "".join(rest[int(one[1]) - 1 : int(one[1])]), known[name])
        return text[: found.start()] + _expanded(body, known, left, depth + 1) + after
    if found[2] == "foreach" and len(rest) == 2:
        body = re.sub(rf"\$[({{]{re.escape(name)}[)}}]", f"$${name}", rest[1].rstrip("; "))
        return f"{text[: found.start()]}for {name} in {rest[0]}; do {body}; done {after}"
    return text[:end] + after


def _arguments(text: str, at: int, end: str) -> tuple[list[str], int]:
    """The arguments of a function of make, and where it ends."""
    parts, depth, begun = list[str](), 0, at
    while at < len(text):
        char = text[at]
        if char in ",)}" and not depth and char in (",", end):
            parts.append(text[begun:at])
            begun = at + 1
            if char == end:
                return parts, at + 1
        depth += (char in "({") - (char in ")}" and depth > 0)
        at += 1
    return [*parts, text[begun:]], at
