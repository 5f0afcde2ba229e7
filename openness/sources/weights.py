"""Weight files: which files are weights, by their header or first bytes and not by their name alone."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import Base, Basis, Component, Evidence, Fact, Finding, LicenseClaim, NotRead, Release
from openness.sources import bases, gguf, safetensors, shards, weight_header
from openness.sources.weight_header import WeightHeader

MAX_HEADERS = 500
MAX_HEADER_BYTES = 256_000_000
"""Most headers of one folder that are read, and after how many bytes of them the rest is judged by its first bytes."""

_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(rb"^size (\d{1,18})$", re.MULTILINE)
_HEAD = 512
_MAX_EVIDENCE = 8
_NOT_MODELS = re.compile(
    r"^(?:training_args|optimizer|scheduler|rng_state|scaler|random_states|trainer_state|.*tokenizer.*)\b", re.I
)
_READERS = {".gguf": gguf.read, ".safetensors": safetensors.read}
"""Ending of a format → how its header is read."""


class WeightFile(NamedTuple):
    """What a file with a weight file's name turned out to be."""

    plausible: bool
    """Whether its beginning is that of weights, or it stands for some as a Git LFS pointer."""

    sha256: str | None
    """For a pointer the digest of the file it stands for."""

    line: int | None
    """For a pointer the 1-based line of the digest."""

    size: int
    """Bytes; for a pointer those of the file it stands for."""

    problem: str = ""
    """Why it is not plausible; empty where it is."""

    header: WeightHeader | None = None
    """None for a pointer, another format, and where it was not read."""

    read: int = 0
    """How many bytes of the header were read."""


class Weights(NamedTuple):
    """The weights of a folder."""

    files: tuple[str, ...]
    """The files that are weights or stand for some, relative to the folder."""

    evidence: tuple[Evidence, ...]
    claims: tuple[LicenseClaim, ...]
    """The licences that headers declare; the same one from several files is one claim."""

    bases: tuple[Base, ...]
    findings: tuple[Finding, ...]
    read: tuple[str, ...]
    not_read: tuple[NotRead, ...]


def _safetensors(head: bytes, size: int) -> bool:
    if len(head) < 9:
        return False
    (length,) = struct.unpack("<Q", head[:8])
    return 2 <= length <= min(size - 8, 100_000_000) and head[8:9] == b"{"


def _pickled(head: bytes, size: int) -> bool:
    return size > 200 and (head[:4] == b"PK\x03\x04" or head[:1] == b"\x80")


def _starts(*magic: bytes) -> Callable[[bytes, int], bool]:
    return lambda head, size: head.startswith(magic)


_FORMATS: dict[str, Callable[[bytes, int], bool]] = {
    ".safetensors": _safetensors,
    ".gguf": _starts(b"GGUF"),
    ".ggml": _starts(b"lmgg", b"tjgg", b"fmgg"),
    ".bin": _pickled,
    ".pt": _pickled,
    ".pth": _pickled,
    ".ckpt": _pickled,
    ".pdparams": _pickled,
    ".h5": _starts(b"\x89HDF"),
    ".keras": _starts(b"PK\x03\x04", b"\x89HDF"),
    ".npz": _starts(b"PK\x03\x04"),
    ".nemo": lambda head, size: head[257:262] == b"ustar" or head[:2] == b"\x1f\x8b",
    ".tflite": lambda head, size: head[4:8] == b"TFL3",
    ".onnx": lambda head, size: head[:1] == b"\x08" and size > 1024,
    ".msgpack": lambda head, size: (
        size > 1024 and head[:1] in b"\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\xde\xdf"
    ),
}


def is_named_like_weights(path: str) -> bool:
    """Whether a file name has the ending of weights and is not known as something else (optimizer state)."""
    name = path.rsplit("/", 1)[-1]
    return Path(name).suffix.lower() in _FORMATS and not _NOT_MODELS.match(name)


