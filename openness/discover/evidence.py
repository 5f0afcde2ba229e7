"""Whether a name, and the file that it stands in, speak of AI: `org/name` under a key `model` may be a car.

The words are `rules/model-words.yaml`. For places that are weak evidence alone; where a loader is called, nobody
needs to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError

_LONGEST = 200_000
"""Characters of a file that are looked at."""

_WORD = re.compile(r"\w+")
_SHORTEST = 120
"""Characters of a file, of no more than three lines, that has no room to say what it is about."""


class _Rules(NamedTuple):
    """`rules/model-words.yaml`."""

    organisations: frozenset[str]
    names: re.Pattern[str]
    files: re.Pattern[str]
    elsewhere: frozenset[str]
    beside: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    path = yamlio.RULES / "model-words.yaml"
    top = yamlio.Reader(yamlio.read(path, error=CatalogError), str(path), "the list of words", CatalogError)
    return _Rules(
        organisations=frozenset(top.texts("organisations")),
        names=re.compile("|".join(top.texts("names"))),
        files=re.compile("|".join(top.texts("files"))),
        elsewhere=frozenset(top.texts("elsewhere")),
        beside=frozenset(top.texts("beside")),
    )


@lru_cache(maxsize=8192)
def in_name(name: str) -> bool:
    """Whether a Hub id is that of a model by its organisation or a word in it."""
    lowered = name.lower()
    return lowered.partition("/")[0] in _rules().organisations or _rules().names.search(lowered) is not None


@lru_cache(maxsize=4)
def in_text(text: str) -> bool:
    """Whether a file's text, or its path, has a word that only AI has."""
    return _rules().files.search(text[:_LONGEST].lower()) is not None


def is_short(text: str) -> bool:
    """Whether a file has no room to say what it is about, and does not say that it is about other things."""
    rules = _rules()
    return (
        len(text) < _SHORTEST
        and text.count("\n") <= 3
        and (rules.elsewhere | rules.beside).isdisjoint(_WORD.findall(text.lower()))
    )


def is_elsewhere(key: str) -> bool:
    """Whether what stands under a key, in lower case, is a thing with models of its own: a car, a printer."""
    return key in _rules().elsewhere


def is_beside(keys: Iterable[str]) -> bool:
    """Whether one of the keys of a mapping, in lower case, is that of such a thing."""
    return not _rules().beside.isdisjoint(keys)
