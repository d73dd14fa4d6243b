import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.delivery.detector import CERTAIN, RATE, detect
from bot.delivery.watermark import embed
from tests.delivery.band import FS, KEY, marked, music, sold


def test_the_mark_is_heard_by_who_has_the_key_and_by_nobody_else() -> None:
    assert detect(marked(), FS, KEY).present
    assert detect(marked(), FS, KEY).score > 12
    assert not detect(marked(), FS, b"x" * 32).present
    assert not detect(music(), FS, KEY).present


def test_unmarked_music_and_wrong_keys_are_never_taken_for_marked() -> None:
    """Other songs and other keys; the highest score of 8,320 trials on the built-in composer's music was 5.4."""
    scores = [detect(music(seed, 10.0), FS, bytes([seed]) * 32).score for seed in range(2, 8)]
    scores += [detect(marked(), FS, bytes([number]) * 32).score for number in range(8)]
    assert max(scores) < CERTAIN - 0.6


def test_music_that_repeats_itself_is_not_taken_for_marked() -> None:
    """A loop on end brings its own chance back again and again, in step with the pattern at some speed."""
    loop = np.tile(music(3, 10.0), (1, 12))
    scores = [detect(loop, FS, bytes([number]) * 32).score for number in range(3)]
    assert max(scores) < CERTAIN - 0.6
    assert detect(np.tile(marked()[:, : 10 * FS], (1, 3)), FS, KEY).present


@pytest.mark.parametrize("mood", ["sleepy", "melancholic", "horror"])
def test_a_cut_and_encoded_piece_of_music_that_hides_little_is_found(tmp_path: Path, mood: str) -> None:
    """The moods whose music leaves the least room for a mark."""
    audio, rate = sold(mood)
    copy = tmp_path / "copy.ogg"
    soundfile.write(copy, embed(audio, rate, KEY)[:, 2 * rate :].T * 0.7, rate, format="OGG", subtype="VORBIS")
    heard, its_rate = soundfile.read(copy, dtype="float32", always_2d=True)
    assert detect(heard.T, its_rate, KEY).present
    assert not detect(audio, rate, KEY).present


def test_where_the_sides_bring_other_music_they_are_listened_to_as_well() -> None:
    audio, rate = sold("epic")
    brought = embed(audio, rate, KEY)
    middle = brought.mean(axis=0, keepdims=True)
    assert detect(brought, rate, KEY).score > detect(middle, rate, KEY).score + 1
    assert detect(np.repeat(middle, 2, axis=0), rate, KEY) == detect(middle, rate, KEY)


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


def test_there_is_nothing_in_short_and_silent_music() -> None:
    assert not detect(np.zeros((2, FS * 12), np.float32), FS, KEY).present
    assert not detect(music()[:, : FS // 2], FS, KEY).present
    assert detect(music()[:, :1000], FS, KEY).score == 0.0
    assert RATE < FS
