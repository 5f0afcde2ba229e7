"""Input format: the name of a well-known release, looked up in the descriptors that the tool brings along."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from openness import yamlio
from openness.errors import SourceError
from openness.model import Release
from openness.sources import descriptor, names, text

FOLDER = Path(__file__).parent.parent / "registry"

_HEAD_KEY = re.compile(rb"^([a-z]+):[ ]*(.*)$")
_MAX_NAME = 200


def lookup(name: str) -> Release:
    """The release with this Hub id or name. Case does not matter.

    Raises SourceError, with the nearest known names, where the registry has none of that name.
    """
    found = find(name)
    if found is None:
        raise SourceError(unknown(name))
    return found


def find(name: str) -> Release | None:
    """The release with this Hub id or name; None where the registry has none of that name."""
    wanted = name.strip().lower()
    for path in _mentioning(wanted):
        found = _descriptor(path)
        called = _called(found, wanted)
        if called is not None:
            return descriptor.release(found, called, name, f"bundled registry, {_as_of(found)}")
    return None


def knows(name: str) -> bool:
    """Whether `lookup` would find a release of that name."""
    wanted = name.strip().lower()
    return any(_called(_descriptor(path), wanted) is not None for path in _mentioning(wanted))


def called(name: str) -> Release | None:
    """The release that a text calls so, however it is spelled: `Llama 2 13B`, `llama2-13b`, or its Hub id.

    None for a name that the registry does not have, for one that may be several releases, and for a repository of an
    organisation that it does not have: that is another model, whatever it is called. The first call reads the head of
    every descriptor.
    """
    found = _spelled(name[:_MAX_NAME])
    if found is None:
        return None
    loaded = _descriptor(found.path)
    return descriptor.release(loaded, found.name, name, f"bundled registry, {_as_of(loaded)}")


def spells(name: str) -> bool:
    """Whether `called` would find a release of that name; reads no descriptor in full."""
    return _spelled(name[:_MAX_NAME]) is not None


@cache
def first_words() -> frozenset[str]:
    """The first word of every name that the registry has, as `names.tokens` cuts it."""
    return frozenset(words[0] for words in spellings())


def families_of(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """The names of the whole families that have a member or a name of these words: those without a size."""
    paths = {one.path for one in spellings().get(words, ())}
    found = (names.tokens(name) for path in paths for name in _head(path).get("names", ()))
    return frozenset(one for one in found if not any(map(names.is_size, one)))


def entries() -> list[descriptor.Descriptor]:
    """Every descriptor of the registry, by file name."""
    return [_descriptor(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _mentioning(wanted: str) -> Iterator[Path]:
    """The descriptors that contain the name, those of its organisation first.

    A byte search, so that one lookup parses one file and seldom opens more than a few.
    """
    organisation, needle = wanted.rpartition("/")[0], wanted.encode("utf-8", "replace")
    for name in sorted(_files(), key=lambda name: (not name.lower().startswith(f"{organisation}__"), name)):
        if needle and needle in _lowered(name):
            yield FOLDER / name


@cache
def _files() -> tuple[str, ...]:
    return tuple(name for name in os.listdir(FOLDER) if name.endswith(".yaml"))  # noqa: PTH208 - Path objects are slow


@cache
def _lowered(name: str) -> bytes:
    """A descriptor in lower case. All are some megabytes; a scan of a code base looks up hundreds of names."""
    with open(FOLDER / name, "rb") as stream:  # noqa: PTH123 - Path objects are slow
        return stream.read().lower()


class _Spelling(NamedTuple):
    """One name of a release in the registry."""

    written: str
    """In lower case."""

    name: str
    """The covered id, or the family, that it stands for."""

    path: Path

    bare: bool = True
    """Whether it is called so without its organisation, too."""


@cache
def spellings() -> Mapping[tuple[str, ...], tuple[_Spelling, ...]]:
    """The words of a name without its organisation → the releases called so. Reads the head of every descriptor."""
    found: dict[tuple[str, ...], dict[_Spelling, None]] = {}
    for file in sorted(os.listdir(FOLDER)):  # noqa: PTH208 - Path objects are slow
        if file.endswith(".yaml"):
            for words, spelling in _of_file(FOLDER / file):
                found.setdefault(words, {})[spelling] = None
    return {words: tuple(ones) for words, ones in found.items() if words}


def _of_file(path: Path) -> Iterator[tuple[tuple[str, ...], _Spelling]]:
    """Each name of a descriptor, those of single models first."""
    head = _head(path)
    release = head["release"][0]
    families = [names.tokens(one) for one in head.get("names", ())]
    shorter = [(long, short) for long in families for short in families if _is_with_maker(long, short)]
    for covered in head.get("covers", ()):
        spelling = _Spelling(covered.lower(), covered, path)
        words = names.tokens(covered)
        yield words, spelling
        if words[-1:] == ("hf",):  # the same weights in another file format
            yield words[:-1], spelling
        for long, short in shorter:
            if words[: len(long)] == long:
                yield (*short, *words[len(long) :]), spelling
    for words, one in zip(families, head.get("names", ()), strict=False):
        yield words, _Spelling(one.lower(), release, path)
    yield names.tokens(release), _Spelling(release.lower(), release, path, bare=False)


def _is_with_maker(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """Whether one name of a family is another with its maker's name before it: Meta Llama 3 is Llama 3."""
    maker = long[: len(long) - len(short)]
    return len(long) > len(short) and (*maker, *short) == long and "".join(maker).isalpha()


