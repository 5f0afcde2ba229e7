"""Headers of weight files: what they say, in every version and byte order, and that one which lies is refused."""

from __future__ import annotations

import json
import struct
import tracemalloc
from pathlib import Path
from typing import Any, NoReturn

import pytest
import weight_files
from hypothesis import given, settings
from hypothesis import strategies as st
from weight_files import ONE, Raw, packed

from openness.assess import assess
from openness.errors import SourceError
from openness.licensing.conclude import conclude
from openness.model import Basis, Release
from openness.sources import folder, gguf, safetensors, target, weights
from openness.sources.json_walk import JsonWalk
from openness.sources.weight_header import WINDOW, ByteSource, WeightHeader

GENERAL: dict[str, Any] = {
    "general.architecture": "wren",
    "general.name": "Wren 2",
    "general.organization": "Example",
    "general.license": "apache-2.0",
    "general.file_type": 15,
    "wren.rope.freq_base": 10000.5,
    "wren.flag": True,
    "tokenizer.ggml.tokens": ["<s>", "a", "ärger", ""],
    "tokenizer.ggml.token_type": [1, 2, 3],
    "general.base_model.count": 2,
    "general.base_model.0.name": "Wren",
    "general.base_model.0.repo_url": "https://huggingface.co/example/wren",
    "general.base_model.1.name": "Sparrow 1",
}
ALONE = {key: value for key, value in GENERAL.items() if "base_model" not in key}
TENSORS = (("a", (256, 4), 12), ("b", (256, 2), 14), ("c", (32,), 0))


def source(data: bytes, path: str = "w") -> ByteSource:
    return ByteSource(path, len(data), lambda offset, length: data[offset : offset + length])


def read(data: bytes) -> WeightHeader:
    reader = gguf.read if data[:4] == b"GGUF" else safetensors.read
    return reader(source(data))


# -- what they say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("version", [1, 2, 3])
def test_gguf_of_every_version_and_order(version: int, order: str) -> None:
    data = weight_files.gguf(GENERAL, TENSORS, version=version, order=order)
    found = read(data)
    assert (found.format, found.version, found.size) == ("gguf", str(version), len(data))
    assert (found.name, found.author, found.architecture) == ("Wren 2", "Example", "wren")
    assert (found.tensors, found.parameters) == (3, 1024 + 512 + 32)
    assert (found.dtypes, found.quantization) == (("Q4_K", "Q6_K", "F32"), "Q4_K_M")
    assert [(one.model, one.relation) for one in found.bases] == [("example/wren", None), ("Sparrow 1", None)]
    (claim,) = found.claims
    assert (claim.declared, claim.by) == ("apache-2.0", "header")
    assert [(one.note, one.basis, one.line) for one in claim.evidence] == [
        ("general.license: apache-2.0", Basis.DECLARED, None)
    ]
    assert found.summary() == f"gguf v{version}, wren, 1.57 K parameters, Q4_K_M, by Example"


def test_safetensors() -> None:
    metadata = {"format": "pt", "modelspec.title": "Wren", "modelspec.author": "Example", "license": "mit"}
    tensors = {"a": ("BF16", [4, 5], 40), "empty": ("F32", [0, 7], 0), "one": ("F32", [], 4), "half": ("F4", [2], 1)}
    found = read(weight_files.safetensors(metadata, tensors))
    assert (found.format, found.version, found.tensors, found.parameters) == ("safetensors", "", 4, 23)
    assert found.dtypes[0] == "BF16" and set(found.dtypes) == {"BF16", "F4", "F32"}
    assert (found.name, found.author) == ("Wren", "Example")
    assert [one.declared for one in found.claims] == ["mit"]
    assert found.summary() == "safetensors, 23 parameters, BF16, by Example"


def test_whole_numbers_are_no_parameters() -> None:
    assert "8 values" in read(weight_files.safetensors({}, {"packed": ("I32", [8], 32)})).summary()


