"""One command line whose command is told → the models that its words name: the options half of `shell.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from openness.discover import command_rules, names
from openness.discover.command_rules import speaks
from openness.discover.names import Named
from openness.discover.shell_values import ADDRESS, MAX_VALUE, Argument, State, read
from openness.discover.source import use

_TELLING = re.compile(r"hf://|hf-hub:|models--[\w.-]+--", re.IGNORECASE)
_PAIR = re.compile(r"(?:\w{1,40},){0,5}([A-Za-z_][\w.+[\]-]*)=(.*)", re.DOTALL)


def load(state: State, command: command_rules.Command, arguments: Sequence[Argument]) -> None:
    """The models of a command that loads some, and its options."""
    if command.sends:
        return
    words = [one.text for one in arguments]
    options = {word for word in words if word.startswith("-")}
    for option, *value in command.unless:
        spaced = option in options and (not value or value[0] in _after(words, option))
        if spaced or any(f"{option}={one}" in options for one in value):
            return
    first = _first(command, arguments) if command.first else None
    revision = revision_of(words, command.revisions)
    if first is not None:
        argument = arguments[first]
        for one in argument.values:
            whole = command.first == "org"
            named = read(one, bare=not whole, default=names.HUB if whole else str(command.first))
            if named:
                state.uses.append(use(state.source, named, argument.line, command.name, revision))
                revision = revision if len(argument.values) > 1 else None
        if _PAIR.match(argument.text):  # no name, but `pretrained=org/name`
            first = None
    for argument in arguments if command.words else ():
        for one in argument.values:
            named = None if one.startswith("-") else read(one, default=str(command.words))
            if named:
                state.uses.append(use(state.source, named, argument.line, command.name, revision))
    speaking(state, [one for at, one in enumerate(arguments) if at != first], command, revision)


def _after(words: Sequence[str], option: str) -> Sequence[str]:
    """The word after an option."""
    return words[words.index(option) + 1 :][:1]


def revision_of(words: Sequence[str], more: frozenset[str] = frozenset(), key: str | None = None) -> str | None:
    """The value of the option that says the revision: of the model, or of what the option `key` holds."""
    wanted = {f"{key}_revision"} if key else command_rules.rules().revisions
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option.startswith("-") and (command_rules.key(option) in wanted or option in more):
            value = value if equals else (words[at + 1] if at + 1 < len(words) else "")
            return value if value and not value.startswith(("-", "$")) else None
    return None


def _first(command: command_rules.Command, arguments: Sequence[Argument]) -> int | None:
    """Which argument is the first that is no option.

    After an option it is one only if it is `org/name`, as the option may take a value.
    """
    flags = command_rules.rules().flags
    after: list[int] = []
    previous = ""
    for at, argument in enumerate(arguments):
        text = argument.text
        if text.startswith("-") and len(text) > 1:
            previous = "" if "=" in text or text in flags else text
            continue
        if not previous:
            return at
        if (
            previous in command.models
            or speaks(previous)
            or command_rules.key(previous) in command_rules.rules().revisions
        ):
            previous = ""
            continue
        after.append(at)
        previous = ""
    if command.first == names.HUB:
        for at in after:
            option = arguments[at - 1].text
            named = read(arguments[at].text)
            if named and "/" in named.model and not command_rules.rules().silent.fullmatch(command_rules.key(option)):
                return at
    return None


def speaking(
    state: State, arguments: Sequence[Argument], command: command_rules.Command | None, revision: str | None
) -> None:
    """Options that speak of a model, `key=value`, addresses and what else tells by itself."""
    words = [one.text for one in arguments]
    via = command.name if command else "option"
    previous = ""
    for argument in arguments:
        text = argument.text
        if text.startswith("-") and len(text) > 1:
            option, equals, _ = text.partition("=")
            previous = "" if equals else option
            if equals:
                values = tuple(value.partition("=")[2] for value in argument.values)
                revision = _option(state, argument._replace(values=values), option, command, words, revision)
            continue
        option = previous
        previous = option if option and command_rules.rules().several.fullmatch(command_rules.key(option)) else ""
        speaks_of = bool(option) and (speaks(option) or (command is not None and option in command.models))
        if speaks_of or _pairs(option, text):
            revision = _option(state, argument, option, command, words, revision)
        for value in argument.values:
            named = _telling(value, arguments[0].text.rpartition("/")[2], via)
            if named:
                state.uses.append(
                    use(state.source, named, argument.line, "address" if "://" in value else via, revision)
                )


def kept(state: State, arguments: Sequence[Argument], via: str) -> None:
    """The models whose files in the Hub client's cache a command looks at, takes or moves."""
    for argument in arguments:
        for value in argument.values:
            named = names.cached(value) if "/snapshots/" in value else None
            if named:
                state.uses.append(use(state.source, named, argument.line, via))


