"""Models that a Python program uses, found by its syntax tree: in calls that load, and under names that speak of one.

A use stands where a loader is given the name, and where the string itself stands if that is in the same file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from openness.discover import described, evidence, loaders, names, revised
from openness.discover.callees import called, carried, declared, given, option_values
from openness.discover.imports import in_use, walked
from openness.discover.loaders import Callee, Rule
from openness.discover.names import API, HUB, OLLAMA, Named
from openness.discover.scopes import Entry, Place
from openness.discover.source import Look, Source, use
from openness.discover.speaking import well_known
from openness.discover.values import Text, Values
from openness.discover.wrappers import Wrapper, wrappers
from openness.errors import SourceError
from openness.usage import Use

_NAME = re.compile(r"[\w.-]+")


class _Found(NamedTuple):
    """A use before it is one."""

    named: Named
    via: str
    revision: str | None
    loaded: bool
    """Whether a loader is given it; otherwise a name speaks of it."""

    weak: bool = False
    """Whether it is a model only in a file about AI."""


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The uses in a Python file, in the order of their lines. Raises SourceError for what is not Python 3."""
    with in_use():
        try:
            module = walked(source.content, source.path)
        except SourceError as problem:
            line = problem.line and source.line(problem.line)
            raise SourceError(problem.message, source.path, line) from None
        finder = _Finder(Values(module, look), source, look)
        finder.run()
        yield from finder.uses()


