"""Configuration files: what names a model under which key, with the line of the value."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.discover import config, speaking
from openness.discover.source import Source
from openness.errors import SourceError

SHA = "0123456789abcdef0123456789abcdef01234567"


def found(path: str, content: str) -> list[tuple[int, str, str, str | None]]:
    """(line, model, kind, revision) of each use, once, in order."""
    uses = config.find(Source(path, dedent(content)))
    return sorted({(use.line, use.model, use.kind, use.revision) for use in uses}, key=str)


def models(path: str, content: str) -> list[tuple[int, str]]:
    return [(line, model) for line, model, _, _ in found(path, content)]


def check(path: str, content: str) -> None:
    """Read, with lines of the file, or refused."""
    try:
        uses = list(config.find(Source(path, content)))
    except SourceError:
        return
    assert all(1 <= use.line <= content.count("\n") + 1 for use in uses)


CASES = {
    "a key": ("a.yaml", "model: acme/kite-7b\n", [(1, "acme/kite-7b")]),
    "camel case": ("a.json", '{\n "modelId": "acme/kite",\n "embeddingModel": "acme/ant"\n}', [(2, "acme/kite"), (3, "acme/ant")]),
    "a prefix and a suffix": ("a.toml", 'judge_model_fallback = "acme/kite"\n', [(1, "acme/kite")]),
    "several": ("a.yaml", "models:\n  - acme/one\n  - acme/two\n", [(2, "acme/one"), (3, "acme/two")]),
    "names of one's own": ("a.yaml", "models:\n  fast: acme/one\n  good: acme/two\n", [(2, "acme/one"), (3, "acme/two")]),
    "ids as keys": ("a.yaml", "models:\n  acme/one: {weight: 1}\n", [(1 + 1, "acme/one")]),
    "a mapping": ("a.yaml", "model:\n  kind: causal\n  name: acme/kite\n", [(3, "acme/kite")]),
    "a block": ("a.yaml", "model: >-\n  acme/kite\n", [(2, "acme/kite")]),
    "flow style": ("a.yaml", "llm: {model: acme/kite,\n  tokenizer: acme/ant}\n", [(1, "acme/kite"), (2, "acme/ant")]),
    "an alias of a text": ("a.yaml", "x: &m acme/kite\nmodel: *m\n", [(2, "acme/kite")]),
    "an alias of a mapping": ("a.yaml", "x: &m\n  id: acme/kite\nmodel: *m\n", [(2, "acme/kite")]),
    "documents": ("a.yaml", "a: 1\n---\nmodel: acme/kite\n", [(3, "acme/kite")]),
    "tags": ("a.yaml", "model: !env acme/kite\nother: !thing {a: 1}\n", [(1, "acme/kite")]),
    "given twice": ("a.yaml", "model: acme/one\nmodel: acme/two\n", [(1, "acme/one"), (2, "acme/two")]),
    "keys that are no text": ("a.yaml", "? [a, b]\n: {model: acme/kite}\nmodel: acme/two\n", [(2, "acme/kite"), (3, "acme/two")]),
    "a merge recipe": ("a.yaml", "slices:\n  - sources:\n      - model: acme/one\n        layer_range: [0, 8]\nbase_model: acme/two\n", [(3, "acme/one"), (5, "acme/two")]),
    "an alias of a proxy": ("a.yaml", "model_list:\n  - model_name: acme/alias\n    litellm_params:\n      model: huggingface/acme/kite\n", [(4, "acme/kite")]),
    "providers": ("a.yaml", "providers:\n  - huggingface:text-generation:acme/kite\n  - id: huggingface:feature-extraction:acme/ant\n", [(2, "acme/kite"), (3, "acme/ant")]),
    "comments in JSON": ("a.json", '{\n // "model": "acme/old"\n /* and\n */ "model": "acme/kite-7b",\n}', [(4, "acme/kite-7b")]),
    "JSON5": ("a.json5", "{\n model: 'acme/kite',\n on: true, tokenizer: null, llm: 'acme/ant'\n}", [(2, "acme/kite"), (3, "acme/ant")]),
    "an escape in JSON": ("a.json", '{"model": "acme\\/kite"}', [(1, "acme/kite")]),
    "a number before": ("a.json", '{"model": 3, "x": "acme/kite"}', []),
    "no value": ("a.json", '{"model": null, "x": "acme/kite"}', []),
    "a table": ("a.toml", '[serve.model]\n# model = "acme/old"\nname = "acme/kite" # it\n', [(3, "acme/kite")]),
    "tables": ("a.toml", '[[models]]\nid = "acme/one-7b"\n[[models]]\nid = "acme/two-7b"\n', [(2, "acme/one-7b"), (4, "acme/two-7b")]),
    "inline tables": ("a.toml", 'a = [1, 2]\nmodels = [\n  {id = "acme/one-7b"}, # a\n  {id = "acme/two-7b"},\n]\n', [(3, "acme/one-7b"), (4, "acme/two-7b")]),
    "dotted": ("a.toml", "model.name = 'acme/kite'\n", [(1, "acme/kite")]),
    "an INI file": ("a.ini", "[model]\nname = acme/kite-7b ; it\n[else]\nname = acme/no\n", [(2, "acme/kite-7b")]),
    "an environment": (".env", "# MODEL=acme/old\nexport MODEL_ID='acme/kite'\nHF_MODEL=acme/ant # it\n", [(2, "acme/kite"), (3, "acme/ant")]),
    "terraform": ("a.tf", 'variable "model_id" {\n  default = "acme/kite"\n}\nenv = {\n  HF_MODEL_ID = "acme/ant"\n}\n', [(2, "acme/kite"), (5, "acme/ant")]),
    "containers": ("a.yaml", "env:\n  - name: HF_MODEL_ID\n    value: acme/kite\n  - {name: PORT, value: acme/no}\n", [(3, "acme/kite")]),
    "assignments": ("compose.yaml", "services:\n  app:\n    environment:\n      - CHAT_MODEL=acme/kite\n      - PROJECT=acme/no\n", [(4, "acme/kite")]),
    "options": ("compose.yaml", "services:\n  a:\n    command: --model acme/kite --port 80\n  b:\n    command:\n      - --model-id=acme/ant\n      - --served-model-name\n      - acme/no\n", [(3, "acme/kite"), (6, "acme/ant")]),
    "options, folded": ("compose.yaml", "command: >\n  --model\n  acme/kite\n", [(3, "acme/kite")]),
    "storage": ("a.yaml", "storageUri: hf://acme/kite\n", [(1, "acme/kite")]),
    "an address": ("a.yaml", "file: https://huggingface.co/acme/kite/resolve/main/x.gguf\n", [(1, "acme/kite")]),
    "a cache": ("a.yaml", f"dir: /hub/models--acme--kite/snapshots/{SHA}\n", [(1, "acme/kite")]),
    "a default of the shell": ("compose.yaml", "command: [--model, '${MODEL:-acme/kite}']\n", [(1, "acme/kite")]),
    "a default of GitHub": ("a.yml", "env:\n  MODEL: ${{ inputs.model || 'acme/kite' }}\n", [(2, "acme/kite")]),
    "a default of hydra": ("a.yaml", "model: ${oc.env:MODEL,acme/kite}\n", [(1, "acme/kite")]),
    "a workflow's input": ("a.yml", "on:\n  workflow_dispatch:\n    inputs:\n      model:\n        default: acme/kite-7b\n", [(5, "acme/kite-7b")]),
    "a matrix": ("a.yml", "matrix:\n  model: [acme/one,\n    acme/two]\n", [(2, "acme/one"), (3, "acme/two")]),
    "a template": ("a.yaml", "{{- if .Values.on }}\nmodel: acme/kite\nname: {{ .Values.name }}\nllm: {{ .Values.x | default \"acme/ant\" }}\n{{- end }}\n", [(2, "acme/kite"), (4, "acme/ant")]),
    "a template that stays one": ("a.yaml", "{{ a }}\n  model: acme/kite-7b\n b: {{ if x }} [ {{ end }}\nmodels:\n  - acme/ant-7b\n", [(2, "acme/kite-7b"), (5, "acme/ant-7b")]),
    "a card": ("README.md", "---\nlicense: mit\nbase_model:\n- acme/kite\ndatasets:\n- acme/no\n---\nmodel: acme/no\n", [(4, "acme/kite")]),
    "files in a value": ("a.yaml", "data:\n  a.yaml: |\n    x: 1\n    model:\n      name: acme/kite\n  b.json: |\n    {\"llm\": \"acme/ant\"}\n", [(5, "acme/kite"), (7, "acme/ant")]),
    "YAML in a value": ("a.yaml", "serveConfig: |\n  apps:\n    - model_id: acme/kite\n", [(3, "acme/kite")]),
    "a gateway": ("a.yaml", "model: hosted_vllm/acme/kite-7b\nother_model: openrouter/openai/gpt-4o\n", [(1, "acme/kite-7b"), (2, "openrouter/openai/gpt-4o")]),
    "a template that is YAML, too": ("a.yaml", "args:\n  - --model\n  - {{ .Values.x | default \"acme/kite-7b\" }}\n", [(3, "acme/kite-7b")]),
    "a variable of a template": ("a.yaml", "{{- $m := default \"acme/kite-7b\" .x }}\nmodel: {{ $m | quote }}\n", [(2, "acme/kite-7b")]),
    "either of a template": ("a.yaml", "model: {{ ternary \"acme/kite-7b\" \"acme/ant-7b\" .x }}\n", [(1, "acme/ant-7b"), (1, "acme/kite-7b")]),
    "a group of hydra": ("conf/model/kite.yaml", "name: acme/kite-7b\n", [(1, "acme/kite-7b")]),
    "Ollama's in Helm": ("a.yaml", "ollama:\n  models:\n    pull: [kite, ant:1b]\n", [(3, "ant:1b"), (3, "kite")]),
    "two at once": ("a.yaml", "model: acme/kite-7b+acme/lora-7b\n", [(1, "acme/kite-7b"), (1, "acme/lora-7b")]),
    "HCL": ("a.tf", 'locals {\n  model = var.x ? "acme/kite-7b" : "acme/ant-7b"\n  models = [\n    "acme/bee-7b",\n  ]\n}\n', [(2, "acme/ant-7b"), (2, "acme/kite-7b"), (4, "acme/bee-7b")]),
    "a script in HCL": ("a.tf", "a = <<-EOT\n  #!/bin/sh\n  vllm serve acme/kite-7b\n  EOT\nmodel = \"acme/ant-7b\"\n", [(3, "acme/kite-7b"), (5, "acme/ant-7b")]),
    "a parameter of a Jenkinsfile": ("Jenkinsfile", "parameters {\n  string(name: 'MODEL', defaultValue: 'acme/kite-7b')\n}\n", [(2, "acme/kite-7b")]),
    "a submodule": (".gitmodules", '[submodule "a"]\n\tpath = a\n\turl = https://huggingface.co/acme/kite-7b\n', [(3, "acme/kite-7b")]),
    "short names": ("a.yaml", "embedder: all-MiniLM-L6-v2\nreranker: ms-marco-MiniLM-L-6-v2\n", [(1, "sentence-transformers/all-MiniLM-L6-v2"), (2, "cross-encoder/ms-marco-MiniLM-L-6-v2")]),
    "a Space": ("README.md", "---\nmodels:\n  - acme/kite\n---\n", [(3, "acme/kite")]),
    "an adapter": ("adapter_config.json", '{"base_model_name_or_path": "gpt2"}', [(1, "gpt2")]),
    "a configuration": ("config.json", '{"_name_or_path": "bert-base-uncased"}', [(1, "bert-base-uncased")]),
}  # fmt: skip


@pytest.mark.parametrize(("path", "content", "expected"), CASES.values(), ids=CASES)
def test_a_model_is_found_at_its_line(path: str, content: str, expected: list[tuple[int, str]]) -> None:
    assert models(path, content) == expected


TRAPS = {
    "a printer": ("a.yaml", "printer:\n  model: acme/Jet-400\n"),
    "a search engine": ("a.yaml", "index:\n  tokenizer: acme/folded\n"),
    "a car, in a file about AI": ("a.yaml", "llm: {temperature: 1}\ncars:\n  - model: acme/Roadster\n"),
    "a remark in a template": ("a.yaml", "{{- /*\nmodel: acme/kite-7b\n*/ -}}\na: 1\n"),
    "a service of one's own": ("a.yaml", "model: hosted_vllm/kite-7b\nllm: azure/kite-7b\n"),
    "a comment in HCL": ("a.tf", '# model = "acme/kite-7b"\n/* model = "acme/kite-7b" */\n'),
    "the card's own name": ("README.md", "---\nmodel_name: acme/kite-7b\n---\n"),
    "no front matter": ("README.md", "model: acme/kite\n"),
    "front matter without end": ("README.md", "---\nmodel: acme/kite\n"),
    "a key that does not speak": ("a.yaml", "title: acme/kite\n"),
    "data": ("a.yaml", "dataset: acme/kite\ndatasets:\n  - path: acme/kite\n  - model: acme/kite\n"),
    "an action": ("a.yml", "steps:\n  - uses: acme/model@v1\n  - uses: acme/kite@" + SHA),
    "images": ("a.yaml", "image: acme/model\nmodel:\n  image: acme/kite\n"),
    "a package": ("package.json", '{"repository": "acme/kite", "dependencies": {"model": "acme/kite"}}'),
    "a schema": ("a.json", '{"$schema": "https://huggingface.co/acme/kite/resolve/main/x.json"}'),
    "a local folder": ("a.yaml", "model: ./out/kite\ntokenizer: models/kite\nllm: /data/kite\n"),
    "your own": ("a.yaml", "model: your-org/your-model\n"),
    "a hole": ("a.yaml", "model: ${MODEL}\nllm: '{{ model }}'\n"),
    "a file of shapes": ("a.json", '{"modelUrl": "/assets/kite.glb"}'),
    "a data model": ("a.yaml", "data_model: acme/kite\nserved-model-name: acme/kite\n"),
    "a page of files": (
        "a.yaml",
        "see: https://huggingface.co/acme/kite/tree/main\nlogo: https://huggingface.co/acme/kite/resolve/main/a.png\n",
    ),
    "nothing": ("a.yaml", "model_name_or_path: null\ntokenizer_name_or_path: ~\nmodel: true\n"),
    "a page": ("a.yaml", "see: https://huggingface.co/acme/kite\n"),
    "a dataset by repo_id": ("a.yaml", "repo_id: acme/kite\nrepo_type: dataset\n"),
    "an address of data": ("a.yaml", "file: hf://datasets/acme/kite/x.parquet\n"),
    "a word": ("a.yaml", "model: linear\nmodels:\n  - small\n"),
    "a configuration of one's own": ("config.json", '{"_name_or_path": "out"}'),
    "terraform's providers": ("a.yaml", "providers:\n  aws: acme/aws\n"),
    "empty": ("a.json", ""),
}


@pytest.mark.parametrize(("path", "content"), TRAPS.values(), ids=TRAPS)
def test_what_is_no_model_is_left_alone(path: str, content: str) -> None:
    assert found(path, content) == []


@pytest.mark.parametrize(
    ("content", "revision"),
    [
        (f"model: acme/kite\nrevision: {SHA}\n", SHA),
        ("model: acme/kite\nmodel_revision: v1\n", "v1"),
        (f"base_model: acme/kite\nbase_model_revision: {SHA}\nrevision: main\n", SHA),
        (f"model: {{name: acme/kite, sha: {SHA}}}\n", SHA),
        ("model: acme/kite\ncommit: not yet\n", None),
        (f"model: acme/kite@{SHA}\n", SHA),
        (f"HF_MODEL_ID: acme/kite\nHF_MODEL_REVISION: {SHA}\n", SHA),
        (f"args: [--model, acme/kite, --revision, {SHA}]\n", SHA),
        (f"storageUri: hf://acme/kite:{SHA}\n", SHA),
        (f"file: https://huggingface.co/acme/kite/resolve/{SHA}/a.bin\n", SHA),
        ("model: acme/kite\n", None),
        ("model: acme/kite\nrevision: null\n", None),
    ],
)
def test_the_revision_beside_it(content: str, revision: str | None) -> None:
    (use,) = {(use.model, use.revision, use.pinned) for use in config.find(Source("a.yaml", content))}
    assert use == ("acme/kite", revision, revision == SHA)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("a.yaml", "provider: ollama\nmodel: kite:8b\n", [(2, "kite:8b", "ollama", None)]),
        ("a.yaml", "models:\n  - {title: x, provider: ollama, model: kite}\n", [(2, "kite", "ollama", None)]),
        (".env", "OLLAMA_MODEL=kite\nOLLAMA_MODELS=/root/models\n", [(1, "kite", "ollama", None)]),
        ("a.yaml", "model: kite:7b-instruct\n", [(1, "kite:7b-instruct", "ollama", None)]),
        ("a.yaml", "provider: ollama\nmodel: command-r:35b\n", [(2, "command-r:35b", "ollama", None)]),
        ("a.yaml", "net: {_target_: timm.create_model, model_name: kite50}\n", [(1, "kite50", "timm", None)]),
        ("a.yaml", "_target_: torch.hub.load\nrepo_or_dir: acme/kite:v1\n", [(2, "acme/kite", "torchhub", "v1")]),
        ("a.yaml", "model: gpt-4o\n", [(1, "gpt-4o", "api", None)]),
        ("a.yaml", "providers: ['openai:chat:gpt-4o']\n", [(1, "gpt-4o", "api", None)]),
        ("compose.yaml", "models:\n  kite:\n    model: ai/kite:8B\n", [(3, "ai/kite:8B", "docker", None)]),
        ("compose.yaml", "models:\n  kite:\n    model: hf.co/acme/kite\n", [(3, "acme/kite", "hub", None)]),
    ],
)
def test_who_serves_it(path: str, content: str, expected: list[tuple[int, str, str, str | None]]) -> None:
    assert found(path, content) == expected


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.yaml", "[" * 5000),
        ("a.json", "[" * 5000),
        ("a.json", '{"a":' * 5000),
        ("a.toml", "a = " + "[" * 5000),
        ("a.yaml", "a: &a x\n" + "b: *a\n" * 2000),
    ],
)
def test_nesting_and_aliases_without_end_are_refused(path: str, content: str) -> None:
    with pytest.raises(SourceError):
        list(config.find(Source(path, content)))


def test_aliases_of_aliases_are_read_once() -> None:
    lines = ["l0: &l0 {model: acme/kite-7b}"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 60)]
    assert models("a.yaml", "\n".join(lines)) == [(1, "acme/kite-7b")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.json", '"' + '\\"' * 500_000),
        ("a.json", "/*" * 500_000),
        ("a.json", '{"model": [' + json.dumps(["acme/kite"] * 100)[1:-1] + "]" * 100),
        ("a.toml", 'model = "' + "a" * 500_000),
        ("a.toml", "a." * 200_000),
        ("a.toml", 'model = """' * 50_000),
        ("a.toml", "[" + "a." * 200_000),
        ("a.ini", "a" * 500_000),
        ("a.ini", "a = b" + " " * 19_000 + "\na" + " " * 19_000 + "x\n"),
        ("a.yaml", "x: &m {" + ", ".join(f"k{n}: acme/kite" for n in range(20_000)) + "}\n" + "model: *m\n" * 900),
        ("a.ini", ("k" * 15_000 + "\n") * 20),
        ("a.yaml", "{{" * 200_000),
        ("a.yaml", "{{ a\n" * 100_000),
        ("a.yaml", "\tmodel: x\n" + "a: b: c\n" * 20_000),
        ("a.yaml", "model: " + "${A:-" * 100_000),
        ("README.md", "---\n" * 100_000),
        ("a.yaml", "\n".join(" " * n + "a: |" for n in range(1500))),
    ],
)
def test_hostile_texts_end(path: str, content: str) -> None:
    check(path, content)


