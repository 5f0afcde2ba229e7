"""Models in Python files and notebooks. Each line of an example says behind `# use:` which models it uses."""

from __future__ import annotations

import json
import re
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.discover import imports, notebook, python
from openness.discover.names import Named
from openness.discover.source import Source, use
from openness.errors import SourceError
from openness.usage import Use

SHA = "9f1c2d3e4b5a69788796a5b4c3d2e1f001122334"

CALLS = f'''
from transformers import AutoModel, AutoTokenizer, pipeline
import transformers as tf
m = AutoModel.from_pretrained("acme-labs/falcon-mini")                       # use: acme-labs/falcon-mini
m = AutoModel.from_pretrained("acme-labs/falcon-mini", revision="{SHA}")     # use: acme-labs/falcon-mini@{SHA}
m = AutoModel.from_pretrained(
    pretrained_model_name_or_path="acme-labs/falcon-mini",                   # use: acme-labs/falcon-mini@v2
    revision="v2",
)
t = tf.AutoTokenizer.from_pretrained("bert-base-uncased")                    # use: bert-base-uncased
c = pipeline("text-generation", model="acme-labs/falcon-chat")               # use: acme-labs/falcon-chat
c = pipeline("fill-mask", "bert-base-cased")                                 # use: bert-base-cased
c = tf.pipeline(task="x", model="acme-labs/x1", tokenizer="acme-labs/x2")    # use: acme-labs/x1, acme-labs/x2
c = pipeline("sentiment-analysis")
load = AutoModel.from_pretrained
load("acme-labs/alias")                                                      # use: acme-labs/alias
'''

LIBRARIES = """
import gradio as gr
import timm, torch, litellm, ollama, open_clip
from peft import PeftModel
from sentence_transformers import SentenceTransformer, CrossEncoder
from huggingface_hub import snapshot_download, hf_hub_download, InferenceClient
from langchain_ollama import ChatOllama
from faster_whisper import WhisperModel
from mlx_lm import load
from vllm import LLM, SamplingParams
p = PeftModel.from_pretrained(base, "acme-labs/adapter")                     # use: acme-labs/adapter
e = SentenceTransformer("all-MiniLM-L6-v2")                                  # use: sentence-transformers/all-MiniLM-L6-v2
e = SentenceTransformer("acme-labs/embed", device="cpu")                     # use: acme-labs/embed
e = SentenceTransformer("bert-base-uncased")                                 # use: bert-base-uncased
r = CrossEncoder("ms-marco-MiniLM-L-6-v2")                                   # use: cross-encoder/ms-marco-MiniLM-L-6-v2
snapshot_download(repo_id="acme-labs/whole", revision="main")                # use: acme-labs/whole@main
hf_hub_download("acme-labs/part-GGUF", "part.Q4.gguf")                       # use: acme-labs/part-GGUF
hf_hub_download("acme-labs/pairs", "x.csv", repo_type="dataset")
snapshot_download(repo_id="acme-labs/demo", repo_type="space")
timm.create_model("resnet50", pretrained=True)                               # use: timm:resnet50
timm.create_model("resnet18")
timm.create_model("resnet34", pretrained=False)
timm.create_model("hf-hub:acme-labs/vit", pretrained=True)                   # use: acme-labs/vit
torch.hub.load("pytorch/vision:v0.10.0", "resnet18")                         # use: torchhub:pytorch/vision@v0.10.0
torch.hub.load("./local/clone", "net", source="local")
litellm.completion(model="huggingface/acme-labs/lm", messages=[])            # use: acme-labs/lm
litellm.completion("ollama/llama3.1", [])                                    # use: ollama:llama3.1
litellm.completion(model="gpt-4o-mini", messages=[])                         # use: api:gpt-4o-mini
ollama.chat(model="mistral", messages=[])                                    # use: ollama:mistral
ollama.pull("phi3:mini")                                                     # use: ollama:phi3:mini
chat = ChatOllama(model="llama3.1:8b")                                       # use: ollama:llama3.1:8b
client = ollama.Client(host="http://x")
client.generate(model="qwen2.5", prompt="hi")                                # use: ollama:qwen2.5
w = WhisperModel("large-v3", device="cuda")                                  # use: Systran/faster-whisper-large-v3
model, tok = load("mlx-community/Falcon-4bit")                               # use: mlx-community/Falcon-4bit
llm = LLM("acme-labs/serve", dtype="auto")                                   # use: acme-labs/serve
llm = LLM(model="acme-labs/serve2", tokenizer="acme-labs/tok")               # use: acme-labs/serve2, acme-labs/tok
pipe.load_lora_weights("acme-labs/lora", weight_name="w.safetensors")        # use: acme-labs/lora
i = AutoPeftModelForCausalLM.from_pretrained("acme-labs/own-adapter")        # use: acme-labs/own-adapter
gr.load("models/acme-labs/graded")                                           # use: acme-labs/graded
requests.post("https://api-inference.huggingface.co/models/acme-labs/api")   # use: acme-labs/api
i = InferenceClient("acme-labs/hosted")                                      # use: acme-labs/hosted
open_clip.create_model_and_transforms("hf-hub:acme-labs/clip")               # use: acme-labs/clip
class Chat:
    def __init__(self):
        self.client = ollama.AsyncClient()
    def go(self):
        return self.client.chat("gemma2")                                    # use: ollama:gemma2
"""

