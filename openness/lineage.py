"""What the base models add: a model stays under the terms of what it was made from; a step of the pipeline.

The licence of the weights becomes its own AND those of its bases, up to the roots. A base of which nothing is
known leaves the licence open. What a licence asks of derivatives is data: `rules/terms.yaml` and `rules/licenses`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from openness.errors import OpennessError
from openness.model import (
    NO_EXPRESSION,
    Ancestor,
    Base,
    Basis,
    Component,
    Conclusion,
    Evidence,
    Expression,
    Finding,
    License,
    Release,
    Severity,
    Term,
    join,
)

MAX_DEPTH = 12
"""Generations of base models that are followed."""

MAX_BASES = 60
"""Base models that are looked up for one release."""

_WEIGHTS = "model-parameters"
_OUTPUTS = "distilled"  # the relation in which the weights are not made from the base's weights
_ADAPTER = "adapter"
_LISTED = 4  # terms, or generations, that a message names
# Compiled when they are used: most releases name no base.
_SEPARATORS = r"[\s_.-]+"
_VERSION = r"-\d"
_ORGANISATION = r"([\w.-]+?)(?:/|__|--)(?=[^/]+\Z)"

Find = Callable[[str], Release]
"""A base model, as written → what is known of it, its licences concluded. Raises OpennessError."""


class _Heirloom(NamedTuple):
    """One licence that the bases hand on, and the chain of models that it comes down."""

    license: License
    chain: tuple[Ancestor, ...]
    """The base first; last the model whose licence it is."""

    @property
    def origin(self) -> str:
        return " ← ".join(_shown([one.base.model for one in self.chain]))


def trace(release: Release, find: Find) -> Release:
    """The release with its `lineage`, with what its bases hand on, and a finding for whatever does not fit together.

    Every base is looked up once with `find`. Circles, more than `MAX_DEPTH` generations and more than `MAX_BASES`
    bases are not followed further, and the ancestor says so.
    """
    return _Search(find).traced(release, (_key(release.name),)) if release.bases else release


class _Search:
    """One walk up to the roots. What was found of a model is kept: the models of a merge share their ancestors."""

    def __init__(self, find: Find) -> None:
        self.find = find
        self.found: dict[str, tuple[Release | None, str]] = {}

    def traced(self, release: Release, below: tuple[str, ...]) -> Release:
        """The release with its lineage; `below` are the models from the first one up to this."""
        lineage = tuple(
            self.ancestor(base, below) for base in _distinct(release.bases) if _key(base.model) != below[-1]
        )
        own = release.component(_WEIGHTS)
        makers = _makers(self.named(release.name), own)
        heirlooms = list(_heirlooms(makers, lineage))
        suspected = list(_suspected(makers, own, lineage))
        findings = [
            *_unknown(lineage),
            *_laundering(own, heirlooms),
            *suspected,
            *_incompatible(own, heirlooms),
            *_names(release.name, lineage),
            *_outputs(makers, lineage),
        ]
        weights = own._replace(license=_conclusion(own.license, lineage, heirlooms, open_=bool(suspected)))
        components = {**release.components, _WEIGHTS: weights}
        return release._replace(lineage=lineage, components=components).adding(*findings)

    def named(self, name: str) -> str:
        """The name with its organisation, as far as it is known without one."""
        if _maker(name):
            return name
        try:
            return self.find(name).name
        except OpennessError:
            return name

    def ancestor(self, base: Base, below: tuple[str, ...]) -> Ancestor:
        """A base with what was found of it, its own bases followed."""
        key = _key(base.model)
        if key in below:
            return Ancestor(base, None, "it is said to be made from itself, by way of others")
        if key not in self.found:
            if len(below) > MAX_DEPTH or len(self.found) >= MAX_BASES:
                return Ancestor(base, None, "too many base models; not followed further")
            self.found[key] = (None, "")  # counts, also while its own bases are walked
            self.found[key] = self.look_up(base.model, (*below, key))
        return Ancestor(base, *self.found[key])

    def look_up(self, model: str, below: tuple[str, ...]) -> tuple[Release | None, str]:
        try:
            release = self.find(model)
        except OpennessError as problem:
            return None, str(problem)
        return (self.traced(release, below) if release.bases else release), ""


def _distinct(bases: Iterable[Base]) -> Iterator[Base]:
    """Each model once, with all the evidence, and the first relation that is said."""
    together: dict[str, list[Base]] = {}
    for base in bases:
        together.setdefault(_key(base.model), []).append(base)
    for same in together.values():
        relation = next((one.relation for one in same if one.relation), None)
        evidence = tuple(dict.fromkeys(e for one in same for e in one.evidence))
        yield Base(same[0].model, relation, evidence)


def _key(model: str) -> str:
    return model.strip().casefold()


# -- what is handed on -----------------------------------------------------------------------------------


def _makers(name: str, own: Component) -> frozenset[str]:
    """The organisations that the release may be of: that of its name, else those that alone give its licence.

    None for a release without a licence: who says nothing leaves no licence behind.
    """
    if own.license.status == "missing":
        return frozenset()
    maker = _maker(name)
    given = (one.licensors for one in own.license.expression.licenses)
    return frozenset((maker,)) if maker else frozenset(org for licensors in given for org in licensors)


def _may_relicense(license_: License, makers: frozenset[str], owner: str) -> bool:
    """Whether who made the heir may leave a licence of its base behind: its rights are the maker's own.

    For a licence that only some organisations give, one of these; else who published both.
    """
    return not makers.isdisjoint(license_.licensors or (_maker(owner),))


def _hands_on(ancestor: Ancestor) -> bool:
    """Whether its terms bind the weights: they were made from its own, and that is more than a guess."""
    declared = any(one.basis is not Basis.INFERRED for one in ancestor.base.evidence)
    return ancestor.base.relation != _OUTPUTS and declared


def _expression(ancestor: Ancestor) -> Expression:
    """The licence of its weights, its own bases' included."""
    return ancestor.release.component(_WEIGHTS).license.expression if ancestor.release else NO_EXPRESSION


