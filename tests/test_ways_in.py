"""The ways into CI: the action, the hooks and the GitLab job run as their services run them; docs/ci.md says what is so."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))["openness"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SARIF = json.loads((ROOT / "tests" / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
GUIDE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

OPEN = 'load = AutoModel.from_pretrained("openai/gpt-oss-20b")\n'
DENIED = 'load = AutoModel.from_pretrained("meta-llama/Llama-3.1-8B-Instruct")\n'
UNKNOWN = 'load = AutoModel.from_pretrained("nobody/never-heard-of")\n'

HOSTILE = [
    "two words",
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "a & touch pwned",
    "a\ntouch pwned",
    "a\n::warning::pwned",
    "--write-baseline=pwned",
    "--help",
    "-",
    "*",
]


def blocks(language: str) -> list[str]:
    """The code blocks of the guide in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True, env=environment(folder)
    ).stdout.strip()


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a process gets: nothing of the user's own configuration of git, and no network but pip's."""
    names = {name: f"{name.lower()}@example.org" for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL")}
    names |= {"GIT_AUTHOR_NAME": "A", "GIT_COMMITTER_NAME": "C", "GIT_CONFIG_GLOBAL": os.devnull}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "OPENNESS_"))}
    return {**kept, **names, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(home), "PYTHONIOENCODING": "utf-8", **more}


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a script in a folder; it ends with the first line that fails."""
    return subprocess.run(
        ["sh", "-ec", script],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=environment(folder.parent, **variables),
    )


def before_path(folder: Path) -> str:
    """A PATH in which the programs of a folder come first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def commit(folder: Path, **files: str) -> str:
    """A commit with these files, by their stems; makes the repository where there is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch=main")
    for stem, text in files.items():
        (folder / f"{stem}.py").write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "a workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def index(tmp_path: Path) -> None:
    """Skips where pip cannot install what the build needs."""
    asked = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(tmp_path / "index"), "hatchling"]
    if subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("pip has no index here")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with what an installation needs of this one, as it is now, and its commit."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("openness", "rules", "ci"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder / name)
    return folder, commit(folder)


# --- the action ------------------------------------------------------------------------------------------------------


class Ran(NamedTuple):
    code: int
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def commands(self) -> list[str]:
        """The lines that the runner takes for commands."""
        found, stopped = [], ""
        for line in self.log.splitlines():
            if stopped:
                stopped = "" if line == f"::{stopped}::" else stopped
            elif line.startswith("::stop-commands::"):
                stopped = line.removeprefix("::stop-commands::")
            elif line.lstrip().startswith("::") or "##[" in line:
                found.append(line)
        return found


def act(workspace: Path, **inputs: str) -> Ran:
    """Runs the action, with this Python standing for the one that it installs."""
    return run_action(workspace, {name.replace("_", "-"): value for name, value in inputs.items()})


def run_action(workspace: Path, inputs: Mapping[str, str], *, install: bool = False, **variables: str) -> Ran:
    """Runs the steps of action.yml as the runner does."""
    temporary = workspace.parent / "runner"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    summary, outputs = temporary / "summary", temporary / "outputs"
    if not install:
        program(temporary / "openness" / "bin" / "python", f'exec {shlex.quote(sys.executable)} "$@"')
    program(temporary / "bin" / "python3", f'exec {shlex.quote(sys.executable)} "$@"')
    given = {name: value.get("default", "") for name, value in ACTION["inputs"].items()}
    given |= inputs
    assert given.keys() == ACTION["inputs"].keys()
    log, code = "", 0
    for step in ACTION["runs"]["steps"][0 if install else 1 :]:
        script = temporary / "script"
        script.write_text(step["run"], encoding="utf-8")
        values = {
            name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: given[found[1]], value)
            for name, value in step["env"].items()
        }
        done = subprocess.run(
            [step["shell"], "-e", str(script)],
            cwd=workspace,
            capture_output=True,
            check=False,
            env=environment(
                workspace.parent,
                PATH=before_path(temporary / "bin"),
                GITHUB_ACTION_PATH=str(ROOT),
                GITHUB_WORKSPACE=str(workspace),
                GITHUB_OUTPUT=str(outputs),
                GITHUB_STEP_SUMMARY=str(summary),
                RUNNER_TEMP=str(temporary),
                **variables,
                **values,
            ),
        )
        log, code = log + (done.stdout + done.stderr).decode(), done.returncode
        if code:
            break
    lines = outputs.read_text(encoding="utf-8").splitlines() if outputs.exists() else []
    told = summary.read_text(encoding="utf-8") if summary.exists() else ""
    return Ran(code, log, dict(line.split("=", 1) for line in lines), told)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if ".git" not in path.parts)


