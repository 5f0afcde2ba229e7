"""JavaScript and TypeScript → the models that a program loads. Nothing is executed.

The tokens are read once; constants are followed through names, members, templates, `+`, `??`, `||` and `?:`.
A reader of our own and not tree-sitter's: its parser for JavaScript (0.25) ended with a segmentation fault on 300 KB of
`{a:` and took 590 MB for a line of 4.5 MB, and a hostile file must not end the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.discover import command_rules, evidence, names
from openness.discover.javascript_tokens import MARK, NAME, TEMPLATE, TEXT, Token, tokens
from openness.discover.javascript_values import (
    HOLDERS,
    MAX_EXPRESSION,
    MAX_LENGTH,
    MAX_TYPES,
    OPENS,
    Program,
    Siblings,
    assigned,
    end_of,
    is_key,
    lined,
    program_of,
    template_of,
    values_of,
)
from openness.discover.names import Named
from openness.discover.shell_values import Argument, read
from openness.discover.source import Look, Source, use
from openness.errors import SourceError
from openness.usage import Use

_ADDRESS = re.compile(
    r"(?:huggingface\.co|hf\.co)/[^\s]*?/(?:resolve|raw|blob)/|^hf://|models--[\w.-]+--", re.IGNORECASE
)
_SERVED = re.compile(r"(?:api-inference|router)\.huggingface\.co/(?:[\w-]+/)?models/([^\s?#]+)", re.IGNORECASE)
_PAGES = (".vue", ".svelte", ".astro", ".html", ".htm")
_SCRIPT = re.compile(r"<script\b[^<>]*>", re.IGNORECASE)
_SPOKEN = ("key", "variable")
"""How the uses were recognised that only a name speaks of."""

_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Loader(NamedTuple):
    """A function that loads a model."""

    argument: int
    of: re.Pattern[str]
    kind: str
    bare: bool
    keys: tuple[str, ...] = ()
    """The keys that hold the model where the argument is an object."""

    like: re.Pattern[str] | None = None
    """What occurs in the name."""


class Rules(NamedTuple):
    """`rules/model-javascript.yaml`."""

    loaders: dict[str, list[Loader]]
    makers: re.Pattern[str]
    ollama: re.Pattern[str]
    silent_calls: re.Pattern[str]
    silent_keys: frozenset[str]
    commands: frozenset[str]
    runners: re.Pattern[str]
    bare_names: re.Pattern[str]
    listings: re.Pattern[str]
    inner_keys: frozenset[str]
    telling: frozenset[str]
    things: frozenset[str]
    thing_names: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> Rules:
    top = yamlio.rules("model-javascript.yaml", "the list of loaders")
    loaders: dict[str, list[Loader]] = {}
    for entry in top.maps("loaders"):
        entry.only("call", "argument", "of", "kind", "bare", "keys", "like")
        number = entry.need("argument")
        loader = Loader(
            number if isinstance(number, int) else 0,
            re.compile(entry.text("of", ""), re.IGNORECASE),
            entry.text("kind", names.HUB),
            bool(entry.flag("bare")),
            entry.texts("keys"),
            re.compile(entry.text("like")) if "like" in entry.map else None,
        )
        loaders.setdefault(entry.text("call"), []).append(loader)
    return Rules(
        loaders,
        re.compile(top.text("makers")),
        re.compile(top.text("ollama"), re.IGNORECASE),
        re.compile(top.text("silent-calls"), re.IGNORECASE),
        frozenset(top.texts("silent-keys")),
        frozenset(top.texts("commands")),
        re.compile(top.text("runners")),
        re.compile(top.text("bare-names")),
        re.compile(top.text("listings")),
        frozenset(top.texts("inner-keys")),
        frozenset(top.texts("telling")),
        frozenset(top.texts("things")),
        re.compile(top.text("thing-names")),
    )


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models of a program, in the order of its lines. Raises SourceError for one that is too long. Linear."""
    if source.path.lower().endswith(_PAGES):
        yield from _in_page(source, look)
        return
    if len(source.content) > MAX_LENGTH:
        raise SourceError(f"longer than {MAX_LENGTH:,} characters; not read", source.path, source.line(1))
    jsx = not source.path.lower().endswith((".ts", ".mts", ".cts"))
    found = tokens(source.content, jsx=jsx)
    program = program_of(source, found, Siblings(look))
    loaded = list(_loaded(program))
    models = {one.model for one in loaded}
    spoken = [one for one in _spoken(program) if one.model not in models]
    distinct: dict[tuple[int, str], Use] = {}
    for one in _believed(source, [*loaded, *spoken]):
        distinct.setdefault((one.line, one.model), one)
    yield from sorted(distinct.values(), key=lambda one: one.line)


