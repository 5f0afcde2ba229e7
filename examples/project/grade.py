"""Asks a model behind an API whether an answer is good."""

from openai import OpenAI


def grade(question: str, answer: str) -> str | None:
    """What the model says of an answer."""
    content = f"Is this a good answer to '{question}'? {answer}"
    reply = OpenAI().chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": content}])
    return reply.choices[0].message.content
