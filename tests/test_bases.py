"""Which models a release says it was made from: front matter, configuration files, prose, and what is none of these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness import yamlio
from openness.errors import CatalogError, SourceError
from openness.model import Base, Basis
from openness.sources import base_phrases, bases, model_card, registry, target, text

RULES = yamlio.read(yamlio.RULES / "base-models.yaml", error=CatalogError)
FOUND = [
    (rule.get("relation"), rule.get("inferred", False), one)
    for rule in RULES["rules"]
    for one in rule["examples"]["found"]
]
NOT_FOUND = [one for rule in RULES["rules"] for one in rule["examples"]["not-found"]]


def of(content: str, *names: str) -> tuple[Base, ...]:
    return model_card.read(text.decode(content.encode(), "README.md"), names or ("acme/parrot",)).bases


def said(content: str, *names: str) -> list[tuple[str, str | None]]:
    return [(one.model, one.relation) for one in of(content, *names)]


def front(lines: str, *names: str) -> list[tuple[str, str | None]]:
    return said(f"---\n{lines}\n---\n# Parrot\n", *names)


# -- front matter ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("base_model: acme/owl-7b", [("acme/owl-7b", None)]),
        ("base_model: [acme/owl-7b]", [("acme/owl-7b", None)]),
        ("base_model:\n- acme/owl-7b\n- acme/lark-7b", [("acme/owl-7b", "merge"), ("acme/lark-7b", "merge")]),
        ("base_model: acme/owl-7b\nbase_model_relation: quantized", [("acme/owl-7b", "quantized")]),
        ("base_model: acme/owl-7b\nbase_model_relation: nonsense", [("acme/owl-7b", None)]),
        ("base_model: acme/owl-7b\nlibrary_name: peft", [("acme/owl-7b", "adapter")]),
        ("base_model: acme/owl-7b\ntags: [gguf]", [("acme/owl-7b", "quantized")]),
        ("base_model: acme/owl-7b\ntags: [gguf, merge]", [("acme/owl-7b", None)]),
        ("base_model: acme/owl-7b\ntags: mergekit", [("acme/owl-7b", "merge")]),
        ("merged_models: [acme/owl-7b]", [("acme/owl-7b", "merge")]),
        ("base_model: acme_owl-7b", [("acme_owl-7b", None)]),
        ("base_model: acme/parrot", []),
        ("base_model: ''", []),
        ("base_model: []", []),
        ("base_model:", []),
        ("base_model: '{base_model}'", []),
        ("base_model: '[More Information Needed]'", []),
        ("base_model: {a: b}", []),
        ("base_model: 7", []),
        ("base_model: [1, null, acme/owl-7b]", [("acme/owl-7b", None)]),
        ("base_model: [broken\nlicense: mit", [("[broken", None)][:0]),
    ],
)
def test_front_matter(lines: str, expected: list[tuple[str, str | None]]) -> None:
    assert front(lines) == expected


@pytest.mark.parametrize("path", ["/home/jo/llama", "./model", "../out/checkpoint-5", "C:\\models\\owl", "a/b/c"])
def test_a_path_is_kept_and_marked(path: str) -> None:
    (base,) = of(f"---\nbase_model: {path}\n---\n")
    assert base.model == path
    assert base.evidence[0].note is not None


def test_front_matter_has_the_line_of_each_entry() -> None:
    first, second = of("---\nlicense: mit\nbase_model:\n- acme/owl-7b\n- acme/lark-7b\n---\n")
    assert [first.evidence[0].line, second.evidence[0].line] == [4, 5]


# -- prose -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("relation", "inferred", "sentence"), FOUND, ids=[one for _, _, one in FOUND])
def test_example_found(relation: str | None, inferred: bool, sentence: str) -> None:
    found = of(f"# Parrot\n\n{sentence}\n")
    assert found
    assert {one.relation for one in found} == {relation}
    basis = Basis.INFERRED if inferred else Basis.DECLARED
    assert all(one.evidence[0].line == 3 and one.evidence[0].basis is basis for one in found)


@pytest.mark.parametrize("sentence", NOT_FOUND)
def test_example_not_found(sentence: str) -> None:
    assert not of(f"# Parrot\n\n{sentence}\n")


@pytest.mark.parametrize(
    ("sentence", "model"),
    [
        ("It was fine-tuned from Llama 2 13B on letters.", "Llama 2 13B"),
        ("Parrot is built on LLaMA.", "LLaMA"),
        ("Parrot is a fine-tuned version of `acme/owl-7b`.", "acme/owl-7b"),
        ('<p>It is based on <a href="https://huggingface.co/acme/owl">Owl</a>.</p>', "acme/owl"),
        ("It is based on https://huggingface.co/acme/owl/tree/main as it stands.", "acme/owl"),
        ("It is based on Owl ([acme/owl-7b](https://hf.co/acme/owl-7b)).", None),
        ("It is based on Gemma 3 ([acme/owl-7b](https://hf.co/acme/owl-7b)).", "acme/owl-7b"),
        ("It is based on the [Owl](https://arxiv.org/abs/1) of Llama 2 fame.", None),
        ("It is derived from [Llama 2](https://github.com/acme/llama).", None),
        ("- **Finetuned from model [optional]:** Owl-7B", "Owl-7B"),
    ],
)
def test_how_a_model_is_named(sentence: str, model: str | None) -> None:
    assert [one.model for one in of(f"# Parrot\n\n{sentence}\n")] == ([model] if model else [])


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("meta-llama/Llama-2-7b", "Llama-2-Chat models are fine-tuned versions of Llama 2."),
        ("01-ai/Yi-34B", "Yi-34B-Chat is fine-tuned from Yi-34B."),
        ("openai-community/gpt2-xl", "GPT-2 XL is the 1.5B parameter version of GPT-2."),
        ("acme/owl-7b", "We fine-tuned [owl-7b-chat](https://huggingface.co/acme/owl-7b-chat) for talk."),
        ("acme/owl", "Owl-Distill-Gemma-2B is derived from Gemma 3."),
        ("acme/owl", "We give away distilled 7B, 8B and 70B checkpoints based on Qwen2.5 7B."),
        ("acme/owl", "With data generated by Owl, Lark is fine-tuned from Llama 2 13B."),
        ("acme/parrot", "Lark-7B by others is based on Llama 2 13B."),
        ("acme/parrot", "```\nThis model is based on Llama 2 13B.\n```"),
        ("acme/parrot", "<!-- This model is based on Llama 2 13B. -->"),
        ("acme/parrot", "| Base model | Llama 2 13B |\n|---|---|\n| This model is based on Llama 2 13B | 1 |"),
    ],
)
def test_of_another_model_or_of_none(name: str, sentence: str) -> None:
    assert not of(f"# A card\n\n{sentence}\n", name)


def test_a_member_may_be_made_from_another() -> None:
    content = "Yi-34B-Chat is fine-tuned from [Yi-34B](https://huggingface.co/01-ai/Yi-34B)."
    assert said(content, "01-ai/Yi-34B-Chat") == [("01-ai/Yi-34B", "finetune")]


def test_a_member_beside_the_release_does_not_hide_it() -> None:
    content = "Owl-Distill-Lark & Owl are trained based on [base](https://huggingface.co/acme/base-7b)."
    assert said(content, "acme/owl") == [("acme/base-7b", None)]


def test_an_earlier_version_may_be_the_base() -> None:
    content = "Owl-2-1 is fine-tuned from [owl-2](https://huggingface.co/acme/owl-2) for longer."
    assert said(content, "acme/owl-2-1") == [("acme/owl-2", "finetune")]


def test_what_front_matter_and_prose_say_of_one_model_is_one_base() -> None:
    (base,) = of("---\nbase_model: meta-llama/Llama-2-13b-hf\n---\nThis is a fine-tuned version of Llama 2 13B.\n")
    assert (base.model, base.relation) == ("meta-llama/Llama-2-13b-hf", "finetune")
    assert [one.line for one in base.evidence] == [2, 4]


def test_a_list_of_merged_models() -> None:
    content = (
        "### Models Merged\n\nThe following models were included in the merge:\n"
        "* [acme/owl](https://huggingface.co/acme/owl)\n* acme/lark-7b\n\nAnd then [acme/wren-7b](https://hf.co/acme/wren-7b).\n"
    )
    assert said(content) == [("acme/owl", "merge"), ("acme/lark-7b", "merge")]


def test_settings_of_a_merge() -> None:
    content = (
        "```yaml\nslices:\n  - sources:\n      - model: acme/owl-7b\n        layer_range: [0, 8]\n"
        "      - model: /tmp/lark\nmerge_method: slerp\nbase_model: acme/owl-7b\n```\n"
    )
    assert said(content) == [("acme/owl-7b", "merge"), ("/tmp/lark", "merge")]


TABLE = "| Model | Base Model |\n|---|---|\n| {} | Llama 2 13B |\n| Lark-7B | Gemma 3 |\n"


def test_the_row_of_the_release_in_a_table_of_base_models() -> None:
    assert said(TABLE.format("[Owl-7B](https://huggingface.co/acme/Owl-7B)"), "acme/Owl-7B") == [("Llama 2 13B", None)]


def test_a_table_of_other_models() -> None:
    assert not of(TABLE.format("Owl-7B-Chat"), "acme/Owl-7B")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("tags: [llama-2]", [("llama-2", None)]),
        ("tags: [birds, Gemma-2, llama-2]", [("Gemma-2", None), ("llama-2", None)]),
        ("tags: [llama, mistral, gpt2, llama-99]", []),
        ("tags: llama-2", []),
        ("tags: [llama-2]\nbase_model: acme/owl-7b", [("acme/owl-7b", None)]),
    ],
)
def test_a_tag_with_the_number_of_a_family(lines: str, expected: list[tuple[str, str | None]]) -> None:
    found = of(f"---\n{lines}\n---\n# Parrot\n")
    assert [(one.model, one.relation) for one in found] == expected
    assert all(e.basis is Basis.INFERRED for one in found for e in one.evidence if "llama-2" in one.model.lower())


def test_a_tag_of_the_own_family_is_no_base() -> None:
    assert not of("---\ntags: [llama-2]\n---\n", "meta-llama/Llama-2-7b")


def test_other_settings_are_no_merge() -> None:
    assert not of("```yaml\nmodels:\n  - model: acme/owl-7b\nserve: true\n```\n")


@given(st.text(max_size=400) | st.lists(st.sampled_from([*(one for _, _, one in FOUND), *NOT_FOUND, "\n", "- ", "# ", "é", "`", "["]), max_size=12).map(" ".join))  # fmt: skip
def test_any_text_gives_bases_with_quotes_from_their_lines(content: str) -> None:
    decoded = text.decode(content.encode("utf-8", "replace"), "README.md")
    lines = decoded.content.split("\n")
    try:
        found = model_card.read(decoded, ("acme/parrot",)).bases
    except SourceError:
        return
    for base in found:
        assert base.model
        for one in base.evidence:
            assert one.line is not None
            assert one.quote in lines[one.line - 1]


@pytest.mark.parametrize(
    "bait",
    [
        "fine-tuned version of ",
        "This model is based on the the the ",
        "merge of a/b-1 and a/b-2, ",
        "[a](https://huggingface.co/a/b-1) ",
        "<!-- ",
        "```\n",
        "* a/b-1\n",
        "the following models were included in the merge:\n",
        "base-model-1/",
        "Llama 2 ",
        "[[[",
        "<a href=",
        "merge_method: x\n```\n- model: a/b\n```\n",
    ],
)
def test_hostile_prose_ends(bait: str) -> None:
    content = "This is a fine-tuned version of " + bait * (300_000 // len(bait))
    assert len(of(content)) <= bases.MAX_BASES


# -- folders -----------------------------------------------------------------------------------------------


def folder(path: Path, **files: Any) -> tuple[Base, ...]:
    for name, content in files.items():
        (path / f"{name}.json").write_text(
            content if isinstance(content, str) else json.dumps(content), encoding="utf-8"
        )
    return target.read(str(path), "acme/parrot").bases


def test_an_adapter_names_its_base(tmp_path: Path) -> None:
    (base,) = folder(tmp_path, adapter_config={"peft_type": "LORA", "base_model_name_or_path": "acme/owl-7b"})
    assert (base.model, base.relation, base.evidence[0].basis) == ("acme/owl-7b", "adapter", Basis.DECLARED)


def test_what_weights_were_loaded_from_is_inferred(tmp_path: Path) -> None:
    (base,) = folder(tmp_path, config={"model_type": "x", "_name_or_path": "acme/owl-7b"})
    assert (base.model, base.relation, base.evidence[0].basis) == ("acme/owl-7b", None, Basis.INFERRED)


@pytest.mark.parametrize("name", ["acme/parrot", "other/Parrot", "./out", "/data/owl", "owl", "", "a/b/c", 7, None])
def test_a_stale_path_is_no_base(tmp_path: Path, name: object) -> None:
    assert not folder(tmp_path, config={"_name_or_path": name})


@pytest.mark.parametrize("content", ["[1]", "{", "[" * 5000, '"x"', ""])
def test_a_broken_configuration_names_none(tmp_path: Path, content: str) -> None:
    assert not folder(tmp_path, adapter_config=content)


def test_folder_and_card_name_one_base(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nbase_model: acme/owl-7b\n---\n", encoding="utf-8")
    (base,) = folder(tmp_path, adapter_config={"base_model_name_or_path": "acme/owl-7b"})
    assert {Path(one.path).name for one in base.evidence} == {"README.md", "adapter_config.json"}


# -- the registry ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("Llama 2 13B", "meta-llama/Llama-2-13b"),
        ("LLaMA-2-13b-chat", "meta-llama/Llama-2-13b-chat"),
        ("llama2-13b", "meta-llama/Llama-2-13b"),
        ("meta-llama/Llama-2-13b-hf", "meta-llama/Llama-2-13b-hf"),
        ("Llama 2", "meta-llama/Llama-2"),
        ("Llama 3 8B", "meta-llama/Meta-Llama-3-8B"),
        ("CodeLlama 34B", "codellama/CodeLlama-34b-hf"),
        ("mistralai_Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.1"),
        ("Falcon-40B", "tiiuae/falcon-40b"),
        ("Qwen2.5 7B", "Qwen/Qwen2.5-7B"),
        ("Gemma 3", "google/gemma-3"),
        ("gpt2", "openai-community/gpt2"),
        ("01-ai/Yi", "01-ai/Yi"),
        ("TheBloke/Llama-2-13B-GGUF", None),
        ("acme/Llama-2-13b", None),
        ("LLaMA", None),
        ("Yi", None),
        ("/home/jo/Llama-2-13b", None),
        ("", None),
        ("---", None),
    ],
)
def test_called(name: str, release: str | None) -> None:
    found = registry.called(name)
    assert (found.name if found else None) == release
    assert registry.spells(name) is (release is not None)


def test_the_heads_of_descriptors_are_read_as_they_are() -> None:
    written = {spelling.written for spellings in registry.spellings().values() for spelling in spellings}
    for entry in registry.entries():
        assert {name.lower() for name in (entry.release, *entry.names, *entry.covers)} <= written


@given(st.text(max_size=60))
def test_any_name_may_be_asked_for(name: str) -> None:
    registry.called(name)


def test_a_card_without_a_phrase_does_not_touch_the_registry() -> None:
    registry.spellings.cache_clear()
    of("---\nlicense: mit\n---\n# Parrot\n\nA small network for birds.\n")
    assert registry.spellings.cache_info().currsize == 0


def test_positions_are_those_of_the_names() -> None:
    content = "# Parrot\n\nIt is a merge of acme/owl-7b and acme/lark-7b."
    for one in base_phrases.statements(content, 0, ["acme/parrot"]):
        assert content.startswith(one.model, one.position)