def _believed(source: Source, found: list[Use]) -> list[Use]:
    """The uses without those that only a key or variable speaks of, and nothing else says that they are of AI."""
    weak = [one for one in found if _is_weak(one)]
    if not weak or any(one.via.partition(" ")[0] not in _SPOKEN for one in found):
        return found
    text = source.content
    sure = evidence.in_program(source.path, text) or evidence.in_variables(text) or evidence.is_short(text)
    return found if sure else [one for one in found if one not in weak]


def _is_weak(one: Use) -> bool:
    """Whether it is a model only in a file about AI."""
    form, _, key = one.via.partition(" ")
    if form not in _SPOKEN or one.kind != names.HUB or evidence.in_name(one.model):
        return False
    return "/" in one.model and not evidence.is_strong(_WORD_ENDS.sub("_", key).lower().split("_"))


def _in_page(source: Source, look: Look | None) -> Iterator[Use]:
    """The models of the programs in a page."""
    text, line, counted, end = source.content, 1, 0, 0
    while (found := _SCRIPT.search(text, end)) and (end := text.find("</script>", found.end())) >= 0:
        line += text.count("\n", counted, found.end())
        counted = found.end()
        script = source.at(line, text[found.end() : end])._replace(path=source.path + ".ts")
        if len(script.content) <= MAX_LENGTH:
            yield from (one._replace(path=source.path) for one in find(script, look))


def _loaded(program: Program) -> Iterator[Use]:
    """The models of calls that load one, of keys that speak of one, and of addresses."""
    found, rules = program.tokens, _rules()
    stack: list[tuple[int, str]] = []
    things: dict[int, bool] = {}
    for at, token in enumerate(found):
        if token.kind in (TEXT, TEMPLATE):
            yield from _addressed(program, at)
            if token.kind == TEMPLATE and at and found[at - 1].text in rules.commands:
                yield from _commands(program, [(at, at + 1)])
        if token.kind == MARK and token.text in OPENS:
            callee = _callee(program, at) if token.text == "(" else ""
            if callee:
                yield from _called(program, at, callee)
            stack.append((at, callee))
        elif token.kind == MARK and token.text in ")]}" and stack:
            stack.pop()
        elif (
            token.text == ":"
            and token.kind == MARK
            and is_key(found, at - 1)
            and stack
            and found[stack[-1][0]].text == "{"
        ):
            key = found[at - 1].text
            if _is_listed(program, at, stack):
                yield from _entry(program, at)
            silent = key in rules.silent_keys and not _beside(program, stack[-1][0], rules.telling)
            if silent or not speaks(key):
                continue
            opened = stack[-1][0]
            if opened not in things:
                things[opened] = _is_thing(program, opened)
            if things[opened]:
                continue
            calls = [(begun, callee) for begun, callee in stack[-8:] if callee]
            yield from _keyed(program, at, key, calls)


