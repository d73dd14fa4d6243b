import numpy as np
from numpy.typing import NDArray
from scipy.signal import stft

from bot.delivery.watermark import EDGE, embed
from tests.delivery.band import FS, KEY, Audio, marked, music, sold

INAUDIBLE = 10**-9.6
"""Power in one critical band under which nothing is heard at usual volumes, beside a full scale of 1."""


def test_the_same_music_and_key_give_the_same_samples_and_ends_stay_untouched() -> None:
    assert np.array_equal(embed(music(), FS, KEY), marked())
    assert marked().shape == music().shape
    assert marked().dtype == np.float32
    untouched = round(EDGE * FS) - 1
    assert np.array_equal(marked()[:, :untouched], music()[:, :untouched])
    assert np.array_equal(marked()[:, -untouched:], music()[:, -untouched:])


def test_nobody_hears_it() -> None:
    """Noise-to-mask ratio, computed here once more and apart from the code under test (Johnston 1988)."""
    for audio, rate in ((music(), FS), sold("sleepy"), sold("energetic")):
        change = embed(audio, rate, KEY) - audio
        over = np.concatenate([_noise_to_mask(audio[side], change[side], rate) for side in (0, 1)])
        assert np.percentile(over, 99) < 0.0
        assert np.median(over) < -2.0


def _noise_to_mask(sound: Audio, change: Audio, rate: int) -> NDArray[np.float64]:
    frequencies, _, spectrum = stft(sound, rate, "hann", 2048, 1024)
    noise = np.abs(stft(change, rate, "hann", 2048, 1024)[2]) ** 2
    power = np.abs(spectrum) ** 2
    bark = 13 * np.arctan(0.00076 * frequencies) + 3.5 * np.arctan((frequencies / 7500) ** 2)
    bands = [(bark >= low) & (bark < low + 1) for low in range(24)]
    energy = np.stack([power[band].sum(axis=0) for band in bands])
    noises = np.stack([noise[band].sum(axis=0) for band in bands])
    centre = np.arange(24) + 0.5
    away = centre[:, None] - centre + 0.474
    spread = 10 ** ((15.81 + 7.5 * away - 17.5 * np.sqrt(1 + away**2)) / 10)
    flat = 10 * np.log10(np.exp(np.log(power[1:] + 1e-14).mean(0)) / (power[1:].mean(0) + 1e-14))
    tonal = np.clip(flat / -60, 0, 1)
    offset = tonal * (14.5 + centre[:, None]) + (1 - tonal) * 5.5
    allowed = np.maximum((spread / spread.sum(axis=0)) @ energy * 10 ** (-offset / 10), INAUDIBLE)
    return np.asarray(10 * np.log10((noises + 1e-16) / (allowed + 1e-16)))[3:20, energy.sum(axis=0) > 1e-7].ravel()


def test_short_and_silent_music_is_left_in_peace() -> None:
    silent = np.zeros((2, FS * 12), np.float32)
    assert np.array_equal(embed(silent, FS, KEY), silent)
    blink = music()[:, :1000]
    assert embed(blink, FS, KEY).shape == blink.shape
