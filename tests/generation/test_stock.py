"""Weights are fetched from a hub (one on this machine that speaks its protocol), carried from folders, and checked."""

import asyncio
import errno
import hashlib
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import EngineFailed, TryLater
from bot.generation.engine import NeuralKind
from bot.generation.engines.weights import RECORD, weights_in
from bot.generation.hub import pull
from bot.generation.rights import engine_kind
from bot.generation.stock import carry, damaged, index_of, weights_of

REVISION = "0123456789abcdef0123456789abcdef01234567"
FILES = {
    "config.json": b'{"model_type": "musicgen"}',
    "model.safetensors": b"weights" * 5000,
    "pytorch_model.bin": b"the same again",
    "tokenizer/vocabulary.json": b"{}",
}


@dataclass
class Hub:
    """A model hub as the library sees it: one repository."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    stated: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    held: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)

    async def model(self, request: web.Request) -> web.Response:
        if request.match_info["name"] != "tiny":
            return web.json_response(
                {"error": "Repository not found"}, status=404, headers={"X-Error-Code": "RepoNotFound"}
            )
        return web.json_response({"id": "made/tiny", "sha": REVISION, "siblings": [self._file(n) for n in self.files]})

    def _file(self, name: str) -> dict[str, object]:
        content = self.files[name]
        git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        size = self.sizes.get(name, len(content))
        told: dict[str, object] = {"rfilename": name, "size": size, "blobId": git}
        if not name.endswith(".json"):
            sha256 = self.stated.get(name) or hashlib.sha256(content).hexdigest()
            told["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
        return told

    async def file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        self.asked.append(f"{request.method} {name}")
        content = self.files[name]
        headers = {"X-Repo-Commit": REVISION, "ETag": f'"{hashlib.sha256(content).hexdigest()}"'}
        if request.method == "HEAD":
            return web.Response(headers=headers | {"Content-Length": str(len(content))})
        if not self.held or self.held >= len(content):
            return web.Response(body=content, headers=headers)
        answer = web.StreamResponse(headers=headers | {"Content-Length": str(len(content))})
        await answer.prepare(request)
        await answer.write(content[: self.held])
        await asyncio.to_thread(self.go_on.wait, 30)
        await answer.write(content[self.held :])
        return answer


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    constants = pytest.importorskip("huggingface_hub.constants", reason="the neural extra is not installed")
    hub = Hub()
    app = web.Application()
    app.router.add_get("/api/models/made/{name}", hub.model)
    app.router.add_get("/api/models/made/{name}/revision/{revision}", hub.model)
    app.router.add_route("*", f"/made/tiny/resolve/{REVISION}/{{file:.*}}", hub.file)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    host, port = site._server.sockets[0].getsockname()[:2]  # type: ignore[attr-defined]
    monkeypatch.setattr(constants, "ENDPOINT", f"http://{host}:{port}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", f"http://{host}:{port}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    )
    yield hub
    await runner.cleanup()


class Told(list[tuple[str, int, int]]):
    """What was said of the progress."""

    def __call__(self, file: str, done: int, whole: int) -> None:
        self.append((file, done, whole))


@pytest.fixture
def told() -> Told:
    return Told()


async def test_weights_in_another_form_are_not_fetched(hub: Hub, tmp_path: Path, told: Told) -> None:
    kind = engine_kind("stable-audio-3")
    assert isinstance(kind, NeuralKind)
    into, index = tmp_path / "models" / kind.name, index_of(kind.models)
    with pytest.raises(EngineFailed) as refused:
        await asyncio.to_thread(pull, "made/tiny", into, told, index)
    assert (refused.value.text, refused.value.values["engine"]) == ("engines-other-form", "stable-audio-3")
    assert (hub.asked, told, list(tmp_path.iterdir())) == ([], [], [])
    await asyncio.to_thread(pull, "made/tiny", tmp_path / "models" / "musicgen", told, index_of(("musicgen",)))


async def test_pulled_weights_are_checked_recorded_and_found_again(hub: Hub, tmp_path: Path, told: Told) -> None:
    into = tmp_path / "models" / "musicgen"
    await asyncio.to_thread(pull, "made/tiny", into, told)
    assert sorted(file.relative_to(into).as_posix() for file in into.rglob("*") if file.is_file()) == [
        RECORD, "config.json", "model.safetensors", "tokenizer/vocabulary.json",
    ]  # fmt: skip
    weights = weights_in(into)
    assert (weights.model, weights.revision) == ("made/tiny", REVISION)
    assert damaged(into) == []
    assert [done for _, done, _ in told] == [0, 0, 26, 35026, 35028]
    (into / "model.safetensors").write_bytes(b"something else")
    assert damaged(into) == ["model.safetensors"]
    assert weights_of("musicgen", tmp_path, {}) == into


async def test_a_file_that_is_not_what_the_hub_states_is_refused(hub: Hub, tmp_path: Path, told: Told) -> None:
    hub.stated["model.safetensors"] = "0" * 64
    with pytest.raises(EngineFailed, match=r"model\.safetensors is damaged") as raised:
        await asyncio.to_thread(pull, "made/tiny", tmp_path / "here", told)
    assert raised.value.text == "engines-damaged"
    assert not (tmp_path / "here").exists()
    hub.stated.clear()
    hub.asked.clear()
    await asyncio.to_thread(pull, "made/tiny", tmp_path / "here", told)
    assert "GET config.json" not in hub.asked  # what was whole is not fetched again


async def test_pulled_again_only_what_is_damaged_or_new_is_fetched(hub: Hub, tmp_path: Path, told: Told) -> None:
    into = tmp_path / "models" / "musicgen"
    await asyncio.to_thread(pull, "made/tiny", into, told)
    (into / "model.safetensors").write_bytes(b"bent on the disk")
    (into / "of an older version.json").write_text("{}")
    hub.files["added.json"] = b"{}"
    hub.asked.clear()
    await asyncio.to_thread(pull, "made/tiny", into, told)
    assert [one for one in hub.asked if one.startswith("GET")] == ["GET model.safetensors", "GET added.json"]
    assert damaged(into) == []
    assert not (into / "of an older version.json").exists()
    assert sorted(one.name for one in into.parent.iterdir()) == ["musicgen"]


async def test_a_large_file_is_followed_while_it_comes(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr("bot.generation.hub.LOOK_EVERY", 0.005)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
    seen = threading.Event()

    def told(file: str, done: int, _whole: int) -> None:
        if file == "model.safetensors" and 26 < done < 35026:
            seen.set()

    hub.held, hub.go_on = 20_000, seen
    await asyncio.to_thread(pull, "made/tiny", tmp_path / "here", told)
    assert seen.is_set()


async def test_without_room_nothing_is_fetched(hub: Hub, tmp_path: Path, told: Told) -> None:
    hub.sizes["model.safetensors"] = 1 << 60
    with pytest.raises(EngineFailed) as raised:
        await asyncio.to_thread(pull, "made/tiny", tmp_path / "here", told)
    assert raised.value.text == "engines-no-room"
    assert raised.value.values["needed"] == pytest.approx(1 << 30, rel=0.01)
    assert not [one for one in hub.asked if one.startswith("GET")]


async def test_a_hub_that_is_away_is_a_sentence(
    hub: Hub, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # the port of nobody
    with pytest.raises(TryLater) as raised:
        await asyncio.to_thread(pull, "made/tiny", tmp_path / "here", told)
    assert raised.value.text == "engines-hub-away"


async def test_a_model_that_is_not_there_or_not_open_is_a_sentence(hub: Hub, tmp_path: Path, told: Told) -> None:
    with pytest.raises(TryLater, match="HF_TOKEN"):
        await asyncio.to_thread(pull, "made/other", tmp_path / "here", told)


def folder(home: Path) -> Path:
    for name, content in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    return home


def test_weights_from_a_folder_need_no_network(tmp_path: Path, told: Told) -> None:
    source, into = folder(tmp_path / "stick"), tmp_path / "models" / "musicgen"
    into.parent.mkdir()
    carry(source, into, told)
    assert weights_in(into).revision == weights_in(source).revision
    assert set(json.loads((into / RECORD).read_text())["files"]) == set(FILES)
    # Carried on from there, every file is held against the record.
    (into / "model.safetensors").write_bytes(b"bent" * 8750)
    with pytest.raises(EngineFailed, match=r"model\.safetensors is damaged"):
        carry(into, tmp_path / "further", told)
    (into / "config.json").unlink()
    with pytest.raises(EngineFailed, match="lacks config"):
        carry(into, tmp_path / "further", told)


def test_another_engines_model_a_missing_folder_and_a_full_disk_are_sentences(
    tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, into = folder(tmp_path / "stick"), tmp_path / "models" / "ace-step"
    cases = {"engines-other-model": source, "error-no-weights": tmp_path, "engines-no-folder": tmp_path / "nowhere"}
    for text, place in cases.items():
        with pytest.raises(EngineFailed) as raised:
            carry(place, into, told, "ace-step", ("AceStepPipeline",))
        assert raised.value.text == text

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.generation.stock.shutil.copyfile", full)
    with pytest.raises(EngineFailed) as raised:
        carry(source, into, told, "musicgen", ("musicgen",))
    assert raised.value.text == "engines-disk-full"
    assert not list(into.parent.iterdir()), "nothing half is left"


def test_a_folder_of_ones_own_goes_before_what_was_pulled(tmp_path: Path) -> None:
    own = folder(tmp_path / "own")
    folder(tmp_path / "models" / "musicgen")
    assert weights_of("musicgen", tmp_path, {"musicgen": str(own)}) == own
    assert weights_of("ace-step", tmp_path, {}) is None


def test_the_hubs_own_cache_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    snapshot = folder(tmp_path / "hub" / "models--made--tiny" / "snapshots" / REVISION)
    refs = tmp_path / "hub" / "models--made--tiny" / "refs"
    refs.mkdir()
    (refs / "main").write_text(REVISION)
    assert weights_of("musicgen", tmp_path, {}, "made/tiny") == snapshot
