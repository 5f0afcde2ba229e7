"""Dockerfiles → the models that their variables, build steps and commands name.

Source: the Dockerfile reference: continued lines, here-documents, both forms of commands, variables by stage.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from openness.discover import command_rules, names, shell
from openness.discover.shell_values import Argument
from openness.discover.source import Look, Source, use
from openness.errors import SourceError
from openness.usage import Use

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+")
_ESCAPE = re.compile(r"#\s*escape\s*=\s*`", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*[\"']?([\w.]+)[\"']?")
_FLAGS = re.compile(r"(?:--[\w-]+(?:=\S+)?\s+)+")
_STAGE = re.compile(r"(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_PAIR = re.compile(r"([A-Za-z_]\w*)(?:=|\s+)(?=\S)")
_VALUE = re.compile(r"([A-Za-z_]\w*)[= ][\"']?([^\s\"'$]+)[\"']?(?=\s|$)")
_QUOTED = re.compile(r"""(["'])([^"']*)\1""")
_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"')

Known = dict[str, tuple[str, ...]]


class Step(NamedTuple):
    """An instruction; its text has the comments within it blanked out, so that lines stay."""

    word: str
    text: str
    line: int
    """1-based, where the text begins."""


class Stage(NamedTuple):
    """What is known in a stage of the build."""

    known: Known
    image: list[str]
    """The words of the command that the image starts; empty where it is not known."""

    entry: list[Argument]
    command: list[Argument]


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models of a Dockerfile, in the order of its lines. Raises SourceError for one that is too long."""
    if len(source.content) > shell.MAX_LENGTH:
        raise SourceError(f"longer than {shell.MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    found: list[Use] = []
    everywhere: Known = {}
    stages: dict[str, Stage] = {}
    stage = Stage(everywhere, [], [], [])
    for step in _steps(source.content):
        if step.word == "FROM":
            found += _started(source, stage, look)
            stage = _stage(step, everywhere, stages)
        elif step.word in ("ENV", "ARG"):
            found += _variables(source, step, stage.known, everywhere, look)
            if stage.image == [names.OLLAMA]:
                found += _of_ollama(source, step)
        elif step.word == "RUN":
            found += _run(source, step, stage.known, look)
        elif step.word in ("ADD", "COPY"):
            found += _copied(source, step, stage.known, look)
        elif step.word in ("CMD", "ENTRYPOINT"):
            stage = _command(source, step, stage, found, look)
    found += _started(source, stage, look)
    loaded = {one.model for one in found if not one.via.startswith("variable ")}
    kept = [one for one in found if one.model not in loaded or not one.via.startswith("variable ")]
    yield from shell.as_written(source, sorted(dict.fromkeys(kept), key=lambda one: one.line))


def _steps(content: str) -> Iterator[Step]:
    """The instructions, continued lines joined by keeping them as lines."""
    lines = content.split("\n")
    escape = "`" if _ESCAPE.match(lines[0]) else "\\"
    at = 0
    while at < len(lines):
        instruction = _INSTRUCTION.match(lines[at])
        if instruction is None:
            at += 1
            continue
        word, first, text = instruction[1].upper(), at, [lines[at][instruction.end() :]]
        if word == "ONBUILD" or (word == "HEALTHCHECK" and "CMD" in text[0]):
            inner = _INSTRUCTION.match(text[0][text[0].find("CMD") :] if word == "HEALTHCHECK" else text[0])
            word = inner[1].upper() if inner else word
            text = [text[0][text[0].find(inner[1]) + len(inner[1]) :]] if inner else text
            word = "RUN" if instruction[1].upper() == "HEALTHCHECK" else word
        while text[-1].rstrip().endswith(escape) or (at > first and not text[-1]):
            at += 1
            if at >= len(lines):
                break
            comment = lines[at].lstrip().startswith("#")
            text[-1] = text[-1].rstrip()[:-1] + "\\" if text[-1].rstrip().endswith(escape) else text[-1]
            text.append("\\" if comment or not lines[at].strip() else lines[at])
        if word in ("RUN", "COPY", "ADD"):
            at, body = _heredoc(lines, at, text)
            text += body
        yield Step(word, "\n".join(text), first + 1)
        at += 1


def _heredoc(lines: list[str], at: int, text: list[str]) -> tuple[int, list[str]]:
    """The lines up to the end mark of a here-document, and where they end; none where it has no end."""
    mark = _HEREDOC.search(text[-1])
    if not mark:
        return at, []
    for end in range(at + 1, len(lines)):
        if lines[end].strip() == mark[1]:
            return end, lines[at + 1 : end + 1]
    return at, []


def _stage(step: Step, everywhere: Known, stages: dict[str, Stage]) -> Stage:
    """A new stage: what an earlier one that it goes on from had set, or nothing."""
    found = _STAGE.match(step.text.strip())
    image, name = (found[1], found[2]) if found else ("", None)
    before = stages.get(image.lower())
    if before:
        stage = Stage(dict(before.known), before.image, list(before.entry), list(before.command))
    else:
        stage = Stage({}, command_rules.of_image(image) or [], [], [])
    if name and len(stages) < 1000:
        stages[name.lower()] = stage
    return stage


def _variables(source: Source, step: Step, known: Known, everywhere: Known, look: Look | None) -> list[Use]:
    """`ENV X=a Y="b"`, `ENV X a`, `ARG X=a`, and `ARG X`, which takes the value from before the first stage."""
    text = step.text
    if step.word == "ARG" and "=" not in text:
        for name in text.split():
            if name in everywhere and name not in known:
                known[name] = everywhere[name]
        return []
    pair = _PAIR.match(text)
    if pair and not pair[0].endswith("="):
        value = text[pair.end() :].strip()
        quoted = _QUOTED.fullmatch(value)
        text = f"{pair[1]}={json.dumps(quoted[2] if quoted else value)}"
    return shell.run(source.at(step.line, text), look, known)


def _of_ollama(source: Source, step: Step) -> Iterator[Use]:
    """The variables of an image of Ollama's, whose models have names of its library."""
    for pair in _VALUE.finditer(step.text):
        named = names.read(pair[2], default=names.OLLAMA) if command_rules.speaks(pair[1]) else None
        if named:
            line = step.line + step.text.count("\n", 0, pair.start())
            yield use(source, named, line, f"variable {pair[1]}")


def _run(source: Source, step: Step, known: Known, look: Look | None) -> list[Use]:
    """A build step: a shell text, a here-document as one, or a list of words."""
    text = step.text
    flags = _FLAGS.match(text)
    if flags:
        text = "\n" * flags[0].count("\n") + text[flags.end() :]
    words = _list(step)
    if words is not None:
        return shell.argv(source, words, known, look)
    mark = _HEREDOC.match(text.strip())
    first, _, body = text.partition("\n")
    if mark and not first.strip()[mark.end() :].strip():
        return shell.run(source.at(step.line + 1, body.rpartition("\n")[0]), look, dict(known))
    return shell.run(source.at(step.line, text), look, dict(known))


def _copied(source: Source, step: Step, known: Known, look: Look | None) -> list[Use]:
    """An address that ADD fetches, or a here-document that becomes a file, as the shell text that does the same."""
    first, _, body = step.text.partition("\n")
    mark = _HEREDOC.search(first)
    text = step.text
    if mark:
        text = f"cat {mark[0]} > {first.split()[-1]}\n{body}"
    elif "://" not in text:
        return []
    return shell.run(source.at(step.line, text if mark else f"curl {text}"), look, dict(known))


def _command(source: Source, step: Step, stage: Stage, found: list[Use], look: Look | None) -> Stage:
    """CMD and ENTRYPOINT: lists wait for the end of the stage, as the one goes on from the other."""
    words = _list(step)
    if words is None:
        found += shell.run(source.at(step.line, step.text), look, dict(stage.known))
        return stage
    if step.word == "ENTRYPOINT":
        return stage._replace(entry=words, command=[])
    return stage._replace(command=words)


def _started(source: Source, stage: Stage, look: Look | None) -> list[Use]:
    """What a container of the stage runs."""
    image = [Argument((word,), stage.command[0].line) for word in stage.image] if stage.command else []
    words = [*(stage.entry or image), *stage.command]
    return shell.argv(source, words, stage.known, look) if words else []


def _list(step: Step) -> list[Argument] | None:
    """The words of `["a", "b"]` with their lines; None for what is no such list."""
    text = re.sub(r"\\\n", " \n", step.text)
    if not text.lstrip().startswith("[") or not text.rstrip(" \n\\").endswith("]"):
        return None
    words = []
    line, before = step.line, 0
    for item in _ITEM.finditer(text):
        line += text.count("\n", before, item.start())
        before = item.start()
        try:
            words.append(Argument((str(json.loads(item[0], strict=False)),), line))
        except ValueError:
            return None
    return words
