"""The side-by-side with other identifiers, on texts of ours and with our own identifier alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LICENSE = (ROOT / "LICENSE").read_text(encoding="utf-8")
ENTRY = {"ids": ["Apache-2.0"], "licence_file": True, "known_id": True}


def test_side_by_side_counts_what_it_is_given(tmp_path: Path) -> None:
    place = LICENSE.index("4. Redistribution")
    clause = "   You may not use the Work in Atlantis.\n\n   "
    (tmp_path / "one").write_text(LICENSE, encoding="utf-8")
    (tmp_path / "two").write_text(LICENSE[:place] + clause + LICENSE[place:], encoding="utf-8")
    (tmp_path / "three").write_text("Our own words, which are no licence at all.\n", encoding="utf-8")
    entries = [
        ENTRY | {"corpus": "ours", "path": "one", "kind": "single"},
        ENTRY | {"corpus": "changed", "path": "two", "kind": "modified"},
        ENTRY | {"corpus": "ours", "path": "three", "kind": "single"},
        ENTRY | {"corpus": "ours", "path": "absent", "kind": "multi"},
    ]
    (tmp_path / "truth.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in entries), encoding="utf-8")
    figures, page = tmp_path / "figures.json", tmp_path / "page.md"
    figures.write_text(json.dumps({"licensee": {"missing": "not installed"}}), encoding="utf-8")
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n", encoding="utf-8")
    script = str(ROOT / "benchmarks" / "peers.py")
    options = ["--only", "openness", "--runs", "1", "--json", str(figures), "--markdown", str(page)]
    subprocess.run([sys.executable, script, str(tmp_path), *options], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    found = json.loads(figures.read_text(encoding="utf-8"))
    counts: dict[str, dict[str, int]] = {key.rsplit(" ", 1)[0]: {} for key in found["openness"]["outcomes"]}
    for key, one in found["openness"]["outcomes"].items():
        counts[key.rsplit(" ", 1)[0]].update(one)
    assert counts == {"changed": {"caught": 1}, "ours": {"right": 1, "unknown": 1}}
    shown = page.read_text(encoding="utf-8")
    assert shown.startswith("before\n<!-- figures -->\n| tool |") and shown.endswith("<!-- end of figures -->\nafter\n")
    assert "| 0 of 1 |" in shown and "| licensee | not installed |" in shown and "old" not in shown