@pytest.mark.parametrize(("code", "uses"), [(0, OPEN), (1, OPEN + DENIED), (3, OPEN + UNKNOWN)])
def test_the_action_ends_with_the_code_of_the_scan(workspace: Path, code: int, uses: str) -> None:
    commit(workspace, app=uses)
    before = files_in(workspace)
    ran = act(workspace, require="open-weight", offline="true")
    assert ran.code == code, ran.log
    assert ran.outputs["exit-code"] == str(code)
    document = json.loads(Path(ran.outputs["sarif"]).read_text(encoding="utf-8"))
    jsonschema.validate(document, SARIF)
    errors = [one for one in document["runs"][0]["results"] if one["level"] == "error"]
    assert len(errors) == len([one for one in ran.commands if one.startswith("::error file=app.py,line=2,")])
    assert bool(errors) == bool(code)
    assert ran.summary.startswith("<!-- openness scan -->\n### openness: ")
    assert files_in(workspace) == before


@pytest.mark.parametrize(
    "inputs",
    [
        {"require": "open-wait"},
        {"path": "none"},
        {"path": "none\n::warning::pwned"},
        {"policy": "none.toml"},
        {"baseline": "--exit-zero"},
        {"changed_since": "--output=pwned"},
        {"locked": "true"},
        {"reports": "xml=pwned"},
    ],
)
def test_the_action_says_that_it_could_not_run(workspace: Path, inputs: dict[str, str]) -> None:
    commit(workspace, app=DENIED)
    ran = act(workspace, **inputs)
    assert ran.code == 2, ran.log
    assert ran.outputs == {"exit-code": "2", "sarif": ""}
    assert ran.commands == ["::error title=openness::the scan could not run: the log says why"]
    assert "could not run" in ran.summary
    assert "openness: " in ran.log
    assert files_in(workspace) == ["app.py"]


