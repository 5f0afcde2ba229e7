"""Prose → the models that it says the release was made from: the sentences of a card that say so plainly.

`rules/base-models.yaml` has the phrases. A sentence counts only where its subject is the release and what the phrase
leads to is a model; what else stands there may not be about something other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from openness.sources import base_rules, names, registry

MAX_TEXT = 2_000_000
"""Characters of a text that are looked at."""

_MAX_SENTENCES = 400
_MAX_BLOCKS = 100
_MAX_BEFORE = 400  # characters of a sentence before its phrase
_MAX_AFTER = 600
_MAX_LIST = 30
_MAX_WORDS = 6  # of a name
_MAX_FENCES = 10_000
_MAX_INDENT = 12
_MAX_SETTINGS = 20_000  # characters of a block of settings

_BREAK = re.compile(
    r"[\n.!?;#](?:(?<=\n)(?:[ \t>]*\n|(?=[ \t>]{0,20}(?:[-*+•#|]|[0-9]{1,3}[.)])[ \t*#]?))|(?<=\n#)[^\n]{0,200}\n"
    r"|(?<=[.!?])(?<!e\.g[.!?])(?<!i\.e[.!?])(?<!vs[.!?])(?<!cf[.!?])"
    r"[*_\"')]{0,3}[ \t\n]{1,8}(?=[A-Z\"'`*\[(<#\u0080-\U0010ffff])|(?<=;)[ \n])"
)
"""Where a sentence ends. A pattern that begins with plain signs is the faster one."""

_WORD = re.compile(r"\w(?:[\w.+'’/-]{0,150}[\w+])?")
_PIECE = re.compile(
    r"(?P<run>(?<![\w/.~])(?:[A-Za-z]+ )+)"
    r"|(?P<url>https?://[^\s)>\]\"'`,]{1,400})"
    r"|(?P<word>(?<![\w/])(?:\.{1,2}/|~?/)?\w(?:[\w.+'’/-]{0,150}[\w+])?)"
    r"|\[(?P<label>[^\[\]]{1,300})\]\([ ]{0,3}<?(?P<link>[^()<>\s]{1,500})>?[^()\n]{0,100}\)"
    r"|(?P<image>!\[[^\[\]\n]{0,200}\]\([^()\n]{0,500}\))"
    r"|<a\s[^<>]{0,200}?href=[\"']?(?P<href>[^\"'<>\s]{1,400})[\"']?[^<>]{0,200}>(?P<anchor>[^<>]{1,200})</a>"
    r"|(?P<tag></?[a-zA-Z][^<>\n]{0,300}>)"
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
    "transformers",
)
_ID = re.compile(r"[A-Za-z][\w.-]{1,60}/[A-Za-z][\w.-]{1,95}")
_FILE = re.compile(r".*\.(?:py|md|json|ya?ml|txt|sh|ipynb|png|jpe?g|pdf|csv|bin|html?|com|org|io)\Z", re.IGNORECASE)
_LIKE_NAME = re.compile(r"(?=[^\d]*\d)(?=.*[A-Za-z]{2})[A-Za-z][\w.]*[-/][\w.-]+")
_ID_AFTER = re.compile(r"(?: (?:model|models|llm|checkpoint|language|large|base)){0,3}(?: \()? @")
_LIST_FOLLOWS = (":", "merge", "merged", "following", "models", "used")
_LIKE_ID = re.compile(r"(?<![\w/.:-])[A-Za-z][\w.-]{1,60}/[A-Za-z]")
_NUMBERED = re.compile(r"-\w*[0-9]")
_HEADING = re.compile(r"#(?<![^\n]#)")
_BULLET = re.compile(r"[ \t>]{0,20}(?:[-*+•]|[0-9]{1,3}[.)])[ \t]+")


class Statement(NamedTuple):
    """A model that a sentence says the release was made from."""

    model: str
    relation: str | None
    position: int
    """Where in the text the model is named."""

    plain: bool = True
    """Whether it is said, and does not only follow from what is."""


class _Mention(NamedTuple):
    """A model named in a sentence."""

    name: str
    position: int
    sure: bool
    """Whether it is plainly a model, and does not only look like the name of one."""

    known: bool
    """Whether it is an id of the Hub, or a name that the registry has."""


def statements(content: str, start: int, called: Sequence[str], titles: Sequence[str] = ()) -> Iterator[Statement]:
    """What the text says from `start` on, in its order. `called` are the names of the release, `titles` its headings.

    Linear in the length of the text, of which `MAX_TEXT` characters and some hundred sentences are looked at.
    """
    content = content[: start + MAX_TEXT]
    cues = _cues(content, start)
    if not cues:
        return
    fences = _ranges(content, start)
    reader = _Reader(called, titles)
    at, read = start, 0
    for cue in cues:
        skip = _end_of(fences, cue)
        if skip is not None:
            at = max(at, skip)
        if cue < at or read >= _MAX_SENTENCES:
            continue
        first, last = _sentence(content, at, cue)
        at = max(last, cue + 1)
        if first >= 0 and not (content.startswith("##", first) and _HEADING.search(content, start, first)):
            read += 1
            yield from reader.sentence(content, first, last)
    for first, last in islice(fences, _MAX_BLOCKS):
        yield from reader.settings(content[first : min(last, first + _MAX_SETTINGS)], first)


def _cues(content: str, start: int) -> list[int]:
    """Where the keys of the rules stand. Which of them may stand anywhere, the words of the text say at once."""
    rules = base_rules.rules()
    words = rules.words.intersection(base_rules.split(content[start:]))
    wanted = [key for word in words for key in rules.keys.get(word, ()) if key.words <= words]
    if not wanted:
        return []
    lowered = content.lower()
    if len(lowered) != len(content):  # a character that is longer in lower case
        lowered = re.sub(r"[A-Z]", lambda one: one.group().lower(), content)
    return sorted(at for key in wanted for at in _places(lowered, key.written, start, _MAX_SENTENCES))


def _places(content: str, sign: str, start: int, most: int) -> Iterator[int]:
    """Where a sign stands from a position on."""
    at = content.find(sign, start)
    while at >= 0 and most > 0:
        yield at
        most -= 1
        at = content.find(sign, at + 1)


def _ranges(content: str, start: int) -> list[tuple[int, int]]:
    """Blocks of code, and comments of HTML: first character, and one past the last."""
    found, opened, closing = [], -1, ""
    for at, sign in _fences(content, start):
        if opened < 0 and sign != "-->":
            opened, closing = at, "-->" if sign == "<!--" else sign
        elif opened >= 0 and sign == closing:
            found.append((opened, at + len(sign)))
            opened = -1
    if opened >= 0:
        found.append((opened, len(content)))
    return found


def _fences(content: str, start: int) -> list[tuple[int, str]]:
    """Where each sign stands that opens or closes such a range."""
    found = [(at, sign) for sign in ("<!--", "-->") for at in _places(content, sign, start, _MAX_FENCES)]
    for sign in ("```", "~~~"):
        for at in _places(content, sign, start, _MAX_FENCES):
            line = content.rfind("\n", start, at) + 1
            if at - line <= _MAX_INDENT and not content[max(line, start) : at].strip(" \t>"):
                found.append((at, sign))
    return sorted(found)


def _end_of(ranges: list[tuple[int, int]], position: int) -> int | None:
    """Where the range ends in which a position lies; None in none."""
    number = bisect_right(ranges, (position, position)) - 1
    return ranges[number][1] if number >= 0 and position < ranges[number][1] else None


def _sentence(content: str, at: int, cue: int) -> tuple[int, int]:
    """First character, and one past the last, of the sentence of a cue; a first of -1 where it begins too far off."""
    begin = max(at, cue - _MAX_BEFORE)
    breaks = [one.end() for one in _BREAK.finditer(content, begin, cue + 1) if one.end() <= cue]
    first = breaks[-1] if breaks else begin if begin == at else -1
    ends = _BREAK.search(content, cue, cue + _MAX_AFTER)
    return first, ends.start() if ends is not None else min(len(content), cue + _MAX_AFTER)


@lru_cache(maxsize=1)
def _firsts() -> frozenset[str]:
    """The words that a name of a model or of a family may begin with."""
    return registry.first_words() | base_rules.rules().families


@lru_cache(maxsize=1)
def _encoded() -> frozenset[bytes]:
    """The words that a name of a model may begin with, as `base_rules.split` has them."""
    return frozenset(one.encode() for one in registry.first_words())


class _Reader:
    """The phrases, and the names of the release, against which a sentence is read."""

    def __init__(self, called: Sequence[str], titles: Sequence[str]) -> None:
        self.rules = base_rules.rules()
        self.called = [words for words in map(names.tokens, called or titles) if words]
        self.own = [words for words in dict.fromkeys(map(names.tokens, [*called, *titles])) if words]
        self.heads = {"".join(words[:1]) for words in self.own}
        self.firsts = _firsts()
        self._families: frozenset[tuple[str, ...]] | None = None

    # -- sentences -----------------------------------------------------------------------------------

    def sentence(self, content: str, first: int, last: int) -> Iterator[Statement]:
        """What one sentence says."""
        written = content[first:last]
        if written[:40].lstrip(" \t\n>").startswith("|"):
            yield from self._table(content, first)
            return
        if not _may_name(written):
            return
        plain, mentions = self._plain(content, first, last)
        if plain.rstrip().endswith(_LIST_FOLLOWS) and any(one.search(plain.strip()) for one in self.rules.lists):
            yield from self._list(content, last)
        if not mentions or "?" in plain:
            return
        taken: set[int] = set()
        for rule in self.rules.rules:
            if len(taken) == len(mentions):
                return
            if not any(map(plain.__contains__, rule.needs)):
                continue
            for match in rule.find.finditer(plain):
                where = [at for at in range(*match.span(match.lastindex or 0)) if plain[at] in "@~"]
                if taken.isdisjoint(where) and self._holds(plain, match, mentions, rule):
                    taken.update(where)
                    for one in (mentions[self._meant(plain, at)] for at in where):
                        if not self._is_own(one.name) and self._is_meant(one.name, plain, rule):
                            yield Statement(one.name, rule.relation, one.position, rule.plain)

    def _meant(self, plain: str, at: int) -> int:
        """Where the model stands that is meant by a mention: its id may follow the name, as in "Owl (acme/owl)"."""
        after = _ID_AFTER.match(plain, at + 1)
        return after.end() - 1 if after is not None else at

    def _is_meant(self, name: str, plain: str, rule: base_rules.Rule) -> bool:
        """Whether a rule speaks of the weights of that name."""
        if rule.names is not None and rule.names.search(name.lower()) is None:
            return False
        return rule.strong or self._says_which(name, plain)

    def _says_which(self, name: str, plain: str) -> bool:
        """Whether a name says whose weights are meant, and not only whose design."""
        if "/" in name:
            return True
        words = names.tokens(name)
        weights = len(words) > 1 or name[-1].isdigit() or words[0] in self.rules.families
        return weights and self.rules.anew.search(plain) is None

    def _holds(self, plain: str, match: re.Match[str], mentions: dict[int, _Mention], rule: base_rules.Rule) -> bool:
        """Whether what stands before a phrase and after it leaves it a statement about the release."""
        if self.rules.nowhere.search(plain) is not None:
            return False
        before = plain[: match.start()]
        first, last = match.span(match.lastindex or 0)
        inside = plain[match.start() : first]
        if self.rules.never.search(before) or (not rule.of_weights and self.rules.data.search(before)):
            return False
        after = self.rules.not_after.match(plain, last)
        if after is not None and after.end() > match.end():
            return False
        subjects = {at: mentions[at] for at in range(len(before)) if before[at] in "@~"}
        own = {at: one for at, one in subjects.items() if self._is_own(one.name)}
        if any(at not in own and (one.known or self._is_kin(one.name)) for at, one in subjects.items()):
            return False
        if (own and all(self._is_member(one.name) for one in own.values())) or self._of_other_sizes(before):
            return False
        own = {at: one for at, one in own.items() if not self.rules.means.search(before, 0, at)}
        if (
            own
            or self.rules.subjects.search(before)
            or (not subjects and self.rules.openings.fullmatch(before.strip()))
        ):
            return True
        if self.rules.elliptic.match(before):
            return True
        said = set(re.findall(r"[a-z]+|[0-9.]+", before + inside))
        return bool(said & self.heads)

    def _is_member(self, name: str) -> bool:
        """Whether a name is that of the release with words after it that make it another: "Owl-Distill-Lark" of Owl."""
        said = names.tokens(name)
        rests = [said[len(own) :] for own in self.called if names.begins(said, own)]
        return bool(rests) and all(
            any(not (one[0].isdigit() or one in self.rules.variants) for one in rest) for rest in rests
        )

    def _of_other_sizes(self, before: str) -> bool:
        """Whether what stands before a phrase lists models by their sizes, and the release is none of them."""
        sizes = {one for one in before.split() if names.is_size(one)}
        return len(sizes) > 1 and all(sizes.isdisjoint(own) for own in self.own)

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

    def _table(self, content: str, position: int) -> Iterator[Statement]:
        """The models in the column of the base models of a table, in the row of the release."""
        column = -1
        for line in content[position : position + 6000].lstrip("\n").split("\n")[: 2 * _MAX_LIST]:
            position = content.index(line, position)
            if not line.lstrip().startswith("|"):
                return
            cells = line.split("|")
            if column < 0:
                titles = [cell.strip(" \t*_`").lower() for cell in cells]
                column = next((at for at, title in enumerate(titles) if title in self.rules.columns), -1)
                if column < 0:
                    return
            elif column < len(cells):
                start = position + sum(len(cell) + 1 for cell in cells[:column])
                _, here = self._plain(content, start, start + len(cells[column]))
                _, all_of_them = self._plain(content, position, position + len(line))
                others = [one for one in all_of_them.values() if one not in here.values()]
                if any(self._is_release(one.name) for one in others):
                    for one in here.values():
                        if not self._is_own(one.name):
                            yield Statement(one.name, None, one.position)

    def _is_release(self, name: str) -> bool:
        """Whether a name is that of the release itself."""
        return names.tokens(name) in self.called

    def settings(self, block: str, first: int) -> Iterator[Statement]:
        """The models of a block of settings of a tool for merging, which begins at a position."""
        if self.rules.marks.search(block) is not None and "merge" in block:
            for line in self.rules.lines.finditer(block):
                for name in line.group(1).split("+"):
                    if not self._is_own(name):
                        yield Statement(name, "merge", first + line.start(1))

    # -- names ---------------------------------------------------------------------------------------

    def _is_own(self, name: str) -> bool:
        """Whether a name is the release's own, that of its family, or that of a model made from it."""
        said = names.tokens(name.replace("+", " plus"))
        if any(names.begins(said, own) for own in self.called):
            return True
        if "/" in name:  # another repository than the release's own
            return False
        return said in self.families() or any(
            names.begins(own, said)
            and all(one == "v" or one[0].isdigit() or one in self.rules.editions for one in own[len(said) :])
            for own in self.own
        )

    def families(self) -> frozenset[tuple[str, ...]]:
        """The names of the whole families that the release is of."""
        if self._families is None:
            self._families = frozenset(words for own in self.own for words in registry.families_of(own))
        return self._families

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
            if kind == "word" and text.isalpha() and text.isascii() and text.lower() not in self.firsts:
                count = 0
            else:
                count, sure, known = (1, True, True) if kind == "model" else self._named(pieces, number)
            if count:
                name = " ".join(text for _, text, _ in pieces[number : number + count])
                mentions[length] = _Mention(name, position, sure, known)
                text = "@" if sure else "~"
            parts.append(text.lower())
            length += len(parts[-1]) + 1
            number += count or 1
        return " ".join(parts), mentions

    def _cut(self, match: re.Match[str], pieces: list[tuple[str, str, int]]) -> None:
        """The pieces of a sentence that a match holds: models, words and signs."""
        if match.lastgroup == "run":
            self._words(match.group(), match.start(), pieces)
            return
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
            plain = "text" if link and any(host in link for host in self.rules.elsewhere) else "word"
            words = _WORD.finditer(match[group] or "")
            pieces.extend((plain, one.group(), match.start(group) + one.start()) for one in words)
        else:
            word, rest = match["word"], ""
            for end in ("'s", "’s", "-based"):
                if word.endswith(end):
                    word, rest = word.removesuffix(end), end
            if word:
                pieces.append((_kind(word), word, match.start()))
            if rest:
                pieces.append(("text", rest.replace("’", "'"), match.end()))

    def _words(self, run: str, position: int, pieces: list[tuple[str, str, int]]) -> None:
        """The pieces of a run of plain words: one, where none of them may begin a name or continue one."""
        words = run.split()
        if self.firsts.isdisjoint(run.lower().split()) and not (pieces and pieces[-1][0] == "word"):
            pieces.append(("text", run[:-1], position))
            return
        for word in words:
            pieces.append(("word", word, position))
            position += len(word) + 1

    def _named(self, pieces: list[tuple[str, str, int]], number: int) -> tuple[int, bool, bool]:
        """How many pieces from one on are the name of a model, whether it is plainly one, and known; 0: no name."""
        kind, text, _ = pieces[number]
        words = names.tokens(text)
        if kind != "word" or not words:
            return 0, False, False
        like = _LIKE_NAME.fullmatch(text) is not None
        if words[0] in self.firsts:
            most = number
            while most < min(len(pieces), number + _MAX_WORDS) and pieces[most][0] == "word":
                most += 1
            for end in range(most, number, -1):
                name = " ".join(text for _, text, _ in pieces[number:end])
                if self._is_name(name):
                    return end - number, True, True
            like = like or "-" in text
        return (1, like and any(map(names.is_size, words)), False) if like else (0, False, False)

    def _is_name(self, name: str) -> bool:
        """Whether words are the name of a model or of a family: one that the registry has, in so many words."""
        if name.islower() and name.isalpha():
            return False
        words = names.tokens(name)
        if words in registry.spellings():
            return True
        return words[0] in self.rules.families and all(one[0].isdigit() or names.is_size(one) for one in words[1:])


def _may_name(written: str) -> bool:
    """Whether a sentence may name a model, or begins a list: a quick look that spares most the thorough one."""
    if "/" in written and ("huggingface.co/" in written or "hf.co/" in written or _LIKE_ID.search(written)):
        return True
    if ("-" in written and _NUMBERED.search(written)) or written.rstrip().endswith(_LIST_FOLLOWS):
        return True
    return not _encoded().isdisjoint(base_rules.split(written))


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
