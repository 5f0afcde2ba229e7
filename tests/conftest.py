"""Where real material for tests lies, and that no test reaches the network.

The material is a folder beside the checkout, read in place; tests that need it skip without. The Hub's client is
told to stay offline before anything imports it, also in the processes that tests start; a socket that leads away from
this machine is refused in this one.
"""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

collect_ignore = ["scan_fixture"]
"""A code base that is read, never run."""

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"  # nobody answers there
os.environ["HF_HOME"] = str(Path(tempfile.gettempdir(), "openness-tests", "no-cache"))
os.environ["XDG_CACHE_HOME"] = str(Path(tempfile.gettempdir(), "openness-tests", "cache"))
for variable in ("HF_TOKEN", "HF_HUB_CACHE", "HF_OIDC_RESOURCE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(variable, None)
    os.environ.pop(variable.lower(), None)


@pytest.fixture(scope="session")
def corpus() -> Path:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real cards, ../shared/corpus, is not here")
    return CORPUS


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
