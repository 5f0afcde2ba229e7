"""READ THIS FIRST: the whole idea of the tool, from what the user typed to a verdict with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from openness import definitions, lineage, policy
from openness.licensing import conclude
from openness.model import Assessment, Release
from openness.sources import join, target

HEADLINE = "openness"
"""The definition whose verdict is the headline; `rules/definitions/openness.yaml`."""


def assess(
    *targets: str,
    name: str | None = None,
    bases: Sequence[str] = (),
    also: Sequence[str] | None = None,
    rules: policy.Policy = policy.Policy(),  # noqa: B008 - a frozen value
    revision: str | None = None,
    offline: bool = False,
) -> Assessment:
    """One release, read from one or more targets, with a verdict for each definition.

    A target is a model card, a folder, a weight file, a descriptor, `-` for standard input, a model of the Hub, or
    the name of a well-known release. `name` is what the release is called; several targets need one. `bases` are
    targets that base models are read from, as `NAME=TARGET` or a folder called like the model. `also` are the
    definitions to apply beside the headline, by id or path; None = all that the tool brings along. `revision` is that
    of a model of the Hub, which is not asked with `offline`. Raises OpennessError.
    """
    release = read(targets, name, revision, offline=offline)  #  facts, each with its evidence
    find = partial(base, bases, on_hub=any(map(target.is_on_hub, targets)), offline=offline)
    return judge(release, find, also=also, rules=rules)


def judge(release: Release, find: lineage.Find, *, also: Sequence[str] | None, rules: policy.Policy) -> Assessment:
    """What was read of a release → its verdicts; `find` looks a base model up."""
    release = conclude.conclude(release)  #                      + the licence that the claims come to
    release = policy.clarify(release, rules)  #                  + the licence that a named person read in a file
    release = lineage.trace(release, find)  #                    + what its base models' licences add
    release = policy.answer(release, rules)  #                   + what named people answered
    headline, *others = definitions.verdicts(definitions.wanted(HEADLINE, also), release)
    return Assessment(release, headline, tuple(others))


def base(known: Sequence[str], model: str, *, on_hub: bool = False, offline: bool = False) -> Release:
    """What is known of a base model, its licences concluded; `on_hub`: one that the Hub may be asked for."""
    return conclude.conclude(target.base(model, known, on_hub=on_hub, offline=offline))


def read(targets: Sequence[str], name: str | None, revision: str | None = None, *, offline: bool = False) -> Release:
    """The facts of all targets, joined into one release."""
    releases = [target.read(one, name, revision=revision, offline=offline) for one in targets]
    return join.join(releases, name or releases[0].name, " + ".join(targets))
