"""Input format: the name of a well-known release, looked up in the descriptors that the tool brings along."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from openness import yamlio
from openness.errors import SourceError
from openness.model import Release
from openness.sources import descriptor, text

FOLDER = Path(__file__).parent.parent / "registry"


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


def entries() -> list[descriptor.Descriptor]:
    """Every descriptor of the registry, by file name."""
    return [_descriptor(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _mentioning(wanted: str) -> Iterator[Path]:
    """The descriptors that contain the name, those of its organisation first.

    A byte search, so that one lookup parses one file and seldom opens more than a few.
    """
    organisation, needle = wanted.rpartition("/")[0], wanted.encode("utf-8", "replace")
    files = (name for name in os.listdir(FOLDER) if name.endswith(".yaml"))  # noqa: PTH208 - Path objects are slow
    for name in sorted(files, key=lambda name: (not name.lower().startswith(f"{organisation}__"), name)):
        with open(FOLDER / name, "rb") as stream:  # noqa: PTH123 - as above
            if needle and needle in stream.read().lower():
                yield FOLDER / name


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
