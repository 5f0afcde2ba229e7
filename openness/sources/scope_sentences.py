"""Sentences → which licence each gives to which part of a release.

A sentence counts only where each of its words is understood. What it leaves open stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from openness.sources import names
from openness.sources import scope_license as licenses
from openness.sources.scope_blocks import BULLET, SENTENCE, WORD, Block, plain, unmarked
from openness.sources.scope_license import IN_BRACKETS, Named
from openness.sources.scope_rules import rules
from openness.sources.scope_subject import MAX_SUBJECT, WHOLE, Subject, models_in

_MAX_CUES = 12  # in a sentence
_MAX_LICENSE = 600
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

    more: bool = False
    """Whether something is added to the licence: a rider, or another that is not known."""


def is_whole(one: Statement) -> bool:
    """Whether a statement is about no part, but about all."""
    return set(one.covers) <= set(WHOLE)


def _sentences(block: Block) -> Iterator[tuple[int, str]]:
    """Where in the text each sentence of a paragraph begins, and the sentence."""
    at = 0
    for sentence in SENTENCE.split(block.text):
        at = block.text.find(sentence, at)
        yield block.position + at, sentence
        at += len(sentence)


class _Given(NamedTuple):
    """A clause that gives a licence."""

    subject: str
    direct: bool
    """Whether the name follows the verb: "the code is MIT"."""
    named: Named
    more: bool
    """Whether something is added to the licence."""
    first: int
    last: int
    """Where in the sentence the name stands: [first, last)."""


_IMPLIED = "this project"
"""What a sentence without a subject is about."""


class Sentences:
    """Reads sentences about one release."""

    def __init__(self, called: Sequence[str]) -> None:
        self.rules = rules()
        self.subject = Subject(called)

    def statements(self, block: Block) -> Iterator[Statement]:
        """What the sentences of a paragraph give, in their order."""
        for first, sentence in _sentences(block):
            default = _DEFAULT.match(sentence) or self._heading(sentence)
            begin = default.end() if default is not None else 0
            applied = list(self._applied(sentence[begin:], first + begin))
            given = self._clauses(sentence[begin:], first + begin, block.listed, block.own)
            yield from applied
            yield from (one for one in given if not applied or not is_whole(one))

    def has_unread(self, block: Block, found: Sequence[Statement]) -> bool:
        """Whether a sentence speaks of the weights and of a licence, besides what was found."""
        here = any(block.position <= one.position < block.position + len(block.text) for one in found)
        for first, sentence in _sentences(block) if block.legal or here else ():
            told = [one for one in found if first <= one.position < first + len(sentence)]
            said = max((one.position + len(one.declared or "") for one in told), default=first)
            words = sentence[said - first :].lower()
            parts = {self.rules.parts[one.group()] for one in self.rules.phrase.finditer(words)}
            if "weights" in parts and any(word in self.rules.heads for word in re.split(r"[^a-z]+", words)):
                return True
        return False

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
            begin = licenses.lead(sentence, at + first)
            name = sentence[begin : cue.start()].strip()
            named = licenses.named(name) if licenses.is_name(name) else None
            if named is None or licenses.length(name) < len(name) or self.rules.being.search(name):
                continue
            end = min([cue.end() + one.start() for one in _SUBJECT_ENDS.finditer(sentence[cue.end() :])
                       if one.group() != " and " or licenses.is_name(sentence[cue.end() + one.end() :])],
                      default=len(sentence))  # fmt: skip
            covers = self.subject.only(plain(sentence[cue.end() : end]).removesuffix(" only"))
            if covers:
                yield Statement(covers, *named, (), (), position + begin)
                at = end

    def _clauses(self, sentence: str, position: int, listed: bool, own: bool) -> Iterator[Statement]:
        """Each "subject is released under licence" of a sentence; the second may leave out its verb."""
        at, earlier = 0, listed
        excepted: tuple[str, ...] = ()
        left_out: tuple[str, ...] = ()
        for cue in islice(self.rules.cue.finditer(sentence), _MAX_CUES):
            if cue.start() < at:
                continue
            each = list(self._respectively(sentence, at, cue, position))
            if each:
                yield from each
                at = sentence.index("respectively", cue.end())
                continue
            given = self._given(sentence, at, cue, own)
            if given is None:
                continue
            place = position + given.first
            if excepted and _WHICH.search(given.subject.lower()):
                yield Statement(("weights",), *given.named, excepted, (), place)
                at, excepted = given.last, ()
                continue
            what = self._what(given, earlier, own, begins=at == 0)
            if left_out and what:  # "except for the weights, which are under ..."
                what = re.sub(r",? (?:which|that)\s*\Z", "", what)
            found = list(self.about(what, given.named, place)) if what else self._unread(given.subject, place)
            found = [one._replace(more=given.more) for one in found]
            left_out = tuple(part for part in left_out if not any(part in one.covers for one in found))
            at = given.last
            rest = self.rules.exceptions.search(sentence, at, at + 40)
            if rest is not None and rest.start() <= at + 3 and found and not found[0].models:
                at = rest.end()
                excepted, left_out = models_in(sentence[at : at + 200]), self.subject.parts(sentence[at : at + 200])
                found = [one._replace(excepts=excepted) for one in found]
                if not excepted and not left_out and self._is_given_later(sentence, at):
                    found = [one._replace(declared=None, also=None, link=None) for one in found]
            yield from found
            too = _SO_ARE.match(sentence, at)  # "The code is MIT, and so are the weights"
            yield from self.about(too.group(1), given.named, place) if too is not None and found else ()
            earlier = earlier or bool(found)
        if left_out:  # "except for the weights": nothing says which licence they have
            yield Statement(left_out, None, None, None, (), (), position + at)

    def _is_given_later(self, sentence: str, at: int) -> bool:
        """Whether another licence is named behind a place: for an exception that was not understood."""
        later = self.rules.cue.finditer(sentence, at)
        return any(licenses.is_name(sentence[licenses.lead(sentence, cue.end()) :]) for cue in later)

    def _given(self, sentence: str, at: int, cue: re.Match[str], own: bool) -> _Given | None:
        """The licence behind a cue, and what stands between a place and the cue; None where no licence is behind it."""
        subject, said = sentence[at : cue.start()], cue.group().lower()
        first = licenses.lead(sentence, cue.end())
        bracket = IN_BRACKETS.match(sentence, cue.start())  # "for research only (CC BY-NC 4.0)"
        text = sentence[first : bracket.end(1) if bracket is not None else first + _MAX_LICENSE]
        named = None if text.startswith(("and ", "or ")) else licenses.named(text)
        if named is None or len(subject) > MAX_SUBJECT:
            return None
        direct = said in self.rules.direct
        if direct or bracket is not None:
            titled = said in self.rules.following and self._is_title(named[0] or "")
            if not licenses.is_name(text) and not titled:
                return None
        if said in self.rules.obliging and not (named[0] or "")[:1].isupper():
            return None  # "comply with the licence" names none
        if direct:  # "The model's licence is MIT"
            subject = _ITS_LICENSE.sub(" ", subject)
            subject = subject if subject.strip() or not own else _IMPLIED
        last = first + licenses.length(text)
        if named[0] and self.rules.choosing.search(subject.lower()):
            named = (named[0].replace(" and ", " or "), *named[1:])
        if "respectively" in sentence[last : last + 20].lower():
            named = (None, None, None)  # which is which is not read
        return _Given(subject, direct, named, self._has_more(sentence, last), first, last)

    def _what(self, given: _Given, elliptic: bool, own: bool, *, begins: bool) -> str:
        """What a clause is about; empty where that is not understood."""
        words = plain(given.subject).split()
        implied = self.rules.predicate.issuperset(words) and not self.rules.pronouns.issuperset(words[:1] or [""])
        if own and begins and implied:
            return _IMPLIED  # "Licensed under ...", where a section gives the licence
        what = self._told(given.subject, given.direct, elliptic)
        if not what and own and self.subject.only(plain(given.subject).strip(" ,")):
            return given.subject  # "Code under MIT"
        return what

    def _respectively(self, sentence: str, at: int, cue: re.Match[str], position: int) -> Iterator[Statement]:
        """The statements of "code and weights are under MIT and CC-BY-4.0, respectively"."""
        first = licenses.lead(sentence, cue.end())
        text = sentence[first : first + _MAX_LICENSE]
        end = text.find("respectively")
        if end < 0 or not licenses.is_name(text):
            return
        what = plain(self._of_clause(sentence[at : cue.start()], elliptic=True))
        parts = [self.rules.parts[one.group()] for one in self.rules.phrase.finditer(what)]
        listed = _LIST.split(text[:end].strip(" ,"))
        named = [licenses.named(name[licenses.lead(name, 0) :]) for name in listed]
        if self.subject.of(what)[0] and 1 < len(parts) == len(named):
            for part, name in zip(parts, named, strict=True):
                if name is not None:
                    yield Statement((part,), *name, (), (), position + first)

    def _told(self, subject: str, direct: bool, elliptic: bool) -> str:
        """What a clause is about; of several the last one, if those before it are about something else."""
        what = subject if direct else self._of_clause(subject, elliptic)
        if what and self.subject.of(plain(what).strip(" ,"))[0]:
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

    def _has_more(self, sentence: str, end: int) -> bool:
        """Whether something is added to the licence whose name ends there: a rider, or another that is not known."""
        if self.rules.riders.match(sentence, end):
            return True
        another = _AND_ANOTHER.match(sentence, end)
        return another is not None and not self.rules.cue.search(another.group(1)) and self._is_title(another.group(1))

    def _is_title(self, name: str) -> bool:
        """Whether words have one that what binds is called by: "the X Agreement"."""
        return not self.rules.titles.isdisjoint(WORD.findall(name.lower()))

    def _unread(self, subject: str, position: int) -> list[Statement]:
        """A sentence about one model of a family that was not understood: it leaves the licence of that model open."""
        text = plain(subject)
        verb = self.rules.being.search(text)
        what = BULLET.sub("", text[: verb.start()], count=1).strip() if verb is not None else ""
        covers, models = self.subject.of(what)
        if not models and covers == ("weights",) and any(map(names.is_size, names.tokens(what))):
            models = (what,)
        return [Statement(("weights",), None, None, None, models, (), position)] if models else []

    def _of_clause(self, words: str, elliptic: bool) -> str:
        """What a clause is about: what stands before its verb; empty where it is not plain that it gives a licence."""
        text = " ".join(BULLET.sub("", unmarked(words), count=1).split())
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
        said = [word for word in WORD.findall(behind.replace("/", " ")) if word]
        if any(word not in self.rules.predicate for word in said):
            return ""
        what = text[: verbs[-1].start()].strip()
        return "" if what.lower().endswith((" that", " which")) and not _ASIDE.search(what) else what.strip(" ,")

    def about(self, what: str, named: Named, position: int) -> Iterator[Statement]:
        """The statement of a licence about a subject, if the subject is the release, parts or models of it."""
        text = plain(what)
        excepts: tuple[str, ...] = ()
        if not self.subject.of(text.strip(" ,("))[0]:
            text = re.sub(r" \([^()]*\)", "", text)
        found = self.rules.exceptions.search(text)
        if found is not None:
            excepts = models_in(text[found.end() :])
            left_out = self.subject.parts(text[found.end() :])
            text = text[: found.start()]
            if left_out:
                yield Statement(left_out, None, None, None, (), (), position)
            elif not excepts:
                return
        covers, models = self.subject.of(text.strip(" ,("))
        if covers:
            yield Statement(covers, *named, models, excepts, position)
