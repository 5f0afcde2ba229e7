"""From what a release declares to the licence that a reader can rely on; the licensing step of the pipeline.

Order of trust: licence text, then header, then metadata tag, then prose: the order of a component's claims.
Claims that disagree are a conflict, and the stricter one is concluded until somebody settles it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.licensing import catalog, expression
from openness.model import (
    NO_EXPRESSION,
    Basis,
    Component,
    Conclusion,
    Expression,
    Finding,
    FoundTerm,
    LicenseClaim,
    Reading,
    Release,
    Severity,
    join,
)

MAX_TERMS = 8
"""Most terms of an unidentified text that its finding names."""

_UNKNOWN_TEXT = "there is a licence text, and which licence it is was not identified"
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_MAX_NOTICE = 2000  # characters of a text that may do no more than name a licence


class _Reading(NamedTuple):
    """What one claim stands for."""

    expression: Expression | None
    """None: nothing that can be relied on."""

    members: tuple[str, ...]
    """For a family: prefixes of the ids that fit it."""

    problem: str
    """Why nothing was concluded; empty where all is plain."""

    finding: str = "license-unidentified"
    """The id of the finding that says so."""

    terms: tuple[FoundTerm, ...] = ()
    """What was recognised in a text that is no known licence."""


def conclude(release: Release) -> Release:
    """The release with `license` set on every component, and a finding for whatever did not add up."""
    concluded = {}
    findings: list[Finding] = []
    for name, component in release.components.items():
        if not component.claims:
            concluded[name] = component
            continue
        conclusion, found = _with_sections(component)
        concluded[name] = component._replace(license=conclusion)
        findings += found
    findings += _missing_texts(release)
    return release._replace(components=concluded, findings=release.findings + tuple(findings))


def _with_sections(component: Component) -> tuple[Conclusion, list[Finding]]:
    """What the claims come to; what a section on the licence adds that restricts keeps it open.

    A licence that restricts already says what it does: there a section only repeats it.
    """
    sections = [claim for claim in component.claims if claim.by == "section"]
    others = component._replace(claims=tuple(claim for claim in component.claims if claim.by != "section"))
    conclusion, findings = _conclude(others) if others.claims else (component.license, [])
    named = conclusion.expression
    if _restricts(named):
        return conclusion, findings
    for claim in sections:
        terms = _added(claim.text or "")
        if terms:
            beside = f", beside {named.text}" if named.licenses else ""
            where = f"the card's section on the licence{beside}"
            findings = [*findings, _recognised(component, claim, terms, where)]
            conclusion = Conclusion(NO_EXPRESSION, "unidentified", recognised=(*conclusion.recognised, *terms))
    return conclusion, findings


def _added(section: str) -> tuple[FoundTerm, ...]:
    """The terms of a card's section that restrict the use of the release, and not of what it was made from."""
    from openness.licensing import clauses

    foreign, own, limiting = (_phrases(name) for name in ("foreign-terms", "own-terms", "limiting-terms"))

    def is_own(quote: str) -> bool:
        said = _WORD.findall(quote.lower())
        return (foreign.isdisjoint(said) or not own.isdisjoint(said)) and not limiting.isdisjoint(said)

    return tuple(one for one in clauses.terms(section) if one.severity is Severity.BLOCKING and is_own(one.quote))


def _conclude(component: Component) -> tuple[Conclusion, list[Finding]]:
    readings = [(claim, _of(claim)) for claim in component.claims]
    findings = [
        Finding(reading.finding, "warning", f"{component.name}: {reading.problem}", claim.evidence)
        for claim, reading in readings
        if reading.problem and claim.by != "prose"
    ]
    text = "the licence text that was not identified"
    findings += [_recognised(component, claim, one.terms, text) for claim, one in readings if one.terms]
    terms = tuple(term for _, one in readings for term in one.terms)
    readings, several = _one_of_texts(component, readings)
    findings += several
    positions = _positions(readings)
    known = [one for one in positions if one.expression is not None]
    distinct = {one.expression.text: one.expression for one in known if one.expression is not None}
    unsettled = any(_is_open(claim, reading) for claim, reading in readings)
    if not distinct or unsettled or (positions[0].expression is None and not _fits(positions[0], distinct)):
        return Conclusion(NO_EXPRESSION, "unidentified", recognised=terms), findings
    if len(distinct) == 1:
        return Conclusion(next(iter(distinct.values())), "concluded", recognised=terms), findings
    strictest = _stricter(list(distinct.values()))
    message = f"{component.name}: the sources disagree: {', '.join(distinct)}; read as {strictest.text} until settled"
    where = tuple(e for claim, reading in readings if reading.expression is not None for e in claim.evidence)
    return Conclusion(strictest, "conflict", recognised=terms), [
        Finding("license-conflict", "error", message, where),
        *findings,
    ]


_Read = tuple[LicenseClaim, _Reading]


