"""Licence texts: our own LICENSE in many shapes, altered in many ways, and real texts where the corpus is at hand."""

from __future__ import annotations

import hashlib
import json
import random
import re
import textwrap
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness import yamlio
from openness.licensing import catalog, fingerprints, identify, reading, wording, words

APACHE = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
PARAGRAPHS = APACHE.split("\n\n")


def test_our_own_license_is_exact() -> None:
    (found,) = reading.read(APACHE)
    assert (found.expression, found.status, found.score, found.alterations) == ("Apache-2.0", "exact", 1.0, ())
    assert found.lines[0] == 1


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(30, 200),
    case=st.sampled_from([str, str.upper, str.lower, str.title]),
    comment=st.sampled_from(["", "# ", "// ", " * ", "> "]),
    ends=st.sampled_from(["\n", "\r\n"]),
    holder=st.sampled_from(
        ["", "Copyright (c) 2024 A. Person\n\n", "© 1999-2003 Some Body, Inc. All rights reserved.\n\n"]
    ),
    heading=st.sampled_from(["", "# License\n\n", "LICENSE\n=======\n\n"]),
)
def test_shape_does_not_matter(width: int, case: type[str], comment: str, ends: str, holder: str, heading: str) -> None:
    wrapped = "\n\n".join(textwrap.fill(" ".join(one.split()), width) for one in PARAGRAPHS)
    shaped = holder + heading + case(wrapped)
    text = ends.join(comment + line for line in shaped.split("\n")).replace("\r\n", "\n")
    (found,) = reading.read(text)
    assert (found.expression, found.status) in (("Apache-2.0", "exact"), ("Apache-2.0", "cosmetic"))


def test_html_is_read_as_text() -> None:
    page = "<html><body>" + "".join(f"<p>{one.replace('&', '&amp;')}</p>\n" for one in PARAGRAPHS) + "</body></html>"
    (found,) = reading.read(page)
    assert (found.expression, found.status in ("exact", "cosmetic")) == ("Apache-2.0", True)


CLAUSES = [
    "The Work shall not be used by any person located in Atlantis.",
    "Products with more than five million monthly active users must display the name of the Licensor.",
    "You may not use outputs of the Work to train another model.",
    "For research purposes only.",
]


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("seed", range(6))
def test_an_inserted_clause_is_found_with_its_line(clause: str, seed: int) -> None:
    at = random.Random(seed).randrange(2, len(PARAGRAPHS) + 1)
    text = "\n\n".join([*PARAGRAPHS[:at], clause, *PARAGRAPHS[at:]])
    (found,) = reading.read(text)
    assert (found.expression, found.status, found.base) == ("LicenseRef-Apache-2.0-altered", "altered", "Apache-2.0")
    line = text[: text.index(clause)].count("\n") + 1
    assert any(one.lines[0] <= line <= one.lines[1] and one.kind in ("added", "changed") for one in found.alterations)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("irrevocable copyright license", "revocable copyright license"),
        ("modify", "inspect"),
        ("no-charge, royalty-free", "royalty-bearing"),
        ("You may reproduce and distribute copies", "You may not reproduce and distribute copies"),
    ],
)
def test_a_changed_word_that_matters_is_found(old: str, new: str) -> None:
    text, count = re.subn(re.escape(old).replace(r"\ ", r"\s+"), new, APACHE, count=1)
    assert count == 1
    (found,) = reading.read(text)
    assert found.status == "altered"


def test_a_restriction_in_a_place_for_names_is_found() -> None:
    """A template leaves room for the names of the licensors, not for conditions."""
    text = APACHE.replace(
        "[name of copyright owner]", "[name of copyright owner, provided that no commercial use is made]"
    )
    assert text != APACHE
    assert reading.read(text)[0].status == "altered"


def test_a_disclaimer_beside_a_license_alters_nothing() -> None:
    disclaimer = (
        "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS AS IS AND ANY EXPRESS OR IMPLIED WARRANTIES ARE "
        "DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDERS BE LIABLE FOR ANY DIRECT OR INDIRECT DAMAGES."
    )
    (found,) = reading.read(f"{APACHE}\n{disclaimer}\n")
    assert (found.expression, found.status) == ("Apache-2.0", "cosmetic")


