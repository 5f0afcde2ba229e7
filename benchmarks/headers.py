"""Headers of weight files: seconds, bytes read and peak memory, for ordinary files and for the worst that pass or fail.

python benchmarks/headers.py
"""

from __future__ import annotations

import struct
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from openness.errors import SourceError
from openness.sources import gguf, safetensors
from openness.sources.weight_header import ByteSource, WeightHeader

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import weight_files

Reader = Callable[[ByteSource], WeightHeader]


def vocabulary(size: int) -> bytes:
    tokens = [f"token {number}" for number in range(size)]
    merges = [f"{one[:4]} {one[4:]}" for one in tokens] * 2
    metadata = {"general.license": "mit", "tokenizer.ggml.tokens": tokens, "tokenizer.ggml.merges": merges}
    return weight_files.gguf(metadata, [(f"blk.{number}.weight", (256, 4), 12) for number in range(300)])


def many_tensors_gguf(count: int) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, count, 0)
    return head + struct.pack("<QIIQ", 0, 0, 24, 0) * count + bytes(64)


def many_texts(count: int) -> bytes:
    value = weight_files.Raw(9, struct.pack("<IQ", 8, count) + bytes(8 * count))
    return weight_files.gguf({"texts": value})


def many_tensors(count: int, width: int) -> bytes:
    entries = (b'"%0*d":{"dtype":"U8","shape":[1],"data_offsets":[%d,%d]}' % (width, n, n, n + 1) for n in range(count))
    return weight_files.packed(b"{" + b",".join(entries) + b"}", count)


def files() -> Iterator[tuple[str, Reader, bytes]]:
    yield "gguf, 128,000 tokens, 256,000 merges", gguf.read, vocabulary(128_000)
    yield "gguf, most texts that pass", gguf.read, many_texts(gguf.MAX_STRINGS)
    yield "gguf, most tensors", gguf.read, many_tensors_gguf(200_000)
    yield "safetensors, 300 tensors", safetensors.read, many_tensors(300, 40)
    yield "safetensors, 140,000 tensors", safetensors.read, many_tensors(140_000, 100)
    text = b'{"__metadata__":{"text":"%s"}}' % (b"\\n" * 12_000_000)
    yield "safetensors, one text of 24 MB", safetensors.read, weight_files.packed(text, 0)


def main() -> None:
    print(f"{'':40} {'seconds':>8} {'reads':>6} {'MB read':>8} {'peak MB':>8}  outcome")
    for what, reader, data in files():
        asked: list[int] = []

        def read(offset: int, length: int, data: bytes = data, asked: list[int] = asked) -> bytes:
            asked.append(length)
            return data[offset : offset + length]

        source = ByteSource("w", len(data), read)
        started = time.process_time()
        outcome = tried(reader, source)
        seconds = time.process_time() - started
        reads, total = len(asked), sum(asked) / 1e6
        tracemalloc.start()
        tried(reader, source)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"{what:40} {seconds:8.3f} {reads:6} {total:8.1f} {peak:8.1f}  {outcome}")


def tried(reader: Reader, source: ByteSource) -> str:
    try:
        return reader(source).summary()
    except SourceError as problem:
        return problem.message


if __name__ == "__main__":
    main()
