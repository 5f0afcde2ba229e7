"""A model of the Hub, asked for with the real client from a server on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_server import COMMIT, Hub, Model, running
from huggingface_hub import close_session, constants

from openness.assess import assess
from openness.errors import SourceError
from openness.model import Basis, Release
from openness.sources import hub, hub_client, target

ROOT = Path(__file__).parent.parent
LICENSE = (ROOT / "LICENSE").read_bytes()
CARD = b"---\nlicense: apache-2.0\nlibrary_name: transformers\n---\n# A model\n\nIt says little.\n"
WEIGHTS = {"model-00001-of-00002.safetensors": 9_000_000_000, "model-00002-of-00002.safetensors": 8_000_000_000}
PUBLIC = Model({"README.md": CARD, "LICENSE": LICENSE}, large=WEIGHTS)
API = "/api/models/org/model"


@pytest.fixture(scope="module")
def server() -> Iterator[Hub]:
    with running() as one:
        yield one


@pytest.fixture
def site(server: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    """The server, asked for the first time; as `HF_ENDPOINT` has it when the client is imported."""
    server.models.clear()
    server.asked.clear()
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    hub._answer.cache_clear()
    hub_client._down.clear()
    close_session()
    return server


def ids(release: Release) -> set[str]:
    return {one.id for one in release.findings}


def reasons(release: Release) -> dict[str, str]:
    return {one.path: one.reason for one in release.not_read}


def failing(site: Hub, answer: str, name: str = "org/model") -> str:
    """What is said where the Hub answers like that, and nothing else knows the model."""
    site.models[name] = PUBLIC._replace(answer=answer)
    with pytest.raises(SourceError) as problem:
        target.read(name)
    return str(problem.value)


# -- what is asked for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "model", "revision"),
    [
        ("org/model", "org/model", None),
        ("org/model@v1.0", "org/model", "v1.0"),
        ("org/model@refs/pr/3", "org/model", "refs/pr/3"),
        ("https://huggingface.co/org/model", "org/model", None),
        ("https://huggingface.co/org/model/", "org/model", None),
        ("https://huggingface.co/gpt2", "gpt2", None),
        ("http://hf.co/org/model?library=x#top", "org/model", None),
        ("https://www.huggingface.co/org/model/tree/dev", "org/model", "dev"),
        ("https://huggingface.co/org/model/tree/refs%2Fpr%2F1", "org/model", "refs/pr/1"),
        ("https://huggingface.co/org/model/blob/main/sub/README.md", "org/model", "main"),
        ("https://huggingface.co/org/model/resolve/refs/pr/3/README.md", "org/model", "refs/pr/3"),
        ("https://huggingface.co/org/model/discussions/4", "org/model", None),
    ],
)
def test_targets(written: str, model: str, revision: str | None) -> None:
    assert hub.asked(written) == (model, revision)


@pytest.mark.parametrize("written", ["a name", "org/model/file", "org/", "org name/model", "https://example.org/org/m"])
def test_no_targets(written: str) -> None:
    assert hub.asked(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "https://huggingface.co/datasets/org/data",
        "https://huggingface.co/spaces/org/demo",
        "https://huggingface.co/",
        "https://huggingface.co/org/mod%00el",
        "org/model@../../etc",
        "org/model@a b",
        "org/model@-f",
    ],
)
def test_refused_targets(written: str) -> None:
    with pytest.raises(SourceError):
        target.read(written)


def test_a_path_wins_and_asks_nothing(site: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "org" / "model").mkdir(parents=True)
    (tmp_path / "org" / "model" / "README.md").write_bytes(CARD)
    monkeypatch.chdir(tmp_path)
    assert target.read("org/model").origin.startswith("folder")
    assert target.read("gpt-oss").origin.startswith("bundled registry")
    with pytest.raises(SourceError, match="no such file"):
        target.read("./org/other")
    assert not site.asked


def test_a_revision_is_for_the_hub_alone(site: Hub, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="only a model of the Hub"):
        target.read(str(tmp_path), revision="main")
    with pytest.raises(SourceError, match="two revisions"):
        target.read("org/model@a", revision="b")


# -- what a repository shows -----------------------------------------------------------------------------------


def test_public(site: Hub) -> None:
    site.models["org/model"] = PUBLIC._replace(info={"safetensors": {"total": 8_030_261_248}})
    done = assess("org/model")
    release = done.release
    assert site.paths() == [API, f"/org/model/resolve/{COMMIT}/README.md", f"/org/model/resolve/{COMMIT}/LICENSE"]
    assert (release.name, release.revision) == ("org/model", COMMIT)
    assert f"commit {COMMIT[:12]}" in release.origin and site.url.split("/")[-1] in release.origin
    assert done.headline.at_least == "open-weight"
    weights = release.component("model-parameters")
    shown = weights.available.evidence[0]
    assert (shown.path, shown.basis, shown.sha256) == (min(WEIGHTS), Basis.OBSERVED, "ab" * 32)
    assert "9,000,000,000 bytes" in str(shown.note) and "8,030,261,248 parameters" in str(shown.note)
    assert weights.access == "open"
    assert weights.license.expression.text == "Apache-2.0"
    text = next(claim for claim in weights.claims if claim.by == "text")
    assert text.evidence[0].source == f"{site.url}/org/model/blob/{COMMIT}/LICENSE"


def test_the_same_facts_as_of_a_folder(site: Hub, tmp_path: Path) -> None:
    files = {
        "README.md": CARD + b"\nThe code is under the MIT license.\n",
        "LICENSE": LICENSE,
        "USE_POLICY.md": b"Do no harm.",
        "config.json": b'{"model_type": "x", "transformers_version": "4.1"}',
        "run.py": b"import torch\nmodel = torch.load('x')\nprint(model.generate(1))\n",
        "tests/test_run.py": b"import run\n",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    site.models["org/model"] = Model(files)
    there, here = target.read("org/model"), target.read(str(tmp_path), "org/model")
    assert f"/org/model/resolve/{COMMIT}/tests/test_run.py" not in site.paths()
    plain = {name: _plain(one) for name, one in there.components.items()}
    local = {name: _plain(one) for name, one in here.components.items()}
    plain["model-parameters"].pop("available"), local["model-parameters"].pop("available")
    assert plain == local
    assert {path.rsplit("/", 1)[-1] for path in here.read} == set(there.read[:-1])


def _plain(one: Any) -> dict[str, Any]:
    return {
        "available": one.available.value,
        "claims": [(claim.declared, claim.by, claim.text, [e.line for e in claim.evidence]) for claim in one.claims],
    }


def test_asked_once(site: Hub) -> None:
    site.models["org/model"] = PUBLIC
    assert target.read("org/model") == target.read("org/model")
    target.read("org/model", "another name")
    assert len(site.asked) == 3
    for _ in range(2):
        with pytest.raises(SourceError):
            target.read("org/none")
    assert len(site.asked) == 4


def test_a_revision(site: Hub) -> None:
    site.models["org/model"] = PUBLIC
    assert target.read("org/model", revision="main").revision == COMMIT
    assert site.paths()[0] == f"{API}/revision/main"
    assert target.read("org/model@main").target == "org/model@main"
    with pytest.raises(SourceError, match=r"org/model: .* no revision 'v9'"):
        target.read("org/model@v9")


def test_bases_come_from_the_tags(site: Hub) -> None:
    tags = ["base_model:org/base", "base_model:quantized:org/base", "base_model:merge:a/b", "base_model:../x", "other"]
    site.models["org/model"] = PUBLIC._replace(info={"tags": [*tags, 7]})
    found = target.read("org/model").bases
    assert [(base.model, base.relation) for base in found] == [("org/base", "quantized"), ("a/b", "merge")]
    assert "base_model:quantized:org/base" in found[0].evidence[0].quote


def test_bases_are_asked_for_as_their_models_are(site: Hub, tmp_path: Path) -> None:
    child = CARD.replace(b"---\n# A", b"base_model: other/parent\n---\n# A")
    site.models["org/child"] = Model({"README.md": child}, {"tags": ["base_model:finetune:other/parent"]}, WEIGHTS)
    site.models["other/parent"] = Model({"README.md": CARD.replace(b"apache-2.0", b"cc-by-nc-4.0")}, large=WEIGHTS)
    release = assess("org/child").release
    assert site.paths().count("/api/models/other/parent") == 1
    assert [(one.base.model, one.base.relation) for one in release.lineage] == [("other/parent", "finetune")]
    assert "CC-BY-NC-4.0" in release.component("model-parameters").license.expression.text
    site.asked.clear()
    (tmp_path / "README.md").write_bytes(child)
    assert assess(str(tmp_path)).release.lineage[0].release is None  # a folder is no reason to ask the Hub
    assert not site.asked


def test_a_repository_without_weights(site: Hub) -> None:
    site.models["org/model"] = Model({"README.md": CARD, "model.safetensors": b"soon"})
    release = target.read("org/model")
    assert release.component("model-parameters").available.value is None
    assert ids(release) == {"hub-no-weights", "weights-implausible"}
    site.models["org/other"] = Model({"README.md": CARD}, large={"weights.unheard-of": 10**9})
    assert "hub-no-weights" not in ids(target.read("org/other"))


# -- access ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gated", "access"), [("auto", "gated"), ("manual", "approval"), (True, "approval")])
def test_gated(site: Hub, gated: object, access: str) -> None:
    info = {
        "gated": gated,
        "cardData": {"license": "other", "license_name": "our-licence", "license_link": "LICENSE"},
        "library_name": "transformers",
    }
    files = ("README.md", "LICENSE")
    site.models["org/model"] = PUBLIC._replace(info=info, answer="gated", at=files)
    release = assess("org/model").release
    weights = release.component("model-parameters")
    assert (weights.available.value, weights.access) == (True, access)
    assert [(one.declared, one.name, one.link) for one in weights.claims] == [("other", "our-licence", "LICENSE")]
    assert '"license": "other"' in weights.claims[0].evidence[0].quote
    assert release.component("inference-code").available.value is True
    assert {path for path in reasons(release) if path in files} == set(files)
    finding = next(one for one in release.findings if one.id == "hub-gated")
    assert "accept its terms" in finding.message and "HF_TOKEN" in finding.message
    assert release.read == (f"{site.url}/api/models/org/model/revision/{COMMIT}",)


def test_the_card_knows_more_than_the_information(site: Hub) -> None:
    site.models["org/model"] = PUBLIC._replace(info={"gated": "auto", "cardData": {"license": "mit"}})
    release = assess("org/model").release
    assert "license-conflict" not in ids(release)
    assert release.component("model-parameters").access == "gated"


def test_private(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "a private one: check the name, or set HF_TOKEN" in failing(site, "private")
    hub._answer.cache_clear()
    monkeypatch.setenv("HF_TOKEN", "hf_ours")
    site.models["org/model"] = PUBLIC._replace(info={"private": True}, answer="private")
    release = target.read("org/model")
    assert "hub-private" in ids(release) and release.component("model-parameters").available.value is None
    assert site.asked[-1].token == "Bearer hf_ours"


def test_the_token_stays_on_its_host(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_ours")
    with running() as other:
        site.elsewhere = other.url
        site.models["org/model"] = PUBLIC._replace(answer="away", at=("LICENSE",))
        other.models["org/model"] = PUBLIC
        release = target.read("org/model")
        assert "LICENSE" in release.read
        assert [one.token for one in site.asked] == ["Bearer hf_ours"] * 3
        assert [one.token for one in other.asked] == [None]


def test_a_token_that_is_none_is_not_shown(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_se\x01cret")
    message = failing(site, "")
    assert "HF_TOKEN" in message and "cret" not in message and not site.asked


def test_renamed(site: Hub) -> None:
    site.models["org/old"] = PUBLIC._replace(answer="moved")
    site.models["org/new"] = PUBLIC
    release = target.read("org/old")
    assert (release.name, release.target) == ("org/new", "org/old")
    assert "'org/new'" in next(one.message for one in release.findings if one.id == "hub-renamed")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("off", "disabled"),
        ("bad_token", "does not accept the token"),
        ("gated", "accept its terms"),
        ("limited", "try again in 42 s"),
        ("failing", "status 503"),
        ("truncated", "did not answer"),
        ("garbled", "no information that can be read"),
        ("nested", "no information that can be read"),
        ("packed", "compressed"),
        ("circle", "did not answer"),
    ],
)
def test_no_answer_that_can_be_used(site: Hub, answer: str, said: str) -> None:
    message = failing(site, answer)
    assert message.startswith("org/model: ") and said in message


@pytest.mark.parametrize("field", [{"sha": "../x"}, {"sha": None}, {"siblings": None}, {"siblings": "x"}])
def test_an_answer_without_the_basics(site: Hub, field: dict[str, object]) -> None:
    site.models["org/model"] = PUBLIC._replace(info=field)
    with pytest.raises(SourceError, match="no information that can be read"):
        target.read("org/model")


def test_an_answer_of_other_kinds_than_expected(site: Hub) -> None:
    said = {"id": 7, "gated": [], "tags": {}, "cardData": [1], "safetensors": {"total": "many"}, "library_name": {}}
    siblings = [
        {"rfilename": "README.md", "size": "large", "lfs": [1]},
        {"rfilename": "../../etc/passwd", "size": 3},
        {"rfilename": "/etc/passwd"},
        {"rfilename": "a\nb"},
        {"rfilename": None},
        "x",
    ]
    site.models["org/model"] = PUBLIC._replace(info={**said, "siblings": siblings})
    assert target.read("org/model").read[0] == "README.md"
    assert len(site.asked) == 2


# -- bounds --------------------------------------------------------------------------------------------------------


def test_slow(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.1)
    assert "did not answer" in failing(site, "slow")


def test_a_slow_file_stops_the_rest(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.1)
    site.models["org/model"] = PUBLIC._replace(answer="slow", at=("README.md",))
    release = target.read("org/model")
    assert set(reasons(release)) == {"README.md", "LICENSE"} and len(site.asked) == 2


@pytest.mark.parametrize("answer", ["dripping", "beginning"])
def test_dripping(site: Hub, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(hub_client, "MAX_SECONDS", 0.2)
    assert "took longer" in failing(site, answer)


@pytest.mark.parametrize(("answer", "reason"), [("endless", "cut off"), ("truncated", "did not answer"), ("cut", "lists"),
                                                ("packed", "compressed"), ("limited", "42 s")])  # fmt: skip
def test_a_card_that_cannot_be_read(site: Hub, answer: str, reason: str) -> None:
    info = {"cardData": {"license": "mit"}}
    site.models["org/model"] = PUBLIC._replace(info=info, answer=answer, at=("README.md",))
    release = target.read("org/model")
    assert reason in reasons(release)["README.md"] and "hub-gated" not in ids(release)
    assert "mit" in [claim.declared for claim in release.component("model-parameters").claims]


def test_a_file_that_is_listed_as_large_is_not_asked_for(site: Hub) -> None:
    site.models["org/model"] = Model({"LICENSE": LICENSE}, large={"README.md": 10**9})
    assert "larger than" in reasons(target.read("org/model"))["README.md"]
    assert f"/org/model/resolve/{COMMIT}/README.md" not in site.paths()


def test_many_files(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_client, "MAX_FETCHED", 60)
    programs = {f"code/part{number:04}.py": b"x = 1\n" for number in range(5_000)}
    licenses = {f"parts/{number}/LICENSE": b"Words %d" % number for number in range(50)}
    site.models["org/model"] = Model({"README.md": CARD, **programs, **licenses}, large=WEIGHTS)
    release = target.read("org/model")
    assert len(site.asked) == 1 + 60
    passed = [one for one in release.not_read if one.path.endswith(".py")]
    assert len(passed) == 5_000 - hub.MAX_PROGRAMS
    assert any("not fetched" in reason for path, reason in reasons(release).items() if path.endswith("LICENSE"))


# -- without the Hub -------------------------------------------------------------------------------------------------


def test_joined_with_the_registry(site: Hub) -> None:
    site.models["openai/gpt-oss-20b"] = PUBLIC
    done = assess("openai/gpt-oss-20b")
    assert done.headline.text == assess("openai/gpt-oss-20b", offline=True).headline.text
    assert "Hub" in done.release.origin and "bundled registry, as of" in done.release.origin
    assert done.release.component("training-code").available.value is False
    assert not ids(done.release) & {"license-conflict", "fact-conflict"}


def test_a_live_licence_that_the_registry_does_not_know(site: Hub) -> None:
    card = CARD.replace(b"apache-2.0", b"cc-by-nc-4.0")
    site.models["openai/gpt-oss-20b"] = Model({"README.md": card}, {"gated": "auto"}, WEIGHTS)
    release = assess("openai/gpt-oss-20b").release
    assert "license-conflict" in ids(release)
    assert release.component("model-parameters").access == "gated"


def test_the_registry_where_the_hub_does_not_answer(site: Hub) -> None:
    for name, answer, finding in (
        ("openai/gpt-oss-20b", "failing", "hub-unreachable"),
        ("openai/gpt-oss-120b", "private", "hub-missing"),
    ):
        site.models[name] = PUBLIC._replace(answer=answer)
        release = target.read(name)
        assert release.origin.startswith("bundled registry")
        assert [(one.id, one.severity) for one in release.findings] == [(finding, "note")]


def test_no_network(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert ids(target.read("openai/gpt-oss-20b")) == {"hub-unreachable"}
    with pytest.raises(SourceError, match=r"org/model: the Hub \(127\.0\.0\.1:9\) did not answer: .*--offline"):
        target.read("org/model")
    assert hub_client._down
    with pytest.raises(SourceError, match="did not answer"):
        target.read("openai/gpt-oss-20b@main")


@pytest.mark.parametrize("endpoint", ["huggingface.co", "ftp://x", "http://[", "http://localhost:99999", ""])
def test_an_endpoint_that_is_none(site: Hub, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    with pytest.raises(SourceError, match="org/model: "):
        target.read("org/model")


def test_offline_asks_nothing(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    site.models["org/model"] = PUBLIC
    with pytest.raises(SourceError, match="leave out --offline"):
        target.read("org/model", offline=True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(SourceError, match="unset HF_HUB_OFFLINE"):
        target.read("org/model")
    assert target.read("openai/gpt-oss-20b").origin.startswith("bundled registry")
    assert not site.asked


def test_without_the_extra(site: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    assert target.read("openai/gpt-oss-20b").findings == ()
    with pytest.raises(SourceError, match=r"pip install 'openness\[hub\]'"):
        target.read("org/model")
    assert not site.asked


def test_the_cache_of_the_client(site: Hub) -> None:
    home = Path(constants.HF_HUB_CACHE, "models--org--model")
    snapshot = home / "snapshots" / COMMIT
    (home / "refs").mkdir(parents=True)
    (home / "blobs").mkdir()
    snapshot.mkdir(parents=True)
    (home / "refs" / "main").write_text(COMMIT)
    (home.parent / "secret").write_bytes(LICENSE)
    header = b'{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'
    weights = len(header).to_bytes(8, "little") + header + b"\0" * 4
    for name, content in (("README.md", CARD), ("model.safetensors", weights)):
        (home / "blobs" / f"blob-{name[0]}").write_bytes(content)
        (snapshot / name).symlink_to(f"../../blobs/blob-{name[0]}")
    for name in ("LICENSE", "other.safetensors"):
        (snapshot / name).symlink_to("../../../secret")
    release = target.read("org/model", offline=True)
    assert (release.revision, release.origin) == (COMMIT, f"cache of the Hub's client, commit {COMMIT[:12]}")
    assert release.component("model-parameters").available.evidence[0].path == "model.safetensors"
    assert set(release.read) == {"README.md", "model.safetensors"}
    assert set(reasons(release)) == {"LICENSE", "other.safetensors"}
    assert target.read(f"org/model@{COMMIT}", offline=True).revision == COMMIT
    with pytest.raises(SourceError):
        target.read("org/model@dev", offline=True)
    site.models["org/model"] = PUBLIC._replace(answer="failing")
    assert "hub-unreachable" in ids(target.read("org/model"))


# -- the command line ------------------------------------------------------------------------------------------------


def check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openness", "check", *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_the_environment_is_honoured(site: Hub) -> None:
    site.models["org/model"] = PUBLIC._replace(answer="private")
    done = check("org/model", "--format", "json", HF_ENDPOINT=site.url, HF_HUB_OFFLINE="0", HF_TOKEN="hf_ours")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["releases"][0]["revision"] == COMMIT
    assert (site.asked[0].path, site.asked[0].token) == (API, "Bearer hf_ours")
    assert len(site.asked) == 3
    for more in ({"HF_HUB_OFFLINE": "1"}, {"HF_HUB_DOWNLOAD_TIMEOUT": "soon"}):
        done = check("org/model", **{"HF_ENDPOINT": site.url, "HF_HUB_OFFLINE": "0", **more})
        assert done.returncode == 2 and done.stderr.startswith("openness: ") and "internal" not in done.stderr
    assert check("org/model", "--offline", HF_ENDPOINT=site.url, HF_HUB_OFFLINE="0").returncode == 2
    assert len(site.asked) == 3
