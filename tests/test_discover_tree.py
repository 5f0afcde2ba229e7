"""The walk over a code base: what is read, what is passed over, what is remembered; hostile trees."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openness import yamlio
from openness.discover import cache as caching
from openness.discover import changed, config, files, names, tree, weights
from openness.discover.source import Source
from openness.errors import SourceError
from openness.model import NotRead

SHA = "0123456789abcdef0123456789abcdef01234567"
GGUF = b"GGUF\x03\0\0\0"
TENSORS = (2).to_bytes(8, "little") + b"{}"


def write(root: Path, **content: str | bytes) -> None:
    """Files by path, `__` standing for `/`."""
    for name, text in content.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def put(root: Path, content: dict[str, str | bytes]) -> Path:
    write(root, **content)
    return root


def seen(root: Path, **options: object) -> list[str]:
    """`path:line model` of each use."""
    return [f"{use.path}:{use.line} {use.model}" for use in tree.uses(root, **options).uses]  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test are new; without this none would be remembered."""
    monkeypatch.setattr(caching, "UNSETTLED", 0)


def test_uses_in_order_of_path_and_line(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "b.yaml": "x: 1\nmodel: acme/two\nllm: acme/three\n",
            "a/c.json": '{"model": "acme/one"}',
            "x.txt": "model: acme/no\n",
        },
    )
    found = tree.uses(tmp_path)
    assert [(use.path, use.line, use.model) for use in found.uses] == [
        ("a/c.json", 1, "acme/one"),
        ("b.yaml", 2, "acme/two"),
        ("b.yaml", 3, "acme/three"),
    ]
    assert found.uses[1].quote == "model: acme/two"
    assert (found.not_read, found.files) == ((), 2)


@pytest.mark.parametrize(
    "folder",
    [
        "node_modules",
        ".venv",
        "venv",
        "lib/site-packages",
        "third_party",
        "vendor",
        "dist",
        "build",
        ".git",
        "__pycache__",
        "a.egg-info",
        ".hidden",
    ],
)
def test_other_peoples_folders_are_passed_over(tmp_path: Path, folder: str) -> None:
    put(tmp_path, {f"{folder}/a.yaml": "model: acme/kite\n"})
    assert tree.uses(tmp_path) == tree.Found((), (), 0)


def test_an_environment_is_told_by_its_file(tmp_path: Path) -> None:
    put(tmp_path, {"py311/pyvenv.cfg": "", "py311/a.yaml": "model: acme/kite\n"})
    assert seen(tmp_path) == []


def test_folders_of_ci_are_read(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            ".github/workflows/a.yml": "env:\n  MODEL_ID: acme/kite\n",
            ".gitlab-ci.yml": "variables: {MODEL: acme/ant}\n",
        },
    )
    assert seen(tmp_path) == [".github/workflows/a.yml:2 acme/kite", ".gitlab-ci.yml:1 acme/ant"]


def test_gitignore_at_every_level(tmp_path: Path) -> None:
    kite = "model: acme/kite\n"
    put(tmp_path, {
        ".gitignore": "*.local.yaml\n/top.yaml\nlogs/\n# c\n\n!keep.local.yaml\n",
        ".git/info/exclude": "mine.yaml\n",
        "a.local.yaml": kite, "keep.local.yaml": kite, "top.yaml": kite, "sub/top.yaml": kite, "logs/a.yaml": kite,
        "mine.yaml": kite, "sub/.gitignore": "b.yaml\n!a.local.yaml\n", "sub/b.yaml": kite, "sub/a.local.yaml": kite,
        "b.yaml": kite, "sub/deep/b.yaml": kite,
    })  # fmt: skip
    assert [line.partition(":")[0] for line in seen(tmp_path)] == [
        "b.yaml",
        "keep.local.yaml",
        "sub/a.local.yaml",
        "sub/top.yaml",
    ]


def test_what_git_takes_back_in_is_read_even_in_a_built_folder(tmp_path: Path) -> None:
    kite = "model: acme/kite\n"
    put(tmp_path, {".gitignore": "web/dist/*\n!web/dist/keep.yaml\n!gone/x\n", "web/dist/keep.yaml": kite, "web/dist/a.yaml": kite,
                   "web/dist/sub/keep.yaml": kite, "dist/keep.yaml": kite, "node_modules/keep.yaml": kite})  # fmt: skip
    assert seen(tmp_path) == ["web/dist/keep.yaml:1 acme/kite"]


