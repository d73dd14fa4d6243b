"""Pitch names, scales and chord symbols: what every musician knows, as functions."""

import re
from functools import lru_cache

MODES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "harmonic-minor": (0, 2, 3, 5, 7, 8, 11),
    "pyeongjo": (0, 2, 5, 7, 9),
    "gyemyeonjo": (0, 3, 5, 7, 10),
}
"""Semitones above the tonic. The two Korean scales are the sol mode (pyeongjo) and the la mode (gyemyeonjo)."""

NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_SYMBOL = re.compile(r"(?P<accidental>[b#]?)(?P<degree>[IViv]+)(?P<suffix>[^/]*)(?:/(?P<target>.+))?")
_QUALITIES: dict[str, tuple[int, ...]] = {
    "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9),
    "add9": (0, 4, 7, 14),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "sus2": (0, 2, 7),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "q": (0, 5, 10),
}


def is_minor(mode: str) -> bool:
    """Tell whether a scale has a minor third above its tonic."""
    return 3 in MODES[mode]


def read_key(name: str) -> tuple[int, bool]:
    """Return the tonic's pitch class and whether it is minor, from a name such as ``"F# minor"``."""
    tonic, quality = name.split()
    return (_LETTERS[tonic[0]] + {"#": 1, "b": -1}.get(tonic[1:], 0)) % 12, quality == "minor"


def key_name(tonic: int, mode: str) -> str:
    """Return the key as Western notation writes it. Pyeongjo on G has the signature, and the name, of C major."""
    if mode == "pyeongjo":
        return f"{NAMES[(tonic + 5) % 12]} major"
    return f"{MINOR_NAMES[tonic % 12]} minor" if is_minor(mode) else f"{NAMES[tonic % 12]} major"


def note_name(pitch_class: int, tonic: int, mode: str) -> str:
    """Return a note as the key's signature writes it: with sharps where that has sharps, else with flats."""
    major = read_key(key_name(tonic, mode))[0] + (3 if is_minor(mode) else 0)
    sharps = 0 < (7 * major) % 12 <= 6
    return ("C C# D D# E F F# G G# A A# B" if sharps else "C Db D Eb E F Gb G Ab A Bb B").split()[pitch_class % 12]


def tonic_for(key: int, mode: str) -> int:
    """Return the tonic on which the mode has this key name (the inverse of `key_name`)."""
    return (key - 5) % 12 if mode == "pyeongjo" else key


@lru_cache(maxsize=512)
def read_symbol(symbol: str) -> tuple[int, tuple[int, ...]]:
    """Return root (semitones above the tonic) and tones (above the root) of a roman numeral.

    ``V7/vi`` is the dominant of the sixth degree, ``bVImaj7`` a borrowed chord, ``iv`` a minor triad.

    :raises ValueError: if it is no chord symbol.
    """
    found = _SYMBOL.fullmatch(symbol)
    if not found or found["degree"].upper() not in _DEGREES:
        raise ValueError(f"{symbol!r} is no chord symbol")
    root = _DEGREES[found["degree"].upper()] + {"b": -1, "#": 1}.get(found["accidental"], 0)
    if found["target"]:
        root += read_symbol(found["target"])[0]
    suffix, minor = found["suffix"], found["degree"].islower()
    if suffix in ("", "7", "9"):
        tones = ((0, 3, 7) if minor else (0, 4, 7)) + {"": (), "7": (10,), "9": (10, 14)}[suffix]
    elif suffix == "add9" and minor:
        tones = (0, 3, 7, 14)
    elif suffix == "6" and minor:
        tones = (0, 3, 7, 9)
    else:
        tones = _QUALITIES[suffix]
    return root % 12, tones


def coloured(
    root: int, tones: tuple[int, ...], scale: tuple[int, ...], voicing: str, dominant: bool
) -> tuple[int, ...]:
    """Fill a chord the way the style likes it: ``triads``, ``sevenths``, ``ninths``, ``power`` or ``open``.

    ``root`` is in semitones above the tonic whose ``scale`` is given. Sevenths and ninths are taken from the scale.
    """
    if voicing == "power":
        return (0, 7) if 7 in tones else tones
    if voicing in ("triads", "open") or 7 not in tones or len(tones) > 3:
        return tones
    inside = {(step - root) % 12 for step in scale}
    seventh = 10 if dominant or 3 in tones or (10 in inside and 11 not in inside) else 11
    filled = (*tones, seventh)
    if voicing == "ninths" and 2 in inside and not dominant:
        filled = (*filled, 14)
    return filled


def ladder(scale: tuple[int, ...], low: int, high: int) -> list[int]:
    """Return every MIDI pitch of these pitch classes from ``low`` to ``high``."""
    return [pitch for pitch in range(low, high + 1) if pitch % 12 in scale]


def nearest(pitches: list[int], to: float) -> int:
    """Return the pitch closest to ``to`` (the lower one of two equally close)."""
    return min(pitches, key=lambda pitch: (abs(pitch - to), pitch))
