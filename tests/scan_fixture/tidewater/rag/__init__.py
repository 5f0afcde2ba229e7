"""Retrieval and answers."""

from .names import SMALL as DEFAULT_EMBEDDER

__all__ = ["DEFAULT_EMBEDDER"]
