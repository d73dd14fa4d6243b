"""The composer's own pitched instruments: pads, basses, leads, bells, guitars, and the Korean ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.waves import (
    HIGHEST,
    adsr,
    fall,
    glide,
    hertz,
    noise,
    phase,
    read,
    shake,
    table,
)  # fmt: skip

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note to be made: MIDI pitch, seconds held, hardness 0 to 1, and whether it may shake."""

    pitch: int
    seconds: float
    hardness: float
    vibrato: bool


@dataclass(frozen=True, slots=True)
class Patch:
    """A subtractive synthesiser's setting.

    ``voices`` are (detune in cents, place -1 left to 1 right); more than one place makes the note stereo.
    ``opened`` and ``closed`` are filter corners in Hz at the start and in the end, ``sweep`` the seconds between.
    """

    wave: str
    voices: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    attack: float = 0.005
    decay: float = 0.3
    sustain: float = 0.8
    release: float = 0.12
    opened: float = 6000.0
    closed: float = 2500.0
    sweep: float = 0.3
    under: float = 0.0
    shaken: float = 0.0
    drive: float = 0.0


_WIDE = ((-11.0, -0.9), (-4.0, -0.35), (5.0, 0.4), (12.0, 0.9))
_PAD = ((-8.0, -0.8), (-2.0, -0.2), (3.0, 0.3), (9.0, 0.8))

PATCHES: dict[str, Patch] = {
    "analog-pad": Patch("saw", _PAD, 0.35, 1.0, 0.85, 0.9, 900, 1500, 1.5, under=0.15),
    "glass-pad": Patch("triangle", _PAD, 0.5, 1.2, 0.8, 1.2, 5200, 3800, 2.0),
    "dark-drone": Patch("saw", _PAD, 0.8, 2.0, 0.9, 1.4, 260, 520, 3.0, under=0.5),
    "supersaw": Patch("saw", (*_WIDE, (-17.0, 0.6), (18.0, -0.6)), 0.012, 0.5, 0.75, 0.22, 9000, 4200, 0.5),
    "pluck": Patch("saw", ((-5.0, -0.4), (5.0, 0.4)), 0.002, 0.20, 0.0, 0.25, 7500, 700, 0.09),
    "saw-lead": Patch("saw", ((-6.0, -0.3), (6.0, 0.3)), 0.01, 0.4, 0.8, 0.15, 6500, 3200, 0.4, shaken=0.18),
    "square-lead": Patch("square", ((0.0, 0.0),), 0.008, 0.4, 0.8, 0.12, 5000, 2600, 0.3, shaken=0.2),
    "sine-lead": Patch("triangle", ((0.0, 0.0),), 0.03, 0.5, 0.85, 0.3, 2200, 1500, 0.5, shaken=0.15),
    "chip-lead": Patch("pulse25", ((0.0, 0.0),), 0.002, 0.2, 0.7, 0.02, 15000, 15000, 1.0, shaken=0.25),
    "chip-pulse": Patch("pulse12", ((0.0, 0.0),), 0.002, 0.12, 0.55, 0.015, 15000, 15000, 1.0),
    "chip-bass": Patch("triangle", ((0.0, 0.0),), 0.002, 0.4, 0.9, 0.015, 15000, 15000, 1.0),
    "sub-bass": Patch("triangle", ((0.0, 0.0),), 0.012, 0.6, 0.85, 0.12, 480, 260, 0.4, drive=1.2),
    "saw-bass": Patch("saw", ((-4.0, 0.0), (4.0, 0.0)), 0.004, 0.35, 0.7, 0.09, 2400, 480, 0.16, under=0.6, drive=1.0),
    "pluck-bass": Patch("square", ((0.0, 0.0),), 0.003, 0.28, 0.15, 0.1, 1700, 320, 0.10, under=0.5, drive=0.8),
    "organ": Patch("organ", ((-2.0, -0.3), (2.0, 0.3)), 0.006, 0.1, 0.95, 0.06, 5000, 4200, 0.2, shaken=0.06),
}
"""Instruments that are one oscillator bank through one moving filter."""


def subtractive(patch: Patch, stroke: Stroke) -> Array:
    """Play a patch. The filter moves by fading from an open wave to a closed one, which costs no filtering."""
    count = int((stroke.seconds + patch.release) * RATE)
    note = hertz(stroke.pitch)
    partials = int(HIGHEST / note)
    lively = 0.55 + 0.75 * stroke.hardness
    corner = max(patch.closed, note * 1.2)
    opened = table(patch.wave, partials, round(max(patch.opened * lively, note * 1.5) / note, 1))
    closed = table(patch.wave, partials, round(corner / note, 1))
    openness = fall(count, patch.sweep)
    bend = shake(count, patch.shaken, 5.2, 0.3) if patch.shaken and stroke.vibrato else None
    stereo = np.zeros((2, count), np.float32)
    for index, (cents, place) in enumerate(patch.voices):
        running = phase(stroke.pitch + cents / 100, count, (index * 0.37) % 1, bend)
        bright = read(opened, running)
        dark = read(closed, running)
        voice = dark + openness * (bright - dark)
        stereo[0] += voice * np.float32(np.sqrt(0.5 - place / 2))
        stereo[1] += voice * np.float32(np.sqrt(0.5 + place / 2))
    stereo /= np.float32(np.sqrt(len(patch.voices)))
    if patch.under:
        stereo += patch.under * read(
            table("sine", 1, 1.0), phase(stroke.pitch - (12 if stroke.pitch > 52 else 0), count)
        )
    stereo *= adsr(count, stroke.seconds, patch.attack, patch.decay, patch.sustain, patch.release)
    if patch.drive:
        stereo = np.tanh(stereo * (1 + 2 * patch.drive)) / (1 + patch.drive)
    single = all(place == 0 for _, place in patch.voices)
    return np.asarray(stereo[0] * np.float32(1.4142) if single else stereo, np.float32)


