"""The preview is the part that tells most, from a bar on."""

import numpy as np
import pytest

from bot.finishing.preview import Span, cut, telling_span
from tests.finishing.music import RATE, Song, play


def test_the_chorus_is_chosen_and_starts_on_its_bar() -> None:
    music = play(Song(120.0, 60.0))
    shape = np.interp(np.arange(60 * RATE) / RATE, [0, 31.9, 32, 48, 48.1, 60], [0.3, 0.3, 1.0, 1.0, 0.3, 0.2])
    span = telling_span((music * shape).astype(np.float32), RATE, tempo_bpm=120.0)
    assert span.seconds == 15.0
    assert 31.9 <= span.start <= 33.1
    assert span.start % 2.0 == pytest.approx(1.985, abs=0.05) or span.start % 2.0 < 0.05


@pytest.mark.parametrize(("wanted", "given"), [(3.0, 12.0), (15.0, 15.0), (60.0, 20.0)])
def test_previews_last_12_to_20_seconds(wanted: float, given: float) -> None:
    music = play(Song(seconds=26.0))
    span = telling_span(music, RATE, wanted)
    assert span.seconds == given
    assert 0.0 <= span.start <= 26.0 - given + 1e-6


def test_a_short_piece_is_its_own_preview() -> None:
    music = play(Song(seconds=7.0))
    assert telling_span(music, RATE) == Span(0.0, 7.0)


def test_music_without_a_beat_has_a_preview_too() -> None:
    noise = np.random.default_rng(2).standard_normal((2, 30 * RATE)).astype(np.float32)
    noise *= np.interp(np.arange(30 * RATE), [0, 10 * RATE, 20 * RATE, 30 * RATE], [0.01, 0.2, 0.2, 0.01])
    span = telling_span(noise.astype(np.float32), RATE, 12.0)
    assert 7.0 <= span.start <= 11.0


def test_what_is_cut_fades_at_both_ends() -> None:
    piece = cut(np.full((2, 20 * RATE), 0.5, np.float32), RATE, Span(3.0, 12.0))
    assert piece.shape == (2, 12 * RATE)
    assert piece[0, 0] == 0.0
    assert abs(piece[0, -1]) < 1e-6
    assert piece[0, RATE] == 0.5