@pytest.mark.parametrize(
    ("stated", "declared", "name", "link"),
    [
        ({"license": "other", "license.name": "wren-1", "license.link": "https://example.com/l"}, "other", "wren-1", "https://example.com/l"),
        ({"license": "https://example.com/l"}, "https://example.com/l", None, "https://example.com/l"),
        ({"license.link": "https://example.com/l"}, "https://example.com/l", None, "https://example.com/l"),
        ({"license.name": "Apache License 2.0"}, "Apache License 2.0", "Apache License 2.0", None),
        ({"license": " mit "}, "mit", None, None),
    ],
)  # fmt: skip
def test_a_licence_is_passed_as_it_is_declared(stated: dict[str, str], declared: str, name: str, link: str) -> None:
    metadata = {f"general.{key}": value for key, value in stated.items()}
    for data in (weight_files.gguf(metadata), weight_files.safetensors(metadata)):
        (claim,) = read(data).claims
        assert (claim.declared, claim.name, claim.link) == (declared, name, link)


def test_a_licence_that_is_no_text_or_empty_is_none() -> None:
    for value in (7, True, "", ["mit"], " "):
        assert read(weight_files.gguf({"general.license": value})).claims == ()


def test_a_whole_licence_text_is_a_text(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / "LICENSE").read_text(encoding="utf-8")
    (tmp_path / "wren.gguf").write_bytes(weight_files.gguf({"general.license": text}))
    found = assess(str(tmp_path / "wren.gguf")).release
    assert found.component("model-parameters").license.expression.text == "Apache-2.0"


def test_an_adapter_names_its_base() -> None:
    (base,) = read(weight_files.gguf({"general.type": "adapter", "general.base_model.0.name": "Sparrow 1"})).bases
    assert (base.model, base.relation) == ("Sparrow 1", "adapter")
    stated = {"ss_sd_model_name": "sparrow-xl.safetensors", "ss_network_module": "networks.lora"}
    (base,) = read(weight_files.safetensors(stated)).bases
    assert (base.model, base.relation) == ("sparrow-xl.safetensors", "adapter")
    (base,) = read(weight_files.safetensors({"base_model": "example/wren", "ss_sd_model_name": "None"})).bases
    assert (base.model, base.relation) == ("example/wren", None)


# -- what is refused ---------------------------------------------------------------------------------------

HUGE = struct.pack("<Q", 2**63)
ENTRY = struct.Struct("<QQIQ")  # of a tensor: two dimensions, type, offset


def altered(entry: tuple[int, int, int, int]) -> bytes:
    """A file whose one tensor says something else."""
    return weight_files.gguf().replace(ENTRY.pack(32, 2, 0, 0), ENTRY.pack(*entry))


LYING_GGUF = [
    (b"GGUF", "cut off"),
    (b"GGUX" + bytes(30), "no GGUF file"),
    (b"GGUF" + struct.pack("<IQQ", 4, 0, 0), "version 4"),
    (b"GGUF" + struct.pack("<IQQ", 0, 0, 0), "version 0"),
    (b"GGUF" + struct.pack("<IQQ", 3, 2**63, 0), "tensors and"),
    (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63), "tensors and"),
    (b"GGUF" + struct.pack("<IQQ", 3, 0, 5000), "cut off"),
    (b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + HUGE, "a text of"),
    (weight_files.gguf({"k": Raw(8, HUGE)}), "cut off"),
    (weight_files.gguf({"general.license": Raw(8, HUGE)}), "a text of"),
    (weight_files.gguf({"general.license": "x" * 70_000}), "a text of"),
    (weight_files.gguf({"k": Raw(13, b"")}), "unknown type 13"),
    (weight_files.gguf({"k": Raw(9, struct.pack("<IQ", 9, 1))}), "array of arrays"),
    (weight_files.gguf({"k": Raw(9, struct.pack("<IQ", 77, 1))}), "unknown type 77"),
    (weight_files.gguf({"k": Raw(9, struct.pack("<IQ", 4, 2**62))}), "cut off"),
    (weight_files.gguf({"k": Raw(9, struct.pack("<IQ", 8, 2**62))}), "texts in arrays"),
    (weight_files.gguf({"k": Raw(9, struct.pack("<IQ", 8, 3_000_000))}), "cut off"),
    (weight_files.gguf({"general.alignment": 48}), "power of two"),
    (weight_files.gguf({"general.alignment": 0}), "power of two"),
    (weight_files.gguf({"general.name": "a", "general.namf": "b"}).replace(b"namf", b"name"), "twice"),
    (weight_files.gguf(tensors=[("t" * 2000, (1,), 0)]), "whose name"),
    (weight_files.gguf(tensors=[("t", (1, 1, 1, 1, 1), 0)]), "5 dimensions"),
    (weight_files.gguf(tensors=[("t", (8,), 12)]), "multiple of 256"),
    (altered((32, 2, 4, 0)), "unknown type 4"),
    (altered((2**40, 2**40, 0, 0)), "elements"),
    (altered((32, 20, 0, 0)), "the tensors end"),
    (altered((32, 2, 0, 2**63)), "the tensors end"),
    (altered((32, 2, 0, 7)), "no multiple of 32"),
    (weight_files.gguf(tensors=ONE * 2).replace(ENTRY.pack(32, 2, 0, 256), ENTRY.pack(32, 2, 0, 0)), "overlap"),
    (weight_files.gguf()[:-1], "the tensors end"),
]  # fmt: skip


