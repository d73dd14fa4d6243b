"""What each sound is good for: its range, how its notes join, and which manners of accompaniment suit it."""

from dataclasses import dataclass

_KEYS = (
    "sustain",
    "blocks",
    "lazy",
    "broken",
    "arpeggio",
    "sixteenths",
    "stabs",
    "pulse",
    "waltz",
    "offbeats",
    "plucks",
)
_STRINGED = ("blocks", "lazy", "broken", "arpeggio", "strum", "plucks", "offbeats", "stabs", "waltz")
_HELD = ("sustain", "blocks")
_SMALL = ("broken", "arpeggio", "plucks", "sixteenths", "waltz", "ostinato", "offbeats")


@dataclass(frozen=True, slots=True)
class Voice:
    """``low`` to ``high``: where it sounds well (MIDI). ``legato``: 1 joined, 0 detached. ``held``: it can sustain."""

    low: int
    high: int
    legato: float
    held: bool
    manners: tuple[str, ...] = ()
    least_energy: float = 0.0


VOICES: dict[str, Voice] = {
    "piano": Voice(40, 92, 0.9, False, _KEYS),
    "soft-piano": Voice(40, 88, 0.95, False, (*_KEYS[:5], "waltz", "plucks")),
    "rhodes": Voice(41, 86, 0.9, False, _KEYS),
    "ep": Voice(43, 88, 0.9, False, _KEYS),
    "fm-ep": Voice(43, 90, 0.85, False, _KEYS),
    "organ": Voice(43, 84, 0.9, True, ("sustain", "blocks", "stabs", "offbeats", "pulse")),
    "harp": Voice(40, 91, 0.9, False, ("arpeggio", "broken", "blocks", "sixteenths", "lazy", "plucks", "waltz")),
    "music-box": Voice(67, 96, 0.9, False, _SMALL),
    "glockenspiel": Voice(72, 100, 0.9, False, _SMALL),
    "vibraphone": Voice(53, 89, 0.9, False, ("blocks", "lazy", "broken", "arpeggio", "plucks")),
    "marimba": Voice(48, 88, 0.4, False, _SMALL),
    "kalimba": Voice(58, 90, 0.8, False, _SMALL),
    "bell": Voice(64, 96, 0.9, False, _SMALL),
    "nylon-guitar": Voice(40, 81, 0.85, False, _STRINGED),
    "steel-guitar": Voice(40, 83, 0.85, False, _STRINGED),
    "muted-guitar": Voice(40, 76, 0.3, False, ("plucks", "sixteenths", "arpeggio", "ostinato", "stabs")),
    "clean-guitar": Voice(40, 83, 0.85, False, (*_STRINGED, "sixteenths")),
    "drive-guitar": Voice(40, 86, 0.95, True, ("power",), 0.5),
    "clav": Voice(41, 79, 0.3, False, ("stabs", "sixteenths", "offbeats")),
    "finger-bass": Voice(28, 55, 0.9, False),
    "upright-bass": Voice(28, 55, 0.85, False),
    "sub-bass": Voice(28, 48, 0.95, True),
    "saw-bass": Voice(28, 52, 0.9, True),
    "pluck-bass": Voice(28, 52, 0.7, False),
    "chip-bass": Voice(33, 60, 0.9, True),
    "strings": Voice(34, 88, 1.0, True, _HELD),
    "slow-strings": Voice(36, 86, 1.0, True, _HELD),
    "short-strings": Voice(43, 86, 0.2, False, ("ostinato", "pulse"), 0.28),
    "pizzicato": Voice(36, 84, 0.2, False, ("plucks", "waltz", "offbeats", "broken", "ostinato")),
    "cello": Voice(38, 74, 1.0, True, _HELD),
    "horns": Voice(43, 74, 0.95, True, _HELD),
    "brass": Voice(48, 80, 0.7, True, ("stabs", "blocks"), 0.45),
    "flute": Voice(60, 91, 0.95, True),
    "clarinet": Voice(52, 86, 0.95, True),
    "choir": Voice(48, 80, 1.0, True, _HELD),
    "voice": Voice(53, 79, 1.0, True, _HELD),
    "warm-pad": Voice(40, 80, 1.0, True, _HELD),
    "sweep-pad": Voice(40, 80, 1.0, True, _HELD),
    "fantasia": Voice(45, 86, 1.0, True, _HELD),
    "analog-pad": Voice(40, 82, 1.0, True, (*_HELD, "pulse")),
    "glass-pad": Voice(48, 88, 1.0, True, _HELD),
    "dark-drone": Voice(36, 70, 1.0, True, _HELD),
    "supersaw": Voice(45, 86, 0.8, True, ("pulse", "offbeats", "stabs", "sustain"), 0.5),
    "pluck": Voice(48, 90, 0.5, False, _SMALL),
    "saw-lead": Voice(55, 88, 0.95, True),
    "square-lead": Voice(55, 90, 0.9, True),
    "sine-lead": Voice(57, 91, 1.0, True),
    "chip-lead": Voice(57, 93, 0.85, True),
    "chip-pulse": Voice(50, 88, 0.7, True, ("chip-arp", "sixteenths", "pulse")),
    "gayageum": Voice(43, 84, 0.8, False, ("plucks", "broken", "arpeggio")),
    "daegeum": Voice(58, 86, 1.0, True),
    "haegeum": Voice(55, 84, 1.0, True),
}
"""Every sound of `bot.settings.moods.Sound`."""
