"""Input format: a model on the Hub, named by its id or URL: what its repository holds, at one commit.

A repository is read as the folder that it is (`folder`), with what the Hub itself says of it beside: who gets
access, what was made from what. Weights are listed and never fetched. Where the Hub is not asked or gives no answer,
the cache of its client and the bundled registry say what they know, and the report says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from openness.errors import SourceError
from openness.model import Base, Basis, Component, Evidence, Fact, Finding, LicenseClaim, NotRead, Release
from openness.sources import join, names, registry

if TYPE_CHECKING:
    from openness.sources.hub_client import Files, HubError, Information
    from openness.sources.tree import Tree
    from openness.sources.weights import Weights

MAX_PROGRAMS = 40
"""Programs of a repository that are fetched."""

MIN_WEIGHTS = 200
"""Bytes; a shorter file is no weights, only named like some."""

LARGE = 1_000_000
"""Bytes; a file of that size may be weights, whatever it is called."""

_PART = r"[A-Za-z0-9_][\w.-]{0,95}"
_TARGET = re.compile(rf"({_PART}/{_PART})(?:@(.+))?", re.ASCII)
# The next three are compiled when they are used: a look-up by name needs none of them.
_REVISION = r"(?!.*\.\.)[A-Za-z0-9_][\w./+-]{0,199}"
_URL = r"https?://(?:www\.)?([^/?#]+)/*([^?#]*)(?:[?#].*)?"
_BASE_TAG = rf"base_model:(?:(finetune|merge|adapter|quantized):)?({_PART}/{_PART})"
_HOSTS = ("huggingface.co", "hf.co")
_NOT_MODELS = frozenset((
    "datasets", "spaces", "docs", "blog", "papers", "collections", "organizations", "models", "kernels", "buckets",
    "api", "learn", "settings", "tasks",
))  # fmt: skip
_AT_A_REVISION = ("tree", "blob", "resolve", "raw", "commit")
_ACCESS = {"auto": "gated", "manual": "approval", None: "open"}
_MAX_QUOTE = 160
_MAX_ENTRIES = 40


class Asked(NamedTuple):
    """A model of the Hub that somebody asks for."""

    model: str
    revision: str | None
    """A branch, tag or commit; None for the default branch."""


class _Live(NamedTuple):
    """A repository on the Hub."""

    information: Information
    files: Files


class _Repository(NamedTuple):
    """What a repository shows, before the registry is asked."""

    release: Release
    called: str
    """Its id now."""

    access: str | None
    """Who gets access, as the Hub has it; None where it was not asked."""


def asked(target: str) -> Asked | None:
    """The model that a target names: `org/name`, `org/name@revision`, or a URL of the Hub; None for anything else.

    Raises SourceError for a URL that leads to no model, and for a revision that can be none.
    """
    url = re.fullmatch(_URL, target, re.ASCII) if "://" in target else None
    if url is not None:
        return _of_url(target, url.group(1).lower(), url.group(2))
    named = _TARGET.fullmatch(target)
    return _checked(target, named.group(1), named.group(2)) if named else None


def read(
    model: str,
    revision: str | None = None,
    *,
    name: str | None = None,
    offline: bool = False,
    in_code: bool = False,
) -> Release:
    """What is known of a model of the Hub: its repository, joined with what the bundled registry says of it.

    The Hub is asked once in a process for each model and revision. With `offline` or `HF_HUB_OFFLINE`, or without the
    extra `hub`, it is not asked. `name` is what the user calls the release. What the registry knows is not of one
    revision: for one it answers only where the name stands `in_code`, and then says so. Raises SourceError where
    nothing is known.
    """
    found, notes = _repository(model, revision, name, offline=offline)
    known = registry.find(model)
    if known is None and found is not None and found.called.lower() != model.lower():
        known = registry.find(found.called)
    if found is not None:
        release = _joined(found.release, known) if known is not None else found.release
        return _with_access(release, found.access).adding(*notes)
    if known is None or (revision is not None and not in_code):
        raise _unknown(model, revision, notes, offline=offline, in_code=in_code)
    if revision is not None:
        told = f"{model}: what is known is of the release; revision {revision} was not looked at"
        notes = (*notes, Finding("revision-not-read", "note", told))
    return known.adding(*notes)


# -- what is asked for -----------------------------------------------------------------------------------


def _of_url(target: str, host: str, path: str) -> Asked | None:
    mirror = re.fullmatch(_URL, os.environ.get("HF_ENDPOINT", ""), re.ASCII)
    if host not in _HOSTS and (mirror is None or host != mirror.group(1).lower()):
        return None
    parts = [part for part in path.split("/") if part]
    if not parts or parts[0] in _NOT_MODELS:
        raise SourceError("this page of the Hub is no model; give the URL or the id of one: org/name", target)
    number = 1 if len(parts) == 1 or parts[1] in _AT_A_REVISION else 2
    rest = parts[number:]
    revision = rest[1] if len(rest) > 1 and rest[0] in _AT_A_REVISION else None
    if revision == "refs" and len(rest) > 3:
        revision = "/".join(rest[1:4])  # refs/pr/1
    return _checked(target, "/".join(parts[:number]), revision.replace("%2F", "/") if revision else None)


def _checked(target: str, model: str, revision: str | None) -> Asked:
    if not names.ID.fullmatch(model):
        raise SourceError("this is no id of a model; write org/name", target)
    if revision is not None and not re.fullmatch(_REVISION, revision, re.ASCII):
        raise SourceError("this is no revision; name a branch, tag or commit: org/name@main", target)
    return Asked(model, revision)


# -- where it is found -------------------------------------------------------------------------------------


def _repository(
    model: str, revision: str | None, name: str | None, *, offline: bool
) -> tuple[_Repository | None, tuple[Finding, ...]]:
    """The repository on the Hub, else in the cache of its client; and why it is not the Hub that answers."""
    try:
        from huggingface_hub import constants
    except ImportError:
        return None, ()
    except ValueError as problem:
        raise SourceError(f"the Hub's client does not accept a setting in the environment (HF_…): {problem}") from None
    notes: tuple[Finding, ...] = ()
    if not (offline or constants.HF_HUB_OFFLINE):
        answer = _answer(model, revision)
        if isinstance(answer, _Live):
            return _on_hub(answer, model, name), ()
        if answer.kind == "revision":
            raise SourceError(answer.message, model)
        rule = "hub-missing" if answer.kind == "missing" else "hub-unreachable"
        notes = (Finding(rule, "note", f"{model}: {answer.message}"),)
    return _in_cache(model, revision, name), notes


@lru_cache(maxsize=256)
def _answer(model: str, revision: str | None) -> _Live | HubError:
    """What the Hub answers, asked once."""
    from openness.sources import hub_client

    try:
        information = hub_client.ask(model, revision)
    except hub_client.HubError as problem:
        return problem
    return _Live(information, hub_client.Files(information))


def _in_cache(model: str, revision: str | None, name: str | None) -> _Repository | None:
    from openness.sources import folder, hub_cache

    cached = hub_cache.find(model, revision)
    if cached is None:
        return None
    release = folder.read_tree(cached.tree, tuple(dict.fromkeys(one for one in (name, model) if one)))
    return _Repository(release._replace(revision=cached.commit, origin=cached.tree.origin), model, None)


def _unknown(
    model: str, revision: str | None, notes: tuple[Finding, ...], *, offline: bool, in_code: bool
) -> SourceError:
    """Why nothing is known of a model, and what to do; no other name is suggested for one that code has."""
    from importlib.util import find_spec

    if notes:
        return SourceError(notes[0].message)
    wanted = f"{model}@{revision}" if revision else model
    what = "the bundled registry does not have it" if in_code else registry.unknown(wanted)
    if find_spec("huggingface_hub") is None:
        return SourceError(f"{what}; to look it up on the Hub: pip install 'openness[hub]'")
    how = "leave out --offline" if offline else "unset HF_HUB_OFFLINE"
    return SourceError(f"{what}; to look it up on the Hub, {how}")


# -- what it shows ---------------------------------------------------------------------------------------


def _on_hub(live: _Live, model: str, name: str | None) -> _Repository:
    """The facts of a repository, each with the URL of what it was read from at that commit."""
    from openness.sources import bases, folder, hub_client

    information = live.information
    called = dict.fromkeys(one for one in (name, information.id, model) if one)
    tree = _tree(live)
    release = folder.read_tree(tree, tuple(called))
    release = release._replace(target=model, revision=information.commit, origin=tree.origin)
    release = _with_card(release, information)
    release = release._replace(bases=bases.joined((*release.bases, *_tagged_bases(release, information))))
    release = _doubted(release, information).adding(*_remarks(live, model))
    place = f"{hub_client.endpoint()}/{information.id}/blob/{information.commit}"

    def placed(one: Evidence) -> Evidence:
        return one._replace(source=f"{place}/{one.path}") if one.path in information.files and not one.source else one

    release = _each_evidence(release, placed)._replace(read=(*release.read, information.url))
    return _Repository(release, information.id, _ACCESS[information.gated])


def _tree(live: _Live) -> Tree:
    """The repository as a tree: what the Hub lists, and the texts that are fetched at that commit."""
    from openness.sources import hub_client, tree

    information = live.information
    files = [path for path in information.files if not tree.is_passed_over(path)]
    passed = []
    if len(files) > tree.MAX_FILES:
        passed = [NotRead(information.id, f"more than {tree.MAX_FILES:,} files; the rest was not looked at")]
    host = hub_client.endpoint().split("://", 1)[-1]
    origin = f"{'Hub' if host in _HOSTS else f'Hub ({host})'}, commit {information.commit[:12]}"
    return tree.Tree(
        information.id,
        information.id,
        origin,
        "",
        files[: tree.MAX_FILES],
        passed,
        live.files.text,
        lambda: _weights(information, files),
        MAX_PROGRAMS,
    )


def _weights(information: Information, files: list[str]) -> Weights:
    """The weights among the files, by what the Hub lists of them: no byte of them is read."""
    from openness.sources import weights

    counted = f"; {information.parameters:,} parameters in the repository" if information.parameters else ""
    found: dict[str, Evidence] = {}
    findings = []
    for path in filter(weights.is_named_like_weights, files):
        size, digest = information.files[path]
        if size is not None and size >= MIN_WEIGHTS:
            note = f"{size:,} bytes, as the Hub lists it{counted}"
            found[path] = Evidence(path, Basis.OBSERVED, sha256=digest, note=note)
        elif not path.endswith(".bin") or "model" in path:  # an ending that much else has too
            message = f"{path} is named like weights and is not listed with the size of any"
            findings.append(Finding("weights-implausible", "note", message, (Evidence(path, Basis.OBSERVED),)))
    return weights.Weights(tuple(found), tuple(found.values()), (), (), tuple(findings), (), ())


def _said(information: Information, key: str, value: Any) -> Evidence:
    """Evidence in what the Hub says of the repository."""
    import json

    quote = f'"{key}": {json.dumps(value, ensure_ascii=False)}'[:_MAX_QUOTE]
    return Evidence(information.url, Basis.DECLARED, quote, sha256=information.sha256)


def _with_card(release: Release, information: Information) -> Release:
    """Where the card could not be read: the licence and the library in it, as the Hub has parsed them."""
    if release.component("model-card").available.value:
        return release
    components = dict(release.components)
    declared = information.card.get("license")
    entries = [
        one for one in (declared if isinstance(declared, list) else [declared]) if isinstance(one, str) and one.strip()
    ]
    extra = {key: information.card.get(f"license_{key}") for key in ("name", "link")}
    shown = {f"license_{key}": value for key, value in extra.items() if isinstance(value, str)}
    claims = [
        LicenseClaim(
            one[:_MAX_QUOTE],
            tuple(_said(information, key, value) for key, value in {"license": one, **shown}.items()),
            name=shown.get("license_name"),
            link=shown.get("license_link"),
            joined="AND" if len(entries) > 1 else None,
        )
        for one in entries[:_MAX_ENTRIES]
    ]
    if claims:
        parameters = release.component("model-parameters")
        components["model-parameters"] = parameters._replace(claims=(*parameters.claims, *claims))
    from openness.sources import libraries

    library = libraries.named(information.library) if information.library else None
    if library is not None and "inference-code" not in components:
        note = f"{library.library} loads it; the library is under {library.license} ({library.read})"
        evidence = (_said(information, "library_name", information.library)._replace(note=note, source=library.source),)
        claim = LicenseClaim(library.license, evidence)
        components["inference-code"] = Component("inference-code", Fact(True, evidence), claims=(claim,))
    return release._replace(components=components)


def _tagged_bases(release: Release, information: Information) -> list[Base]:
    """The base models in the Hub's tags, but for those of which the card says as much."""
    told = {base.model.lower() for base in release.bases if base.relation}
    found: dict[str, Base] = {}
    for tag in information.tags:
        named = re.fullmatch(_BASE_TAG, tag, re.ASCII)
        if named is None or named.group(2).lower() in told or len(found) >= _MAX_ENTRIES:
            continue
        relation, model = named.groups()
        if model not in found or found[model].relation is None:
            found[model] = Base(model, relation, (_said(information, "tags", tag),))
    return list(found.values())


