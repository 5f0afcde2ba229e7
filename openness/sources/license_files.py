"""Licence files of a folder → what each covers: by its own name, by what lies beside or below it, by what links to it.

What a file or a sentence says outranks what merely lies side by side; a licence in a sub-folder never covers the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from openness.sources import names, scope_rules

_WORDS = re.compile(r"[^\W_]+")
_LICENSE = re.compile(r"(?:un)?licen[sc]es?|licensing|agreement|copying|eula|txt|md|markdown|rst|the|for|of|and|terms")
_FIRST = re.compile(r"(?:un)?licen[sc]es?|copying|eula", re.IGNORECASE)
_PARTS = {
    "weights": re.compile(r"models?|weights?|checkpoints?|ckpts?|parameters?"),
    "code": re.compile(r"codes?|software|src|source|scripts?"),
    "data": re.compile(r"data|datasets?|corpus"),
    "documentation": re.compile(r"docs?|documentation"),
}
_ENDING = re.compile(r"\.(?:txt|md|markdown|rst)\Z", re.IGNORECASE)


class Place(NamedTuple):
    """What the path of a licence file says."""

    path: str
    below: str
    """The folder whose content it covers; empty for the whole. A folder for licences alone counts as the one above."""
    parts: tuple[str, ...]
    """The parts that its name says it covers; empty where it says none."""
    model: str
    """What else its name says: the model that it is for, or how the licence is called; empty for a plain LICENSE."""


class Content(NamedTuple):
    """What else lies in the folder, as paths."""

    weights: Sequence[str]
    programs: Sequence[str]
    cards: Sequence[str]
    is_model: bool
    """Whether the folder is the place of the weights: it holds them, or is the repository of a model card."""


class Covered(NamedTuple):
    """Which licence files cover which part."""

    parts: Mapping[str, tuple[str, ...]]
    """Part → paths, in the order of the folder."""
    open: tuple[str, ...]
    """The licence files of several models, where it is open which of them the release is."""


def is_license_folder(name: str) -> bool:
    """Whether a folder of that name is there for licences."""
    return re.search(r"licen[sc]es?\Z|\Alicen[sc]", name.lower()) is not None


def place(path: str) -> Place | None:
    """What the path says; None for a file that is somebody else's licence."""
    rules = scope_rules.rules()
    *folders, last = path.split("/")
    if rules.foreign_files.search(last) or any(one.lower() in rules.foreign_folders for one in folders):
        return None
    inside = [one for one in folders if is_license_folder(one)]
    below = [one for one in folders if not is_license_folder(one)]
    said = _WORDS.findall(_ENDING.sub("", last).lower())
    left = [word for word in said if not _LICENSE.fullmatch(word)]
    parts = _parts(left)
    model = [word for word in left if not _parts([word])]
    if model and parts and not _FIRST.match(last):
        parts, model = (), left  # "Open Weights License" is how the licence is called
    for one in inside:
        parts = parts or _parts(_WORDS.findall(one.lower()))
    called = re.sub(r"(?i)(?:un)?licen[sc]es?|copying|eula|agreement", " ", _ENDING.sub("", last)) if model else ""
    return Place(path, "/".join(below), parts, "-".join(called.split()).strip("-_. "))


def _parts(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for part, pattern in _PARTS.items() if any(pattern.fullmatch(word) for word in words))


def cover(
    paths: Mapping[str, str], content: Content, linked: Mapping[str, Sequence[str]], told: frozenset[str],
    called: Sequence[str],
) -> Covered:  # fmt: skip
    """What the licence files of a folder cover.

    `paths`: path → digest of each that is not empty; `linked`: part → the files that a sentence says cover it;
    `told`: parts of which a sentence says that another licence covers them; `called`: the names of the release.
    """
    places = [one for one in map(place, paths) if one is not None]
    covered: dict[str, tuple[str, ...]] = {part: tuple(files) for part, files in linked.items() if files}
    taken = {path for files in covered.values() for path in files}
    opened: tuple[str, ...] = ()
    top = [one for one in places if not one.below]
    for part in _PARTS:
        said = [one for one in top if part in one.parts]
        if said and part not in covered:
            chosen = _of_model(said, called) or (said if _same([one.path for one in said], paths) else [])
            covered[part] = tuple(one.path for one in chosen)
            opened += () if chosen else tuple(one.path for one in said)
    whole = [one for one in top if not one.parts and one.path not in taken]
    plain = _plain(whole)
    if content.is_model and "weights" not in covered and "weights" not in told:
        covered["weights"], unsure = _below(places, paths, content, plain, called)
        opened += unsure
    elif not content.weights and "weights" not in covered:
        covered["weights"], unsure = _by_model(places, paths, content, called)
        opened += unsure
    if "code" not in covered and (content.programs or not content.is_model):
        covered["code"] = _around(places, content.programs) or tuple(one.path for one in plain)
    if "data" not in covered:
        covered["data"] = tuple(one.path for one in places if one.below and _is_data(one, content))
    return Covered({part: files for part, files in covered.items() if files}, tuple(dict.fromkeys(opened)))