def _callee(program: Program, at: int) -> str:
    """What is called by the bracket at `at`: `ollama.chat`, `createOpenAI()`; empty where nothing is."""
    found, parts, back = program.tokens, list[str](), at - 1
    if back > 0 and found[back].text == ">":  # the types of `pipeline<'task'>(…)`
        begun = next((one for one in range(back, max(back - 20, -1), -1) if found[one].text == "<"), 0)
        back = begun - 1 if begun and found[begun - 1].kind == NAME else back
    while back >= 0 and len(parts) < 12:
        token = found[back]
        if token.kind == NAME or token.text in (".", "?."):
            if token.kind == NAME and parts and parts[-1] not in (".", "?.", "()"):
                break
            parts.append(token.text)
            back -= 1
        elif token.text == ")" and (not parts or parts[-1] in (".", "?.")):
            opened = next((one for one in range(back, max(back - 60, -1), -1) if program.close.get(one) == back), None)
            if opened is None:
                break
            parts.append("()")
            back = opened - 1
        else:
            break
    if parts and back >= 0 and found[back].text == "function":
        return ""
    return "".join(reversed(parts))


def _called(program: Program, at: int, callee: str) -> Iterator[Use]:
    """The model that a call loads."""
    rules, found = _rules(), program.tokens
    chain, _, last = callee.replace("?.", ".").rpartition(".")
    made = rules.makers.fullmatch(callee.removesuffix("()").rpartition(".")[2]) if callee.endswith("()") else None
    loaders = rules.loaders.get(last, [])
    if made or (not chain and _is_made(program, last)):
        loaders = [Loader(0, re.compile(""), names.OLLAMA if _is_ollama(program, callee) else names.HUB, False)]
    runs = last in rules.commands and rules.runners.search(chain) is not None
    arguments = _arguments(program, at) if loaders or runs else []
    if runs:
        yield from _commands(program, arguments[:2])
    for loader in loaders:
        if loader.argument >= len(arguments) or not loader.of.search(chain):
            continue
        start, end = arguments[loader.argument]
        if loader.keys and found[start].text == "{":
            yield from _in_object(program, loader, start, last)
            return
        revision = _keyed_text(program, arguments[loader.argument + 1 :], "revision")
        for value in values_of(program, start, end):
            default = names.OLLAMA if chain and _is_ollama(program, callee) else loader.kind
            named = read(value, bare=loader.bare, default=default)
            if named and (loader.like is None or loader.like.search(value)):
                line = found[start].line
                yield use(program.source, named, line, last if last != "()" else callee, revision)
        return


def _in_object(program: Program, loader: Loader, at: int, name: str) -> Iterator[Use]:
    """The model under the keys of an object: a text, or a repository that is an object of its own."""
    whole = (at, program.close.get(at, at))
    revision = _keyed_text(program, [whole], "revision")
    for key in loader.keys:
        place = _key_in(program, whole, key)
        if place is None:
            continue
        inner = (place, program.close.get(place, place))
        if program.tokens[place].text == "{" and program.tokens[place].kind == MARK:
            if _keyed_text(program, [inner], "type") in ("dataset", "space"):
                continue
            held = _key_in(program, inner, "name")
            place = place if held is None else held
        for value in values_of(program, place, end_of(program, place)):
            named = read(value.removeprefix("models/"), bare=loader.bare, default=loader.kind)
            if named:
                yield use(program.source, named, program.tokens[place].line, name, revision)


def _key_in(program: Program, whole: tuple[int, int], wanted: str) -> int | None:
    """Where the value of a key of an object begins; not of an object within it."""
    found, at = program.tokens, whole[0] + 1
    while at < min(whole[1], whole[0] + MAX_EXPRESSION):
        if found[at].text == wanted and is_key(found, at) and found[at + 1].text == ":":
            return at + 2
        at = program.close.get(at, at) + 1
    return None


