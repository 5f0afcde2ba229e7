"""A JavaScript program's constants, and what an expression may be, as far as its texts tell; for `javascript.py`."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from openness.discover.javascript_tokens import MARK, NAME, TEMPLATE, TEXT, Token, tokens
from openness.discover.source import Look, Source

MAX_LENGTH = 2_000_000
"""Longest program that is read, in characters."""

MAX_EXPRESSION = 300
"""Longest expression that is evaluated, in tokens."""

MAX_DEPTH = 12
"""Most constants that are followed one through the other."""

MAX_VALUES = 16

HOLDERS = ("Map", "Set", "Object", "Array")
"""What is made of a list or an object and holds the same."""

MAX_TYPES = 30
"""Longest list of types behind a name, in tokens."""

MAX_SIBLINGS = 40
"""Most files that are read for one."""

ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", "/index.ts", "/index.tsx", "/index.js")
"""What may follow the path of an import to make it the name of a file."""

_TYPE = frozenset({".", "<", ">", "[", "]", "|", "?", "&"})
OPENS = {"(": ")", "[": "]", "{": "}"}


class Program(NamedTuple):
    """A program's tokens, and what stands where in them."""

    source: Source
    tokens: list[Token]
    close: dict[int, int]
    """The bracket that closes, by the one that opens."""

    constants: dict[str, list[int]]
    """Where the expressions begin that a name, or `name.key`, is set to."""

    siblings: Siblings

    imported: dict[str, tuple[str, str]]
    """Names that come from other files of the tree: the path, as far as it is written, and what they are called there;
    empty for all of the file."""


class Siblings:
    """The files of the tree that a program and those files themselves import from, each read once, when asked for."""

    def __init__(self, look: Look | None) -> None:
        self.look = look
        self.read: dict[str, Program | None] = {}

    def program(self, path: str) -> Program | None:
        """The program that an import names, its ending added; None for one that is not there, or one too many."""
        if path not in self.read:
            self.read[path] = self._read(path) if len(self.read) < MAX_SIBLINGS else None
        return self.read[path]

    def _read(self, path: str) -> Program | None:
        stem = path.removesuffix(".js")
        for one in (path, *(f"{name}{ending}" for name in dict.fromkeys((stem, path)) for ending in ENDINGS)):
            text = self.look(one) if self.look and not one.startswith("..") else None
            if text is not None:
                found = tokens(text, jsx=not one.endswith(".ts")) if len(text) <= MAX_LENGTH else []
                return program_of(Source(one, text), found, self)
        return None


def program_of(source: Source, found: list[Token], siblings: Siblings) -> Program:
    """Matches brackets, notes where constants are set, those within objects under `name.key`, and what is imported."""
    close: dict[int, int] = {}
    constants: dict[str, list[int]] = {}
    stack: list[tuple[int, str]] = []
    for at, token in enumerate(found):
        if token.kind == MARK and token.text in OPENS:
            stack.append((at, _path_of(found, at, stack)))
        elif token.kind == MARK and token.text in ")]}":
            while stack:
                opened, _ = stack.pop()
                close[opened] = at
                if OPENS[found[opened].text] == token.text:
                    break
        elif token.kind == MARK and token.text == "=":
            name = assigned(found, at)
            if name is not None:
                path = stack[-1][1] if stack and stack[-1][1].startswith("enum ") else ""
                constants.setdefault(path.removeprefix("enum ") + found[name].text, []).append(at + 1)
        elif token.text == ":" and stack and stack[-1][1] and is_key(found, at - 1):
            constants.setdefault(stack[-1][1] + found[at - 1].text, []).append(at + 1)
    return Program(source, found, close, constants, siblings, _imports(source, found))


def _imports(source: Source, found: list[Token]) -> dict[str, tuple[str, str]]:
    """The names that come from other files of the tree; see `Program.imported`."""
    folder = source.path.rpartition("/")[0]
    named: dict[str, tuple[str, str]] = {}
    for at, token in enumerate(found):
        if token.kind != TEXT or at < 2 or not token.text.startswith(("./", "../")):
            continue
        of_module = found[at - 1].text == "from"
        if of_module or (found[at - 1].text == "(" and found[at - 2].text == "require"):
            path = posixpath.normpath(posixpath.join(folder, token.text))
            for name, original in _imported(found, at - 1 if of_module else at - 3):
                named[name] = path, original
    return named


