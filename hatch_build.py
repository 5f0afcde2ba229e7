"""Build step: the YAML of `rules/` and of the registry goes into the wheel compiled as well: runs start faster."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Adds a `.json` beside every `.yaml` of the wheel; an editable install reads the YAML."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is put together."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from openness import yamlio

        self.folder = tempfile.TemporaryDirectory()
        for source, home in ((root / "rules", "openness/_rules"), (root / "openness/registry", "openness/registry")):
            for path in sorted(source.rglob("*.yaml")):
                inside = Path(home) / path.relative_to(source).with_suffix(".json")
                compiled = Path(self.folder.name) / str(inside).replace("/", "_")
                compiled.write_text(yamlio.compile_file(path, without="examples"), encoding="utf-8")
                build_data["force_include"][str(compiled)] = inside.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is there."""
        if version != "editable":
            self.folder.cleanup()
