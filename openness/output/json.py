"""Output format: the JSON contract `openness-report-1`; its schema is `openness/schemas/report-1.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from openness import __version__
from openness.model import (
    REPORT_SCHEMA,
    Alteration,
    Ancestor,
    Assessment,
    Component,
    Evidence,
    Finding,
    FoundTerm,
    Identified,
    LicenseClaim,
    Report,
    Result,
    Verdict,
)
from openness.output import changes_json
from openness.snapshot import Changes

IDENTIFY_SCHEMA = "openness-identify-1"


def render(report: Report, changes: Sequence[Changes | None] = ()) -> str:
    """The report as JSON text, keys in the order of the contract, ending with a newline.

    `changes` are those of each release since an earlier report, where there is one.
    """
    releases = [_release(assessment) for assessment in report.assessments]
    for release, change in zip(releases, changes, strict=False):
        if change is not None:
            release["changes"] = changes_json.document(change)
    document = {
        "schema": REPORT_SCHEMA,
        "tool": {"name": "openness", "version": __version__},
        "definitions": [{"id": name, "sha256": digest} for name, digest in report.definitions],
        "releases": releases,
        "errors": [{"target": target, "message": message} for target, message in report.errors],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def render_identified(found: Sequence[Identified]) -> str:
    """What licence files are, as `openness-identify-1`: an entry for each licence of each file."""
    document = {"schema": IDENTIFY_SCHEMA, "files": [_identified(one) for one in found]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _identified(found: Identified) -> dict[str, Any]:
    reading = found.reading
    return {
        "path": found.path,
        "expression": reading.expression,
        "status": reading.status,
        "base": reading.base,
        "score": round(reading.score, 4),
        "lines": list(reading.lines),
        "alterations": [_alteration(one) for one in reading.alterations],
        "references": [
            {"expression": one.expression, "lines": list(one.lines), "quote": one.quote} for one in reading.references
        ],
        "terms": [_found_term(one) for one in found.terms],
    }


def _alteration(one: Alteration) -> dict[str, Any]:
    found = {"kind": one.kind, "lines": list(one.lines), "text": one.text}
    return found | ({"was": one.was} if one.was else {})


def _found_term(found: FoundTerm) -> dict[str, Any]:
    told = {
        "term": found.term,
        "lines": list(found.lines),
        "quote": found.quote,
        "severity": found.severity.value,
    }
    return told if found.value is None else told | {"value": found.value}


def _release(assessment: Assessment) -> dict[str, Any]:
    release, headline = assessment.release, assessment.headline
    verdicts = (headline, *assessment.verdicts)
    return {
        "release": release.name,
        "target": release.target,
        "revision": release.revision,
        "origin": release.origin,
        "headline": _interval(headline) | {"text": headline.text},
        "components": {name: _component(component) for name, component in release.components.items()},
        "verdicts": [_verdict(verdict, assessment) for verdict in verdicts],
        "findings": [_finding(finding) for finding in release.findings],
        "obligations": _obligations(release.component("model-parameters")),
        "lineage": [_ancestor(one) for one in release.lineage],
        "statements": [
            {"by": one.by, "text": one.text, "evidence": [_evidence(one.evidence)]} for one in release.statements
        ],
        "texts": [_text(claim) for claim in release.texts if claim.evidence],
        "read": list(release.read),
        "not_read": [{"path": one.path, "reason": one.reason} for one in release.not_read],
    }


def _text(claim: LicenseClaim) -> dict[str, Any]:
    return {"path": claim.evidence[0].path, "sha256": claim.evidence[0].sha256}


def _interval(verdict: Verdict) -> dict[str, Any]:
    return {"definition": verdict.definition, "at_least": verdict.at_least, "at_most": verdict.at_most}


def _component(component: Component) -> dict[str, Any]:
    found: dict[str, Any] = {
        "available": component.available.value,
        "complete": component.complete.value,
        "license": {
            "declared": list(component.declared),
            "concluded": component.license.expression.text,
            "status": component.license.status,
            "terms_known": component.license.terms_known,
        }
        | _inherited(component),
        "evidence": [_evidence(one) for one in component.evidence],
    }
    if component.license.recognised:
        found["license"]["recognised"] = [_found_term(one) for one in component.license.recognised]
    if component.used.value is not None:
        found["used"] = component.used.value
    if component.access is not None:
        found["access"] = component.access
    if component.parts:
        found["parts"] = {
            name: part.fact.value if part.exists else "not-applicable" for name, part in component.parts.items()
        }
    return found


def _inherited(component: Component) -> dict[str, Any]:
    inherited = component.license.inherited
    return {"inherited": [{"license": one, "from": model} for one, model in inherited]} if inherited else {}


def _ancestor(one: Ancestor) -> dict[str, Any]:
    """A base model, with its own below it; `release` and its licence are null where nothing is known of it."""
    found: dict[str, Any] = {
        "model": one.base.model,
        "relation": one.base.relation,
        "evidence": [_evidence(each) for each in one.base.evidence],
        "release": one.release.name if one.release else None,
        "origin": one.release.origin if one.release else None,
        "license": None,
        "bases": [],
    }
    if one.problem:
        found["problem"] = one.problem
    if one.release is not None:
        conclusion = one.release.component("model-parameters").license
        found["license"] = {"concluded": conclusion.expression.text, "status": conclusion.status}
        found["bases"] = [_ancestor(each) for each in one.release.lineage]
    return found


def _verdict(verdict: Verdict, assessment: Assessment) -> dict[str, Any]:
    return _interval(verdict) | {
        "text": verdict.text,
        "results": [_result(result, assessment) for result in verdict.results],
    }


def _result(result: Result, assessment: Assessment) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": result.rule,
        "level": result.level,
        "kind": result.kind.value,
        "message": result.message,
        "evidence": [_evidence(one) for one in assessment.release.evidence(result.reads)],
    }
    if result.question and result.kind.value == "review":
        found["question"] = result.question
    return found


def _evidence(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": evidence.path,
        "line": evidence.line,
        "end_line": evidence.end_line,
        "sha256": evidence.sha256,
        "basis": evidence.basis.value,
        "quote": evidence.quote,
    }
    extra = {"source": evidence.source, "date": evidence.date, "note": evidence.note}
    return found | {key: value for key, value in extra.items() if value is not None}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity,
        "message": finding.message,
        "evidence": [_evidence(one) for one in finding.evidence],
    }


def _obligations(parameters: Component) -> list[dict[str, Any]]:
    """The terms of the concluded licence of the weights, those that a base model hands on with its name."""
    inherited = dict(parameters.license.inherited)
    return [
        {
            "term": term.term,
            "license": license_.id,
            "clause": term.clause,
            "kind": term.kind,
            "severity": term.severity.value,
            "text": term.text,
            "source": license_.source,
            "verified": license_.basis,
            **({"value": term.value} if term.value else {}),
        }
        | ({"from": inherited[license_.id]} if license_.id in inherited else {})
        for license_ in parameters.license.expression.licenses
        for term in license_.terms
    ]
