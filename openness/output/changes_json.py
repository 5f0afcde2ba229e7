"""Output format: the JSON contract `openness-diff-1`; its schema is `openness/schemas/diff-1.schema.json`."""

from __future__ import annotations

from typing import Any

from openness import __version__
from openness.model import Severity
from openness.snapshot import Change, Changes, Licensed, Passage, Snapshot, Standing, TextChange, VerdictChange

SCHEMA = "openness-diff-1"


def render(changes: Changes) -> str:
    """The comparison as JSON text, keys in the order of the contract, ending with a newline."""
    import json

    found = {"schema": SCHEMA, "tool": {"name": "openness", "version": __version__}, "changes": document(changes)}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def document(changes: Changes) -> dict[str, Any]:
    """What changed, as the value of the key `changes`."""
    return {
        "old": _side(changes.old),
        "new": _side(changes.new),
        "nothing": changes.nothing,
        "worse": list(changes.worse),
        "verdicts": [_verdict(one) for one in changes.verdicts],
        "licenses": [{"component": one.name} | _sides(one, _licensed) for one in changes.licenses],
        "terms": [{"term": one.name} | _sides(one, _values) for one in changes.terms],
        "texts": [_text(one) for one in changes.texts],
        "facts": [one._asdict() for one in changes.facts],
        "weights": [{"path": one.name} | _sides(one, _values) for one in changes.weights],
        "bases": [{"model": one.name} | _sides(one, _relation) for one in changes.bases],
        "findings": [{"id": one.name} | _sides(one, _values) for one in changes.findings],
        "notes": list(changes.notes),
    }


def _side(one: Snapshot) -> dict[str, Any]:
    return {"release": one.release, "target": one.target, "revision": one.revision}


def _sides(change: Change[Any], told: Any) -> dict[str, Any]:
    """The kind of a change and both values; null for the side that has none."""
    old, new = (None if one is None else told(one) for one in (change.old, change.new))
    return {"change": change.kind, "old": old, "new": new}


def _values(one: Any) -> dict[str, Any]:
    return {key: value.value if isinstance(value, Severity) else value for key, value in one._asdict().items()}


def _licensed(one: Licensed) -> dict[str, Any]:
    return {"declared": list(one.declared), "concluded": one.concluded, "status": one.status}


def _relation(one: str) -> dict[str, Any]:
    return {"relation": one or None}


def _verdict(one: VerdictChange) -> dict[str, Any]:
    return {
        "definition": one.definition,
        "direction": one.direction,
        "old": _standing(one.old),
        "new": _standing(one.new),
        "rules": [{"rule": rule.name, "old": rule.old, "new": rule.new} for rule in one.rules],
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {"at_least": one.at_least, "at_most": one.at_most, "text": one.text}


def _text(one: TextChange) -> dict[str, Any]:
    return {
        "change": one.kind,
        "old_path": one.old_path,
        "new_path": one.new_path,
        "wording_changed": one.wording,
        "passages": [_passage(passage) for passage in one.passages],
        "more_passages": one.more,
    }


def _passage(one: Passage) -> dict[str, Any]:
    return {
        "change": one.kind,
        "old_lines": list(one.old_lines),
        "new_lines": list(one.new_lines),
        "old": one.old,
        "new": one.new,
    }
