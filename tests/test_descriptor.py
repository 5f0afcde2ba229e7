"""Descriptors: strict reading, evidence, exceptions, joining."""

from __future__ import annotations

import re

import pytest

from openness.errors import SourceError
from openness.model import UNKNOWN, Basis, Component, Evidence, Fact, LicenseClaim, Release
from openness.sources import descriptor, join, text

GOOD = """\
descriptor: openness-descriptor-1
release: example/finch
covers: [example/finch-1b]
sources:
  card: {url: "https://example.org/card", accessed: 2026-01-02, read: full}
components:
  model-parameters:
    available: true
    license: MIT
    source: card
    note: on the Hub
  training-code: {available: unknown, source: card}
  data-information:
    available: true
    parts: {description: false}
    source: card
"""


def load(content: str) -> descriptor.Descriptor:
    return descriptor.load(text.decode(content.encode(), "finch.yaml"))


def test_evidence_is_the_descriptors_own_line_with_its_origin() -> None:
    release = descriptor.release(load(GOOD), "example/finch", "finch.yaml", "")
    (evidence,) = release.component("model-parameters").available.evidence
    assert (evidence.line, evidence.quote, evidence.basis) == (8, "available: true", Basis.DECLARED)
    assert (evidence.source, evidence.date, evidence.note) == ("https://example.org/card", "2026-01-02", "on the Hub")
    assert release.component("training-code").available.value is None
    assert release.component("data-information").parts["description"].fact.value is False


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("release: example/finch\n", "", 1, "needs 'release'"),
        ("openness-descriptor-1", "openness-descriptor-9", 1, "must be 'openness-descriptor-1'"),
        ("model-parameters:", "model-params:", 7, "did you mean 'model-parameters'?"),
        ("license: MIT", "licence: MIT", 9, "did you mean 'license'?"),
        ("available: true\n    license", "available: yes\n    license", 8, "must be true, false or unknown"),
        ("    source: card\n    note", "    note", 8, "every fact has a source"),
        ("source: card\n    note", "source: crd\n    note", 10, "no source 'crd' in 'sources'; did you mean 'card'?"),
        ("read: full", "read: half", 5, "cannot be 'half'"),
        ("accessed: 2026-01-02", "accessed: yesterday", 5, "is no date"),
        ("{description: false}", "{descripton: false}", 15, "did you mean 'description'?"),
        ("  training-code: {available: unknown, source: card}", "  datasets: {parts: {description: true}, source: card}", 12, "has no parts"),
        ("    license: MIT\n", "    license: [MIT]\n", 9, "must be text"),
        ("    license: MIT\n", "    license: MIT\n    license: MIT\n", 10, "appears twice"),
        ("components:\n", "exceptions:\n  - {covers: [example/other], components: {}}\ncomponents:\n", 7, "not among the ids"),
        ("components:\n", "bases:\n  - {model: x/y, relation: cousin, source: card}\ncomponents:\n", 7, "cannot be 'cousin'"),
        ("components:\n", "statements:\n  - {by: A, definition: d, verdict: yes, text: t, source: card}\ncomponents:\n", 7, "cannot be 'yes'"),
        ("sources:\n  card: {url: \"https://example.org/card\", accessed: 2026-01-02, read: full}\n", "", 1, "needs 'sources'"),
    ],
)  # fmt: skip
def test_a_broken_descriptor_is_refused_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(SourceError, match=re.escape(words)) as problem:
        load(GOOD.replace(old, new, 1))
    assert (problem.value.path, problem.value.line) == ("finch.yaml", line)


def test_an_exception_changes_only_what_it_names() -> None:
    found = load(
        GOOD
        + "exceptions:\n  - covers: [example/finch-1b]\n    components:\n"
        + "      model-parameters: {license: CC-BY-NC-4.0, source: card}\n"
    )
    family = descriptor.release(found, "example/finch", "x", "")
    member = descriptor.release(found, "example/finch-1b", "x", "")
    assert [claim.declared for claim in family.component("model-parameters").claims] == ["MIT"]
    assert [finding.id for finding in family.findings] == ["family-exceptions"]
    assert [claim.declared for claim in member.component("model-parameters").claims] == ["CC-BY-NC-4.0"]
    assert member.component("model-parameters").available.value is True
    assert member.findings == ()


def fact(value: bool, path: str) -> Fact:
    return Fact(value, (Evidence(path, Basis.DECLARED),))


def test_joining() -> None:
    tag = LicenseClaim("mit", (Evidence("a", Basis.DECLARED),))
    header = LicenseClaim("apache-2.0", (Evidence("b", Basis.DECLARED),), by="header")
    one = Component("model-parameters", fact(True, "a"), complete=fact(True, "a"), access="open", claims=(tag,))
    two = Component("model-parameters", fact(True, "b"), complete=fact(False, "b"), access="gated", claims=(header,))
    alone = Component("datasets", fact(False, "b"))
    releases = [
        Release("a", "a", {"model-parameters": one}),
        Release("b", "b", {"model-parameters": two, "datasets": alone}),
    ]
    joined = join.join(releases, "name", "a + b")
    weights = joined.component("model-parameters")
    assert [one.path for one in weights.available.evidence] == ["a", "b"]
    assert (weights.available.value, weights.complete.value, weights.access) == (True, None, "gated")
    assert weights.claims == (header, tag)
    assert joined.component("datasets") == alone
    assert [finding.id for finding in joined.findings] == ["fact-conflict"]


def test_a_fact_needs_evidence() -> None:
    for evidence in ((), (Evidence("a", Basis.INFERRED),)):
        with pytest.raises(ValueError, match="evidence"):
            Fact(True, evidence)
    assert Fact() == UNKNOWN
