"""What the ear cannot hear beside louder sound: the masking model of Johnston (IEEE JSAC 6(2), 1988).

Power is summed in critical bands (Zwicker & Terhardt 1980), spread to its neighbours (Schroeder, Atal & Hall 1979),
and lowered by how far below its masker a change must stay: 14.5 + z dB below a tone at z Bark, 5.5 dB below noise,
weighted by the spectral flatness of the moment.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import stft

Floats = NDArray[np.float64]

WINDOW: Final = 2048
HOP: Final = 1024
BANDS: Final = 24
SILENCE_DB: Final = -96.0
"""Sound below this level (dB full scale, in one band) is under the threshold of hearing at usual volumes."""


def bark(frequency: Any) -> Any:
    """Return the critical-band rate of a frequency in Hz."""
    return 13 * np.arctan(0.00076 * frequency) + 3.5 * np.arctan((frequency / 7500) ** 2)


def band_powers(samples: NDArray[Any], rate: int) -> Floats:
    """Return the power in every critical band, of shape (bands, frames), one frame every `HOP` samples."""
    power, bands = _power(samples, rate)
    return _summed(power, bands)


def threshold(samples: NDArray[Any], rate: int) -> Floats:
    """Return the power a change may have without being heard, of the same shape as `band_powers`."""
    power, bands = _power(samples, rate)
    centres = np.arange(BANDS) + 0.5
    away = centres[:, None] - centres[None, :] + 0.474
    spread = 10 ** ((15.81 + 7.5 * away - 17.5 * np.sqrt(1 + away**2)) / 10)
    excited = (spread / spread.sum(axis=0)) @ _summed(power, bands)
    flatness = 10 * np.log10(np.exp(np.log(power[1:] + 1e-14).mean(axis=0)) / (power[1:].mean(axis=0) + 1e-14))
    tonal = np.clip(flatness / -60, 0, 1)
    offset = tonal * (14.5 + centres[:, None]) + (1 - tonal) * 5.5
    return np.asarray(np.maximum(excited * 10 ** (-offset / 10), 10 ** (SILENCE_DB / 10)))


def excess(change: NDArray[Any], allowed: Floats, rate: int) -> Floats:
    """Return by how many dB a change is over a `threshold` in every band and frame; below 0 nobody hears it."""
    return 10 * np.log10((band_powers(change, rate) + 1e-20) / allowed)


def _power(samples: NDArray[Any], rate: int) -> tuple[Floats, NDArray[np.int_]]:
    frequencies, _, spectrum = stft(samples, rate, "hann", WINDOW, WINDOW - HOP)
    bands = np.minimum(bark(frequencies).astype(int), BANDS - 1)
    return np.abs(spectrum) ** 2, bands


def _summed(power: Floats, bands: NDArray[np.int_]) -> Floats:
    starts = np.searchsorted(bands, np.arange(BANDS))
    return np.add.reduceat(power, np.minimum(starts, len(power) - 1), axis=0)
