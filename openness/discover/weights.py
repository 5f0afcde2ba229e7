"""Weight files in the tree: a model that the code base carries along. Told by name and first bytes, never loaded."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from openness.discover import files, names
from openness.usage import Use

LOCAL = "local"

_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_OID = re.compile(rb"^oid (sha256:[0-9a-f]{64})$", re.MULTILINE)
_SHARD = re.compile(r"[-_.](?:model-)?\d{1,6}[-_]of[-_]\d{1,6}", re.IGNORECASE)
_HEAD = 512
_SMALLEST = 4096
"""Bytes. A smaller pickle, archive or graph is a test's fixture or a table, and no model."""


def find(root: Path, path: str, size: int) -> Iterator[Use]:
    """The model that a weight file of the tree is: `local` with its path, or the Hub's where it lies in a Hub cache.

    All shards of one model give the same name. Raises SourceError when it cannot be read.
    """
    name = path.rpartition("/")[2]
    if files.rules().not_weights.match(name.lower()):
        return
    head = files.head(root, path, _HEAD)
    pointer = _OID.search(head) if head.startswith(_LFS) else None
    if pointer is None and not _is_weights(name, head, size):
        return
    cached = names.cached(path)
    if cached is not None:
        pinned = names.is_pinned(cached.revision)
        yield Use(cached.model, cached.kind, path, 1, "weight file in a Hub cache", cached.revision, pinned, name)
        return
    revision = pointer.group(1).decode() if pointer else None
    whole = _SHARD.sub("", path)
    via = "weight file, Git LFS pointer" if pointer else "weight file"
    yield Use(whole, LOCAL, path, 1, via, revision if whole == path else None, pointer is not None, name)


def _is_weights(name: str, head: bytes, size: int) -> bool:
    """Whether the first bytes are those that a file of this ending begins with."""
    check = _BEGINNINGS.get(name.lower().rpartition(".")[2])
    return check is not None and check(head, size)


def _safetensors(head: bytes, size: int) -> bool:
    """Source: the format's README: 8 bytes length of the header, little-endian, then the header, JSON."""
    if len(head) < 9:
        return False
    (length,) = struct.unpack("<Q", head[:8])
    return bool(2 <= length <= size - 8 and head[8:9] == b"{")


def _pickled(head: bytes, size: int) -> bool:
    return size >= _SMALLEST and head.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"))


def _binary(head: bytes, size: int) -> bool:
    """What `ggml-*.bin` and `pytorch_model.bin` begin with."""
    return _pickled(head, size) or _starts(b"lmgg", b"tjgg", b"fmgg", b"algg")(head, size)


def _starts(*magic: bytes, smallest: int = 0, skip: int = 0) -> Callable[[bytes, int], bool]:
    return lambda head, size: size >= smallest and head[skip:].startswith(magic)


_BEGINNINGS: dict[str, Callable[[bytes, int], bool]] = {
    "safetensors": _safetensors,
    "gguf": _starts(b"GGUF"),
    "ggml": _binary,
    "bin": _binary,
    "pt": _pickled,
    "pth": _pickled,
    "ckpt": _pickled,
    "onnx": _starts(b"\x08", smallest=_SMALLEST),
    "tflite": _starts(b"TFL3", skip=4),
    "h5": _starts(b"\x89HDF\r\n\x1a\n", smallest=_SMALLEST),
    "keras": _starts(b"PK\x03\x04", smallest=_SMALLEST),
    "msgpack": lambda head, size: size >= _SMALLEST and bool(head) and (head[0] >> 4 == 8 or head[0] in (0xDE, 0xDF)),
    "llamafile": _starts(b"MZ", b"\x7fELF", smallest=1_000_000),
}
