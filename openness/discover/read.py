"""One file of the tree → the models that it uses: its text, and the finder for its form."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from openness.discover import files, ignores
from openness.discover.cache import Entry
from openness.discover.files import File, Stamp
from openness.discover.finders import finder
from openness.discover.source import Source
from openness.errors import CatalogError, SourceError
from openness.usage import Ignore, Use

MAX_USES = 20_000
"""Most uses of one file that are given."""

MAX_LOOKED = 500
"""Most other files that are looked up for one."""

_KEPT = 64
_IGNORE = ignores.WORD.encode()


class Reader:
    """Reads files of one tree; `known` are the paths that a finder may look up."""

    def __init__(self, root: Path, known: Collection[str]) -> None:
        self.root, self.known = root, known
        self.texts: OrderedDict[str, tuple[str, Stamp]] = OrderedDict()
        self.looked: dict[str, Stamp | None] = {}
        self.ignores: tuple[Ignore, ...] = ()

    def read(self, file: File) -> Entry:
        """What the file gives. Whatever is wrong with it is its `reason`: no file stops the run."""
        self.looked, self.ignores = {}, ()
        stamp, reason = file.stamp, None
        uses: tuple[Use, ...] = ()
        try:
            with uncollected():
                uses, stamp = self._uses(file)
        except SourceError as problem:
            reason = f"line {problem.line}: {problem.message}" if problem.line else problem.message
        except CatalogError:  # our own rules are broken: nothing can be read
            raise
        except Exception as problem:  # a fault of ours in one file must not lose the others
            reason = f"internal error, {type(problem).__name__}: {str(problem)[:200]}"
        return Entry(stamp, uses, reason, tuple(self.looked.items()), self.ignores)

    def _uses(self, file: File) -> tuple[tuple[Use, ...], Stamp]:
        if file.form == files.WEIGHTS:
            from openness.discover import weights

            return tuple(weights.find(self.root, file.path, file.stamp.size)), file.stamp
        form = file.form or files.by_first_line(files.head(self.root, file.path, 200))
        if form is None:
            return (), file.stamp
        content, stamp = files.data(self.root, file.path, files.rules().forms[form].limit)
        if _IGNORE in content:
            self.ignores = ignores.find(file.path, files.text(content, file.path))
        if not files.may_name_a_model(content) and not files.may_name_a_model(file.path.encode()):
            return (), stamp
        source = Source(file.path, files.text(content, file.path))
        return distinct(islice(finder(form)(source, self.look), MAX_USES)), stamp

    def look(self, path: str) -> str | None:
        """The text of another file of the tree; None for one that is not there, too large or no text."""
        if path not in self.known or (len(self.looked) >= MAX_LOOKED and path not in self.looked):
            self.looked.setdefault(path, None)
            return None
        try:
            if path not in self.texts:
                form = files.rules().forms.get(files.form(path.rpartition("/")[2]) or "shell")
                content, stamp = files.data(self.root, path, form.limit if form else 0)
                self.texts[path] = files.text(content, path), stamp
                if len(self.texts) > _KEPT:
                    self.texts.popitem(last=False)
        except SourceError:
            self.looked[path] = None
            return None
        self.texts.move_to_end(path)
        found, self.looked[path] = self.texts[path]
        return found


@contextmanager
def uncollected() -> Iterator[None]:
    """Puts garbage collection off: it goes through a growing syntax tree again and again, and finds nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def distinct(found: Iterable[Use]) -> tuple[Use, ...]:
    """One use for a model on a line, in the order of lines: the one that says the revision, else the first."""
    best: dict[tuple[int, str, str], Use] = {}
    for use in found:
        key = use.line, use.model, use.kind
        if key not in best or (best[key].revision is None and use.revision is not None):
            best[key] = use
    return tuple(sorted(best.values(), key=lambda use: (use.line, use.model)))
