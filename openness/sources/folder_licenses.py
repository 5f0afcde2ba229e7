"""The licence texts of a folder while they are gathered: read once, and each given to the parts that it covers.

What names a text is read before what merely lies there: the metadata and the prose of the cards, then the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from openness.model import Basis, Evidence, Finding, LicenseClaim, NotRead, Release
from openness.sources import license_files, model_card, names, scope
from openness.sources.scope_sentences import Statement
from openness.sources.scope_subject import WHOLE
from openness.sources.text import Text, quote, quote_at

MAX_LICENSES = 200
"""Licence files that are read; more are named as not read."""

_LICENSE = re.compile(
    r"(?:.*[-_. ])?(?:un)?licen[sc]es?(?:[-_. ].*)?|copying(?:[-_. ].*)?|eula(?:[-_. ].*)?", re.IGNORECASE
)
_POLICY = re.compile(
    r"(?:.*[-_. ])?(?:us(?:e|age)[-_ ]?(?:polic(?:y|ies)|restrictions?)|prohibited[-_ ]?uses?|acceptable[-_ ]?use)"
    r"(?:[-_. ].*)?|aup(?:\..*)?",
    re.IGNORECASE,
)
_TEXTS = ("txt", "md", "rst", "markdown")
_NO_TEXTS = ("py", "ipynb", "json", "yaml", "yml", "html", "pdf", "png", "svg", "js", "ts", "go", "rs", "c", "h")
_REPOSITORY_FILE = re.compile(
    r"https?://(?:www\.)?[^/\s]{1,100}/([^/\s]{1,100}/[^/\s]{1,100})/(?:-/)?(?:blob|resolve|raw|tree)"
    r"/[^/\s]{1,100}/(.{1,300})"
)
"""A file of a repository on a hub: which repository, and the path in it."""


class Card(NamedTuple):
    """A card of the folder and what it states about licences."""

    text: Text
    stated: list[Statement]
    of_model: bool
    """Whether it is the card of a model, and not the README of code."""


class Licenses:
    """What the licence texts of a folder and the prose of its cards give to which part."""

    def __init__(self, files: Sequence[str], read: Callable[[str], Text | None], called: tuple[str, ...]) -> None:
        self.files, self.plain_files, self.read = files, frozenset(files), read
        self.asked = called  # how the user calls the release; empty where only the folder and its cards say
        self.names: tuple[str, ...] = called  # whatever it goes by
        self.texts: dict[str, LicenseClaim] = {}
        self.claims: dict[str, list[LicenseClaim]] = {}
        self.findings: list[Finding] = []
        self.not_read: list[NotRead] = []
        self.cards: list[Card] = []
        self._digests: dict[str, str] = {}
        self._linked: dict[str, list[str]] = {}

    def card(self, text: Text, read: Release, of_model: bool) -> Release:
        """A card, noted with its prose and followed to what its metadata link to; without what was read after all."""
        self.cards.append(Card(text, model_card.statements(text, self.names), of_model))
        links = {claim.link for claim in read.component("model-parameters").claims if claim.link}
        followed = set()
        for link in sorted(links):
            local = self._local(link)
            if local is not None:
                self._text(local)
                self._linked.setdefault("weights", []).append(local)
            elif "://" not in link:
                reason = "the card links to it as the licence text, and it is no plain file of the folder"
                self.not_read.append(NotRead(link, reason))
            if local is not None or "://" not in link:
                followed.add(link)
        return read._replace(not_read=tuple(one for one in read.not_read if one.path not in followed))

    def gather(self, weights: Sequence[str], programs: Sequence[str], cards: Sequence[str], is_model: bool) -> None:
        """Reads the licence texts and use policies and gives each, and the prose, to what it covers: `claims`."""
        found = []
        for name in self.files:
            *folders, last = name.split("/")
            if not _is_text(last):
                continue
            if _POLICY.fullmatch(last) and len(folders) <= 1:
                self._policy(name)
            elif _LICENSE.fullmatch(last) or (len(folders) == 1 and license_files.is_license_folder(folders[0])):
                found.append(name)
        for name in found[MAX_LICENSES:]:
            self.not_read.append(NotRead(name, f"more than {MAX_LICENSES:,} licence files"))
        for name in found[:MAX_LICENSES]:
            self._text(name)
        told = self._prose(is_model)
        linked = {part: [name for name in files if name in self.texts] for part, files in self._linked.items()}
        content = license_files.Content(weights, programs, cards, is_model)
        covered = license_files.cover(self._digests, content, linked, told, self.asked or self.names)
        for part, files in covered.parts.items():
            self.claims.setdefault(part, [])[:0] = [self.texts[name] for name in files]
        if covered.open:
            evidence = tuple(self.texts[name].evidence[0] for name in covered.open)
            count = f"{len(evidence)} licences for different models"
            self._leave_open(f"model-parameters: {count}; which one is this release's is open", evidence)

    def _text(self, name: str) -> None:
        """Reads a licence file, once; an empty one licenses nothing and is a finding."""
        found = self.read(name) if name not in self._digests else None
        if found is None:
            return
        self._digests[name] = found.sha256
        if found.content.strip():
            self.texts[name] = LicenseClaim(None, (_first_words(found),), by="text", text=found.content)
            return
        self._digests.pop(name)
        if license_files.place(name) is not None:
            here = (Evidence(found.path, Basis.OBSERVED),)
            self.findings.append(
                Finding("license-empty", "warning", f"{found.path} is empty: it licenses nothing", here)
            )

    def _policy(self, name: str) -> None:
        found = self.read(name)
        if found is not None:
            message = f"a use policy lies beside the licence: {found.path}; read whether it adds conditions"
            self.findings.append(Finding("use-policy", "warning", message, (_first_words(found),)))

    def _prose(self, is_model: bool) -> frozenset[str]:
        """The claims of what the cards state; and the parts of which they say that another licence covers them."""
        declared: dict[str, set[str]] = {}
        for card in self.cards:
            holding, opening = scope.for_release(card.stated, self.asked or self.names)
            for one in holding:
                local = self._local(one.link)
                if local is not None:
                    self._text(local)
                for part in _parts(one, card.of_model, is_model):
                    declared.setdefault(part, set()).add(local or (one.declared or "").lower())
                    self.claims.setdefault(part, []).append(model_card.stated(card.text, one))
                    if local is not None:
                        self._linked.setdefault(part, []).append(local)
            if opening:
                evidence = tuple(quote_at(card.text, one.position, Basis.DECLARED) for one in opening)
                self._leave_open(scope.why_open(opening), evidence)
        weights, code = declared.get("weights", set()), declared.get("code", set())
        return frozenset(("weights",)) if weights and code and not weights & code else frozenset()

    def _leave_open(self, message: str, evidence: tuple[Evidence, ...]) -> None:
        self.findings.append(Finding("license-per-model", "warning", message, evidence))
        self.claims.setdefault("weights", []).insert(0, LicenseClaim(None, evidence, by="text"))

    def _local(self, link: str | None) -> str | None:
        """The file of this folder that a link leads to; None for one that leads elsewhere. No link is followed out."""
        if link is None:
            return None
        path = link.split("#")[0].split("?")[0].replace("%20", " ")
        remote = _REPOSITORY_FILE.fullmatch(path)
        if remote is not None:
            own = {names.tokens(name) for name in self.names}
            path = remote.group(2) if names.tokens(remote.group(1)) in own else ""
        path = path.removeprefix("./")
        last = path.rsplit("/", 1)[-1]
        read = any(path == card.text.path.rsplit("/", 1)[-1] for card in self.cards)
        return path if path in self.plain_files and _is_text(last) and not read else None


def _parts(one: Statement, of_model: bool, is_model: bool) -> list[str]:
    """The parts that a statement is about; what is said of the whole holds for what lies here."""
    parts = [part for part in one.covers if part not in WHOLE]
    if len(parts) < len(one.covers):
        whole = ["weights"] if of_model else ["weights", "code"] if is_model else ["code"]
        parts += [part for part in whole if part not in parts]
    return parts


def _is_text(name: str) -> bool:
    """Whether a file is named like a text; `LICENSE.apache-2.0` and the like are."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name[1:] else ""
    plain = name.upper().startswith(("LICENSE", "LICENCE")) and ending not in _NO_TEXTS
    return not ending or ending in _TEXTS or plain


def _first_words(found: Text) -> Evidence:
    """Evidence at the first line that is not blank."""
    lines = found.content.split("\n")
    line = next((number for number, words in enumerate(lines, 1) if words.strip()), 1)
    return quote(found, line, Basis.OBSERVED)
