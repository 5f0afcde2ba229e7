"""What a policy file says, entry by entry: frozen values, each with its place in the file."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from openness.model import Evidence, Expression

FAIL, WARN, PASS = "fail", "warn", "pass"

NO_DIGEST = "..."
"""What stands for a digest that somebody has yet to fill in; it is that of no file."""


class Answer(NamedTuple):
    """One `[[reviews]]` entry."""

    model: str
    rule: str
    answer: bool
    sha256: str
    """Digest of a file that the person read."""
    evidence: Evidence


class Waiver(NamedTuple):
    """One `[[exceptions]]` entry: a rule that a named person set aside for one model, until a day."""

    model: str
    """An id, exactly; case aside."""

    rule: str
    """A rule of a definition, or of a scan: `osaid-1.0/parameters-terms`, `license`."""

    reason: str
    by: str
    expires: datetime.date
    """The last day on which it holds."""

    revision: str | None
    """As the code has it, or the commit that it stands for; None = every revision."""

    evidence: Evidence


class Clarification(NamedTuple):
    """One `[[clarify]]` entry: the licence that a person concluded from a file."""

    model: str
    component: str
    license: str
    """An SPDX expression, as written."""

    expression: Expression | None
    """The same, resolved; None where nobody resolved it, and then it is not used."""

    file: str
    """A file of the release, or the end of its path."""

    sha256: str
    """Digest of that file as it was read, or `NO_DIGEST`."""

    revision: str | None
    evidence: Evidence


class PathRule(NamedTuple):
    """One `[[paths]]` entry: what is asked otherwise in a part of the tree. None = as elsewhere."""

    path: str
    """A pattern, as in `.gitignore`; see `globs.matches`."""

    require: str | None
    undetermined: str | None
    unpinned: str | None
    api: str | None
    ignore: bool | None
    """True = uses there are not looked at."""

    evidence: Evidence


class Policy(NamedTuple):
    """A policy file, checked."""

    require: str | None = None
    """The level that every release must reach; None = nothing is required."""

    definitions: tuple[str, ...] = ()
    undetermined_passes: bool = False
    """Whether a release whose verdict is open where something is required counts as meeting it."""

    answers: tuple[Answer, ...] = ()
    unpinned: str = WARN
    """`fail`, `warn` or `pass`: what a revision is that can move."""

    api: str = WARN
    """`fail`, `warn` or `pass`: what a model behind a closed API is."""

    allowed: tuple[tuple[Expression, Evidence], ...] | None = None
    """The licences that are allowed; None = every one."""

    waivers: tuple[Waiver, ...] = ()
    clarifications: tuple[Clarification, ...] = ()
    paths: tuple[PathRule, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Every level that it asks for somewhere, each once."""
        every = (self.require, *(one.require for one in self.paths))
        return tuple(dict.fromkeys(one for one in every if one is not None))

    @property
    def applied(self) -> tuple[str, ...]:
        """The definitions to apply beside the headline, those of its levels included; empty = every one."""
        named = [one.rpartition("/")[0] for one in self.required]
        return tuple(dict.fromkeys((*self.definitions, *filter(None, named)))) if self.definitions else ()


def _no_names() -> Iterable[str]:
    return ()


class Known(NamedTuple):
    """What a policy may name. An empty collection = anything."""

    subjects: Collection[str] = ()
    """The rules and definitions that a review can answer."""

    rules: Collection[str] = ()
    """The rules that an exception can set aside."""

    definitions: Collection[str] = ()
    levels: Collection[str] = ()
    """As `open-weight` for the headline's, else `osaid-1.0/open-source`."""

    resolve: Callable[[str], Expression | None] | None = None
    """A license expression as written → resolved; None for one that is none. Without it no licence can be named."""

    licenses: Callable[[], Iterable[str]] = _no_names
    """The names that a mistyped licence is compared with."""


ANYTHING = Known()
