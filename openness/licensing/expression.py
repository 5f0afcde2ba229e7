"""SPDX license expressions: from the text to licences joined by AND, OR and WITH."""

from __future__ import annotations

import re
from functools import lru_cache

from openness.licensing import catalog
from openness.model import Expression, join

_OPERATOR = re.compile(r"[()/]|\b(?:and|or|with)\b", re.IGNORECASE)
_OR = re.compile(r",? or (?!(?:any )?(?:later|newer))(?:the )?| ?/ ?", re.IGNORECASE)
_LATER = re.compile(r"[ ,(]{0,3}(?:\+|\b(?:or|and) (?:any )?(?:later|newer)(?: versions?)?)\)?\Z", re.IGNORECASE)
_ONLY = re.compile(r",? \(?only\)?\Z", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+\Z")


@lru_cache(maxsize=4096)
def resolve(text: str) -> Expression | None:
    """The expression that `text` writes, one licence name included; None where it is not one.

    A `LicenseRef-…` that nobody has catalogued is an expression whose terms are unknown. A licence WITH an
    exception counts as the licence: SPDX exceptions only add permissions. Case does not matter.
    """
    one = _one(text)
    if one is not None or len(text) > 1000 or not _OPERATOR.search(text):
        return one
    return _parse(text) or _choice(text)


def _one(name: str) -> Expression | None:
    """A single licence; "or later" and "only" behind its name are `-or-later` and `-only`, as SPDX writes them."""
    plain = _leaf(name)
    if plain is not None:
        return plain
    for said, suffix in ((_LATER, "-or-later"), (_ONLY, "-only")):
        behind = said.search(name[:200])
        one = catalog.find(name[: behind.start()]) if behind is not None else None
        meant = catalog.find(one.id.removesuffix("-only") + suffix) if one is not None else None
        if meant is not None:
            return Expression(meant.id, meant)
    return None


def _choice(text: str) -> Expression | None:
    """Names that are parted by "or", as prose writes them: with articles and commas, or by a slash."""
    named = [_one(name) for name in _OR.split(text)]
    known = [one for one in named if one is not None]
    return join("OR", known) if len(known) == len(named) > 1 else None


def _parse(text: str) -> Expression | None:
    import license_expression
    from boolean import ParseError

    try:
        tree = license_expression.Licensing().parse(text)
    except (ParseError, license_expression.ExpressionError, RecursionError, ValueError):
        return None
    return None if tree is None else _from_tree(tree)


def _from_tree(tree: object) -> Expression | None:
    operator = {"AND": "AND", "OR": "OR"}.get(str(getattr(tree, "operator", "")).strip())
    if operator is not None:
        operands = [_from_tree(argument) for argument in tree.args]  # type: ignore[attr-defined]
        known = [operand for operand in operands if operand is not None]
        return join(operator, known) if len(known) == len(operands) else None
    licensed = getattr(tree, "license_symbol", None)
    if licensed is not None:  # WITH
        base = _leaf(str(licensed.key))
        exception = str(tree.exception_symbol.key)  # type: ignore[attr-defined]
        return Expression(f"{base.text} WITH {exception}", base.license) if base else None
    return _leaf(str(getattr(tree, "key", "")))


def _leaf(name: str) -> Expression | None:
    one = catalog.find(name)
    if one is not None:
        return Expression(one.id, one)
    return Expression(name) if _REFERENCE.match(name) else None
