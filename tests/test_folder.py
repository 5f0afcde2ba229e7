"""Folders: what files are, by their bytes; what programs do, by their syntax; what is never followed or read."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import pytest
import weight_files

from openness.errors import SourceError
from openness.model import Basis, Release
from openness.sources import code, folder

SAFETENSORS = weight_files.safetensors()
GGUF = weight_files.gguf()


def read(path: Path, **files: str | bytes) -> Release:
    for name, content in files.items():
        target = path / name.replace("__", "/").replace("_DOT_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder.read(path, "model")


@pytest.mark.parametrize(
    ("name", "content", "is_weights"),
    [
        ("model.safetensors", SAFETENSORS, True),
        ("model.safetensors", struct.pack("<Q", 2**63) + b"{", False),
        ("model.safetensors", b"", False),
        ("model.safetensors", SAFETENSORS[:-1], False),
        ("model.safetensors", weight_files.safetensors({}, {}), False),
        ("model.gguf", GGUF, True),
        ("model.gguf", weight_files.gguf(tensors=()), False),
        ("model.gguf", b"GGUF\x03\x00\x00\x00", False),
        ("model.gguf", b"GGUX", False),
        ("pytorch_model.bin", b"PK\x03\x04" + b"\0" * 300, True),
        ("pytorch_model.bin", b"\x80\x02" + b"\0" * 300, True),
        ("pytorch_model.bin", b"hello" * 100, False),
        ("training_args.bin", b"PK\x03\x04" + b"\0" * 300, False),
        ("tf_model.h5", b"\x89HDF\r\n\x1a\n", True),
        ("model.onnx", b"\x08\x07" + b"\0" * 2000, True),
        ("model.tflite", b"\0\0\0\0TFL3", True),
        ("flax_model.msgpack", b"\x83" + b"\0" * 2000, True),
        ("notes.txt", SAFETENSORS, False),
    ],
)
def test_weights_by_their_bytes(tmp_path: Path, name: str, content: bytes, is_weights: bool) -> None:
    (tmp_path / name).write_bytes(content)
    found = folder.read(tmp_path, "model").component("model-parameters").available
    assert found.value is (True if is_weights else None)
    assert [one.path for one in found.evidence] == ([f"model/{name}"] if is_weights else [])


def test_an_lfs_pointer_has_digest_and_line(tmp_path: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0f' * 32}\nsize 99\n"
    (tmp_path / "model.safetensors").write_text(pointer)
    (evidence,) = folder.read(tmp_path, "model").component("model-parameters").available.evidence
    assert (evidence.line, evidence.sha256, evidence.basis) == (2, "0f" * 32, Basis.OBSERVED)
    assert evidence.quote == pointer.split("\n")[1]


def test_no_link_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "README.md").write_text("---\nlicense: mit\n---\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "README.md").symlink_to(outside / "README.md")
    (inside / "loop").symlink_to(inside)
    found = folder.read(inside, "model")
    assert found.component("model-parameters").claims == ()
    assert sorted(one.path for one in found.not_read) == ["README.md", "loop"]


def test_special_files_and_unreadable_ones_do_not_stop_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.safetensors")
    (tmp_path / "broken.py").write_text("def (:\n")
    (tmp_path / "deep.py").write_text("x = " + "(" * 3000 + ")" * 3000)
    (tmp_path / "nul.py").write_bytes(b"import os\0")
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "config.json").write_text("[" * 100_000)
    (tmp_path / "latin.py").write_bytes("# caf\xe9\nx.generate()\n".encode("latin-1"))
    assert folder.read(tmp_path, "model").component("inference-code").available.value is None


def test_what_tests_a_release_is_not_the_release(tmp_path: Path) -> None:
    for name in ("tests", "src"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.gguf").write_bytes(GGUF)
    found = folder.read(tmp_path, "model").component("model-parameters").available.evidence
    assert [one.path for one in found] == ["model/src/model.gguf"]


def test_an_ending_that_much_else_has_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"anything")
    (tmp_path / "pytorch_model.bin").write_bytes(b"anything")
    found = folder.read(tmp_path, "model").findings
    assert [one.evidence[0].path for one in found] == ["model/pytorch_model.bin"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be listed"):
        folder.read(tmp_path / "none", "none")


def test_configuration_names_the_library(tmp_path: Path) -> None:
    found = read(tmp_path, config_DOT_json=json.dumps({"model_type": "wren", "transformers_version": "4"}, indent=1))
    assert [claim.declared for claim in found.component("inference-code").claims] == ["Apache-2.0"]
    assert found.component("inference-code").available.value is True
    assert found.component("model-parameters").available.value is None, "a configuration is no weight file"


def test_custom_code_is_not_the_librarys(tmp_path: Path) -> None:
    config = json.dumps({"model_type": "wren", "transformers_version": "4", "auto_map": {"AutoModel": "m.W"}})
    assert read(tmp_path, config_DOT_json=config).component("inference-code").available.value is None


TRAIN = "import torch\n{}\nfor b in d:\n    loss = net(b)\n    loss.backward()\n    opt.step()\n"
ROLES = [
    (TRAIN.format(""), {"trains"}),
    (TRAIN.format("net = AutoModel.from_pretrained('x/y')"), {"loads", "fine-tunes"}),
    (TRAIN.format("tok = AutoTokenizer.from_pretrained('x/y')"), {"trains"}),
    ("from transformers import Trainer\nTrainer(model=m).train()\n", {"trains"}),
    ("from peft import LoraConfig\nfrom trl import SFTTrainer\nt = SFTTrainer(m)\nt.train()\n", {"fine-tunes"}),
    ("import optax, jax\ng = jax.grad(f)\np = optax.apply_updates(p, u)\n", {"trains"}),
    ("import keras\nmodel.fit(x, y)\n", {"trains"}),
    ("curve.fit(x, y)\n", set()),
    ("m = AutoModel.from_pretrained('x')\nm.generate(**i)\n", {"loads", "runs"}),
    ("class N(nn.Module):\n    def forward(self, x):\n        return x\n", {"architecture"}),
    ("class N(nn.Module):\n    pass\n", set()),
    ("from datasets import load_dataset\nd = load_dataset('x').map(f)\nd.push_to_hub('y')\n", {"prepares-data"}),
    ("import datatrove\nout.write(x)\n", {"prepares-data"}),
    ("import lm_eval\nlm_eval.simple_evaluate(m)\n", {"evaluates"}),
    ("# loss.backward(); opt.step()\n'''Trainer().train()'''\n", set()),
    ("train = 1\n", set()),
]


@pytest.mark.parametrize(("program", "expected"), ROLES)
def test_what_a_program_does(program: str, expected: set[str]) -> None:
    assert {role.role for role in code.roles(program)} == expected


def test_a_notebook_is_read_by_its_code_cells() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["loss.backward() opt.step()"]},
        {"cell_type": "code", "source": ["%pip install x\n", "!ls\n", "model.generate()\n"]},
        {"cell_type": "code", "source": "loss.backward()\nopt.step()\n"},
    ]
    notebook = json.dumps({"cells": cells}, indent=1)
    found = {role.role: role.line for role in code.roles(notebook, notebook=True)}
    assert set(found) == {"runs", "trains"}
    assert "loss.backward()" in notebook.split("\n")[found["trains"] - 1]


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", '{"cells": 1}', '{"cells": [1]}', '{"cells": [{"cell_type": "code"}]}']
)
def test_a_broken_notebook_does_nothing(broken: str) -> None:
    assert code.roles(broken, notebook=True) == []


def test_license_files_cover_what_they_say(tmp_path: Path) -> None:
    program = "m = load_file('x')\nm.generate()\n"
    found = read(tmp_path, LICENSE="Code text", LICENSE_MODEL="Weights text", run_DOT_py=program, model_DOT_gguf=GGUF)
    weights, running = found.component("model-parameters"), found.component("inference-code")
    assert [c.evidence[0].path for c in weights.claims] == ["model/LICENSE_MODEL"]
    assert [c.evidence[0].path for c in running.claims] == ["model/LICENSE"]


def test_the_license_of_a_code_repository_is_not_that_of_weights(tmp_path: Path) -> None:
    program = "m = load_file('x')\nm.generate()\n"
    project = '[project]\nname = "x"\nlicense = "MIT"\n'
    found = read(
        tmp_path, LICENSE="Text", README_DOT_md="# X\n\nLicense: MIT\n", run_DOT_py=program, pyproject_DOT_toml=project
    )
    assert found.component("model-parameters").claims == ()
    assert [(c.declared, c.by) for c in found.component("inference-code").claims] == [
        (None, "text"), ("MIT", "tag"), ("MIT", "prose"),
    ]  # fmt: skip
