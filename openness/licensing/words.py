"""A licence text → the words that count, under the SPDX matching guidelines; the first step of identification.

What nobody means is gone: case, punctuation, white space, copyright lines, list numbers, comment signs, Markdown and
HTML markup, spelling variants. Source: https://spdx.github.io/spdx-spec/v2.3/license-matching-guidelines-and-templates/
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import AnyStr
from zlib import crc32

_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u4e00-\u9fff]{2,}")
"""A word: two letters or digits and more, or one character of Chinese or Japanese."""

_SPACES = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_TYPOGRAPHIC = "“”‘’–—•·…§©®™«»\xa0"
"""What is not ASCII in most texts that are ASCII otherwise; none of it is part of a word."""

_YEARS = r"(?:19|20)\d\d"
_PLACE = r"[<\[{](?=[^\n]{0,60}[>\]}])"  # <year>, [yyyy], {{ name }}
_HOLDER = (  # to the end of the line or of the sentence, or to where another begins; `Inc.` and initials end none
    r"(?:(?!\b(?:this|these|permission|everyone|anyone|redistribution|you(?= \w)(?! and)|licen[sc]ed?|distributed"
    r"|may|is|are)\b)[^\n.]"
    r"|\.(?!\s)|(?<=\b\w)\.|(?<=\binc)\.|(?<=\bco)\.|(?<=\bcorp)\.|(?<=\bltd)\.|(?<=\bdr)\.){0,200}\.?"
    r"(?:(?:[^\n]{0,160}\n[^\w\n]*)?[^\n]{0,160}?all rights reserved\b)?"  # also on the line after
)
_NOTICES = {
    "copyright": re.compile(
        rf"copyright[ :,]{{0,3}}(?:(?:\(c\)|©|&copy;|\ufffd)|(?:by )?{_YEARS}|yyyy|year\b|{_PLACE}){_HOLDER}"
        rf"|copyright (?!act|law|treat|conv|notice|holder|owner|licen)[^\n.]{{1,60}}\b{_YEARS}(?=\W*$)",
        re.MULTILINE,
    ),
    "(c)": re.compile(rf"\(c\) ?(?:copyright|{_YEARS}|{_PLACE}){_HOLDER}"),
    "©": re.compile(rf"© ?(?:copyright|{_YEARS}|{_PLACE}){_HOLDER}"),
    "all rights reserved": re.compile(r"all rights reserved\b\.?"),
}
"""How a copyright notice begins, and all of it."""

_BRACKETS = re.compile(r"[<\[{][^<>\[\]{}\n]{0,60}[>\]}]")
"""Where a template leaves room for a name, or an address."""
_SAYS_MORE = re.compile(
    r"\b(?:no|not|only|solely|except|unless|commercial\w*|noncommercial|prohibit\w*|forbid\w*|restrict\w*|must|shall"
    r"|without|provided|condition\w*|permi\w+|use[ds]?|using|pay\w*|purchase\w*|personal|evaluation|trial|expires?"
    r"|students?|hobby\w*|fee)\b"
)
_TAG = re.compile(r"<(?:/?[a-z][a-z0-9]*(?:\s[^<>]{0,300})?/?|!--[^<>]{0,300}--)>")
_LINK = re.compile(r"\]\([^()\s]{1,300}\)")

_VARIANTS = {
    "acknowledgment": "acknowledgement", "analog": "analogue", "analyze": "analyse", "artifact": "artefact",
    "authorization": "authorisation", "authorized": "authorised", "caliber": "calibre", "canceled": "cancelled",
    "capitalizations": "capitalisations", "catalog": "catalogue", "categorize": "categorise", "center": "centre",
    "emphasized": "emphasised", "favor": "favour", "favorite": "favourite", "fulfill": "fulfil",
    "fulfillment": "fulfilment", "initialize": "initialise", "judgment": "judgement", "labeling": "labelling",
    "labor": "labour", "license": "licence", "licenses": "licences", "licensed": "licenced", "maximize": "maximise",
    "modeled": "modelled", "modeling": "modelling", "offense": "offence", "optimize": "optimise",
    "organization": "organisation", "organize": "organise", "practice": "practise", "program": "programme",
    "realize": "realise", "recognize": "recognise", "signaling": "signalling", "utilization": "utilisation",
    "whilst": "while", "wilful": "wilfull", "sublicence": "sublicense",
    "are": "is", "publically": "publicly", "these": "this", "were": "was",
}  # fmt: skip
"""One spelling of each pair that the matching guidelines call equal, and its other; or another number or form of it."""

_DROPPED = frozenset((
    "http", "https", "www", "ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii", "10", "11", "12", "13", "14",
    "15", "16", "17", "18", "19", "br", "nbsp", "amp", "quot", "rem", "dnl",
))  # fmt: skip
"""Words that are list numbers, addresses or markup."""

_PREFIXES = ("non", "sub", "re")
_WITH_HYPHEN = "|".join(rf"(?<={prefix}-)(?<!\w{prefix}-)" for prefix in _PREFIXES)
_HYPHEN = re.compile(rf"-(?:{_WITH_HYPHEN})[^\w-]{{0,20}}(?=[a-z])")
"""Begins with its letter, and not with what must stand before that, which makes it many times as fast."""
_NON = "non "
_JOINT = "0"
"""Stands for the hyphen of `non-commercial`: one word, as `noncommercial` is, and not that word's contrary."""
_JOINED = tuple(prefix + _JOINT for prefix in _PREFIXES)

