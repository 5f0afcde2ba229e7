"""The definitions engine: packs of rules in `rules/definitions`, evaluated over the facts of a release."""

from __future__ import annotations

from collections.abc import Sequence

from openness.definitions.evaluate import evaluate, facts_of, verdicts
from openness.definitions.pack import Definition, available, load

__all__ = ["Definition", "available", "evaluate", "facts_of", "load", "subjects", "verdicts", "wanted"]


def wanted(headline: str, also: Sequence[str] | None) -> list[Definition]:
    """The headline and the definitions asked for beside it (None = every bundled one), each once, headline first."""
    names = [headline, *(available() if also is None else also)]
    return [load(name) for name in dict.fromkeys(names)]


def subjects() -> set[str]:
    """What a review can answer: every bundled definition, and each of its rules that asks a person."""
    packs = [load(name) for name in available()]
    return {pack.id for pack in packs} | {rule.id for pack in packs for rule in pack.rules if rule.question}