def _telling(value: str, name: str, via: str) -> Named | None:
    """A model that a word names by itself: a fetched address of the Hub, `hf://`, a path in the Hub's cache."""
    if len(value) > names.MAX_NAME:
        return None
    if ADDRESS.search(value):
        fetched = name in command_rules.rules().fetches or via.startswith("git") or "/resolve/" in value
        return read(value) if fetched or value.lower().startswith("hf.co/") else None
    return read(value) if _TELLING.search(value) and not value.startswith("-") else None


def _pairs(option: str, text: str) -> bool:
    """Whether a word is `key=value`, several of them, or a JSON object."""
    return text.startswith("{") or bool(_PAIR.match(text)) or (bool(option) and "=" in text)


def _option(
    state: State,
    argument: Argument,
    option: str,
    command: command_rules.Command | None,
    words: Sequence[str],
    revision: str | None,
) -> str | None:
    """The model of an option's value; returns the revision that is left for those that follow."""
    rules = command_rules.rules()
    key = command_rules.key(option)
    listed = command is not None and option in command.models
    for value in argument.values:
        if value.startswith("{"):
            _json(state, value, argument.line, words, "lora" in key)
        elif _PAIR.match(value) and "://" not in value.partition("=")[0]:
            sent = bool(words) and command_rules.program(words[0]) in rules.fetches
            _key_values(state, value, argument.line, option, sent)
        elif listed or (option and speaks(option)):
            default = names.OLLAMA if rules.ollama.fullmatch(key) else names.HUB
            named = read(value, bare=listed or rules.bare.fullmatch(key) is not None, default=default)
            if named:
                own = revision_of(words, key=re.sub(r"_(?:id|path|name|repo|name_or_path)$", "", key)) or revision
                via = f"{command.name} {option}" if command else f"option {option}"
                state.uses.append(use(state.source, named, argument.line, via, own))
                revision = revision if len(argument.values) > 1 else None
    return revision


def _key_values(state: State, text: str, line: int, option: str, sent: bool) -> None:
    """`key=value` or several with commas between: `pretrained=org/name,revision=main`, `MODEL=org/name`."""
    rules = command_rules.rules()
    pairs = [(pair[0], pair[1]) for pair in (part.partition("=")[::2] for part in text.split(",")) if pair[1]]
    revision = next((value for key, value in pairs if command_rules.key(key) in rules.revisions), None)
    for key, value in pairs:
        compared = command_rules.key(key)
        strong = bool(option) or sent or key.isupper() or "." in key or rules.overrides.fullmatch(compared) is not None
        named = None
        if speaks(option) and "lora" in command_rules.key(option):
            named = read(value)
        elif strong and speaks(key):
            default = names.OLLAMA if rules.ollama.fullmatch(compared) else names.HUB
            named = read(value, bare=compared == "pretrained", default=default)
        if named:
            state.uses.append(use(state.source, named, line, f"{option or 'word'} {key}=", revision))
            revision = None


def _json(state: State, text: str, line: int, words: Sequence[str], lora: bool) -> None:
    """The models in a JSON object that is an option's value, which counts as one line."""
    request(state, text.replace("\n", " "), line, words, lora)


def request(state: State, text: str, line: int, words: Sequence[str], lora: bool = False) -> None:
    """The models in a JSON object, the body of a request for one; it begins at `line`."""
    try:
        value = json.loads(text[:MAX_VALUE])
    except (ValueError, RecursionError):
        return
    address = next((word for word in words if "://" in word or "localhost" in word), "")
    ollama = re.search(r":11434\b|/api/(?:pull|generate|chat|embed|embeddings)\b", address)
    default = names.OLLAMA if ollama else names.HUB
    for key, entry in _entries(value, 0):
        if speaks(key) or (ollama and key == "name") or (lora and key == "path"):
            named = read(entry, default=default)
            if named:
                at = line + text[: max(text.find(entry), 0)].count("\n")
                state.uses.append(use(state.source, named, at, f"key {key}", None))


def _entries(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """The texts of an object and of those within it, with their keys."""
    if depth > 6:
        return
    for key, entry in list(value.items())[:100] if isinstance(value, dict) else ():
        if isinstance(entry, str):
            yield key, entry
        else:
            yield from _entries(entry, depth + 1)
    for entry in value[:20] if isinstance(value, list) else ():
        yield from _entries(entry, depth + 1)
