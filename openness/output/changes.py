"""Output format: what changed in a release, as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from openness.model import NOASSERTION, Severity
from openness.output.text import Line, Span, paragraph, plain, short
from openness.snapshot import (
    Change,
    Changes,
    Duty,
    FactChange,
    FactValue,
    Licensed,
    Passage,
    Problem,
    TextChange,
    VerdictChange,
    WeightFile,
)

MAX_SHOWN = 12
"""Most entries of one kind that are shown."""

MAX_WORDS = 240
"""Most characters of one side of a passage that are shown."""

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}
_FINDING_STYLES = {"error": "bad", "warning": "warn"}
_TERM_STYLES = {Severity.BLOCKING: "bad", Severity.GREY: "warn"}

_Entry = Iterable[Line]


def render(
    changes: Changes, *, width: int = 100, ascii_only: bool = False, since: str = "", brief: bool = False
) -> list[Line]:
    """The comparison as styled lines, none wider than `width`; one sentence where nothing changed.

    `since` names the report that a check was compared with; it stands in the heading. `brief` gives one line only,
    as wide as it is.
    """
    lines = [(Span(_summary(changes)),)] if brief else _changes(changes, width, since)
    return plain(lines, ascii_only=ascii_only)


def _summary(changes: Changes) -> str:
    name, before, now = changes.new.release, *_headlines(changes)
    if changes.nothing:
        return f"{name}: nothing changed"
    level = f"{before} → {now}" if before != now else f"still {now}"
    counted = (
        ("licence", changes.licenses),
        ("term", changes.terms),
        ("licence text", changes.texts),
        ("fact", changes.facts),
        ("file of weights", changes.weights),
        ("base model", changes.bases),
        ("finding", changes.findings),
        ("verdict", changes.verdicts),
    )
    told = ", ".join(f"{len(found)} × {what}" for what, found in counted if found)
    return f"{name}: {level}; {'worse' if changes.worse else 'changed'}: {told}"


def _changes(changes: Changes, width: int, since: str) -> Iterator[Line]:
    if changes.nothing:
        notes = f" ({'; '.join(changes.notes)})" if changes.notes else ""
        compared = f" since {since}" if since else ""
        yield from paragraph(f"{changes.new.release}: nothing changed{compared}{notes}", width, "")
        return
    yield from _heading(changes, width, since)
    for line in changes.worse:
        yield from paragraph(line, width, "  ", sign="✗", style="bad")
    sections: tuple[tuple[str, Iterable[_Entry]], ...] = (
        ("Licence", (_license(one, width) for one in changes.licenses)),
        ("Terms of the licence of the weights", (_term(one, width) for one in changes.terms)),
        ("Licence texts", (_text(one, width) for one in changes.texts)),
        ("Components", (_fact(one, width) for one in changes.facts)),
        ("Files of weights", (_weights(one, width) for one in changes.weights)),
        ("Made from", (_base(one, width) for one in changes.bases)),
        ("Findings", (_finding(one, width) for one in changes.findings)),
        ("Definitions", (_verdict(one, width) for one in changes.verdicts)),
    )
    for title, entries in sections:
        yield from _section(title, list(entries))
    if changes.notes:
        yield ()
    for note in changes.notes:
        yield from paragraph(f"Note: {note}.", width, "  ", style="dim")


def _heading(changes: Changes, width: int, since: str) -> Iterator[Line]:
    old, new = changes.old, changes.new
    yield from paragraph(" ".join(new.release.split()), width, "", style="bold")
    sides = (
        f"compared with {since}"
        if since
        else f"{_called(old.target, old.revision)} → {_called(new.target, new.revision)}"
    )
    yield from paragraph(sides, width, "  ", style="dim")
    before, now = _headlines(changes)
    words = f"{before} → {now}" if before != now else f"still {now}"
    yield from paragraph(words, width, "  ", style="bad" if changes.worse else "")


def _called(target: str, revision: str | None) -> str:
    return f"{target} ({revision})" if revision else target


def _headlines(changes: Changes) -> tuple[str, str]:
    old, new = changes.old, changes.new
    return old.standings[old.headline].text, new.standings[new.headline].text


def _section(title: str, entries: Sequence[_Entry]) -> Iterator[Line]:
    if not entries:
        return
    yield ()
    yield (Span(f"  {title}", "bold"),)
    for entry in entries[:MAX_SHOWN]:
        yield from entry
    if len(entries) > MAX_SHOWN:
        yield (Span(f"    and {len(entries) - MAX_SHOWN} more: see --format json", "dim"),)


def _entry(kind: str, words: str, width: int, style: str = "") -> Iterator[Line]:
    return paragraph(words, width, "    ", sign=_SIGNS[kind], style=style)


def _license(one: Change[Licensed], width: int) -> Iterator[Line]:
    old, new = one.old or Licensed(), one.new or Licensed()
    words = [one.name]
    if old[1:] != new[1:]:
        words.append(f"{_concluded(old)} → {_concluded(new)}")
    if set(old.declared) != set(new.declared):
        words.append(f"declared {_declared(old)} → {_declared(new)}")
    yield from _entry("changed", f"{words[0]}: {'; '.join(words[1:])}", width)


def _concluded(one: Licensed) -> str:
    if one.status == "missing":
        return "none stated"
    name = "not identified" if one.concluded == NOASSERTION else one.concluded.replace("LicenseRef-", "")
    return f"{name} (in conflict)" if one.status == "conflict" else name


def _declared(one: Licensed) -> str:
    return short(", ".join(one.declared), 80) or "nothing"


def _term(one: Change[Duty], width: int) -> Iterator[Line]:
    told = one.new or one.old
    if told is None:
        return
    where = f"{told.license.removeprefix('LicenseRef-')} {told.clause}" if told.license != NOASSERTION else told.clause
    value = f": {short(told.value, 80)}" if told.value and not told.text else ""
    words = f"{told.severity.value}: {one.name}{value} ({where}) {told.text}"
    if one.old is not None and one.new is not None:
        old, new = (short(side.value, 200) or "no more is said" for side in (one.old, one.new))
        before = f"{one.old.severity.value} → " if one.old.severity is not one.new.severity else ""
        words = f"{before}{one.new.severity.value}: {one.name} ({where}): {old} → {new}"
    style = "good" if one.new is None else _TERM_STYLES.get(one.new.severity, "")
    yield from _entry(one.kind, words, width, style)


def _text(one: TextChange, width: int) -> Iterator[Line]:
    path = one.new_path or one.old_path or ""
    moved = f" (was {one.old_path})" if one.old_path and one.new_path and one.old_path != one.new_path else ""
    if one.wording is None:
        said = {"changed": ": the text changed (digest)"}.get(one.kind, "")
    else:
        count = len(one.passages) + one.more
        said = f": {count} passage{'s' if count > 1 else ''} changed" if one.wording else ": the wording is unchanged"
    yield from _entry(one.kind, f"{path}{moved}{said}", width)
    for passage in one.passages[:MAX_SHOWN]:
        yield from paragraph(_passage(passage), width, "      ", sign=_SIGNS[passage.kind])
    left = len(one.passages[MAX_SHOWN:]) + one.more
    if left:
        yield (Span(f"      and {left} more: see --format json", "dim"),)


def _passage(one: Passage) -> str:
    old, new = (f'"{short(words, MAX_WORDS)}"' for words in (one.old, one.new))
    if one.kind == "added":
        return f"{_lines(one.new_lines)}: {new}"
    if one.kind == "removed":
        return f"was on {_lines(one.old_lines)}: {old}"
    return f"{_lines(one.new_lines)}: {new}; was, on {_lines(one.old_lines)}: {old}"


def _lines(lines: tuple[int, int]) -> str:
    return f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]}-{lines[1]}"


def _fact(one: FactChange, width: int) -> Iterator[Line]:
    kind = "added" if one.old is None else "removed" if one.new is None else "changed"
    words = f"{one.component}: {one.fact}: {_value(one.old)} → {_value(one.new)}"
    style = {True: "good", False: "bad"}.get(one.new, "") if isinstance(one.new, bool) else ""
    yield from _entry(kind, words, width, style)


def _value(value: FactValue) -> str:
    if value is None:
        return "not known"
    return value if isinstance(value, str) else "yes" if value else "no"


def _weights(one: Change[WeightFile], width: int) -> Iterator[Line]:
    told = [_file(side) for side in (one.old, one.new) if side is not None]
    yield from _entry(one.kind, f"{one.name}: {' → '.join(told)}", width)


def _file(one: WeightFile) -> str:
    digest = f"SHA-256 {one.sha256[:12]}…" if one.sha256 else ""
    size = f"{one.size:,} bytes" if one.size is not None else ""
    return ", ".join(part for part in (digest, size) if part) or "neither digest nor size known"


def _base(one: Change[str], width: int) -> Iterator[Line]:
    told = [side or "relation not said" for side in (one.old, one.new) if side is not None]
    yield from _entry(one.kind, f"{one.name} ({' → '.join(told)})", width)


def _finding(one: Change[Problem], width: int) -> Iterator[Line]:
    told = one.new or one.old
    if told is None:
        return
    style = "good" if one.new is None else _FINDING_STYLES.get(told.severity, "")
    solved = "gone: " if one.new is None else ""
    yield from _entry(one.kind, f"{solved}{told.severity}: {told.message}", width, style)


def _verdict(one: VerdictChange, width: int) -> Iterator[Line]:
    told = f"{one.old.text} → {one.new.text}" if one.old.text != one.new.text else one.new.text
    style = {"lower": "bad", "higher": "good"}.get(one.direction, "")
    yield from _entry("changed", f"{one.definition}: {told}", width, style)
    rules = ", ".join(f"{rule.name.split('/')[-1]} ({rule.old or 'none'} → {rule.new or 'none'})" for rule in one.rules)
    if rules:
        yield from paragraph(rules, width, "      ", style="dim")
