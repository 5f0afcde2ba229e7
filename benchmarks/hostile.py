"""Hostile licence files: how long `openness identify` and `openness check` take for each, whole process.

    python benchmarks/hostile.py

Runs the installed `openness` of the environment. The files are made here: large ones, one line, NUL bytes, many
copies of one licence, and texts that make careless regular expressions or alignments slow.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LICENSE = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
TOOL = Path(sys.executable).parent / "openness"
LIMIT = 2.0
"""Seconds that none may take."""


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of each file."""
    yield "50 MB of one word", "licence " * 6_250_000
    yield "50 MB without a space", "x" * 50_000_000
    yield "50 MB of line ends", "\n" * 50_000_000
    yield "5 MB of NUL bytes", LICENSE + "\0" * 5_000_000
    yield "one line", " ".join(LICENSE.split())
    yield "10,000 copies", LICENSE * 10_000
    yield "every second word gone", " ".join(LICENSE.split()[::2])
    yield "words in reverse", " ".join(reversed(LICENSE.split()))
    yield "its sentences shuffled", ". ".join(sorted(LICENSE.split(". "))) * 20
    yield "one clause after the other, 30 times", "\n\n".join(part * 30 for part in LICENSE.split("\n\n"))
    yield "bait: not", "not " * 1_250_000
    yield "bait: prohibitions", "you may not use commercial outputs to train any other model " * 80_000
    yield "bait: a list without end", "You may not:\n" + "- a\n" * 1_200_000
    yield "bait: quotation marks", '"' * 5_000_000
    yield "bait: references", "released under the " * 250_000
    yield "bait: brackets", "## License\nthe code is under the [" + "[](" * 1_600_000
    yield "bait: blank lines", "## License\n" + " \n\n" * 1_600_000
    yield "bait: blank lines in a clause", LICENSE + "\n" * 400_000 + "a must" + ("\n" * 90 + "a must") * 500
    yield "bait: half an address", LICENSE + "must " + "www.(" * 90_000 + " must" * 2_000
    yield "bait: comment signs", "/* * # // " * 500_000
    yield "bait: entities", "&amp;&#x41;&lt;" * 350_000
    yield "bait: copyright notices", "Copyright (c) 2020 A. Copyright (c) " * 140_000


def main() -> int:
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, content in texts():
            path = Path(folder) / "release" / "LICENSE"
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            (path.parent / "README.md").write_text(f"---\nlicense: mit\n---\n\n{content}", encoding="utf-8")
            for command in (["identify", str(path)], ["check", str(path.parent)]):
                started = time.perf_counter()
                ended = subprocess.run([str(TOOL), *command], capture_output=True, check=False)
                seconds = time.perf_counter() - started
                slow += seconds > LIMIT
                print(f"{name:40} {command[0]:9} {seconds:5.2f} s   exit code {ended.returncode}")
    print(f"{slow} took more than {LIMIT:.0f} s")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
