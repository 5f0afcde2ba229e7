"""`openness.lock`: what every model of a code base was when somebody looked, and what is different now.

TOML, an entry for each model, sorted, one value a line: what changed is a few lines of a diff.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from openness.errors import PolicyError
from openness.model import (
    NOASSERTION,
    Assessment,
    Basis,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Kind,
    LicenseClaim,
    Release,
    Result,
    Verdict,
)
from openness.policy import files
from openness.usage import Scan, ScannedModel
from openness.yamlio import nearest

VERSION = 1
MAX_BYTES = 50_000_000
"""Largest lock file that is read."""

_TOP: dict[str, Any] = {"version": int, "tool": str, "definitions": list, "models": list}
_DEFINITION: dict[str, Any] = {"id": str, "sha256": str, "levels": list}
_MODEL: dict[str, Any] = {
    "model": str, "kind": str, "revision": str, "commit": str, "license": str, "texts": list,
    "verdicts": list, "unmet": list,
}  # fmt: skip
_REQUIRED = ("model", "kind", "license", "texts", "verdicts", "unmet")
_INTERVAL = re.compile(r"(\S+): (\S+)(?: to (\S+))?")
_UNMET = re.compile(r"(\S+) (\S+): (\S+) ([\w-]+)")
_SHAPES: dict[Any, str] = {int: "a number", str: "text", list: "a list"}
_WEIGHTS = "model-parameters"
_HEADER = re.compile(r"\s*\[\[\s*models\s*\]\]")
_NOT_MET = (Kind.FAIL, Kind.OPEN, Kind.REVIEW)


class Entry(NamedTuple):
    """One model at one revision."""

    model: str
    kind: str
    revision: str | None
    """As the code has it."""

    commit: str | None
    """The commit that it stood for; None where that was not found out."""

    license: str
    """The concluded licence of the weights, or `NOASSERTION`."""

    texts: tuple[str, ...]
    """SHA-256 of every licence text that was read, sorted."""

    verdicts: tuple[tuple[str, str, str], ...]
    """(definition, at least, at most), the headline's first; empty for a model of which nothing was known."""

    unmet: tuple[tuple[str, str, str, str], ...]
    """(definition, level, rule, kind) of every rule that did not pass; see `Result`."""

    place: tuple[str, int | None, str] = ("", None, "")
    """Path, line and the words there: of the entry in its file, or of the first use of a model that is scanned."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What there is only one entry for."""
        return self.model, self.kind, self.revision

    def knows_more_than(self, now: Assessment | None) -> bool:
        """Whether it was written with more at hand than a reading has now: with any, or with the model's commit."""
        if not self.verdicts:
            return False
        return now is None or (self.commit is not None and now.release.revision is None)


