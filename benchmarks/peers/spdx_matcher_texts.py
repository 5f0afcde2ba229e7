"""The licences that spdx-matcher's exact match finds in each file, one JSON object a line.

A text that takes longer than `LIMIT` seconds counts as unknown: its expressions can backtrack without end.
"""

import json
import signal
import sys
from pathlib import Path
from types import FrameType

import spdx_matcher

LIMIT = 20


def too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def ids(text: str) -> list[str]:
    signal.alarm(LIMIT)
    try:
        found, _ = spdx_matcher.analyse_license_text(text)
    except (TimeoutError, ZeroDivisionError):  # the latter for an empty text
        return []
    finally:
        signal.alarm(0)
    licences, exceptions = list(found["licenses"]), list(found["exceptions"])
    if len(licences) == 1 and exceptions:
        return [f"{licences[0]} WITH {one}" for one in exceptions]
    return licences + exceptions


signal.signal(signal.SIGALRM, too_long)
for path in sys.argv[1:]:
    print(json.dumps({"path": path, "ids": ids(Path(path).read_text(encoding="utf-8", errors="replace"))}))
