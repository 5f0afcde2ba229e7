"""Imports point one way: cli → assess → steps → model, errors, yamlio. The steps never import one another."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import openness

PACKAGE = Path(openness.__file__).parent
BASE = {"model", "usage", "errors", "snapshot", "yamlio", "yamlparser"}
STEPS = {"sources", "licensing", "lineage", "definitions", "policy", "discover", "diff", "output"}
ALLOWED = {
    "model": set(),
    "errors": set(),
    "snapshot": {"model"},
    "usage": {"model"},
    "yamlio": {"errors", "yamlparser"},
    "yamlparser": {"errors", "yamlio"},
    **{step: {"model", "usage", "errors", "snapshot", "yamlio", step} for step in STEPS},
    "assess": {"model", "errors", *STEPS},
    "changes": {"assess", "model", "errors", "snapshot", *STEPS},
    "policies": {"assess", "usage", *STEPS},
    "scan": {"assess", "policies", "model", "usage", "errors", *STEPS},
    "cli": {"assess", "changes", "cli", "policies", "scan", "model", "usage", "errors", "snapshot", "yamlio", *STEPS},
    "__main__": {"cli"},
    "__init__": {"assess", "model", "errors"},
}


def imported(path: Path) -> set[str]:
    """The parts of the package that a module imports; `openness` itself (its version) is not a part."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "openness":
            names |= {alias.name for alias in node.names if alias.name != "__version__"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("openness."):
            names.add(str(node.module).split(".")[1])
    return names


def test_imports_point_one_way() -> None:
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        assert imported(path) <= ALLOWED[part], path


def test_only_the_command_line_prints_or_exits() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name != "cli":
            calls = [
                node.func
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call)
            ]
            names = {ast.unparse(call) for call in calls}
            assert not names & {"print", "exit", "sys.exit", "os._exit"}, path


def test_no_registry_of_packages_is_named() -> None:
    hosts = ("pypi" + ".org", "npmjs" + ".com", "npmjs" + ".org", "pythonhosted" + ".org")
    for path in PACKAGE.parent.rglob("*"):
        if path.is_file() and path.suffix in (".py", ".yaml", ".md", ".toml", ".json") and ".venv" not in path.parts:
            assert not [host for host in hosts if host in path.read_text(encoding="utf-8", errors="replace")], path


def test_a_short_run_imports_little() -> None:
    """What a look-up by name does not need is not imported: start-up is measured in benchmarks/startup.py."""
    code = (
        "import sys; sys.argv = ['openness', 'check', 'gpt-oss']\n"
        "from openness.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('rich.console', 'license_expression', 'tomllib', 'html', 'tempfile',\n"
        "       'openness.licensing.identify', 'openness.sources.folder') if name in sys.modules])"
    )
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=quiet)
    assert done.stdout.rstrip().endswith("[]")
