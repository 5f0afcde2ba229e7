"""The user's policy: what is required, and a named person's answers to what a machine cannot judge.

Read from `openness.toml`, or from `[tool.openness]` in `pyproject.toml`. An answer is bound to the digest of a
file that was read for it and lapses when no file of the release has that digest any more.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from openness.errors import PolicyError
from openness.model import Basis, Evidence, Finding, Release, Review
from openness.yamlio import nearest

_KEYS = ("require", "definitions", "undetermined", "reviews")
_REVIEW_KEYS = ("model", "rule", "answer", "reason", "by", "date", "sha256")


class Answer(NamedTuple):
    """One `[[reviews]]` entry."""

    model: str
    rule: str
    answer: bool
    sha256: str
    """Digest of a file that the person read."""
    evidence: Evidence


class Policy(NamedTuple):
    """A policy file, checked."""

    require: str | None = None
    """The level that every release must reach; None = nothing is required."""

    definitions: tuple[str, ...] = ()
    undetermined_passes: bool = False
    """Whether a release whose verdict is open where something is required counts as meeting it."""

    answers: tuple[Answer, ...] = ()


def load(path: Path, subjects: Collection[str] = ()) -> Policy:
    """The policy in a file. Raises PolicyError with path and line for anything that is not right.

    `subjects` are the rules and definitions that can be answered; empty = any.
    """
    import hashlib
    import tomllib

    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
        table = tomllib.loads(text)
    except OSError as problem:
        raise PolicyError(f"cannot be read: {problem.strerror or problem}", str(path)) from None
    except UnicodeDecodeError:
        raise PolicyError("not UTF-8 text", str(path), 1) from None
    except tomllib.TOMLDecodeError as problem:
        at = re.search(r"\(at line (\d+)", str(problem))
        message = str(problem).split(" (at ")[0]
        line = int(at[1]) if at else text.count("\n") + 1
        raise PolicyError(f"not valid TOML: {message}", str(path), line) from None
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("openness", {})
    return _Reader(path, text, hashlib.sha256(data).hexdigest(), subjects).policy(table)


def answer(release: Release, policy: Policy) -> Release:
    """The release with the policy's answers for it as reviews; one that lapsed is a finding."""
    if not policy.answers:
        return release
    digests = {e.sha256 for component in release.components.values() for e in component.evidence if e.sha256}
    reviews, findings = [], []
    for one in policy.answers:
        if one.model.lower() != release.name.lower():
            continue
        if one.sha256 in digests:
            reviews.append(Review(one.rule, one.answer, one.evidence))
        else:
            message = f"the answer to {one.rule} no longer holds: no file read here has the digest {one.sha256[:12]}…"
            findings.append(Finding("review-lapsed", "warning", message, (one.evidence,)))
    return release._replace(reviews=release.reviews + tuple(reviews)).adding(*findings)


class _Reader:
    """Checks one policy file; every complaint has its line."""

    def __init__(self, path: Path, text: str, sha256: str, subjects: Collection[str]) -> None:
        self.path, self.lines, self.sha256, self.subjects = path, text.split("\n"), sha256, subjects

    def policy(self, table: Mapping[str, Any]) -> Policy:
        for key in table:
            if key not in _KEYS:
                self._fail(f"no key '{key}'{nearest(key, _KEYS)}", self._line(key))
        require = table.get("require")
        if require is not None and not isinstance(require, str):
            self._fail("'require' must be the name of a level", self._line("require"))
        undetermined = table.get("undetermined", "fail")
        if undetermined not in ("fail", "pass"):
            self._fail('\'undetermined\' must be "fail" or "pass"', self._line("undetermined"))
        names = table.get("definitions", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._fail("'definitions' must be a list of ids", self._line("definitions"))
        entries = table.get("reviews", [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._fail("'reviews' must be written as [[reviews]]", self._line("reviews"))
        answers = tuple(self._answer(entry, number) for number, entry in enumerate(entries))
        return Policy(require, tuple(names), undetermined == "pass", answers)

    def _answer(self, entry: Mapping[str, Any], number: int) -> Answer:
        start = self._table(number)
        for key in entry:
            if key not in _REVIEW_KEYS:
                self._fail(
                    f"an entry of 'reviews' has no key '{key}'{nearest(key, _REVIEW_KEYS)}", self._line(key, start)
                )
        for key in _REVIEW_KEYS:
            wanted = {"answer": bool, "date": datetime.date}.get(key, str)
            if not isinstance(entry.get(key), wanted) or entry[key] == "":
                kind = {bool: "true or false", datetime.date: "a date"}.get(wanted, "text")
                self._fail(f"an entry of 'reviews' needs '{key}', {kind}", self._line(key, start))
        if not re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]):
            self._fail("'sha256' must be 64 hex digits", self._line("sha256", start))
        if self.subjects and entry["rule"] not in self.subjects:
            near = nearest(entry["rule"], self.subjects)
            self._fail(f"no rule '{entry['rule']}' asks a person{near}", self._line("rule", start))
        line = self._line("answer", start)
        note = f"{entry['by']}: {entry['reason']}"
        quote = self.lines[line - 1].strip()
        date = entry["date"].isoformat()
        evidence = Evidence(str(self.path), Basis.ATTESTED, quote, line, line, self.sha256, None, date, note)
        return Answer(entry["model"], entry["rule"], entry["answer"], entry["sha256"], evidence)

    def _table(self, number: int) -> int:
        """The line of the n-th `[[reviews]]` header, from 0; 1 where it is written in another way."""
        headers = [line for line, words in enumerate(self.lines, 1) if re.match(r"\s*\[\[.*reviews\s*\]\]", words)]
        return headers[number] if number < len(headers) else 1

    def _line(self, key: str, start: int = 1) -> int:
        """The first line at or after `start` that sets `key`, else `start`."""
        pattern = re.compile(rf"\s*(?:\[+[\w.]*)?[\"']?{re.escape(key)}\b")
        return next((n for n, words in enumerate(self.lines, 1) if n >= start and pattern.match(words)), start)

    def _fail(self, message: str, line: int) -> NoReturn:
        raise PolicyError(message, str(self.path), line)
