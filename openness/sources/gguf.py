"""Weight files in GGUF: what the header says, without the vocabulary and without the weights.

Versions 1 to 3, little and big endian. The header is walked through one window of bytes: texts that nobody asked for
are passed over and never held, so that memory does not grow with the vocabulary.
Source: docs/gguf.md of ggml; the tables below are those of the package gguf 0.19.0.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from typing import NoReturn

from openness.sources import weight_header
from openness.sources.weight_header import MAX_TENSORS, MAX_TEXT, WINDOW, ByteSource, WeightHeader

MAGIC = b"GGUF"

MAX_HEADER = 128_000_000
"""Longest header, in bytes; those of the largest vocabularies have some 20 million."""

MAX_KEYS = 20_000
MAX_STRINGS = 4_000_000
"""Most texts in the arrays of one header; 128,000 tokens and their merges are some 400,000."""

_MAX_KEY = 65_535  # bytes, as the format has it
_MAX_TENSOR_NAME = 1024
_MAX_DIMENSIONS = 4
_MAX_ELEMENTS = 2**63 - 1
_ALIGNMENT = 32

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""Type of a value → its struct format."""

_TENSOR_TYPES = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 31: ("Q4_0_4_4", 32, 18), 32: ("Q4_0_4_8", 32, 18),
    33: ("Q4_0_8_8", 32, 18), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip
"""Type of a tensor → its name, elements of a block, bytes of a block."""

_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 33: "Q4_0_4_4", 34: "Q4_0_4_8", 35: "Q4_0_8_8", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip
"""`general.file_type` → what most of the tensors are."""

_LICENSE = ("general.license", "general.license.name", "general.license.link")
_ORIGINS = ("general.source.repo_url", "general.source.huggingface.repository")
_NUMBERS = ("general.file_type", "general.alignment", "split.count")
_TEXTS = frozenset((*_LICENSE, *_ORIGINS)).union(
    f"general.{last}" for last in ("name", "author", "organization", "architecture", "type")
)
_BASE = re.compile(r"general\.base_model\.(\d{1,2})\.(?:name|repo_url)")


def read(source: ByteSource) -> WeightHeader:
    """The header of a GGUF file.

    Raises SourceError for a header that is cut off, that the format or the limits above do not allow, or that does not
    fit the size of the file.
    """
    walk = _Walk(source)
    tensors, keys = walk.length(), walk.length()
    if tensors > MAX_TENSORS or keys > MAX_KEYS:
        walk.fail(f"a header with {tensors:,} tensors and {keys:,} keys; refused")
    texts, numbers = _metadata(walk, keys)
    dtypes = _tensors(walk, tensors, numbers.get("general.alignment", _ALIGNMENT))
    kind = texts.get("general.type")
    return WeightHeader(
        format="gguf",
        version=str(walk.version),
        size=source.size,
        tensors=tensors,
        parameters=dtypes.total(),
        dtypes=tuple(name for name, _ in dtypes.most_common()),
        name=texts.get("general.name"),
        author=texts.get("general.author") or texts.get("general.organization"),
        architecture=texts.get("general.architecture"),
        quantization=_FILE_TYPES.get(numbers.get("general.file_type", -1)),
        kind=kind,
        shards=max(numbers.get("split.count", 1), 1),
        claims=weight_header.license_claims(source.path, texts, _LICENSE),
        bases=weight_header.made_from(source.path, texts, _bases(texts), "adapter" if kind == "adapter" else None),
    )


def _bases(texts: dict[str, str]) -> list[str]:
    """The keys of the base models in their order, the repository where it is given; then of what was converted."""
    keys = []
    for number in sorted({found.group(1) for key in texts if (found := _BASE.fullmatch(key))}, key=int):
        repository, name = (f"general.base_model.{number}.{last}" for last in ("repo_url", "name"))
        keys.append(repository if repository in texts else name)
    return [*keys, *_ORIGINS]


def _metadata(walk: _Walk, keys: int) -> tuple[dict[str, str], dict[str, int]]:
    """The texts and the numbers that are asked for; a key of another type than it should have is passed over."""
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for _ in range(keys):
        key, kind = walk.text(_MAX_KEY), walk.number("I")
        if key in texts or key in numbers:
            walk.fail(f"'{weight_header.shown(key)}' stands there twice")
        if kind == _STRING and (key in _TEXTS or _BASE.fullmatch(key)):
            value = walk.text(MAX_TEXT).strip()
            if value:
                texts[key] = value
        elif key in _NUMBERS and _SCALARS.get(kind, "f") in "BbHhIiQq":
            numbers[key] = walk.number(_SCALARS[kind])
        else:
            _pass(walk, kind)
    return texts, numbers


def _pass(walk: _Walk, kind: int) -> None:
    """Passes over a value."""
    if kind in _SCALARS:
        walk.skip(struct.calcsize(f"={_SCALARS[kind]}"))
    elif kind == _STRING:
        walk.skip(walk.length())
    elif kind == _ARRAY:
        inner, count = walk.number("I"), walk.length()
        if inner == _STRING:
            walk.skip_texts(count)
        elif inner in _SCALARS:
            walk.skip(count * struct.calcsize(f"={_SCALARS[inner]}"))
        else:
            walk.fail("an array of arrays; refused" if inner == _ARRAY else f"values of the unknown type {inner}")
    else:
        walk.fail(f"a value of the unknown type {kind}")


