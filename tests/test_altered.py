"""Known licences with a clause put in, words changed, or a notice beside them: the set of benchmarks/altered.py."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from openness.licensing import fingerprints, reading, slips, wording, words

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "altered.py"
EACH = 5
"""Of the clauses and notes every fifth text is looked at, of the changed words all."""


def test_what_alters_a_license_is_found_and_what_does_not_is_not() -> None:
    spec = importlib.util.spec_from_file_location("altered", SCRIPT)
    assert spec is not None and spec.loader is not None
    altered = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(altered)
    texts = {one["licenseId"]: one["text"] for one in wording.bundle()["licenses"] if one["text"]}
    counts: Counter[tuple[str, bool]] = Counter()
    for number, (truth, text) in enumerate(altered.made(texts, altered.SETS)):
        if number % EACH == 0 or truth["corpus"].endswith("edits"):
            plain = all(one.status in ("exact", "cosmetic") for one in reading.read(text))
            counts[truth["corpus"], plain] += 1
    for corpus in ("seen_clauses", "seen_edits", "unseen_clauses", "unseen_edits"):
        assert counts[corpus, True] <= 0.01 * counts[corpus, False], counts
    assert counts["seen_notes", False] <= 0.04 * counts["seen_notes", True], counts
    assert counts["unseen_notes", False] <= 0.15 * counts["unseen_notes", True], counts


@pytest.mark.parametrize(
    ("own", "meant"),
    [
        ("inclu ding", "including"),
        ("listof", "list of"),
        ("folloing", "following"),
        ("merchantabilty", "merchantability"),
    ],
)
def test_a_slip_is_known_by_the_words_around_it(own: str, meant: str) -> None:
    before, behind = words.hash_of("before"), words.hash_of("behind")
    wanted = pairs_of(f"before {meant} behind")
    assert slips.is_slip(own.split(), wanted, before, behind, spelt=True)
    assert not slips.is_slip(own.split(), pairs_of("before otherwise behind"), before, behind, spelt=True)


def test_a_known_word_is_no_slip() -> None:
    """`revocable` is one letter pair from `irrevocable`, and its contrary."""
    before, behind = words.hash_of("a"), words.hash_of("license")
    assert not slips.is_slip(["now"], pairs_of("shall not license"), words.hash_of("shall"), behind, spelt=True)
    assert not slips.is_slip(["clause"], pairs_of("shall clauses license"), before, behind, spelt=False)


def pairs_of(text: str) -> bytes:
    return fingerprints.pairs(words.hashes(text))


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("Written by Dana May for the project.", "may", True),
        ("You may not do that.", "may", False),
        ("NOT FOR COMMERCIAL USE", "commercial", False),
        ("For Commercial Use Only", "commercial", False),
        ("Write to someone@not.example about it", "not", True),
        ("Company No. 4711 of Bergen", "no", True),
        ("developed in May 2016 at the institute", "may", True),
        ("licensed for Academic Research by the team that made it", "research", False),
        ("a grant of the Swedish Research Council for the work", "research", True),
    ],
)
def test_names_are_known_by_their_capitals(text: str, word: str, name: bool) -> None:
    places = words.Places.of(text)
    at = places.words(0, places.count).index(word)
    assert places.is_name(at, fingerprints.load().vocabulary) is name
