"""What a value alone says to the reader of keys: the name in it, the words of a command, the file that it holds."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from openness.discover import evidence, files, names
from openness.discover.names import API, HUB, OLLAMA, Named
from openness.discover.nodes import List, Map, Text
from openness.discover.speaking import is_in, normal, rules, speaks

DOCKER = "docker"

_YAML = re.compile(r"\s*+(?:- )?[\w.-]+:(?: [^\n]*)?\n[\s\S]*?^ *(?:- )?[\w.-]+:(?: |$)", re.MULTILINE)
_PAIR = re.compile(r"--?[\w-]+ +[\w./:@-]+")
_CONFIGURATION = frozenset(("conf", "config", "configs", "configuration", "hydra", "params", "settings"))


def form(key: str, text: Text, default: str) -> str | None:
    """What a value of several lines is that is a file itself: by its key, or by how it begins."""
    if not text.script:
        return None
    if default == OLLAMA and text.script.startswith("FROM "):
        return "modelfile"
    if is_in(normal(key), "yaml-texts"):
        return "yaml"
    if text.script.startswith("#!"):
        return files.by_first_line(text.script[:200].encode())
    return files.form(key) or ("yaml" if _YAML.match(text.script) else None)


def without_texts(node: List) -> List:
    """The mappings and lists among the entries of a list of commands."""
    rest = List()
    rest.entries = [entry for entry in node.entries if not isinstance(entry, Text)]
    return rest


def prefixed(kind: str, rest: str) -> Named | None:
    """The model of `task:name` or `name` behind a provider that serves models of a kind."""
    task, colon, name = rest.partition(":")
    name = name if colon and (kind != OLLAMA or task in ("chat", "completion", "embeddings")) else rest
    if kind != API:
        return names.read(name, default=kind)
    remote = names.api(name)
    if remote is not None:
        return Named(name, API)
    return names.read(name) if evidence.in_name(name) else None  # a server of one's own that speaks the same protocol


def group(path: str) -> str | None:
    """The key that a file stands for by its place, as a group of hydra's does: `conf/model/small.yaml`."""
    *folders, name = path.split("/")
    stem, _, ending = name.partition(".")
    if ending.lower() not in ("yaml", "yml", "json", "toml") or any(folder.startswith(".") for folder in folders):
        return None
    if folders and speaks(normal(folders[-1])):
        return folders[-1]
    return stem if not _CONFIGURATION.isdisjoint(map(str.lower, folders)) and speaks(normal(stem)) else None


def keys(node: Map) -> set[str]:
    """The keys of a mapping, as `normal` has them."""
    return {normal(key.value) for key, _ in node.pairs}


def aliases(node: Map) -> set[str]:
    """The keys of a mapping that hold a name which the user made up."""
    return {alias for key, _ in node.pairs if (alias := rules().aliases.get(normal(key.value)))}


def split(text: Text) -> list[Text]:
    """The words of one command, each with its line."""
    words = []
    for number, line in enumerate((text.script or text.value).split("\n")):
        bare = line.strip().removesuffix("\\")
        try:
            parts = shlex.split(bare, comments=True)
        except ValueError:
            parts = bare.split()
        words += [Text(word, text.line + number if text.script else text.line) for word in parts]
    return words


def is_pair(text: Text) -> bool:
    """Whether an entry of a list of words is an option and its value."""
    return _PAIR.fullmatch(text.value) is not None


def options(words: Sequence[Text]) -> dict[str, Text]:
    """The options of a command with their values, as the fields of a mapping."""
    found = {}
    for word, after in zip(words, [*words[1:], Text("", 0)], strict=True):
        if word.value.startswith("--"):
            option, sign, value = word.value.partition("=")
            found[normal(option)] = Text(value, word.line) if sign else after
    return found


def name(value: str, own: str, default: str) -> Named | None:
    """The model that a value names under a key; `default` is what a name is that does not say where it comes from."""
    words = rules()
    value = value.strip().strip("\"'")
    for pattern, organisation in words.short:
        if pattern.fullmatch(value):
            return names.read(f"{organisation}/{value}")
    bare = is_in(own, "bare") or words.known.fullmatch(value) is not None
    if default == DOCKER and "/" in value and not value.startswith(("hf.co/", "huggingface.co/")):
        found = names.read(value.replace(":", "@", 1))
        return Named(value, DOCKER) if found is not None else None
    if default == OLLAMA and "/" not in value and names.read(value, default=OLLAMA) is not None:
        value = f"ollama/{value}"  # of Ollama's library, even where a closed API has one of the same name
    found = names.read(value, bare=bare, default=OLLAMA if default == OLLAMA else HUB)
    if found is None and words.ollama.fullmatch(value):
        return names.read(value, default=OLLAMA)
    return found
