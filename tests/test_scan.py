"""`openness scan` as a user runs it: a tree, a policy, exit codes, files; each run is a process of its own."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hub_server import Hub, Model, running

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")
OPEN, RESTRICTED, UNKNOWN = "openai/gpt-oss-20b", "meta-llama/Llama-3.1-8B", "example/nobody-knows-it"
REQUIRE = 'require = "open-weight"\nunpinned = "pass"\n'
NO_HUB = {"HF_HUB_OFFLINE": "1"}


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openness", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8",
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "XDG_CACHE_HOME": str(cwd.parent / "cache"),
             **NO_HUB, **environment},
    )  # fmt: skip


def code(*models: str) -> str:
    lines = [f"one = AutoModel.from_pretrained({model!r})\n" for model in models]
    return "from transformers import AutoModel\n" + "".join(lines)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A code base with one model that is open-weight."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "app.py").write_text(code(OPEN), encoding="utf-8")
    (root / "openness.toml").write_text(REQUIRE, encoding="utf-8")
    return root


def scanned(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Model → decision, from a report in JSON."""
    return {one["model"]: one["decision"] for one in json.loads(done.stdout)["models"]}


# -- decisions and exit codes ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ((), 0), ((OPEN,), 0), ((OPEN, UNKNOWN), 3), ((RESTRICTED,), 1), ((OPEN, UNKNOWN, RESTRICTED), 1),
    ],
)  # fmt: skip
def test_the_worst_decision_is_the_exit_code_in_every_format(
    tree: Path, form: str, models: tuple[str, ...], expected: int
) -> None:
    (tree / "app.py").write_text(code(*models), encoding="utf-8")
    done = run("scan", "--format", form, cwd=tree)
    assert (done.returncode, done.stderr) == (expected, "")
    assert run("scan", "--format", form, "--exit-zero", cwd=tree).stdout == done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_every_rule_and_place_is_in_every_format(tree: Path, form: str) -> None:
    (tree / "openness.toml").write_text(REQUIRE.replace("pass", "fail"), encoding="utf-8")
    (tree / "app.py").write_text(code(OPEN, UNKNOWN, RESTRICTED), encoding="utf-8")
    problems = json.loads(run("scan", "-f", "json", cwd=tree).stdout)["problems"]
    assert {one["rule"] for one in problems} == {"level", "unknown-model", "unpinned"}
    shown = html.unescape(run("scan", "-f", form, cwd=tree).stdout)
    for one in problems:
        assert one["rule"] in shown
        assert re.search(
            rf'{re.escape(one["path"])}(?::|,line=|"?\D{{1,80}}|.*?"startLine": ?){one["line"]}\b', shown, re.DOTALL
        )


def test_without_a_policy_nothing_is_denied(tree: Path) -> None:
    (tree / "openness.toml").unlink()
    (tree / "app.py").write_text(code(UNKNOWN, RESTRICTED), encoding="utf-8")
    done = run("scan", "-f", "json", cwd=tree)
    assert done.returncode == 0
    assert set(scanned(done).values()) == {"allowed"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "none"], "none: no such file or folder"),
        (["scan", "--format", "sarff"], "did you mean 'sarif'?"),
        (["scan", "--report", "sarif"], "write --report sarif=FILE"),
        (["scan", "--require", "open-wait"], "did you mean 'open-weight'?"),
        (["scan", "--policy", "none.toml"], "none.toml: cannot be read"),
        (["scan", "--locked"], "there is no lock yet"),
        (["scan", "--locked", "--write-lock"], "exclude each other"),
        (["scan", "--changed-since", "HEAD"], "not a git repository"),
        (["scan", "app.py", "--write-lock"], "a lock is of a whole folder"),
        (["scan", "--baseline", "none"], "none: cannot be read"),
        (["scan", "--output", "none/such"], "none/such: cannot be written"),
        (["policy", "check", "none.toml"], "none.toml: cannot be read"),
    ],
)
def test_what_cannot_be_run_is_exit_code_2(tree: Path, arguments: list[str], words: str) -> None:
    done = run(*arguments, cwd=tree)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_policy_that_is_wrong_has_its_line(tree: Path) -> None:
    (tree / "openness.toml").write_text('require = "open-weight"\nundetermind = "fail"\n', encoding="utf-8")
    for command in (["scan"], ["policy", "check"]):
        done = run(*command, cwd=tree)
        assert done.returncode == 2
        assert "openness.toml:2: " in done.stderr
        assert "did you mean 'undetermined'?" in done.stderr


