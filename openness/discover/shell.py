"""Shell scripts and snippets → the models that they load. Nothing is executed.

`shell_words` reads the text; here variables get their values in the order of the text, and each command is looked at:
the ones that load models, and for any command the options and variables that speak of one (`command_rules`).

A reader of our own and no grammar of tree-sitter's, which is the maintained parser with a fitting licence: snippets
hold marks of template languages that are no shell, words must be evaluated in any case, and its C code is one more
thing that a hostile file could crash. Python's shlex knows neither lines nor substitutions, here-documents or comments
within a text.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from types import ModuleType
from typing import NamedTuple

from openness.discover import command_rules, names, shell_words
from openness.discover.command_rules import speaks
from openness.discover.names import Named
from openness.discover.shell_words import Assignment, Variable, Word
from openness.discover.source import MAX_QUOTE, Look, Source, use
from openness.errors import SourceError
from openness.model import Use

MAX_LENGTH = 2_000_000
"""Longest text that is read, in characters."""

MAX_VALUES = 16
"""Most values of a word that are told apart."""

MAX_VALUE = 20_000
"""Longest value of a variable, in characters."""

MAX_WITHIN = 4
"""Deepest `bash -c "bash -c …"`."""

_ADDRESS = re.compile(r"(?:huggingface\.co|hf\.co)[/:]", re.IGNORECASE)
_TELLING = re.compile(r"hf://|hf-hub:|models--[\w.-]+--", re.IGNORECASE)
_PAIR = re.compile(r"([A-Za-z_][\w.+-]*)=(.*)", re.DOTALL)


class Argument(NamedTuple):
    """A word of a command line with the values that it may have."""

    values: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """Its first value."""
        return self.values[0] if self.values else ""


class State(NamedTuple):
    """What is known at a place of the text, and what was found up to there."""

    source: Source
    look: Look | None
    known: dict[str, tuple[str, ...]]
    """Values of variables; of an array under `X[@]`, and each under `X[0]`."""

    uses: list[Use]
    spoken: list[Use]
    """Of variables that speak of a model; they count where no command in the text loads it."""

    depth: int = 0


def find(source: Source, look: Look | None = None, known: Mapping[str, str] | None = None) -> Iterator[Use]:
    """The models that a shell text loads, in the order of its lines. `known` are variables set outside of it.

    Raises SourceError for a text that is too long. Linear in its length.
    """
    yield from run(source, look, {name: (value,) for name, value in (known or {}).items()})


def run(source: Source, look: Look | None, known: dict[str, tuple[str, ...]], depth: int = 0) -> list[Use]:
    """`find`, which leaves the variables that the text sets in `known`."""
    if len(source.content) > MAX_LENGTH:
        raise SourceError(f"longer than {MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    state = State(source, look, known, [], [], depth)
    for command in shell_words.commands(source.content):
        _command(state, command)
    return settled(state)


def argv(
    source: Source, arguments: Sequence[Argument], known: dict[str, tuple[str, ...]], look: Look | None = None
) -> list[Use]:
    """The models of one command line that is given word by word, as in `CMD ["vllm", "serve"]`."""
    state = State(source, look, known, [], [])
    _arguments(state, [_known_values(state, one) for one in arguments])
    return settled(state)


def variable(source: Source, name: str, value: str, line: int) -> list[Use]:
    """The model that a variable holds whose name speaks of one."""
    state = State(source, None, {}, [], [])
    _spoken(state, name, (value,), line, "variable")
    return state.spoken


def as_written(source: Source, found: Sequence[Use]) -> list[Use]:
    """The uses with the line of `source` as their quote, where a text made from it was read."""
    if source.lines:
        return list(found)
    lines = source.content.split("\n")
    return [
        one._replace(quote=lines[one.line - 1].strip()[:MAX_QUOTE]) if one.line <= len(lines) else one for one in found
    ]


def settled(state: State) -> list[Use]:
    """What was found, each model once a line, and variables only where no command loads the model."""
    loaded = {one.model for one in state.uses}
    found = [*state.uses, *(one for one in state.spoken if one.model not in loaded)]
    distinct: dict[tuple[int, str, str | None], Use] = {}
    for one in found:
        distinct.setdefault((one.line, one.model, one.revision), one)
    return sorted(distinct.values(), key=lambda one: one.line)


def _command(state: State, command: shell_words.Command) -> None:
    for assignment in command.assigned:
        _assign(state, assignment)
    if command.heredoc:
        _heredoc(state, command)
    words = command.words
    if len(words) > 3 and words[0].plain in ("for", "select") and words[2].plain == "in":
        values = [value for word in words[3:] for one in _expanded(state, word) for value in one.values]
        state.known[words[1].plain] = tuple(values[: MAX_VALUES * 4])
        if speaks(words[1].plain):
            for word in words[3:]:
                _spoken(
                    state,
                    words[1].plain,
                    [value for one in _expanded(state, word) for value in one.values],
                    word.line,
                    "loop",
                )
        return
    _arguments(state, [argument for word in words for argument in _expanded(state, word)])


def _assign(state: State, assignment: Assignment) -> None:
    name = assignment.name
    groups = [_expanded(state, word, split=assignment.array) for word in assignment.values]
    values = tuple(value for group in groups for one in group for value in one.values)[: MAX_VALUES * 4]
    if assignment.array:
        for number, value in enumerate(values):
            index, _, rest = value.partition("]=")
            keyed = index.startswith("[") and rest
            state.known[f"{name}[{index[1:] if keyed else number}]"] = (rest if keyed else value,)
        values = tuple(
            value.partition("]=")[2] if value.startswith("[") and "]=" in value else value for value in values
        )
        before = state.known.get(f"{name}[@]", ()) if assignment.adds else ()
        state.known[f"{name}[@]"] = (*before, *values)[: MAX_VALUES * 4]
    else:
        before = state.known.get(name, ()) if assignment.adds else ()
        state.known[name] = tuple(dict.fromkeys((*before, *values)))[:MAX_VALUES]
    for word, group in zip(assignment.values, groups, strict=True):
        if any(isinstance(part, str) or part.fallback for part in word.parts):
            _spoken(
                state,
                name,
                [
                    value.partition("]=")[2] if assignment.array and "]=" in value else value
                    for one in group
                    for value in one.values
                ],
                word.line,
                "variable",
            )


def _spoken(state: State, name: str, values: Sequence[str], line: int, via: str) -> None:
    """The models that values of a variable name, if its own name speaks of one or the value does."""
    rules = command_rules.rules()
    key = command_rules.key(name)
    for value in values:
        named = None
        if speaks(name):
            default = names.OLLAMA if rules.ollama.fullmatch(key) else names.HUB
            named = read(value, bare=rules.bare.fullmatch(key) is not None, default=default)
        elif _TELLING.match(value):
            named = read(value)
        if named:
            state.spoken.append(use(state.source, named, line, f"{via} {name}"))


def read(value: str, *, bare: bool = False, default: str = names.HUB) -> Named | None:
    """`names.read`, without what shells add to a name."""
    if value.startswith(("/", ".", "~")) and "models--" not in value:
        return None
    if _ADDRESS.search(value):
        value = value.removesuffix("/").removesuffix(".git")
        return names.linked(value.replace("git@hf.co:", "hf.co/"))
    if default == "docker":
        return Named(value, "docker") if re.fullmatch(r"[a-z0-9][\w.-]*/[\w./-]+(?::[\w.-]+)?", value) else None
    return names.read(value, bare=bare, default=default)


def _expanded(state: State, word: Word, *, split: bool = True) -> list[Argument]:
    """The arguments that a word comes to: several for an array, or for a variable with spaces in it."""
    only = word.parts[0] if len(word.parts) == 1 else None
    if isinstance(only, Variable) and only.name.endswith(("[@]", "[*]")):
        items = state.known.get(only.name[:-3] + "[@]")
        if items is not None:
            return [Argument((item,), word.line) for item in items]
    values = _values(state, word)
    if split and not word.quoted and isinstance(only, Variable) and len(values) == 1 and len(values[0].split()) > 1:
        return [Argument((one,), word.line) for one in values[0].split()]
    return [Argument(values, word.line)]


def _values(state: State, word: Word) -> tuple[str, ...]:
    """What a word may be; a part that is not known stays as `$name`, which no name of a model holds."""
    options = [(part,) if isinstance(part, str) else _of_variable(state, part) for part in word.parts]
    found: dict[str, None] = {}
    for parts in product(*(one[:MAX_VALUES] for one in options)):
        found["".join(parts)[:MAX_VALUE]] = None
        if len(found) >= MAX_VALUES:
            break
    return tuple(found)


def _of_variable(state: State, part: Variable) -> tuple[str, ...]:
    name, _, index = part.name.partition("[")
    values = state.known.get(part.name)
    if values is None and index:
        values = state.known.get(f"{name}[@]") if not index[:-1].isdigit() else None
    elif values is None:
        values = state.known.get(f"{name}[0]")
    if not values:
        values = tuple(value for word in part.fallback for value in _values(state, word))
        if values and part.sets:
            state.known[part.name] = values
    return values or (f"${part.name or '?'}",)


def _known_values(state: State, argument: Argument) -> Argument:
    """An argument of a list whose values may hold `$X`, as the program that reads the list replaces it."""
    values: list[str] = []
    for value in argument.values:
        word = (
            [command.words for command in shell_words.commands('"' + value.replace('"', "") + '"')]
            if "$" in value
            else []
        )
        values += _values(state, word[0][0]) if word and word[0] else [value]
    return Argument(tuple(values), argument.line)


def _arguments(state: State, arguments: list[Argument]) -> None:
    """One command line."""
    rules = command_rules.rules()
    if not arguments:
        return
    start = _started(arguments)
    words = [one.text for one in arguments[start : start + 8]]
    name = command_rules.program(words[0]) if words else ""
    if name in rules.silent_commands and command_rules.command(words) is None:
        return
    if _texts(state, name, arguments[start:]):
        return
    found = command_rules.command(words)
    before = arguments[:start]
    if found:
        _load(state, found[0], arguments[start + found[1] :])
    else:
        before = arguments
    _speaking(state, before, None, _revision([one.text for one in before]))


def _started(arguments: Sequence[Argument]) -> int:
    """Where the command begins that wrappers start: `sudo docker exec c ollama pull` → `ollama`."""
    rules = command_rules.rules()
    first = command_rules.program(arguments[0].text)
    if first not in rules.wrappers or command_rules.command([one.text for one in arguments[:4]]):
        return 0
    limit = min(len(arguments), 80)
    for at in range(1, limit):
        words = [one.text for one in arguments[at : at + 8]]
        name = command_rules.program(words[0])
        image = (
            command_rules.of_image(words[0])
            if first in ("docker", "podman", "nerdctl") or "docker" in arguments[1].text
            else None
        )
        if image is not None:
            return at
        if command_rules.command(words) or (name in rules.shells and "-c" in words[1:4]) or name in rules.pythons:
            return at
    return 0


def _texts(state: State, name: str, arguments: Sequence[Argument]) -> bool:
    """Looks into a text that a shell or Python is given as a word, and into an image's arguments; whether it was such."""
    rules = command_rules.rules()
    image = command_rules.of_image(arguments[0].text)
    if image is not None:
        _arguments(state, [*(Argument((word,), arguments[0].line) for word in image), *arguments[1:]])
        return True
    words = [one.text for one in arguments]
    base = name.rstrip("0123456789.")
    if base in rules.pythons and "-c" in words[1:-1]:
        text = arguments[words.index("-c") + 1]
        _within(state, "python", text.line, text.text)
        return True
    options = [at for at, word in enumerate(words[1:-1], 1) if re.fullmatch(r"-[a-z]*c", word)]
    if name in rules.shells and (options or name in ("eval", "ssh")):
        text = arguments[options[0] + 1] if options else arguments[-1]
        _within(state, "shell", text.line, text.text)
        return True
    return False


