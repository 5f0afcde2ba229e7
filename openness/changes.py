"""What changed between two states of a release: targets and reports → snapshots → changes. Beside `assess.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from openness import __version__, definitions, diff, policy
from openness.assess import HEADLINE, assess
from openness.errors import SourceError
from openness.model import Report
from openness.snapshot import Changes, Snapshot
from openness.sources import report as reports
from openness.sources import target


class Recorded(NamedTuple):
    """A report written earlier."""

    path: str
    states: tuple[Snapshot, ...]


def between(
    old: str,
    new: str,
    *,
    name: str | None = None,
    bases: Sequence[str] = (),
    also: Sequence[str] | None = None,
    rules: policy.Policy = policy.Policy(),  # noqa: B008 - a frozen value
) -> Changes:
    """What changed from one target to another; either may be a report.

    `name` is what the release is called: it picks one from a report of several, which otherwise is the one called as
    the other side is. `bases` are targets that base models are read from. `also` are the definitions to compare beside
    the headline; None = all that both sides have. Raises OpennessError.
    """
    before, now = (_states(one, name, bases, also, rules) for one in (old, new))
    called_old = name or (now.states[0].release if len(now.states) == 1 else None)
    called_new = name or (before.states[0].release if len(before.states) == 1 else None)
    return _compare(_pick(before, called_old), _pick(now, called_new), before.path, now.path, also)


def recorded(path: str) -> Recorded:
    """A report to compare with. Raises SourceError for a file that is none."""
    return Recorded(path, reports.load(target.text_of(path)))


def since(report: Report, earlier: Recorded, also: Sequence[str] | None) -> tuple[Report, tuple[Changes | None, ...]]:
    """What changed in each release since an earlier report, None for one that cannot be compared.

    Releases are matched by name, a single one with a single one whatever they are called. One that cannot be compared
    is an error of the report that comes back.
    """
    alone = len(report.assessments) + len(report.errors) == 1 == len(earlier.states)
    changes: list[Changes | None] = []
    errors = list(report.errors)
    for assessment in report.assessments:
        now = diff.snapshot(assessment, dict(report.definitions), __version__)
        try:
            before = earlier.states[0] if alone else _called(earlier, now.release, now.target)
            changes.append(_compare(before, now, earlier.path, now.target, also))
        except SourceError as problem:
            changes.append(None)
            errors.append((now.target, str(problem)))
    return report._replace(errors=tuple(errors)), tuple(changes)


def _states(
    name: str, called: str | None, bases: Sequence[str], also: Sequence[str] | None, rules: policy.Policy
) -> Recorded:
    """The releases of a report, or the one state that a target is in now."""
    states = target.report_of(name)
    if states is not None:
        return Recorded(name, states)
    applied = {one.id: one.sha256 for one in definitions.wanted(HEADLINE, also)}
    found = assess(name, name=called, bases=bases, also=also, rules=rules)
    return Recorded(name, (diff.snapshot(found, applied, __version__),))


def _pick(report: Recorded, name: str | None) -> Snapshot:
    if len(report.states) == 1:
        return report.states[0]
    if name is None:
        raise SourceError(f"this report has several releases: {_names(report)}; pick one with --as", report.path)
    return _called(report, name)


def _called(report: Recorded, name: str, typed: str = "") -> Snapshot:
    """The release of that name; of several, the one that was read from the same target."""
    found = [one for one in report.states if one.release.lower() == name.lower()]
    if len(found) > 1:
        found = [one for one in found if one.target == typed] or found
    if not found:
        raise SourceError(f"this report has no release '{name}'; it has {_names(report)}", report.path)
    if len(found) > 1:
        raise SourceError(f"this report has {len(found)} releases called '{name}'", report.path)
    return found[0]


def _names(report: Recorded) -> str:
    names = list(dict.fromkeys(one.release for one in report.states))
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _compare(old: Snapshot, new: Snapshot, old_path: str, new_path: str, also: Sequence[str] | None) -> Changes:
    packs = {one.id: one for one in definitions.wanted(HEADLINE, also)}
    applied = {*old.standings, *new.standings}
    packs |= {name: definitions.load(name) for name in definitions.available() if name in applied}
    ladders = {name: tuple(level.level for level in pack.levels) for name, pack in packs.items()}
    if also is not None:
        wanted = {one.id for one in definitions.wanted(HEADLINE, also)}
        old, new = _only(old, wanted), _only(new, wanted)
    for state, path in ((old, old_path), (new, new_path)):
        _check(state, ladders, path)
    return diff.compare(old, new, ladders)


def _only(state: Snapshot, wanted: Collection[str]) -> Snapshot:
    """The state with the verdicts of some definitions, and of the headline."""
    kept = {name: one for name, one in state.standings.items() if name in wanted or name == state.headline}
    return state._replace(standings=kept)


def _check(state: Snapshot, ladders: Mapping[str, Sequence[str]], path: str) -> None:
    """Refuses a report whose headline is not of the ladder that is compared on."""
    if state.headline != HEADLINE:
        raise SourceError(f"the headline of this report is '{state.headline}', not '{HEADLINE}'", path)
    standing = state.standings[HEADLINE]
    for level in (standing.at_least, standing.at_most):
        if level not in ladders[HEADLINE]:
            known = ", ".join(ladders[HEADLINE])
            raise SourceError(f"'{level}' is no level of '{HEADLINE}': {known}; make the report again", path)
