"""A definition applied to the facts of a release: one result a rule, and the interval on the ladder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from openness.definitions.pack import Definition, Facts, Level, Rule
from openness.definitions.predicates import ComponentFacts
from openness.model import Component, Kind, Release, Result, Verdict

_MET = (Kind.PASS, Kind.NOT_APPLICABLE)


def verdicts(definitions: Sequence[Definition], release: Release) -> list[Verdict]:
    """The verdict of each definition, in their order."""
    facts = facts_of(release)
    return [evaluate(definition, facts) for definition in definitions]


def facts_of(release: Release) -> Facts:
    """The values of all facts of the release, without their evidence."""
    components = tuple([_facts(component) for component in release.components.values()])
    reviews = release.reviews
    return Facts(components, tuple((one.subject, one.answer) for one in reviews) if reviews else ())


def _facts(component: Component) -> ComponentFacts:
    expression = component.license.expression
    resolved = expression if expression.license is not None or expression.operator is not None else None
    parts = component.parts
    if not parts:
        return ComponentFacts(component.name, component.available.value, component.complete.value,
                              component.used.value, component.access, license=resolved)  # fmt: skip
    return ComponentFacts(
        component.name,
        component.available.value,
        component.complete.value,
        component.used.value,
        component.access,
        tuple((name, part.fact.value) for name, part in parts.items() if part.exists),
        tuple(name for name, part in parts.items() if not part.exists),
        resolved,
    )


@lru_cache(maxsize=8192)
def evaluate(definition: Definition, facts: Facts) -> Verdict:
    """The verdict. It depends on the values of the facts alone, so equal facts are evaluated once.

    Adding facts to unknown ones never widens the interval from `at_least` to `at_most`.
    """
    judged = {rule.id: rule.judge(facts) for rule in definition.rules}
    needed: dict[str, tuple[str, Rule]] = {}
    for level in definition.levels:
        for rule in level.rules:
            needed.setdefault(rule.id, (level.level, rule))
    results = tuple(_result(level, rule, judged[rule.id]) for level, rule in needed.values())
    at_least = _highest(definition, lambda level: all(judged[rule.id] in _MET for rule in level.rules))
    at_most = _highest(definition, lambda level: all(judged[rule.id] is not Kind.FAIL for rule in level.rules))
    text = _text(definition, at_least, at_most, judged)
    names = tuple(level.level for level in definition.levels)
    reached = definition.levels[at_least]
    means = reached.means if at_least == at_most else reached.means_at_least
    return Verdict(definition.id, names[at_least], names[at_most], text, results, names, means)


def _result(level: str, rule: Rule, kind: Kind) -> Result:
    message = rule.messages.get(kind) or (rule.messages[Kind.OPEN] if kind is Kind.REVIEW else rule.title)
    return Result(rule.id, level, rule.title, kind, message, rule.reads, rule.note, rule.question, rule.requires)


def _highest(definition: Definition, holds: Callable[[Level], bool]) -> int:
    """The highest rung that holds together with all below it."""
    reached = 0
    for number, level in enumerate(definition.levels):
        if not holds(level):
            break
        reached = number
    return reached


def _text(definition: Definition, at_least: int, at_most: int, judged: dict[str, Kind]) -> str:
    levels = definition.levels
    if at_least == at_most:
        return levels[at_least].settled
    ceiling = "" if at_most == len(levels) - 1 else f"at most {levels[at_most].title}"
    if at_least == 0:
        return f"undetermined, {ceiling}" if ceiling else "undetermined"
    following = levels[at_least + 1]
    missing = f"{levels[at_least].title}; {following.title} not established: {_missing(following, judged)}"
    return f"{missing}; {ceiling}" if ceiling and at_most > at_least + 1 else missing


def _missing(level: Level, judged: dict[str, Kind]) -> str:
    kinds = [judged[rule.id] for rule in level.rules]
    counts = ((kinds.count(Kind.OPEN), "fact", "missing"), (kinds.count(Kind.REVIEW), "question", "for a person"))
    return ", ".join(f"{n} {what}{'s' if n > 1 else ''} {how}" for n, what, how in counts if n)