def _head(path: Path) -> dict[str, list[str]]:
    """`release`, `names` and `covers` of a descriptor. Parsing all of them in full takes a second."""
    found: dict[str, list[str]] = {}
    key = ""
    with open(path, "rb") as stream:  # noqa: PTH123 - a path object is slower
        for line in stream:
            start = _HEAD_KEY.match(line)
            if start is not None:
                key = start.group(1).decode()
                if key == "sources":
                    break
                found[key] = [one for part in start.group(2).strip(b"[]\r ").split(b",") if (one := _scalar(part))]
            elif line.startswith(b"  - "):
                found[key].append(_scalar(line[4:]))
    return found


def _scalar(written: bytes) -> str:
    return written.decode("utf-8").strip(" \r\n\"'")


def _spelled(name: str) -> _Spelling | None:
    """The one release of that name."""
    written = " ".join(name.split()).lower()
    organisation = written.rpartition("/")[0]
    words = names.tokens(written)
    if not words:
        return None
    ones = spellings().get(words, ())
    if not ones and not organisation and "_" in written:  # a Hub id as a file is called for it
        organisation, _, last = written.partition("_")
        written = f"{organisation}/{last}"
        ones = spellings().get(names.tokens(last), ())
    if organisation:
        ones = tuple(one for one in ones if one.name.lower().rpartition("/")[0] == organisation)
    else:
        ones = tuple(one for one in ones if one.bare)
    exact = [one for one in ones if written in (one.written, one.written.rpartition("/")[2])]
    chosen = exact or list(ones)
    return chosen[0] if chosen and len({one.path for one in chosen}) == 1 else None


@cache
def _descriptor(path: Path) -> descriptor.Descriptor:
    shown = f"registry/{path.name}"
    digest, value = yamlio.compiled(path) or (None, None)
    return descriptor.load(text.decode(path.read_bytes(), shown, digest), value)


def _called(found: descriptor.Descriptor, wanted: str) -> str | None:
    """The name under which the descriptor speaks for `wanted`: an id it covers, or the family's."""
    for covered in found.covers:
        if covered.lower() == wanted:
            return covered
    if wanted in (found.release.lower(), *(name.lower() for name in found.names)):
        return found.release
    if "/" not in wanted:
        for covered in found.covers:
            if covered.rsplit("/", 1)[-1].lower() == wanted:
                return covered
    return None


def _as_of(found: descriptor.Descriptor) -> str:
    return f"as of {max(origin.accessed for origin in found.sources.values())}"


def unknown(name: str) -> str:
    """That no release of that name is known, with the nearest names that are."""
    import difflib
    import re

    known = {one for found in entries() for one in (*found.covers, found.release, *found.names)}
    plain = {re.sub(r"[^a-z0-9]", "", one.lower()): one for one in sorted(known)}
    wanted = re.sub(r"[^a-z0-9]", "", name.lower())
    close = difflib.get_close_matches(wanted, plain, n=3, cutoff=0.75)
    if not close:
        close = [key for key in plain if len(wanted) > 3 and (wanted in key or key.endswith(wanted))][:3]
    if close:
        near = _either([plain[key] for key in close])
        return f"'{name}' is no file here and no release known by that name; did you mean {near}?"
    return (
        f"'{name}' is no file here and no release known by that name; "
        "give its model card, its folder, or a descriptor of it"
    )


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
