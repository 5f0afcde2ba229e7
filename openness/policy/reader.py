"""The policy file, checked key by key: `openness.toml`, or `[tool.openness]` of `pyproject.toml`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn

from openness.errors import PolicyError
from openness.model import COMPONENTS, Basis, Evidence, Expression
from openness.policy import files
from openness.policy.entries import FAIL, NO_DIGEST, PASS, WARN, Answer, Clarification, Known, PathRule, Policy, Waiver
from openness.yamlio import nearest

MAX_BYTES = 1_000_000
"""Largest policy file that is read."""

_KEYS = (
    "require", "definitions", "undetermined", "unpinned", "api",
    "licenses", "exceptions", "clarify", "paths", "reviews",
)  # fmt: skip
_TEXT, _DATE, _FLAG = "text", "a date, as 2027-06-30", "true or false"
_REVIEW = {"model": _TEXT, "rule": _TEXT, "answer": _FLAG, "reason": _TEXT, "by": _TEXT, "date": _DATE, "sha256": _TEXT}
_EXCEPTION = {"model": _TEXT, "rule": _TEXT, "reason": _TEXT, "by": _TEXT, "expires": _DATE}
_CLARIFY = {"model": _TEXT, "component": _TEXT, "license": _TEXT, "file": _TEXT, "sha256": _TEXT}
_PATH = {"path": _TEXT}
_PATH_ALSO = {
    "require": _TEXT,
    "undetermined": _TEXT,
    "unpinned": _TEXT,
    "api": _TEXT,
    "ignore": _FLAG,
    "reason": _TEXT,
}
_HEADER = re.compile(r"\s*\[\[?[^\[\],]*\]\]?\s*(?:#.*)?\Z")
_TABLE = re.compile(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*openness[ \t]*[.\]]", re.MULTILINE)
_QUOTE = 160
_UNDETERMINED, _OTHERS = (FAIL, PASS), (FAIL, WARN, PASS)


def load(path: Path, known: Known) -> Policy:
    """The policy in a file. Raises PolicyError with path and line for anything that is not right."""
    import hashlib

    text = files.text(path, MAX_BYTES, "policy file")
    table = files.toml(path, text)
    within = path.name == "pyproject.toml"
    for part in ("tool", "openness") if within else ():
        table = table.get(part, {})
        if not isinstance(table, dict):
            raise PolicyError(f"'{part}' must be a table", str(path))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _Reader(str(path), _Lines(text, "tool.openness" if within else ""), digest, known).policy(table)


def has_table(path: Path) -> bool:
    """Whether a `pyproject.toml` has a policy. Raises PolicyError for one that cannot be read."""
    return _TABLE.search(files.text(path, MAX_BYTES, "policy file")) is not None


class _Lines:
    """Where a key stands. TOML's parser does not say; keys and headers that begin a line are found again."""

    def __init__(self, text: str, prefix: str) -> None:
        self.lines = text.split("\n")
        self.prefix = rf"{re.escape(prefix)}\." if prefix else ""
        self.top = self._first(rf"\s*\[\s*{re.escape(prefix)}\s*\]", 1) if prefix else 1

    def _first(self, pattern: str, start: int, *, table: bool = False) -> int:
        """The first line from `start` on that begins so, else `start`; `table`: only up to the next header."""
        compiled = re.compile(pattern)
        for number, words in enumerate(self.lines[start - 1 :], start):
            if compiled.match(words):
                return number
            if table and number > start and _HEADER.match(words):
                break
        return start

    def of_table(self, name: str, number: int) -> int:
        """The line of the n-th `[[name]]` header, from 0; that of the key where it is written in another way."""
        header = re.compile(rf"\s*\[\[\s*{self.prefix}[\"']?{re.escape(name)}[\"']?\s*\]\]")
        found = [line for line, words in enumerate(self.lines, 1) if header.match(words)]
        return found[number] if number < len(found) else self.of(name)

    def of(self, key: str, start: int | None = None) -> int:
        """The line that sets `key` in the table whose header is at `start`, else `start`; None: anywhere."""
        pattern = rf"\s*(?:\[+[\w.]*)?[\"']?{re.escape(key)}\b"
        return self._first(pattern, self.top if start is None else start, table=start is not None)

    def of_value(self, value: str, start: int) -> int:
        """The first line at or after `start` that has the value in quotes, else `start`."""
        return self._first(rf".*[\"']{re.escape(value)}[\"']", start)

    def text(self, line: int) -> str:
        """A line, at most as long as a quote."""
        return self.lines[line - 1].strip()[:_QUOTE]


