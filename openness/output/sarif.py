"""Output format of a scan: SARIF 2.1.0 for code scanning; `results` holds only what needs action.

Source: the OASIS standard SARIF 2.1.0 with errata 01, and the limits that GitHub documents for code scanning: 25,000
results a run of which the 5,000 severest are kept, 20 tags a rule of which 10 are shown, 10 MB compressed.
"""

from __future__ import annotations

import json
from typing import Any

from openness import __version__
from openness.model import NotRead
from openness.output.common import (
    NO_FILE,
    Rule,
    identified,
    message,
    number,
    rule,
    safe,
    weightiest,
)
from openness.usage import Problem, Scan

MAX_RESULTS = 25_000
MAX_NOT_READ = 1_000
CATEGORY = "openness-scan"

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_RANKS = {"error": "error", "warning": "warning", "note": "recommendation"}
"""GitHub's words for `problem.severity`."""


def render(scan: Scan, *, category: str = CATEGORY) -> str:
    """The scan as one SARIF run, ending with a newline; the severest results where there are more than GitHub takes.

    `category` tells analyses of one commit apart: give each folder of a repository its own.
    """
    kept = identified(weightiest(scan.problems))[:MAX_RESULTS]
    names = list(dict.fromkeys(problem.rule for _, problem in kept))
    indexes = {name: index for index, name in enumerate(names)}
    driver = {"name": "openness", "version": __version__, "rules": [_rule(rule(name)) for name in names]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{safe(category)}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that paths start from."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(scan)}],
        "results": [_result(problem, indexes[problem.rule], fingerprint) for fingerprint, problem in kept],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _rule(known: Rule) -> dict[str, Any]:
    told = known.help or known.title
    found: dict[str, Any] = {
        "id": known.id,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.title},
        "help": {"text": told, "markdown": told},
        "defaultConfiguration": {"level": known.severity},
        "properties": {"tags": list(known.tags), "problem.severity": _RANKS[known.severity]},
    }
    if known.source:
        found["helpUri"] = known.source
    return found


def _result(problem: Problem, index: int, fingerprint: str) -> dict[str, Any]:
    return {
        "ruleId": safe(problem.rule),
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": _unlinked(message(problem))},
        "locations": [_location(problem.path, problem.line, problem.quote)],
        "partialFingerprints": {"opennessFingerprint/v1": fingerprint},
    }


def _location(path: str | None, line: int | None, quote: str = "") -> dict[str, Any]:
    """A place in the tree. GitHub wants a file and a line: the first where a file is meant as a whole."""
    region: dict[str, Any] = {"startLine": line or 1}
    if quote:
        region["snippet"] = {"text": safe(quote)}
    outside = path is None or path.startswith("/")
    where = {"uri": _uri(NO_FILE if outside else str(path)), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": where, "region": region}}


def _uri(path: str) -> str:
    """A relative reference; a byte of a file name that is no UTF-8 becomes `?`."""
    from urllib.parse import quote

    return quote(path, errors="replace")


def _unlinked(words: str) -> str:
    """The words without what a viewer shows as a link: `[text](address)`."""
    return words.replace("](", "] (")


def _notifications(scan: Scan) -> list[dict[str, Any]]:
    """What was not read, and how many results were left out."""
    found = [_unread(one) for one in scan.not_read[:MAX_NOT_READ]]
    if len(scan.not_read) > MAX_NOT_READ:
        found.append(_note(f"{number(len(scan.not_read) - MAX_NOT_READ, 'more file')} not read"))
    if len(scan.problems) > MAX_RESULTS:
        found.append(
            _note(f"{number(len(scan.problems) - MAX_RESULTS, 'result')} left out: GitHub takes {MAX_RESULTS:,}")
        )
    return found


def _unread(one: NotRead) -> dict[str, Any]:
    return _note(f"not read: {safe(one.reason)}") | {"locations": [_location(one.path, None)]}


def _note(words: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": _unlinked(words)}}
