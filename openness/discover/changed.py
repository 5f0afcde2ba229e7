"""Which files of a checkout changed since a commit: git is asked, with fixed arguments, and told to run no hook."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from openness.errors import SourceError

TIMEOUT = 60
"""Seconds that git gets for one question."""

_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")


def since(root: Path, ref: str) -> frozenset[str]:
    """The paths, relative to `root`, that differ from commit `ref` in the working tree, new untracked files included.

    Raises SourceError: not a checkout, no git, no such commit.
    """
    if (
        not ref
        or ref.startswith("-")
        or any(sign.isspace() or not sign.isprintable() for sign in ref)
        or len(ref) > 500
    ):
        raise SourceError(f"'{ref[:80]}' is no name of a commit; give a branch, tag or commit, such as origin/main")
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", unknown=ref).decode().strip()
    differ = _git(
        root, "diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules", "--diff-filter=d", commit, "--",
    )  # fmt: skip
    new = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    return frozenset(os.fsdecode(name) for name in (differ + new).split(b"\0") if name)


def _git(root: Path, *arguments: str, unknown: str | None = None) -> bytes:
    """What git answers. `unknown`: the name that it does not know where it fails without a word."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", *_SAFE, "-C", str(root.resolve()), *arguments],  # noqa: S607 - the user's own git
            capture_output=True, check=False, timeout=TIMEOUT, env=environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        raise SourceError("git is not installed; it is needed to know what changed", str(root)) from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as problem:
        raise SourceError(f"git could not be asked what changed: {problem}", str(root)) from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    if unknown is not None and not said:
        said = f"there is no commit '{unknown}'; a shallow clone may lack it: fetch it first"
    raise SourceError(said or f"git ended with {done.returncode}", str(root))
