"""Prose → which licence it gives to which part of the release: sentences, lines, lists and tables of a README.

A sentence counts only where each of its words is understood: `rules/license-scope.yaml` has them. What it leaves
open stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote

from openness import yamlio
from openness.sources import names

MAX_BLOCK = 3000
"""Longest paragraph that is looked at, in characters."""

WHOLE = ("project", "release")
"""What a statement covers that is about no part: all that lies here, and what is released."""

MAX_STATEMENTS = 60
MAX_TEXT = 2_000_000
"""Characters of a text that are looked at."""

_MAX_BLOCKS = 400
_MAX_CUES = 12  # in a sentence
_MAX_NAME = 160
_MAX_SUBJECT = 300
_MAX_LICENSE = 600

_LINK = re.compile(r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]{0,60}\]){0,200})\]\(\s{0,3}<?([^()<>\s]{0,500})>?[^()\n]{0,100}\)")
_OR_LINK = re.compile(r"\[[^\[\]\n]{1,120}\]\([^()\n]{1,300}\)\s{1,400}or\s{1,8}(?:the )?\[", re.IGNORECASE)
_BADGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\)|<[^<>\n]{0,500}>|https?://[^\s)>\]]{1,500}")
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,300}?href=[\"']([^\"'<>\s()]{1,300})[\"'][^<>]{0,200}>([^<>\[\]]{1,200})</a>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,15}(?:\s[^<>]{0,300})?/?>")
_WORD = re.compile(r"[^\W_](?:[\w.+'’-]{0,60}[\w+])?")
_SENTENCE = re.compile(r"(?<=[.!?;])[*_\"')]{0,3} {1,8}(?=[\w\"'`*\[(<])|;")
_VERSION_AFTER = re.compile(r",? {0,3}(?:version|v\.?) ?[0-9]", re.IGNORECASE)
_BULLET = re.compile(r"[ \t>]{0,40}(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+")
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
_HEADING = re.compile(r"#{1,6}[ \t]+(.{1,120})")
_MARKUP = re.compile(r"[*_`\"“”]{1,3}")
_IN_BRACKETS = re.compile(r"[ ]{0,3}\(([^()\n]{2,60})\)")
_WHICH = re.compile(r"(?:which|that|these|those)(?: [a-z]{1,12}){0,4} {0,2}\Z")
_DEFAULT = re.compile(
    r"(?:unless|except where|except as)\b(?=[^,.;]{0,90}\b(?:otherwise|else|different|differently)\b)[^,.;]{1,120}, ",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[*_ ]{0,4}([A-Za-z /]{4,40}?)[*_]{0,3}:[*_]{0,3} ")
_NAME_BEGINS = re.compile(
    r"[;:(]\s*|, (?!version|v\d)(?:and |but |while )?| and (?!conditions)|\bunder ", re.IGNORECASE
)
_SUBJECT_ENDS = re.compile(r"[.,;:(]| and ")
_ITS_LICENSE = re.compile(
    r"\b(?:the |its |our )?licen[sc]e (?:of|for) |(?:['’]s? |\b(?:the|its|our) )licen[sc]e\s*\Z", re.IGNORECASE
)
_HOLDER = re.compile(r" (?:©|\(c\)) ?[12]\d{3}(?:[-–, ]{1,2}[12]\d{3})? by .{1,80}")
_BEFORE_LINK = re.compile(
    r"((?:[A-Z][\w.+-]{0,30} ){1,4})\[(?=(?:[A-Za-z]{2,12} ){0,2}(?:licen[sc]e|agreement|terms)\b)", re.IGNORECASE
)
_ASIDE = re.compile(r",\s*(?:that|which)\Z", re.IGNORECASE)
_AND_IS = re.compile(
    r"(.{1,80}?) (?:is|was|are|were) [^,;:]{1,120},? and (?:is|are) (?:itself |also |therefore |thus )?(.*)"
)
"""Subject and verb of "X is made from Y and is licensed"."""
_OBLIGED = re.compile(
    r"(?:\A|, )(?:you|users|the user)(?: (?:also|in addition|additionally))? (?:must|have to|need to|are required to)"
    r"(?: (?:also|in addition|additionally))?\Z"
)
_AND_ANOTHER = re.compile(r",? (?:and|as well as) ((?:the |our |its |a |an )?[^.;,()]{1,80})")
_SO_ARE = re.compile(
    r",? (?:and so (?:are|is)|as (?:are|is)|and the same (?:applies to|goes for|holds for)) ([^.;,()]{1,80})"
)
_LIST = re.compile(r", and |, (?!version|v\d)| and (?!conditions)", re.IGNORECASE)
_BY = re.compile(r"\bby (?:the authors\b|us\b|(?:[A-Z][\w.&-]{0,40}(?:\s|\Z)){1,6})")
"""Who releases something."""
_EXCEPTED_END = re.compile(r"[.;()]|,? which|,? that|,? these| are ")
_FOR_PART = re.compile(r"(?:for|\()[ ]{0,3}((?:[\w-]{1,30}[ ]{0,2}){1,6})\)?\.?[ ]{0,3}\Z")


class Statement(NamedTuple):
    """One licence given to parts of the release."""

    covers: tuple[str, ...]
    """Of `weights`, `code`, `data`, `documentation`; `project` = all that lies here, `release` = what is released."""

    declared: str | None
    """The licence as written; None where none of the words names one."""

    also: str | None
    """Another name of it, in brackets behind the first."""

    link: str | None
    """Where the words lead to: an address, or a path in the repository."""

    models: tuple[str, ...]
    """The models of the family that alone are meant; empty: all of them."""

    excepts: tuple[str, ...]
    """The models of the family that are left out."""

    position: int
    """Where in the text the licence is named."""


class _Rules(NamedTuple):
    """`rules/license-scope.yaml`."""

    parts: dict[str, str]
    """Phrase → part."""
    phrase: re.Pattern[str]
    others: re.Pattern[str]
    fillers: frozenset[str]
    variants: frozenset[str]
    cue: re.Pattern[str]
    direct: frozenset[str]
    following: frozenset[str]
    obliging: frozenset[str]
    before_names: frozenset[str]
    backwards: re.Pattern[str]
    riders: re.Pattern[str]
    being: re.Pattern[str]
    predicate: frozenset[str]
    pronouns: frozenset[str]
    acting: re.Pattern[str]
    choosing: re.Pattern[str]
    agreeing: re.Pattern[str]
    joins: re.Pattern[str]
    reasons: re.Pattern[str]
    lead: re.Pattern[str]
    end: re.Pattern[str]
    heads: frozenset[str]
    exceptions: re.Pattern[str]
    headings: frozenset[str]
    labels: frozenset[str]
    titles: frozenset[str]
    foreign_folders: frozenset[str]
    foreign_files: re.Pattern[str]


@lru_cache(maxsize=1)
def rules() -> _Rules:
    """The phrases, compiled on first use."""
    top = yamlio.rules("license-scope.yaml", "the list of phrases")
    components = top.child("components")
    if components is None:
        top.fail("components", "the list of phrases needs 'components'")
    parts = {phrase: part for part in components.map for phrase in _phrases(components.text(part))}
    acting, actors = _any(top.text("acting").split("|")), _any(top.text("actors").split("|"))
    return _Rules(
        parts=parts,
        phrase=re.compile(_any(parts)),
        others=re.compile(_any(_phrases(top.text("others")))),
        fillers=frozenset(top.text("fillers").split()),
        variants=frozenset(top.text("variants").split()),
        cue=re.compile(
            _any(
                [
                    cue
                    for key in ("cues", "direct-cues", "following-cues", "name-cues", "obliging-cues")
                    for cue in _phrases(top.text(key))
                ]
            )
            + r"|\((?=\w)",
            re.IGNORECASE,
        ),
        direct=frozenset(_phrases(f"{top.text('direct-cues')} | {top.text('following-cues')}")),
        following=frozenset(_phrases(top.text("following-cues"))),
        obliging=frozenset(_phrases(top.text("obliging-cues"))),
        before_names=frozenset(_phrases(top.text("name-cues"))),
        backwards=re.compile(rf"[ ]{_any(_phrases(top.text('backward-cues')))}[ ]", re.IGNORECASE),
        riders=re.compile(rf"[ ,(]{{0,3}}{_any(_phrases(top.text('riders')))}", re.IGNORECASE),
        being=re.compile(_any(_phrases(top.text("being")))),
        predicate=frozenset(top.text("predicate").split()),
        pronouns=frozenset(_phrases(top.text("pronouns"))),
        acting=re.compile(rf"{actors}(?: (?:are|have|also|hereby|now|may|can)){{0,3}} {acting} (.{{1,300}})"),
        choosing=re.compile(_any(_phrases(top.text("choosing")))),
        agreeing=re.compile(
            r"(?:by|when) [a-z]{3,12}ing(?:(?:,| or| and|, or) [a-z]{3,12}ing){0,4} (.{1,200}?),? "
            r"(?:you|users?|the user)(?: (?:hereby|also|must|fully|automatically|agree to be)){0,2}"
        ),
        reasons=re.compile(_any(_phrases(top.text("reasons")))),
        joins=re.compile(rf",? {_any(_phrases(top.text('contrasts')))} |, and "),
        lead=re.compile(rf"[ ]{{0,3}}{_any(_phrases(top.text('lead-ins')))}(?=[ \[])", re.IGNORECASE),
        end=re.compile(
            rf" {_any(top.text('name-ends').split())}| only(?=[.,;]|\Z)"
            r"| and (?!conditions)| or (?!later|any later)| [-–—] "
        ),
        heads=frozenset(top.text("heads").split()),
        exceptions=re.compile(_any(_phrases(top.text("exceptions"))), re.IGNORECASE),
        headings=frozenset(_phrases(top.text("headings"))),
        labels=frozenset(top.text("labels").split()),
        titles=frozenset(top.text("titles").split()),
        foreign_folders=frozenset(top.text("foreign-folders").split()),
        foreign_files=re.compile(top.text("foreign-files"), re.IGNORECASE),
    )


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|")]


def _any(phrases: Sequence[str] | dict[str, str]) -> str:
    """A pattern for any of the phrases as whole words, the longest first."""
    ordered = sorted((phrase.strip() for phrase in phrases), key=len, reverse=True)
    return rf"(?<![\w-])(?:{'|'.join(re.escape(phrase) for phrase in ordered)})(?![\w-])"


def statements(content: str, start: int, called: Sequence[str]) -> list[Statement]:
    """What the text says from `start` on, in its order. `called` are the names of the release.

    Linear in the length of the text, of which `MAX_TEXT` characters and some hundred paragraphs are looked at.
    """
    known = _Known(called)
    content = content[: start + MAX_TEXT]
    blocks = list(islice(_blocks(content, start), _MAX_BLOCKS))
    found = [one for block in blocks for one in known.block(block)]
    found += [*known.choices(content, start), *known.badges(content, start)]
    apart = any(map(_is_whole, found)) and not any("weights" in one.covers for one in found)
    if apart and any(known.has_unread(block, found) for block in blocks):  # so the whole may be all but the weights
        found = [one._replace(covers=("code",)) if _is_whole(one) else one for one in found]
    return sorted(found, key=lambda one: one.position)[:MAX_STATEMENTS]


def _is_whole(one: Statement) -> bool:
    return set(one.covers) <= set(WHOLE)


# -- blocks ----------------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """A paragraph, an entry of a list, a row of a table, or a line of one of these."""

    position: int
    text: str
    """On one line; as long as it is in the file, so that positions in it are positions in the file."""
    legal: bool
    """Whether it stands in a section that gives licences,"""
    own: bool
    """and one that is about nothing else: not `Third-party licences`."""
    listed: bool
    header: tuple[str, ...]
    """The heads of the columns, where it is the row of a table."""


def _blocks(content: str, start: int) -> Iterator[_Block]:
    """The blocks that speak of licences, code and tables of contents aside."""
    legal = own = fenced = False
    first = position = start
    lines: list[str] = []
    header: tuple[str, ...] = ()
    for line in [*content[start:].split("\n"), ""]:
        stripped = line.strip()
        if not (stripped or lines or header):
            position += len(line) + 1
            continue
        if stripped.startswith(("```", "~~~")):
            fenced = not fenced
            stripped = ""
        row = stripped.startswith("|") or stripped.count(" | ") > 1
        if not stripped or fenced or row or stripped.startswith("#") or _BULLET.match(line):
            yield from _block(first, lines, (legal, own), ())
            lines = []
        if fenced or not stripped:
            header = header if row else ()
        elif stripped.startswith("#"):
            heading = _HEADING.match(stripped)
            legal, own = _is_legal(heading.group(1)) if heading is not None else (False, False)
        elif row:
            cells = tuple(stripped.strip("|").split("|"))
            if header and not set(stripped) <= set("|-: \t"):
                yield from _block(position, [line], (legal, own), header)
            header = header or tuple(cell.strip().lower() for cell in cells)
        else:
            if not lines:
                first = position
            lines.append(line)
        if not row:
            header = ()
        position += len(line) + 1
    yield from _block(first, lines, (legal, own), ())


def _block(position: int, lines: list[str], section: tuple[bool, bool], header: tuple[str, ...]) -> Iterator[_Block]:
    text = " ".join(lines)[:MAX_BLOCK]
    if "<" in text:
        text = _TAG.sub(lambda tag: " " * len(tag.group()), _ANCHOR.sub(_as_link, text))
    lowered = text.lower()
    if text and (section[0] or "licen" in lowered or " under " in lowered or header):
        yield _Block(position, text, *section, bool(lines and _BULLET.match(lines[0])), header)


def _as_link(anchor: re.Match[str]) -> str:
    """A link of HTML as one of Markdown, of the same length."""
    return f"[{anchor.group(2)}]({anchor.group(1)})".ljust(len(anchor.group()))


def _is_legal(heading: str) -> tuple[bool, bool]:
    """Whether a section with this heading gives licences, and whether it is about nothing else."""
    words = _WORD.findall(heading.lower())
    while words and words[0][0].isdigit():
        words = words[1:]
    known = rules()
    own = " ".join(words) in known.headings or (bool(words) and known.labels.issuperset(words))
    return own or (0 < len(words) <= 4 and any(word in known.labels for word in words)), own


# -- what is said ----------------------------------------------------------------------------------------


class _Known:
    """The phrases, and the names of the release, against which a text is read."""

    def __init__(self, called: Sequence[str]) -> None:
        self.rules = rules()
        self.own = [one for one in dict.fromkeys(names.tokens(name) for name in called) if one]
        self.words = {word for one in self.own for word in one}
        self.squashed = ["".join(one) for one in self.own]

    def choices(self, content: str, start: int) -> Iterator[Statement]:
        """Lists such as "Licensed under either of", an entry for each licence, "at your option"."""
        for match in _CHOICE.finditer(content, start):
            entries = [line for line in match.group(1).splitlines() if _BULLET.match(line)]
            named = [self._license(_BULLET.sub("", entry, count=1)) for entry in entries]
            declared = [one[0] for one in named if one is not None and one[0]]
            if len(declared) == len(named) > 1:
                yield Statement(("project",), " or ".join(declared), None, None, (), (), match.start())

    def block(self, block: _Block) -> Iterator[Statement]:
        """What a block says."""
        if block.header:
            yield from self._row(block)
            return
        found = list(self._pieces(block))
        if len(found) == 1 and found[0].link is None:  # "... under the MIT License. See [LICENSE](LICENSE)."
            links = [link.group(2) for link in _LINK.finditer(block.text) if not link.group(2).startswith("#")]
            if len(links) == 1 and "licen" in links[0].lower():
                found = [found[0]._replace(link=links[0])]
        yield from found

    def has_unread(self, block: _Block, found: Sequence[Statement]) -> bool:
        """Whether a sentence speaks of the weights and of a licence, besides what was found."""
        at = 0
        here = any(block.position <= one.position < block.position + len(block.text) for one in found)
        for sentence in _SENTENCE.split(block.text) if block.legal or here else ():
            at = block.text.find(sentence, at)
            first, last = block.position + at, block.position + at + len(sentence)
            at += len(sentence)
            said = max(
                (one.position + len(one.declared or "") for one in found if first <= one.position < last), default=first
            )
            words = sentence[said - first :].lower()
            parts = {self.rules.parts[one.group()] for one in self.rules.phrase.finditer(words)}
            if "weights" in parts and any(word in self.rules.heads for word in re.split(r"[^a-z]+", words)):
                return True
        return False

    def _pieces(self, block: _Block) -> Iterator[Statement]:
        """The lines and sentences of a paragraph; of a section that gives the licence also what is only its name."""
        pairs = list(self._pairs(block))
        yield from pairs
        sentences = [one for one in self._sentences(block) if not any(one.position == pair.position for pair in pairs)]
        yield from sentences
        if block.own and not pairs and not sentences:
            text = _BADGE.sub("", block.text).strip(" .*_`")
            named = self._license(text) if self._is_name(text.lstrip("[")) else None
            if named is not None and self._length(text) >= len(text.split(" ©")[0].split(", (c)")[0].rstrip(" .,")):
                yield Statement(("project",), *named, (), (), block.position)

    def badges(self, content: str, start: int) -> Iterator[Statement]:
        """Badges such as "Code License | Apache 2.0"."""
        for match in islice(_SHIELD.finditer(content, start), MAX_STATEMENTS):
            label, value = (part.replace("--", "\0").replace("_", " ").replace("\0", "-") for part in
                            (unquote(match.group(1)), unquote(match.group(2))))  # fmt: skip
            words = label.lower().split()
            what = " ".join(word for word in words if word not in self.rules.labels)
            covers, models = self._subject(what) if what else (("project",), ())
            named = self._license(value)
            if len(what) < len(label) and covers and not models and named is not None:
                yield Statement(covers, *named[:2], match.group(3), (), (), match.start())

    def _row(self, block: _Block) -> Iterator[Statement]:
        """The row of a table that has a column for licences: its first cell says what for."""
        cells = block.text.strip().strip("|").split("|")
        where = [number for number, head in enumerate(block.header) if set(_WORD.findall(head)) & self.rules.labels]
        if len(where) != 1 or not 0 < where[0] < len(cells):
            if block.legal and len(cells) == 2:
                where = [1]
            else:
                return
        cell = cells[where[0]]
        offset = block.text.find(cell, len(cells[0]))
        named = self._license(cell)
        for one in self._about(cells[0], named, block.position + max(offset, 0)) if named is not None else ():
            yield one._replace(covers=("weights",)) if one.covers == ("release",) else one

    def _pairs(self, block: _Block) -> Iterator[Statement]:
        """Lines such as "Code: MIT" and "License: MIT (code), CC-BY-4.0 (weights)"."""
        at = 0
        for piece in _PIECE.split(block.text):
            line = _LINE.match(piece)
            if line is not None:
                label = re.sub(r"\([^()]*\)", "", self._plain(line.group(1)))
                words = label.split()
                licensed = any(word in self.rules.labels for word in words)
                what = " ".join(word for word in words if word not in self.rules.labels)
                position = block.position + at + line.start(2)
                named = self._license(line.group(2))
                if licensed and not what:
                    yield from self._for_parts(line.group(2), position)
                elif named is not None and (licensed or block.legal or ";" in block.text):
                    covers, models = self._subject(what)
                    if covers and not models and (block.own or not set(covers) & set(WHOLE)):
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
                named = self._license(name.strip(" ,:-("))
                covers, models = self._subject(what)
                if named is not None and covers and not models:
                    yield Statement(covers, *named, (), (), position + at)
            at += len(piece)

    def _sentences(self, block: _Block) -> Iterator[Statement]:
        at = 0
        for sentence in _SENTENCE.split(block.text):
            start = block.text.find(sentence, at)
            at = start + len(sentence)
            default = _DEFAULT.match(sentence) or self._heading(sentence)
            begin = default.end() if default is not None else 0
            position = block.position + start + begin
            applied = list(self._applied(sentence[begin:], position))
            given = self._clauses(sentence[begin:], position, block.listed, block.own)
            yield from applied
            yield from (one for one in given if not applied or not _is_whole(one))

    def _heading(self, sentence: str) -> re.Match[str] | None:
        """A label in front of a sentence that only says that it gives a licence: "GOVERNING TERMS: Use of ..."."""
        label = _LABEL.match(sentence)
        words = label.group(1).lower().split() if label is not None else []
        return label if set(words) & self.rules.labels and set(words) <= self.rules.labels | {"governing"} else None

    def _applied(self, sentence: str, position: int) -> Iterator[Statement]:
        """Each "licence applies to subject" of a sentence, also "MIT for the code"."""
        at = 0
        for cue in islice(self.rules.backwards.finditer(sentence), _MAX_CUES):
            before = sentence[at : cue.start()]
            first = max((one.end() for one in _NAME_BEGINS.finditer(before)), default=0)
            begin = self._lead(sentence, at + first)
            name = sentence[begin : cue.start()].strip()
            named = self._license(name) if self._is_name(name) else None
            if named is None or self._length(name) < len(name) or self.rules.being.search(name):
                continue
            end = min([cue.end() + one.start() for one in _SUBJECT_ENDS.finditer(sentence[cue.end() :])
                       if one.group() != " and " or self._is_name(sentence[cue.end() + one.end() :])],
                      default=len(sentence))  # fmt: skip
            covers, models = self._subject(self._plain(sentence[cue.end() : end]).removesuffix(" only"))
            if covers and not models:
                yield Statement(covers, *named, (), (), position + begin)
                at = end

    def _clauses(self, sentence: str, position: int, listed: bool, own: bool) -> Iterator[Statement]:
        """Each "subject is released under licence" of a sentence; the second may leave out its verb."""
        at, earlier = 0, False
        excepted: tuple[str, ...] = ()
        left_out: tuple[str, ...] = ()
        for cue in islice(self.rules.cue.finditer(sentence), _MAX_CUES):
            if cue.start() < at:
                continue
            subject = sentence[at : cue.start()]
            lead = self._lead(sentence, cue.end())
            bracket = _IN_BRACKETS.match(sentence, cue.start())  # "for research only (CC BY-NC 4.0)"
            last = bracket.end(1) if bracket is not None else lead + _MAX_LICENSE
            direct = cue.group().lower() in self.rules.direct
            each = list(self._respectively(subject, sentence[lead:last], position + lead))
            if each:
                yield from each
                at = lead + sentence[lead:].index("respectively")
                continue
            named = None if sentence.startswith(("and ", "or "), lead) else self._license(sentence[lead:last])
            if cue.group().lower() in self.rules.obliging and (named is None or not (named[0] or "")[:1].isupper()):
                continue  # "comply with the licence" names none
            only_name = direct or bracket is not None or cue.group().lower() in self.rules.before_names
            if named is None or len(subject) > _MAX_SUBJECT:
                continue
            if only_name and not self._is_name(sentence[lead:]) and not self._is_titled(cue.group(), named[0]):
                continue
            if direct:  # "The model's licence is MIT"
                subject = _ITS_LICENSE.sub(" ", subject)
                subject = subject if subject.strip() or not own else "this project"
            end = lead + self._length(sentence[lead:last])
            if named[0] and self.rules.choosing.search(subject.lower()):
                named = (named[0].replace(" and ", " or "), *named[1:])
            if "respectively" in sentence[end : end + 20].lower() or self._has_more(sentence, end):
                named = (None, None, None)  # which is which is not read, or it is not this licence alone
            if excepted and _WHICH.search(subject.lower()):
                yield Statement(("weights",), *named, excepted, (), position + lead)
                at, excepted = end, ()
                continue
            if own and at == 0 and self._is_implied(subject):
                what = "this project"  # "Licensed under ...", where a section gives the licence
            else:
                what = self._told(subject, direct, earlier or listed)
                covers, models = self._subject(self._plain(subject).strip(" ,"))
                if not what and own and covers and not models:
                    what = subject  # "Code under MIT"
            if left_out and what:  # "except for the weights, which are under ..."
                what = re.sub(r",? (?:which|that)\s*\Z", "", what)
            found = list(self._about(what, named, position + lead)) if what else self._unread(subject, position + lead)
            left_out = tuple(part for part in left_out if not any(part in one.covers for one in found))
            rest = self.rules.exceptions.search(sentence, end, end + 12)
            at = end
            if rest is not None and found and not found[0].models:
                following = sentence[rest.end() : rest.end() + 200]
                excepted = self._models(following)
                found = [one._replace(excepts=excepted) for one in found]
                at = rest.end()
                left_out = self._parts(following)
            yield from found
            too = _SO_ARE.match(sentence, end)
            if too is not None and found:
                covers, models = self._subject(self._plain(too.group(1)))
                if covers and not models:
                    yield found[0]._replace(covers=covers, excepts=())
                    at = too.end()
            earlier = earlier or bool(found)
        if left_out:  # "except for the weights": nothing says which licence they have
            yield Statement(left_out, None, None, None, (), (), position + at)

    def _is_implied(self, subject: str) -> bool:
        """Whether a sentence is about the release without saying so."""
        words = self._plain(subject).split()
        return self.rules.predicate.issuperset(words) and not self.rules.pronouns.issuperset(words[:1] or [""])

    def _respectively(self, subject: str, text: str, position: int) -> Iterator[Statement]:
        """The statements of "code and weights are under MIT and CC-BY-4.0, respectively"."""
        end = text.find("respectively")
        if end < 0:
            return
        if not self._is_name(text):
            return
        what = self._plain(self._of_clause(subject, elliptic=True))
        parts = [self.rules.parts[one.group()] for one in self.rules.phrase.finditer(what)]
        listed = _LIST.split(text[:end].strip(" ,"))
        named = [self._license(name[self._lead(name, 0) :]) for name in listed]
        if self._subject(what)[0] and 1 < len(parts) == len(named):
            for part, name in zip(parts, named, strict=True):
                if name is not None:
                    yield Statement((part,), *name, (), (), position)

    def _told(self, subject: str, direct: bool, elliptic: bool) -> str:
        """What a clause is about; of several the last one, if those before it are about something else."""
        what = subject if direct else self._of_clause(subject, elliptic)
        if what and self._subject(self._plain(what).strip(" ,"))[0]:
            return what
        lowered = subject.lower()
        begun = [one.end() for one in self.rules.joins.finditer(lowered)]
        if self.rules.reasons.match(lowered.lstrip()):
            begun.append(lowered.rfind(", ") + 2)
        both = _AND_IS.match(subject)
        if both is not None and not direct and not self.rules.others.search(both.group(1).lower()):
            return self._of_clause(f"{both.group(1)} is {both.group(2)}", elliptic=False) or what
        if not begun or self.rules.others.search(lowered):
            return what
        last = subject[max(begun) :]
        return last if direct else self._of_clause(last, elliptic=False) or what

    def _parts(self, text: str) -> tuple[str, ...]:
        """The parts that an exception names."""
        covers, models = self._subject(self._plain(_EXCEPTED_END.split(text)[0]).strip(" ,"))
        return () if models or set(covers) & set(WHOLE) else covers

    def _is_name(self, text: str) -> bool:
        """Whether a text begins with a word that only licences begin with: "the code is MIT"."""
        first = _WORD.search(text, 0, 60)
        word = re.split(r"-|v?\d", first.group().lower())[0] if first is not None else ""
        return word in self.rules.heads and word not in self.rules.labels

    def _has_more(self, sentence: str, end: int) -> bool:
        """Whether something is added to the licence whose name ends there: a rider, or another that is not known."""
        if self.rules.riders.match(sentence, end):
            return True
        another = _AND_ANOTHER.match(sentence, end)
        if another is None or self.rules.cue.search(another.group(1)):
            return False
        return not set(_WORD.findall(another.group(1).lower())).isdisjoint(self.rules.titles)

    def _is_titled(self, cue: str, name: str | None) -> bool:
        """Whether a part is said to follow something that is called a licence: "the weights follow the X Agreement"."""
        words = set(_WORD.findall((name or "").lower()))
        return cue.lower() in self.rules.following and not words.isdisjoint(self.rules.titles)

    def _unread(self, subject: str, position: int) -> list[Statement]:
        """A sentence about one model of a family that was not understood: it leaves the licence of that model open."""
        text = self._plain(subject)
        verb = self.rules.being.search(text)
        what = _BULLET.sub("", text[: verb.start()], count=1).strip() if verb is not None else ""
        covers, models = self._subject(what)
        if not models and covers == ("weights",) and any(map(names.is_size, names.tokens(what))):
            models = (what,)
        return [Statement(("weights",), None, None, None, models, (), position)] if models else []

    def _of_clause(self, words: str, elliptic: bool) -> str:
        """What a clause is about: what stands before its verb; empty where it is not plain that it gives a licence."""
        text = _MARKUP.sub("", _LINK.sub(r"\1", _BADGE.sub(" ", words)))
        text = " ".join(_BULLET.sub("", text, count=1).split())
        lowered = text.lower()
        if _OBLIGED.search(lowered):
            return "this model"
        agreed = self.rules.agreeing.fullmatch(lowered)
        if agreed is not None:
            return agreed.group(1)
        active = self.rules.acting.search(lowered)
        if active is not None and not self.rules.being.search(active.group(1)):
            what = re.sub(
                r"(?: (?:publicly|freely|openly|permissively|available|to the public),?)+\Z", "", active.group(1)
            )
            return what.strip()
        verbs = list(self.rules.being.finditer(lowered))
        if not verbs:
            return text.strip(" ,") if elliptic else ""
        behind = _BY.sub(" ", text[verbs[-1].end() :]).lower()
        said = [word for word in _WORD.findall(behind.replace("/", " ")) if word]
        if any(word not in self.rules.predicate for word in said):
            return ""
        what = text[: verbs[-1].start()].strip()
        return "" if what.lower().endswith((" that", " which")) and not _ASIDE.search(what) else what.strip(" ,")

    def _about(self, what: str, named: tuple[str | None, str | None, str | None], position: int) -> Iterator[Statement]:
        """The statement of a licence about a subject, if the subject is the release, parts or models of it."""
        text = self._plain(what)
        excepts: tuple[str, ...] = ()
        if not self._subject(text.strip(" ,("))[0]:
            text = re.sub(r" \([^()]*\)", "", text)
        found = self.rules.exceptions.search(text)
        if found is not None:
            excepts = self._models(text[found.end() :])
            left_out = self._parts(text[found.end() :])
            text = text[: found.start()]
            if left_out:
                yield Statement(left_out, None, None, None, (), (), position)
            elif not excepts:
                return
        covers, models = self._subject(text.strip(" ,("))
        if covers:
            yield Statement(covers, *named, models, excepts, position)

    def _plain(self, text: str) -> str:
        plain = _MARKUP.sub("", _LINK.sub(r"\1", _BADGE.sub(" ", text)))
        return " ".join(plain.split()).lower()

    def _subject(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The parts, and the models of the family, that a subject names; nothing where a word is not understood."""
        lowered = _HOLDER.sub(" ", text.lower())
        if not lowered or len(lowered) > _MAX_SUBJECT or self.rules.others.search(lowered):
            return (), ()
        head = re.split(r" (?:of|for|in|from|on|at|with|by)\b", re.sub(r"^(?:the )?(?:use|usage) of ", "", lowered))[0]
        covers = tuple(dict.fromkeys(self.rules.parts[one.group()] for one in self.rules.phrase.finditer(head)))
        rest = self.rules.phrase.sub(" ", lowered).replace("/", " ").replace("\\", " ")
        left = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(rest)]
        said = self.rules.fillers | self.rules.variants
        left = ["-".join(part for part in word.split("-") if part not in self.rules.variants) for word in left
                if word not in said]  # fmt: skip
        left = [word for word in left if word]
        if not left:
            return covers, ()
        if self._is_own(left):
            sized = any(names.is_size(token) for word in left for token in names.tokens(word))
            return covers or (("weights",) if sized else ("release",)), ()
        models = self._members(rest)
        return (("weights",), models) if models and set(covers) <= {"weights"} else ((), ())

    def _is_own(self, left: list[str]) -> bool:
        """Whether the words that are left are the release's own name."""
        said = [token for word in left for token in names.tokens(word)]
        if not said:
            return True
        if any(said[0] == one[0] and set(said) <= self.words for one in self.own):
            return True
        joined = "".join(said)
        return any(len(joined) > 3 and one.startswith(joined) and not one[len(joined) :][:1].isdigit()
                   for one in self.squashed)  # fmt: skip

    def _members(self, text: str) -> tuple[str, ...]:
        """The models of the family that a list of names has; nothing where one of the names is of another family."""
        found = []
        for name in re.split(r",| and | & ", text):
            said = [word for word in _WORD.findall(name) if word not in self.rules.fillers]
            if said:
                found.append("-".join(said))
        family = [name for name in map(names.tokens, found) if not all(map(names.is_size, name))]
        own = [one for one in self.own if all(names.begins(name, one[:1]) for name in family)]
        return tuple(found) if found and own else ()

    def _models(self, text: str) -> tuple[str, ...]:
        """The models that an exception names: sizes, and names with a number."""
        cut = _EXCEPTED_END.split(text)[0]
        words = [word for word in _WORD.findall(cut.lower().replace("/", " ")) if word not in self.rules.fillers]
        return tuple(word for word in words if any(sign.isdigit() for sign in word))

    # -- the licence ---------------------------------------------------------------------------------

    def _lead(self, text: str, position: int) -> int:
        """Where the name of a licence begins, behind "the terms of the"."""
        for _ in range(4):
            lead = self.rules.lead.match(text, position)
            if lead is None:
                break
            position = lead.end()
        while text[position : position + 1] == " ":
            position += 1
        return position

    def _length(self, text: str) -> int:
        """How many characters at the beginning of a text are the name of a licence."""
        link = _LINK.match(text.lstrip("*_` "))
        if link is not None:
            return len(text) - len(text.lstrip("*_` ")) + link.end()
        end = min(len(text), _MAX_NAME)
        for stop in self.rules.end.finditer(text, 0, end):
            following = text[stop.end() :].removeprefix("the ")
            if stop.group() not in (" and ", " or ") or not self._is_name(following):
                end = stop.start()
                break
        for mark in re.finditer(r"[;(\[\]<|]|[.:](?=\s|\Z)|,", text[:end]):
            if mark.group() != "," or not _VERSION_AFTER.match(text, mark.start()):
                return mark.start()
        return end

    def _license(self, text: str) -> tuple[str | None, str | None, str | None] | None:
        """Name, further name and link of the licence at the beginning of a text; None if it is none."""
        text = text.lstrip("*_` \t")
        if _OR_LINK.match(text):
            text = " ".join(_LINK.sub(r"\1", text).split())
        begun = _BEFORE_LINK.match(text)  # "the DeepSeek [Model License](LICENSE-MODEL)"
        if begun is not None:
            text = f"[{begun.group(1)}{text[begun.end() :]}"
        length = self._length(text)
        link = _LINK.match(text)
        declared = " ".join(_MARKUP.sub("", link.group(1) if link is not None else text[:length]).split()).strip(" ,.-")
        declared = declared.removesuffix(" licensed").removesuffix("-licensed")
        target = link.group(2) if link is not None else None
        words = {word for part in _WORD.findall(declared.lower()) for word in (part, part.split("-")[0])}
        heads = {re.sub(r"v?[\d.]+\Z", "", word) for word in words} | words
        if not heads & self.rules.heads or text.startswith(" or ", length):
            return None
        bracket = _IN_BRACKETS.search(declared) if link is not None else _IN_BRACKETS.match(text, length)
        if link is not None and bracket is not None:
            declared = declared[: bracket.start()] or declared
        also = bracket.group(1) if bracket is not None and "://" not in bracket.group(1) else None
        if link is None and bracket is None:
            following = _LINK.match(text, length)
            target = following.group(2) if following is not None else None
        return declared[:_MAX_NAME] or None, also, target


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
        holding = [one._replace(covers=("code",)) if _is_whole(one) else one for one in holding]
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
