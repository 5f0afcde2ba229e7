"""Whether a name that stands under a word that says little, as `model`, is one of AI: `rules/model-evidence.yaml`.

A car has a model, too. What decides is the word itself, the name, what stands beside it, and what the file is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.discover.source import Source
from openness.errors import CatalogError

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ENOUGH = 2


class Rules(NamedTuple):
    """`rules/model-evidence.yaml`."""

    strong: frozenset[str]
    plain: frozenset[str]
    mild: frozenset[str]
    other: frozenset[str]
    marks: re.Pattern[str]
    organisations: frozenset[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The list, read once. Raises CatalogError."""
    path = yamlio.RULES / "model-evidence.yaml"
    top = yamlio.Reader(yamlio.read(path, error=CatalogError), str(path), "the list of evidence", CatalogError)
    return Rules(
        strong=frozenset(top.texts("strong")),
        plain=frozenset(top.texts("plain")),
        mild=frozenset(top.texts("mild")),
        other=frozenset(top.texts("other")),
        marks=re.compile("|".join(top.texts("marks"))),
        organisations=frozenset(top.texts("organisations")),
    )


def is_strong(words: Iterable[str]) -> bool:
    """Whether a name of these words, in lower case, holds a model wherever it stands."""
    return not rules().strong.isdisjoint(words)


def is_other(words: Iterable[str]) -> bool:
    """Whether one of these words says that a thing is meant that is made and sold."""
    return not rules().other.isdisjoint(words)


@lru_cache(maxsize=4096)
def is_known(model: str) -> bool:
    """Whether `org/name` looks like a model by itself: a known organisation, a family, a size, a purpose."""
    lowered = model.lower()
    return lowered.partition("/")[0] in rules().organisations or rules().marks.search(lowered) is not None


def is_about_ai(source: Source) -> bool:
    """Whether a file or its path has words that only code about AI has, or several that it mostly has. Linear."""
    words = {word.lower() for text in (source.path, source.content) for word in _WORD.findall(text)}
    return not rules().plain.isdisjoint(words) or len(rules().mild & words) >= _ENOUGH
