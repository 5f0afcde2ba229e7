"""`openness identify`, `openness licenses` and `openness explain`: licence texts, and what is known of licences."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from openness.cli import shared
from openness.errors import OpennessError
from openness.yamlio import nearest

if TYPE_CHECKING:
    from openness.model import Identified


def identify(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Licence texts; - for standard input.")],
    form: shared.Format = "text",
    output: shared.Output = None,
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

    shared.known_format(form)
    found: list[Identified] = []
    failed = False
    for name in shared.progress(files, "licence texts"):
        try:
            content = target.text_of(name).content
            if not content.strip():
                shared.complain(f"{name}: is empty; it licenses nothing")
            found += [Identified(name, one, clauses.of(one, content)) for one in reading.read(content)]
        except OpennessError as problem:
            shared.complain(str(problem))
            failed = True
    shared.write(_identified(found, form), output)
    sys.exit(shared.FAILED if failed else shared.MET)


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

    width, _ = shared.terminal()
    asked = " ".join(words or [])
    one = catalog.find(asked) if asked else None
    if one is not None:
        shared.show(reference.license_page(one, catalog.entry(one.id) or {}, width))
        return
    found = catalog.search(asked)
    if not found:
        raise OpennessError(f"no licence '{asked}' is known here{nearest(asked, catalog.names())}")
    shared.show(reference.licenses(found, width))


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
    width, _ = shared.terminal()
    page = _page(name, width)
    if page is None:
        from openness import definitions
        from openness.licensing import catalog

        known = {*definitions.available(), *definitions.rules(), *catalog.terms(), *catalog.names()}
        raise OpennessError(f"nothing is known of '{name}'{nearest(name, known)}")
    shared.show(page)


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


def _identified(found: Sequence[Identified], form: str) -> Iterable[str]:
    if form == "json":
        from openness.output import json

        yield json.render_identified(found)
        return
    from openness.output import text

    width, ascii_only = shared.terminal()
    yield from shared.styled(text.render_identified(found, width=width, ascii_only=ascii_only))
