import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.delivery.labels import Label, bext, id3, label
from bot.errors import EngineFailed
from bot.finishing.encode import encode
from tests.delivery import shop

WORDS = Label(
    "잔잔한 음악", "가게 & Shop", "AI 🎵 notice", "BGM-A7FLU-KVTQF", "https://kiosk.example/verify/x", shop.NOON
)


def _noise(seconds: float = 0.5) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(1).uniform(-0.5, 0.5, (2, round(seconds * shop.RATE))).astype(np.float32)


@pytest.mark.parametrize("kind", ["wav", "mp3", "wav16"])
def test_a_label_leaves_the_audio_as_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"music.{kind[:3]}"
    encode(_noise(), shop.RATE, path, kind)
    before, rate = soundfile.read(path, dtype="int32")
    plain = path.stat().st_size
    label(path, WORDS)
    after, same = soundfile.read(path, dtype="int32")
    assert rate == same
    assert np.array_equal(before, after)
    assert path.stat().st_size > plain
    first = path.read_bytes()
    label(path, WORDS)
    assert path.read_bytes() == first


def test_an_mp3_carries_one_tag_in_utf16(tmp_path: Path) -> None:
    path = tmp_path / "music.mp3"
    encode(_noise(), shop.RATE, path, "mp3")
    label(path, WORDS)
    label(path, WORDS)
    content = path.read_bytes()
    assert content.count(b"ID3\x03") == 1
    size = content[6] << 21 | content[7] << 14 | content[8] << 7 | content[9]
    assert content[10 + size] == 0xFF
    assert "잔잔한 음악".encode("utf-16-le") in content[: 10 + size]
    assert b"BGM-A7FLU-KVTQF" in id3(WORDS)


def test_a_wav_is_a_broadcast_wave(tmp_path: Path) -> None:
    path = tmp_path / "music.wav"
    encode(_noise(), shop.RATE, path, "wav")
    label(path, WORDS)
    content = path.read_bytes()
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    place = content.index(b"bext")
    assert place < content.index(b"data")
    body = content[place + 8 :]
    assert body[:256].rstrip(b"\0").startswith(b"BGM-A7FLU-KVTQF https://")
    assert body[288:320].rstrip(b"\0") == b"BGM-A7FLU-KVTQF"
    assert body[320:338] == b"2026-11-2112:00:00"
    assert len(bext(WORDS)) >= 602


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\xff\0\0\0abc", b"OggS" * 9]
)
def test_what_is_no_wav_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "music.wav"
    path.write_bytes(content)
    with pytest.raises(EngineFailed, match=r"could not label music\.wav"):
        label(path, WORDS)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]
