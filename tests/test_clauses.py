"""Terms in unknown texts: the examples of `rules/clauses.yaml`, and what may not change what is found."""

from __future__ import annotations

import re
import runpy
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness import yamlio, yamlparser
from openness.errors import CatalogError
from openness.licensing import catalog, clauses, conclude, reading
from openness.model import Basis, Component, Evidence, LicenseClaim, Release, Severity

RULES = yamlio.read(yamlio.RULES / "clauses.yaml", error=CatalogError)
EXAMPLES = [
    (entry["term"], kind, example)
    for entry in RULES["terms"]
    for kind in ("found", "not-found")
    for example in entry["examples"][kind]
]
LICENSE = """Example Model Licence

1. Grant. We grant you a non-exclusive, revocable licence to use the Model, for research purposes only.

2. Limits. You agree not to use the Model:

(a) in any way that breaks a law;

(b) to harass or defame others;

(c) for military ends.

3. Large users. Should your services count above 50 million monthly active users, you need to obtain another licence.

4. Notices. You must keep all copyright notices. This agreement is governed by the laws of Ireland.
"""


def names(content: str) -> set[str]:
    return {one.term for one in clauses.terms(content)}


@pytest.mark.parametrize(("term", "kind", "example"), EXAMPLES)
def test_examples(term: str, kind: str, example: str) -> None:
    assert (term in names(example)) == (kind == "found")


def test_every_term_has_a_rule_and_every_rule_its_examples() -> None:
    assert {entry["term"] for entry in RULES["terms"]} == set(catalog.terms())
    for entry in RULES["terms"]:
        assert min(len(entry["examples"]["found"]), len(entry["examples"]["not-found"])) >= 2, entry["term"]


def test_no_pattern_repeats_without_end() -> None:
    rules, never = clauses.parse(RULES, "clauses.yaml")
    patterns = [*never, *(one for rule in rules for one in (*rule.find, *rule.unless, *rule.values))]
    for part in {part for pattern in patterns for part in pattern.parts}:
        re.compile(part)
        assert not re.search(r"[*+]|\{\d*,\}", re.sub(r"\[[^\]]*\]|\\.", "x", part)), part


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("term: mau-threshold", "term: mau-treshold", "no term 'mau-treshold'"),
        ("    keys: [users", "    kyes: [users", "no key 'kyes'"),
        ("{number} .. {users}'", "{numbers} .. {users}'", "no words are called 'numbers'"),
        ("{number} .. {users}'", "{number}+ .. {users}'", "no pattern"),
        ("far: 260", "far: much", "must be a number"),
    ],
)
def test_a_broken_rule_is_named_with_its_line(old: str, new: str, said: str) -> None:
    text = (yamlio.RULES / "clauses.yaml").read_text(encoding="utf-8")
    broken = text.replace(old, new, 1)
    assert broken != text
    line = next(number for number, one in enumerate(broken.split("\n"), 1) if new.strip() in one)
    with pytest.raises(CatalogError, match=re.escape(said)) as caught:
        clauses.parse(yamlparser.build(broken, "x.yaml", 1, CatalogError, CatalogError), "x.yaml")
    assert (caught.value.path, caught.value.line) == ("x.yaml", line)


EXPECTED = names(LICENSE)


def test_a_licence() -> None:
    found = {one.term: one for one in clauses.terms(LICENSE)}
    blocking = {name for name, one in found.items() if one.severity is Severity.BLOCKING}
    assert blocking == {"revocable-at-will", "research-only", "field-of-use", "mau-threshold"}
    assert found["mau-threshold"].lines == (13, 13)
    assert found["mau-threshold"].value == "50 million monthly active users"
    assert found["field-of-use"].lines == (9, 11)
    assert found["research-only"].quote.endswith("for research purposes only.")


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(40, 160),
    case=st.sampled_from([str, str.upper, str.lower, str.title]),
    comment=st.sampled_from(["", "# ", "// ", " * ", "> "]),
    marked=st.booleans(),
)
def test_shape_does_not_matter(width: int, case: Any, comment: str, marked: bool) -> None:
    text = re.sub(r"\b(You|purposes|users)\b", r"**\1**", LICENSE) if marked else LICENSE
    wrapped = "\n\n".join(textwrap.fill(" ".join(one.split()), width) for one in text.split("\n\n"))
    content = "\n".join(comment + line for line in case(wrapped).split("\n"))
    assert names(content) == EXPECTED
    assert_quotes_stand_in(content)


