"""Models in shell texts, Dockerfiles, Makefiles and Modelfiles: each example says what must be found, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.discover import command_rules, docker, justfile, make, modelfile, shell, shell_words
from openness.discover.source import Source
from openness.errors import SourceError
from openness.usage import Use

SHA = "0123456789abcdef0123456789abcdef01234567"
FINDERS: list[Callable[[Source], Iterator[Use]]] = [shell.find, docker.find, make.find, modelfile.find, justfile.find]


def found(finder: Callable[[Source], Iterator[Use]], text: str) -> list[str]:
    """`line model`, with the kind where it is not the Hub and the revision where there is one."""
    return [
        f"{one.line} {one.model}"
        + (f" {one.kind}" if one.kind != "hub" else "")
        + (f" @{one.revision}" if one.revision else "")
        for one in finder(Source("file", text))
    ]


SHELL = {
    # functions: the line is that of the call
    'f() { hf download "$1" --revision "$2"; }\nf acme/a r1\nf acme/b r2': ["2 acme/a @r1", "3 acme/b @r2"],
    'function f {\n  local r="${1:-acme/d}"\n  vllm serve $r\n}\nf\nf acme/a': ["3 acme/d", "6 acme/a"],
    'run() { echo "+ $*"; "$@"; }\nrun ollama pull llama3': ["2 llama3 ollama"],
    'n() { shift; "$@"; }\nn 3 hf download acme/a': ["2 acme/a"],
    'f() { for m in "$@"; do hf download $m; done; }\nf acme/a acme/b': ["2 acme/a", "2 acme/b"],
    'f() { g "$1"; }\ng() { hf download "${1:?}"; }\nf acme/a': ["3 acme/a"],
    'f() { f "$@"; f "$@"; hf download $1; }\nf acme/a': ["2 acme/a"],
    'f() { echo "$1"; }\nf acme/a': [],
    "set -- acme/a acme/b\nhf download $2": ["2 acme/b"],
    """bash -c 'hf download "$1"' _ acme/a""": ["1 acme/a"],
    # loops over what they are fed
    "while read -r m; do hf download $m; done <<'X'\nacme/a\n# no\nacme/b\nX": ["2 acme/a", "4 acme/b"],
    'while IFS=: read -r m r; do hf download "$m" --revision $r; done <<< "acme/a:r1"': ["1 acme/a @r1"],
    "printf '%s %s\\n' acme/a r1 acme/b r2 | while read m r; do\nhf download $m --revision $r\ndone": [
        "1 acme/a @r1",
        "1 acme/b @r2",
    ],
    "mapfile -t all < <(printf '%s\\n' acme/a acme/b)\nfor m in ${all[@]}; do vllm serve $m; done": [
        "2 acme/a",
        "2 acme/b",
    ],
    'for p in acme/a@r1 acme/b@r2; do\nhf download "${p%@*}" --revision "${p#*@}"\ndone': [
        "2 acme/a @r1",
        "2 acme/b @r2",
    ],
    "echo acme/a | xargs -I{} hf download {}": ["1 acme/a"],
    "parallel hf download {} ::: acme/a acme/b": ["1 acme/a", "1 acme/b"],
    # files that are written
    "M=acme/a\ncat > x.env <<-E\n\tMODEL_ID=$M\n\tE": ["3 acme/a"],
    "cat <<E | kubectl apply -f -\nargs: ['--model', acme/a]\nE": ["2 acme/a"],
    'echo "MODEL_ID=acme/a" >> "$GITHUB_ENV"': ["1 acme/a"],
    'echo "MODEL_ID=acme/a" >> notes.txt': [],
    """curl x/v1 -d @- <<J\n{"model": "acme/a"}\nJ""": ["2 acme/a"],
    # images, and programs whose models are something else
    "docker run -e MODEL_ID=acme/a ghcr.io/huggingface/text-generation-inference:3": ["1 acme/a"],
    "docker run localai/localai huggingface://acme/a/b.gguf": ["1 acme/a"],
    "dbt run --models staging/orders; poetry run dbt run -m a/b --model c/d; juju status --model a/b": [],
    "export MODEL_IMAGE=acme/server:2": [],
    f"ls /x/models--acme--a/snapshots/{SHA}; rm -r /x/models--acme--b/snapshots/{SHA}": [f"1 acme/a @{SHA}"],
    "python -m mteb run -m acme/a; python convert_hf_to_gguf.py acme/b": ["1 acme/a", "1 acme/b"],
    "python get_model.py acme/a; python train_model.py conf/a; python get_data.py acme/b": ["1 acme/a"],
    "vllm serve acme/a --lora-modules x=acme/b y=acme/c --port 1": ["1 acme/a", "1 acme/b", "1 acme/c"],
    "helm install x c/d --set 'spec[0].modelURL=acme/a,n=1'; sbatch --export=ALL,MODEL=acme/b j": [
        "1 acme/a",
        "1 acme/b",
    ],
    "hf upload acme/a .; ollama push me/a; docker model push me/b": [],
    # commands and their options
    "vllm serve acme/llm-7b --port 80 --served-model-name acme/other": ["1 acme/llm-7b"],
    "vllm serve --dtype bfloat16 --trust-remote-code acme/llm-7b": ["1 acme/llm-7b"],
    "vllm serve acme/llm --revision r1 --tokenizer acme/tok": ["1 acme/llm @r1", "1 acme/tok"],
    "vllm serve acme/llm --tokenizer acme/tok --tokenizer-revision r2": ["1 acme/llm", "1 acme/tok @r2"],
    """vllm serve acme/llm --speculative-config '{"model": "acme/draft"}'""": ["1 acme/llm", "1 acme/draft"],
    "vllm serve acme/llm --enable-lora --lora-modules sql=acme/lora-sql": ["1 acme/llm", "1 acme/lora-sql"],
    "python3.11 -m vllm.entrypoints.openai.api_server --model=acme/llm 2>&1 | tee log": ["1 acme/llm"],
    "python -u -m sglang.launch_server --model-path acme/llm": ["1 acme/llm"],
    "text-generation-launcher --model-id gpt2": ["1 gpt2"],
    f"hf download acme/llm a.gguf --local-dir acme/dir --revision={SHA}": [f"1 acme/llm @{SHA}"],
    "huggingface-cli download acme/texts --repo-type dataset": [],
    "huggingface-cli download --repo-type=dataset acme/texts": [],
    "huggingface-cli upload acme/llm .": [],
    "llama-server -hf acme/llm-GGUF:Q4_K_M --port 1": ["1 acme/llm-GGUF"],
    "./bin/llama-cli --hf-repo acme/llm-GGUF --hf-file a.gguf": ["1 acme/llm-GGUF"],
    "llama-cli -m models/a.gguf": [],
    "ollama pull llama3.1:8b && ollama run qwen3 'why x/y?'": ["1 llama3.1:8b ollama", "1 qwen3 ollama"],
    "ollama run hf.co/acme/llm-GGUF:Q8_0": ["1 acme/llm-GGUF"],
    "ollama create mine -f Modelfile": [],
    "docker model pull ai/tiny:360M": ["1 ai/tiny:360M docker"],
    "docker model run hf.co/acme/llm": ["1 acme/llm"],
    "trtllm-serve acme/llm --port 1": ["1 acme/llm"],
    "mlx_lm.generate --model acme/llm --prompt x": ["1 acme/llm"],
    "lm_eval --model hf --model_args pretrained=acme/llm,revision=r1,dtype=float": ["1 acme/llm @r1"],
    "accelerate launch train.py --model_name_or_path bert-base-uncased": ["1 bert-base-uncased"],
    "python train.py --hub_model_id me/mine --dataset_name a/b --output_dir me/out": [],
    "torchrun --nproc 4 t.py actor.model.path=acme/llm model=bert/base": ["1 acme/llm"],
    "aider --model ollama/llama3 --weak-model gpt-4o-mini": ["1 llama3 ollama", "1 gpt-4o-mini api"],
    # containers
    "docker run --gpus all -v ~/c:/root vllm/vllm-openai:v1 --model acme/llm": ["1 acme/llm"],
    "docker run ghcr.io/huggingface/text-generation-inference:3 --model-id gpt2": ["1 gpt2"],
    "docker exec -it ollama ollama run llama3.2": ["1 llama3.2 ollama"],
    "docker run -e MODEL_ID=acme/llm acme/image": ["1 acme/llm"],
    "docker build --build-arg MODEL=acme/llm -t acme/image .": ["1 acme/llm"],
    "sudo -E env A=1 ollama pull llama3": ["1 llama3 ollama"],
    "uv run --with vllm vllm serve acme/llm": ["1 acme/llm"],
    "helm install x --set model.id=acme/llm,replicas=2": ["1 acme/llm"],
    # addresses
    "git clone https://huggingface.co/acme/llm.git": ["1 acme/llm"],
    "git clone -b v1 https://huggingface.co/acme/llm dir": ["1 acme/llm @v1"],
    "git clone https://huggingface.co/datasets/acme/texts": [],
    "git clone https://github.com/acme/code": [],
    f"wget -q https://huggingface.co/acme/llm/resolve/{SHA}/a.gguf": [f"1 acme/llm @{SHA}"],
    "curl -L https://hf.co/acme/llm/resolve/main/a.bin -o a.bin": ["1 acme/llm @main"],
    """curl localhost:11434/api/pull -d '{"name": "llama3"}'""": ["1 llama3 ollama"],
    """curl https://api.example/v1/chat -d '{"model": "gpt-4o"}'""": ["1 gpt-4o api"],
    # variables
    'M=acme/llm\necho $M\nvllm serve "$M"': ["3 acme/llm"],
    "export MODEL_ID=${MODEL_ID:-acme/llm}": ["1 acme/llm"],
    'vllm serve "${MODEL:-acme/llm}" --x': ["1 acme/llm"],
    ': "${MODEL:=acme/llm}"\nvllm serve $MODEL': ["2 acme/llm"],
    "ORG=acme; NAME=llm\nvllm serve $ORG/${NAME}-7b": ["2 acme/llm-7b"],
    "R=r9\nhf download acme/llm --revision $R": ["2 acme/llm @r9"],
    'A="--model acme/llm --x"\npython -m vllm.entrypoints.openai.api_server $A': ["2 acme/llm"],
    'A=(--port 1 --model acme/llm)\npython -m vllm.entrypoints.openai.api_server "${A[@]}"': ["2 acme/llm"],
    'ALL=("acme/a" # one\n  acme/b)\nfor m in "${ALL[@]}"; do hf download $m; done': ["3 acme/a", "3 acme/b"],
    "declare -A M=([x]=acme/a [y]=acme/b)\nvllm serve ${M[$1]}": ["2 acme/a", "2 acme/b"],
    "for m in llama3 qwen3:4b; do ollama pull $m; done": ["1 llama3 ollama", "1 qwen3:4b ollama"],
    "if x; then M=acme/a; else M=acme/b; fi\nvllm serve $M": ["2 acme/a", "2 acme/b"],
    "case $1 in a) M=acme/a;; *) M=acme/b;; esac\nvllm serve $M": ["2 acme/a", "2 acme/b"],
    "M=acme/a\nvllm serve $M\nM=acme/b\nvllm serve $M": ["2 acme/a", "4 acme/b"],
    "OLLAMA_MODEL=llama3.1": ["1 llama3.1 ollama"],
    "MODEL=${{ inputs.model || 'acme/llm' }}": ["1 acme/llm"],
    "OTHER=acme/llm": [],
    "vllm serve $MODEL; vllm serve ${X##*/}; vllm serve ${{ matrix.model }}": [],
    "X=hf://acme/llm; Y=hf://datasets/acme/texts": ["1 acme/llm"],
    f"cp -r x; load ~/hub/models--acme--llm/snapshots/{SHA}": [f"1 acme/llm @{SHA}"],
    # texts within texts
    """bash -c "vllm serve acme/llm" """: ["1 acme/llm"],
    "bash -c '\n  M=acme/llm\n  vllm serve $M\n'": ["3 acme/llm"],
    "X=$(hf download acme/llm | tail -1)": ["1 acme/llm"],
    "X=`hf download acme/llm`; vllm serve acme/b": ["1 acme/llm", "1 acme/b"],
    "cat > Modelfile <<EOF\nFROM llama3.1\nEOF\nollama create x": ["2 llama3.1 ollama"],
    "cat <<'EOF'\nvllm serve acme/llm\nEOF\nvllm serve acme/b": ["4 acme/b"],
    "ssh host 'ollama pull llama3'": ["1 llama3 ollama"],
    # no uses
    "# vllm serve acme/llm\necho 'vllm serve acme/llm' # vllm serve acme/b": [],
    "vllm serve ./local; vllm serve /data/llm; vllm serve <your-model>; vllm serve your-org/your-model": [],
    "pip install acme/llm; modelscope download --model acme/llm": [],
    "vllm serve \\\n  --port 80 \\\n  acme/llm": ["3 acme/llm"],
}