def _text(license_id: str) -> str:
    return str(next(one["text"] for one in wording.bundle()["licenses"] if one["licenseId"] == license_id))


BSD = _text("BSD-3-Clause")
NAMES = BSD[BSD.index("3. Neither") : BSD.index("THIS SOFTWARE")]
PROVIDED = {
    "MIT": "THE SOFTWARE IS PROVIDED",
    "BSD-3-Clause": "THIS SOFTWARE IS PROVIDED",
    "ISC": "THE SOFTWARE IS PROVIDED",
}


@pytest.mark.parametrize("license_id", PROVIDED)
@pytest.mark.parametrize(
    "heading", ["Disclaimer", "NO WARRANTY", "## Disclaimer of Warranty", "Limitation of Liability:"]
)
def test_a_heading_alters_nothing(license_id: str, heading: str) -> None:
    text = _text(license_id)
    place = text.index(PROVIDED[license_id])
    (found,) = reading.read(f"{text[:place]}{heading}\n\n{text[place:]}")
    assert (found.expression, found.status) == (license_id, "cosmetic")
    (found,) = reading.read(f"{text[:place].rstrip()} {heading} for banks. {text[place:]}")  # within a line it is none
    assert found.status == "altered"


@pytest.mark.parametrize(
    "who", ["Red Hat Incorporated", "Digital Equipment Corporation", "Meadow Valley Research Foundation"]
)
def test_a_name_of_ordinary_words_is_a_name(who: str) -> None:
    clause = f"3. The name of {who} may not be used to endorse or promote products derived from this software without"
    text = BSD.replace(NAMES, f"{clause} specific prior written permission.\n\n")
    (found,) = reading.read(text)
    assert (found.expression, found.status) == ("BSD-3-Clause", "cosmetic")
    (found,) = reading.read(text.replace(f"The name of {who} may not", f"The name of {who} may"))
    assert found.status == "altered"


@pytest.mark.parametrize(
    ("license_id", "old", "new"),
    [
        ("BSD-3-Clause", "source and binary forms, with or without modification", "binary form, without modification"),
        ("BSD-3-Clause", "binary forms, with or without modification,", "binary forms"),
        ("BSD-2-Clause", "this list of conditions and the following disclaimer in the doc", "in the doc"),
        ("MIT", "sublicense, ", ""),
        ("MIT", "and/or sell", "and/or sublicense"),
        ("MIT", "substantial portions", "any portions"),
        ("ISC", "the above copyright notice and this", "this"),
        ("MPL-2.0", "30 days after", "3 days after"),
        ("TGPPL-1.0", "12 months after", "2 months after"),
        ("MPL-1.1", "twelve (12) months", "twelve (2) months"),
        ("CC-BY-4.0", "within 30 days", "within 7 days"),
        ("MPL-1.1", "governed by California law", "governed by Oregon law"),
        ("SGI-B-1.1", "courts of the State of California", "courts of the State of Oregon"),
        ("EPL-1.0", "laws of the State of New York", "laws of the State of Oregon"),
        ("Apache-1.1", "must include the following acknowledgment", "may include the following acknowledgment"),
    ],
)
def test_what_a_mislabelled_copy_has_is_found(license_id: str, old: str, new: str) -> None:
    """Copies with such differences lie in collections under the name of the licence: `rules/license-copies.yaml`."""
    text = " ".join(_text(license_id).split())
    assert old in text
    (found,) = reading.read(text.replace(old, new))
    assert found.status == "altered"


def test_a_notice_before_its_license_does_not_mislead() -> None:
    appendix = APACHE.index("APPENDIX")
    notice = textwrap.dedent(APACHE[APACHE.index("Licensed under the Apache", appendix) :])
    for text in (APACHE, APACHE[:appendix]):
        (found,) = reading.read(f"Copyright 2031 A. Person\n\n{notice}\n\n{text}")
        assert (found.expression, found.status) == ("Apache-2.0", "cosmetic")


def test_a_commercial_license_beside_a_text_is_no_name() -> None:
    (found,) = reading.read(f"{_text('MIT')}\nThe Software is used with products under a Vega Commercial License.\n")
    assert found.status == "altered"


def test_a_missing_paragraph_is_found() -> None:
    long = max(PARAGRAPHS[5:-8], key=len)
    (found,) = reading.read(APACHE.replace(long, ""))
    assert found.status == "altered"
    assert {one.kind for one in found.alterations} <= {"removed", "changed"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "MIT",
        "All rights reserved.",
        "Released under the Apache License 2.0.",
        "lorem ipsum " * 500,
        "\0" * 1000,
        "x" * 100_000,
    ],
)
def test_what_is_no_license_text_is_unknown(text: str) -> None:
    (found,) = reading.read(text)
    assert (found.expression, found.status) == ("NOASSERTION", "unknown")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    found = reading.read(text)
    assert found
    assert all(one.lines[0] <= one.lines[1] for one in found)


def test_ten_thousand_copies_end() -> None:
    found = reading.read((APACHE + "\n") * 400)
    assert found


def test_every_known_text_is_itself() -> None:
    index = fingerprints.load()
    assert len(index.known) > 700
    assert set(index.owners) >= set(range(len(index.known)))
    for known in index.known:
        assert known.words == len(known.marks.all)
        assert len(known.pairs) == 2 * (known.words - 1)


def test_the_index_was_made_with_the_words_of_now() -> None:
    """It holds their hashes: where the words change, `fingerprint_build` has to run again."""
    now = hashlib.sha256((yamlio.RULES / "license-words.yaml").read_bytes()).hexdigest()
    assert fingerprints.load().about["words"] == now


def test_each_text_of_the_corpus_is_itself(corpus: Path) -> None:
    from openness.errors import CatalogError
    from openness.licensing.catalog import FOLDER

    listed = {}
    for path in FOLDER.glob("*.yaml"):
        entry = yamlio.read(path, error=CatalogError)
        listed.update({one["sha256"]: entry["license"] for one in entry.get("texts", [])})
    seen = 0
    for path in sorted((corpus / "license").glob("*/*")):
        data = path.read_bytes()
        owner = listed.get(hashlib.sha256(data).hexdigest())
        if owner is not None:
            (found,) = reading.read(data.decode("utf-8", "replace"))
            assert (found.expression, found.status) == (owner, "exact"), path
            seen += 1
    assert seen >= 50


