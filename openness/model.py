"""The vocabulary of the pipeline: frozen values that every step reads and none changes. Imports nothing of ours.

Most are named tuples and not dataclasses: a command line starts 15 ms sooner for it, and a card is read faster.

A `Release` is a set of components; each has facts that are known or unknown, each known fact has evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

COMPONENTS: dict[str, str] = {
    "model-parameters": "data",
    "model-architecture": "code",
    "inference-code": "code",
    "training-code": "code",
    "data-preprocessing-code": "code",
    "data-information": "document",
    "datasets": "data",
    "evaluation-code": "code",
    "evaluation-data": "data",
    "evaluation-results": "document",
    "supporting-libraries": "code",
    "intermediate-parameters": "data",
    "model-metadata": "data",
    "model-card": "document",
    "data-card": "document",
    "technical-report": "document",
    "research-paper": "document",
    "sample-outputs": "document",
}
"""Component name → content type: the names of the Model Openness Framework in kebab-case, and `data-information`.

Source: MOF components as configured in lfai/model_openness_tool 8b5d30e; OSAID 1.0 for data information.
"""

DATA_INFORMATION_PARTS = ("description", "public-list", "third-party-list")
"""OSAID 1.0, Data Information, clauses 1 to 3."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

REPORT_SCHEMA = "openness-report-1"
"""The name of the JSON contract of reports, written and read."""

NOASSERTION = "NOASSERTION"
"""SPDX's word for: nothing is claimed about the licence."""


class Basis(StrEnum):
    """How close a piece of evidence is to the thing itself, strongest first."""

    OBSERVED = "observed"
    DECLARED = "declared"
    ATTESTED = "attested"
    INFERRED = "inferred"


class Kind(StrEnum):
    """The result of one rule, in SARIF's words."""

    PASS = "pass"  # noqa: S105 - a result, not a password
    FAIL = "fail"
    OPEN = "open"
    REVIEW = "review"
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    """What a term does to openness, weakest first."""

    COMPATIBLE = "compatible"
    GREY = "grey"
    BLOCKING = "blocking"


class Evidence(NamedTuple):
    """Where a fact was read."""

    path: str
    """The file as the user knows it, or a URL."""

    basis: Basis
    """How the fact follows from it."""

    quote: str = ""
    """A piece of `line` exactly as written, at most 160 characters; empty for a thing that is not text."""

    line: int | None = None
    """1-based; lines end at LF, CRLF or CR. None for a thing that is not text."""

    end_line: int | None = None
    """1-based, included."""

    sha256: str | None = None
    """Hex digest of the file; for a Git LFS pointer that of the file it stands for. None: too large to hash."""

    source: str | None = None
    """What the file itself names as the origin of the statement: a URL."""

    date: str | None = None
    """When the origin was read, ISO 8601."""

    note: str | None = None
    """What the declarer adds, in a sentence."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A yes, a no or an unknown, with what speaks for it."""

    value: bool | None = None
    """None = unknown, which is not no."""

    evidence: tuple[Evidence, ...] = ()
    """For a known value what shows it; for an unknown one hints of where to look."""

    def __post_init__(self) -> None:
        if self.value is not None and not any(e.basis is not Basis.INFERRED for e in self.evidence):
            raise ValueError("a known fact needs evidence that is more than inferred")


UNKNOWN = Fact()


class LicenseClaim(NamedTuple):
    """One place that says something about a component's licence."""

    declared: str | None
    """The licence as written there (`apache-2.0`, `other`); None for a licence text that names none we know, and,
    without a text, for a claim that says that the licence is open."""

    evidence: tuple[Evidence, ...]

    by: str = "tag"
    """What says it, strongest first: `text` (the licence itself), `header`, `tag` (a metadata field), `prose`; and
    `section`, a card's section on the licence, for what it says beyond the licence that it names."""

    name: str | None = None
    """What the publisher calls a licence that `declared` does not identify (`license_name`)."""

    link: str | None = None
    """Where the publisher says that the text is (`license_link`)."""

    text: str | None = None
    """The licence text itself, where the claim is one; of a section its own, on the lines that it has in the file."""

    joined: str | None = None
    """`AND` when this claim is one entry of a list of which all bind; None when it stands alone."""

    more: bool = False
    """Whether something that is not known is added to the licence: "MIT with the Commons Clause", "and our policy"."""


