"""Is it too much like something sold before? A fingerprint of harmony and movement, and how alike two of them are.

A fingerprint holds, eight times a second, twelve values of chroma and twelve of the spectrum's movement, each
freed of its mean over the four seconds around it: what remains is what happens in the music, not its key or its sound.
Two are laid over each other at every offset with enough overlap; the best correlation c becomes an agreement of
(1 + c) / 2, so that 0.5 is unrelated and 1 the same. It survives lossy encoding, loudness, fades and crops of 15 s.
"""

import contextlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from bot.errors import BadInput
from bot.finishing.features import Features, features
from bot.finishing.reel import Audio

DUPLICATE, SIBLING = 0.94, 0.80
"""Agreement from which a piece is the same recording or score, and from which it shares too much of one."""
SHORTEST_OVERLAP = 10.0
"""Seconds that have to lie over each other (or all of the shorter piece)."""
LIBRARY = "sold"
"""The media folder that holds a fingerprint of every piece ever approved, named after its order."""
FRAME_RATE = 8.0
"""Frames a second of every fingerprint."""
_SMOOTH = 0.35
_COMPRESSION = 10.0
_AROUND = 4.0
_EDGE = 1.5
_MOVEMENT_BANDS = 12
_MOVEMENT_SHARE = 1.0
_STEPS = 32.0
_MAGIC: Final = b"BGF1"

Relation = Literal["duplicate", "sibling", "different"]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a piece is recognised by: int8 values of shape (frames, 24), eight frames a second."""

    values: NDArray[np.int8]

    def to_bytes(self) -> bytes:
        """Return it as bytes to keep (about 11 kB a minute)."""
        return _MAGIC + struct.pack("<I", len(self.values)) + self.values.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote.

        :raises BadInput: if that is not what it is.
        """
        width = 12 + _MOVEMENT_BANDS
        if len(data) < 8 or data[:4] != _MAGIC:
            raise BadInput("not a fingerprint")
        (count,) = struct.unpack("<I", data[4:8])
        if len(data) != 8 + count * width:
            raise BadInput("a fingerprint cut short")
        return cls(np.frombuffer(data, dtype=np.int8, offset=8).reshape(count, width))


@dataclass(frozen=True, slots=True)
class Match:
    """The most alike of what was compared: its name, the agreement, and where (seconds into it) the piece begins."""

    name: str
    agreement: float
    offset: float

    @property
    def relation(self) -> Relation:
        """What that agreement means."""
        return relation(self.agreement)


def relation(agreement: float) -> Relation:
    """Return what an agreement means: from 0.94 the same piece, from 0.80 a sibling."""
    return "duplicate" if agreement >= DUPLICATE else "sibling" if agreement >= SIBLING else "different"


def fingerprint(audio: Audio, rate: int, curves: Features | None = None) -> Fingerprint:
    """Return the fingerprint of a stereo piece."""
    curves = curves or features(audio, rate)
    frames = max(int(audio.shape[1] / rate * FRAME_RATE), 1)
    loud = np.log1p(_COMPRESSION * curves.chroma / max(float(curves.chroma.max()), 1e-9))
    notes = _at_grid(loud, curves.chroma_rate, frames, 1.0 / FRAME_RATE)
    notes = notes / (np.linalg.norm(notes, axis=1, keepdims=True) + 1e-6)
    wide = np.maximum(curves.bands, curves.bands.max() - 5.0)[:, : _MOVEMENT_BANDS * 3]
    movement = _at_grid(wide.reshape(len(wide), _MOVEMENT_BANDS, -1).mean(axis=2), curves.frame_rate, frames, _SMOOTH)
    around = max(int(_AROUND * FRAME_RATE), 3)
    values = np.hstack([_happening(notes, around), _MOVEMENT_SHARE * _happening(movement, around)]) * _STEPS
    return Fingerprint(np.clip(np.rint(values), -127, 127).astype(np.int8))


def agreement(one: Fingerprint, other: Fingerprint) -> float:
    """Return how alike two pieces are: 0.5 unrelated, 1 the same."""
    return _best(one, other)[0]


