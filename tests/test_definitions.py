"""The engine and the packs: every rule's own examples, the logic, and that facts only narrow a verdict."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness import definitions
from openness.definitions.pack import Facts, Rule
from openness.definitions.predicates import ComponentFacts, every, some
from openness.errors import DefinitionError
from openness.licensing import expression
from openness.model import DATA_INFORMATION_PARTS, Kind, Verdict

PACKS = [definitions.load(name) for name in definitions.available()]
RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}


def facts(example: dict[str, Any]) -> Facts:
    """The facts that an example of a rule writes down."""
    components = []
    for name, given_ in example.items():
        if name == "reviews":
            continue
        parts = given_.get("parts", {})
        components.append(
            ComponentFacts(
                name,
                given_.get("available"),
                given_.get("complete"),
                given_.get("used"),
                given_.get("access"),
                tuple(parts.items()),
                (),
                expression.resolve(given_["license"]) if "license" in given_ else None,
            )
        )
    return Facts(tuple(components), tuple(example.get("reviews", {}).items()))


@pytest.mark.parametrize(
    ("rule", "kind"), list(product(RULES.values(), ("pass", "fail", "open"))), ids=lambda x: getattr(x, "id", x)
)
def test_examples(rule: Rule, kind: str) -> None:
    assert rule.judge(facts(rule.examples[kind])).value == kind


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.question], ids=lambda rule: rule.id)
def test_what_a_person_must_judge_can_be_answered(rule: Rule) -> None:
    unanswered = [kind for kind in rule.examples.values() if rule.judge(facts({**kind, "reviews": {}})) is Kind.REVIEW]
    undecided = unanswered or [UNDECIDED[rule.id]]
    for answer, expected in ((True, Kind.PASS), (False, Kind.FAIL)):
        assert rule.judge(facts({**undecided[0], "reviews": {rule.id: answer}})) is expected
        assert rule.judge(facts({**undecided[0], "reviews": {rule.id.split("/")[0]: answer}})) is expected
    both = facts(undecided[0])
    assert rule.judge(both._replace(reviews=((rule.id, True), (rule.id, False)))) is Kind.REVIEW


UNDECIDED: dict[str, dict[str, Any]] = {
    "osaid-1.0/parameters-terms": {"model-parameters": {"license": "LicenseRef-kimi-k2-modified-mit"}},
    "osaid-1.0/data-terms": {"data-information": {"available": True, "license": "CC-BY-NC-4.0"}},
    "osaid-1.0/data-sufficient": {"datasets": {"available": False}, "data-information": {"available": True}} | {},
    "g7-2026/weights-license": {"model-parameters": {"license": "LicenseRef-kimi-k2-modified-mit"}},
    "g7-2026/data-or-information": {
        "datasets": {"available": False},
        "data-information": {"available": True, "parts": {"description": True}},
    },
    "osd-1.9/no-further-license": {"model-parameters": {"license": "LicenseRef-llama-2"}},
}


def test_kleene_logic() -> None:
    passed, failed, opened, review, skipped = Kind.PASS, Kind.FAIL, Kind.OPEN, Kind.REVIEW, Kind.NOT_APPLICABLE
    assert every([passed, opened, failed]) is failed
    assert every([passed, opened, review]) is opened
    assert every([passed, review, skipped]) is review
    assert every([passed, skipped]) is passed
    assert every([skipped]) is skipped
    assert some([failed, opened, passed]) is passed
    assert some([failed, review, opened]) is opened
    assert some([failed, skipped]) is failed
    assert some([skipped]) is skipped


LICENSES = [
    None,
    "Apache-2.0",
    "CC-BY-NC-4.0",
    "LicenseRef-kimi-k2-modified-mit",
    "LicenseRef-nobody-knows",
    "MIT OR CC-BY-NC-4.0",
]
NAMES = sorted({name for rule in RULES.values() for name, _ in rule.reads})
TRUTH = st.sampled_from([None, True, False])


@st.composite
def component(draw: st.DrawFn, name: str) -> ComponentFacts:
    written = draw(st.sampled_from(LICENSES))
    parts = tuple((part, draw(TRUTH)) for part in DATA_INFORMATION_PARTS) if name == "data-information" else ()
    access = draw(st.sampled_from([None, "open", "gated", "paid"]))
    license_ = expression.resolve(written) if written else None
    return ComponentFacts(
        name, draw(TRUTH), draw(TRUTH), draw(st.sampled_from([None, True])), access, parts, (), license_
    )


@st.composite
def more_and_fewer(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """Facts, and the same with some of them unknown."""
    more, fewer = [], []
    for name in NAMES:
        known = draw(component(name))
        hidden = draw(st.sets(st.sampled_from(["available", "complete", "used", "access", "license", "parts"])))
        blank: dict[str, Any] = dict.fromkeys(hidden - {"parts"})
        if "parts" in hidden:
            blank["parts"] = ()
        more.append(known)
        fewer.append(known._replace(**blank))
    answers = draw(
        st.lists(
            st.tuples(st.sampled_from([rule.id for rule in RULES.values() if rule.question]), st.booleans()),
            unique_by=lambda x: x[0],
        )
    )
    return Facts(tuple(more), tuple(answers)), Facts(tuple(fewer), tuple(draw(st.sampled_from([answers, []]))))


def interval(verdict: Verdict) -> tuple[int, int]:
    return verdict.levels.index(verdict.at_least), verdict.levels.index(verdict.at_most)


@settings(max_examples=500, deadline=None)
@given(more_and_fewer())
def test_more_facts_only_narrow(pair: tuple[Facts, Facts]) -> None:
    for pack in PACKS:
        (low, high), (wide_low, wide_high) = (interval(definitions.evaluate(pack, one)) for one in pair)
        assert wide_low <= low <= high <= wide_high
        known, unknown = ({one.rule: one.kind for one in definitions.evaluate(pack, f).results} for f in pair)
        for rule, kind in unknown.items():
            if kind in (Kind.PASS, Kind.FAIL) and known[rule] is not Kind.NOT_APPLICABLE:
                assert known[rule] is kind


GOOD = """\
definition: mine
title: T
publisher: P
source: https://example.org
accessed: 2026-01-01
levels:
  - level: none
  - level: some
    needs: [one]
