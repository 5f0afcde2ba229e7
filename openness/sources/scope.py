"""Prose → which licence it gives to which part of the release: sentences, lines, lists and tables of a README.

A sentence counts only where each of its words is understood: `rules/license-scope.yaml` has them. What it leaves
open stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from openness.sources import names
from openness.sources import scope_license as licenses
from openness.sources.scope_blocks import BADGE, BULLET, LINK, WORD, Block, blocks, plain
from openness.sources.scope_rules import rules
from openness.sources.scope_sentences import Sentences, Statement, is_whole
from openness.sources.scope_subject import WHOLE

MAX_STATEMENTS = 60
MAX_TEXT = 2_000_000
"""Characters of a text that are looked at."""
_MAX_BLOCKS = 400
_PIECE = re.compile(r"(;| {2,}|(?:,| /) (?=[A-Za-z -]{2,30}:)|(?<=\w)\. (?=[A-Z][A-Za-z -]{1,30}:))")
_LINE = re.compile(
    r"[ \t>]{0,40}(?:(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+)?([^\n|:：]{1,80}?)[ \t]{0,8}"
    r"(?:[:：]|[ \t][–—-][ \t])(?!//)[ \t]{0,8}(\S[^\n]{0,400})"
)
_SHIELD = re.compile(
    r"!\[[^\[\]\n]{0,100}\]\(https?://img\.shields\.io/badge/((?:[^-()\s/]|--){1,60})-((?:[^-()\s/]|--){1,60})-[^()\s/]{1,40}\)"
    r"(?:\]\(([^()\s]{1,300})\))?"
)
_CHOICE = re.compile(
    r"(?:licen[sc]ed|available|distributed|released) under (?:the terms of )?(?:either|any|one) of(?: the following"
    r"(?: licen[sc]es)?)?:?[ \t]{0,4}\n\s{0,8}((?:[ \t]{0,8}[-*+•] [^\n]{1,300}\n(?:[ \t]{2,8}[^\s*+•-][^\n]{0,300}\n)?"
    r"\s{0,8}){2,6})(?=at your|\w|#|\Z)",
    re.IGNORECASE,
)
_FOR_PART = re.compile(r"(?:for|\()[ ]{0,3}((?:[\w-]{1,30}[ ]{0,2}){1,6})\)?\.?[ ]{0,3}\Z")


def statements(content: str, start: int, called: Sequence[str]) -> list[Statement]:
    """What the text says from `start` on, in its order. `called` are the names of the release.

    Linear in the length of the text, of which `MAX_TEXT` characters and some hundred paragraphs are looked at.
    """
    known = _Known(called)
    content = content[: start + MAX_TEXT]
    read = list(islice(blocks(content, start), _MAX_BLOCKS))
    found = [one for block in read for one in known.block(block)]
    found += [*known.choices(content, start), *known.badges(content, start)]
    whole = any(map(is_whole, found)) and not any("weights" in one.covers for one in found)
    if whole and any(known.sentences.has_unread(block, found) for block in read):  # it may be all but the weights
        found = [one._replace(covers=("code",)) if is_whole(one) else one for one in found]
    return sorted(found, key=lambda one: one.position)[:MAX_STATEMENTS]


class _Known:
    """Lines, tables, badges and sentences, read for one release."""

    def __init__(self, called: Sequence[str]) -> None:
        self.rules = rules()
        self.sentences = Sentences(called)
        self.subject = self.sentences.subject

    def choices(self, content: str, start: int) -> Iterator[Statement]:
        """Lists such as "Licensed under either of", an entry for each licence, "at your option"."""
        for match in _CHOICE.finditer(content, start):
            entries = [line for line in match.group(1).splitlines() if BULLET.match(line)]
            named = [licenses.named(BULLET.sub("", entry, count=1)) for entry in entries]
            declared = [one[0] for one in named if one is not None and one[0]]
            if len(declared) == len(named) > 1:
                yield Statement(("project",), " or ".join(declared), None, None, (), (), match.start())

    def block(self, block: Block) -> Iterator[Statement]:
        """What a block says."""
        if block.header:
            yield from self._row(block)
            return
        found = list(self._pieces(block))
        if len(found) == 1 and found[0].link is None:  # "... under the MIT License. See [LICENSE](LICENSE)."
            links = [link.group(2) for link in LINK.finditer(block.text) if not link.group(2).startswith("#")]
            if len(links) == 1 and "licen" in links[0].lower():
                found = [found[0]._replace(link=links[0])]
        yield from found

    def _pieces(self, block: Block) -> Iterator[Statement]:
        """The lines and sentences of a paragraph; of a section that gives the licence also what is only its name."""
        pairs = list(self._pairs(block))
        yield from pairs
        told = {pair.position for pair in pairs}
        sentences = [one for one in self.sentences.statements(block) if one.position not in told]
        yield from sentences
        if block.own and not pairs and not sentences:
            text = BADGE.sub("", block.text).strip(" .*_`")
            named = licenses.named(text) if licenses.is_name(text.lstrip("[")) else None
            if named is not None and licenses.length(text) >= len(text.split(" ©")[0].split(", (c)")[0].rstrip(" .,")):
                yield Statement(("project",), *named, (), (), block.position)

    def badges(self, content: str, start: int) -> Iterator[Statement]:
        """Badges such as "Code License | Apache 2.0"."""
        from urllib.parse import unquote

        for match in islice(_SHIELD.finditer(content, start), MAX_STATEMENTS):
            label, value = (part.replace("--", "\0").replace("_", " ").replace("\0", "-") for part in
                            (unquote(match.group(1)), unquote(match.group(2))))  # fmt: skip
            words = label.lower().split()
            what = " ".join(word for word in words if word not in self.rules.labels)
            covers = self.subject.only(what) if what else ("project",)
            named = licenses.named(value)
            if len(what) < len(label) and covers and named is not None:
                yield Statement(covers, *named[:2], match.group(3), (), (), match.start())

    def _row(self, block: Block) -> Iterator[Statement]:
        """The row of a table that has a column for licences: its first cell says what for."""
        cells = block.text.strip().strip("|").split("|")
        where = [number for number, head in enumerate(block.header) if set(WORD.findall(head)) & self.rules.labels]
        if len(where) != 1 or not 0 < where[0] < len(cells):
            if block.legal and len(cells) == 2:
                where = [1]
            else:
                return
        cell = cells[where[0]]
        offset = block.text.find(cell, len(cells[0]))
        named = licenses.named(cell)
        for one in self.sentences.about(cells[0], named, block.position + max(offset, 0)) if named is not None else ():
            yield one._replace(covers=("weights",)) if one.covers == ("release",) else one

    def _pairs(self, block: Block) -> Iterator[Statement]:
        """Lines such as "Code: MIT" and "License: MIT (code), CC-BY-4.0 (weights)"."""
        at = 0
        for piece in _PIECE.split(block.text):
            line = _LINE.match(piece)
            if line is not None:
                label = re.sub(r"\([^()]*\)", "", plain(line.group(1)))
                words = label.split()
                licensed = any(word in self.rules.labels for word in words)
                what = " ".join(word for word in words if word not in self.rules.labels)
                position = block.position + at + line.start(2)
                named = licenses.named(line.group(2))
                if licensed and not what:
                    yield from self._for_parts(line.group(2), position)
                elif named is not None and (licensed or block.legal or ";" in block.text):
                    covers = self.subject.only(what)
                    whole = bool(set(covers) & set(WHOLE)) and not (block.own and covers == ("project",))
                    if covers and not whole:
                        yield Statement(covers, *named, (), (), position)
            at += len(piece)

    def _for_parts(self, value: str, position: int) -> Iterator[Statement]:
        """The value of a line "License: MIT (code), CC-BY-4.0 (weights)", or "code MIT and weights CC-BY-4.0"."""
        at = 0
        for piece in re.split(r"(, | and |/ )", value):
            part = _FOR_PART.search(piece)
            line = _LINE.match(piece)
            if part is not None or line is not None:
                what = part.group(1) if part is not None else line.group(1) if line is not None else ""
                name = piece[: part.start()] if part is not None else line.group(2) if line is not None else ""
                named = licenses.named(name.strip(" ,:-("))
                covers = self.subject.only(what)
                if named is not None and covers:
                    yield Statement(covers, *named, (), (), position + at)
            at += len(piece)


# -- for one release -------------------------------------------------------------------------------------


def for_release(found: Sequence[Statement], called: Sequence[str]) -> tuple[list[Statement], list[Statement]]:
    """The statements that hold for a release, and those that leave open which licence its weights have.

    A statement about some models holds for the release that is called like one of them; for the whole family it
    leaves the licence open, as does one that leaves some models out. `called`: how the release is called.
    """
    released = [names.tokens(name) for name in called]
    sized = any(names.is_size(word) for one in released for word in one)
    holding, opening = [], []
    for one in found:
        if one.models and not _among(one.models, released):
            if one.declared is not None and _are_of(one.models, released, sized):
                opening.append(one)
        elif one.declared is None or _among(one.excepts, released) or (one.excepts and not sized):
            opening.append(one)
        else:
            holding.append(one)
    special = any(one.models for one in holding)
    if any("weights" in one.covers for one in holding):  # what is said of them outranks what is said of the whole
        holding = [one._replace(covers=("code",)) if is_whole(one) else one for one in holding]
    return holding, [one for one in opening if one.declared is None] if special else opening


def why_open(opening: Sequence[Statement]) -> str:
    """What is found where statements leave open which licence the weights have; it names the models, at most eight."""
    models = list(dict.fromkeys(model for one in opening for model in (*one.models, *one.excepts)))
    shown = ", ".join(models[:8]) + (", ..." if len(models) > 8 else "")
    apart = (
        f"not all models are under the same licence ({shown})" if models else "which licence is for what is not said"
    )
    return f"model-parameters: {apart}; that of this release is open"


def _among(models: Sequence[str], released: Sequence[tuple[str, ...]]) -> bool:
    """Whether the release is one of the models: by its name, or by its size where only that is said."""
    variants = rules().variants
    for said in map(names.tokens, models):
        sizes = {word for word in said if names.is_size(word)}
        for one in released:
            only_size = bool(said) and len(sizes) == len(said)
            if sizes <= set(one) and (only_size or names.speaks_of(said, one, variants)):
                return True
    return False


def _are_of(models: Sequence[str], released: Sequence[tuple[str, ...]], sized: bool) -> bool:
    """Whether the models are some of the family that the release is."""
    for said in map(names.tokens, models):
        if all(map(names.is_size, said)):
            return not sized
        if any(names.begins(said, one) for one in released):
            return True
    return False