UNITS = ("million", "billion", "thousand", "hour", "day", "week", "month", "year", "percent")
"""With one of these behind it a small number is no number of a list."""
MAX_SMALL = 19
_UNITS = rf"(?:{'|'.join(UNITS)})s?\b"
_QUANTITY = re.compile(rf"([0-9][0-9]?)([ \t]|\)?\s{{1,3}}[^\w\n]{{0,10}})(?={_UNITS})")
_AS_ONE = "x"
"""Stands between a small number and its unit: one word, which says how much."""
_QUANTITY_WORD = re.compile(rf"(1?[0-9]){_AS_ONE}?({_UNITS})")
_CODED = bytes(
    ord("0" if chr(code).isdecimal() else " " if chr(code).isspace() or chr(code) in ")?" else "x")
    for code in range(256)
)
"""A digit, what may stand behind a number, or any other: the ends of numbers are found at the speed of memory so. `?`
is any character past Latin-1, a space among them."""

_TITLED = re.compile(r"[^\W\d_a-z][^\W_A-Z]+|[A-Z]{2,5}")
_ADDRESS = re.compile(
    r"[\w.+-]{0,100}(?:@|://|www\.)\S{1,200}|[\w-]{1,60}\.(?:com|org|net|io|me|dev|edu|info)\b\S{0,100}"
)
_SPACE_BEFORE = re.compile(r"[\s<(\"'`\[]+(?=[^\s<(\"'`\[]*\Z)")
_AROUND = 12
"""Words on either side of one that tell in what case their sentence is written."""
_ENDED = re.compile(r"(?:[.!?:;](?=\s)|\n\s*\n|\n\s*[-*#])[\W_]*\Z")
_APART = 100
"""Characters between two words of one sentence, at most: what `_ENDED` may be given."""
_NUMBERED = re.compile(r"(?:no|may)\b\.?:?\s*\d{2}", re.IGNORECASE)
"""A number and a month, and not what the words mean else."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def hash_of(word: str) -> int:
    """The 32-bit hash of a word's one spelling; 0 for a word that does not count."""
    counts = word not in _DROPPED and not _YEAR.fullmatch(word) and not (len(word) == 1 and word.isascii())
    return (crc32(_one_form(word).encode()) or 1) if counts else 0


class _Hashes(dict[str, int]):
    """Word → its `hash_of`."""

    def __missing__(self, word: str) -> int:
        if len(self) > 200_000:
            self.clear()
        value = self[word] = hash_of(word)
        return value


def _one_form(word: str) -> str:
    """One spelling, without a plural s."""
    if word.startswith(_JOINED):
        word = word.replace(_JOINT, "", 1)
    if word[0].isdigit():
        word = _QUANTITY_WORD.sub(r"\1\2", word)
    word = _VARIANTS.get(word, word).replace("ß", "ss")
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


_HASHES = _Hashes()


def plain(content: str) -> str:
    """The text in lower case without markup and copyright lines; lines stay where they are."""
    lowered = content.lower()
    if len(lowered) != len(content):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in content)
    if "&" in lowered and ";" in lowered:
        lowered = html.unescape(lowered)
    if "<" in lowered and ("</" in lowered or "<br" in lowered or "<p>" in lowered):
        lowered = _TAG.sub(_blanked, lowered)
    if "](" in lowered:
        lowered = _LINK.sub(_blanked, lowered)
    for beginning, notice in _NOTICES.items():
        lowered = _without(lowered, beginning, notice)
    return _joined(lowered)


def _joined(text: str) -> str:
    """The text with prefixes and the words behind them as one, and so with small numbers and their units.

    A line end between the two stands before both.
    """
    parts = []
    for first, end, behind, joint in sorted([*_prefixes(text), *_quantities(text)]):
        word, between = text[first:end], text[end:behind]
        one = word + joint if len(between) == 1 and between != "\n" else _blank(between) + word
        parts.append((first, behind, one))
    return _replaced(text, parts)