def entry(dtype: object = "F32", shape: object = (2, 3), offsets: object = (0, 24)) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


LYING_SAFETENSORS = [
    (b"", "too short"),
    (struct.pack("<Q", 2**63) + b"{}", "a header of"),
    (struct.pack("<Q", 1) + b"{}", "a header of"),
    (struct.pack("<Q", 3) + b"{}", "a header of"),
    (packed(b"[]", 0), "does not begin"),
    (packed(b"{", 0), "not JSON"),
    (packed(b"{} {}", 0), "something follows"),
    (packed(b'{"a" 1}', 0), "not JSON"),
    (packed(b'{"a":[1]}', 0), "a small object"),
    (packed(b'{"a":{"b":{}}}', 0), "a small object"),
    (packed(b'{"\xff":{}}', 0), "not JSON"),
    (packed({"a": entry()}, 20), "the tensors take 24 bytes"),
    (packed({"a": entry()}, 25), "the tensors take 24 bytes"),
    (packed({}, 8), "the tensors take 0 bytes"),
    (packed({"a": entry(dtype="F7")}, 24), "no known type"),
    (packed({"a": entry(dtype=["F32"])}, 24), "no known type"),
    (packed({"a": entry(shape=[2.0, 3])}, 24), "no known type"),
    (packed({"a": entry(shape=[-2, -3])}, 24), "no known type"),
    (packed({"a": entry(shape=[True, 6])}, 24), "no known type"),
    (packed({"a": entry(offsets=[0])}, 24), "no known type"),
    (packed({"a": entry(offsets=[24, 0])}, 24), "does not have the bytes"),
    (packed({"a": entry(shape=[2**62, 2**62])}, 24), "does not have the bytes"),
    (packed({"a": entry(dtype="F4", shape=[3], offsets=(0, 1))}, 1), "does not have the bytes"),
    (packed({"a": entry(), "b": entry()}, 24), "overlap"),
    (packed({"a": entry(), "b": entry(offsets=(32, 56))}, 56), "leave a gap"),
    (packed(b'{"a":%s,"a":%s}' % ((json.dumps(entry()).encode(),) * 2), 24), "twice"),
    (packed(b'{"__metadata__":{},"__metadata__":{}}', 0), "twice"),
    (packed(b'{"__metadata__":{"license":"a","license":"b"}}', 0), "twice"),
    (packed({"__metadata__": {"a": 1}}, 0), "not JSON as expected"),
    (packed({"__metadata__": {"license": "x" * 70_000}}, 0), "a text of"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), [*LYING_GGUF, *LYING_SAFETENSORS])
def test_a_header_that_lies_is_refused_and_not_allocated(data: bytes, why: str) -> None:
    reader = gguf if data[:3] == b"GGU" else safetensors
    tracemalloc.start()
    with pytest.raises(SourceError, match=why) as raised:
        reader.read(source(data, "lies"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert raised.value.path == "lies"
    assert peak < 5_000_000


def test_too_large_a_header_is_refused_unread() -> None:
    length = safetensors.MAX_HEADER + 1
    sparse = ByteSource("large", length + 8, lambda offset, size: (struct.pack("<Q", length) + b"{" * size)[:size])
    with pytest.raises(SourceError, match="are read; refused"):
        safetensors.read(sparse)


def mutated(data: bytes, cuts: list[tuple[int, int, bytes]], end: float) -> bytes:
    content = bytearray(data)
    for at, size, new in cuts:
        begin = at % (len(content) + 1)
        content[begin : begin + size] = new
    return bytes(content[: int(len(content) * end)])


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 1500),
        st.integers(0, 9),
        st.one_of(
            st.binary(max_size=9),
            st.sampled_from([HUGE, b"\xff" * 8, bytes(8), b'"', b"{", b"}", b"[", b"\\", b"\\ud800", b"1e9", b"-1"]),
        ),
    ),
    max_size=4,
)
SEEDS = [
    *(weight_files.gguf(GENERAL, TENSORS, version=version, order=order) for version in (1, 2, 3) for order in "<>"),
    weight_files.safetensors({"license": "mit", "base_model": "x"}, {"a": ("F32", [3], 12), "b": ("BF16", [2, 2], 8)}),
]


def header_or_error(seed: int, cuts: list[tuple[int, int, bytes]], end: float) -> None:
    data = mutated(SEEDS[seed], cuts, end)
    try:
        found = (safetensors if seed == len(SEEDS) - 1 else gguf).read(source(data))
    except SourceError as problem:
        assert problem.path == "w" and len(problem.message) < 6000
    else:
        assert found.summary() and found.size == len(data)
        str(found).encode()


FUZZ = given(st.integers(0, len(SEEDS) - 1), CHANGES, st.one_of(st.just(1.0), st.floats(0, 1)))
test_mutations = settings(max_examples=300, deadline=None)(FUZZ(header_or_error))
test_10_000_mutations = pytest.mark.slow(settings(max_examples=10_000, deadline=None)(FUZZ(header_or_error)))


# -- few reads, little memory ------------------------------------------------------------------------------


def test_a_vocabulary_is_walked_in_windows_and_not_held() -> None:
    tokens = [f"token {number}" for number in range(128_000)]
    data = weight_files.gguf({"tokenizer.ggml.tokens": tokens, "general.license": "mit"})
    asked: list[tuple[int, int]] = []

    def piece(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return data[offset : offset + length]

    tracemalloc.start()
    found = gguf.read(ByteSource("w", len(data), piece))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.claims and peak < 3 * WINDOW
    assert asked == sorted(asked) and max(length for _, length in asked) <= WINDOW
    assert sum(length for _, length in asked) < len(data) + 100 * len(asked)


def test_a_long_text_is_not_read_at_all() -> None:
    data = weight_files.gguf({"tokenizer.chat_template": "x" * 5_000_000, "general.license": "mit"})
    asked = []

    def piece(offset: int, length: int) -> bytes:
        asked.append(length)
        return data[offset : offset + length]

    gguf.read(ByteSource("w", len(data), piece))
    assert sum(asked) < 3 * WINDOW


@pytest.mark.slow
def test_memory_of_the_largest_header() -> None:
    count = 140_000
    entries = (b'"%0100d":{"dtype":"U8","shape":[1],"data_offsets":[%d,%d]}' % (n, n, n + 1) for n in range(count))
    data = packed(b"{" + b",".join(entries) + b"}", count)
    tracemalloc.start()
    assert safetensors.read(source(data)).tensors == count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(data) > 22_000_000 and peak < 100_000_000


# -- JSON --------------------------------------------------------------------------------------------------


def refuse(why: str) -> NoReturn:
    raise SourceError(why, "w")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=20), VALUES, max_size=6), st.booleans(), st.sampled_from([None, 1]))
def test_a_walk_meets_the_keys_that_the_parser_meets(document: dict[str, Any], ascii_only: bool, indent: int) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    walk = JsonWalk(text.encode("utf-8", "replace"), refuse)
    met = []
    for key in walk.entries():
        met.append(key)
        walk.skip()
    walk.end()
    assert met == [key.encode("utf-8", "replace").decode() for key in document]


# -- folders -----------------------------------------------------------------------------------------------


def made(root: Path, files: dict[str, bytes | str]) -> Release:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return conclude(folder.read(root, "model"))


def found_ids(release: Release) -> list[str]:
    return [one.id for one in release.findings]