@pytest.mark.parametrize("inputs", [{"locked": "yes"}, {"annotations": "$(touch pwned)"}, {"sarif_file": "a\nb=c"}])
def test_the_action_refuses_an_input(workspace: Path, inputs: dict[str, str]) -> None:
    commit(workspace, app=DENIED)
    ran = act(workspace, **inputs)
    assert (ran.code, ran.outputs) == (2, {}), ran.log
    assert len(ran.commands) == 1
    assert files_in(workspace) == ["app.py"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_path_is_a_path(workspace: Path, name: str) -> None:
    (workspace / name).mkdir()
    (workspace / name / "app.py").write_text(DENIED, encoding="utf-8")
    commit(workspace)
    before = files_in(workspace)
    ran = act(workspace, path=name, require="open-weight", offline="true")
    assert ran.code == 1, ran.log
    assert all(re.match(r"::(error|warning) file=[^:]+,line=1,title=openness%3A ", one) for one in ran.commands)
    assert files_in(workspace) == before


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_file_is_its_name(workspace: Path, name: str) -> None:
    commit(workspace, app=DENIED)
    (workspace / name).write_text('require = "open-weight"\n', encoding="utf-8")
    before = files_in(workspace)
    assert act(workspace, policy=name, offline="true").code == 1
    (workspace / name).write_text("# no problem is known\n", encoding="utf-8")
    assert act(workspace, baseline=name, offline="true").code == 0
    if "\n" not in name:
        assert act(workspace, reports=f"json={name}", offline="true").code == 0
        assert json.loads((workspace / name).read_text(encoding="utf-8"))
    assert files_in(workspace) == before


@pytest.mark.parametrize("name", ["policy", "require", "baseline", "changed_since", "reports", "sarif_file"])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_input_does_nothing(workspace: Path, name: str, value: str) -> None:
    commit(workspace, app=OPEN)
    ran = act(workspace, offline="true", **{name: value})
    assert ran.outputs.keys() <= {"exit-code", "sarif"}
    if name != "sarif_file":
        assert ran.code == 2, ran.log
        assert files_in(workspace) == ["app.py"]
    elif "\n" in value:
        assert ran.code == 2
    else:
        assert (ran.code, ran.outputs["sarif"]) == (0, value)
        assert files_in(workspace) == sorted(["app.py", value])


def test_the_inputs_of_the_action_are_options(workspace: Path) -> None:
    first = commit(workspace, app=DENIED)
    (workspace / "strict.toml").write_text('require = "open-weight"\n', encoding="utf-8")
    (workspace / "src").mkdir()
    commit(workspace / "src", new=UNKNOWN)
    git(workspace, "add", "strict.toml")
    commit(workspace, other=OPEN)
    assert act(workspace, policy="strict.toml", offline="true").code == 1
    assert act(workspace, policy="strict.toml", offline="true", changed_since=first, path="other.py").code == 0
    reports = act(workspace, offline="true", reports="\n junit=one.xml \njson=two.json\n", sarif_file="three.sarif")
    assert {"one.xml", "two.json", "three.sarif"} <= set(files_in(workspace))
    assert reports.outputs["sarif"] == "three.sarif"
    assert not act(workspace, offline="true", annotations="false").commands
    known = [sys.executable, "-m", "openness", "scan", "--offline", "--require=open-weight", "--write-baseline=known"]
    subprocess.run(known, cwd=workspace, check=True, capture_output=True)
    assert act(workspace, baseline="known", require="open-weight", offline="true").code == 0


def install(workspace: Path, python3: str, offline: str) -> subprocess.CompletedProcess[str]:
    """Runs the first step of the action, with a script for `python3`."""
    step = ACTION["runs"]["steps"][0]
    assert step["env"] == {"OPENNESS_OFFLINE": "${{ inputs.offline }}"}
    return shell(
        workspace,
        step["run"],
        PATH=before_path(program(workspace.parent / "fakes" / "python3", python3).parent),
        OPENNESS_OFFLINE=offline,
        GITHUB_ACTION_PATH=str(ROOT),
        RUNNER_TEMP=str(workspace.parent),
    )


@pytest.mark.parametrize(("offline", "extra"), [("false", "[hub]"), ("", "[hub]"), ("true", "")])
def test_the_extra_for_the_hub_is_installed_unless_offline(workspace: Path, offline: str, extra: str) -> None:
    fake = 'echo "$@"; [ "$3" != venv ] || { mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; }'
    done = install(workspace, fake, offline)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        f"-I -m venv {workspace.parent}/openness",
        f"-I -m pip install --quiet {ROOT}{extra}",
    ]


