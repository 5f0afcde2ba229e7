"""What named people concluded about a release, bound to the digest of a file that they read.

Both kinds of entry lapse, and a finding says so, when no file of the release has that digest any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from openness.model import Component, Conclusion, Evidence, Finding, LicenseClaim, Release, Review
from openness.policy.entries import Clarification, Policy


def answer(release: Release, policy: Policy) -> Release:
    """The release with the policy's answers for it as reviews; one that lapsed is a finding."""
    if not policy.answers:
        return release
    digests = {e.sha256 for e in _read(release) if e.sha256}
    reviews, findings = [], []
    for one in policy.answers:
        if one.model.lower() != release.name.lower():
            continue
        if one.sha256 in digests:
            reviews.append(Review(one.rule, one.answer, one.evidence))
        else:
            message = f"the answer to {one.rule} no longer holds: no file read here has the digest {one.sha256[:12]}…"
            findings.append(Finding("review-lapsed", "warning", message, (one.evidence,)))
    return release._replace(reviews=release.reviews + tuple(reviews)).adding(*findings)


def clarify(release: Release, policy: Policy) -> Release:
    """The release with the licences that the policy clarifies as concluded; one that lapsed is a finding.

    To be called between the licensing and the lineage step: what base models hand on still binds.
    """
    components, findings = dict(release.components), []
    settled: set[str] = set()
    for one in policy.clarifications:
        if not concerns(one, release.name, release.revision) or one.expression is None:
            continue
        digests = sorted({e.sha256 for e in _read(release) if e.sha256 and _is_file(e.path, one.file)})
        if one.sha256 in digests:
            components[one.component] = _settled(release.component(one.component), one)
            settled.add(one.component)
        else:
            there = f"sha256 of {one.file} is {' or '.join(digests)}" if digests else f"no {one.file} was read"
            message = f"the clarification of {one.component} as {one.license} does not hold: {there}"
            findings.append(Finding("clarification-lapsed", "warning", message, (one.evidence,)))
    if not settled and not findings:
        return release
    kept = tuple(one for one in release.findings if not _is_settled(one, release, settled))
    return release._replace(components=components, findings=kept).adding(*findings)


def concerns(one: Clarification, model: str, revision: str | None) -> bool:
    """Whether an entry is about this model, and this revision if it names one."""
    return one.model.lower() == model.lower() and one.revision in (None, revision)


def _settled(component: Component, one: Clarification) -> Component:
    assert one.expression is not None  # noqa: S101 - the caller looked
    claim = LicenseClaim(one.license, (one.evidence,))
    return component._replace(claims=(claim, *component.claims), license=Conclusion(one.expression, "concluded"))


def _is_settled(finding: Finding, release: Release, components: set[str]) -> bool:
    """Whether a finding is about nothing but the licence claims of components that a person settled."""
    claims = {e for name in components for e in release.component(name).about("license")}
    return finding.id.startswith("license-") and bool(finding.evidence) and claims.issuperset(finding.evidence)


def _is_file(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f"/{wanted.lstrip('/')}")


def _read(release: Release) -> Iterator[Evidence]:
    """The evidence that a file of the release was read."""
    for component in release.components.values():
        yield from component.evidence
    for claim in release.texts:
        yield from claim.evidence
