"""Where real material for tests lies: a folder beside the checkout, read in place; tests that need it skip without."""

from __future__ import annotations

from pathlib import Path

import pytest

collect_ignore = ["scan_fixture"]
"""A code base that is read, never run."""

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real cards, ../shared/corpus, is not here")
    return CORPUS
