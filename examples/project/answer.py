"""An assistant that answers questions over documents."""

from transformers import AutoModelForCausalLM

MODEL = "openai/gpt-oss-20b"
REVISION = "6cee5e81ee83917806bbde320786a8fb61efebee"

model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION)