def _one_of_texts(component: Component, readings: list[_Read]) -> tuple[list[_Read], list[Finding]]:
    """The texts of several known licences, in one file or more, as one: as a weaker claim joins them, else all bind.

    A claim that names only some of them says nothing else.
    """
    texts = [(claim, one) for claim, one in readings if claim.by == "text" and one.expression is not None]
    joined = join("AND", [one.expression for _, one in texts if one.expression is not None])
    members = _ids(joined)
    if len(members) < 2:
        return readings, []
    others = [(claim, one) for claim, one in readings if (claim, one) not in texts]
    stated = next((one.expression for _, one in others if one.expression and _ids(one.expression) == members), None)
    first, _ = texts[0]
    rest = [(claim, one) for claim, one in others if one.expression is None or not _ids(one.expression) <= members]
    message = f"{component.name}: {len(members)} licence texts cover it; read as {(stated or joined).text}"
    where = tuple(evidence for claim, _ in texts for evidence in claim.evidence)
    return [(first, _Reading(stated or joined, (), "")), *rest], [Finding("license-several", "note", message, where)]


def _ids(one: Expression) -> frozenset[str]:
    return frozenset(license_.id for license_ in one.licenses)


def _recognised(component: Component, claim: LicenseClaim, terms: tuple[FoundTerm, ...], where: str) -> Finding:
    heaviest = sorted(terms, key=lambda one: (-list(Severity).index(one.severity), one.lines))
    told: dict[str, str] = {}
    for one in heaviest:
        value = f": {_short(one.value)}" if one.value else ""
        told.setdefault(one.term, f"{one.term} (line {one.lines[0]}{value})")
    shown = ", ".join(list(told.values())[:MAX_TERMS])
    more = f" and {len(told) - MAX_TERMS} more" if len(told) > MAX_TERMS else ""
    message = f"{component.name}: terms recognised in {where}: {shown}{more}"
    return Finding("license-terms", "warning", message, claim.evidence)


def _of(claim: LicenseClaim) -> _Reading:
    """What a claim stands for: a text for itself, a name for what the catalogue knows of it."""
    if claim.text is not None:
        return _of_text(claim.text)
    reading = _read(claim.declared, claim.name, claim.link)
    if claim.more and reading.expression is not None and not _restricts(reading.expression):
        return _Reading(None, (), "")  # what is added may restrict; where the licence does, that is known already
    return reading


def _restricts(one: Expression) -> bool:
    return any(term.severity is Severity.BLOCKING for license_ in one.licenses for term in license_.terms)


def _is_open(claim: LicenseClaim, reading: _Reading) -> bool:
    """Whether a claim keeps the licence open, whatever the weaker ones say.

    That is a text which is no known licence, prose that names an unknown licence which restricts or adds something to
    an open one, and a claim that says so itself.
    """
    if reading.expression is not None:
        return False
    if claim.more:
        return True
    if claim.by == "prose" and claim.declared is not None:
        return not set(_WORD.findall(claim.declared.lower())).isdisjoint(_phrases("restricting"))
    return claim.by == "text" or claim.declared is None


def _missing_texts(release: Release) -> list[Finding]:
    """A licence that metadata declare for what lies here, that must go with every copy, and whose text does not.

    Only what was seen itself shows that: a folder. A card alone is no listing.
    """
    declared = [
        (one, claim)
        for one in release.components.values()
        for claim in one.claims
        if claim.by == "tag" and any(evidence.basis is Basis.OBSERVED for evidence in one.available.evidence)
    ]
    if not declared:
        return []
    held = {one.base or one.expression for claim in release.texts if claim.text for one in _found(claim.text)}
    findings: dict[str, Finding] = {}
    for component, claim in declared:
        expression_ = _read(claim.declared, claim.name, claim.link).expression
        for one in expression_.licenses if expression_ is not None else ():
            kept = any(term.term in _phrases("keeps-text") for term in one.terms)
            if kept and one.id not in held and one.id not in findings:
                asked = f"{one.id} is declared, which asks that its text goes with every copy"
                message = f"{component.name}: {asked}, and no file here has it"
                severity = "warning" if component.name == "model-parameters" else "note"
                findings[one.id] = Finding("license-text-missing", severity, message, claim.evidence)
    return list(findings.values())


def _found(text: str) -> tuple[Reading, ...]:
    from openness.licensing import reading

    return reading.read(text)


@lru_cache(maxsize=1)
def _scope() -> yamlio.Reader:
    """`rules/license-scope.yaml`."""
    return yamlio.rules("license-scope.yaml", "the list of phrases")


@lru_cache(maxsize=8)
def _phrases(name: str) -> frozenset[str]:
    """One of its lists."""
    return frozenset(_scope().texts(name))


