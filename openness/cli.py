"""The command line: arguments → assess → render → exit code. The only module that prints or exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from openness import __version__
from openness.errors import OpennessError
from openness.yamlio import nearest

if TYPE_CHECKING:
    from openness.changes import Recorded
    from openness.model import Assessment, Identified, Report
    from openness.policy import Known, Policy
    from openness.snapshot import Changes

MET, NOT_MET, FAILED, UNDETERMINED = 0, 1, 2, 3
"""Exit codes: see `openness check --help`."""

FORMATS = ("text", "json")

_Work = TypeVar("_Work")

_Definitions = Annotated[
    list[str] | None,
    typer.Option(
        "--definition",
        "-d",
        metavar="ID",
        help="Apply this definition beside the headline; repeatable. An id, or the path of a definition file.",
    ),
]
_Bases = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TARGET",
        help="A base model: a folder or card called like it, or NAME=TARGET; repeatable. Others are looked up.",
    ),
]
_Format = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")]
_Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, which only a complete report replaces."),
]

app = typer.Typer(
    name="openness",
    help="Say, with evidence, whether a model release is open-weight or open source, and what is missing.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """The entry point: every error that a user can cause is one line and exit code 2, and so is a bug."""
    try:
        app()
        sys.exit(MET)
    except OpennessError as problem:
        _complain(str(problem))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as bug:
        if os.environ.get("OPENNESS_DEBUG"):
            raise
        _complain(f"internal error: {type(bug).__name__}: {bug}; set OPENNESS_DEBUG=1 for the traceback, and report it")
    sys.exit(FAILED)


def _version(asked: bool) -> None:
    if asked:
        print(f"openness {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(no_args_is_help=True)
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
    base: _Bases = None,
    definition: _Definitions = None,
    form: _Format = "text",
    output: _Output = None,
    require: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="Exit with 1 where this level is not reached: open-weight, or as osaid-1.0/open-source.",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Policy file (openness.toml or pyproject.toml): what is required, and your answers."
        ),
    ] = None,
    revision: Annotated[
        str | None, typer.Option(metavar="REV", help="The branch, tag or commit of a model of the Hub.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no Hub: use the cache of its client, and the bundled registry.")
    ] = False,
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
    from openness.policy import Policy

    _known_format(form)
    rules = _policy(policy) if policy else Policy()
    required = _required(require or rules.require)
    also = definition if definition else (list(rules.definitions) or None)
    if required and also is not None and required[0] not in also:
        also = [*also, required[0]]
    earlier = _recorded(against) if against else None
    reading = partial(assess, name=name, bases=base or (), also=also, rules=rules, revision=revision, offline=offline)
    report = _report([targets] if name else [[one] for one in targets], reading, also)
    changes: Sequence[Changes | None] = ()
    if earlier is not None:
        from openness.changes import since

        report, changes = since(report, earlier, also)
    _write(_rendered(report, changes, form, against or "", explain=explain, quiet=quiet), output)
    for _, message in report.errors:
        _complain(message)
    code = _exit_code(report, required, rules, exit_zero=exit_zero)
    worse = any(one is not None and one.worse for one in changes) and not exit_zero
    sys.exit(NOT_MET if worse and code != FAILED else code)


@app.command(no_args_is_help=True)
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="What `openness check` takes, or a JSON report of it.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same.")],
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What the release is called; picks one from a report of several."),
    ] = None,
    base: _Bases = None,
    definition: _Definitions = None,
    form: _Format = "text",
    output: _Output = None,
    policy: Annotated[
        str | None,
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
    from openness.policy import Policy

    _known_format(form)
    rules = _policy(policy) if policy else Policy()
    also = definition or list(rules.definitions) or None
    changes = between(old, new, name=name, bases=base or (), also=also, rules=rules)
    _write(_compared(changes, form, quiet=quiet), output)
    sys.exit(NOT_MET if changes.worse and not exit_zero else MET)


@app.command(no_args_is_help=True)
def identify(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Licence texts; - for standard input.")],
    form: _Format = "text",
    output: _Output = None,
) -> None:
    """Which licence a text is: exactly, altered (and where), or unknown.

    A text that differs from a known licence in a word that carries a right or a duty is never given its name.

    \b
    Examples:
      openness identify LICENSE
      openness identify LICENSE LICENSE-MODEL --format json
    """
    from openness.licensing import clauses, reading
    from openness.model import Identified
    from openness.sources import target

    _known_format(form)
    found: list[Identified] = []
    failed = False
    for name in _progress(files):
        try:
            content = target.text_of(name).content
            if not content.strip():
                _complain(f"{name}: is empty; it licenses nothing")
            found += [Identified(name, one, clauses.of(one, content)) for one in reading.read(content)]
        except OpennessError as problem:
            _complain(str(problem))
            failed = True
    _write(_identified(found, form), output)
    sys.exit(FAILED if failed else MET)


@app.command()
def licenses(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID | WORDS]", help="A licence, or words to look for in the catalogue."),
    ] = None,
) -> None:
    """What is known of a licence: what you may, must and must not do, with clauses and source; or the list of them.

    \b
    Examples:
      openness licenses
      openness licenses llama
      openness licenses Apache-2.0
    """
    from openness.licensing import catalog
    from openness.output import reference

    width, _ = _terminal()
    asked = " ".join(words or [])
    one = catalog.find(asked) if asked else None
    if one is not None:
        _print(reference.license_page(one, catalog.entry(one.id) or {}, width))
        return
    found = catalog.search(asked)
    if not found:
        raise OpennessError(f"no licence '{asked}' is known here{nearest(asked, catalog.names())}")
    _print(reference.licenses(found, width))


@app.command(no_args_is_help=True)
def explain(
    name: Annotated[str, typer.Argument(metavar="ID", help="A licence, a term, a rule, or a definition.")],
) -> None:
    """What a licence, a term, a rule or a definition is, in plain English, with its source.

    \b
    Examples:
      openness explain osaid-1.0/training-code
      openness explain mau-threshold
      openness explain g7-2026
    """
    width, _ = _terminal()
    page = _page(name, width)
    if page is None:
        from openness import definitions
        from openness.licensing import catalog

        known = {*definitions.available(), *definitions.rules(), *catalog.terms(), *catalog.names()}
        raise OpennessError(f"nothing is known of '{name}'{nearest(name, known)}")
    _print(page)


def _page(name: str, width: int) -> Iterator[Sequence[tuple[str, str]]] | None:
    from openness import definitions
    from openness.licensing import catalog
    from openness.output import reference

    rule = definitions.rules().get(name)
    if rule is not None:
        source = definitions.load(name.split("/")[0]).source
        return reference.rule_page(rule.id, rule.title, rule.section, source, rule.requires, rule.note, width)
    if name in definitions.available():
        pack = definitions.load(name)
        levels = [(level.title, [(rule.id, rule.title) for rule in level.rules]) for level in pack.levels]
        return reference.definition_page(pack.id, pack.title, pack.publisher, pack.source, pack.accessed, levels, width)
    term = catalog.terms().get(name)
    if term is not None:
        used = [one for one in catalog.catalogued() if any(has.term == name for has in one.terms)]
        breaks = sorted(term.breaks)
        return reference.term_page(name, term.means, term.kind, term.severity, breaks, used, width)
    one = catalog.find(name)
    return None if one is None else reference.license_page(one, catalog.entry(one.id) or {}, width)


def _print(lines: Iterable[Sequence[tuple[str, str]]]) -> None:
    """A page of reference, in what the terminal can show."""
    from openness.output import text

    _, ascii_only = _terminal()
    _write(_shown(text.plain(lines, ascii_only=ascii_only)), None)


def _identified(found: Sequence[Identified], form: str) -> Iterable[str]:
    if form == "json":
        from openness.output import json

        yield json.render_identified(found)
        return
    from openness.output import text

    width, ascii_only = _terminal()
    yield from _shown(text.render_identified(found, width=width, ascii_only=ascii_only))


def _policy(path: str) -> Policy:
    from pathlib import Path

    from openness import policy

    return policy.load(Path(path), known=_known())


def _known() -> Known:
    """What a policy may name."""
    from openness import definitions
    from openness.assess import HEADLINE
    from openness.licensing import catalog, expression
    from openness.policy import Known

    names = definitions.available()
    levels = {f"{name}/{level.level}" for name in names for level in definitions.load(name).levels}
    levels |= {level.level for level in definitions.load(HEADLINE).levels}
    return Known(
        subjects=definitions.subjects(),
        definitions=names,
        levels=levels,
        resolve=expression.resolve,
        licenses=catalog.names,
    )


def _known_format(form: str) -> None:
    if form not in FORMATS:
        raise OpennessError(f"no format '{form}'{nearest(form, FORMATS)}")


def _required(level: str | None) -> tuple[str, str] | None:
    """The definition and level that must be reached. Raises DefinitionError for one that does not exist."""
    if level is None:
        return None
    from openness import definitions
    from openness.assess import HEADLINE

    name, _, wanted = level.rpartition("/")
    definitions.load(name or HEADLINE).position(wanted)
    return name or HEADLINE, wanted


def _report(groups: Sequence[Sequence[str]], assessed: Callable[..., Assessment], also: list[str] | None) -> Report:
    """Every group of targets assessed; one that cannot be read is an error of the report and stops no other."""
    from openness import definitions
    from openness.assess import HEADLINE
    from openness.model import Report

    wanted = definitions.wanted(HEADLINE, also)
    assessments: list[Assessment] = []
    errors: list[tuple[str, str]] = []
    for targets in _progress(groups):
        try:
            assessments.append(assessed(*targets))
        except OpennessError as problem:
            errors.append((" ".join(targets), str(problem)))
    return Report(tuple(assessments), tuple(errors), tuple((one.id, one.sha256) for one in wanted))


def _progress(groups: Sequence[_Work]) -> Iterator[_Work]:
    """The pieces of work, with a bar on stderr once the work has taken a second and a person watches."""
    import time

    if len(groups) < 2 or not sys.stderr.isatty():
        yield from groups
        return
    started, remaining = time.monotonic(), iter(groups)
    done = 0
    for group in remaining:
        yield group
        done += 1
        if time.monotonic() - started > 1:
            break
    from rich.console import Console
    from rich.progress import track

    rest = list(remaining)
    if rest:
        bar = Console(stderr=True)
        yield from track(rest, description=f"{done} done,", console=bar, transient=True)


def _recorded(path: str) -> Recorded:
    from openness.changes import recorded

    return recorded(path)


def _rendered(
    report: Report, changes: Sequence[Changes | None], form: str, against: str, *, explain: bool, quiet: bool
) -> Iterable[str]:
    """The report as pieces of text, then what changed since the one that it was compared with."""
    if form == "json":
        from openness.output import json

        yield json.render(report, changes)
        return
    width, ascii_only = _terminal()
    if quiet:
        for assessment in report.assessments:
            yield f"{assessment.release.name}: {assessment.headline.text}\n"
    else:
        from openness.output import text

        yield from _shown(text.render(report, width=width, ascii_only=ascii_only, explain=explain))
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

    width, ascii_only = _terminal()
    yield from _shown(shown.render(changes, width=width, ascii_only=ascii_only, since=since, brief=quiet))


def _terminal() -> tuple[int, bool]:
    """How many columns to write in, and whether only ASCII can be shown."""
    import shutil

    from openness.output import text

    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return text.columns(shutil.get_terminal_size((100, 24)).columns), not encoding.startswith("utf")


def _shown(lines: Iterable[Sequence[tuple[str, str]]]) -> Iterator[str]:
    """Styled lines as text, in colour where a person watches."""
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    for line in lines:
        yield "".join(_painted(span) if coloured else span[0] for span in line).rstrip() + "\n"


def _painted(span: tuple[str, str]) -> str:
    colours = {"good": "green", "bad": "red", "warn": "yellow"}
    words, style = span
    if style in colours:
        return typer.style(words, fg=colours[style])
    return typer.style(words, bold=style == "bold", dim=style == "dim") if style else words


def _write(pieces: Iterable[str], output: str | None) -> None:
    """To stdout, or to a file that is replaced only when the whole report is there."""
    if output is None:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return
    import tempfile
    from pathlib import Path

    path = Path(output)
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".openness-")
    except OSError as problem:
        raise OpennessError(f"cannot be written: {problem.strerror}", output) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(pieces)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as problem:
        raise OpennessError(f"cannot be written: {problem.strerror}", output) from None
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _exit_code(report: Report, required: tuple[str, str] | None, rules: Policy, *, exit_zero: bool) -> int:
    if report.errors:
        return FAILED
    if required is None or exit_zero:
        return MET
    codes = {_reached(assessment, *required) for assessment in report.assessments}
    if rules.undetermined_passes:
        codes.discard(UNDETERMINED)
    return next((code for code in (NOT_MET, UNDETERMINED) if code in codes), MET)


def _reached(assessment: Assessment, definition: str, level: str) -> int:
    verdict = next(one for one in (assessment.headline, *assessment.verdicts) if one.definition == definition)
    wanted = verdict.levels.index(level)
    if verdict.levels.index(verdict.at_least) >= wanted:
        return MET
    return UNDETERMINED if verdict.levels.index(verdict.at_most) >= wanted else NOT_MET


def _complain(message: str) -> None:
    """One line on stderr, safe for a terminal."""
    safe = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(message.split()))
    print(f"openness: {safe}", file=sys.stderr)
