"""The output formats of a scan by name: what `--format` takes beside `text`, which needs a terminal's width."""

from __future__ import annotations

from openness.usage import Scan

FORMATS = ("json", "sarif", "junit", "github", "gitlab", "markdown")


def render(scan: Scan, form: str) -> str:
    """The scan as one of `FORMATS`, a whole document; only the module of that format is loaded."""
    from importlib import import_module

    name = "scan_json" if form == "json" else form
    return str(import_module(f"openness.output.{name}").render(scan))
