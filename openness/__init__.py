"""Says, with evidence, whether a model release is open-weight or open source, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openness.assess import assess
    from openness.errors import OpennessError
    from openness.model import Release, Report

__all__ = ["OpennessError", "Release", "Report", "__version__", "assess"]

__version__ = "0.1.0"

_HOME = {"assess": "assess", "OpennessError": "errors", "Release": "model", "Report": "model"}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first used: a command line must start fast."""
    if name in _HOME:
        import importlib

        found = getattr(importlib.import_module(f"openness.{_HOME[name]}"), name)
        globals()[name] = found  # over the submodule of the same name, which the import has just bound
        return found
    raise AttributeError(f"module 'openness' has no attribute '{name}'")