class Term(NamedTuple):
    """One condition or limitation of a licence."""

    term: str
    """Its id in `rules/terms.yaml`."""

    severity: Severity

    clause: str
    """Where the licence says it; "not read" where nobody checked."""

    words: str
    """What it means, in words that follow "you must" or "you must not"."""

    kind: str
    """`condition` (what you must do) or `limitation` (what you must not, or not without asking)."""

    breaks: frozenset[str] = frozenset()
    """The criteria of definitions that it offends, as `osd-6`."""

    takes: frozenset[str] = frozenset()
    """The permissions that it takes away or narrows: `commercial-use`, `modification`, `redistribution`."""

    value: str = ""
    """How much, what or where, as the catalogue has it."""

    reaches: frozenset[str] = frozenset()
    """`outputs`: it also binds who trains another model on outputs."""

    derivatives: str = ""
    """What it says of the licence of what is made from the work: `same-terms`, `forbidden`, or nothing."""

    name_begins: str = ""
    """What the name of a derivative must begin with; empty where it asks nothing of the kind."""

    name_contains: str = ""
    """What the name of a derivative must have in it."""

    @property
    def text(self) -> str:
        """The term as a sentence."""
        return f"You must {'' if self.kind == 'condition' else 'not '}{self.words}."


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class License:
    """What is known of one licence, by its canonical id. Compared by identity: the catalogue makes one of each."""

    id: str
    """SPDX id or `LicenseRef-…`."""

    title: str
    source: str
    """URL of the text or of the statement the entry rests on."""

    approvals: Mapping[str, bool]
    """Organisation (`OSI`, `FSF`) → whether it lists the licence as open source or free; absent = not known."""

    terms: tuple[Term, ...] = ()

    terms_known: bool = False
    """True when the terms were read in full, so that a term which is not listed is not there."""

    basis: str = ""
    """How the entry was verified."""

    permits: tuple[str, ...] = ()
    """What it allows without limits, as words that follow "you may"; empty where the terms are not known."""

    limits: tuple[str, ...] = ()
    """What it forbids, or allows within limits only, in the same words."""

    licensors: frozenset[str] = frozenset()
    """The organisations, as the Hub calls them and in lower case, that alone license under it; empty: anybody may."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Expression:
    """A license expression, resolved: one licence, or several under AND or OR. Compared by identity."""

    text: str
    """SPDX license expression; `NOASSERTION` where nothing could be concluded."""

    license: License | None = None
    operator: str | None = None
    """`AND`, `OR`, or None for one licence."""

    operands: tuple[Expression, ...] = ()

    @property
    def licenses(self) -> tuple[License, ...]:
        """Every licence in it, in the order written."""
        if self.license is not None:
            return (self.license,)
        return tuple(one for operand in self.operands for one in operand.licenses)


NO_EXPRESSION = Expression(NOASSERTION)


def join(operator: str, operands: Sequence[Expression]) -> Expression:
    """The operands under `AND` or `OR`, without repetition; a single one is itself, none is NOASSERTION.

    What joins with an unknown licence is NOASSERTION as text and keeps its operands: what is known of them still binds.
    """
    distinct = list({operand.text: operand for operand in operands}.values())
    if len(distinct) < 2:
        return distinct[0] if distinct else NO_EXPRESSION
    if any(one.text == NOASSERTION for one in distinct):
        return Expression(NOASSERTION, operator=operator, operands=tuple(distinct))
    shown = [f"({one.text})" if one.operator not in (None, operator) else one.text for one in distinct]
    return Expression(f" {operator} ".join(shown), operator=operator, operands=tuple(distinct))


class Conclusion(NamedTuple):
    """What the claims about one component's licence come to."""

    expression: Expression = NO_EXPRESSION
    status: str = "missing"
    """`concluded`, `conflict` (the sources disagree), `unidentified` or `missing`."""

    inherited: tuple[tuple[str, str], ...] = ()
    """(licence id, base model) for every licence that a base model hands on."""

    recognised: tuple[FoundTerm, ...] = ()
    """The terms of its licence texts that are no known licence, in the order of the claims."""

    @property
    def terms_known(self) -> bool:
        """Whether the terms of every licence in it were read in full."""
        licenses = self.expression.licenses
        sure = self.status in ("concluded", "conflict") and bool(licenses)
        return sure and all(one.terms_known for one in licenses)