def _heirlooms(
    makers: frozenset[str], lineage: Iterable[Ancestor], chain: tuple[Ancestor, ...] = ()
) -> Iterator[_Heirloom]:
    """Each licence once a chain, the roots' first: what a fine-tune repeats of its base is the base's."""
    for ancestor in lineage:
        if not _hands_on(ancestor) or ancestor.release is None:
            continue
        longer = (*chain, ancestor)
        older = list(_heirlooms(makers, ancestor.release.lineage, longer))
        yield from older
        known = {one.license.id for one in older}
        for one in _expression(ancestor).licenses:
            if one.id not in known and not _may_relicense(one, makers, ancestor.base.model):
                yield _Heirloom(one, longer)


def _conclusion(
    own: Conclusion, lineage: Iterable[Ancestor], heirlooms: Iterable[_Heirloom], *, open_: bool
) -> Conclusion:
    """The licence of the weights: its own AND all that the bases hand on.

    What the bases leave unknown keeps it open, and so does a base whose terms would restrict use if it is one
    (`open_`); not where its own licence restricts use already: more can only be added.
    """
    left = {one.license.id for one in heirlooms}
    handed = [part for one in lineage if _hands_on(one) for part in _operands(_expression(one))]
    binding = [part for part in handed if not part.licenses or not left.isdisjoint(x.id for x in part.licenses)]
    parts = [*_operands(own.expression), *binding, *([NO_EXPRESSION] if open_ else [])]
    if _restricts(own.expression):
        parts = [part for part in parts if part.licenses]
    unknown = any(not part.licenses for part in parts)
    status = "unidentified" if unknown and own.status == "concluded" else own.status
    mine = {one.id for one in own.expression.licenses}
    inherited = {one.license.id: one.chain[-1].base.model for one in heirlooms if one.license.id not in mine}
    return Conclusion(join("AND", parts), status, tuple(inherited.items()), own.recognised)


def _operands(one: Expression) -> tuple[Expression, ...]:
    return one.operands if one.operator == "AND" else (one,)


# -- findings --------------------------------------------------------------------------------------------


