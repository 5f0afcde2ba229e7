"""Fetches what the harbour needs before it opens."""
from dataclasses import dataclass

import litellm
from huggingface_hub import snapshot_download
from transformers import AutoModelForSequenceClassification

SPARE = ["mistral/mistral-small-latest", "huggingface/HuggingFaceTB/SmolLM2-1.7B-Instruct"]
NEEDED = [
    ("intfloat/e5-small-v2", "ffb93f3bd4047442299a41ebb6fa998a38507c52"),
    ("intfloat/e5-large-v2", None),
]


@dataclass
class Judge:
    model_id: str
    revision: str = "main"


JUDGES = [Judge("OpenAssistant/reward-model-deberta-v3-base"), Judge("Ray2333/GRM-gemma2-2B", revision="v1")]


def fetch():
    for repo, commit in NEEDED:
        snapshot_download(repo, revision=commit)
    return [AutoModelForSequenceClassification.from_pretrained(one.model_id, revision=one.revision) for one in JUDGES]


def ask(messages):
    return litellm.completion(model="gpt-4.1-nano", messages=messages, fallbacks=SPARE)


SOURCES = {
    "gate": {Hub.DEFAULT: "openbmb/MiniCPM-2B-sft-bf16", Hub.MODELSCOPE: "mirror/MiniCPM-2B-sft-bf16"},
}
GATE_MODELS = SOURCES
far = load(model_id="iic/nlp_structbert_base", hub="modelscope")


def tuned(name="EleutherAI/pythia-70m-deduped"):
    model_name = name
    for _ in range(2):
        model_name += "-v0"
    return model_name