CONSTANTS = f'''
import os
from os import getenv
from transformers import AutoModel
ORG = "acme-labs"
SIZE = "7b"
NAME = f"{{ORG}}/falcon-{{SIZE}}"                                            # use: acme-labs/falcon-7b@{SHA}
PIN = "{SHA}"
AutoModel.from_pretrained(NAME, revision=PIN)                                # use: acme-labs/falcon-7b@{SHA}
AutoModel.from_pretrained(ORG + "/plus")                                     # use: acme-labs/plus
AutoModel.from_pretrained("%s/percent" % ORG)                                # use: acme-labs/percent
AutoModel.from_pretrained("%s/%s-b" % (ORG, "two"))                          # use: acme-labs/two-b
AutoModel.from_pretrained("{{}}/format".format(ORG))                         # use: acme-labs/format
AutoModel.from_pretrained("{{0}}/f-{{1}}".format(ORG, SIZE))                 # use: acme-labs/f-7b
AutoModel.from_pretrained("{{org}}/named".format(org=ORG))                   # use: acme-labs/named
AutoModel.from_pretrained("/".join([ORG, "joined"]))                         # use: acme-labs/joined
AutoModel.from_pretrained(os.path.join(ORG, "path-joined"))                  # use: acme-labs/path-joined
AutoModel.from_pretrained(f"{{ORG}}/{{unknown}}")
AutoModel.from_pretrained("hf-hub:" + unknown)
AutoModel.from_pretrained(os.getenv("WHICH", "acme-labs/env"))               # use: acme-labs/env
AutoModel.from_pretrained(os.environ.get("WHICH", default="acme-labs/env2")) # use: acme-labs/env2
AutoModel.from_pretrained(getenv("WHICH") or "acme-labs/env3")               # use: acme-labs/env3
AutoModel.from_pretrained(os.environ["WHICH"])
AutoModel.from_pretrained(os.environ["CHOSEN"])                              # use: acme-labs/set
os.environ["CHOSEN"] = "acme-labs/set"                                       # use: acme-labs/set
AutoModel.from_pretrained("acme-labs/yes" if fast else "acme-labs/no")       # use: acme-labs/yes, acme-labs/no
os.environ.setdefault("OTHER", "acme-labs/set2")                             # use: acme-labs/set2
AutoModel.from_pretrained(os.environ["OTHER"])                               # use: acme-labs/set2
AutoModel.from_pretrained(
    "acme-labs/yes"                                                          # use: acme-labs/yes
    if fast
    else "acme-labs/no"                                                      # use: acme-labs/no
)
TABLE = {{
    "small": "acme-labs/s",                                                  # use: acme-labs/s
    "large": "acme-labs/l",                                                  # use: acme-labs/l
    "deep": {{"hub": "acme-labs/d"}},                                        # use: acme-labs/d
}}
AutoModel.from_pretrained(TABLE["small"])                                    # use: acme-labs/s
AutoModel.from_pretrained(TABLE[size])                                       # use: acme-labs/s, acme-labs/l
AutoModel.from_pretrained(TABLE.get("large", "acme-labs/fallback"))          # use: acme-labs/l, acme-labs/fallback
AutoModel.from_pretrained(TABLE["deep"]["hub"])                              # use: acme-labs/d
LIST = ["acme-labs/a", "acme-labs/b"]                                        # use: acme-labs/a, acme-labs/b
AutoModel.from_pretrained(LIST[1])                                           # use: acme-labs/b
for one in LIST:
    AutoModel.from_pretrained(one)                                           # use: acme-labs/a, acme-labs/b
for number, one in enumerate(LIST):
    AutoModel.from_pretrained(one)                                           # use: acme-labs/a, acme-labs/b
for key, value in [("k", "acme-labs/pair")]:                                 # use: acme-labs/pair
    AutoModel.from_pretrained(value)                                         # use: acme-labs/pair
all_of_them = [AutoModel.from_pretrained(x) for x in ("acme-labs/comp",)]    # use: acme-labs/comp
'''

SCOPES = """
from functools import partial
from transformers import AutoModel
name = "acme-labs/first"                                                     # use: acme-labs/first
AutoModel.from_pretrained(name)                                              # use: acme-labs/first
name = "acme-labs/second"                                                    # use: acme-labs/second
AutoModel.from_pretrained(name)                                              # use: acme-labs/second
if fast:
    pick = "acme-labs/fast"                                                  # use: acme-labs/fast
    AutoModel.from_pretrained(pick)                                          # use: acme-labs/fast
else:
    pick = "acme-labs/slow"                                                  # use: acme-labs/slow
    AutoModel.from_pretrained(pick)                                          # use: acme-labs/slow
AutoModel.from_pretrained(pick)                                              # use: acme-labs/fast, acme-labs/slow

def fetch(name, device="cpu"):
    return AutoModel.from_pretrained(name).to(device)

def outer(which):
    return fetch(which)

fetch("acme-labs/wrapped")                                                   # use: acme-labs/wrapped
fetch(device="cuda", name="acme-labs/wrapped2")                              # use: acme-labs/wrapped2
outer("acme-labs/twice")                                                     # use: acme-labs/twice

def default(which="acme-labs/default"):                                      # use: acme-labs/default
    return AutoModel.from_pretrained(which)                                  # use: acme-labs/default

class Loader:
    CHECKPOINT = "acme-labs/attribute"                                       # use: acme-labs/attribute
    hidden = "acme-labs/hidden"                                              # use: acme-labs/hidden

    def __init__(self, which):
        self.which = which
        self.other = "acme-labs/other"                                       # use: acme-labs/other

    @property
    def where(self):
        return "acme-labs/property"                                          # use: acme-labs/property

    def run(self):
        AutoModel.from_pretrained(self.which)
        AutoModel.from_pretrained(self.other)                                # use: acme-labs/other
        AutoModel.from_pretrained(self.where)                                # use: acme-labs/property
        AutoModel.from_pretrained(self.hidden)                               # use: acme-labs/hidden

Loader("acme-labs/given")                                                    # use: acme-labs/given
AutoModel.from_pretrained(Loader.CHECKPOINT)                                 # use: acme-labs/attribute
make = partial(AutoModel.from_pretrained, "acme-labs/partial")               # use: acme-labs/partial

def chosen():
    return "acme-labs/returned"                                              # use: acme-labs/returned

AutoModel.from_pretrained(chosen())                                          # use: acme-labs/returned
"""

