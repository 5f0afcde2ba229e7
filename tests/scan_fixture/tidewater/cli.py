"""Commands of the project."""

from typing import Annotated, Optional

import click
import fire
import typer
from transformers import AutoModelForCausalLM, pipeline

app = typer.Typer(help="Runs Tidewater; see github.com/tidewater/tidewater")


@app.command()
def answer(
    question: str,
    model: str = typer.Option("internlm/internlm2_5-7b-chat", "--model", help="a Hub id"),
):
    """Answer a question."""
    pipeline("text-generation", model=model)


@app.command()
def rank(
    model_id: Annotated[str, typer.Option("--model-id", help="such as org/name")] = "jinaai/jina-reranker-v2-base-multilingual",
    output: Annotated[str, typer.Option()] = "out/ranks",
):
    """Rank passages."""


@click.command()
@click.option("--embedding-model", default="ibm-granite/granite-embedding-125m-english", show_default=True)
@click.option("--image", default="tidewater/worker")
@click.option("--model", "-m", envvar="TIDE_MODEL", required=True)
def index(embedding_model, image, model):
    """Index a folder."""
    click.echo(embedding_model)
    AutoModelForCausalLM.from_pretrained(model)


def chat(model_name="openbmb/MiniCPM3-4B", port=7860, theme="gradio/soft"):
    """Chat in a window."""
    return AutoModelForCausalLM.from_pretrained(model_name)


if __name__ == "__main__":
    fire.Fire(chat)
