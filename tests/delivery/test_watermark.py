import shutil
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import stft

from bot.delivery.watermark import CERTAIN, EDGE, RATE, detect, embed

KEY = b"w" * 32
FS = 48_000
Audio = NDArray[np.float32]


@cache
def music(seed: int = 1, seconds: float = 30.0) -> Audio:
    """A small band: chords with overtones, a bass, hats and a kick, different for every seed."""
    chance = np.random.default_rng(seed)
    count = round(seconds * FS)
    time = np.arange(count) / FS
    sound = np.zeros((2, count))
    for start in np.arange(0, seconds, 2.0):
        begin, end = round(start * FS), min(round((start + 2.4) * FS), count)
        here = np.arange(end - begin) / FS
        fade = np.minimum(1, here * 40) * np.exp(-here * 0.8)
        root = 110 * 2 ** (chance.integers(0, 12) / 12)
        for step in (0, 4, 7, 12, 16):
            pan = chance.uniform(0.3, 0.7)
            tone = sum(np.sin(2 * np.pi * root * 2 ** (step / 12) * k * here + k) / k**1.3 for k in range(1, 16))
            sound[:, begin:end] += np.outer((pan, 1 - pan), fade * tone) * 0.06
    for beat in np.arange(0, seconds - 0.3, 0.25):
        begin = round(beat * FS)
        hat = chance.normal(size=FS // 10) * np.exp(-np.arange(FS // 10) / FS * 45)
        sound[:, begin : begin + hat.size] += hat * 0.05 * chance.uniform(0.4, 1)
        if beat % 0.5 == 0:
            drum = np.sin(2 * np.pi * 55 * time[: FS // 5]) * np.exp(-time[: FS // 5] * 18)
            sound[:, begin : begin + drum.size] += drum * 0.25
    return np.asarray(0.7 * sound / np.abs(sound).max(), np.float32)


@cache
def marked() -> Audio:
    return embed(music(), FS, KEY)


def test_the_mark_is_heard_by_who_has_the_key_and_by_nobody_else() -> None:
    assert detect(marked(), FS, KEY).present
    assert detect(marked(), FS, KEY).score > 12
    assert not detect(marked(), FS, b"x" * 32).present
    assert not detect(music(), FS, KEY).present


def test_the_same_music_and_key_give_the_same_samples_and_ends_stay_untouched() -> None:
    assert np.array_equal(embed(music(), FS, KEY), marked())
    assert marked().shape == music().shape
    assert marked().dtype == np.float32
    untouched = round(EDGE * FS) - 1
    assert np.array_equal(marked()[:, :untouched], music()[:, :untouched])
    assert np.array_equal(marked()[:, -untouched:], music()[:, -untouched:])


def test_unmarked_music_and_wrong_keys_are_never_taken_for_marked() -> None:
    """Other songs and other keys; the highest score of 3,920 trials on the built-in composer's music was 5.2."""
    scores = [detect(music(seed, 10.0), FS, bytes([seed]) * 32).score for seed in range(2, 8)]
    scores += [detect(marked(), FS, bytes([number]) * 32).score for number in range(8)]
    assert max(scores) < CERTAIN - 0.8


FFMPEG = {
    "mp3 at 64 kbit/s": (["-b:a", "64k"], "mp3"),
    "aac at 128 kbit/s": (["-b:a", "128k"], "m4a"),
    "opus at 48 kbit/s": (["-c:a", "libopus", "-b:a", "48k"], "opus"),
    "loudness": (["-af", "loudnorm=I=-23"], "wav"),
    "tone controls": (["-af", "bass=g=6,treble=g=-6"], "wav"),
    "22 kHz": (["-ar", "22050"], "wav"),
    "mono": (["-ac", "1"], "wav"),
    "faster, pitch kept": (["-af", "atempo=1.03"], "wav"),
    "slower, pitch kept": (["-af", "atempo=0.97"], "wav"),
    "faster, pitch too": (["-af", f"asetrate={round(FS * 1.03)},aresample={FS}"], "wav"),
    "slower, pitch too": (["-af", f"asetrate={round(FS * 0.97)},aresample={FS}"], "wav"),
}


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
@pytest.mark.parametrize("way", list(FFMPEG))
def test_the_mark_survives_what_happens_to_music_on_the_way(tmp_path: Path, way: str) -> None:
    arguments, ending = FFMPEG[way]
    soundfile.write(tmp_path / "in.wav", marked().T, FS, subtype="PCM_24")
    ffmpeg = ["ffmpeg", "-v", "error", "-y", "-i"]
    subprocess.run([*ffmpeg, "in.wav", *arguments, f"sent.{ending}"], cwd=tmp_path, check=True)
    subprocess.run([*ffmpeg, f"sent.{ending}", "out.wav"], cwd=tmp_path, check=True)
    heard, rate = soundfile.read(tmp_path / "out.wav", dtype="float32", always_2d=True)
    assert detect(heard.T, rate, KEY).score > CERTAIN + 1


@pytest.mark.parametrize("start", [0.0, 3.33, 9.71, 18.2])
def test_ten_seconds_are_enough(start: float) -> None:
    begin = round(start * FS)
    assert detect(marked()[:, begin : begin + 10 * FS], FS, KEY).present


def test_the_mark_is_found_under_a_minute_of_voice_twelve_decibels_louder() -> None:
    quiet = embed(music(1, 60.0), FS, KEY)
    chance = np.random.default_rng(5)
    time = np.arange(quiet.shape[1]) / FS
    pitch = np.cumsum(120 * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * time))) / FS * 2 * np.pi
    voice = sum(np.sin(k * pitch) / k * np.exp(-(((k * 120 - 500) / 900) ** 2)) for k in range(1, 25))
    syllables = np.arange(0, time[-1] + 0.2, 0.11)
    voice = voice * np.interp(time, syllables, chance.choice([0, 0.2, 1, 0.7, 0.9], size=syllables.size))
    voice *= np.sqrt(np.square(quiet.mean(axis=0)).mean() / np.square(voice).mean()) * 10 ** (12 / 20)
    heard = detect((quiet + voice).astype(np.float32), FS, KEY)
    assert heard.present, heard.score


def test_nobody_hears_it() -> None:
    """Noise-to-mask ratio, computed here once more and apart from the code under test (Johnston 1988)."""
    change = marked() - music()
    over = np.concatenate([_noise_to_mask(music()[side], change[side]) for side in (0, 1)])
    assert np.percentile(over, 99) < 0.0
    assert np.median(over) < -2.0


def _noise_to_mask(sound: Audio, change: Audio) -> NDArray[np.float64]:
    frequencies, _, spectrum = stft(sound, FS, "hann", 2048, 1024)
    noise = np.abs(stft(change, FS, "hann", 2048, 1024)[2]) ** 2
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
    allowed = (spread / spread.sum(axis=0)) @ energy * 10 ** (-offset / 10)
    return np.asarray(10 * np.log10((noises + 1e-16) / (allowed + 1e-16)))[3:20, energy.sum(axis=0) > 1e-7].ravel()


def test_short_and_silent_music_is_left_in_peace() -> None:
    silent = np.zeros((2, FS * 12), np.float32)
    assert np.array_equal(embed(silent, FS, KEY), silent)
    assert not detect(silent, FS, KEY).present
    assert not detect(music()[:, : FS // 2], FS, KEY).present
    blink = music()[:, :1000]
    assert embed(blink, FS, KEY).shape == blink.shape
    assert RATE < FS