NAMES = f'''
import argparse, os
from dataclasses import dataclass, field
from enum import Enum
from pydantic import BaseModel, Field
MODEL_ID = "acme-labs/constant"                                              # use: acme-labs/constant
EMBEDDING_MODEL: str = "acme-labs/annotated"                                 # use: acme-labs/annotated
MODELS = ["acme-labs/m1", "acme-labs/m2"]                                    # use: acme-labs/m1, acme-labs/m2
MODEL_MAP = {{"a": "acme-labs/m3", "b": {{"name": "acme-labs/m4", "kind": "x/y"}}}}  # use: acme-labs/m3, acme-labs/m4
PINNED_MODEL_ID = "acme-labs/pinned"                                         # use: acme-labs/pinned@{SHA}
PINNED_MODEL_REVISION = "{SHA}"
config = {{"model_id": "acme-labs/entry", "revision": "{SHA}"}}              # use: acme-labs/entry@{SHA}
config["model_name"] = "acme-labs/set"                                       # use: acme-labs/set
settings.default_model = "acme-labs/attr"                                    # use: acme-labs/attr
anything(model_name="acme-labs/keyword")                                     # use: acme-labs/keyword
openai.chat.completions.create(model="gpt-4o")                               # use: api:gpt-4o
openai.chat.completions.create(model="openai/gpt-oss-120b")                  # use: openai/gpt-oss-120b
x = os.getenv("RERANKER_MODEL", "acme-labs/rank")                            # use: acme-labs/rank
y = settings.get("model_name", "acme-labs/get")                              # use: acme-labs/get
z = getattr(settings, "model", "acme-labs/getattr")                          # use: acme-labs/getattr
w = model_name or "acme-labs/or"                                             # use: acme-labs/or
v = model_name if model_name else "acme-labs/ifelse"                         # use: acme-labs/ifelse

@dataclass
class Settings:
    embedding_model: str = "acme-labs/field"                                 # use: acme-labs/field
    judge_llm: str = field(default="acme-labs/field2")                       # use: acme-labs/field2
    models: list = field(default_factory=lambda: ["acme-labs/field3"])       # use: acme-labs/field3

class More(BaseModel):
    model_name: str = Field("acme-labs/pydantic", description="which")       # use: acme-labs/pydantic
    model_id: str = Field(default="acme-labs/pydantic2")                     # use: acme-labs/pydantic2

class ModelName(str, Enum):
    SMALL = "acme-labs/enum"                                                 # use: acme-labs/enum

def serve(port=80, *, model_path="acme-labs/parameter"):                     # use: acme-labs/parameter
    pass

def get_model_name():
    return "acme-labs/result"                                                # use: acme-labs/result

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="acme-labs/argparse")                 # use: acme-labs/argparse
parser.add_argument("-c", "--checkpoint", default="acme-labs/argparse2")     # use: acme-labs/argparse2
parser.add_argument("--which", default="bert-base-cased")                    # use: bert-base-cased
args = parser.parse_args()
AutoModel.from_pretrained(args.which)                                        # use: bert-base-cased
flags.DEFINE_string("model_name", "acme-labs/absl", "help")                  # use: acme-labs/absl

@click.option("--model-id", default="acme-labs/click")                       # use: acme-labs/click
def cli(model_id):
    AutoModel.from_pretrained(model_id)                                      # use: acme-labs/click

@app.command()
def typed(model: str = typer.Option("acme-labs/typer", "--model")):          # use: acme-labs/typer
    pass

@pytest.mark.parametrize("model_id, n", [("acme-labs/param", 1)])            # use: acme-labs/param
def test_it(model_id, n):
    pass

URL = "https://huggingface.co/acme-labs/linked/resolve/main/w.bin"           # use: acme-labs/linked@main
open_it("hf://acme-labs/fs/config.json")                                     # use: acme-labs/fs
'''

