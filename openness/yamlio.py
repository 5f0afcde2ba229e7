"""Strict, safe YAML with the line of every key; step zero of the pipeline: everything YAML enters here.

Built on libyaml's event stream, so nothing is composed, resolved or constructed that this module does not
decide itself. The accepted language is a subset of YAML 1.2: one document, strings, `true`/`false`, `null`
and integers; every other plain scalar stays the string that was written (`NO`, `1.0`, `2025-08-05`).
Refused with the line: duplicate keys, tags, nesting deeper than 64, more than 100 aliases, aliases of
collections that hold aliases, several documents, complex keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from openness.errors import CatalogError, OpennessError

MAX_BYTES = 2_000_000
"""Largest YAML text accepted, in characters; read in well under a second."""

MAX_DEPTH = 64
MAX_ALIASES = 100

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "_rules"
RULES = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent / "rules"
"""The folder of law as data: inside the installed package, or beside it in a checkout."""


class YamlMap(dict[str, Any]):
    """A mapping that knows where it was written."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        """1-based line on which the mapping starts."""
        self.lines: dict[str, int] = {}
        """1-based line of each key."""


class YamlList(list[Any]):
    """A sequence that knows where each of its entries was written."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []
        """1-based line of each entry, in order."""


def parse(
    text: str,
    path: str | None,
    *,
    error: type[OpennessError],
    first_line: int = 1,
    syntax: type[OpennessError] | None = None,
) -> Any:
    """The value of the one YAML document in `text`: str, bool, int, None, `YamlMap` or `YamlList`.

    `first_line` is the line of the file on which `text` starts, so that lines in errors and values are
    those of the file. An empty text is None. Raises `error` with path and line for everything the module
    docstring lists as refused, and `syntax` (by default the same) for a text that is not YAML at all.
    Linear in the length of the text.
    """
    if len(text) > MAX_BYTES:
        raise error(f"this YAML is longer than {MAX_BYTES:,} characters; refused", path, first_line)
    from openness import yamlparser

    return yamlparser.build(text, path, first_line, error, syntax or error)


def read(path: Path, *, error: type[OpennessError], shown: str | None = None) -> Any:
    """`parse` of a UTF-8 file; `shown` is how errors name it. Raises `error` also when it cannot be read."""
    ready = compiled(path)
    if ready is not None:
        return ready[1]
    name = shown or str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"larger than {MAX_BYTES:,} bytes; refused", name, 1)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise error(f"cannot be read: {problem.strerror or problem}", name) from None
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise error("not UTF-8 text; save it as UTF-8", name, line) from None
    return parse(text, name, error=error)


def digest(path: Path) -> str:
    """Hex SHA-256 of a YAML file. Raises OSError."""
    ready = compiled(path)
    if ready is not None:
        return ready[0]
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=8)
def is_too_deep(problem: Exception) -> bool:
    """Whether PyYAML refused a text for its nesting: libyaml reads ahead, up to a limit of its own far above ours."""
    return "nesting depth" in str(problem)


def compiled(path: Path) -> tuple[str, Any] | None:
    """SHA-256 and value of a YAML file that was compiled when the package was built; None in a checkout.

    The compiled form lies beside the file, as `.json`: it spares a run the import of the YAML parser.
    """
    try:
        text = path.with_suffix(".json").read_text(encoding="utf-8")
    except OSError:
        return None
    import json

    document = json.loads(text)
    return document["sha256"], _decode(document["value"])


