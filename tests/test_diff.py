"""What changed between two states of a release: every kind of change, exit codes, and reports that are not to be trusted."""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import weight_files
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run

import openness
from openness import definitions, diff
from openness.assess import assess
from openness.changes import _compare, between
from openness.diff import wording
from openness.errors import OpennessError, SourceError
from openness.model import Report
from openness.output import changes as changes_text
from openness.output import changes_json
from openness.output import json as json_output
from openness.snapshot import Changes, problem
from openness.sources import registry, report, text

CASES = Path(__file__).parent / "cases"
SCHEMAS = Path(openness.__file__).parent / "schemas"
SCHEMA = json.loads((SCHEMAS / "diff-1.schema.json").read_text(encoding="utf-8"))
REPORT_SCHEMA = json.loads((SCHEMAS / "report-1.schema.json").read_text(encoding="utf-8"))
LADDERS = {name: [one.level for one in definitions.load(name).levels] for name in definitions.available()}
PERMIT = "You may use, copy and share the finch weights for any purpose.\nKeep this notice in every copy.\n"
FORBID = (
    "You may use, copy and share the finch weights for any non-commercial purpose.\nKeep this notice in every copy.\n"
)


def descriptor(folder: Path, name: str, components: str, rest: str = "") -> str:
    """A descriptor of example/finch, as a file."""
    path = folder / name
    path.write_text(
        "descriptor: openness-descriptor-1\nrelease: example/finch\n"
        "sources:\n  page: {url: 'https://example.org/finch', accessed: 2026-01-02, read: full}\n"
        f"components:\n{components}{rest}",
        encoding="utf-8",
    )
    return str(path)


def parameters(license_: str, more: str = "") -> str:
    return f"  model-parameters: {{available: true, license: {license_}, source: page{more}}}\n"


CODE = "  inference-code: {available: true, license: MIT, source: page}\n"


def folder(path: Path, license_: str, weights: bytes = weight_files.gguf(), card: str = "# Finch\n") -> str:
    """A folder of weights with a licence text and a card."""
    path.mkdir()
    (path / "LICENSE").write_text(license_, encoding="utf-8")
    (path / "finch.gguf").write_bytes(weights)
    (path / "README.md").write_text(card, encoding="utf-8")
    return str(path)


def written(path: Path, *targets: str) -> str:
    """A report of the targets, as `openness check` writes it."""
    assert run("check", *targets, "-f", "json", "-o", str(path)).returncode == 0
    return str(path)


def rendered(found: Changes, width: int = 100) -> str:
    return "\n".join("".join(span.text for span in line).rstrip() for line in changes_text.render(found, width=width))


def checked(changes: Changes) -> dict[str, Any]:
    """The JSON of the comparison, after a look at both formats: the schema holds, no line is too wide."""
    document = json.loads(changes_json.render(changes))
    jsonschema.validate(document, SCHEMA)
    for width in (40, 80, 120):
        assert max(map(len, rendered(changes, width).split("\n"))) <= width
    assert isinstance(document["changes"], dict)
    return document["changes"]


# -- every kind of change ----------------------------------------------------------------------------------


def test_a_stricter_licence(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("Apache-2.0") + CODE)
    new = descriptor(tmp_path, "new.yaml", parameters("CC-BY-NC-4.0") + CODE)
    changes = between(old, new)
    found = checked(changes)
    (license_,) = found["licenses"]
    assert license_["component"] == "model-parameters"
    assert (license_["old"]["concluded"], license_["new"]["concluded"]) == ("Apache-2.0", "CC-BY-NC-4.0")
    assert (license_["old"]["declared"], license_["new"]["declared"]) == (["Apache-2.0"], ["CC-BY-NC-4.0"])
    terms = {one["term"]: one for one in found["terms"]}
    assert terms["non-commercial"]["change"] == "added"
    assert terms["non-commercial"]["new"]["severity"] == "blocking"
    assert terms["non-commercial"]["new"]["clause"]
    assert terms["non-commercial"]["new"]["license"] == "CC-BY-NC-4.0"
    assert [one.split(":")[0] for one in found["worse"]] == [
        "the level fell",
        "the level fell",
        "a blocking term was added to the licence of the weights",
    ]
    headline = found["verdicts"][0]
    assert (headline["definition"], headline["direction"]) == ("openness", "lower")
    assert {"rule": "osaid-1.0/parameters-terms", "old": "pass", "new": "fail"} in headline["rules"]
    assert {one["definition"] for one in found["verdicts"]} == set(LADDERS)
    assert "blocking: non-commercial (CC-BY-NC-4.0" in " ".join(rendered(changes).split())


