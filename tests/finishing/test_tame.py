"""What shouts is turned down, what does not is not touched."""

import numpy as np
import pytest
from scipy import signal

from bot.finishing.tame import Tone, tame
from tests.finishing.music import RATE, Song, play


def band(audio: np.ndarray, hertz: float, start: float = 0.0, stop: float = 1e9) -> float:
    """Return the level in dB of a third of an octave between two times."""
    part = audio[:, int(start * RATE) : int(min(stop * RATE, audio.shape[1]))]
    power = np.abs(np.fft.rfft(part[0])) ** 2
    near = np.fft.rfftfreq(part.shape[1], 1 / RATE)
    return float(10 * np.log10(power[(near > hertz / 1.12) & (near < hertz * 1.12)].sum()))


def test_balanced_music_comes_back_as_the_same_object() -> None:
    music = play(Song(seconds=10.0))
    assert tame(music, RATE).audio is music
    assert tame(music, RATE, 0.0).audio is music


def test_the_transform_itself_is_transparent() -> None:
    music = play(Song(seconds=5.0))
    done = tame(music, RATE, 0.0, Tone(mid_db=1e-9))
    assert np.abs(done.audio - music).max() < 1e-6
    assert done.audio.shape == music.shape


@pytest.mark.parametrize(("amount", "least"), [(0.5, 2.5), (1.0, 6.0)])
def test_a_note_that_shouts_is_turned_down_while_it_shouts(amount: float, least: float) -> None:
    music = play(Song(seconds=20.0))
    time = np.arange(2 * RATE) / RATE
    music[:, 10 * RATE : 12 * RATE] += (0.5 * np.sin(2 * np.pi * 900 * time)).astype(np.float32)
    done = tame(music, RATE, amount)
    assert done.hertz == pytest.approx(900, rel=0.15)
    assert band(music, 900, 10.2, 11.8) - band(done.audio, 900, 10.2, 11.8) > least
    assert band(done.audio, 900, 2, 8) == pytest.approx(band(music, 900, 2, 8), abs=0.2)
    assert band(done.audio, 150, 10, 12) == pytest.approx(band(music, 150, 10, 12), abs=0.3)


def test_a_resonance_is_brought_half_way_back() -> None:
    noise = np.random.default_rng(5).standard_normal((2, 10 * RATE)) * 0.03
    ringing = noise + 12.0 * signal.lfilter(*signal.iirpeak(2500.0, 12.0, fs=RATE), noise)
    done = tame(ringing.astype(np.float32), RATE, 1.0)
    cut = band(ringing, 2500) - band(done.audio, 2500)
    assert done.hertz == pytest.approx(2500, rel=0.15)
    assert 2.0 < cut < 9.5
    assert band(done.audio, 600) == pytest.approx(band(ringing, 600), abs=0.3)


def test_the_stereo_image_stands_still() -> None:
    music = play(Song(seconds=10.0))
    tone = np.sin(2 * np.pi * 900 * np.arange(RATE) / RATE)
    music[:, 4 * RATE : 5 * RATE] += (np.array([[0.6], [0.2]]) * tone).astype(np.float32)
    done = tame(music, RATE, 1.0)
    assert done.cut_db > 3.0
    sides = [band(audio, 900, 4.1, 4.9) - band(audio[::-1], 900, 4.1, 4.9) for audio in (music, done.audio)]
    assert sides[1] == pytest.approx(sides[0], abs=0.05)


@pytest.mark.parametrize(
    ("tone", "hertz"), [(Tone(low_db=-4.0), 80.0), (Tone(mid_db=-4.0), 1000.0), (Tone(high_db=-4.0), 9000.0)]
)
def test_tone_turns_its_own_region(tone: Tone, hertz: float) -> None:
    music = play(Song(seconds=8.0))
    done = tame(music, RATE, 0.0, tone).audio
    for other in (80.0, 1000.0, 9000.0):
        expected = -4.0 if other == hertz else 0.0
        assert band(done, other) - band(music, other) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("samples", [1, 100, 4095, 4096, 5000])
def test_scraps_keep_their_length(samples: int) -> None:
    noise = (0.1 * np.random.default_rng(samples).standard_normal((2, samples))).astype(np.float32)
    assert tame(noise, RATE, 1.0, Tone(1.0, 1.0, 1.0)).audio.shape == (2, samples)
