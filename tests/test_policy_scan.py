"""The policy of a scan: each key decides something, entries lapse and expire, the lock and the baseline hold."""

from __future__ import annotations

import datetime
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness import policy
from openness.assess import assess
from openness.discover import ignores
from openness.errors import PolicyError, SourceError
from openness.licensing import expression
from openness.model import Assessment, NotRead
from openness.policies import known
from openness.policy import allowed, baseline, decide, globs, lock
from openness.policy.drift import drift
from openness.policy.names import spellings
from openness.usage import Problem, Scan, Use

TODAY = datetime.date(2026, 11, 23)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARD = "---\nlicense: {license}\nlibrary_name: transformers\n---\nWeights of a small bird.\n"
LICENSES = {"example/finch": "apache-2.0", "example/wren": "cc-by-nc-4.0", "example/owl": "agpl-3.0"}


class Desk(NamedTuple):
    """A code base and the models that can be found out about."""

    root: Path
    cards: Path
    calls: list[str]

    def assess(self, rules: policy.Policy) -> Callable[[str], Assessment]:
        def one(target: str) -> Assessment:
            self.calls.append(target)
            name = target.partition("@")[0]
            card = self.cards / name.replace("/", "__")
            if not card.is_dir():
                raise SourceError("no such model", name)
            return assess(str(card), name=name, rules=rules)

        return one

    def scan(self, text: str, *uses: Use, **more: object) -> Scan:
        """The scan of the uses by a policy."""
        file = self.root / "openness.toml"
        file.write_text(text)
        rules = policy.load(file, known=known())
        fields = {name: more.pop(name) for name in ("ignores", "not_read", "whole") if name in more}
        found = decide.Found(tuple(uses), self.root, **fields)  # type: ignore[arg-type]
        return decide.decide(
            found, rules, self.assess(rules), {"finch:1b": "example/finch"}.get,
            today=TODAY, file=file, **more,  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root, cards = tmp_path / "root", tmp_path / "cards"
    root.mkdir()
    for name, license_ in LICENSES.items():
        folder = cards / name.replace("/", "__")
        folder.mkdir(parents=True)
        (folder / "README.md").write_text(CARD.format(license=license_))
    return Desk(root, cards, [])


def use(
    model: str = "example/finch", path: str = "app.py", line: int = 1, kind: str = "hub", revision: str | None = COMMIT
) -> Use:
    return Use(model, kind, path, line, "from_pretrained", revision, revision == COMMIT, f'load("{model}")')


def decisions(scan: Scan) -> list[str]:
    return [one.decision for one in scan.models]


def rules(scan: Scan) -> list[str]:
    return [one.rule for one in scan.problems]


EXCEPTION = """\
[[exceptions]]
model = "example/wren"
rule = "{rule}"
reason = "legal looked at it"
by = "a.person@example.org"
expires = {expires}
"""


# -- what is required --------------------------------------------------------------------------------------


def test_require(desk: Desk) -> None:
    assert decisions(desk.scan("", use("example/wren"))) == ["allowed"]
    scan = desk.scan('require = "open-weight"', use(), use("example/wren", line=4))
    assert [(one.model, one.decision, one.severity) for one in scan.models] == [
        ("example/wren", "denied", "error"),
        ("example/finch", "allowed", None),
    ]
    assert [(one.rule, one.severity, one.path, one.line) for one in scan.problems] == [("level", "error", "app.py", 4)]
    assert scan.problems[0].message.startswith("example/wren: weights-available")
    assert decide.exit_code(scan) == 1
    assert scan.models[0].license == "CC-BY-NC-4.0"


def test_a_level_of_another_definition(desk: Desk) -> None:
    assert decisions(desk.scan('require = "osaid-1.0/open-weight"', use("example/wren"))) == ["denied"]
    with pytest.raises(PolicyError, match=r"did you mean 'osaid-1\.0/open-weight'"):
        desk.scan('require = "osaid-1.0/open-weights"', use())


def test_a_definition_that_was_not_applied_is_told(desk: Desk) -> None:
    file = desk.root / "openness.toml"
    file.write_text('require = "osaid-1.0/open-weight"')
    found = decide.Found((use(),), desk.root)
    with pytest.raises(PolicyError, match="was not applied"):
        decide.decide(
            found,
            policy.load(file),
            lambda _: assess(str(desk.cards / "example__finch" / "README.md"), also=()),
            lambda _: None,
            today=TODAY,
        )


@pytest.mark.parametrize(
    ("text", "decision", "code"),
    [("", "undetermined", 3), ('undetermined = "fail"', "undetermined", 3), ('undetermined = "pass"', "allowed", 0)],
)
def test_undetermined(desk: Desk, text: str, decision: str, code: int) -> None:
    scan = desk.scan(f'require = "open-source"\n{text}', use(), use("example/nobody", line=2))
    assert decisions(scan) == [decision, decision]
    assert decide.exit_code(scan) == code
    assert rules(scan) == (["undetermined", "unknown-model"] if code else [])
    assert all(one.reasons for one in scan.models)


def test_an_unknown_model_where_nothing_is_required(desk: Desk) -> None:
    scan = desk.scan("", use("example/nobody"))
    assert (decisions(scan), rules(scan), decide.exit_code(scan)) == (["allowed"], ["unknown-model"], 0)
    assert "no such model" in scan.problems[0].message


@pytest.mark.parametrize(
    ("text", "severity", "decision"),
    [("", "warning", "allowed"), ('unpinned = "fail"', "error", "denied"), ('unpinned = "pass"', None, "allowed")],
)
def test_unpinned(desk: Desk, text: str, severity: str | None, decision: str) -> None:
    scan = desk.scan(text, use(), use(line=2, revision=None), use(line=3, revision="main"))
    assert [one.severity for one in scan.problems] == [severity] * (2 if severity else 0)
    assert [one.decision for one in scan.models if one.revision != COMMIT] == [decision] * 2
    assert desk.calls == [f"example/finch@{COMMIT}", "example/finch", "example/finch@main"]


@pytest.mark.parametrize(
    ("text", "severity", "decision"),
    [("", "warning", "allowed"), ('api = "fail"', "error", "denied"), ('api = "pass"', None, "allowed")],
)
def test_api(desk: Desk, text: str, severity: str | None, decision: str) -> None:
    scan = desk.scan(f'{text}\nrequire = "open-weight"', use("gpt-4o-mini", kind="api", revision=None))
    assert [one.severity for one in scan.problems] == ([severity] if severity else [])
    assert (decisions(scan), desk.calls) == ([decision], [])


@pytest.mark.parametrize(
    ("listed", "decision"),
    [
        ('"Apache-2.0"', "allowed"),
        ('"apache 2.0", "mit"', "allowed"),
        ('"MIT"', "denied"),
        ("", "denied"),
        ('"MIT OR Apache-2.0"', "denied"),
    ],
)
def test_licenses(desk: Desk, listed: str, decision: str) -> None:
    scan = desk.scan(f"[licenses]\nallow = [{listed}]", use())
    assert decisions(scan) == [decision]
    assert rules(scan) == ([] if decision == "allowed" else ["license"])


def test_a_licence_that_is_not_known_is_neither_allowed_nor_denied(desk: Desk) -> None:
    (desk.cards / "example__finch" / "README.md").write_text(CARD.format(license="other"))
    scan = desk.scan('[licenses]\nallow = ["MIT"]', use())
    assert (decisions(scan), decide.exit_code(scan)) == (["undetermined"], 3)
    assert "undetermined" in rules(scan)


@pytest.mark.parametrize(
    ("written", "listed", "answer"),
    [
        ("MIT OR GPL-3.0-only", ["MIT"], True),
        ("MIT AND GPL-3.0-only", ["MIT"], False),
        ("GPL-3.0-only AND MIT", ["MIT AND GPL-3.0-only"], True),
        ("MIT AND (GPL-3.0-only OR Apache-2.0)", ["MIT", "Apache-2.0"], True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0-only"], False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ["GPL-2.0-only WITH Classpath-exception-2.0"], True),
        ("LicenseRef-ours", ["LicenseRef-ours"], True),
    ],
)
def test_expressions(written: str, listed: list[str], answer: bool) -> None:
    resolved = [expression.resolve(one) for one in (written, *listed)]
    first, *others = [one for one in resolved if one is not None]
    assert len(others) == len(listed)
    assert allowed.verdict(first, others) is answer


# -- exceptions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["level", "osaid-1.0/parameters-terms"])
def test_an_exception(desk: Desk, rule: str) -> None:
    text = 'require = "open-weight"\n' + EXCEPTION.format(rule=rule, expires="2026-11-23")
    scan = desk.scan(text, use("example/wren"))
    assert (decisions(scan), rules(scan), decide.exit_code(scan)) == (["excepted"], [], 0)
    assert "excepted by a.person@example.org until 2026-11-23: legal looked at it" in scan.models[0].reasons[0].message


def test_an_exception_that_is_not_enough(desk: Desk) -> None:
    text = 'require = "open-weight"\n[licenses]\nallow = ["MIT"]\n'
    scan = desk.scan(text + EXCEPTION.format(rule="level", expires="2027-01-01"), use("example/wren"))
    assert (decisions(scan), rules(scan)) == (["denied"], ["license"])
    text = 'require = "open-source"\n' + EXCEPTION.format(rule="osaid-1.0/parameters-terms", expires="2027-01-01")
    assert decisions(desk.scan(text, use("example/wren"))) == ["undetermined"]


def test_an_exception_expires(desk: Desk) -> None:
    text = 'require = "open-weight"\n' + EXCEPTION.format(rule="level", expires="2026-11-22")
    scan = desk.scan(text, use("example/wren"))
    assert (decisions(scan), decide.exit_code(scan)) == (["denied"], 1)
    expired = next(one for one in scan.problems if one.rule == "policy-expired")
    assert (expired.path, expired.line, expired.model) == ("openness.toml", 2, "example/wren")
    assert "policy-unused" not in rules(scan)


def test_an_exception_is_bound_to_model_and_revision(desk: Desk) -> None:
    text = 'require = "open-weight"\n' + EXCEPTION.format(rule="level", expires="2027-01-01")
    scan = desk.scan(text.replace("wren", "owl"), use("example/wren"))
    assert (decisions(scan), rules(scan)) == (["denied"], ["level", "policy-unused"])
    bound = text + f'revision = "{COMMIT}"\n'
    assert decisions(desk.scan(bound, use("example/wren"))) == ["excepted"]
    assert decisions(desk.scan(bound, use("example/wren", revision="main"))) == ["denied"]


@pytest.mark.parametrize("rule", ["unpinned", "api-model", "unknown-model", "license"])
def test_an_exception_from_any_rule(desk: Desk, rule: str) -> None:
    text = 'unpinned = "fail"\napi = "fail"\n[licenses]\nallow = ["MIT"]\n'
    text += EXCEPTION.format(rule=rule, expires="2027-01-01")
    model = {
        "unpinned": use("example/wren", revision=None),
        "api-model": use("example/wren", kind="api"),
        "unknown-model": use("example/nobody"),
        "license": use("example/wren"),
    }[rule]
    if rule == "unpinned":
        text = text.replace('allow = ["MIT"]', 'allow = ["CC-BY-NC-4.0"]')
    scan = desk.scan(text.replace("example/wren", model.model), model)
    assert (decisions(scan), rules(scan)) == (["excepted"], [])


def test_upkeep(desk: Desk) -> None:
    text = '[licenses]\nallow = ["MIT", "mit"]\n'
    text += (
        EXCEPTION.format(rule="level", expires="2027-01-01") * 2 + '[[paths]]\npath = "docs/**"\nrequire = "closed"\n'
    )
    scan = desk.scan(text, use())
    found = [(one.rule, one.line) for one in scan.problems if one.path == "openness.toml"]
    assert found == [
        ("policy-duplicate", 2),
        ("policy-unused", 3),
        ("policy-duplicate", 9),
        ("policy-unused", 9),
        ("policy-unused", 15),
    ]
    part = desk.scan(text, use(), whole=False)
    assert {one.rule for one in part.problems if one.path == "openness.toml"} == {"policy-duplicate"}


def test_what_an_unknown_model_may_need_is_not_unused(desk: Desk) -> None:
    shutil.rmtree(desk.cards)
    text = EXCEPTION.format(rule="level", expires="2027-01-01")
    text += f"""[[clarify]]
model = "example/wren"
component = "model-parameters"
license = "MIT"
file = "LICENSE"
sha256 = "{"a" * 64}"
revision = "{COMMIT}"
"""
    assert rules(desk.scan(text, use("example/wren"))) == ["unknown-model"]
    assert rules(desk.scan(text, use("example/owl"))) == ["unknown-model", "policy-unused", "policy-unused"]


def test_two_exceptions_are_both_told(desk: Desk) -> None:
    (desk.cards / "example__wren" / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n")
    text = 'require = "open-weight"\n' + "".join(
        EXCEPTION.format(rule=f"osaid-1.0/{rule}", expires="2027-01-01").replace("legal", rule)
        for rule in ("parameters-published", "parameters-terms", "inference-code")
    )
    scan = desk.scan(text, use("example/wren"))
    assert (decisions(scan), rules(scan)) == (["excepted"], [])
    assert all(one in scan.models[0].reasons[0].message for one in ("inference-code looked", "parameters-terms looked"))


def test_check_tells_what_needs_no_scan(tmp_path: Path) -> None:
    file = tmp_path / "openness.toml"
    file.write_text(
        EXCEPTION.format(rule="level", expires="2026-01-01") + EXCEPTION.format(rule="level", expires="2027-01-01")
    )
    found = policy.check(file, known(), TODAY)
    assert [(one.rule, one.line, one.path) for one in found] == [
        ("policy-expired", 1, str(file)),
        ("policy-duplicate", 7, str(file)),
    ]


# -- clarifications ----------------------------------------------------------------------------------------


def test_a_clarification_lapses_when_one_byte_changes(desk: Desk) -> None:
    card = desk.cards / "example__finch" / "README.md"
    card.write_text(CARD.format(license="other"))
    digest = hashlib.sha256(card.read_bytes()).hexdigest()
    text = f"""\
require = "open-weight"
[licenses]
allow = ["MIT"]
[[clarify]]
model = "example/finch"
component = "model-parameters"
license = "MIT"
file = "README.md"
sha256 = "{digest}"
"""
    scan = desk.scan(text, use())
    assert (decisions(scan), scan.models[0].license, rules(scan)) == (["allowed"], "MIT", [])
    assert decisions(desk.scan(text + 'revision = "v1"\n', use())) == ["undetermined"]
    card.write_text(card.read_text() + " ")
    lapsed = desk.scan(text, use(), use(line=9))
    assert decisions(lapsed) == ["undetermined"]
    assert [(one.path, one.line) for one in lapsed.problems if one.rule == "clarification-lapsed"] == [
        ("openness.toml", 7)
    ]
    unused = desk.scan(text, use("example/owl"))
    assert [one.line for one in unused.problems if one.rule == "policy-unused"] == [7]


def test_a_clarification_settles_a_conflict(desk: Desk) -> None:
    """The finding about the conflict goes with it."""
    folder = desk.cards / "example__finch"
    (folder / "README.md").write_text(CARD.format(license="cc-by-nc-4.0"))
    (folder / "LICENSE").write_text("SPDX-License-Identifier: MIT\n")
    before = desk.scan("", use())
    assert "license-conflict" in rules(before)
    digest = hashlib.sha256((folder / "LICENSE").read_bytes()).hexdigest()
    entry = f'[[clarify]]\nmodel = "example/finch"\ncomponent = "model-parameters"\nlicense = "MIT"\nfile = "LICENSE"\nsha256 = "{digest}"\n'
    after = desk.scan(entry, use())
    assert (after.models[0].license, rules(after)) == ("MIT", [])


# -- paths -------------------------------------------------------------------------------------------------


def test_paths_the_last_that_fits_wins(desk: Desk) -> None:
    text = """\
require = "open-weight"
unpinned = "pass"
[[paths]]
path = "examples/**"
require = "weights-available"
unpinned = "fail"
[[paths]]
path = "examples/strict/*.py"
require = "open-weight"
[[paths]]
path = "*.ipynb"
ignore = true
reason = "scratch"
"""
    places = ("a.py", "examples/b.py", "examples/strict/c.py", "examples/d.ipynb")
    scan = desk.scan(text, *(use("example/wren", path, revision=None) for path in places))
    assert [(one.path, one.rule) for one in scan.problems] == [
        ("a.py", "level"),
        ("examples/b.py", "unpinned"),
        ("examples/strict/c.py", "level"),
        ("examples/strict/c.py", "unpinned"),
    ]
    assert decisions(scan) == ["denied"]
    assert [one.path for one in scan.models[0].uses] == list(places[:3])


def test_paths_decide_every_key(desk: Desk) -> None:
    text = 'require = "open-source"\napi = "fail"\n[[paths]]\npath = "lab"\nundetermined = "pass"\napi = "pass"\n'
    here = desk.scan(text, use(), use("gpt-4o", kind="api", line=2))
    there = desk.scan(text, use(path="lab/a.py"), use("gpt-4o", kind="api", path="lab/a.py", line=2))
    assert decisions(here) == ["denied", "undetermined"]
    assert (decisions(there), rules(there)) == (["allowed", "allowed"], [])


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("examples/**", "examples/a/b.py", True),
        ("examples/**", "my/examples/a.py", False),
        ("**/examples/**", "my/examples/a.py", True),
        ("**/examples/**", "examples/a.py", True),
        ("examples", "my/examples/a.py", True),
        ("/examples", "my/examples/a.py", False),
        ("examples/", "examples/a.py", True),
        ("*.py", "a/b.py", True),
        ("*.py", "a/b.pyc", False),
        ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/c.py", True),
        ("a/**/c.py", "a/b/b/c.py", True),
        ("a?.py", "ab.py", True),
        ("a[b].py", "ab.py", False),
    ],
)
def test_patterns(pattern: str, path: str, fits: bool) -> None:
    assert globs.matches(pattern, path) is fits


# -- comments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("a.py", "x = load('m')  # openness: ignore[level] we pay for it\n", 1),
        ("a.py", "# openness: ignore[unpinned, level] we pay for it\nx\n", 2),
        ("a.py", "# openness: ignore[level] we pay for it\n# openness: ignore[license] so\nx\n", 3),
        ("a.ts", "  // openness: ignore[level] we pay for it\nx\n", 2),
        ("a.md", "<!-- openness: ignore[level] we pay for it -->\nx\n", 2),
        ("a.md", "---\nbase_model: m  # openness: ignore[level] we pay for it\n---\n", 2),
        ("a.ini", "; openness: ignore[level] we pay for it\nx\n", 2),
        ("a.sql", "-- openness: ignore[level] we pay for it\nx\n", 2),
        ("a.css", "/* openness: ignore[level] we pay for it */\nx\n", 2),
        ("a.ipynb", '    "# openness: ignore[level] we pay for it\\n",\n    "x"\n', 2),
    ],
)
def test_comments(path: str, content: str, line: int) -> None:
    first = next(one for one in ignores.find(path, content) if "level" in one.rules)
    assert (first.covers, first.reason) == (line, "we pay for it")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.md", "```\n# openness: ignore[level] an example\n```\n"),
        ("a.py", 'text = "# openness: ignore[level] a text"\n'),
        ("a.py", "# openness: ignored[level] another word\n"),
        ("a.py", "#: see openness: ignore[level]\n"),
    ],
)
def test_no_comments(path: str, content: str) -> None:
    assert ignores.find(path, content) == ()


