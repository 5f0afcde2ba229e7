"""How long `openness scan` takes, and how much memory: a tree of 20,000 files with 1 GB of binaries, read twice.

    python benchmarks/scan.py [--files 20000] [--keep FOLDER]

The second run has the cache of the first. Memory is the peak of all processes of a run, added up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

WORDS = [
    "alpha",
    "batch",
    "cache",
    "decode",
    "epoch",
    "field",
    "graph",
    "head",
    "index",
    "join",
    "kernel",
    "layer",
    "merge",
    "norm",
    "offset",
    "patch",
    "query",
    "rate",
]
MODELS = [f"acme-lab/{word}-{size}b" for word in WORDS for size in (1, 3, 7)]
BINARIES, BINARY_BYTES = 50, 20_000_000


def python(rng: random.Random) -> str:
    """A module of 40 to 400 lines; one in three loads a model."""
    lines = ["import os", "from typing import Any", ""]
    for number in range(rng.randint(4, 40)):
        first, second = rng.choice(WORDS), rng.choice(WORDS)
        lines += [f"def {first}_{number}({second}: Any, scale: float = {rng.random():.3f}) -> Any:",
                  f'    """The {first} of a {second}."""',
                  f"    parts = [{second} for _ in range({rng.randint(1, 9)})]",
                  f"    if scale > {rng.random():.3f}:",
                  f"        parts.append({{'{first}': scale, 'rest': {second}}})",
                  f"    return [part for part in parts if part is not None] or '{first}/x.txt'", "", ""]  # fmt: skip
    if rng.random() < 0.33:
        lines += ["from transformers import AutoModel", f'NAME = os.getenv("MODEL", "{rng.choice(MODELS)}")',
                  "model = AutoModel.from_pretrained(NAME)"]  # fmt: skip
    return "\n".join(lines) + "\n"


def yaml(rng: random.Random) -> str:
    """A configuration; one in three names a model."""
    lines = ["version: 1", "stages:"]
    for number in range(rng.randint(3, 40)):
        lines += [f"  - name: {rng.choice(WORDS)}-{number}", f"    rate: {rng.random():.4f}", "    inputs: [a, b, c]"]
    if rng.random() < 0.33:
        lines += ["model:", f"  name: {rng.choice(MODELS)}", f"  revision: {rng.randbytes(20).hex()}"]
    return "\n".join(lines) + "\n"


def notebook(rng: random.Random) -> str:
    """A notebook with outputs."""
    cells = [{"cell_type": "code", "execution_count": 1, "metadata": {}, "source": python(rng).splitlines(True)[:40],
              "outputs": [{"output_type": "stream", "name": "stdout", "text": ["done\n"] * rng.randint(1, 200)}]}
             for _ in range(rng.randint(1, 8))]  # fmt: skip
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def table(rng: random.Random) -> str:
    """Plain data in JSON."""
    rows = [{"id": number, "token": rng.choice(WORDS), "value": rng.random()} for number in range(rng.randint(5, 200))]
    return json.dumps({"rows": rows, "model_id": rng.choice(MODELS)}, indent=2)


def generate(root: Path, count: int) -> None:
    """The tree: 55 % Python, 20 % YAML, 15 % JSON, 5 % notebooks, 5 % others, and the binaries (sparse files)."""
    rng = random.Random(7)
    kinds = [(55, "py", python), (20, "yaml", yaml), (15, "json", table), (5, "ipynb", notebook), (5, "txt", yaml)]
    for number in range(count - BINARIES):
        folder = root / f"part{number % 40}" / f"unit{number % 7}"
        if number < 280:
            folder.mkdir(parents=True, exist_ok=True)
        _, ending, make = rng.choices(kinds, [weight for weight, _, _ in kinds])[0]
        (folder / f"file{number}.{ending}").write_text(make(rng), encoding="utf-8")
    (root / ".gitignore").write_text("*.pyc\n/part3/unit4/\nlogs/\n!keep.log\n", encoding="utf-8")
    (root / "weights").mkdir()
    for number in range(BINARIES):
        ending = ("safetensors", "gguf", "png", "mp4", "json")[number % 5]
        with (root / "weights" / f"blob{number}.{ending}").open("wb") as file:
            file.write(b"GGUF" if ending == "gguf" else b"\0" * 16)
            file.truncate(BINARY_BYTES)


def peak(process: subprocess.Popen[str], out: list[int]) -> None:
    """The highest sum of the proportional memory of a process and its children, in bytes."""
    while process.poll() is None:
        total = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                group = int((folder / "stat").read_text().rpartition(")")[2].split()[2])
                if group == process.pid:
                    rollup = (folder / "smaps_rollup").read_text()
                    total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            except (OSError, ValueError, IndexError, StopIteration):
                continue
        out[0] = max(out[0], total * 1024)
        time.sleep(0.05)


def run(root: Path, home: Path) -> tuple[float, str]:
    """One run of the command as its user's: wall seconds, and a line that shows it."""
    start = time.perf_counter()
    before = os.times()
    process = subprocess.Popen(
        [sys.executable, "-m", "openness", "scan", str(root), "--offline", "--quiet"],
        stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "XDG_CACHE_HOME": str(home)},
    )  # fmt: skip
    memory = [0]
    watch = threading.Thread(target=peak, args=(process, memory))
    watch.start()
    said = process.communicate()[0].strip().rpartition(": ")[0].rpartition("/")[2]
    watch.join()
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, f"{wall:6.2f} s, {cpu:6.2f} s of CPU, {memory[0] / 1e6:5.0f} MB; {said}"


def main() -> None:
    """Generates, runs three times, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="an empty or generated folder that stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = options.keep or Path(temporary) / "tree"
        if not root.exists():
            root.mkdir(parents=True)
            generate(root, options.files)
        time.sleep(2.5)  # what has just changed is not remembered
        walls = []
        for name in ("first", "second", "third"):
            wall, line = run(root, Path(temporary) / "cache")
            walls.append(wall)
            print(f"{name:7}{line}")
        print(f"first / second {walls[0] / walls[1]:.1f}; the goal is at least 10, under 60 s and under 500 MB")


if __name__ == "__main__":
    main()
