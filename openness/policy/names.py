"""What a model of another registry is called on the Hub: guesses to be looked up, never believed."""

from __future__ import annotations

import re

_QUANTISATION = re.compile(r"(?:\A|[-_.])(?:i?q\d\w*|b?f16|fp(?:8|16)|int[48]|(?:mx|nv)fp4)\Z", re.IGNORECASE)
_OWN = {"ollama": ("", "library"), "docker": ("ai",)}  # the namespaces in which a name is that of the model itself


def spellings(model: str, kind: str) -> tuple[str, ...]:
    """The names under which a model may be known, the most exact first; none for one whose name tells nothing.

    `llama3.1:8b-q4_K_M` of Ollama is `llama3.1:8b`, too: the format of the numbers does not make it another model, and
    its size does. A model in somebody's own namespace is that person's. timm publishes its weights as `timm/<name>`.
    """
    if kind == "timm":
        return (f"timm/{model}",)
    namespace, _, last = model.rpartition("/")
    if namespace not in _OWN.get(kind, ()):
        return ()
    name, _, tag = last.partition(":")
    plain = _QUANTISATION.sub("", tag)
    tags = (tag, plain) if tag != "latest" else ("",)
    return tuple(dict.fromkeys(f"{name}:{one}" if one else name for one in tags))
