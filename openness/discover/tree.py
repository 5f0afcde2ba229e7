"""READ THIS FIRST in `discover`: a folder → every use of a model in it, with file and line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from openness.discover import cache as caching
from openness.discover import files
from openness.discover.cache import Entry
from openness.discover.files import File
from openness.discover.read import Reader, uncollected
from openness.errors import SourceError
from openness.model import NotRead
from openness.usage import Ignore, Use

POOL_FROM = 3_000_000
"""Bytes to read from which more than one process is faster; see `benchmarks/scan.py`."""

MAX_PROCESSES = 8

_BATCH_BYTES, _BATCH_FILES = 400_000, 100
_FOLLOWING = ("python", "notebook", "javascript", "page", "shell", "ini")
"""Forms whose uses may depend on other files."""


class Found(NamedTuple):
    """What a code base uses."""

    uses: tuple[Use, ...]
    """In the order of path and line."""

    not_read: tuple[NotRead, ...]
    """In the order of paths."""

    files: int
    """How many files were looked at, now or by the run that the cache comes from."""

    ignores: tuple[Ignore, ...] = ()
    """The comments that set a problem aside, in the order of path and line."""


def uses(
    root: Path,
    *,
    changed: Collection[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    cache: Path | None = None,
) -> Found:
    """Every use of a model in the files of a folder; nothing in it is executed.

    `changed`: paths relative to `root`, with `/`; only uses in them, or that depend on one of them, are given.
    `progress` is called with the number of files done and of all. `cache` is the file that keeps what was found, see
    `cache.home`; None keeps nothing. Raises SourceError when the folder cannot be listed.
    """
    began = time.time_ns()
    not_read: list[NotRead] = []
    listed = list(files.walk(root, not_read))
    stamps = {file.path: file.stamp for file in listed}
    wanted = listed if changed is None else list(_concerned(listed, frozenset(changed)))
    remembered = caching.load(cache) if cache is not None else {}
    entries: dict[str, Entry] = {}
    for file in wanted if remembered else ():
        entry = caching.entry(remembered.get(file.path), file.path, stamps)
        if entry is not None:
            entries[file.path] = entry
    missing = [file for file in wanted if file.path not in entries]
    for path, entry in _read_all(root, missing, frozenset(stamps)):
        entries[path] = entry
        if progress is not None:
            progress(len(entries), len(wanted))
    if cache is not None and (missing or remembered.keys() - stamps.keys()):
        kept = _still_good(remembered, entries, stamps)
        caching.save(cache, kept, began)
    return _found(entries, not_read, frozenset(changed) if changed is not None else None)


def _still_good(
    remembered: dict[str, object], entries: dict[str, Entry], stamps: dict[str, files.Stamp]
) -> dict[str, Entry]:
    """What to remember: this run's, and of a run that looked at a part what earlier ones said of the rest."""
    kept = dict(entries)
    for path in remembered.keys() & stamps.keys() - entries.keys():
        entry = caching.entry(remembered[path], path, stamps)
        if entry is not None:
            kept[path] = entry
    return kept


def _concerned(listed: Iterable[File], changed: frozenset[str]) -> Iterator[File]:
    """The files that changed, and those that may depend on one that did."""
    follow = any(files.form(path.rpartition("/")[2]) in _FOLLOWING for path in changed)
    for file in listed:
        if file.path in changed or (follow and file.form in _FOLLOWING):
            yield file


def _found(entries: dict[str, Entry], not_read: list[NotRead], changed: frozenset[str] | None) -> Found:
    found: list[Use] = []
    ignores: list[Ignore] = []
    looked_at = 0
    for path in sorted(entries):
        entry = entries[path]
        if changed is not None and path not in changed and not any(name in changed for name, _ in entry.looked):
            continue
        looked_at += 1
        found += entry.uses
        ignores += entry.ignores
        if entry.reason is not None:
            not_read.append(NotRead(path, entry.reason))
    return Found(tuple(_shards_as_one(found)), tuple(sorted(not_read)), looked_at, tuple(ignores))


def _shards_as_one(found: list[Use]) -> Iterator[Use]:
    """The uses, of weights that are cut into files only the first."""
    seen = set()
    for use in found:
        if use.kind == "local" and (use.path.rpartition("/")[0], use.model) in seen:
            continue
        if use.kind == "local":
            seen.add((use.path.rpartition("/")[0], use.model))
        yield use


def _read_all(root: Path, missing: Sequence[File], known: frozenset[str]) -> Iterator[tuple[str, Entry]]:
    size = sum(file.stamp.size for file in missing if file.form != files.WEIGHTS)
    processes = _processors()
    if processes > 1 and size >= POOL_FROM:
        yield from _in_processes(root, list(_batches(missing)), known, processes)
        return
    reader = Reader(root, known)
    for file in missing:
        yield file.path, reader.read(file)


def _processors() -> int:
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(own, MAX_PROCESSES)


def _batches(missing: Iterable[File]) -> Iterator[list[File]]:
    """The files in runs of neighbours: what one looks up the next may, too."""
    batch: list[File] = []
    size = 0
    for file in missing:
        batch.append(file)
        size += file.stamp.size if file.form != files.WEIGHTS else 0
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


_reader: Reader | None = None
"""The reader of a worker process."""


def _begin(root: Path, known: frozenset[str]) -> None:
    global _reader
    _reader = Reader(root, known)


def _read_batch(batch: list[File]) -> list[tuple[str, Entry]]:
    if _reader is None:
        raise SourceError("the worker process was not set up")
    with uncollected():
        return [(file.path, _reader.read(file)) for file in batch]


def _in_processes(
    root: Path, batches: list[list[File]], known: frozenset[str], processes: int
) -> Iterator[tuple[str, Entry]]:
    """The batches by worker processes. One that dies takes nobody along: what it had is halved until it is one file."""
    import multiprocessing
    import threading
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    forks = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    lost = []
    with ProcessPoolExecutor(processes, context, _begin, (root, known)) as pool:
        try:
            tasks = {pool.submit(_read_batch, batch): batch for batch in batches}
            for task in as_completed(tasks):
                batch = tasks.pop(task)
                try:
                    yield from task.result()
                except BrokenProcessPool:
                    lost.append(batch)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for batch in lost:
        half = len(batch) // 2
        if processes > 1:
            yield from _in_processes(root, [batch], known, 1)
        elif half:
            yield from _in_processes(root, [batch[:half]], known, 1)
            yield from _in_processes(root, [batch[half:]], known, 1)
        else:
            yield batch[0].path, Entry(batch[0].stamp, (), "the process that read it died")
