"""What the Hub's client keeps on the disk: the snapshot of a repository, read in place as a tree.

A snapshot holds what was downloaded once, which need not be all of the repository. Its files are symbolic links to
the blobs beside it; one that leads out of the repository's own folder is not followed.
Source of the layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import NotRead
from openness.sources import text, tree, weights

_DEFAULT = "main"


class Snapshot(NamedTuple):
    """What the cache holds of a repository at one commit."""

    commit: str
    tree: tree.Tree


def find(model: str, revision: str | None) -> Snapshot | None:
    """The snapshot of a repository at a revision; None where the cache has none of it.

    No revision is the default branch. Raises SourceError when what is there cannot be listed.
    """
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE, "--".join(("models", *model.split("/"))))
    if not folder.is_dir():
        return None
    commit = _commit(folder, revision or _DEFAULT)
    snapshot = folder / "snapshots" / commit
    try:
        if not commit or not snapshot.is_dir():
            return None
        return Snapshot(commit, _tree(folder.resolve(), snapshot, model, commit))
    except OSError as problem:
        raise SourceError(f"the cache of the Hub's client cannot be read: {problem.strerror}", model) from None


def _commit(folder: Path, revision: str) -> str:
    """The commit that a branch or tag stood for when it was downloaded; a revision that is none is a commit itself."""
    ref = folder / "refs" / revision
    try:
        named = ref.read_bytes()[:100].decode("ascii").strip() if ref.is_file() else revision
    except (OSError, UnicodeDecodeError):
        return ""
    return named if named.isalnum() else ""


def _tree(home: Path, snapshot: Path, model: str, commit: str) -> tree.Tree:
    """The files of a snapshot; `home` is the folder of the repository, with its links resolved."""
    found = list(islice(_files(snapshot), tree.MAX_FILES + 1))
    passed = []
    if len(found) > tree.MAX_FILES:
        passed = [NotRead(found.pop(), f"more than {tree.MAX_FILES:,} files; the rest was not looked at")]
    files = [name for name in found if (snapshot / name).resolve().is_relative_to(home)]
    outside = sorted(set(found) - set(files))
    passed += [NotRead(name, "a symbolic link out of the cache, not followed") for name in outside]
    return tree.Tree(
        model,
        model,
        f"cache of the Hub's client, commit {commit[:12]}",
        "",
        files,
        passed,
        text=lambda name: text.read(snapshot / name, name),
        weights=lambda: weights.gather(snapshot, files, ""),
    )


def _files(snapshot: Path) -> Iterator[str]:
    for folder, inner, names in os.walk(snapshot):
        inner.sort()
        for name in sorted(names):
            path = (Path(folder) / name).relative_to(snapshot).as_posix()
            if not tree.is_passed_over(path):
                yield path