def _prefixes(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Where each begins and ends, where the word behind it begins, and what joins them."""
    for match in _HYPHEN.finditer(text):
        prefix = next(one for one in _PREFIXES if text.endswith(one, 0, match.start()))
        yield match.start() - len(prefix), *match.span(), _JOINT
    for first in _places(text, _NON):
        end = first + len(_NON)
        before = text[max(first - 1, 0) : first]
        if "a" <= text[end : end + 1] <= "z" and not (before.isalnum() or before == "_"):
            yield first, end - 1, end, _JOINT


def _quantities(text: str) -> Iterator[tuple[int, int, int, str]]:
    """The same of small numbers before units."""
    coded = text.encode("latin-1", "replace").translate(_CODED)
    for last in _places(coded, b"0 "):
        first = last - 1 if coded[last - 1 : last] == b"0" else last
        match = _QUANTITY.match(text, first)
        if match is not None and int(match[1]) <= MAX_SMALL:
            before = text[max(first - 1, 0) : first]
            if not (before.isalnum() or before in (".", ",")):
                yield first, match.end(1), match.end(), _AS_ONE


def _places(text: AnyStr, part: AnyStr) -> Iterator[int]:
    """Where a part of a text stands in it."""
    place = text.find(part)
    while place >= 0:
        yield place
        place = text.find(part, place + len(part))


def _without(text: str, beginning: str, notice: re.Pattern[str]) -> str:
    """The text with its copyright notices blanked."""
    return _replaced(text, ((*match.span(), _blank(match.group())) for match in _notices(text, beginning, notice)))


def _replaced(text: str, parts: Iterable[tuple[int, int, str]]) -> str:
    """The text with other words in place of its parts [first, last), which are in order."""
    kept, at = [], 0
    for first, last, other in parts:
        kept += [text[at:first], other]
        at = last
    return "".join([*kept, text[at:]]) if kept else text


def _notices(text: str, beginning: str, notice: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The copyright notices in a text, except for those that say more than who holds the copyright."""
    place = text.find(beginning)
    while place >= 0:
        match = notice.match(text, place)
        end = place + len(beginning)
        if match is not None and not _SAYS_MORE.search(match.group()):
            end = match.end()
            yield match
        place = text.find(beginning, end)


def _blanked(match: re.Match[str]) -> str:
    return _blank(match.group())


def _blank(taken: str) -> str:
    """As many characters as were there, line ends among them, so that places in the file stay what they are."""
    return " " * len(taken) if "\n" not in taken else "".join("\n" if c == "\n" else " " for c in taken)


def hashes(text: str) -> list[int]:
    """The hashes of the words that count in a text that `plain` made, in order."""
    return list(filter(None, map(_HASHES.__getitem__, _words(text))))


def _words(text: str) -> list[str]:
    """What `_WORD` finds and single letters, which do not count; six times as fast where all is ASCII."""
    if not text.isascii():
        text = "\n".join([line if line.isascii() else _as_ascii(line) for line in text.split("\n")])
        if not text.isascii():
            return _WORD.findall(text)
    return text.encode("ascii").translate(_SPACES).decode("ascii").split()


def _as_ascii(line: str) -> str:
    for character in _TYPOGRAPHIC:
        line = line.replace(character, " ")
    return line


def written(text: str) -> list[str]:
    """The words of a text as they are written, those that do not count among them."""
    return _WORD.findall(text)


def _counted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the words that count stand between two places."""
    return [match.span() for match in _WORD.finditer(text, start, end) if _HASHES[match.group()]]


class Lines:
    """Which line a place in a text is on."""

    def __init__(self, text: str) -> None:
        self._ends = list(accumulate(len(line) + 1 for line in text.split("\n")))

    def of(self, position: int) -> int:
        """1-based line of the character at a position."""
        return bisect_right(self._ends, position) + 1


class Places:
    """Where the words that count stand in a text that `plain` made: for lines, quotes and names.

    `hashes` are theirs, `content` is the text as it was. The first and the last word are found without looking at the
    others, any other with those of its line.
    """

    def __init__(self, text: str, hashes: Sequence[int], content: str = "") -> None:
        self.text, self.hashes, self.count = text, hashes, len(hashes)
        self.content = content if len(content) == len(text) else text  # else markup was taken out: case is not known

    @classmethod
    def of(cls, content: str) -> Places:
        """Those of a text as it is."""
        text = plain(content)
        return cls(text, hashes(text), content)

    @cached_property
    def _begun(self) -> tuple[list[int], list[int]]:
        """How many words stand before each line, and where it begins."""
        lines = self.text.split("\n")
        words = accumulate((len(hashes(line)) if line else 0 for line in lines), initial=0)  # blank ones cost most
        return list(words), list(accumulate((len(line) + 1 for line in lines), initial=0))

    @cached_property
    def _in_line(self) -> dict[int, list[tuple[int, int]]]:
        """The words of the lines that were looked at."""
        return {}

    def _nth(self, word: int) -> tuple[int, int]:
        words, starts = self._begun
        line = bisect_right(words, word) - 1
        if line not in self._in_line:
            self._in_line[line] = _counted(self.text, starts[line], starts[line + 1])
        return self._in_line[line][word - words[line]]

    @cached_property
    def _first(self) -> tuple[int, int]:
        return next(match.span() for match in _WORD.finditer(self.text) if _HASHES[match.group()])

    @cached_property
    def _last(self) -> tuple[int, int]:
        """Looked for in ever longer ends of the text, whose first word may be cut off."""
        size = 400
        while size < len(self.text):
            found = list(_WORD.finditer(self.text, len(self.text) - size))[1:]
            counted = [match.span() for match in found if _HASHES[match.group()]]
            if counted:
                return counted[-1]
            size *= 4
        return _counted(self.text, 0, len(self.text))[-1]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    def span(self, word: int) -> tuple[int, int]:
        """First and one past the last character of the word with this index; the nearest one for an index outside."""
        if word <= 0:
            return self._first
        return self._last if word >= self.count - 1 else self._nth(word)

    def range(self, first: int, last: int) -> tuple[int, int]:
        """The characters from the word `first` up to and not including the word `last`."""
        return self.span(first)[0], self.span(last - 1)[1]

    def lines(self, first: int, last: int) -> tuple[int, int]:
        """First and last line of the words from `first` up to and not including `last`; line 1 where there are none."""
        if not self.count:
            return 1, 1
        return self._lines.of(self.span(first)[0]), self._lines.of(self.span(max(last - 1, first))[0])

    def words(self, first: int, last: int) -> list[str]:
        """The words from `first` up to and not including `last`, as `plain` made them."""
        return [self.text[slice(*self.span(word))] for word in range(first, last)]

    def alone(self, first: int, last: int) -> bool:
        """Whether the words from `first` up to and not including `last` have lines of their own."""
        start, end = self.range(first, last)
        before = self.span(first - 1)[1] if first > 0 else 0
        behind = self.span(last)[0] if last < self.count else len(self.text)
        return all("\n" in between for between in (self.text[before:start], self.text[end:behind]))

    def is_name(self, word: int, vocabulary: Collection[int]) -> bool:
        """Whether a word is written as a name or is part of an address.

        A name has a capital within a sentence, so far as the words around it show one, of which not most have. A word
        of the vocabulary is one only beside another that is not: `Vega Research`, but not `Commercial Use`.
        """
        if self._is_address(word) or _NUMBERED.match(self.content, self.span(word)[0]):
            return True
        if not self._is_titled(word) or self.begins(word):
            return False
        beside = (one for one in range(max(word - 2, 0), min(word + 3, self.count)) if self._is_titled(one))
        if all(self.hashes[one] in vocabulary for one in beside):
            return False
        first, last = word, word + 1
        while first > max(word - _AROUND, 0) and not self.begins(first):
            first -= 1
        while last < min(word + _AROUND, self.count) and not self.begins(last):
            last += 1
        return 2 * sum(self._is_titled(one) for one in range(first, last)) <= last - first + 1

    @cached_property
    def holders(self) -> frozenset[int]:
        """The words of the copyright notices, which `plain` took out."""
        content = self.content.lower()
        found = (match for beginning, notice in _NOTICES.items() for match in _notices(content, beginning, notice))
        return frozenset(hashes("\n".join(_BRACKETS.sub(" ", match.group()) for match in found)))

    def begins(self, word: int) -> bool:
        """Whether a sentence ends, or a paragraph or a list entry begins, right before the word."""
        start = self.span(word)[0]
        end = self.span(word - 1)[1]
        return word == 0 or start - end > _APART or _ENDED.search(self.content, end, start) is not None

    def _is_titled(self, word: int) -> bool:
        return _TITLED.fullmatch(self.content, *self.span(word)) is not None

    def _is_address(self, word: int) -> bool:
        """Whether the word is part of an address of the web or of mail, as far as 200 characters of it show."""
        start, end = self.span(word)
        before = _SPACE_BEFORE.search(self.content, max(start - 200, 0), start)
        match = _ADDRESS.match(self.content, before.end() if before else start)
        return match is not None and match.end() > start and end > start