@given(st.sampled_from(["a.yaml", "a.json", "a.toml", "a.ini", "a.md"]), st.text(max_size=200))
def test_any_text_is_read_or_refused(path: str, content: str) -> None:
    check(path, content)


_PIECES = [
    "model",
    "models",
    "acme/kite",
    ":",
    "=",
    "- ",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ",",
    "#",
    "|",
    ">",
    "&a ",
    "*a",
    "---\n",
    "args",
    "{{ x }}",
]


@given(
    st.sampled_from(["a.yaml", "a.json", "a.toml", "a.ini", "a.md"]), st.lists(st.sampled_from(_PIECES), max_size=40)
)
def test_any_pieces_are_read_or_refused(path: str, pieces: list[str]) -> None:
    check(path, "".join(pieces))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("embeddingModel", "embedding_model"),
        ("HF_MODEL_ID", "hf_model_id"),
        ("--model-id", "model_id"),
        ("_name_or_path", "name_or_path"),
        ("llm.model", "llm_model"),
    ],
)
def test_a_key_as_the_rules_have_it(key: str, name: str) -> None:
    assert speaking.normal(key) == name


@pytest.mark.parametrize(
    "key", ["model", "model2", "model_1", "model_b", "rerankerModelId", "DEFAULT_EMBEDDING_MODEL", "draft_model"]
)
def test_keys_that_speak(key: str) -> None:
    assert speaking.speaks(speaking.normal(key))


