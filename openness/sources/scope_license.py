"""The name of a licence at the beginning of a text, and where it ends."""

from __future__ import annotations

import re

from openness.sources.scope_blocks import LINK, MARKUP, WORD
from openness.sources.scope_rules import rules

_MAX_NAME = 160
_OR_LINK = re.compile(r"\[[^\[\]\n]{1,120}\]\([^()\n]{1,300}\)\s{1,400}or\s{1,8}(?:the )?\[", re.IGNORECASE)
_VERSION_AFTER = re.compile(r",? {0,3}(?:version|v\.?) ?[0-9]", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[ ]{0,3}\(([^()\n]{2,60})\)")
_BEFORE_LINK = re.compile(
    r"((?:[A-Z][\w.+-]{0,30} ){1,4})\[(?=(?:[A-Za-z]{2,12} ){0,2}(?:licen[sc]e|agreement|terms)\b)", re.IGNORECASE
)

Named = tuple[str | None, str | None, str | None]
"""Name, further name in brackets, and link of a licence; None for what is not told."""


def is_name(text: str) -> bool:
    """Whether a text begins with a word that only licences begin with: "the code is MIT"."""
    first = WORD.search(text, 0, 60)
    word = re.split(r"-|v?\d", first.group().lower())[0] if first is not None else ""
    return word in rules().heads and word not in rules().labels


def lead(text: str, position: int) -> int:
    """Where the name of a licence begins, behind "the terms of the"."""
    for _ in range(4):
        lead = rules().lead.match(text, position)
        if lead is None:
            break
        position = lead.end()
    while text[position : position + 1] == " ":
        position += 1
    return position


def length(text: str) -> int:
    """How many characters at the beginning of a text are the name of a licence."""
    link = LINK.match(text.lstrip("*_` "))
    if link is not None:
        return len(text) - len(text.lstrip("*_` ")) + link.end()
    end = min(len(text), _MAX_NAME)
    for stop in rules().end.finditer(text, 0, end):
        following = text[stop.end() :].removeprefix("the ")
        if stop.group() not in (" and ", " or ") or not is_name(following):
            end = stop.start()
            break
    for mark in re.finditer(r"[;(\[\]<|]|[.:](?=\s|\Z)|,", text[:end]):
        if mark.group() != "," or not _VERSION_AFTER.match(text, mark.start()):
            return mark.start()
    return end


def named(text: str) -> Named | None:
    """Name, further name and link of the licence at the beginning of a text; None if it is none."""
    text = text.lstrip("*_` \t")
    if _OR_LINK.match(text):
        text = " ".join(LINK.sub(r"\1", text).split())
    begun = _BEFORE_LINK.match(text)  # "the DeepSeek [Model License](LICENSE-MODEL)"
    if begun is not None:
        text = f"[{begun.group(1)}{text[begun.end() :]}"
    size = length(text)
    link = LINK.match(text)
    declared = " ".join(MARKUP.sub("", link.group(1) if link is not None else text[:size]).split()).strip(" ,.-")
    declared = declared.removesuffix(" licensed").removesuffix("-licensed")
    target = link.group(2) if link is not None else None
    words = {word for part in WORD.findall(declared.lower()) for word in (part, part.split("-")[0])}
    heads = {re.sub(r"v?[\d.]+\Z", "", word) for word in words} | words
    if not heads & rules().heads or text.startswith(" or ", size):
        return None
    bracket = IN_BRACKETS.search(declared) if link is not None else IN_BRACKETS.match(text, size)
    if link is not None and bracket is not None:
        declared = declared[: bracket.start()] or declared
    also = bracket.group(1) if bracket is not None and "://" not in bracket.group(1) else None
    if link is None and bracket is None:
        following = LINK.match(text, size)
        target = following.group(2) if following is not None else None
    return declared[:_MAX_NAME] or None, also, target