def test_a_comment_sets_aside_only_what_it_names(desk: Desk) -> None:
    found = ignores.find("app.py", "load()  # openness: ignore[level] we pay\nload()\n")
    text = 'require = "open-weight"\nunpinned = "fail"\n'
    scan = desk.scan(text, use("example/wren", revision=None), ignores=found)
    assert (decisions(scan), rules(scan), scan.ignored) == (["denied"], ["unpinned"], 1)
    pinned = desk.scan(text, use("example/wren"), ignores=found)
    assert (decisions(pinned), rules(pinned), decide.exit_code(pinned)) == (["excepted"], [], 0)
    assert "ignored at app.py:1: we pay" in pinned.models[0].reasons[0].message
    assert decisions(desk.scan(text, use("example/wren", line=2), ignores=found)) == ["denied"]


def test_comments_without_effect(desk: Desk) -> None:
    content = "a  # openness: ignore[level]\nb  # openness: ignore\nc  # openness: ignore[level, license] why\n"
    scan = desk.scan(
        'require = "open-weight"\n',
        *(use("example/wren", line=n) for n in (1, 3)),
        ignores=ignores.find("app.py", content),
    )
    assert [(one.line, one.rule) for one in scan.problems] == [
        (1, "ignore-without-reason"),
        (1, "level"),
        (2, "ignore-without-reason"),
        (3, "ignore-unused"),
    ]


