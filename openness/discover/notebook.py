"""Models that a Jupyter notebook uses: its code cells as one Python program, so that constants carry over.

The JSON is read by a small reader of ours, because each line of code must lead to its line in the file. Markdown
and outputs are not read. Nothing is run.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from openness.discover import python, walk
from openness.discover.source import Look, Source
from openness.errors import SourceError
from openness.usage import Use

MAX_SIZE = 20_000_000
"""Longest notebook, in characters; most of a long one is images in its outputs."""

MAX_DEPTH = 60
MAX_TOKENS = 1_000_000
"""Strings and brackets of a notebook, runs of numbers counted once."""

_TOKEN = re.compile(
    r'[\s,:]*+(?:("(?:[^"\\\x00-\x1f]++|\\.)*+")|([{}\[\]])|((?:(?:-?\d[\d.eE+-]*+|true|false|null)[\s,]*+)++)|(\Z))'
)
_WRITTEN = re.compile(r"%%(?:writefile|file)\s+(?:-a\s+)?(\S+)")
_FINDERS = {
    "py": "python",
    **dict.fromkeys(("sh", "bash"), "shell"),
    **dict.fromkeys(("yaml", "yml", "json", "toml", "env", "ini", "cfg"), "config"),
}
"""Ending of a file that a cell writes → the finder that reads it."""
_SHELLS = re.compile(r"%%(?:bash|sh|script\s+(?:ba|z)?sh)\b")
_PYTHON_CELL = re.compile(r"%%(?:time|timeit|capture|prun|python3?|ipytest|memit)\b")
_ENV = re.compile(r"%(?:env|set_env)\s+(\w+)(?:\s*=\s*|\s+)(.+)")
_TIMED = re.compile(
    r"%%?(?:time|timeit|prun|memit|mprun|lprun)\b(?:[ \t]+-[a-zA-Z]\S*(?:[ \t]+[\w.]+(?=[ \t]))?)*[ \t]*"
)
"""A magic that runs the rest of its line, with its options."""

_RUN = re.compile(r"%run\b(?:[ \t]+-[a-zA-Z]\b)*[ \t]+")
_COMMAND = re.compile(r"(\s*)(?:(\w+)\s*=\s*)?(?:!!?|%(?:sx|system|sc)\s)(.*)", re.DOTALL)


class _Text(NamedTuple):
    """A string of the JSON text, not yet decoded."""

    start: int
    end: int


class _Line(NamedTuple):
    """A line of a cell, and its line in the file."""

    text: str
    number: int


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The uses in a notebook, in the order of their lines in the file. Raises SourceError for what is no notebook.

    A cell that is not Python, magics aside, is left out.
    """
    cells = _cells(source)
    programs: list[list[_Line]] = []
    uses: list[Use] = []
    for cell in cells:
        first = cell[0].text
        written = _WRITTEN.match(first)
        if _SHELLS.match(first):
            uses += _by("shell", _joined(source, [cell[1:]]), look)
        elif written is not None:
            name = written.group(1)
            inside = _joined(source, [cell[1:]])._replace(path=name)
            found = _by(_FINDERS.get(name.rpartition(".")[2], ""), inside, look)
            uses += [one._replace(path=source.path) for one in found]
        elif not first.startswith("%%") or _PYTHON_CELL.match(first):
            programs.append(_without_magics(cell))
    whole = _joined(source, programs)
    try:
        uses += python.find(whole, look)
    except SourceError:
        if len(whole.content) > walk.MAX_SIZE:
            raise
        uses += python.find(_joined(source, [one for one in programs if _is_python(one)]), look)
    yield from sorted(uses, key=lambda one: one.line)


def _joined(source: Source, cells: list[list[_Line]]) -> Source:
    lines = [line for cell in cells for line in cell]
    return Source(source.path, "\n".join(line.text for line in lines), tuple(line.number for line in lines))


