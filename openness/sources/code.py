"""What a Python program or notebook does: trains, fine-tunes, runs, evaluates, prepares data. Never by its file name.

Programs are parsed, never executed; what the syntax tree does not show is not claimed.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

MAX_CHARACTERS = 1_000_000
"""Longest program that is parsed."""


class Role(NamedTuple):
    """Something that a program does."""

    role: str
    """`architecture`, `loads`, `runs`, `trains`, `fine-tunes`, `evaluates`, `prepares-data`."""

    line: int
    """1-based line of the telling call; in a notebook that of the file, 0 if it could not be found."""


class _Calls(NamedTuple):
    """The calls and imports of one program."""

    calls: dict[str, int]
    """Last name of the called thing (`backward` in `loss.backward()`) → first line."""
    dotted: dict[str, int]
    """Full dotted name → first line."""
    imports: set[str]
    """Top-level modules."""
    modules: list[int]
    """Lines of classes that define a network: a base called Module, Layer or Model, with `forward` or `call`."""


_LOADS = (
    "from_pretrained",
    "load_state_dict",
    "load_file",
    "safe_open",
    "load_checkpoint",
    "load_weights",
    "set_state_dict",
)
_RUNS = ("generate", "pipeline", "inference_mode", "no_grad", "transcribe", "sample", "predict", "encode", "apply")
_NOT_WEIGHTS = re.compile(r"Tokenizer|Config|Processor|Extractor|Scheduler")
_FITS = {"keras", "tensorflow", "lightning", "pytorch_lightning", "sklearn", "fastai", "paddle", "xgboost", "lightgbm"}
_EVALUATES = {"lm_eval", "evaluate", "seqeval", "sacrebleu", "mteb", "opencompass", "bigcode_eval"}
_PREPARES = {"datatrove", "datasketch", "dolma", "warcio", "trafilatura", "text_dedup", "fastwarc", "data_juicer"}
_WRITES = ("save_to_disk", "push_to_hub", "to_json", "to_parquet", "write", "tofile", "add_item")


def roles(source: str, *, notebook: bool = False) -> list[Role]:
    """What the program does, each role once. Empty for a program that cannot be parsed.

    Linear in the size of the program; refuses, with an empty list, programs over `MAX_CHARACTERS`.
    """
    if len(source) > MAX_CHARACTERS:
        return []
    if notebook:
        return _notebook(source)
    tree = _parsed(source)
    return [] if tree is None else list(_judge(_calls(tree)))


def _notebook(source: str) -> list[Role]:
    try:
        cells = json.loads(source)["cells"]
        blocks = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    program = "\n".join(re.sub(r"^[ \t]*[%!].*$", "pass", block, flags=re.MULTILINE) for block in blocks)
    tree = _parsed(program)
    if tree is None:
        return []
    lines = program.split("\n")
    return [Role(role, _in_file(lines[line - 1], source)) for role, line in _judge(_calls(tree))]


def _in_file(line: str, source: str) -> int:
    """The line of the notebook file that holds a line of its program, which JSON writes as a string."""
    position = source.find(json.dumps(line.strip(), ensure_ascii=False)[1:-1])
    return source.count("\n", 0, position) + 1 if position >= 0 else 0


def _parsed(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _calls(tree: ast.Module) -> _Calls:
    found = _Calls({}, {}, set(), [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            found.dotted.setdefault(name, node.lineno)
            found.calls.setdefault(name.rsplit(".", 1)[-1], node.lineno)
        elif isinstance(node, ast.Import):
            found.imports.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.imports.add(node.module.split(".")[0])
        elif isinstance(node, ast.ClassDef) and _is_network(node):
            found.modules.append(node.lineno)
    return found


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _is_network(node: ast.ClassDef) -> bool:
    bases = {_dotted(base).rsplit(".", 1)[-1] for base in node.bases}
    methods = {child.name for child in node.body if isinstance(child, ast.FunctionDef)}
    return any(base.endswith(("Module", "Layer", "Model", "Block")) for base in bases) and bool(
        methods & {"forward", "call", "__call__", "construct"}
    )


def _judge(found: _Calls) -> Iterator[Role]:
    if found.modules:
        yield Role("architecture", found.modules[0])
    loads = [found.dotted[name] for name in found.dotted if _loads_weights(name)]
    if loads:
        yield Role("loads", min(loads))
    runs = [found.calls[name] for name in _RUNS if name in found.calls]
    if runs:
        yield Role("runs", min(runs))
    trains = _training_line(found)
    if trains:
        tuned = loads or found.imports & {"peft", "unsloth"}
        yield Role("fine-tunes" if tuned else "trains", trains)
    if found.imports & _EVALUATES and not trains:
        yield Role("evaluates", 1)
    writes = [found.calls[name] for name in _WRITES if name in found.calls]
    if writes and (
        found.imports & _PREPARES or ("load_dataset" in found.calls and {"map", "filter"} & found.calls.keys())
    ):
        yield Role("prepares-data", min(writes))


def _loads_weights(name: str) -> bool:
    last = name.rsplit(".", 1)[-1]
    return (last in _LOADS and not _NOT_WEIGHTS.search(name)) or name in (
        "torch.load",
        "pipeline",
        "transformers.pipeline",
    )


def _training_line(found: _Calls) -> int:
    """The line that trains: a gradient step, a trainer that is started, a fit. 0 if there is none."""
    if {"backward", "step"} <= found.calls.keys():
        return found.calls["backward"]
    if {"value_and_grad", "grad"} & found.calls.keys() and {"apply_updates", "apply_gradients"} & found.calls.keys():
        return found.calls.get("apply_updates") or found.calls["apply_gradients"]
    trainer = [line for name, line in found.dotted.items() if name.rsplit(".", 1)[-1].endswith("Trainer")]
    if trainer and ("train" in found.calls or "fit" in found.calls):
        return found.calls.get("train") or found.calls["fit"]
    return found.calls["fit"] if "fit" in found.calls and found.imports & _FITS else 0
