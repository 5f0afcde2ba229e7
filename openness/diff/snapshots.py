"""An assessment → the snapshot that it is compared by. The same of a report is in `openness/sources/report.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness.model import NOASSERTION, NOTHING, Assessment, Component, Release, Verdict
from openness.snapshot import (
    Duty,
    FactValue,
    Licensed,
    LicenseText,
    Snapshot,
    Standing,
    State,
    gather_terms,
    problem,
    relative,
    weight_files,
)


def snapshot(assessment: Assessment, definitions: Mapping[str, str] = NOTHING, tool: str = "") -> Snapshot:
    """What of an assessed release is compared. `definitions` are the digests of those that were applied."""
    release, headline = assessment.release, assessment.headline
    parameters = release.component("model-parameters")
    texts = _texts(release)
    return Snapshot(
        release=release.name,
        target=release.target,
        revision=release.revision,
        headline=headline.definition,
        standings={one.definition: _standing(one) for one in (headline, *assessment.verdicts)},
        components={name: State(_facts(one), _licensed(one)) for name, one in release.components.items()},
        terms=gather_terms(_duties(parameters)),
        terms_known=parameters.license.terms_known,
        findings=tuple(problem(one.id, one.severity, one.message, release.target) for one in release.findings),
        texts=texts,
        weights=weight_files(parameters.evidence, texts, release.target),
        bases=frozenset((one.base.model, one.base.relation or "") for one in release.lineage),
        definitions=definitions,
        tool=tool,
    )


def _standing(verdict: Verdict) -> Standing:
    results = {one.rule: one.kind.value for one in verdict.results}
    return Standing(verdict.at_least, verdict.at_most, verdict.text, results)


def _facts(component: Component) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {
        "available": component.available.value,
        "complete": component.complete.value,
        "used": component.used.value,
        "access": component.access,
    }
    return facts | {
        name: part.fact.value if part.exists else "not-applicable" for name, part in component.parts.items()
    }


def _licensed(component: Component) -> Licensed:
    return Licensed(component.declared, component.license.expression.text, component.license.status)


def _duties(parameters: Component) -> Iterator[tuple[str, Duty]]:
    for license_ in parameters.license.expression.licenses:
        for one in license_.terms:
            yield one.term, Duty(one.severity, one.clause, license_.id, one.text, one.value)
    for found in parameters.license.recognised:
        where = f"line {found.lines[0]}"
        yield found.term, Duty(found.severity, where, NOASSERTION, "", found.value or "")


def _texts(release: Release) -> dict[str, LicenseText]:
    return {
        relative(claim.evidence[0].path, release.target): LicenseText(claim.evidence[0].sha256, claim.text)
        for claim in release.texts
        if claim.evidence
    }