class _Reader:
    """Checks one policy file; every complaint has its line."""

    def __init__(self, path: str, lines: _Lines, sha256: str, known: Known) -> None:
        self.path, self.lines, self.sha256, self.known = path, lines, sha256, known

    def policy(self, table: Mapping[str, Any]) -> Policy:
        self._only(table, _KEYS, "", None)
        top = self.lines.top
        return Policy(
            self._level(table, top),
            self._definitions(table),
            self._choice(table, "undetermined", _UNDETERMINED, top) == PASS,
            tuple(self._answer(entry, start) for entry, start in self._entries(table, "reviews", _REVIEW)),
            self._choice(table, "unpinned", _OTHERS, top) or WARN,
            self._choice(table, "api", _OTHERS, top) or WARN,
            self._allowed(table),
            tuple(
                self._waiver(*entry) for entry in self._entries(table, "exceptions", _EXCEPTION, {"revision": _TEXT})
            ),
            tuple(self._clarification(*entry) for entry in self._clarify(table)),
            tuple(self._path(*entry) for entry in self._entries(table, "paths", _PATH, _PATH_ALSO)),
        )

    # -- single keys ---------------------------------------------------------------------------------------

    def _level(self, table: Mapping[str, Any], start: int) -> str | None:
        """`require`, if there is one."""
        level = table.get("require")
        if level is None:
            return None
        if not isinstance(level, str) or not level:
            self._fail("'require' must be the name of a level", self.lines.of("require", start))
        definition, slash, _ = level.rpartition("/")
        known = not slash or definition in self.known.definitions
        if self.known.levels and known and level not in self.known.levels:
            self._fail(f"no level '{level}'{nearest(level, self.known.levels)}", self.lines.of("require", start))
        return level

    def _choice(self, table: Mapping[str, Any], key: str, allowed: Collection[str], start: int) -> str | None:
        value = table.get(key)
        if value is not None and (not isinstance(value, str) or value not in allowed):
            *others, last = (f'"{one}"' for one in allowed)
            self._fail(f"'{key}' must be {', '.join(others)} or {last}", self.lines.of(key, start))
        return value

    def _definitions(self, table: Mapping[str, Any]) -> tuple[str, ...]:
        line = self.lines.of("definitions")
        names = self._texts(table, "definitions", "ids", line)
        for name in names:
            is_file = name.endswith((".yaml", ".yml"))
            if self.known.definitions and not is_file and name not in self.known.definitions:
                near = nearest(name, self.known.definitions)
                self._fail(f"no definition '{name}'{near}", self.lines.of_value(name, line))
        return tuple(names)

    def _texts(self, table: Mapping[str, Any], key: str, what: str, line: int) -> list[str]:
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
            self._fail(f"'{key}' must be a list of {what}", line)
        return values

    def _allowed(self, table: Mapping[str, Any]) -> tuple[tuple[Expression, Evidence], ...] | None:
        licenses = table.get("licenses")
        if licenses is None:
            return None
        start = self.lines.of("licenses")
        if not isinstance(licenses, dict):
            self._fail("'licenses' must be written as [licenses]", start)
        self._only(licenses, ("allow",), "'licenses'", start)
        if "allow" not in licenses:
            self._fail("'licenses' needs 'allow', a list of license expressions", start)
        start = self.lines.of("allow", start)
        found = []
        for written in self._texts(licenses, "allow", "license expressions", start):
            line = self.lines.of_value(written, start)
            expression = self._expression(written, line)
            if expression is not None:
                found.append((expression, self._evidence(line)))
        return tuple(found)

    def _expression(self, written: str, line: int) -> Expression | None:
        """The licence resolved; None where the policy is read without a catalogue."""
        if self.known.resolve is None:
            return None
        found = self.known.resolve(written)
        if found is None:
            self._fail(f"'{written}' is no one licence that is known{nearest(written, self.known.licenses())}", line)
        return found

    # -- entries -------------------------------------------------------------------------------------------

    def _entries(
        self, table: Mapping[str, Any], name: str, needs: Mapping[str, str], may: Mapping[str, str] | None = None
    ) -> list[tuple[Mapping[str, Any], int]]:
        """The entries of a list of tables with their lines, all keys known, of the right kind, and none missing."""
        entries = table.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._fail(f"'{name}' must be written as [[{name}]]", self.lines.of(name))
        may = may or {}
        found = []
        for number, entry in enumerate(entries):
            start = self.lines.of_table(name, number)
            self._only(entry, (*needs, *may), f"an entry of '{name}'", start)
            for key, kind in {**needs, **may}.items():
                if key in needs or key in entry:
                    self._kind(entry, key, kind, f"an entry of '{name}' needs '{key}', {kind}", start)
            found.append((entry, start))
        return found

    def _kind(self, entry: Mapping[str, Any], key: str, kind: str, message: str, start: int) -> None:
        value = entry.get(key)
        wanted = {_TEXT: str, _DATE: datetime.date, _FLAG: bool}[kind]
        if type(value) is not wanted or (kind == _TEXT and not str(value).strip()):
            self._fail(message, self.lines.of(key, start))

    def _only(self, table: Mapping[str, Any], keys: Collection[str], where: str, start: int | None) -> None:
        for key in table:
            if key not in keys:
                near = nearest(key, keys)
                has = f"{where} has no key" if where else "no key"
                self._fail(f"{has} '{key}'{near}", self.lines.of(key, start))

    def _answer(self, entry: Mapping[str, Any], start: int) -> Answer:
        self._digest(entry, start)
        self._rule(entry, self.known.subjects, "asks a person", start)
        evidence = self._evidence(
            self.lines.of("answer", start), entry["date"].isoformat(), f"{entry['by']}: {entry['reason']}"
        )
        return Answer(entry["model"], entry["rule"], entry["answer"], entry["sha256"], evidence)

    def _waiver(self, entry: Mapping[str, Any], start: int) -> Waiver:
        self._rule(entry, self.known.rules, "is known", start)
        return Waiver(
            entry["model"], entry["rule"], entry["reason"], entry["by"], entry["expires"], entry.get("revision"),
            self._evidence(start),
        )  # fmt: skip

    def _clarify(self, table: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], int]]:
        return self._entries(table, "clarify", _CLARIFY, {"revision": _TEXT, "reason": _TEXT, "by": _TEXT})

    def _clarification(self, entry: Mapping[str, Any], start: int) -> Clarification:
        if entry["sha256"] != NO_DIGEST:
            self._digest(entry, start)
        component = entry["component"]
        if component not in COMPONENTS:
            self._fail(f"no component '{component}'{nearest(component, COMPONENTS)}", self.lines.of("component", start))
        line = self.lines.of("license", start)
        note = ": ".join(entry[key] for key in ("by", "reason") if key in entry)
        return Clarification(
            entry["model"], component, entry["license"], self._expression(entry["license"], line), entry["file"],
            entry["sha256"], entry.get("revision"), self._evidence(line, None, note or None),
        )  # fmt: skip

    def _path(self, entry: Mapping[str, Any], start: int) -> PathRule:
        if len(entry) == 1 or set(entry) == {"path", "reason"}:
            self._fail("an entry of 'paths' must ask for something: 'require', or 'ignore' with a reason", start)
        if entry.get("ignore") and "reason" not in entry:
            self._fail("an entry of 'paths' that ignores needs 'reason', text", self.lines.of("ignore", start))
        return PathRule(
            entry["path"],
            self._level(entry, start),
            self._choice(entry, "undetermined", _UNDETERMINED, start),
            self._choice(entry, "unpinned", _OTHERS, start),
            self._choice(entry, "api", _OTHERS, start),
            entry.get("ignore"),
            self._evidence(start),
        )

    def _digest(self, entry: Mapping[str, Any], start: int) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]):
            self._fail("'sha256' must be 64 hex digits", self.lines.of("sha256", start))

    def _rule(self, entry: Mapping[str, Any], known: Collection[str], what: str, start: int) -> None:
        rule = entry["rule"]
        if known and rule not in known:
            self._fail(f"no rule '{rule}' {what}{nearest(rule, known)}", self.lines.of("rule", start))

    def _evidence(self, line: int, date: str | None = None, note: str | None = None) -> Evidence:
        quote = self.lines.text(line)
        return Evidence(self.path, Basis.ATTESTED, quote, line, line, self.sha256, None, date, note)

    def _fail(self, message: str, line: int) -> NoReturn:
        raise PolicyError(message, self.path, line)