def _unknown(lineage: Iterable[Ancestor], chain: tuple[str, ...] = ()) -> Iterator[Finding]:
    """The bases that leave the licence of the weights open."""
    for ancestor in lineage:
        longer = (*chain, ancestor.base.model)
        path, evidence = " ← ".join(_shown(longer)), ancestor.base.evidence
        if not _hands_on(ancestor):
            if ancestor.base.relation != _OUTPUTS:
                message = f"{_WEIGHTS}: seems to be made from {path}, which nothing states; its terms are not added"
                yield Finding("base-unknown", "note", message, evidence)
        elif ancestor.release is None:
            message = f"{_WEIGHTS}: made from {path}, of which nothing is known: {ancestor.problem}"
            yield Finding("base-unknown", "warning", message, evidence)
        elif _open_itself(ancestor.release):
            message = f"{_WEIGHTS}: made from {path}, whose licence is not established"
            yield Finding("base-unknown", "warning", message, evidence)
        else:
            yield from _unknown(ancestor.release.lineage, longer)


def _open_itself(release: Release) -> bool:
    """Whether the licence of a base is open for a reason of its own, and not because of its bases."""
    expression = release.component(_WEIGHTS).license.expression
    return expression.text == NO_EXPRESSION.text and (
        not expression.operands or not any(True for _ in _unknown(release.lineage))
    )


def _laundering(own: Component, heirlooms: Iterable[_Heirloom]) -> Iterator[Finding]:
    """A licence that restricts nothing, over a base whose licence restricts."""
    licenses = own.license.expression.licenses
    if not licenses or _restricts(own.license.expression):
        return
    mine = {one.id for one in licenses}
    for one in heirlooms:
        blocking = _blocking(one.license)
        if blocking and one.license.id not in mine:
            terms = ", ".join(_shown([f"{term.term} ({term.clause})" for term in blocking]))
            message = (
                f"{_WEIGHTS}: said to be under {own.license.expression.text}, but made from {one.origin}, "
                f"whose licence {one.license.id} restricts use and still holds: {terms}"
            )
            yield Finding("license-laundering", "error", message, _where(own, one))


def _suspected(makers: frozenset[str], own: Component, lineage: Iterable[Ancestor]) -> Iterator[Finding]:
    """The same over a base that nothing states: somebody should look."""
    mine = {one.id for one in own.license.expression.licenses}
    if not mine or _restricts(own.license.expression):
        return
    for ancestor in lineage:
        if _hands_on(ancestor) or ancestor.base.relation == _OUTPUTS:
            continue
        for one in _heirlooms(makers, [_declared(ancestor)]):
            if _blocking(one.license) and one.license.id not in mine:
                message = (
                    f"{_WEIGHTS}: said to be under {own.license.expression.text}; if it was made from "
                    f"{ancestor.base.model}, as it seems, {one.license.id} restricts its use"
                )
                yield Finding("license-laundering", "warning", message, ancestor.base.evidence)


def _restricts(expression: Expression) -> bool:
    """Whether use is restricted whatever the licensee chooses."""
    if expression.operator is not None:
        restricted = [_restricts(one) for one in expression.operands]
        return all(restricted) if expression.operator == "OR" else any(restricted)
    return expression.license is not None and bool(_blocking(expression.license))


def _blocking(license_: License) -> list[Term]:
    return [term for term in license_.terms if term.severity is Severity.BLOCKING]


def _where(own: Component, one: _Heirloom) -> tuple[Evidence, ...]:
    chain = (e for ancestor in one.chain for e in ancestor.base.evidence)
    licensed = one.chain[-1].release
    last = licensed.component(_WEIGHTS).about("license")[:1] if licensed else ()
    return tuple(dict.fromkeys((*own.about("license"), *chain, *last)))


def _incompatible(own: Component, heirlooms: list[_Heirloom]) -> Iterator[Finding]:
    """Bases whose licence lets no changed versions be shared, or wants them under its own terms alone."""
    said = {one.id for one in own.license.expression.licenses}
    for one in heirlooms:
        for term in one.license.terms:
            problem = ""
            if term.derivatives == "forbidden":
                problem = _no_changes(one)
            elif term.derivatives == "same-terms":
                problem = _same_terms(one, own.license.expression, said, heirlooms)
            if problem:
                message = (
                    f"{_WEIGHTS}: made from {one.origin}, whose licence {one.license.id} ({term.clause}) {problem}"
                )
                severity = "warning" if _only_adapted(one) else "error"
                yield Finding("license-incompatible", severity, message, _where(own, one))