class Lock(NamedTuple):
    """A lock file."""

    tool: str
    """The version that wrote it."""

    definitions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(id, SHA-256, levels, lowest first) of every definition applied, the headline first."""

    entries: tuple[Entry, ...]
    path: str = ""

    resolve: Callable[[str], Expression | None] | None = None
    """A license expression as written → resolved."""


# -- from a scan, and back ---------------------------------------------------------------------------------


def lock_of(scan: Scan, tool: str, definitions: Iterable[tuple[str, str]]) -> Lock:
    """The lock of a scan, by model. `definitions` are (id, SHA-256) of those applied, as in a `Report`."""
    digests = dict(definitions)
    assessments = [one.assessment for one in scan.models if one.assessment]
    ladders = {verdict.definition: verdict.levels for one in assessments for verdict in _verdicts(one)}
    headers = tuple((name, digests.get(name, ""), levels) for name, levels in ladders.items())
    return Lock(tool, headers, tuple(sorted((_entry(one) for one in scan.models), key=_order)))


def _entry(scanned: ScannedModel) -> Entry:
    first, assessment = scanned.uses[0], scanned.assessment
    place = (first.path, first.line, first.quote)
    model = scanned.model.encode("utf-8", "replace").decode()  # the path of a local file may be no text
    if assessment is None:
        return Entry(model, scanned.kind, scanned.revision, None, NOASSERTION, (), (), (), place)
    release = assessment.release
    weights = release.component(_WEIGHTS)
    claims = (*release.texts, *(one for one in weights.claims if one.by == "text"))
    texts = {e.sha256 for claim in claims for e in claim.evidence if e.sha256}
    verdicts = _verdicts(assessment)
    unmet = tuple(
        (verdict.definition, result.level, result.rule, result.kind.value)
        for verdict in verdicts
        for result in verdict.results
        if result.kind in _NOT_MET
    )
    return Entry(
        model, scanned.kind, scanned.revision, release.revision, weights.license.expression.text,
        tuple(sorted(texts)), tuple((one.definition, one.at_least, one.at_most) for one in verdicts), unmet,
        place,
    )  # fmt: skip


def stand_in(lock: Lock, entry: Entry) -> Assessment:
    """What an entry says of a model, as an assessment: enough for a policy to decide on, and to lock again."""
    expression = (lock.resolve(entry.license) if lock.resolve else None) or Expression(entry.license)
    status = "unidentified" if entry.license == NOASSERTION else "concluded"
    weights = Component(_WEIGHTS, license=Conclusion(expression, status))
    path, line, quote = entry.place
    evidence = [Evidence(path, Basis.ATTESTED, quote[:160], line, line, digest) for digest in entry.texts]
    texts = tuple(LicenseClaim(None, (one,), by="text") for one in evidence)
    release = Release(
        entry.model, entry.model, {_WEIGHTS: weights}, entry.commit, f"as locked in {lock.path}", texts=texts
    )
    ladders = {name: levels for name, _, levels in lock.definitions}
    headline, *others = (
        Verdict(name, low, high, interval(low, high), _results(entry, name), ladders[name], "")
        for name, low, high in entry.verdicts
    )
    return Assessment(release, headline, tuple(others))


def _results(entry: Entry, definition: str) -> tuple[Result, ...]:
    return tuple(
        Result(rule, level, rule, Kind(kind), f"{rule}: {kind}.", ())
        for name, level, rule, kind in entry.unmet
        if name == definition
    )


def _verdicts(assessment: Assessment) -> tuple[Verdict, ...]:
    return assessment.headline, *assessment.verdicts


def _order(entry: Entry) -> tuple[str, str, str]:
    return entry.model, entry.kind, entry.revision or ""


def interval(at_least: str, at_most: str) -> str:
    """A verdict in a few words."""
    return at_least if at_least == at_most else f"{at_least} to {at_most}"


# -- as a file ---------------------------------------------------------------------------------------------


def written(lock: Lock) -> str:
    """The text of the file, which `read` gives back."""
    lines = [
        "# What the models of this code base were when they were looked at. Written by `openness scan --write-lock`:",
        "# review its changes like code, and do not edit it.",
        f"version = {VERSION}",
        f"tool = {_text(lock.tool)}",
    ]
    for name, digest, levels in lock.definitions:
        lines += ["", "[[definitions]]", f"id = {_text(name)}", f"sha256 = {_text(digest)}"]
        lines += _list("levels", levels)
    for one in sorted(lock.entries, key=_order):
        lines += ["", "[[models]]", f"model = {_text(one.model)}", f"kind = {_text(one.kind)}"]
        lines += [f"revision = {_text(one.revision)}"] if one.revision is not None else []
        lines += [f"commit = {_text(one.commit)}"] if one.commit is not None else []
        lines.append(f"license = {_text(one.license)}")
        lines += _list("texts", one.texts)
        lines += _list("verdicts", [f"{name}: {interval(low, high)}" for name, low, high in one.verdicts])
        lines += _list("unmet", [f"{name} {level}: {rule} {kind}" for name, level, rule, kind in one.unmet])
    return "\n".join(lines) + "\n"


def _list(key: str, values: Iterable[str]) -> list[str]:
    """A list with a line for each value, so that a diff shows which one changed."""
    each = [f"  {_text(one)}," for one in values]
    return [f"{key} = [", *each, "]"] if each else [f"{key} = []"]


def _text(value: str) -> str:
    """A TOML basic string: JSON's, with DEL escaped, too. Source: TOML 1.0.0, String."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read(path: Path, resolve: Callable[[str], Expression | None] | None = None) -> Lock:
    """The lock in a file. Raises PolicyError with path and line for anything that is not right.

    `resolve` gives the licence that an expression stands for; without it a locked licence is not known.
    """
    content = files.text(path, MAX_BYTES, "lock file")
    table = files.toml(path, content)
    return _Reader(str(path), content.split("\n")).lock(table)._replace(resolve=resolve)