NO_CONCLUSION = Conclusion()


class Part(NamedTuple):
    """A named part of a component that definitions ask for by itself."""

    fact: Fact

    exists: bool = True
    """False where there is no such thing to publish: no third-party data was used."""


class Component(NamedTuple):
    """One part of a release: its availability and its licence."""

    name: str
    """A key of `COMPONENTS`."""

    available: Fact = UNKNOWN
    """Whether anybody can have it."""

    complete: Fact = UNKNOWN
    """Whether what is available is all of it."""

    used: Fact = UNKNOWN
    """No = the step never took place (there was no validation, no labelling): rules about it do not apply."""

    access: str | None = None
    """`open`, `gated` (a click or a form, automatic) or `approval` (a person decides); None = unknown."""

    parts: Mapping[str, Part] = NOTHING
    """Keys: `DATA_INFORMATION_PARTS`; empty for every other component."""

    claims: tuple[LicenseClaim, ...] = ()
    """Declared licences, strongest first."""

    license: Conclusion = NO_CONCLUSION
    """Set by the licensing step."""

    @property
    def declared(self) -> tuple[str, ...]:
        """What the release says of its licence, word for word, each once, strongest first."""
        return tuple(dict.fromkeys(one for claim in self.claims for one in (claim.declared, claim.name) if one))

    def about(self, fact: str) -> tuple[Evidence, ...]:
        """The evidence for one fact: `available`, `complete`, `used`, `parts`, or `license`; none for `access`."""
        if fact == "license":
            return tuple(e for claim in self.claims for e in claim.evidence)
        if fact == "parts":
            return tuple(e for part in self.parts.values() for e in part.fact.evidence)
        one = {"available": self.available, "complete": self.complete, "used": self.used}.get(fact, UNKNOWN)
        return one.evidence

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence of the component, without repetition."""
        facts = ("available", "complete", "used", "parts", "license")
        return tuple(dict.fromkeys(e for fact in facts for e in self.about(fact)))


class Finding(NamedTuple):
    """Something that a person should look at."""

    id: str
    severity: str
    """`error` (the release contradicts itself or the input is broken), `warning` or `note`."""

    message: str
    evidence: tuple[Evidence, ...] = ()


class NotRead(NamedTuple):
    """An input that was seen and not read."""

    path: str
    reason: str


class Review(NamedTuple):
    """A person's or an organisation's answer to what a machine cannot judge."""

    subject: str
    """The rule (`osaid-1.0/data-information`) or the whole definition (`osaid-1.0`) that was answered."""

    answer: bool
    evidence: Evidence


class Statement(NamedTuple):
    """What somebody published about the release; shown, never counted."""

    by: str
    text: str
    evidence: Evidence


class Base(NamedTuple):
    """A model that a release says it was made from."""

    model: str
    """As written there: a Hub id, the name of a family, or a path."""

    relation: str | None
    """`finetune`, `adapter`, `quantized`, `merge` (as the Hub has them), `distilled` (trained on its outputs), or None
    where that is not said."""

    evidence: tuple[Evidence, ...]


class Release(NamedTuple):
    """A model release as far as the inputs show it."""

    name: str
    target: str
    """What the user typed."""

    components: Mapping[str, Component] = NOTHING
    revision: str | None = None
    origin: str = ""
    """What kind of input it was read from, and as of when: one short phrase for the report."""

    findings: tuple[Finding, ...] = ()
    reviews: tuple[Review, ...] = ()
    statements: tuple[Statement, ...] = ()
    read: tuple[str, ...] = ()
    """Every file read, as the user knows it."""

    not_read: tuple[NotRead, ...] = ()

    texts: tuple[LicenseClaim, ...] = ()
    """Every licence text in the inputs, whatever it covers."""

    bases: tuple[Base, ...] = ()
    """The models that it was made from, as far as it says so."""

    lineage: tuple[Ancestor, ...] = ()
    """Set by the lineage step: the bases as they were found, each with its own."""

    def component(self, name: str) -> Component:
        """The component, all unknown where the inputs say nothing of it."""
        return self.components.get(name) or Component(name)

    def evidence(self, reads: tuple[tuple[str, str], ...]) -> tuple[Evidence, ...]:
        """The evidence for (component, fact) pairs, without repetition."""
        return tuple(dict.fromkeys(e for name, fact in reads for e in self.component(name).about(fact)))

    def adding(self, *findings: Finding) -> Release:
        """The same release with more findings."""
        return self._replace(findings=self.findings + findings) if findings else self


class Ancestor(NamedTuple):
    """A base model, and what was found of it."""

    base: Base

    release: Release | None
    """Its licences are concluded and its own `lineage` is traced; None where nothing is known of it."""

    problem: str = ""
    """Why nothing is known of it, or why its own bases were not followed."""


class Result(NamedTuple):
    """What one rule came to. Its evidence is that of the facts in `reads`."""

    rule: str
    """`definition/rule`."""

    level: str
    """The lowest level of the ladder that needs it."""

    title: str
    kind: Kind
    message: str
    reads: tuple[tuple[str, str], ...]
    """(component, fact) pairs that the rule depends on: see `Component.about`."""

    note: str = ""
    question: str = ""
    """What a person must judge, where the kind is `review`."""

    requires: str = ""
    """The condition of the rule, in a line."""


class Verdict(NamedTuple):
    """A definition applied to a release: an interval on its ladder of levels."""

    definition: str
    at_least: str
    """The highest level whose rules all pass."""

    at_most: str
    """The highest level without a failing rule."""

    text: str
    """The interval in words."""

    results: tuple[Result, ...]

    levels: tuple[str, ...]
    """The ladder, lowest first."""

    means: str
    """What the interval is to a newcomer, in a sentence; empty where the definition is silent."""


class Alteration(NamedTuple):
    """A passage in which a file differs from the licence that it was made from."""

    kind: str
    """`added`, `removed` or `changed`."""

    lines: tuple[int, int]
    """First and last line of the file, 1-based; for a removed passage the lines between which it is missing."""

    text: str
    """What the file says there; empty where words were removed."""

    was: str = ""
    """What the known text says there; empty where words were added, or where its wording is not at hand."""


class Reference(NamedTuple):
    """A place that names a licence without being its text."""

    expression: str
    lines: tuple[int, int]
    """First and last line, 1-based."""

    quote: str
    """The file's own words, on one line."""


