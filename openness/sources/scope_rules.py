"""The words and phrases in which prose gives licences to parts of a release: `rules/license-scope.yaml`, compiled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio


class Rules(NamedTuple):
    """`rules/license-scope.yaml`."""

    parts: dict[str, str]
    """Phrase → part."""
    phrase: re.Pattern[str]
    others: re.Pattern[str]
    fillers: frozenset[str]
    variants: frozenset[str]
    cue: re.Pattern[str]
    direct: frozenset[str]
    following: frozenset[str]
    obliging: frozenset[str]
    backwards: re.Pattern[str]
    riders: re.Pattern[str]
    being: re.Pattern[str]
    predicate: frozenset[str]
    pronouns: frozenset[str]
    acting: re.Pattern[str]
    choosing: re.Pattern[str]
    agreeing: re.Pattern[str]
    joins: re.Pattern[str]
    reasons: re.Pattern[str]
    lead: re.Pattern[str]
    end: re.Pattern[str]
    heads: frozenset[str]
    exceptions: re.Pattern[str]
    headings: frozenset[str]
    labels: frozenset[str]
    titles: frozenset[str]
    foreign_folders: frozenset[str]
    foreign_files: re.Pattern[str]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The phrases, compiled on first use."""
    top = yamlio.rules("license-scope.yaml", "the list of phrases")
    components = top.child("components")
    if components is None:
        top.fail("components", "the list of phrases needs 'components'")
    parts = {phrase: part for part in components.map for phrase in _phrases(components.text(part))}

    def listed(*keys: str) -> list[str]:
        return [phrase for key in keys for phrase in _phrases(top.text(key))]

    def words(key: str) -> frozenset[str]:
        return frozenset(top.text(key).split())

    acting, actors = _any(listed("acting")), _any(listed("actors"))
    cues = listed("cues", "direct-cues", "following-cues", "obliging-cues")
    return Rules(
        parts=parts,
        phrase=re.compile(_any(parts)),
        others=re.compile(_any(listed("others"))),
        fillers=words("fillers"),
        variants=words("variants"),
        cue=re.compile(rf"{_any(cues)}|\((?=\w)", re.IGNORECASE),
        direct=frozenset(listed("direct-cues", "following-cues")),
        following=frozenset(listed("following-cues")),
        obliging=frozenset(listed("obliging-cues")),
        backwards=re.compile(rf"[ ]{_any(listed('backward-cues'))}[ ]", re.IGNORECASE),
        riders=re.compile(rf"[ ,(]{{0,3}}{_any(listed('riders'))}", re.IGNORECASE),
        being=re.compile(_any(listed("being"))),
        predicate=words("predicate"),
        pronouns=frozenset(listed("pronouns")),
        acting=re.compile(rf"{actors}(?: (?:are|have|also|hereby|now|may|can)){{0,3}} {acting} (.{{1,300}})"),
        choosing=re.compile(_any(listed("choosing"))),
        agreeing=re.compile(
            r"(?:by|when) [a-z]{3,12}ing(?:(?:,| or| and|, or) [a-z]{3,12}ing){0,4} (.{1,200}?),? "
            r"(?:you|users?|the user)(?: (?:hereby|also|must|fully|automatically|agree to be)){0,2}"
        ),
        reasons=re.compile(_any(listed("reasons"))),
        joins=re.compile(rf",? {_any(listed('contrasts'))} |, and "),
        lead=re.compile(rf"[ ]{{0,3}}{_any(listed('lead-ins'))}(?=[ \[])", re.IGNORECASE),
        end=re.compile(
            rf" {_any(top.text('name-ends').split())}| only(?=[.,;]|\Z)"
            r"| and (?!conditions)| or (?!later|any later)| [-–—] "
        ),
        heads=words("heads"),
        exceptions=re.compile(_any(listed("exceptions")), re.IGNORECASE),
        headings=frozenset(listed("headings")),
        labels=words("labels"),
        titles=words("titles"),
        foreign_folders=words("foreign-folders"),
        foreign_files=re.compile(top.text("foreign-files"), re.IGNORECASE),
    )


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|")]


def _any(phrases: Sequence[str] | dict[str, str]) -> str:
    """A pattern for any of the phrases as whole words, the longest first."""
    ordered = sorted(phrases, key=len, reverse=True)
    return rf"(?<![\w-])(?:{'|'.join(re.escape(phrase) for phrase in ordered)})(?![\w-])"
