"""Comparison: two states of a release → what changed. A step of its own: it reads values and nothing else."""

from __future__ import annotations

from openness.diff.compare import compare
from openness.diff.snapshots import snapshot

__all__ = ["compare", "snapshot"]
