"""The Hub's answers, asked for through its own client: bounded in size and time, and errors that say what to do.

One request says what a repository holds (`ask`); its small files are fetched at that commit, each once (`Files`).
Nothing here decides what the answers mean. Needs the extra `hub`; the client is imported when something is asked.
Source of the interface: `HfApi.model_info` and `hf_hub_download` of huggingface_hub 2.4.0, whose session, token,
endpoint and time limit are used.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from openness import __version__
from openness.errors import SourceError
from openness.sources import names
from openness.sources.text import Text, decode

MAX_ANSWER = 40_000_000
"""Bytes of the information on one repository; each of its files takes some 200."""

MAX_SIZE = 4_000_000
"""Bytes of one file that is fetched."""

MAX_TOTAL = 32_000_000
"""Bytes of all files of one repository."""

MAX_FETCHED = 120
"""Files of one repository that are fetched."""

MAX_SECONDS = 60.0
"""Seconds for all requests about one repository; one wait is bounded by `HF_HUB_DOWNLOAD_TIMEOUT`, 10 by default."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TRY_LATER = "try again later, or use --offline"
_TOKEN = "set HF_TOKEN to a token of an account that may read it"  # noqa: S105 - advice, not a token


class HubError(SourceError):
    """The Hub gave no answer that can be used."""

    def __init__(self, kind: str, message: str, path: str) -> None:
        super().__init__(message, path)
        self.kind = kind
        """`missing` (or private), `revision`, `refused`, `broken` (no use in what came), `failing`, `limited` (too many
        requests), or `down` (nobody is there)."""


class Listed(NamedTuple):
    """A file as the Hub lists it."""

    size: int | None
    """Bytes; None where the Hub does not say."""

    sha256: str | None
    """For a file that is stored apart (Git LFS, Xet): its digest."""


class Information(NamedTuple):
    """What the Hub says of a repository at one commit. Every field was checked."""

    id: str
    """What the repository is called now; another name than was asked for where it was renamed."""

    commit: str
    url: str
    """Of the answer itself, at that commit."""

    sha256: str
    """Of the answer as it was sent."""

    files: Mapping[str, Listed]
    gated: str | None
    """`auto`, `manual`, or None where anybody can read it."""

    private: bool
    card: Mapping[str, Any]
    """The front matter of the card, as the Hub has parsed it."""

    tags: tuple[str, ...]
    library: str | None
    parameters: int | None
    """How many the Hub counts in the headers of safetensors or GGUF files."""


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


_down: dict[str, str] = {}
"""Endpoint → why it could not be reached, or asked to be left alone: it is not asked again in this process."""


def endpoint() -> str:
    """The Hub, or the mirror that `HF_ENDPOINT` names, without a slash at the end."""
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def ask(model: str, revision: str | None) -> Information:
    """What the Hub says of a model repository: one request. Raises HubError."""
    host = endpoint()
    if host in _down:
        raise HubError("down", _down[host], model)
    at = f"/revision/{quote(revision, safe='')}" if revision else ""
    try:
        answer = _get(f"{host}/api/models/{model}{at}?blobs=true", model, MAX_ANSWER, time.monotonic() + MAX_SECONDS)
        if answer.status != 200:
            raise _problem(answer, model, revision)
    except HubError as problem:
        if problem.kind in ("down", "limited"):
            _down[host] = problem.message
        raise
    return _information(answer.body, model)


