"""Output format: what is known of a licence, a term, a rule or a definition, in plain English with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openness.model import License, Severity, Term
from openness.output.text import Line, Span, labelled, paragraph, short, weightiest

_STANDING = {
    "primary-text": "the text was read in full",
    "primary-excerpt": "a part of the text was read",
    "spdx-list+knowledge": "the SPDX list was read; the clauses are general knowledge",
    "spdx-list": "only the SPDX list was read",
    "secondary": "described by others; the text was not read",
    "knowledge": "general knowledge, not checked against the text",
}


def licenses(found: Sequence[License], width: int) -> Iterator[Line]:
    """A line for each licence: id, what it is to openness, title."""
    size = max((len(one.id) for one in found), default=0)
    for one in found:
        standing = _standing(one)
        line = f"{one.id:<{size}}  {standing:<18}  {one.title}"
        yield (Span(short(line, width)),)
    yield ()
    yield (Span(f"{len(found)} licences", "dim"),)


def license_page(one: License, written: Mapping[str, Any], width: int) -> Iterator[Line]:
    """One licence: what you may, must and must not do, with clauses, and what that rests on."""
    yield from paragraph(one.title, width, "", style="bold")
    yield from paragraph(f"{one.id}: {_standing(one)}", width, "  ")
    for key, label in (("hub", "On the Hub"), ("models", "Models"), ("based-on", "Based on"), ("notes", "Notes")):
        if key in written:
            value = written[key]
            yield from labelled(label, ", ".join(value) if isinstance(value, list) else str(value), width)
    yield ()
    if one.permits:
        yield from labelled("You may", " · ".join(one.permits), width)
    if one.limits:
        yield from labelled("Not freely", " · ".join(one.limits), width)
    for kind, label in (("condition", "You must"), ("limitation", "You must not")):
        terms = sorted((term for term in one.terms if term.kind == kind), key=weightiest)
        for number, term in enumerate(terms):
            yield from labelled("" if number else label, f"{term.words} ({term.clause}){_weight(term)}", width)
    if not one.terms and not one.terms_known:
        yield from labelled("Terms", "not catalogued: unknown, which is not none", width)
    yield ()
    yield from labelled("Source", one.source, width)
    yield from labelled("Checked", _STANDING.get(one.basis, one.basis), width)
    yield (Span("  Not legal advice.", "dim"),)


def term_page(name: str, means: str, kind: str, severity: Severity, breaks: Sequence[str], used: Sequence[License],
              width: int) -> Iterator[Line]:  # fmt: skip
    """One term of the vocabulary: what it means, how it weighs, which licences have it."""
    yield (Span(name, "bold"),)
    yield from paragraph(f"You must {'' if kind == 'condition' else 'not '}{means}.", width, "  ")
    weighs = {
        Severity.BLOCKING: "No licence with it is open source.",
        Severity.GREY: "Whether a licence with it is open source is for a person to judge.",
        Severity.COMPATIBLE: "Open source licences have it too.",
    }[severity]
    offends = f" It offends criteria of the Open Source Definition: {', '.join(breaks)}." if breaks else ""
    yield from paragraph(weighs + offends, width, "  ")
    yield from labelled(
        "In", ", ".join(one.id.removeprefix("LicenseRef-") for one in used) or "no catalogued licence", width
    )


def rule_page(rule: str, title: str, section: str, source: str, requires: str, note: str, width: int) -> Iterator[Line]:
    """One rule of a definition: what it asks, where the definition says so."""
    yield (Span(rule, "bold"),)
    yield from paragraph(title, width, "  ")
    yield from labelled("Asks", requires, width)
    yield from labelled("Section", section, width)
    if note:
        yield from labelled("Note", note, width)
    yield from labelled("Source", source, width)


def definition_page(name: str, title: str, publisher: str, source: str, accessed: str,
                    levels: Sequence[tuple[str, Sequence[tuple[str, str]]]], width: int) -> Iterator[Line]:  # fmt: skip
    """A definition: its ladder of levels, and the rules that each adds."""
    yield from paragraph(f"{name}: {title}", width, "", style="bold")
    yield from paragraph(f"{publisher}, {source}, read {accessed}", width, "  ", style="dim")
    for level, rules in levels:
        yield ()
        yield (Span(f"  {level}", "bold"),)
        for rule, asked in rules:
            yield from paragraph(f"{rule}: {asked}", width, "    ")


def _standing(one: License) -> str:
    if one.approvals.get("OSI"):
        return "OSI-approved"
    severities = {term.severity for term in one.terms}
    if Severity.BLOCKING in severities:
        return "restricts use"
    if Severity.GREY in severities or not one.terms_known:
        return "for a person"
    return "open, not by OSI"


def _weight(term: Term) -> str:
    return {Severity.BLOCKING: " [blocking]", Severity.GREY: " [for a person]"}.get(term.severity, "")
