"""What is known of a shell text's variables, and the arguments that its words come to; `shell.py` walks the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from openness.discover import names, shell_words
from openness.discover.names import Named
from openness.discover.shell_words import Command, Variable, Word
from openness.discover.source import Look, Source
from openness.usage import Use

MAX_VALUES = 16
"""Most values of a word that are told apart."""

MAX_POSITIONS = 100
"""Most arguments of a function that are known."""

MAX_VALUE = 20_000
"""Longest value of a variable, in characters."""

ADDRESS = re.compile(r"(?:huggingface\.co|hf\.co)[/:]", re.IGNORECASE)


class Argument(NamedTuple):
    """A word of a command line with the values that it may have."""

    values: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """Its first value."""
        return self.values[0] if self.values else ""


class Function(NamedTuple):
    """Where the commands of a shell function stand."""

    source: Source
    commands: Sequence[Command]
    body: tuple[int, int]


class State(NamedTuple):
    """What is known at a place of the text, and what was found up to there."""

    source: Source
    look: Look | None
    known: dict[str, tuple[str, ...]]
    """Values of variables; of an array under `X[@]`, and each under `X[0]`."""

    uses: list[Use]
    spoken: list[Use]
    """Of variables that speak of a model; they count where no command in the text loads it."""

    depth: int
    functions: dict[str, Function]
    left: list[int]
    """How many commands may still be looked at again, in functions and loops."""


def read(value: str, *, bare: bool = False, default: str = names.HUB) -> Named | None:
    """`names.read`, without what shells add to a name."""
    if value.startswith(("/", ".", "~")) and "models--" not in value:
        return None
    if ADDRESS.search(value):
        value = value.removesuffix("/").removesuffix(".git")
        return names.linked(value.replace("git@hf.co:", "hf.co/"))
    if default == "docker":
        return Named(value, "docker") if re.fullmatch(r"[a-z0-9][\w.-]*/[\w./-]+(?::[\w.-]+)?", value) else None
    return names.read(value, bare=bare, default=default)


def expanded(state: State, word: Word, *, split: bool = True) -> list[Argument]:
    """The arguments that a word comes to: several for an array, or for a variable with spaces in it."""
    only = word.parts[0] if len(word.parts) == 1 else None
    if isinstance(only, Variable) and only.name[:1] in ("@", "*") and "@[@]" in state.known:
        skipped = only.name[2:]  # `${@:2}`
        return [Argument((one,), word.line) for one in state.known["@[@]"][max(int(skipped or 1) - 1, 0) :]]
    if isinstance(only, Variable) and only.name.endswith(("[@]", "[*]")):
        items = state.known.get(only.name[:-3] + "[@]")
        if items is not None:
            return [Argument((item,), word.line) for item in items]
    values = values_of(state, word)
    if split and not word.quoted and isinstance(only, Variable) and len(values) == 1 and len(values[0].split()) > 1:
        return [Argument((one,), word.line) for one in values[0].split()]
    return [Argument(values, word.line)]


def values_of(state: State, word: Word) -> tuple[str, ...]:
    """What a word may be; a part that is not known stays as `$name`, which no name of a model holds."""
    options = [(part,) if isinstance(part, str) else _of_variable(state, part) for part in word.parts]
    found: dict[str, None] = {}
    for parts in product(*(one[:MAX_VALUES] for one in options)):
        found["".join(parts)[:MAX_VALUE]] = None
        if len(found) >= MAX_VALUES:
            break
    return tuple(found)


def _of_variable(state: State, part: Variable) -> tuple[str, ...]:
    name, _, index = part.name.partition("[")
    values = state.known.get(part.name)
    if values is None and index:
        values = state.known.get(f"{name}[@]") if not index[:-1].isdigit() else None
    elif values is None:
        values = state.known.get(f"{name}[0]")
    if not values:
        values = tuple(value for word in part.fallback for value in values_of(state, word))
        if values and part.sets:
            state.known[part.name] = values
    if part.cut:
        cut = [_cut(value, part.cut) for value in values or ()]
        return tuple(one for one in cut if one is not None) or ("$?",)
    return values or (f"${part.name or '?'}",)


def _cut(value: str, how: str) -> str | None:
    """`%@*` and its like: a value without its end or beginning. None for a pattern with more than that in it."""
    mark, greedy = how[0], how[:2] in ("%%", "##")
    pattern = how.lstrip("%#")
    end = mark == "%"
    text = (pattern.removesuffix("*") if end else pattern.removeprefix("*")) if "*" in pattern else pattern
    if not text or "*" in text or "[" in text:
        return None
    if text == pattern:
        return value.removesuffix(text) if end else value.removeprefix(text)
    at = value.find(text) if greedy == end else value.rfind(text)
    if at < 0:
        return value
    return value[:at] if end else value[at + len(text) :]


def bind(known: dict[str, tuple[str, ...]], values: Sequence[str]) -> None:
    """Sets `$1` and those that follow, and `$@`; what they were is forgotten."""
    for number in range(1, len(known.get("@[@]", ())) + 1):
        known.pop(str(number), None)
    known.update({str(number): (value,) for number, value in enumerate(values[:MAX_POSITIONS], 1)})
    known["@[@]"] = tuple(values[:MAX_POSITIONS])


def known_values(state: State, argument: Argument) -> Argument:
    """An argument of a list whose values may hold `$X`, as the program that reads the list replaces it."""
    values: list[str] = []
    for value in argument.values:
        word = (
            [command.words for command in shell_words.commands('"' + value.replace('"', "") + '"')]
            if "$" in value
            else []
        )
        values += values_of(state, word[0][0]) if word and word[0] else [value]
    return Argument(tuple(values), argument.line)