@pytest.mark.parametrize("text", SHELL)
def test_shell(text: str) -> None:
    assert found(shell.find, text) == SHELL[text]


DOCKER = {
    "FROM ollama/ollama\nENV MODEL=mistral PORT=1": ["2 mistral ollama"],
    "FROM x\nADD https://huggingface.co/acme/a/resolve/r1/m.bin /m": ["2 acme/a @r1"],
    "FROM x\nCOPY <<E /app/.env\nMODEL_ID=acme/a\nE": ["3 acme/a"],
    "FROM x\nENV MODEL_ID=acme/a \\\n  # why\n  EMBEDDING_MODEL='acme/b'": ["2 acme/a", "4 acme/b"],
    "FROM x\nENV LLM_MODEL acme/a": ["2 acme/a"],
    "ARG M=acme/a\nFROM x\nARG M\nRUN hf download $M": ["4 acme/a"],
    "ARG M=acme/a\nFROM x\nRUN hf download $M": [],
    "FROM x AS one\nENV M=acme/a\nFROM one\nRUN hf download $M\nFROM y\nRUN hf download $M": ["4 acme/a"],
    "FROM x\nRUN <<EOF\nhf download acme/a\nEOF\nCMD ollama run llama3": ["3 acme/a", "5 llama3 ollama"],
    'FROM x\nENTRYPOINT ["vllm", "serve"]\nCMD ["--port", "1", \\\n  "acme/a"]': ["4 acme/a"],
    'FROM vllm/vllm-openai:v1\nCMD ["--model", "acme/a", "--revision", "r1"]': ["2 acme/a @r1"],
    'FROM x\nENV M=acme/a\nCMD ["sh", "-c", "vllm serve ${M}"]': ["3 acme/a"],
    "FROM acme/image\nLABEL model=acme/a\nCOPY acme/b /x\n# RUN hf download acme/c": [],
}


