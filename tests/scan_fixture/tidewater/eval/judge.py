"""Compares answers."""

import dspy
import evaluate
from bertopic import BERTopic
from gliner import GLiNER
from optimum.onnxruntime import ORTModelForSequenceClassification
from setfit import SetFitModel
from outlines import models
from sentence_transformers import SentenceTransformer

from tidewater.rag import DEFAULT_EMBEDDER

MODELS_UNDER_TEST = (
    dict(name="baseline", model="EleutherAI/gpt-neo-1.3B"),
    dict(name="candidate", model="bigscience/bloom-560m", revision="ac2ae5fab2ce3f9f40dc79b5ca9f637430d24971"),
)
METRICS = {"task": "glue/mrpc", "split": "train/test"}

dspy.configure(lm=dspy.LM("ollama_chat/gemma2:9b"))
score = evaluate.load("bertscore")
score.compute(predictions=[], references=[], model_type="microsoft/deberta-xlarge-mnli")
tags = GLiNER.from_pretrained("urchade/gliner_medium-v2.1")
topics = BERTopic(embedding_model="sentence-transformers/paraphrase-MiniLM-L3-v2")
onnx = ORTModelForSequenceClassification.from_pretrained("optimum/distilbert-base-uncased-finetuned-sst-2-english", export=False)
fits = SetFitModel.from_pretrained("StatsGary/setfit-ft-sentinent-eval")
same = SentenceTransformer(DEFAULT_EMBEDDER)
guided = models.transformers("HuggingFaceTB/SmolLM-360M-Instruct")
assert "org/name".count("/") == 1
