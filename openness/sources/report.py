"""Input format: a JSON report that `openness check --format json` wrote earlier, read to be compared with.

A report is untrusted: it is read strictly, and whatever is not as the contract has it is refused with its place.
Keys that the contract does not have yet are passed over: a newer version may have added them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn, TypeVar

from openness import yamlio
from openness.errors import SourceError
from openness.model import (
    COMPONENTS,
    DATA_INFORMATION_PARTS,
    NOASSERTION,
    REPORT_SCHEMA,
    Basis,
    Evidence,
    Kind,
    Severity,
)
from openness.snapshot import (
    Duty,
    FactValue,
    Licensed,
    LicenseText,
    Problem,
    Snapshot,
    Standing,
    State,
    gather_terms,
    problem,
    relative,
    weight_files,
)
from openness.sources.descriptor import ACCESS
from openness.sources.text import Text

STATUSES = ("concluded", "conflict", "unidentified", "missing")
FINDINGS = ("error", "warning", "note")

_AGAIN = "make it again with `openness check --format json`"
_MARK = re.compile(r'"schema"\s*:\s*"openness-')
_DIGEST = re.compile(r"[0-9a-f]{64}")
_T = TypeVar("_T")


def recognises(content: str) -> bool:
    """Whether a text is a JSON document that names a schema of ours."""
    return content.lstrip().startswith("{") and _MARK.search(content) is not None


def load(text: Text) -> tuple[Snapshot, ...]:
    """Every release of a report, in its order; at least one.

    Raises SourceError for what is no report, is of another version of the contract, or does not keep to it.
    """
    root = _Node(_parsed(text), (), text)
    schema = root.get("schema")
    if schema is None or not str(schema.value).startswith("openness-report-"):
        raise SourceError(f"this is no report of openness; {_AGAIN}", text.path, 1)
    if schema.value != REPORT_SCHEMA:
        schema.fail(f"is '{schema.short()}'; this version of openness reads '{REPORT_SCHEMA}': {_AGAIN}")
    definitions = {one.need("id").text(): one.need("sha256").digest() for one in root.need("definitions").entries()}
    tool = root.need("tool").need("version").text()
    releases = root.need("releases").entries()
    if not releases:
        raise SourceError(f"this report has no release to compare with; {_AGAIN}", text.path, 1)
    return tuple(_release(one)._replace(definitions=definitions, tool=tool) for one in releases)


def _parsed(text: Text) -> Any:
    try:
        value = json.loads(text.content, object_pairs_hook=_once, parse_constant=_no_constant)
        if "\\u" in text.content:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as bad:
        raise SourceError(f"not valid JSON: {bad.msg}; {_AGAIN}", text.path, bad.lineno) from None
    except RecursionError:
        raise SourceError("nested too deeply; refused", text.path) from None
    except UnicodeEncodeError:
        raise SourceError("not valid JSON: half of a surrogate pair; refused", text.path) from None
    except ValueError as bad:
        raise SourceError(f"not valid JSON: {bad}; {_AGAIN}", text.path) from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


class _Node(NamedTuple):
    """A value of the report, and how to get there; each access checks what it is."""

    value: Any
    way: tuple[str | int, ...]
    source: Text

    def fail(self, message: str) -> NoReturn:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.way).lstrip(".")
        raise SourceError(f"{where[:200] or 'the report'} {message}", self.source.path, _line(self.source, self.way))

    def short(self) -> str:
        words = str(self.value)
        return words if len(words) <= 60 else f"{words[:59]}…"

    def of(self, kind: type[_T], what: str) -> _T:
        if type(self.value) is not kind:
            self.fail(f"must be {what}")
        return self.value

    def text(self) -> str:
        return self.of(str, "text")

    def one_of(self, known: type[Any] | tuple[str, ...] | dict[str, str]) -> str:
        words = [str(one) for one in known]
        if self.text() not in words:
            self.fail(f"is '{self.short()}', which is none of {', '.join(words)}")
        return self.text()

    def digest(self) -> str:
        if not _DIGEST.fullmatch(self.text()):
            self.fail("must be a SHA-256 in hex")
        return self.text()

    def map(self) -> dict[str, _Node]:
        entries: dict[str, Any] = self.of(dict, "an object")
        return {key: self._replace(value=value, way=(*self.way, key)) for key, value in entries.items()}

    def entries(self) -> list[_Node]:
        values: list[Any] = self.of(list, "a list")
        return [self._replace(value=value, way=(*self.way, number)) for number, value in enumerate(values)]

    def need(self, key: str) -> _Node:
        found = self.get(key)
        if found is None:
            self.fail(f"needs '{key}'")
        return found

    def get(self, key: str) -> _Node | None:
        entries: dict[str, Any] = self.of(dict, "an object")
        return self._replace(value=entries[key], way=(*self.way, key)) if key in entries else None

    def known(self, key: str, read: Callable[[_Node], _T]) -> _T | None:
        """The value under a key that may be absent or null."""
        found = self.get(key)
        return None if found is None or found.value is None else read(found)


def _line(source: Text, way: tuple[str | int, ...]) -> int | None:
    """The line of a place in the report, looked up only for a complaint; None where the file is too large for that."""
    try:
        place = yamlio.parse(source.content, source.path, error=SourceError)
        line = 1
        for step in way:
            line = place.lines[step]
            place = place[step]
    except (SourceError, LookupError, AttributeError, TypeError):
        return None
    return line


def _release(node: _Node) -> Snapshot:
    target = node.need("target").text()
    components = node.need("components").map()
    for name, one in components.items():
        if name not in COMPONENTS:
            one.fail(f"is no component that is known here{yamlio.nearest(name, COMPONENTS)}")
    headline = node.need("headline").need("definition")
    standings = {one.need("definition").text(): _standing(one) for one in node.need("verdicts").entries()}
    if headline.text() not in standings:
        headline.fail(f"is '{headline.short()}', of which there is no verdict")
    texts = node.known("texts", lambda listed: {relative(path, target): one for path, one in _texts(listed)})
    parameters = components.get("model-parameters")
    duties = [*_duties(node.need("obligations")), *(_recognised(parameters) if parameters else ())]
    seen = _evidence(parameters) if parameters else []
    return Snapshot(
        release=node.need("release").text(),
        target=target,
        revision=node.known("revision", _Node.text),
        headline=headline.text(),
        standings=standings,
        components={name: _state(one) for name, one in components.items()},
        terms=gather_terms(duties),
        terms_known=_terms_known(parameters, bool(duties)),
        findings=tuple(_problem(one, target) for one in node.need("findings").entries()),
        texts=texts,
        weights=None if texts is None else weight_files(seen, texts, target),
        bases=node.known("lineage", lambda listed: frozenset(_base(one) for one in listed.entries())),
    )


def _standing(node: _Node) -> Standing:
    ends = node.need("at_least").text(), node.need("at_most").text()
    results = {one.need("rule").text(): one.need("kind").one_of(Kind) for one in node.need("results").entries()}
    return Standing(*ends, node.need("text").text(), results)


def _state(node: _Node) -> State:
    facts: dict[str, FactValue] = {
        key: node.known(key, lambda one: one.of(bool, "true, false or null"))
        for key in ("available", "complete", "used")
    }
    facts["access"] = node.known("access", lambda one: one.one_of(ACCESS))
    parts = node.get("parts")
    for name, part in parts.map().items() if parts else ():
        if name not in DATA_INFORMATION_PARTS:
            part.fail(f"is none of {', '.join(DATA_INFORMATION_PARTS)}")
        if part.value is not None and type(part.value) is not bool and part.value != "not-applicable":
            part.fail("must be true, false, null or not-applicable")
        facts[name] = part.value
    license_ = node.need("license")
    declared = tuple(one.text() for one in license_.need("declared").entries())
    status = license_.need("status").one_of(STATUSES)
    return State(facts, Licensed(declared, license_.need("concluded").text(), status))


def _terms_known(parameters: _Node | None, listed: bool) -> bool:
    """Reports of before that was on record list a licence's terms where they were known."""
    if parameters is None:
        return False
    license_ = parameters.need("license")
    known = license_.known("terms_known", lambda one: one.of(bool, "true or false"))
    return known if known is not None else listed and license_.need("concluded").text() != NOASSERTION


