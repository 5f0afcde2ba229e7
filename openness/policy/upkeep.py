"""Entries of the policy that want attention: expired, written twice, or needed by nothing any more."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Hashable, Iterator

from openness.model import Evidence
from openness.policy.entries import NO_DIGEST, Policy, Waiver
from openness.usage import Problem

EXPIRED, DUPLICATE, UNUSED = "policy-expired", "policy-duplicate", "policy-unused"


def standing(policy: Policy, today: datetime.date) -> list[Problem]:
    """What can be said of a policy by itself: its expired and duplicate entries, by line."""
    found = [*_expired(policy, today), *_duplicates(policy)]
    return sorted(found, key=lambda one: (one.line or 0, one.rule))


def unused(policy: Policy, today: datetime.date, used: Collection[Evidence]) -> list[Problem]:
    """The entries that no model of a whole scan needed, by line; `used` has the evidence of the others.

    An expired entry is reported as such, and a licence that is allowed is no entry: such lists are kept for many.
    """
    every = [(name, evidence) for name, evidence, _ in _entries(policy) if name != "licence"]
    stale = {one.evidence for one in policy.waivers if not holds(one, today)}
    return [
        _problem(UNUSED, evidence, f"this {name} is used by nothing in this scan; remove it")
        for name, evidence in sorted(every, key=lambda entry: entry[1].line or 0)
        if evidence not in used and evidence not in stale
    ]


def not_filled_in(policy: Policy) -> list[Problem]:
    """The clarifications that hold for nothing, as nobody has written the digest yet."""
    message = "'sha256' is not filled in, so this clarification holds for nothing; a scan says what it is now"
    return [
        _problem(UNUSED, one.evidence, message, one.model) for one in policy.clarifications if one.sha256 == NO_DIGEST
    ]


def holds(waiver: Waiver, today: datetime.date) -> bool:
    """Whether an exception has not expired; it holds on its last day."""
    return today <= waiver.expires


def _expired(policy: Policy, today: datetime.date) -> Iterator[Problem]:
    for one in policy.waivers:
        if not holds(one, today):
            message = f"the exception of {one.model} from {one.rule} expired on {one.expires} and no longer holds"
            told = f"{message} ({one.by}: {one.reason}); renew or remove it"
            yield _problem(EXPIRED, one.evidence, told, one.model)


def _duplicates(policy: Policy) -> Iterator[Problem]:
    first: dict[tuple[str, Hashable], Evidence] = {}
    for name, evidence, key in _entries(policy):
        before = first.setdefault((name, key), evidence)
        if before is not evidence:
            yield _problem(DUPLICATE, evidence, f"this {name} is there already, in line {before.line}; keep one")


def _entries(policy: Policy) -> Iterator[tuple[str, Evidence, Hashable]]:
    """(what it is, its place, what may be there only once) of every entry."""
    for expression, evidence in policy.allowed or ():
        yield "licence", evidence, expression.text
    for one in policy.waivers:
        yield "exception", one.evidence, (one.model.lower(), one.rule, one.revision)
    for each in policy.clarifications:
        yield "clarification", each.evidence, (each.model.lower(), each.component, each.revision, each.sha256)
    for rule in policy.paths:
        yield "rule for a path", rule.evidence, rule.path
    for answer in policy.answers:
        yield "review", answer.evidence, (answer.model.lower(), answer.rule, answer.sha256)


def _problem(rule: str, evidence: Evidence, message: str, model: str | None = None) -> Problem:
    return Problem(rule, "warning", message, evidence.path, evidence.line, model, quote=evidence.quote)