@pytest.mark.parametrize("fails", ["-c", "venv", "pip"])
def test_an_installation_that_fails_is_exit_code_2(workspace: Path, fails: str) -> None:
    done = install(workspace, f'case "$*" in *{fails}*) exit 1; esac; mkdir -p "$4/bin"; cp "$0" "$4/bin/python"', "")
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=openness::")
    assert done.stdout.count("\n") == 1


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_the_whole_action_runs_nothing_of_the_workspace(workspace: Path) -> None:
    traps = ("venv", "pip", "openness", "yaml", "sitecustomize", "typer", "encodings")
    commit(workspace, app=DENIED, **dict.fromkeys(traps, "open('pwned', 'w').close()\n"))
    before = files_in(workspace)
    ran = run_action(workspace, {"require": "open-weight", "offline": "true"}, install=True, PYTHONPATH=".")
    assert ran.code == 1, ran.log
    assert files_in(workspace) == before
    listed = subprocess.run(
        [workspace.parent / "runner" / "openness" / "bin" / "pip", "show", "--files", "openness"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "openness/scan.py" in listed
    assert not re.search(r"action\.(yml|sh)|gitlab\.yml|pre-commit-hooks|test_ways_in", listed)


def test_inputs_reach_the_action_through_its_environment_only() -> None:
    """An expression in a script would be code of whoever can write the input; a tag of another action can be moved."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.keys() <= {"name", "id", "shell", "env", "run", "uses", "with", "if"}
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", step.get("uses", f"a/b@{'0' * 40}"))
        for value in step.get("env", {}).values():
            assert re.fullmatch(r"\$\{\{ inputs\.[a-z-]+ \}\}", value)
    used = set(re.findall(r"inputs\.([a-z-]+)", str(ACTION["runs"])))
    assert used == ACTION["inputs"].keys()
    assert all(value["description"] for value in ACTION["inputs"].values())
    assert all(f"`{name}`" in GUIDE for name in used)


# --- pre-commit ------------------------------------------------------------------------------------------------------


def test_hooks_name_commands_that_there_are() -> None:
    for hook in HOOKS:
        done = subprocess.run(
            [sys.executable, "-m", *hook["entry"].split(), "--help"], check=True, capture_output=True, text=True
        )
        assert "Usage: " in done.stdout
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_pre_commit_runs_the_hooks(workspace: Path, checkout: tuple[Path, str]) -> None:
    config = next(block for block in blocks("yaml") if block.startswith("repos:"))
    config = config.replace("https://HOST/OWNER/openness", str(checkout[0])).replace("COMMIT", checkout[1])
    (workspace / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    (workspace / "openness.toml").write_text('require = "open-weight"\n', encoding="utf-8")
    commit(workspace, app=DENIED)

    def hooks() -> tuple[int, str]:
        python, home = shlex.quote(sys.executable), str(workspace.parent / "pre-commit")
        done = shell(workspace, f"{python} -m pre_commit run --all-files --color=never", PRE_COMMIT_HOME=home)
        return done.returncode, done.stdout + done.stderr

    code, log = hooks()
    assert code == 1, log
    assert re.search(r"openness policy check\.+Passed", log), log
    assert re.search(r"openness scan\.+Failed", log)
    assert "app.py:1" in log
    commit(workspace, app=OPEN)
    code, log = hooks()
    assert (code, log.count("Passed")) == (0, 2), log
    (workspace / "openness.toml").write_text('require = "open-wait"\n', encoding="utf-8")
    code, log = hooks()
    assert (code, log.count("Failed")) == (1, 2), log


# --- GitLab ----------------------------------------------------------------------------------------------------------


def in_gitlab(workspace: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the script of the job as GitLab's runner does: its lines in one shell, which ends with the first that fails."""
    real = shlex.quote(sys.executable)
    python = f'[ "$3" = pip ] || exec {real} "$@"; [ "$6" = "$OPENNESS_SOURCE" ]'
    made = f'mkdir -p "$4/bin" && cp {shlex.quote(str(program(workspace.parent / "python", python)))} "$4/bin/python"'
    path = program(workspace.parent / "fakes" / "python3", made).parent
    values = {name: value.replace("$CI_PROJECT_DIR", str(workspace)) for name, value in GITLAB["variables"].items()}
    values |= {"PATH": before_path(path), "TMPDIR": str(workspace.parent)} | variables
    return shell(workspace, "\n".join(GITLAB["script"]), **values)


@pytest.mark.parametrize(("code", "uses"), [(0, OPEN), (1, DENIED), (3, UNKNOWN)])
def test_the_gitlab_job(workspace: Path, code: int, uses: str) -> None:
    commit(workspace, app=uses)
    done = in_gitlab(workspace, OPENNESS_SOURCE="a source", OPENNESS_REQUIRE="open-weight", OPENNESS_OFFLINE="true")
    assert done.returncode == code, done.stderr
    reports = GITLAB["artifacts"]["reports"]
    found = json.loads((workspace / reports["codequality"]).read_text(encoding="utf-8"))
    assert {one["location"]["path"] for one in found} == {"app.py"}
    assert "<testsuites" in (workspace / reports["junit"]).read_text(encoding="utf-8")
    assert GITLAB["artifacts"]["when"] == "always"


def test_the_variables_of_the_gitlab_job_are_options(workspace: Path) -> None:
    first = commit(workspace, app=DENIED)
    commit(workspace, other=UNKNOWN)
    source = {"OPENNESS_SOURCE": "a source", "OPENNESS_OFFLINE": "true", "OPENNESS_REQUIRE": "open-weight"}
    assert in_gitlab(workspace, **source, OPENNESS_CHANGED_SINCE=first).returncode == 3
    assert in_gitlab(workspace, **source, OPENNESS_CHANGED_SINCE="$CI_MERGE_REQUEST_DIFF_BASE_SHA").returncode == 1
    assert in_gitlab(workspace, **source, OPENNESS_PATH="other.py").returncode == 3
    assert in_gitlab(workspace, **source, OPENNESS_LOCKED="true").returncode == 2
    assert in_gitlab(workspace, **source, OPENNESS_POLICY="none.toml").returncode == 2
    assert in_gitlab(workspace, **source, OPENNESS_BASELINE="none").returncode == 2
    assert in_gitlab(workspace).returncode == 2
    used = set(re.findall(r"\$(OPENNESS_\w+)", "\n".join(GITLAB["script"])))
    assert used == {name for name in GITLAB["variables"] if name.startswith("OPENNESS_")}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_variable_does_nothing(workspace: Path, value: str) -> None:
    commit(workspace, app=OPEN)
    for name in ("PATH", "POLICY", "REQUIRE", "BASELINE"):
        done = in_gitlab(workspace, **{"OPENNESS_SOURCE": "a source", f"OPENNESS_{name}": value})
        assert done.returncode == 2, done.stdout
        assert files_in(workspace) == ["app.py"]


# --- the guide -------------------------------------------------------------------------------------------------------


def test_yaml_of_the_guide_fits_what_it_sets() -> None:
    template = {**GITLAB["variables"], "GIT_DEPTH": "", "OPENNESS_CHANGED_SINCE": ""}
    for block in blocks("yaml"):
        found: dict[str, Any] = yaml.safe_load(block)
        jobs = found.get("jobs", {"": found})
        for step in (step for job in jobs.values() for step in job.get("steps", ())):
            name, at, ref = step["uses"].partition("@")
            ours = name == "OWNER/openness"
            assert at
            assert ref == "COMMIT" if ours else re.fullmatch("[0-9a-f]{40}", ref)
            if ours:
                assert step.get("with", {}).keys() <= ACTION["inputs"].keys()
        assert found.get("openness", {}).get("variables", {}).keys() <= template.keys()
        for repository in found.get("repos", ()):
            assert {hook["id"] for hook in repository["hooks"]} == {hook["id"] for hook in HOOKS}
    outputs = set(re.findall(r"steps\.openness\.outputs\.([a-z-]+)", GUIDE))
    assert outputs <= ACTION["outputs"].keys()


def test_commands_of_the_guide_run(workspace: Path) -> None:
    """In the order in which they stand, in one repository with the policy of the guide."""
    program(workspace.parent / "bin" / "openness", f'exec {shlex.quote(sys.executable)} -m openness "$@"')
    (policy,) = blocks("toml")
    (workspace / "openness.toml").write_text(policy, encoding="utf-8")
    git_head = commit(workspace, app=DENIED)
    git(workspace, "update-ref", "refs/remotes/origin/main", git_head)
    commit(workspace, other=OPEN)
    ran = [block for block in blocks("sh") if "HOST" not in block]
    assert len(ran) == 3
    for block in ["openness policy check", *ran]:
        done = shell(workspace, block, PATH=before_path(workspace.parent / "bin"))
        assert done.returncode == 0, (block, done.stdout, done.stderr)
    assert {"openness.baseline", "openness.lock"} <= set(files_in(workspace))


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_the_two_lines_for_any_other_ci(workspace: Path, checkout: tuple[Path, str]) -> None:
    (block,) = (block for block in blocks("sh") if "HOST" in block)
    here = {"KEY_0": f"url.{checkout[0].as_uri()}.insteadOf", "VALUE_0": "https://HOST/OWNER/openness", "COUNT": "1"}
    (workspace / "openness.toml").write_text('require = "open-weight"\n', encoding="utf-8")
    commit(workspace, app=DENIED)
    variables = {f"GIT_CONFIG_{name}": value for name, value in here.items()}
    done = shell(workspace, block.replace("COMMIT", checkout[1]), **variables)
    assert done.returncode == 1, done.stderr
    assert "<testsuites" in (workspace / "openness.xml").read_text(encoding="utf-8")


def test_every_command_block_of_the_guide_is_tested() -> None:
    assert set(re.findall(r"^```(\w+)$", GUIDE, re.MULTILINE)) == {"sh", "yaml", "toml"}