def _duties(node: _Node) -> Iterator[tuple[str, Duty]]:
    for one in node.entries():
        severity = Severity(one.need("severity").one_of(Severity))
        yield (
            one.need("term").text(),
            Duty(
                severity,
                one.need("clause").text(),
                one.need("license").text(),
                one.need("text").text(),
                one.known("value", _Node.text) or "",
            ),
        )


def _recognised(parameters: _Node) -> Iterator[tuple[str, Duty]]:
    listed = parameters.need("license").get("recognised")
    for one in listed.entries() if listed else ():
        lines = one.need("lines").entries()
        first = lines[0].of(int, "a line number") if lines else one.fail("needs its lines")
        severity = Severity(one.need("severity").one_of(Severity))
        yield (
            one.need("term").text(),
            Duty(severity, f"line {first}", NOASSERTION, "", one.known("value", _Node.text) or ""),
        )


def _texts(node: _Node) -> Iterator[tuple[str, LicenseText]]:
    for one in node.entries():
        yield one.need("path").text(), LicenseText(one.known("sha256", _Node.digest), None)


def _evidence(node: _Node) -> list[Evidence]:
    return [
        Evidence(
            one.need("path").text(),
            Basis(one.need("basis").one_of(Basis)),
            sha256=one.known("sha256", _Node.digest),
            note=one.known("note", _Node.text),
        )
        for one in node.need("evidence").entries()
    ]


def _problem(node: _Node, target: str) -> Problem:
    severity = node.need("severity").one_of(FINDINGS)
    return problem(node.need("id").text(), severity, node.need("message").text(), target)


def _base(node: _Node) -> tuple[str, str]:
    return node.need("model").text(), node.known("relation", _Node.text) or ""