def test_a_gitignore_that_is_none(tmp_path: Path) -> None:
    put(tmp_path, {".gitignore": b"\xff\xfe[\n[z-a]\n!\n\\\n*.txt\n", "a.yaml": "model: acme/kite\n"})
    assert seen(tmp_path) == ["a.yaml:1 acme/kite"]


@pytest.mark.parametrize(
    "data",
    ["# é\nmodel: acme/kite\n".encode(codec) for codec in ("utf-8", "utf-8-sig", "utf-16", "latin-1")]
    + [b"# \r\nmodel: acme/kite\r\n", b"#\rmodel: acme/kite\r"],
)
def test_encodings_and_line_ends(tmp_path: Path, data: bytes) -> None:
    put(tmp_path, {"a.yaml": data})
    assert seen(tmp_path) == ["a.yaml:2 acme/kite"]


def test_a_broken_file_stops_nothing(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "a.json": "[" * 9000 + '"model"',
            "b.json": b"\0\0model\0",
            "c.yaml": "model: acme/kite\n",
            "big.json": b"model" * 2_000_000,
        },
    )
    found = tree.uses(tmp_path)
    assert [use.model for use in found.uses] == ["acme/kite"]
    assert [one.path for one in found.not_read] == ["a.json", "b.json", "big.json"]
    assert found.not_read[1:] == (NotRead("b.json", "not text"), NotRead("big.json", "larger than 5,000,000 bytes"))


def test_a_huge_notebook_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    assert tree.uses(tmp_path).not_read == (NotRead("a.ipynb", "larger than 20,000,000 bytes"),)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    put(outside, {"a.yaml": "model: acme/secret\n", ".gitignore": "*\n", "info/exclude": "*\n"})
    put(root, {"b.yaml": "model: acme/kite\n"})
    for name, target in (
        ("a.yaml", outside / "a.yaml"),
        ("folder", outside),
        ("loop", root),
        (".gitignore", outside / ".gitignore"),
        (".git", outside),
        ("gone.json", root / "no"),
    ):
        (root / name).symlink_to(target)
    found = tree.uses(root)
    assert [use.model for use in found.uses] == ["acme/kite"]
    assert {one.path for one in found.not_read} >= {"a.yaml", "folder", "loop", "gone.json"}


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert tree.uses(tmp_path) == tree.Found((), (), 0)


def test_deep_folders_end(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(files.MAX_DEPTH + 5):
        deep = deep / "d"
    deep.mkdir(parents=True)
    assert [one.reason for one in tree.uses(tmp_path).not_read] == ["nested deeper than 100 folders"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")).write_text("model: acme/kite\n")
    put(tmp_path, {"a\nb.yaml": "model: acme/kite\n"})
    found = tree.uses(tmp_path)
    assert [use.path for use in found.uses] == ["a\nb.yaml"]
    assert found.not_read == (NotRead("?.yaml", "its name is not UTF-8"),)


def test_a_file_that_goes_or_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"a.yaml": "model: acme/kite\n", "b.yaml": "model: acme/kite\n"})
    walk = files.walk

    def gone(root: Path, not_read: list[NotRead]) -> Iterator[files.File]:
        listed = list(walk(root, not_read))
        (root / "a.yaml").unlink()
        yield from listed

    monkeypatch.setattr(files, "walk", gone)
    stamps = iter(range(100))
    stamp = files._stamp
    monkeypatch.setattr(files, "_stamp", lambda status: stamp(status)._replace(mtime=next(stamps)))
    assert tree.uses(tmp_path) == tree.Found(
        (),
        (
            NotRead("a.yaml", "cannot be read: No such file or directory"),
            NotRead("b.yaml", "changed while it was read; run again"),
        ),
        2,
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    put(tmp_path, {"a.yaml": "model: acme/kite\n"})
    (tmp_path / "a.yaml").chmod(0)
    assert tree.uses(tmp_path).not_read == (NotRead("a.yaml", "cannot be read: Permission denied"),)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be listed"):
        tree.uses(tmp_path / "absent")


def test_a_fault_in_a_finder_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: Source, look: object) -> Iterator[object]:
        raise KeyError(source.path)
        yield

    monkeypatch.setattr(config, "find", broken)
    put(tmp_path, {"a.yaml": "model: acme/kite\n"})
    (problem,) = tree.uses(tmp_path).not_read
    assert problem == NotRead("a.yaml", "internal error, KeyError: 'a.yaml'")


# Processes


