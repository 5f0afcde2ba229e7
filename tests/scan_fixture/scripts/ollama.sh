#!/usr/bin/env bash
# ollama pull vicuna:13b
models=(
  "llama3.2:3b"
  deepseek-r1:7b
)
for m in "${models[@]}"; do
  ollama pull "$m"
done
ollama pull mxbai-embed-large
ollama run llama3.1:8b "Who owns container MSKU1234567?"
ollama run hf.co/bartowski/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M
ollama create tide -f Modelfile
OLLAMA_MODEL=codellama:7b-instruct
ollama pull "$OLLAMA_MODEL"
ollama list | grep llama
docker model pull ai/smollm2
docker model run ai/gemma3:4B-Q4_K_M "hello"
docker model pull hf.co/bartowski/SmolLM2-360M-Instruct-GGUF
docker pull ollama/ollama:0.4.1
docker run -d nvcr.io/nvidia/tritonserver:24.10-py3
curl http://localhost:11434/api/chat -d '{"messages": [], "stream": false}'
