from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from bot.finishing.known import known_works
from bot.finishing.likeness import fingerprint, most_alike
from tests.finishing.music import RATE, Audio, Song, play


@cache
def song(seed: int) -> Audio:
    return play(Song(bpm=90 + 17 * seed, root=seed * 3, minor=seed == 2, seed=seed))


def write(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, song(seed).T, RATE)


def test_a_copy_of_a_known_work_is_found_whatever_its_format(tmp_path: Path) -> None:
    write(tmp_path / "works" / "famous.wav", 1)
    write(tmp_path / "works" / "album" / "other.mp3", 2)
    (tmp_path / "works" / "broken.flac").write_bytes(b"fLaC and no more")
    (tmp_path / "works" / "notes.txt").write_text("not music")
    works = known_works(tmp_path / "works", tmp_path / "kept")
    assert sorted(works) == ["album/other.mp3", "famous.wav"]
    louder = np.asarray(0.5 * song(2), np.float32)
    match = most_alike(fingerprint(louder, RATE), works)
    assert match is not None
    assert (match.name, match.relation) == ("album/other.mp3", "duplicate")


def test_a_work_is_fingerprinted_once_and_no_longer_counts_when_it_is_taken_out(tmp_path: Path) -> None:
    write(tmp_path / "works" / "famous.wav", 1)
    first = known_works(tmp_path / "works", tmp_path / "kept")
    (made,) = (tmp_path / "kept").iterdir()
    stamp = made.stat().st_mtime_ns
    again = known_works(tmp_path / "works", tmp_path / "kept")
    assert made.stat().st_mtime_ns == stamp
    assert np.array_equal(first["famous.wav"].values, again["famous.wav"].values)
    (tmp_path / "works" / "famous.wav").unlink()
    assert known_works(tmp_path / "works", tmp_path / "kept") == {}
    assert known_works(tmp_path / "nowhere", tmp_path / "kept") == {}
