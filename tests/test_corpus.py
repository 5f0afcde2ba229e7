"""Real cards and repositories, read in place: every one gives a report or one clear line, and every quote is true."""

from __future__ import annotations

import random
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from openness import definitions
from openness.assess import assess
from openness.errors import OpennessError
from openness.licensing.conclude import conclude
from openness.model import Assessment, Evidence
from openness.sources import model_card, registry, text

LEVELS = ("closed", "weights-available", "open-weight", "open-source", "open-source-open-data")


def quoted(found: Assessment) -> Iterator[Evidence]:
    release = found.release
    for component in release.components.values():
        yield from component.evidence
    for finding in release.findings:
        yield from finding.evidence
    for statement in release.statements:
        yield statement.evidence


def check_quotes(found: Assessment, root: Path | None = None) -> int:
    """How many quotes were found again, each on the line that it names."""
    count = 0
    for evidence in quoted(found):
        if evidence.line is None:
            assert not evidence.quote
            continue
        path = registry.FOLDER.parent / evidence.path if evidence.path.startswith("registry/") else Path(evidence.path)
        data = path.read_bytes()
        try:
            content = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            content = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1")
        lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert evidence.quote in lines[evidence.line - 1], evidence
        assert evidence.end_line is not None
        assert evidence.line <= evidence.end_line <= len(lines)
        count += 1
    return count


def test_every_quote_of_200_reports_stands_where_it_says(corpus: Path) -> None:
    cards = sorted((corpus / "card").glob("*/*.md"))
    chosen = [str(path) for path in random.Random(1).sample(cards, 120)]
    chosen += [str(path) for path in sorted((corpus / "release").iterdir())]
    chosen += [entry.release for entry in random.Random(2).sample(registry.entries(), 60)]
    assert len(chosen) >= 200
    counts = [check_quotes(assess(target)) for target in chosen]
    assert sum(counts) > 1000


def test_every_card_gives_a_report(corpus: Path) -> None:
    levels: Counter[str] = Counter()
    for path in sorted((corpus / "card").glob("*/*.md")):
        try:
            found = assess(str(path))
        except OpennessError as problem:
            assert "\n" not in str(problem)
            levels["error"] += 1
            continue
        levels[f"{found.headline.at_least}..{found.headline.at_most}"] += 1
        assert LEVELS.index(found.headline.at_least) < LEVELS.index("open-source"), path
    print("\n", levels)
    assert levels["error"] <= 3


def test_no_repository_of_a_maker_alone_is_called_open_source(corpus: Path) -> None:
    for path in sorted((corpus / "release").iterdir()):
        assert LEVELS.index(assess(str(path)).headline.at_least) < LEVELS.index("open-source"), path


@pytest.mark.slow
def test_29432_cards(corpus: Path) -> None:
    packs = definitions.wanted("openness", None)
    levels: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    with tarfile.open(corpus / "hub-2022-cards.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            try:
                release = model_card.read(text.decode(stream.read(), member.name), (Path(member.name).parent.name,))
            except OpennessError as problem:
                errors[problem.message] += 1
                continue
            headline, *_ = definitions.verdicts(packs, conclude(release))
            assert LEVELS.index(headline.at_least) < LEVELS.index("open-source"), member.name
            levels[headline.text] += 1
    print("\n", levels, errors)
    assert levels.total() + errors.total() == 29432
    assert errors.total() <= 30
