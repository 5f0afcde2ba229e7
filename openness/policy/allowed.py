"""A concluded licence against the list of those that a policy allows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from openness.model import NOASSERTION, Expression


def verdict(expression: Expression, allowed: Collection[Expression]) -> bool | None:
    """Whether it is allowed: of OR one operand must be, of AND all; None where that depends on an unknown licence.

    An expression that is listed as a whole is allowed as a whole. A licence WITH an exception is only what is listed
    so: what is not named is denied.
    """
    return _verdict(expression, frozenset(_key(one) for one in allowed))


def _verdict(expression: Expression, allowed: frozenset[Any]) -> bool | None:
    if _key(expression) in allowed:
        return True
    if expression.operator is None:
        return None if expression.text == NOASSERTION else False
    each = [_verdict(operand, allowed) for operand in expression.operands]
    decisive = expression.operator == "OR"
    if decisive in each:
        return decisive
    return None if None in each else not decisive


def _key(expression: Expression) -> Any:
    """Equal for expressions that differ in the order of their operands only."""
    if expression.operator is None:
        return expression.text
    return expression.operator, frozenset(_key(operand) for operand in expression.operands)
