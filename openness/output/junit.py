"""Output format of a scan: JUnit XML, a test case for each model and for each problem that belongs to none.

Source: `junit-10.xsd` of the Jenkins xUnit plugin, which is what most readers of JUnit XML understand.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from openness.output.common import by_model, known, message, named, place, safe, weightiest, why
from openness.usage import Problem, Scan, ScannedModel


def render(scan: Scan) -> str:
    """The scan as XML text. A model fails where a problem of it is an error, and is an error where it is undetermined.

    A model that is not allowed and has no problem that fails is skipped: excepted, passed by the policy, or known.
    """
    models, others = by_model(scan)
    suites = [_suite("models", [_model(one, problems) for one, problems in models])]
    if others:
        suites.append(_suite("policy and files", [_other(one) for one in others]))
    top = Xml.Element("testsuites", _sums([case for suite in suites for case in suite]), name="openness scan")
    top.extend(suites)
    Xml.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(top, encoding="unicode")}\n'


def _suite(name: str, cases: Sequence[Xml.Element]) -> Xml.Element:
    skipped = str(sum(case.find("skipped") is not None for case in cases))
    suite = Xml.Element("testsuite", _sums(cases), name=name, skipped=skipped)
    suite.extend(cases)
    return suite


def _sums(cases: Sequence[Xml.Element]) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
    }


def _model(one: ScannedModel, problems: Sequence[Problem]) -> Xml.Element:
    case = Xml.Element("testcase", classname=f"openness.{safe(one.kind)}", name=named(one.model, one.revision))
    told = "\n".join(_line(problem) for problem in weightiest(problems))
    reasons = why(one, problems)
    because = "; ".join(words for _, words in reasons) or one.decision
    if one.severity == "error":
        outcome = "error" if one.decision == "undetermined" else "failure"
        rules = " ".join(name for name, _ in reasons) or one.decision
        Xml.SubElement(case, outcome, type=rules, message=because).text = told
    elif one.decision != "allowed":
        Xml.SubElement(case, "skipped", type=one.decision, message=because)
    used = "\n".join(f"{place(use.path, use.line)} {safe(use.via)}" for use in one.uses)
    about = "; ".join(filter(None, known(one)))
    warnings = f"\n{told}" if told and one.severity != "error" else ""
    Xml.SubElement(case, "system-out").text = f"{about}\n{used}{warnings}"
    return case


def _other(problem: Problem) -> Xml.Element:
    where = place(problem.path, problem.line)
    case = Xml.Element("testcase", classname="openness.scan", name=f"{safe(problem.rule)} {where}".strip())
    if problem.severity == "error":
        Xml.SubElement(case, "failure", type=safe(problem.rule), message=message(problem)).text = _line(problem)
    else:
        Xml.SubElement(case, "system-out").text = _line(problem)
    return case


def _line(problem: Problem) -> str:
    where = place(problem.path, problem.line)
    return f"{where + ': ' if where else ''}{problem.severity}: {message(problem)} [{safe(problem.rule)}]"
