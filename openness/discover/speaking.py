"""The keys under which a model stands, as `rules/model-keys.yaml` has them, and what stands beside one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.discover import names
from openness.discover.names import OLLAMA, Named
from openness.discover.nodes import FILLER, Text

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[^A-Za-z0-9$]+")
_FALLBACKS = (
    re.compile(r"\$\{[A-Za-z_]\w*:?-([^{}$]+)\}"),  # ${NAME:-x}: the shell, compose
    re.compile(r"\$\{oc\.env:\s*\w+\s*,\s*([^{}$]+)\}"),  # ${oc.env:NAME,x}: OmegaConf
    re.compile(r"\{\{.*?default\s*\(?\s*[\"']([^\"'{}]+)[\"'].*?\}\}"),  # {{ name | default("x") }}: Jinja, Helm
    # ${env:NAME, 'x'}: serverless
    re.compile(r"\$\{(?:env|opt|param|self|sls|ssm):[^,{}]*,\s*[\"']?([^{}$\"']+)[\"']?\s*\}"),
    re.compile(r"\$\{(?:[A-Z_][A-Z0-9_]*|[A-Za-z_][\w.]*(?=:[^{}$]*/)):([\w][^{}$]*)\}"),  # ${NAME:x}: Spring
)
_GITHUB = re.compile(r"\$\{\{([^{}]*)\}\}")
_CHOSEN = re.compile(r"(?:\|\||&&)\s*'([^']+)'")  # ${{ inputs.name || 'x' }}
_LISTS = (
    "speaking", "qualifiers", "traps", "silent", "naming", "several", "bare", "commits", "main", "own", "endpoints",
    "labelled", "environments", "yaml-texts", "cloned", "cloned-to", "providers", "prefixed", "commands", "words",
    "command-maps", "not-several",
)  # fmt: skip
_NAMES = frozenset(("name", "id", "repo", "path", "source"))
"""Keys of the model itself where they hold a Hub id."""

_HOLES = frozenset("${}<>")
_HEXADECIMAL = re.compile(r"[0-9a-f]{7,64}")


class Rules(NamedTuple):
    """`rules/model-keys.yaml`."""

    words: dict[str, frozenset[str]]
    """The lists, by name."""

    ollama: re.Pattern[str]
    known: re.Pattern[str]
    prefixes: dict[str, str]
    aliases: dict[str, str]
    short: tuple[tuple[re.Pattern[str], str], ...]
    """Names, and the organisation that they are short of."""

    targets: dict[str, tuple[str, str]]
    """Function → the key of the model's name, and its kind."""

    not_hub: dict[str, frozenset[str]]
    """Key → the values that say that the models beside it are not of the Hub."""

    others: tuple[str, ...]
    no_files: tuple[str, ...]
    revisions: tuple[str, ...]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The rules, read once. Raises CatalogError."""
    top = yamlio.rules("model-keys.yaml", "the list of keys")
    prefixes, aliases = top.child("provider-prefixes"), top.child("aliases")
    short, targets = top.child("short"), top.child("targets")
    not_hub = top.child("not-hub")
    if prefixes is None or aliases is None or short is None or targets is None or not_hub is None:
        top.fail("aliases", "the list of keys needs 'provider-prefixes', 'aliases', 'short', 'targets' and 'not-hub'")
    called = {name: child for name in targets.map if (child := targets.child(name)) is not None}
    return Rules(
        words={name: frozenset(top.texts(name)) for name in _LISTS},
        ollama=re.compile("|".join(top.texts("ollama-names"))),
        known=re.compile("|".join(top.texts("known"))),
        prefixes={name: prefixes.text(name) for name in prefixes.map},
        aliases={name: aliases.text(name) for name in aliases.map},
        short=tuple((re.compile("|".join(short.texts(name))), name) for name in short.map),
        targets={name: (child.text("key"), child.text("kind")) for name, child in called.items()},
        not_hub={name: frozenset(not_hub.texts(name)) for name in not_hub.map},
        others=top.texts("no-models"),
        no_files=top.texts("no-files"),
        revisions=top.texts("revisions"),
    )


def well_known(value: str) -> Named | None:
    """The model of a name without an organisation that is known for one: `bert-base-uncased`, `llama3.1:8b`."""
    words = rules()
    for pattern, organisation in words.short:
        if pattern.fullmatch(value):
            return names.read(f"{organisation}/{value}")
    if words.known.fullmatch(value):
        return names.read(value, bare=True)
    return names.read(value, default=OLLAMA) if words.ollama.fullmatch(value) else None


def is_in(name: str, words: str) -> bool:
    """Whether a key, as `normal` has it, is in one of the lists."""
    return name in rules().words[words]


@lru_cache(maxsize=16384)
def normal(key: str) -> str:
    """A key as the rules have it: `embeddingModel` → `embedding_model`."""
    if len(key) > 200:
        return ""
    return _BETWEEN.sub("_", _HUMP.sub("_", key)).strip("_").lower()


@lru_cache(maxsize=16384)
def speaks(name: str) -> bool:
    """Whether a model stands under a key, given as `normal` has it."""
    words = name.split("_")
    if any(is_in("_".join(words[start:]), "traps") for start in range(len(words))):
        return False
    while words:
        if any(is_in("_".join(words[start:]), "speaking") for start in range(len(words))):
            return True
        if not (is_in(words[-1], "qualifiers") or words[-1].isdigit()):
            shorter = words[-1].rstrip("0123456789")
            if shorter == words[-1] or not shorter:
                return False
            words[-1] = shorter
        else:
            words.pop()
    return False


@lru_cache(maxsize=16384)
def is_several(name: str) -> bool:
    """Whether several models stand under a key, given as `normal` has it."""
    words = name.split("_")
    return any(is_in("_".join(words[start:]), "several") for start in range(len(words)))


@lru_cache(maxsize=4096)
def is_other(name: str) -> bool:
    """Whether a key in a mapping of several models holds something else: `ingress_path`."""
    return any(is_in(word, "not-several") for word in name.split("_"))


@lru_cache(maxsize=4096)
def is_qualifier(name: str) -> bool:
    """Whether a key only says which of several models this is: `primary`, `large`."""
    return all(is_in(word, "qualifiers") for word in name.split("_"))


def fallback(value: str) -> str:
    """What stands in for a variable that is not set, where a value says it."""
    if "{" in value and len(value) <= names.MAX_NAME:
        chosen = [choice for hole in _GITHUB.findall(value) for choice in _CHOSEN.findall(hole)]
        if chosen and _GITHUB.fullmatch(value.strip()):
            return ",".join(chosen)
        for pattern in _FALLBACKS:
            if pattern.search(value) is not None:
                return pattern.sub(lambda hole: hole.group(1).strip(), value)
    return value


def is_of_hub(fields: dict[str, Text]) -> bool:
    """Whether the models of a mapping can be the Hub's: no key says that they are another registry's."""
    not_hub = rules().not_hub
    return not any(fields[name].value.lower() in not_hub[name] for name in not_hub.keys() & fields.keys())


def is_revision(value: str) -> bool:
    """Whether a value says a revision, and is no hole or what stands for one in a template."""
    return bool(value) and value != FILLER and _HOLES.isdisjoint(value)


def revision(own: str, fields: dict[str, Text]) -> str | None:
    """The revision beside a key: `<key>_revision`, that of a shorter key, or the mapping's if it is of this."""
    words = own.split("_")
    for end in range(len(words), 0, -1):
        found = fields.get("_".join([*words[:end], "revision"]))
        if found is not None and is_revision(found.value):
            return found.value
    main = rules().words["main"]
    others = (name in main or (name in _NAMES and "/" in field.value) for name, field in fields.items() if field.value)
    if own in fields and own not in main and own not in _NAMES and any(others):
        return None
    for name in rules().revisions:
        if name in fields and is_revision(fields[name].value):
            return fields[name].value
    for name in rules().words["commits"] & fields.keys():
        if _HEXADECIMAL.fullmatch(fields[name].value):
            return fields[name].value
    return None
