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
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from openness.discover import command_rules, files, names, shell_words
from openness.discover.command_rules import speaks
from openness.discover.names import Named
from openness.discover.shell_feeds import fed, filled, handed, rendered, target_of
from openness.discover.shell_options import kept, load, request, revision_of, speaking
from openness.discover.shell_values import (
    MAX_VALUES,
    Argument,
    Function,
    State,
    bind,
    expanded,
    known_values,
    read,
    values_of,
)
from openness.discover.shell_words import Assignment, Command, Variable
from openness.discover.source import MAX_QUOTE, Look, Source, use
from openness.errors import SourceError
from openness.usage import Use

MAX_LENGTH = 1_000_000
"""Longest text that is read, in characters."""

MAX_WITHIN = 4
"""Deepest `bash -c "bash -c …"`."""

MAX_AGAIN = 5_000
"""Most commands of functions and loops that are looked at again with other values."""

MAX_LOOKED_AT = 100
"""Most commands of a loop that are looked at to tell how to go over it."""

MAX_CALLS = 10
"""Deepest call of a function within another."""

_ENVIRONMENTS = frozenset({"$GITHUB_ENV", "$GITHUB_OUTPUT", "$BASH_ENV"})
"""Files that set variables of the steps that follow."""

_HANDING = frozenset({"time", "xargs", "parallel"})
"""Wrappers that may start a function, too."""

_TELLING = re.compile(r"hf://|hf-hub:|models--[\w.-]+--", re.IGNORECASE)


def find(source: Source, look: Look | None = None, known: Mapping[str, str] | None = None) -> Iterator[Use]:
    """The models that a shell text loads, in the order of its lines. `known` are variables set outside of it.

    Raises SourceError for a text that is too long. Linear in its length.
    """
    yield from run(source, look, {name: (value,) for name, value in (known or {}).items()})


