"""The user's policy: what is required, exceptions, and a named person's answers to what a machine cannot judge.

Read from `openness.toml`, or from `[tool.openness]` in `pyproject.toml`. An answer is bound to the digest of a
file that was read for it and lapses when no file of the release has that digest any more.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from openness.policy.answers import answer, clarify
from openness.policy.entries import ANYTHING, Answer, Known, Policy

if TYPE_CHECKING:
    from openness.usage import Problem

__all__ = ["Answer", "Known", "Policy", "answer", "check", "clarify", "load"]


def load(path: Path, subjects: Collection[str] = (), *, known: Known = ANYTHING) -> Policy:
    """The policy in a file. Raises PolicyError with path and line for anything that is not right.

    `subjects` are the rules and definitions that can be answered; empty = any. `known` is all that it may name.
    """
    from openness.policy import reader

    return reader.load(path, known._replace(subjects=subjects) if subjects else known)


def check(path: Path, known: Known = ANYTHING, today: datetime.date | None = None) -> list[Problem]:
    """What is to be mended in a policy file that can be read, by line: expired, duplicate and unfinished entries.

    `today` is for tests; None = the machine's. Raises PolicyError as `load` does. Which entries nobody needs is only
    known after a scan.
    """
    from openness.policy import upkeep

    rules = load(path, known=known)
    found = [*upkeep.standing(rules, today or datetime.date.today()), *upkeep.not_filled_in(rules)]
    return sorted(found, key=lambda one: (one.line or 0, one.rule))
