"""Where a text refers to a known licence without being it: headers, notices, "License: MIT".

A reference is never a licence text: it says which licence somebody means. The words that make one are in
`rules/license-references.yaml`, the names in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.licensing import catalog, expression, fingerprints, words
from openness.licensing.words import Lines
from openness.model import Reference

MAX_CHARACTERS = 100_000
"""How much of a text is searched, from its beginning."""
MAX_FOUND = 50
MAX_QUOTE = 300

_TOKEN = re.compile(r"[^\W_][\w.+'-]*")
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]{4,200}")
_NUMBER = re.compile(r"v?\.?([0-9](?:\.[0-9])?)(?:\.0)?(\+?)")
_MAX_NAME = 10  # words of the longest name that is looked up
_BEFORE = 8  # words before "under" within which a verb stands
_VERSION = 40  # words after the name of a family within which its version stands
_LATER = 14  # words after a version within which it says whether later ones hold
_ALONE = 8  # words of a file that may be nothing but a name


class _Words(NamedTuple):
    """What `rules/license-references.yaml` says."""

    verbs: frozenset[str]
    bridges: frozenset[str]
    fillers: frozenset[str]
    negations: frozenset[str]
    families: dict[str, str]
    """Key of a name → beginning of the SPDX id."""
    later: tuple[str, ...]
    later_suffix: str
    only_suffix: str
    tag: re.Pattern[str]
    choices: tuple[str, ...]
    """How a text leaves the choice, in words parted by single spaces."""
    custom: tuple[str, ...]
    """What notices say by custom, in words parted by single spaces."""


_LISTS = ("verbs", "bridges", "fillers", "negations")


class _Token(NamedTuple):
    word: str
    """In lower case, without the full stop that ends a sentence."""
    start: int
    end: int


def find(content: str, first: int = 0, last: int | None = None) -> tuple[Reference, ...]:
    """Every reference in the characters [first, last) of a text, in order, each licence once."""
    part = content[first:last][:MAX_CHARACTERS]
    words = _words()
    tokens = _tokens(part)
    spots = [*_tagged(part, words), *_noticed(part, tokens, words)]
    if not spots:
        spots = list(_alone(part, tokens) if part == content else ()) or list(_linked(part))
    if not spots:
        return ()
    lines = Lines(content)
    found: dict[str, Reference] = {}
    for name, start, end in sorted(spots, key=lambda spot: spot[1]):
        quote = " ".join(part[start:end].split())[:MAX_QUOTE]
        found.setdefault(name, Reference(name, (lines.of(first + start), lines.of(first + end - 1)), quote))
    return tuple(list(found.values())[:MAX_FOUND])


def choice(content: str) -> frozenset[str]:
    """The licences that a text names, if it says that one may choose among licences; else none."""
    said = _said(content)
    if not any(f" {phrase} " in said for phrase in _words().choices):
        return frozenset()
    return frozenset(one.expression for one in find(content))


def _tokens(part: str) -> list[_Token]:
    return [_Token(m.group().lower().rstrip(".'-"), m.start(), m.end()) for m in _TOKEN.finditer(part)]


def _said(content: str) -> str:
    """The words of a text, each between single spaces, so that phrases are found in it."""
    return f" {' '.join(token.word for token in _tokens(content[:MAX_CHARACTERS]))} "


def says_more(content: str) -> bool:
    """Whether a notice has words that restrict, what notices say by custom aside."""
    said = _said(content)
    for phrase in _words().custom:
        said = said.replace(f" {phrase} ", " ")
    return not fingerprints.load().restrictive.isdisjoint(words.hashes(words.plain(said)))


_Spot = tuple[str, int, int]
"""(license expression, first character, character after the last)."""


def _tagged(part: str, words: _Words) -> Iterator[_Spot]:
    """Lines such as `License: MIT`."""
    for match in words.tag.finditer(part):
        value = match.group(1).strip(" \t*/#-<>\"'`,;.")
        named = expression.resolve(value)
        if named is not None:
            yield named.text, match.start(1), match.start(1) + len(match.group(1).rstrip())


def _noticed(part: str, tokens: Sequence[_Token], words: _Words) -> Iterator[_Spot]:
    """Sentences such as "released under the Apache License, Version 2.0"."""
    for place, token in enumerate(tokens):
        if token.word not in words.bridges:
            continue
        before = [one.word for one in tokens[max(place - _BEFORE, 0) : place]]
        verb = next((n for n in range(len(before) - 1, -1, -1) if before[n] in words.verbs), None)
        if verb is None or not words.negations.isdisjoint(before):
            continue
        following = place + 1
        named = _named(part, tokens, following, words)
        while named is not None:
            name, after = named
            yield name, tokens[place - len(before) + verb].start, tokens[after - 1].end
            more = after < len(tokens) and tokens[after].word in ("or", "and")
            named = _named(part, tokens, after + 1, words) if more else None


def _named(part: str, tokens: Sequence[_Token], place: int, words: _Words) -> tuple[str, int] | None:
    """The licence whose name begins at a word or after fillers, and the place after the name."""
    given = None
    while place < len(tokens) and (tokens[place].word in words.fillers or _NUMBER.fullmatch(tokens[place].word)):
        given = _NUMBER.fullmatch(tokens[place].word) or given
        place += 1
    for size in range(min(_MAX_NAME, len(tokens) - place), 0, -1):
        chosen = tokens[place : place + size]
        name = " ".join(token.word for token in chosen)
        family = words.families.get(catalog.key(name))
        if family is not None:
            version, after = (given, place + size) if given else _version(tokens, place + size)
            if version is None:
                continue
            return _with_version(family, version, tokens, after, words)
        one = catalog.find(name)
        if one is not None and (size > 1 or _is_name(part, tokens, place)):
            return _or_later(one.id, tokens, place + size, words)
    return None


def _is_name(part: str, tokens: Sequence[_Token], place: int) -> bool:
    """Whether a single word is the name of a licence there and not a word like another."""
    written = part[tokens[place].start : tokens[place].end]
    beside = {token.word for token in tokens[place + 1 : place + 2]}
    return written.isupper() or any(c.isdigit() for c in written) or not beside.isdisjoint(("license", "licence"))


def _version(tokens: Sequence[_Token], place: int) -> tuple[re.Match[str] | None, int]:
    """The first "version 2.1" or "v3" from a place on, and the place after it."""
    for at in range(place, min(place + _VERSION, len(tokens))):
        number = _NUMBER.fullmatch(tokens[at].word)
        if number and (tokens[at].word.startswith("v") or at == place or tokens[at - 1].word in ("version", "v")):
            return number, at + 1
    return None, place


def _with_version(
    family: str, version: re.Match[str], tokens: Sequence[_Token], after: int, words: _Words
) -> tuple[str, int] | None:
    number = version.group(1) if "." in version.group(1) else f"{version.group(1)}.0"
    said = version.group(2) or _says_later(tokens, after, words)
    one = catalog.find(f"{family}-{number}{words.later_suffix if said else words.only_suffix}")
    return None if one is None else (one.id, after)


def _or_later(license_id: str, tokens: Sequence[_Token], after: int, words: _Words) -> tuple[str, int]:
    """The same licence, or the id of it and later versions where the text says so."""
    if license_id.endswith(words.only_suffix) and _says_later(tokens, after, words):
        one = catalog.find(license_id.removesuffix(words.only_suffix) + words.later_suffix)
        license_id = one.id if one is not None else license_id
    return license_id, after


def _says_later(tokens: Sequence[_Token], after: int, words: _Words) -> bool:
    following = " ".join(token.word for token in tokens[after : after + _LATER])
    return any(phrase in following for phrase in words.later)


def _alone(part: str, tokens: Sequence[_Token]) -> Iterator[_Spot]:
    """A file that is nothing but a name."""
    named = expression.resolve(" ".join(part.split()).strip("#*=- .")) if 0 < len(tokens) <= _ALONE else None
    if named is not None:
        yield named.text, tokens[0].start, tokens[-1].end


def _linked(part: str) -> Iterator[_Spot]:
    """The address of a licence text."""
    for match in _ADDRESS.finditer(part):
        one = catalog.linked(match.group().rstrip(".,;:"))
        if one is not None:
            yield one.id, match.start(), match.end()


@lru_cache(maxsize=1)
def _words() -> _Words:
    top = yamlio.rules("license-references.yaml", "how a text refers to a licence")
    top.only(*_LISTS, "families", "later", "only", "tags", "choices", "custom")
    later, only = top.child("later"), top.child("only")
    if later is None or only is None:
        top.fail("later", "'later' and 'only' are needed")
    families: dict[str, str] = {}
    for one in top.maps("families"):
        families |= {catalog.key(name): one.text("id") for name in one.only("names", "id").texts("names")}
    tags = "|".join(re.escape(tag) for tag in top.texts("tags"))
    verbs, bridges, fillers, negations = (frozenset(top.text(key).split()) for key in _LISTS)
    return _Words(
        verbs,
        bridges,
        fillers,
        negations,
        families=families,
        later=later.only("suffix", "phrases").texts("phrases"),
        later_suffix=later.text("suffix"),
        only_suffix=only.only("suffix").text("suffix"),
        tag=re.compile(rf"^[^\w\n]{{0,20}}(?:{tags})\"?[ \t]*[:=]([^\n]{{1,200}})$", re.IGNORECASE | re.MULTILINE),
        choices=top.texts("choices"),
        custom=top.texts("custom"),
    )
