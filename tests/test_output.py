"""Renderings: snapshots, and that no format knows less than another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from openness import __version__
from openness.assess import assess
from openness.model import Report
from openness.output import json as json_output
from openness.output import text

CASES = Path(__file__).parent / "cases"
SHOWN = [
    "card-restricted",
    "card-conflict",
    "card-unclosed",
    "card-claims-training",
    "descriptor-open-source",
    "descriptor-service",
]


def report(*targets: str) -> Report:
    return Report(
        tuple(assess(target) for target in targets),
        (("x.md", "x.md: no such file or folder"),),
        (("openness", "0" * 64),),
    )


def shown(found: Report, width: int = 100, **options: bool) -> str:
    return "\n".join(
        "".join(span.text for span in line).rstrip() for line in text.render(found, width=width, **options)
    )


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("case", SHOWN)
def test_text(case: str, snapshot: SnapshotAssertion) -> None:
    (target,) = (path.relative_to(CASES) for path in (CASES / case / "input").iterdir())
    assert shown(report(str(target))) == snapshot


@pytest.mark.usefixtures("inside")
def test_text_narrow_and_ascii(snapshot: SnapshotAssertion) -> None:
    assert shown(report("card-restricted/input/README.md"), width=50, ascii_only=True) == snapshot


@pytest.mark.usefixtures("inside")
def test_json(snapshot: SnapshotAssertion) -> None:
    assert json_output.render(report("card-conflict/input/README.md")).replace(__version__, "VERSION") == snapshot


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("case", SHOWN)
def test_every_rule_and_every_place_occurs_in_every_format(case: str) -> None:
    (target,) = (path.relative_to(CASES) for path in (CASES / case / "input").iterdir())
    found = report(str(target))
    explained = "".join(shown(found, width=120, explain=True).split())
    document = json_output.render(found)
    for assessment in found.assessments:
        for verdict in (assessment.headline, *assessment.verdicts):
            for result in verdict.results:
                assert result.rule in explained
                assert f'"{result.rule}"' in document
        for component in assessment.release.components.values():
            for evidence in component.evidence:
                assert evidence.path in explained
                assert json.dumps(evidence.path) in document
        for finding in assessment.release.findings:
            assert "".join(finding.message.split()) in explained
            assert json.dumps(finding.message, ensure_ascii=False) in document


def test_wide_characters_keep_the_columns() -> None:
    from openness.output.text import _pad, cells, short

    assert cells("模型") == 4
    assert _pad("模型", 6) == "模型  "
    assert cells("e\u0301") == 1
    assert short("abcdef", 4) == "abc…"
