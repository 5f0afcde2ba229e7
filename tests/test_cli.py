"""The real entry point: exit codes, streams, files, errors; each run is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import openness
from openness.cli import COMMANDS

SCHEMA = json.loads((Path(openness.__file__).parent / "schemas" / "report-1.schema.json").read_text(encoding="utf-8"))
CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parent.parent


def run(
    *arguments: str, stdin: bytes = b"", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "openness", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "openai/gpt-oss-20b"], 0),
        (["check", "openai/gpt-oss-20b", "--require", "open-weight"], 0),
        (["check", "openai/gpt-oss-20b", "--require", "open-source"], 1),
        (["check", "openai/gpt-oss-20b", "--require", "open-source", "--exit-zero"], 0),
        (["check", "openai/gpt-oss-20b", "--require", "osaid-1.0/open-weight"], 0),
        (["check", "openai/gpt-oss-20b", "-d", "g7-2026", "--require", "osaid-1.0/open-source"], 1),
        (["check", "moonshotai/Kimi-K2-Instruct", "--require", "open-weight"], 3),
        (["check", "moonshotai/Kimi-K2-Instruct", "gpt-4", "--require", "open-weight"], 1),
        (["check", "openai/gpt-oss-20b", "no/such-thing"], 2),
        (["check", "openai/gpt-oss-20b", "--require", "open-wait"], 2),
        (["check", "openai/gpt-oss-20b", "--definition", "osaid"], 2),
        (["check", "openai/gpt-oss-20b", "--format", "xml"], 2),
        (["check", "openai/gpt-oss-20b", "--policy", "none.toml"], 2),
        (["check", "openai/gpt-oss-20b", "--output", "/none/such/file"], 2),
        (["check", "no-such-file.md"], 2),
        (["check", ""], 2),
        (["chekc"], 2),
        (["check", "--nonsense"], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["check", "--help"], 0),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    done = run(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if code == 2:
        assert done.stderr


def test_a_bug_is_exit_code_2_and_one_line() -> None:
    code = "import openness.assess as a, sys; a.assess = lambda *x, **y: 1 / 0; from openness.cli import main; sys.argv = ['openness', 'check', 'gpt-oss']; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("openness: internal error: ZeroDivisionError")
    assert done.stderr.count("\n") == 1
    traced = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OPENNESS_DEBUG": "1"},
    )
    assert "Traceback" in traced.stderr


def test_errors_suggest_what_was_meant() -> None:
    assert "did you mean 'open-weight'?" in run("check", "gpt-oss", "--require", "open-wait").stderr
    assert "did you mean 'osaid-1.0'?" in run("check", "gpt-oss", "-d", "osaid").stderr
    assert "known: json, text" in run("check", "gpt-oss", "-f", "xml").stderr
    assert "did you mean openai/gpt-oss-20b" in run("check", "openai/gpt-oss20").stderr


def test_json_is_the_contract_and_nothing_else_on_stdout() -> None:
    done = run("check", "-f", "json", "openai/gpt-oss-20b", "no/such", str(CASES / "card-conflict" / "input"), "gpt-4")
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    assert done.returncode == 2
    assert [one["release"] for one in report["releases"]][0::2] == ["openai/gpt-oss-20b", "openai/gpt-4"]
    assert [one["target"] for one in report["errors"]] == ["no/such"]
    assert report["releases"][0]["headline"] == {
        "definition": "openness",
        "at_least": "open-weight",
        "at_most": "open-weight",
        "text": "open-weight, not open source",
    }
    assert {verdict["definition"] for verdict in report["releases"][0]["verdicts"]} == {
        "openness",
        "osaid-1.0",
        "osd-1.9",
        "g7-2026",
    }


def test_definitions_can_be_chosen() -> None:
    report = json.loads(run("check", "-f", "json", "-d", "osd-1.9", "gpt-oss").stdout)
    assert [one["definition"] for one in report["releases"][0]["verdicts"]] == ["openness", "osd-1.9"]
    assert [one["id"] for one in report["definitions"]] == ["openness", "osd-1.9"]


def test_standard_input(tmp_path: Path) -> None:
    card = b"---\nlicense: mit\nlibrary_name: transformers\n---\n"
    assert run("check", "-", "-q", "--as", "a/b", stdin=card).stdout.startswith(
        "a/b: open-weight; open source not established"
    )
    descriptor = (CASES / "descriptor-service" / "input" / "oracle.yaml").read_bytes()
    assert run("check", "-", "-q", stdin=descriptor).stdout == "example/oracle: closed: the weights cannot be had\n"
    assert run("check", "-", stdin=b"\0\1\2").returncode == 2
    assert run("check", "-", stdin=b"x" * 11_000_000).stderr == "openness: -:1: larger than 10,000,000 bytes; refused\n"


def test_several_inputs_are_one_release() -> None:
    weights, code = CASES / "folder-weights" / "input", CASES / "folder-code" / "input"
    done = run("check", "-f", "json", str(weights), str(code), "--as", "example/finch")
    (release,) = json.loads(done.stdout)["releases"]
    assert release["release"] == "example/finch"
    assert release["components"]["training-code"]["available"] is True
    assert release["components"]["model-parameters"]["available"] is True


def test_an_output_file_is_replaced_only_by_a_complete_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("before")
    assert run("check", "gpt-oss", "--require", "nonsense", "-o", str(path)).returncode == 2
    assert path.read_text() == "before"
    assert run("check", "gpt-oss", "-f", "json", "-o", str(path)).stdout == ""
    assert json.loads(path.read_text())["schema"] == "openness-report-1"
    assert [one.name for one in tmp_path.iterdir()] == ["report.json"]


def test_policy_requires(tmp_path: Path) -> None:
    rules = tmp_path / "openness.toml"
    rules.write_text('require = "open-weight"\ndefinitions = ["osaid-1.0"]\n')
    assert run("check", "--policy", str(rules), "moonshotai/Kimi-K2-Instruct").returncode == 3
    assert run("check", "--policy", str(rules), "meta-llama/Llama-2-7b").returncode == 1
    rules.write_text('require = "open-weight"\nundetermined = "pass"\n')
    assert run("check", "--policy", str(rules), "moonshotai/Kimi-K2-Instruct").returncode == 0


def test_terminals(tmp_path: Path) -> None:
    piped = run("check", "openai/gpt-oss-20b")
    assert "\x1b" not in piped.stdout
    plain = run("check", "openai/gpt-oss-20b", PYTHONIOENCODING="ascii")
    assert plain.stdout.isascii()
    assert "x the code used to train it" in plain.stdout
    for width in (20, 40, 80, 120, 300):
        for name in ("openai/gpt-oss-20b", "meta-llama/Llama-3.1-8B-Instruct", "allenai/OLMo-2-1124-7B"):
            lines = run("check", name, COLUMNS=str(width)).stdout.split("\n")
            assert max(map(len, lines)) <= max(40, min(width, 120))


def test_nothing_in_an_input_reaches_the_terminal_as_a_control(tmp_path: Path) -> None:
    card = '---\nlicense: "\\e[31mred\\e]0;title\\a"\n---\n# \u202eevil\x1b[2J\n'.encode()
    done = run("check", "-", stdin=card)
    assert not {c for c in done.stdout if c != "\n" and (ord(c) < 32 or c in "\x7f\u202e")}
    bad = run("check", "/tmp/\x1b[2J.md")
    assert "\x1b" not in bad.stderr


def test_explain_shows_every_rule() -> None:
    shown = run("check", "openai/gpt-oss-20b", "--explain").stdout
    report = json.loads(run("check", "openai/gpt-oss-20b", "-f", "json").stdout)
    for verdict in report["releases"][0]["verdicts"]:
        for result in verdict["results"]:
            assert result["rule"] in " ".join(shown.split())


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m openness check -f json gpt-oss llama-2 pythia | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert "Traceback" not in done.stderr


def test_identify(tmp_path: Path) -> None:
    license_ = ROOT / "LICENSE"
    altered = tmp_path / "LICENSE"
    altered.write_text(license_.read_text(encoding="utf-8") + "\nNot for use by competitors.\n", encoding="utf-8")
    done = run("identify", str(license_), str(altered), "-f", "json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["schema"] == "openness-identify-1"
    assert [(one["expression"], one["status"], one["base"]) for one in document["files"]] == [
        ("Apache-2.0", "exact", None),
        ("LicenseRef-Apache-2.0-altered", "altered", "Apache-2.0"),
    ]
    (alteration,) = document["files"][1]["alterations"]
    assert (alteration["kind"], alteration["text"]) == ("added", "Not for use by competitors")
    shown = " ".join(run("identify", str(altered)).stdout.split())
    assert "altered: not under Apache-2.0" in shown
    assert '"Not for use by competitors"' in shown
    assert "no licence text that is known here" in run("identify", "-", stdin=b"Hello.\n").stdout
    failed = run("identify", "none", str(license_))
    assert failed.returncode == 2
    assert "Apache-2.0, word for word" in failed.stdout
    assert run("identify", str(license_), "-f", "xml").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["licenses"], "LicenseRef-llama-3.1"),
        (["licenses", "creative", "non", "commercial"], "CC-BY-NC-4.0"),
        (["licenses", "llama3.1"], "use it above a number of monthly active users"),
        (["licenses", "Apache-2.0"], "You may use it commercially"),
        (["licenses", "0BSD"], "only the SPDX list was read"),
        (["explain", "mau-threshold"], "No licence with it is open source"),
        (["explain", "osaid-1.0/training-code"], "training-code complete"),
        (["explain", "g7-2026"], "Open Weights AI"),
        (["explain", "gemma"], "Gemma Terms of Use"),
    ],
)
def test_reference(arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert words in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.split("\n"))) <= 100
    for width in (10, 40, 300):
        lines = run(*arguments, COLUMNS=str(width)).stdout.split("\n")
        assert 0 < max(map(len, lines)) <= max(40, min(width, 120))
    assert run(*arguments, PYTHONIOENCODING="ascii").stdout.isascii()


def test_reference_suggests_what_was_meant() -> None:
    assert "did you mean 'Apache-2.0'?" in run("licenses", "apach-2.0").stderr
    assert "did you mean 'osaid-1.0/training-code'?" in run("explain", "osaid-1.0/trainingcode").stderr
    assert run("explain", "nothing-like-it").returncode == 2


def test_identify_says_that_a_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(" \n")
    done = run("identify", str(tmp_path / "LICENSE"))
    assert done.returncode == 0
    assert "is empty; it licenses nothing" in done.stderr


@pytest.mark.parametrize("command", [*(name for name in COMMANDS if name != "policy"), "policy check"])
def test_help_shows_each_example_on_its_line(command: str) -> None:
    done = run(*command.split(), "--help")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert "Examples:" in lines
    assert [line for line in lines if line.startswith(f"openness {command} ")]
    assert "\\b" not in done.stdout
