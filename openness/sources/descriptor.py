"""Input format: a descriptor, the YAML file in which a release is declared fact by fact, each with its source.

`openness/schemas/descriptor-1.schema.json` describes the format for editors; this module reads it strictly.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from openness import yamlio
from openness.errors import SourceError
from openness.model import (
    COMPONENTS,
    DATA_INFORMATION_PARTS,
    UNKNOWN,
    Base,
    Basis,
    Component,
    Evidence,
    Fact,
    Finding,
    LicenseClaim,
    Part,
    Release,
    Review,
    Statement,
)
from openness.sources.text import Text, quote

MARK = "openness-descriptor-1"
"""Value of the key `descriptor`, by which a descriptor is recognised."""

ACCESS = ("open", "gated", "approval", "paid")
READ = ("full", "excerpt", "secondary")
RELATIONS = ("finetune", "merge", "adapter", "quantized", "distilled")
VERDICTS = ("pass", "fail", "would-pass-with-other-terms", "comment")
_FACTS = ("available", "complete", "used", "access", "license", "license-source", "parts", "source", "note")


class Origin(NamedTuple):
    """One entry of `sources`."""

    url: str
    accessed: str
    read: str


class Descriptor(NamedTuple):
    """A descriptor as it stands in the file, with its exceptions unresolved."""

    release: str
    publisher: str
    names: tuple[str, ...]
    covers: tuple[str, ...]
    path: str
    text: Text
    top: yamlio.Reader
    sources: dict[str, Origin]


def recognises(content: str) -> bool:
    """Whether a text is a descriptor: its key `descriptor` names our format."""
    import re

    return re.search(rf"^descriptor:[ \t]*[\"']?{MARK}\b", content, re.MULTILINE) is not None


def load(text: Text, value: Any = None) -> Descriptor:
    """The descriptor in `text`. Raises SourceError with path and line for anything the format does not know.

    `value` is the parsed text where the caller has it already.
    """
    if value is None:
        value = yamlio.parse(text.content, text.path, error=SourceError)
    top = yamlio.Reader(value, text.path, "a descriptor", SourceError)
    top.only("descriptor", "release", "title", "publisher", "released", "names", "covers", "sources", "components",
             "exceptions", "bases", "statements")  # fmt: skip
    if top.text("descriptor") != MARK:
        top.fail("descriptor", f"'descriptor' must be '{MARK}'")
    top.text("title", "")
    covers = top.texts("covers")
    descriptor = Descriptor(
        release=top.text("release"),
        publisher=top.text("publisher", ""),
        names=top.texts("names"),
        covers=covers,
        path=text.path,
        text=text,
        top=top,
        sources=_sources(top),
    )
    for name in ("", *(one for entry in top.maps("exceptions") for one in _covered(entry, covers))):
        _components(descriptor, name)
    _bases(descriptor, "")
    _statements(descriptor)
    return descriptor


def release(descriptor: Descriptor, name: str, target: str, origin: str) -> Release:
    """The release called `name`, with the exceptions that hold for it. `name` may be the family's own."""
    components = _components(descriptor, name)
    statements, reviews = _statements(descriptor)
    findings = _exceptions_note(descriptor, name)
    return Release(
        name=name,
        target=target,
        components=components,
        origin=origin,
        findings=findings,
        reviews=reviews,
        statements=statements,
        read=(descriptor.path,),
        bases=_bases(descriptor, name),
    )


def _bases(descriptor: Descriptor, name: str) -> tuple[Base, ...]:
    """The models that `name` was made from; entries that cover ids hold for these alone."""
    bases = []
    for entry in descriptor.top.maps("bases"):
        entry.only("model", "relation", "covers", "source", "note")
        origins = _cited(entry, "source", descriptor.sources)
        base = Base(
            entry.text("model"),
            _one_of(entry, "relation", RELATIONS),
            _evidence(descriptor, entry, "model", origins),
        )
        if "covers" not in entry.map or name in _covered(entry, descriptor.covers):
            bases.append(base)
    return tuple(bases)


def _exceptions_note(descriptor: Descriptor, name: str) -> tuple[Finding, ...]:
    """When a whole family is asked about: that some of its members differ."""
    entries = descriptor.top.maps("exceptions")
    if not entries or name in descriptor.covers:
        return ()
    different = [one for entry in entries for one in entry.texts("covers")]
    shown = ", ".join(different[:4]) + (f" and {len(different) - 4} more" if len(different) > 4 else "")
    line = descriptor.top.line("exceptions")
    evidence = (quote(descriptor.text, line, Basis.DECLARED),)
    return (Finding("family-exceptions", "warning", f"this is the family; not the same for {shown}", evidence),)


def _components(descriptor: Descriptor, name: str) -> dict[str, Component]:
    found: dict[str, Component] = {}
    everything = descriptor.top.child("components")
    if everything is None:
        descriptor.top.fail("components", "a descriptor needs 'components'")
    _read_components(descriptor, everything, found)
    for entry in descriptor.top.maps("exceptions"):
        entry.only("covers", "why", "components")
        differing = entry.child("components")
        if differing is None:
            entry.fail("components", "an exception needs 'components'")
        if name in _covered(entry, descriptor.covers):
            _read_components(descriptor, differing, found)
    return found


def _read_components(descriptor: Descriptor, section: yamlio.Reader, found: dict[str, Component]) -> None:
    section.only(*COMPONENTS)
    for name in section.map:
        entry = section.child(name)
        if entry is None:
            section.fail(name, f"'{name}' is empty")
        entry.only(*_FACTS)
        found[name] = _component(descriptor, name, entry, found.get(name) or Component(name))


