"""What the commands share: options, exit codes, output to a terminal or a file, progress, complaints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from openness.errors import OpennessError
from openness.yamlio import nearest

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress

    from openness.policy import Policy

MET, NOT_MET, FAILED, UNDETERMINED = 0, 1, 2, 3
"""Exit codes: see `openness check --help`."""

FORMATS = ("text", "json")

Step = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""

_Work = TypeVar("_Work")

Definitions = Annotated[
    list[str] | None,
    typer.Option(
        "--definition",
        "-d",
        metavar="ID",
        help="Apply this definition beside the headline; repeatable. An id, or the path of a definition file.",
    ),
]
Bases = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TARGET",
        help="A base model: a folder or card called like it, or NAME=TARGET; repeatable. Others are looked up.",
    ),
]
Format = Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="text or json.")]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, which only a complete report replaces."),
]

Offline = Annotated[
    bool, typer.Option("--offline", help="Ask no Hub: use the cache of its client, and the bundled registry.")
]


def known_format(form: str, formats: Sequence[str] = FORMATS) -> None:
    """Raises OpennessError for a format that is none, with the nearest one that is."""
    if form not in formats:
        raise OpennessError(f"no format '{form}'{nearest(form, formats)}")


def policy_in(path: Path | None) -> Policy:
    """The policy in a file; without one nothing is required. Raises PolicyError."""
    from openness.policy import Policy

    if path is None:
        return Policy()
    from openness import policies

    return policies.load(path)


def level(written: str) -> tuple[str, str]:
    """`open-weight`, or `osaid-1.0/open-source` → definition and level. Raises DefinitionError for none that exists."""
    from openness import definitions
    from openness.assess import HEADLINE

    name, _, wanted = written.rpartition("/")
    definitions.load(name or HEADLINE).position(wanted)
    return name or HEADLINE, wanted


@contextmanager
def bar(what: str) -> Iterator[Step]:
    """A progress bar on stderr, once the work has taken a second and a person watches; what is yielded moves it."""
    import time

    started = time.monotonic()
    shown: list[Progress] = []

    def step(done: int, total: int) -> None:
        if not shown and sys.stderr.isatty() and time.monotonic() - started > 1:
            from rich.console import Console
            from rich.progress import Progress

            shown.append(Progress(console=Console(stderr=True), transient=True))
            shown[0].add_task(what)
            shown[0].start()
        if shown:
            shown[0].update(shown[0].task_ids[0], completed=done, total=total)

    try:
        yield step
    finally:
        for one in shown:
            one.stop()


def progress(work: Sequence[_Work], what: str) -> Iterator[_Work]:
    """The pieces of work, with a bar."""
    with bar(what) as step:
        for number, one in enumerate(work):
            step(number, len(work))
            yield one


def show(lines: Iterable[Sequence[tuple[str, str]]]) -> None:
    """A page of reference, in what the terminal can show."""
    from openness.output import text

    _, ascii_only = terminal()
    write(styled(text.plain(lines, ascii_only=ascii_only)), None)


def terminal() -> tuple[int, bool]:
    """How many columns to write in, and whether only ASCII can be shown."""
    import shutil

    from openness.output import text

    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return text.columns(shutil.get_terminal_size((100, 24)).columns), not encoding.startswith("utf")


def styled(lines: Iterable[Sequence[tuple[str, str]]]) -> Iterator[str]:
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


def write(pieces: Iterable[str], output: str | None) -> None:
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


def complain(message: str) -> None:
    """One line on stderr, safe for a terminal."""
    safe = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(message.split()))
    print(f"openness: {safe}", file=sys.stderr)
