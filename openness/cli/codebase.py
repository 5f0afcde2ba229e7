"""`openness scan` and `openness policy check`: a code base held to a policy, in the format that a service wants."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli import shared
from openness.errors import OpennessError

if TYPE_CHECKING:
    from openness.policy import Policy
    from openness.policy.lock import Lock
    from openness.usage import Scan

LOCK = "openness.lock"
FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")

_FROM_THE_REPOSITORY = ("sarif", "github", "gitlab")
"""The formats whose services want paths from the root of the repository."""


def scan(
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="A folder, or one file.")] = Path(),
    form: Annotated[
        str,
        typer.Option("--format", "-f", metavar="FORMAT", help=f"One of {', '.join(FORMATS)}."),
    ] = "text",
    output: shared.Output = None,
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT=FILE", help="Write this format to a file, too; repeatable."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Policy file; else openness.toml or [tool.openness] in pyproject.toml, of PATH or above it.",
        ),
    ] = None,
    require: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help="Every model must reach this level; wins over the policy."),
    ] = None,
    offline: shared.Offline = False,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Only uses in files that differ from this commit, or that depend on one."),
    ] = None,
    write_lock: Annotated[
        bool, typer.Option("--write-lock", help=f"Write {LOCK}: each model, its revision, licence texts and verdicts.")
    ] = False,
    locked: Annotated[
        bool, typer.Option("--locked", help=f"Fail where anything is not as in {LOCK}; needs no network.")
    ] = False,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Problems that are known and do not count.")
    ] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write all problems there are as known, and end with 0.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read every file again, and keep nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="One line.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 whatever the policy says.")] = False,
) -> None:
    """Every model that a code base uses, with file and line, each checked against the policy.

    \b
    Examples:
      openness scan
      openness scan src --require open-weight --offline
      openness scan --format sarif --output openness.sarif
      openness scan --changed-since origin/main --format github
      openness scan --write-lock

    \b
    Exit codes:
      0  done, and no model is denied
      1  a model is denied by the policy, or with --locked: something drifted
      2  could not run: wrong usage, unreadable folder, bad policy
      3  what the policy requires could not be determined for a model
    """
    from openness import policies
    from openness import scan as scanning
    from openness.discover import cache, changed
    from openness.policy import baseline as known
    from openness.policy import decide

    reports = list(_reports(form, output, report or ()))
    if locked and write_lock:
        raise OpennessError("--locked and --write-lock exclude each other; write the lock first, then hold to it")
    folder, only = _folder(path)
    file = policy or policies.find(folder)
    rules = _required(shared.policy_in(file), require)
    if changed_since is not None:
        differ = changed.since(folder, changed_since)
        only = differ if only is None else only & differ
    with shared.bar("files") as on_files, shared.bar("models") as on_models:
        made = scanning.scan(
            folder,
            rules=rules,
            file=file,
            offline=offline,
            changed=only,
            cache=None if no_cache else cache.home(folder),
            lock=_lock(folder) if locked else None,
            baseline=known.read(baseline) if baseline else None,
            on_files=on_files,
            on_models=on_models,
        )._replace(root=str(path))
    if write_lock:
        _write_lock(made, rules, folder, whole=only is None)
    if write_baseline:
        shared.write([known.written(made.problems)], str(write_baseline))
    for name, place in reports:
        shared.write(_rendered(made, folder, name, quiet=quiet), place)
    sys.exit(shared.MET if exit_zero or write_baseline else decide.exit_code(made))


policy = typer.Typer(help="Check a policy file.", no_args_is_help=True)


@policy.command("check")
def policy_check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Else openness.toml or pyproject.toml, here or above.")
    ] = None,
) -> None:
    """Whether a policy file is right: keys, names, dates; and what is to be mended in one that is.

    \b
    Examples:
      openness policy check
      openness policy check ci/openness.toml

    \b
    Exit codes:
      0  it can be used as it is
      1  it can be used; entries are expired, there twice, or not filled in
      2  it cannot be used, and why, with the line
    """
    from openness import policies

    found = file or policies.find(Path())
    if found is None:
        raise OpennessError(f"there is no policy: neither {' nor '.join(policies.NAMES)}, here or above; name a file")
    problems = policies.check(found)
    shared.write((f"{one.path}:{one.line}: {one.severity}: {one.message} [{one.rule}]\n" for one in problems), None)
    if problems:
        sys.exit(shared.NOT_MET)
    shared.write([f"{found}: nothing to mend\n"], None)


def _reports(form: str, output: str | None, more: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """(format, file) of everything to write, `None` for standard output. Raises OpennessError."""
    shared.known_format(form, FORMATS)
    yield form, output
    for one in more:
        name, equals, place = one.partition("=")
        shared.known_format(name, FORMATS)
        if not equals or not place:
            raise OpennessError(f"'{one}' names no file; write --report {name}=FILE")
        yield name, place


def _folder(path: Path) -> tuple[Path, frozenset[str] | None]:
    """The folder to scan, and the file in it that alone is meant; None: all. Raises OpennessError."""
    if path.is_dir():
        return path, None
    if path.is_file():
        return path.parent, frozenset((path.name,))
    raise OpennessError("no such file or folder", str(path))


def _required(rules: Policy, level: str | None) -> Policy:
    """The policy with another level. Raises DefinitionError for one that does not exist."""
    if level is None:
        return rules
    shared.level(level)
    return rules._replace(require=level)


def _lock(folder: Path) -> Lock:
    from openness.licensing import expression
    from openness.policy import lock

    path = folder / LOCK
    if not path.exists():
        raise OpennessError("there is no lock yet; write it with --write-lock, and commit it", str(path))
    return lock.read(path, expression.resolve)


def _write_lock(made: Scan, rules: Policy, folder: Path, *, whole: bool) -> None:
    from openness.policy import lock
    from openness.scan import locked

    if not whole:
        raise OpennessError("a lock is of a whole folder; leave out --changed-since, and name no single file")
    shared.write([lock.written(locked(made, rules))], str(folder / LOCK))


def _rendered(made: Scan, folder: Path, form: str, *, quiet: bool) -> Iterator[str]:
    from openness.output import common, scan, scan_text
    from openness.scan import in_repository

    if form == "text" and quiet:
        yield f"{made.root}: {common.summary(made)}\n"
    elif form == "text":
        width, ascii_only = shared.terminal()
        yield from shared.styled(scan_text.render(made, width=width, ascii_only=ascii_only))
    else:
        yield scan.render(in_repository(made, folder) if form in _FROM_THE_REPOSITORY else made, form)