def _component(descriptor: Descriptor, name: str, entry: yamlio.Reader, before: Component) -> Component:
    """The component with the facts of one entry over those it had before."""
    origins = _cited(entry, "source", descriptor.sources)
    access = _one_of(entry, "access", ACCESS) if "access" in entry.map else before.access
    return Component(
        name,
        available=_fact(descriptor, entry, "available", origins) if "available" in entry.map else before.available,
        complete=_fact(descriptor, entry, "complete", origins) if "complete" in entry.map else before.complete,
        used=_fact(descriptor, entry, "used", origins) if "used" in entry.map else before.used,
        access=access,
        parts={**before.parts, **_parts(descriptor, name, entry, origins)},
        claims=_license(descriptor, entry, origins) if "license" in entry.map else before.claims,
    )


def _fact(descriptor: Descriptor, entry: yamlio.Reader, key: str, origins: Iterable[Origin]) -> Fact:
    value = entry.flag(key)
    return UNKNOWN if value is None else Fact(value, _evidence(descriptor, entry, key, origins))


def _parts(descriptor: Descriptor, name: str, entry: yamlio.Reader, origins: tuple[Origin, ...]) -> dict[str, Part]:
    section = entry.child("parts")
    if section is None:
        return {}
    if name != "data-information":
        entry.fail("parts", f"'{name}' has no parts; only data-information has")
    section.only(*DATA_INFORMATION_PARTS)
    parts = {}
    for key in section.map:
        if section.map[key] == "not-applicable":
            parts[key] = Part(UNKNOWN, exists=False)
        else:
            parts[key] = Part(_fact(descriptor, section, key, origins))
    return parts


def _license(descriptor: Descriptor, entry: yamlio.Reader, origins: tuple[Origin, ...]) -> tuple[LicenseClaim, ...]:
    declared = entry.map["license"]
    if declared is None or declared == "unknown":
        return ()
    if "license-source" in entry.map:
        origins = _cited(entry, "license-source", descriptor.sources)
    return (LicenseClaim(entry.text("license"), _evidence(descriptor, entry, "license", origins)),)


def _evidence(
    descriptor: Descriptor, entry: yamlio.Reader, key: str, origins: Iterable[Origin]
) -> tuple[Evidence, ...]:
    """One piece of evidence for each origin cited, all quoting the descriptor's own line."""
    note = entry.map.get("note")
    line = entry.line(key)
    basis = Basis.DECLARED
    return tuple(
        Evidence(
            descriptor.path,
            basis,
            quote(descriptor.text, line, basis).quote,
            line,
            line,
            descriptor.text.sha256,
            origin.url,
            origin.accessed,
            note if isinstance(note, str) else None,
        )
        for origin in origins
    )


def _sources(top: yamlio.Reader) -> dict[str, Origin]:
    section = top.child("sources")
    if section is None:
        top.fail("sources", "a descriptor needs 'sources': where its facts were read")
    found = {}
    for key in section.map:
        entry = section.child(key)
        if entry is None:
            section.fail(key, f"the source '{key}' is empty")
        entry.only("url", "accessed", "read", "note")
        accessed = entry.text("accessed")
        if not _is_date(accessed):
            entry.fail("accessed", f"'{accessed}' is no date; write YYYY-MM-DD")
        found[key] = Origin(entry.text("url"), accessed, _one_of(entry, "read", READ))
    return found


def _is_date(text: str) -> bool:
    """Whether a text is a year, a month or a day as ISO 8601 writes it."""
    parts = text.split("-")
    return [len(part) for part in parts] in ([4], [4, 2], [4, 2, 2]) and all(part.isdigit() for part in parts)


def _cited(entry: yamlio.Reader, key: str, sources: dict[str, Origin]) -> tuple[Origin, ...]:
    names = entry.texts(key)
    if not names:
        entry.fail(key, f"{entry.what} needs '{key}': every fact has a source")
    for name in names:
        if name not in sources:
            entry.fail(key, f"no source '{name}' in 'sources'{yamlio.nearest(name, sources)}")
    return tuple(sources[name] for name in names)


def _covered(entry: yamlio.Reader, covers: tuple[str, ...]) -> tuple[str, ...]:
    names = entry.texts("covers")
    for name in names:
        if name not in covers:
            entry.fail("covers", f"'{name}' is not among the ids that this descriptor covers")
    return names


def _one_of(entry: yamlio.Reader, key: str, known: tuple[str, ...]) -> str:
    value = entry.text(key)
    if value not in known:
        entry.fail(key, f"'{key}' cannot be '{value}'{yamlio.nearest(value, known)}")
    return value


def _statements(descriptor: Descriptor) -> tuple[tuple[Statement, ...], tuple[Review, ...]]:
    """What others published, and as reviews what says that the release meets, or does not meet, a definition."""
    statements, reviews = [], []
    for entry in descriptor.top.maps("statements"):
        entry.only("by", "definition", "verdict", "date", "text", "source")
        origin = _cited(entry, "source", descriptor.sources)[0]
        verdict = _one_of(entry, "verdict", VERDICTS)
        quoted = quote(descriptor.text, entry.line("text"), Basis.ATTESTED).quote
        line, date = entry.line("text"), entry.text("date", origin.accessed)
        evidence = Evidence(
            descriptor.path, Basis.ATTESTED, quoted, line, line, descriptor.text.sha256, origin.url, date,
            f"{entry.text('by')}: {entry.text('text')}",
        )  # fmt: skip
        statements.append(Statement(entry.text("by"), entry.text("text"), evidence))
        if verdict == "pass":
            reviews.append(Review(entry.text("definition"), True, evidence))
    return tuple(statements), tuple(reviews)