MORE = """
import asyncio, os, sys
from types import SimpleNamespace
from transformers import AutoModel
kind = AutoModelForCausalLM if large else AutoModel
kind.from_pretrained("acme-labs/either")                                     # use: acme-labs/either
SIZES = dict(small="acme-labs/d1", big="acme-labs/d2")                       # use: acme-labs/d1
AutoModel.from_pretrained(SIZES["small"])                                    # use: acme-labs/d1
nested = {"model": {"name": "acme-labs/n1", "revision": "v1"}, "tokenizer": "acme-labs/n2"}  # use: acme-labs/n1@v1, acme-labs/n2
arguments = {"pretrained_model_name_or_path": "gpt2-medium", "revision": "v3"}               # use: gpt2-medium@v3
AutoModel.from_pretrained(**arguments)
PAIRS = {"x": ("acme-labs/t1", "v7")}                                        # use: acme-labs/t1@v7
where, which = PAIRS["x"]
AutoModel.from_pretrained(where, revision=which)                             # use: acme-labs/t1@v7
some = ["acme-labs/l1"] + ["acme-labs/l2"]                                   # use: acme-labs/l1, acme-labs/l2
for one in [*some, "acme-labs/l3"]:                                          # use: acme-labs/l3
    AutoModel.from_pretrained(one)                                           # use: acme-labs/l1, acme-labs/l2, acme-labs/l3

@dataclass
class Spec:
    place: str
    bits: int = 4

for spec in [Spec("acme-labs/s1", 4), Spec(place="acme-labs/s2")]:           # use: acme-labs/s1, acme-labs/s2
    AutoModel.from_pretrained(spec.place)                                    # use: acme-labs/s1, acme-labs/s2

match size:
    case "a":
        chosen = "acme-labs/m1"                                              # use: acme-labs/m1
        AutoModel.from_pretrained(chosen)                                    # use: acme-labs/m1
    case _:
        chosen = "acme-labs/m2"                                              # use: acme-labs/m2
AutoModel.from_pretrained(chosen)                                            # use: acme-labs/m1, acme-labs/m2

class Base:
    name = None
    def load(self):
        return AutoModel.from_pretrained(self.name)

class Child(Base):
    name = "acme-labs/child"                                                 # use: acme-labs/child
    def load(self):
        return AutoModel.from_pretrained(self.name)                          # use: acme-labs/child

def configured(cfg):
    return AutoModel.from_pretrained(cfg.model.name)

async def main():
    await asyncio.to_thread(AutoModel.from_pretrained, "acme-labs/thread")   # use: acme-labs/thread

simple_evaluate(model="hf", model_args="pretrained=acme-labs/eval,revision=v2,dtype=float")  # use: acme-labs/eval@v2
Agent("openai:gpt-4o")                                                       # use: api:openai:gpt-4o
space = SimpleNamespace(model="acme-labs/space")                             # use: acme-labs/space
AutoModel.from_pretrained(space.model)                                       # use: acme-labs/space
argv = sys.argv[1] if len(sys.argv) > 1 else "acme-labs/argv"                # use: acme-labs/argv
AutoModel.from_pretrained(argv)                                              # use: acme-labs/argv
if (bound := "acme-labs/walrus"):                                            # use: acme-labs/walrus
    AutoModel.from_pretrained(bound)                                         # use: acme-labs/walrus
parser.set_defaults(model="acme-labs/defaults")                              # use: acme-labs/defaults
AutoModel.from_pretrained(Path("acme-labs") / "path")
CACHED = "/c/models--acme-labs--cached/snapshots/9f1c2d3e4b5a69788796a5b4c3d2e1f001122334"   # use: acme-labs/cached@9f1c2d3e4b5a69788796a5b4c3d2e1f001122334
tokens = model(inputs)("acme-labs/not-called")
"""

WRAPPERS = """
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from transformers import AutoModel, SamModel
from huggingface_hub import snapshot_download
def load(cls, name, **kw):
    return cls.from_pretrained(name, **kw)
load(SamModel, "acme-labs/class-given")                                      # use: acme-labs/class-given
class Zoo:
    @classmethod
    def get(cls, name):
        return AutoModel.from_pretrained(name)
    @staticmethod
    def stat(name):
        return AutoModel.from_pretrained(name)
    def both(self, kind, place):
        return kind.from_pretrained(place)
Zoo.get("acme-labs/zoo1")                                                    # use: acme-labs/zoo1
Zoo.stat("acme-labs/zoo2")                                                   # use: acme-labs/zoo2
Zoo().both(AutoModel, "acme-labs/zoo3")                                      # use: acme-labs/zoo3
requests.get("acme-labs/no-zoo")
def every(*names):
    for name in names:
        AutoModel.from_pretrained(name)
every("acme-labs/v1", "acme-labs/v2")                                        # use: acme-labs/v1, acme-labs/v2
async def later(n):
    return await asyncio.to_thread(AutoModel.from_pretrained, n)
later("acme-labs/later")                                                     # use: acme-labs/later
list(map(AutoModel.from_pretrained, ["acme-labs/m1", "acme-labs/m2"]))       # use: acme-labs/m1, acme-labs/m2
with ThreadPoolExecutor() as pool:
    pool.submit(snapshot_download, repo_id="acme-labs/sub")                  # use: acme-labs/sub
Thread(target=snapshot_download, args=("acme-labs/thread",)).start()         # use: acme-labs/thread
AutoModel.from_pretrained(*["acme-labs/star"])                               # use: acme-labs/star
PAIRS = {"a": (AutoModel, "acme-labs/p1")}                                   # use: acme-labs/p1
for cls, name in PAIRS.values():
    cls.from_pretrained(name)                                                # use: acme-labs/p1
class Encoder(SentenceTransformer):
    def __init__(self):
        super().__init__("acme-labs/base")                                   # use: acme-labs/base
class Chat:
    NAME = "acme-labs/own"                                                   # use: acme-labs/own
    def go(self):
        AutoModel.from_pretrained(type(self).NAME)                           # use: acme-labs/own
        AutoModel.from_pretrained(self.__class__.NAME)                       # use: acme-labs/own
"""

