"""The web service."""

import json
import subprocess
from functools import lru_cache

import gradio as gr
import requests
from keras_hub.models import GemmaCausalLM
from transformers import AutoModel, AutoTokenizer

from tidewater.serve import registry
from tidewater.serve.registry import DEFAULTS, Registry

demo = gr.load("models/Salesforce/blip-image-captioning-base")
space = gr.load("spaces/tidewater/port-map")
gemma = GemmaCausalLM.from_preset("hf://google/gemma-2-2b-it")
process = subprocess.Popen(["vllm", "serve", "ibm-granite/granite-3.1-8b-instruct", "--port", "8000"])
subprocess.run("ollama pull phi3:mini", shell=True, check=True)
subprocess.run(["git", "clone", "https://github.com/ggml-org/llama.cpp"], check=True)
weights = requests.get("https://huggingface.co/lightonai/modernbert-embed-base/resolve/main/model.safetensors", timeout=60)
pinned = requests.get(
    "https://huggingface.co/prajjwal1/bert-tiny/resolve/6f75de8b60a9f8a2fdf7b69cbd86d9e64bcb3837/pytorch_model.bin",
    timeout=60,
)
card = requests.get("https://huggingface.co/tidewater", timeout=5)
routed = AutoModel.from_pretrained(Registry.ENCODER)
default = AutoModel.from_pretrained(DEFAULTS["model"])
dotted = AutoTokenizer.from_pretrained(registry.TOKENIZER)
unset = AutoTokenizer.from_pretrained(registry.MISSING)


@lru_cache
def settings() -> dict:
    with open("config.json") as file:
        return json.load(file)


def headers(accept: str = "application/vnd.api+json") -> dict:
    return {"Accept": accept, "User-Agent": "tidewater/0.8"}


def route(app) -> None:
    app.get("/models/{name}")(settings)


MODEL_VIEWER = {"modelUrl": "assets/crane.glb"}
LICENSES = ["MIT/Apache-2.0", "GPL/LGPL"]