def _commands(program: Program, arguments: Sequence[tuple[int, int]]) -> Iterator[Use]:
    """The models of a command line that is run: a text, or a program and its words."""
    from openness.discover import shell

    found, words = program.tokens, list[Argument]()
    for start, end in arguments:
        listed = start < len(found) and found[start].text == "[" and found[start].kind == MARK
        at, end = (start + 1, program.close.get(start, end)) if listed else (start, end)
        while at < end:
            stop = min(end_of(program, at), end)
            values = values_of(program, at, stop)
            if not listed and not words and values:
                text = program.source.at(found[start].line, values[0].replace("\n", " "))
                quote = program.source
                yield from (
                    use(quote, Named(one.model, one.kind), found[start].line, one.via, one.revision)
                    for one in shell.find(text)
                )
            words += [Argument(values or ("$?",), found[at].line)]
            at = stop + 1
    if len(words) > 1:
        yield from shell.argv(program.source, words, {})


def _is_listed(program: Program, at: int, stack: Sequence[tuple[int, str]]) -> bool:
    """Whether a key stands in a listing of models: any of the mapping's own, of its entries the telling ones."""
    found, rules = program.tokens, _rules()
    for depth, (opened, callee) in enumerate(reversed(stack[-4:])):
        if found[opened].text == "(":
            if callee.partition(".")[0] not in HOLDERS:
                return False
            begun = range(opened, max(opened - MAX_TYPES, 0), -1)  # back to the `=` of `= new Map<string, Entry>(`
            opened = next((one for one in begun if found[one - 1].text == "="), opened)
        before = found[opened - 1].text if opened else ""
        if before in ("=", ":"):
            name = assigned(found, opened - 1) if before == "=" else opened - 2
            if name is not None and name >= 0 and _lists(found[name].text):
                own = depth == 0 and found[opened].text == "{"
                return own or found[at - 1].text in rules.inner_keys
    return False


def _lists(name: str) -> bool:
    """Whether a list or mapping of this name is one of models."""
    return _rules().listings.fullmatch(_WORD_ENDS.sub("_", name).lower()) is not None


def _entry(program: Program, at: int) -> Iterator[Use]:
    """The model of an entry of a listing: only a name with its organisation."""
    found = program.tokens
    if found[at + 1].kind not in (TEXT, TEMPLATE):
        return
    for value in values_of(program, at + 1, end_of(program, at + 1)):
        named = read(value, bare=_rules().bare_names.fullmatch(value) is not None)
        if named:
            yield use(program.source, named, found[at + 1].line, f"key {found[at - 1].text}")


def _is_thing(program: Program, opened: int) -> bool:
    """Whether an object is about a thing that has a model: by the keys in it, or its name."""
    found, rules = program.tokens, _rules()
    before = found[opened - 1].text if opened else ""
    name = assigned(found, opened - 1) if before == "=" else opened - 2 if before == ":" else None
    if name is not None and name >= 0 and rules.thing_names.fullmatch(found[name].text):
        return True
    if (opened > 2 and found[opened - 2].text in ("type", "interface")) or (name and found[name - 1].text == "type"):
        return True
    return _beside(program, opened, rules.things)


def _beside(program: Program, opened: int, keys: frozenset[str]) -> bool:
    """Whether an object has one of these keys."""
    found, at = program.tokens, opened + 1
    while at < min(program.close.get(opened, at), opened + MAX_EXPRESSION):
        if found[at].text in keys and is_key(found, at) and found[at + 1].text in (":", ","):
            return True
        at = program.close.get(at, at) + 1
    return False


def _is_made(program: Program, name: str) -> bool:
    """Whether a name was set to what a maker of providers gives."""
    found = program.tokens
    return any(
        at + 1 < len(found) and _rules().makers.fullmatch(found[at].text) and found[at + 1].text == "("
        for at in program.constants.get(name, [])[:4]
    )