TOGETHER = """
import os, subprocess
from collections import namedtuple
from enum import Enum
from transformers import AutoModel
n = 13
AutoModel.from_pretrained(f"acme-labs/x-{n}b")                               # use: acme-labs/x-13b
AutoModel.from_pretrained("acme-labs/x-%d" % 7)                              # use: acme-labs/x-7
AutoModel.from_pretrained("acme-labs/%(size)s" % {"size": "7b"})             # use: acme-labs/7b
AutoModel.from_pretrained("hub!acme-labs/pre".removeprefix("hub!"))          # use: acme-labs/pre
AutoModel.from_pretrained("acme-labs_under".replace("_", "/"))               # use: acme-labs/under
for m in "acme-labs/s1 acme-labs/s2".split():                                # use: acme-labs/s1, acme-labs/s2
    AutoModel.from_pretrained(m)                                             # use: acme-labs/s1, acme-labs/s2
parts = ["acme-labs", "parts"]
AutoModel.from_pretrained("/".join(parts))                                   # use: acme-labs/parts
class Size(Enum):
    SMALL = "acme-labs/small"                                                # use: acme-labs/small
for one in Size:
    AutoModel.from_pretrained(one.value)                                     # use: acme-labs/small
Spec = namedtuple("Spec", "place bits")
for spec in [Spec("acme-labs/tuple", 3)]:                                    # use: acme-labs/tuple
    AutoModel.from_pretrained(spec.place)                                    # use: acme-labs/tuple
os.environ.update({"WHICH": "acme-labs/updated"})                            # use: acme-labs/updated
AutoModel.from_pretrained(os.environ["WHICH"])                               # use: acme-labs/updated
monkeypatch.setenv("MODEL_ID", "acme-labs/env")                              # use: acme-labs/env
models = [{"name": "acme-labs/llm-d1"}]                                      # use: acme-labs/llm-d1
models.append("acme-labs/llm-d2")                                            # use: acme-labs/llm-d2
models += ["acme-labs/llm-d3"]                                               # use: acme-labs/llm-d3
MODELS["new"] = Spec(name="acme-labs/llm-d4")                                # use: acme-labs/llm-d4
register_model("acme-labs/llm-d5")                                           # use: acme-labs/llm-d5
delete_model("acme-labs/llm-d6")
config.get("llm", "model", fallback="acme-labs/fallback")                    # use: acme-labs/fallback
V1EnvVar(name="MODEL_ID", value="acme-labs/variable")                        # use: acme-labs/variable
variable = {"name": "MODEL_ID", "value": "acme-labs/variable2"}              # use: acme-labs/variable2
Container(args=["--model=acme-labs/c1", "--lora", "acme-labs/c2"])           # use: acme-labs/c1, acme-labs/c2
subprocess.run(f"vllm serve acme-labs/c3 --port {port}", shell=True)         # use: acme-labs/c3
image.run_commands("hf download acme-labs/c4", "hf download acme-labs/c5")   # use: acme-labs/c4, acme-labs/c5
command = ["vllm", "serve", "acme-labs/c6"] + extra                          # use: acme-labs/c6
subprocess.run(command)

@pytest.fixture(params=["acme-labs/fixture"])                                # use: acme-labs/fixture
def model_id(request):
    return request.param

@click.option("--kind", type=click.Choice(["acme-labs/choice"]))               # use: acme-labs/choice
def main(kind):
    AutoModel.from_pretrained(kind)                                          # use: acme-labs/choice
"""

SERVICES = """
import dspy, litellm, mteb, replicate, requests, timm
from openai import OpenAI
from trl import GRPOTrainer, SFTTrainer
from txtai import Embeddings
litellm.completion(model="hosted_vllm/acme-labs/g1")                         # use: acme-labs/g1
litellm.completion(model="huggingface/together/acme-labs/g2")                # use: acme-labs/g2
litellm.completion(model="groq/acme-labs/g3")                                # use: acme-labs/g3
litellm.completion(model="openrouter/openai/gpt-4o")                         # use: api:openrouter/openai/gpt-4o
litellm.completion(model="groq")
init_chat_model("together:acme-labs/g4")                                     # use: acme-labs/g4
init_chat_model("llama3.1", model_provider="ollama")                         # use: ollama:llama3.1
Gemini(model="models/gemini-1.5-flash")                                      # use: api:models/gemini-1.5-flash
resolve_embed_model("local:acme-labs/local")                                 # use: acme-labs/local
SFTTrainer("acme-labs/sft")                                                  # use: acme-labs/sft
GRPOTrainer(model="acme-labs/g5", reward_funcs=["acme-labs/rm", fn])         # use: acme-labs/g5, acme-labs/rm
mteb.get_model("acme-labs/mteb", revision="r1")                              # use: acme-labs/mteb@r1
Embeddings(path="acme-labs/index")                                           # use: acme-labs/index
Embeddings({"path": "acme-labs/index2", "content": True})                    # use: acme-labs/index2
replicate.run("acme-labs/hosted", input={})                                  # use: acme-labs/hosted
timm.create_model("resnet50", True)                                          # use: timm:resnet50
client = OpenAI(base_url="http://localhost:11434/v1")
client.chat.completions.create(model="llama3")                               # use: ollama:llama3
requests.post("http://localhost:11434/api/chat", json={"model": "phi3"})     # use: ollama:phi3
HOST = "https://router.huggingface.co/hf-inference/models/"
requests.post(HOST + "acme-labs/i1", json=x)                                 # use: acme-labs/i1
requests.post(f"{HOST}acme-labs/i2", json=x)                                 # use: acme-labs/i2
def query(payload, which):
    return requests.post(f"{HOST}{which}", json=payload)
query({}, "acme-labs/i3")                                                    # use: acme-labs/i3
load_image("https://huggingface.co/acme-labs/pictures/resolve/main/a.png")
memory = {"provider": "ollama", "config": {"model": "gemma2"}}               # use: ollama:gemma2
ROUTES = [{"model_name": "acme-labs/nick", "litellm_params": {"model": "vllm/acme-labs/r1"}}]  # use: acme-labs/r1
model.load_adapter("acme-labs/a1", adapter_name="tone/slow")                 # use: acme-labs/a1
Tool.from_hub("acme-labs/tool")
gr.load("acme-labs/app", src="spaces")
"""

OTHERS = """
class Car(Base):
    make = Column(String, default="Volvo")
    model = Column(String, default="Volvo/V70")
def find(model="Audi/A4"): pass
car = Car(make="x", model="Seat/Ibiza")
CAMERA_MODEL = "Nikon/Z6"
adapter = "http/requests"
classifier = "tools/lint"
checkpoint = "stage/three"
tokenizer = "standard/lowercase"
device = {"model": "HP/Laser-400", "serial": "1/2"}
parser.add_argument("--model", choices=["linear/fast", "tree/slow"])
os.getenv("MODEL", "printer/epson")
"""

ALONE = """
model = mlflow.load("google/bert-thing")
answer = llm("google/bert", stop="a/b")
MODEL = "acme-labs/tiny-8b-instruct"                                         # use: acme-labs/tiny-8b-instruct
reranker = "acme-labs/strong"                                                # use: acme-labs/strong
"""

TRAPS = '''
"""AutoModel.from_pretrained("acme-labs/docstring")"""
from datasets import load_dataset
from modelscope import snapshot_download as ms_download
from transformers import AutoModel
# AutoModel.from_pretrained("acme-labs/comment")
load_dataset("acme-labs/data")
load_dataset(path="acme-labs/data", tokenizer="acme-labs/data")
DATA_MODEL = "acme-labs/data2"
load_dataset(DATA_MODEL)
pair = "acme-labs/no-context"
headers = {"Content-Type": "application/json", "repo": "acme-labs/code"}
ms_download("damo/acme_speech")
AutoModel.from_pretrained("./models/local")
AutoModel.from_pretrained("final")
AutoModel.from_pretrained(cast("str", somewhere))
AutoModel.from_pretrained("/data/weights/x")
AutoModel.from_pretrained("models/checkpoint-500")
AutoModel.from_pretrained("your-org/your-model")
AutoModel.from_pretrained("<owner>/<repo>")
AutoModel.from_pretrained(f"{org}/name")
AutoModel.from_pretrained(path)
model.push_to_hub("acme-labs/mine")
args = TrainingArguments(output_dir="acme-labs/out", hub_model_id="acme-labs/mine")
gr.load("spaces/acme-labs/space")
page = "https://huggingface.co/acme-labs/page"
model.save_pretrained("acme-tuned/final")
AutoModel.from_pretrained("acme-tuned/final")
scene = load_scene(modelUrl="/static/chair.glb", model="props/chair.glb")
model_dir = "acme/dir"
if model_name == "acme-labs/compared":
    print("acme-labs/printed")
print("see https://huggingface.co/acme-labs/page for details")
pd.read_csv("hf://datasets/acme-labs/table/x.csv")
gradio_client.Client("acme-labs/space")

def function():
    """model = "acme-labs/inner-docstring" """
    return None
'''

EXAMPLES = {
    "calls": CALLS,
    "libraries": LIBRARIES,
    "constants": CONSTANTS,
    "scopes": SCOPES,
    "names": NAMES,
    "more": MORE,
    "wrappers": WRAPPERS,
    "together": TOGETHER,
    "services": SERVICES,
    "others": OTHERS,
    "alone": ALONE,
    "traps": TRAPS,
}


def expected(code: str) -> set[tuple[int, str, str, str | None]]:
    """(line, kind, model, revision) as the comments say."""
    found = set()
    for number, line in enumerate(code.split("\n"), 1):
        for one in line.partition("# use: ")[2].split(", ") if "# use: " in line else []:
            kind, _, rest = re.match(r"(?:(timm|torchhub|ollama|api)(:))?(.*)", one.strip()).groups()  # type: ignore[union-attr]
            model, _, revision = rest.partition("@")
            found.add((number, kind or "hub", model, revision or None))
    return found


def seen(code: str, files: dict[str, str] | None = None) -> set[tuple[int, str, str, str | None]]:
    return {
        (one.line, one.kind, one.model, one.revision)
        for one in python.find(Source("app/main.py", code), (files or {}).get)
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    found, wanted = seen(EXAMPLES[name]), expected(EXAMPLES[name])
    assert (sorted(wanted - found, key=str), sorted(found - wanted, key=str)) == ([], [])


SIBLINGS = {
    "app/config.py": 'WHICH = "acme-labs/sibling"\nclass Settings:\n    embedder: str = "all-mini"\nsettings = Settings()\n',
    "app/deep/__init__.py": "from .inner import *\nfrom ..config import WHICH as AGAIN\n",
    "app/deep/inner.py": 'HERE = "acme-labs/star"\n',
    "app/helpers.py": "from transformers import AutoModel\ndef get(name):\n    return AutoModel.from_pretrained(name)\n",
    "src/lib.py": 'ONE = "acme-labs/src"\n',
}


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("from .config import WHICH\nload(WHICH)", "acme-labs/sibling"),
        ("from app.config import WHICH as W\nload(W)", "acme-labs/sibling"),
        ("from config import WHICH\nload(WHICH)", "acme-labs/sibling"),
        ("from . import config\nload(config.WHICH)", "acme-labs/sibling"),
        ("import app.config\nload(app.config.WHICH)", "acme-labs/sibling"),
        ("import app.config as c\nload(c.WHICH)", "acme-labs/sibling"),
        ("from .config import settings\nST(settings.embedder)", "sentence-transformers/all-mini"),
        ("from .config import Settings\nST(Settings().embedder)", "sentence-transformers/all-mini"),
        ("from .deep import HERE\nload(HERE)", "acme-labs/star"),
        ("from app.deep import AGAIN\nload(AGAIN)", "acme-labs/sibling"),
        ("from lib import ONE\nload(ONE)", "acme-labs/src"),
        ('from .helpers import get\nget("acme-labs/through")', "acme-labs/through"),
        ('from app import helpers\nhelpers.get("acme-labs/through")', "acme-labs/through"),
    ],
)
def test_siblings(code: str, model: str) -> None:
    setup = "from transformers import AutoModel; load = AutoModel.from_pretrained\nfrom sentence_transformers import SentenceTransformer as ST\n"
    assert seen(setup + code, SIBLINGS) == {(4, "hub", model, None)}


