"""Prose → the models that it says the release was made from: the sentences of a card that say so plainly.

`rules/base-models.yaml` has the phrases. A sentence counts only where its subject is the release and what the phrase
leads to is a model; what else stands there may not be about something other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio
from openness.errors import CatalogError
from openness.sources import names, registry

MAX_TEXT = 2_000_000
"""Characters of a text that are looked at."""

_MAX_SENTENCES = 400
_MAX_BEFORE = 400  # characters of a sentence before its phrase
_MAX_AFTER = 600
_MAX_LIST = 30
_MAX_WORDS = 6  # of a name

_CUE = re.compile(
    r"tun(?:ed?|ing)\b|based|buil[dt]|merg|quanti[sz]|quants? of|deriv|adapt|distil|lora\b|train|ba(?:se|sis)\b|continu"
    r"|initiali[sz]|conver|gguf|awq|gptq|onnx|mlx|parent model|original model|mix|blend|modif|exten|fork|created|made",
    re.IGNORECASE,
)
"""A piece of every phrase of the rules."""

_BREAK = re.compile(
    r"\n[ \t>]*\n|\n(?=[ \t>]{0,20}(?:[-*+•#|]|[0-9]{1,3}[.)])[ \t*#]?)|(?<=\n)#[^\n]{0,200}\n"
    r"|(?<!e\.g)(?<!i\.e)(?<!vs)(?<!cf)[.!?][*_\"')]{0,3}[ \t\n]{1,8}(?=[A-Z\"'`*\[(<#\u0080-\U0010ffff])|;[ \n]"
)
_PIECE = re.compile(
    r"(?P<image>!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\))"
    r"|\[(?P<label>[^\[\]]{1,300})\]\([ ]{0,3}<?(?P<link>[^()<>\s]{1,500})>?[^()\n]{0,100}\)"
    r"|<a\s[^<>]{0,200}?href=[\"']?(?P<href>[^\"'<>\s]{1,400})[\"']?[^<>]{0,200}>(?P<anchor>[^<>]{1,200})</a>"
    r"|(?P<tag></?[a-zA-Z][^<>\n]{0,300}>)"
    r"|(?P<url>https?://[^\s)>\]\"'`,]{1,400})"
    r"|(?P<word>\w(?:[\w.+'’/-]{0,150}[\w+])?)"
    r"|(?P<sign>[,:;()&|+?\]\[-])"
)
_HUB = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?:models/)?([\w.-]{2,96}(?:/[\w.-]{2,96})?)(?:[/?#].*)?\Z"
)
_NOT_MODELS = (
    "datasets",
    "spaces",
    "docs",
    "papers",
    "blog",
    "collections",
    "models",
    "organizations",
    "learn",
    "posts",
    "tasks",
)
_ID = re.compile(r"[A-Za-z][\w.-]{1,60}/[A-Za-z][\w.-]{1,95}")
_FILE = re.compile(r".*\.(?:py|md|json|ya?ml|txt|sh|ipynb|png|jpe?g|pdf|csv|bin|html?|com|org|io)\Z", re.IGNORECASE)
_LIKE_NAME = re.compile(r"(?=[^\d]*\d)(?=.*[A-Za-z]{2})[A-Za-z][\w.]*[-/][\w.-]+")
_BULLET = re.compile(r"[ \t>]{0,20}(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+")


class Statement(NamedTuple):
    """A model that a sentence says the release was made from."""

    model: str
    relation: str | None
    position: int
    """Where in the text the model is named."""


class _Mention(NamedTuple):
    """A model named in a sentence."""

    name: str
    position: int
    sure: bool
    """Whether it is known to be a model, and does not only look like the name of one."""


class _Rule(NamedTuple):
    relation: str | None
    find: tuple[re.Pattern[str], ...]


class _Rules(NamedTuple):
    """`rules/base-models.yaml`, as far as it is about prose."""

    rules: tuple[_Rule, ...]
    lists: tuple[re.Pattern[str], ...]
    marks: re.Pattern[str]
    lines: re.Pattern[str]
    never: re.Pattern[str]
    subjects: re.Pattern[str]
    openings: re.Pattern[str]
    not_after: re.Pattern[str]
    families: frozenset[str]
    papers: tuple[str, ...]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    """The phrases, compiled on first use. Raises CatalogError."""
    path = yamlio.RULES / "base-models.yaml"
    top = yamlio.Reader(yamlio.read(path, error=CatalogError), str(path), "the list of phrases", CatalogError)
    words, merging = top.child("words"), top.child("merging")
    if words is None or merging is None:
        top.fail("words", "the list of phrases needs 'words' and 'merging'")
    rules = []
    for entry in top.maps("rules"):
        model = "[@~]" if entry.flag("strong") else "@"
        relation = entry.text("relation", "") or None
        rules.append(_Rule(relation, tuple(_pattern(one, words, model) for one in entry.texts("find"))))
    return _Rules(
        rules=tuple(rules),
        lists=tuple(re.compile(one) for one in top.texts("lists")),
        marks=re.compile(merging.text("marks"), re.MULTILINE),
        lines=re.compile(merging.text("lines"), re.MULTILINE),
        never=_any(top.text("never")),
        subjects=_any(top.text("subjects")),
        openings=re.compile(rf"(?:\W|(?:{_either(top.text('openings'))})\b){{0,12}}"),
        not_after=re.compile(
            rf"[ @~]{{0,3}}(?:\w{{1,16}}[ -]{{1,3}}){{0,2}}(?:{_either(top.text('not-after'))})(?!\w)"
        ),
        families=frozenset(top.text("families").split()),
        papers=tuple(top.text("papers").split()),
    )


def _pattern(written: str, words: yamlio.Reader, model: str) -> re.Pattern[str]:
    more = rf"{model}(?:(?: , and | and | , | & | \+ | with | / ){{0,1}} ?(?:the )?{model}){{0,12}}"
    spelled = re.sub(r"\{([a-z]+)\}", lambda one: words.text(one.group(1)).replace(" |", "|"), written)
    spelled = re.sub(r"XX?", lambda one: f"(?P<models>{more if one.group() == 'XX' else model})", spelled)
    return re.compile(spelled if spelled.startswith("^") else rf"(?<![\w-]){spelled}")


def _either(phrases: str) -> str:
    ordered = sorted((" ".join(one.split()) for one in phrases.split("|")), key=len, reverse=True)
    return "|".join(map(re.escape, ordered))


def _any(phrases: str) -> re.Pattern[str]:
    """A pattern for any of the phrases as whole words."""
    return re.compile(rf"(?<![\w-])(?:{_either(phrases)})(?![\w-])")


def statements(content: str, start: int, called: Sequence[str]) -> Iterator[Statement]:
    """What the text says from `start` on, in its order. `called` are the names of the release.

    Linear in the length of the text, of which `MAX_TEXT` characters and some hundred sentences are looked at.
    """
    content = content[: start + MAX_TEXT]
    if _CUE.search(content, start) is None:
        return
    fences = _ranges(content, start)
    reader = _Reader(called)
    at, read = start, 0
    while read < _MAX_SENTENCES:
        cue = _CUE.search(content, at)
        if cue is None:
            break
        skip = _end_of(fences, cue.start())
        if skip is not None:
            at = max(skip, cue.end())
            continue
        first, last = _sentence(content, at, cue)
        at = max(last, cue.end())
        if first >= 0:
            read += 1
            yield from reader.sentence(content, first, last)
    for first, last in fences:
        yield from reader.settings(content, first, last)


def _ranges(content: str, start: int) -> list[tuple[int, int]]:
    """Blocks of code, and comments of HTML: first character, and one past the last."""
    found, opened = [], -1
    for fence in re.finditer(r"^[ \t>]{0,12}(?:```|~~~)|<!--|-->", content[start:], re.MULTILINE):
        at, sign = start + fence.start(), fence.group()[-3:]
        if opened < 0 and sign != "-->":
            opened, closing = at, "-->" if sign == "!--" else sign
        elif opened >= 0 and sign == closing:
            found.append((opened, start + fence.end()))
            opened = -1
    if opened >= 0:
        found.append((opened, len(content)))
    return found


def _end_of(ranges: list[tuple[int, int]], position: int) -> int | None:
    """Where the range ends in which a position lies; None in none."""
    number = bisect_right(ranges, (position, position)) - 1
    return ranges[number][1] if number >= 0 and position < ranges[number][1] else None


def _sentence(content: str, at: int, cue: re.Match[str]) -> tuple[int, int]:
    """First character, and one past the last, of the sentence of a cue; a first of -1 where it begins too far off."""
    begin = max(at, cue.start() - _MAX_BEFORE)
    breaks = [one.end() for one in _BREAK.finditer(content, begin, cue.start() + 1) if one.end() <= cue.start()]
    first = breaks[-1] if breaks else begin if begin == at else -1
    ends = _BREAK.search(content, cue.end(), cue.end() + _MAX_AFTER)
    return first, ends.start() if ends is not None else min(len(content), cue.end() + _MAX_AFTER)


class _Reader:
    """The phrases, and the names of the release, against which a sentence is read."""

    def __init__(self, called: Sequence[str]) -> None:
        self.rules = _rules()
        self.own = [words for words in dict.fromkeys(map(names.tokens, called)) if words]
        self.heads = {"".join(words[:1]) for words in self.own}

    # -- sentences -----------------------------------------------------------------------------------

    def sentence(self, content: str, first: int, last: int) -> Iterator[Statement]:
        """What one sentence says."""
        if content[first : first + 40].lstrip(" \t\n>").startswith("|"):
            return
        plain, mentions = self._plain(content, first, last)
        if plain.rstrip().endswith((":", "merge", "following", "merged", "models")) and any(
            one.search(plain.strip()) for one in self.rules.lists
        ):
            yield from self._list(content, last)
        if "?" in plain or not mentions:
            return
        taken: set[int] = set()
        for rule in self.rules.rules:
            for pattern in rule.find:
                for match in pattern.finditer(plain):
                    where = [at for at in range(*match.span("models")) if plain[at] in "@~"]
                    if taken.isdisjoint(where) and self._holds(plain, match, mentions):
                        taken.update(where)
                        for at in where:
                            one = mentions[at]
                            if not self._is_own(one.name):
                                yield Statement(one.name, rule.relation, one.position)

    def _holds(self, plain: str, match: re.Match[str], mentions: dict[int, _Mention]) -> bool:
        """Whether what stands before a phrase and after it leaves it a statement about the release."""
        before = plain[: match.start()]
        inside = plain[match.start() : match.start("models")]
        if self.rules.never.search(before) or self.rules.not_after.match(plain, match.end("models")):
            return False
        subjects = [mentions[at] for at in range(len(before)) if before[at] in "@~"]
        own = any(self._is_own(one.name) for one in subjects)
        if any(not self._is_own(one.name) and (one.sure or self._is_kin(one.name)) for one in subjects):
            return False
        if own or self.rules.openings.fullmatch(before.strip()) or self.rules.subjects.search(before):
            return True
        said = set(re.findall(r"[a-z]+|[0-9.]+", before + inside))
        return bool(said & self.heads)

    def _list(self, content: str, position: int) -> Iterator[Statement]:
        """The models of a list that begins at a position: each entry that starts with one."""
        for line in content[position : position + 6000].split("\n")[: 2 * _MAX_LIST]:
            bullet = _BULLET.match(line)
            if bullet is not None:
                plain, mentions = self._plain(content, position, position + len(line))
                if mentions and not plain[: min(mentions)].strip(" -()0123456789"):
                    one = mentions[min(mentions)]
                    if not self._is_own(one.name):
                        yield Statement(one.name, "merge", one.position)
            elif line.strip() and not line.startswith((" ", "\t")):
                return
            position += len(line) + 1

    def settings(self, content: str, first: int, last: int) -> Iterator[Statement]:
        """The models of a block of settings of a tool for merging."""
        block = content[first : min(last, first + 20_000)]
        if self.rules.marks.search(block) is not None and "merge" in block:
            for line in self.rules.lines.finditer(block):
                for name in line.group(1).split("+"):
                    if not self._is_own(name):
                        yield Statement(name, "merge", first + line.start(1))

    # -- names ---------------------------------------------------------------------------------------

    def _is_own(self, name: str) -> bool:
        """Whether a name is the release's own, or its family's: the same words, sizes and numbers aside."""
        said = names.tokens(name)
        for own in self.own:
            if names.begins(own, said) and all(names.is_size(one) or one[0].isdigit() for one in own[len(said) :]):
                return True
        return False

    def _is_kin(self, name: str) -> bool:
        """Whether a name is that of another member of the release's family."""
        return "".join(names.tokens(name)[:1]) in self.heads

    def _plain(self, content: str, first: int, last: int) -> tuple[str, dict[int, _Mention]]:
        """A sentence in lower case without markup, each model in it as `@` or `~`, and what these stand for."""
        pieces: list[tuple[str, str, int]] = []
        for match in _PIECE.finditer(content, first, last):
            self._cut(match, pieces)
        parts: list[str] = []
        mentions: dict[int, _Mention] = {}
        length = number = 0
        while number < len(pieces):
            kind, text, position = pieces[number]
            count, sure = (1, kind == "model") if kind in ("model", "like") else self._named(pieces, number)
            if count:
                name = " ".join(text for _, text, _ in pieces[number : number + count])
                mentions[length] = _Mention(name, position, sure)
                text = "@" if sure else "~"
            parts.append(text.lower())
            length += len(parts[-1]) + 1
            number += count or 1
        return " ".join(parts), mentions

    def _cut(self, match: re.Match[str], pieces: list[tuple[str, str, int]]) -> None:
        """The pieces of a sentence that a match holds: models, words and signs."""
        link, url = match["link"] or match["href"], match["url"]
        if match["image"] or match["tag"]:
            return
        if match["sign"]:
            pieces.append(("sign", match["sign"], match.start()))
        elif link or url:
            model = _hub_model(link or url)
            if model is not None:
                pieces.append(("model", model, match.start()))
                return
            group = "label" if match["link"] else "anchor"
            plain = "paper" if link and any(host in link for host in self.rules.papers) else "word"
            for word in re.finditer(r"\w(?:[\w.+'’/-]{0,150}[\w+])?", match[group] or ""):
                pieces.append((plain, word.group(), match.start(group) + word.start()))
        else:
            word = match["word"].removesuffix("'s").removesuffix("’s")
            pieces.append((_kind(word), word, match.start()))
            if word != match["word"]:
                pieces.append(("word", "'s", match.end()))

    def _named(self, pieces: list[tuple[str, str, int]], number: int) -> tuple[int, bool]:
        """How many pieces from one on are the name of a model, and whether it is known; 0 where none is named."""
        kind, text, _ = pieces[number]
        words = names.tokens(text)
        if kind != "word" or not words:
            return 0, False
        if words[0] in registry.first_words() or words[0] in self.rules.families:
            most = number
            while most < min(len(pieces), number + _MAX_WORDS) and pieces[most][0] == "word":
                most += 1
            for end in range(most, number, -1):
                name = " ".join(text for _, text, _ in pieces[number:end])
                if self._is_name(name):
                    return end - number, True
        return (1, False) if _LIKE_NAME.fullmatch(text) else (0, False)

    def _is_name(self, name: str) -> bool:
        """Whether words are the name of a model or of a family: one that the registry has, in so many words."""
        if name.islower() and name.isalpha():
            return False
        words = names.tokens(name)
        if words in registry.spellings():
            return True
        return words[0] in self.rules.families and all(one[0].isdigit() or names.is_size(one) for one in words[1:])


def _kind(word: str) -> str:
    """What a word is by itself: the id of a repository, or a word."""
    if _ID.fullmatch(word) and not _FILE.fullmatch(word):
        last = word.rpartition("/")[2]
        if any(sign.isdigit() or sign in "-_" for sign in last):
            return "model"
    return "word"


def _hub_model(url: str) -> str | None:
    """The id of the model that an address leads to; None for one that leads elsewhere."""
    hub = _HUB.match(url)
    if hub is None or hub.group(1).split("/")[0] in _NOT_MODELS:
        return None
    name = hub.group(1).rstrip(".")
    return name if "/" in name or any(sign.isdigit() or sign == "-" for sign in name) else None
