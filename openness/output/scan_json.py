"""Output format of a scan: the JSON contract `openness-scan-1`; its schema is `openness/schemas/scan-1.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from openness import __version__
from openness.output.common import advice, identified
from openness.usage import Problem, Scan, ScannedModel

SCHEMA = "openness-scan-1"


def render(scan: Scan) -> str:
    """The scan as JSON text in ASCII: what files say is kept as it is, and no terminal obeys it."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "openness", "version": __version__},
        "root": scan.root,
        "policy": scan.policy,
        "files": scan.files,
        "models": [_model(one) for one in scan.models],
        "problems": [_problem(one, fingerprint) for fingerprint, one in identified(scan.problems)],
        "ignored": scan.ignored,
        "known": scan.known,
        "not_read": [{"path": one.path, "reason": one.reason} for one in scan.not_read],
    }
    return json.dumps(document, indent=2) + "\n"


def _model(one: ScannedModel) -> dict[str, Any]:
    return {
        "model": one.model,
        "revision": one.revision,
        "kind": one.kind,
        "uses": [
            {"path": use.path, "line": use.line, "via": use.via, "pinned": use.pinned, "quote": use.quote}
            for use in one.uses
        ],
        "headline": one.headline,
        "license": one.license,
        "decision": one.decision,
        "severity": one.severity,
        "reasons": [{"rule": reason.rule, "message": reason.message} for reason in one.reasons],
    }


def _problem(one: Problem, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "message": one.message,
        "help": advice(one),
        "path": one.path,
        "line": one.line,
        "model": one.model,
        "revision": one.revision,
        "quote": one.quote,
        "fingerprint": fingerprint,
    }