# -- other registries, files that were not read ------------------------------------------------------------


def test_models_of_other_registries(desk: Desk) -> None:
    scan = desk.scan(
        'require = "open-weight"\nunpinned = "pass"\n',
        use("finch:1b-q4_K_M", kind="ollama"),
        use("somebody/finch:1b", kind="ollama", line=2),
        use("magpie", kind="torchhub", line=3),
    )
    assert {one.model: one.decision for one in scan.models} == {
        "finch:1b-q4_K_M": "allowed", "somebody/finch:1b": "undetermined", "magpie": "undetermined",
    }  # fmt: skip
    assert "not a Hub id: magpie (torchhub)" in next(one.message for one in scan.problems if one.model == "magpie")
    assert desk.calls == ["example/finch"]


def test_weights_in_the_tree(desk: Desk) -> None:
    scan = desk.scan('require = "open-weight"', use("m/a.gguf", kind="local"), use("../b.gguf", kind="local", line=2))
    assert desk.calls == [str(desk.root / "m/a.gguf")]
    assert "outside the tree" in scan.problems[-1].message
    assert decisions(scan) == ["undetermined"] * 2


@pytest.mark.parametrize(
    ("model", "kind", "names"),
    [
        ("llama3.1:8b", "ollama", ("llama3.1:8b",)),
        ("llama3.1:latest", "ollama", ("llama3.1",)),
        ("llama3.1", "ollama", ("llama3.1",)),
        ("library/qwen2.5:7b-instruct-fp16", "ollama", ("qwen2.5:7b-instruct-fp16", "qwen2.5:7b-instruct")),
        ("ai/smollm2:Q4_K_M", "docker", ("smollm2:Q4_K_M", "smollm2")),
        ("me/llama3.1:8b", "ollama", ()),
        ("resnet50.a1_in1k", "timm", ("timm/resnet50.a1_in1k",)),
    ],
)
def test_names_elsewhere(model: str, kind: str, names: tuple[str, ...]) -> None:
    assert spellings(model, kind) == names


