"""Long audio lies in a file and is worked on block by block, with the same result as in memory."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from bot.errors import EngineFailed
from bot.finishing import reel
from bot.finishing.encode import encode
from bot.finishing.intake import at_rate
from bot.finishing.master import Target, finish
from bot.finishing.reel import BLOCK, IN_MEMORY, around, blank, blocks, copied, joined, peak, read
from tests.finishing.music import Song, play


def noise(samples: int) -> reel.Audio:
    return np.random.default_rng(3).random((2, samples), dtype=np.float32) - np.float32(0.5)


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(reel, "IN_MEMORY", IN_MEMORY if request.param == "memory" else 0)
    return str(request.param)


def test_what_is_written_block_by_block_stays(kept: str) -> None:
    music = noise(3 * BLOCK + 1234)
    tape = blank(music.shape[1])
    assert isinstance(tape, np.memmap) == (kept == "file")
    assert not tape.any()
    for start, block in blocks(tape):
        block[:] = music[:, start : start + block.shape[1]]
    assert np.array_equal(tape, music)
    assert [start for start, _ in blocks(tape[:, 5:])] == [0, BLOCK, 2 * BLOCK, 3 * BLOCK]
    assert peak(tape) == np.abs(music).max()


def test_parts_are_joined_and_copied(kept: str) -> None:
    music = noise(2 * BLOCK)
    whole = joined(music[:, 7:], music[:, :7])
    assert np.array_equal(whole, np.roll(music, -7, axis=1))
    again = copied(whole)
    again[:] = 0.0
    assert whole.any()


@pytest.mark.parametrize(("first", "stop"), [(-5, 3), (3, 8), (8, 14), (-9, -4), (12, 20), (-3, 14)])
def test_beyond_the_ends_is_silence(first: int, stop: int) -> None:
    music = noise(10)
    wide = np.pad(music, ((0, 0), (30, 30)))
    assert np.array_equal(around(music, first, stop), wide[:, 30 + first : 30 + stop])


def test_ten_minutes_are_no_load_on_memory() -> None:
    """The pages of a reel's file are let go behind whoever walks over it."""
    resident = _resident()
    if resident is None:
        pytest.skip("this system does not say how much memory a process holds")
    tape = blank(600 * 44_100)
    most = 0
    for _, block in blocks(tape):
        block[:] = 1.0
        most = max(most, (_resident() or 0) - resident)
    assert most < 40_000_000
    assert float(tape[1, -1]) == 1.0


def _resident() -> int | None:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - not a file on disk
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def test_a_full_disk_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(EngineFailed, match="no room"):
        blank(IN_MEMORY)


@pytest.mark.parametrize("loop", [False, True])
def test_a_piece_is_mastered_the_same_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, loop: bool) -> None:
    """Through the whole finishing room the same music comes out, wherever it lies."""
    music = play(Song(117.0, 8.3, rate=32_000))
    target = Target(8.2, lufs=-11.0, fade_out=0.0 if loop else 1.0, loop=loop, tempo_bpm=117.0)
    whole = finish(music, 32_000, target)
    monkeypatch.setattr(reel, "IN_MEMORY", 0)
    filed = finish(music, 32_000, target)
    assert isinstance(filed.audio, np.memmap)
    assert np.array_equal(filed.audio, whole.audio)
    assert filed.facts == whole.facts
    assert filed.done == whole.done
    written = encode(filed.audio, filed.rate, tmp_path / "master.wav", "wav")
    audio, rate = read(written.path)
    assert isinstance(audio, np.memmap)
    assert rate == whole.rate
    assert np.abs(audio - whole.audio).max() <= 2.0**-23


def test_no_sound_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("no sound")
    with pytest.raises(EngineFailed, match=r"words\.wav cannot be read"):
        read(tmp_path / "words.wav")


@pytest.mark.parametrize(("rate", "wanted"), [(32_000, 48_000), (22_050, 44_100), (44_100, 48_000), (96_000, 48_000)])
def test_blocks_are_resampled_as_one(monkeypatch: pytest.MonkeyPatch, rate: int, wanted: int) -> None:
    music = noise(20_011)
    once = at_rate(music, rate, wanted)
    assert once.shape[1] == -(-music.shape[1] * wanted // rate)
    monkeypatch.setattr("bot.finishing.intake.BLOCK", 4_000)
    assert np.allclose(at_rate(music, rate, wanted), once, atol=1e-6)
