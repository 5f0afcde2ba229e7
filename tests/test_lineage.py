"""What base models hand on: chains, merges, circles, makers, names, and what is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness import lineage
from openness.assess import assess
from openness.errors import SourceError
from openness.licensing import catalog, conclude
from openness.model import Ancestor, Base, Basis, Component, Evidence, LicenseClaim, Release
from openness.output import text

DECLARED = (Evidence("README.md", Basis.DECLARED, "base_model: x", 2, 2),)
GUESSED = (Evidence("config.json", Basis.INFERRED, "x", 2, 2),)
RESTRICTED, OTHER = "llama2", "gemma"  # two community licences


def release(name: str, license_: str | None, *bases: tuple[str, str | None]) -> Release:
    claims = (LicenseClaim(license_, DECLARED),) if license_ else ()
    return conclude.conclude(
        Release(
            name=name,
            target=name,
            components={"model-parameters": Component("model-parameters", claims=claims)},
            bases=tuple(Base(model, relation, DECLARED) for model, relation in bases),
        )
    )


def world(*releases: Release) -> Callable[[str], Release]:
    known = {one.name: one for one in releases}

    def find(model: str) -> Release:
        if model not in known:
            raise SourceError("not known", model)
        return known[model]

    return find


def traced(start: Release, *others: Release) -> Release:
    return lineage.trace(start, world(*others))


def licensed(found: Release) -> tuple[str, str]:
    conclusion = found.component("model-parameters").license
    return conclusion.expression.text, conclusion.status


def ids(found: Release) -> list[str]:
    return [one.id for one in found.findings]


def test_without_bases_nothing_changes() -> None:
    one = release("a/one", "mit")
    assert lineage.trace(one, world()) is one


def test_a_permissive_tag_over_a_restrictive_base() -> None:
    found = traced(release("a/one", "mit", ("m/base", "finetune")), release("m/base", RESTRICTED))
    assert licensed(found) == ("MIT AND LicenseRef-llama-2", "concluded")
    assert found.component("model-parameters").license.inherited == (("LicenseRef-llama-2", "m/base"),)
    (finding,) = found.findings
    assert (finding.id, finding.severity) == ("license-laundering", "error")
    assert "made from m/base" in finding.message
    assert "mau-threshold (2)" in finding.message


def test_the_chain_is_followed_to_its_root() -> None:
    found = traced(
        release("a/one", "apache-2.0", ("b/two", "quantized")),
        release("b/two", "apache-2.0", ("c/three", "adapter")),
        release("c/three", None, ("m/base", None)),
        release("m/base", RESTRICTED),
    )
    assert "LicenseRef-llama-2" in [one.id for one in found.component("model-parameters").license.expression.licenses]
    assert "made from b/two ← c/three ← m/base" in next(
        one.message for one in found.findings if one.id == "license-laundering"
    )
    shown = [one.base.model for one in chain(found)]
    assert shown == ["b/two", "c/three", "m/base"]


def chain(found: Release) -> list[Ancestor]:
    return [each for one in found.lineage for each in (one, *(chain(one.release) if one.release else []))]


@pytest.mark.parametrize("license_", ["mit", "apache-2.0", RESTRICTED])
def test_the_same_or_a_permissive_base_is_no_accusation(license_: str) -> None:
    found = traced(release("a/one", license_, ("m/base", "finetune")), release("m/base", license_))
    assert ids(found) == []
    assert licensed(found) == licensed(release("m/base", license_))


def test_a_permissive_base_adds_its_terms() -> None:
    found = traced(release("a/one", "mit", ("m/base", "finetune")), release("m/base", "apache-2.0"))
    assert licensed(found) == ("MIT AND Apache-2.0", "concluded")
    assert ids(found) == []


@pytest.mark.parametrize("license_", ["mit", None])
def test_an_unknown_base_leaves_the_licence_open(license_: str | None) -> None:
    found = traced(release("a/one", license_, ("m/none", "finetune")))
    assert licensed(found) == ("NOASSERTION", "unidentified" if license_ else "missing")
    assert ids(found) == ["base-unknown"]
    assert "m/none, of which nothing is known" in found.findings[-1].message


def test_an_unknown_base_cannot_open_what_restricts() -> None:
    found = traced(release("a/one", RESTRICTED, ("m/none", "finetune")))
    assert licensed(found) == ("LicenseRef-llama-2", "concluded")
    assert ids(found) == ["base-unknown"]


def test_a_base_without_a_licence_leaves_it_open() -> None:
    found = traced(release("a/one", "mit", ("m/base", "finetune")), release("m/base", None))
    assert licensed(found) == ("NOASSERTION", "unidentified")
    assert "whose licence is not established" in found.findings[-1].message


def test_an_unknown_grandparent_is_named_with_its_chain() -> None:
    found = traced(release("a/one", "mit", ("b/two", None)), release("b/two", "mit", ("m/none", None)))
    assert licensed(found) == ("NOASSERTION", "unidentified")
    assert ids(found) == ["base-unknown"]
    assert "b/two ← m/none" in found.findings[-1].message


def test_merges_bind_with_all_their_bases() -> None:
    found = traced(
        release("a/one", "mit", ("m/base", "merge"), ("g/base", "merge"), ("p/base", "merge")),
        release("m/base", RESTRICTED),
        release("g/base", OTHER),
        release("p/base", "apache-2.0"),
    )
    assert licensed(found)[0] == "MIT AND LicenseRef-llama-2 AND LicenseRef-gemma AND Apache-2.0"
    assert ids(found).count("license-laundering") == 2


def test_shared_ancestors_are_looked_up_once() -> None:
    asked: list[str] = []
    known = world(
        *(release(f"a/{n}", "mit", (f"a/{n + 1}", None), (f"b/{n + 1}", None)) for n in range(1, 9)),
        *(release(f"b/{n}", "mit", (f"a/{n + 1}", None), (f"b/{n + 1}", None)) for n in range(1, 9)),
    )

    def find(model: str) -> Release:
        asked.append(model)
        return known(model)

    lineage.trace(release("a/0", "mit", ("a/1", None), ("b/1", None)), find)
    assert len(asked) == len(set(asked)) == 18


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_any_graph_ends(edges: list[tuple[int, int]]) -> None:
    """Circles, diamonds and models made from themselves."""
    models = [release(f"o/{n}", "mit", *((f"o/{other}", None) for one, other in edges if one == n)) for n in range(10)]
    found = traced(models[0], *models)
    expression, status = licensed(found)
    assert expression in ("MIT", "NOASSERTION")
    assert ("base-unknown" in ids(found)) == (status == "unidentified")


def test_a_long_chain_and_a_wide_one_are_cut_and_say_so() -> None:
    long = [release(f"o/{n}", "mit", (f"o/{n + 1}", None)) for n in range(40)]
    assert "not followed further" in traced(long[0], *long).findings[-1].message
    wide = release("o/x", "mit", *((f"p/{n}", None) for n in range(200)))
    found = lineage.trace(wide, lambda model: release(model, "mit"))
    assert sum(one.problem != "" for one in found.lineage) == 200 - lineage.MAX_BASES


def test_a_guess_binds_nobody() -> None:
    one = release("a/one", "mit")._replace(bases=(Base("m/base", None, GUESSED),))
    found = traced(one, release("m/base", "apache-2.0"))
    assert licensed(found) == ("MIT", "concluded")
    assert [(finding.id, finding.severity) for finding in found.findings] == [("base-unknown", "note")]


def test_a_guess_over_what_restricts_is_worth_a_look() -> None:
    one = release("a/one", "mit")._replace(bases=(Base("m/base", None, GUESSED),))
    found = traced(one, release("m/base", RESTRICTED))
    assert licensed(found) == ("NOASSERTION", "unidentified")
    assert [(finding.id, finding.severity) for finding in found.findings] == [
        ("base-unknown", "note"),
        ("license-laundering", "warning"),
    ]
    assert "if it was made from m/base" in found.findings[-1].message


# -- makers ------------------------------------------------------------------------------------------------


def test_a_maker_may_license_its_own_otherwise() -> None:
    found = traced(release("o/new", "mit", ("o/old", "finetune")), release("o/old", "cc-by-nc-4.0"))
    assert licensed(found) == ("MIT", "concluded")
    assert ids(found) == []


def test_the_maker_of_a_known_model_needs_no_organisation() -> None:
    new = release("new", "mit", ("o/old", "finetune"))
    old = release("o/old", "cc-by-nc-4.0")
    assert licensed(traced(new, old)) == ("MIT AND CC-BY-NC-4.0", "concluded")

    def find(name: str) -> Release:
        return {"new": release("o/new", "mit"), "o/old": old}[name]

    assert licensed(lineage.trace(new, find)) == ("MIT", "concluded")


def test_who_republishes_a_model_does_not_become_its_maker() -> None:
    found = traced(release("o/new", "mit", ("o/copy", "finetune")), release("o/copy", RESTRICTED))
    assert licensed(found) == ("MIT AND LicenseRef-llama-2", "concluded")
    assert ids(found) == ["license-laundering"]


def test_what_others_gave_the_maker_stays() -> None:
    found = traced(
        release("o/new", "mit", ("o/old", "finetune")),
        release("o/old", "cc-by-nc-4.0", ("m/base", "finetune")),
        release("m/base", RESTRICTED),
    )
    assert licensed(found) == ("MIT AND LicenseRef-llama-2", "concluded")


def test_who_says_nothing_leaves_no_licence_behind() -> None:
    found = traced(release("o/new", None, ("o/old", "finetune")), release("o/old", "cc-by-nc-4.0"))
    assert [one.id for one in found.component("model-parameters").license.expression.licenses] == ["CC-BY-NC-4.0"]


def test_licensors_are_of_licences_that_have_them() -> None:
    listed = {one.id: one.licensors for one in catalog.catalogued() if one.licensors}
    assert len(listed) > 50
    assert all(license_.startswith("LicenseRef-") for license_ in listed)


# -- what does not fit together ----------------------------------------------------------------------------


@pytest.mark.parametrize(("relation", "severity"), [("finetune", "error"), ("merge", "error"), ("adapter", "warning")])
def test_no_derivatives(relation: str, severity: str) -> None:
    found = traced(release("a/one", "cc-by-nd-4.0", ("m/base", relation)), release("m/base", "cc-by-nd-4.0"))
    assert [(one.id, one.severity) for one in found.findings] == [("license-incompatible", severity)]


@pytest.mark.parametrize(
    ("own", "base", "fits"),
    [
        ("mit", "cc-by-sa-4.0", False),
        ("cc-by-sa-4.0", "cc-by-sa-4.0", True),
        ("cc-by-sa-4.0", "cc-by-sa-3.0", True),
        ("apache-2.0", "gpl-3.0", False),
        ("cc-by-nc-4.0", "cc-by-nc-sa-4.0", False),
        ("gpl-3.0", "apache-2.0", True),
    ],
)
def test_share_alike(own: str, base: str, fits: bool) -> None:
    found = traced(release("a/one", own, ("m/base", "finetune")), release("m/base", base))
    assert ("license-incompatible" not in ids(found)) == fits


def test_share_alike_beside_another_base_that_restricts() -> None:
    found = traced(
        release("a/one", "cc-by-sa-4.0", ("m/base", "merge"), ("g/base", "merge")),
        release("m/base", "cc-by-sa-4.0"),
        release("g/base", RESTRICTED),
    )
    assert ids(found) == ["license-laundering", "license-incompatible"]
    assert "adds the restrictions of LicenseRef-llama-2" in found.findings[-1].message


# -- names and outputs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "license_", "severity"),
    [
        ("a/Llama-3.1-Finch", "llama3.1", None),
        ("a/llama_finch", "llama3.1", None),
        ("a/LLaMA3-Finch", "llama3", None),
        ("a/Llama-Finch", "llama3", "warning"),  # this licence asks for "Llama 3"
        ("a/Finch-Llama", "llama3.1", "warning"),
        ("llama/Finch", "llama3.1", "warning"),
        ("a__Finch", "llama3.1", "warning"),
        ("finch", "llama3.1", "note"),
        ("meta-llama/Finch", "llama3.1", None),
        ("a/Finch", "llama2", None),
    ],
)
def test_a_name_that_the_licence_asks_for(name: str, license_: str, severity: str | None) -> None:
    found = traced(release(name, license_, ("m/base", "finetune")), release("m/base", license_))
    named = [one.severity for one in found.findings if one.id == "inherited-obligation"]
    assert named == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("license_", "expected"),
    [
        ("gemma", ["output-terms"]),
        ("llama2", ["output-terms"]),
        ("llama3.1", ["inherited-obligation"]),
        ("apache-2.0", []),
        ("deepseek", ["output-terms"]),
    ],
)
def test_training_on_outputs_is_a_question(license_: str, expected: list[str]) -> None:
    found = traced(release("a/one", "mit", ("m/base", "distilled")), release("m/base", license_))
    assert licensed(found) == ("MIT", "concluded")
    assert ids(found) == expected


def test_a_closed_teacher_is_no_unknown_base() -> None:
    found = traced(release("a/one", "mit", ("m/none", "distilled")))
    assert licensed(found) == ("MIT", "concluded")
    assert ids(found) == []


# -- whole runs --------------------------------------------------------------------------------------------

CARD = "---\nlicense: mit\nbase_model: {}\n---\n# Finch\n"


def test_a_card_over_a_known_base(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(CARD.format("meta-llama/Llama-2-7b-hf"), encoding="utf-8")
    found = assess(str(card))
    assert (found.headline.at_least, found.headline.at_most) == ("weights-available", "weights-available")
    assert "license-laundering" in ids(found.release)
    lines = ["".join(span.text for span in line) for line in text._lineage(found.release, 80)]
    assert lines[1].strip() == "made from"
    assert "└ meta-llama/Llama-2-7b-hf" in lines[2]


def test_a_path_in_a_card_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")
    card = tmp_path / "README.md"
    card.write_text(CARD.format(tmp_path / "secret"), encoding="utf-8")
    found = assess(str(card))
    assert [one.release for one in found.release.lineage] == [None]
    assert "base-unknown" in ids(found.release)


@pytest.mark.parametrize("given", ["example/wren={}", "{}"])
def test_a_base_from_a_folder(tmp_path: Path, given: str) -> None:
    folder = tmp_path / "wren"
    folder.mkdir()
    (folder / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n# Wren\n", encoding="utf-8")
    card = tmp_path / "README.md"
    card.write_text(CARD.format("example/wren"), encoding="utf-8")
    found = assess(str(card), bases=[given.format(folder)])
    assert found.release.component("model-parameters").license.expression.text == "MIT AND CC-BY-NC-4.0"
    assert "license-laundering" in ids(found.release)


@pytest.mark.parametrize(
    ("name", "license_", "level"),
    [
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "MIT AND LicenseRef-llama-3.1", "weights-available"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "MIT AND Apache-2.0", "open-weight"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "MIT AND Apache-2.0", "open-weight"),
        ("NousResearch/Nous-Hermes-Llama2-13b", "MIT AND LicenseRef-llama-2", "weights-available"),
        ("deepseek-ai/DeepSeek-R1", "MIT", "open-weight"),
    ],
)
def test_known_chains(name: str, license_: str, level: str) -> None:
    found = assess(name)
    assert found.release.component("model-parameters").license.expression.text == license_
    assert (found.headline.at_least, found.headline.at_most) == (level, level)


def test_the_report_says_who_hands_on_what(tmp_path: Path) -> None:
    from openness.model import Report
    from openness.output import json as rendered

    card = tmp_path / "README.md"
    card.write_text(CARD.format("meta-llama/Llama-2-7b-hf"), encoding="utf-8")
    (written,) = json.loads(rendered.render(Report((assess(str(card)),), (), ())))["releases"]
    weights = written["components"]["model-parameters"]["license"]
    assert weights["inherited"] == [{"license": "LicenseRef-llama-2", "from": "meta-llama/Llama-2-7b-hf"}]
    assert {one.get("from") for one in written["obligations"]} == {None, "meta-llama/Llama-2-7b-hf"}
    (base,) = written["lineage"]
    assert (base["model"], base["license"]["concluded"]) == ("meta-llama/Llama-2-7b-hf", "LicenseRef-llama-2")