def _no_changes(one: _Heirloom) -> str:
    judged = "; whether an adapter is one is for a person to judge" if _only_adapted(one) else ""
    return f"does not let changed versions be shared{judged}"


def _same_terms(one: _Heirloom, own: Expression, said: set[str], heirlooms: list[_Heirloom]) -> str:
    if said and not any(_same_family(one.license.id, other) for other in said):
        return f"wants derivatives under the same terms; said to be under {own.text}"
    adding = next((x for x in heirlooms if x.license.id != one.license.id and _blocking(x.license)), None)
    if adding is None or _blocking(one.license):
        return ""
    return f"wants derivatives under the same terms; {adding.origin} adds the restrictions of {adding.license.id}"


def _only_adapted(one: _Heirloom) -> bool:
    return all(ancestor.base.relation == _ADAPTER for ancestor in one.chain)


def _same_family(first: str, second: str) -> bool:
    """Whether two ids differ in their version at most: such licences let derivatives move to a later one."""
    return re.split(_VERSION, first)[0] == re.split(_VERSION, second)[0]


def _names(name: str, lineage: Iterable[Ancestor]) -> Iterator[Finding]:
    """A name that a licence asks of derivatives and that the release does not have."""
    called = name[len(_maker(name)) :].lstrip("/_")
    for one, relation in _bound(frozenset((_maker(name),)), lineage):
        for term in one.license.terms:
            asked = term.name_begins or term.name_contains
            if not asked or (relation == _OUTPUTS and "outputs" not in term.reaches):
                continue
            place = "begins with" if term.name_begins else "has"
            at = _plain(called).find(_plain(asked))
            if at == 0 or (term.name_contains and at > 0):
                continue
            how = "trained on outputs of" if relation == _OUTPUTS else "made from"
            message = (
                f"{_WEIGHTS}: {how} {one.origin}, whose licence {one.license.id} ({term.clause}) asks for a name that "
                f"{place} '{asked}'; it is called '{called}'"
            )
            severity = "warning" if _maker(name) else "note"  # the name of a file need not be that of the model
            yield Finding("inherited-obligation", severity, message, one.chain[0].base.evidence)


def _outputs(makers: frozenset[str], lineage: Iterable[Ancestor]) -> Iterator[Finding]:
    """Training on outputs of a model whose licence speaks of that: a question."""
    for one, relation in _bound(makers, lineage):
        terms = [term for term in one.license.terms if "outputs" in term.reaches and not term.name_begins]
        if relation == _OUTPUTS and terms:
            told = ", ".join(f"{term.term} ({term.clause})" for term in terms)
            message = (
                f"{_WEIGHTS}: trained on outputs of {one.origin}, whose licence {one.license.id} speaks of such "
                f"models: {told}; whether it binds this one is for a person to judge"
            )
            yield Finding("output-terms", "warning", message, one.chain[0].base.evidence)


def _bound(makers: frozenset[str], lineage: Iterable[Ancestor]) -> Iterator[tuple[_Heirloom, str | None]]:
    """Each licence of each base, those of models whose outputs it was trained on included, and in which relation."""
    for ancestor in lineage:
        stated = _hands_on(ancestor) or ancestor.base.relation == _OUTPUTS
        for one in _heirlooms(makers, [_declared(ancestor)]) if stated else ():
            yield one._replace(chain=(ancestor, *one.chain[1:])), ancestor.base.relation


def _declared(ancestor: Ancestor) -> Ancestor:
    """The ancestor as if its weights were said to have gone into the release."""
    evidence = tuple(one._replace(basis=Basis.DECLARED) for one in ancestor.base.evidence)
    return ancestor._replace(base=ancestor.base._replace(relation=None, evidence=evidence))


def _maker(name: str) -> str:
    """The organisation in an id, in lower case; empty where the name has none."""
    found = re.match(_ORGANISATION, name)
    return found.group(1).casefold() if found else ""


def _plain(name: str) -> str:
    return re.sub(_SEPARATORS, "", name).casefold()


def _shown(words: Iterable[str]) -> list[str]:
    words = list(words)
    return words if len(words) <= _LISTED else [*words[: _LISTED - 1], f"and {len(words) - _LISTED + 1} more"]
