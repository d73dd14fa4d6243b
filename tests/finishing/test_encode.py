"""Files that decode to exactly what went in, tagged, and complete or absent."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.errors import BadInput, EngineFailed
from bot.finishing.encode import FORMATS, Tags, dithered, encode, formats, write_bytes
from tests.finishing.music import RATE, Song, play, sine

LIBSNDFILE = [name for name in FORMATS if name != "m4a"]


@pytest.mark.parametrize("kind", LIBSNDFILE)
@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_every_format_decodes_to_the_same_music_of_the_same_length(kind: str, rate: int, tmp_path: Path) -> None:
    music = play(Song(seconds=3.01, rate=rate))
    written = encode(music, rate, tmp_path / f"song{FORMATS[kind].suffix}", kind)
    decoded, decoded_rate = soundfile.read(written.path, dtype="float32")
    assert decoded_rate == (FORMATS[kind].rate or rate)
    assert len(decoded) == round(music.shape[1] * decoded_rate / rate)
    if decoded_rate == rate:
        assert np.corrcoef(decoded[:, 0], music[0])[0, 1] > 0.99
    assert written.size == written.path.stat().st_size
    assert written.sha256 == hashlib.sha256(written.path.read_bytes()).hexdigest()


def test_a_minute_of_vorbis_is_written(tmp_path: Path) -> None:
    """In one call libsndfile crashes on it."""
    tone = sine(220.0, 60.0, -12.0)
    written = encode(tone, RATE, tmp_path / "long.ogg", "ogg")
    assert soundfile.info(written.path).frames == 60 * RATE


def test_mp3_is_320_kbit_and_the_small_one_much_less(tmp_path: Path) -> None:
    music = play(Song(seconds=8.0))
    large, small = (encode(music, RATE, tmp_path / f"{kind}.mp3", kind) for kind in ("mp3", "mp3-small"))
    assert large.size * 8 / 8.0 / 1000 == pytest.approx(320, rel=0.05)
    assert small.size < 0.6 * large.size


def test_lossy_files_stay_under_full_scale(tmp_path: Path) -> None:
    music = play(Song(seconds=4.0)) / 0.7 * 0.84
    for kind in ("mp3", "mp3-small", "ogg", "opus"):
        written = encode(music, RATE, tmp_path / f"loud{kind}{FORMATS[kind].suffix}", kind)
        assert np.abs(soundfile.read(written.path)[0]).max() < 1.0


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "opus"])
def test_tags_are_read_back_in_any_script(kind: str, tmp_path: Path) -> None:
    tags = Tags("노을 지는 바다", "BGM Kiosk", "order 7F3A", date="2026")
    written = encode(sine(440.0, 0.5, -12.0), RATE, tmp_path / f"tagged{FORMATS[kind].suffix}", kind, tags)
    with soundfile.SoundFile(written.path) as file:
        assert (file.title, file.artist, file.comment, file.date) == (tags.title, tags.artist, tags.comment, "2026")


def test_lossless_files_lose_nothing(tmp_path: Path) -> None:
    music = play(Song(seconds=2.0))
    for kind in ("wav", "flac"):
        decoded = soundfile.read(encode(music, RATE, tmp_path / f"x.{kind}", kind).path, dtype="float64")[0]
        assert np.abs(decoded.T - music).max() <= 2.0**-23


def test_dither_keeps_what_lies_below_the_last_bit(tmp_path: Path) -> None:
    """A tone of a quarter of a 16-bit step vanishes by rounding and survives by dither; silence stays near silent."""
    tone = sine(1000.0, 4.0, 20 * np.log10(0.25 / 32_767))
    bits = dithered(tone, np.random.default_rng(0))[0].astype(np.float64)
    assert not np.rint(tone[0] * 32_767).any()
    spectrum = np.abs(np.fft.rfft(bits))
    assert np.argmax(spectrum[100:]) + 100 == 4000
    assert np.abs(dithered(np.zeros((2, 1000), np.float32), np.random.default_rng(0))).max() <= 1
    again = [encode(tone, RATE, tmp_path / name, "wav16").sha256 for name in ("one.wav", "other.wav")]
    assert again[0] == again[1]


def test_the_same_music_gives_the_same_bytes(tmp_path: Path) -> None:
    music = play(Song(seconds=2.0))
    for kind in ("wav", "wav16", "flac", "mp3"):
        one, other = (encode(music, RATE, tmp_path / f"{n}{FORMATS[kind].suffix}", kind) for n in (1, 2))
        assert one.sha256 == other.sha256


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="M4A needs ffmpeg")
def test_m4a_holds_the_music_and_its_tags(tmp_path: Path) -> None:
    music = play(Song(seconds=3.0))
    written = encode(music, RATE, tmp_path / "song.m4a", "m4a", Tags(title="노을"))
    asked = ["ffmpeg", "-v", "error", "-i", str(written.path), "-f", "f32le", "-ac", "2", "pipe:1"]
    decoded = np.frombuffer(subprocess.run(asked, capture_output=True, check=True).stdout, "<f4").reshape(-1, 2).T
    assert decoded.shape[1] / RATE == pytest.approx(3.0, abs=0.05)
    assert np.corrcoef(decoded[0, : music.shape[1]], music[0, : decoded.shape[1]])[0, 1] > 0.98
    assert "노을".encode() in written.path.read_bytes()
    assert "m4a" in formats()


def test_without_ffmpeg_there_is_no_m4a(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "m4a" not in formats()
    with pytest.raises(EngineFailed, match="ffmpeg"):
        encode(sine(440.0, 0.2, -12.0), RATE, tmp_path / "song.m4a", "m4a")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_complete_or_absent(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="midi"):
        encode(sine(440.0, 0.2, -12.0), RATE, tmp_path / "x.mid", "midi")
    with pytest.raises(EngineFailed):
        encode(sine(440.0, 0.2, -12.0), 1, tmp_path / "x.mp3", "mp3")
    with pytest.raises(EngineFailed):
        encode(sine(440.0, 0.2, -12.0), RATE, tmp_path / "nowhere" / "x.wav", "wav")
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_whole_until_the_new_one_is(tmp_path: Path) -> None:
    place = tmp_path / "picture.png"
    write_bytes(b"old", place)
    with pytest.raises(EngineFailed):
        encode(sine(440.0, 0.2, -12.0), 1, place, "mp3")
    assert place.read_bytes() == b"old"
    assert write_bytes(b"new", place).sha256 == hashlib.sha256(b"new").hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]
