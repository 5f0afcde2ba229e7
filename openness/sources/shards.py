"""Models in several weight files: which files belong together, and which of them are missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import Basis, Evidence, Finding, NotRead
from openness.sources import safetensors, weight_header
from openness.sources.weight_header import WeightHeader

MAX_INDEXES = 100

_PART = re.compile(r"-\d{5}-of-\d{5}(?=\.gguf\Z)", re.IGNORECASE)

Headers = Mapping[str, WeightHeader | None]
"""The weight files of a folder, by relative path, with their headers; None for a header that was not read."""


class Indexed(NamedTuple):
    """What the indexes of a folder say."""

    evidence: tuple[Evidence, ...]
    """One for each index whose files are all there."""

    findings: tuple[Finding, ...]
    """One for each index that names files which are not there."""

    read: tuple[str, ...]
    not_read: tuple[NotRead, ...]


def indexed(folder: Path, files: Sequence[str], prefix: str, headers: Headers) -> Indexed:
    """Reads the indexes among the files of a folder. Nothing that an index names is opened."""
    evidence, findings, read, not_read = [], [], [], []
    names = [name for name in files if name.lower().endswith(safetensors.INDEX)]
    not_read += [NotRead(prefix + name, f"more than {MAX_INDEXES} indexes") for name in names[MAX_INDEXES:]]
    for name in names[:MAX_INDEXES]:
        shown = prefix + name
        try:
            digest, index = _read(folder / name, shown)
        except SourceError as problem:
            not_read.append(NotRead(shown, problem.message))
            continue
        read.append(shown)
        beside = name.rpartition("/")[0]
        wanted = [f"{beside}/{shard}" if beside else shard for shard in index.shards]
        here = Evidence(shown, Basis.OBSERVED, sha256=digest)
        missing = [one for one in wanted if one not in headers]
        if missing:
            findings.append(_incomplete(shown, len(wanted), missing, here))
        else:
            evidence.append(here._replace(note=_whole([headers[one] for one in wanted])))
    return Indexed(tuple(evidence), tuple(findings), tuple(read), tuple(not_read))


def _read(path: Path, shown: str) -> tuple[str, safetensors.Index]:
    """The digest of an index, and what it says. Raises SourceError."""
    import hashlib

    try:
        with path.open("rb") as stream:
            data = stream.read(safetensors.MAX_INDEX + 1)
    except OSError as problem:
        raise SourceError(problem.strerror or str(problem), shown) from None
    return hashlib.sha256(data).hexdigest(), safetensors.read_index(data, shown)


def _whole(headers: Sequence[WeightHeader | None]) -> str:
    """What the files of an index are together, as far as their headers were read."""
    count = f"index of {len(headers):,} files, all here"
    known = [header for header in headers if header is not None]
    if len(known) < len(headers):
        return count
    whole = known[0]._replace(
        size=sum(one.size for one in known),
        tensors=sum(one.tensors for one in known),
        parameters=sum(one.parameters for one in known),
    )
    return f"{count}: {whole.summary()}, {whole.size:,} bytes"


def missing_parts(headers: Headers, prefix: str) -> tuple[Finding, ...]:
    """A finding for each GGUF model whose headers tell of more files than are there."""
    parts: dict[str, list[str]] = {}
    for name in headers:
        parts.setdefault(_PART.sub("", name), []).append(name)
    findings = []
    for names in parts.values():
        told = max((header.shards for name in names if (header := headers[name]) is not None), default=1)
        if told > len(names):
            shown = prefix + names[0]
            message = f"{shown} is one of {told:,} files, of which {len(names):,} are here"
            findings.append(_finding(message, Evidence(shown, Basis.OBSERVED)))
    return tuple(findings)


def _incomplete(shown: str, count: int, missing: Sequence[str], here: Evidence) -> Finding:
    names = ", ".join(weight_header.shown(one) for one in missing[:3]) + (", ..." if len(missing) > 3 else "")
    return _finding(f"{shown} names {count:,} weight files, of which {len(missing):,} are not here: {names}", here)


def _finding(message: str, evidence: Evidence) -> Finding:
    return Finding("weights-incomplete", "warning", message, (evidence,))
