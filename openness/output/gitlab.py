"""Output format of a scan: a code quality report, which GitLab shows in merge requests.

Source: GitLab's documentation of the code quality report format.
"""

from __future__ import annotations

import json
from typing import Any

from openness.output.common import NO_FILE, identified, message, safe
from openness.usage import Problem, Scan

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(scan: Scan) -> str:
    """The problems as JSON text; an empty list where there is none, which GitLab needs to see what was mended."""
    found = [_issue(problem, fingerprint) for fingerprint, problem in identified(scan.problems)]
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _issue(problem: Problem, fingerprint: str) -> dict[str, Any]:
    """One problem. GitLab wants a file and a line of each: the first where a file is meant as a whole."""
    return {
        "description": message(problem),
        "check_name": safe(problem.rule),
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[problem.severity],
        "location": {
            "path": safe(NO_FILE if problem.path is None else problem.path),
            "lines": {"begin": problem.line or 1},
        },
    }