@pytest.mark.parametrize(
    "key", ["modeling", "supermodel", "model_type", "view_model", "hub_model_id", "remodel", "3", ""]
)
def test_keys_that_do_not(key: str) -> None:
    assert not speaking.speaks(speaking.normal(key))


def test_a_revision_is_of_the_main_model() -> None:
    content = f"base_model: acme/kite-7b\nrevision_of_model: {SHA}\ntokenizer: acme/ant-7b\n"
    assert found("a.yaml", content) == [(1, "acme/kite-7b", "hub", SHA), (3, "acme/ant-7b", "hub", None)]


PARTS = ['"b" ', "<<A\n", "{{/*", "{{- $a :=", '"${', "a ", 'a "b" ', "(a", "f(a: ", "{", "'''", "/*", "a = ? b : "]


@pytest.mark.parametrize("part", PARTS)
def test_hcl_and_templates_in_the_time_of_their_length(part: str) -> None:
    for path in ("a.tf", "a.yaml"):
        check(path, part * (400_000 // len(part)))


_LONG = "# " + "x" * 200 + "\n"


@pytest.mark.parametrize(
    "beside",
    [
        "prompt: 'Say hello'", "device: cpu", "lr: 1e-4", "seed: 1\nsteps: 30", "num_beams: 4", "adapter: lora", "n_ctx: 2048",
        "pooling: mean", "optimizer: adam\nscheduler: cosine", "eos_token: x", "MODEL_ID: x", "task: ner\nthreshold: 0.5",
        "temperature: 0", "dtype: half", "quantization: none", "lora_r: 8", "batch_size: 2", "epochs: 1",
    ],
)  # fmt: skip
def test_a_few_words_are_evidence(beside: str) -> None:
    assert models("a.yaml", f"model: acme/one\n{beside}\n{_LONG}") == [(1, "acme/one")]


@pytest.mark.parametrize(
    "text",
    [
        "model: Ford/Focus\nbase_model: Ford/C346", "model_id: Apple/A2633\ntokenizer: none", "model: Google/Pixel-9\nseed: 1",
        "model: bosch/wax\ntemperature_sensor: yes", "tokenizer: monarch/sql\nmodel_path: maps/hall\nmodel_url: x/y",
        "embeddings:\n  ingressPath: api/embed\n  route: inner/embed",
        "- {model: shop.phone, pk: 3, fields: {model: apple/a2633}}\n- {learning_rate: 1}",
    ],
)  # fmt: skip
def test_a_key_is_no_evidence_itself(text: str) -> None:
    assert models("a.yaml", f"{text}\n{_LONG}") == []


def test_models_of_other_registries() -> None:
    text = "model: iic/gte-base\nhub: modelscope\nms_model_id: iic/gte\nhf_model_id: thenlper/gte-base\n"
    assert models("a.yaml", text) == [(4, "thenlper/gte-base")]
