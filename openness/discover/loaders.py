"""Which functions of a program load a model, and which names speak of one: `rules/model-loaders.yaml`, read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.discover import names
from openness.discover.names import HUB, Named
from openness.discover.speaking import well_known

TIMM, TORCH_HUB = "timm", "torchhub"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

Where = tuple[int | str, ...]
"""Positions and keywords of an argument, most likely first."""


class Callee(NamedTuple):
    """What is called: `sentence_transformers.SentenceTransformer`, `self.pipe.load_lora_weights`."""

    name: str
    """The last name."""

    of: str
    """What stands before it, the names of imports resolved; empty for a name alone."""

    imported: bool = False
    """Whether `of` begins with a package that the file imports."""

    @property
    def package(self) -> str:
        """The first name of the package that it is imported from; empty where it is not."""
        return self.of.partition(".")[0] if self.imported else ""


class Rule(NamedTuple):
    """One entry of the list: which calls it is about, and which argument counts."""

    of: re.Pattern[str] | None
    packages: frozenset[str]
    where: Where
    bare: bool = False
    prefix: str = ""
    plain: re.Pattern[str] | None = None
    kind: str = HUB
    needs: Where = ()
    unless: tuple[tuple[str, tuple[str, ...]], ...] = ()
    strip: str = ""
    short: Mapping[str, str] = {}

    def fits(self, callee: Callee) -> bool:
        """Whether a call whose last name is right is one of these."""
        if self.packages and callee.package not in self.packages:
            return False
        return self.of is None or self.of.search(callee.of) is not None


class Rules(NamedTuple):
    """`rules/model-loaders.yaml`. Names of calls → the rules to try in turn."""

    loaders: Mapping[str, tuple[Rule, ...]]
    values: Mapping[str, tuple[Rule, ...]]
    lookups: Mapping[str, int]
    revision: tuple[str, ...]
    carriers: frozenset[str]
    carried: Mapping[str, tuple[str, ...]]
    nicknames: frozenset[str]
    providers: tuple[str, ...]
    addresses: tuple[str, ...]
    payloads: frozenset[str]
    ollama: tuple[str, ...]
    aliases: Mapping[str, tuple[str, ...]]
    frameworks: frozenset[str]
    others: frozenset[str]
    unless: tuple[tuple[str, tuple[str, ...]], ...]
    silent: frozenset[str]
    elsewhere: frozenset[str]
    """Names of what stands in another registry."""

    other_registries: frozenset[str]
    """Words of such a name."""

    registries: frozenset[str]
    writers: frozenset[str]
    written: frozenset[str]
    options: frozenset[str]
    option_values: tuple[str, ...]
    option_second: frozenset[str]
    shells: frozenset[str]
    shell_packages: frozenset[str]
    shell_lines: frozenset[str]
    defaults: tuple[str, ...]
    pairs: frozenset[str]
    labelled: frozenset[str]
    tables: frozenset[str]
    whole: frozenset[str]
    words: frozenset[str]
    never: frozenset[str]
    bare: frozenset[str]
    packed: frozenset[str]
    adders: frozenset[str]
    refused: frozenset[str]
    inner: frozenset[str]
    enumerations: frozenset[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The list, read once. Raises CatalogError."""
    top = yamlio.rules("model-loaders.yaml", "the list of loaders")
    others, options, words, shells = (_child(top, key) for key in ("others", "options", "names", "shells"))
    served, aliases = _child(top, "served"), _child(top, "aliases")
    lookups, carried = _child(top, "lookups"), _child(top, "carried")
    return Rules(
        loaders=_by_name(top.maps("loaders"), "model"),
        values=_by_name(top.maps("values"), "value"),
        lookups={name: int(lookups.text(name)) for name in lookups.map},
        revision=top.texts("revision"),
        carriers=frozenset(top.texts("carriers")),
        carried={part: carried.texts(part) for part in ("call", "arguments", "keywords")},
        nicknames=frozenset(others.texts("nicknames")),
        providers=served.texts("providers"),
        addresses=served.texts("addresses"),
        payloads=frozenset(served.texts("payloads")),
        ollama=served.texts("ollama"),
        aliases={name: aliases.texts(name) for name in aliases.map},
        frameworks=frozenset(others.texts("frameworks")),
        others=frozenset(others.texts("calls")),
        unless=_conditions(others),
        silent=frozenset(others.texts("silent")),
        elsewhere=frozenset(others.texts("names")),
        other_registries=frozenset(others.texts("registries")),
        registries=frozenset(others.texts("packages")),
        writers=frozenset(others.texts("writers")),
        written=frozenset(others.texts("keywords")),
        options=frozenset(options.texts("calls")),
        option_values=options.texts("values"),
        option_second=frozenset(options.texts("second")),
        shells=frozenset(shells.texts("calls")),
        shell_packages=frozenset(shells.texts("packages")),
        shell_lines=frozenset(shells.texts("lines")),
        defaults=top.texts("defaults"),
        pairs=frozenset(top.texts("pairs")),
        labelled=frozenset(top.texts("labelled")),
        tables=frozenset(top.texts("tables")),
        whole=frozenset(words.texts("whole")),
        words=frozenset(words.texts("words")),
        never=frozenset(words.texts("never")),
        bare=frozenset(words.texts("bare")),
        adders=frozenset(words.texts("adders")),
        refused=frozenset(words.texts("refused")),
        packed=frozenset(words.texts("packed")),
        inner=frozenset(words.texts("inner")),
        enumerations=frozenset(top.texts("enumerations")),
    )


