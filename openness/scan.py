"""READ THIS FIRST for `openness scan`: a code base → its models, what is known of each, and what the policy says."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path

from openness import __version__, definitions, policies
from openness.assess import HEADLINE, base, judge
from openness.discover import tree
from openness.model import Assessment
from openness.policy import Policy, decide
from openness.policy.lock import Lock, lock_of
from openness.sources import registry, target
from openness.usage import Problem, Scan, Use

LOOKUPS = 8
"""Models of the Hub that are asked for at a time."""

Step = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""


def scan(
    root: Path,
    *,
    rules: Policy = Policy(),  # noqa: B008 - a frozen value
    file: Path | None = None,
    offline: bool = False,
    changed: Collection[str] | None = None,
    cache: Path | None = None,
    lock: Lock | None = None,
    baseline: Mapping[str, int] | None = None,
    on_files: Step | None = None,
    on_models: Step | None = None,
) -> Scan:
    """Every model that the files of a folder use, each held to the policy, in one list of problems.

    `file` is where the policy was read. With `offline` the Hub is asked for no model. `changed`: only uses in these
    paths, relative to `root`. `cache` keeps what was found, see `discover.cache`. `lock`: what drifted from it is a
    problem. `baseline`: how often each fingerprint is known. The steps are for a progress bar. Raises OpennessError.
    """
    folder = root.resolve()
    found = tree.uses(folder, changed=changed, progress=on_files, cache=cache)  #  where models are named
    assess = _all_at_once(  #                                                      what is known of each
        found.uses, partial(_assessed, rules=rules, offline=offline), 1 if offline else LOOKUPS, on_models
    )
    made = decide.decide(  #                                                       what the policy says
        decide.Found(found.uses, folder, found.ignores, found.not_read, found.files, whole=changed is None),
        rules, assess, _called, today=datetime.date.today(), file=file, lock=lock, baseline=baseline,
    )  # fmt: skip
    if lock is not None:  #                                                        what is not as it was locked
        made = decide.with_drift(made, lock, locked(made, rules), whole=changed is None)
    top = policies.repository(folder)
    return made._replace(root=str(root), problems=tuple(_from(folder, top, one) for one in made.problems))


def locked(made: Scan, rules: Policy) -> Lock:
    """The lock of a scan by a policy."""
    applied = definitions.wanted(HEADLINE, rules.applied or None)
    return lock_of(made, __version__, [(one.id, one.sha256) for one in applied])


def _assessed(named: str, *, rules: Policy, offline: bool) -> Assessment:
    """One model: an absolute path is that of weights in the tree, all else a name. Raises OpennessError."""
    path = Path(named)
    release = target.weights_in_tree(path) if path.is_absolute() else target.named(named, offline=offline)
    find = partial(base, (), on_hub=not offline, offline=offline)
    return judge(release, find, also=rules.applied or None, rules=rules)


def _all_at_once(
    uses: Iterable[Use], assess: decide.Assess, workers: int, step: Step | None
) -> Callable[[str], Assessment]:
    """The same, with all models of the Hub looked up beforehand, several at a time."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    wanted = sorted({decide.on_hub(use.model, use.revision) for use in uses if use.kind == "hub"})
    with ThreadPoolExecutor(workers) as pool:
        found = {name: pool.submit(assess, name) for name in wanted}
        for number, _ in enumerate(as_completed(found.values()), 1):
            if step is not None:
                step(number, len(wanted))
    return lambda name: found[name].result() if name in found else assess(name)


def _called(name: str) -> str | None:
    """The Hub id of a release that the registry knows by that name."""
    known = registry.called(name)
    return known.name if known else None


def _from(folder: Path, top: Path | None, problem: Problem) -> Problem:
    """A problem of a file of the same repository that lies outside the folder: its path as from the folder."""
    path = Path(problem.path or "")
    if top is None or not path.is_absolute() or not path.is_relative_to(top):
        return problem
    return problem._replace(path=Path(os.path.relpath(path, folder)).as_posix())


def in_repository(made: Scan, root: Path) -> Scan:
    """The scan with paths from the root of the repository that the folder lies in, as services want them."""
    from openness.output import common

    top = policies.repository(root)
    return common.under(made, root.resolve().relative_to(top).as_posix()) if top else made
