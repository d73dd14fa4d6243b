"""The orchestra: every sound by name, from the sampled bank or from the composer's own synthesis."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.generation.engines.composer import percussion, synth
from bot.generation.engines.composer.sampler import Sampled, play
from bot.generation.engines.composer.soundfont import SoundFont

Array = NDArray[np.float32]

SAMPLED: dict[str, Sampled] = {
    "piano": Sampled(0, dull=1800, release=0.35),
    "soft-piano": Sampled(0, dull=700, attack=0.006, release=0.6, damped=2.5),
    "rhodes": Sampled(4, dull=1400, release=0.25),
    "ep": Sampled(5, dull=1600, release=0.25),
    "harp": Sampled(46, dull=2200, release=1.2),
    "music-box": Sampled(10, dull=4000, release=1.2),
    "glockenspiel": Sampled(9, dull=4000, release=1.4),
    "vibraphone": Sampled(11, dull=2500, release=0.9),
    "marimba": Sampled(12, dull=2000, release=0.5),
    "kalimba": Sampled(108, dull=2500, release=0.9),
    "nylon-guitar": Sampled(24, dull=1600, release=0.3),
    "steel-guitar": Sampled(25, dull=2000, release=0.3),
    "muted-guitar": Sampled(28, dull=2000, release=0.1),
    "finger-bass": Sampled(33, dull=700, release=0.12, transpose=0),
    "upright-bass": Sampled(32, dull=900, release=0.18),
    "strings": Sampled(48, dull=1800, attack=0.09, release=0.35, vibrato=0.06),
    "slow-strings": Sampled(49, dull=1200, attack=0.4, release=0.8),
    "short-strings": Sampled(48, dull=2600, attack=0.012, release=0.14, damped=0.22),
    "pizzicato": Sampled(45, dull=2400, release=0.4, most=1.2),
    "cello": Sampled(42, dull=1500, attack=0.08, release=0.3, vibrato=0.16),
    "horns": Sampled(60, dull=1100, attack=0.06, release=0.3),
    "flute": Sampled(73, dull=2600, attack=0.04, release=0.16, vibrato=0.12),
    "clarinet": Sampled(71, dull=1800, attack=0.03, release=0.14, vibrato=0.05),
    "choir": Sampled(52, dull=1800, attack=0.18, release=0.6),
    "voice": Sampled(91, dull=1800, attack=0.16, release=0.5),
    "warm-pad": Sampled(89, dull=1500, attack=0.3, release=0.9),
    "sweep-pad": Sampled(95, dull=1600, attack=0.4, release=1.0),
    "fantasia": Sampled(88, dull=3000, attack=0.02, release=0.9),
}
"""Sounds out of the bank: General MIDI program and manner of playing."""

_VENDORED = "sounds/fluidmono_core.sf3"


def vendored_bank() -> Path:
    """Return the sampled bank that comes with the program."""
    return Path(str(files("bot.generation.engines.composer").joinpath(_VENDORED)))


class Orchestra:
    """Makes single notes. An operator's own SoundFont takes the place of the bank's presets that it has."""

    def __init__(self, bank: Path | None = None, own: Path | None = None) -> None:
        """Open the banks; their samples are decoded note by note."""
        self._bank = SoundFont(bank or vendored_bank())
        self._own = SoundFont(own) if own else None

    def note(self, sound: str, pitch: int, seconds: float, hardness: float, vibrato: bool, short: bool) -> Array:
        """Return one note of a pitched sound: (samples,) mono or (2, samples) stereo."""
        held = min(seconds, 0.16) if short else seconds
        if how := SAMPLED.get(sound):
            font = self._own if self._own and self._own.zones(how.bank, how.program) else self._bank
            return play(font, how, pitch, held, hardness, vibrato)
        stroke = synth.Stroke(pitch, held, hardness, vibrato)
        if sound in synth.PATCHES:
            return synth.subtractive(synth.PATCHES[sound], stroke)
        return synth.OWN[sound](stroke)

    def drum(self, kit: str, voice: int, hardness: float) -> Array:
        """Return one mono stroke of a drum."""
        return percussion.strike(kit, voice, hardness, self._bank)
