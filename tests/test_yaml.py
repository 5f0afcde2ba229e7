"""The strict YAML reader: what it accepts, what it refuses and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from openness import yamlio
from openness.errors import SourceError


def parse(text: str) -> object:
    return yamlio.parse(text, "f.yaml", error=SourceError)


def test_values_stay_what_was_written() -> None:
    assert parse("a: NO\nb: 1.0\nc: 2025-08-05\nd: true\ne: ~\nf: 12\ng: '12'\nh: yes\n") == {
        "a": "NO", "b": "1.0", "c": "2025-08-05", "d": True, "e": None, "f": 12, "g": "12", "h": "yes",
    }  # fmt: skip


def test_lines() -> None:
    found = parse("\n# c\na: 1\nb:\n  - x\n\n  - y\nc:\n  d: e\n")
    assert isinstance(found, yamlio.YamlMap)
    assert found.lines == {"a": 3, "b": 4, "c": 8}
    assert found["b"].lines == [5, 7]
    assert (found["c"].line, found["c"].lines) == (9, {"d": 9})


def test_an_alias_is_its_anchor() -> None:
    assert parse("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' appears twice (line 1); remove one"),
        ("a:\n  b: 1\n  b: 2\n", 3, "appears twice"),
        ("a: 1\n---\nb: 2\n", 2, "more than one YAML document"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "tag"),
        ("a: 1\nb: !thing 2\n", 2, "tag"),
        ("{a: 1}: 2\n", 1, "key"),
        ("[a]: 2\n", 1, "key"),
        ("a: *nothing\n", 1, "no finished anchor"),
        ("a: 'x\n", 2, "not valid YAML"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ("a: \x01\n", 1, "not valid YAML"),
        ("[" * 100_000, 1, "nested deeper"),
        ("a:\n" + "".join(" " * n + "a:\n" for n in range(1, 200)), 65, "nested deeper"),
        ("\n".join([f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]" for n in range(9)]), 3, "alias"),
        ("a: &a x\nb: [" + ", ".join(["*a"] * 200) + "]\n", 2, "alias"),
        ("x" * 6_000_000, 1, "longer than"),
    ],
)
def test_refused_with_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SourceError) as problem:
        parse(text)
    assert (problem.value.line, problem.value.path) == (line, "f.yaml")
    assert words in problem.value.message


def test_compiled_form_is_the_same(tmp_path: Path) -> None:
    for path in sorted(yamlio.RULES.rglob("*.yaml")):
        (tmp_path / path.with_suffix(".json").name).write_text(yamlio.compile_file(path), encoding="utf-8")
        (tmp_path / path.name).write_bytes(path.read_bytes())
        fresh, ready = yamlio.read(path, error=SourceError), yamlio.compiled(tmp_path / path.name)
        assert ready == (yamlio.digest(path), fresh)
        assert ready[1].lines == fresh.lines


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        yamlio.read(tmp_path / "none.yaml", error=SourceError)
    (tmp_path / "bytes.yaml").write_bytes(b"a: b\nc: \xff\n")
    with pytest.raises(SourceError, match=r"bytes\.yaml:2: not UTF-8"):
        yamlio.read(tmp_path / "bytes.yaml", error=SourceError)


def test_compiled_without_examples_keeps_the_rest(tmp_path: Path) -> None:
    path = yamlio.RULES / "definitions" / "openness.yaml"
    (tmp_path / "openness.json").write_text(yamlio.compile_file(path, without="examples"), encoding="utf-8")
    ready = yamlio.compiled(tmp_path / "openness.yaml")
    assert ready is not None
    fresh = yamlio.read(path, error=SourceError)
    for one, other in zip(ready[1]["rules"], fresh["rules"], strict=True):
        assert one["examples"] == dict.fromkeys(other["examples"])
        assert {**one, "examples": 0} == {**other, "examples": 0}