def test_policy_check(tree: Path) -> None:
    done = run("policy", "check", cwd=tree)
    assert (done.returncode, done.stderr) == (0, "")
    entry = f'[[exceptions]]\nmodel = "{RESTRICTED}"\nrule = "level"\nreason = "r"\nby = "me"\nexpires = 2020-01-01\n'
    (tree / "openness.toml").write_text(REQUIRE + entry, encoding="utf-8")
    done = run("policy", "check", cwd=tree)
    assert done.returncode == 1
    assert re.search(r"openness\.toml:\d+: warning: .*2020-01-01.*\[policy-expired\]", done.stdout)
    (tree / "openness.toml").unlink()
    assert "there is no policy" in run("policy", "check", cwd=tree).stderr


def test_where_a_policy_is_found(tree: Path) -> None:
    (tree / "src").mkdir()
    (tree / "src" / "app.py").write_text(code(RESTRICTED), encoding="utf-8")
    assert run("scan", "src", cwd=tree).returncode == 0  # what lies above is somebody else's, outside a repository
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    assert run("scan", "src", cwd=tree).returncode == 1
    assert run("scan", cwd=tree / "src").returncode == 1
    (tree / "openness.toml").rename(tree / "mine.toml")
    (tree / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert run("scan", cwd=tree).returncode == 0
    (tree / "pyproject.toml").write_text('[tool.openness]\nrequire = "open-weight"\n', encoding="utf-8")
    assert run("scan", cwd=tree).returncode == 1
    assert run("scan", "--policy", "mine.toml", "src", cwd=tree).returncode == 1
    assert run("scan", "--policy", "mine.toml", "--require", "weights-available", cwd=tree).returncode == 0


# -- what is scanned ---------------------------------------------------------------------------------------


def test_one_file(tree: Path) -> None:
    (tree / "other.py").write_text(code(RESTRICTED), encoding="utf-8")
    assert scanned(run("scan", "app.py", "-f", "json", cwd=tree)) == {OPEN: "allowed"}


def test_changed_since(tree: Path) -> None:
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=tree, check=True)
    (tree / "other.py").write_text(code(RESTRICTED), encoding="utf-8")
    done = run("scan", "--changed-since", "HEAD", "-f", "json", cwd=tree)
    assert scanned(done) == {RESTRICTED: "denied"}
    assert "unused" not in done.stdout


def test_services_get_paths_from_the_root_of_the_repository(tree: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    (tree / "src").mkdir()
    (tree / "src" / "app.py").write_text(code(RESTRICTED), encoding="utf-8")
    for where, arguments in ((tree, ["src"]), (tree / "src", [])):
        run_ = json.loads(run("scan", *arguments, "-f", "sarif", cwd=where).stdout)["runs"][0]
        places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run_["results"]]
        assert places == ["src/app.py"]
        assert "file=src/app.py," in run("scan", *arguments, "-f", "github", cwd=where).stdout
        assert json.loads(run("scan", *arguments, "-f", "json", cwd=where).stdout)["problems"][0]["path"] == "app.py"


def test_a_folder_of_that_name_is_not_the_model(tree: Path) -> None:
    """What lies in the code base cannot speak for a model of the Hub that is called like its path."""
    folder = tree / "meta-llama" / "Llama-3.1-8B"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Mine\n", encoding="utf-8")
    (tree / "app.py").write_text(code(RESTRICTED), encoding="utf-8")
    report = json.loads(run("scan", "-f", "json", cwd=tree).stdout)
    assert [(one["license"], one["decision"]) for one in report["models"]] == [("LicenseRef-llama-3.1", "denied")]


