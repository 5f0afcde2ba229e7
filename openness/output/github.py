"""Output format of a scan: workflow commands, which GitHub Actions shows as annotations beside the code.

Source: GitHub's documentation of workflow commands. A step shows ten annotations of each severity.
"""

from __future__ import annotations

from openness.output.common import message, safe, weightiest
from openness.usage import Problem, Scan

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(scan: Scan) -> str:
    """A line for each problem; empty where there is none."""
    return "".join(f"{_annotation(one)}\n" for one in weightiest(scan.problems))


def _annotation(problem: Problem) -> str:
    where = {} if problem.path is None else {"file": problem.path}
    if where and problem.line is not None:
        where["line"] = str(problem.line)
    properties = where | {"title": f"openness: {problem.rule}"}
    shown = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[problem.severity]} {shown}::{_data(message(problem))}"


def _data(words: str) -> str:
    """The text of a command; line ends are gone already, they are escaped all the same."""
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    """The value of a property of a command."""
    return _data(safe(words)).replace(":", "%3A").replace(",", "%2C")
