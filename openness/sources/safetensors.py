"""Weight files in safetensors: what the header says, and the index of a model in several such files.

Source: the README of safetensors; its checks on the header are made here too (package safetensors 0.8.0).
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter
from typing import Any, NamedTuple, NoReturn, TypeGuard

from openness.errors import SourceError
from openness.sources import weight_header
from openness.sources.json_walk import JsonWalk, Refuse
from openness.sources.weight_header import MAX_TENSORS, MAX_TEXT, WINDOW, ByteSource, WeightHeader

MAX_HEADER = 25_000_000
"""Longest header that is read, in bytes. The format allows 100 million; some 150 bytes a tensor are usual."""

MAX_INDEX = 30_000_000
"""Longest index that is read, in bytes; that of a model with 140,000 tensors has some 15 million."""

INDEX = ".safetensors.index.json"
"""How the name of an index ends."""

_MAX_SHARDS = 10_000
_MAX_INDEXED = 300_000
_MAX_METADATA = 10_000
_MAX_NAME = 1024
_MAX_SIZE = 2**63 - 1

_BITS = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip
"""Type of a tensor → bits of an element."""

_LICENSES = (
    ("modelspec.license", "", ""),
    ("general.license", "general.license.name", "general.license.link"),
    ("license", "license_name", "license_link"),
)
"""Keys of a licence, its name and its link; ModelSpec has one, the others are in use."""

_BASES = ("base_model", "base_model_name_or_path", "ss_sd_model_name")
_NAMES = ("modelspec.title", "general.name", "name", "title", "ss_output_name")
_AUTHORS = ("modelspec.author", "general.author", "author")
_ARCHITECTURES = ("modelspec.architecture", "general.architecture", "architecture")
_ADAPTER = "ss_network_module"
_KEPT = frozenset(
    (*(key for keys in _LICENSES for key in keys), *_BASES, *_NAMES, *_AUTHORS, *_ARCHITECTURES, _ADAPTER)
)


class Index(NamedTuple):
    """What an index says of the files of a model."""

    shards: tuple[str, ...]
    """Names of the files, beside the index, in their order."""

    tensors: int


def read(source: ByteSource) -> WeightHeader:
    """The header of a safetensors file.

    Raises SourceError for a header that is cut off, that the format or the limits above do not allow, or whose tensors
    do not fill the file without gap or overlap. Reads once or twice.
    """
    start = source.piece(0, min(WINDOW, source.size))
    if len(start) < 10:
        raise source.refusal("too short for a safetensors file")
    (length,) = struct.unpack("<Q", start[:8])
    if not 2 <= length <= source.size - 8:
        raise source.refusal(f"a header of {length:,} bytes in a file of {source.size:,}; it was cut off, or it lies")
    if length > MAX_HEADER:
        raise source.refusal(f"a header of {length:,} bytes, where at most {MAX_HEADER:,} are read; refused")
    data = start[8 : 8 + length]
    if len(data) < length:
        data = source.piece(8, length)
    if data[:1] != b"{":
        raise source.refusal("this is no safetensors file: its header does not begin with '{'")
    return _header(source, data)


def _header(source: ByteSource, data: bytes) -> WeightHeader:
    def fail(why: str) -> NoReturn:
        raise source.refusal(why)

    walk = JsonWalk(data, fail)
    tensors = _Tensors(fail)
    stated: dict[str, str] | None = None
    for key in walk.entries():
        if key != "__metadata__":
            tensors.add(key, walk.small())
        elif stated is None:
            stated = _metadata(walk, fail)
        else:
            fail("'__metadata__' stands there twice")
    walk.end()
    tensors.must_fill(source.size - 8 - len(data))
    return _described(source, tensors, stated or {})


def _described(source: ByteSource, tensors: _Tensors, stated: dict[str, str]) -> WeightHeader:
    claims = (weight_header.license_claims(source.path, stated, keys) for keys in _LICENSES)
    return WeightHeader(
        format="safetensors",
        version="",
        size=source.size,
        tensors=len(tensors.begins),
        parameters=tensors.elements.total(),
        dtypes=tuple(name for name, _ in tensors.elements.most_common()),
        name=_first(stated, _NAMES),
        author=_first(stated, _AUTHORS),
        architecture=_first(stated, _ARCHITECTURES),
        claims=tuple(one for some in claims for one in some),
        # What is trained beside a model, and not from it, needs that model.
        bases=weight_header.made_from(source.path, stated, _BASES, "adapter" if _ADAPTER in stated else None),
    )


def _first(stated: dict[str, str], keys: tuple[str, ...]) -> str | None:
    return next((stated[key] for key in keys if key in stated), None)


def _metadata(walk: JsonWalk, fail: Refuse) -> dict[str, str]:
    """What `__metadata__` says under the keys that are asked for: texts, as the format has them."""
    stated: dict[str, str] = {}
    for number, key in enumerate(walk.entries()):
        if number >= _MAX_METADATA:
            fail(f"more than {_MAX_METADATA:,} entries in '__metadata__'; refused")
        if key in stated:
            fail(f"'{key}' stands twice in '__metadata__'")
        if key not in _KEPT:
            walk.skip_text()
            continue
        value = walk.text(MAX_TEXT).strip()
        if value and value != "None":  # as trainers in Python write that there is none
            stated[key] = value
    return stated


class _Tensors:
    """The tensors of one file while they are gathered: where each begins and ends."""

    def __init__(self, fail: Refuse) -> None:
        self.fail = fail
        self.begins, self.ends = array("Q"), array("Q")
        self.elements: Counter[str] = Counter()
        self._names: set[str] = set()

    def add(self, name: str, entry: dict[str, Any]) -> None:
        """One entry of the header, checked by itself."""
        if len(self.begins) >= MAX_TENSORS:
            self.fail(f"more than {MAX_TENSORS:,} tensors; refused")
        if name in self._names or len(name) > _MAX_NAME:
            self.fail(f"'{weight_header.shown(name)}' stands there twice or is too long for a tensor's name")
        self._names.add(name)
        dtype, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
        bits = _BITS.get(dtype) if isinstance(dtype, str) else None
        if bits is None or not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2:
            self.fail(f"the entry of '{weight_header.shown(name)}' has no known type, shape and place; refused")
        number = 1
        for dimension in shape:
            number *= dimension
        if number * bits != 8 * (offsets[1] - offsets[0]):
            self.fail(f"'{weight_header.shown(name)}' does not have the bytes that its type and shape need")
        self.begins.append(offsets[0])
        self.ends.append(offsets[1])
        self.elements[str(dtype)] += number

    def must_fill(self, size: int) -> None:
        """Sees that the tensors lie one behind the other and fill `size` bytes."""
        end = 0
        for begin, one in sorted(zip(self.begins, self.ends, strict=True)):
            if begin != end:
                self.fail(f"the tensors {'overlap' if begin < end else 'leave a gap'} at byte {begin:,} of the data")
            end = one
        if end != size:
            self.fail(f"the tensors take {end:,} bytes, and the file has {size:,} for them; it was cut off, or it lies")


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(one) is int and 0 <= one <= _MAX_SIZE for one in value)


def read_index(data: bytes, path: str) -> Index:
    """Which files an index of several safetensors files names. Raises SourceError."""

    def fail(why: str) -> NoReturn:
        raise SourceError(why, path)

    if len(data) > MAX_INDEX:
        fail(f"larger than {MAX_INDEX:,} bytes; refused")
    walk = JsonWalk(data, fail)
    shards: dict[str, None] = {}
    tensors = 0
    for key in walk.entries():
        if key != "weight_map":
            walk.skip()
            continue
        for _ in walk.entries():
            shards[walk.text(_MAX_NAME)] = None
            tensors += 1
            if len(shards) > _MAX_SHARDS or tensors > _MAX_INDEXED:
                fail(f"more than {_MAX_SHARDS:,} files or {_MAX_INDEXED:,} tensors; refused")
    walk.end()
    if not shards:
        fail("an index without 'weight_map', or with an empty one")
    return Index(tuple(shards), tensors)