def _within(state: State, form: str, line: int, text: str) -> None:
    """A text of a language within this one; one that cannot be read is passed over."""
    if state.depth >= MAX_WITHIN or not text:
        return
    inner = state.source.at(line, text)
    if form == "shell":
        state.uses.extend(run(inner, state.look, dict(state.known), state.depth + 1))
        return
    finder = _finder(form)
    if finder is not None:
        try:
            state.uses.extend(finder.find(inner, state.look))
        except SourceError:
            return


def _finder(form: str) -> ModuleType | None:
    """The finder of another form; imported here, as most texts hold none."""
    try:
        return importlib.import_module(f"openness.discover.{form}")
    except ImportError:
        return None


def _heredoc(state: State, command: shell_words.Command) -> None:
    """The text that a command reads: a program, or a file that it writes."""
    first, text = command.heredoc or (1, "")
    rules = command_rules.rules()
    words = [one.text.rpartition("/")[2] for word in command.words for one in _expanded(state, word)]
    target = _values(state, command.target)[0] if command.target else ""
    if words[:1] == ["tee"] and not target:
        target = words[-1]
    file = target.rpartition("/")[2].lower()
    if any(word.rstrip("0123456789.") in rules.pythons for word in words) or file.endswith(".py"):
        _within(state, "python", first, text)
    elif any(word in rules.shells for word in words) or file.endswith((".sh", ".bash")):
        _within(state, "shell", first, text)
    elif "modelfile" in file:
        _within(state, "modelfile", first, text)
    elif file.startswith(("dockerfile", "containerfile")) or words[:2] == ["docker", "build"]:
        _within(state, "docker", first, text)