def test_a_freer_licence(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("CC-BY-NC-4.0") + CODE)
    new = descriptor(tmp_path, "new.yaml", parameters("Apache-2.0") + CODE)
    changes = between(old, new)
    assert changes.worse == ()
    assert changes.verdicts[0].direction == "higher"
    assert {one.name: one.kind for one in changes.terms}["non-commercial"] == "removed"


def test_a_choice_of_licences_adds_no_term(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("Apache-2.0") + CODE)
    new = descriptor(tmp_path, "new.yaml", parameters("Apache-2.0 OR CC-BY-NC-4.0") + CODE)
    changes = between(old, new)
    assert "non-commercial" in {one.name for one in changes.terms}
    assert changes.worse == ()


def test_terms_of_unknown_licences_are_not_called_gone(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("CC-BY-NC-4.0"))
    new = descriptor(tmp_path, "new.yaml", parameters("'Finch Community Terms'"))
    changes = between(old, new)
    assert changes.terms == ()
    assert any("terms that may be gone were not compared" in one for one in changes.notes)
    back = between(new, old)
    assert any("terms that are called new may be old" in one for one in back.notes)


def test_a_threshold_that_moved(tmp_path: Path) -> None:
    old, new = (
        descriptor(tmp_path, f"{name}.yaml", parameters(name)) for name in ("LicenseRef-llama-2", "LicenseRef-llama-4")
    )
    terms = {one.name: one for one in between(old, new).terms}
    assert terms["mau-threshold"].kind == "changed"
    assert not [one for one in between(old, new).worse if "mau-threshold" in one]


def test_components_access_and_parts(tmp_path: Path) -> None:
    old = descriptor(
        tmp_path,
        "old.yaml",
        parameters("MIT", ", access: open")
        + "  training-code: {available: true, complete: true, source: page}\n"
        + "  data-information: {available: true, parts: {description: true}, source: page}\n",
    )
    new = descriptor(
        tmp_path,
        "new.yaml",
        parameters("MIT", ", access: gated")
        + "  training-code: {available: false, source: page}\n"
        + "  data-information: {available: true, parts: {description: false}, source: page}\n"
        + "  datasets: {available: true, source: page}\n",
    )
    facts = {(one["component"], one["fact"]): (one["old"], one["new"]) for one in checked(between(old, new))["facts"]}
    assert facts == {
        ("model-parameters", "access"): ("open", "gated"),
        ("training-code", "available"): (True, False),
        ("training-code", "complete"): (True, None),
        ("data-information", "description"): (True, False),
        ("datasets", "available"): (None, True),
    }


def test_base_models(tmp_path: Path) -> None:
    def bases(*entries: str) -> str:
        return "bases:\n" + "".join(f"  - {{{entry}, source: page}}\n" for entry in entries)

    old = descriptor(
        tmp_path,
        "old.yaml",
        parameters("MIT"),
        bases("model: a/egg, relation: finetune", "model: a/nest, relation: adapter"),
    )
    new = descriptor(
        tmp_path,
        "new.yaml",
        parameters("MIT"),
        bases("model: a/egg, relation: merge", "model: a/wing, relation: quantized"),
    )
    expected = [
        ("a/egg", "changed", "finetune", "merge"),
        ("a/nest", "removed", "adapter", None),
        ("a/wing", "added", None, "quantized"),
    ]
    for one in (old, written(tmp_path / "old.json", old)):
        changes = between(one, new)
        assert [(one.name, one.kind, one.old, one.new) for one in changes.bases] == expected
        assert checked(changes)["bases"][1]["old"] == {"relation": "adapter"}


def test_what_a_base_model_hands_on(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("Apache-2.0"))
    based = "bases:\n  - {model: meta-llama/Llama-3.1-8B, relation: finetune, source: page}\n"
    new = descriptor(tmp_path, "new.yaml", parameters("Apache-2.0"), based)
    changes = between(old, new)
    assert [(one.name, one.new) for one in changes.bases] == [("meta-llama/Llama-3.1-8B", "finetune")]
    assert "a blocking term was added to the licence of the weights: mau-threshold" in changes.worse
    assert between(written(tmp_path / "new.json", new), new).nothing


