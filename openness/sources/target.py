"""What the user typed → the source that recognises it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from openness.errors import SourceError
from openness.model import Release
from openness.sources import registry, text

if TYPE_CHECKING:
    from openness.snapshot import Snapshot
    from openness.sources import hub

_DESCRIPTORS = (".yaml", ".yml")
_WEIGHTS = (".gguf", ".safetensors")  # whose headers weights.py reads; it is imported only for these
_PATH_LIKE = (".md", ".markdown", ".txt", ".json", *_DESCRIPTORS, *_WEIGHTS)


def read(target: str, name: str | None = None, *, revision: str | None = None, offline: bool = False) -> Release:
    """The release that `target` names: `-`, an existing path, a model of the Hub, or a name known to the registry.

    They are tried in this order. `name` is what the user says the release is called. `revision` is that of a model
    of the Hub; `offline`: the Hub is not asked. Raises SourceError.
    """
    asked = _on_hub(target) if is_on_hub(target) else None
    if asked is not None:
        from openness.sources import hub

        if revision and asked.revision and revision != asked.revision:
            raise SourceError(f"two revisions, '{asked.revision}' and '{revision}'; name one", target)
        found = hub.read(asked.model, revision or asked.revision, name=name, offline=offline)
        return found._replace(target=target)
    if revision:
        raise SourceError("only a model of the Hub has a revision to choose; write org/name, or leave it out", target)
    return _here(target, name)


def named(name: str, *, offline: bool = False) -> Release:
    """The release that code names so, as `org/name` or `org/name@revision`: on the Hub or in the registry.

    Never a path. Where the Hub gives no answer, what the registry knows stands for every revision. Raises SourceError.
    """
    if "/" not in name:
        return registry.lookup(name.partition("@")[0])
    from openness.sources import hub

    asked = hub.asked(name)
    if asked is None:
        raise SourceError("this is no id of a model", name)
    return hub.read(asked.model, asked.revision, offline=offline, in_code=True)


def weights_in_tree(path: Path) -> Release:
    """The release of a weight file in a code base: by the card that lies beside it, else by the file's own header.

    What else is in the folder says nothing of it: the licence of a code base is not that of the weights in it. Raises
    SourceError.
    """
    if _has_card(path.parent):
        return _here(str(path.parent), None)
    if path.suffix.lower() in _WEIGHTS:
        return _here(str(path), None)
    raise SourceError("weights without a card beside them, in a format that names no licence", path.name)


def _has_card(folder: Path) -> bool:
    """Whether the README of a folder is a model card: it has front matter."""
    from openness.sources import model_card

    card = folder / "README.md"
    try:
        if card.is_symlink():
            return False
        with card.open(encoding="utf-8", errors="replace") as stream:
            return model_card.begins(stream.read(16))
    except OSError:
        return False


def _exists(target: str) -> bool:
    try:
        return Path(target).exists()
    except (OSError, ValueError):
        return False


def _on_hub(target: str) -> hub.Asked | None:
    """The model of the Hub that a target names; None for one that is a path or a name alone."""
    if "/" not in target or target.startswith((".", "/", "~")):
        return None
    from openness.sources import hub

    return None if target.lower().endswith(_PATH_LIKE) and "://" not in target else hub.asked(target)


def _here(target: str, name: str | None) -> Release:
    """The release in standard input, at a path, or in the registry."""
    names = (name,) if name else ()
    if target == "-":
        return _text(text_of(target), names)
    if not target.strip():
        raise SourceError("an empty target; name a file, a folder or a release")
    path = Path(target)
    try:
        if path.is_dir():
            from openness.sources import folder

            return folder.read(path, target, names)
        if path.exists() and path.suffix.lower() in _WEIGHTS:
            from openness.sources import weights

            return weights.release(path, target, names)
        if path.exists():
            folder_name = path.absolute().parent.name if path.stem.lower() == "readme" else ""
            return _text(text.read(path, target), names or ((folder_name,) if folder_name else ()))
    except (OSError, ValueError) as problem:
        raise SourceError(f"cannot be read: {problem}", target) from None
    if target.startswith((".", "/", "~")) or target.lower().endswith(_PATH_LIKE):
        raise SourceError("no such file or folder", target)
    return registry.lookup(target)


def is_on_hub(target: str) -> bool:
    """Whether `read` takes a target for a model of the Hub. Raises SourceError as it does."""
    return target != "-" and not _exists(target) and _on_hub(target) is not None


def base(model: str, known: Sequence[str], *, on_hub: bool = False, offline: bool = False) -> Release:
    """A base model as a release names it: read from `known`, else looked up by name.

    `known` are targets written as `NAME=TARGET`, or paths that are called like the model, with or without its
    organisation. A name in a release is untrusted: no path of this machine is read for it. With `on_hub` a model that
    the registry does not have is one of the Hub, which is not asked with `offline`. Raises SourceError.
    """
    wanted = model.strip().casefold()
    for one in known:
        name, equals, path = one.partition("=")
        names = (name,) if equals else (Path(one).absolute().name, Path(one).absolute().name.replace("__", "/"))
        if wanted in (each.casefold() for each in names) or wanted.rpartition("/")[2] == names[0].casefold():
            return read(path if equals else one, model)
    found = registry.called(model)
    asked = _on_hub(model) if on_hub and found is None else None
    if asked is not None:
        from openness.sources import hub

        return hub.read(asked.model, asked.revision, offline=offline)
    if found is None:
        raise SourceError("the bundled registry does not have it")
    return found


def text_of(target: str) -> text.Text:
    """The text of a file, or of standard input for `-`. Raises SourceError."""
    if target == "-":
        return text.decode(_standard_input(), "-")
    if not Path(target).exists():
        raise SourceError("no such file", target)
    return text.read(Path(target), target)


def report_of(target: str) -> tuple[Snapshot, ...] | None:
    """The releases of a report that `openness check` wrote: a `.json` file, or standard input that is one.

    None for any other target. Raises SourceError for a report that cannot be read.
    """
    from openness.sources import report

    if target.lower().endswith(".json") and not Path(target).is_dir():
        return report.load(text_of(target))
    if target == "-" and report.recognises(text_of("-").content):
        return report.load(text_of("-"))
    return None


@cache
def _standard_input() -> bytes:
    """What standard input holds; it can be read only once, and is looked at more often."""
    return sys.stdin.buffer.read(text.MAX_BYTES + 1)


def _text(found: text.Text, names: Sequence[str]) -> Release:
    """A descriptor if it says so or is named like one, else a model card."""
    from openness.sources import descriptor, model_card

    if descriptor.recognises(found.content) or found.path.lower().endswith(_DESCRIPTORS):
        loaded = descriptor.load(found)
        return descriptor.release(loaded, loaded.release, found.path, "descriptor")
    if "\0" in found.content:
        raise SourceError("this is a binary file; give a model card, a folder or a descriptor", found.path)
    if found.content.lstrip().startswith("{"):
        from openness.sources import report

        if report.recognises(found.content):
            raise SourceError("this is a report and no release; `openness diff` compares reports", found.path)
    return model_card.read(found, names)