class _Reader:
    """Checks one lock file; every complaint has the line of its entry."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path, self.lines = path, lines
        self.headers = [number for number, words in enumerate(lines, 1) if _HEADER.match(words)]

    def lock(self, table: Mapping[str, Any]) -> Lock:
        self._check(table, _TOP, ("version", "tool"), None)
        if table["version"] != VERSION:
            self._fail(f"version {table['version']} of the lock file is not known; write it anew with --write-lock", 1)
        definitions = []
        for one in self._tables(table, "definitions"):
            self._check(one, _DEFINITION, _DEFINITION, None)
            definitions.append((one["id"], one["sha256"], tuple(one["levels"])))
        ladders = {name: levels for name, _, levels in definitions}
        entries = [
            self._entry(one, self._line(number), ladders) for number, one in enumerate(self._tables(table, "models"))
        ]
        seen: set[tuple[str, str, str | None]] = set()
        for entry in entries:
            if entry.key in seen:
                self._fail(f"two entries for {entry.model}; write the file anew with --write-lock", entry.place[1])
            seen.add(entry.key)
        return Lock(table["tool"], tuple(definitions), tuple(entries), self.path)

    def _entry(self, table: Mapping[str, Any], line: int | None, ladders: Mapping[str, tuple[str, ...]]) -> Entry:
        self._check(table, _MODEL, _REQUIRED, line)
        verdicts = []
        for written in table["verdicts"]:
            found = _INTERVAL.fullmatch(written)
            levels = ladders.get(found[1], ()) if found else ()
            if found is None or found[2] not in levels or (found[3] or found[2]) not in levels:
                self._fail(f"'{written}' is no verdict: write definition: level", line)
            verdicts.append((found[1], found[2], found[3] or found[2]))
        unmet = []
        for written in table["unmet"]:
            rule = _UNMET.fullmatch(written)
            if rule is None or rule[2] not in ladders.get(rule[1], ()) or rule[4] not in _NOT_MET:
                self._fail(f"'{written}' is no unmet rule: write definition level: rule kind", line)
            unmet.append((rule[1], rule[2], rule[3], rule[4]))
        quote = self.lines[line - 1].strip() if line else ""
        return Entry(
            table["model"], table["kind"], table.get("revision"), table.get("commit"), table["license"],
            tuple(table["texts"]), tuple(verdicts), tuple(unmet), (self.path, line, quote),
        )  # fmt: skip

    def _tables(self, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = table.get(key, [])
        if not all(isinstance(one, dict) for one in found):
            self._fail(f"'{key}' must be written as [[{key}]]", 1)
        return found

    def _line(self, number: int) -> int | None:
        """The line of the n-th `[[models]]` header, from 0."""
        return self.headers[number] if number < len(self.headers) else None

    def _check(
        self,
        table: Mapping[str, Any],
        keys: Mapping[str, Any],
        required: Iterable[str],
        line: int | None,
    ) -> None:
        for key, value in table.items():
            if key not in keys:
                self._fail(f"no key '{key}'{nearest(key, keys)}", self._of(key, line))
            listed = isinstance(value, list) and key not in _TOP
            if type(value) is not keys[key] or (listed and not all(isinstance(one, str) for one in value)):
                self._fail(f"'{key}' is not what it must be, {_SHAPES[keys[key]]}", self._of(key, line))
        for key in required:
            if key not in table:
                self._fail(f"'{key}' is missing", line)

    def _of(self, key: str, line: int | None) -> int | None:
        """The line that sets a key, of an entry or anywhere."""
        pattern = re.compile(rf"\s*(?:\[\[)?{re.escape(key)}\b")
        start = line or 1
        return next((n for n, words in enumerate(self.lines[start - 1 :], start) if pattern.match(words)), line)

    def _fail(self, message: str, line: int | None) -> NoReturn:
        raise PolicyError(message, self.path, line)