def _is_ollama(program: Program, callee: str) -> bool:
    """Whether what is called has to do with Ollama, or was made by something that has."""
    if _rules().ollama.search(callee):
        return True
    first = re.split(r"[.(?]", callee, maxsplit=1)[0]
    return any(
        _rules().ollama.search("".join(token.text for token in program.tokens[at : at + 3]))
        for at in program.constants.get(first, [])[:4]
    )


def _arguments(program: Program, at: int) -> list[tuple[int, int]]:
    """Where the arguments of a call begin and end; at most four."""
    close = program.close.get(at, len(program.tokens))
    found: list[tuple[int, int]] = []
    start = at + 1
    while start < close and len(found) < 4:
        end = end_of(program, start)
        found.append((start, end))
        if end < len(program.tokens) and program.tokens[end].text != ",":
            break
        start = end + 1
    return found


def _keyed_text(program: Program, arguments: Sequence[tuple[int, int]], wanted: str) -> str | None:
    """The value of a key in the objects that are arguments."""
    found = program.tokens
    for start, end in arguments:
        if start < len(found) and found[start].text == "{":
            for at in range(start + 1, min(end, start + MAX_EXPRESSION)):
                if found[at].text == wanted and is_key(found, at) and at + 1 < end and found[at + 1].text == ":":
                    values = values_of(program, at + 2, end_of(program, at + 2))
                    return values[0] if values else None
    return None


def _keyed(program: Program, at: int, key: str, calls: Sequence[tuple[int, str]]) -> Iterator[Use]:
    """The models under a key that speaks of one."""
    found = program.tokens
    callees = [callee for _, callee in calls]
    if any(_rules().silent_calls.search(callee) for callee in callees):
        return
    ollama = any(_is_ollama(program, callee) for callee in callees) or any(
        opened + 1 < len(found) and ":11434" in _first_text(found[opened + 1]) for opened, _ in calls
    )
    end = end_of(program, at + 1)
    opened = next(
        (
            back
            for back in range(at, max(at - 60, -1), -1)
            if program.close.get(back, -1) > at and found[back].text == "{"
        ),
        None,
    )
    revision = _keyed_text(program, [(opened, program.close[opened])], "revision") if opened is not None else None
    for value, line in lined(program, at + 1, end):
        bare = _rules().bare_names.fullmatch(value) is not None
        named = read(value, bare=bare, default=names.OLLAMA if ollama else names.HUB)
        if named:
            yield use(program.source, named, line, f"key {key}", revision)


def _first_text(token: Token) -> str:
    return "".join(part for part in token.parts if isinstance(part, str)) or token.text


def _addressed(program: Program, at: int) -> Iterator[Use]:
    """The model that a text names by an address of one of its files, or of the service that runs it."""
    token = program.tokens[at]
    text = token.text if token.kind == TEXT else _first_text(token)
    if "hugg" not in text and "hf" not in text and "models--" not in text:
        return
    for value in (token.text,) if token.kind == TEXT else template_of(program, token, 0):
        served = _SERVED.search(value)
        named = names.read(served[1]) if served else (read(value) if _ADDRESS.search(value) else None)
        if named:
            yield use(program.source, named, token.line, "address")


def _spoken(program: Program) -> Iterator[Use]:
    """The models that variables, fields and defaults hold whose name speaks of one."""
    for path, places in program.constants.items():
        name = path.rpartition(".")[2]
        if "." in path or name in _rules().silent_keys or not (speaks(name) or _lists(name)):
            continue
        for at in places:
            ollama = _rules().ollama.search(name) is not None
            for value, line in lined(program, at, end_of(program, at)):
                bare = _rules().bare_names.fullmatch(value) is not None
                named = read(value, bare=bare, default=names.OLLAMA if ollama else names.HUB)
                if named:
                    yield use(program.source, named, line, f"variable {name}")


@lru_cache(maxsize=4096)
def speaks(name: str) -> bool:
    """Whether a key or variable of this name holds a model; `modelId` is compared as `model_id`."""
    return command_rules.speaks(_WORD_ENDS.sub("_", name))
