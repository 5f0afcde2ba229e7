"""A string in a code base → the model that it names, or nothing; the words are `rules/model-references.yaml`.

The caller knows the place, and says how sure it is that a model stands there. Unsure is no: a path, a placeholder, a
media type and a name with a hole in it are no models.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from openness import yamlio

MAX_NAME = 300
"""Longest string that is looked at, in characters."""

HUB, OLLAMA, API = "hub", "ollama", "api"

_ID = re.compile(r"([A-Za-z0-9][\w.-]{0,95})/([\w][\w.-]{0,95})")
_BARE = re.compile(r"[A-Za-z0-9][\w.-]{1,95}")
_URL = re.compile(
    r"(?:https?://)?(?:(?:www\.|api-inference\.|router\.)?huggingface\.co|hf\.co)/(?:(?:hf-inference/)?models/(?=[^/]+/[^/]))?([^?#\s\"'<>]+)",
    re.IGNORECASE,
)
_CACHED = re.compile(r"models--([\w.-]+?)--([\w.-]+?)(?:/(?:snapshots|refs)/([\w.-]+)|(?=[/\\\s\"']|\Z))")
_OLLAMA = re.compile(r"((?:[\w.-]+/)?[a-z0-9][\w.-]*)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?")
_COMMIT = re.compile(r"[0-9a-f]{40}|(?:sha256[:-])?[0-9a-f]{64}")
_HOLES = frozenset("<>{}$%*\\|\"'`()[]=,; \t\n")
_HOSTED = re.compile(
    r"huggingface\.co/(?:[\w-]+/)*(?:models|pipeline/[\w-]+)/([\w.-]+/[\w.-]+)(?:/v1\S*)?\Z"
    r"|(?:api-inference\.huggingface\.co|huggingface\.co/hf-inference)/models/([\w.-]+)\Z"
)
_SPACE = re.compile(r"\s")
_FILES = ("resolve", "raw")
_REVISIONS = ("tree", "blob", "resolve", "raw", "commit")


class Named(NamedTuple):
    """The model that a string names."""

    model: str
    kind: str
    """`hub`, `ollama` or `api`."""

    revision: str | None = None
    """As written; None where the string has none."""


class _Rules(NamedTuple):
    """`rules/model-references.yaml`."""

    folders: frozenset[str]
    media: frozenset[str]
    whole: frozenset[str]
    begins: tuple[str, ...]
    paths: tuple[str, ...]
    files: frozenset[str]
    providers: frozenset[str]
    apis: re.Pattern[str]
    weights: re.Pattern[str]
    organisations: frozenset[str]
    deployments: frozenset[str]
    families: frozenset[str]
    gateways: frozenset[str]
    also_organisations: frozenset[str]
    prefixes: tuple[tuple[str, str], ...]
    pages: frozenset[str]
    pictures: tuple[str, ...]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    top = yamlio.rules("model-references.yaml", "the list of references")
    placeholders, apis, prefixes = top.child("placeholders"), top.child("apis"), top.child("prefixes")
    gateways = top.child("gateways")
    if placeholders is None or apis is None or prefixes is None or gateways is None:
        top.fail("apis", "the list of references needs 'placeholders', 'apis', 'prefixes' and 'gateways'")
    return _Rules(
        folders=frozenset(top.texts("folders")),
        media=frozenset(top.texts("media-types")),
        whole=frozenset(placeholders.texts("whole")),
        begins=placeholders.texts("begins"),
        paths=placeholders.texts("paths"),
        files=frozenset(top.texts("files")),
        providers=frozenset(apis.texts("providers")),
        apis=re.compile("|".join(apis.texts("names")), re.IGNORECASE),
        weights=re.compile("|".join(apis.texts("weights")), re.IGNORECASE),
        organisations=frozenset(apis.texts("organisations")),
        deployments=frozenset(apis.texts("deployments")),
        families=frozenset(apis.texts("families")),
        gateways=frozenset((*gateways.texts("alone"), *gateways.texts("organisations"))),
        also_organisations=frozenset(gateways.texts("organisations")),
        prefixes=tuple((prefix, prefixes.text(prefix)) for prefix in prefixes.map),
        pages=frozenset(top.texts("pages")),
        pictures=tuple(f".{ending}" for ending in top.texts("pictures")),
    )


@lru_cache(maxsize=8192)
def read(value: str, *, bare: bool = False, default: str = HUB) -> Named | None:
    """The model that a string names where a model stands.

    `bare`: a name without an organisation counts, too, as in a loader's first argument. `default`: what a name is
    that does not say where it comes from, `hub` or `ollama`.
    """
    value = value.strip()
    if not value or len(value) > MAX_NAME:
        return None
    if "huggingface.co/" in value.lower() or value.lower().startswith(("hf.co/", "https://hf.co/", "http://hf.co/")):
        return linked(value)
    found = cached(value)
    if found is not None:
        return found
    gateway, colon, behind = value.partition(":")
    if (
        colon and "/" in behind[1:] and behind[0] != "/" and gateway.lower() in _rules().gateways
    ):  # `together:org/name`, as LangChain has it
        return _served(f"{gateway}/{behind}")
    gateway, slash, behind = value.partition("/")
    if slash and behind and gateway.lower() in _rules().gateways:
        return _served(value)
    for prefix, kind in _rules().prefixes:
        if value.lower().startswith(prefix):
            rest = value[len(prefix) :]
            return _ollama(rest) if kind == OLLAMA else _hub(rest, files=True) or (_bare(rest) if bare else None)
    if _HOLES.intersection(value):
        return None
    remote = api(value)
    if remote is not None or value.partition("/")[0].lower() in _rules().deployments:
        return remote
    if default == OLLAMA:
        return _ollama(value)
    return _hub(value) or (_bare(value) if bare else None)


def _served(value: str) -> Named | None:
    """`gateway/org/name`, or `gateway/provider/org/name`: the model is the Hub's, whoever serves it."""
    gateway, *rest = value.split("/")
    rules = _rules()
    organisation = gateway.lower() in rules.also_organisations
    if len(rest) > 3 or _HOLES.intersection(value):
        return None
    behind = api("/".join(rest)) or (api(rest[-1]) if not organisation else None)
    if behind is not None or (len(rest) == 1 and api(value) is not None):
        return Named(value, API)
    if len(rest) == 1:  # a name that somebody gave to his own service, or an organisation that is called so
        return _hub(value) if organisation else None
    return _hub("/".join(rest[-2:]))


