"""Drum sounds: the sampled kit, and synthesised ones for electronic, old, big, chip and Korean drums."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bot.generation.engines.composer import grooves as g
from bot.generation.engines.composer.sampler import RATE, Sampled, play
from bot.generation.engines.composer.soundfont import SoundFont
from bot.generation.engines.composer.waves import fall, noise, table

Array = NDArray[np.float32]
_TWO_PI = 2 * np.pi

PLACES = {
    g.KICK: 0.0, g.SNARE: 0.03, g.CLAP: -0.06, g.RIM: 0.18, g.HAT: 0.32, g.PEDAL: 0.32, g.OPEN: 0.30, g.RIDE: -0.38,
    g.BELL: -0.38, g.CRASH: -0.28, g.TOM_HIGH: 0.28, g.TOM_MID: 0.02, g.TOM_LOW: -0.3, g.SHAKER: -0.42, g.CABASA: -0.42,
    g.TAMBOURINE: 0.45, g.CONGA_HIGH: -0.35, g.CONGA_LOW: -0.5, g.TAIKO_LOW: -0.08, g.TAIKO_HIGH: 0.3, g.BRUSH: 0.1,
    g.KUNG: -0.12, g.DEOK: 0.2, g.GIDEOK: 0.2, g.BUK: -0.3, g.JING: 0.35, g.KKWAENG: 0.48,
}  # fmt: skip
"""Where each drum stands: -1 left to 1 right."""

_TRIM = {
    g.HAT: 0.5, g.OPEN: 0.5, g.PEDAL: 0.4, g.RIDE: 0.5, g.BELL: 0.45, g.SHAKER: 0.42, g.CABASA: 0.4, g.TAMBOURINE: 0.4,
    g.CRASH: 0.6, g.RIM: 0.6, g.CLAP: 0.75, g.KICK: 1.1, g.BRUSH: 0.5, g.CONGA_HIGH: 0.55, g.CONGA_LOW: 0.6,
    g.TAIKO_HIGH: 0.55, g.TAIKO_LOW: 1.1, g.GIDEOK: 0.5, g.KKWAENG: 0.3, g.JING: 0.7,
}  # fmt: skip
"""Level of each drum against the snare."""

_SOFT_START = {g.TAIKO_LOW: 0.0025, g.TAIKO_HIGH: 0.0025, g.TOM_LOW: 0.0015, g.TOM_MID: 0.0015, g.TOM_HIGH: 0.0015}
"""Seconds over which a stroke comes in, where the plain edge would sound like a fault (sampled drums: 1.8 ms)."""


def strike(kit: str, voice: int, hardness: float, font: SoundFont) -> Array:
    """Return one mono stroke of a drum in a kit, peaking near 1 times its place in the balance."""
    maker = _OWN.get(kit, {}).get(voice) or _EVERYWHERE.get(voice)
    wave = maker(hardness) if maker else _sampled(voice, hardness, font)
    wave = _FINISH.get(kit, _plain)(wave, voice)
    peak = float(np.max(np.abs(wave))) if len(wave) else 0.0
    if peak < 1e-4:
        return np.zeros(1, np.float32)
    edge = min(len(wave), int(_SOFT_START.get(voice, 0.0006 if maker else 0.0018) * RATE))
    wave[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    return np.asarray(wave * (_TRIM.get(voice, 0.8) / peak), np.float32)


def _sampled(voice: int, hardness: float, font: SoundFont) -> Array:
    key = voice if voice < 100 else 41
    wave = play(font, Sampled(0, dull=3500, most=3.0, bank=128), key, 3.0, hardness, False)
    if voice in (g.TOM_LOW, g.TOM_MID, g.TOM_HIGH):
        # The sampled toms begin with a tick of the stick that reads as a fault when a fill leaves them alone.
        soft = butter(2, 3200, fs=RATE, output="sos").astype(np.float32)
        wave = np.asarray(sosfilt(soft, wave), np.float32)
    return wave


def _plain(wave: Array, voice: int) -> Array:
    return wave


def _dusty(wave: Array, voice: int) -> Array:
    """Through an old sampler: fewer highs, coarser steps, a little overdrive."""
    low = butter(2, 5200 if voice in (g.HAT, g.OPEN, g.SHAKER, g.RIDE) else 3800, fs=RATE, output="sos")
    wave = np.asarray(sosfilt(low.astype(np.float32), np.tanh(wave / (np.max(np.abs(wave)) + 1e-6) * 1.8)), np.float32)
    return np.asarray(np.round(wave * 120) / 120, np.float32)


def _loud(wave: Array, voice: int) -> Array:
    return np.asarray(np.tanh(wave / (np.max(np.abs(wave)) + 1e-6) * 2.2), np.float32)


def _soft(wave: Array, voice: int) -> Array:
    low = butter(1, 6500, fs=RATE, output="sos").astype(np.float32)
    return np.asarray(sosfilt(low, wave), np.float32)


_FINISH: dict[str, Callable[[Array, int], Array]] = {"dusty": _dusty, "rock": _loud, "brushes": _soft}


def _drop(high: float, low: float, quick: float, ring: float, click: float, hardness: float, seconds: float) -> Array:
    """A struck skin: a sine that falls from ``high`` to ``low`` Hz, and the stick's click."""
    count = int(seconds * RATE)
    pitch = low + (high - low) * fall(count, quick)
    wave = np.sin(_TWO_PI * np.cumsum(pitch) / RATE).astype(np.float32) * fall(count, ring)
    wave *= np.minimum(1, np.arange(count, dtype=np.float32) / 40)
    hit = _band(400, 6000, noise(count, f"click{high}") * fall(count, 0.004)) * click * (0.6 + 1.2 * hardness)
    return np.asarray(np.tanh((wave + hit) * 1.5), np.float32)


