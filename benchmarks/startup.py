"""Whole-process CPU of `openness check openai/gpt-oss-20b` against a bare Typer command, pair by pair.

    python benchmarks/startup.py [RUNS]

Installs the checkout into a fresh virtual environment, as a user would, so that what is measured is what is shipped.
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
        tool = [str(home / "venv" / "bin" / "openness"), "check", "openai/gpt-oss-20b"]
        for command in (bare, tool):  # warm the caches of the disk and of bytecode
            cpu(command)
        pairs = [(cpu(bare), cpu(tool)) for _ in range(runs)]
    ratios = sorted(mine / theirs for theirs, mine in pairs)
    print(f"bare Typer command      {statistics.median(theirs for theirs, _ in pairs):6.1f} ms CPU, median of {runs}")
    print(f"openness check NAME     {statistics.median(mine for _, mine in pairs):6.1f} ms CPU, median of {runs}")
    print(f"ratio                   {statistics.median(ratios):6.2f}  (from {ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 31)