def test_files_that_were_not_read(desk: Desk) -> None:
    unread = (NotRead("a.py", "no Python"), NotRead("x/b.py", "no Python"))
    scan = desk.scan('[[paths]]\npath = "x"\nignore = true\nreason = "old"\n', use(path="x/c.py"), not_read=unread)
    assert [(one.rule, one.path, one.severity) for one in scan.problems] == [("not-read", "a.py", "warning")]
    assert scan.not_read == unread


# -- the baseline ------------------------------------------------------------------------------------------


def test_the_baseline(desk: Desk, tmp_path: Path) -> None:
    text = 'require = "open-weight"'
    old = desk.scan(text, use("example/wren", line=4))
    file = tmp_path / "known.txt"
    file.write_text(baseline.written(old.problems))
    known = baseline.read(file)
    moved = desk.scan(text, use("example/wren", line=40), baseline=known)
    assert (decisions(moved), rules(moved), moved.known, decide.exit_code(moved)) == (["excepted"], [], 1, 0)
    twice = desk.scan(text, use("example/wren", line=4), use("example/wren", line=40), baseline=known)
    assert (decisions(twice), [one.line for one in twice.problems]) == (["denied"], [40])
    other = desk.scan(text, use("example/wren", path="other.py"), baseline=known)
    assert decisions(other) == ["denied"]
    assert baseline.written(old.problems) == baseline.written(tuple(reversed(old.problems)))


