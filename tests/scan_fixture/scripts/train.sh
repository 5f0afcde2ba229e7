#!/bin/bash
BASE=allenai/longformer-base-4096
DATA=tidewater-data/claims
ARGS=(--output_dir runs/ner --epochs 3)
accelerate launch -m tidewater.train.finetune \
  --model_name_or_path $BASE \
  --dataset "$DATA" \
  --hub_model_id tidewater-ai/longform \
  "${ARGS[@]}"
torchrun --nproc_per_node 2 tidewater/train/finetune.py --model_name_or_path=google/bigbird-roberta-base --teacher-model google/fnet-base
lm_eval --model hf --model_args pretrained=EleutherAI/pythia-1.4b,dtype=bfloat16,revision=step100000 --tasks hellaswag,arc/challenge
trl sft --model_name_or_path facebook/opt-1.3b --dataset_name stanfordnlp/imdb
optimum-cli export onnx --model deepset/roberta-base-squad2 out/squad
mlx_lm.generate --model mlx-community/Llama-3.2-3B-Instruct-4bit --prompt "hi"
cat > run.yaml <<EOF
model: stabilityai/stablelm-3b-4e1t
EOF
python - <<'PY'
from transformers import AutoModel
AutoModel.from_pretrained("google/canine-s")
PY
python -c "from sentence_transformers import SentenceTransformer; SentenceTransformer('BAAI/bge-large-en-v1.5')"
cat <<'NOTE'
If you want a bigger model, read about facebook/opt-30b.
NOTE
echo "Now try: ollama run llama2"
case "$1" in
  small) M=facebook/opt-125m ;;
  *) M=facebook/opt-2.7b ;;
esac
vllm serve "$M"
