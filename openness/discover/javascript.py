"""JavaScript and TypeScript → the models that a program loads. Nothing is executed.

The tokens are read once; constants are followed through names, members, templates, `+`, `??`, `||` and `?:`.
A reader of our own and not tree-sitter's: its parser for JavaScript (0.25) ended with a segmentation fault on 300 KB of
`{a:` and took 590 MB for a line of 4.5 MB, and a hostile file must not end the run.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from openness import yamlio
from openness.discover import command_rules, names
from openness.discover.javascript_tokens import MARK, NAME, TEMPLATE, TEXT, Token, tokens
from openness.discover.shell_values import read
from openness.discover.source import Look, Source, use
from openness.errors import CatalogError, SourceError
from openness.model import Use

MAX_LENGTH = 2_000_000
"""Longest program that is read, in characters."""

MAX_EXPRESSION = 300
"""Longest expression that is evaluated, in tokens."""

MAX_DEPTH = 12
"""Most constants that are followed one through the other."""

MAX_VALUES = 16

_ADDRESS = re.compile(
    r"(?:huggingface\.co|hf\.co)/[^\s]*?/(?:resolve|raw|blob)/|^hf://|models--[\w.-]+--", re.IGNORECASE
)
_SERVED = re.compile(r"(?:api-inference|router)\.huggingface\.co/(?:[\w-]+/)?models/([^\s?#]+)", re.IGNORECASE)
_TYPE = frozenset({".", "<", ">", "[", "]", "|", "?", "&"})
_OPENS = {"(": ")", "[": "]", "{": "}"}
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


class Program(NamedTuple):
    """A program's tokens, and what stands where in them."""

    source: Source
    tokens: list[Token]
    close: dict[int, int]
    """The bracket that closes, by the one that opens."""

    constants: dict[str, list[int]]
    """Where the expressions begin that a name, or `name.key`, is set to."""


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
    program = _program(source, found)
    loaded = list(_loaded(program))
    models = {one.model for one in loaded}
    spoken = [one for one in _spoken(program) if one.model not in models]
    distinct: dict[tuple[int, str], Use] = {}
    for one in [*loaded, *spoken]:
        distinct.setdefault((one.line, one.model), one)
    yield from sorted(distinct.values(), key=lambda one: one.line)


def _program(source: Source, found: list[Token]) -> Program:
    """Matches brackets and notes where constants are set, those within objects under `name.key`."""
    close: dict[int, int] = {}
    constants: dict[str, list[int]] = {}
    stack: list[tuple[int, str]] = []
    for at, token in enumerate(found):
        if token.kind == MARK and token.text in _OPENS:
            stack.append((at, _path_of(found, at, stack)))
        elif token.kind == MARK and token.text in ")]}":
            while stack:
                opened, _ = stack.pop()
                close[opened] = at
                if _OPENS[found[opened].text] == token.text:
                    break
        elif token.kind == MARK and token.text == "=":
            name = _assigned(found, at)
            if name is not None:
                path = stack[-1][1] if stack and stack[-1][1].startswith("enum ") else ""
                constants.setdefault(path.removeprefix("enum ") + found[name].text, []).append(at + 1)
        elif token.text == ":" and stack and stack[-1][1] and _is_key(found, at - 1):
            constants.setdefault(stack[-1][1] + found[at - 1].text, []).append(at + 1)
    return Program(source, found, close, constants)


def _path_of(found: list[Token], at: int, stack: list[tuple[int, str]]) -> str:
    """What the keys in an object are called from outside: `MODELS.` for the object that MODELS is set to."""
    if found[at].text != "{" or at == 0:
        return ""
    before = found[at - 1]
    if before.text == "=":
        name = _assigned(found, at - 1)
        return f"{found[name].text}." if name is not None else ""
    if before.text == ":" and stack and stack[-1][1] and _is_key(found, at - 2) and stack[-1][1].count(".") < 4:
        return f"{stack[-1][1]}{found[at - 2].text}."
    if before.text == "(" and at > 2 and found[at - 2].text == "freeze":
        equals = next((back for back in range(at - 3, max(at - 6, 0), -1) if found[back].text == "="), None)
        name = _assigned(found, equals) if equals else None
        return f"{found[name].text}." if name is not None else ""
    if before.kind == NAME and at > 1 and found[at - 2].text == "enum":
        return f"enum {before.text}."
    return ""


