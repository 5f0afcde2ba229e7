"""Answers with sources."""

import os

import litellm
import ollama
from anthropic import Anthropic
from huggingface_hub import InferenceClient
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from litellm import completion
from llama_index.llms.huggingface import HuggingFaceLLM
from openai import OpenAI

from tidewater.settings import GENERATOR_ID

API_URL = "https://api-inference.huggingface.co/models/google/flan-t5-xl"
HEADERS = {"Content-Type": "application/json", "Accept": "text/event-stream"}
DATA_URL = "https://huggingface.co/datasets/rajpurkar/squad"
SPACE_URL = "https://huggingface.co/spaces/tidewater/demo"
DOCS = "https://huggingface.co/docs/transformers"
ROUTES = {"model": "/v1/models", "health": "/healthz"}

os.environ.setdefault("TIDE_CHAT", "CohereForAI/aya-expanse-8b")


def ask(question: str, model: str = "HuggingFaceTB/SmolLM2-1.7B-Instruct") -> str:
    """Ask the hosted model, as in ask("...", "org/name")."""
    client = InferenceClient(model)
    return client.text_generation(question)


aya = InferenceClient(model=os.environ["TIDE_CHAT"])
hosted = InferenceClient("meta-llama/Llama-3.3-70B-Instruct", provider="together")
via_litellm = completion(model="huggingface/bigcode/starcoder2-15b", messages=[])
via_ollama = litellm.completion(
    model="ollama/llama3.1",
    messages=[{"role": "user", "content": "gpt-4 or claude-3?"}],
)
closed = litellm.completion(model="openai/gpt-4.1", messages=[])
bedrock = litellm.completion("bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0", [])
chat = ollama.chat(model="qwen2.5:7b-instruct", messages=[])
vectors = ollama.embed("nomic-embed-text", input="x")
lc = ChatOllama(model="mistral-nemo:12b", temperature=0)
gpt = ChatOpenAI(model="gpt-4o")
oss = ChatOpenAI(model="openai/gpt-oss-120b", base_url="http://vllm:8000/v1")
judge = Anthropic().messages.create(model="claude-3-7-sonnet-latest", max_tokens=20, messages=[])
raw = OpenAI().chat.completions.create(
    messages=[],
    model="o3-mini",
)
local = HuggingFaceLLM(
    model_name="stabilityai/stablelm-zephyr-3b",
    tokenizer_name="stabilityai/stablelm-2-zephyr-1_6b",
)
same = HuggingFaceLLM(model_name=GENERATOR_ID)
