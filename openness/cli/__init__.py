"""The command line: arguments → assess or scan → render → exit code. The only package that prints or exits."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from openness import __version__
from openness.cli import shared
from openness.errors import OpennessError

COMMANDS = {
    "check": "releases",
    "scan": "codebase",
    "diff": "releases",
    "identify": "reference",
    "licenses": "reference",
    "explain": "reference",
    "policy": "codebase",
}
"""Each command and the module that has it, in the order of the help."""

_WITHOUT_ARGUMENTS = ("scan", "licenses")
"""The commands that do something when nothing is given."""


def commands(only: str | None = None) -> typer.Typer:
    """The command line, all of it or with one command only: building what is not asked for costs milliseconds."""
    app = typer.Typer(
        name="openness",
        help="Say, with evidence, whether a model release is open-weight or open source, and what is missing.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_top)
    for name in COMMANDS if only is None else (only,):
        command = getattr(import_module(f"openness.cli.{COMMANDS[name]}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, no_args_is_help=name not in _WITHOUT_ARGUMENTS)(command)
    return app


def main() -> NoReturn:
    """The entry point: every error that a user can cause is one line and exit code 2, and so is a bug."""
    asked = next((word for word in sys.argv[1:2] if word in COMMANDS), None)
    try:
        commands(asked)()
        sys.exit(shared.MET)
    except OpennessError as problem:
        shared.complain(str(problem))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as bug:
        if os.environ.get("OPENNESS_DEBUG"):
            raise
        what = f"internal error: {type(bug).__name__}: {bug}"
        shared.complain(f"{what}; set OPENNESS_DEBUG=1 for the traceback, and report it")
    sys.exit(shared.FAILED)


def _version(asked: bool) -> None:
    if asked:
        print(f"openness {__version__}")
        raise typer.Exit


def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass
