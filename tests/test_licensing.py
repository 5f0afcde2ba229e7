"""Licences by name, the catalogue's own consistency, and what claims come to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness import yamlio
from openness.errors import CatalogError
from openness.licensing import catalog, conclude, expression
from openness.model import NOASSERTION, Basis, Component, Conclusion, Evidence, LicenseClaim, Release

FILES = sorted(catalog.FOLDER.glob("*.yaml"))


def concluded(*claims: LicenseClaim) -> tuple[Conclusion, list[str]]:
    component = Component("model-parameters", claims=claims)
    release = conclude.conclude(Release("x", "x", {"model-parameters": component}))
    return release.component("model-parameters").license, [finding.id for finding in release.findings]


def claim(
    declared: str | None,
    by: str = "tag",
    *,
    name: str | None = None,
    link: str | None = None,
    text: str | None = None,
    joined: str | None = None,
) -> LicenseClaim:
    evidence = (Evidence("README.md", Basis.DECLARED, f"license: {declared}", 2, 2),)
    return LicenseClaim(declared, evidence, by, name, link, text, joined)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_of_the_catalogue(path: Path) -> None:
    entry = catalog.find(path.stem)
    assert entry is not None
    assert entry.id.lower().removeprefix("licenseref-") == path.stem, "a file is called as its licence is"
    assert entry.source.startswith("https://")
    assert all(term.clause for term in entry.terms)
    raw = yamlio.read(path, error=CatalogError)
    assert all(term["term"] in catalog.terms() for term in raw["terms"])
    for name in raw.get("hub", []):
        assert catalog.find(name) is entry, f"the Hub identifier {name} means this licence and no other"
    for name in (*raw.get("aliases", []), *raw.get("hub-names", [])):
        assert catalog.find(name) is entry or catalog.family(name), f"{name} is unambiguous, or declared ambiguous"


def test_every_hub_identifier_resolves_or_is_a_family(corpus: Path) -> None:
    known = json.loads((corpus.parent / "facts" / "licenses.json").read_text(encoding="utf-8"))
    identifiers = [one["identifier"] for one in known["hf_license_identifiers"]]
    assert len(identifiers) == 83
    for name in identifiers:
        assert (catalog.find(name) is None) != (catalog.family(name) is None), name


def test_facts_agree_with_the_catalogue(corpus: Path) -> None:
    """Terms and approvals as researched, where the catalogue does not say that they were mended since."""
    known = json.loads((corpus.parent / "facts" / "licenses.json").read_text(encoding="utf-8"))
    for fact in known["licences"]:
        for name in fact["hf_identifiers"]:
            entry = catalog.find(name)
            written = catalog.entry(entry.id) if entry is not None else None
            if entry is not None and written is not None and "mended" not in written:
                assert entry.approvals.get("OSI") == fact["osi_approved"], name
                wanted = {one["term"].replace("_", "-").replace("licence", "license") for one in fact["restrictions"]}
                assert {term.term for term in entry.terms} == wanted, name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("The MIT License", "MIT"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("GPL-2.0-or-later", "GPL-2.0-or-later"),
        ("LicenseRef-llama-3.1", "LicenseRef-llama-3.1"),
        ("llama3.1", "LicenseRef-llama-3.1"),
        ("openrail++", "LicenseRef-openrail-plus-plus"),
        ("0bsd", "0BSD"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("(mit and apache-2.0) or bsd-3-clause", "(MIT AND Apache-2.0) OR BSD-3-Clause"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LicenseRef-of-my-own", "LicenseRef-of-my-own"),
    ],
)
def test_names(written: str, expected: str) -> None:
    found = expression.resolve(written)
    assert found is not None
    assert found.text == expected


@pytest.mark.parametrize(
    "written",
    ["", " ", "???", "none", "free", "open source", "cc", "gpl", "other", "unknown", "MIT-ish", "apache", "MIT OR", "MIT OR nonsense", "(" * 500, "and", "x" * 5000, "../../etc/passwd", "cc-by"],
)  # fmt: skip
def test_what_is_no_license_is_not_guessed(written: str) -> None:
    assert expression.resolve(written) is None


@given(st.text(max_size=60))
def test_any_text_has_an_answer(written: str) -> None:
    found = expression.resolve(written)
    assert found is None or expression.resolve(found.text) is not None


def test_conclusions() -> None:
    assert concluded() == (Conclusion(), [])
    found, findings = concluded(claim("mit"))
    assert (found.expression.text, found.status, findings) == ("MIT", "concluded", [])
    found, findings = concluded(claim("mit"), claim("apache-2.0", "prose"))
    assert (found.expression.text, found.status, findings) == ("MIT AND Apache-2.0", "conflict", ["license-conflict"])
    found, findings = concluded(claim("mit"), claim("llama3", "prose"))
    assert (found.expression.text, found.status) == ("LicenseRef-llama-3", "conflict")
    found, findings = concluded(claim("mit"), claim("Modified MIT License", "prose"))
    assert (found.expression.text, found.status, findings) == ("MIT", "concluded", [])
    found, findings = concluded(claim("gpl"), claim("GPL-3.0-only", "prose"))
    assert (found.expression.text, found.status) == ("GPL-3.0-only", "concluded")
    found, findings = concluded(claim("gpl"), claim("MIT", "prose"))
    assert (found.expression.text, found.status) == (NOASSERTION, "unidentified")
    found, findings = concluded(claim("other", name="no-such-license", link="LICENSE"))
    assert (found.expression.text, found.status, findings) == (NOASSERTION, "unidentified", ["license-unidentified"])
    found, findings = concluded(claim("other", name="yi-license"))
    assert found.expression.text == "LicenseRef-yi-community-2.1"
    found, findings = concluded(claim("mit", joined="AND"), claim("nonsense", joined="AND"))
    assert (found.expression.text, found.status) == (NOASSERTION, "unidentified")
    text = claim(None, "text", text="Do with it what you like.")
    found, findings = concluded(text)
    assert (found.expression.text, found.status, findings) == (NOASSERTION, "unidentified", ["license-unidentified"])
    found, findings = concluded(text, claim("mit"))
    assert (found.expression.text, found.status, findings) == (NOASSERTION, "unidentified", ["license-unidentified"])


APACHE = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")


def test_a_text_outranks_a_tag() -> None:
    plain, altered = (claim(None, "text", text=text) for text in (APACHE, APACHE + "\nNot for use by competitors.\n"))
    found, findings = concluded(plain)
    assert (found.expression.text, found.status, findings) == ("Apache-2.0", "concluded", [])
    found, findings = concluded(plain, claim("apache-2.0"))
    assert (found.expression.text, found.status, findings) == ("Apache-2.0", "concluded", [])
    found, findings = concluded(plain, claim("bigscience-bloom-rail-1.0"))
    assert (found.expression.text, found.status) == ("LicenseRef-bigscience-bloom-rail-1.0", "conflict")
    assert findings == ["license-conflict"]
    found, findings = concluded(altered, claim("apache-2.0"))
    assert (found.expression.text, found.status, findings) == (NOASSERTION, "unidentified", ["license-altered"])


def test_an_or_is_as_strict_as_its_mildest_choice() -> None:
    found, _ = concluded(claim("MIT OR CC-BY-NC-4.0"), claim("LicenseRef-kimi-k2-modified-mit", "prose"))
    assert found.expression.text == "LicenseRef-kimi-k2-modified-mit"
    found, _ = concluded(claim("MIT AND CC-BY-NC-4.0"), claim("LicenseRef-kimi-k2-modified-mit", "prose"))
    assert found.expression.text == "MIT AND CC-BY-NC-4.0"
    found, _ = concluded(claim("MIT"), claim("LicenseRef-nobody-knows", "prose"))
    assert found.expression.text == "LicenseRef-nobody-knows"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Zope Public License 2.1", "ZPL-2.1"),
        ("GNU General Public License v2.0 or later", "GPL-2.0-or-later"),
        ("The PostgreSQL License", "PostgreSQL"),
        ("BSD", None),
    ],
)
def test_the_names_of_the_spdx_list_are_names(name: str, wanted: str | None) -> None:
    found = catalog.find(name)
    assert (found.id if found else None) == wanted


def _texts(*names: str) -> list[LicenseClaim]:
    from openness.licensing import wording

    listed = {one["licenseId"]: one["text"] for one in wording.bundle()["licenses"]}
    where = (Evidence("LICENSE", Basis.OBSERVED, "", 1, 1),)
    return [LicenseClaim(None, where, by="text", text=listed[name]) for name in names]


@pytest.mark.parametrize(
    ("tags", "wanted", "status"),
    [
        ([], "MIT AND Apache-2.0", "concluded"),
        (["apache-2.0"], "MIT AND Apache-2.0", "concluded"),
        (["mit OR apache-2.0"], "MIT OR Apache-2.0", "concluded"),
        (["cc-by-nc-4.0"], "CC-BY-NC-4.0", "conflict"),
    ],
)
def test_the_texts_of_two_licenses_bind_both_unless_somebody_says_how(
    tags: list[str], wanted: str, status: str
) -> None:
    where = (Evidence("README.md", Basis.DECLARED, "license", 1, 1),)
    found, findings = concluded(*_texts("MIT", "Apache-2.0"), *(LicenseClaim(tag, where) for tag in tags))
    assert (found.expression.text, found.status) == (wanted, status)
    assert "license-several" in findings