def loader(callee: Callee) -> Rule | None:
    """The rule of a call that loads a model; None for any other call and for other registries."""
    if callee.package in rules().registries:
        return None
    return next((rule for rule in rules().loaders.get(callee.name, ()) if rule.fits(callee)), None)


def handed_on(callee: Callee) -> Where:
    """The argument that a call hands on as its value; empty where it is not known to."""
    return next((rule.where for rule in rules().values.get(callee.name, ()) if rule.fits(callee)), ())


def is_other(callee: Callee) -> bool:
    """Whether what stands in a call is no model of the Hub: a data set, an upload, another registry."""
    return callee.name in rules().others or callee.package in rules().registries


def plain(name: str) -> str:
    """A name in lower case with `_` between its words: `--embeddingModel` is `embedding_model`."""
    return _split(name)[0]


@lru_cache(maxsize=4096)
def _split(name: str) -> tuple[str, tuple[str, ...]]:
    words = tuple(word.lower() for word in _WORD.findall(name[: names.MAX_NAME]))
    return "_".join(words), words


def is_elsewhere(name: str) -> bool:
    """Whether a name says that what it holds stands in another registry."""
    joined, words = _split(name)
    return joined in rules().elsewhere or not rules().other_registries.isdisjoint(words)


@lru_cache(maxsize=4096)
def speaks(name: str) -> bool:
    """Whether a name says that what it holds is a model."""
    joined, words = _split(name)
    known = rules()
    if joined in known.written or is_elsewhere(name):
        return False
    return joined in known.whole or (
        not known.words.isdisjoint(words) and known.never.isdisjoint(words) and joined not in known.revision
    )


def read(text: str, rule: Rule) -> Named | None:
    """The model that a string names as the argument of a loader."""
    text = text.removeprefix(rule.strip)
    if rule.kind == TORCH_HUB:
        return _torch_hub(text)
    if text in rule.short:
        return Named(rule.short[text], HUB)
    if rule.kind == TIMM and names.read(text) is None:
        named = names.read(text, bare=True)
        return named and Named(named.model, TIMM)
    named = names.read(text, bare=rule.bare, default=rule.kind if rule.kind != TIMM else HUB)
    if named is None and rule.kind == HUB:
        return well_known(text)
    if named is None or named.kind != HUB or "/" in named.model:
        return named
    if rule.short or (not rule.prefix and named.model.isalpha()):
        return None  # a word alone is a folder or a flag more often than a model
    is_plain = rule.plain is not None and rule.plain.fullmatch(named.model) is not None
    return named if is_plain else named._replace(model=rule.prefix + named.model)


def _torch_hub(text: str) -> Named | None:
    """`owner/repo:branch`, a repository of code that brings weights."""
    repository, _, branch = text.partition(":")
    named = names.read(repository)
    return named and Named(named.model, TORCH_HUB, branch or None)


def _child(reader: yamlio.Reader, key: str) -> yamlio.Reader:
    found = reader.child(key)
    if found is None:
        reader.fail(key, f"the list of loaders needs '{key}'")
    return found


def _conditions(reader: yamlio.Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keyword and the values with which a call is not meant."""
    unless = reader.child("unless")
    return tuple((name, unless.texts(name)) for name in unless.map) if unless else ()


def _where(texts: Iterable[str]) -> Where:
    return tuple(int(one) if one.isdigit() else one for one in texts)


def _by_name(entries: list[yamlio.Reader], key: str) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for entry in entries:
        rule = _rule(entry, key)
        for name in entry.texts("call"):
            found[name] = (*found.get(name, ()), rule)
    return found


def _rule(entry: yamlio.Reader, key: str) -> Rule:
    entry.only("call", "of", "from", key, "bare", "prefix", "plain", "kind", "needs", "unless", "strip", "names")
    of, simple = entry.text("of", ""), entry.text("plain", "")
    short = entry.child("names")
    return Rule(
        of=re.compile(of) if of else None,
        packages=frozenset(entry.texts("from")),
        where=_where(entry.texts(key)),
        bare=entry.flag("bare") is True,
        prefix=entry.text("prefix", ""),
        plain=re.compile(simple) if simple else None,
        kind=entry.text("kind", HUB),
        needs=_where(entry.texts("needs")),
        unless=_conditions(entry),
        strip=entry.text("strip", ""),
        short={name: short.text(name) for name in short.map} if short else {},
    )
