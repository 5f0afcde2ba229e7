"""Writers of weight files for tests and benchmarks: GGUF of every version and byte order, and safetensors."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Tensor = tuple[str, tuple[int, ...], int]
"""Name, shape and GGUF type of a tensor."""

SIZES = {0: (1, 4), 1: (1, 2), 2: (32, 18), 12: (256, 144), 14: (256, 210), 30: (1, 2)}
"""GGUF type → elements and bytes of a block: F32, F16, Q4_0, Q4_K, Q6_K, BF16."""

ONE: tuple[Tensor, ...] = (("weight", (32, 2), 0),)


class Raw(NamedTuple):
    """A value with a type of one's own: what stands behind the key, as it is."""

    kind: int
    data: bytes


def gguf(
    metadata: Mapping[str, Any] | None = None,
    tensors: Sequence[Tensor] = ONE,
    *,
    version: int = 3,
    order: str = "<",
    alignment: int = 32,
) -> bytes:
    """A GGUF file; texts, whole numbers, floats, truth values and lists of texts or numbers are written as such."""
    length = f"{order}{'I' if version == 1 else 'Q'}"

    def text(value: str) -> bytes:
        data = value.encode()
        return struct.pack(length, len(data)) + data

    def value(one: Any) -> bytes:
        number = f"{order}I"
        if isinstance(one, Raw):
            return struct.pack(number, one.kind) + one.data
        if isinstance(one, bool):
            return struct.pack(f"{number}?", 7, one)
        if isinstance(one, int):
            return struct.pack(f"{number}I", 4, one)
        if isinstance(one, float):
            return struct.pack(f"{number}f", 6, one)
        if isinstance(one, str):
            return struct.pack(number, 8) + text(one)
        texts = bool(one) and isinstance(one[0], str)
        head = struct.pack(f"{number}I", 9, 8 if texts else 4) + struct.pack(length, len(one))
        return head + (b"".join(map(text, one)) if texts else struct.pack(f"{order}{len(one)}I", *one))

    pairs = b"".join(text(key) + value(one) for key, one in (metadata or {}).items())
    entries, data = b"", b""
    for name, shape, kind in tensors:
        entries += text(name) + struct.pack(f"{order}I", len(shape))
        entries += b"".join(struct.pack(length, dimension) for dimension in shape)
        entries += struct.pack(f"{order}IQ", kind, len(data))
        block, size = SIZES[kind]
        elements = 1
        for dimension in shape:
            elements *= dimension
        data += bytes(elements // block * size)
        data += bytes(-len(data) % alignment)
    head = (
        b"GGUF"
        + struct.pack(f"{order}I", version)
        + struct.pack(f"{order}2{length[1]}", len(tensors), len(metadata or {}))
    )
    whole = head + pairs + entries
    return whole + bytes(-len(whole) % alignment) + data


def safetensors(
    metadata: Mapping[str, str] | None = None, tensors: Mapping[str, tuple[str, list[int], int]] | None = None
) -> bytes:
    """A safetensors file; `tensors`: name → type, shape and bytes."""
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": metadata}
    end = 0
    for name, (dtype, shape, size) in ({"weight": ("F32", [2, 3], 24)} if tensors is None else tensors).items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    return packed(header, end)


def packed(header: object, size: int) -> bytes:
    """A safetensors file with this header and so many bytes of data."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + bytes(size)
