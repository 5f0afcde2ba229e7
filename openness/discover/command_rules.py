"""`rules/model-commands.yaml`: which command lines load a model, and which options and variables speak of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio

MOST_WORDS = 4
"""Most words that a command of the rules begins with."""


class Command(NamedTuple):
    """A command that loads a model."""

    name: str
    first: str | None
    """How its first word that is no option is read: `hub`, `org` (with one), `ollama` or `docker`; None: not at all."""

    models: frozenset[str]
    """Options whose value is a model, a bare name included; as written, with dashes."""

    revisions: frozenset[str]
    unless: frozenset[tuple[str, ...]]
    """An option, with or without a value, that makes it load no model."""

    words: str | None = None
    """How each word that is no option is read, if that names a model."""

    sends: bool = False
    """Whether it loads none: its words say where something goes, or what it is called from then on."""


class Rules(NamedTuple):
    """`rules/model-commands.yaml`."""

    commands: dict[str, Command]
    images: dict[str, str]
    speaking: re.Pattern[str]
    silent: re.Pattern[str]
    bare: re.Pattern[str]
    ollama: re.Pattern[str]
    overrides: re.Pattern[str]
    several: re.Pattern[str]
    """Options that take several words."""

    revisions: frozenset[str]
    flags: frozenset[str]
    wrappers: frozenset[str]
    shells: frozenset[str]
    pythons: frozenset[str]
    silent_commands: frozenset[str]
    fetches: frozenset[str]
    scripts: re.Pattern[str]
    """Scripts that load the model that their first word names."""

    others: frozenset[str]
    """Programs whose models are no models of ours."""

    keepers: frozenset[str]
    """Of the silent ones, those whose words may be files in the Hub client's cache."""


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules. Raises CatalogError for a file that is not as it should be."""
    top = yamlio.rules("model-commands.yaml", "the list of commands")
    commands, images = top.child("commands"), top.child("images")
    if commands is None or images is None:
        top.fail("commands", "the list of commands needs 'commands' and 'images'")
    return Rules(
        commands={name: _command(commands, name) for name in commands.map},
        images={name: images.text(name, "") for name in images.map},
        speaking=_whole(top.texts("options")),
        silent=_whole(top.texts("silent-options")),
        bare=_whole(top.texts("bare-options")),
        ollama=_whole(top.texts("ollama-options")),
        overrides=_whole(top.texts("overrides")),
        several=_whole(top.texts("several")),
        revisions=frozenset(top.texts("revisions")),
        flags=frozenset(top.texts("flags")),
        wrappers=frozenset(top.texts("wrappers")),
        shells=frozenset(top.texts("shells")),
        pythons=frozenset(top.texts("pythons")),
        silent_commands=frozenset(top.texts("silent")),
        fetches=frozenset(top.texts("fetches")),
        scripts=re.compile(top.text("scripts"), re.IGNORECASE),
        others=frozenset(top.texts("others")),
        keepers=frozenset(top.texts("keepers")),
    )


def _command(commands: yamlio.Reader, name: str) -> Command:
    entry = commands.child(name)
    if entry is None:
        commands.fail(name, f"'{name}' needs a mapping")
    entry.only("first", "model", "revision", "unless", "words", "sends", "like")
    like = entry.text("like", "")
    if like:
        if like not in commands.map or like == name:
            entry.fail("like", f"there is no command '{like}'")
        return _command(commands, like)._replace(name=name)
    return Command(
        name,
        entry.text("first", "") or None,
        frozenset(entry.texts("model")),
        frozenset(entry.texts("revision")),
        frozenset(tuple(one.split()) for one in entry.texts("unless")),
        entry.text("words", "") or None,
        bool(entry.flag("sends")),
    )


def _whole(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """An option or variable as the rules compare it: `--model.name-or-path` → `model_name_or_path`."""
    return re.sub(r"\[\w*\]", "", re.sub(r"[-.]|(?<=[a-z0-9])(?=[A-Z])", "_", name.lstrip("-"))).lower()


@lru_cache(maxsize=4096)
def speaks(name: str) -> bool:
    """Whether an option or a variable of this name holds a model."""
    compared = key(name)
    if len(compared) > 60 or rules().silent.fullmatch(compared):
        return False
    return rules().speaking.fullmatch(compared) is not None


def program(word: str) -> str:
    """The name of the program that a word of a command line starts; `org/name` and `KEY=value` start none."""
    path, _, name = word.rpartition("/")
    if not path or word.startswith(("/", "./", "../", "~")) or path.endswith("bin") or name.endswith((".py", ".sh")):
        return name.removesuffix(".exe") if "=" not in word else ""
    return word


def command(words: Sequence[str]) -> tuple[Command, int] | None:
    """The command that these words begin with, and how many of them name it; the longest that is known."""
    if not words or not words[0]:
        return None
    first = re.sub(r"^(python|ipython)[\d.]*$", r"\1", program(words[0]))
    names = [first, *words[1:MOST_WORDS]]
    if first == "python" and "-m" in words[1:5]:
        module = words.index("-m")
        whole = rules().commands.get(" ".join([first, *words[module : module + 2]]))
        inner = (whole, 2) if whole else command(words[module + 1 :])  # a module is mostly its program, too
        return (
            (inner[0], module + inner[1]) if whole and inner else (inner[0], module + 1 + inner[1]) if inner else None
        )
    if first == "python":
        script = next((at for at, word in enumerate(words[1:4], 1) if not word.startswith("-")), 0)
        inner = command(words[script:]) if script and words[script].endswith(".py") else None
        return (inner[0], script + inner[1]) if inner else None
    if rules().scripts.fullmatch(first):
        return Command(first, "org", frozenset(), frozenset(), frozenset()), 1
    for count in range(len(names), 0, -1):
        found = rules().commands.get(" ".join(names[:count]))
        if found:
            return found, count
    return None


def of_image(image: str) -> list[str] | None:
    """The words of the command that an image passes its arguments to: none for one that runs them as they are."""
    name = image.partition("@")[0].lower()
    if ":" in name.rpartition("/")[2]:
        name = name.rpartition(":")[0]
    for known, words in rules().images.items():
        if name == known or name.endswith(f"/{known}"):
            return words.split()
    return None
