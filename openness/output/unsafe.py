"""What no format writes raw: characters of an input that would do something where it is shown."""

from __future__ import annotations

import re

UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    r"\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control and invisible characters, those that turn the direction of writing, and what is no character at all."""
