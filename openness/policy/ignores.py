"""What is wrong with comments in the code that set a problem aside."""

from __future__ import annotations

from collections.abc import Iterator

from openness.usage import Ignore, Problem

WITHOUT_REASON, UNUSED = "ignore-without-reason", "ignore-unused"


def problems(found: tuple[Ignore, ...], used: set[tuple[Ignore, str]]) -> Iterator[Problem]:
    """What is wrong with the comments: no rule, no reason, or a rule that nothing breaks there."""
    for one in found:
        if not one.rules:
            message = "this comment names no rule; write openness: ignore[rule] and a reason"
            yield Problem(WITHOUT_REASON, "warning", message, one.path, one.line, quote=one.quote)
        elif not one.reason:
            message = f"this comment gives no reason, so {', '.join(one.rules)} is not ignored; write one behind it"
            yield Problem(WITHOUT_REASON, "warning", message, one.path, one.line, quote=one.quote)
        else:
            for rule in one.rules:
                if (one, rule) not in used:
                    message = f"nothing breaks '{rule}' here, so there is nothing to ignore; remove it"
                    yield Problem(UNUSED, "warning", message, one.path, one.line, quote=one.quote)
