#!/usr/bin/env bash
# Functions, loops over lists and files that this script writes.
set -euo pipefail

grab() { huggingface-cli download "$1" --revision "$2" --local-dir "/srv/models/${1##*/}"; }
grab google/flan-t5-small 0f1e2d3c4b5a69788796a5b4c3d2e1f001122334
grab "google/flan-t5-base" main

function warm {
  local repo=${1:?which} tag=${2:-latest-good}
  shift
  vllm serve "$repo" --revision "$tag" --port 9000
}
warm bigcode/starcoderbase-1b
again() { local n=$1; shift; for _ in $(seq "$n"); do "$@" && return; done; }
again 3 hf download Salesforce/codet5-small
everything() {
  for one in "$@"; do ollama pull "$one"; done
}
everything granite3.1-moe:1b starcoder2:3b

while IFS=, read -r repo rev; do
  hf download "$repo" --revision "$rev"
done <<'LIST'
EleutherAI/pythia-14m,aabbccddeeff00112233445566778899aabbccdd
EleutherAI/pythia-31m,step3000
LIST
while read -r m; do lms get "$m"; done < <(printf '%s\n' Qwen/Qwen1.5-0.5B-Chat)
printf '%s\n' cardiffnlp/tweet-topic-21-multi | xargs -n1 -I@ hf download @ --quiet
pinned=deepset/tinyroberta-squad2@99887766554433221100ffeeddccbbaa99887766
hf download "${pinned%@*}" --revision "${pinned#*@}"

SERVED=stabilityai/stablelm-zephyr-3b
cat > /etc/tide/vllm.env <<ENV
MODEL_NAME=${SERVED}
LOG_FORMAT=tide/json
ENV
cat <<YAML | kubectl apply -f -
spec:
  containers:
    - image: vllm/vllm-openai:v0.8.5
      args: [--model, Qwen/Qwen1.5-0.5B]
YAML
echo "EMBEDDING_MODEL=thenlper/gte-base" >> .env

docker run -d --rm -e MODEL_ID=HuggingFaceTB/SmolLM-135M -p 80:80 ghcr.io/huggingface/text-generation-inference:3.1
podman run --env "MODEL_ID=jinaai/jina-embeddings-v2-small-en" ghcr.io/huggingface/text-embeddings-inference:1.6
ls ~/.cache/huggingface/hub/models--openai--clip-vit-base-patch32/snapshots/3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268/
CLIP_DIR=/hub/models--openai--clip-vit-large-patch14/snapshots/32bd64288804d66eefd0ccbe215aa642df71cc41
python3 -m mteb run -m sentence-transformers/allenai-specter -t SciFact
lighteval accelerate "model_name=HuggingFaceTB/SmolLM-360M" "leaderboard|arc|0"
helm upgrade tide ./chart --set "servingEngineSpec.modelSpec[0].modelURL=facebook/opt-350m" --set image.repository=tide/web
python tools/download_model.py facebook/m2m100_418M
python tools/train_model.py conf/harbour

dbt run --models staging/berths
poetry run dbt test --model marts/tides
juju switch --model admin/harbour
openscad --model parts/bollard quay.scad
docker model push tidewater/buoy-lm
ollama push tidewater/buoy
hf upload tidewater/tide-ner ./out
export MODEL_IMAGE=tidewater/server:2
rm -rf ~/.cache/huggingface/hub/models--gpt2--old