def run(source: Source, look: Look | None, known: dict[str, tuple[str, ...]], depth: int = 0) -> list[Use]:
    """`find`, which leaves the variables that the text sets in `known`."""
    if len(source.content) > MAX_LENGTH:
        raise SourceError(f"longer than {MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    state = State(source, look, known, [], [], depth, {}, [MAX_AGAIN])
    commands = shell_words.commands(source.content)
    _walk(state, commands, 0, len(commands))
    return settled(state)


def argv(
    source: Source, arguments: Sequence[Argument], known: dict[str, tuple[str, ...]], look: Look | None = None
) -> list[Use]:
    """The models of one command line that is given word by word, as in `CMD ["vllm", "serve"]`."""
    state = State(source, look, known, [], [], 0, {}, [0])
    _arguments(state, [known_values(state, one) for one in arguments])
    return settled(state)


def variable(source: Source, name: str, value: str, line: int) -> list[Use]:
    """The model that a variable holds whose name speaks of one."""
    state = State(source, None, {}, [], [], 0, {}, [0])
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


def _walk(state: State, commands: Sequence[Command], start: int, end: int) -> None:
    at = start
    while at < end:
        at = _command(state, commands, at)


def _command(state: State, commands: Sequence[Command], at: int) -> int:
    """One command; which one is next."""
    command = commands[at]
    words = command.words
    if len(words) > 3 and words[0].plain in ("for", "select") and words[2].plain == "in":
        return _for(state, commands, at)
    _simple(state, commands, at)
    return at + 1


def _simple(state: State, commands: Sequence[Command], at: int) -> None:
    command = commands[at]
    if command.function and command.body:
        state.functions[command.function] = Function(state.source, commands, command.body)
        return
    if command.body:
        _read_loop(state, commands, at, command.body)
    for assignment in command.assigned:
        _assign(state, assignment)
    if command.heredoc:
        _heredoc(state, commands, at)
    words = command.words
    if not words:
        return
    arguments = [argument for word in words for argument in expanded(state, word)]
    name = words[0].plain
    if name in ("read", "mapfile", "readarray"):
        filled(state, arguments, command, fed(state, commands, at, 0 if name == "read" else None))
    elif name == "shift":
        bind(
            state.known,
            state.known.get("@[@]", ())[int(words[1].plain) if words[1:] and words[1].plain.isdigit() else 1 :],
        )
    elif name == "set" and len(words) > 1 and words[1].plain == "--":
        bind(state.known, [one.text for one in arguments[2:]])
    elif name in ("source", ".") and len(arguments) > 1:
        _sourced(state, arguments[1].text)
    elif name in ("echo", "printf") and command.target:
        _written(state, values_of(state, command.target)[0], arguments[1:])
    elif name in ("xargs", "parallel"):
        for each in handed(arguments, fed(state, commands, at)):
            _arguments(state, each)
    else:
        _arguments(state, arguments)
    for word in words[1:] if name == ":" else ():
        for part in word.parts:  # `: "${MODEL:=name}"`
            if isinstance(part, Variable) and part.sets:
                _spoken(state, part.name, state.known.get(part.name, ()), word.line, "variable")


def _written(state: State, target: str, arguments: Sequence[Argument]) -> None:
    """What `echo "MODEL=name" >> .env` sets, and a Modelfile that is written line by line."""
    file = target.rpartition("/")[2]
    form = files.form(file)
    for argument in arguments:
        name, equals, value = argument.text.partition("=")
        if (form == "ini" or file in _ENVIRONMENTS) and equals and name.isidentifier():
            _spoken(state, name, (value.split("\\n")[0].strip("\"'"),), argument.line, "variable")
        elif form == "modelfile":
            _within(state, "modelfile", argument.line, argument.text.replace("\\n", "\n"))


def _for(state: State, commands: Sequence[Command], at: int) -> int:
    """`for X in …`: X may be any of the values, or each in turn where its parts are taken; which command is next."""
    words, end = commands[at].words, commands[at].ends
    name = words[1].plain
    groups = [(word.line, [value for one in expanded(state, word) for value in one.values]) for word in words[3:]]
    state.known[name] = tuple(value for _, values in groups for value in values)[: MAX_VALUES * 4]
    for line, values in groups if speaks(name) else ():
        _spoken(state, name, values, line, "loop")
    if not any(_takes_parts(one) for one in commands[at + 1 : min(end, at + MAX_LOOKED_AT)]):
        return at + 1
    for value in state.known[name]:
        if not _again(state, (at, end)):
            return at + 1
        state.known[name] = (value,)
        _walk(state, commands, at + 1, end)
    return max(end, at + 1)


def _takes_parts(command: Command) -> bool:
    """Whether a command cuts a variable, or splits one."""
    words = [*command.words, *(value for one in command.assigned for value in one.values)]
    cuts = any(isinstance(part, Variable) and part.cut for word in words for part in word.parts)
    return cuts or _begins_with(command, "read") or _begins_with(command, "set")


def _read_loop(state: State, commands: Sequence[Command], at: int, body: tuple[int, int]) -> None:
    """A loop over the lines that it is fed: its commands once more for each line."""
    first = next((one for one in range(*body)[:2] if _begins_with(commands[one], "read")), None)
    lines = fed(state, commands, at, body[0]) if first is not None else []
    for line in lines:
        if first is None or not _again(state, body):
            return
        reads = commands[first]
        inner = state._replace(uses=[], spoken=[])
        arguments = [argument for word in reads.words for argument in expanded(state, word)]
        filled(inner, arguments, reads, [line])
        _walk(inner, commands, first + 1, body[1])
        _settle(state, inner, [Argument((line.text,), line.line)])


def _begins_with(command: Command, word: str) -> bool:
    return bool(command.words) and command.words[0].plain == word


def _again(state: State, body: tuple[int, int]) -> bool:
    """Whether these commands may be looked at again."""
    state.left[0] -= body[1] - body[0] + 1
    return state.left[0] >= 0 and state.depth < MAX_CALLS


def _settle(state: State, inner: State, arguments: Sequence[Argument]) -> None:
    """Takes what was found with these arguments known, at the line of the one that names the model."""
    for found, to in ((inner.uses, state.uses), (inner.spoken, state.spoken)):
        for one in found:
            argument = next((each for each in arguments if any(one.model in value for value in each.values)), None)
            if argument is not None:
                named = Named(one.model, one.kind)
                to.append(use(state.source, named, argument.line, one.via, one.revision))
            elif inner.source is state.source:
                to.append(one)


def _call(state: State, name: str, arguments: Sequence[Argument]) -> None:
    """A function's commands with its arguments known."""
    function = state.functions[name]
    if not _again(state, function.body):
        return
    before = state.known.get("@[@]", ())
    inner = state._replace(source=function.source, uses=[], spoken=[], depth=state.depth + 1)
    bind(state.known, [one.text for one in arguments])
    for number, argument in enumerate(arguments, 1):
        if len(argument.values) > 1 and str(number) in state.known:
            state.known[str(number)] = argument.values
    del state.functions[name]  # a function that calls itself says nothing new
    _walk(inner, function.commands, *function.body)
    state.functions[name] = function
    bind(state.known, before)
    _settle(state, inner, arguments)


def _sourced(state: State, path: str) -> None:
    """Another file of the tree: what it sets is known from here on; what it loads is that file's matter."""
    rest = re.sub(r".*\$[^/]*/", "", path)
    folder = state.source.path.rpartition("/")[0]
    places = dict.fromkeys(posixpath.normpath(one) for one in (posixpath.join(folder, rest), rest))
    if state.look is None or state.depth >= MAX_WITHIN or not rest or rest.startswith("/") or state.left[0] < 0:
        return
    for place in places:
        text = state.look(place) if not place.startswith("..") else None
        if text is not None and len(text) <= MAX_LENGTH and _again(state, (0, text.count("\n"))):
            commands = shell_words.commands(text)
            inner = state._replace(source=Source(place, text), uses=[], spoken=[], depth=state.depth + 1)
            _walk(inner, commands, 0, len(commands))
            return


def _assign(state: State, assignment: Assignment) -> None:
    name = assignment.name
    groups = [expanded(state, word, split=assignment.array) for word in assignment.values]
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
        named = named or names.cached(value)
        if named:
            state.spoken.append(use(state.source, named, line, f"{via} {name}"))


def _arguments(state: State, arguments: list[Argument]) -> None:
    """One command line."""
    rules = command_rules.rules()
    if not arguments:
        return
    start = _started(arguments, state.functions)
    words = [one.text for one in arguments[start : start + 8]]
    name = command_rules.program(words[0]) if words else ""
    if name in state.functions:
        _call(state, name, arguments[start + 1 :])
        return
    if name in rules.silent_commands and command_rules.command(words) is None:
        if name in rules.keepers:
            kept(state, arguments, name)
        return
    wrapped = command_rules.program(arguments[0].text) in rules.wrappers
    if any(command_rules.program(one.text) in rules.others for one in arguments[: max(6 * wrapped, 1)]):
        return
    before = arguments[:start]
    if _texts(state, name, arguments[start:]):
        speaking(state, before, None, revision_of([one.text for one in before]))
        return
    found = command_rules.command(words)
    if found:
        load(state, found[0], arguments[start + found[1] :])
    else:
        before = arguments
    speaking(state, before, None, revision_of([one.text for one in before]))


def _started(arguments: Sequence[Argument], functions: Mapping[str, Function]) -> int:
    """Where the command begins that wrappers start: `sudo docker exec c ollama pull` → `ollama`."""
    rules = command_rules.rules()
    first = command_rules.program(arguments[0].text)
    if first not in rules.wrappers or command_rules.command([one.text for one in arguments[:4]]):
        return 0
    limit = min(len(arguments), 80)
    for at in range(1, limit):
        words = [one.text for one in arguments[at : at + 8]]
        name = command_rules.program(words[0])
        if name in functions and first in _HANDING:
            return at
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
    """Looks into a text that a shell or Python is given as a word, or into an image's arguments; whether it did."""
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
        inner = state._replace(known=dict(state.known)) if options else state
        if options:
            bind(inner.known, [one.text for one in arguments[options[0] + 3 :]])
        _within(inner, "shell", text.line, text.text)
        return True
    return False


def _within(state: State, form: str, line: int, text: str, file: str | None = None) -> None:
    """A text of a language within this one, as it stands in `file`; one that cannot be read is passed over."""
    if state.depth >= MAX_WITHIN or not text:
        return
    inner = state.source.at(line, text)
    if form == "shell":
        state.uses.extend(run(inner, state.look, dict(state.known), state.depth + 1))
        return
    finder = _finder(form)
    if finder is not None:
        try:
            uses = finder.find(inner._replace(path=file or inner.path), state.look)
            lines = state.source.content.split("\n") if form == "python" else []
            state.uses.extend(_on_its_line(one._replace(path=inner.path), inner, lines, line, text) for one in uses)
        except SourceError:
            return


def _on_its_line(found: Use, inner: Source, lines: Sequence[str], line: int, text: str) -> Use:
    """A use in a text of one line that stands on several continued ones: the one that names the model."""
    if "\n" in text or line > len(lines) or found.model in lines[line - 1]:
        return found
    for at in range(line, min(line + 60, len(lines) + 1)):
        if found.model in lines[at - 1]:
            return found._replace(line=inner.line(1) + at - line)
        if not lines[at - 1].endswith("\\"):
            break
    return found


def _finder(form: str) -> ModuleType | None:
    """The finder of another form; imported here, as most texts hold none."""
    try:
        return importlib.import_module(f"openness.discover.{form}")
    except ImportError:
        return None


def _heredoc(state: State, commands: Sequence[Command], at: int) -> None:
    """The text that a command reads: a program, or a file that it writes."""
    command = commands[at]
    first, text = command.heredoc or (1, "")
    rules = command_rules.rules()
    words, file = target_of(state, commands, at)
    programs = [word.rpartition("/")[2] for word in words]
    form = files.form(file) if file else None
    if any(word.rstrip("0123456789.") in rules.pythons for word in programs) or form == "python":
        _within(state, "python", first, text)
    elif any(word in rules.shells for word in programs) or form == "shell":
        _within(state, "shell", first, text)
    elif form in ("modelfile", "docker", "make", "javascript") and file:
        _within(state, form, first, rendered(state, command), file)
    elif form in ("yaml", "json", "toml", "ini") and file:
        _within(state, "config", first, rendered(state, command), file)
    elif text.lstrip().startswith("{") and not file:
        request(state, rendered(state, command), first, words)