def compile_file(path: Path, *, without: str | None = None) -> str:
    """The compiled form of a YAML file, for the build of the package.

    What stands under the key `without` is left out, its own keys aside: examples are for tests, which read the YAML.
    """
    import hashlib
    import json

    data = path.read_bytes()
    value = parse(data.decode("utf-8"), str(path), error=OpennessError)
    document = {"sha256": hashlib.sha256(data).hexdigest(), "value": _encode(value, without)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _encode(value: Any, without: str | None = None) -> Any:
    if isinstance(value, YamlMap):
        entries = [_emptied(entry) if key == without else entry for key, entry in value.items()]
        lines = list(value.lines.values())
        return {"l": value.line, "n": lines, "k": list(value), "v": [_encode(entry, without) for entry in entries]}
    if isinstance(value, YamlList):
        return [value.line, value.lines, [_encode(entry, without) for entry in value]]
    return value


def _emptied(value: Any) -> Any:
    """A mapping with its keys and their lines, and nothing under them."""
    if not isinstance(value, YamlMap):
        return None
    empty = YamlMap(value.line)
    empty.update(dict.fromkeys(value))
    empty.lines = value.lines
    return empty


def _decode(node: Any) -> Any:
    kind = type(node)
    if kind is dict:
        mapping = YamlMap(node["l"])
        keys = node["k"]
        mapping.update(zip(keys, [v if type(v) is str else _decode(v) for v in node["v"]], strict=True))
        mapping.lines = dict(zip(keys, node["n"], strict=True))
        return mapping
    if kind is list:
        sequence = YamlList(node[0])
        sequence += [v if type(v) is str else _decode(v) for v in node[2]]
        sequence.lines = node[1]
        return sequence
    return node


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or the known words when they are few, or nothing: the tail of an error message."""
    import difflib

    names = sorted(known)
    if len(word) > 80:
        return ""
    close = difflib.get_close_matches(word.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{next(name for name in names if name.lower() == close[0])}'?"
    return f"; known: {', '.join(names)}" if len(names) <= 20 else ""


class Reader:
    """Checked access to one `YamlMap` of a file whose schema we know; every complaint has path and line."""

    __slots__ = ("error", "map", "path", "what")

    def __init__(self, value: Any, path: str, what: str, error: type[OpennessError], line: int = 1) -> None:
        self.path, self.what, self.error = path, what, error
        if not isinstance(value, YamlMap):
            raise error(f"{what} must be a mapping of keys to values", path, line)
        self.map = value

    def only(self, *known: str) -> Reader:
        """Itself, after refusing every key that is not `known`."""
        for key, line in self.map.lines.items():
            if key not in known:
                raise self.error(f"{self.what} has no key '{key}'{nearest(key, known)}", self.path, line)
        return self

    def line(self, key: str) -> int:
        """The line of `key`, or of the mapping where the key is missing."""
        return self.map.lines.get(key, self.map.line)

    def fail(self, key: str, message: str) -> NoReturn:
        """Raises the error of this file at the line of `key`."""
        raise self.error(message, self.path, self.line(key))

    def need(self, key: str) -> Any:
        """The value of a key that must be there and not be empty."""
        value = self.map.get(key)
        if value is None or value == "" or value == []:
            self.fail(key, f"{self.what} needs '{key}'")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required unless a default is given."""
        value = self.need(key) if default is None else self.map.get(key, default)
        if not isinstance(value, str):
            self.fail(key, f"'{key}' must be text, not {_kind(value)}")
        return value

    def flag(self, key: str) -> bool | None:
        """true, false, or None where the key is absent or `unknown`."""
        value = self.map.get(key)
        if value is None or value == "unknown":
            return None
        if not isinstance(value, bool):
            self.fail(key, f"'{key}' must be true, false or unknown")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A string or a list of strings, as a tuple; empty where the key is absent."""
        value = self.map.get(key)
        values = [] if value is None else value if isinstance(value, list) else [value]
        for number, entry in enumerate(values):
            if not isinstance(entry, str):
                line = value.lines[number] if isinstance(value, YamlList) else self.line(key)
                raise self.error(f"'{key}' must hold text only, not {_kind(entry)}", self.path, line)
        return tuple(values)

    def maps(self, key: str) -> list[Reader]:
        """The mappings in the list under `key`; empty where the key is absent."""
        value = self.map.get(key)
        if value is None:
            return []
        if not isinstance(value, YamlList):
            self.fail(key, f"'{key}' must be a list")
        return [
            Reader(entry, self.path, f"an entry of '{key}'", self.error, value.lines[number])
            for number, entry in enumerate(value)
        ]

    def child(self, key: str) -> Reader | None:
        """The mapping under `key`, or None where the key is absent."""
        value = self.map.get(key)
        return None if value is None else Reader(value, self.path, f"'{key}'", self.error, self.line(key))


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", YamlMap: "a mapping", YamlList: "a list", type(None): "nothing"}
    return names.get(type(value), "text")


def rules(name: str, what: str) -> Reader:
    """A file of `RULES`, which must be a mapping; `what` it is, for complaints. Raises CatalogError."""
    path = RULES / name
    return Reader(read(path, error=CatalogError), str(path), what, CatalogError)