def _plain(whole: list[Place]) -> list[Place]:
    """The files that are for all that lies there: a plain LICENSE, else what there is, if it is not one of many."""
    plain = [one for one in whole if not one.model and "/" not in one.path] or [one for one in whole if not one.model]
    if plain:
        return plain
    outside = [one for one in whole if "/" not in one.path]
    return outside or (whole if len(whole) == 1 else [])


def _below(
    places: list[Place], paths: Mapping[str, str], content: Content, plain: list[Place], called: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What covers the weights of a model's folder: the files above them; and those among which it is open."""
    holders = {one.below for one in places if one.below and any(_is_below(path, one.below) for path in content.weights)}
    inside = [one for one in places if one.below in holders]
    if not inside:
        whole = [one for one in places if not one.below and one.model and not one.parts and one not in plain]
        named = [one for one in whole if "/" not in one.path]
        return tuple(one.path for one in [*(_of_model(whole, called) or named), *plain]), ()
    chosen = _of_folder(inside, called)
    if chosen:
        return tuple(one.path for one in chosen), ()
    outside = [path for path in content.weights if not any(_is_below(path, one) for one in holders)]
    every = [one.path for one in [*inside, *(plain if outside else [])]]
    return (tuple(every[:1]), ()) if _same(every, paths) and not (outside and not plain) else ((), tuple(every))


def _by_model(
    places: list[Place], paths: Mapping[str, str], content: Content, called: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """In a repository without weights: the licence in the folder of the model that is asked for."""
    chosen = _of_folder([one for one in places if one.below], called)
    inside = [one for one in places if one.below and any(_is_below(path, one.below) for path in content.cards)]
    if chosen or len(inside) < 2:
        return tuple(one.path for one in chosen), ()
    return (), tuple(one.path for one in inside)


def _around(places: list[Place], programs: Sequence[str]) -> tuple[str, ...]:
    """The licence files of the one folder in which all programs lie."""
    return tuple(
        one.path for one in places if one.below and programs and all(_is_below(path, one.below) for path in programs)
    )


def _is_data(one: Place, content: Content) -> bool:
    last = one.below.rsplit("/", 1)[-1].lower()
    held = (*content.weights, *content.programs)
    return "data" in _parts([last]) and not any(_is_below(path, one.below) for path in held)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def _same(paths: Sequence[str], digests: Mapping[str, str]) -> bool:
    return len({digests[path] for path in paths}) == 1


def _of_model(places: list[Place], called: Sequence[str]) -> list[Place]:
    """Those whose name is that of the release; one that names no model where only it does not."""
    chosen = _select({one.model for one in places if one.model}, called)
    return [one for one in places if one.model in chosen] if chosen else []


def _of_folder(places: list[Place], called: Sequence[str]) -> list[Place]:
    """Those in the folder that is called like the release."""
    folders = {one.below.rsplit("/", 1)[-1] for one in places}
    chosen = _select(folders, called)
    found = [one for one in places if one.below.rsplit("/", 1)[-1] in chosen]
    return found if len({one.below for one in found}) == 1 else []


def _select(said: Iterable[str], called: Sequence[str]) -> list[str]:
    """The one name that speaks of the release, in each of its ways of being written; empty where none or several do."""
    variants = scope_rules.rules().variants
    found = [one for name in called for one in names.selected(said, names.tokens(name), variants)]
    return found if len({names.tokens(one) for one in found}) == 1 else []