class Reading(NamedTuple):
    """One licence found in a file, or a file in which none was found."""

    expression: str
    """Its id; `LicenseRef-<base>-altered` for an altered text; `NOASSERTION` for an unknown one."""

    status: str
    """`exact`, `cosmetic`, `altered` or `unknown`."""

    base: str | None
    """What an altered text was made from, or the licence that a known variant is based on."""

    score: float
    """Share of the known text's words found, 0.0 to 1.0."""

    lines: tuple[int, int]
    """First and last line, 1-based."""

    alterations: tuple[Alteration, ...]

    references: tuple[Reference, ...] = ()
    """Licences that the file names beside it, or in place of a text; on the first reading of a file only."""


class FoundTerm(NamedTuple):
    """A term of a licence text, and where the text has it."""

    term: str
    """Its id in `rules/terms.yaml`."""

    severity: Severity

    lines: tuple[int, int]
    """First and last line of the file, 1-based."""

    quote: str
    """The file's own words on those lines, on one line, at most 300 characters; empty where they were not found."""

    value: str | None = None
    """What the file says of how much, what or where: `700 million monthly active users`; None where it says nothing."""


class Identified(NamedTuple):
    """A licence in a file, and its terms."""

    path: str
    reading: Reading

    terms: tuple[FoundTerm, ...]
    """In the order of their lines; empty for a known text whose terms open source licences have, too."""


class Assessment(NamedTuple):
    """A release with its verdicts: what a report shows of it."""

    release: Release
    headline: Verdict
    verdicts: tuple[Verdict, ...]
    """The other definitions, in the order asked for."""


class Report(NamedTuple):
    """Everything that one run found."""

    assessments: tuple[Assessment, ...]
    errors: tuple[tuple[str, str], ...]
    """(target, message) of every target that could not be read."""

    definitions: tuple[tuple[str, str], ...]
    """(id, SHA-256) of every definition applied."""