def _of_text(text: str) -> _Reading:
    """A licence text stands for what it is; one that is altered or unknown for nothing that can be relied on."""
    from openness.licensing import clauses

    found = _found(text)
    terms = tuple(term for one in found for term in clauses.beyond(one, text))
    altered = [one for one in found if one.status == "altered"]
    if altered:
        places = [f"{one.kind} on line {one.lines[0]}" for one in altered[0].alterations[:3]]
        problem = (
            f"a licence text that was made from {altered[0].base} and altered: {', '.join(places) or 'throughout'}"
        )
        return _Reading(None, (), problem, "license-altered", terms)
    if any(one.status == "unknown" for one in found):
        named = expression.resolve(found[0].references[0].expression) if _is_notice(text, found, terms) else None
        return _Reading(named, (), "" if named else _UNKNOWN_TEXT, terms=terms)
    resolved = [one for one in (expression.resolve(one.expression) for one in found) if one is not None]
    return _Reading(join("OR" if _leaves_choice(text, found) else "AND", resolved), (), "")


def _leaves_choice(text: str, found: tuple[Reading, ...]) -> bool:
    """Whether words beside the texts of several licences name them all, and say that one may choose."""
    from openness.licensing import references

    if len(found) < 2:
        return False
    within = {line for one in found for line in range(one.lines[0], one.lines[1] + 1)}
    beside = "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in within)
    return {one.expression for one in found} <= references.choice(beside)


def _is_notice(text: str, found: tuple[Reading, ...], terms: tuple[FoundTerm, ...]) -> bool:
    """Whether a short text does no more than name one licence."""
    from openness.licensing import references

    return (
        len(text) <= _MAX_NOTICE
        and len(found) == 1
        and len(found[0].references) == 1
        and all(one.severity is Severity.COMPATIBLE for one in terms)
        and not references.says_more(text)
    )


def _positions(readings: list[tuple[LicenseClaim, _Reading]]) -> list[_Reading]:
    """One reading for each statement: the entries of a list make one statement, of which all bind.

    A text that was not identified takes no position, an altered one takes the position that no known licence holds;
    prose that names no known licence takes none.
    """
    listed = [reading for claim, reading in readings if claim.joined]
    single = [reading for claim, reading in readings if not claim.joined and _speaks(claim, reading)]
    if not listed:
        return single or [_Reading(None, (), "")]
    if any(reading.expression is None for reading in listed):
        return [_Reading(None, (), ""), *single]
    joined = join("AND", [one.expression for one in listed if one.expression is not None])
    return [_Reading(joined, (), ""), *single]


def _speaks(claim: LicenseClaim, reading: _Reading) -> bool:
    if claim.by == "text":
        return reading.expression is not None or reading.finding == "license-altered"
    return claim.by != "prose" or reading.expression is not None


def _fits(first: _Reading, distinct: dict[str, Expression]) -> bool:
    """Whether the weaker claims only say more exactly what the family named by the strongest one is."""
    return bool(first.members) and all(name.startswith(first.members) for name in distinct)


@lru_cache(maxsize=4096)
def _read(declared: str | None, name: str | None, link: str | None) -> _Reading:
    """What a declared licence stands for, with the name and link beside it."""
    if declared is None:
        return _Reading(None, (), "")
    resolved = expression.resolve(declared)
    if resolved is not None:
        return _Reading(resolved, (), "")
    family = catalog.family(declared)
    named = expression.resolve(name) if name else None
    linked = catalog.linked(link) if link else None
    if linked is not None:
        named = Expression(linked.id, linked)
    if named is not None and (family is None or not family.members or named.text.startswith(family.members)):
        return _Reading(named, (), "")
    if family is None:
        return _Reading(None, (), f"'{_short(declared)}' is no licence that is known here{_near(declared)}")
    called = f", which the publisher calls '{_short(name)}'" if name else ""
    known = catalog.family(name) if name else None
    why = known.means if known else family.means
    where = f"; its text is said to be at {_short(link)}, which was not read" if link else ""
    return _Reading(
        None, family.members, f"the tag '{_short(declared)}'{called} does not identify a licence ({why}){where}"
    )


def _near(name: str) -> str:
    tail = yamlio.nearest(name, catalog.names())
    return tail if tail.startswith("; did") else ""


def _short(text: str | None) -> str:
    text = " ".join((text or "").split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _stricter(expressions: list[Expression]) -> Expression:
    """The strictest of several expressions; those that are equally strict bind together."""
    ranked = [(_strictness(one), one) for one in expressions]
    most = max(rank for rank, _ in ranked)
    return join("AND", [one for rank, one in ranked if rank == most])


def _strictness(one: Expression) -> int:
    """How far the terms are from open, 0 to 3; unknown terms rank between grey and blocking ones."""
    if one.operator is not None:
        ranks = [_strictness(operand) for operand in one.operands]
        return min(ranks) if one.operator == "OR" else max(ranks)
    if one.license is None:
        return 2
    severities = {term.severity for term in one.license.terms}
    if Severity.BLOCKING in severities:
        return 3
    if not one.license.approvals.get("OSI") and not one.license.terms_known:
        return 2
    return 1 if Severity.GREY in severities else 0
