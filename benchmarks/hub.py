"""Whole-process CPU and wall time of `openness check ORG/NAME`, asking a Hub on this machine, against a bare script.

    python benchmarks/hub.py [RUNS]

The bare script imports the Hub's client, asks for the same information with `HfApi.model_info` and fetches the same
files with the client's session; a second one does the same without `HfApi`, whose import costs a third of it. They
and we take turns, so that what else the machine does falls on all. The checkout is installed into a fresh virtual
environment, as a user would.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from hub_server import COMMIT, Model, running  # noqa: E402

GOAL = 1.3
CARD = (
    """\
---
license: apache-2.0
library_name: transformers
---
# A model

How to use it:

```python
from transformers import pipeline
pipeline("text-generation", model="org/model")
```

"""
    + "It was trained on text that this line stands for, and the next ones do.\n" * 200
)
FILES = {
    "README.md": CARD.encode(),
    "LICENSE": (ROOT / "LICENSE").read_bytes(),
    "config.json": b'{"model_type": "x", "transformers_version": "4.1"}',
}
SCRIPT = """\
import sys
from huggingface_hub import get_session
{ask}
for path in ("config.json", "README.md", "LICENSE"):
    url = f"{{constants.ENDPOINT}}/org/model/resolve/{commit}/{{path}}"
    get_session().get(url, headers={{"accept-encoding": "identity"}}).raise_for_status()
"""
FULL = 'from huggingface_hub import HfApi, constants\nHfApi().model_info("org/model", files_metadata=True)'
LEAN = (
    "from huggingface_hub import constants\n"
    'get_session().get(f"{constants.ENDPOINT}/api/models/org/model?blobs=true").json()'
)


def spent(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """CPU and wall milliseconds of one run."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - started
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000, wall * 1000


def main(runs: int) -> None:
    with running() as hub, tempfile.TemporaryDirectory() as folder:
        hub.models["org/model"] = Model(FILES, large={f"model-{part}.safetensors": 5 * 10**9 for part in range(30)})
        venv.create(Path(folder, "venv"), with_pip=True)
        python = Path(folder, "venv", "bin", "python")
        subprocess.run([python, "-m", "pip", "install", "-q", f"{ROOT}[hub]"], check=True)
        environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": folder, "HF_HUB_OFFLINE": "0"}
        environment["HF_HUB_DISABLE_TELEMETRY"] = "1"  # else `HfApi` asks for the names of programs first
        commands = {"openness check ORG/NAME": [str(python.with_name("openness")), "check", "org/model"]}
        for name, ask in (("with HfApi", FULL), ("with the session only", LEAN)):
            script = Path(folder, f"{name.replace(' ', '-')}.py")
            script.write_text(SCRIPT.format(ask=ask, commit=COMMIT), encoding="utf-8")
            commands[f"bare script, {name}"] = [str(python), str(script)]
        for command in commands.values():  # warm the caches of the disk and of bytecode
            spent(command, environment)
        asked = len(hub.asked)
        spent(commands["openness check ORG/NAME"], environment)
        print(f"{len(hub.asked) - asked} requests each, median of {runs} runs")
        rounds = [{name: spent(command, environment) for name, command in commands.items()} for _ in range(runs)]
    ours = "openness check ORG/NAME"
    for name in commands:
        cpu, wall = (statistics.median(one[name][unit] for one in rounds) for unit in (0, 1))
        line = f"{name:34} {cpu:6.0f} ms CPU {wall:6.0f} ms wall"
        if name != ours:
            ratios = [statistics.median(one[ours][unit] / one[name][unit] for one in rounds) for unit in (0, 1)]
            line += f"   ours takes {ratios[0]:.2f} times the CPU, {ratios[1]:.2f} times the wall time"
        print(line)
    print(f"the goal is at most {GOAL} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
