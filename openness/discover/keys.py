"""Texts under keys → the models that they name: which keys speak of a model is `rules/model-keys.yaml`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from openness.discover import evidence, files, names, parts
from openness.discover.finders import finder
from openness.discover.names import HUB, OLLAMA, Named
from openness.discover.nodes import Alias, List, Map, Node, Text
from openness.discover.parts import DOCKER
from openness.discover.source import MAX_QUOTE, Look, Source, use
from openness.discover.speaking import (
    fallback,
    is_in,
    is_of_hub,
    is_other,
    is_qualifier,
    is_revision,
    is_several,
    normal,
    revision,
    rules,
    speaks,
)
from openness.errors import SourceError
from openness.usage import Use

MAX_FILES_IN_FILES = 3

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:hf://|huggingface://|hf-hub:|ollama://(?![\w.-]+:\d{4,5}(?:/|\Z))|https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?=[^\s/]+/[^\s/]+/(?:resolve|raw)/))[^\s\"'<>,;\\]+"
)
_TAGGED = re.compile(r"(hf://[\w.-]+/[\w.-]+):([\w.-]+)")
_OLLAMA_PORT = re.compile(r"\Ahttps?://[\w.-]+:11434(?:/|\Z)")
_SEPARATORS = re.compile(r"[,;\s]+|(?<=[\w.-])\+(?=[\w.-]+/)")
_LABELLED = re.compile(r"[\w.-]+=([\w.-]+/[\w./:@-]+)")
_OPERATORS = ("&&", "||", "|", ";")
_LONGEST = 4000
"""Characters. A longer text is prose or data, and no name."""


def find(source: Source, roots: Iterable[Node], look: Look | None = None, depth: int = 0) -> Iterator[Use]:
    """The models that the values name.

    `look` is for the programs that commands among them hold; `depth` is how many values the text is a part of.
    """
    reading = _Reading(source, look, depth)
    key = parts.group(source.path) if not depth else None
    for root in roots:
        if key and isinstance(root, Map):
            yield from reading.within("model", key, root, HUB)
        yield from reading.node(root, "", HUB)


class _Reading:
    """The reading of one text; `default` is what a name is that does not say where it comes from."""

    def __init__(self, source: Source, look: Look | None, depth: int) -> None:
        self.source, self.look, self.depth = source, look, depth
        self.repeated: set[int] = set()
        self.lines = source.content.split("\n")
        name = source.path.rpartition("/")[2].lower()
        self.is_compose = "compose" in name
        self.is_commands = name == "procfile"
        self.is_elsewhere = False

    def node(self, node: Node, name: str, default: str) -> Iterator[Use]:
        """The models in a value under a key that does not speak; below some keys a name has to speak for itself."""
        if isinstance(node, Text):
            if form := parts.form("", node, default):
                yield from self.file(form, node)
            else:
                yield from self.assigned(node, default)
        elif isinstance(node, List):
            for entry in node.entries:
                yield from self.node(entry, name, default)
        elif isinstance(node, Map):
            before = self.is_elsewhere
            self.is_elsewhere = before or evidence.is_elsewhere(name) or evidence.is_beside(parts.keys(node))
            yield from self.map(node, name, default)
            self.is_elsewhere = before

    def map(self, node: Map, name: str, default: str) -> Iterator[Use]:
        """The models in a mapping, key by key."""
        fields = {normal(key.value): value for key, value in node.pairs if isinstance(value, Text)}
        default = self.provided(fields, default)
        if self.is_compose and name in ("models", "provider"):
            default = DOCKER
        yield from self.called(fields)
        aliases = parts.aliases(node)
        yield from self.labelled(node, fields, default)
        yield from self.cloned(fields)
        for key, child in node.pairs:
            own = normal(key.value)
            if is_in(own, "silent") or own in aliases or child is None or self.is_command(own, child):
                continue
            inner = OLLAMA if "ollama" in own.split("_") else default
            if speaks(own):
                yield from self.speaking(own, key.value, child, fields, inner)
            elif is_in(own, "prefixed"):
                yield from self.prefixed(key.value, child)
            elif isinstance(child, Text) and is_in(own, "environments"):
                for word in parts.split(child):
                    yield from self.assigned(word, inner)
                continue
            elif isinstance(child, Text) and (form := parts.form(key.value, child, inner)):
                yield from self.file(form, child)
                continue
            if not (isinstance(child, Text) and speaks(own)):
                yield from self.node(child, own, inner)
            if is_in(own, "command-maps") and isinstance(child, Map):
                for _, command in child.pairs:
                    if isinstance(command, Text):
                        yield from self.shell(command)
        yield from self.commands(node, fields, default)
        yield from self.source_of(node, fields.get("source"))

    def cloned(self, fields: dict[str, Text]) -> Iterator[Use]:
        """The model whose repository is cloned, as a git submodule or by a step that says where to."""
        words = rules().words
        for key in words["cloned"] & fields.keys() if words["cloned-to"] & fields.keys() else ():
            text = fields[key]
            found = names.linked(text.value) if "//huggingface.co/" in text.value else None
            if found is not None:
                yield use(self.source, found, text.line, f"key {key}", revision(key, fields))

    def labelled(self, node: Map, fields: dict[str, Text], default: str) -> Iterator[Use]:
        """The models of a mapping that gives the key as one value and what stands under it as another."""
        label = fields.get("name") or fields.get("key")
        if label is None or not speaks(normal(label.value)):
            return
        for key, child in node.pairs:
            if is_in(normal(key.value), "labelled"):
                for text in child.entries if isinstance(child, List) else (child,):
                    if isinstance(text, Text):
                        yield from self.named(normal(label.value), label.value, text, fields, default)

    def source_of(self, node: Map, source: Text | None) -> Iterator[Use]:
        """The models in a program beside the command that reads it, as Argo has it."""
        command = next((child for key, child in node.pairs if normal(key.value) == "command"), None)
        first = command.entries[0] if isinstance(command, List) and command.entries else command
        if source is not None and source.script and isinstance(first, Text):
            form = files.by_first_line(f"#!{first.value}".encode())
            if form is not None:
                yield from self.file(form, source)

    def called(self, fields: dict[str, Text]) -> Iterator[Use]:
        """The model of a mapping that says which function is called with it."""
        target = fields.get("target")
        key, kind = rules().targets.get(target.value, ("", "")) if target else ("", "")
        name = fields.get(key)
        if name is not None and name.value and not set("<>{}$ ") & set(name.value):
            model, _, branch = name.value.partition(":")
            yield use(self.source, Named(model, kind, branch or None), name.line, f"key {key}", revision(key, fields))

    def provided(self, fields: dict[str, Text], default: str) -> str:
        """What a name is beside a key that says who serves it."""
        for key, value in fields.items():
            server = value.value.lower().rpartition(".")[2]
            if is_in(key, "providers") and server.startswith(OLLAMA):
                return OLLAMA
            if (key == "name" and server == OLLAMA) or (is_in(key, "endpoints") and _OLLAMA_PORT.search(value.value)):
                return OLLAMA
        return default

    def speaking(self, own: str, key: str, child: Node, fields: dict[str, Text], default: str) -> Iterator[Use]:
        """The models under a speaking key: a text, a list of them, a mapping that holds the name."""
        if isinstance(child, Alias):
            if id(child.of) in self.repeated:
                return
            self.repeated.add(id(child.of))
            child = child.of
        if isinstance(child, Text):
            yield from self.named(own, key, child, fields, default)
        for entry in child.entries if isinstance(child, List) else (child,):
            if isinstance(entry, Map):
                yield from self.within(own, key, entry, default)
            elif isinstance(entry, Text) and entry is not child:
                yield from self.named(own, key, entry, {}, default)

    def within(self, own: str, key: str, node: Map, default: str) -> Iterator[Use]:
        """The model that a mapping under a speaking key describes; several under a key in the plural."""
        fields = {normal(name.value): value for name, value in node.pairs if isinstance(value, Text)}
        default = self.provided(fields, default)
        if self.is_compose and own == "models":
            default = DOCKER
        several, aliases = is_several(own), parts.aliases(node)
        is_named = default == OLLAMA and not fields.keys() & {"name", "model"}  # else the names are those of fields
        before = self.is_elsewhere
        self.is_elsewhere = before or evidence.is_elsewhere(own) or evidence.is_beside(parts.keys(node))
        for name, value in node.pairs:
            inner = normal(name.value)
            if several and ("/" in name.value or rules().ollama.fullmatch(name.value)):
                yield from self.named(own, key, name, {}, HUB)
            if is_in(inner, "silent") or inner in aliases or (several and is_other(inner)):
                continue
            if isinstance(value, Text) and (is_in(inner, "naming") or several or is_qualifier(inner)):
                if is_in(inner, "naming") or "/" in value.value or is_named:
                    about = inner if speaks(inner) else own
                    yield from self.named(own, f"{key}.{name.value}", value, fields, default, about)
            elif isinstance(value, List) and (several or is_in(inner, "naming")):
                for entry in value.entries:
                    if isinstance(entry, Text) and ("/" in entry.value or is_named or not several):
                        yield from self.named(own, f"{key}.{name.value}", entry, {}, default)
                    elif isinstance(entry, Map) and several:
                        yield from self.within("", f"{key}.{name.value}", entry, default)
            elif isinstance(value, Map) and (several or inner == "default") and not speaks(inner):
                yield from self.within(own if inner == "default" else "", f"{key}.{name.value}", value, default)
        self.is_elsewhere = before

    def named(
        self, own: str, key: str, text: Text, fields: dict[str, Text], default: str, about: str = ""
    ) -> Iterator[Use]:
        """The models that a text names where one stands; several may be separated by commas.

        `about` is the key whose revision may stand among the `fields`; empty for `own`.
        """
        value = fallback(text.value)
        if value[:1] in ("{", "[") and '"' in value:
            yield from self.file("json", text)
            return
        if (
            len(value) > _LONGEST
            or value.lower().startswith(rules().others)
            or fields.get("repo_type", text).value in ("dataset", "space")
            or not (is_of_hub(fields) or own.startswith(("hf_", "huggingface_")))
        ):
            return
        beside = revision(about or own, fields)
        for part in _SEPARATORS.split(value) if re.search(r"[,;]|\+[\w.-]+/", value) else (value,):
            labelled = _LABELLED.fullmatch(part)
            part = labelled.group(1) if labelled else part
            tagged = _TAGGED.fullmatch(part)
            found = parts.name(tagged.group(1) if tagged else part, own, default)
            if found is not None and self.is_believed(found, part, own):
                beside = beside or (tagged.group(2) if tagged else None)
                yield use(self.source, found, text.line, f"key {key}", beside)

    def is_believed(self, found: Named, written: str, own: str) -> bool:
        """Whether a name is that of an AI model, and not of a car: by the name, or by what else stands in the file."""
        if found.kind != HUB or "/" not in found.model or not written.strip().startswith(found.model):
            return True
        if evidence.in_name(found.model, brands=not self.is_elsewhere):
            return True
        return not self.is_elsewhere and (
            self.is_about_ai or ("model" in own and evidence.is_short(self.source.content))
        )

    @cached_property
    def is_about_ai(self) -> bool:
        return evidence.in_text(self.source.path) or evidence.in_text(self.source.content)

    def anywhere(self, text: Text) -> Iterator[Use]:
        """An address of a model's file on the Hub, or a path in its cache, under whatever key."""
        value = text.value
        if len(value) > _LONGEST or not (
            "hf" in value or "huggingface" in value or "models--" in value or "ollama://" in value
        ):
            return
        for address in _ADDRESS.findall(value):
            lowered = address.lower()
            if not lowered.startswith(rules().others) and not lowered.endswith(rules().no_files):
                tagged = _TAGGED.match(address)
                found = names.read(address)
                if found is not None:
                    yield use(self.source, found, text.line, "address on the Hub", tagged.group(2) if tagged else None)
        found = names.cached(value)
        if found is not None:
            yield use(self.source, found, text.line, "path in a Hub cache")

    def assigned(self, text: Text, default: str) -> Iterator[Use]:
        """`NAME=value`, as in a list of environment variables."""
        value = text.value if len(text.value) <= _LONGEST else ""
        pairs = [found.groups() for part in value.split(",") if (found := _ASSIGNMENT.fullmatch(part.strip()))]
        if len(pairs) < 2 or len(pairs) <= value.count(","):  # not `model=x,revision=y`
            found = _ASSIGNMENT.fullmatch(value)
            pairs = [found.groups()] if found else []
        fields = {normal(key): Text(value, text.line) for key, value in pairs}
        spoken = False
        for key, value in pairs:
            own = normal(key)
            if speaks(own):
                spoken = True
                inner = OLLAMA if "ollama" in own.split("_") else default
                yield from self.named(own, key, Text(value, text.line), fields, inner)
        if not spoken:
            if value[:1] in ("{", "[") and '"' in value:
                yield from self.file("json", text)
            yield from self.anywhere(text)

    def prefixed(self, key: str, node: Node) -> Iterator[Use]:
        """`provider:task:name`, as promptfoo has it: in a text, or in the entries of a list."""
        for text in node.entries if isinstance(node, List) else (node,):
            if isinstance(text, Text) and ":" in text.value and len(text.value) <= names.MAX_NAME:
                provider, _, rest = text.value.partition(":")
                kind = rules().prefixes.get(provider.lower())
                if kind is not None:
                    found = parts.prefixed(kind, rest)
                    if found is not None:
                        yield use(self.source, found, text.line, f"key {key}")

    # Commands

    def is_command(self, own: str, child: Node) -> bool:
        """Whether what stands under a key is run; a mapping under it is looked into as any other."""
        return (is_in(own, "commands") or self.is_commands) and isinstance(child, Text | List)

    def commands(self, node: Map, fields: dict[str, Text], default: str) -> Iterator[Use]:
        """The models in the commands of a mapping. Those that go together, as `command` and `args`, are one."""
        words: list[Text] = []
        for key, child in node.pairs:
            own = normal(key.value)
            if not self.is_command(own, child):
                continue
            if isinstance(child, Text):
                if is_in(own, "words") and ("\n" not in child.value.strip() or child.value.startswith("-")):
                    words = [*words, *parts.split(child)]
                elif "shell" in fields and fields["shell"].value.startswith("python"):  # a step of a workflow
                    yield from self.file("python", child)
                else:
                    yield from self.shell(child)
            elif isinstance(child, List):
                texts = [entry for entry in child.entries if isinstance(entry, Text)]
                if is_in(own, "words"):
                    texts = [word for text in texts for word in (parts.split(text) if parts.is_pair(text) else [text])]
                    words = [*words, *texts] if own != "entrypoint" else [*texts, *words]
                else:
                    for text in texts:
                        yield from self.shell(text)
                yield from self.node(parts.without_texts(child), own, default)
        if words:
            yield from self.program(words, fields.get("image"))

    def program(self, words: Sequence[Text], image: Text | None) -> Iterator[Use]:
        """A command as its words: what its options say, and what the shell's reader sees in it."""
        options = parts.options(words)
        for number, word in enumerate(words):
            if word.value.startswith("-") and len(word.value) <= names.MAX_NAME:
                option, sign, value = word.value.partition("=")
                own = normal(option)
                after = words[number + 1] if number + 1 < len(words) else None
                text = Text(value, word.line) if sign else after
                if speaks(own) and text is not None and not text.value.startswith("-"):
                    yield from self.named(own, option, text, options, HUB)
        if any(word.script or "\n" in word.value for word in words):
            for word in words:
                if word.script or "\n" in word.value:
                    yield from self.shell(word)
            return
        yield from self.line(words)
        if image is not None and (words[0].value.startswith("-") or "/" in words[0].value[1:]):
            # They may go to the program that the image starts.
            yield from self.line([Text("docker", words[0].line), Text("run", words[0].line), image, *words])

    def line(self, words: Sequence[Text]) -> Iterator[Use]:
        """The models in a command line that is given as its words, on several lines of the file."""
        quoted = [word.value if word.value in _OPERATORS else shlex.quote(word.value) for word in words]
        lines = [self.source.line(word.line) for word in words]
        yield from self.other("shell", Source(self.source.path, " \\\n".join(quoted), lines))

    def shell(self, text: Text) -> Iterator[Use]:
        """The models in a piece of shell."""
        if text.script:
            yield from self.other("shell", self.source.at(text.line, text.script))
        else:
            count = text.value.count("\n") + 1
            yield from self.other("shell", Source(self.source.path, text.value, [self.source.line(text.line)] * count))

    def file(self, form: str, text: Text) -> Iterator[Use]:
        """The models in a file that a value holds, as a ConfigMap's."""
        from openness.discover import config

        inner = self.source.at(text.line, text.script or text.value)
        if form in ("yaml", "json", "toml", "ini", "hcl"):
            if self.depth < MAX_FILES_IN_FILES:
                with suppress(SourceError):
                    yield from list(find(inner, config.read(inner, form), self.look, self.depth + 1))
        elif form not in ("card", files.WEIGHTS):
            yield from self.other(form, inner)

    def other(self, form: str, inner: Source) -> Iterator[Use]:
        """What another language's reader finds; what it cannot read names nothing."""
        try:
            found = list(finder(form)(inner, self.look))
        except SourceError:
            return
        for one in found:
            if one.revision is not None and not is_revision(one.revision):
                one = one._replace(revision=None)
            known = not self.source.lines and one.line <= len(self.lines)
            yield one._replace(quote=self.lines[one.line - 1].strip()[:MAX_QUOTE]) if known else one
