"""A small band for the tests: kick, snare, hats, bass, chords and a melody at an exact tempo and in a known key."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
_MAJOR_CHORDS = ((0, 4), (5, 4), (7, 4), (0, 4))
_MINOR_CHORDS = ((0, 3), (5, 3), (7, 4), (0, 3))

Audio = NDArray[np.float32]


@dataclass(frozen=True)
class Song:
    """What to play. ``root`` is the pitch class; ``lead`` how loud the melody is, which alone depends on the seed."""

    bpm: float = 120.0
    seconds: float = 20.0
    root: int = 0
    minor: bool = False
    seed: int = 1
    rate: int = RATE
    drums: float = 1.0
    lead: float = 0.1


def play(song: Song | None = None) -> Audio:
    """Return the song as float32 of shape (2, samples), peaking at 0.7."""
    song = song or Song()
    chance = np.random.default_rng(song.seed)
    samples = round(song.seconds * song.rate)
    mix = np.zeros((2, samples + 6 * song.rate), dtype=np.float64)
    beat = 60.0 / song.bpm
    chords = _MINOR_CHORDS if song.minor else _MAJOR_CHORDS
    for index in range(int(np.ceil(song.seconds / beat))):
        time = index * beat
        chord, third = chords[index // 4 % 4]
        if song.drums:
            _drums(mix, song, index, time, beat, chance)
        if index % 4 == 0:
            for interval in (0, third, 7):
                _note(mix, song.rate, time, 60 + song.root + chord + interval, 4 * beat, 0.12, 0.4)
            _note(mix, song.rate, time, 36 + song.root + chord, 4 * beat, 0.2, 0.5)
        step = (0, third, 7, 12)[int(chance.integers(4))]
        late = 0.5 * beat if chance.random() < 0.4 else 0.0
        _note(mix, song.rate, time + late, 72 + song.root + chord + step, beat, song.lead, 0.6)
    music = mix[:, :samples]
    return np.asarray(0.7 * music / np.abs(music).max(), dtype=np.float32)


def _drums(
    mix: NDArray[np.float64], song: Song, index: int, time: float, beat: float, chance: np.random.Generator
) -> None:
    length = np.arange(int(0.3 * song.rate)) / song.rate
    if index % 2 == 0:
        kick = 0.6 * np.sin(2 * np.pi * (50 * length + 3 * (1 - np.exp(-length * 30)))) * np.exp(-length * 18)
        _put(mix, song.rate, time, kick, 0.5)
    else:
        _put(mix, song.rate, time, 0.25 * chance.standard_normal(len(length)) * np.exp(-length * 25), 0.5)
    for half in (0.0, 0.5):
        hat = 0.08 * chance.standard_normal(len(length)) * np.exp(-length * 110)
        _put(mix, song.rate, time + half * beat, hat, 0.3)


def _note(
    mix: NDArray[np.float64], rate: int, time: float, midi: int, seconds: float, loud: float, side: float
) -> None:
    length = np.arange(int((seconds + 0.6) * rate)) / rate
    hertz = 440.0 * 2.0 ** ((midi - 69) / 12)
    wave = sum(np.sin(2 * np.pi * hertz * partial * length) / partial**1.5 for partial in range(1, 6))
    fall = np.exp(-1.5 * length / seconds) * np.minimum(length * 200, 1.0) * np.minimum((length[-1] - length) * 20, 1.0)
    _put(mix, rate, time, loud * wave * fall, side)


def _put(mix: NDArray[np.float64], rate: int, time: float, sound: NDArray[np.float64], side: float) -> None:
    start = round(time * rate)
    room = mix[:, start : start + len(sound)]
    room += np.array([[1.0 - side], [side]]) * sound[: room.shape[1]]


def sine(hertz: float, seconds: float, level_dbfs: float, rate: int = RATE, phase: float = 0.0) -> Audio:
    """Return a sine on both sides, its peak at ``level_dbfs``."""
    wave = 10.0 ** (level_dbfs / 20.0) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate + phase)
    return np.stack([wave, wave]).astype(np.float32)
