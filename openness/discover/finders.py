"""The finder of each form of file, imported when a file of that form is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from openness.discover.source import Look, Source
from openness.errors import SourceError
from openness.usage import Use

_SHARED = {
    "yaml": "config",
    "json": "config",
    "toml": "config",
    "ini": "config",
    "hcl": "config",
    "card": "config",
    "page": "javascript",
}
"""The module of a form that is not called like it."""


def finder(form: str) -> Callable[[Source, Look | None], Iterable[Use]]:
    """The function `find` of a form's module. Raises SourceError where nothing reads that form."""
    name = f"openness.discover.{_SHARED.get(form, form)}"
    try:
        found: Callable[[Source, Look | None], Iterable[Use]] = import_module(name).find
    except ModuleNotFoundError as problem:
        if problem.name != name:
            raise
        raise SourceError(f"no reader for files of the form '{form}'") from None
    return found
