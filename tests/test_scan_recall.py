"""`openness scan` on a mixed code base of ours, where every use and every trap is labelled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scan_measure import FIXTURE, Label, Labels, Place, Trap, measure, read, text

from openness.usage import Use


@pytest.fixture(scope="module")
def labels() -> Labels:
    return read()


def _line(place: Place) -> str:
    """The text of a place; of a file that is a model its path."""
    if place.line is None:
        assert (FIXTURE / place.path).is_file()
        return place.path
    encoding = "latin-1" if place.path.startswith("legacy/") else "utf-8"
    return (FIXTURE / place.path).read_text(encoding=encoding).split("\n")[place.line - 1]


def test_labels_are_of_what_stands_there(labels: Labels) -> None:
    assert len(labels.uses) >= 160
    assert len(labels.traps) >= 80
    assert len(set(labels.uses)) == len(labels.uses)
    for trap in labels.traps:
        assert trap.string in _line(trap.place), trap
    for label in labels.uses:
        assert all(_line(place).strip() for place in label.places), label
    assert not {label.places[0].path for label in labels.uses} & set(labels.not_read)


def test_uses_and_traps_keep_apart(labels: Labels) -> None:
    """No trap is a use of its own line: a report is right or wrong, never both."""
    named = {(place, model) for label in labels.uses for place in label.places for model in label.models}
    assert [trap for trap in labels.traps if (trap.place, trap.string) in named] == []


def test_the_measure_counts() -> None:
    place, other = Place("a.py", 3), Place("b.py", 1)
    commit = "0" * 40
    labels = Labels(
        (
            Label((place, other), frozenset({"x/y"}), "hub", commit, True),
            Label((place,), frozenset({"x/z"}), "hub", None, True),
        ),
        (Trap(Place("a.py", 9), "x/trap", "comment"),),
        (),
    )
    measured = measure(
        [
            Use("x/y", "ollama", "b.py", 1, "constant"),
            Use("x/y", "ollama", "a.py", 3, "call", "main"),
            Use("x/trap", "hub", "a.py", 9, "call"),
        ],
        labels,
    )
    assert (measured.recall, measured.precision) == (1 / 2, 2 / 3)
    assert (measured.kinds, measured.revisions) == (labels.uses[:1], labels.uses[:1])
    assert "false: a.py:9 x/trap (call): comment" in text(measured, labels)
    assert measure([Use("x/y", "hub", "a.py", 3, "call", commit, True)], labels).revisions == ()


def test_models_are_found_and_traps_are_not(labels: Labels, tmp_path: Path) -> None:
    tree = pytest.importorskip("openness.discover.tree", reason="nothing walks a tree yet")
    root = tmp_path / "tree"
    shutil.copytree(FIXTURE, root)  # so that no .gitignore but those of the fixture is above it
    found = tree.uses(root)
    uses, not_read = found.uses, found.not_read
    measured = measure(uses, labels)
    print(text(measured, labels))
    assert set(labels.not_read) <= {one.path for one in not_read}
    assert measured.recall >= 0.97
    assert measured.precision >= 0.98
    assert len(measured.revisions) + len(measured.kinds) <= 0.03 * len(measured.found)