def test_altered_texts_are_never_plain(corpus: Path) -> None:
    truth = [
        json.loads(line) for line in (corpus / "identify" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    named = altered = 0
    for entry in truth:
        if entry["corpus"] != "modified_syn":
            continue
        content = (corpus / "identify" / entry["path"]).read_text(encoding="utf-8", errors="replace")
        found = reading.read(content)
        assert all(one.status in ("altered", "unknown") for one in found), entry["path"]
        altered += 1
        if entry["change"] == "insert":
            line = content[: content.index(entry["clause"])].count("\n") + 1
            named += any(a.lines[0] <= line <= a.lines[1] for one in found for a in one.alterations)
    assert altered == 66
    assert named >= 48


@pytest.mark.slow
def test_accuracy_does_not_fall(corpus: Path) -> None:
    """What is reached so far; the figures are in docs/identify.md."""
    truth = [
        json.loads(line) for line in (corpus / "identify" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    known = {fold(one) for text in fingerprints.load().known for one in text.ids}
    counts: Counter[str] = Counter()
    for entry in truth:
        if entry["kind"] != "single" or not entry["licence_file"] or fold(entry["ids"][0]) not in known:
            continue
        content = (corpus / "identify" / entry["path"]).read_bytes().decode("utf-8", "replace")
        file = words.Places.of(content)
        found = identify.identify(file.hashes, file)
        wanted = fold(entry["ids"][0])
        plain = [one for one in found if one.status != "altered"]
        if plain and all(wanted in map(fold, one.ids) for one in found) and len(plain) == len(found):
            counts["right"] += 1
        elif any(wanted not in map(fold, one.ids) for one in plain):
            counts["wrong"] += 1
        else:
            counts["altered or unknown"] += 1
    print("\n", counts)
    assert counts["right"] / counts.total() > 0.92
    assert counts["wrong"] / counts.total() < 0.02


def fold(license_id: str) -> str:
    return license_id.replace("-or-later", "").replace("-only", "").lower()


def test_with_the_texts_at_hand_what_was_removed_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wording.bundle() is not None
    altered = APACHE.replace("non-exclusive, no-charge, royalty-free", "non-exclusive", 1)
    (found,) = reading.read(altered)
    assert any("royalty-free" in one.was for one in found.alterations)
    wording.of.cache_clear()
    reading.read.cache_clear()
    monkeypatch.setattr(wording, "bundle", lambda: None)
    (bare,) = reading.read(altered)
    assert [one._replace(was="") for one in found.alterations] == list(bare.alterations)
    wording.of.cache_clear()
    reading.read.cache_clear()


def _listed() -> list[tuple[str, str]]:
    """(SPDX id, text) of every licence of the list with words enough to be known."""
    listed = [(one["licenseId"], one["text"] or "") for one in wording.bundle()["licenses"]]
    return [(name, text) for name, text in listed if len(words.hashes(words.plain(text))) >= 8]


@pytest.mark.slow
def test_each_listed_license_is_itself() -> None:
    """Several ids share a text, and SPDX lists texts that are alike word for word."""
    for name, text in _listed():
        (found,) = reading.read(text)
        ids = next(known.ids for known in fingerprints.load().known if name in known.ids)
        assert found.status == "exact", name
        assert found.expression in ids or name in ids, name


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_shape_does_not_matter_for_any_license(data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(APPROVED))
    before = reading.read(text)[0].expression
    shaped = text
    if data.draw(st.booleans(), "wrapped"):
        width = data.draw(st.integers(40, 160))
        shaped = "\n\n".join(textwrap.fill(" ".join(one.split()), width) for one in shaped.split("\n\n"))
    change = data.draw(st.sampled_from(["", "upper", "lower"]), "case")
    shaped = getattr(shaped, change)() if change else shaped
    if data.draw(st.booleans(), "entities"):
        shaped = shaped.replace('"', "&quot;").replace("'", "&#39;")
    comment = data.draw(st.sampled_from(["", "# ", " * ", "// ", "> "]))
    shaped = "\n".join(comment + line for line in shaped.split("\n"))
    holder = data.draw(st.sampled_from(["", "Copyright (c) 2031 Example Authors\n\n", "# License\n\n"]))
    (found,) = reading.read(holder + shaped)
    assert (found.expression, found.status != "altered") == (before, True), name


APPROVED = [
    (name, text)
    for name, text in _listed()
    if (one := catalog.find(name)) is not None
    and one.approvals.get("OSI")
    and name != "CNRI-Python-GPL-Compatible"  # quotes a notice in the middle of a sentence: its holder does research
]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("classifier_assets/GPL-2.0-with-bison-exception__a.txt", ["GPL-2.0-only WITH Bison-exception-2.2"]),
        ("classifier_assets/GPL-2.0-with-classpath-exception__a.txt", ["GPL-2.0-only WITH Classpath-exception-2.0"]),
        ("classifier_scen/187845184", ["EPL-2.0", "GPL-3.0-only"]),
        ("classifier_scen/211020120", ["GPL-2.0-only", "MPL-1.1"]),
    ],
)
def test_several_texts_in_one_file(corpus: Path, path: str, wanted: list[str]) -> None:
    found = reading.read((corpus / "identify" / path).read_text(encoding="utf-8"))
    assert [one.expression for one in found] == wanted


def test_an_exception_alone_is_no_license(corpus: Path) -> None:
    path = corpus / "identify" / "classifier_assets" / "GPL-3.0-with-GCC-exception__license.txt"
    (found,) = reading.read(path.read_text(encoding="utf-8"))
    assert (found.expression, found.status) == ("NOASSERTION", "unknown")
    assert [one.expression for one in found.references] == ["GCC-exception-3.1"]
