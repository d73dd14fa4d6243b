"""What the ear cannot hear beside louder sound: the masking model of Johnston (IEEE JSAC 6(2), 1988).

Power is summed in critical bands (Zwicker & Terhardt 1980), spread to its neighbours (Schroeder, Atal & Hall 1979),
and lowered by how far below its masker a change must stay: 14.5 + z dB below a tone at z Bark, 5.5 dB below noise,
weighted by the spectral flatness of the moment.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BANDS: Final = 24
SILENCE_DB: Final = -96.0
"""Sound below this level (dB full scale, in one band) is under the threshold of hearing at usual volumes."""


def bark(frequency: Any) -> Any:
    """Return the critical-band rate of a frequency in Hz."""
    return 13 * np.arctan(0.00076 * frequency) + 3.5 * np.arctan((frequency / 7500) ** 2)


def critical_bands(frequencies: NDArray[Any]) -> NDArray[np.int_]:
    """Return the critical band of every frequency in Hz, 0 to 23."""
    return np.asarray(np.minimum(bark(frequencies).astype(int), BANDS - 1), np.int_)


def threshold(power: Floats, bands: NDArray[np.int_]) -> Floats:
    """Return the power a change may have in every critical band without being heard, of shape (frames, `BANDS`).

    ``power`` is that of a spectrum of full scale 1, of shape (frames, bins), and ``bands`` the bins' critical bands.
    """
    starts = np.minimum(np.searchsorted(bands, np.arange(BANDS)), len(bands) - 1)
    summed = np.add.reduceat(power, starts, axis=1)
    tones = power[:, 1:] + np.float32(1e-14)
    flatness = 10 * (np.log10(tones).mean(axis=1) - np.log10(tones.mean(axis=1)))
    tonal = np.clip(flatness / -60, 0, 1)[:, None]
    offset = tonal * (14.5 + np.arange(BANDS) + 0.5) + (1 - tonal) * 5.5
    allowed = summed @ _spreading().T * 10 ** (-offset / 10)
    return np.asarray(np.maximum(allowed, 10 ** (SILENCE_DB / 10)), np.float32)


def _spreading() -> Floats:
    """Return how the power of one critical band reaches into the others, of shape (heard in, coming from)."""
    centres = np.arange(BANDS) + 0.5
    away = centres[:, None] - centres[None, :] + 0.474
    spread = 10 ** ((15.81 + 7.5 * away - 17.5 * np.sqrt(1 + away**2)) / 10)
    return np.asarray(spread / spread.sum(axis=0), np.float32)
