"""Every folder below `cases/` is an input and what must come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from openness.assess import assess

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expected: dict[str, Any] = yaml.safe_load((case / "case.yaml").read_text(encoding="utf-8"))
    found = assess(str(case / "input" / expected["input"]))
    license_ = found.release.component("model-parameters").license
    kinds = {one.rule: one.kind.value for verdict in (found.headline, *found.verdicts) for one in verdict.results}
    assert (found.headline.at_least, found.headline.at_most) == (expected["at_least"], expected["at_most"])
    assert (license_.expression.text, license_.status) == (expected["license"], expected["status"])
    assert sorted({one.id for one in found.release.findings}) == sorted(expected["findings"])
    assert {rule: kinds[rule] for rule in expected.get("results", {})} == expected.get("results", {})
    assert expected["why"]
