"""Finding and reading a policy: what it may name comes from the definitions and the catalogue of licences."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from openness import definitions, policy
from openness.assess import HEADLINE
from openness.licensing import catalog, expression
from openness.usage import Problem

NAMES = ("openness.toml", "pyproject.toml")
"""The files that may have one, the first that does wins."""


def load(path: Path) -> policy.Policy:
    """The policy in a file. Raises PolicyError with path and line."""
    return policy.load(path, known=known())


def check(path: Path) -> list[Problem]:
    """What is to be mended in a policy file that can be read. Raises PolicyError with path and line."""
    return policy.check(path, known())


def find(folder: Path) -> Path | None:
    """The policy file of a folder: its own, else that of the nearest folder above it in the same repository.

    As the user would name it: from the working directory, where both lie in one repository.
    """
    return next((_as_named(one) for above in _upwards(folder.resolve()) for one in _files(above)), None)


def known() -> policy.Known:
    """What a policy may name."""
    names = definitions.available()
    levels = {f"{name}/{level.level}" for name in names for level in definitions.load(name).levels}
    levels |= {level.level for level in definitions.load(HEADLINE).levels}
    return policy.Known(
        subjects=definitions.subjects(),
        definitions=names,
        levels=levels,
        resolve=expression.resolve,
        licenses=catalog.names,
    )


def repository(folder: Path) -> Path | None:
    """The root of the git checkout that a folder lies in; None in none."""
    folder = folder.resolve()
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def _upwards(folder: Path) -> Iterator[Path]:
    top = repository(folder) or folder
    for one in (folder, *folder.parents):
        yield one
        if one == top:
            return


def _as_named(path: Path) -> Path:
    here = Path.cwd()
    near = path.is_relative_to(here) or repository(path.parent) == repository(here) is not None
    return Path(os.path.relpath(path, here)) if near else path


def _files(folder: Path) -> Iterator[Path]:
    from openness.policy import reader

    for name in NAMES:
        path = folder / name
        if path.is_file() and (name == NAMES[0] or reader.has_table(path)):
            yield path
