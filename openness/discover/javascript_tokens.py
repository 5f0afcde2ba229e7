"""JavaScript and TypeScript text → tokens with lines; comments, regular expressions and the text of JSX are left out.

One pass with a bounded stack. What is not closed ends with its line (a string) or with the text (a template).
Source: ECMA-262, Lexical Grammar; the JSX specification.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

MAX_NESTING = 20
"""Deepest template within a template, or JSX within JSX, that is looked into."""

NAME, TEXT, TEMPLATE, MARK = "name", "text", "template", "mark"

_SPACE = re.compile(r"(?:\s|//[^\n]*)+")
_WORD = re.compile(r"[A-Za-z_$#@][\w$]*|\d[\w.]*")
_OPERATOR = re.compile(r"\?\?=?|\|\|=?|&&=?|=>|[=!]==?|\?\.(?!\d)|\.\.\.|[+*/%&|^<>-]=|\+\+|--|[^\w\s]")
_STRING = re.compile(r"'((?:[^'\\\n]|\\[\s\S])*)'?|\"((?:[^\"\\\n]|\\[\s\S])*)\"?")
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}/[a-z]*")
_TEMPLATE_TEXT = re.compile(r"[^`\\$]+")
_TAG = re.compile(r"<(?=[A-Za-z_$>])(?:[\w$.:-]*)")
_ATTRIBUTE = re.compile(r"(?:\s|//[^\n]*+)++|([\w$:.-]+)(?:\s*(=)\s*(?:\"([^\"]*)\"|'([^']*)')?)?|=|\"[^\"]*\"|'[^']*'")
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\n|[\s\S])")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_BEFORE_EXPRESSION = frozenset(
    {
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "delete",
        "void",
        "throw",
        "new",
        "else",
        "do",
        "await",
        "yield",
        "default",
    }
)


class Token(NamedTuple):
    """A token."""

    kind: str
    """`name` (numbers and keywords included), `text`, `template` or `mark`."""

    text: str
    line: int
    """1-based, where it begins."""

    parts: tuple[str | tuple[Token, ...], ...] = ()
    """Of a template: texts, and the tokens of the expressions between."""


def tokens(text: str, *, jsx: bool) -> list[Token]:
    """The tokens of a program in order. `jsx`: whether `<` may open an element. Linear."""
    reader = _Reader(text, jsx)
    found = reader.until("")
    if reader.at_jsx is not None:  # an element without end: `<` was an operator after all
        reader = _Reader(text, jsx=False)
        found = reader.until("")
    return found


class _Reader:
    """A position in a program."""

    def __init__(self, text: str, jsx: bool) -> None:
        self.text, self.jsx = text, jsx
        self.at = text.find("\n") if text.startswith("#!") and "\n" in text else 0
        self.depth = 0
        self.at_jsx: int | None = None
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def until(self, end: str) -> list[Token]:
        """The tokens up to a bracket that closes, which is consumed; all for an empty one."""
        text, found = self.text, list[Token]()
        open_braces = 0
        while self.at < len(text):
            space = _SPACE.match(text, self.at)
            if space:
                self.at = space.end()
                continue
            char = text[self.at]
            if text.startswith("/*", self.at):
                close = text.find("*/", self.at + 2)
                self.at = close + 2 if close >= 0 else len(text)
                continue
            if char in "'\"":
                string = _STRING.match(text, self.at)
                line = self.line()
                self.at = string.end() if string else self.at + 1
                found.append(Token(TEXT, _unescaped((string[1] or string[2] or "") if string else ""), line))
                continue
            if char == "`":
                found.append(self._template())
                continue
            word = _WORD.match(text, self.at)
            if word:
                found.append(Token(NAME, word[0], self.line()))
                self.at = word.end()
                continue
            if char in "/<" and _expression_begins(found):
                regex = _REGEX.match(text, self.at) if char == "/" else None
                if regex:
                    found.append(Token(NAME, "0", self.line()))
                    self.at = regex.end()
                    continue
                if char == "<" and self.jsx and self.depth < MAX_NESTING and _TAG.match(text, self.at):
                    self._element(found)
                    continue
            if char == "}" and end and not open_braces:
                self.at += 1
                return found
            open_braces += (char == "{") - (char == "}")
            operator = _OPERATOR.match(text, self.at)
            mark = operator[0] if operator else char
            found.append(Token(MARK, mark, self.line()))
            self.at += len(mark)
        return found

    def _template(self) -> Token:
        text, line = self.text, self.line()
        parts: list[str | tuple[Token, ...]] = []
        self.at += 1
        while self.at < len(text):
            plain = _TEMPLATE_TEXT.match(text, self.at)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif text[self.at] == "`":
                self.at += 1
                break
            elif text[self.at] == "\\":
                parts.append(_unescaped(text[self.at : self.at + 2]))
                self.at += 2
            elif text.startswith("${", self.at) and self.depth < MAX_NESTING:
                self.at += 2
                self.depth += 1
                parts.append(tuple(self.until("}")))
                self.depth -= 1
            else:
                parts.append(text[self.at])
                self.at += 1
        return Token(TEMPLATE, "", line, tuple(parts))

    def _element(self, found: list[Token]) -> None:
        """Past a JSX element; the tokens of the expressions in it are added, each in round brackets."""
        text, begun, levels = self.text, self.at, 0
        self.depth += 1
        while self.at < len(text):
            tag = _TAG.match(text, self.at)
            if text.startswith("</", self.at):
                close = text.find(">", self.at)
                self.at = close + 1 if close >= 0 else len(text)
                levels -= 1
            elif tag:
                self.at = tag.end()
                levels += self._attributes(found, component=tag[0][1:2].isupper())
            elif text[self.at] == "{":
                self._expression(found)
                continue
            else:
                nearest = [at for at in (text.find("<", self.at + 1), text.find("{", self.at + 1)) if at >= 0]
                self.at = min(nearest, default=len(text))
                continue
            if levels <= 0:
                break
        else:
            self.at_jsx = begun
        self.depth -= 1
        found.append(Token(NAME, "0", self.line()))

    def _attributes(self, found: list[Token], *, component: bool) -> int:
        """Past the attributes of a tag, which are kept of a component; 1 if it is left open, 0 if it closes itself."""
        text, name = self.text, ""
        while self.at < len(text):
            plain = _ATTRIBUTE.match(text, self.at)
            if plain:
                self.at = plain.end()
                value = plain[3] or plain[4]
                if not plain[0].isspace():
                    name = plain[1] if plain[2] and value is None else ""
                if component and plain[1] and value:
                    self._named(found, plain[1], [Token(TEXT, value, self.line())])
            elif text.startswith("/>", self.at):
                self.at += 2
                return 0
            elif text[self.at] == ">":
                self.at += 1
                return 1
            elif text[self.at] == "{":
                self._expression(found, name if component else "")
                name = ""
            else:
                self.at += 1
        return 1

    def _named(self, found: list[Token], name: str, value: list[Token]) -> None:
        """An attribute, as an object with it as a key."""
        line = value[0].line if value else self.line()
        opened = [Token(MARK, one, line) for one in (";", "(", "{")]
        found += [*opened, Token(NAME, name, line), Token(MARK, ":", line), *value]
        found += [Token(MARK, one, line) for one in ("}", ")", ";")]

    def _expression(self, found: list[Token], name: str = "") -> None:
        line = self.line()
        self.at += 1
        inner = self.until("}")
        if name:
            self._named(found, name, inner)
            return
        found += [
            Token(MARK, ";", line),
            Token(MARK, "(", line),
            *inner,
            Token(MARK, ")", line),
            Token(MARK, ";", line),
        ]


def _expression_begins(found: list[Token]) -> bool:
    """Whether what follows is an operand: `/` begins a regular expression there, and `<` an element."""
    if not found:
        return True
    last = found[-1]
    if last.kind == MARK:
        return last.text not in (")", "]", "}", "++", "--")
    return last.kind == NAME and last.text in _BEFORE_EXPRESSION


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def meant(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "ux" and len(code) > 1:
            number = int(code[1:].strip("{}"), 16)
            return chr(number) if number < 0x110000 else ""
        return _ESCAPES.get(code, code)

    return _ESCAPE.sub(meant, text)