class Files:
    """The small files of a repository at its commit; each is fetched when it is first asked for, and once."""

    def __init__(self, information: Information) -> None:
        self._information = information
        self._fetched: dict[str, Text | HubError] = {}
        self._bytes = 0
        self._deadline = time.monotonic() + MAX_SECONDS
        self._stopped = ""  # why nothing more is asked for
        self.refused: dict[str, str] = {}
        """The files that the Hub keeps for those who have access → why it does not give them."""

    def text(self, path: str) -> Text:
        """The text of a file. Raises HubError, with the reason why it was not read."""
        if path not in self._fetched:
            try:
                self._fetched[path] = self._fetch(path)
            except HubError as problem:
                self._fetched[path] = problem
        found = self._fetched[path]
        if isinstance(found, HubError):
            raise HubError(found.kind, found.message, path)
        return found

    def _fetch(self, path: str) -> Text:
        listed = self._information.files[path].size
        if listed is not None and listed > MAX_SIZE:
            raise HubError("broken", f"larger than {MAX_SIZE:,} bytes; not fetched", path)
        if len(self._fetched) >= MAX_FETCHED or self._bytes >= MAX_TOTAL:
            raise HubError("broken", f"more than {MAX_FETCHED} files or {MAX_TOTAL:,} bytes; not fetched", path)
        if self._stopped:
            raise HubError("failing", self._stopped, path)
        url = f"{endpoint()}/{self._information.id}/resolve/{self._information.commit}/{quote(path)}"
        try:
            answer = _get(url, path, MAX_SIZE, self._deadline)
            if answer.status != 200:
                raise _problem(answer, path, None)
        except HubError as problem:
            if problem.kind in ("down", "limited", "failing"):
                self._stopped = problem.message
            if problem.kind in ("missing", "refused"):
                self.refused[path] = problem.message
            raise
        if listed is not None and len(answer.body) != listed:
            message = f"the Hub lists {listed:,} bytes and sent {len(answer.body):,}; not used"
            raise HubError("broken", message, path)
        self._bytes += len(answer.body)
        try:
            return decode(answer.body, path)
        except SourceError as problem:
            raise HubError("broken", problem.message, path) from None


def _get(url: str, about: str, limit: int, deadline: float) -> _Answer:
    """One request. The body is cut off at the limit, whatever the headers say, and read for status 200 only.

    The client drops the token where a redirect leads to another host. Compressed answers are not asked for and not
    unpacked, so that nothing small can become large.
    """
    from huggingface_hub import constants, get_session

    if not url.startswith(("https://", "http://")):
        raise HubError("down", "HF_ENDPOINT is no URL; write it with https://", about)
    left = max(deadline - time.monotonic(), 0.001)
    wait = min(float(constants.HF_HUB_DOWNLOAD_TIMEOUT), left)

    def answer() -> _Answer:
        with get_session().stream("GET", url, headers=_headers(), timeout=wait) as response:
            if response.status_code != 200:
                return _Answer(response.status_code, response.headers, b"")
            return _Answer(200, response.headers, _body(response, about, limit, deadline))

    try:
        return _within(left, answer)
    except HubError:
        raise
    except TimeoutError:
        message = f"the Hub ({_host(url)}) took longer than {MAX_SECONDS:.0f} s; {_TRY_LATER}"
        raise HubError("failing", message, about) from None
    except Exception as problem:  # the client hands on whatever its parts raise, for the token, the URL or the wire
        why = " ".join(str(problem).split())[:200] or type(problem).__name__
        kind = "down" if type(problem).__name__.startswith(("Connect", "Proxy")) else "failing"
        raise HubError(kind, f"the Hub ({_host(url)}) did not answer: {why}; {_TRY_LATER}", about) from None


def _within(seconds: float, work: Callable[[], _Answer]) -> _Answer:
    """What `work` returns or raises; TimeoutError after so many seconds, whatever it waits for.

    The client limits each wait, and not the number of them: the head of an answer can come byte by byte for ever.
    """
    from concurrent.futures import Future
    from threading import Thread

    outcome: Future[_Answer] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as problem:
            outcome.set_exception(problem)

    Thread(target=run, daemon=True).start()
    return outcome.result(seconds)


def _body(response: Any, about: str, limit: int, deadline: float) -> bytes:
    if response.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise HubError("broken", "the Hub sent it compressed, which was not asked for", about)
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > limit:
            raise HubError("broken", f"larger than {limit:,} bytes; cut off there and not used", about)
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _headers() -> dict[str, str]:
    """Who asks, and the token. The client's own would ask the Hub which programs to name first: one request more."""
    from huggingface_hub import constants, get_token

    headers = {"user-agent": f"openness/{__version__}", "accept-encoding": "identity"}
    token = None if constants.HF_HUB_DISABLE_IMPLICIT_TOKEN else get_token()
    if token and not re.fullmatch(r"[!-~]+", token):
        raise ValueError("the token (HF_TOKEN) has a character that no token has")  # the client would quote all of it
    return headers | ({"authorization": f"Bearer {token}"} if token else {})


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]


