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

_LONGEST = 200_000
"""Characters of a file that are looked at."""

_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ENOUGH = 2
_SHORTEST = 120
"""Characters of a file, of no more than three lines, that has no room to say what it is about."""


class _Rules(NamedTuple):
    """`rules/model-words.yaml`."""

    organisations: frozenset[str]
    brands: frozenset[str]
    names: re.Pattern[str]
    files: re.Pattern[str]
    hints: re.Pattern[str]
    """Each in a group of its own."""

    variables: re.Pattern[str]
    elsewhere: frozenset[str]
    beside: frozenset[str]
    plain: frozenset[str]
    mild: frozenset[str]
    strong: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    top = yamlio.rules("model-words.yaml", "the list of words")
    programs = top.child("programs")
    if programs is None:
        top.fail("programs", "the list of words needs 'programs'")
    return _Rules(
        organisations=frozenset(top.texts("organisations")),
        brands=frozenset(top.texts("brands")),
        names=re.compile("|".join(top.texts("names"))),
        files=re.compile("|".join(top.texts("files"))),
        hints=re.compile(rf"(?<![a-z])(?:{'|'.join(f'({one})' for one in top.texts('hints'))})(?![a-z])"),
        variables=re.compile(top.text("variables")),
        elsewhere=frozenset(top.texts("elsewhere")),
        beside=frozenset(top.texts("beside")),
        plain=frozenset(programs.texts("plain")),
        mild=frozenset(programs.texts("mild")),
        strong=frozenset(programs.texts("strong")),
    )


def is_organisation(name: str) -> bool:
    """Whether a Hub id is one of an organisation that is known for models."""
    return name.partition("/")[0].lower() in _rules().organisations


@lru_cache(maxsize=8192)
def in_name(name: str, *, brands: bool = True) -> bool:
    """Whether a Hub id is that of a model by its organisation or a word in it.

    `brands`: organisations that build other things, too, count if they are written as on the Hub.
    """
    written = name.partition("/")[0]
    lowered = written.lower()
    known = lowered in _rules().organisations and (lowered not in _rules().brands or (brands and written == lowered))
    return known or _rules().names.search(name.lower()) is not None


@lru_cache(maxsize=4)
def in_text(text: str) -> bool:
    """Whether a file's text, or its path, has a word that only AI has, or several that it has mostly."""
    rules, lowered = _rules(), text[:_LONGEST].lower()
    if rules.files.search(lowered) or in_variables(text):
        return True
    hints = set()
    for hint in rules.hints.finditer(lowered):
        hints.add(hint.lastindex)
        if len(hints) >= _ENOUGH:
            return True
    return False


def in_variables(text: str) -> bool:
    """Whether a text has a variable of the environment that only programs of AI ask for."""
    return _rules().variables.search(text[:_LONGEST]) is not None


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


def in_program(path: str, text: str) -> bool:
    """Whether a program or its path has a word that only AI has, or several that it has mostly. Linear."""
    words = {word.lower() for part in (path, text) for word in _PART.findall(part)}
    return not _rules().plain.isdisjoint(words) or len(_rules().mild & words) >= _ENOUGH


def is_strong(words: Iterable[str]) -> bool:
    """Whether a name of these words, in lower case, holds a model of AI wherever it stands."""
    return not _rules().strong.isdisjoint(words)
