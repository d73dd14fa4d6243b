"""A melody as the model hears it: which of the twelve pitch classes is strongest, about eight times a second.

The library's own extractor wants torchaudio; this gives the same without it: a power spectrogram (window of 16,384
samples every 4,096 at 32 kHz), summed by pitch class, and of each moment only the strongest class.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly

Tensor = Any
RATE, SIZE, HOP = 32_000, 16_384, 4_096


@cache
def _filters(classes: int) -> Tensor:
    from transformers.audio_utils import chroma_filter_bank

    bank = chroma_filter_bank(num_frequency_bins=SIZE, num_chroma=classes, sampling_rate=RATE, tuning=0)
    return torch.from_numpy(bank).float()


def chroma(audio: NDArray[np.float32], rate: int, classes: int = 12) -> Tensor:
    """Return (moments, classes), one 1 in each row, from audio of shape (channels, samples) or (samples,)."""
    mono = np.atleast_2d(audio).mean(axis=0)
    if rate != RATE:
        common = int(np.gcd(rate, RATE))
        mono = resample_poly(mono, RATE // common, rate // common)
    if len(mono) < SIZE:
        mono = np.pad(mono, ((SIZE - len(mono)) // 2, (SIZE - len(mono) + 1) // 2))
    wave = torch.from_numpy(np.ascontiguousarray(mono, dtype=np.float32))
    spectrum = torch.stft(wave, SIZE, HOP, window=torch.hann_window(SIZE), return_complex=True).abs().square()
    strongest = (_filters(classes) @ spectrum).argmax(0)
    return torch.nn.functional.one_hot(strongest, classes).float()
