"""Input format: a model card, Hub front matter and Markdown body, however broken.

A card is the publisher's declaration. Its `license` fields are declared licences of the weights; a known
library, a base model, or a snippet that loads the weights by their own id declares that weights, and code
to run them, can be had. About training code and data it only gives hints (`inferred`).
Source of the fields: https://huggingface.co/docs/hub/model-cards
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from openness import yamlio
from openness.errors import OpennessError, SourceError
from openness.model import Base, Basis, Component, Evidence, Fact, Finding, LicenseClaim, NotRead, Release
from openness.sources import libraries
from openness.sources.text import Text, quote, quote_at

if TYPE_CHECKING:
    from openness.sources.scope_sentences import Statement

_OPEN = re.compile(r"\s*---[ \t]*\n")
_CLOSE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_TOP_KEY = re.compile(r"^([^\s#:\-][^:\n]*):(?=[ \t\n]|$)", re.MULTILINE)
_LIKE_YAML = re.compile(r"(?:[A-Za-z_][\w -]*:(?:\s|$)|[ \t]|-[ \t]|#|$)")
_HEADING = re.compile(r"#(?<![^\n]#)[ \t]+(.+)$", re.MULTILINE)
_FENCE = re.compile(r"```(?<![^\n]```).*?(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_LOADERS = (
    "from_pretrained", "pipeline(", "Transformer(", "CrossEncoder(", "snapshot_download", "hf_hub_download", "load_",
    "from_hparams", "vllm serve", "create_model", "spacy.load", "llama-",
)  # fmt: skip
_REPOSITORY = re.compile(r"""(?<![\w./-])([\w-][\w.-]*/[\w-][\w.-]*)(?![\w/-])|(?<=["'])([\w-][\w.-]+)(?=["'])""")
"""An id with its organisation, anywhere; one without, only in quotes."""

_IMPORT = re.compile(r"^[ \t>]*(?:from|import)[ \t]+(\w+)", re.MULTILINE)
_STATED = re.compile(
    r"[ \t]*(?:[-*+>][ \t]+)?(?:\*\*|__)?licen[sc]e(?:\(s\)|s)?"
    r"(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*(\S[^\n]*)",
    re.IGNORECASE,
)
_MAY_SPEAK = re.compile(
    r"\b(?:under|subject to|governed by|covered by)\b"
    r"|\b(?:code|software|library|weights|parameters|checkpoints?|models?|data(?:sets?)?|repo(?:sitory)?|project|work)\b"
    r"[^\n]{0,20}(?:[:|)(]| (?:is|are) )|\b(?:is|are)\b[^\n]{0,30}\blicen[sc]ed\b"
    r"|\b(?:appl(?:y|ies) to|holds? for|follows?|carr(?:y|ies)|bound by|agree to|as per)\b"
    r"|\bfor (?:the )?(?:code|software|weights|models?|data(?:sets?)?)\b"
)
"""What a line, or the section below a heading, must have to be read for licences of parts."""

_BARE = re.compile(r"#[^\n]{0,80}\n\s{0,8}[^\n#]{2,60}(?:\n|\Z)")
"""A heading and a short line below it, which may be the name of a licence."""

_LICENSE_HEADING = re.compile(r"^#{1,6}[ \t]+([^\n]{0,80}licen[^\n]{0,80})\n", re.MULTILINE)
_HEADING_WORDS = frozenset((
    "license", "licence", "licenses", "licences", "licensing", "and", "the", "of", "for", "terms", "use", "usage",
    "model", "models", "weights", "disclaimer", "notice", "information", "legal", "conditions", "restrictions",
))  # fmt: skip
_RESTRICTS = re.compile(
    r"non-?commercial|commercial|research|academi|educational|prohibit|forbid|not (?:be )?(?:use|permit|allow)|must not"
    r"|may not|\bonly\b|military|surveillance"
)
"""What a section on the licence must have to be read for terms."""

_HAS_PARTS = re.compile(r"\b(?:code|weights?|models?|data|datasets?|software)\b", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_HINTS = (
    ("training code", "training-code"),
    ("training script", "training-code"),
    ("train code", "training-code"),
    ("training data", "data-information"),
    ("training corpus", "data-information"),
    ("training dataset", "datasets"),
    ("data preparation", "data-preprocessing-code"),
    ("technical report", "technical-report"),
    ("arxiv.org/", "research-paper"),
)
"""Words beside a link → the component that the link may show."""

_PUNCTUATION = re.compile(r"[^a-z0-9]")
_NO_LETTERS = bytes(one for one in range(256) if chr(one) not in "abcdefghijklmnopqrstuvwxyz0123456789")
_NOT_FETCHED = "the licence text that the card links to; nothing is fetched"
_NOT_HERE = "the licence text that the card links to; give the folder that it lies in"
_MAX_HINTS = 3
_MAX_CLAIMS = 40
_MAX_SNIPPET = 100_000  # characters of a code block
_MAX_MENTIONS = 5000  # lines that speak of a licence
_MAX_FINDINGS = 60
_MAX_SECTION = 1500
_MAX_SECTIONS = 4
_MAX_CLAUSES = 6000  # characters of a section that are read for terms
_MAX_LICENSE = 500  # characters: longer than any expression that is meant
_SPACE_KEYS = frozenset(("sdk", "app_file", "emoji", "colorFrom"))


class _NotYamlError(OpennessError):
    """The front matter is not YAML: read it piece by piece."""


def read(text: Text, names: Sequence[str] = (), *, scoped: bool = True) -> Release:
    """What a card declares. `names` are what the model may be called (its folder, `--as`), the id among them.

    `scoped`: with the sentences that give a licence to a part of the release; a folder reads them itself.

    Raises SourceError for what is refused rather than read as far as it can be: duplicate keys, YAML bombs,
    tags, deep nesting. Linear in the length of the card.
    """
    card = _Card(text, names)
    card.front_matter()
    speaks = card.licenses()
    card.weights_and_code()
    card.hints()
    if scoped and speaks:
        card.scoped()
    return card.release()


def begins(start: str) -> bool:
    """Whether a text that starts so has front matter, as a card of a model does."""
    return _OPEN.match(start) is not None


def statements(text: Text, names: Sequence[str]) -> list[Statement]:
    """The sentences of a card that give a licence to a part of the release, in its order. Linear."""
    from openness.sources import scope

    card = _Card(text, names)
    card.front_matter()
    return scope.statements(text.content, card.body, [*names, *card.titles()]) if card.licenses() else []


def stated(text: Text, statement: Statement) -> LicenseClaim:
    """What a statement claims, quoted from the card."""
    evidence = quote_at(text, statement.position, Basis.DECLARED)
    return LicenseClaim(
        statement.declared, (evidence,), by="prose", name=statement.also, link=statement.link, more=statement.more
    )


class _Card:
    """The facts of one card while they are gathered."""

    def __init__(self, text: Text, names: Sequence[str]) -> None:
        self.text = text
        self.front: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self.body = 0  # position in the content where the front matter has ended
        self.findings: list[Finding] = []
        self.claims: list[LicenseClaim] = []
        self.hinted: dict[str, list[Evidence]] = {}
        self.components: dict[str, Component] = {}
        lowered = text.content.lower()
        self.lowered = lowered if len(lowered) == len(text.content) else text.content
        self.names = list(names)
        if text.problem:
            self.find("card-encoding", "warning", text.problem, text.problem_line)

    def find(self, rule: str, severity: str, message: str, line: int) -> None:
        if len(self.findings) < _MAX_FINDINGS:
            self.findings.append(Finding(rule, severity, message, (quote(self.text, line, Basis.OBSERVED),)))

    # -- front matter ------------------------------------------------------------------------------

    def front_matter(self) -> None:
        content = self.text.content
        opening = _OPEN.match(content)
        if opening is None:
            if not content.strip():
                self.find("card-empty", "warning", "the card is empty", 1)
            return
        closing = _CLOSE.search(content, opening.end())
        first = content.count("\n", 0, opening.end()) + 1
        if closing is not None:
            block, self.body = content[opening.end() : closing.start()], closing.end()
        else:
            block = _yaml_prefix(content[opening.end() :])
            if not block.strip():
                return  # a horizontal rule, not front matter
            self.body = opening.end() + len(block)
            message = "the front matter is not closed by a line '---'; read up to the first line that is no YAML"
            self.find("card-front-matter", "warning", message, first - 1)
        self._parse(block, first)

    def _parse(self, block: str, first: int) -> None:
        try:
            value = yamlio.parse(block, self.text.path, error=SourceError, syntax=_NotYamlError, first_line=first)
        except _NotYamlError as problem:
            self.find("card-front-matter", "warning", f"{problem.message}; read key by key", problem.line or first)
            self._salvage(block, first)
            return
        if isinstance(value, yamlio.YamlMap):
            self.front, self.lines = value, value.lines
        elif value is not None:
            self.find("card-front-matter", "warning", "the front matter is no mapping of keys to values", first)

    def _salvage(self, block: str, first: int) -> None:
        """Each top-level key by itself; where even that fails, the rest of its line as text."""
        starts = list(_TOP_KEY.finditer(block))
        front: dict[str, Any] = {}
        for number, match in enumerate(starts):
            end = starts[number + 1].start() if number + 1 < len(starts) else len(block)
            line = first + block.count("\n", 0, match.start())
            name = match.group(1).strip(" \t\"'")
            if name in front:
                raise SourceError(f"'{name}' appears twice (line {self.lines[name]}); remove one", self.text.path, line)
            chunk = block[match.start() : end]
            try:
                value = yamlio.parse(chunk, self.text.path, error=SourceError, syntax=_NotYamlError, first_line=line)
                front[name] = value.get(name) if isinstance(value, yamlio.YamlMap) else None
            except _NotYamlError:
                front[name] = chunk[match.end() - match.start() :].split("\n", 1)[0].strip(" \t\"'") or None
            self.lines[name] = line
        self.front = front

    # -- licence -----------------------------------------------------------------------------------

    def licenses(self) -> bool:
        """The licences of the front matter and of lines `License: …`; whether there may be sentences with more."""
        speaks = False
        for name in self.front:
            if name == "license" or _is_misspelt(name):
                self._tagged(name)
        position = self.lowered.find("licen", self.body)
        for _ in range(_MAX_MENTIONS):
            if position < 0 or len(self.claims) >= _MAX_CLAIMS:
                break
            start = self.text.content.rfind("\n", 0, position) + 1
            stated = _STATED.match(self.text.content, start)
            if stated is not None:
                self._stated(stated.group(1), position)
            end = self.text.content.find("\n", position)
            if not speaks and (stated is None or _HAS_PARTS.search(stated.group(1))):
                heading = self.lowered.startswith("#", start)
                after = start + _MAX_SECTION if heading else end if end >= 0 else start + _MAX_SECTION
                bare = heading and _BARE.match(self.lowered, start) is not None
                speaks = bare or _MAY_SPEAK.search(self.lowered, start, after) is not None
            position = self.lowered.find("licen", end) if end >= 0 else -1
        return speaks

    def sections(self) -> list[LicenseClaim]:
        """The sections on the licence that have words which restrict: they may say more than the licence does."""
        found = []
        for heading in islice(_LICENSE_HEADING.finditer(self.lowered, self.body), _MAX_SECTIONS):
            words = re.findall(r"[a-z]+", heading.group(1))
            end = self.lowered.find("\n#", heading.end())
            last = min(end if end >= 0 else len(self.lowered), heading.end() + _MAX_CLAUSES)
            if _HEADING_WORDS.issuperset(words) and _RESTRICTS.search(self.lowered, heading.end(), last):
                evidence = quote_at(self.text, heading.start(), Basis.DECLARED)
                before = "\n" * self.lowered.count("\n", 0, heading.end())  # so that its lines are those of the file
                text = before + self.text.content[heading.end() : last]
                found.append(LicenseClaim(None, (evidence,), by="section", text=text))
        return found

    def scoped(self) -> None:
        """The sentences that give a licence to a part of the release, each to its component."""
        from openness.sources import scope, scope_subject

        called = [*self.names, *self.titles()]
        holding, opening = scope.for_release(
            scope.statements(self.text.content, self.body, called), self.names or called
        )
        for one in holding:
            claim = stated(self.text, one)
            parts = {part for part in one.covers if part not in scope_subject.WHOLE}
            if len(parts) < len(one.covers):
                parts.add("weights" if self.front else "code")
            for part in sorted(parts):
                self._give(part, claim)
        if opening:
            evidence = tuple(quote_at(self.text, one.position, Basis.DECLARED) for one in opening)
            self.findings.append(Finding("license-per-model", "warning", scope.why_open(opening), evidence))
            self._give("weights", LicenseClaim(None, evidence, by="prose"))

    def _give(self, part: str, claim: LicenseClaim) -> None:
        """A claim to the component that it is about; the code of a library that loads the model is not the card's."""
        name = {"weights": "model-parameters", "code": "inference-code", "data": "datasets"}.get(part, "model-card")
        component = self.components.get(name, Component(name))
        if part == "code" and component.claims and component.claims[0].by == "tag":
            return
        self.components[name] = component._replace(claims=(*component.claims, claim))

    def _tagged(self, name: str) -> None:
        value, line = self.front[name], self.lines[name]
        if name != "license":
            self.find("card-front-matter", "note", f"'{name}' is read as 'license'", line)
        if isinstance(value, str) and value.strip():
            self._claim(value, line)
        elif isinstance(value, yamlio.YamlList) and value:
            if len(value) > _MAX_CLAIMS:
                self.find("card-front-matter", "warning", f"'{name}' has more than {_MAX_CLAIMS} entries", line)
            for number, entry in enumerate(value[:_MAX_CLAIMS]):
                if isinstance(entry, str) and entry.strip():
                    self._claim(entry, value.lines[number], joined="AND" if len(value) > 1 else None)
                else:
                    self.find("card-front-matter", "warning", f"an entry of '{name}' is no text", value.lines[number])
        elif value in (None, "", []):
            self.find("card-front-matter", "warning", f"'{name}' is empty", line)
        else:
            self.find("card-front-matter", "warning", f"'{name}' must be text or a list of texts", line)

    def _claim(self, declared: str, line: int, joined: str | None = None) -> None:
        name, link = self.front.get("license_name"), self.front.get("license_link")
        evidence = [quote(self.text, line, Basis.DECLARED)]
        extra = {}
        for field, value in (("license_name", name), ("license_link", link)):
            if isinstance(value, str) and value.strip():
                extra[field] = value.strip()[:_MAX_LICENSE]
                evidence.append(quote(self.text, self.lines[field], Basis.DECLARED))
        self.claims.append(
            LicenseClaim(
                declared.strip()[:_MAX_LICENSE],
                tuple(evidence),
                name=extra.get("license_name"),
                link=extra.get("license_link"),
                joined=joined,
            )
        )

    def _stated(self, value: str, position: int) -> None:
        """A line `License: …` of the body, as the Hub's card template has it."""
        declared = _LINK.sub(r"\1", value[:400]).strip(" \t*_`.;,<>")
        if 1 < len(declared) <= 80:
            evidence = quote_at(self.text, position, Basis.DECLARED)
            self.claims.append(LicenseClaim(declared, (evidence,), by="prose"))

    # -- weights and the code to run them --------------------------------------------------------------

    def weights_and_code(self) -> None:
        found = self._named_libraries()
        snippet = self._own_snippet()
        shown = [evidence for evidence, _ in found]
        if snippet is not None:
            shown.insert(0, snippet[0])
            found = [(snippet[0], library) for library in snippet[1]] + found
        shown += self._base_models()
        access = "gated" if any(key.startswith("extra_gated") for key in self.front) else None
        self.components["model-parameters"] = Component(
            "model-parameters",
            available=Fact(True, tuple(dict.fromkeys(shown))) if shown else Fact(),
            access=access,
            claims=(*self.claims, *self.sections()),
        )
        if shown:
            self.components["inference-code"] = _inference_code(shown, found)

    def _named_libraries(self) -> list[tuple[Evidence, libraries.Library]]:
        """The library that the front matter names, else the first tag that is one."""
        for field in ("library_name", "library_tag", "library"):
            name = self.front.get(field)
            library = libraries.named(name) if isinstance(name, str) else None
            if library is not None:
                return [(self._library(library, self.lines[field]), library)]
        tags = self.front.get("tags")
        if isinstance(tags, str):
            library = libraries.named(tags)
            return [(self._library(library, self.lines["tags"]), library)] if library else []
        if isinstance(tags, yamlio.YamlList):
            for number, tag in enumerate(tags):
                library = libraries.named(tag) if isinstance(tag, str) else None
                if library is not None:
                    return [(self._library(library, tags.lines[number]), library)]
        return []

    def _library(self, library: libraries.Library, line: int) -> Evidence:
        note = f"{library.library} loads it; the library is under {library.license} ({library.read})"
        return quote(self.text, line, Basis.DECLARED, note=note, source=library.source)

    def _base_models(self) -> list[Evidence]:
        value = self.front.get("base_model")
        if isinstance(value, str) and value.strip():
            return [quote(self.text, self.lines["base_model"], Basis.DECLARED)]
        if isinstance(value, yamlio.YamlList) and any(isinstance(entry, str) for entry in value):
            return [quote(self.text, value.lines[0], Basis.DECLARED)]
        return []

    def bases(self) -> tuple[Base, ...]:
        """The models that the release was made from, as far as the card is plain about it."""
        from openness.sources import bases

        declared = bases.declared(self.text, self.front, self.lines, self.names)
        found = [*declared, *bases.stated(self.text, self.body, self.names, self.titles())]
        return bases.joined(found or bases.tagged(self.text, self.front, self.names))

    def _own_snippet(self) -> tuple[Evidence, list[libraries.Library]] | None:
        """The first code block that loads the model by its own id, and the libraries it imports."""
        content = self.text.content
        if "```" not in content or not _loads_something(content):
            return None
        own = {_plain(name) for name in (*self.names, *self.titles())} - {""}
        for block in _FENCE.finditer(content, self.body):
            code = block.group()[:_MAX_SNIPPET]
            if not _loads_something(code) or not _may_have(code, own):
                continue
            for candidate in _REPOSITORY.finditer(code):
                name = candidate.group()
                if _plain(name) in own and not _in_comment(code, candidate.start()):
                    if "/" in name:
                        self.names.append(name)
                    evidence = quote_at(self.text, block.start() + candidate.start(), Basis.DECLARED)
                    found = (libraries.imported(match.group(1)) for match in _IMPORT.finditer(code))
                    return evidence, [library for library in found if library is not None]
        return None

    def titles(self) -> list[str]:
        """The first heading."""
        heading = _HEADING.search(self.text.content, self.body)
        return [" ".join(heading.group(1).split())[:120]] if heading else []

    def _name(self) -> str:
        """The model's own id if there is one, else what its folder or the user calls it, else its title."""
        named = [name for name in self.names if "/" in name] or self.names or self.titles()
        return named[0] if named else self.text.path

    # -- hints -------------------------------------------------------------------------------------

    def hints(self) -> None:
        """Where to look for what a card cannot establish: a link beside telling words, a list of data sets."""
        if self.front.get("datasets"):
            self._hint("data-information", quote(self.text, self.lines["datasets"], Basis.INFERRED))
        if "http" not in self.lowered:
            return
        for words, component in _HINTS:
            position = self.lowered.find(words, self.body)
            if position >= 0:
                start = self.lowered.rfind("\n", 0, position) + 1
                end = self.lowered.find("\n", position)
                if self.lowered.find("http", start, end if end >= 0 else len(self.lowered)) >= 0:
                    self._hint(component, quote_at(self.text, position, Basis.INFERRED))

    def _hint(self, component: str, evidence: Evidence) -> None:
        hints = self.hinted.setdefault(component, [])
        if len(hints) < _MAX_HINTS:
            hints.append(evidence)

    # -- result ------------------------------------------------------------------------------------

    def release(self) -> Release:
        for name, hints in self.hinted.items():
            component = self.components.get(name, Component(name))
            self.components[name] = component._replace(available=Fact(None, tuple(hints)))
        if _SPACE_KEYS.issubset(self.front):
            message = "this front matter is that of a Space (a demo application), not of a model"
            self.find("not-a-model-card", "warning", message, self.lines["sdk"])
        if self.text.content.strip():
            here = Fact(True, (Evidence(self.text.path, Basis.OBSERVED, sha256=self.text.sha256),))
            card = self.components.get("model-card", Component("model-card"))
            self.components["model-card"] = card._replace(available=here)
        return Release(
            name=self._name(),
            target=self.text.path,
            components=self.components,
            origin="model card",
            findings=tuple(self.findings),
            read=(self.text.path,),
            bases=self.bases(),
            not_read=tuple(
                NotRead(claim.link, _NOT_FETCHED if "://" in claim.link else _NOT_HERE)
                for claim in self.claims[:1]
                if claim.link
            ),
        )


def _inference_code(shown: list[Evidence], found: list[tuple[Evidence, libraries.Library]]) -> Component:
    claims = {library.license: LicenseClaim(library.license, (evidence,)) for evidence, library in reversed(found)}
    joined = "AND" if len(claims) > 1 else None
    return Component(
        "inference-code",
        available=Fact(True, tuple(dict.fromkeys(shown))),
        claims=tuple(LicenseClaim(c.declared, c.evidence, joined=joined) for c in claims.values()),
    )


def _is_misspelt(name: str) -> bool:
    """Whether a key is 'license' in another case or spelling (`licence`, `licenses`, `liscence`)."""
    if name[:1] not in "lL" or not 5 <= len(name) <= 10 or name in ("license_name", "license_link", "language"):
        return False
    return name != "license" and difflib.SequenceMatcher(None, name.lower(), "license").ratio() >= 0.75


def _yaml_prefix(content: str) -> str:
    """The leading lines that can be YAML, up to the first blank line that a non-YAML line follows."""
    kept = 0
    for line in content.splitlines(keepends=True):
        if not _LIKE_YAML.match(line) or line.startswith(("# ", "## ")):
            break
        kept += len(line)
    return content[:kept]


def _loads_something(code: str) -> bool:
    for loader in _LOADERS:  # noqa: SIM110 - a generator takes three times as long, on every card
        if loader in code:
            return True
    return False


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """A model name for comparison: without organisation, case and punctuation."""
    last = name.strip().rstrip("/").rsplit("/", 1)[-1].rsplit("__", 1)[-1]
    return _PUNCTUATION.sub("", last.lower())


def _may_have(code: str, own: set[str]) -> bool:
    """Whether one of the names, as `_plain` has them, may stand in a piece of code: a quick look."""
    letters = code.encode("utf-8", "replace").lower().translate(None, _NO_LETTERS).decode()
    return any(one in letters for one in own)


def _in_comment(code: str, position: int) -> bool:
    start = code.rfind("\n", 0, position) + 1
    return code[start:position].lstrip().startswith(("#", "//"))