def test_a_header_in_a_folder_declares_the_licence_of_the_weights_and_the_bases(tmp_path: Path) -> None:
    found = made(tmp_path, {"a.gguf": weight_files.gguf(GENERAL, TENSORS), "b.gguf": weight_files.gguf(GENERAL)})
    weights_ = found.component("model-parameters")
    assert (weights_.license.expression.text, weights_.license.status) == ("Apache-2.0", "concluded")
    (claim,) = weights_.claims
    assert [one.path for one in claim.evidence] == ["model/a.gguf", "model/b.gguf"]
    assert [one.model for one in found.bases] == ["example/wren", "Sparrow 1"]
    notes = [one.note or "" for one in weights_.available.evidence]
    assert notes[0].startswith("gguf v3, wren, 1.57 K parameters, Q4_K_M, by Example, ")
    assert {"model/a.gguf", "model/b.gguf"} <= set(found.read)


def test_header_and_tag_that_disagree_are_a_conflict_of_which_the_stricter_is_read(tmp_path: Path) -> None:
    card = "---\nlicense: cc-by-nc-4.0\n---\n# Wren\n"
    found = made(tmp_path, {"README.md": card, "wren.gguf": weight_files.gguf(GENERAL)})
    weights_ = found.component("model-parameters")
    assert (weights_.license.expression.text, weights_.license.status) == ("CC-BY-NC-4.0", "conflict")
    assert [claim.by for claim in weights_.claims] == ["header", "tag"]
    (conflict,) = [one for one in found.findings if one.id == "license-conflict"]
    assert [one.path for one in conflict.evidence] == ["model/wren.gguf", "model/README.md"]


def test_a_text_is_stronger_than_a_header(tmp_path: Path) -> None:
    found = made(tmp_path, {"LICENSE": "You may look at it on Sundays.", "wren.gguf": weight_files.gguf(GENERAL)})
    assert [claim.by for claim in found.component("model-parameters").claims] == ["text", "header"]
    assert found.component("model-parameters").license.status == "unidentified"


def test_an_importance_matrix_is_no_weight_file(tmp_path: Path) -> None:
    found = made(tmp_path, {"imatrix.gguf": weight_files.gguf({"general.type": "imatrix"})})
    assert found.component("model-parameters").available.value is None
    assert found_ids(found) == ["weights-implausible"]


def test_a_lying_header_is_no_weight_file(tmp_path: Path) -> None:
    lying = weight_files.gguf(GENERAL)[:-1]
    found = made(tmp_path, {"wren.gguf": lying})
    assert found.component("model-parameters").available.value is None
    assert found.component("model-parameters").claims == ()
    (finding,) = found.findings
    assert finding.id == "weights-implausible" and "the tensors end at byte" in finding.message


SHARD = weight_files.safetensors()


def index(*shards: str) -> str:
    return json.dumps({"metadata": {"total_size": 48}, "weight_map": {f"w{n}": one for n, one in enumerate(shards)}})


def test_an_index_whose_files_are_all_there_adds_them_up(tmp_path: Path) -> None:
    found = made(tmp_path, {"m.safetensors.index.json": index("a.safetensors", "b.safetensors"), "a.safetensors": SHARD, "b.safetensors": SHARD})  # fmt: skip
    first = found.component("model-parameters").available.evidence[0]
    assert first.path == "model/m.safetensors.index.json" and first.sha256
    assert (first.note or "").startswith("index of 2 files, all here: safetensors, 12 parameters, F32")
    assert not found_ids(found)


@pytest.mark.parametrize("other", [{}, {"b.safetensors": SHARD[:-1]}, {"x/b.safetensors": SHARD}])
def test_an_index_that_names_what_is_not_there(tmp_path: Path, other: dict[str, bytes | str]) -> None:
    names = index("a.safetensors", "b.safetensors", "../../etc/passwd")
    found = made(tmp_path, {"m.safetensors.index.json": names, "a.safetensors": SHARD, **other})
    (finding,) = [one for one in found.findings if one.id == "weights-incomplete"]
    assert "3 weight files, of which 2 are not here: b.safetensors, ../../etc/passwd" in finding.message
    assert found.component("model-parameters").complete.value is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"weight_map": 1}', '{"weight_map": {"a": 1}}', "{" * 99])
