"""What the header of a weight file says, whatever its format, and the bytes that it is read from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from openness.errors import SourceError
from openness.model import Base, Basis, Evidence, LicenseClaim
from openness.sources import bases

WINDOW = 256 * 1024
"""Bytes that are asked for at once, where that many are left."""

MAX_TENSORS = 200_000
"""Most tensors of one file; a file of a large mixture of experts has some 60,000."""

MAX_TEXT = 64 * 1024
"""Longest text that is kept, in bytes: longer than any licence in common use."""

_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]{1,100}/[\w.-]{1,100})/?")
_URL = re.compile(r"https?://\S{1,2000}")
_WHOLE_NUMBERS = re.compile(r"[IU]\d+|BOOL")
_MAX_SHOWN = 100  # characters of a header's text in a note


class ByteSource(NamedTuple):
    """A file, or a part of the web that answers range requests, as bytes by their position."""

    path: str
    """As the user knows it."""

    size: int
    """Bytes of the whole file."""

    read: Callable[[int, int], bytes]
    """(offset, length) → the bytes there; fewer only where the file ends."""

    def piece(self, offset: int, length: int) -> bytes:
        """Exactly these bytes. Raises SourceError where the file does not have them."""
        found = self.read(offset, length) if offset + length <= self.size else b""
        if len(found) != length:
            raise self.refusal("the header goes on behind the end of the file; it was cut off, or it lies")
        return found

    def refusal(self, why: str) -> SourceError:
        """The error that says why the file is refused."""
        return SourceError(why, self.path)


class WeightHeader(NamedTuple):
    """What a weight file says of itself."""

    format: str
    """`gguf` or `safetensors`."""

    version: str
    """Of the format; empty where it has none."""

    size: int
    """Bytes of the file."""

    tensors: int

    parameters: int
    """Elements of all tensors. Formats that pack several parameters into an integer have more than that."""

    dtypes: tuple[str, ...]
    """Types of the tensors, as the format calls them; that of the most elements first."""

    name: str | None = None
    author: str | None = None
    """A person or an organisation."""

    architecture: str | None = None
    quantization: str | None = None
    """How a GGUF file says that it was quantised (`Q4_K_M`)."""

    kind: str | None = None
    """What a GGUF file says that it is: `model`, `adapter`, `imatrix` (no weights, but how to quantise some)."""

    shards: int = 1
    """How many files the file says that it is one of."""

    claims: tuple[LicenseClaim, ...] = ()
    """The licences that it declares."""

    bases: tuple[Base, ...] = ()
    """The models that it says it was made from."""

    def summary(self) -> str:
        """The header in some words: `gguf v3, llama, 8.03 B parameters, Q4_K_M, by …`."""
        by = f"by {shown(self.author)}" if self.author else ""
        form = f"{self.format} v{self.version}" if self.version else self.format
        architecture = shown(self.architecture) if self.architecture else ""
        kind = self.quantization or (self.dtypes[0] if self.dtypes else "")
        part = f"one of {self.shards:,} files" if self.shards > 1 else ""
        return ", ".join(words for words in (form, architecture, _amount(self), kind, by, part) if words)


def _amount(header: WeightHeader) -> str:
    """How many parameters; of whole numbers only how many values, as these may hold several parameters each."""
    whole = bool(header.dtypes) and _WHOLE_NUMBERS.fullmatch(header.dtypes[0]) is not None
    return f"{_short_number(header.parameters)} {'values' if whole else 'parameters'}"


def _short_number(number: int) -> str:
    for unit, sign in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= unit:
            digits = number / unit
            return f"{digits:.{2 if digits < 10 else 1 if digits < 100 else 0}f} {sign}"
    return str(number)


def license_claims(path: str, stated: Mapping[str, str], keys: tuple[str, ...]) -> tuple[LicenseClaim, ...]:
    """The licences under the first three of `keys`: the licence, its name and its link; none where all are missing.

    A field that holds a whole licence text is a claim by that text; a link alone is read as one.
    """
    license_, name, link = (stated.get(key) for key in keys)
    if not (license_ or name or link):
        return ()
    declared = license_ or name or link or ""
    evidence = tuple(_declaring(path, key, stated[key]) for key in keys if stated.get(key))
    if "\n" in declared.strip():
        return (LicenseClaim(None, evidence, by="header", text=declared),)
    if link is None and _URL.fullmatch(declared):
        link = declared
    return (LicenseClaim(declared, evidence, by="header", name=name, link=link),)


def made_from(
    path: str, stated: Mapping[str, str], keys: Iterable[str], relation: str | None = None
) -> tuple[Base, ...]:
    """The models under those of `keys` that name one: the Hub id where it is a link to the Hub, else as written."""
    found = []
    for key in keys:
        hub = _HUB.fullmatch(stated.get(key, ""))
        model = hub.group(1) if hub else stated.get(key, "")
        if bases.names_a_model(model):
            found.append(Base(model, relation, (_declaring(path, key, stated[key]),)))
    return bases.joined(found)


def _declaring(path: str, key: str, value: str) -> Evidence:
    """Evidence that the header says so. A header is no text with lines, so that what it says is in the note."""
    return Evidence(path, Basis.DECLARED, note=f"{key}: {shown(value)}")


def shown(value: str) -> str:
    """A text of a header on one line, cut off where it is long."""
    line = " ".join(value.split())
    return line if len(line) <= _MAX_SHOWN else f"{line[: _MAX_SHOWN - 1]}…"


@contextmanager
def opened(path: Path, name: str) -> Iterator[ByteSource]:
    """A file as a byte source called `name`. Raises OSError."""
    with path.open("rb", buffering=0) as stream:

        def read(offset: int, length: int) -> bytes:
            stream.seek(offset)
            return stream.read(length)

        yield ByteSource(name, stream.seek(0, 2), read)
