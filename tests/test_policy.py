"""The policy file: each key decides something, each mistake has its line, an answer lapses with the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openness import definitions, policy
from openness.assess import assess
from openness.errors import PolicyError

CARD = """\
---
license: other
license_name: modified-mit
license_link: https://github.com/MoonshotAI/Kimi-K2/blob/main/LICENSE
library_name: transformers
---
"""
ANSWER = """\
[[reviews]]
model = "example/finch"
rule = "osaid-1.0/parameters-terms"
answer = {answer}
reason = "we are small"
by = "a.person@example.org"
date = 2026-01-02
sha256 = "{sha256}"
"""


def digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("answer", "level"), [("true", "open-weight"), ("false", "weights-available")])
def test_an_answer_settles_a_review(tmp_path: Path, answer: str, level: str) -> None:
    card, rules = tmp_path / "README.md", tmp_path / "openness.toml"
    card.write_text(CARD)
    assert assess(str(card), name="example/finch").headline.at_least == "weights-available"
    rules.write_text(ANSWER.format(answer=answer, sha256=digest(card)))
    found = assess(str(card), name="example/finch", rules=policy.load(rules))
    assert found.headline.at_least == level
    assert found.headline.at_most == ("open-source-open-data" if answer == "true" else level)
    assert [one.evidence.line for one in found.release.reviews] == [4]
    card.write_text(CARD + "\n")
    changed = assess(str(card), name="example/finch", rules=policy.load(rules))
    assert changed.headline.at_least == "weights-available"
    assert [one.id for one in changed.release.findings] == ["review-lapsed"]
    assert assess(str(card), name="example/wren", rules=policy.load(rules)).release.reviews == ()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("require = 'open-weight'\nrequired = 1\n", 2, "no key 'required'; did you mean 'require'?"),
        ("require = 1\n", 1, "must be the name of a level"),
        ("\nundetermined = 'perhaps'\n", 2, '"fail" or "pass"'),
        ("definitions = 'x'\n", 1, "list of ids"),
        ("a = [\n", 2, "not valid TOML"),
        (ANSWER.format(answer="1", sha256="a" * 64), 4, "needs 'answer', true or false"),
        (ANSWER.format(answer="true", sha256="abc"), 8, "64 hex digits"),
        (ANSWER.format(answer="true", sha256="a" * 64).replace("by =", "bye ="), 6, "did you mean 'by'?"),
        (ANSWER.format(answer="true", sha256="a" * 64).replace('by = "a.person@example.org"\n', ""), 1, "needs 'by'"),
        ("reviews = 1\n", 1, "[[reviews]]"),
    ],
)
def test_mistakes(tmp_path: Path, content: str, line: int, words: str) -> None:
    path = tmp_path / "openness.toml"
    path.write_text(content)
    with pytest.raises(PolicyError, match=re.escape(words)) as problem:
        policy.load(path)
    assert (problem.value.path, problem.value.line) == (str(path), line)


def test_only_rules_that_ask_a_person_can_be_answered(tmp_path: Path) -> None:
    path = tmp_path / "openness.toml"
    path.write_text(ANSWER.format(answer="true", sha256="a" * 64).replace("parameters-terms", "parameter-terms"))
    with pytest.raises(PolicyError, match=r"openness\.toml:3: no rule .* did you mean 'osaid-1\.0/parameters-terms'"):
        policy.load(path, definitions.subjects())


def test_in_pyproject(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n[tool.openness]\nrequire = "open-weight"\nundetermined = "pass"\n')
    assert policy.load(path) == policy.Policy(require="open-weight", undetermined_passes=True)


def test_not_there(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        policy.load(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"a = '\xff'\n")
    with pytest.raises(PolicyError, match="not UTF-8"):
        policy.load(tmp_path / "latin.toml")