def _doubted(release: Release, information: Information) -> Release:
    """Weights that a card speaks of, and that nobody can have from here: whether they can be had is not known."""
    parameters = release.component("model-parameters")
    if information.private:
        finding = Finding(
            "hub-private", "warning", "the repository is private: only its members can have what is in it"
        )
    elif parameters.available.value and not _holds_weights(parameters, information):
        message = "the repository holds no file that could be weights; what its card says of them is left open"
        finding = Finding("hub-no-weights", "warning", message)
    else:
        return release
    hints = tuple(one._replace(basis=Basis.INFERRED) for one in parameters.available.evidence)
    components = {**release.components, "model-parameters": parameters._replace(available=Fact(None, hints))}
    here = (Evidence(information.url, Basis.OBSERVED, sha256=information.sha256),)
    return release._replace(components=components).adding(finding._replace(evidence=here))


def _holds_weights(parameters: Component, information: Information) -> bool:
    """Whether weights were seen, or a file can be some, whatever its format: stored apart, large, or of no size."""
    seen = any(one.basis is Basis.OBSERVED for one in parameters.available.evidence)
    listed = information.files.values()
    return seen or any(one.sha256 is not None or one.size is None or one.size >= LARGE for one in listed)


def _remarks(live: _Live, model: str) -> Iterator[Finding]:
    """What a person should know of the repository: another name, files that were refused."""
    information = live.information
    if information.id.lower() != model.lower():
        message = f"'{model}' is called '{information.id}' on the Hub now; use that name"
        yield Finding("hub-renamed", "note", message, (_said(information, "id", information.id),))
    if live.files.refused:
        (first, reason), more = next(iter(live.files.refused.items())), len(live.files.refused) - 1
        message = f"the Hub did not give {first}{f' and {more} more' if more else ''}: {reason}"
        yield Finding("hub-gated", "warning", message, (_said(information, "gated", information.gated),))