@pytest.mark.parametrize(
    "code",
    [
        "print 'python 2'",
        "def broken(:",
        "a\0b",
        "x = '\ud800'",
        "-" * 200_000 + "1",
        "1" + "+1" * 100_000,
        "a" + ".b" * 100_000,
        "lambda:" * 50_000 + "1",
        "[" * 5_000 + "]" * 5_000,
        "x" * 500_001,
    ],
    ids=str.__len__,
)
def test_what_is_not_python_is_an_error_with_its_path(code: str) -> None:
    with pytest.raises(SourceError) as caught:
        list(python.find(Source("a.py", code)))
    assert caught.value.path == "a.py"


@pytest.mark.parametrize(
    "code",
    [
        "a = b\nb = a\nfrom_pretrained(a)",
        "def f():\n    return f()\nx.from_pretrained(f())",
        "from a import x\nx.from_pretrained(x)",
        "class A(A):\n    pass\nx.from_pretrained(A.b)",
        "".join(f"x{n} = x{n + 1} + x{n + 1}\n" for n in range(100)) + "x.from_pretrained(x0)",
        "x = " + " + ".join(["'a/b'"] * 300) + "\ny.from_pretrained(x)",
        "for x in x:\n    y.from_pretrained(x)",
        "m = [m, m]\ny.from_pretrained(m)",
    ],
)
def test_circles_end(code: str) -> None:
    assert seen(code, {"a.py": "from a import x", "app/main.py": code}) == set()


def test_lines_of_a_text_within_a_text() -> None:
    whole = Source("f.yml", "a\nb\nc\nd\n")
    assert [whole.at(3, "x\ny").line(number) for number in (1, 2, 9)] == [3, 4, 4]
    assert whole.at(2, "x\ny\nz").at(2, "p\nq").line(2) == 4
    assert Source("n", "x\ny", (7, 9)).at(2, "y").line(1) == 9
    found = use(whole.at(2, "run: x\n  go y  "), Named("acme-labs/m", "hub", SHA), 2, "test")
    assert (found.line, found.quote, found.revision, found.pinned) == (3, "go y", SHA, True)


def cells(*sources: object, kind: str = "code", language: str = "python") -> str:
    metadata = {"kernelspec": {"language": language}}
    made = [
        {"cell_type": kind, "outputs": [{"text": ["from_pretrained('acme-labs/out')"]}], "source": one}
        for one in sources
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4}, indent=1)


def in_notebook(content: str) -> list[tuple[str, str]]:
    """(model, the line of the file it was found on)."""
    lines = content.split("\n")
    return [(one.model, lines[one.line - 1].strip()) for one in notebook.find(Source("n.ipynb", content))]


def test_a_notebook_is_one_program_with_the_lines_of_its_file() -> None:
    content = cells(
        ["%pip install x\n", "%env WHICH=acme-labs/env\n", "import os\n", 'NAME = "acme-labs/cell"'],
        [
            "!ls {NAME}\n",
            "files = !ls \\\n",
            "  -l\n",
            "await x.from_pretrained(NAME)\n",
            "x.from_pretrained(os.environ['WHICH'])",
        ],
        "%%time\nx.from_pretrained('gpt2')",
        "%%html\n<b>x.from_pretrained('acme-labs/html')</b>",
        "not python at all",
        "x.from_pretrained?",
    )
    assert in_notebook(content) == [
        ("acme-labs/env", '"%env WHICH=acme-labs/env\\n",'),
        ("acme-labs/cell", '"NAME = \\"acme-labs/cell\\""'),
        ("acme-labs/cell", '"await x.from_pretrained(NAME)\\n",'),
        ("acme-labs/env", "\"x.from_pretrained(os.environ['WHICH'])\""),
        ("gpt2", '"source": "%%time\\nx.from_pretrained(\'gpt2\')"'),
    ]


def echo(source: Source, look: object = None) -> list[Use]:
    """A finder that reports each word `acme-labs/…` of what it is given."""
    lines = source.content.split("\n")
    words = [(number, word.strip("'\"")) for number, line in enumerate(lines, 1) for word in line.split()]
    return [
        use(source, Named(word, "hub"), number, source.path) for number, word in words if word.startswith("acme-labs/")
    ]


def test_commands_go_to_the_finder_of_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openness.discover.shell", SimpleNamespace(find=echo))
    monkeypatch.setitem(sys.modules, "openness.discover.config", SimpleNamespace(find=echo))
    code = """
import os, subprocess
NAME = "acme-labs/c1"
os.system("pull acme-labs/c0")
subprocess.run(["serve", NAME,
    "--draft", "acme-labs/c2", unknown])
thread.run("acme-labs/no-command")
words = ["serve",
    "acme-labs/c3"]
subprocess.Popen(words)
"""
    assert {one[::2] for one in seen(code)} == {
        (4, "acme-labs/c0"),
        (5, "acme-labs/c1"),
        (6, "acme-labs/c2"),
        (9, "acme-labs/c3"),
    }
    content = cells(
        ["NAME = 'acme-labs/n1'\n", "!pull {NAME} \\\n", "  --quiet\n", "!pull acme-labs/${X}"],
        ["%%bash\n", "pull acme-labs/n2"],
        ["%%writefile conf.yaml\n", "model: acme-labs/n3"],
    )
    assert in_notebook(content) == [
        ("acme-labs/n1", '"!pull {NAME} \\\\\\n",'),
        ("acme-labs/${X}", '"!pull acme-labs/${X}"'),
        ("acme-labs/n2", '"pull acme-labs/n2"'),
        ("acme-labs/n3", '"model: acme-labs/n3"'),
    ]


