"""Several inputs of one release → one release: facts join, disagreement is a finding and never a vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from openness.model import COMPONENTS, UNKNOWN, Component, Fact, Finding, LicenseClaim, Part, Release
from openness.sources.descriptor import ACCESS

_TRUST = ("text", "header", "tag", "prose", "section")


def join(releases: Sequence[Release], name: str, target: str) -> Release:
    """The releases as one, called `name`. Claims are ordered by trust: text, header, tag, prose."""
    if len(releases) == 1 and releases[0].name == name:
        return releases[0]
    findings = [finding for release in releases for finding in release.findings]
    components = {}
    for component in COMPONENTS:
        found = [release.components[component] for release in releases if component in release.components]
        if found:
            components[component] = reduce(lambda a, b: _component(a, b, findings), found)
    return Release(
        name=name,
        target=target,
        components=components,
        revision=next((release.revision for release in releases if release.revision), None),
        origin=" + ".join(dict.fromkeys(release.origin for release in releases)),
        findings=tuple(findings),
        reviews=tuple(review for release in releases for review in release.reviews),
        statements=tuple(statement for release in releases for statement in release.statements),
        read=tuple(dict.fromkeys(path for release in releases for path in release.read)),
        not_read=tuple(dict.fromkeys(one for release in releases for one in release.not_read)),
        texts=tuple(dict.fromkeys(one for release in releases for one in release.texts)),
        bases=tuple(dict.fromkeys(one for release in releases for one in release.bases)),
    )


def by_trust(claims: Iterable[LicenseClaim]) -> tuple[LicenseClaim, ...]:
    """The claims, those of the strongest kind first, else in their order."""
    return tuple(sorted(claims, key=lambda claim: _TRUST.index(claim.by)))


def _component(first: Component, second: Component, findings: list[Finding]) -> Component:
    name = first.name
    parts = {}
    for part in dict.fromkeys((*first.parts, *second.parts)):
        one, other = first.parts.get(part, Part(UNKNOWN)), second.parts.get(part, Part(UNKNOWN))
        fact = _fact(one.fact, other.fact, f"whether {name} has its {part}", findings)
        parts[part] = Part(fact, exists=one.exists and other.exists)
    stricter = [access for access in (first.access, second.access) if access is not None]
    return Component(
        name,
        available=_fact(first.available, second.available, f"whether {name} is available", findings),
        complete=_fact(first.complete, second.complete, f"whether {name} is complete", findings),
        used=_fact(first.used, second.used, f"whether {name} exists at all", findings),
        access=max(stricter, key=ACCESS.index, default=None),
        parts=parts,
        claims=by_trust(dict.fromkeys((*first.claims, *second.claims))),
    )


def _fact(one: Fact, other: Fact, what: str, findings: list[Finding]) -> Fact:
    evidence = tuple(dict.fromkeys((*one.evidence, *other.evidence)))
    if one.value is None or other.value is None:
        known = one if one.value is not None else other
        return Fact(known.value, tuple(dict.fromkeys((*known.evidence, *evidence))))
    if one.value == other.value:
        return Fact(one.value, evidence)
    findings.append(
        Finding("fact-conflict", "error", f"the sources disagree on {what}; it counts as unknown", evidence)
    )
    return Fact(None, evidence)
