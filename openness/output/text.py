"""Output format: text for people, one screen a release, in any terminal.

Everything shown that comes from an input is untrusted: control characters never reach the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import NamedTuple

from openness.model import (
    Ancestor,
    Assessment,
    Basis,
    Component,
    Evidence,
    Fact,
    FoundTerm,
    Identified,
    Kind,
    License,
    Reading,
    Release,
    Report,
    Result,
    Severity,
    Term,
    Verdict,
)
from openness.output.unsafe import UNSAFE

MIN_WIDTH = 40
MAX_WIDTH = 120
MAX_TERMS = 6
MAX_FINDINGS = 6
MAX_TERM_QUOTE = 140
MAX_VALUE = 60

_ROWS = (
    ("weights", "model-parameters"),
    ("code to run it", "inference-code"),
    ("code to train it", "training-code"),
    ("training data", "datasets"),
    ("data information", "data-information"),
)
_SIGNS = {Kind.PASS: "✓", Kind.FAIL: "✗", Kind.OPEN: "?", Kind.REVIEW: "!", Kind.NOT_APPLICABLE: "-"}
_STYLES = {Kind.PASS: "good", Kind.FAIL: "bad", Kind.OPEN: "dim", Kind.REVIEW: "warn", Kind.NOT_APPLICABLE: "dim"}
_MET = (Kind.PASS, Kind.NOT_APPLICABLE)
_LEGEND = ((Kind.FAIL, "✗ not there"), (Kind.REVIEW, "! for a person to judge"), (Kind.OPEN, "? not established"))
_GITHUB = re.compile(r"https?://github\.com/([^/]+/[^/]+)(?:/(?:blob|tree)/[^/]+)?/?(.*)")
_ASCII = str.maketrans({
    "├": "|", "└": "`", "│": "|", "←": "<",
    "✓": "+", "✗": "x", "·": "-", "…": "~", "—": "-", "–": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "→": ">",
    "×": "x",
})  # fmt: skip


class Span(NamedTuple):
    """A piece of one line, in one style."""

    text: str
    style: str = ""
    """`bold`, `dim`, `good`, `bad`, `warn`, or empty."""


Line = tuple[Span, ...]


def columns(available: int) -> int:
    """How many columns of a terminal are written in."""
    return max(MIN_WIDTH, min(available, MAX_WIDTH))


def render(report: Report, *, width: int = 100, ascii_only: bool = False, explain: bool = False) -> list[Line]:
    """The report as styled lines, none wider than `width` columns, which are no fewer than `MIN_WIDTH`.

    `ascii_only` replaces every character outside ASCII; `explain` adds the reasoning of every rule.
    """
    lines: list[Line] = []
    for number, assessment in enumerate(report.assessments):
        if number:
            lines += [(), (Span("-" * width if ascii_only else "─" * width, "dim"),), ()]
        lines += _release(assessment, width, explain)
    return plain(lines, ascii_only=ascii_only)


def render_identified(found: Sequence[Identified], *, width: int = 100, ascii_only: bool = False) -> list[Line]:
    """What licence files are, a paragraph a licence, and the terms recognised where it is not a known one."""
    lines: list[Line] = []
    for one in found:
        lines += _identified(one.path, one.reading, width)
        lines += _recognised(one.terms, one.reading.status in ("exact", "cosmetic"), width)
    return plain(lines, ascii_only=ascii_only)


def _identified(path: str, reading: Reading, width: int) -> Iterator[Line]:
    first, last = reading.lines
    where = f"{path}:{first}-{last}"
    words = {
        "unknown": "no licence text that is known here",
        "exact": f"{reading.expression}, word for word",
        "cosmetic": f"{reading.expression}, with differences that change no right or duty",
        "altered": f"made from {reading.base}, and altered: not under {reading.base}",
    }[reading.status]
    if reading.base and reading.status != "altered":
        words += f" (a licence of its own, based on {reading.base})"
    style = {"altered": "warn", "unknown": "dim"}.get(reading.status, "good")
    yield from paragraph(f"{where}  {words}", width, "", style=style)
    for one in reading.alterations:
        quoted = f': "{one.text}"' if one.text else ""
        was = f'; the text has "{one.was}"' if one.was else ""
        yield from paragraph(f"{one.kind} on {_lines(one.lines)}{quoted}{was}", width, "    ")
    for reference in reading.references:
        quoted = f': "{reference.quote}"' if reference.quote else ""
        yield from paragraph(f"names {reference.expression} on {_lines(reference.lines)}{quoted}", width, "    ")


def _recognised(terms: Sequence[FoundTerm], known: bool, width: int) -> Iterator[Line]:
    """The terms that keep a licence from being open with the words that say so; the others by name."""
    told = [one for one in terms if one.severity is not Severity.COMPATIBLE]
    for one in sorted(told, key=lambda one: -list(Severity).index(one.severity)):
        value = f" ({short(one.value, MAX_VALUE)})" if one.value else ""
        kind = Kind.FAIL if one.severity is Severity.BLOCKING else Kind.REVIEW
        where = f' on {_lines(one.lines)}: "{short(one.quote, MAX_TERM_QUOTE)}"' if one.quote else ""
        words = f"{one.term}{value}{where}"
        yield from paragraph(words, width, "    ", sign=_SIGNS[kind], style=_STYLES[kind])
    others = dict.fromkeys(one.term for one in terms if one.severity is Severity.COMPATIBLE)
    if others:
        yield from paragraph(f"also, as open source licences have: {', '.join(others)}", width, "    ", style="dim")
    if terms and not known:
        words = "Recognised by their words; what else the text says was not judged. Read it before you rely on it."
        yield from paragraph(words, width, "    ", style="dim")


def _lines(lines: tuple[int, int]) -> str:
    return f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]}-{lines[1]}"


def plain(lines: Iterable[Sequence[tuple[str, str]]], *, ascii_only: bool) -> list[Line]:
    """The lines without what a terminal must not see, and without what it cannot show."""
    return [tuple(Span(_plain(words, ascii_only), style) for words, style in line) for line in lines]


def _plain(text: str, ascii_only: bool) -> str:
    safe = UNSAFE.sub("\ufffd", text)
    return safe.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else safe


def _release(assessment: Assessment, width: int, explain: bool) -> Iterator[Line]:
    yield from _headline(assessment, width)
    yield ()
    yield from _facts(assessment, width)
    yield from _seen(assessment, width)
    yield from _lineage(assessment.release, width)
    yield from _wanting(assessment, width)
    yield from _terms(assessment, width)
    yield from _findings(assessment, width)
    yield from _others(assessment, width)
    if explain:
        for verdict in (assessment.headline, *assessment.verdicts):
            yield from _reasoning(verdict, assessment, width)
    yield ()
    yield from paragraph(_footer(assessment), width, "", style="dim")


def _headline(assessment: Assessment, width: int) -> Iterator[Line]:
    name, verdict = short(" ".join(assessment.release.name.split()), width), assessment.headline
    gap = width - cells(name) - cells(verdict.text)
    style = "good" if verdict.at_least == verdict.at_most and verdict.levels.index(verdict.at_least) >= 2 else "warn"
    if gap >= 3:
        yield Span(name, "bold"), Span(" " * gap), Span(verdict.text, style)
    else:
        yield (Span(name, "bold"),)
        yield from paragraph(verdict.text, width, "  ", style=style)
    if verdict.means:
        yield from paragraph(verdict.means, width, "  ", style="dim")


# -- facts -------------------------------------------------------------------------------------------


def _facts(assessment: Assessment, width: int) -> Iterator[Line]:
    """A row a component: what it is, whether it is there, its licence, where that was read."""
    rows = []
    for label, name in _ROWS:
        component = assessment.release.component(name)
        if name == "data-information" and not component.parts and component.available.value is None:
            continue
        rows.append((label, *_state(component), _licensed(component), _where(component)))
    sizes = [max(cells(row[column]) for row in rows) for column in (0, 1, 3)]
    sizes[2] = min(sizes[2], max(18, width // 3))
    left = width - 2 - sum(sizes) - 6
    for label, state, style, licensed, where in rows:
        spans = [Span("  " + _pad(label, sizes[0]) + "  "), Span(_pad(state, sizes[1]), style)]
        if left >= 16:
            spans.append(Span("  " + _pad(short(licensed, sizes[2]), sizes[2])))
            yield *spans, Span("  " + _tail(where, left), "dim")
            continue
        yield tuple(spans)
        for words, shown in ((licensed, ""), (where, "dim")):
            if words:
                yield (Span("      " + _tail(words, width - 6), shown),)


def _seen(assessment: Assessment, width: int) -> Iterator[Line]:
    """What the weights themselves were seen to be, where they were: format, parameters, type, size."""
    evidence = assessment.release.component("model-parameters").available.evidence
    note = next((one.note for one in evidence if one.basis is Basis.OBSERVED and one.note), "")
    if note:
        yield ()
        yield from paragraph(f"the weights: {note}", width, "  ", style="dim")


def _state(component: Component) -> tuple[str, str]:
    if component.used.value is False:
        return "not used", "dim"
    if component.name == "data-information":
        return _described(component)
    if component.available.value is None:
        return "not known", "dim"
    if component.available.value is False:
        return "not released", "bad"
    return ("released in part", "warn") if component.complete.value is False else ("released", "good")


def _described(component: Component) -> tuple[str, str]:
    values = {part.fact.value for part in component.parts.values() if part.exists} or {component.available.value}
    if values == {True}:
        return "published", "good"
    if component.available.value is False or values == {False}:
        return "not published", "bad"
    return ("published in part", "warn") if True in values else ("not known", "dim")


def _licensed(component: Component) -> str:
    conclusion = component.license
    if conclusion.status in ("concluded", "conflict"):
        expression = conclusion.expression
        shown = expression.text.replace("LicenseRef-", "")
        single = expression.license
        approved = " (OSI)" if single is not None and single.approvals.get("OSI") else ""
        return f"{shown}{approved}" + (" (in conflict)" if conclusion.status == "conflict" else "")
    if component.available.value is None and not component.claims:
        return ""
    if component.available.value is False:
        return ""
    if conclusion.expression.licenses:
        known = ", ".join(one.id.removeprefix("LicenseRef-") for one in conclusion.expression.licenses)
        return f"{known}, rest not known"
    return "licence not identified" if conclusion.status == "unidentified" else "licence not stated"


def _where(component: Component) -> str:
    """The first places that say so: `path:line`, or the origin that a descriptor cites."""
    fact = component.available
    evidence = (one for about in ("available", "parts", "license") for one in component.about(about))
    shown = list(dict.fromkeys(place(one) for one in evidence))
    prefix = "see " if fact.value is None and fact.evidence and component.name != "data-information" else ""
    return prefix + " · ".join(shown[:2]) if shown else ""


def place(evidence: Evidence) -> str:
    """Where a reader finds it, in few words."""
    if evidence.source and evidence.path.startswith("registry/"):
        github = _GITHUB.fullmatch(evidence.source)
        if github:
            return ": ".join(part for part in github.groups() if part)
        return re.sub(r"\Ahttps?://(?:www\.)?", "", evidence.source)
    return f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path


# -- lineage -------------------------------------------------------------------------------------------


def _lineage(release: Release, width: int) -> Iterator[Line]:
    """The base models as a tree, each with its licence and with where that was read."""
    if release.lineage:
        yield ()
        yield (Span("  made from", "bold"),)
        yield from _ancestors(release.lineage, width, "    ")


def _ancestors(lineage: Sequence[Ancestor], width: int, margin: str) -> Iterator[Line]:
    for number, one in enumerate(lineage):
        last = number == len(lineage) - 1
        model = short(" ".join(one.base.model.split()), max(20, width // 2 - len(margin)))
        relation = f" ({one.base.relation})" if one.base.relation else ""
        licensed = _licensed(one.release.component("model-parameters")) if one.release else "nothing known of it"
        where = " · ".join(dict.fromkeys(place(e) for e in one.base.evidence[:1]))
        words = f"{model}{relation}  {licensed or 'licence not stated'}"
        left = width - len(margin) - 2 - cells(words) - 2
        spans = [Span(margin + ("└ " if last else "├ "), "dim"), Span(short(words, width - len(margin) - 2))]
        if left >= 12:
            spans.append(Span("  " + _tail(where, left), "dim"))
        yield tuple(spans)
        if one.release is not None and len(margin) < width // 2:
            yield from _ancestors(one.release.lineage, width, margin + ("  " if last else "│ "))


# -- what is missing -----------------------------------------------------------------------------------


def _wanting(assessment: Assessment, width: int) -> Iterator[Line]:
    """What each higher level needs and the release does not show: all but the last, until the one before is near."""
    verdict = assessment.headline
    reached = verdict.levels.index(verdict.at_least)
    for level in verdict.levels[: max(reached + 2, len(verdict.levels) - 1)]:
        unmet = [one for one in verdict.results if one.level == level and one.kind not in _MET]
        if unmet:
            yield ()
            signs = {one.kind for one in unmet}
            legend = [words for kind, words in _LEGEND if kind in signs]
            heading, meaning = f"  {level} needs", f"  ({', '.join(legend)})"
            yield (Span(heading, "bold"), Span(meaning if len(heading + meaning) <= width else "", "dim"))
        if len(unmet) > 3 and all(one.kind is Kind.OPEN for one in unmet):
            words = " · ".join(one.title + _hint(one, assessment) for one in unmet)
            yield from paragraph(words, width, "    ", sign=_SIGNS[Kind.OPEN], style=_STYLES[Kind.OPEN])
            continue
        for one in unmet:
            asked = f": {one.question}" if one.kind is Kind.REVIEW and one.question else ""
            words = one.title + asked + _hint(one, assessment)
            yield from paragraph(words, width, "    ", sign=_SIGNS[one.kind], style=_STYLES[one.kind])


def _hint(result: Result, assessment: Assessment) -> str:
    """Where to look for a fact that is missing."""
    if result.kind is not Kind.OPEN:
        return ""
    facts = (assessment.release.component(name).available for name in _components(result))
    hints = [place(one) for fact in facts if fact.value is None for one in fact.evidence]
    return f" (look at {hints[0]})" if hints else ""


def _components(result: Result) -> list[str]:
    return list(dict.fromkeys(name for name, _ in result.reads))


# -- terms ---------------------------------------------------------------------------------------------


def _terms(assessment: Assessment, width: int) -> Iterator[Line]:
    """What the licence of the weights permits, asks for and forbids."""
    licenses = assessment.release.component("model-parameters").license.expression.licenses
    if not any(one.permits or one.limits for one in licenses):
        return
    limited = list(dict.fromkeys(words for one in licenses for words in one.limits))
    free = [words for words in dict.fromkeys(w for one in licenses for w in one.permits) if words not in limited]
    yield ()
    if free:
        yield from labelled("You may", " · ".join(free), width)
    if limited:
        yield from labelled("Not freely", " · ".join(limited), width)
    yield from _listed("You must", [p for p in _pairs(licenses) if p[1].kind == "condition"], width)
    yield from _listed(
        "You must not", [p for p in _pairs(licenses) if p[1].kind == "limitation" and _restricts(p[1])], width
    )
    unsure = sorted({one.basis for one in licenses if one.basis in ("knowledge", "secondary", "primary-excerpt")})
    if unsure:
        yield from labelled("Checked", f"{', '.join(unsure)} only: read the licence before you rely on this", width)


def _pairs(licenses: Sequence[License]) -> list[tuple[License, Term]]:
    pairs = [(one, term) for one in licenses for term in one.terms]
    return sorted(pairs, key=lambda pair: weightiest(pair[1]))


def weightiest(term: Term) -> int:
    """A sort key: the terms that keep a licence from being open come first."""
    return -list(Severity).index(term.severity)


def _restricts(term: Term) -> bool:
    return term.severity is not Severity.COMPATIBLE


def _listed(label: str, pairs: list[tuple[License, Term]], width: int) -> Iterator[Line]:
    """One term a line, the weightiest first; with its licence where several bind."""
    several = len({one.id for one, _ in pairs}) > 1
    for number, (one, term) in enumerate(pairs[:MAX_TERMS]):
        origin = f"{one.id.removeprefix('LicenseRef-')} {term.clause}" if several else term.clause
        yield from labelled("" if number else label, f"{term.words} ({origin})", width)
    if len(pairs) > MAX_TERMS:
        yield from labelled("", f"and {len(pairs) - MAX_TERMS} more: --format json has them all", width)


# -- the rest ------------------------------------------------------------------------------------------


def _findings(assessment: Assessment, width: int) -> Iterator[Line]:
    findings = assessment.release.findings
    if findings:
        yield ()
    for finding in findings[:MAX_FINDINGS]:
        where = f" ({', '.join(place(one) for one in finding.evidence[:2])})" if finding.evidence else ""
        style = {"error": "bad", "warning": "warn"}.get(finding.severity, "dim")
        yield from paragraph(f"{finding.severity}: {finding.message}{where}", width, "  ", style=style)
    if len(findings) > MAX_FINDINGS:
        yield (Span(f"  and {len(findings) - MAX_FINDINGS} more: --format json has them all", "dim"),)


def _others(assessment: Assessment, width: int) -> Iterator[Line]:
    if assessment.release.statements or assessment.verdicts:
        yield ()
    for statement in assessment.release.statements:
        words = f"{statement.by} ({statement.evidence.date}): {statement.text}"
        yield from paragraph(words, width, "  ")
    if assessment.verdicts:
        words = " · ".join(f"{verdict.definition}: {verdict.text}" for verdict in assessment.verdicts)
        yield from paragraph(words, width, "  ", style="dim")


def _reasoning(verdict: Verdict, assessment: Assessment, width: int) -> Iterator[Line]:
    """Every rule of one definition: its result, what it asks, on what that rests."""
    yield ()
    yield (Span(f"{verdict.definition}: {verdict.text}", "bold"),)
    level = ""
    for result in verdict.results:
        if result.level != level:
            level = result.level
            yield (Span(f"  {level}", "dim"),)
        sign, style = _SIGNS[result.kind], _STYLES[result.kind]
        yield from paragraph(
            f"{result.kind.value}  {result.rule}: {result.message}", width, "    ", sign=sign, style=style
        )
        yield from paragraph(f"asks: {result.title}: {result.requires}", width, "        ", style="dim")
        for name in _components(result):
            yield from _basis(assessment.release.component(name), width)
        if result.note:
            yield from paragraph(f"note: {result.note}", width, "        ", style="dim")


def _basis(component: Component, width: int) -> Iterator[Line]:
    facts = (("available", component.available), ("complete", component.complete), ("used", component.used))
    parts = tuple((f"has its {name}", part.fact) for name, part in component.parts.items())
    stated = [f"{what}: {_word(fact)}" for what, fact in (*facts, *parts) if fact.value is not None]
    if component.claims:
        stated.append(f"licence: {component.license.expression.text} ({component.license.status})")
    yield from paragraph(f"{component.name}: {', '.join(stated) or 'nothing known'}", width, "        ", style="dim")
    for one in component.evidence[:6]:
        quote = f' "{one.quote}"' if one.quote else ""
        note = f" ({one.note})" if one.note else ""
        yield from paragraph(f"{one.basis.value} {place(one)}{quote}{note}", width, "          ", style="dim")


def _word(fact: Fact) -> str:
    return "yes" if fact.value else "no"


def _footer(assessment: Assessment) -> str:
    release = assessment.release
    read = ", ".join(release.read[:3]) + (f" and {len(release.read) - 3} more" if len(release.read) > 3 else "")
    words = f"Read {read or 'nothing'} ({release.origin})."
    if release.not_read:
        first = release.not_read[0]
        more = f" and {len(release.not_read) - 1} more" if len(release.not_read) > 1 else ""
        words += f" Not read: {first.path} ({first.reason}){more}."
    return f"{words} Not legal advice."


# -- layout --------------------------------------------------------------------------------------------


def paragraph(
    words: str, width: int, indent: str, *, sign: str = "", style: str = "", hyphens: bool = True
) -> Iterator[Line]:
    """Words wrapped below one another, with a sign before the first line; each line begins with its margin.

    `hyphens`: whether a line may end at a hyphen; not where names and paths are to be copied.
    """
    margin = indent + "  " if sign else indent
    lines = wrap(words, width - len(margin), break_on_hyphens=hyphens) or [""]
    if sign:
        yield Span(indent), Span(f"{sign} ", style), Span(lines[0], "dim" if style == "dim" else "")
        style = "dim" if style == "dim" else ""
    else:
        yield Span(indent), Span(lines[0], style)
    for line in lines[1:]:
        yield Span(margin), Span(line, style)


def labelled(label: str, words: str, width: int) -> Iterator[Line]:
    """A label, and words wrapped beside it."""
    lines = wrap(words, width - 16) or [""]
    yield Span(f"  {label:<13} ", "bold"), Span(lines[0])
    for line in lines[1:]:
        yield (Span(" " * 16 + line),)


def cells(text: str) -> int:
    """How many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, size: int) -> str:
    return text + " " * max(0, size - cells(text))


def short(text: str, size: int) -> str:
    """The beginning of a text that is too long."""
    return text if cells(text) <= size else text[: size - 1] + "…"


def _tail(text: str, size: int) -> str:
    """The end of a text that is too long: file names stand at the end."""
    return text if cells(text) <= size else "…" + text[-(size - 1) :]