def test_weights_in_the_tree_have_their_card_and_not_the_licence_of_the_code(tree: Path) -> None:
    from weight_files import gguf

    (tree / "app.py").unlink()
    (tree / "LICENSE").write_text(
        (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tree / "README.md").write_text("# A program\n\nApache-2.0.\n", encoding="utf-8")
    (tree / "bare.gguf").write_bytes(gguf({"general.architecture": "llama"}))
    beside = tree / "model"
    beside.mkdir()
    (beside / "weights.gguf").write_bytes(gguf({"general.architecture": "llama"}))
    (beside / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n# Wren\n", encoding="utf-8")
    report = json.loads(run("scan", "-f", "json", cwd=tree).stdout)
    assert {one["model"]: one["license"] for one in report["models"]} == {
        "bare.gguf": "NOASSERTION",
        "model/weights.gguf": "CC-BY-NC-4.0",
    }


def test_a_pinned_model_is_known_without_a_network(tree: Path) -> None:
    commit = "0123456789" * 4
    (tree / "app.py").write_text(code(OPEN).replace("')", f"', revision='{commit}')"), encoding="utf-8")
    report = json.loads(run("scan", "-f", "json", cwd=tree).stdout)
    assert [(one["revision"], one["decision"]) for one in report["models"]] == [(commit, "allowed")]


def test_a_comment_sets_a_problem_aside(tree: Path) -> None:
    (tree / "app.py").write_text(
        code(RESTRICTED).rstrip() + "  # openness: ignore[level] ticket 12\n", encoding="utf-8"
    )
    for _ in ("read", "from the cache"):
        done = run("scan", "-f", "json", cwd=tree)
        assert (done.returncode, scanned(done)) == (0, {RESTRICTED: "excepted"})


# -- files that it writes ----------------------------------------------------------------------------------


def test_several_reports_of_one_run(tree: Path) -> None:
    done = run("scan", "--report", "sarif=a.sarif", "--report", "markdown=b.md", cwd=tree)
    assert done.returncode == 0
    assert json.loads((tree / "a.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert OPEN in (tree / "b.md").read_text(encoding="utf-8")
    assert OPEN in done.stdout


def test_the_output_is_replaced_by_a_complete_one_only(tree: Path) -> None:
    (tree / "out.json").write_text("old", encoding="utf-8")
    (tree / "openness.toml").write_text("require = 1\n", encoding="utf-8")
    assert run("scan", "-f", "json", "-o", "out.json", cwd=tree).returncode == 2
    assert (tree / "out.json").read_text(encoding="utf-8") == "old"


def test_a_baseline_lets_an_old_code_base_start(tree: Path) -> None:
    (tree / "app.py").write_text(code(RESTRICTED), encoding="utf-8")
    assert run("scan", "--write-baseline", "known.txt", cwd=tree).returncode == 0
    assert run("scan", "--baseline", "known.txt", cwd=tree).returncode == 0
    (tree / "new.py").write_text(code(RESTRICTED), encoding="utf-8")
    done = run("scan", "--baseline", "known.txt", "-f", "json", cwd=tree)
    assert done.returncode == 1
    assert {one["path"] for one in json.loads(done.stdout)["problems"]} == {"new.py"}


def test_a_lock_holds_without_a_network(tree: Path) -> None:
    assert run("scan", "--write-lock", cwd=tree).returncode == 0
    first = (tree / "openness.lock").read_bytes()
    assert run("scan", "--locked", cwd=tree).returncode == 0
    assert run("scan", "--write-lock", cwd=tree).returncode == 0
    assert (tree / "openness.lock").read_bytes() == first
    (tree / "app.py").write_text(code(OPEN, "openai/gpt-oss-120b"), encoding="utf-8")
    done = run("scan", "--locked", "-f", "json", cwd=tree)
    assert done.returncode == 1
    drift = [one for one in json.loads(done.stdout)["problems"] if one["rule"] == "lock-drift"]
    assert [(one["model"], one["path"], one["line"]) for one in drift] == [("openai/gpt-oss-120b", "app.py", 3)]


@pytest.fixture
def hub() -> object:
    with running() as server:
        yield server


CARD = b"---\nlicense: apache-2.0\nlibrary_name: transformers\n---\n# Wren\n"


def test_a_licence_text_that_changed_at_the_same_tag_is_found(tree: Path, hub: Hub) -> None:
    text = (Path(__file__).parent.parent / "LICENSE").read_bytes()
    live = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1"}
    large = {"model.safetensors": 5 * 10**9}
    hub.models["example/wren"] = Model({"README.md": CARD, "LICENSE": text}, large=large)
    (tree / "app.py").write_text(code("example/wren").replace("')", "', revision='main')"), encoding="utf-8")
    done = run("scan", "--write-lock", "-f", "json", cwd=tree, **live)
    assert (done.returncode, scanned(done)) == (0, {"example/wren": "allowed"}), done.stderr
    assert run("scan", "--locked", cwd=tree, **live).returncode == 0
    assert run("scan", "--locked", cwd=tree, HF_ENDPOINT="http://127.0.0.1:9").returncode == 0
    hub.models["example/wren"] = Model(
        {"README.md": CARD, "LICENSE": text + b"\nNot for use by competitors.\n"}, large=large
    )
    done = run("scan", "--locked", "-f", "json", cwd=tree, **live)
    assert done.returncode == 1
    messages = [one["message"] for one in json.loads(done.stdout)["problems"] if one["rule"] == "lock-drift"]
    assert any("the licence texts changed" in one for one in messages)


def test_a_clarification_lapses_when_one_byte_changes(tree: Path, hub: Hub) -> None:
    import hashlib

    live = {"HF_ENDPOINT": hub.url, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1"}
    card, text = b"---\nlibrary_name: transformers\n---\n# Wren\n", b"You may do with it what you like.\n"
    large = {"model.safetensors": 5 * 10**9}
    hub.models["example/wren"] = Model({"README.md": card, "LICENSE": text}, large=large)
    (tree / "app.py").write_text(code("example/wren"), encoding="utf-8")
    digest = hashlib.sha256(text).hexdigest()
    entry = f'model = "example/wren"\ncomponent = "model-parameters"\nlicense = "MIT"\nfile = "LICENSE"\nsha256 = "{digest}"\n'
    assert run("scan", cwd=tree, **live).returncode == 3
    (tree / "openness.toml").write_text(f"{REQUIRE}[[clarify]]\n{entry}", encoding="utf-8")
    assert run("scan", cwd=tree, **live).returncode == 0
    hub.models["example/wren"] = Model({"README.md": card, "LICENSE": text + b" "}, large=large)
    done = run("scan", "-f", "json", cwd=tree, **live)
    assert done.returncode == 3
    assert any(one["path"] == "openness.toml" for one in json.loads(done.stdout)["problems"])


# -- hostile trees -----------------------------------------------------------------------------------------


def test_a_hostile_tree_ends_in_a_report(tree: Path) -> None:
    secret = tree.parent / "secret.py"
    secret.write_text(code(RESTRICTED), encoding="utf-8")
    (tree / "link.py").symlink_to(secret)
    (tree / "out").symlink_to(tree.parent)
    (tree / "loop").symlink_to(tree)
    (tree / "model.gguf").symlink_to(secret)
    with (tree / "huge.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    (tree / "latin.py").write_bytes(code("example/latin").encode() + b"# \xe9t\xe9\n")
    (tree / "deep.py").write_text("x = " + "(" * 5000 + ")" * 5000 + "\n", encoding="utf-8")
    (tree / "wide.py").write_text("x = " + "+".join(["1"] * 20000) + "\n", encoding="utf-8")
    (tree / "deep.yaml").write_text("- " * 20000 + "model\n", encoding="utf-8")
    (tree / "deep.json").write_text('{"model":' * 20000, encoding="utf-8")
    nested = tree
    for _ in range(120):
        nested = nested / "d"
    nested.mkdir(parents=True)
    done = run("scan", "-f", "json", cwd=tree)
    assert (done.returncode, done.stderr) == (3, "")
    report = json.loads(done.stdout)
    assert set(scanned(done)) == {OPEN, "example/latin"}
    unread = {one["path"] for one in report["problems"] if one["rule"] == "not-read"}
    assert {"link.py", "model.gguf", "huge.ipynb", "deep.json"} <= unread
    assert str(secret) not in done.stdout