def _fm_ep(stroke: Stroke) -> Array:
    count = int((min(stroke.seconds, 5.0) + 0.25) * RATE)
    running = (2 * np.pi * phase(stroke.pitch, count)).astype(np.float32)
    bite = (0.6 + 1.6 * stroke.hardness) * fall(count, 0.35)
    tine = 0.35 * stroke.hardness * fall(count, 0.12) * np.sin(running * 14)
    body = np.sin(running + bite * np.sin(running)) + 0.3 * np.sin(2 * running) * fall(count, 0.8)
    loud = adsr(count, stroke.seconds, 0.002, 1.6, 0.05, 0.25)
    return np.asarray((body * 0.45 + tine * 0.4) * loud, np.float32)


def _bell(stroke: Stroke) -> Array:
    """Add up the partials of a small bell; the ratios are those of a free bar, mellowed."""
    count = int(min(3.2, stroke.seconds + 2.2) * RATE)
    note = hertz(stroke.pitch)
    wave = np.zeros(count, np.float32)
    for ratio, level, ring in (
        (1.0, 1.0, 1.1),
        (2.0, 0.45, 0.8),
        (2.76, 0.35, 0.5),
        (5.4, 0.22, 0.22),
        (8.93, 0.1, 0.1),
    ):
        if note * ratio < HIGHEST:
            tone = np.sin(2 * np.pi * note * ratio / RATE * np.arange(count)).astype(np.float32)
            wave += level * (0.4 + 0.6 * stroke.hardness if ratio > 2 else 1.0) * tone * fall(count, ring)
    return np.asarray(wave * adsr(count, count / RATE - 0.4, 0.002, 9.0, 1.0, 0.4) * 0.35, np.float32)


def plucked(stroke: Stroke, bright: float, ring: float, bend: Array | None = None, damp: float = 0.25) -> Array:
    """Pluck a string: three groups of harmonics that die at their own speed.

    :param bright: how many harmonics the pluck excites.
    :param ring: seconds the lowest ones last.
    """
    count = int((min(stroke.seconds, 4.0) + damp) * RATE) if bend is None else len(bend)
    note = hertz(stroke.pitch)
    partials = int(HIGHEST / note)
    running = phase(stroke.pitch, count, 0.0, bend)
    corner = bright * (0.5 + stroke.hardness)
    full, middle, dull = (table("string", partials, round(c, 1)) for c in (corner, corner / 3, 1.2))
    long = ring * (220 / note) ** 0.35
    quick, slow = fall(count, long * 0.12), fall(count, long * 0.4)
    wave = read(dull, running)
    wave += slow * (read(middle, running) - wave)
    wave += quick * (read(full, running) - read(middle, running)) * 0.9
    pick = noise(400, f"pick{stroke.pitch % 7}") * fall(400, 0.002) * 0.25 * stroke.hardness
    wave[: min(400, count)] += pick[: min(400, count)]
    return np.asarray(wave * fall(count, long) * adsr(count, count / RATE - damp, 0.001, 9, 1.0, damp), np.float32)


def _clean_guitar(stroke: Stroke) -> Array:
    wave = plucked(stroke, 14, 1.6)
    return np.asarray(np.tanh(wave * 1.6) * 0.7, np.float32)


def _clav(stroke: Stroke) -> Array:
    wave = plucked(stroke, 30, 0.7, damp=0.04)
    return np.asarray(wave - 0.5 * np.append(np.zeros(20, np.float32), wave[:-20]), np.float32)


def _drive_guitar(stroke: Stroke) -> Array:
    """A string into a saturated amplifier and a loudspeaker box. Chords are driven note by note."""
    count = int((stroke.seconds + 0.12) * RATE)
    bend = shake(count, 0.22, 5.5, 0.35) if stroke.vibrato else np.zeros(count, np.float32)
    note = hertz(stroke.pitch)
    running = phase(stroke.pitch, count, 0.0, bend)
    string = read(table("saw", int(9000 / note), 12.0), running) + 0.35 * read(
        table("saw", int(9000 / note), 6.0), running * 1.004
    )
    string *= 0.25 + 0.75 * fall(count, 1.2)
    driven = np.tanh(string * (4 + 5 * stroke.hardness) + 0.2)
    box = butter(2, [90, 4300], "bandpass", fs=RATE, output="sos").astype(np.float32)
    boxed = sosfilt(box, driven) * adsr(count, stroke.seconds, 0.003, 3.0, 0.6, 0.1)
    return np.asarray(boxed * 0.5, np.float32)