def _assigned(found: list[Token], at: int) -> int | None:
    """The name that `=` sets, past a type: `model: string = …`."""
    before = at - 1
    if before < 0:
        return None
    for back in range(before, max(before - 12, 0), -1):
        token = found[back]
        if token.text == ":" and token.kind == MARK:
            name = back - 1 - (found[back - 1].text in ("?", "!"))
            return name if name >= 0 and found[name].kind == NAME else None
        if token.kind != NAME and token.text not in _TYPE:
            break
        if token.kind == NAME and token.text in ("const", "let", "var", "type", "return"):
            break
    return before if found[before].kind == NAME else None


def _is_key(found: list[Token], at: int) -> bool:
    """Whether a token is a key of an object: it stands after `{` or `,`."""
    return at > 0 and found[at].kind in (NAME, TEXT) and found[at - 1].kind == MARK and found[at - 1].text in ("{", ",")


def _end(program: Program, at: int) -> int:
    """Where the expression ends that begins here: the index behind its last token."""
    found, start = program.tokens, at
    while at < len(found) and at - start < MAX_EXPRESSION:
        token = found[at]
        if token.kind == MARK and token.text in (",", ";", ")", "]", "}"):
            return at
        before = found[at - 1] if at > start else None
        operand = before is not None and (before.kind != MARK or before.text in (")", "]", "}"))
        if (
            before
            and operand
            and token.kind != MARK
            and token.line > before.line
            and token.text not in ("as", "satisfies")
        ):
            return at
        if token.kind == MARK and token.text in _OPENS:
            if at not in program.close:  # never closed: no expression that could be told
                return at
            at = program.close[at]
        at += 1
    return at


def _values(program: Program, start: int, end: int, depth: int = 0) -> tuple[str, ...]:
    """What an expression may be, as far as its texts tell; empty where nothing is known."""
    found = program.tokens
    if depth > MAX_DEPTH or start >= end or end - start > MAX_EXPRESSION:
        return ()
    marks = _top(program, start, end)
    question = next((at for at in marks if found[at].text == "?"), None)
    if question is not None:
        colon = next((at for at in marks if at > question and found[at].text == ":"), end)
        return _some(_values(program, question + 1, colon, depth + 1), _values(program, colon + 1, end, depth + 1))
    for operators in (("??", "||"), ("&&",)):
        at = next((at for at in marks if found[at].text in operators), None)
        if at is not None:
            left = () if operators == ("&&",) else _values(program, start, at, depth + 1)
            return _some(left, _values(program, at + 1, end, depth + 1))
    plus = next((at for at in reversed(marks) if found[at].text == "+"), None)
    if plus is not None:
        left, right = _values(program, start, plus, depth + 1), _values(program, plus + 1, end, depth + 1)
        return tuple(f"{one}{two}" for one in left for two in right)[:MAX_VALUES]
    if any(found[at].text in ("=>", "=", "==", "===", "!=", "!==", "*", "/", "-") for at in marks):
        return ()
    return _operand(program, start, end, depth)


def _top(program: Program, start: int, end: int) -> list[int]:
    """The operators between `start` and `end` that stand in no bracket."""
    found, marks, at = program.tokens, list[int](), start
    while at < end:
        if found[at].kind == MARK:
            if found[at].text in _OPENS:
                at = max(program.close.get(at, at), at)
            else:
                marks.append(at)
        at += 1
    return marks


def _some(*values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for one in values for value in one))[:MAX_VALUES]


