"""Pictures carry what a person needs to judge by, and nothing that is not there."""

import io

import numpy as np
import pytest
from PIL import Image

from bot.finishing.features import features
from bot.finishing.measure import measure
from bot.finishing.preview import Span
from bot.finishing.sections import sections
from bot.finishing.waveform import Lane, picture
from tests.finishing.music import RATE, Song, play

RED, YELLOW = (240, 82, 82), (250, 204, 92)


def lane(audio: np.ndarray, label: str = "", *, loop: bool = False, preview: Span | None = None) -> Lane:
    return Lane(audio, RATE, measure(audio, RATE, loop=loop), label, preview)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def near(image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.asarray((np.abs(image - np.array(colour)).max(axis=2) < 30).any(axis=0))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_pictures_are_crisp_and_small(count: int) -> None:
    png = picture([lane(play(Song(seconds=20.0, seed=n)), str(n)) for n in range(1, count + 1)], -14.0)
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert image.width == 1200
    assert image.height > 150 * count
    assert len(png) < 200_000


def test_only_what_is_wrong_is_red_and_at_its_time() -> None:
    music = play(Song(seconds=20.0))
    assert not near(pixels(picture([lane(music)])), RED).any()
    music[:, 10 * RATE] += 0.9
    marked = np.flatnonzero(near(pixels(picture([lane(music)]))[:, :1100], RED))
    assert marked.mean() == pytest.approx(64 + 0.5 * (1200 - 64 - 56), abs=8)


def test_a_hole_is_a_band_as_long_as_the_hole() -> None:
    music = play(Song(seconds=20.0))
    music[:, 5 * RATE : 9 * RATE] = 0.0
    marked = np.flatnonzero(near(pixels(picture([lane(music)]))[:, :1100], RED))
    per_second = (1200 - 64 - 56) / 20
    assert marked.min() == pytest.approx(64 + 5 * per_second, abs=25)
    assert marked.max() == pytest.approx(64 + 9 * per_second, abs=5)


def test_the_preview_is_underlined() -> None:
    image = pixels(picture([lane(play(Song(seconds=20.0)), preview=Span(4.0, 12.0))]))
    marked = np.flatnonzero(near(image, YELLOW))
    assert marked.min() == pytest.approx(64 + 4 * 54, abs=4)
    assert marked.max() == pytest.approx(64 + 16 * 54, abs=4)


def test_louder_music_is_drawn_taller() -> None:
    music = play(Song(seconds=10.0))
    music[:, : 5 * RATE] *= 0.2
    image = pixels(picture([lane(music)]))
    blue = (image[..., 2] > image[..., 0] + 60).sum(axis=0)
    assert blue[700:1000].mean() > 3 * blue[100:400].mean()


@pytest.mark.parametrize("samples", [1, 50, 2000])
def test_scraps_can_be_drawn(samples: int) -> None:
    assert picture([lane(np.full((2, samples), 0.1, np.float32), "1", loop=True)], -14.0).startswith(b"\x89PNG")


def test_sections_begin_where_the_music_turns() -> None:
    parts = [Song(120.0, 16.0, 0, drums=0.0), Song(120.0, 16.0, 0), Song(120.0, 16.0, 7, drums=0.0)]
    found = sections(features(np.concatenate([play(part) for part in parts], axis=1), RATE))
    assert found[0] == 0.0
    assert any(abs(start - 16.0) <= 1.0 for start in found)
    assert any(abs(start - 32.0) <= 1.0 for start in found)
    assert len(found) <= 5
    assert sections(features(play(Song(seconds=5.0)), RATE)) == (0.0,)
