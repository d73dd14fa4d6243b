"""A sample is made once, sounds, and says that it is made by a machine."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bot.errors import EngineFailed
from bot.generation.samples import SECONDS, Samples, render
from bot.orders.brief import Brief
from bot.settings.files import default_folder
from bot.storage.media import Media

CALM = Brief("calm", 180, "ad")


class Away:
    """Runs in a thread and counts; ``broken`` is an engine that fails."""

    def __init__(self, broken: bool = False) -> None:
        self.calls = 0
        self.broken = broken

    async def __call__(self, function: Any, *arguments: Any) -> None:
        self.calls += 1
        if self.broken:
            raise EngineFailed("no strings")
        await asyncio.to_thread(function, *arguments)


async def test_a_sample_is_made_once_however_many_want_it(tmp_path: Path) -> None:
    away = Away()
    samples = Samples(away, Media(tmp_path / "media"), (default_folder(),))
    first, second = await asyncio.gather(samples.sample(CALM), samples.sample(CALM.but(seconds=30)))
    assert first == second == await samples.sample(CALM)
    assert first is not None
    assert away.calls == 1
    audio, rate = soundfile.read(first)
    assert len(audio) == SECONDS * rate
    assert 0.02 < float(np.abs(audio).max()) <= 1.0
    with soundfile.SoundFile(first) as file:
        assert "AI" in file.comment


async def test_where_none_can_be_made_there_is_none(tmp_path: Path) -> None:
    samples = Samples(Away(broken=True), Media(tmp_path / "media"), (default_folder(),))
    assert await samples.sample(CALM) is None


def test_the_same_sample_every_time(tmp_path: Path) -> None:
    for name in ("a.mp3", "b.mp3"):
        render((default_folder(),), "calm", None, tmp_path / name)
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()