def test_line_magics_run_the_rest_of_their_line() -> None:
    content = cells(
        "%time AutoModel.from_pretrained('acme-labs/timed')",
        "%timeit -n 1 -r 1 AutoModel.from_pretrained('acme-labs/often')",
        "%%time x = AutoModel.from_pretrained('acme-labs/whole')",
        "%run train.py --model_name_or_path acme-labs/run",
        "!{sys.executable} -m vllm.entrypoints.openai.api_server --model acme-labs/python",
        "?AutoModel\nAutoModel.from_pretrained('acme-labs/help')",
    )
    assert {model for model, _ in in_notebook(content)} == {
        f"acme-labs/{name}" for name in ("timed", "often", "whole", "run", "python", "help")
    }


def test_what_a_notebook_does_not_run_is_not_read() -> None:
    assert in_notebook(cells("x.from_pretrained('acme-labs/text')", kind="markdown")) == []
    assert in_notebook(cells("x.from_pretrained('acme-labs/r')", language="R")) == []


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"cells": [', '{"cells": 1}', "[" * 100_000, '{"a": "\x01"}', '"' + "\\" * 99_999]
)
def test_what_is_no_notebook_is_an_error(content: str) -> None:
    with pytest.raises(SourceError):
        list(notebook.find(Source("n.ipynb", content)))


def test_a_file_may_be_forgotten_only_when_nobody_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "KEPT", 0)
    files = {"app/names.py": "MODEL = 'acme-labs/text'\n", "app/other.py": "from names import MODEL\n"}
    code = (
        "import os\nos.system(\"python -c 'import names; x.from_pretrained(names.MODEL)'\")\n"
        "from other import MODEL\nx.from_pretrained(MODEL)\n"
    )
    assert seen(code, files) == seen(code, files) == {(line, "hub", "acme-labs/text", None) for line in (2, 4)}
    assert not imports._kept


def test_a_file_is_read_for_another_only_where_it_speaks_of_the_name() -> None:
    code = "from names import OTHER\nx.from_pretrained(OTHER)\n"
    assert seen(code, {"app/names.py": "MODEL = 'acme-labs/text'\n"}) == set()
    assert seen(code, {"app/names.py": "from more import *\n", "app/more.py": "OTHER = 'acme-labs/o'\n"}) == {
        (2, "hub", "acme-labs/o", None)
    }


PIECES = st.sampled_from(
    [
        "x = ", "from_pretrained", "(", ")", '"acme-labs/m"', "'gpt2'", "model", "=", "\n", "\n    ", "def f(", "):", "if x:", "else:",
        "class A:", "[", "]", "{", "}", ":", ",", ".", "f'{x}/y'", "+", "%", " or ", "import ", "from . import ", "self.", "for x in ",
        "lambda: ", "return ", "os.getenv", "*", "**", "model_id", "!", "%%bash", "\ud800", "\\",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_gives_uses_or_an_error(code: str) -> None:
    for find, content in ((python.find, code), (notebook.find, code), (notebook.find, cells([code]))):
        try:
            found = list(find(Source("a.py", content), lambda path: code))
        except SourceError:
            continue
        assert all(1 <= one.line <= content.count("\n") + 1 for one in found)


@pytest.mark.parametrize(
    "code",
    [
        'for repo, at in [("a/x", "one"), ("a/y", None)]:\n    snapshot_download(repo, revision=at)',
        'W = {"a/x": "one", "a/y": None}\nfor repo, at in W.items():\n    snapshot_download(repo, revision=at)',
        'for one in [{"id": "a/x", "at": "one"}, {"id": "a/y"}]:\n    snapshot_download(one["id"], revision=one.get("at"))',
        'for repo, at in zip(["a/x", "a/y"], ["one", None]):\n    snapshot_download(repo, revision=at)',
        'snapshot_download(repo_id="a/x", revision="one")\nLLM(model="a/x", tokenizer="a/y", revision="one")',
    ],
)
def test_a_revision_goes_with_its_model(code: str) -> None:
    imports = "from vllm import LLM\nfrom huggingface_hub import snapshot_download\n"
    assert {(model, revision) for _, _, model, revision in seen(imports + code)} == {("a/x", "one"), ("a/y", None)}


def test_an_organisation_and_a_name_that_both_may_be_several() -> None:
    code = 'for who in ("east", "west"):\n    for what in ("gpt-4o", "llama-3-8b"):\n        model = f"{who}/{what}"\n'
    assert {(kind, model) for _, kind, model, _ in seen(code)} == {("api", "east/gpt-4o"), ("api", "west/gpt-4o")}


def test_models_of_other_registries() -> None:
    code = (
        'MODELS = {"one": {Hub.DEFAULT: "a/bert-x", Hub.MODELSCOPE: "b/bert-x"}}\n'
        "class Spec:\n    ms_model_id: str\n    hf_model_id: str\n"
        'MORE_MODELS = [Spec("b/bert-y", "a/bert-y"), Spec(ms_model_id="b/bert-z")]\n'
        'load(model_id="b/bert-z", use_modelscope=True)\n'
    )
    assert {model for _, _, model, _ in seen(code)} == {"a/bert-x", "a/bert-y"}
