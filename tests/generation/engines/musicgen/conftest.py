"""Tiny MusicGens, built once for all of these tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

torch = pytest.importorskip("torch", reason="the neural extra is not installed")
pytest.importorskip("transformers", reason="the neural extra is not installed")

from bot.settings.files import config_file, folders  # noqa: E402
from bot.settings.moods import load_moods  # noqa: E402
from tests.generation.engines.tiny import tiny_musicgen  # noqa: E402

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen
    from bot.generation.engines.musicgen.windows import Sampling


@pytest.fixture(scope="session", autouse=True)
def quiet() -> Iterator[None]:
    """One thread, and no look at the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.set_num_threads(1)
    yield
    os.environ.pop("HF_HUB_OFFLINE", None)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders by kind: mono, stereo, melody."""
    home = tmp_path_factory.mktemp("musicgen")
    return {
        "mono": tiny_musicgen(home / "mono"),
        "stereo": tiny_musicgen(home / "stereo", channels=2),
        "melody": tiny_musicgen(home / "melody", melody=True),
    }


@pytest.fixture(scope="session")
def engine(checkpoints: dict[str, Path]) -> "Callable[..., MusicGen]":
    """Returns a loaded engine of a kind."""
    from bot.generation.engines.musicgen.engine import MusicGen

    book = load_moods(config_file("moods.toml", folders(None)))
    loaded: dict[object, MusicGen] = {}

    def of(kind: str = "mono", sampling: "Sampling | None" = None) -> MusicGen:
        if (kind, sampling) not in loaded:
            loaded[kind, sampling] = MusicGen(book, checkpoints[kind], sampling)
            loaded[kind, sampling].load()
        return loaded[kind, sampling]

    return of
