"""Ollama's Modelfile → the models that `FROM` and `ADAPTER` name.

Source: the Modelfile reference in Ollama's documentation. A file with the instructions of a Dockerfile is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openness.discover import names
from openness.discover.source import Look, Source, use
from openness.usage import Use

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)")
_OF_DOCKER = frozenset({"RUN", "COPY", "CMD", "ENTRYPOINT", "WORKDIR", "ENV", "EXPOSE", "ARG", "ADD", "USER"})


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models that a Modelfile is made from, in the order of its lines; files beside it are none. Linear."""
    found: list[Use] = []
    quoted = False
    for number, line in enumerate(source.content.split("\n"), 1):
        inside, quoted = quoted, quoted ^ bool(line.count('"""') % 2)
        instruction = None if inside else _INSTRUCTION.fullmatch(line.rstrip())
        if instruction is None:
            continue
        word, value = instruction[1].upper(), instruction[2].strip().strip("\"'")
        if word in _OF_DOCKER:
            return
        if word not in ("FROM", "ADAPTER") or value.startswith(("/", ".", "~")):
            continue
        if value.lower().endswith((".gguf", ".safetensors", ".bin")):
            continue
        named = names.read(value, default=names.OLLAMA if word == "FROM" else names.HUB)
        if named:
            found.append(use(source, named, number, f"Modelfile {word}"))
    yield from found
