"""Paths against patterns, as `.gitignore` has them."""

from __future__ import annotations

import re
from functools import lru_cache

_PIECE = re.compile(r"\*\*/|/\*\*\Z|\*\*|\*|\?|[^*?]+?(?=/\*\*\Z|[*?]|\Z)")
_MEANS = {"**/": "(?:[^/]+/)*", "/**": "/.+", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(pattern: str, path: str) -> bool:
    """Whether a path of the tree (with `/`) fits a pattern.

    `*` and `?` stay in one folder and `**` crosses folders. A pattern without a slash holds in every folder, one that
    fits a folder for all in it. Source: the pattern format of gitignore(5), without `!` and `[…]`.
    """
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    plain = pattern.rstrip("/")
    anywhere = "/" not in plain
    pieces = _PIECE.findall(plain.lstrip("/"))
    middle = "".join(_MEANS.get(piece) or re.escape(piece) for piece in pieces)
    return re.compile(("(?:.*/)?" if anywhere else "") + middle + "(?:/.*)?", re.DOTALL)