rules:
  - rule: one
    title: T
    section: S
    requires:
      any:
        - model-parameters: available
        - model-parameters: {license-is: [MIT]}
    when-fail: F
    when-open: O
    examples: {pass: {}, fail: {}, open: {}}
"""


def test_a_pack_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD, encoding="utf-8")
    pack = definitions.load(str(path))
    assert [level.level for level in pack.levels] == ["none", "some"]
    assert definitions.evaluate(pack, facts({"model-parameters": {"available": True}})).text == "some"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("definition: mine", "definition: other", 1, "called as its file is"),
        ("title: T\npub", "titel: T\npub", 2, "no key 'titel'; did you mean 'title'?"),
        ("needs: [one]", "needs: [won]", 9, "no rule 'won'"),
        ("needs: [one]", "needs: [osaid-1.0/nothing]", 9, "no level 'nothing'"),
        ("needs: [one]", "needs: [osd-1.9/persons]", 11, "no level needs the rule 'one'"),
        ("model-parameters: available", "model-parameter: available", 16, "did you mean 'model-parameters'?"),
        ("model-parameters: available", "model-parameters: availible", 16, "did you mean 'available'?"),
        ("{license-is: [MIT]}", "{license-is: MIT}", 17, "'license-is' takes a list"),
        ("{license-is: [MIT]}", "{license-is: []}", 17, "'license-is' takes a list"),
        ("{license-is: [MIT]}", "{available: [MIT]}", 17, "'available' takes no argument"),
        (
            "      any:\n        - model-parameters: available\n        - model-parameters: {license-is: [MIT]}\n",
            "      any: []\n",
            15,
            "'any' needs a list",
        ),
        ("    when-fail: F\n", "", 11, "'when-fail'"),
        ("{pass: {}, fail: {}, open: {}}", "{pass: {}, fail: {}}", 20, "examples"),
        ("  - level: none\n", "", 6, "two levels or more"),
        ("rules:\n", "rules:\n  - rule: one\n    rule: one\n", 12, "appears twice"),
    ],
)
def test_a_broken_pack_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError, match=re.escape(words)) as problem:
        definitions.load(str(path))
    assert (problem.value.path, problem.value.line) == (str(path), line)


def test_an_unknown_definition() -> None:
    with pytest.raises(DefinitionError, match=r"did you mean 'osaid-1\.0'"):
        definitions.load("osaid-1")