SENTENCES = [example for _, _, example in EXAMPLES]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=12), st.sampled_from(["\n", "\n\n", " ", "\n- "]))
def test_quotes_stand_in_the_file_at_their_lines(sentences: list[str], between: str) -> None:
    assert_quotes_stand_in(between.join(sentences))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("aA .;:\n\0()-*#&<>\"'“。ſİ1"), max_size=200))
def test_any_text_has_an_answer(content: str) -> None:
    assert_quotes_stand_in(content + " You may not use it for any commercial purpose.")


def assert_quotes_stand_in(content: str) -> None:
    lines = content.split("\n")
    for one in clauses.terms(content):
        first, last = one.lines
        assert 1 <= first <= last <= len(lines)
        assert one.quote
        assert len(one.quote) <= clauses.MAX_QUOTE
        assert one.quote in " ".join("\n".join(lines[first - 1 : last]).split())


@pytest.mark.parametrize(
    "content",
    [
        "not " * 1_250_000,
        "you may not use commercial outputs to train any other model " * 80_000,
        "\0" * 5_000_000,
        "x" * 5_000_000,
        "a: " * 1_700_000,
        "You may not:\n" + "- a\n" * 1_200_000,
        '"' * 5_000_000,
        LICENSE * 5_000,
    ],
    ids=["not", "bait", "nul", "one word", "introductions", "entries", "quotation marks", "copies"],
)
def test_hostile_texts_end(content: str) -> None:
    """How long they take: `benchmarks/hostile.py`."""
    found = clauses.terms("You may not use it for any commercial purpose.\n\n" + content)
    assert "non-commercial" in [one.term for one in found]


def test_an_altered_text_tells_the_terms_of_its_altered_passages() -> None:
    text = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
    (plain,) = reading.read(text)
    assert clauses.beyond(plain, text) == ()
    paragraphs = text.split("\n\n")
    clause = "You may not use the Work for any commercial purpose."
    changed = "\n\n".join([*paragraphs[:20], clause, *paragraphs[20:]])
    (altered,) = reading.read(changed)
    found = clauses.beyond(altered, changed)
    assert [(one.term, one.quote) for one in found if one.severity is Severity.BLOCKING] == [("non-commercial", clause)]


def test_a_blocking_term_in_an_unknown_text_keeps_any_licence_from_being_concluded() -> None:
    def concluded(content: str) -> tuple[str, list[str]]:
        where = (Evidence("LICENSE", Basis.OBSERVED, "", 1, 1),)
        claims = (LicenseClaim(None, where, by="text", text=content), LicenseClaim("mit", where))
        release = conclude.conclude(
            Release("x", "x", {"model-parameters": Component("model-parameters", claims=claims)})
        )
        return release.component("model-parameters").license.status, [one.message for one in release.findings]

    status, messages = concluded(LICENSE)
    assert status == "unidentified"
    told = [one for one in messages if "terms recognised" in one]
    assert len(told) == 1
    assert "mau-threshold (line 13: 50 million monthly active users)" in told[0]
    assert concluded("Released under the MIT License.")[0] == "concluded"


@pytest.mark.slow
def test_terms_of_the_corpus(corpus: Path) -> None:
    """The figures are in docs/identify.md; `benchmarks/clauses.py` prints them."""
    measure = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "clauses.py"))
    hits = misses = alarms = 0
    for text in measure["known_texts"](corpus, 1):
        found = {one.term for one in clauses.terms(text.content) if one.severity is Severity.BLOCKING}
        known = {term for term in text.terms if catalog.terms()[term].severity is Severity.BLOCKING}
        hits, misses, alarms = hits + len(found & known), misses + len(known - found), alarms + len(found - known)
    assert hits / (hits + misses) > 0.93
    assert hits / (hits + alarms) > 0.93