def _band(low: float, high: float, wave: Array, order: int = 2) -> Array:
    shape = butter(order, [low, min(high, 20000)], "bandpass", fs=RATE, output="sos").astype(np.float32)
    return np.asarray(sosfilt(shape, wave), np.float32)


def _e_snare(hardness: float) -> Array:
    count = int(0.32 * RATE)
    body = _drop(320, 185, 0.012, 0.08, 0.3, hardness, 0.32)
    rattle = _band(900, 9000, noise(count, "snare")) * fall(count, 0.075 + 0.03 * hardness)
    return np.asarray(body * 0.55 + rattle * 1.3, np.float32)


def _clap(hardness: float) -> Array:
    count = int(0.34 * RATE)
    bursts = np.zeros(count, np.float32)
    for index, late in enumerate((0.0, 0.011, 0.023, 0.034)):
        at = int(late * RATE)
        bursts[at:] += fall(count - at, 0.006 if index < 3 else 0.085)
    return _band(950, 4200, noise(count, "clap")) * bursts


def _metal(seconds: float, ring: float, low: float, hardness: float) -> Array:
    """Cymbals: six squares out of tune with each other and some noise, high-passed."""
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    ratios = (263.0, 400.0, 421.0, 474.0, 587.0, 845.0)
    bright = sum(np.sign(np.sin(_TWO_PI * ratio * 8.1 * time)) for ratio in ratios) / 6
    wave = np.asarray(0.5 * bright + 0.7 * noise(count, "metal"), np.float32)
    return _band(low, 15500, wave) * fall(count, ring * (0.7 + 0.5 * hardness))


def _shaker(hardness: float) -> Array:
    count = int(0.11 * RATE)
    rise = np.minimum(1, np.arange(count, dtype=np.float32) / (0.018 * RATE))
    return np.asarray(_band(4200, 13000, noise(count, "shaker")) * rise * fall(count, 0.028), np.float32)


def _brush(hardness: float) -> Array:
    count = int(0.30 * RATE)
    rise = np.minimum(1, np.arange(count, dtype=np.float32) / ((0.07 - 0.06 * hardness) * RATE))
    return np.asarray(_band(1400, 8500, noise(count, "brush"), 1) * rise * fall(count, 0.075), np.float32)


def _taiko(low: float, hardness: float) -> Array:
    count = int(1.7 * RATE)
    skin = _drop(low * 2.1, low, 0.045, 0.42, 0.5, hardness, 1.7)
    second = _drop(low * 2.9, low * 1.59, 0.03, 0.2, 0.0, hardness, 1.7)
    slap = _band(180, 1600 + 1800 * hardness, noise(count, "taiko")) * fall(count, 0.05) * (0.5 + 0.9 * hardness)
    return np.asarray(skin + 0.45 * second + slap, np.float32)