def _is_python(cell: list[_Line]) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(line.text for line in cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _by(finder: str, source: Source, look: Look | None) -> list[Use]:
    """What another finder sees in a cell; nothing where there is no such finder or it cannot read the cell."""
    if not finder:
        return []
    try:
        return list(import_module(f"openness.discover.{finder}").find(source, look))
    except (ImportError, SourceError):
        return []


# --- magics -------------------------------------------------------------------------------------------------------


def _without_magics(cell: list[_Line]) -> list[_Line]:
    """The cell as Python, line by line: commands become calls, other magics nothing."""
    found: list[_Line] = []
    lines = iter(cell)
    for line in lines:
        stripped = line.text.lstrip()
        command = _COMMAND.fullmatch(line.text)
        if command is None:
            found.append(line._replace(text=_magic(line.text, stripped)))
            continue
        text, more = command.group(3), 0
        while text.endswith("\\"):
            following = next(lines, None)
            if following is None:
                break
            text, more = text[:-1] + following.text, more + 1
        called = f"{command.group(1)}{command.group(2) or '_'} = get_ipython().system({_expanded(text)})"
        found.append(_Line(called, line.number))
        found += [_Line("", line.number)] * more
    return found


def _magic(text: str, stripped: str) -> str:
    indent = text[: len(text) - len(stripped)]
    timed = _TIMED.match(stripped)
    if timed is not None:
        return indent + (stripped[timed.end() :] or "pass")
    started = _RUN.match(stripped)
    if started is not None:
        return f"{indent}get_ipython().system({_expanded('python ' + stripped[started.end() :])})"
    setting = _ENV.fullmatch(stripped.rstrip())
    if setting is not None:
        return f"{indent}environ[{setting.group(1)!r}] = {setting.group(2)!r}"
    if stripped.startswith(("%", "?")) or (stripped.rstrip().endswith("?") and "#" not in stripped):
        return f"{indent}pass"
    return text


def _expanded(command: str) -> str:
    """A command as a Python string: with the names in braces that IPython fills in, where they are names."""
    literal = repr(command)
    if "{" in command and "${" not in command:
        filled = f"f{literal}"
        try:
            ast.parse(filled)
        except (SyntaxError, ValueError):
            return literal
        return filled
    return literal


# --- the file -----------------------------------------------------------------------------------------------------


def _cells(source: Source) -> list[list[_Line]]:
    """The code cells that are not empty, as lines. Raises SourceError."""
    top = _read(source.content, source.path)
    if not isinstance(top, dict):
        raise SourceError("not a notebook: its JSON is no object", source.path, 1)
    if _language(top, source.content) not in ("", "python", "ipython"):
        return []
    sheets = top.get("worksheets")
    first = sheets[0] if isinstance(sheets, list) and sheets else top
    cells = first.get("cells") if isinstance(first, dict) else None
    if not isinstance(cells, list):
        raise SourceError("not a notebook: it has no list 'cells'", source.path, 1)
    starts = [0, *(found.end() for found in re.finditer("\n", source.content))]
    found = []
    for cell in cells:
        if isinstance(cell, dict) and _decoded(cell.get("cell_type"), source.content) == "code":
            lines = _lines(cell.get("source", cell.get("input")), source, starts)
            if any(line.text.strip() for line in lines):
                found.append(lines)
    return found


def _language(top: dict[str, Any], content: str) -> str:
    """The language of the kernel in lower case; empty where the notebook does not say."""
    metadata = top.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        about = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(about, dict) and isinstance(about.get(name), _Text):
            return _decoded(about[name], content).lower()
    return ""


def _lines(value: Any, source: Source, starts: list[int]) -> list[_Line]:
    """The lines of a cell: a list of strings, or one string."""
    found: list[_Line] = []
    ended = True
    for piece in value if isinstance(value, list) else [value]:
        if not isinstance(piece, _Text):
            continue
        number = bisect_right(starts, piece.start)
        for part in re.findall(r"[^\n]*\n|[^\n]+", re.sub("\r\n?", "\n", _decoded(piece, source.content))):
            if ended:
                found.append(_Line(part.rstrip("\n"), number))
            else:
                found[-1] = found[-1]._replace(text=found[-1].text + part.rstrip("\n"))
            ended = part.endswith("\n")
    if found and not found[0].text.strip():
        found = [line for number, line in enumerate(found) if any(one.text.strip() for one in found[: number + 1])]
    return found


def _decoded(value: Any, content: str) -> str:
    if not isinstance(value, _Text):
        return ""
    try:
        return str(json.loads(content[value.start : value.end], strict=False))
    except ValueError:
        return ""


def _read(content: str, path: str) -> Any:
    """A JSON text as dicts and lists, its strings as `_Text`; numbers and constants as None. Linear, no recursion."""
    if len(content) > MAX_SIZE:
        raise SourceError(f"a notebook longer than {MAX_SIZE:,} characters is not read", path)
    stack: list[Any] = [[]]
    keys: list[str | None] = [None]
    position = 1 if content.startswith("\ufeff") else 0
    for _ in range(MAX_TOKENS):
        token = _TOKEN.match(content, position)
        if token is None or token.group(4) is not None:
            break
        position = token.end()
        mark = token.group(2)
        if mark in ("}", "]"):
            if len(stack) == 1 or isinstance(stack[-1], dict) != (mark == "}"):
                token = None
                break
            stack.pop()
            keys.pop()
            continue
        value: Any = {} if mark == "{" else [] if mark == "[" else _Text(*token.span(1)) if token.group(1) else None
        holder = stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif keys[-1] is None and isinstance(value, _Text):
            keys[-1] = _decoded(value, content)
            continue
        else:
            holder[keys[-1] or ""] = value
            keys[-1] = None
        if mark:
            stack.append(value)
            keys.append(None)
            if len(stack) > MAX_DEPTH:
                raise SourceError("nested too deeply for a notebook", path, content.count("\n", 0, position) + 1)
    else:
        raise SourceError(f"a notebook of more than {MAX_TOKENS:,} parts is not read", path)
    if token is None or len(stack) != 1 or len(stack[0]) != 1:
        raise SourceError("not valid JSON", path, content.count("\n", 0, position) + 1)
    return stack[0][0]
