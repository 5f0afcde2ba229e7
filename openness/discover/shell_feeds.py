"""What a shell command reads from: a here-document, a file of the tree, or what the command before it prints.

Nothing is executed: only the words of `echo`, `printf` and `cat` are known to come out as they went in.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openness.discover.shell_values import MAX_VALUE, MAX_VALUES, Argument, State, expanded, values_of
from openness.discover.shell_words import Command

MAX_LINES = 200
"""Most lines of a text that a loop goes over."""

FILE_COST = 50
"""How many commands a look at a file counts for."""

MAX_PIPED = 8
"""Most filters that a text is followed through."""

_FILTERS = frozenset({"sort", "uniq", "grep", "egrep", "head", "tail", "sed", "awk", "shuf", "tee", "cat"})
_VARIABLE = re.compile(r"\\?\$(?:\{(\w+)(?::?-([^{}\n]*))?\}|(\w+))")
_KUBERNETES = frozenset({"kubectl", "oc", "k3s", "microk8s", "helm", "docker", "podman", "docker-compose"})


class Line(NamedTuple):
    """A line that a command reads."""

    text: str
    line: int
    """Where it stands in the shell text, 1-based."""


def fed(state: State, commands: Sequence[Command], at: int, start: int | None = None) -> list[Line]:
    """The lines that a command reads, as far as they are known; `start` is where a loop's commands begin."""
    command = commands[at]
    before = (at if start is None else start) - 1
    if command.heredoc:
        found = _lines(rendered(state, command), command.heredoc[0])
    elif command.reads:
        value = values_of(state, command.reads)[0]
        text = _file(state, value) if command.from_file else value
        found = [one._replace(line=command.reads.line) for one in _lines(text or "", 1)]
    elif command.fed:
        found = _printed(state, commands, command.fed[1] - 1, 0) if command.fed[1] > command.fed[0] else []
    elif before >= 0 and commands[before].piped:
        found = _printed(state, commands, before, 0)
    else:
        found = []
    return found[:MAX_LINES]


def _lines(text: str, first: int) -> list[Line]:
    """The lines that say something."""
    lines = [Line(line.strip(), number) for number, line in enumerate(text.split("\n"), first)]
    return [one for one in lines if one.text and not one.text.startswith("#")]


def _file(state: State, path: str) -> str | None:
    """The text of a file of the tree, by its path from the script's folder or from the root."""
    rest = re.sub(r".*\$[^/]*/", "", path)
    if state.look is None or not rest or rest.startswith(("/", "$", "-")):
        return None
    state.left[0] -= FILE_COST
    if state.left[0] < 0:
        return None
    folder = state.source.path.rpartition("/")[0]
    for place in dict.fromkeys(posixpath.normpath(one) for one in (posixpath.join(folder, rest), rest)):
        text = state.look(place) if not place.startswith("..") else None
        if text is not None:
            return text[:MAX_VALUE]
    return None


def _printed(state: State, commands: Sequence[Command], at: int, depth: int) -> list[Line]:
    """What a command prints."""
    command = commands[at]
    if not command.words or depth > MAX_PIPED:
        return []
    name, *arguments = [one for word in command.words for one in expanded(state, word)]
    words = [one for one in arguments if not one.text.startswith("-") or len(one.text) == 1]
    if name.text == "echo":
        return [Line(each, one.line) for one in words for each in re.split(r"\n|\\n", one.text)]
    if name.text == "printf" and words:
        count = max(len(re.findall(r"%[sbq]", words[0].text)), 1)
        if len(words) == 1:
            return [Line(each, words[0].line) for each in re.split(r"\n|\\n", words[0].text) if each]
        groups = [words[1:][number : number + count] for number in range(0, len(words) - 1, count)]
        return [Line(" ".join(one.text for one in group), group[0].line) for group in groups]
    if name.text not in _FILTERS:
        return []
    if command.heredoc or command.reads or command.fed or (at and commands[at - 1].piped):
        if at and commands[at - 1].piped and not command.heredoc:
            return _printed(state, commands, at - 1, depth + 1)
        return fed(state, commands, at)
    text = _file(state, words[-1].text) if words else None
    return [one._replace(line=name.line) for one in _lines(text or "", 1)]