def test_a_broken_baseline(tmp_path: Path) -> None:
    file = tmp_path / "known.txt"
    file.write_text("# head\n\nabc\n")
    with pytest.raises(PolicyError, match=r"known\.txt:3: no entry of a baseline"):
        baseline.read(file)


# -- the lock ----------------------------------------------------------------------------------------------

DEFINITIONS = (("openness", "a" * 64), ("osaid-1.0", "b" * 64))


def locked(scan: Scan, root: Path) -> lock.Lock:
    """The lock of a scan, written and read."""
    file = root / "openness.lock"
    file.write_text(lock.written(lock.lock_of(scan, "1.0", DEFINITIONS)))
    return lock.read(file, expression.resolve)


def drifted(old: lock.Lock, scan: Scan) -> list[str]:
    problems = drift(old, lock.lock_of(scan, "1.0", DEFINITIONS))
    assert all((one.rule, one.severity) == ("lock-drift", "error") for one in problems)
    return [one.message for one in problems]


def test_the_lock_comes_back(desk: Desk) -> None:
    (desk.cards / "example__finch" / "LICENSE").write_text("Some words that nobody knows.\n")
    scan = desk.scan(
        "", use(), use("example/wren", revision=None), use("gpt-4o", kind="api"), use("example/no", line=9)
    )
    old = locked(scan, desk.root)
    text = (desk.root / "openness.lock").read_text()
    assert text == lock.written(old) and text.endswith("\n")
    assert [one.model for one in old.entries] == sorted(one.model for one in scan.models)
    assert drifted(old, scan) == []
    assert [one.place[1] for one in old.entries] == [
        n for n, words in enumerate(text.split("\n"), 1) if words == "[[models]]"
    ]


