"""Names shared by all parts.

The default generator used to be tiiuae/falcon-7b-instruct.
"""

from dataclasses import dataclass, field
from enum import Enum
import os

from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings

ORG = "BAAI"
EMBEDDER = "BAAI/bge-base-en-v1.5"
RERANKER = f"{ORG}/bge-reranker-v2-m3"
GENERATOR_ID = "Qwen/Qwen2.5-7B-Instruct"
GENERATOR_REVISION = "3f1c0a9be4d75a62c8f3b1d90e6a7245bb8c1d02"
LAYOUT_MODEL = os.getenv("TIDE_LAYOUT_MODEL", "microsoft/layoutlmv3-base")
OUTPUT_DIR = "outputs/tide-ner"
DATASET = "tidewater-data/manifests"
CONTENT_TYPE = "application/json"
UPSTREAM = "huggingface/transformers"
DATE_FORMAT = "day/month"
TIMEZONE = "Europe/Lisbon"


class Speech(str, Enum):
    """Speech models by size."""

    SMALL = "openai/whisper-small"
    LARGE = "openai/whisper-large-v3"


@dataclass
class Summariser:
    """What makes the morning digest."""

    model_name: str = "facebook/bart-large-cnn"
    max_length: int = 180
    fallbacks: int = 2
    output_dir: str = "runs/digest"


class Translation(BaseModel):
    """How letters are translated."""

    model_id: str = Field(default="Helsinki-NLP/opus-mt-pt-en", description="any MarianMT model")
    tokenizer: str = Field("Helsinki-NLP/opus-mt-tc-big-en-pt", min_length=1)
    media: str = "text/plain"


class Settings(BaseSettings):
    """Read from the environment."""

    embedding_model: str = "intfloat/multilingual-e5-large"
    guard_model: str = "meta-llama/Llama-Guard-3-8B"
    chat_model: str = "gpt-4o-mini"
    example_model: str = "your-org/your-model"
    model_path: str = "./models/local"
