"""What a rule can ask of one component. Each predicate is one small function that a lawyer can read.

A predicate sees the values of facts only, never where they came from, and answers `pass`, `fail` or `open`
(a fact is missing). Only the question `reviewed:` of a rule answers `review` (a person must judge).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from openness.model import Expression, Kind, License, Severity


class ComponentFacts(NamedTuple):
    """The values of one component's facts; None = unknown."""

    name: str
    available: bool | None = None
    complete: bool | None = None
    used: bool | None = None
    access: str | None = None
    parts: tuple[tuple[str, bool | None], ...] = ()
    """(part, whether it is there), for the parts that exist."""
    no_parts: tuple[str, ...] = ()
    """Parts that do not exist: there is no such data."""
    license: Expression | None = None
    """None = no licence could be concluded."""


def available(facts: ComponentFacts, _: None) -> Kind:
    """Anybody can have it, all of it or some of it."""
    return _decided(facts.available)


def complete(facts: ComponentFacts, _: None) -> Kind:
    """Anybody can have all of it."""
    return every((_decided(facts.available), _decided(facts.complete)))


def has_parts(facts: ComponentFacts, parts: Sequence[str]) -> Kind:
    """It can be had and has every part named; a part that cannot exist (no such data was used) is not asked for."""
    values = dict(facts.parts)
    wanted = [part for part in parts if part not in facts.no_parts]
    kinds = [_decided(values.get(part)) for part in wanted]
    return every([_decided(facts.available), *kinds]) if wanted else Kind.NOT_APPLICABLE


def access_is(facts: ComponentFacts, accepted: Sequence[str]) -> Kind:
    """It can be had in one of the ways named: open, gated (a form, automatic), approval (a person decides)."""
    if facts.access is None:
        return Kind.OPEN
    return Kind.PASS if facts.access in accepted else Kind.FAIL


def license_approved_by(facts: ComponentFacts, organisation: str) -> Kind:
    """The organisation lists its licence as open source (OSI) or free (FSF)."""
    return _over(facts.license, lambda license_: _decided(license_.approvals.get(organisation)))


def license_is(facts: ComponentFacts, accepted: Sequence[str]) -> Kind:
    """Its licence is one of those named."""
    return _over(facts.license, lambda license_: Kind.PASS if license_.id in accepted else Kind.FAIL)


def license_has_no(facts: ComponentFacts, unwanted: Sequence[str]) -> Kind:
    """Its licence has none of the terms named; where nobody has read the whole licence that stays open."""
    return _over(facts.license, lambda license_: _without(license_, lambda term: term in unwanted))


def license_blocks_nothing(facts: ComponentFacts, _: None) -> Kind:
    """No term of its licence is blocking. That is not an approval: ask a person as well."""

    def judge(license_: License) -> Kind:
        if any(term.severity is Severity.BLOCKING for term in license_.terms):
            return Kind.FAIL
        return Kind.PASS if license_.terms_known or license_.terms else Kind.OPEN

    return _over(facts.license, judge)


def license_meets(facts: ComponentFacts, criterion: str) -> Kind:
    """No term of its licence offends the criterion (`osd-6`), or may; an OSI-approved licence meets all of them."""
    return _criterion(facts, criterion, (Severity.BLOCKING, Severity.GREY))


def license_may_meet(facts: ComponentFacts, criterion: str) -> Kind:
    """No term of its licence plainly offends the criterion; terms that may are left to a person."""
    return _criterion(facts, criterion, (Severity.BLOCKING,))


def _criterion(facts: ComponentFacts, criterion: str, severities: Sequence[Severity]) -> Kind:
    def judge(license_: License) -> Kind:
        if license_.approvals.get("OSI"):
            return Kind.PASS
        if any(criterion in term.breaks and term.severity in severities for term in license_.terms):
            return Kind.FAIL
        return Kind.PASS if license_.terms_known else Kind.OPEN

    return _over(facts.license, judge)


def every(kinds: Iterable[Kind]) -> Kind:
    """All must hold: one `fail` decides, then `open`, then `review`; what does not apply is left out."""
    found = set(kinds)
    for kind in (Kind.FAIL, Kind.OPEN, Kind.REVIEW, Kind.PASS):
        if kind in found:
            return kind
    return Kind.NOT_APPLICABLE


def some(kinds: Iterable[Kind]) -> Kind:
    """One must hold: one `pass` decides, then `open`, then `review`; what does not apply is left out."""
    found = set(kinds)
    for kind in (Kind.PASS, Kind.OPEN, Kind.REVIEW, Kind.FAIL):
        if kind in found:
            return kind
    return Kind.NOT_APPLICABLE


def _decided(value: bool | None) -> Kind:
    return Kind.OPEN if value is None else Kind.PASS if value else Kind.FAIL


def _without(license_: License, unwanted: Callable[[str], bool]) -> Kind:
    if any(unwanted(term.term) for term in license_.terms):
        return Kind.FAIL
    return Kind.PASS if license_.terms_known else Kind.OPEN


def _over(expression: Expression | None, judge: Callable[[License], Kind]) -> Kind:
    """The judgement over an expression: AND = all bind, OR = the licensee may choose."""
    if expression is None:
        return Kind.OPEN
    if expression.operator is not None:
        kinds = [_over(operand, judge) for operand in expression.operands]
        return some(kinds) if expression.operator == "OR" else every(kinds)
    return Kind.OPEN if expression.license is None else judge(expression.license)


class Predicate(NamedTuple):
    """A predicate, the argument that it takes, and the facts that it reads."""

    judge: Callable[..., Kind]
    argument: str
    """`none`, `text`, or `list`."""
    reads: tuple[str, ...]
    """`available`, `complete`, `parts`, `access`, `license`."""


PREDICATES = {
    "available": Predicate(available, "none", ("available",)),
    "complete": Predicate(complete, "none", ("available", "complete")),
    "has-parts": Predicate(has_parts, "list", ("available", "parts")),
    "access-is": Predicate(access_is, "list", ("access",)),
    "license-approved-by": Predicate(license_approved_by, "text", ("license",)),
    "license-is": Predicate(license_is, "list", ("license",)),
    "license-has-no": Predicate(license_has_no, "list", ("license",)),
    "license-blocks-nothing": Predicate(license_blocks_nothing, "none", ("license",)),
    "license-meets": Predicate(license_meets, "text", ("license",)),
    "license-may-meet": Predicate(license_may_meet, "text", ("license",)),
}
