"""The lock as it was written against what is used and found now."""

from __future__ import annotations

from collections.abc import Iterator

from openness.policy.lock import Entry, Lock, interval
from openness.usage import Problem

RULE = "lock-drift"
_SHORT = 12  # digits of a commit or digest that a message shows


def drift(old: Lock, new: Lock, *, whole: bool = True) -> tuple[Problem, ...]:
    """What changed since the lock was written: models that came or went, revisions, licences, texts, verdicts.

    A changed model is a problem at its entry, a new one or another revision at its first use. With `whole` false only
    a part of the tree was looked at, and no model has gone. A definition that changed is a warning: the models whose
    verdict changed by it are told themselves.
    """
    before = {one.key: one for one in old.entries}
    now = {one.key: one for one in new.entries}
    came = [one for key, one in now.items() if key not in before]
    gone = [one for key, one in before.items() if key not in now]
    problems = list(_definitions(old, new))
    for key, was in before.items():
        if key in now:
            problems += _changed(was, now[key], was)
    for one in came:
        left = next((each for each in gone if each.key[:2] == one.key[:2]), None) if whole else None
        if left is None:
            problems.append(_problem(one, "it is not in the lock; write the lock anew and review it"))
            continue
        gone.remove(left)
        said = f"revision '{left.revision or 'none'}' is locked, and '{one.revision or 'none'}' is used"
        problems += [_problem(one, said), *_changed(left, one, one)]
    if whole:
        problems += [_problem(one, "it is in the lock and no longer used") for one in gone]
    return tuple(problems)


def _definitions(old: Lock, new: Lock) -> Iterator[Problem]:
    """Definitions that are not those by which the locked verdicts were made."""
    now = {name: digest for name, digest, _ in new.definitions}
    for name, digest, _ in old.definitions:
        if new.entries and now.get(name) != digest:
            what = "is another one now" if name in now else "was not applied now"
            message = f"the definition {name} {what}; write the lock anew"
            yield Problem(RULE, "warning", message, old.path or None, None)


def _changed(was: Entry, now: Entry, place: Entry) -> Iterator[Problem]:
    """How a model differs from its entry."""
    if was.commit and now.commit and was.commit != now.commit and was.revision == now.revision:
        yield _problem(place, f"the commit was {was.commit[:_SHORT]} and is {now.commit[:_SHORT]}")
    if was.license != now.license:
        yield _problem(place, f"the licence was {was.license} and is {now.license}")
    if was.texts != now.texts:
        yield _problem(place, f"the licence texts changed: {_shown(was.texts)} before, {_shown(now.texts)} now")
    before = {name: (low, high) for name, low, high in was.verdicts}
    for name, low, high in now.verdicts:
        if name in before and before[name] != (low, high):
            yield _problem(place, f"the verdict by {name} was {interval(*before[name])} and is {interval(low, high)}")


def _shown(digests: tuple[str, ...]) -> str:
    return ", ".join(f"{one[:_SHORT]}…" for one in digests) or "none"


def _problem(entry: Entry, message: str) -> Problem:
    path, line, quote = entry.place
    told = f"{entry.model}: {message}"
    return Problem(RULE, "error", told, path or None, line, entry.model, entry.revision, quote=quote)
