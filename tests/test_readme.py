"""The examples of the README and of the help texts are run, and print what the README says they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str) -> str:
    assert command.startswith("openness ")
    done = subprocess.run(
        [sys.executable, "-m", "openness", *shlex.split(command)[1:]],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return done.stdout.decode()


def rendered(block: str) -> str:
    """The block with what each of its commands prints now."""
    return "".join(f"$ {line[2:]}\n{run(line[2:])}" for line in block.split("\n") if line.startswith("$ "))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples_print_what_they_say(path: Path) -> None:
    """After a deliberate change: python tests/test_readme.py, and review the diff."""
    for block in CONSOLE.findall(path.read_text(encoding="utf-8")):
        assert rendered(block) == block


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_python_examples_run(path: Path) -> None:
    for program in re.findall(r"^```python\n(.*?)^```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, capture_output=True)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / link).exists(), link


def test_help_has_an_example_that_runs() -> None:
    text = subprocess.run(
        [sys.executable, "-m", "openness", "check", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert "openness check openai/gpt-oss-20b" in text
    assert run("openness check openai/gpt-oss-20b")


if __name__ == "__main__":
    for document in DOCUMENTS:
        old = document.read_text(encoding="utf-8")
        new = CONSOLE.sub(lambda match: f"```console\n{rendered(match.group(1))}```", old)
        document.write_text(new, encoding="utf-8")