def _problem(answer: _Answer, about: str, revision: str | None) -> HubError:
    """What an answer other than 200 means. Source: `hf_raise_for_status` of the client."""
    code, said = answer.headers.get("x-error-code", ""), answer.headers.get("x-error-message", "")
    if answer.status == 429:
        wait = _wait(answer.headers)
        return HubError(
            "limited", f"the Hub answers no more requests for now (429){wait}; a token (HF_TOKEN) allows more", about
        )
    if code == "RevisionNotFound":
        return HubError("revision", f"the Hub has no revision '{revision}' of it; name a branch, tag or commit", about)
    if code == "GatedRepo":
        return HubError("refused", f"gated: accept its terms on the Hub, and {_TOKEN}", about)
    if code == "EntryNotFound":
        return HubError("broken", "the Hub lists it and does not have it", about)
    if "disabled" in said:
        return HubError("refused", "the Hub has disabled this repository", about)
    if "Invalid credentials" in said:
        return HubError("refused", "the Hub does not accept the token; renew HF_TOKEN, or leave it out", about)
    if answer.status in (401, 403, 404):
        return HubError(
            "missing", f"no path here, and no model on the Hub, or a private one: check the name, or {_TOKEN}", about
        )
    return HubError("failing", f"the Hub answered with status {answer.status}; {_TRY_LATER}", about)


def _wait(headers: Mapping[str, str]) -> str:
    """How long the Hub asks to wait, in words; empty where it does not say."""
    seconds = headers.get("retry-after", "").strip()
    if not re.fullmatch(r"[0-9]{1,6}", seconds):
        told = re.search(r";\s*t=([0-9]{1,6})\b", headers.get("ratelimit", ""))
        seconds = told.group(1) if told else ""
    return f"; try again in {seconds} s" if seconds else ""


def _information(body: bytes, model: str) -> Information:
    """The answer, field by field; what is not of the expected kind is left out. Raises HubError without the basics."""
    import hashlib

    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    commit = said.get("sha") if isinstance(said, dict) else None
    siblings = said.get("siblings") if isinstance(said, dict) else None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit) or not isinstance(siblings, list):
        message = f"the Hub ({_host(endpoint())}) sent no information that can be read; {_TRY_LATER}"
        raise HubError("broken", message, model)
    if said.get("disabled") is True:
        raise HubError("refused", "the Hub has disabled this repository", model)
    named = said.get("id")
    name = named if isinstance(named, str) and names.ID.fullmatch(named) else model
    counted = [said.get(kind) for kind in ("safetensors", "gguf")]
    totals = [one.get("total") for one in counted if isinstance(one, dict)]
    card, tags, library = said.get("cardData"), said.get("tags"), said.get("library_name")
    return Information(
        id=name,
        commit=commit,
        url=f"{endpoint()}/api/models/{name}/revision/{commit}",
        sha256=hashlib.sha256(body).hexdigest(),
        files=dict(filter(None, map(_listed, siblings))),
        gated=said["gated"] if said.get("gated") in ("auto", "manual") else "manual" if said.get("gated") else None,
        private=said.get("private") is True,
        card=card if isinstance(card, dict) else {},
        tags=tuple(one for one in tags if isinstance(one, str)) if isinstance(tags, list) else (),
        library=library if isinstance(library, str) else None,
        parameters=next((one for one in totals if isinstance(one, int) and one > 0), None),
    )


def _listed(sibling: Any) -> tuple[str, Listed] | None:
    """The path of a file and what is listed of it; None for what is no path inside a repository."""
    path = sibling.get("rfilename") if isinstance(sibling, dict) else None
    if not isinstance(path, str) or not 0 < len(path) <= 1000 or not path.isprintable() or "\\" in path:
        return None
    if any(part in ("", ".", "..") for part in path.split("/")):
        return None
    apart = sibling.get("lfs")
    apart = apart if isinstance(apart, dict) else {}
    size = next((one for one in (apart.get("size"), sibling.get("size")) if isinstance(one, int) and one >= 0), None)
    digest = apart.get("sha256")
    return path, Listed(size, digest if isinstance(digest, str) and _SHA256.fullmatch(digest) else None)