def test_an_index_that_is_none_is_not_read(tmp_path: Path, content: str) -> None:
    found = made(tmp_path, {"m.safetensors.index.json": content, "a.safetensors": SHARD})
    assert [one.path for one in found.not_read] == ["model/m.safetensors.index.json"]
    assert found.component("model-parameters").available.value is True


def test_a_gguf_model_in_several_files(tmp_path: Path) -> None:
    first = weight_files.gguf(GENERAL | {"split.count": 2}, ())
    second = weight_files.gguf({"split.count": 2})
    found = made(tmp_path / "a", {"w-00001-of-00002.gguf": first, "w-00002-of-00002.gguf": second})
    assert not found_ids(found)
    found = made(tmp_path / "b", {"w-00001-of-00002.gguf": first})
    assert found_ids(found) == ["weights-incomplete"]


def test_only_so_many_headers_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MAX_HEADERS", 1)
    found = made(tmp_path, {f"{name}.gguf": weight_files.gguf(GENERAL) for name in "abc"})
    assert len(found.component("model-parameters").available.evidence) == 3
    assert [one.path for one in found.not_read] == ["model/b.gguf", "model/c.gguf"]


# -- targets -----------------------------------------------------------------------------------------------


def test_a_weight_file_as_a_target(tmp_path: Path) -> None:
    path = tmp_path / "wren-q4.gguf"
    path.write_bytes(weight_files.gguf(GENERAL, TENSORS))
    found = assess(str(path))
    release, weights_ = found.release, found.release.component("model-parameters")
    assert (release.name, release.origin, release.read) == ("Wren 2", "weight file header", (str(path),))
    (evidence,) = weights_.available.evidence
    assert (evidence.path, evidence.line, evidence.sha256, evidence.basis) == (str(path), None, None, Basis.OBSERVED)
    assert [one.model for one in release.bases] == ["example/wren", "Sparrow 1"]
    assert weights_.license.status == "unidentified", "nothing is known of its bases"
    path.write_bytes(weight_files.gguf(ALONE))
    found = assess(str(path))
    assert found.release.component("model-parameters").license.expression.text == "Apache-2.0"
    assert found.headline.at_least == "weights-available"
    assert target.read(str(path), "mine").name == "mine"


def test_a_safetensors_file_and_a_pointer_as_targets(tmp_path: Path) -> None:
    path = tmp_path / "Wren.SafeTensors"
    path.write_bytes(weight_files.safetensors())
    assert target.read(str(path)).name == "Wren"
    pointer = tmp_path / "far.gguf"
    pointer.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0f' * 32}\nsize 99\n")
    (evidence,) = target.read(str(pointer)).component("model-parameters").available.evidence
    assert (evidence.line, evidence.sha256) == (2, "0f" * 32)


def test_header_and_card_of_one_release_join(tmp_path: Path) -> None:
    (tmp_path / "wren.gguf").write_bytes(weight_files.gguf(ALONE))
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# Wren\n")
    found = assess(str(tmp_path / "README.md"), str(tmp_path / "wren.gguf"), name="wren").release
    assert [claim.by for claim in found.component("model-parameters").claims] == ["header", "tag"]
    assert found.component("model-parameters").license.status == "conflict"


def test_a_base_that_a_header_names_hands_its_licence_on(tmp_path: Path) -> None:
    link = "https://huggingface.co/example/sparrow"
    (tmp_path / "wren.gguf").write_bytes(weight_files.gguf(ALONE | {"general.base_model.0.repo_url": link}))
    (tmp_path / "sparrow.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n# Sparrow\n")
    known = [f"example/sparrow={tmp_path / 'sparrow.md'}"]
    found = assess(str(tmp_path / "wren.gguf"), bases=known).release.component("model-parameters").license
    assert found.expression.text == "Apache-2.0 AND CC-BY-NC-4.0"
    assert found.inherited == (("CC-BY-NC-4.0", "example/sparrow"),)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"text\n"])
def test_a_target_that_is_no_weight_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wren.gguf"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is named like weights and has a header that cannot be"):
        target.read(str(path))
    with pytest.raises(SourceError, match="no such file"):
        target.read("missing.gguf")