def library(folder: Path) -> dict[str, Fingerprint]:
    """Return the fingerprints of a folder by their files' names; a file that is none is passed over."""
    known = {}
    for file in sorted(folder.glob("*.bin")):
        with contextlib.suppress(BadInput, OSError):
            known[file.stem] = Fingerprint.from_bytes(file.read_bytes())
    return known


def most_alike(probe: Fingerprint, known: Mapping[str, Fingerprint]) -> Match | None:
    """Return the piece most like the probe of all that are known, or None if none is."""
    best: Match | None = None
    for name, other in known.items():
        alike, offset = _best(probe, other)
        if best is None or alike > best.agreement:
            best = Match(name, alike, offset)
    return best


def _best(probe: Fingerprint, other: Fingerprint) -> tuple[float, float]:
    """Return the best agreement over all offsets, and that offset in seconds into ``other``."""
    one, two = _inner(probe, other), _inner(other, probe)
    shorter = min(len(one), len(two))
    if shorter < 4:
        return 0.5, 0.0
    overlap = min(int(SHORTEST_OVERLAP * FRAME_RATE), shorter)
    length = fft.next_fast_len(len(one) + len(two), real=True)
    spectra = fft.rfft(two, length, axis=0) * np.conj(fft.rfft(one, length, axis=0))
    product = np.roll(fft.irfft(spectra.sum(axis=1), length), len(one) - 1)[: len(one) + len(two) - 1]
    lags = np.arange(len(product)) - (len(one) - 1)
    start, stop = np.maximum(lags, 0), np.minimum(lags + len(one), len(two))
    energy_two = _running(two, start, stop)
    energy_one = _running(one, start - lags, stop - lags)
    enough = (stop - start >= overlap) & (energy_one > 0.0) & (energy_two > 0.0)
    if not enough.any():
        return 0.5, 0.0
    correlation = np.where(enough, product / np.sqrt(np.maximum(energy_one * energy_two, 1e-9)), -1.0)
    best = int(np.argmax(correlation))
    offset = lags[best] + (len(other.values) - len(two)) // 2 - (len(probe.values) - len(one)) // 2
    return float(np.clip(0.5 + 0.5 * correlation[best], 0.0, 1.0)), float(offset / FRAME_RATE)


def _inner(piece: Fingerprint, beside: Fingerprint) -> NDArray[np.float32]:
    """Return the values, for the shorter of two without its edges, where the local mean lacks what was cut off."""
    edge = int(_EDGE * FRAME_RATE)
    whole = len(piece.values) >= len(beside.values) or len(piece.values) < SHORTEST_OVERLAP * FRAME_RATE + 2 * edge
    return (piece.values if whole else piece.values[edge:-edge]).astype(np.float32)


def _running(values: NDArray[np.float32], start: NDArray[np.intp], stop: NDArray[np.intp]) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum((values.astype(np.float64) ** 2).sum(axis=1))])
    return np.asarray(sums[stop] - sums[start], dtype=np.float64)


def _at_grid(rows: NDArray[np.float32], row_rate: float, frames: int, width: float) -> NDArray[np.float32]:
    """Return the means of the rows over ``width`` seconds around each time of the common grid, whatever their rate."""
    sums = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
    middle = (np.arange(frames) / FRAME_RATE * row_rate + 0.5)[:, np.newaxis]
    half = 0.5 * width * row_rate
    edges = np.clip(np.hstack([middle - half, middle + half]), 0.0, len(rows))
    whole = np.minimum(edges.astype(np.intp), len(rows) - 1)
    part = (edges - whole)[..., np.newaxis]
    at = sums[whole] * (1.0 - part) + sums[whole + 1] * part
    span = np.maximum(edges[:, 1] - edges[:, 0], 1e-6)[:, np.newaxis]
    return np.asarray((at[:, 1] - at[:, 0]) / span, dtype=np.float32)


def _happening(rows: NDArray[np.float32], around: int) -> NDArray[np.float32]:
    """Return the rows less their local mean, at an even strength over time."""
    moving = rows - ndimage.uniform_filter1d(rows, around, axis=0, mode="nearest")
    size = np.sqrt(ndimage.uniform_filter1d((moving**2).sum(axis=1), around, mode="nearest"))
    return np.asarray(moving / np.maximum(size, 0.1 * size.max() + 1e-6)[:, np.newaxis], dtype=np.float32)
