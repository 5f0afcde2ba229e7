"""Who answers which question."""

import dspy
import litellm
import requests
from langchain.chat_models import init_chat_model
from llama_index.core import Settings
from llama_index.llms.gemini import Gemini
from openai import AsyncOpenAI, OpenAI
from smolagents import Tool, TransformersModel

HOSTED = "https://router.huggingface.co/hf-inference/models/"

settled = litellm.completion(model="hosted_vllm/Qwen/Qwen2.5-14B-Instruct", messages=[])
rented = litellm.completion("together_ai/mistralai/Mixtral-8x22B-Instruct-v0.1", [])
routed = litellm.completion(model="openrouter/anthropic/claude-3.5-haiku", messages=[])
writer = dspy.LM("deepinfra/microsoft/WizardLM-2-8x22B")
chooser = init_chat_model("llama3.2", model_provider="ollama")
asked = init_chat_model("together:deepseek-ai/DeepSeek-V3")
Settings.embed_model = "local:BAAI/bge-large-en-v1.5"
gemini = Gemini(model="models/gemini-1.5-flash")

own = AsyncOpenAI(base_url="http://localhost:8000/v1", api_key="none")
near = OpenAI(base_url="http://localhost:11434/v1", api_key="none")


async def ask(text):
    await own.chat.completions.create(model="Qwen/Qwen2.5-32B-Instruct-AWQ", messages=text)
    near.chat.completions.create(model="mistral-nemo", messages=text)
    requests.post("http://localhost:11434/api/chat", json={"model": "granite3.1-dense", "messages": text})


def mood(text):
    return requests.post(HOSTED + "SamLowe/roberta-base-go_emotions", json={"inputs": text}).json()


def hosted(text, which):
    return requests.post(f"{HOSTED}{which}", json={"inputs": text}).json()


hosted("ahoy", "facebook/bart-large-mnli")
small = TransformersModel("HuggingFaceTB/SmolLM2-360M-Instruct")
draw = Tool.from_space("black-forest-labs/FLUX.1-schnell", name="draw", description="draws")
tool = Tool.from_hub("tidewater/map-tool", trust_remote_code=True)
memory = {"llm": {"provider": "ollama", "config": {"model": "qwen2.5:3b", "temperature": 0}}}
routes = [{"model_name": "tidewater/answers", "litellm_params": {"model": "vllm/google/gemma-2-27b-it"}}]
requests.get("https://huggingface.co/openai/clip-vit-large-patch14/resolve/main/photo.png")
