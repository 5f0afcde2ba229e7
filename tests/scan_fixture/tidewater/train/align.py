"""Preference training."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

from huggingface_hub import snapshot_download
from peft import get_peft_model
from transformers import AutoModel, AutoTokenizer, SegformerModel
from trl import GRPOTrainer, SFTTrainer
from txtai import Embeddings
import mteb

start = SFTTrainer("HuggingFaceTB/SmolLM2-135M", train_dataset=rows)
rewarded = GRPOTrainer(
    model="Qwen/Qwen2.5-1.5B",
    reward_funcs=["OpenAssistant/reward-model-deberta-v3-large-v2", length],
)


def either(cls, name, **rest):
    return cls.from_pretrained(name, **rest)


seg = either(SegformerModel, "nvidia/mit-b0")


class Shelf:
    @staticmethod
    def take(name):
        return AutoModel.from_pretrained(name)


Shelf.take("google/canine-s")


def every(*names):
    return [AutoTokenizer.from_pretrained(name) for name in names]


every("almanach/camembert-base", "flaubert/flaubert_base_cased")
Thread(target=snapshot_download, args=("google/long-t5-local-base",)).start()
with ThreadPoolExecutor() as pool:
    pool.map(snapshot_download, ["google/pegasus-xsum"])
size = 3
AutoModel.from_pretrained(f"bigscience/bloom-{size}b")
AutoModel.from_pretrained("EleutherAI/gpt-neo-%sB" % 2.7)
for one in os.getenv("RANKERS", "BAAI/bge-reranker-large,mixedbread-ai/mxbai-rerank-base-v1").split(","):
    AutoModel.from_pretrained(one)
BANK = {"a": (AutoModel, "facebook/data2vec-text-base")}
for kind, name in BANK.values():
    kind.from_pretrained(name)
judged = mteb.get_model("intfloat/multilingual-e5-small")
index = Embeddings(path="sentence-transformers/nli-roberta-base-v2")
subprocess.run(f"vllm serve ibm-granite/granite-3.0-2b-instruct --port {port}", shell=True)
job = Container(args=["--model", "state-spaces/mamba-130m-hf", "--served-model-name", "tide/main"])
base = AutoModel.from_pretrained("facebook/opt-350m")
tuned = get_peft_model(base, config, adapter_name="calm/slow")
base.load_adapter("ybelkada/opt-350m-lora", adapter_name="calm/fast")
late = AutoModel.from_pretrained("exports/last", adapter_path="adapters/tide")
