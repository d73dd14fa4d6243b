"""Music to mark: a small band made of sines and noise, and pieces as the shop sells them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bot.delivery.watermark import embed
from bot.finishing.master import Target, finish
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.files import default_folder
from bot.settings.moods import load_moods

KEY = b"w" * 32
FS = 48_000
Audio = NDArray[np.float32]


@cache
def music(seed: int = 1, seconds: float = 30.0) -> Audio:
    """A small band: chords with overtones, a bass, hats and a kick, different for every seed."""
    chance = np.random.default_rng(seed)
    count = round(seconds * FS)
    time = np.arange(count) / FS
    sound = np.zeros((2, count))
    for start in np.arange(0, seconds, 2.0):
        begin, end = round(start * FS), min(round((start + 2.4) * FS), count)
        here = np.arange(end - begin) / FS
        fade = np.minimum(1, here * 40) * np.exp(-here * 0.8)
        root = 110 * 2 ** (chance.integers(0, 12) / 12)
        for step in (0, 4, 7, 12, 16):
            pan = chance.uniform(0.3, 0.7)
            tone = sum(np.sin(2 * np.pi * root * 2 ** (step / 12) * k * here + k) / k**1.3 for k in range(1, 16))
            sound[:, begin:end] += np.outer((pan, 1 - pan), fade * tone) * 0.06
    for beat in np.arange(0, seconds - 0.3, 0.25):
        begin = round(beat * FS)
        hat = chance.normal(size=FS // 10) * np.exp(-np.arange(FS // 10) / FS * 45)
        sound[:, begin : begin + hat.size] += hat * 0.05 * chance.uniform(0.4, 1)
        if beat % 0.5 == 0:
            drum = np.sin(2 * np.pi * 55 * time[: FS // 5]) * np.exp(-time[: FS // 5] * 18)
            sound[:, begin : begin + drum.size] += drum * 0.25
    return np.asarray(0.7 * sound / np.abs(sound).max(), np.float32)


@cache
def marked() -> Audio:
    return embed(music(), FS, KEY)


@cache
def sold(mood: str, seed: int = 7, seconds: float = 20.0) -> tuple[Audio, int]:
    """A mastered piece of the built-in composer, of shape (2, samples), and its rate in Hz."""
    composer = Composer(load_moods(default_folder() / "moods.toml"))
    (take,) = composer.generate(Request(Brief(mood, int(seconds), "youtube"), (seed,)), lambda _share: None)
    finished = finish(take.audio, take.rate, Target(seconds))
    return finished.audio, finished.rate
