"""What the output formats of a scan share: safe text, the order and the identity of problems, what rules mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.model import NOASSERTION
from openness.output.unsafe import UNSAFE
from openness.usage import Problem, Scan, ScannedModel

DECISIONS = ("denied", "undetermined", "excepted", "allowed")
"""In the order in which a reader wants them."""

NO_FILE = "no file associated with this problem"
"""What stands for the path where a format demands one and a problem has none."""

MAX_MESSAGE = 1000
"""Longest message that is written, in characters: names in it come from untrusted files."""

_SEVERITIES = ("error", "warning", "note")


class Rule(NamedTuple):
    """One entry of `rules/scan-rules.yaml`."""

    id: str
    title: str
    severity: str
    """`error`, `warning` or `note`, unless a policy says otherwise."""

    help: str
    """What to do, in a sentence or two; empty for a rule that is not in the list."""

    tags: tuple[str, ...] = ()
    source: str = ""
    """A public page on it; empty where there is none."""


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule that a scan knows, by id. Raises CatalogError."""
    top = yamlio.rules("scan-rules.yaml", "the list of rules")
    found = {}
    for name in top.map:
        entry = top.child(name)
        if entry is None:
            top.fail(name, f"'{name}' is empty")
        entry.only("title", "severity", "help", "tags", "source")
        severity = entry.text("severity")
        if severity not in _SEVERITIES:
            entry.fail("severity", f"'severity' must be one of {', '.join(_SEVERITIES)}")
        found[name] = Rule(
            name, entry.text("title"), severity, entry.text("help"), entry.texts("tags"), entry.text("source", "")
        )
    return found


def rule(name: str) -> Rule:
    """The rule of a problem; one that is not in the list has its id as the title and says nothing of what to do."""
    return rules().get(name) or Rule(safe(name), safe(name).replace("-", " "), "warning", "")


def advice(problem: Problem) -> str:
    """What to do about a problem: its own words, else those of its rule."""
    return problem.help or rule(problem.rule).help


def safe(text: str) -> str:
    """The text on one line, without what a terminal, a page or a parser must not see."""
    return UNSAFE.sub("\ufffd", " ".join(text.split()))


def short(words: str) -> str:
    """The words, cut where they are too many."""
    return words if len(words) <= MAX_MESSAGE else words[: MAX_MESSAGE - 1] + "…"


def message(problem: Problem) -> str:
    """What is wrong and what to do, as one safe line."""
    words, told = short(safe(problem.message)), advice(problem)
    return f"{words.rstrip('.')}. {safe(told)}" if told else words


def place(path: str | None, line: int | None) -> str:
    """`path:line` as a safe line; empty without a path."""
    if path is None:
        return ""
    return safe(path) if line is None else f"{safe(path)}:{line}"


def named(model: str, revision: str | None) -> str:
    """A model as a user would write it, on a safe line."""
    return safe(f"{model}@{revision}" if revision else model)


def weightiest(problems: Iterable[Problem]) -> list[Problem]:
    """The problems by severity, errors first, otherwise in their order: readers that cut cut at the end."""
    return sorted(problems, key=lambda one: _SEVERITIES.index(one.severity))


def guidance(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(rule, what to do) of the problems, each pair once, errors first; rules that say nothing are left out."""
    steps = dict.fromkeys((one.rule, advice(one)) for one in weightiest(problems))
    return [(name, words) for name, words in steps if words]


def identified(problems: Iterable[Problem]) -> list[tuple[str, Problem]]:
    """Each problem with an identity that no other has and that stays when lines move: its fingerprint and a count."""
    counts: Counter[str] = Counter()
    found = []
    for problem in problems:
        fingerprint = problem.fingerprint
        counts[fingerprint] += 1
        found.append((f"{fingerprint}:{counts[fingerprint]}", problem))
    return found


def by_model(scan: Scan) -> tuple[list[tuple[ScannedModel, list[Problem]]], list[Problem]]:
    """Each model with the problems in the places where it is used, and all others: of the policy, the lock, files."""
    models: list[tuple[ScannedModel, list[Problem]]] = [(one, []) for one in scan.models]
    used = {(one.model, one.revision, use.path, use.line): own for one, own in models for use in one.uses}
    others: list[Problem] = []
    for problem in scan.problems:
        where = (problem.model or "", problem.revision, problem.path or "", problem.line or 0)
        used.get(where, others).append(problem)
    return models, others


def why(one: ScannedModel, problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """(rule, message) of what is to be said of a model: its reasons, then its problems under rules not among them."""
    told = dict.fromkeys((reason.rule, reason.message) for reason in one.reasons)
    rules = {reason.rule for reason in one.reasons}
    told |= dict.fromkeys((each.rule, each.message) for each in weightiest(problems) if each.rule not in rules)
    return [(safe(name), short(safe(message))) for name, message in told]


def known(one: ScannedModel) -> tuple[str, str]:
    """What a model is, and its licence, in words; the licence is empty where nothing is known of the model."""
    if not one.headline:
        return "used over a network" if one.kind == "api" else "nothing is known of it", ""
    return safe(one.headline), "no licence concluded" if one.license in (None, NOASSERTION) else safe(str(one.license))


def under(scan: Scan, folder: str) -> Scan:
    """The same scan with all paths below `folder`: services want them from the root of the repository."""
    from posixpath import join, normpath

    def moved(path: str) -> str:
        return normpath(join(folder, path))

    return scan._replace(
        models=tuple(
            one._replace(uses=tuple(use._replace(path=moved(use.path)) for use in one.uses)) for one in scan.models
        ),
        problems=tuple(one if one.path is None else one._replace(path=moved(one.path)) for one in scan.problems),
        not_read=tuple(one._replace(path=moved(one.path)) for one in scan.not_read),
    )


def summary(scan: Scan) -> str:
    """`7 models: 2 denied, 5 allowed`, in a line."""
    if not scan.models:
        return "no models found"
    counts = Counter(one.decision for one in scan.models)
    divided = ", ".join(f"{counts[one]} {one}" for one in DECISIONS if counts[one])
    return f"{number(len(scan.models), 'model')}: {divided}"


def number(count: int, noun: str) -> str:
    """`1 model`, `2 models`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
