"""What speaks against one use of a model, by the policy: the rules of a scan. `decide` weighs what they find."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from openness.errors import PolicyError
from openness.model import Assessment, Evidence, Kind, Result, Verdict
from openness.policy import allowed
from openness.policy.entries import FAIL, PASS, Policy, Waiver
from openness.policy.globs import matches
from openness.policy.upkeep import holds

ALLOWED, EXCEPTED, UNDETERMINED, DENIED = DECISIONS = ("allowed", "excepted", "undetermined", "denied")
"""Mildest first."""

LEVEL, LICENSE, OPEN, UNKNOWN, UNPINNED, API_MODEL = (
    "level", "license", "undetermined", "unknown-model", "unpinned", "api-model",
)  # fmt: skip
RULES = (LEVEL, LICENSE, OPEN, UNKNOWN, UNPINNED, API_MODEL)
"""The rules here; a finding of an assessment is one more, by its id."""

API = "api"
_CAN_BE_PINNED = ("hub", "ollama", "docker", "torchhub")
_WEIGHTS = "model-parameters"
_SHOWN = 3  # unmet rules that a message names
_MET = (Kind.PASS, Kind.NOT_APPLICABLE)


class Asked(NamedTuple):
    """What the policy asks of the uses in one file."""

    require: str | None
    undetermined_passes: bool
    unpinned: str
    api: str
    ignore: bool = False


class Subject(NamedTuple):
    """One model at one revision, and what was found out about it."""

    model: str
    kind: str
    revision: str | None
    pinned: bool
    assessment: Assessment | None = None
    problem: str = ""
    """Why there is no assessment."""


class Charge(NamedTuple):
    """One thing that speaks against a use."""

    rule: str
    message: str
    decision: str = ALLOWED
    """What it makes of the use, unless it is set aside."""

    also: str = ""
    """The rule that an exception can name in place of its own: `level` where that was left open."""

    waivers: tuple[Waiver, ...] = ()
    """The exceptions that set it aside; empty: none does."""

    silent: bool = False
    """Whether the policy lets it pass: shown with the model, no problem."""

    @property
    def severity(self) -> str:
        """Of its problem: an error decides the exit code, a warning does not."""
        return "warning" if self.decision == ALLOWED else "error"


def asked(policy: Policy, path: str) -> Asked:
    """What is asked in one file: each key as the last rule for a path that fits and has it says, else as for all."""
    require, passes = policy.require, policy.undetermined_passes
    unpinned, api, ignore = policy.unpinned, policy.api, False
    for one in policy.paths:
        if matches(one.path, path):
            require = one.require if one.require is not None else require
            passes = one.undetermined == PASS if one.undetermined is not None else passes
            unpinned, api = one.unpinned or unpinned, one.api or api
            ignore = one.ignore if one.ignore is not None else ignore
    return Asked(require, passes, unpinned, api, ignore)


class Bench:
    """The charges by one policy on one day; `used` gathers the exceptions that were needed."""

    def __init__(self, policy: Policy, today: datetime.date) -> None:
        self.policy, self.used = policy, set[Waiver]()
        self.waivers = [one for one in policy.waivers if holds(one, today)]
        self.licenses = None if policy.allowed is None else [one for one, _ in policy.allowed]

    def charges(self, subject: Subject, wanted: Asked) -> list[Charge]:
        """What speaks against it, with the exceptions that hold for it."""
        waivers = self._for(subject)
        found = []
        for charge in self._all(subject, wanted, waivers):
            named = tuple(one for one in waivers if one.rule in (charge.rule, charge.also))
            self.used.update(named, charge.waivers)
            found.append(charge._replace(waivers=charge.waivers or named[:1]))
        return found

    def _for(self, subject: Subject) -> list[Waiver]:
        """The exceptions for a model at its revision, as the code has it or as the commit that it stands for."""
        commit = subject.assessment.release.revision if subject.assessment else None
        revisions = {None, subject.revision, commit}
        return [one for one in self.waivers if one.model.lower() == subject.model.lower() and one.revision in revisions]

    def _all(self, subject: Subject, wanted: Asked, waivers: list[Waiver]) -> Iterator[Charge]:
        if subject.kind == API:
            if wanted.api != PASS:
                message = "closed: it can only be used as a service, on its provider's terms"
                yield Charge(API_MODEL, message, DENIED if wanted.api == FAIL else ALLOWED)
            return
        if wanted.unpinned != PASS and subject.kind in _CAN_BE_PINNED and not subject.pinned:
            named = f"'{subject.revision}' can move" if subject.revision else "no revision is named"
            message = f"{named}: what is loaded can change without a change here; name a commit or a digest"
            yield Charge(UNPINNED, message, DENIED if wanted.unpinned == FAIL else ALLOWED)
        if subject.assessment is None:
            required = wanted.require is not None or self.licenses is not None
            yield _open(UNKNOWN, f"nothing is known of it: {subject.problem}", wanted, required=required)
            return
        if wanted.require is not None:
            yield from self._level(subject.assessment, wanted.require, wanted, waivers)
        yield from self._license(subject.assessment, wanted)
        for rule, message in _findings(subject.assessment, self.policy):
            yield Charge(rule, message)

    def _level(self, assessment: Assessment, level: str, wanted: Asked, waivers: list[Waiver]) -> Iterator[Charge]:
        """Whether the required level is reached, rules with an exception aside."""
        verdict = _verdict(assessment, level)
        reach = verdict.levels.index(level.rpartition("/")[2])
        unmet = [one for one in verdict.results if one.kind not in _MET and verdict.levels.index(one.level) <= reach]
        if not unmet:
            return
        set_aside = {one.rule: one for one in waivers if one.rule in {result.rule for result in unmet}}
        self.used.update(set_aside.values())
        left = [one for one in unmet if one.rule not in set_aside]
        told = f"{verdict.text}; {level} is required: {_messages(left or unmet)}"
        excepted = () if left else tuple(set_aside.values())
        if any(one.kind is Kind.FAIL for one in left or unmet):
            yield Charge(LEVEL, told, DENIED, waivers=excepted)
        else:
            yield _open(OPEN, told, wanted)._replace(also=LEVEL, waivers=excepted)

    def _license(self, assessment: Assessment, wanted: Asked) -> Iterator[Charge]:
        if self.licenses is None:
            return
        expression = assessment.release.component(_WEIGHTS).license.expression
        answer = allowed.verdict(expression, self.licenses)
        if answer is None:
            message = "its licence could not be established, and the policy allows only named ones"
            yield _open(OPEN, message, wanted)._replace(also=LICENSE)
        elif not answer:
            yield Charge(LICENSE, f"{expression.text} is not among the licences that the policy allows", DENIED)


def _open(rule: str, message: str, wanted: Asked, *, required: bool = True) -> Charge:
    """What could not be determined: it only counts where something is required, and the policy does not let it pass."""
    if wanted.undetermined_passes:
        return Charge(rule, f"{message} (the policy lets what is undetermined pass)", silent=True)
    return Charge(rule, message, UNDETERMINED if required else ALLOWED)


def _verdict(assessment: Assessment, level: str) -> Verdict:
    """The verdict that a required level belongs to. Raises PolicyError where it was not made, or has no such level."""
    name, _, wanted = level.rpartition("/")
    definition = name or assessment.headline.definition
    for verdict in (assessment.headline, *assessment.verdicts):
        if verdict.definition == definition:
            if wanted in verdict.levels:
                return verdict
            raise PolicyError(f"'{definition}' has no level '{wanted}'; it has {', '.join(verdict.levels)}")
    raise PolicyError(f"'{level}' is required, and the definition '{definition}' was not applied")


def _messages(results: list[Result]) -> str:
    """The first of several unmet rules in words, and how many more there are."""
    told = " ".join(one.message for one in results[:_SHOWN])
    return told if len(results) <= _SHOWN else f"{told} And {len(results) - _SHOWN} more."


def _findings(assessment: Assessment, policy: Policy) -> list[tuple[str, str]]:
    """(id, message) of what a person should look at. Entries of the policy that lapsed are told at the policy."""
    own = lapsed(policy)
    return list(
        dict.fromkeys(
            (one.id, one.message)
            for one in assessment.release.findings
            if one.severity in ("error", "warning") and not (one.evidence and one.evidence[0] in own)
        )
    )


def lapsed(policy: Policy) -> set[Evidence]:
    """The places of the entries that a finding of an assessment can be about."""
    return {*(one.evidence for one in policy.answers), *(one.evidence for one in policy.clarifications)}
