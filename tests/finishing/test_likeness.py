"""The same piece is known again however it was treated; another piece is another piece."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.errors import BadInput
from bot.finishing.fades import fade
from bot.finishing.intake import at_rate
from bot.finishing.levels import level
from bot.finishing.likeness import (
    DUPLICATE,
    SIBLING,
    Fingerprint,
    Match,
    agreement,
    fingerprint,
    most_alike,
    relation,
)
from tests.finishing.music import RATE, Song, play

PIECE = Song(120.0, 40.0, 2, seed=11)


@cache
def known(song: Song) -> Fingerprint:
    return fingerprint(play(song), song.rate)


def as_mp3_64k(audio: np.ndarray, folder: Path) -> np.ndarray:
    path = folder / "small.mp3"
    soundfile.write(path, audio.T, RATE, "MPEG_LAYER_III", compression_level=0.89, bitrate_mode="CONSTANT")
    assert path.stat().st_size * 8 / (audio.shape[1] / RATE) < 70_000
    return np.asarray(soundfile.read(path, dtype="float32")[0].T)


@pytest.mark.parametrize("start", [0.0, 3.3, 11.77, 18.123, 24.9])
def test_fifteen_seconds_of_a_64_kbit_mp3_are_known_again(start: float, tmp_path: Path) -> None:
    crop = as_mp3_64k(play(PIECE), tmp_path)[:, int(start * RATE) : int((start + 15) * RATE)]
    found = most_alike(fingerprint(crop, RATE), {"other": known(Song(95.0, 40.0, 7)), "piece": known(PIECE)})
    assert found is not None
    assert (found.name, found.relation) == ("piece", "duplicate")
    assert found.offset == pytest.approx(start, abs=0.2) or found.agreement > DUPLICATE


def test_level_fade_rate_and_limiting_do_not_hide_it() -> None:
    music = play(PIECE)
    treated = {
        "quiet": (music * 0.05, RATE),
        "faded": (fade(music, RATE, 2.0, 5.0), RATE),
        "48k": (at_rate(music, RATE, 48_000), 48_000),
        "loud": (level(music, RATE, -10.0, -1.5).audio, RATE),
        "mono": (np.repeat(music.mean(axis=0, keepdims=True), 2, axis=0), RATE),
    }
    found = {name: agreement(fingerprint(audio, rate), known(PIECE)) for name, (audio, rate) in treated.items()}
    assert min(found.values()) >= DUPLICATE, found


@pytest.mark.parametrize("seed", [12, 13])
def test_the_same_accompaniment_under_another_melody_is_a_sibling(seed: int) -> None:
    same, louder = Song(120.0, 40.0, 2, seed=11, lead=0.25), Song(120.0, 40.0, 2, seed=seed, lead=0.25)
    assert SIBLING <= agreement(known(same), known(louder)) < DUPLICATE


@pytest.mark.parametrize(
    "other",
    [Song(120.0, 40.0, 9, seed=11), Song(104.0, 40.0, 2, seed=11), Song(112.0, 40.0, 2, True, 5), Song(77.0, 30.0)],
)
def test_another_key_tempo_or_mode_is_another_piece(other: Song) -> None:
    assert relation(agreement(known(PIECE), known(other))) == "different"


def test_agreement_is_the_same_both_ways_and_full_with_itself() -> None:
    short, long = known(Song(seconds=15.0)), known(PIECE)
    assert agreement(short, long) == pytest.approx(agreement(long, short), abs=1e-6)
    assert agreement(long, long) == pytest.approx(1.0, abs=1e-5)


def test_a_fingerprint_is_kept_as_bytes() -> None:
    kept = known(PIECE).to_bytes()
    assert len(kept) < 200 * 40
    assert (Fingerprint.from_bytes(kept).values == known(PIECE).values).all()
    for broken in (b"", b"BGF1", kept[:-1], b"XXXX" + kept[4:]):
        with pytest.raises(BadInput):
            Fingerprint.from_bytes(broken)


def test_nothing_known_and_nothing_heard_match_nothing() -> None:
    silence = fingerprint(np.zeros((2, 20 * RATE), np.float32), RATE)
    scrap = fingerprint(np.ones((2, 10), np.float32), RATE)
    assert most_alike(known(PIECE), {}) is None
    assert agreement(silence, known(PIECE)) == 0.5
    assert agreement(scrap, known(PIECE)) == 0.5
    assert Match("x", 0.79, 0.0).relation == "different"
