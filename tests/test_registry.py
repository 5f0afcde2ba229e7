"""The bundled registry: every descriptor is valid and unique, every verdict is pinned, every label agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import openness
from openness import definitions
from openness.assess import assess
from openness.errors import SourceError
from openness.licensing.conclude import conclude
from openness.sources import descriptor, registry

PINNED = Path(__file__).parent / "registry_verdicts.json"
SCHEMA = json.loads(
    (Path(openness.__file__).parent / "schemas" / "descriptor-1.schema.json").read_text(encoding="utf-8")
)
ENTRIES = registry.entries()
HEADLINE = definitions.load("openness")


def verdicts() -> dict[str, list[str]]:
    """Release, and each id whose verdict differs from its family's → at_least, at_most, licence of the weights."""
    found = {}
    for entry in ENTRIES:
        family: list[str] = []
        for name in (entry.release, *entry.covers):
            release = conclude(descriptor.release(entry, name, name, ""))
            (verdict,) = definitions.verdicts([HEADLINE], release)
            license_ = release.component("model-parameters").license.expression.text
            row = [verdict.at_least, verdict.at_most, license_]
            if name == entry.release:
                family = found[name] = row
            elif row != family:
                found[name] = row
    return found


def test_every_verdict_is_pinned() -> None:
    """After a deliberate change, write the file anew: python tests/test_registry.py, and review its diff."""
    assert verdicts() == json.loads(PINNED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.release)
def test_entry(entry: descriptor.Descriptor) -> None:
    path = registry.FOLDER / Path(entry.path).name
    assert entry.release.replace("/", "__") == path.stem
    jsonschema.validate(yaml.load(path.read_bytes(), yaml.BaseLoader) | typed(path), SCHEMA)
    for origin in entry.sources.values():
        assert origin.url.startswith("https://")
    for name in (entry.release, *entry.covers):
        assert registry.lookup(name.upper()).name == (name if name != entry.release else registry.lookup(name).name)


def typed(path: Path) -> dict[str, Any]:
    """The descriptor as an editor's YAML reader sees it: booleans are booleans, dates stay text."""

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own
            first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:bool"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    found: dict[str, Any] = yaml.load(path.read_bytes(), Loader)
    return found


def test_names_are_unique() -> None:
    owners: dict[str, str] = {}
    for entry in ENTRIES:
        for name in {one.lower() for one in (entry.release, *entry.covers, *entry.names)}:
            assert owners.setdefault(name, entry.release) == entry.release, name


def test_it_is_large_enough_to_be_useful() -> None:
    assert len(ENTRIES) >= 45
    for entry in ENTRIES:
        assert entry.covers or entry.names


WANTED = {
    "open-weight": "openai/gpt-oss-20b openai/gpt-oss-120b deepseek-ai/DeepSeek-R1 Qwen/Qwen3-8B baidu/ERNIE-4.5-300B-A47B-PT "
    "xai-org/grok-1 google/gemma-4-E2B-it gpt-oss Qwen3 grok-1 deepseek-ai/DeepSeek-V3-0324 Qwen/Qwen2.5-7B-Instruct",
    "weights-available": "deepseek-ai/DeepSeek-V3 deepseek-ai/DeepSeek-R1-Distill-Llama-8B google/gemma-3-27b-it google/gemma-2b "
    "meta-llama/Llama-2-7b-hf meta-llama/Meta-Llama-3-8B meta-llama/Llama-3.1-8B-Instruct meta-llama/Llama-3.2-1B "
    "meta-llama/Llama-3.3-70B-Instruct meta-llama/Llama-4-Scout-17B-16E-Instruct bigscience/bloom bigcode/starcoder2-15b "
    "xai-org/grok-2 Qwen/Qwen2.5-3B Qwen/Qwen2.5-72B-Instruct Qwen/Qwen-7B",
    "open-source": "EleutherAI/pythia-70m allenai/OLMo-7B LLM360/Amber LLM360/CrystalCoder google-t5/t5-base t5-small",
    "closed": "gpt-4 claude gemini",
}  # fmt: skip


@pytest.mark.parametrize(
    ("level", "name"), [(level, name) for level, names in WANTED.items() for name in names.split()]
)
def test_well_known_releases(level: str, name: str) -> None:
    found = assess(name).headline
    assert found.at_least == level
    assert level == "open-source" or found.at_most == level


def test_kimi_is_for_a_person_to_judge() -> None:
    found = assess("moonshotai/Kimi-K2-Instruct").headline
    assert (found.at_least, found.at_most) == ("weights-available", "open-weight")
    assert [one.rule for one in found.results if one.kind.value == "review"] == ["osaid-1.0/parameters-terms"]


@pytest.mark.parametrize(
    ("typed_", "near"),
    [
        ("openai/gpt-oss-20", "openai/gpt-oss-20b"),
        ("lama-3.1", "llama3.1"),
        ("Qwen/Qwen3-8b-base", "Qwen/Qwen3-8B-Base"),
    ],
)
def test_near_misses(typed_: str, near: str) -> None:
    try:
        assert registry.lookup(typed_).name.lower() == near.lower()
    except SourceError as problem:
        assert near.lower() in problem.message.lower()


def test_a_stranger_is_told_what_to_do() -> None:
    with pytest.raises(SourceError, match="give its model card"):
        registry.lookup("zzzzzzzz/qqqqqqqq")