def test_drift(desk: Desk) -> None:
    old = locked(desk.scan("", use(), use("example/wren", revision="main")), desk.root)
    came = desk.scan("", use(), use("example/wren", revision="main"), use("example/owl", line=7))
    assert drifted(old, came) == ["example/owl: it is not in the lock; write the lock anew and review it"]
    problem = drift(old, lock.lock_of(came, "1.0", DEFINITIONS))[0]
    assert (problem.path, problem.line) == ("app.py", 7)
    gone = desk.scan("", use())
    assert drifted(old, gone) == ["example/wren: it is in the lock and no longer used"]
    assert drift(old, lock.lock_of(gone, "1.0", DEFINITIONS), whole=False) == ()
    moved = desk.scan("", use(), use("example/wren", revision="v2"))
    assert drifted(old, moved) == ["example/wren: revision 'main' is locked, and 'v2' is used"]
    (desk.cards / "example__finch" / "README.md").write_text(CARD.format(license="cc-by-nc-4.0"))
    changed = desk.scan("", use(), use("example/wren", revision="main"))
    found = drifted(old, changed)
    assert found[0] == "example/finch: the licence was Apache-2.0 and is CC-BY-NC-4.0"
    assert any("the verdict by openness was" in one for one in found)
    told = decide.with_drift(changed, old, lock.lock_of(changed, "1.0", DEFINITIONS))
    assert decide.exit_code(told) == 1 and decide.exit_code(changed) == 0
    assert {one.path for one in told.problems if one.rule == "lock-drift"} == {"openness.lock"}


def test_a_licence_text_that_changed_at_the_same_tag(desk: Desk) -> None:
    text = desk.cards / "example__finch" / "LICENSE"
    text.write_text("You may use this bird as you like, said nobody.\n")
    old = locked(desk.scan("", use(revision="v1")), desk.root)
    assert old.entries[0].texts == (hashlib.sha256(text.read_bytes()).hexdigest(),)
    text.write_text("You may use this bird as you like, said nobody!\n")
    found = drifted(old, desk.scan("", use(revision="v1")))
    assert len(found) == 1 and "the licence texts changed" in found[0]


