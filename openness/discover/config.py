"""Configuration files → the models that they name: YAML, JSON, TOML, HCL, `key = value`, front matter."""

from __future__ import annotations

from collections.abc import Iterator

from openness.discover import files
from openness.discover.nodes import Map, Node
from openness.discover.source import Look, Source
from openness.usage import Use


def find(source: Source, look: Look | None = None) -> Iterator[Use]:
    """The models that the file names, by its name's form. Raises SourceError for nesting without end."""
    from openness.discover import keys

    form = files.form(source.path.rpartition("/")[2])
    if form == "card":
        source = front_matter(source)
        if source.content.strip():
            yield from keys.find(source, _without_own_name(read(source, "yaml")), look)
    elif source.content.strip():
        yield from keys.find(source, read(source, form or "ini"), look)


def _without_own_name(roots: list[Node]) -> list[Node]:
    """A card's values without the keys that name the model that the card is of."""
    from openness.discover.speaking import is_in, normal

    for root in roots:
        if isinstance(root, Map):
            root.pairs = [(key, value) for key, value in root.pairs if not is_in(normal(key.value), "own")]
    return roots


def read(source: Source, form: str) -> list[Node]:
    """The values of a text in the syntax of a form. Raises SourceError."""
    if form == "yaml":
        from openness.discover import yaml_config

        return yaml_config.read(source.content, source.path)
    if form == "json":
        from openness.discover import json_config

        return json_config.read(source.content, source.path)
    if form == "toml":
        from openness.discover import toml_config

        return toml_config.read(source.content, source.path)
    if form == "hcl":
        from openness.discover import hcl_config

        return hcl_config.read(source.content, source.path)
    from openness.discover import ini_config

    return ini_config.read(source.content, source.path)


def front_matter(source: Source) -> Source:
    """The YAML between the `---` lines at the top of a Markdown file; empty where there is none."""
    lines = source.content.split("\n", 2000)[:2000]
    if lines[0].rstrip() != "---":
        return Source(source.path, "")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), 0)
    return source.at(2, "\n".join(lines[1:end])) if end else Source(source.path, "")