@pytest.mark.parametrize("text", DOCKER)
def test_docker(text: str) -> None:
    assert found(docker.find, text) == DOCKER[text]


MAKE = {
    "get = hf download $(1) --revision $(2)\nx:\n\t$(call get,acme/a,r1)": ["3 acme/a @r1"],
    "define get\n\t@hf download $(1)\nendef\nx:\n\t$(call get,acme/a)": ["5 acme/a"],
    "L = acme/a acme/b\nx:\n\t$(foreach m,$(L),hf download $(m);)": ["3 acme/a", "3 acme/b"],
    "MODEL ?= acme/a\nrun:\n\t@vllm serve $(MODEL) \\\n\t  --revision r1": ["3 acme/a @r1"],
    "MODEL_ID := acme/a # why": ["1 acme/a"],
    "ORG = acme\nNAME = $(ORG)/a\nx:\n\thf download ${NAME}": ["4 acme/a"],
    "ALL = acme/a \\\n  acme/b\nx:\n\tfor m in $(ALL); do hf download $$m; done": ["4 acme/a", "4 acme/b"],
    "x:\n\thf download $(or $(M),acme/a)": ["2 acme/a"],
    "x: MODEL = acme/a\nx:\n\tvllm serve $(MODEL)": ["3 acme/a"],
    "# MODEL = acme/a\nIMAGE = acme/b": [],
}