def linked(url: str) -> Named | None:
    """The model that an address of the Hub leads to; datasets, Spaces and pages are none."""
    found = _URL.search(url)
    if found is None:
        return None
    parts = [part for part in found.group(1).rstrip("/.,;:)").split("/") if part]
    if len(parts) < 2 or _HOLES.intersection("".join(parts[:2])):
        return None
    named = _hub("/".join(parts[:2]))
    if named is None or parts[0].lower() in _rules().pages:
        return None
    if len(parts) > 3 and parts[2] in _REVISIONS:
        return named._replace(revision=parts[3])
    return named


def address(value: str) -> Named | None:
    """The model whose files a string leads to, wherever it stands; a link to a model's page alone is none."""
    if not value or len(value) > MAX_NAME or _SPACE.search(value):
        return None
    found = cached(value)
    if found is not None:
        return found
    if value.lower().startswith(("hf://", "hf-hub:")):
        return read(value)
    hosted = _HOSTED.search(value)
    if hosted is not None:
        return _hub(hosted.group(1)) if hosted.group(1) else _bare(hosted.group(2))
    link = None if value.lower().endswith(_rules().pictures) else _URL.search(value)
    parts = link.group(1).split("/") if link else []
    return linked(value) if len(parts) > 2 and parts[2] in _FILES else None


def cached(value: str) -> Named | None:
    """The model of a path in the Hub client's cache: `models--org--name/snapshots/<commit>`."""
    found = _CACHED.search(value)
    return Named(f"{found.group(1)}/{found.group(2)}", HUB, found.group(3)) if found else None


def api(value: str) -> Named | None:
    """The model behind a closed API, by its name or its provider's; None for one whose weights can be had."""
    rules = _rules()
    provider, slash, name = value.partition("/")
    if not slash and value.partition(":")[0].lower() in rules.providers:
        provider, slash, name = value.partition(":")
        if provider.lower() in rules.families and not rules.apis.fullmatch(name):
            return None
    if not slash:
        return Named(value, API) if rules.apis.fullmatch(value) and not rules.weights.fullmatch(value) else None
    if provider.lower() not in rules.providers or rules.weights.fullmatch(name):
        return None
    last = name.rpartition("/")[2]
    named = provider.lower() in rules.organisations or provider.lower() in rules.deployments
    published = named and not rules.apis.fullmatch(last)
    return None if published or not last else Named(value, API)


def is_pinned(revision: str | None) -> bool:
    """Whether a revision is a commit or digest and not a name that moves."""
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def _hub(value: str, *, files: bool = False) -> Named | None:
    """`org/name`, with `@revision`, or `:quantisation` as llama.cpp has it; with a file behind it if `files`."""
    value, _, revision = value.partition("@")
    if files:
        revision = revision.partition("/")[0]
        value = "/".join(value.split("/")[:2])
        if value.partition("/")[0].lower() in _rules().pages:
            return None
    value, _, quantised = value.partition(":")
    if is_pinned(quantised):  # KServe's `hf://org/name:<commit>`
        revision = revision or quantised
    found = _ID.fullmatch(value)
    if found is None or _is_other(found.group(1).lower(), found.group(2).lower()) or ".." in value or "--" in value:
        return None
    return Named(value, HUB, revision or None)


def _is_other(first: str, second: str) -> bool:
    """Whether `first/second` is a path, a media type or a placeholder."""
    rules = _rules()
    return (
        first in rules.folders
        or first in rules.media
        or any(_stands_for_yours(part) for part in (first, second))
        or f"{first}/{second}" in rules.paths
        or ("." in second and second.rpartition(".")[2] in rules.files)
        or second.startswith("checkpoint-")
        or (first.replace(".", "").isdigit() and second.replace(".", "").isdigit())
    )


def _stands_for_yours(part: str) -> bool:
    rules = _rules()
    return part in rules.whole or any(part == one or part.startswith((f"{one}-", f"{one}_")) for one in rules.begins)


def _bare(value: str) -> Named | None:
    """A name of the Hub's first years: `bert-base-uncased`, `gpt2`."""
    lowered = value.lower()
    rules = _rules()
    if not _BARE.fullmatch(value) or lowered in rules.folders or _stands_for_yours(lowered) or value.isdigit():
        return None
    return None if lowered.rpartition(".")[2] in rules.files or lowered.startswith("checkpoint-") else Named(value, HUB)


def _ollama(value: str) -> Named | None:
    """`name:tag`; the digest is the revision."""
    if value.lower().startswith(("hf.co/", "huggingface.co/")):
        return linked(value.partition(":")[0])
    found = _OLLAMA.fullmatch(value)
    if found is None or _stands_for_yours(found.group(1).lower()) or found.group(1).isdigit():
        return None
    tag = f":{found.group(2)}" if found.group(2) else ""
    return Named(found.group(1) + tag, OLLAMA, found.group(3))