def inspect(path: Path, shown: str, *, header: bool = True) -> WeightFile:
    """What the file is, from its header, or from its first 512 bytes where it has none that is read.

    `shown` is how the user knows the file; `header=False` leaves every header unread. Raises OSError.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_LFS):
        oid, length = _OID.search(head), _SIZE.search(head)
        if oid is None or length is None:
            return WeightFile(False, None, None, size, "is a Git LFS pointer without digest or size")
        return WeightFile(True, oid.group(1).decode(), head.count(b"\n", 0, oid.start()) + 1, int(length.group(1)))
    suffix = path.suffix.lower()
    if header and suffix in _READERS:
        return _with_header(path, shown, suffix, size)
    if _FORMATS[suffix](head, size):
        return WeightFile(True, None, None, size)
    return WeightFile(False, None, None, size, f"does not begin like any ({size:,} bytes)")


def _with_header(path: Path, shown: str, suffix: str, size: int) -> WeightFile:
    """What a file is whose header is to be read. Raises OSError."""
    spent = 0
    with weight_header.opened(path, shown) as source:

        def counted(offset: int, length: int) -> bytes:
            nonlocal spent
            spent += length
            return source.read(offset, length)

        try:
            header = _READERS[suffix](source._replace(read=counted))
        except SourceError as problem:
            return WeightFile(False, None, None, size, f"has a header that cannot be: {problem.message}", None, spent)
    if header.kind == "imatrix" or (not header.tensors and header.shards == 1):
        why = "holds an importance matrix" if header.tensors else "holds no tensors"
        return WeightFile(False, None, None, size, why, header, spent)
    return WeightFile(True, None, None, size, "", header, spent)


def release(path: Path, shown: str, names: Sequence[str] = ()) -> Release:
    """What one weight file says of the release it belongs to. Raises SourceError for what is none, and OSError."""
    if not path.is_file():
        raise SourceError("not a plain file", shown)
    found = inspect(path, shown)
    if not found.plausible:
        raise SourceError(f"is named like weights and {found.problem}", shown)
    header = found.header
    claims = header.claims if header else ()
    parameters = Component("model-parameters", Fact(True, (_evidence(found, shown),)), claims=claims)
    return Release(
        name=names[0] if names else weight_header.shown((header and header.name) or path.stem),
        target=shown,
        components={parameters.name: parameters},
        origin="weight file header" if header else "Git LFS pointer",
        read=(shown,),
        texts=tuple(claim for claim in claims if claim.text),
        bases=header.bases if header else (),
    )


def gather(folder: Path, files: Sequence[str], prefix: str) -> Weights:
    """The weights among the files of a folder; `prefix` is what the user knows it by, with its `/`."""
    found, findings, not_read = _inspected(folder, [name for name in files if is_named_like_weights(name)], prefix)
    headers = {name: one.header for name, one in found.items()}
    known = {name: header for name, header in headers.items() if header is not None}
    indexes = shards.indexed(folder, files, prefix, headers)
    return Weights(
        files=tuple(found),
        evidence=(*indexes.evidence, *(_evidence(one, prefix + name) for name, one in found.items())),
        claims=_merged(claim for header in known.values() for claim in header.claims),
        bases=tuple(
            one._replace(evidence=one.evidence[:_MAX_EVIDENCE])
            for one in bases.joined(base for header in known.values() for base in header.bases)
        ),
        findings=(*findings, *indexes.findings, *shards.missing_parts(headers, prefix)),
        read=(*indexes.read, *(prefix + name for name in known)),
        not_read=(*not_read, *indexes.not_read),
    )


def _inspected(
    folder: Path, names: Sequence[str], prefix: str
) -> tuple[dict[str, WeightFile], list[Finding], list[NotRead]]:
    """What the files are, of those that are weights; a finding for each that is none; what was not read."""
    found: dict[str, WeightFile] = {}
    findings: list[Finding] = []
    not_read: list[NotRead] = []
    opened = spent = 0
    for name in names:
        shown = prefix + name
        more = opened < MAX_HEADERS and spent < MAX_HEADER_BYTES
        try:
            one = inspect(folder / name, shown, header=more)
        except OSError as problem:
            not_read.append(NotRead(shown, problem.strerror or str(problem)))
            continue
        opened, spent = opened + (one.read > 0), spent + one.read
        if one.plausible:
            found[name] = one
            if not more and one.sha256 is None and name.lower().endswith(tuple(_READERS)):
                not_read.append(NotRead(shown, "its header: those of many other files were read before"))
        elif not name.endswith(".bin") or "model" in name:  # an ending that much else has too
            severity = "warning" if one.read else "note"
            message = f"{shown} is named like weights and {one.problem}"
            findings.append(Finding("weights-implausible", severity, message, (Evidence(shown, Basis.OBSERVED),)))
    return found, findings, not_read


def _merged(found: Iterable[LicenseClaim]) -> tuple[LicenseClaim, ...]:
    """What several headers say alike, once, with the evidence of the first few."""
    merged: dict[LicenseClaim, list[Evidence]] = {}
    for one in found:
        merged.setdefault(one._replace(evidence=()), []).extend(one.evidence)
    return tuple(one._replace(evidence=tuple(evidence[:_MAX_EVIDENCE])) for one, evidence in merged.items())


def _evidence(found: WeightFile, shown: str) -> Evidence:
    if found.sha256 is not None:
        quoted = f"oid sha256:{found.sha256}"
        note = f"Git LFS pointer to {found.size:,} bytes"
        return Evidence(shown, Basis.OBSERVED, quoted, found.line, found.line, found.sha256, note=note)
    summary = f"{found.header.summary()}, " if found.header is not None else ""
    return Evidence(shown, Basis.OBSERVED, note=f"{summary}{found.size:,} bytes")