def test_a_licence_text_with_its_passages(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", FORBID)
    changes = between(old, new)
    (changed,) = checked(changes)["texts"]
    assert changed == {
        "change": "changed",
        "old_path": "LICENSE",
        "new_path": "LICENSE",
        "wording_changed": True,
        "passages": [
            {"change": "added", "old_lines": [1, 1], "new_lines": [1, 1], "old": "", "new": "non-commercial"},
        ],
        "more_passages": 0,
    }
    assert '+ line 1: "non-commercial"' in rendered(changes)


def test_a_blocking_term_in_a_text_that_nobody_knows(tmp_path: Path) -> None:
    """No level falls, as neither licence is known; the term that was added counts all the same."""
    old = folder(tmp_path / "old", "The Finch Terms.\n" + PERMIT)
    forbidding = "The Finch Terms.\n" + PERMIT + "You may not use the weights for commercial purposes.\n"
    new = folder(tmp_path / "new", forbidding)
    changes = between(old, new)
    assert changes.verdicts == () or changes.verdicts[0].definition != "openness"
    assert changes.worse == ("a blocking term was added to the licence of the weights: non-commercial",)
    from_report = between(written(tmp_path / "old.json", old), written(tmp_path / "new.json", new))
    assert from_report.worse == changes.worse
    assert from_report.terms == changes.terms
    assert between(written(tmp_path / "new2.json", new), new).nothing


def test_wrapping_alone_leaves_the_wording(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", "\n  ".join(PERMIT.split()))
    changes = between(old, new)
    (changed,) = changes.texts
    assert (changed.wording, changed.passages) == (False, ())
    assert "~ LICENSE: the wording is unchanged" in rendered(changes)
    assert changes.worse == ()


def test_texts_come_go_and_move(tmp_path: Path) -> None:
    old = folder(tmp_path / "old", PERMIT)
    come = folder(tmp_path / "come", PERMIT)
    (Path(come) / "LICENSE-DATA").write_text("The data of finch may be read by all.\n", encoding="utf-8")
    assert [(one.kind, one.old_path, one.new_path) for one in between(old, come).texts] == [
        ("added", None, "LICENSE-DATA")
    ]
    assert [(one.kind, one.old_path, one.new_path) for one in between(come, old).texts] == [
        ("removed", "LICENSE-DATA", None)
    ]
    moved = folder(tmp_path / "moved", PERMIT)
    (Path(moved) / "LICENSE").rename(Path(moved) / "LICENSE.txt")
    changes = between(old, moved)
    assert [(one.kind, one.old_path, one.new_path) for one in changes.texts] == [("moved", "LICENSE", "LICENSE.txt")]
    assert "LICENSE.txt (was LICENSE)" in rendered(changes)


def test_a_report_has_digests_of_texts_and_no_words(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", FORBID)
    changes = between(written(tmp_path / "old.json", old), new)
    (changed,) = checked(changes)["texts"]
    assert (changed["wording_changed"], changed["passages"]) == (None, [])
    assert "LICENSE: the text changed (digest)" in rendered(changes)


def test_weights(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
    more = weight_files.gguf()
    old = folder(tmp_path / "old", PERMIT, pointer.format("a" * 64, len(more)).encode())
    new = folder(tmp_path / "new", PERMIT, pointer.format("b" * 64, 200).encode())
    (Path(new) / "more.gguf").write_bytes(more)
    found = {one["path"]: one for one in checked(between(old, new))["weights"]}
    assert found["finch.gguf"]["old"] == {"sha256": "a" * 64, "size": len(more)}
    assert found["finch.gguf"]["new"] == {"sha256": "b" * 64, "size": 200}
    assert (found["more.gguf"]["change"], found["more.gguf"]["new"]) == ("added", {"sha256": None, "size": len(more)})
    fetched = folder(tmp_path / "fetched", PERMIT, more)
    assert between(old, fetched).weights == (), "a pointer and a file of its size may be the same"


def test_findings(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", PERMIT)
    (Path(new) / "USE_POLICY.md").write_text("Be kind to birds.\n", encoding="utf-8")
    (gained,) = checked(between(old, new))["findings"]
    assert (gained["id"], gained["change"], gained["new"]["severity"]) == ("use-policy", "added", "warning")
    assert "USE_POLICY.md" in gained["new"]["message"]
    (solved,) = between(new, old).findings
    assert solved.kind == "removed"
    assert "gone: warning" in rendered(between(new, old))
    assert problem("x", "note", "data/LICENSE and a/LICENSE", "a").message == "data/LICENSE and LICENSE"
    shutil.copytree(new, tmp_path / "copy")
    assert between(new, str(tmp_path / "copy")).findings == (), "the folder's own name is no difference"


def test_definitions_can_be_chosen(tmp_path: Path) -> None:
    old = descriptor(tmp_path, "old.yaml", parameters("Apache-2.0"))
    new = descriptor(tmp_path, "new.yaml", parameters("CC-BY-NC-4.0"))
    assert [one.definition for one in between(old, new, also=["osd-1.9"]).verdicts] == ["openness", "osd-1.9"]
    kept = written(tmp_path / "old.json", old)
    assert [one.definition for one in between(kept, new, also=["osd-1.9"]).verdicts] == ["openness", "osd-1.9"]
    run("check", old, "-f", "json", "-d", "osd-1.9", "-o", kept)
    changes = between(kept, new)
    assert [one.definition for one in changes.verdicts] == ["openness", "osd-1.9"]
    assert "g7-2026 was not compared: the old report does not apply it" in changes.notes


# -- nothing changed ---------------------------------------------------------------------------------------


def of_report(assessed: openness.model.Assessment) -> Any:
    content = json_output.render(Report((assessed,), (), ()))
    (state,) = report.load(text.decode(content.encode(), "report.json"))
    return state


def same(target: str) -> None:
    assessed = assess(target)
    own = diff.snapshot(assessed)
    for before, now in ((own, own), (of_report(assessed), own), (own, of_report(assessed))):
        changes = diff.compare(before, now, LADDERS)
        assert changes.nothing, (target, changes)
        assert changes.worse == ()
        notes = [one for one in changes.notes if "openness itself" not in one]
        assert notes == [], target


def test_no_release_of_the_registry_differs_from_itself() -> None:
    for entry in registry.entries():
        same(next(iter(entry.covers), entry.release))


@pytest.mark.parametrize("case", sorted(path.parent for path in CASES.glob("*/case.yaml")), ids=lambda path: path.name)
def test_no_case_differs_from_itself(case: Path) -> None:
    for target in (case / "input", *(case / "input").glob("README.md"), *(case / "input").glob("*.yaml")):
        same(str(target))


def test_nothing_changed_is_one_line(tmp_path: Path) -> None:
    done = run("diff", "openai/gpt-oss-20b", "openai/gpt-oss-20b")
    assert (done.returncode, done.stdout) == (0, "openai/gpt-oss-20b: nothing changed\n")


# -- words -------------------------------------------------------------------------------------------------

_texts = st.lists(
    st.sampled_from(
        [
            "you",
            "may",
            "must",
            "not",
            "use",
            "share",
            "(sell)",
            "the",
            "model,",
            "weights;",
            "許",
            "可",
            "—",
            "*",
            "7%",
            "$7",
        ]
    ),
    max_size=60,
)


@given(_texts, st.data())
def test_layout_is_no_difference(words: list[str], data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(st.sampled_from([" ", "\n", "\n\n  ", " * ", "\n# "]), min_size=len(words), max_size=len(words))
    )
    anew = "".join(word.upper() + gap for word, gap in zip(words, gaps, strict=True))
    assert wording.passages(" ".join(words), anew) == []


@given(_texts, _texts)
def test_passages_turn_one_text_into_the_other(old: list[str], new: list[str]) -> None:
    one, other = wording._words("\n".join(old)), wording._words("\n".join(new))
    built: list[str] = []
    at = 0
    for o1, o2, n1, n2 in wording._placed(one, other):
        built += one.words[at:o1] + other.words[n1:n2]
        at = o2
    assert built + one.words[at:] == other.words


def test_passages_have_the_lines_of_both_sides() -> None:
    lines = [f"Clause {number} speaks of matter{number} at length." for number in range(40)]
    changed = [*lines[:5], "An added clause.", *lines[5:20], *lines[22:30], "Another thing.", *lines[31:]]
    found = wording.passages("\n".join(lines), "\n".join(changed))
    assert [(one.kind, one.old_lines, one.new_lines) for one in found] == [
        ("added", (5, 6), (6, 6)),
        ("removed", (21, 22), (21, 22)),
        ("changed", (31, 31), (30, 30)),
    ]
    assert "added clause" in found[0].new
    assert (found[2].old, found[2].new) == (lines[30], "Another thing.")


def test_many_and_long_passages_are_bounded() -> None:
    old = " ".join(f"w{number} x{number} y{number} z{number}" for number in range(1000))
    many = wording.passages(old, old.replace("x", "other"))
    assert len(many) == 1000
    (long,) = wording.passages("a", "b " * 100_000)
    assert len(long.new) == wording.MAX_QUOTE


def test_texts_beyond_the_bound_are_compared_by_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", FORBID)
    monkeypatch.setattr(sys.modules["openness.diff.compare"], "MAX_CHARACTERS", 50)
    (changed,) = between(old, new).texts
    assert (changed.kind, changed.wording) == ("changed", None)


# -- the command line --------------------------------------------------------------------------------------


def test_exit_codes(tmp_path: Path) -> None:
    free = descriptor(tmp_path, "free.yaml", parameters("Apache-2.0") + CODE)
    bound = descriptor(tmp_path, "bound.yaml", parameters("CC-BY-NC-4.0") + CODE)
    kept = written(tmp_path / "kept.json", free)
    for arguments, code in (
        (["diff", free, bound], 1),
        (["diff", kept, bound], 1),
        (["diff", free, bound, "--exit-zero"], 0),
        (["diff", free, bound, "-q"], 1),
        (["diff", bound, free], 0),
        (["diff", free, free], 0),
        (["diff", free, "no/such"], 2),
        (["diff", free], 2),
        (["diff", free, bound, "-f", "xml"], 2),
        (["diff", free, bound, "-d", "none"], 2),
        (["diff", free, bound, "--policy", "none.toml"], 2),
        (["diff", "none.json", bound], 2),
        (["diff", "--help"], 0),
        (["check", bound, "--against", kept], 1),
        (["check", bound, "--against", kept, "--exit-zero"], 0),
        (["check", bound, "--against", kept, "--require", "weights-available"], 1),
        (["check", free, "--against", kept], 0),
        (["check", free, "--against", kept, "--require", "open-source"], 3),
        (["check", bound, "--against", kept, "--require", "open-source"], 1),
        (["check", bound, "none.md", "--against", kept], 2),
        (["check", free, "--against", "none.json"], 2),
        (["check", kept], 2),
    ):
        done = run(*arguments)
        assert done.returncode == code, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
        assert bool(done.stderr) == (code == 2)
    assert run("diff", free, bound, "-q").stdout.startswith("example/finch: open-weight; open source not established")


def test_check_against_adds_the_changes(tmp_path: Path) -> None:
    free = descriptor(tmp_path, "free.yaml", parameters("Apache-2.0") + CODE)
    bound = descriptor(tmp_path, "bound.yaml", parameters("CC-BY-NC-4.0") + CODE)
    kept = written(tmp_path / "kept.json", free)
    shown_ = run("check", bound, "--against", kept).stdout
    assert shown_.startswith(run("check", bound).stdout)
    assert f"compared with {kept}" in " ".join(shown_.split())
    document = json.loads(run("check", bound, "--against", kept, "-f", "json").stdout)
    jsonschema.validate(document, REPORT_SCHEMA)
    changes = document["releases"][0]["changes"]
    jsonschema.validate(changes, {**SCHEMA["$defs"]["changes"], "$defs": SCHEMA["$defs"]})
    assert changes["worse"]
    again = json.loads(run("check", free, "--against", kept, "-f", "json").stdout)
    assert again["releases"][0]["changes"]["nothing"] is True
    assert run("check", free, "--against", kept, "-q").stdout.endswith("example/finch: nothing changed\n")
    assert "changes" not in json.loads(run("check", free, "-f", "json").stdout)["releases"][0]


def test_a_report_of_several_is_matched_by_name(tmp_path: Path) -> None:
    kept = written(tmp_path / "kept.json", "openai/gpt-oss-20b", "gpt-4", "meta-llama/Llama-2-7b")
    done = run("check", "GPT-4", "openai/gpt-oss-20b", "--against", kept)
    assert done.returncode == 0
    assert done.stdout.count("nothing changed since") == 2
    missing = run("check", "gpt-4", "EleutherAI/pythia-12b", "--against", kept)
    assert missing.returncode == 2
    assert "no release 'EleutherAI/pythia-12b'; it has openai/gpt-oss-20b, openai/gpt-4, meta-llama" in missing.stderr
    assert run("diff", kept, "gpt-4").stdout == "openai/gpt-4: nothing changed\n"
    assert "pick one with --as" in run("diff", kept, kept).stderr
    assert run("diff", kept, kept, "--as", "openai/gpt-4").stdout == "openai/gpt-4: nothing changed\n"
    twice = written(tmp_path / "twice.json", "gpt-4", "gpt-4")
    assert "2 releases called 'openai/gpt-4'" in run("diff", twice, "gpt-4").stderr


def test_one_release_is_compared_whatever_it_is_called(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "renamed", PERMIT)
    done = run("check", new, "--against", written(tmp_path / "old.json", old))
    assert (done.returncode, "nothing changed" in done.stdout) == (0, True)


def test_standard_input_is_a_report_or_a_card(tmp_path: Path) -> None:
    kept = Path(written(tmp_path / "kept.json", "gpt-4"))
    assert run("diff", "-", "gpt-4", stdin=kept.read_bytes()).stdout == "openai/gpt-4: nothing changed\n"
    assert run("diff", "-", "-", stdin=b"---\nlicense: mit\n---\n").returncode == 0


def test_nothing_of_a_text_reaches_the_terminal_as_a_control(tmp_path: Path) -> None:
    old, new = folder(tmp_path / "old", PERMIT), folder(tmp_path / "new", PERMIT + "\x1b[2J\u202e evil \x07words\n")
    out = run("diff", old, new).stdout
    assert "evil" in out
    assert not {c for c in out if c != "\n" and (ord(c) < 32 or c in "\x7f\u202e")}
    assert run("diff", old, new, PYTHONIOENCODING="ascii").stdout.isascii()


# -- reports that are not to be trusted --------------------------------------------------------------------


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    """What is said of a report after a change to it."""
    document = json.loads(json_output.render(Report((assess("openai/gpt-oss-20b"),), (), (("openness", "0" * 64),))))
    change(document)
    with pytest.raises(SourceError) as caught:
        report.load(text.decode(json.dumps(document, indent=1).encode(), "r.json"))
    return str(caught.value)


def at(*way: str | int, value: object) -> Callable[[dict[str, Any]], object]:
    def change(document: Any) -> None:
        for step in way[:-1]:
            document = document[step]
        document[way[-1]] = value

    return change


PARAMETERS = ("releases", 0, "components", "model-parameters")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("schema", value="openness-report-2"), "is 'openness-report-2'; this version of openness reads"),
        (at("schema", value="other"), "this is no report of openness; make it again"),
        (at("schema", value=None), "this is no report of openness"),
        (at("releases", value=[]), "no release to compare with"),
        (at("releases", value={}), "releases must be a list"),
        (at("releases", value=[3]), "releases[0] must be an object"),
        (at("definitions", 0, "sha256", value="abc"), "definitions[0].sha256 must be a SHA-256"),
        (at("tool", value="openness"), "tool must be an object"),
        (at("releases", 0, "release", value=7), "releases[0].release must be text"),
        (at("releases", 0, "headline", "definition", value="mine"), "is 'mine', of which there is no verdict"),
        (at("releases", 0, "verdicts", 0, "results", 0, "kind", value="maybe"), "none of pass, fail, open"),
        (at(*PARAMETERS, "available", value=1), "available must be true, false or null"),
        (at(*PARAMETERS, "access", value="secret"), "none of open, gated"),
        (at(*PARAMETERS, "license", "status", value="fine"), "none of concluded"),
        (at(*PARAMETERS, "license", "declared", value="mit"), "declared must be a list"),
        (at(*PARAMETERS, "license", "terms_known", value="yes"), "terms_known must be true or false"),
        (at(*PARAMETERS, "license", "recognised", value=[{"term": "x", "severity": "grey", "lines": []}]), "its lines"),
        (at(*PARAMETERS, "evidence", 0, "basis", value="guessed"), "none of observed"),
        (at("releases", 0, "components", "wings", value={}), "components.wings is no component that is known here"),
        (at(*PARAMETERS, "parts", value={"colour": True}), "parts.colour is none of description"),
        (at(*PARAMETERS, "parts", value={"description": 1}), "must be true, false, null or not-applicable"),
        (at("releases", 0, "obligations", 0, "severity", value="mild"), "none of compatible, grey, blocking"),
        (at("releases", 0, "findings", value=[{"id": "x", "message": "y"}]), "findings[0] needs 'severity'"),
        (at("releases", 0, "lineage", value=[{"relation": "merge"}]), "lineage[0] needs 'model'"),
        (at("releases", 0, "texts", value=[{"path": "L", "sha256": "x"}]), "texts[0].sha256 must be a SHA-256"),
    ],
)  # fmt: skip
def test_a_report_that_does_not_keep_to_the_contract(change: Callable[[dict[str, Any]], object], words: str) -> None:
    said = broken(change)
    assert words in said
    assert said.startswith("r.json:")
    assert said.split(":")[1].isdigit(), "the line"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "r.json:1: not valid JSON"),
        (b"[]", "the report must be an object"),
        (b"\n\n{]", "r.json:3: not valid JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "a key appears twice"),
        (b'{"a": NaN}', "NaN is no JSON value"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b'{"schema": "openness-report-1", "a": "\\ud800"}', "surrogate"),
        (b'{"schema": ["openness-report-1"]}', "no report"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b"---\nlicense: mit\n---\n", "not valid JSON"),
    ],
)
def test_what_is_no_report(content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=r"^r\.json:") as caught:
        report.load(text.decode(content, "r.json"))
    assert words in str(caught.value)