def _joined(live: Release, known: Release) -> Release:
    """A repository with what the registry says of it.

    Of claims that are trusted alike the registry's stand first: one that names a licence settles what a tag `other`
    leaves open. The licence of a library that can also load the model is not that of the publisher's own code.
    """
    from openness.sources import bases

    code = live.component("inference-code")
    own = any(one.basis is Basis.OBSERVED for one in code.available.evidence)
    if known.component("inference-code").claims and code.claims and not own:
        live = live._replace(components={**live.components, "inference-code": code._replace(claims=())})
    joined = join.join([live, known], live.name, live.target)
    components = {
        name: one._replace(
            claims=join.by_trust(dict.fromkeys((*known.component(name).claims, *live.component(name).claims)))
        )
        for name, one in joined.components.items()
    }
    return joined._replace(components=components, bases=bases.joined(joined.bases))


def _with_access(release: Release, access: str | None) -> Release:
    """Who gets access, as the Hub has it now, over what a card or the registry said."""
    parameters = release.components.get("model-parameters")
    if access is None or parameters is None:
        return release
    return release._replace(components={**release.components, "model-parameters": parameters._replace(access=access)})


def _each_evidence(release: Release, change: Callable[[Evidence], Evidence]) -> Release:
    """The release with every piece of its evidence changed."""

    def every(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        return tuple(map(change, evidence))

    def fact(one: Fact) -> Fact:
        return Fact(one.value, every(one.evidence))

    def claims(several: tuple[LicenseClaim, ...]) -> tuple[LicenseClaim, ...]:
        return tuple(one._replace(evidence=every(one.evidence)) for one in several)

    components = {
        name: one._replace(
            available=fact(one.available),
            complete=fact(one.complete),
            used=fact(one.used),
            parts={key: part._replace(fact=fact(part.fact)) for key, part in one.parts.items()},
            claims=claims(one.claims),
        )
        for name, one in release.components.items()
    }
    return release._replace(
        components=components,
        findings=tuple(one._replace(evidence=every(one.evidence)) for one in release.findings),
        texts=claims(release.texts),
        bases=tuple(one._replace(evidence=every(one.evidence)) for one in release.bases),
    )
