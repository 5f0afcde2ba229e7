"""A Hub on this machine, for the real client: models with files, and whatever can go wrong between."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

COMMIT = "7b58" + "0" * 36


class Model(NamedTuple):
    """A repository, and how the Hub answers for it."""

    files: Mapping[str, bytes]
    info: Mapping[str, Any] = {}
    """Over what the Hub says of it by itself."""
    large: Mapping[str, int] = {}
    """Path → size of files that are listed as stored apart."""
    answer: str = ""
    """How requests for it fail; see `_Handler`."""
    at: tuple[str, ...] = ()
    """The requests that fail so: `api`, or paths of files; empty = all."""


class Request(NamedTuple):
    path: str
    token: str | None


class Hub(ThreadingHTTPServer):
    """The server, its models and what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models: dict[str, Model] = {}
        self.asked: list[Request] = []
        self.elsewhere = ""
        self.pause = 5.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]


@contextmanager
def running() -> Iterator[Hub]:
    hub = Hub()
    Thread(target=hub.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()


def information(name: str, model: Model) -> dict[str, Any]:
    siblings: list[dict[str, Any]] = [
        {"rfilename": path, "size": len(content), "blobId": hashlib.sha1(content).hexdigest()}
        for path, content in model.files.items()
    ]
    siblings += [
        {"rfilename": path, "size": size, "lfs": {"size": size, "sha256": "ab" * 32, "pointerSize": 134}}
        for path, size in model.large.items()
    ]
    said = {"id": name, "sha": COMMIT, "private": False, "gated": False, "disabled": False, "tags": []}
    return {**said, "siblings": siblings, **model.info}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for the headers and the body
    server: Hub

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.asked.append(Request(path, self.headers.get("authorization")))
        if path.startswith("/api/models/"):
            name, _, revision = path.removeprefix("/api/models/").partition("/revision/")
            what = "api"
        else:
            name, _, rest = path[1:].partition("/resolve/")
            revision, _, what = rest.partition("/")
        model = self.server.models.get(name)
        if model is None:
            self.refuse(401, "RepoNotFound")
        elif revision not in ("", "main", COMMIT):
            self.refuse(404, "RevisionNotFound")
        elif model.answer and (not model.at or what in model.at):
            getattr(self, model.answer)(self.content(name, model, what))
        elif what != "api" and what not in model.files:
            self.refuse(404, "EntryNotFound")
        else:
            self.give(self.content(name, model, what))

    def content(self, name: str, model: Model, what: str) -> bytes:
        if what == "api":
            return json.dumps(information(name, model)).encode()
        return model.files.get(what, b"")

    def give(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status: int, code: str, message: str = "") -> None:
        self.give(b'{"error": "no"}', status, x_error_code=code, x_error_message=message)

    # -- how a model fails ---------------------------------------------------------------------------

    def gated(self, _: bytes) -> None:
        self.refuse(401, "GatedRepo", "Access to this model is restricted")

    def private(self, body: bytes) -> None:
        self.give(body) if self.headers.get("authorization") else self.refuse(401, "RepoNotFound")

    def off(self, _: bytes) -> None:
        self.refuse(403, "", "Access to this resource is disabled.")

    def bad_token(self, _: bytes) -> None:
        self.refuse(401, "", "Invalid credentials in Authorization header")

    def limited(self, _: bytes) -> None:
        self.give(b"slow down", 429, retry_after="42")

    def failing(self, _: bytes) -> None:
        self.give(b"<html>oops</html>", 503)

    def slow(self, _: bytes) -> None:
        time.sleep(self.server.pause)
        self.close_connection = True

    def dripping(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body) + 1000))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.02)

    def beginning(self, _: bytes) -> None:
        """The head, without an end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-long: ")
        for _part in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.02)

    def truncated(self, body: bytes) -> None:
        self.give(body[: len(body) // 2], length=len(body))
        self.close_connection = True

    def cut(self, body: bytes) -> None:
        """Half of it, as if it were all."""
        self.give(body[: len(body) // 2])

    def garbled(self, _: bytes) -> None:
        self.give(b'{"id": "x", "sha": ')

    def nested(self, _: bytes) -> None:
        self.give(b"[" * 200_000)

    def packed(self, body: bytes) -> None:
        self.give(gzip.compress(body), content_encoding="gzip")

    def endless(self, _: bytes) -> None:
        """50 MB, in chunks, with no length."""
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for _part in range(50):
                self.wfile.write(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def moved(self, _: bytes) -> None:
        old = "/".join(self.path.split("/")[3:5]) if self.path.startswith("/api/") else "org/old"
        self.give(b"", 307, location=self.path.replace(old, "org/new"))

    def away(self, _: bytes) -> None:
        """To another host."""
        self.give(b"", 302, location=self.server.elsewhere + self.path)

    def circle(self, _: bytes) -> None:
        self.give(b"", 302, location=self.path)
