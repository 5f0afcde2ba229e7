"""Output format of a scan: text for people, one screen: models by decision with their places, then what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from openness.output.common import (
    DECISIONS,
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
from openness.output.text import Line, Span, cells, paragraph, plain, short
from openness.usage import Problem, Scan, ScannedModel, Use

MAX_PLACES = 8
MAX_PROBLEMS = 12
MAX_ALLOWED = 25

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SIGNS = {"denied": "✗", "undetermined": "?", "excepted": "!", "allowed": "✓"}
_STYLES = {"denied": "bad", "undetermined": "warn", "excepted": "dim", "allowed": "good"}
_SEVERITIES = {"error": "bad", "warning": "warn", "note": "dim"}


def render(scan: Scan, *, width: int = 100, ascii_only: bool = False) -> list[Line]:
    """The scan as styled lines, none wider than `width` columns; `ascii_only` replaces what is not ASCII."""
    every, others = by_model(scan)
    lines = list(_headline(scan, width))
    for decision in DECISIONS:
        models = [(one, problems) for one, problems in every if one.decision == decision]
        if models:
            lines += [(), (Span(f"  {decision}", "bold"),)]
        for one, problems in models[: MAX_ALLOWED if decision == "allowed" else None]:
            lines += _model(one, problems, width)
        if decision == "allowed" and len(models) > MAX_ALLOWED:
            lines += _more(len(models) - MAX_ALLOWED)
    lines += _others(weightiest(others), width)
    lines += _advice(scan.problems, width)
    lines += [(), *paragraph(_footer(scan), width, "", style="dim")]
    return plain(_obeyed_by_nobody(lines), ascii_only=ascii_only)


def _headline(scan: Scan, width: int) -> Iterator[Line]:
    """What was scanned, and how the models divide."""
    words = summary(scan)
    failing = any(one.severity == "error" for one in scan.problems)
    style = "bad" if failing else "warn" if scan.problems else "good"
    root = short(safe(scan.root), max(12, width - cells(words) - 3))
    gap = width - cells(root) - cells(words)
    if gap >= 3:
        yield Span(root, "bold"), Span(" " * gap), Span(words, style)
    else:
        yield (Span(root, "bold"),)
        yield from paragraph(words, width, "  ", style=style)


def _model(one: ScannedModel, problems: Sequence[Problem], width: int) -> Iterator[Line]:
    """A model on a line, what is wrong with it, where it is used."""
    kind = "" if one.kind == "hub" else f" ({safe(one.kind)})"
    words = f"{named(one.model, _brief(one.revision))}{kind}  {' · '.join(filter(None, known(one)))}"
    places = _places(one.uses)
    sign, style = _SIGNS[one.decision], _STYLES[one.decision]
    told = why(one, problems)
    if one.decision == "allowed" and not told and cells(f"{words}  {places}") + 6 <= width:
        yield Span("    "), Span(f"{sign} ", style), Span(words), Span(f"  {places}", "dim")
        return
    yield from paragraph(words, width, "    ", sign=sign, style=style, hyphens=False)
    for name, message in told:
        yield from paragraph(f"{name}: {message}", width, "      ", hyphens=False)
    yield from paragraph(places, width, "      ", style="dim", hyphens=False)


def _brief(revision: str | None) -> str | None:
    """A revision; the beginning of a commit, which is enough to tell it from another."""
    return revision[:12] if revision and _COMMIT.fullmatch(revision) else revision


def _places(uses: Sequence[Use]) -> str:
    shown = list(dict.fromkeys(place(use.path, use.line) for use in uses))
    more = f" · and {len(shown) - MAX_PLACES} more" if len(shown) > MAX_PLACES else ""
    return " · ".join(shown[:MAX_PLACES]) + more


def _others(problems: Sequence[Problem], width: int) -> Iterator[Line]:
    """The problems of the policy, the lock and of files."""
    if problems:
        yield ()
        yield (Span("  beside the models", "bold"),)
    for one in problems[:MAX_PROBLEMS]:
        where = place(one.path, one.line)
        words = f"{one.severity}: {f'{where}: ' if where else ''}{safe(one.message)} ({safe(one.rule)})"
        yield from paragraph(words, width, "    ", style=_SEVERITIES[one.severity], hyphens=False)
    if len(problems) > MAX_PROBLEMS:
        yield from _more(len(problems) - MAX_PROBLEMS)


def _more(count: int) -> Iterator[Line]:
    yield (Span(f"    and {count} more: --format json has them all", "dim"),)


def _advice(problems: Sequence[Problem], width: int) -> Iterator[Line]:
    """What to do, once for each rule."""
    steps = guidance(problems)
    if steps:
        yield ()
        yield (Span("  what to do", "bold"),)
    for name, words in steps[:MAX_PROBLEMS]:
        yield from paragraph(f"{safe(name)}: {safe(words)}", width, "    ", hyphens=False)


def _footer(scan: Scan) -> str:
    words = f"Looked at {number(scan.files, 'file')}, policy: {safe(scan.policy) if scan.policy else 'none'}."
    if scan.ignored or scan.known:
        words += f" Not counted: {scan.ignored} by a comment in the code, {scan.known} by the baseline."
    if scan.not_read:
        first = scan.not_read[0]
        more = f" and {len(scan.not_read) - 1} more" if len(scan.not_read) > 1 else ""
        words += f" Not read: {safe(first.path)} ({safe(first.reason)}){more}."
    return f"{words} Not legal advice."


def _obeyed_by_nobody(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines without what GitHub Actions takes as a command in a log: `::` that begins a line, and `##[`."""
    for line in lines:
        spans = [span._replace(text=span.text.replace("##[", "#·[")) for span in line]
        if "".join(span.text for span in spans).lstrip().startswith("::"):
            spans = [span._replace(text=span.text.replace("::", "··")) for span in spans]
        yield tuple(spans)
