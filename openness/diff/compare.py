"""Two snapshots → what changed, and whether that is worse. The second half of the comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from openness.diff import wording
from openness.model import Severity
from openness.snapshot import (
    NO_STATE,
    Change,
    Changes,
    Duty,
    FactChange,
    Licensed,
    LicenseText,
    Problem,
    Snapshot,
    Standing,
    T,
    TextChange,
    VerdictChange,
    WeightFile,
)

MAX_CHARACTERS = 4_000_000
"""Licence texts of both sides that are compared word by word, together; of more only the digests are."""

_LINES = re.compile(r"\b(lines?) \d+(?:-\d+)?")


def compare(old: Snapshot, new: Snapshot, ladders: Mapping[str, Sequence[str]]) -> Changes:
    """What differs between two states of a release.

    `ladders` are the levels of each definition, lowest first; the headline's must be among them and have its levels.
    """
    verdicts = tuple(_verdicts(old, new, ladders))
    terms = tuple(_terms(old, new))
    return Changes(
        old,
        new,
        worse=(*_fallen(old, new, ladders[new.headline]), *_blocked(new, terms)),
        verdicts=verdicts,
        licenses=tuple(_licenses(old, new)),
        terms=terms,
        texts=tuple(_texts(old.texts, new.texts)) if old.texts is not None and new.texts is not None else (),
        facts=tuple(_facts(old, new)),
        weights=tuple(_weights(old.weights, new.weights)),
        bases=tuple(_bases(old, new)),
        findings=tuple(_findings(old.findings, new.findings)),
        notes=tuple(_notes(old, new)),
    )


def _changed(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[Change[T]]:
    """Every name whose value is not the same on both sides, in the order of the new side, then of the old."""
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name), new.get(name))


# -- verdicts ----------------------------------------------------------------------------------------------


def _verdicts(old: Snapshot, new: Snapshot, ladders: Mapping[str, Sequence[str]]) -> Iterator[VerdictChange]:
    for name, now in new.standings.items():
        before = old.standings.get(name)
        if before is None:
            continue
        direction = _direction(before, now, ladders.get(name, ()))
        rules = tuple(_changed(before.results, now.results))
        if direction != "same" or rules:
            yield VerdictChange(name, before, now, direction, rules)


def _direction(old: Standing, new: Standing, ladder: Sequence[str]) -> str:
    if (old.at_least, old.at_most) == (new.at_least, new.at_most):
        return "same"
    if not {old.at_least, old.at_most, new.at_least, new.at_most} <= set(ladder):
        return "unknown"
    least = ladder.index(new.at_least) - ladder.index(old.at_least)
    most = ladder.index(new.at_most) - ladder.index(old.at_most)
    if least * most >= 0:
        return "lower" if least + most < 0 else "higher"
    return "narrower" if least > 0 else "wider"


def _fallen(old: Snapshot, new: Snapshot, ladder: Sequence[str]) -> Iterator[str]:
    before, now = old.standings[old.headline], new.standings[new.headline]
    if ladder.index(now.at_least) < ladder.index(before.at_least):
        established = "nothing is established" if now.at_least == ladder[0] else now.at_least
        yield f"the level fell: at least {before.at_least} before, now {established}"
    if ladder.index(now.at_most) < ladder.index(before.at_most):
        yield f"the level fell: at most {before.at_most} before, now {now.at_most}"


# -- licences ----------------------------------------------------------------------------------------------


def _licenses(old: Snapshot, new: Snapshot) -> Iterator[Change[Licensed]]:
    for name in dict.fromkeys((*new.components, *old.components)):
        before, now = old.components.get(name, NO_STATE).license, new.components.get(name, NO_STATE).license
        if before[1:] != now[1:] or set(before.declared) != set(now.declared):
            yield Change(name, before, now)


def _terms(old: Snapshot, new: Snapshot) -> Iterator[Change[Duty]]:
    """A term counts as lost only where the terms of the new licence are known; a clause that moved is no change."""
    found = []
    for name in old.terms.keys() | new.terms.keys():
        before, now = old.terms.get(name), new.terms.get(name)
        if now is None and not new.terms_known:
            continue
        if before is None or now is None or _other_duty(before, now):
            found.append(Change(name, before, now))
    yield from sorted(found, key=lambda one: (one.kind != "added", _lightness(one), one.name))


def _lightness(change: Change[Duty]) -> int:
    return -max(list(Severity).index(one.severity) for one in (change.old, change.new) if one is not None)


def _other_duty(old: Duty, new: Duty) -> bool:
    """Whether a term weighs or says something else; what two licences say of a harmless one is not compared."""
    if old.severity is not new.severity:
        return True
    comparable = old.license == new.license or new.severity is not Severity.COMPATIBLE
    return comparable and bool(old.value and new.value) and old.value != new.value


def _blocked(new: Snapshot, terms: Sequence[Change[Duty]]) -> Iterator[str]:
    """Where the licensee may choose between licences, the terms of one of them bind nobody: the level tells."""
    if " OR " in new.components.get("model-parameters", NO_STATE).license.concluded:
        return
    for one in terms:
        was = one.old.severity if one.old else None
        if one.new is not None and one.new.severity is Severity.BLOCKING and was is not Severity.BLOCKING:
            yield f"a blocking term was added to the licence of the weights: {one.name}"


def _texts(old: Mapping[str, LicenseText], new: Mapping[str, LicenseText]) -> Iterator[TextChange]:
    left = MAX_CHARACTERS
    for before_path, path in _paired(old, new):
        if before_path is None or path is None:
            yield TextChange("added" if before_path is None else "removed", before_path, path)
            continue
        before, now = old[before_path], new[path]
        size = len(before.text or "") + len(now.text or "")
        if _equal(before, now):
            if before_path != path:
                yield TextChange("moved", before_path, path, wording=False)
        elif before.text is None or now.text is None or size > left:
            yield TextChange("changed", before_path, path)
        else:
            left -= size
            found = wording.passages(before.text, now.text)
            shown = tuple(found[: wording.MAX_PASSAGES])
            yield TextChange("changed", before_path, path, bool(found), shown, len(found) - len(shown))


def _paired(old: Mapping[str, LicenseText], new: Mapping[str, LicenseText]) -> Iterator[tuple[str | None, str | None]]:
    """The paths of each text on both sides: the same path, else the same text; else one that went for one that came."""
    gone = {path: text for path, text in old.items() if path not in new}
    for path, now in new.items():
        before = path if path in old else _same_elsewhere(now, gone)
        if before is None and len(gone) == 1 and len(new) == len(old):
            before = next(iter(gone))
        if before is not None:
            gone.pop(before, None)
        yield before, path
    for path in gone:
        yield path, None


def _same_elsewhere(text: LicenseText, gone: Mapping[str, LicenseText]) -> str | None:
    return next((path for path, one in gone.items() if _equal(one, text)), None)


def _equal(one: LicenseText, other: LicenseText) -> bool:
    """By digest where both have one, else by text; two of which neither is known are taken for different."""
    if one.sha256 is not None and other.sha256 is not None:
        return one.sha256 == other.sha256
    return one.text is not None and one.text == other.text


# -- the rest ----------------------------------------------------------------------------------------------


def _facts(old: Snapshot, new: Snapshot) -> Iterator[FactChange]:
    for name in dict.fromkeys((*new.components, *old.components)):
        before, now = old.components.get(name, NO_STATE).facts, new.components.get(name, NO_STATE).facts
        for fact in dict.fromkeys((*now, *before)):
            if before.get(fact) != now.get(fact):
                yield FactChange(name, fact, before.get(fact), now.get(fact))


def _weights(
    old: Mapping[str, WeightFile] | None, new: Mapping[str, WeightFile] | None
) -> Iterator[Change[WeightFile]]:
    if old is None or new is None:
        return
    for one in _changed(old, new):
        if one.old is None or one.new is None or not _same_file(one.old, one.new):
            yield one


def _same_file(one: WeightFile, other: WeightFile) -> bool:
    """By digest where both have one, else by size; what is not known is no difference."""
    if one.sha256 is not None and other.sha256 is not None:
        return one.sha256 == other.sha256
    return one.size is None or other.size is None or one.size == other.size


def _bases(old: Snapshot, new: Snapshot) -> Iterator[Change[str]]:
    """A model of which only the relation is another is one change."""
    if old.bases is None or new.bases is None:
        return
    gone, come = old.bases - new.bases, new.bases - old.bases
    for model in sorted({model for model, _ in gone | come}):
        before = sorted(relation for name, relation in gone if name == model)
        now = sorted(relation for name, relation in come if name == model)
        if len(before) == len(now) == 1:
            yield Change(model, before[0], now[0])
            continue
        for relation in now:
            yield Change(model, None, relation)
        for relation in before:
            yield Change(model, relation, None)


def _findings(old: Sequence[Problem], new: Sequence[Problem]) -> Iterator[Change[Problem]]:
    """Findings are the same that say the same, whatever the lines."""
    before = {_key(one): one for one in old}
    now = {_key(one): one for one in new}
    for key, one in now.items():
        if key not in before:
            yield Change(one.id, None, one)
    for key, one in before.items():
        if key not in now:
            yield Change(one.id, one, None)


def _key(one: Problem) -> Problem:
    return one._replace(message=_LINES.sub(r"\1", one.message))


def _notes(old: Snapshot, new: Snapshot) -> Iterator[str]:
    for missing, has in ((old, "the old"), (new, "the new")):
        if missing.texts is None:
            yield f"licence texts were not compared: {has} report has no record of them"
        if missing.weights is None:
            yield f"files of weights were not compared: {has} report has no record of them"
        if missing.bases is None:
            yield f"base models were not compared: {has} report has no record of them"
    for name in sorted(old.standings.keys() ^ new.standings.keys()):
        side = "old" if name in new.standings else "new"
        yield f"{name} was not compared: the {side} report does not apply it"
    if old.terms.keys() - new.terms.keys() and not new.terms_known:
        yield "terms that may be gone were not compared: those of the new licence are not known in full"
    if new.terms.keys() - old.terms.keys() and not old.terms_known:
        yield "terms that are called new may be old: those of the old licence are not known in full"
    if old.tool and new.tool and old.tool != new.tool:
        yield f"openness itself is another: {old.tool} before, now {new.tool}"
    for name, digest in new.definitions.items():
        if old.definitions.get(name, digest) != digest:
            yield f"the definition {name} itself is another text than before"