def _tensors(walk: _Walk, count: int, alignment: int) -> Counter[str]:
    """Type → elements of all tensors of that type, after seeing that their data can lie in the file."""
    if alignment <= 0 or alignment & (alignment - 1):
        walk.fail(f"an alignment of {alignment}, which is no power of two")
    elements: Counter[str] = Counter()
    end = stored = 0
    for _ in range(count):
        dtype, number, size, offset = _tensor(walk)
        if offset % alignment:
            walk.fail(f"a tensor at {offset:,}, which is no multiple of {alignment}")
        elements[dtype] += number
        end, stored = max(end, offset + size), stored + size
    start = -(-walk.at // alignment) * alignment
    if count and start + end > walk.source.size:
        walk.fail(f"the tensors end at byte {start + end:,}, and the file has {walk.source.size:,}")
    if stored > end:
        walk.fail("the tensors overlap")
    return elements


def _tensor(walk: _Walk) -> tuple[str, int, int, int]:
    """Type, elements, bytes and offset of the tensor whose entry begins here."""
    length = walk.length()
    if length > _MAX_TENSOR_NAME:
        walk.fail(f"a tensor whose name has {length:,} bytes; refused")
    walk.skip(length)
    dimensions = walk.number("I")
    if dimensions > _MAX_DIMENSIONS:
        walk.fail(f"a tensor of {dimensions:,} dimensions; refused")
    shape = [walk.length() for _ in range(dimensions)]
    kind, offset = walk.number("I"), walk.number("Q")
    if kind not in _TENSOR_TYPES:
        walk.fail(f"a tensor of the unknown type {kind}")
    dtype, block, size = _TENSOR_TYPES[kind]
    number = 1
    for dimension in shape:
        number *= dimension
    if number > _MAX_ELEMENTS:
        walk.fail(f"a tensor of {number:,} elements; refused")
    if (shape[0] if shape else 1) % block:
        walk.fail(f"a tensor of type {dtype} whose rows are no multiple of {block}")
    return dtype, number, number // block * size, offset


class _Walk:
    """A place in the header that only moves forward, over one window of bytes."""

    def __init__(self, source: ByteSource) -> None:
        self.source, self.at = source, 0
        self._window, self._start, self._strings = b"", 0, 0
        if self._take(4) != MAGIC:
            self.fail("this is no GGUF file: it does not begin with 'GGUF'")
        version = self._take(4)
        # The lower half of the version is empty where its bytes stand the other way round.
        self._order = ">" if version[:2] == b"\0\0" else "<"
        (self.version,) = struct.unpack(f"{self._order}I", version)
        if not 1 <= self.version <= 3:
            self.fail(f"version {self.version} of GGUF is not known here; known: 1 to 3")
        self._lengths = struct.Struct(f"{self._order}{'I' if self.version == 1 else 'Q'}")

    def fail(self, why: str) -> NoReturn:
        """Raises the error of this file."""
        raise self.source.refusal(why)

    def number(self, kind: str) -> int:
        """The number that stands here, of a struct format."""
        number: int
        (number,) = struct.unpack(self._order + kind, self._take(struct.calcsize(f"={kind}")))
        return number

    def length(self) -> int:
        """A length, a count or a dimension: 4 bytes in version 1, later 8."""
        length: int
        (length,) = self._lengths.unpack(self._take(self._lengths.size))
        return length

    def text(self, most: int) -> str:
        """The text that stands here, of at most `most` bytes."""
        length = self.length()
        if length > most:
            self.fail(f"a text of {length:,} bytes, where at most {most:,} are read; refused")
        return self._take(length).decode("utf-8", "replace")

    def skip(self, length: int) -> None:
        """Passes over so many bytes."""
        self.at += length
        if self.at > self.source.size:
            self.fail("the header goes on behind the end of the file; it was cut off, or it lies")
        if self.at > MAX_HEADER:
            self.fail(f"a header of more than {MAX_HEADER:,} bytes; refused")

    def skip_texts(self, count: int) -> None:
        """Passes over so many texts, of which only the lengths are read."""
        self._strings += count
        if self._strings > MAX_STRINGS:
            self.fail(f"{self._strings:,} texts in arrays; refused")
        unpack, width = self._lengths.unpack_from, self._lengths.size
        while count:
            self._hold(width)
            window, at = self._window, self.at - self._start
            last = len(window) - width
            while count and at <= last:
                at += width + unpack(window, at)[0]
                count -= 1
            self.skip(self._start + at - self.at)

    def _take(self, length: int) -> bytes:
        self._hold(length)
        begin = self.at - self._start
        self.skip(length)
        return self._window[begin : begin + length]

    def _hold(self, length: int) -> None:
        """Moves the window where it does not have the next `length` bytes, which are few."""
        if self.at - self._start + length > len(self._window):
            size = max(length, min(WINDOW, self.source.size - self.at))
            self._window, self._start = self.source.piece(self.at, size), self.at