def filled(state: State, arguments: Sequence[Argument], command: Command, lines: Sequence[Line]) -> None:
    """Sets the variables of `read` from the first line, the array of `mapfile` from all."""
    words = [one.text for one in arguments[1:]]
    options = [word for word in words if word.startswith("-") and word != "-"]
    variables = [word for word in words if re.fullmatch(r"[A-Za-z_]\w*", word)]
    for name in variables if not lines else ():
        state.known.pop(name, None)
    if not lines or not variables:
        return
    if arguments[0].text != "read":
        state.known[f"{variables[-1]}[@]"] = tuple(one.text for one in lines)[: MAX_VALUES * 4]
        return
    marks = next(("".join(values_of(state, one.values[0])) for one in command.assigned if one.name == "IFS"), " \t")
    parts = re.split(f"[{re.escape(marks)}]+" if marks else r"\n", lines[0].text)
    if any("a" in option for option in options):
        state.known[f"{variables[-1]}[@]"] = tuple(parts)[: MAX_VALUES * 4]
        return
    if len(parts) > len(variables):
        parts = [*parts[: len(variables) - 1], (marks[:1] or " ").join(parts[len(variables) - 1 :])]
    for name, value in zip(variables, [*parts, *[""] * len(variables)], strict=False):
        state.known[name] = (value,)


def handed(arguments: Sequence[Argument], lines: Sequence[Line]) -> Iterator[list[Argument]]:
    """The command lines that `xargs` and `parallel` make of the lines; the one as it stands where none are known."""
    words = [one.text for one in arguments]
    given = next((at for at, word in enumerate(words) if word == ":::"), len(words))
    lines = [*lines, *(Line(one.text, one.line) for one in arguments[given + 1 :])][:MAX_LINES]
    plain = list(arguments[:given])
    if not lines:
        yield plain
        return
    mark = next((words[at + 1] for at, word in enumerate(words[:-1]) if word == "-I"), "")
    mark = mark or next((word[2:] for word in words if word.startswith("-I")), "") or "{}"
    held = any(mark in word for word in words[words.index("-I") + 2 if "-I" in words else 1 :])
    for line in lines:
        if held:
            yield [one._replace(values=tuple(value.replace(mark, line.text) for value in one.values)) for one in plain]
        else:
            yield [*plain, *(Argument((word,), line.line) for word in line.text.split())]


def rendered(state: State, command: Command) -> str:
    """The text of a here-document with the variables in it replaced that are known."""
    _, text = command.heredoc or (1, "")
    if command.literal or "$" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[3]
        known = state.known.get(name, ())
        if found[0].startswith("\\") or len(known) > 1 or "\n" in "".join(known):
            return found[0]
        return known[0] if known else found[2] or found[0]

    return _VARIABLE.sub(value, text)


def target_of(state: State, commands: Sequence[Command], at: int) -> tuple[list[str], str]:
    """The words of a command that reads a text and of those that it passes it on to, and the file that they write.

    A resource that goes to a cluster counts as a file of its own.
    """
    words: list[str] = []
    file = ""
    for command in commands[at : at + 3]:
        own = [one.text for word in command.words for one in expanded(state, word)]
        names = [word.rpartition("/")[2] for word in own]
        written = values_of(state, command.target)[0] if command.target else "/dev/null"
        if written != "/dev/null":
            file = written
        elif "tee" in names[:2]:
            file = own[-1]
        elif _KUBERNETES.intersection(names[:3]) and "-" in own:
            file = "stdin.yaml"
        elif names[:2] == ["docker", "build"]:
            file = "Dockerfile"
        elif names[:2] == ["ollama", "create"]:
            file = "Modelfile"
        words += own
        if file or not command.piped:
            break
    if words[:2] == ["docker", "build"]:
        file = "Dockerfile"
    return words, file.rpartition("/")[2]
