"""The models that a card or a folder says the release was made from: front matter, configuration files, prose.

A base that is wrongly named accuses somebody of hiding a licence. So only plain statements count, in the words that
`rules/base-models.yaml` has; what is left out stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from openness import yamlio
from openness.model import Base, Basis
from openness.sources import names
from openness.sources.text import Text, quote, quote_at

MAX_BASES = 60
"""Most bases of one release; merges have a dozen."""

_MAX_NAME = 200
_MAX_STATEMENTS = 200
_PATH = re.compile(r"[./~\\]|[A-Za-z]:[\\/]|[^/]*/[^/]*/")
_PLACEHOLDER = re.compile(
    r"[{}<>$\[\]\n]|(?:none|null|n/a|unknown|todo|tbd|model[ _-]?(?:id|name)|-+)\Z", re.IGNORECASE
)
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_SETTINGS = (
    ("base_model_name_or_path", "adapter", Basis.DECLARED),
    ("_name_or_path", None, Basis.INFERRED),
)
"""Key of a configuration file → the relation to the model that it names, and how plain that is."""

_ON_DISK = "a path on its maker's computer; which model that is is not said"


class _Words(NamedTuple):
    """`rules/base-models.yaml`, as far as it is about front matter."""

    relations: frozenset[str]
    tags: Mapping[str, str]
    """Tag or library → the relation that it is plain about."""

    variants: frozenset[str]
    """Words of a name that a shorter way to write it leaves out."""

    numbered: re.Pattern[str]
    """Tags that name a family of models by its number."""


@lru_cache(maxsize=1)
def _words() -> _Words:
    """The words, read on first use. Raises CatalogError."""
    top = yamlio.rules("base-models.yaml", "the list of phrases")
    tags = top.child("tags")
    if tags is None:
        top.fail("tags", "the list of phrases needs 'tags'")
    return _Words(
        frozenset(top.texts("relations")),
        {tag: relation for relation in tags.map for tag in tags.text(relation).split()},
        frozenset(top.text("variants").split()),
        re.compile(top.text("numbered")),
    )


def declared(text: Text, front: Mapping[str, Any], lines: Mapping[str, int], called: Sequence[str]) -> list[Base]:
    """The bases in the front matter of a card, in its order. `called` are the names of the release.

    Several without a relation are a merge, as the Hub has it: https://huggingface.co/docs/hub/model-cards
    """
    entries = [one for key in ("base_model", "merged_models") for one in _entries(front, lines, key)]
    found = {name: line for name, line in reversed(entries) if names_a_model(name) and not _is_own(name, called)}
    if not found:
        return []
    said = front.get("base_model_relation")
    relation = said.strip().lower() if isinstance(said, str) else ""
    if relation not in _words().relations:
        relation = "merge" if len(found) > 1 or front.get("merged_models") else _tagged(front) or ""
    return [_base(text, name, found[name], relation or None) for name in reversed(found)][:MAX_BASES]


def stated(text: Text, start: int, called: Sequence[str], titles: Sequence[str]) -> list[Base]:
    """The bases that the prose of a card names from a position on, in its order. Linear.

    `called` are the names of the release, `titles` the headings that may be one.
    """
    from openness.sources import base_phrases

    found = []
    for one in islice(base_phrases.statements(text.content, start, called, titles), _MAX_STATEMENTS):
        if names_a_model(one.model):
            note = _ON_DISK if _PATH.match(one.model) else None
            basis = Basis.DECLARED if one.plain else Basis.INFERRED
            evidence = quote_at(text, one.position, basis, note=note)
            found.append(Base(one.model, one.relation, (evidence,)))
    return found


def tagged(text: Text, front: Mapping[str, Any], called: Sequence[str]) -> list[Base]:
    """The models that the tags of a card name by family and number, as `llama-2`: inferred, without a relation.

    A tag may as well speak of a design. So this is for a card that names no base otherwise. The registry is asked only
    where there is such a tag; a release of the same family is none of its own derivatives.
    """
    tags = front.get("tags")
    if not isinstance(tags, yamlio.YamlList):
        return []
    found = []
    for tag, line in zip(tags[:_MAX_STATEMENTS], tags.lines, strict=False):
        if isinstance(tag, str) and _words().numbered.fullmatch(tag.strip().lower()):
            from openness.sources import registry

            own = {family for name in called for family in registry.families_of(names.tokens(name))}
            said = names.tokens(tag)
            if registry.spells(tag) and said not in own and said not in map(names.tokens, called):
                found.append(_base(text, tag.strip(), line, None, Basis.INFERRED))
    return found


def configured(text: Text, called: Sequence[str]) -> list[Base]:
    """The base that a configuration file of a folder names: `adapter_config.json` or `config.json`.

    An adapter's base is declared. The `_name_or_path` of `config.json` is only what the weights were last loaded from:
    it may be the base, an earlier state, or a copy. So it is inferred, without a relation, and only for a Hub id.
    """
    import json

    try:
        settings = json.loads(text.content)
    except (ValueError, RecursionError):
        return []
    if not isinstance(settings, dict):
        return []
    for key, relation, basis in _SETTINGS:
        name = settings.get(key)
        if isinstance(name, str) and names_a_model(name.strip()) and not _is_own(name.strip(), called):
            name = name.strip()
            if basis is Basis.DECLARED or (_ID.fullmatch(name) and not _is_copy(name, called)):
                line = text.content.count("\n", 0, max(text.content.find(f'"{key}"'), 0)) + 1
                return [_base(text, name, line, relation, basis)]
    return []


def names_a_model(name: str) -> bool:
    """Whether a value names a model, and is not empty or a place to fill in."""
    return 1 < len(name) <= _MAX_NAME and _PLACEHOLDER.match(name) is None and any(map(str.isalpha, name))


def joined(bases: Iterable[Base]) -> tuple[Base, ...]:
    """The bases without repetition: what is said of one model in several places, or in fewer words, is one base."""
    found: list[Base] = []
    for one in bases:
        number = next((at for at, other in enumerate(found) if _same(one.model, other.model)), None)
        if number is None:
            found.append(one)
            continue
        other = found[number]
        evidence = tuple(dict.fromkeys((*other.evidence, *one.evidence)))
        found[number] = Base(max(other.model, one.model, key=_exact), other.relation or one.relation, evidence)
    return tuple(found[:MAX_BASES])


def _exact(name: str) -> tuple[bool, int]:
    """How exactly a name says which model is meant."""
    return "/" in name, len(names.tokens(name))


def _same(one: str, other: str) -> bool:
    """Whether two names are the same id, or one is the other in fewer words and without an organisation."""
    if "/" in one and "/" in other:
        return one.lower() == other.lower()
    shorter, longer = sorted((names.tokens(one), names.tokens(other)), key=len)
    for start in range(len(longer) - len(shorter) + 1):
        if shorter and longer[start : start + len(shorter)] == shorter:
            rest = (*longer[:start], *longer[start + len(shorter) :])
            return all(word[0].isdigit() or word in _words().variants for word in rest)
    return False


def _entries(front: Mapping[str, Any], lines: Mapping[str, int], key: str) -> list[tuple[str, int]]:
    """The texts under a key, each with its line."""
    value = front.get(key)
    if isinstance(value, str):
        return [(value.strip(), lines[key])]
    if isinstance(value, yamlio.YamlList):
        pairs = zip(value[:MAX_BASES], value.lines, strict=False)
        return [(entry.strip(), line) for entry, line in pairs if isinstance(entry, str)]
    return []


def _tagged(front: Mapping[str, Any]) -> str | None:
    """The relation that the tags and the library are plain about; None where they speak of several, or of none."""
    tags = front.get("tags")
    words = [front.get("library_name"), *(tags if isinstance(tags, list) else [tags])]
    said = {_words().tags.get(word.strip().lower()) for word in words if isinstance(word, str)} - {None}
    return said.pop() if len(said) == 1 else None


def _is_own(name: str, called: Sequence[str]) -> bool:
    """Whether a name is one of the release's own."""
    own = {one.strip().replace("__", "/").lower() for one in called}
    return name.lower() in own


def _is_copy(name: str, called: Sequence[str]) -> bool:
    """Whether a name is the release's own but for the organisation."""
    return names.tokens(name) in map(names.tokens, called)


def _base(text: Text, name: str, line: int, relation: str | None, basis: Basis = Basis.DECLARED) -> Base:
    note = _ON_DISK if _PATH.match(name) else None
    return Base(name, relation, (quote(text, line, basis, note=note),))
