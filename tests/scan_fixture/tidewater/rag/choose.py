"""Which model answers which customer."""

import os
import sys
from functools import partial
from typing import Final

from transformers import AutoModel, AutoModelForSeq2SeqLM, AutoTokenizer, T5ForConditionalGeneration

BIG: Final = "google/flan-t5-xxl"
BIG_ENOUGH = "google/flan-t5-large"
PREFIX = "google"
CANDIDATES = [
    "google/mt5-small",
    "google/byt5-small",
    "./local/mt5",
]
BY_LANGUAGE = {
    "de": "dbmdz/bert-base-german-cased",
    "fr": "almanach/camembert-base",
}
PORTS = {"PT": "Lisbon/Sines", "NL": "Rotterdam/Vlissingen"}
OPTIONS = {
    "model_name": "bigscience/mt0-base",
    "output": "results/mt0",
    "max_new_tokens": 64,
}

flan = T5ForConditionalGeneration.from_pretrained(BIG if "--big" in sys.argv else BIG_ENOUGH)
ternary = AutoModelForSeq2SeqLM.from_pretrained(
    "google/madlad400-3b-mt"
    if os.path.exists("/gpu")
    else "google/t5-efficient-tiny"
)
built = AutoTokenizer.from_pretrained(f"{PREFIX}/umt5-base")
glued = AutoTokenizer.from_pretrained(PREFIX + "/long-t5-local-base")
percent = AutoTokenizer.from_pretrained("%s/%s" % (sys.argv[1], sys.argv[2]))
formatted = AutoTokenizer.from_pretrained("google/{}".format(sys.argv[1]))
env = AutoModel.from_pretrained(os.getenv("TIDE_ENCODER", default="answerdotai/ModernBERT-base"))
nothing = AutoModel.from_pretrained(os.getenv("TIDE_NOTHING"))
typed = AutoModel.from_pretrained(sys.argv[1])

lazy = partial(AutoModel.from_pretrained, "google/reformer-crime-and-punishment")
spread = AutoModel.from_pretrained(**{"pretrained_model_name_or_path": "google/fnet-large"})
if (picked := os.getenv("TIDE_PICKED", "google/muril-base-cased")):
    AutoTokenizer.from_pretrained(picked)

for candidate in CANDIDATES:
    AutoTokenizer.from_pretrained(candidate)


def encoder(language: str, *, fallback: str = "FacebookAI/xlm-roberta-base"):
    """The encoder for a language; "google-bert/bert-base-multilingual-cased" was slower."""
    return AutoModel.from_pretrained(BY_LANGUAGE.get(language, fallback))


def own():
    """A constant of the same name, but a folder of ours."""
    BIG = "./models/own-flan"
    return T5ForConditionalGeneration.from_pretrained(BIG)


class Encoder:
    """An encoder with a default of its own."""

    MODEL = "microsoft/mdeberta-v3-base"
    revision = "a0484667b22365f84929a935b5e50a51f71f159d"

    def __init__(self):
        self.tokenizer_name = "microsoft/deberta-v3-small"
        self.model = AutoModel.from_pretrained(self.MODEL, revision=self.revision)
        self.tokenizer = AutoTokenizer.from_pretrained(self.tokenizer_name)

    def reload(self, path):
        return AutoModel.from_pretrained(path)