def _gayageum(stroke: Stroke) -> Array:
    """Twelve silk strings: a soft pluck, and the left hand's deep slow shake (nonghyeon) on notes that last."""
    count = int((min(stroke.seconds, 3.5) + 0.5) * RATE)
    bend = shake(count, 0.45, 4.4, 0.22) * fall(count, 1.6) if stroke.vibrato else np.zeros(count, np.float32)
    bend = np.asarray(bend + glide(count, 0.35 * stroke.hardness, 0.05), np.float32)
    return plucked(stroke, 9, 1.3, bend, 0.5)


def _daegeum(stroke: Stroke) -> Array:
    """A bamboo flute: breath, the buzzing membrane (cheong) when blown hard, a slide from below, a wide vibrato."""
    count = int((stroke.seconds + 0.16) * RATE)
    bend = glide(count, -0.9, 0.12)
    if stroke.vibrato:
        bend = bend + shake(count, 0.5, 4.8, 0.35)
    running = phase(stroke.pitch, count, 0.0, np.asarray(bend, np.float32))
    note = hertz(stroke.pitch)
    pure = read(table("triangle", int(6000 / note), 4.0), running)
    buzz = read(table("reed", int(9000 / note), 9.0), running)
    buzzing = 0.12 + 0.4 * stroke.hardness * (1 - fall(count, 0.3))
    band = butter(1, [min(note * 1.5, 6000), min(note * 5, 12000)], "bandpass", fs=RATE, output="sos").astype(
        np.float32
    )
    breath = sosfilt(band, noise(count, f"breath{stroke.pitch}")) * (0.10 + 0.3 * fall(count, 0.06))
    loud = adsr(count, stroke.seconds, 0.06, 1.0, 0.85, 0.14)
    return np.asarray((pure * (1 - buzzing) + buzz * buzzing + breath) * loud, np.float32)


def _haegeum(stroke: Stroke) -> Array:
    """A two-stringed fiddle: nasal bow tone, slides between notes, a vibrato that deepens."""
    count = int((stroke.seconds + 0.12) * RATE)
    bend = glide(count, -1.4 if stroke.hardness > 0.5 else -0.7, 0.16)
    if stroke.vibrato:
        bend = bend + shake(count, 0.55, 5.4, 0.25)
    note = hertz(stroke.pitch)
    running = phase(stroke.pitch, count, 0.0, np.asarray(bend, np.float32))
    bow = read(table("saw", int(11000 / note), 10.0), running)
    nose = butter(1, [900, 2600], "bandpass", fs=RATE, output="sos").astype(np.float32)
    scrape = noise(count, f"bow{stroke.pitch}") * 0.04
    tone = 0.45 * bow + 0.9 * sosfilt(nose, bow + scrape)
    return np.asarray(tone * adsr(count, stroke.seconds, 0.05, 1.0, 0.85, 0.11), np.float32)


def _brass(stroke: Stroke) -> Array:
    """A small section: three players a little apart in time and tune, brighter as they blow harder."""
    count = int((stroke.seconds + 0.12) * RATE)
    note = hertz(stroke.pitch)
    partials = int(11000 / note)
    stereo = np.zeros((2, count), np.float32)
    swell = 1 - fall(count, 0.05 + 0.05 * (1 - stroke.hardness))
    for index, (cents, place) in enumerate(((-6.0, -0.5), (1.0, 0.1), (7.0, 0.55))):
        bend = glide(count, -0.5 - 0.1 * index, 0.05)
        if stroke.vibrato:
            bend = np.asarray(bend + shake(count, 0.12, 5.0 + 0.3 * index, 0.4), np.float32)
        running = phase(stroke.pitch + cents / 100, count, 0.3 * index, bend)
        mellow, blown = (read(table("saw", partials, c), running) for c in (2.5, 7.0 + 6 * stroke.hardness))
        voice = mellow + swell * (0.4 + 0.6 * stroke.hardness) * (blown - mellow)
        stereo += voice * np.array([[np.sqrt(0.5 - place / 2)], [np.sqrt(0.5 + place / 2)]], np.float32)
    return np.asarray(stereo * 0.6 * adsr(count, stroke.seconds, 0.035, 0.4, 0.8, 0.1), np.float32)


OWN: dict[str, Callable[[Stroke], Array]] = {
    "fm-ep": _fm_ep,
    "bell": _bell,
    "clean-guitar": _clean_guitar,
    "clav": _clav,
    "drive-guitar": _drive_guitar,
    "brass": _brass,
    "gayageum": _gayageum,
    "daegeum": _daegeum,
    "haegeum": _haegeum,
}
"""Instruments with a recipe of their own."""