def test_a_report_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b'{"schema": "openness-report-1", "a": "' + b"x" * 10_000_001 + b'"}')
    with pytest.raises(OpennessError, match="larger than"):
        between(str(path), "gpt-4")


def places(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a JSON document below its top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, below in inner for one in ((*way, key), *places(below, (*way, key)))]


def test_any_value_anywhere_gives_a_comparison_or_a_typed_error() -> None:
    assessed = assess(str(CASES / "folder-use-policy" / "input"))
    content = json_output.render(Report((assessed,), (), (("openness", "0" * 64),)))
    own = diff.snapshot(assessed)
    chance = random.Random(1)
    wrong: tuple[Any, ...] = (None, True, 7, -1.5, "", "x/y", [], {}, [None], {"a": 1}, "\x00")
    outcomes = {"compared": 0, "refused": 0}
    for way in chance.sample(places(json.loads(content)), 120):
        document = json.loads(content)
        at(*way, value=chance.choice(wrong))(document)
        try:
            (state,) = report.load(text.Text("r.json", json.dumps(document), "", "", 0))
            found = _compare(state, own, "r.json", "x", None)
        except SourceError:
            outcomes["refused"] += 1
            continue
        jsonschema.validate(json.loads(changes_json.render(found)), SCHEMA)
        assert rendered(found)
        outcomes["compared"] += 1
    assert min(outcomes.values()) > 20


