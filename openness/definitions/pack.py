"""Loads a definition pack and checks all of it: a pack that loads can be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from openness import yamlio
from openness.definitions.predicates import PREDICATES, ComponentFacts, every, some
from openness.errors import DefinitionError
from openness.model import COMPONENTS, Kind

FOLDER = yamlio.RULES / "definitions"


class Facts(NamedTuple):
    """All that a verdict depends on."""

    components: tuple[ComponentFacts, ...]
    reviews: tuple[tuple[str, bool], ...] = ()
    """(rule or definition, answer) pairs."""

    def of(self, name: str) -> ComponentFacts:
        """The facts of a component, all unknown where there are none."""
        return next((facts for facts in self.components if facts.name == name), ComponentFacts(name))


Judge = Callable[[Facts], Kind]


class Rule(NamedTuple):
    """One requirement of a definition."""

    id: str
    """`definition/rule`."""

    title: str
    section: str
    judge: Judge
    reads: tuple[tuple[str, str], ...]
    """(component, fact) pairs that it depends on."""

    messages: dict[Kind, str]
    """What to say for each kind that has words of its own; else the title."""

    note: str
    question: str
    """What a person must judge; empty if the rule leaves nothing to judge."""

    requires: str
    """The condition as the file writes it, on one line, for `--explain`."""

    examples: dict[str, Any]
    """`pass`, `fail` and `open`: component → facts, run by the tests."""


class Level(NamedTuple):
    """One rung of the ladder."""

    level: str
    title: str
    settled: str
    """The headline when a verdict ends on this level."""

    means: str
    """What the level is to a newcomer, in a sentence; may be empty."""

    means_at_least: str
    """The same where the verdict may still be higher."""

    rules: tuple[Rule, ...]
    """The rules that this level adds to those before it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Definition:
    """A definition: rules and a ladder of levels."""

    id: str
    title: str
    publisher: str
    source: str
    accessed: str
    levels: tuple[Level, ...]
    """Lowest first; the first needs nothing: what a release is that meets no other."""

    sha256: str

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule once, in the order of the ladder."""
        return tuple({rule.id: rule for level in self.levels for rule in level.rules}.values())

    def position(self, level: str) -> int:
        """Where a level stands on the ladder. Raises DefinitionError for one that it does not have."""
        names = [one.level for one in self.levels]
        if level not in names:
            raise DefinitionError(f"'{self.id}' has no level '{level}'{yamlio.nearest(level, names)}")
        return names.index(level)


def available() -> list[str]:
    """The ids of the bundled definitions."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Definition:
    """The bundled definition of that id, or the one in the YAML file of that path.

    Raises DefinitionError with file and line for an unknown id and for anything in the file that is not right.
    """
    if name.endswith((".yaml", ".yml")):
        return _load(Path(name))
    if name not in available():
        raise DefinitionError(f"no definition '{name}'{yamlio.nearest(name, available())}")
    return _load(FOLDER / f"{name}.yaml")


@lru_cache(maxsize=64)
def _load(path: Path) -> Definition:
    top = yamlio.Reader(yamlio.read(path, error=DefinitionError), str(path), "a definition", DefinitionError)
    top.only("definition", "title", "publisher", "source", "accessed", "note", "levels", "rules")
    name = top.text("definition")
    if name != path.stem:
        top.fail("definition", f"'{name}' must be called as its file is: '{path.stem}'")
    rules: dict[str, Rule] = {}
    for entry in top.maps("rules"):
        rule = _rule(name, entry)
        if rule.id in rules:
            entry.fail("rule", f"the rule '{entry.text('rule')}' is there twice")
        rules[rule.id] = rule
    levels = tuple(_level(name, entry, rules) for entry in top.maps("levels"))
    if len(levels) < 2 or levels[0].rules or any(not level.rules for level in levels[1:]):
        top.fail("levels", "a ladder has two levels or more; the first needs nothing, each other one something")
    used = {rule.id for level in levels for rule in level.rules}
    for entry in top.maps("rules"):
        if f"{name}/{entry.text('rule')}" not in used:
            entry.fail("rule", f"no level needs the rule '{entry.text('rule')}'")
    title, publisher, source, accessed = (top.text(key) for key in ("title", "publisher", "source", "accessed"))
    return Definition(name, title, publisher, source, accessed, levels, yamlio.digest(path))


def _level(definition: str, entry: yamlio.Reader, rules: dict[str, Rule]) -> Level:
    entry.only("level", "title", "settled", "means", "means-at-least", "needs")
    needed: dict[str, Rule] = {}
    for need in entry.texts("needs"):
        for rule in _needed(definition, need, entry, rules):
            needed[rule.id] = rule
    level = entry.text("level")
    title = entry.text("title", level)
    settled, means, at_least = (entry.text(key, "") for key in ("settled", "means", "means-at-least"))
    return Level(level, title, settled or title, means, at_least, tuple(needed.values()))


def _needed(definition: str, need: str, entry: yamlio.Reader, rules: dict[str, Rule]) -> Iterator[Rule]:
    """A rule of the same file, or of another as `definition/rule`; `definition/level` is every rule up to there."""
    if "/" not in need:
        if f"{definition}/{need}" not in rules:
            known = [name.split("/")[1] for name in rules]
            entry.fail("needs", f"no rule '{need}' in this file{yamlio.nearest(need, known)}")
        yield rules[f"{definition}/{need}"]
        return
    try:
        other = load(need.split("/")[0])
        named = [rule for rule in other.rules if rule.id == need]
        reached = len(other.levels) if named else other.position(need.split("/", 1)[1]) + 1
    except DefinitionError as problem:
        entry.fail("needs", problem.message)
    yield from named or (rule for level in other.levels[:reached] for rule in level.rules)


