"""JavaScript and TypeScript → the models that a program loads. Nothing is executed.

The tokens are read once; constants are followed through names, members, templates, `+`, `??`, `||` and `?:`.
A reader of our own and not tree-sitter's: its parser for JavaScript (0.25) ended with a segmentation fault on 300 KB of
`{a:` and took 590 MB for a line of 4.5 MB, and a hostile file must not end the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.discover import command_rules, names
from openness.discover.javascript_tokens import MARK, NAME, TEMPLATE, TEXT, Token, tokens
from openness.discover.javascript_values import (
    MAX_EXPRESSION,
    MAX_LENGTH,
    OPENS,
    Program,
    end_of,
    follow_imports,
    is_key,
    program_of,
    template_of,
    values_of,
)
from openness.discover.shell_values import read
from openness.discover.source import Look, Source, use
from openness.errors import CatalogError, SourceError
from openness.model import Use

_ADDRESS = re.compile(
    r"(?:huggingface\.co|hf\.co)/[^\s]*?/(?:resolve|raw|blob)/|^hf://|models--[\w.-]+--", re.IGNORECASE
)
_SERVED = re.compile(r"(?:api-inference|router)\.huggingface\.co/(?:[\w-]+/)?models/([^\s?#]+)", re.IGNORECASE)
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Loader(NamedTuple):
    """A function that loads a model."""

    argument: int
    of: re.Pattern[str]
    kind: str
    bare: bool


class Rules(NamedTuple):
    """`rules/model-javascript.yaml`."""

    loaders: dict[str, list[Loader]]
    makers: re.Pattern[str]
    ollama: re.Pattern[str]
    silent_calls: re.Pattern[str]
    silent_keys: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> Rules:
    path = yamlio.RULES / "model-javascript.yaml"
    top = yamlio.Reader(yamlio.read(path, error=CatalogError), str(path), "the list of loaders", CatalogError)
    loaders: dict[str, list[Loader]] = {}
    for entry in top.maps("loaders"):
        entry.only("call", "argument", "of", "kind", "bare")
        number = entry.need("argument")
        loader = Loader(
            number if isinstance(number, int) else 0,
            re.compile(entry.text("of", ""), re.IGNORECASE),
            entry.text("kind", names.HUB),
            bool(entry.flag("bare")),
        )
        loaders.setdefault(entry.text("call"), []).append(loader)
    return Rules(
        loaders,
        re.compile(top.text("makers")),
        re.compile(top.text("ollama"), re.IGNORECASE),
        re.compile(top.text("silent-calls"), re.IGNORECASE),
        frozenset(top.texts("silent-keys")),
    )


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models of a program, in the order of its lines. Raises SourceError for one that is too long. Linear."""
    if len(source.content) > MAX_LENGTH:
        raise SourceError(f"longer than {MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    jsx = not source.path.lower().endswith((".ts", ".mts", ".cts"))
    found = tokens(source.content, jsx=jsx)
    program = program_of(source, found)
    if look:
        follow_imports(program, look, 0)
    loaded = list(_loaded(program))
    models = {one.model for one in loaded}
    spoken = [one for one in _spoken(program) if one.model not in models]
    distinct: dict[tuple[int, str], Use] = {}
    for one in [*loaded, *spoken]:
        distinct.setdefault((one.line, one.model), one)
    yield from sorted(distinct.values(), key=lambda one: one.line)


def _loaded(program: Program) -> Iterator[Use]:
    """The models of calls that load one, of keys that speak of one, and of addresses."""
    found, rules = program.tokens, _rules()
    stack: list[tuple[int, str]] = []
    for at, token in enumerate(found):
        if token.kind in (TEXT, TEMPLATE):
            yield from _addressed(program, at)
        if token.kind == MARK and token.text in OPENS:
            callee = _callee(program, at) if token.text == "(" else ""
            if callee:
                yield from _called(program, at, callee)
            stack.append((at, callee))
        elif token.kind == MARK and token.text in ")]}" and stack:
            stack.pop()
        elif (
            token.text == ":"
            and token.kind == MARK
            and is_key(found, at - 1)
            and stack
            and found[stack[-1][0]].text == "{"
        ):
            key = found[at - 1].text
            if key in rules.silent_keys or not speaks(key):
                continue
            calls = [(opened, callee) for opened, callee in stack[-8:] if callee]
            yield from _keyed(program, at, key, calls)


def _callee(program: Program, at: int) -> str:
    """What is called by the bracket at `at`: `ollama.chat`, `createOpenAI()`; empty where nothing is."""
    found, parts, back = program.tokens, list[str](), at - 1
    while back >= 0 and len(parts) < 12:
        token = found[back]
        if token.kind == NAME or token.text in (".", "?."):
            if token.kind == NAME and parts and parts[-1] not in (".", "?.", "()"):
                break
            parts.append(token.text)
            back -= 1
        elif token.text == ")" and (not parts or parts[-1] in (".", "?.")):
            opened = next((one for one in range(back, max(back - 60, -1), -1) if program.close.get(one) == back), None)
            if opened is None:
                break
            parts.append("()")
            back = opened - 1
        else:
            break
    if parts and back >= 0 and found[back].text == "function":
        return ""
    return "".join(reversed(parts))


def _called(program: Program, at: int, callee: str) -> Iterator[Use]:
    """The model that a call loads."""
    rules, found = _rules(), program.tokens
    chain, _, last = callee.replace("?.", ".").rpartition(".")
    made = rules.makers.fullmatch(callee.removesuffix("()").rpartition(".")[2]) if callee.endswith("()") else None
    loaders = rules.loaders.get(last, [])
    if made or (not chain and _is_made(program, last)):
        loaders = [Loader(0, re.compile(""), names.OLLAMA if _is_ollama(program, callee) else names.HUB, False)]
    arguments = _arguments(program, at) if loaders else []
    for loader in loaders:
        if loader.argument >= len(arguments) or not loader.of.search(chain):
            continue
        start, end = arguments[loader.argument]
        revision = _keyed_text(program, arguments[loader.argument + 1 :], "revision")
        for value in values_of(program, start, end):
            named = read(value, bare=loader.bare, default=loader.kind)
            if named:
                line = found[start].line
                yield use(program.source, named, line, last if last != "()" else callee, revision)
        return


def _is_made(program: Program, name: str) -> bool:
    """Whether a name was set to what a maker of providers gives."""
    found = program.tokens
    return any(
        at + 1 < len(found) and _rules().makers.fullmatch(found[at].text) and found[at + 1].text == "("
        for at in program.constants.get(name, [])[:4]
    )


def _is_ollama(program: Program, callee: str) -> bool:
    """Whether what is called has to do with Ollama, or was made by something that has."""
    if _rules().ollama.search(callee):
        return True
    first = re.split(r"[.(?]", callee, maxsplit=1)[0]
    return any(
        _rules().ollama.search("".join(token.text for token in program.tokens[at : at + 3]))
        for at in program.constants.get(first, [])[:4]
    )


def _arguments(program: Program, at: int) -> list[tuple[int, int]]:
    """Where the arguments of a call begin and end; at most four."""
    close = program.close.get(at, len(program.tokens))
    found: list[tuple[int, int]] = []
    start = at + 1
    while start < close and len(found) < 4:
        end = end_of(program, start)
        found.append((start, end))
        if end < len(program.tokens) and program.tokens[end].text != ",":
            break
        start = end + 1
    return found


def _keyed_text(program: Program, arguments: Sequence[tuple[int, int]], wanted: str) -> str | None:
    """The value of a key in the objects that are arguments."""
    found = program.tokens
    for start, end in arguments:
        if start < len(found) and found[start].text == "{":
            for at in range(start + 1, min(end, start + MAX_EXPRESSION)):
                if found[at].text == wanted and is_key(found, at) and at + 1 < end and found[at + 1].text == ":":
                    values = values_of(program, at + 2, end_of(program, at + 2))
                    return values[0] if values else None
    return None


def _keyed(program: Program, at: int, key: str, calls: Sequence[tuple[int, str]]) -> Iterator[Use]:
    """The models under a key that speaks of one."""
    found = program.tokens
    callees = [callee for _, callee in calls]
    if any(_rules().silent_calls.search(callee) for callee in callees):
        return
    ollama = any(_is_ollama(program, callee) for callee in callees) or any(
        opened + 1 < len(found) and ":11434" in _first_text(found[opened + 1]) for opened, _ in calls
    )
    end = end_of(program, at + 1)
    line = found[at + 1].line if at + 1 < len(found) else found[at].line
    opened = next(
        (
            back
            for back in range(at, max(at - 60, -1), -1)
            if program.close.get(back, -1) > at and found[back].text == "{"
        ),
        None,
    )
    revision = _keyed_text(program, [(opened, program.close[opened])], "revision") if opened is not None else None
    for value in values_of(program, at + 1, end):
        named = read(value, default=names.OLLAMA if ollama else names.HUB)
        if named:
            yield use(program.source, named, line, f"key {key}", revision)


def _first_text(token: Token) -> str:
    return "".join(part for part in token.parts if isinstance(part, str)) or token.text


def _addressed(program: Program, at: int) -> Iterator[Use]:
    """The model that a text names by an address of one of its files, or of the service that runs it."""
    token = program.tokens[at]
    text = token.text if token.kind == TEXT else _first_text(token)
    if "hugg" not in text and "hf" not in text and "models--" not in text:
        return
    for value in (token.text,) if token.kind == TEXT else template_of(program, token, 0):
        served = _SERVED.search(value)
        named = names.read(served[1]) if served else (read(value) if _ADDRESS.search(value) else None)
        if named:
            yield use(program.source, named, token.line, "address")


def _spoken(program: Program) -> Iterator[Use]:
    """The models that variables, fields and defaults hold whose name speaks of one."""
    for path, places in program.constants.items():
        name = path.rpartition(".")[2]
        if "." in path or not speaks(name) or name in _rules().silent_keys:
            continue
        for at in places:
            ollama = _rules().ollama.search(name) is not None
            for value in values_of(program, at, end_of(program, at)):
                named = read(value, default=names.OLLAMA if ollama else names.HUB)
                if named:
                    line = program.tokens[at].line
                    yield use(program.source, named, line, f"variable {name}")


@lru_cache(maxsize=4096)
def speaks(name: str) -> bool:
    """Whether a key or variable of this name holds a model; `modelId` is compared as `model_id`."""
    return command_rules.speaks(_WORD_ENDS.sub("_", name))
