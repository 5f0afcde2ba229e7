"""Fine-tunes the entity finder."""

import argparse
import os

from datasets import load_dataset
from transformers import AutoConfig, AutoModelForTokenClassification, AutoTokenizer, Trainer, TrainingArguments
from trl import SFTTrainer

parser = argparse.ArgumentParser(description="Fine-tune, for example from roberta-large")
parser.add_argument("--model_name_or_path", type=str, default="FacebookAI/roberta-base")
parser.add_argument(
    "--teacher-model",
    default="google/electra-large-discriminator",
    help="for example albert/albert-base-v2",
)
parser.add_argument("--output_dir", default="outputs/ner")
parser.add_argument("--dataset", default="eriktks/conll2003")
parser.add_argument("--hub_model_id", default="tidewater-ai/tide-ner-large")
parser.add_argument("--base-image", default="nvidia/cuda")
args = parser.parse_args()

rows = load_dataset("tner/ontonotes5", split="train")
more = load_dataset(path="universal-dependencies/universal_dependencies", name="pt_bosque")
config = AutoConfig.from_pretrained(args.model_name_or_path)
teacher = AutoModelForTokenClassification.from_pretrained(args.teacher_model)
student = AutoModelForTokenClassification.from_pretrained(os.environ.get("STUDENT", "distilbert/distilroberta-base"))
pinned = AutoTokenizer.from_pretrained("dslim/bert-base-NER", revision="d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc")
floating = AutoTokenizer.from_pretrained("dslim/distilbert-NER", revision="refs/pr/2")
trainer = Trainer(
    model=student,
    args=TrainingArguments(
        output_dir="outputs/student",
        hub_model_id="tidewater-ai/tide-ner",
        push_to_hub=True,
    ),
)
sft = SFTTrainer(model="HuggingFaceTB/SmolLM2-135M", train_dataset=rows)
student.save_pretrained("saved/student")
student.push_to_hub("tidewater-ai/tide-ner-small")
resumed = AutoModelForTokenClassification.from_pretrained(os.path.join(args.output_dir, "checkpoint-1200"))