def _imported(found: list[Token], at: int) -> Iterator[tuple[str, str]]:
    """The names that an import makes known, with those that they had; `at` is the last token before `from` or `=`."""
    back = at - 1
    while (
        back > 0
        and at - back < MAX_EXPRESSION
        and found[back].text not in ("import", "export", "const", "let", "var", ";")
    ):
        token, before = found[back], found[back - 1]
        if token.kind == NAME and before.text in ("as", ":") and back > 1:
            yield token.text, "" if found[back - 2].text == "*" else found[back - 2].text
            back -= 3
            continue
        if token.kind == NAME and token.text != "type":
            within = found[at - 1].text == "}" and before.text in ("{", ",", "type")
            yield token.text, token.text if within else ""
        back -= 1


def _path_of(found: list[Token], at: int, stack: list[tuple[int, str]]) -> str:
    """What the keys in an object are called from outside: `MODELS.` for the object that MODELS is set to."""
    if found[at].text != "{" or at == 0:
        return ""
    before = found[at - 1]
    if before.text == "=":
        name = assigned(found, at - 1)
        return f"{found[name].text}." if name is not None else ""
    if before.text == ":" and stack and stack[-1][1] and is_key(found, at - 2) and stack[-1][1].count(".") < 4:
        return f"{stack[-1][1]}{found[at - 2].text}."
    if before.text == "(" and at > 2 and found[at - 2].text == "freeze":
        equals = next((back for back in range(at - 3, max(at - 6, 0), -1) if found[back].text == "="), None)
        name = assigned(found, equals) if equals else None
        return f"{found[name].text}." if name is not None else ""
    if before.kind == NAME and at > 1 and found[at - 2].text == "enum":
        return f"enum {before.text}."
    return ""


def assigned(found: list[Token], at: int) -> int | None:
    """The name that `=` sets, past a type: `model: string = …`."""
    before = at - 1
    if before < 0:
        return None
    depth = 0
    for back in range(before, max(before - 16, 0), -1):
        token = found[back]
        if token.kind == MARK and token.text == ":":
            name = back - 1 - (found[back - 1].text in ("?", "!"))
            return name if name >= 0 and found[name].kind == NAME else None
        depth += (token.text == ">") - (token.text == "<")
        if token.kind != NAME and token.text not in _TYPE and not (depth and token.text == ","):
            break
        if token.kind == NAME and token.text in ("const", "let", "var", "type", "return"):
            break
    return before if found[before].kind == NAME else None


def is_key(found: list[Token], at: int) -> bool:
    """Whether a token is a key of an object: it stands after `{` or `,`."""
    return at > 0 and found[at].kind in (NAME, TEXT) and found[at - 1].kind == MARK and found[at - 1].text in ("{", ",")


def end_of(program: Program, at: int) -> int:
    """Where the expression ends that begins here: the index behind its last token."""
    found, start = program.tokens, at
    while at < len(found) and at - start < MAX_EXPRESSION:
        token = found[at]
        if token.kind == MARK and token.text in (",", ";", ")", "]", "}"):
            return at
        before = found[at - 1] if at > start else None
        if token.text == "<" and before is not None and before.text in HOLDERS:
            at = _behind_types(found, at)
            continue
        operand = before is not None and (before.kind != MARK or before.text in (")", "]", "}"))
        if (
            before
            and operand
            and token.kind != MARK
            and token.line > before.line
            and token.text not in ("as", "satisfies")
        ):
            return at
        if token.kind == MARK and token.text in OPENS:
            if at not in program.close:  # never closed: no expression that could be told
                return at
            at = program.close[at]
        at += 1
    return at


def values_of(program: Program, start: int, end: int, depth: int = 0) -> tuple[str, ...]:
    """What an expression may be, as far as its texts tell; empty where nothing is known."""
    found = program.tokens
    if depth > MAX_DEPTH or start >= end or end - start > MAX_EXPRESSION:
        return ()
    marks = _top(program, start, end)
    if any(found[at].text in ("=>", "=") for at in marks):
        return ()
    question = next((at for at in marks if found[at].text == "?"), None)
    if question is not None:
        colon = next((at for at in marks if at > question and found[at].text == ":"), end)
        return _some(values_of(program, question + 1, colon, depth + 1), values_of(program, colon + 1, end, depth + 1))
    for operators in (("??", "||"), ("&&",)):
        at = next((at for at in marks if found[at].text in operators), None)
        if at is not None:
            left = () if operators == ("&&",) else values_of(program, start, at, depth + 1)
            return _some(left, values_of(program, at + 1, end, depth + 1))
    plus = next((at for at in reversed(marks) if found[at].text == "+"), None)
    if plus is not None:
        left, right = values_of(program, start, plus, depth + 1), values_of(program, plus + 1, end, depth + 1)
        return tuple(f"{one}{two}" for one in left for two in right)[:MAX_VALUES]
    return () if any(found[at].text in ("*", "/", "-") for at in marks) else _operand(program, start, end, depth)


