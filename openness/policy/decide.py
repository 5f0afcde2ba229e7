"""Uses of models → one decision on each model, and the one list of problems that every format of a scan shows.

A problem is set aside by an exception of the policy, by a comment in the code, or because the baseline has it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from openness.errors import OpennessError
from openness.model import Assessment, Evidence, NotRead
from openness.policy import ignores, upkeep
from openness.policy.answers import concerns
from openness.policy.charges import (
    ALLOWED,
    API,
    DECISIONS,
    DENIED,
    EXCEPTED,
    UNDETERMINED,
    Asked,
    Bench,
    Charge,
    Subject,
    asked,
    lapsed,
)
from openness.policy.drift import RULE as DRIFT
from openness.policy.drift import drift
from openness.policy.entries import Policy
from openness.policy.globs import matches
from openness.policy.lock import Lock, stand_in
from openness.policy.names import spellings
from openness.usage import Ignore, Problem, Reason, Scan, ScannedModel, Use

Assess = Callable[[str], Assessment]
"""A target → its assessment by the policy's answers and clarifications. Raises OpennessError.

For a model of the Hub the target is `org/name` or `org/name@revision` and must never be taken for a path of this
machine; for weights in the tree it is their path.
"""

NOT_READ = "not-read"
SEVERITIES = ("error", "warning", "note")
"""Worst first."""


class Found(NamedTuple):
    """What the walk over a code base gathered."""

    uses: tuple[Use, ...]
    root: Path
    ignores: tuple[Ignore, ...] = ()
    """From every file that was read, see `openness.discover.ignores`."""

    not_read: tuple[NotRead, ...] = ()
    files: int = 0
    whole: bool = True
    """Whether it is the whole tree: else nothing is said of entries that are not used."""


def decide(
    found: Found,
    policy: Policy,
    assess: Assess,
    called: Callable[[str], str | None],
    *,
    today: datetime.date,
    file: Path | None = None,
    lock: Lock | None = None,
    baseline: Mapping[str, int] | None = None,
) -> Scan:
    """The scan: every model with its decision, every problem with its place.

    `called` gives the Hub id of a release that a name stands for elsewhere (`llama3.1:8b`), None for one that is not
    known. `file` is the policy file. With `lock`, its entry speaks for a model of which less can be found out now than
    when it was written. `baseline` has how often each fingerprint is known. Each model is assessed once. Raises
    PolicyError where the policy requires a level that does not exist.
    """
    court = _Court(found, policy, Bench(policy, today), dict(baseline or {}))
    kept = [one for one in sorted(found.uses, key=_place) if not asked(policy, one.path).ignore]
    subjects = _subjects(kept, found.root, assess, called, lock)
    models = [court.judged(subject, uses) for subject, uses in subjects]
    models.sort(key=lambda one: (-DECISIONS.index(one.decision), one.model.lower(), one.kind, one.revision or ""))
    others = court.others([subject for subject, _ in subjects], today)
    problems = sorted((*court.problems, *others), key=_order)
    return Scan(
        str(found.root), tuple(models), tuple(problems), found.not_read, found.files,
        str(file) if file else None, court.ignored, court.known,
    )  # fmt: skip


def on_hub(model: str, revision: str | None) -> str:
    """The target of a model of the Hub."""
    return f"{model}@{revision}" if revision else model


def exit_code(scan: Scan) -> int:
    """1 where a model is denied or the lock drifted, 3 where one could not be determined, else 0."""
    decisions = {one.decision for one in scan.models}
    drifted = any(one.rule == DRIFT and one.severity == SEVERITIES[0] for one in scan.problems)
    return 1 if DENIED in decisions or drifted else 3 if UNDETERMINED in decisions else 0


def with_drift(scan: Scan, old: Lock, new: Lock, *, whole: bool = True) -> Scan:
    """The scan with what changed since the lock was written as problems; see `drift.drift`."""
    root = Path(scan.root)
    found = [
        one._replace(path=_relative(one.path, root)) if one.path == old.path else one
        for one in drift(old, new, whole=whole)
    ]
    return scan._replace(problems=tuple(sorted((*scan.problems, *found), key=_order)))


class _Court:
    """One scan: what was found, and the problems so far."""

    def __init__(self, found: Found, policy: Policy, bench: Bench, baseline: dict[str, int]) -> None:
        self.found, self.policy, self.bench, self.baseline = found, policy, bench, baseline
        self.problems: list[Problem] = []
        self.ignored = self.known = 0
        self.used_ignores: set[tuple[Ignore, str]] = set()
        self.ignores = {(one.path, one.covers, rule): one for one in found.ignores if one.reason for rule in one.rules}

    def judged(self, subject: Subject, uses: tuple[Use, ...]) -> ScannedModel:
        """The decision on a model, the worst over its uses; its problems are kept."""
        reasons: dict[Reason, int] = {}
        decision, severity = ALLOWED, None
        made: dict[Asked, list[Charge]] = {}
        for use in uses:
            wanted = asked(self.policy, use.path)
            if wanted not in made:
                made[wanted] = self.bench.charges(subject, wanted)
            for charge in made[wanted]:
                why = self._set_aside(charge, use, subject)
                reason = Reason(charge.rule, f"{charge.message}{why}")
                reasons[reason] = max(reasons.get(reason, 0), _weight(charge))
                decision = max(decision, _outcome(charge, why), key=DECISIONS.index)
                if not why and not charge.silent:
                    self.problems.append(_problem(charge, use, subject))
                    severity = min(severity or charge.severity, charge.severity, key=SEVERITIES.index)
        return ScannedModel(
            subject.model, subject.revision, subject.kind, uses,
            subject.assessment.headline.text if subject.assessment else None,
            _license(subject.assessment) if subject.assessment else None,
            decision, tuple(sorted(reasons, key=lambda one: (-reasons[one], one))), severity, subject.assessment,
        )  # fmt: skip

    def _set_aside(self, charge: Charge, use: Use, subject: Subject) -> str:
        """Who or what sets it aside at this use, in words; empty where nothing does."""
        if charge.waivers:
            return "".join(f"; excepted by {one.by} until {one.expires}: {one.reason}" for one in charge.waivers)
        if charge.silent:
            return ""
        ignore = self.ignores.get((use.path, use.line, charge.rule))
        if ignore is not None:
            self.used_ignores.add((ignore, charge.rule))
            self.ignored += 1
            return f"; ignored at {use.path}:{ignore.line}: {ignore.reason}"
        return "; in the baseline" if self._is_known(_problem(charge, use, subject)) else ""

    def _is_known(self, problem: Problem) -> bool:
        """Whether the baseline has it, as often as that."""
        if not self.baseline.get(problem.fingerprint):
            return False
        self.baseline[problem.fingerprint] -= 1
        self.known += 1
        return True

    def others(self, subjects: list[Subject], today: datetime.date) -> list[Problem]:
        """The problems that are about no model: of the policy, of comments, of files that were not read."""
        problems = [*upkeep.standing(self.policy, today), *_lapsed(subjects, self.policy)]
        if self.found.whole:
            problems += upkeep.unused(self.policy, today, self._used(subjects))
        problems = [one._replace(path=_relative(one.path, self.found.root)) for one in problems]
        looked_at = tuple(one for one in self.found.ignores if not asked(self.policy, one.path).ignore)
        problems += ignores.problems(looked_at, self.used_ignores)
        problems += [
            Problem(NOT_READ, "warning", f"not read, so models in it are not known: {one.reason}", one.path, None)
            for one in self.found.not_read
            if not asked(self.policy, one.path).ignore
        ]
        return [one for one in problems if not self._is_known(one)]

    def _used(self, subjects: list[Subject]) -> set[Evidence]:
        """The entries of the policy that something in this scan needed, or may need: an unknown model may need any."""
        policy = self.policy
        paths = {use.path for use in self.found.uses}
        used = {one.evidence for one in self.bench.used}
        used |= {one.evidence for one in policy.paths if any(matches(one.path, path) for path in paths)}
        for subject in subjects:
            release = subject.assessment.release if subject.assessment else None
            name, revision = (release.name, release.revision) if release else (subject.model, None)
            if release is None and subject.kind != API:
                used |= {one.evidence for one in policy.waivers if one.model.lower() == name.lower()}
            used |= {one.evidence for one in policy.answers if one.model.lower() == name.lower()}
            used |= {one.evidence for one in policy.clarifications if concerns(one, name, revision or one.revision)}
        return used


# -- what is known of the models ---------------------------------------------------------------------------


def _subjects(
    uses: list[Use], root: Path, assess: Assess, called: Callable[[str], str | None], lock: Lock | None
) -> list[tuple[Subject, tuple[Use, ...]]]:
    """Each model at each revision with its uses, in the order of their places, assessed."""
    together: dict[tuple[str, str, str | None], list[Use]] = {}
    for use in uses:
        together.setdefault((use.model, use.kind, use.revision), []).append(use)
    locked = {one.key: one for one in lock.entries} if lock else {}
    found = []
    for (model, kind, revision), ones in together.items():
        subject = Subject(model, kind, revision, all(one.pinned for one in ones))
        if kind != API:
            subject = _assessed(subject, root, assess, called)
            entry = locked.get((model, kind, revision))
            if lock is not None and entry is not None and entry.knows_more_than(subject.assessment):
                subject = subject._replace(assessment=stand_in(lock, entry), problem="")
        found.append((subject, tuple(ones)))
    return found


def _assessed(subject: Subject, root: Path, assess: Assess, called: Callable[[str], str | None]) -> Subject:
    """The subject with its assessment, or with why there is none."""
    try:
        return subject._replace(assessment=assess(_target(subject, root, called)))
    except OpennessError as problem:
        return subject._replace(problem=str(problem))


def _target(subject: Subject, root: Path, called: Callable[[str], str | None]) -> str:
    """What to assess. Raises OpennessError where the model is none that can be found."""
    if subject.kind == "hub":
        return on_hub(subject.model, subject.revision)
    if subject.kind == "local":
        path = root / subject.model
        if not path.resolve().is_relative_to(root.resolve()):
            raise OpennessError("it lies outside the tree, which is not read", subject.model)
        return str(path)
    known = next((name for spelled in spellings(subject.model, subject.kind) if (name := called(spelled))), None)
    if known is None:
        raise OpennessError(f"not a Hub id: {subject.model} ({subject.kind})")
    return known


def _license(assessment: Assessment) -> str:
    return assessment.release.component("model-parameters").license.expression.text


# -- problems ----------------------------------------------------------------------------------------------


def _problem(charge: Charge, use: Use, subject: Subject) -> Problem:
    message = f"{subject.model}: {charge.message}"
    return Problem(
        charge.rule, charge.severity, message, use.path, use.line, subject.model, subject.revision, quote=use.quote
    )


def _outcome(charge: Charge, set_aside: str) -> str:
    """What a charge makes of a use: nothing where it would not have counted anyway."""
    return EXCEPTED if set_aside and charge.decision != ALLOWED else charge.decision


def _weight(charge: Charge) -> int:
    """To sort reasons by, worst first."""
    return DECISIONS.index(charge.decision) * 2 + (not charge.silent)


def _lapsed(subjects: list[Subject], policy: Policy) -> Iterator[Problem]:
    """A problem for each entry of the policy that lapsed, once, at its place."""
    own = lapsed(policy)
    releases = [one.assessment.release for one in subjects if one.assessment]
    told = {
        (one.id, one.message, one.evidence[0]): release.name
        for release in releases
        for one in release.findings
        if one.evidence and one.evidence[0] in own
    }
    for (rule, message, place), model in told.items():
        yield Problem(rule, "warning", f"{model}: {message}", place.path, place.line, model, quote=place.quote)


def _relative(path: str | None, root: Path) -> str | None:
    """A path below the root as from there, with `/`; another as it is."""
    if path is None:
        return None
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path


def _place(use: Use) -> tuple[str, int, str, str, str]:
    return use.path, use.line, use.model, use.kind, use.revision or ""


def _order(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.path or "", problem.line or 0, problem.rule, problem.model or "", problem.message