def _load(state: State, command: command_rules.Command, arguments: Sequence[Argument]) -> None:
    """The models of a command that loads some, and its options."""
    words = [one.text for one in arguments]
    options = {word for word in words if word.startswith("-")}
    for option, *value in command.unless:
        spaced = option in options and (not value or value[0] in _after(words, option))
        if spaced or any(f"{option}={one}" in options for one in value):
            return
    first = _first(command, arguments) if command.first else None
    revision = _revision(words, command.revisions)
    if first is not None:
        argument = arguments[first]
        for one in argument.values:
            named = read(one, bare=True, default=str(command.first))
            if named:
                state.uses.append(use(state.source, named, argument.line, command.name, revision))
                revision = revision if len(argument.values) > 1 else None
    _speaking(state, [one for at, one in enumerate(arguments) if at != first], command, revision)


def _after(words: Sequence[str], option: str) -> Sequence[str]:
    """The word after an option."""
    return words[words.index(option) + 1 :][:1]


def _revision(words: Sequence[str], more: frozenset[str] = frozenset(), key: str | None = None) -> str | None:
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


def _speaking(
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
        option, previous = previous, ""
        speaking = bool(option) and (speaks(option) or (command is not None and option in command.models))
        if speaking or _pairs(option, text):
            revision = _option(state, argument, option, command, words, revision)
        for value in argument.values:
            named = _telling(value, arguments[0].text.rpartition("/")[2], via)
            if named:
                state.uses.append(
                    use(state.source, named, argument.line, "address" if "://" in value else via, revision)
                )


def _telling(value: str, name: str, via: str) -> Named | None:
    """A model that a word names by itself: an address of the Hub that is fetched, `hf://`, a path in the Hub's cache."""
    if len(value) > names.MAX_NAME:
        return None
    if _ADDRESS.search(value):
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
            _json(state, value, argument.line, words)
        elif _PAIR.match(value) and "://" not in value.partition("=")[0]:
            _key_values(state, value, argument.line, option)
        elif listed or (option and speaks(option)):
            default = names.OLLAMA if rules.ollama.fullmatch(key) else names.HUB
            named = read(value, bare=listed or rules.bare.fullmatch(key) is not None, default=default)
            if named:
                own = _revision(words, key=re.sub(r"_(?:id|path|name|repo|name_or_path)$", "", key)) or revision
                via = f"{command.name} {option}" if command else f"option {option}"
                state.uses.append(use(state.source, named, argument.line, via, own))
                revision = revision if len(argument.values) > 1 else None
    return revision


def _key_values(state: State, text: str, line: int, option: str) -> None:
    """`key=value` or several with commas between: `pretrained=org/name,revision=main`, `MODEL=org/name`."""
    rules = command_rules.rules()
    pairs = [(pair[0], pair[1]) for pair in (part.partition("=")[::2] for part in text.split(",")) if pair[1]]
    revision = next((value for key, value in pairs if command_rules.key(key) in rules.revisions), None)
    for key, value in pairs:
        compared = command_rules.key(key)
        strong = bool(option) or key.isupper() or "." in key or rules.overrides.fullmatch(compared) is not None
        named = None
        if speaks(option) and "lora" in command_rules.key(option):
            named = read(value)
        elif strong and speaks(key):
            default = names.OLLAMA if rules.ollama.fullmatch(compared) else names.HUB
            named = read(value, bare=compared == "pretrained", default=default)
        if named:
            state.uses.append(use(state.source, named, line, f"{option or 'word'} {key}=", revision))
            revision = None


def _json(state: State, text: str, line: int, words: Sequence[str]) -> None:
    """The models in a JSON object: the body of a request, or an option's value."""
    try:
        value = json.loads(text[:MAX_VALUE])
    except (ValueError, RecursionError):
        return
    address = next((word for word in words if "://" in word or "localhost" in word), "")
    ollama = re.search(r":11434\b|/api/(?:pull|generate|chat|embed|embeddings)\b", address)
    default = names.OLLAMA if ollama else names.HUB
    for key, entry in list(value.items())[:100] if isinstance(value, dict) else ():
        if isinstance(entry, str) and (speaks(key) or (ollama and key == "name")):
            named = read(entry, default=default)
            if named:
                state.uses.append(use(state.source, named, line, f"key {key}", None))
