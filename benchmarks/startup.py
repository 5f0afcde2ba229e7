"""Whole-process CPU of `openness check NAME` and `openness identify LICENSE` against a bare Typer command.

    python benchmarks/startup.py [RUNS]

Installs the checkout into a fresh virtual environment, as a user would, so that what is measured is what is shipped.
The commands take turns, so that what else the machine does falls on all of them.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
TIMES, MORE = 1.6, 60.0
"""`identify` is to take less than so many times a bare command and so many milliseconds."""

BARE = """\
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def main() -> None:
    print("hello")
app()
"""


def cpu(command: list[str]) -> float:
    """CPU milliseconds, user and system, of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main(runs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "venv", with_pip=True)
        python = home / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", str(ROOT)], check=True)
        (home / "bare.py").write_text(BARE)
        bare = [str(python), str(home / "bare.py")]
        tool = str(home / "venv" / "bin" / "openness")
        commands = (bare, [tool, "check", "openai/gpt-oss-20b"], [tool, "identify", str(ROOT / "LICENSE")])
        for command in commands:  # warm the caches of the disk and of bytecode
            cpu(command)
        rounds = [tuple(cpu(command) for command in commands) for _ in range(runs)]
    print(f"bare Typer command         {statistics.median(one[0] for one in rounds):6.1f} ms CPU, median of {runs}")
    for place, name in ((1, "openness check NAME"), (2, "openness identify LICENSE")):
        ratios = sorted(one[place] / one[0] for one in rounds)
        print(f"{name:26} {statistics.median(one[place] for one in rounds):6.1f} ms CPU")
        print(
            f"  ratio                    {statistics.median(ratios):6.2f}  (from {ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    over = statistics.median(one[2] - TIMES * one[0] for one in rounds)
    print(f"identify less {TIMES} times bare {over:6.1f} ms CPU, the goal is under {MORE:.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 31)
