"""Names of models, compared word by word: which of several models a folder, a file or a sentence speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

ID = re.compile(r"(?:[A-Za-z0-9_][\w.-]{0,95}/)?[A-Za-z0-9_][\w.-]{0,95}", re.ASCII)
"""An id of the Hub, with its organisation or, as a few old ones are, without."""

_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)*[a-z]*|[a-z]+")
_LAST = re.compile(r"/|__|--")
_SIZE = re.compile(r"[0-9]+(?:\.[0-9]+)?[bm]")
_MAX_NAME = 200


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """The words and numbers of a name without its organisation, in lower case: `Llama-3.1-8B` → llama 3.1 8b."""
    last = _LAST.split(name.strip().rstrip("/")[:_MAX_NAME])[-1].lower()
    return tuple(_TOKEN.findall(re.sub(r"(?<=[0-9])_(?=[0-9])", ".", last)))


def is_size(token: str) -> bool:
    """Whether a token gives the number of parameters, as `8b`."""
    return _SIZE.fullmatch(token) is not None


def begins(name: Sequence[str], family: Sequence[str]) -> bool:
    """Whether `name` is that of the family or of a member of it: the family's words, then perhaps more."""
    return bool(family) and tuple(name[: len(family)]) == tuple(family)


def speaks_of(said: Sequence[str], release: Sequence[str], variants: frozenset[str]) -> bool:
    """Whether what is said of the model `said` holds for the release: the same words, sizes and variants aside.

    `variants` are words at the end of a name that do not make it another model.
    """
    said = _without(said, variants)
    for start in range(len(release) - len(said) + 1):
        if tuple(release[start : start + len(said)]) == tuple(said):
            rest = (*release[:start], *release[start + len(said) :])
            return bool(said) and all(word in variants or is_size(word) for word in rest)
    return False


def selected(said: Iterable[str], release: Sequence[str], variants: frozenset[str]) -> list[str]:
    """Those of several names that speak of the release; of two that do, the one that says more."""
    found = [name for name in said if speaks_of(tokens(name), release, variants)]
    most = max((len(_without(tokens(name), variants)) for name in found), default=0)
    return [name for name in found if len(_without(tokens(name), variants)) == most]


def _without(name: Sequence[str], variants: frozenset[str]) -> tuple[str, ...]:
    """A name without the variants at its end, one word at least."""
    kept = tuple(name)
    while len(kept) > 1 and kept[-1] in variants:
        kept = kept[:-1]
    return kept
