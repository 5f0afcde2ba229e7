"""Weight files: which files of a folder are weights, by their first bytes and not by their name alone."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(rb"^size (\d{1,18})$", re.MULTILINE)
_HEAD = 512
_NOT_MODELS = re.compile(
    r"^(?:training_args|optimizer|scheduler|rng_state|scaler|random_states|trainer_state|.*tokenizer.*)\b", re.I
)


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


def is_named_like_weights(name: str) -> bool:
    """Whether a file name has the ending of weights and is not known as something else (optimizer state)."""
    return Path(name).suffix.lower() in _FORMATS and not _NOT_MODELS.match(name)


def inspect(path: Path) -> WeightFile:
    """What the file is, from at most its first 512 bytes. Raises OSError."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_LFS):
        oid, length = _OID.search(head), _SIZE.search(head)
        if oid is None or length is None:
            return WeightFile(False, None, None, size)
        return WeightFile(True, oid.group(1).decode(), head.count(b"\n", 0, oid.start()) + 1, int(length.group(1)))
    return WeightFile(_FORMATS[path.suffix.lower()](head, size), None, None, size)
