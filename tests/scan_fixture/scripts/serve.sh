#!/usr/bin/env bash
# Serves the generator. Before: vllm serve lmsys/vicuna-7b-v1.5
set -euo pipefail

MODEL="${TIDE_MODEL:-Qwen/Qwen2.5-14B-Instruct}"
export DRAFT_MODEL=Qwen/Qwen2.5-0.5B-Instruct
IMAGE=ghcr.io/huggingface/text-generation-inference:3.0.1
OUT=outputs/logs

vllm serve "$MODEL" \
  --port 8000 \
  --tokenizer Qwen/Qwen2.5-1.5B-Instruct \
  --served-model-name tide/chat \
  --speculative-model "${DRAFT_MODEL}" &

python -m vllm.entrypoints.openai.api_server --model mistralai/Mixtral-8x7B-Instruct-v0.1 --revision 41bd4c9e7e4fb318ca40e721131d4933966c2cc1 &
python3 -m sglang.launch_server --model-path=deepseek-ai/deepseek-coder-6.7b-instruct --port 30000 &
text-generation-launcher --model-id bigcode/starcoder2-3b --num-shard 1 &
lmdeploy serve api_server internlm/internlm2_5-1_8b-chat --server-port 23333 &
llama-server -hf ggml-org/gemma-3-4b-it-GGUF:Q4_K_M -c 8192 &
llama-cli --hf-repo ggml-org/tinygemma3-GGUF --hf-file tinygemma3-Q8_0.gguf -p "hi" &
llama-server -m /srv/models/own.gguf &
docker run --gpus all -p 8080:80 "$IMAGE" --model-id tiiuae/falcon-11B &
docker run --rm vllm/vllm-openai:v0.6.4 \
  --model NousResearch/Hermes-3-Llama-3.1-8B &
vllm serve /cache/hub/models--microsoft--Phi-4-mini-instruct/snapshots/5a149550068a1eb93398160d8953f5f56c3603e9 &
vllm serve "$1" &
vllm serve ${UNSET_MODEL} &
vllm serve ./models/merged &
ollama serve &
wait
