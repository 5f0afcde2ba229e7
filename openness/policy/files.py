"""The files that a user keeps for the policy: read within bounds, every complaint with path and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from openness.errors import PolicyError


def text(path: Path, most: int, what: str) -> str:
    """The content of a file that has at most `most` bytes; `what` it should be. Raises PolicyError."""
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as problem:
        raise PolicyError(f"cannot be read: {problem.strerror or problem}", str(path)) from None
    if len(data) > most:
        raise PolicyError(f"larger than {most:,} bytes; this is no {what}", str(path))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyError("not UTF-8 text", str(path), 1) from None


def toml(path: Path, content: str) -> dict[str, Any]:
    """The content as TOML. Raises PolicyError."""
    import tomllib

    try:
        return tomllib.loads(content)
    except RecursionError:
        raise PolicyError("nested too deeply", str(path)) from None
    except tomllib.TOMLDecodeError as problem:
        at = re.search(r"\(at line (\d+)", str(problem))
        message = str(problem).split(" (at ")[0]
        line = int(at[1]) if at else content.count("\n") + 1
        raise PolicyError(f"not valid TOML: {message}", str(path), line) from None
