"""The definitions engine: packs of rules in `rules/definitions`, evaluated over the facts of a release."""

from __future__ import annotations

from collections.abc import Sequence

from openness.definitions.evaluate import evaluate, facts_of, verdicts
from openness.definitions.pack import Definition, Rule, available, load

__all__ = ["Definition", "available", "evaluate", "facts_of", "load", "rules", "subjects", "verdicts", "wanted"]


def wanted(headline: str, also: Sequence[str] | None) -> list[Definition]:
    """The headline and the definitions asked for beside it (None = every bundled one), each once, headline first."""
    names = [headline, *(available() if also is None else also)]
    return [load(name) for name in dict.fromkeys(names)]


def subjects() -> set[str]:
    """What a review can answer: every bundled definition, and each of its rules that asks a person."""
    return {*available(), *(name for name, rule in rules().items() if rule.question)}


def rules() -> dict[str, Rule]:
    """Every rule of the bundled definitions, by id."""
    return {rule.id: rule for name in available() for rule in load(name).rules}