class _Finder:
    """Collects what one file says."""

    def __init__(self, values: Values, source: Source, look: Look | None) -> None:
        self.values = values
        self.module = values.module
        self.source = source
        self.look = look
        self.found: dict[tuple[int, str], _Found] = {}
        self.elsewhere: set[tuple[int, str]] = set()
        """Lines and models that are given to something that is no loader."""
        self.written: dict[str, int] = {}
        """What is written to → the first line that does."""
        self.wrappers: dict[str, Wrapper] = {}
        self.wrappers_of: dict[str, dict[str, Wrapper]] = {}
        """Those of other files, by path."""
        self.commands: list[Use] = []
        self.groups: dict[int, list[Entry]] = {}
        """Entries that may hold a revision, by where they stand together."""
        self.together: dict[int, list[Entry]] = {}
        """The entries of mappings and classes, by where they stand together."""
        self.providers: dict[int, str] = {}
        """Who serves the models of a mapping, where it says so."""

    def run(self) -> None:
        self.wrappers = wrappers(self.values, self.module)
        for entry in self.module.entries:
            if loaders.plain(entry.key).endswith(loaders.rules().revision):
                self.groups.setdefault(entry.group, []).append(entry)
            if entry.form == "entry" or _in_a_class(entry):
                self.together.setdefault(entry.group, []).append(entry)
        self.serve()
        for place in self.module.calls:
            if isinstance(place.node, ast.Call):
                self.call(place, place.node)
        for entry in self.module.entries:
            self.entry(entry)
        for place in self.module.choices:
            self.choice(place)
        for place in self.module.options:
            self.options(place)
        for place in self.module.links:
            self.link(place)
        for place in self.module.joins:
            self.link(place)

    def serve(self) -> None:
        """Notes which mappings say that Ollama serves their models, those of `config` beside it included."""
        known = loaders.rules()
        for group, entries in self.together.items():
            if any(
                one.key in known.providers
                and isinstance(one.place.node, ast.Constant)
                and one.place.node.value == OLLAMA
                for one in entries
            ):
                self.providers[group] = OLLAMA
                inner = [one.place.node for one in entries if isinstance(one.place.node, ast.Dict)]
                self.providers.update((id(node), OLLAMA) for node in inner)

    def uses(self) -> list[Use]:
        """Every use once, in the order of the lines."""
        sure = None
        weak = [one for one in self.found.values() if one.weak]
        if weak:
            sure = any(one.loaded for one in self.found.values()) or evidence.in_program(
                self.source.path, self.source.content
            )
        kept = [
            use(self.source, one.named, line, one.via, one.revision)
            for (line, model), one in sorted(self.found.items(), key=lambda item: item[0])
            if (one.loaded or ((line, model) not in self.elsewhere and (sure or not one.weak)))
            and self.written.get(model, line) >= line
        ]
        return sorted([*kept, *self.commands], key=lambda one: one.line)

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, place: Place, node: ast.Call) -> None:
        callee = called(place)
        for meant in (*carried(place), *_of_bases(place, node)):
            self.meant(meant)
        if callee.name in loaders.rules().writers:
            self.write(place, [*node.args, *(keyword.value for keyword in node.keywords)])
            return
        self.write(place, [keyword.value for keyword in node.keywords if keyword.arg in loaders.rules().written])
        if callee.name in loaders.rules().silent:
            return
        if loaders.is_other(callee) or self.meets(place, node, loaders.rules().unless):
            self.exclude(place, [*node.args, *(keyword.value for keyword in node.keywords)])
            return
        rule = loaders.loader(callee) or self.made(place, node, callee)
        if rule is not None:
            if not self.loads(place, node, rule):
                return
            self.load(place, node, rule, given(node, rule.where), callee.name)
        else:
            wrapper = self.wrappers.get(callee.name)
            fits = wrapper is not None and wrapper.fits(node, callee.of)
            self.wrapped(place, node, wrapper if fits else self.imported(place, node))
        if callee.package not in loaders.rules().frameworks:
            self.keywords(place, node, rule)
        if rule is None:
            self.named_so(place, callee, node)
        self.declares(place, callee, node)

    def made(self, place: Place, node: ast.Call, callee: Callee) -> Rule | None:
        """The rule of a method by what its object was made by: `self.client.chat` of `ollama.Client()`."""
        if callee.name not in loaders.rules().loaders or not isinstance(node.func, ast.Attribute):
            return None
        for one in self.values.comes_to(place.to(node.func.value)):
            if isinstance(one.node, ast.Call):
                maker = called(one)
                rule = loaders.loader(Callee(callee.name, f"{maker.of}.{maker.name}".strip("."), maker.imported))
                if rule is not None:
                    return rule
        return None

    def loads(self, place: Place, node: ast.Call, rule: Rule) -> bool:
        """Whether the call loads a model; if not, what it names is no model."""
        if self.meets(place, node, rule.unless):
            self.exclude(place, [*node.args, *(one.value for one in node.keywords)])
            return False
        if rule.needs:
            argument = given(node, rule.needs)
            hub = [one for one in self.strings(place, given(node, rule.where)) if ":" in one.text]
            off = argument is None or (isinstance(argument, ast.Constant) and not argument.value)
            return bool(hub) or not off
        return True

    def meets(self, place: Place, node: ast.Call, conditions: tuple[tuple[str, tuple[str, ...]], ...]) -> bool:
        """Whether one of these keywords has one of these values."""
        for name, values in conditions:
            argument = given(node, (name,))
            if isinstance(argument, ast.Constant) and str(argument.value) in values:
                return True
            if any(one.text in values for one in self.strings(place, argument)):
                return True
        return False

    def load(self, place: Place, node: ast.Call, rule: Rule, argument: ast.expr | None, via: str) -> None:
        """Reports what a loader is given: where it is given it, and where the string stands."""
        if argument is None and node.args and isinstance(node.args[0], ast.Starred) and 0 in rule.where:
            argument = node.args[0].value
            found = self.strings(place, argument)[:1]
        else:
            found = self.strings(place, argument) + described.inside(self.values, place, argument, rule.where)
        if not found:
            return
        revision = revised.asked(self.values, place, node)
        kind = described.served_by(self.values, place, node)
        pairs = revised.each(self.values, place, node, argument) if len(found) > 1 else {}
        for one in described.likely(found):
            named = loaders.read(one.text, rule._replace(kind=kind) if kind else rule)
            if named is not None and argument is not None:
                own = pairs.get(one.text, revision)
                self.report_both(argument, one, named, via, own, loaded=True)

    def wrapped(self, place: Place, node: ast.Call, wrapper: Wrapper | None) -> None:
        if wrapper is not None:
            for argument in wrapper.arguments(node):
                self.load(place, node, wrapper.rule, argument, wrapper.via)

    def imported(self, place: Place, node: ast.Call) -> Wrapper | None:
        """The loader behind a function of another file, asked only where a string that names a model is given."""
        given_to = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not any(
            isinstance(arg, ast.Constant) and isinstance(arg.value, str) and names.read(arg.value) for arg in given_to
        ):
            return None
        parts = [(node.func, "")]
        if isinstance(node.func, ast.Attribute):
            parts.append((node.func.value, node.func.attr))
        for part, method in parts:
            for one in self.values.comes_to(place.to(part)):
                made = (
                    self.values.comes_to(one.to(one.node.func)) if method and isinstance(one.node, ast.Call) else [one]
                )
                for maker in made:
                    name = method or getattr(maker.node, "name", "")
                    if maker.module is not self.module and name:
                        path = maker.module.path
                        if path not in self.wrappers_of:
                            self.wrappers_of[path] = wrappers(self.values, maker.module)
                        return self.wrappers_of[path].get(name)
        return None

    def meant(self, place: Place) -> None:
        """The call of a loader that another call is given to make."""
        if isinstance(place.node, ast.Call):
            callee = called(place)
            if loaders.loader(callee) is not None or callee.name in self.wrappers:
                self.call(place, place.node)

    def packed(self, place: Place, argument: ast.expr) -> None:
        """`"pretrained=org/name,revision=main"`: keywords in one string."""
        for one in self.strings(place, argument):
            pairs = dict(part.strip().partition("=")[::2] for part in one.text.split(","))
            revision = next((pairs[key] for key in loaders.rules().revision if key in pairs), None)
            for key, value in pairs.items():
                named = names.read(value, bare=True) if loaders.speaks(key) else None
                if named is not None:
                    self.report_both(argument, one, named, f"key {key}", revision)

    def keywords(self, place: Place, node: ast.Call, rule: Rule | None) -> None:
        """Keywords that speak: `model_id="org/name"`, whatever is called."""
        for keyword in node.keywords:
            if keyword.arg in loaders.rules().packed:
                self.packed(place, keyword.value)
            elif keyword.arg in loaders.rules().payloads and isinstance(keyword.value, ast.Dict | ast.Name | ast.Call):
                self.payload(place, node, keyword.value)
            elif keyword.arg and loaders.speaks(keyword.arg) and keyword.arg not in loaders.rules().nicknames:
                found = described.likely(described.texts(self.values, place.to(keyword.value)))
                if not found:
                    continue
                loaded = given(node, rule.where) if rule is not None else None
                is_main = loaded is None or loaded is keyword.value
                revision = revised.asked(self.values, place, node, keyword.arg, is_main=is_main)
                kind = described.served_by(self.values, place, node)
                beside = tuple(other.arg or "" for other in node.keywords)
                for one in found:
                    named = self.under(keyword.arg, one.text, kind)
                    if named is not None and self.is_meant(keyword.arg, named, beside):
                        self.report_both(keyword.value, one, named, f"key {keyword.arg}", revision, key=keyword.arg)

    def payload(self, place: Place, node: ast.Call, body: ast.expr) -> None:
        """`requests.post("http://localhost:11434/api/chat", json={"model": "llama3"})`: a request to Ollama."""
        if described.served_by(self.values, place, node) == OLLAMA:
            for one in described.inside(self.values, place, body, ("model", "name")):
                named = names.read(one.text, default=OLLAMA)
                if named is not None:
                    self.report_both(body, one, named, "request to Ollama", None, loaded=True)

    def named_so(self, place: Place, callee: Callee, node: ast.Call) -> None:
        """`register_model("org/name")`, `MODELS.append("org/name")`: calls whose name, or whose object, speaks."""
        known = loaders.rules()
        if isinstance(node.func, ast.Attribute) and callee.name in known.adders:
            owner = _name_of(node.func.value)
            if owner and loaders.speaks(owner):
                for argument in node.args[-1:]:
                    self.speak(owner, place.to(argument), f"key {owner}")
        elif loaders.speaks(callee.name) and _loads_by_name(callee.name):
            for one in described.made_with(self.values, place, node):
                named = names.read(one.text)
                if named is not None and named.kind == HUB:
                    self.report_both(
                        node.args[0] if node.args else node, one, named, f"call of {callee.name}", None, key="model"
                    )

    def options(self, place: Place) -> None:
        """`["--model", "org/name"]`, `["--model=org/name"]`: words of a command, whatever runs it."""
        words = place.node.elts if isinstance(place.node, ast.List | ast.Tuple) else []
        for word, after in zip(words, [*words[1:], None], strict=True):
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value.startswith("--"):
                option, sign, value = word.value.partition("=")
                if loaders.speaks(option) and sign:
                    named = names.read(value)
                    if named is not None:
                        self.report(word.lineno, named, f"option {option}", None, key=option)
                elif loaders.speaks(option) and after is not None and not isinstance(after, ast.Starred):
                    self.speak(option, place.to(after), f"option {option}")

    def declares(self, place: Place, callee: Callee, node: ast.Call) -> None:
        """Calls that give a name a value: options, look-ups with a default, tables of parameters, commands."""
        known = loaders.rules()
        for option in declared(place):
            if loaders.speaks(option):
                for value in option_values(place):
                    self.speak(option, value, f"option {option}")
        position = known.lookups.get(callee.name)
        key = None if position is None else given(node, (position,))
        if position is not None and isinstance(key, ast.Constant) and isinstance(key.value, str):
            default = given(node, (position + 1, "default", "value", "options"))
            if default is not None and loaders.speaks(key.value):
                self.speak(key.value, place.to(default), f"default of {key.value}")
        if given(node, known.defaults) is not None:
            self.defaults(place, node)
        key, held = given(node, ("name", 0)), given(node, ("value", 1))
        if callee.name in known.pairs and key is not None and held is not None:
            self.pair(place, key, held)
        label = given(node, ("label",)) if callee.name in known.labelled else None
        if label is not None:
            self.pair(place, label, node)
        if callee.name in known.tables and len(node.args) > 1:
            self.table(place, node)
        if callee.name in known.shell_lines or (
            callee.name in known.shells and callee.of.partition(".")[0] in known.shell_packages
        ):
            self.command(place, node)

    def defaults(self, place: Place, node: ast.Call) -> None:
        """`config.get("llm", "model", fallback="org/name")`."""
        default = given(node, loaders.rules().defaults)
        keys = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        for key in keys:
            if default is not None and _NAME.fullmatch(key) and loaders.speaks(key):
                self.speak(key, place.to(default), f"default of {key}")

    def pair(self, place: Place, name: ast.expr, value: ast.expr) -> None:
        """A name and its value, each as a value: `{"name": "MODEL_ID", "value": "org/name"}`."""
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and loaders.speaks(name.value):
            self.speak(name.value, place.to(value), f"key {name.value}")

    def table(self, place: Place, node: ast.Call) -> None:
        """`parametrize("model, size", [("org/name", 1)])`."""
        for one in self.strings(place, node.args[0])[:1]:
            columns = [name.strip() for name in one.text.split(",")]
            if isinstance(node.args[0], ast.List | ast.Tuple):
                columns = [text.text for text in self.strings(place, node.args[0])]
            rows = node.args[1].elts if isinstance(node.args[1], ast.List | ast.Tuple) else []
            for row in rows:
                if isinstance(row, ast.Call) and len(columns) > 1:  # `pytest.param("org/name", 1)`
                    row = ast.copy_location(ast.Tuple(row.args), row)
                cells = row.elts if len(columns) > 1 and isinstance(row, ast.List | ast.Tuple) else [row]
                for column, cell in zip(columns, cells, strict=False):
                    if loaders.speaks(column):
                        self.speak(column, place.to(cell), f"key {column}")

    def command(self, place: Place, node: ast.Call) -> None:
        """A command line, as one string or as words, in a list or one by one; each word keeps its line."""
        words: list[Place] = [place.to(word) for word in node.args] if len(node.args) > 1 else []
        for one in self.values.comes_to(place.to(node.args[0])) if len(node.args) == 1 else ():
            if isinstance(one.node, ast.List | ast.Tuple) and one.module is self.module:
                words += [one.to(word) for word in one.node.elts]
        line = given(node, (0, "args", "cmd", "command"))
        if called(place).name in loaders.rules().shell_lines:
            for word in words or [place.to(argument) for argument in node.args]:
                self.shell_text(word)
        elif words:
            from shlex import quote

            texts = [self.values.texts(word) for word in words]
            text = " \\\n".join(quote(found[0].text) if len(found) == 1 else '"$_"' for found in texts)
            self.shell(Source(self.source.path, text, [self.source.line(word.line) for word in words]))
        elif (
            isinstance(line, ast.Call)
            and isinstance(line.func, ast.Attribute)
            and line.func.attr == "split"
            and not line.args
        ):
            self.shell_text(place.to(line.func.value))
        elif line is not None:
            self.shell_text(place.to(line))

    def shell_text(self, place: Place) -> None:
        for found in self.values.filled(place, "$_")[:1]:
            self.shell(self.source.at(found.place.line, found.text))

    def shell(self, source: Source) -> None:
        """Adds what the finder of shell text sees; nothing where it cannot read the text."""
        try:
            self.commands += import_module("openness.discover.shell").find(source, self.look)
        except (ImportError, SourceError):
            return

    # --- names that speak -----------------------------------------------------------------------------------------

    def entry(self, entry: Entry) -> None:
        """A constant, field, parameter, entry of a mapping or result under a name that speaks."""
        if entry.key == "value" and entry.form == "entry":
            for other in self.together.get(entry.group, ()):
                if other.key in ("name", "key") and isinstance(other.place.node, ast.expr):
                    self.pair(entry.place, other.place.node, entry.place.node)  # type: ignore[arg-type]
        if not loaders.speaks(entry.key) and not _in_a_speaking_class(entry):
            return
        others = self.together.get(entry.group, ()) if entry.form == "entry" or _in_a_class(entry) else ()
        keys = {other.key for other in others}
        if described.is_alias(entry.key, keys) or self.meets_entries(others):
            return
        served = self.providers.get(entry.group, "") if entry.form == "entry" else ""
        self.speak(entry.key, entry.place, f"key {entry.key}", self.beside(entry), tuple(keys), served)

    def meets_entries(self, others: Sequence[Entry]) -> bool:
        """Whether a mapping says that what it holds is no model of the Hub, as `meets` has it for a call."""
        conditions = dict(loaders.rules().unless)
        return any(
            isinstance(one.place.node, ast.Constant) and str(one.place.node.value) in conditions[one.key]
            for one in others
            if one.key in conditions and one.form == "entry"
        )

    def speak(
        self,
        key: str,
        place: Place,
        via: str,
        revision: str | None = None,
        beside: tuple[str, ...] = (),
        served: str = "",
    ) -> None:
        """Keeps the uses in a value under a name that speaks; `beside` are the names together with it."""
        for one in described.likely(described.texts(self.values, place)):
            named = self.under(key, one.text, served)
            if named is not None and self.is_meant(key, named, beside):
                here = one.place.module is self.module
                self.report(one.place.line if here else place.line, named, via, revision, key=key)

    def is_meant(self, key: str, named: Named, beside: tuple[str, ...]) -> bool:
        """Whether a model of AI is meant, and not one of a car: by the names around it."""
        if named.kind != HUB or evidence.in_name(named.model):
            return True
        words = loaders.plain(key).split("_")
        around = [word for name in beside for word in (loaders.plain(name), *loaders.plain(name).split("_"))]
        return evidence.is_strong(words) or not (evidence.is_beside(around) or any(map(evidence.is_elsewhere, words)))

    def under(self, key: str, text: str, served: str = "") -> Named | None:
        """The model that a string names under a name that speaks; `served` is who serves it, where that is said."""
        if served == OLLAMA:
            return names.read(text, default=OLLAMA)
        bare = loaders.plain(key) in loaders.rules().bare and any(not one.isalpha() for one in text)
        named = names.read(text, bare=bare) or well_known(text)
        if named is not None and named.kind == HUB and not evidence.is_organisation(named.model):
            closed = names.api(named.model.partition("/")[2])  # behind the nickname of a provider: `work/gpt-4o`
            return Named(named.model, API) if closed else named
        return named

    def beside(self, entry: Entry) -> str | None:
        """The revision beside or under a name: `MODEL_REVISION` of `MODEL_ID`, in one scope or mapping."""
        stem = loaders.plain(entry.key)
        stems = {stem, stem.rpartition("_")[0]}
        wanted = {f"{one}_{name}" for one in stems if one for name in loaders.rules().revision}
        beside = [one.key for one in self.together.get(entry.group, ())]
        is_field = entry.form != "assigned" or _in_a_class(entry)
        if is_field and revised.is_of(entry.key, beside):
            wanted |= set(loaders.rules().revision)
        for other in self.neighbours(entry):
            if loaders.plain(other.key) in wanted:
                found = self.values.texts(other.place)
                if found:
                    return found[0].text
        return None

    def neighbours(self, entry: Entry) -> list[Entry]:
        inside = {id(one.node) for one in self.values.comes_to(entry.place) if isinstance(one.node, ast.Dict)}
        return [one for group in (*inside, entry.group) for one in self.groups.get(group, ()) if one.form != "returned"]

    def choice(self, place: Place) -> None:
        """`model or "org/name"`, `model if model else "org/name"`."""
        node = place.node
        parts = node.values if isinstance(node, ast.BoolOp) else []
        if isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        keys = [key for key in map(_name_of, parts) if key and loaders.speaks(key)]
        for part in parts:
            if keys and isinstance(part, ast.Constant):
                self.speak(keys[0], place.to(part), f"default of {keys[0]}")

    def link(self, place: Place) -> None:
        """A string that is an address of a model's files, wherever it stands."""
        node = place.node
        found = [one.text for one in self.values.texts(place)]
        if not found and isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            found = [str(node.values[0].value)]
        for text in found:
            named = names.address(text.strip())
            if named is not None:
                self.report(place.line, named, "address", None)

    # --- the rest -------------------------------------------------------------------------------------------------

    def strings(self, place: Place, argument: ast.expr | None) -> list[Text]:
        return [] if argument is None else self.values.texts(place.to(argument))

    def report(
        self, line: int, named: Named, via: str, revision: str | None, *, loaded: bool = False, key: str = ""
    ) -> None:
        """Keeps a use. A loader says more than a name; of two loaders on a line, the one that pins nothing."""
        old = self.found.get((line, named.model))
        weaker = old is not None and old.loaded == loaded and not (old.revision and revision is None and loaded)
        if old is None or (not weaker and loaded >= old.loaded):
            strong = not key or named.kind != HUB or evidence.is_strong(loaders.plain(key).split("_"))
            self.found[line, named.model] = _Found(
                named, via, revision, loaded, not strong and not evidence.in_name(named.model)
            )

    def report_both(
        self,
        argument: ast.expr,
        one: Text,
        named: Named,
        via: str,
        revision: str | None,
        *,
        loaded: bool = False,
        key: str = "",
    ) -> None:
        """Keeps a use where it is given to a call, and where its string stands if that is elsewhere in the file."""
        here = one.place.module is self.module
        if not here or not argument.lineno <= one.place.line <= (argument.end_lineno or 0):
            self.report(argument.lineno, named, via, revision, loaded=loaded, key=key)
        if here:
            self.report(one.place.line, named, via, revision, loaded=loaded, key=key)

    def write(self, place: Place, arguments: list[ast.expr]) -> None:
        for argument in arguments:
            for one in self.strings(place, argument):
                self.written.setdefault(one.text, place.line)

    def exclude(self, place: Place, arguments: list[ast.expr]) -> None:
        for argument in arguments:
            for one in self.strings(place, argument):
                self.elsewhere.add((one.place.line, one.text))
                self.elsewhere.add((argument.lineno, one.text))