def many(root: Path) -> Path:
    return put(root, {f"f{number:03}/a.yaml": f"model: acme/kite{number}\n" for number in range(250)})


def test_more_processes_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = tree.uses(many(tmp_path))
    monkeypatch.setattr(tree, "POOL_FROM", 0)
    done = []
    assert tree.uses(tmp_path, progress=lambda count, total: done.append((count, total))) == alone
    assert done[-1] == (250, 250)
    assert len(alone.uses) == 250


def test_a_process_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = config.find

    def deadly(source: Source, look: object = None) -> object:
        if source.path == "f017/a.yaml":
            os._exit(9)
        return find(source)

    monkeypatch.setattr(config, "find", deadly)
    monkeypatch.setattr(tree, "POOL_FROM", 0)
    monkeypatch.setattr(tree, "_processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # else the workers know nothing of the finder above
    found = tree.uses(many(tmp_path))
    assert found.not_read == (NotRead("f017/a.yaml", "the process that read it died"),)
    assert len(found.uses) == 249


# The cache


class Counting:
    """Counts the files that a run reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        data = files.data

        def counted(root: Path, path: str, limit: int) -> tuple[bytes, files.Stamp]:
            self.read.append(path)
            return data(root, path, limit)

        monkeypatch.setattr(files, "data", counted)

    def run(self, root: Path, cache: Path) -> tuple[tree.Found, list[str]]:
        self.read.clear()
        return tree.uses(root, cache=cache), list(self.read)


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache, counting = tmp_path / "root", tmp_path / "c" / "cache.json", Counting(monkeypatch)
    put(
        root,
        {"a.yaml": f"model: acme/kite\nrevision: {SHA}\n", "b.yaml": "llm: acme/ant\n", "c.json": "[" * 900 + "model"},
    )
    first, read = counting.run(root, cache)
    assert sorted(read) == ["a.yaml", "b.yaml", "c.json"]
    assert counting.run(root, cache) == (first, [])
    status = (root / "b.yaml").stat()
    (root / "b.yaml").write_text("llm: acme/bee\n")
    os.utime(root / "b.yaml", ns=(status.st_atime_ns, status.st_mtime_ns))  # the same size and time as before
    second, read = counting.run(root, cache)
    assert read == ["b.yaml"]
    assert [use.model for use in second.uses] == ["acme/kite", "acme/bee"]
    (root / "b.yaml").unlink()
    third, read = counting.run(root, cache)
    assert (read, [use.model for use in third.uses]) == ([], ["acme/kite"])
    assert "b.yaml" not in json.loads(cache.read_text())["files"]


def test_another_tool_or_rule_reads_all_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, cache, counting = (
        put(tmp_path / "root", {"a.yaml": "model: acme/kite\n"}),
        tmp_path / "cache.json",
        Counting(monkeypatch),
    )
    counting.run(root, cache)
    monkeypatch.setattr(caching, "__version__", "0.0.0")
    assert counting.run(root, cache)[1] == ["a.yaml"]
    assert counting.run(root, cache)[1] == []


def test_a_file_that_just_changed_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "UNSETTLED", 10**12)
    root, counting = put(tmp_path / "root", {"a.yaml": "model: acme/kite\n"}), Counting(monkeypatch)
    assert counting.run(root, tmp_path / "c")[1] == counting.run(root, tmp_path / "c")[1] == ["a.yaml"]


BROKEN = [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"digest": 1, "files": {}}', b"DIGEST[]}", b'DIGEST{"a.yaml": 1}}',
          b'DIGEST{"a.yaml": [STAMP, [[1,2,3]], null, []]}}', b'DIGEST{"a.yaml": [STAMP, [["m","hub","1","v",null,false,"q"]], null, []]}}',
          b'DIGEST{"a.yaml": [[1,2,3,4], [], null, []]}}', b'DIGEST{"a.yaml": [STAMP, [], null, [[1]]]}}']  # fmt: skip


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_cache_is_read_past(tmp_path: Path, content: bytes) -> None:
    root, cache = put(tmp_path / "root", {"a.yaml": "model: acme/kite\n"}), tmp_path / "cache.json"
    stamp = json.dumps(next(files.walk(root, [])).stamp).encode()
    start = f'{{"digest": "{caching.digest()}", "files": '.encode()
    cache.write_bytes(content.replace(b"DIGEST", start).replace(b"STAMP", stamp))
    assert seen(root, cache=cache) == ["a.yaml:1 acme/kite"]
    assert json.loads(cache.read_text())["digest"] == caching.digest()


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    root = put(tmp_path / "root", {"a.yaml": "model: acme/kite\n"})
    put(tmp_path, {"file": ""})
    (tmp_path / "link").symlink_to(root)
    for cache in (tmp_path / "file" / "cache", tmp_path / "link" / "cache", root):
        assert seen(root, cache=cache) == ["a.yaml:1 acme/kite"]
    assert sorted(path.name for path in root.iterdir()) == ["a.yaml"]


def test_two_runs_at_once(tmp_path: Path) -> None:
    root, cache = many(tmp_path / "root"), tmp_path / "cache.json"
    results: list[tree.Found] = []
    runs = [threading.Thread(target=lambda: results.append(tree.uses(root, cache=cache))) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert results[1:] == results[:-1]
    assert len(json.loads(cache.read_text())["files"]) == 250
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".scan-")] == []


def test_the_cache_lies_outside_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert caching.home(tmp_path / "a") != caching.home(tmp_path / "b")
    assert caching.home(tmp_path / "a").is_relative_to(tmp_path / "cache")


# Other files that a use depends on


def following(source: Source, look: object = None) -> object:
    """Stands in for a finder that follows imports: the first line is the file that holds the configuration."""
    other = look(source.content.split()[1]) if callable(look) else None
    return config.find(Source(source.path, other or "", ())._replace(path="a.yaml")) if other else ()


@pytest.fixture
def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(
        __import__("sys").modules, "openness.discover.python", type("m", (), {"find": staticmethod(following)})
    )
    return put(tmp_path / "root", {"a.py": "model b.yaml\n", "b.yaml": "model: acme/kite\n"})


def test_what_a_file_looked_up_counts_too(imports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    assert counting.run(imports, tmp_path / "c")[1] == ["a.py", "b.yaml", "b.yaml"]
    assert counting.run(imports, tmp_path / "c")[1] == []
    (imports / "b.yaml").write_text("model: acme/bee\n")
    found, read = counting.run(imports, tmp_path / "c")
    assert sorted(set(read)) == ["a.py", "b.yaml"]
    assert {use.model for use in found.uses} == {"acme/bee"}
    (imports / "b.yaml").unlink()
    assert counting.run(imports, tmp_path / "c")[0].uses == ()
    put(imports, {"b.yaml": "model: acme/new\n"})
    assert {use.model for use in counting.run(imports, tmp_path / "c")[0].uses} == {"acme/new"}


def test_only_what_changed_is_given(imports: Path) -> None:
    put(imports, {"c.yaml": "model: acme/ant\n"})
    assert seen(imports, changed={"c.yaml", "gone.yaml"}) == ["c.yaml:1 acme/ant"]
    assert tree.uses(imports, changed=set()) == tree.Found((), (), 0)


def test_nothing_outside_the_tree_is_looked_up(tmp_path: Path) -> None:
    from openness.discover.read import Reader

    put(tmp_path, {"secret.yaml": "x", "root/a.yaml": "y"})
    reader = Reader(tmp_path / "root", frozenset(["a.yaml"]))
    assert [reader.look(path) for path in ("a.yaml", "../secret.yaml", str(tmp_path / "secret.yaml"), "b.yaml")] == [
        "y",
        None,
        None,
        None,
    ]


# git


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        check=True,
        capture_output=True,
    )


def test_changed_since(tmp_path: Path) -> None:
    put(tmp_path, {"a.yaml": "a", "b.yaml": "b", "sub/c d.yaml": "c", ".gitignore": "no.yaml\n"})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    put(tmp_path, {"b.yaml": "new", "sub/c d.yaml": "new", "é\n.yaml": "new", "no.yaml": "new"})
    (tmp_path / "a.yaml").unlink()
    assert changed.since(tmp_path, "main") == {"b.yaml", "sub/c d.yaml", "é\n.yaml"}
    assert changed.since(tmp_path / "sub", "HEAD") == {"c d.yaml"}


@pytest.mark.parametrize("ref", ["", "--output=x", "-", "a b", "main\nx", "main\0", "absent", "x" * 600])
def test_what_is_no_commit(tmp_path: Path, ref: str) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(SourceError, match="commit"):
        changed.since(tmp_path, ref)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git"]


def test_no_checkout(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="git repository"):
        changed.since(tmp_path, "main")


# Weights


def test_weights_in_the_tree(tmp_path: Path) -> None:
    put(tmp_path, {
        "w/a.gguf": GGUF, "w/b.safetensors": TENSORS, "w/model-00001-of-00002.safetensors": TENSORS,
        "w/model-00002-of-00002.safetensors": TENSORS, "w/fake.gguf": "none", "w/tiny.pt": b"PK\x03\x04", "w/big.pt": b"PK\x03\x04" + bytes(5000),
        "w/optimizer.pt": b"PK\x03\x04" + bytes(5000), "w/text.bin": b"x" * 5000, "w/empty.safetensors": b"",
        "w/pytorch_model.bin": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 5\n",
        f"hub/models--acme--kite/snapshots/{SHA}/model.safetensors": TENSORS,
    })  # fmt: skip
    found = [(use.path, use.model, use.kind, use.pinned) for use in tree.uses(tmp_path).uses]
    assert found == [
        (f"hub/models--acme--kite/snapshots/{SHA}/model.safetensors", "acme/kite", "hub", True),
        ("w/a.gguf", "w/a.gguf", "local", False),
        ("w/b.safetensors", "w/b.safetensors", "local", False),
        ("w/big.pt", "w/big.pt", "local", False),
        ("w/model-00001-of-00002.safetensors", "w/model.safetensors", "local", False),
        ("w/pytorch_model.bin", "w/pytorch_model.bin", "local", True),
    ]


def test_weights_that_are_gone(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        list(weights.find(tmp_path, "a.gguf", 5))


# The rules


@pytest.mark.parametrize(
    ("name", "form"),
    [("Dockerfile", "docker"), ("Dockerfile.gpu", "docker"), ("api.dockerfile", "docker"), ("Modelfile", "modelfile"), ("GNUmakefile", "make"),
     ("a.PY", "python"), ("a.tsx", "javascript"), ("a.min.js", None), ("package-lock.json", None), ("uv.lock", None), (".env.prod", "ini"), ("values.yaml.gotmpl", "yaml"),
     ("README.md", "card"), ("a.png", None), ("LICENSE", ""), ("a.gguf", "weights"), ("a.ipynb", "notebook"), ("openness.toml", None)],
)  # fmt: skip
def test_forms_by_name(name: str, form: str | None) -> None:
    assert files.form(name) == form


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (b"#!/bin/sh\n", "shell"),
        (b"#!/usr/bin/env -S python3.12 -u\n", "python"),
        (b"#!/usr/bin/env bash", "shell"),
        (b"#! /usr/bin/perl\n", None),
        (b"text", None),
        (b"#!", None),
    ],
)
def test_forms_by_the_first_line(line: bytes, form: str | None) -> None:
    assert files.by_first_line(line) == form


def test_every_key_that_speaks_has_a_hint() -> None:
    """Without one of the hints a file is not looked into; so no key may do without."""
    from openness.discover import speaking

    words = speaking.rules().words["speaking"] | speaking.rules().words["bare"]
    assert [word for word in sorted(words) if not files.may_name_a_model(word.encode())] == []
    assert [prefix for prefix, _ in names._rules().prefixes if not files.may_name_a_model(prefix.encode())] == []


FIXTURE = Path(__file__).parent / "scan_fixture"


@pytest.mark.skipif(not FIXTURE.is_dir(), reason="the labelled fixture is not there")
def test_the_hints_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tree.uses(FIXTURE).uses
    monkeypatch.setattr(files, "may_name_a_model", lambda content: True)
    assert tree.uses(FIXTURE).uses == found


LOADERS = yamlio.RULES / "model-loaders.yaml"


@pytest.mark.skipif(not LOADERS.is_file(), reason="the list of loaders is not there")
def test_every_loader_and_name_of_programs_has_a_hint() -> None:
    """A loader may do without where what it is imported from has one."""
    import yaml

    def seen(words: list[str]) -> bool:
        return all(files.may_name_a_model(word.encode()) for word in words)

    rules = yaml.safe_load(LOADERS.read_text(encoding="utf-8"))
    names_ = [word for group in ("whole", "words", "bare") for word in rules["names"][group]]
    assert [word for word in names_ if not seen([word])] == []
    loaders = [
        loader for loader in rules["loaders"] if not seen(loader.get("from", [""])) and not seen([loader.get("of", "")])
    ]
    generic = {"Agent", "load"}  # what is given to them has a hint itself: `openai:gpt-4o`
    assert [call for loader in loaders for call in loader["call"] if not seen([call]) and call not in generic] == []