def test_a_level_that_no_longer_exists(tmp_path: Path) -> None:
    document = json.loads(Path(written(tmp_path / "r.json", "gpt-4")).read_text(encoding="utf-8"))
    document["releases"][0]["verdicts"][0]["at_most"] = "half-open"
    (tmp_path / "r.json").write_text(json.dumps(document), encoding="utf-8")
    done = run("diff", str(tmp_path / "r.json"), "gpt-4")
    assert done.returncode == 2
    assert "'half-open' is no level of 'openness'" in done.stderr


def test_an_older_report_says_what_it_lacks(tmp_path: Path) -> None:
    """Reports of before digests, bases and values of terms were on record are compared in what they have."""
    old = folder(tmp_path / "old", PERMIT)
    path = Path(written(tmp_path / "r.json", old))
    document = json.loads(path.read_text(encoding="utf-8"))
    for key in ("texts", "lineage"):
        del document["releases"][0][key]
    document["definitions"][0]["sha256"] = "0" * 64
    document["tool"]["version"] = "0.0.1"
    path.write_text(json.dumps(document), encoding="utf-8")
    changes = between(str(path), old)
    assert changes.nothing
    assert changes.notes == (
        "licence texts were not compared: the old report has no record of them",
        "files of weights were not compared: the old report has no record of them",
        "base models were not compared: the old report has no record of them",
        f"openness itself is another: 0.0.1 before, now {openness.__version__}",
        "the definition openness itself is another text than before",
    )
    assert "nothing changed (licence texts were not compared" in rendered(changes)