def _of_bases(place: Place, node: ast.Call) -> list[Place]:
    """`super().__init__("org/name")` as calls of the bases of the class."""
    func = node.func
    if not (isinstance(func, ast.Attribute) and func.attr == "__init__" and isinstance(func.value, ast.Call)):
        return []
    owner = place.scope.enclosing(ast.ClassDef)
    if getattr(func.value.func, "id", "") != "super" or owner is None or not isinstance(owner.node, ast.ClassDef):
        return []
    bases = [base for base in owner.node.bases if isinstance(base, ast.Name | ast.Attribute)]
    return [place.to(ast.copy_location(ast.Call(base, node.args, node.keywords), node)) for base in bases]


def _loads_by_name(name: str) -> bool:
    """Whether a call of this name may load a model: `register_model` and not `delete_model`, nor `model` itself."""
    words = loaders.plain(name).split("_")
    return (len(words) > 1 or name[:1].isupper()) and words[0] not in loaders.rules().refused


def _in_a_class(entry: Entry) -> bool:
    """Whether it is a field of a class."""
    return isinstance(entry.place.scope.node, ast.ClassDef)


def _in_a_speaking_class(entry: Entry) -> bool:
    """Whether it is a member of an enumeration of models, or the name of a model in a class about one."""
    node = entry.place.scope.node
    if not isinstance(node, ast.ClassDef) or entry.form != "assigned":
        return False
    bases = {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in node.bases}
    if not bases.isdisjoint(loaders.rules().enumerations):
        return loaders.speaks(node.name)
    words = loaders.plain(node.name).split("_")
    return entry.key in loaders.rules().inner and not loaders.rules().words.isdisjoint(words)


def _name_of(node: ast.AST) -> str:
    """The name under which an operand is known: of a variable, an attribute, an entry, an environment variable."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        position = loaders.rules().lookups.get(name)
        key = None if position is None else given(node, (position,))
        return str(key.value) if isinstance(key, ast.Constant) else ""
    return ""
