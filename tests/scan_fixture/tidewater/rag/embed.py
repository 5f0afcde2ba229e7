"""Vectors for passages."""

import os

from langchain_huggingface import HuggingFaceEmbeddings, HuggingFaceEndpoint
from sentence_transformers import CrossEncoder, SentenceTransformer
from fastembed import TextEmbedding
from FlagEmbedding import BGEM3FlagModel

from tidewater import settings
from ..settings import RERANKER, EMBEDDER as NAME
from .names import SPARSE, SMALL, TABLE

# model = SentenceTransformer("sentence-transformers/gtr-t5-base")
small = SentenceTransformer("all-MiniLM-L6-v2")
dense = SentenceTransformer(NAME, device="cpu")
again = SentenceTransformer(settings.EMBEDDER)
nomic = SentenceTransformer(
    model_name_or_path="nomic-ai/nomic-embed-text-v1.5",
    revision="b0753ae76394dd36bcfb912a46018088bca48be0",
    trust_remote_code=True,
)
sparse = SentenceTransformer(SPARSE)
multi = SentenceTransformer(TABLE["multilingual"])
rerank = CrossEncoder("cross-encoder/ms-marco-MiniLM-L-6-v2", max_length=512)
stronger = CrossEncoder(RERANKER)
bare = CrossEncoder("ms-marco-TinyBERT-L-2-v2")
chain = HuggingFaceEmbeddings(model_name="sentence-transformers/all-mpnet-base-v2")
remote = HuggingFaceEndpoint(repo_id="HuggingFaceH4/zephyr-7b-beta", task="text-generation")
other = HuggingFaceEndpoint(model=os.environ.get("TIDE_LLM") or "mistralai/Mistral-7B-Instruct-v0.3")
fast = TextEmbedding(model_name="BAAI/bge-small-en-v1.5")
m3 = BGEM3FlagModel("BAAI/bge-m3", use_fp16=True)
nv = SentenceTransformer("nvidia/NV-Embed-v2", model_kwargs={"code_revision": "c50d55f43bde7e6a18e0eaa15a62fd63a930f1a1"})
local = SentenceTransformer("./models/embedder")
saved = SentenceTransformer("outputs/embedder-v2")
absolute = SentenceTransformer("/data/models/e5")
chosen = SentenceTransformer(os.environ["TIDE_EMBEDDER"])
tiny = SentenceTransformer(SMALL)


def load(name):
    """Load any embedder.

    >>> load("intfloat/e5-small-v2")
    """
    return SentenceTransformer(f"intfloat/{name}")