@pytest.mark.parametrize("text", MAKE)
def test_make(text: str) -> None:
    assert found(make.find, text) == MAKE[text]


JUST = {
    "m := 'acme/a'\nr:\n    vllm serve {{m}}": ["3 acme/a"],
    "chat name='gemma2:9b' *a:\n  @ollama run {{ name }} {{a}}": ["2 gemma2:9b ollama"],
    "get m:\n    hf download {{m}}\nall: (get 'acme/a')\n    just get acme/b": ["3 acme/a", "4 acme/b"],
    "export MODEL_ID := env('M', 'acme/a')\nimage := 'acme/b'": ["1 acme/a"],
    "x:\n    #!/usr/bin/env python\n    from transformers import AutoModel\n    AutoModel.from_pretrained('acme/a')": [
        "4 acme/a"
    ],
    "o := 'acme'\nx $M=(o / 'a'):\n    hf download $M # acme/b": ["3 acme/a"],
}


@pytest.mark.parametrize("text", JUST)
def test_just(text: str) -> None:
    assert found(justfile.find, text) == JUST[text]


def test_what_another_file_sets_is_known() -> None:
    tree = {"bin/lib.sh": 'get() { hf download "$1"; }\nhf download acme/own', "a.env": "MODEL=acme/b"}
    text = 'source "$(dirname "$0")/lib.sh"\n. ./../a.env\nget acme/a\nvllm serve "$MODEL"'
    uses = shell.find(Source("bin/x.sh", text), tree.get)
    assert [f"{one.path}:{one.line} {one.model}" for one in uses] == ["bin/x.sh:3 acme/a", "bin/x.sh:4 acme/b"]