def _chip_noise(seconds: float, ring: float, hold: int, hardness: float) -> Array:
    """Noise of a game console: random steps held for ``hold`` samples."""
    count = int(seconds * RATE)
    steps = np.sign(noise(count // hold + 1, f"chip{hold}"))
    return np.asarray(np.repeat(steps, hold)[:count] * fall(count, ring), np.float32)


def _chip_kick(hardness: float) -> Array:
    count = int(0.16 * RATE)
    running = np.cumsum(42 + 260 * fall(count, 0.022)) / RATE
    wave = table("triangle", 40, 100.0)[((running % 1) * 2048).astype(np.int32)]
    return np.asarray(wave * fall(count, 0.07), np.float32)


def _janggu(low: float, ring: float, snap: float, hardness: float) -> Array:
    """An hourglass drum: the deep left head (kung) or the tight right one struck with a bamboo strip (deok)."""
    count = int((ring * 5) * RATE)
    skin = _drop(low * 1.5, low, 0.02, ring, 0.25, hardness, ring * 5)
    stick = _band(1300, 6500, noise(count, f"janggu{low}")) * fall(count, 0.012) * snap
    return np.asarray(skin[:count] + stick * (0.5 + hardness), np.float32)


def _gong(note: float, ring: float, bend: float, ratios: tuple[float, ...], hardness: float) -> Array:
    """Jing and kkwaenggwari: gongs whose pitch bends after the stroke."""
    count = int(min(3.5, ring * 4) * RATE)
    time = np.arange(count) / RATE
    curve = 1 + bend * fall(count, ring * 0.4)
    running = np.cumsum(np.full(count, note) * curve) / RATE
    wave = np.zeros(count, np.float32)
    for index, ratio in enumerate(ratios):
        wave += (
            np.sin(_TWO_PI * running * ratio).astype(np.float32)
            * fall(count, ring / (1 + 0.6 * index))
            / (1 + 0.5 * index)
        )
    return np.asarray(wave * np.minimum(1, time / 0.004) * (0.5 + 0.5 * hardness), np.float32)


_EVERYWHERE: dict[int, Callable[[float], Array]] = {
    g.SHAKER: _shaker,
    g.BRUSH: _brush,
    g.TAIKO_LOW: partial(_taiko, 58.0),
    g.TAIKO_HIGH: partial(_taiko, 104.0),
    g.KUNG: partial(_janggu, 92.0, 0.24, 0.15),
    g.DEOK: partial(_janggu, 390.0, 0.06, 0.9),
    g.GIDEOK: partial(_janggu, 410.0, 0.035, 0.6),
    g.BUK: partial(_janggu, 74.0, 0.2, 0.35),
    g.JING: partial(_gong, 118.0, 0.9, 0.03, (1.0, 2.02, 2.94, 4.1, 5.3)),
    g.KKWAENG: partial(_gong, 620.0, 0.10, -0.05, (1.0, 1.48, 2.3, 3.4, 4.7)),
}

_OWN: dict[str, dict[int, Callable[[float], Array]]] = {
    "electronic": {
        g.KICK: lambda h: _drop(190, 49, 0.028, 0.17, 0.35, h, 0.5),
        g.SNARE: _e_snare,
        g.CLAP: _clap,
        g.HAT: lambda h: _metal(0.09, 0.022, 7200, h),
        g.PEDAL: lambda h: _metal(0.07, 0.016, 7000, h),
        g.OPEN: lambda h: _metal(0.42, 0.13, 6500, h),
        g.RIM: lambda h: _drop(1900, 1650, 0.004, 0.018, 0.6, h, 0.08),
        g.CRASH: lambda h: _metal(1.8, 0.5, 4200, h),
        g.TOM_HIGH: lambda h: _drop(330, 180, 0.05, 0.18, 0.2, h, 0.5),
        g.TOM_MID: lambda h: _drop(260, 130, 0.06, 0.2, 0.2, h, 0.55),
        g.TOM_LOW: lambda h: _drop(200, 92, 0.07, 0.24, 0.2, h, 0.6),
    },
    "big": {g.KICK: lambda h: _drop(150, 44, 0.04, 0.34, 0.4, h, 1.0), g.CLAP: _clap},
    "dusty": {g.KICK: lambda h: _drop(150, 54, 0.03, 0.12, 0.25, h, 0.36)},
    "chip": {
        g.KICK: _chip_kick,
        g.SNARE: lambda h: _chip_noise(0.16, 0.05, 3, h),
        g.CLAP: lambda h: _chip_noise(0.14, 0.04, 2, h),
        g.HAT: lambda h: _chip_noise(0.05, 0.012, 1, h),
        g.OPEN: lambda h: _chip_noise(0.14, 0.05, 1, h),
        g.RIM: lambda h: _chip_noise(0.04, 0.01, 4, h),
        g.SHAKER: lambda h: _chip_noise(0.04, 0.012, 1, h),
        g.CABASA: lambda h: _chip_noise(0.04, 0.012, 1, h),
        g.TAMBOURINE: lambda h: _chip_noise(0.08, 0.03, 1, h),
        g.RIDE: lambda h: _chip_noise(0.10, 0.03, 1, h),
        g.CRASH: lambda h: _chip_noise(0.6, 0.2, 2, h),
        g.TOM_HIGH: lambda h: _chip_noise(0.14, 0.06, 6, h),
        g.TOM_MID: lambda h: _chip_noise(0.16, 0.07, 9, h),
        g.TOM_LOW: lambda h: _chip_noise(0.18, 0.08, 14, h),
    },
}