def test_definitions_that_changed_are_a_warning(desk: Desk) -> None:
    scan = desk.scan("", use())
    old = locked(scan, desk.root)
    found = drift(old, lock.lock_of(scan, "2.0", (("openness", "c" * 64), DEFINITIONS[1])))
    assert [(one.severity, one.path) for one in found] == [("warning", old.path)]
    assert "openness is another one now" in found[0].message


def test_the_lock_speaks_for_a_model_that_cannot_be_looked_up(desk: Desk) -> None:
    text = 'require = "open-weight"\n[licenses]\nallow = ["Apache-2.0", "CC-BY-NC-4.0"]\n'
    text += EXCEPTION.format(rule="osaid-1.0/parameters-terms", expires="2027-01-01")
    uses = use(), use("example/wren", line=2), use("example/owl", line=3)
    before = desk.scan(text, *uses)
    old = locked(before, desk.root)
    shutil.rmtree(desk.cards)
    assert decisions(desk.scan(text, *uses)) == ["undetermined"] * 3
    after = desk.scan(text, *uses, lock=old)
    assert [(one.model, one.decision, one.license) for one in after.models] == [
        (one.model, one.decision, one.license) for one in before.models
    ]
    assert sorted(decisions(after)) == ["allowed", "denied", "excepted"]
    assert drifted(old, after) == []


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("version = 1", "version = 9"), 1, "version 9"),
        (("kind = ", "kin = "), 32, "did you mean 'kind'"),
        (('"openness: ', '"openess: '), 30, "no verdict"),
        (("sha256 = ", "sha25 = "), None, "did you mean 'sha256'"),
        (("license = ", "#"), 30, "'license' is missing"),
        (("texts = []", "texts = [1]"), 34, "must be, a list"),
        (("tool = ", "tool == "), 4, "not valid TOML"),
    ],
)
def test_a_broken_lock(desk: Desk, change: tuple[str, str], line: int | None, words: str) -> None:
    file = desk.root / "openness.lock"
    file.write_text(lock.written(lock.lock_of(desk.scan("", use()), "1.0", DEFINITIONS)).replace(*change))
    with pytest.raises(PolicyError, match=re.escape(words)) as problem:
        lock.read(file)
    assert problem.value.path == str(file)


NAMES = st.text(min_size=1, max_size=20)


@given(NAMES, NAMES, NAMES)
def test_any_name_can_be_locked(model: str, revision: str, license_: str) -> None:
    """What is written is read again, whatever is in it."""
    entry = lock.Entry(
        model, "hub", revision, revision, license_, ("a" * 64,), (("x", "low", "high"),), (("x", "low", "x/y", "open"),)
    )
    old = lock.Lock("1.0", (("x", "b" * 64, ("low", "high")),), (entry,))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "openness.lock"
        file.write_text(lock.written(old), encoding="utf-8", newline="")
        assert lock.read(file).entries[0]._replace(place=entry.place) == entry


def test_a_path_that_is_no_text_can_be_locked(desk: Desk) -> None:
    scan = desk.scan("", use("m/\udcff.gguf", kind="local"))
    assert locked(scan, desk.root).entries[0].model == "m/?.gguf"
    assert locked(desk.scan(""), desk.root).entries == ()