def test_modelfile() -> None:
    text = '# x\nFROM llama3.1:8b\nADAPTER ./a.gguf\nSYSTEM """\nFROM x\n"""\nfrom hf.co/acme/a:Q4\nFROM ./b.gguf'
    assert found(modelfile.find, text) == ["2 llama3.1:8b ollama", "7 acme/a"]
    assert found(modelfile.find, "FROM python:3.11\nRUN x") == []


def test_a_quote_is_the_line_of_the_file() -> None:
    (one,) = make.find(Source("Makefile", "M = acme/a\nx:\n\t@vllm serve $(M)"))
    assert (one.quote, one.via, one.pinned) == ("@vllm serve $(M)", "vllm serve", False)


def test_a_text_within_a_file_has_the_lines_of_the_file() -> None:
    inner = Source("ci.yaml", "x\n" * 20).at(7, "echo\nvllm serve acme/a")
    assert [one.line for one in shell.find(inner)] == [8]


def test_the_rules_are_sound() -> None:
    assert command_rules.rules().commands["huggingface-cli download"].first == "hub"
    for name in command_rules.rules().commands:
        assert 1 <= len(name.split()) <= command_rules.MOST_WORDS
    for words in command_rules.rules().images.values():
        assert not words or command_rules.command(words.split()) or words in ("infinity_emb", "ollama")


HOSTILE = [
    "$(",
    "${a:-",
    '"$(',
    "`",
    "`a b` ",
    "{{a",
    "$((a",
    "a <<X\n",
    "if a; then ",
    "'\"`$({<|;&\n",
    "(",
    "a=(",
    'b"',
    "\\",
    "[a]=",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("finder", FINDERS)
def test_hostile_texts_end(finder: Callable[[Source], Iterator[Use]], text: str) -> None:
    list(finder(Source("file", f"RUN {text * 3000}\n\tx {text * 3000}")))


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(SourceError):
        list(shell.find(Source("file", "a" * (shell.MAX_LENGTH + 1))))


def test_what_follows_an_open_quote_is_read() -> None:
    assert found(shell.find, 'echo "open\nvllm serve acme/a\n') == ["2 acme/a"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab/$(){}[]<>'\"`\\|&;#=:-@ \t\n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    for finder in FINDERS:
        list(finder(Source("file", text)))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab$(){}'\"`<;| \n", max_size=60))
def test_lines_are_those_of_the_text(text: str) -> None:
    last = text.count("\n") + 1
    assert all(1 <= word.line <= last for command in shell_words.commands(text) for word in command.words)