def _operand(program: Program, start: int, end: int, depth: int) -> tuple[str, ...]:
    """A text, a template, a list, something in brackets, or a name with its members."""
    found = program.tokens
    first = found[start]
    if first.kind == TEXT:
        return (first.text,) if end == start + 1 or found[start + 1].text in ("as", "satisfies", "!") else ()
    if first.kind == TEMPLATE:
        return _template(program, first, depth)
    if first.text == "await":
        return _values(program, start + 1, end, depth + 1)
    if first.text in ("(", "["):
        close = program.close.get(start, end)
        if close + 1 < end and found[close + 1].text not in ("as", "satisfies", "!", "."):
            return ()
        values: tuple[str, ...] = ()
        at = start + 1
        while at < close:
            stop = _end(program, at)
            values = _some(values, _values(program, at, stop, depth + 1))
            at = stop + 1
        return values
    path = _path(program, start, end)
    places = program.constants.get(path, []) if path else []
    if not places and path.startswith("this."):
        places = program.constants.get(path.removeprefix("this."), [])
    known = bisect_left(
        places, start
    )  # the last that is set before; for a function above its constants, the last of all
    if not places or (known == 0 and start <= places[-1] < end):
        return ()
    at = places[known - 1]
    return _values(program, at, _end(program, at), depth + 1)


def _path(program: Program, start: int, end: int) -> str:
    """`A.b.c` for `A.b['c']` with nothing else; empty for anything else, such as a call."""
    found, path, at = program.tokens, "", start
    while at < end:
        token = found[at]
        if token.kind == NAME and not path:
            path = token.text
        elif token.text in (".", "?.") and at + 1 < end and found[at + 1].kind == NAME:
            path += f".{found[at + 1].text}"
            at += 1
        elif token.text == "[" and at + 1 < end and found[at + 1].kind == TEXT and program.close.get(at) == at + 2:
            path += f".{found[at + 1].text}"
            at += 2
        elif token.text in ("!", "as", "satisfies"):
            return path
        else:
            return ""
        at += 1
    return path


def _template(program: Program, token: Token, depth: int) -> tuple[str, ...]:
    """A template whose expressions are names that are known; others leave a hole that no name of a model has."""
    options: list[tuple[str, ...]] = []
    for part in token.parts:
        if isinstance(part, str):
            options.append((part,))
            continue
        inner = Program(program.source, list(part), {}, {})
        path = _path(inner, 0, len(part))
        places = program.constants.get(path, []) or program.constants.get(path.removeprefix("this."), [])
        values = _values(program, places[-1], _end(program, places[-1]), depth + 1) if path and places else ()
        options.append(values[:4] or ("${}",))
    found = []
    for parts in product(*options[:40]):
        found.append("".join(parts))
        if len(found) >= MAX_VALUES:
            break
    return tuple(found)


def _loaded(program: Program) -> Iterator[Use]:
    """The models of calls that load one, of keys that speak of one, and of addresses."""
    found, rules = program.tokens, _rules()
    stack: list[tuple[int, str]] = []
    for at, token in enumerate(found):
        if token.kind in (TEXT, TEMPLATE):
            yield from _addressed(program, at)
        if token.kind == MARK and token.text in _OPENS:
            callee = _callee(program, at) if token.text == "(" else ""
            if callee:
                yield from _called(program, at, callee)
            stack.append((at, callee))
        elif token.kind == MARK and token.text in ")]}" and stack:
            stack.pop()
        elif (
            token.text == ":"
            and token.kind == MARK
            and _is_key(found, at - 1)
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
        for value in _values(program, start, end):
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
        end = _end(program, start)
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
                if found[at].text == wanted and _is_key(found, at) and at + 1 < end and found[at + 1].text == ":":
                    values = _values(program, at + 2, _end(program, at + 2))
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
    end = _end(program, at + 1)
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
    for value in _values(program, at + 1, end):
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
    for value in (token.text,) if token.kind == TEXT else _template(program, token, 0):
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
            for value in _values(program, at, _end(program, at)):
                named = read(value, default=names.OLLAMA if ollama else names.HUB)
                if named:
                    line = program.tokens[at].line
                    yield use(program.source, named, line, f"variable {name}")


@lru_cache(maxsize=4096)
def speaks(name: str) -> bool:
    """Whether a key or variable of this name holds a model; `modelId` is compared as `model_id`."""
    return command_rules.speaks(_WORD_ENDS.sub("_", name))
