"""Text generation on our own machines."""

import torch
from llama_cpp import Llama
from mlx_lm import load as load_mlx
from peft import AutoPeftModelForCausalLM, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig, pipeline
from unsloth import FastLanguageModel
from vllm import LLM, SamplingParams
import huggingface_hub as hub
from huggingface_hub import hf_hub_download, snapshot_download

from tidewater.settings import DATASET, GENERATOR_ID, GENERATOR_REVISION, OUTPUT_DIR

tokenizer = AutoTokenizer.from_pretrained(GENERATOR_ID, revision=GENERATOR_REVISION)
model = AutoModelForCausalLM.from_pretrained(
    GENERATOR_ID,
    torch_dtype=torch.bfloat16,
    revision=GENERATOR_REVISION,
)
adapted = PeftModel.from_pretrained(model, "tloen/alpaca-lora-7b")
named = PeftModel.from_pretrained(model=model, model_id="predibase/customer_support")
own = PeftModel.from_pretrained(model, OUTPUT_DIR)
auto = AutoPeftModelForCausalLM.from_pretrained("ybelkada/opt-350m-lora")
quick, _ = FastLanguageModel.from_pretrained(model_name="unsloth/gemma-2-9b-it-bnb-4bit", load_in_4bit=True)
engine = LLM(model="deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", revision="main")
speculative = LLM("microsoft/Phi-3.5-mini-instruct", tokenizer="microsoft/Phi-3-mini-4k-instruct")
gguf = Llama.from_pretrained(
    repo_id="bartowski/Llama-3.2-3B-Instruct-GGUF",
    filename="*Q4_K_M.gguf",
)
on_disk = Llama(model_path="/srv/models/llama.gguf")
apple, _ = load_mlx("mlx-community/Mistral-7B-Instruct-v0.3-4bit")
old = pipeline("text-generation", model="gpt2")
positional = pipeline("summarization", "sshleifer/distilbart-cnn-12-6")
labels = pipeline(
    task="zero-shot-classification",
    model="MoritzLaurer/deberta-v3-large-zeroshot-v2.0",
    revision="cf44676c28ba7312e5c5f8f8d2c22b3e0c9cdae2",
)
task_only = pipeline("sentiment-analysis")
no_name = pipeline("text-generation", model=model)
folder = snapshot_download(repo_id="01-ai/Yi-1.5-9B-Chat", revision="v1.0")
again = hub.snapshot_download("tiiuae/Falcon3-7B-Instruct", allow_patterns=["*.json"])
one = hf_hub_download("TheBloke/zephyr-7B-beta-GGUF", "zephyr-7b-beta.Q5_K_M.gguf")
two = hf_hub_download(filename="config.json", repo_id="allenai/OLMo-2-1124-7B")
data = hf_hub_download("HuggingFaceFW/fineweb-edu", "sample.parquet", repo_type="dataset")
corpus = snapshot_download(
    "allenai/dolma",
    revision="main",
    repo_type="dataset",
)
space = snapshot_download("gradio/calculator", repo_type="space")
rows = hf_hub_download(DATASET, "rows.csv", repo_type="dataset")
cached = AutoModelForCausalLM.from_pretrained(
    "/root/.cache/huggingface/hub/models--EleutherAI--pythia-410m/snapshots/9879c9b5f8bea9051dcb0e68dff21493d67e9d4f"
)
checkpoint = AutoModelForCausalLM.from_pretrained("models/checkpoint-500")
here = AutoTokenizer.from_pretrained(".")
parent = AutoTokenizer.from_pretrained("../shared/tokenizer")
print("Loading facebook/opt-66b would take an hour")
