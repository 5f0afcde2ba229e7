"""READ THIS FIRST: the whole idea of the tool, from what the user typed to a verdict with evidence."""

from __future__ import annotations

from collections.abc import Sequence

from openness import definitions, policy
from openness.licensing import conclude
from openness.model import Assessment, Release
from openness.sources import join, target

HEADLINE = "openness"
"""The definition whose verdict is the headline; `rules/definitions/openness.yaml`."""


def assess(
    *targets: str,
    name: str | None = None,
    also: Sequence[str] | None = None,
    rules: policy.Policy = policy.Policy(),  # noqa: B008 - a frozen value
    revision: str | None = None,
    offline: bool = False,
) -> Assessment:
    """One release, read from one or more targets, with a verdict for each definition.

    A target is a model card, a folder, a descriptor, `-` for standard input, a model of the Hub, or the name of a
    well-known release. `name` is what the release is called; several targets need one. `also` are the definitions to
    apply beside the headline, by id or path; None = all that the tool brings along. `revision` is that of a model of
    the Hub, which is not asked with `offline`. Raises OpennessError.
    """
    release = read(targets, name, revision, offline=offline)  # facts, each with its evidence
    release = conclude.conclude(release)  #                     + the licence that the claims come to
    release = policy.answer(release, rules)  #                  + what named people answered
    headline, *others = definitions.verdicts(definitions.wanted(HEADLINE, also), release)
    return Assessment(release, headline, tuple(others))


def read(targets: Sequence[str], name: str | None, revision: str | None = None, *, offline: bool = False) -> Release:
    """The facts of all targets, joined into one release."""
    releases = [target.read(one, name, revision=revision, offline=offline) for one in targets]
    return join.join(releases, name or releases[0].name, " + ".join(targets))
