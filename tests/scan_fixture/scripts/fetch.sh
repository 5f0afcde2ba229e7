#!/bin/sh
set -eu
REPO=microsoft/Phi-3-vision-128k-instruct
REV=c45209e90a4c4f7d16b2e9d48503c7f3e83623ed
: "${EMBED:=Alibaba-NLP/gte-large-en-v1.5}"

hf download "$REPO" --revision "$REV"
hf download $EMBED --local-dir models/gte
hf download openbmb/MiniCPM-V-2_6 config.json tokenizer.json --revision=v2.6
huggingface-cli download \
  --cache-dir /tmp/hf \
  lmms-lab/llava-onevision-qwen2-7b-ov
HF_HUB_ENABLE_HF_TRANSFER=1 huggingface-cli download HuggingFaceM4/idefics2-8b --quiet && echo done
hf download --repo-type dataset HuggingFaceTB/cosmopedia
huggingface-cli download allenai/c4 --repo-type=dataset --include "en/*"
hf upload tidewater-ai/tide-ner ./outputs/ner
huggingface-cli repo create tide-demo --type space
curl -fsSL -o yolo.pt https://huggingface.co/Ultralytics/YOLO11/resolve/main/yolo11n.pt
wget -q "https://huggingface.co/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1/ggml-base.bin"
wget https://huggingface.co/datasets/stanfordnlp/imdb/resolve/main/plain_text/test.parquet
git clone https://huggingface.co/THUDM/chatglm3-6b
git lfs clone https://hf.co/openchat/openchat-3.5-0106 /srv/openchat
git clone https://github.com/huggingface/peft.git vendor/peft
git clone git@github.com:tidewater/charts.git
pip install "git+https://github.com/huggingface/transformers@v4.46.0"
curl -H "Accept: application/json" https://example.org/models/list