LABELS = {
    "gpt-oss-120b / 20b": "openai/gpt-oss-120b",
    "DeepSeek-V3 (Dec 2024)": "deepseek-ai/DeepSeek-V3",
    "DeepSeek-R1": "deepseek-ai/DeepSeek-R1",
    "DeepSeek-R1-Distill-Llama-8B/70B": "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
    "Qwen-7B/14B/72B (2023)": "Qwen/Qwen-14B",
    "Qwen-1.8B (2023)": "Qwen/Qwen-1_8B",
    "Qwen2.5 (0.5B,1.5B,7B,14B,32B)": "Qwen/Qwen2.5-0.5B",
    "Qwen2.5-3B": "Qwen/Qwen2.5-3B",
    "Qwen2.5-72B": "Qwen/Qwen2.5-72B",
    "Qwen3": "Qwen/Qwen3",
    "ERNIE 4.5": "baidu/ERNIE-4.5",
    "ERNIE 1.0-3.0 (2019-2023)": "nghuyong/ernie",
    "Kimi-K2": "moonshotai/Kimi-K2",
    "Grok-1": "xai-org/grok-1",
    "Gemma 1/2/3": "google/gemma-2",
    "LLaMA 1": "meta-llama/llama-1",
    "Llama 2": "meta-llama/Llama-2",
    "Llama 3": "meta-llama/Meta-Llama-3",
    "Llama 3.1": "meta-llama/Llama-3.1",
    "Llama 3.2": "meta-llama/Llama-3.2",
    "Llama 3.3": "meta-llama/Llama-3.3",
    "Llama 4": "meta-llama/Llama-4",
    "OLMo (1, 2, 3)": "allenai/Olmo-3",
    "Pythia": "EleutherAI/pythia",
    "BLOOM": "bigscience/bloom",
    "Phi-3-mini": "microsoft/Phi-3-mini-4k-instruct",
    "Mixtral 8x7B": "mistralai/Mixtral-8x7B-v0.1",
    "Yi / Yi-1.5": "01-ai/Yi-1.5",
    "DBRX": "databricks/dbrx",
    "FLUX.1 [dev]": "black-forest-labs/FLUX.1-dev",
    "FLUX.1 [schnell]": "black-forest-labs/FLUX.1-schnell",
    "Whisper": "openai/whisper",
    "Meta-Llama-3-8B (Hub card)": "meta-llama/Meta-Llama-3-8B",
    "GPT-2 XL": "openai-community/gpt2-xl",
    "ChatGPT / GPT-4": "openai/gpt-4",
}


def test_labels_agree(corpus: Path) -> None:
    labels = [json.loads(line) for line in (corpus / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {label["model"] for label in labels} == set(LABELS)
    for label in labels:
        found = assess(LABELS[label["model"]]).headline
        got = (found.at_least, found.at_most)
        if label["level"].startswith("review"):
            assert got == ("weights-available", "open-weight"), label["model"]
        elif label["level"] == "undetermined":
            assert got[0] != got[1], label["model"]
        elif label["level"] == "open-source":
            assert got == ("open-source", "open-source-open-data"), label["model"]
        else:
            assert got == (label["level"], label["level"]), label["model"]


WEIGHTS = {
    "Apache-2.0": "gpt-oss-120b / 20b|Qwen2.5 (0.5B,1.5B,7B,14B,32B)|Qwen3|ERNIE 4.5|ERNIE 1.0-3.0 (2019-2023)|Grok-1|OLMo (1, 2, 3)|Pythia|Mixtral 8x7B|Yi / Yi-1.5|FLUX.1 [schnell]",
    "MIT": "DeepSeek-R1|Phi-3-mini|Whisper|GPT-2 XL",
    "LicenseRef-deepseek-1.0": "DeepSeek-V3 (Dec 2024)",
    "LicenseRef-llama-3.3": "DeepSeek-R1-Distill-Llama-8B/70B|Llama 3.3",
    "LicenseRef-tongyi-qianwen": "Qwen-7B/14B/72B (2023)",
    "LicenseRef-tongyi-qianwen-research": "Qwen-1.8B (2023)",
    "LicenseRef-qwen-research": "Qwen2.5-3B",
    "LicenseRef-qwen": "Qwen2.5-72B",
    "LicenseRef-kimi-k2-modified-mit": "Kimi-K2",
    "LicenseRef-gemma": "Gemma 1/2/3",
    "LicenseRef-llama-1": "LLaMA 1",
    "LicenseRef-llama-2": "Llama 2",
    "LicenseRef-llama-3": "Llama 3|Meta-Llama-3-8B (Hub card)",
    "LicenseRef-llama-3.1": "Llama 3.1",
    "LicenseRef-llama-3.2": "Llama 3.2",
    "LicenseRef-llama-4": "Llama 4",
    "LicenseRef-bigscience-bloom-rail-1.0": "BLOOM",
    "LicenseRef-databricks-open-model": "DBRX",
    "LicenseRef-flux-1-dev-nc": "FLUX.1 [dev]",
    "NOASSERTION": "ChatGPT / GPT-4",
}
"""Licence of the weights → the labels that say so in `weights_licence`."""


def test_labels_and_the_concluded_license() -> None:
    expected = {label: one for one, labels in WEIGHTS.items() for label in labels.split("|")}
    assert set(expected) == set(LABELS)
    for label, name in LABELS.items():
        found = assess(name, also=[]).release.component("model-parameters").license
        print(f"\n{label:36} {found.expression.text} ({found.status})", end="")
        assert found.status != "concluded" or expected[label] in found.expression.text.split(" AND "), label


if __name__ == "__main__":
    rows = ",\n".join(f" {json.dumps(name)}: {json.dumps(row)}" for name, row in verdicts().items())
    PINNED.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