def test_no_lock(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        lock.read(tmp_path / "openness.lock")


# -- the file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("unpined = 'warn'\n", 1, "did you mean 'unpinned'"),
        ("\nunpinned = 'perhaps'\n", 2, '"fail", "warn" or "pass"'),
        ("api = 1\n", 1, '"fail", "warn" or "pass"'),
        ("[licences]\nallow = []\n", 1, "did you mean 'licenses'"),
        ("[licenses]\nalow = []\n", 2, "did you mean 'allow'"),
        ("[licenses]\n", 1, "needs 'allow'"),
        ("licenses = 1\n", 1, "[licenses]"),
        ("[licenses]\nallow = [\n  'MIT',\n  'Apache-2',\n  'Apach-2.0',\n]\n", 5, "did you mean 'Apache-2.0'"),
        ("[licenses]\nallow = ['gpl']\n", 2, "no one licence"),
        ("require = 'open-wait'\n", 1, "did you mean 'open-weight'"),
        ("definitions = ['osaid-2.0']\n", 1, "did you mean 'osaid-1.0'"),
        (EXCEPTION.format(rule="level", expires="2027-02-30"), 6, "not valid TOML"),
        (EXCEPTION.format(rule="level", expires="'2027-02-28'"), 6, "needs 'expires', a date"),
        (EXCEPTION.format(rule="level", expires="2027-02-28T00:00:00"), 6, "needs 'expires', a date"),
        (EXCEPTION.format(rule="level", expires="2027-02-28").replace("by =", "bye ="), 5, "did you mean 'by'"),
        (EXCEPTION.format(rule="level", expires="2027-02-28").replace("legal looked at it", " "), 4, "needs 'reason'"),
        ("[[paths]]\npath = 'a'\n", 1, "must ask for something"),
        ("[[paths]]\npath = 'a'\nignore = true\n", 3, "needs 'reason'"),
        ("[[paths]]\npath = 'a'\nignore = 1\n", 3, "needs 'ignore', true or false"),
        ("[[paths]]\npath = 'a'\nrequire = 'x'\n", 3, "no level 'x'"),
        (
            "[[clarify]]\nmodel = 'a/b'\ncomponent = 'weights'\nlicense = 'MIT'\nfile = 'L'\nsha256 = '"
            + "a" * 64
            + "'\n",
            3,
            "no component 'weights'",
        ),
        (
            "[[clarify]]\nmodel = 'a/b'\ncomponent = 'datasets'\nlicense = 'MIT'\nfile = 'L'\nsha256 = 'A'\n",
            6,
            "64 hex",
        ),
        (
            "[[clarify]]\nmodel = 'a/b'\ncomponent = 'datasets'\nlicense = 'MYT'\nfile = 'L'\nsha256 = '"
            + "a" * 64
            + "'\n",
            4,
            "did you mean",
        ),
        ("exceptions = 1\n", 1, "[[exceptions]]"),
        ("x = " + "[" * 5000, None, "openness.toml"),
    ],
)
def test_mistakes(tmp_path: Path, content: str, line: int | None, words: str) -> None:
    file = tmp_path / "openness.toml"
    file.write_text(content)
    with pytest.raises(PolicyError) as problem:
        policy.load(file, known=known())
    assert words in str(problem.value)
    assert line is None or problem.value.line == line


def test_a_second_entry_has_its_own_lines(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    entries = EXCEPTION.format(rule="level", expires="2027-02-28").replace("[[ex", "[[tool.openness.ex")
    file.write_text(
        '[tool.other]\nrequire = 1\n[tool.openness]\nrequire = "open-weight"\n'
        + entries
        + entries.replace("by =", "# by =")
    )
    with pytest.raises(PolicyError, match=r"pyproject\.toml:11: an entry of 'exceptions' needs 'by'"):
        policy.load(file)
    file.write_text('[tool.other]\nrequire = 1\n[tool.openness]\nrequire = "open-wait"\n')
    with pytest.raises(PolicyError, match=r"pyproject\.toml:4: no level"):
        policy.load(file, known=known())
    file.write_text("tool = 1\n")
    with pytest.raises(PolicyError, match="must be a table"):
        policy.load(file)


def test_the_exceptions_rule_must_exist(tmp_path: Path) -> None:
    file = tmp_path / "openness.toml"
    file.write_text(EXCEPTION.format(rule="levels", expires="2027-02-28"))
    with pytest.raises(PolicyError, match=r"openness\.toml:3: no rule 'levels' is known; did you mean 'level'"):
        policy.load(file, known=known()._replace(rules=("level", "license")))


def test_the_example_of_the_docs(desk: Desk) -> None:
    """The page's example loads as printed; a digest that is not filled in holds for nothing, and the run says so."""
    page = (Path(__file__).parent.parent / "docs" / "policy.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    file = desk.root / "openness.toml"
    file.write_text(example)
    rules = policy.load(file, known=known())
    assert rules.required == ("open-weight",)
    assert [one.expires.isoformat() for one in rules.waivers] == ["2027-06-30"]
    assert [one.sha256 for one in rules.clarifications] == ["..."]
    assert len(rules.allowed or ()) == 3
    file.write_text(example.replace("g7-2026", "eu-ai-act"))
    assert policy.load(file, known=known()._replace(definitions=())).definitions == ("osaid-1.0", "eu-ai-act")
    told = desk.scan(example.replace("example/model", "example/finch"), use())
    digest = hashlib.sha256((desk.cards / "example__finch" / "README.md").read_bytes()).hexdigest()
    assert any(one.rule == "clarification-lapsed" and "no LICENSE was read" in one.message for one in told.problems)
    told = desk.scan(example.replace("example/model", "example/finch").replace('"LICENSE"', '"README.md"'), use())
    assert any(f"sha256 of README.md is {digest}" in one.message for one in told.problems)


def test_the_example_file() -> None:
    policy.load(Path(__file__).parent.parent / "examples" / "openness.toml", known=known())


def test_problems_are_in_order_and_each_has_a_place(desk: Desk) -> None:
    scan = desk.scan(
        'require = "open-weight"', *(use("example/wren", f"{name}.py", line) for name in "ba" for line in (9, 1))
    )
    places = [(one.path, one.line) for one in scan.problems]
    assert places == sorted(places, key=str) and len(places) == 4
    assert isinstance(scan.problems[0], Problem)