def _rule(definition: str, entry: yamlio.Reader) -> Rule:
    entry.only(
        "rule", "title", "section", "requires", "when-pass", "when-fail", "when-open", "when-review", "note", "examples"
    )
    name = f"{definition}/{entry.text('rule')}"
    condition = _Condition(name, entry)
    judge = condition.compile(entry.need("requires"), entry.line("requires"))
    messages = {
        kind: entry.text(f"when-{kind.value}")
        for kind in (Kind.PASS, Kind.FAIL, Kind.OPEN, Kind.REVIEW)
        if f"when-{kind.value}" in entry.map
    }
    for kind in (Kind.FAIL, Kind.OPEN):
        if kind not in messages:
            entry.fail("rule", f"the rule needs 'when-{kind.value}'")
    examples = entry.child("examples")
    if examples is None or not {"pass", "fail", "open"} <= examples.map.keys():
        entry.fail("examples", "a rule needs the examples 'pass', 'fail' and 'open'")
    return Rule(
        id=name,
        title=entry.text("title"),
        section=entry.text("section"),
        judge=judge,
        reads=tuple(dict.fromkeys(condition.reads)),
        messages=messages,
        note=entry.text("note", ""),
        question=condition.question,
        requires=_written(entry.need("requires")),
        examples=dict(examples.map),
    )


class _Condition:
    """Compiles `requires` into one function over facts."""

    def __init__(self, rule: str, entry: yamlio.Reader) -> None:
        self.rule, self.entry = rule, entry
        self.reads: list[tuple[str, str]] = []
        self.question = ""

    def fail(self, message: str, line: int) -> DefinitionError:
        return DefinitionError(message, self.entry.path, line)

    def compile(self, node: Any, line: int) -> Judge:
        if not isinstance(node, yamlio.YamlMap) or not node:
            raise self.fail("a condition is 'all:', 'any:', 'reviewed:' or 'component: predicate'", line)
        judges = [self._one(key, value, node.lines[key]) for key, value in node.items()]
        return judges[0] if len(judges) == 1 else lambda facts: every(judge(facts) for judge in judges)

    def _one(self, key: str, value: Any, line: int) -> Judge:
        if key in ("all", "any"):
            if not isinstance(value, yamlio.YamlList) or not value:
                raise self.fail(f"'{key}' needs a list that is not empty", line)
            judges = [self.compile(child, value.lines[number]) for number, child in enumerate(value)]
            combine = every if key == "all" else some
            return lambda facts: combine([judge(facts) for judge in judges])
        if key == "reviewed":
            if not isinstance(value, str) or not value:
                raise self.fail("'reviewed' needs a question", line)
            self.question = value
            return self._reviewed()
        if key not in COMPONENTS:
            raise self.fail(f"no component '{key}'{yamlio.nearest(key, COMPONENTS)}", line)
        return self._component(key, value, line)

    def _reviewed(self) -> Judge:
        subjects = (self.rule, self.rule.split("/")[0])

        def judge(facts: Facts) -> Kind:
            answers = {answer for subject, answer in facts.reviews if subject in subjects}
            if len(answers) != 1:
                return Kind.REVIEW
            return Kind.PASS if answers.pop() else Kind.FAIL

        return judge

    def _component(self, component: str, value: Any, line: int) -> Judge:
        if isinstance(value, str):
            return self._predicate(component, value, None, line)
        if not isinstance(value, yamlio.YamlMap) or not value:
            raise self.fail(f"'{component}' needs a predicate", line)
        judges = [self._predicate(component, name, value[name], value.lines[name]) for name in value]
        return judges[0] if len(judges) == 1 else lambda facts: every([judge(facts) for judge in judges])

    def _predicate(self, component: str, name: str, argument: Any, line: int) -> Judge:
        predicate = PREDICATES.get(name)
        if predicate is None:
            raise self.fail(f"no predicate '{name}'{yamlio.nearest(name, PREDICATES)}", line)
        kinds: dict[str, type] = {"none": type(None), "text": str, "list": yamlio.YamlList}
        if not isinstance(argument, kinds[predicate.argument]) or argument == []:
            wanted = {"none": "no argument", "text": "one word", "list": "a list"}[predicate.argument]
            raise self.fail(f"'{name}' takes {wanted}", line)
        self.reads += [(component, fact) for fact in (*predicate.reads, "used")]
        fixed = tuple(argument) if isinstance(argument, list) else argument

        def judge(facts: Facts) -> Kind:
            found = facts.of(component)
            return Kind.NOT_APPLICABLE if found.used is False else predicate.judge(found, fixed)

        return judge


def _written(node: Any) -> str:
    """A condition on one line, as a person would say it."""
    if isinstance(node, dict):
        parts = []
        for key, value in node.items():
            if key in ("all", "any"):
                joined = (" and " if key == "all" else " or ").join(_written(child) for child in value)
                parts.append(f"({joined})")
            elif key == "reviewed":
                parts.append(f'a person answers "{value}"')
            else:
                parts.append(f"{key} {_written(value)}")
        return " and ".join(parts)
    if isinstance(node, list):
        return ", ".join(str(value) for value in node)
    return str(node) if node is not None else ""
