"""`openness check` and `openness diff`: releases → verdicts, and what changed between two states of one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli import shared
from openness.errors import OpennessError

if TYPE_CHECKING:
    from openness.model import Assessment, Report
    from openness.policy import Policy
    from openness.snapshot import Changes


def check(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET...",
            help="A model card, a folder, a weight file, a descriptor (YAML), - for standard input, a model of"
            " the Hub (org/name, org/name@revision, its URL), or a well-known release's name.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="All targets describe one release, called NAME.")
    ] = None,
    base: shared.Bases = None,
    definition: shared.Definitions = None,
    form: shared.Format = "text",
    output: shared.Output = None,
    require: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="Exit with 1 where this level is not reached: open-weight, or as osaid-1.0/open-source.",
        ),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Policy file (openness.toml or pyproject.toml): what is required, and your answers."
        ),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="REV", help="The branch, tag or commit of a model of the Hub.")
    ] = None,
    offline: shared.Offline = False,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REPORT", help="An earlier report (JSON): show what changed; exit with 1 where that is worse."
        ),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the reasoning of every rule.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line for each release.")] = False,
    exit_zero: Annotated[
        bool,
        typer.Option("--exit-zero", help="Exit with 0 even where the required level is not reached, or it got worse."),
    ] = False,
) -> None:
    """The verdict on each release, why, and what is missing.

    \b
    Examples:
      openness check openai/gpt-oss-20b
      openness check org/model@v1.0 --format json
      openness check README.md --require open-weight
      openness check weights/ code/ README.md --as my-org/my-model
      curl -s https://example.org/README.md | openness check - --format json
      openness check weights/ --against last-year.json

    \b
    Exit codes:
      0  done, and what was required is met
      1  what was required is not met, or with --against: it got worse
      2  could not run: wrong usage, unreadable input, bad policy
      3  what was required could not be determined
    """
    from functools import partial

    from openness.assess import assess

    shared.known_format(form)
    rules = shared.policy_in(policy)
    wanted = require or rules.require
    required = shared.level(wanted) if wanted else None
    also = definition if definition else (list(rules.definitions) or None)
    if required and also is not None and required[0] not in also:
        also = [*also, required[0]]
    earlier = None
    if against:
        from openness.changes import recorded

        earlier = recorded(against)
    reading = partial(assess, name=name, bases=base or (), also=also, rules=rules, revision=revision, offline=offline)
    report = _report([targets] if name else [[one] for one in targets], reading, also)
    changes: Sequence[Changes | None] = ()
    if earlier is not None:
        from openness.changes import since

        report, changes = since(report, earlier, also)
    shared.write(_rendered(report, changes, form, against or "", explain=explain, quiet=quiet), output)
    for _, message in report.errors:
        shared.complain(message)
    code = _exit_code(report, required, rules, exit_zero=exit_zero)
    worse = any(one is not None and one.worse for one in changes) and not exit_zero
    sys.exit(shared.NOT_MET if worse and code != shared.FAILED else code)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="What `openness check` takes, or a JSON report of it.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")],
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What the release is called; picks one from a report of several."),
    ] = None,
    base: shared.Bases = None,
    definition: shared.Definitions = None,
    form: shared.Format = "text",
    output: shared.Output = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Policy file (openness.toml or pyproject.toml): your answers to reviews."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even where it got worse.")] = False,
) -> None:
    """What changed between two states of a release: licences and their texts, terms, components, verdicts.

    \b
    Examples:
      openness diff checkout-2025/ checkout-2026/
      openness diff report.json openai/gpt-oss-20b
      openness diff monday.json friday.json --as my-org/my-model --format json

    \b
    Exit codes:
      0  done, and the new state is no worse
      1  worse: the headline level fell, or a blocking term was added to the licence of the weights
      2  could not run: wrong usage, unreadable input, bad policy
    """
    from openness.changes import between

    shared.known_format(form)
    rules = shared.policy_in(policy)
    also = definition or list(rules.definitions) or None
    changes = between(old, new, name=name, bases=base or (), also=also, rules=rules)
    shared.write(_compared(changes, form, quiet=quiet), output)
    sys.exit(shared.NOT_MET if changes.worse and not exit_zero else shared.MET)


def _report(groups: Sequence[Sequence[str]], assessed: Callable[..., Assessment], also: list[str] | None) -> Report:
    """Every group of targets assessed; one that cannot be read is an error of the report and stops no other."""
    from openness import definitions
    from openness.assess import HEADLINE
    from openness.model import Report

    wanted = definitions.wanted(HEADLINE, also)
    assessments: list[Assessment] = []
    errors: list[tuple[str, str]] = []
    for targets in shared.progress(groups, "releases"):
        try:
            assessments.append(assessed(*targets))
        except OpennessError as problem:
            errors.append((" ".join(targets), str(problem)))
    return Report(tuple(assessments), tuple(errors), tuple((one.id, one.sha256) for one in wanted))


def _rendered(
    report: Report, changes: Sequence[Changes | None], form: str, against: str, *, explain: bool, quiet: bool
) -> Iterable[str]:
    """The report as pieces of text, then what changed since the one that it was compared with."""
    if form == "json":
        from openness.output import json

        yield json.render(report, changes)
        return
    width, ascii_only = shared.terminal()
    if quiet:
        for assessment in report.assessments:
            yield f"{assessment.release.name}: {assessment.headline.text}\n"
    else:
        from openness.output import text

        yield from shared.styled(text.render(report, width=width, ascii_only=ascii_only, explain=explain))
    for one in changes:
        if one is not None:
            yield "" if quiet else "\n"
            yield from _compared(one, form, against, quiet=quiet)


def _compared(changes: Changes, form: str, since: str = "", *, quiet: bool) -> Iterator[str]:
    """What changed, as pieces of text."""
    if form == "json":
        from openness.output import changes_json

        yield changes_json.render(changes)
        return
    from openness.output import changes as shown

    width, ascii_only = shared.terminal()
    yield from shared.styled(shown.render(changes, width=width, ascii_only=ascii_only, since=since, brief=quiet))


def _exit_code(report: Report, required: tuple[str, str] | None, rules: Policy, *, exit_zero: bool) -> int:
    if report.errors:
        return shared.FAILED
    if required is None or exit_zero:
        return shared.MET
    codes = {_reached(assessment, *required) for assessment in report.assessments}
    if rules.undetermined_passes:
        codes.discard(shared.UNDETERMINED)
    return next((code for code in (shared.NOT_MET, shared.UNDETERMINED) if code in codes), shared.MET)


def _reached(assessment: Assessment, definition: str, level: str) -> int:
    verdict = next(one for one in (assessment.headline, *assessment.verdicts) if one.definition == definition)
    wanted = verdict.levels.index(level)
    if verdict.levels.index(verdict.at_least) >= wanted:
        return shared.MET
    return shared.UNDETERMINED if verdict.levels.index(verdict.at_most) >= wanted else shared.NOT_MET