def _top(program: Program, start: int, end: int) -> list[int]:
    """The operators between `start` and `end` that stand in no bracket."""
    found, marks, at = program.tokens, list[int](), start
    while at < end:
        if found[at].kind == MARK:
            if found[at].text in OPENS:
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
        return template_of(program, first, depth)
    if first.text == "await":
        return values_of(program, start + 1, end, depth + 1)
    held = _held(program, start, end)
    if held is not None:
        return values_of(program, held, end_of(program, held), depth + 1)
    if first.text in ("(", "["):
        close = program.close.get(start, end)
        if close + 1 < end and found[close + 1].text not in ("as", "satisfies", "!", "."):
            return ()
        values: tuple[str, ...] = ()
        at = start + 1
        while at < close:
            stop = end_of(program, at)
            values = _some(values, values_of(program, at, stop, depth + 1))
            at = stop + 1
        return values
    return _called_so(program, _path(program, start, end), start, depth)


def _held(program: Program, start: int, end: int) -> int | None:
    """Where the argument begins of `new Map([…])`, `Object.freeze([…])`: what only holds or lists its argument."""
    found = program.tokens
    at = start + (found[start].text == "new")
    if at >= end or found[at].text not in HOLDERS:
        return None
    at = _behind_types(found, at + 1)
    while at + 1 < end and found[at].text == "." and found[at + 1].kind == NAME:
        at += 2
    whole = at + 1 < end and found[at].text == "(" and program.close.get(at, end) + 1 >= end
    return at + 1 if whole else None


def _behind_types(found: list[Token], at: int) -> int:
    """Where it goes on behind `<string, string>`; `at` itself where no types stand."""
    depth = 0
    for here in range(at, min(at + MAX_TYPES, len(found))):
        depth += found[here].text.count("<") - found[here].text.count(">")
        if depth <= 0:
            return here + 1 if here > at else at
    return at


def lined(program: Program, start: int, end: int, depth: int = 0) -> Iterator[tuple[str, int]]:
    """What an expression may be, with the lines: in a list those of its entries."""
    found = program.tokens
    held = _held(program, start, end) if start < end and depth < MAX_DEPTH else None
    if held is not None:
        start, end = held, end_of(program, held)
    if start >= end or end - start > MAX_EXPRESSION or depth >= MAX_DEPTH:
        return
    close = program.close.get(start, end)
    if found[start].text == "[" and found[start].kind == MARK and (close + 1 >= end or found[close + 1].kind == NAME):
        at = start + 1
        while at < close:
            stop = end_of(program, at)
            yield from lined(program, at, stop, depth + 1)
            at = stop + 1
    else:
        yield from ((value, found[start].line) for value in values_of(program, start, end))


def _called_so(program: Program, path: str, before: int, depth: int) -> tuple[str, ...]:
    """What a name with its members is set to: the last time before it is used; by a sibling, if it comes from there."""
    path = path.removeprefix("this.")
    if not path or depth > MAX_DEPTH:
        return ()
    if path.endswith(".*"):
        members = [
            name for name in program.constants if name.startswith(path[:-1]) and "." not in name[len(path) - 1 :]
        ]
        return _some(*(_called_so(program, name, before, depth + 1) for name in members[:MAX_VALUES]))
    places = program.constants.get(path)
    if places:
        known = bisect_left(places, before)
        at = places[known - 1]  # in a function above its constants the last of all
        return (
            values_of(program, at, end_of(program, at), depth + 1)
            if before < at or before >= end_of(program, at)
            else ()
        )
    root, dot, rest = path.partition(".")
    if root in program.imported:
        where, name = program.imported[root]
        sibling = program.siblings.program(where)
        if sibling is None:
            return ()
        wanted = ".".join(part for part in (name, rest if dot else "") if part)
        return _called_so(sibling, wanted, len(sibling.tokens), depth + 1)
    return ()


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
        elif token.text == "[" and path and program.close.get(at, end) < end:
            path += ".*"
            at = program.close[at]
        elif token.text in ("!", "as", "satisfies"):
            return path
        else:
            return ""
        at += 1
    return path


def template_of(program: Program, token: Token, depth: int) -> tuple[str, ...]:
    """A template whose expressions are names that are known; others leave a hole that no name of a model has."""
    options: list[tuple[str, ...]] = []
    for part in token.parts:
        if isinstance(part, str):
            options.append((part,))
            continue
        path = _path(program_of(program.source, list(part), program.siblings), 0, len(part))
        values = _called_so(program, path, len(program.tokens), depth + 1)
        options.append(values[:4] or ("${}",))
    found = []
    for parts in product(*options[:40]):
        found.append("".join(parts))
        if len(found) >= MAX_VALUES:
            break
    return tuple(found)
