"""`rules/base-models.yaml`, compiled: in which phrases a card names the models that a release was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio

_LETTERS = bytes(ord(chr(one).lower()) if one < 128 and chr(one).isalpha() else 32 for one in range(256))
"""Bytes of UTF-8 → letters of ASCII in lower case, and spaces for all else."""


class Rule(NamedTuple):
    """Phrases that name a model in one relation."""

    relation: str | None
    strong: bool
    """Whether what it leads to is plainly a model, even if nothing else shows it."""

    plain: bool
    """Whether it says that the release was made from the model, and does not only show it."""

    of_weights: bool
    """Whether it can speak of nothing but a model, so that data named before it are no objection."""

    names: re.Pattern[str] | None
    """What a name must have to be meant as a model, and not as data or as a design; None for nothing."""

    needs: tuple[str, ...]
    """Pieces of words, in lower case; where none is, no pattern is tried."""

    find: re.Pattern[str]
    """Any of its patterns; the one group that matches is the models."""


class Key(NamedTuple):
    """A piece of a phrase that is looked for in a text."""

    written: str
    words: frozenset[bytes]
    """Those that a text must have to have the key."""


class Rules(NamedTuple):
    """`rules/base-models.yaml`, as far as it is about prose."""

    keys: Mapping[bytes, tuple[Key, ...]]
    """Longest word → the keys with it; a sentence without any key is not looked at."""

    words: frozenset[bytes]
    """All words of the keys."""

    rules: tuple[Rule, ...]
    lists: tuple[re.Pattern[str], ...]
    marks: re.Pattern[str]
    lines: re.Pattern[str]
    columns: frozenset[str]
    never: re.Pattern[str]
    data: re.Pattern[str]
    nowhere: re.Pattern[str]
    anew: re.Pattern[str]
    editions: frozenset[str]
    variants: frozenset[str]
    means: re.Pattern[str]
    subjects: re.Pattern[str]
    openings: re.Pattern[str]
    not_after: re.Pattern[str]
    families: frozenset[str]
    elliptic: re.Pattern[str]
    elsewhere: tuple[str, ...]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The phrases, compiled on first use. Raises CatalogError."""
    top = yamlio.rules("base-models.yaml", "the list of phrases")
    words, merging = top.child("words"), top.child("merging")
    if words is None or merging is None:
        top.fail("words", "the list of phrases needs 'words' and 'merging'")
    found = []
    for entry in top.maps("rules"):
        strong = entry.flag("strong") is True
        find = "|".join(_pattern(one, words, strong) for one in entry.texts("find"))
        asked = entry.text("names", "")
        found.append(
            Rule(
                relation=entry.text("relation", "") or None,
                strong=strong,
                plain=entry.flag("inferred") is not True,
                of_weights=entry.flag("of-weights") is True,
                names=re.compile(asked) if asked else None,
                needs=_listed(entry.text("needs")),
                find=re.compile(rf"(?<![\w-])(?:{find})"),
            )
        )
    keys = _keys(_listed(top.text("keys")))
    return Rules(
        keys=keys,
        words=frozenset(word for same in keys.values() for key in same for word in key.words),
        rules=tuple(found),
        lists=tuple(re.compile(one) for one in top.texts("lists")),
        marks=re.compile(merging.text("marks"), re.MULTILINE),
        lines=re.compile(merging.text("lines"), re.MULTILINE),
        columns=frozenset(_listed(top.text("columns"))),
        never=_any(top.text("never")),
        data=_any(top.text("data")),
        nowhere=_any(top.text("nowhere")),
        anew=re.compile(top.text("anew").replace(" |", "|")),
        editions=frozenset(top.text("editions").split()),
        variants=frozenset(top.text("variants").split()) | frozenset(top.text("editions").split()),
        means=re.compile(rf"(?<![\w-])(?:{_either(top.text('means'))}) (?:the )?\Z"),
        subjects=_any(top.text("subjects")),
        openings=re.compile(rf"(?:\W|(?:{_either(top.text('openings'))})\b){{0,12}}"),
        not_after=re.compile(
            rf"[ @~]{{0,3}}(?:(?:{_either(top.text('between'))})[ -]{{1,3}}){{0,4}}"
            rf"(?:{_either(top.text('not-after'))})(?!\w)"
        ),
        families=frozenset(top.text("families").split()),
        elliptic=re.compile(rf"\W{{0,6}}(?:an? )?(?:{_either(top.text('elliptic'))})(?!\w)"),
        elsewhere=tuple(top.text("elsewhere").split()),
    )


def _listed(phrases: str) -> tuple[str, ...]:
    return tuple(" ".join(one.split()) for one in phrases.split("|"))


def _keys(written: Sequence[str]) -> dict[bytes, tuple[Key, ...]]:
    found: dict[bytes, tuple[Key, ...]] = {}
    for one in written:
        words = frozenset(split(one))
        longest = max(sorted(words), key=len)
        found[longest] = (*found.get(longest, ()), Key(one, words))
    return found


def split(text: str) -> list[bytes]:
    """The words of a text, in lower case."""
    return text.encode("utf-8", "replace").translate(_LETTERS).split()


def _pattern(written: str, words: yamlio.Reader, strong: bool) -> str:
    """A pattern of the rules, spelled out; see their head."""
    model = "[@~]" if strong else "@"
    more = rf"(?: , {model}){{0,12}} (?:, )?(?:and|&|\+|with|/) (?:the )?{model}"
    more = rf"{more}|(?: [,+/] {model}){{1,12}}" if strong else more
    spelled = re.sub(r"\{([a-z]+)\}", lambda one: words.text(one.group(1)).replace(" |", "|"), written)
    return re.sub(r"XX?", lambda one: f"({model}{f'(?:{more})?' if one.group() == 'XX' else ''})", spelled)


def _either(phrases: str) -> str:
    return "|".join(map(re.escape, sorted(_listed(phrases), key=len, reverse=True)))


def _any(phrases: str) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words."""
    return re.compile(rf"(?<![\w-])(?:{_either(phrases)})(?![\w-])")
