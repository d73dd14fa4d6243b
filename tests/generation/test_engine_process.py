"""The engine's process before its first batch: loaded once, and warmed where the first call pays for kernels."""

from types import SimpleNamespace

import pytest

from bot.errors import OutOfMemory
from bot.generation import engine_process
from bot.generation.engine import Progress, Request, Take
from bot.generation.rights import engine_kind
from bot.settings.files import folders

pytest.importorskip("torch", reason="the neural extra is not installed")

from bot.generation.engines import device


class Noted:
    """An engine that notes what it is told to do."""

    name, rights, capabilities = "musicgen", engine_kind("musicgen").rights, engine_kind("musicgen").capabilities

    def __init__(self, *_: object) -> None:
        self.done: list[str] = []

    def load(self) -> None:
        self.done.append("load")

    def generate(self, request: Request, _progress: Progress) -> list[Take]:
        self.done.append(f"{len(request.seeds)} of {request.brief.seconds} s")
        raise OutOfMemory("too much even so")


@pytest.mark.parametrize(("where", "done"), [("cuda", ["load", "1 of 5 s"]), ("cpu", ["load"])])
def test_a_gpu_is_warmed_and_what_goes_wrong_there_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, where: str, done: list[str]
) -> None:
    monkeypatch.setattr(device, "best_device", lambda: SimpleNamespace(type=where))
    engine, name = engine_process._loaded(Noted, folders(None), None, 1)  # type: ignore[arg-type]
    assert isinstance(engine, Noted)
    assert engine.done == done
    assert name == "CPU, 1 threads"
