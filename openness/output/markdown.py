"""Output format of a scan: Markdown for a comment on a pull request or a job summary.

Everything from files and policies is escaped: it starts no markup, no link, no mention and no table cell of its own.
Source: GitHub Flavored Markdown 0.29; a comment takes 65,536 characters, the summary of a step 1 MiB.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from openness.output.common import (
    by_model,
    guidance,
    known,
    named,
    number,
    place,
    safe,
    summary,
    weightiest,
    why,
)
from openness.usage import Problem, Scan, ScannedModel

COMMENT = 65_536
SUMMARY = 1_048_576
"""Most bytes to write. GitHub counts characters of a comment, so that bytes are on the safe side."""

MARK = "<!-- openness scan -->"
"""The first line: by it a later run finds its comment again."""

MAX_PLACES = 8
MAX_WORDS = 400

_MARKUP = re.compile(r"[\\`*_{}\[\]<>+!|~&:^$@#]|(?<=\bwww)\.", re.IGNORECASE)
_SIGNS = {"denied": "❌", "undetermined": "❔", "excepted": "➖", "allowed": "✅"}
_TABLE = "| | model | licence | why | where |\n|---|---|---|---|---|\n"
_LEFT_OUT = "\n_Cut here, it would be too long: `--format json` has it all._\n"


class _Block(NamedTuple):
    """A piece of the page that stays whole Markdown when rows are left out."""

    opening: str
    rows: Iterable[str] = ()
    closing: str = ""


def render(scan: Scan, *, limit: int = COMMENT) -> str:
    """The scan as Markdown of at most `limit` bytes of UTF-8: what needs action first, the rest folded away."""
    return _fitting(_blocks(scan), limit)


def _fitting(blocks: Iterable[_Block], limit: int) -> str:
    written: list[str] = []
    room = limit - len(_LEFT_OUT.encode())
    for block in blocks:
        room -= len((block.opening + block.closing).encode())
        if room < 0:
            return "".join(written) + _LEFT_OUT
        written.append(block.opening)
        for row in block.rows:
            room -= len(row.encode())
            if room < 0:
                return "".join([*written, block.closing, _LEFT_OUT])
            written.append(row)
        written.append(block.closing)
    return "".join(written)


def _blocks(scan: Scan) -> Iterator[_Block]:
    models, others = by_model(scan)
    told = [(one, problems) for one, problems in models if one.decision != "allowed" or problems]
    rest = [one for one, problems in models if one.decision == "allowed" and not problems]
    policy = f"policy {_code(scan.policy)}" if scan.policy else "no policy"
    yield _Block(f"{MARK}\n### openness: {summary(scan)}\n\n{number(scan.files, 'file')} looked at, {policy}.\n")
    if told:
        yield _Block("\n" + _TABLE, (_model(one, problems) for one, problems in told))
    if others:
        yield _Block("\n| severity | what | where |\n|---|---|---|\n", (_other(one) for one in weightiest(others)))
    steps = guidance(scan.problems)
    if steps:
        yield _Block("\n**What to do**\n\n", (f"- **{escaped(name)}**: {escaped(words)}\n" for name, words in steps))
    if rest:
        yield _folded(f"{number(len(rest), 'model')} allowed", _TABLE, (_model(one, []) for one in rest))
    if scan.not_read:
        rows = (f"- {_code(one.path)}: {escaped(one.reason)}\n" for one in scan.not_read)
        yield _folded(f"{number(len(scan.not_read), 'file')} not read", "", rows)
    yield _Block(f"\n{_uncounted(scan)}Not legal advice.\n")


def _folded(title: str, opening: str, rows: Iterable[str]) -> _Block:
    return _Block(f"\n<details><summary>{title}</summary>\n\n{opening}", rows, "\n</details>\n")


def _model(one: ScannedModel, problems: list[Problem]) -> str:
    told = "<br>".join(f"**{escaped(name)}**: {escaped(words)}" for name, words in why(one, problems))
    places = list(dict.fromkeys(place(use.path, use.line) for use in one.uses))
    where = "<br>".join(_code(each) for each in places[:MAX_PLACES])
    more = f"<br>and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
    kind = "" if one.kind == "hub" else f" ({escaped(one.kind)})"
    headline, license_ = (escaped(words) for words in known(one))
    model = f"{_code(named(one.model, one.revision))}{kind}<br>{headline}"
    sign = f"{_SIGNS[one.decision]} {one.decision}"
    return f"| {sign} | {model} | {license_} | {told} | {where}{more} |\n"


def _other(problem: Problem) -> str:
    where = place(problem.path, problem.line)
    what = f"**{escaped(problem.rule)}**: {escaped(problem.message)}"
    return f"| {problem.severity} | {what} | {_code(where) if where else ''} |\n"


def _uncounted(scan: Scan) -> str:
    if not scan.ignored and not scan.known:
        return ""
    return f"Not counted: {scan.ignored} by a comment in the code, {scan.known} by the baseline. "


def escaped(words: str) -> str:
    """The words as one line of Markdown that shows just them; too long ones are cut.

    A reference to a character cannot be markup, but it can be a mention, for those are looked for in the page: the
    signs that make one stand in an element of their own.
    """
    words = safe(words)
    words = words if len(words) <= MAX_WORDS else words[: MAX_WORDS - 1] + "…"
    return _MARKUP.sub(_alone, words)


def _code(words: str) -> str:
    """Words in an element in which no mention and no link is looked for; of long ones the end: a name stands there."""
    words = safe(words)
    words = words if len(words) <= MAX_WORDS else "…" + words[1 - MAX_WORDS :]
    return f"<code>{_MARKUP.sub(_reference, words)}</code>"


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found.group())};"


def _alone(found: re.Match[str]) -> str:
    return f"<code>{found.group()}</code>" if found.group() in "@#" else _reference(found)
