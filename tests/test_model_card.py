"""Model cards beyond what the cases show: lines and quotes, refusals, hints."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.errors import SourceError
from openness.model import Basis, Release
from openness.sources import model_card, text


def card(content: str | bytes, *names: str) -> Release:
    data = content.encode() if isinstance(content, str) else content
    return model_card.read(text.decode(data, "README.md"), names)


def test_evidence_stands_where_it_says() -> None:
    content = "---\nlanguage: en\nlicense:\n  - mit\n  - apache-2.0\nlibrary_name: diffusers\n---\n\n# Finch\n"
    release = card(content)
    lines = content.split("\n")
    found = release.component("model-parameters").evidence
    assert [one.line for one in found] == [6, 4, 5]
    assert all(one.line and one.quote == lines[one.line - 1].strip() for one in found)


def test_a_long_line_is_quoted_around_the_place() -> None:
    content = "# Finch\n" + "x " * 5000 + "[training code](https://example.org) " + "y " * 5000
    hint = card(content).component("training-code").available.evidence[0]
    assert (hint.line, hint.basis) == (2, Basis.INFERRED)
    assert len(hint.quote) <= 160
    assert "training code" in hint.quote
    assert hint.quote in content


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("---\nlicense: mit\nlicense: apache-2.0\n---\n", 3, "'license' appears twice (line 2); remove one"),
        ("---\nlicense: mit\nbad: [\nlicense: apache-2.0\n---\n", 4, "appears twice"),
        ("---\na: " + "[" * 100_000 + "\n---\n", 2, "nested deeper"),
        ("---\na: !!python/name:os.system\n---\n", 2, "tag"),
        ("---\na: &a [x]\nb: &b [*a]\nc: [*b]\n---\n", 4, "alias"),
        ("---\na: " + "x" * 6_000_000 + "\n---\n", 2, "longer than"),
        ("x" * 11_000_000, 1, "larger than"),
    ],
)
def test_refused_with_the_line(content: str, line: int, words: str) -> None:
    with pytest.raises(SourceError, match=f"README.md:{line}:") as problem:
        card(content)
    assert words in problem.value.message


def test_names() -> None:
    snippet = "```\nAutoModel.from_pretrained('example/finch-7b')\n```\n"
    assert card(f"# Finch 7B\n{snippet}").name == "example/finch-7b"
    assert card("# Finch 7B\n").name == "Finch 7B"
    assert card("# Something\n", "example/finch").name == "example/finch"
    assert card(f"# Something\n{snippet}", "example/finch-7B").component("model-parameters").available.value is True
    commented = "```\n# AutoModel.from_pretrained('example/finch-7b')\n```\n"
    assert card(f"# Finch 7B\n{commented}").component("model-parameters").available.value is None


def test_a_name_without_organisation_counts_in_quotes_only() -> None:
    for code, expected in (
        ("finch.load_model('large')", None),
        ("load_model('finch')", True),
        ("load_model(finch)", None),
    ):
        assert card(f"# Finch\n```\n{code}\n```\n").component("model-parameters").available.value is expected


def test_gating_is_access() -> None:
    assert card("---\nextra_gated_prompt: Agree\n---\n").component("model-parameters").access == "gated"


def test_a_card_never_establishes_training_or_data() -> None:
    content = (
        "---\nlicense: mit\nlibrary_name: transformers\ndatasets: [a/b]\n---\n"
        "The training code is [here](http://x), all training data is [there](http://y); fully open source.\n"
    )
    for name in ("training-code", "data-information", "datasets", "data-preprocessing-code"):
        assert card(content).component(name).available.value is None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_release_or_a_source_error(data: bytes) -> None:
    try:
        card(data)
    except SourceError as problem:
        assert problem.line is not None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("-:[]{}#&*!|>'\"%@`,? \n\tabclicense_nm/0.é\x85\u2028"), max_size=200))
def test_any_front_matter_gives_a_release_or_a_source_error(front: str) -> None:
    try:
        release = card(f"---\n{front}\n---\n# T\n")
    except SourceError as problem:
        assert problem.line is not None
    else:
        assert release.read == ("README.md",)
