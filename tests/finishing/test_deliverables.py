"""A folder with everything the operator and the buyer need."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from bot.errors import BadInput
from bot.finishing.deliverables import write_files
from bot.finishing.encode import Tags
from bot.finishing.master import Finished, Target, finish
from tests.finishing.music import RATE, Song, play


@pytest.fixture(scope="module")
def master() -> Finished:
    return finish(play(Song(120.0, 24.0)), RATE, Target(24.0, fade_out=1.0))


def test_the_usual_files_lie_in_the_folder(master: Finished, tmp_path: Path) -> None:
    written = write_files(master, tmp_path / "t1", label="1", tags=Tags(title="여름 바다"))
    names = {"master.wav", "master.mp3", "preview.mp3", "waveform.png"}
    assert {path.name for path in (tmp_path / "t1").iterdir()} == names
    wav, rate = soundfile.read(written.files["wav"].path, dtype="float32")
    assert soundfile.info(written.files["wav"].path).subtype == "PCM_24"
    assert (len(wav), rate) == (24 * RATE, RATE)
    assert np.abs(wav.T - master.audio).max() <= 2.0**-23
    assert soundfile.info(written.files["mp3"].path).frames == 24 * RATE
    with soundfile.SoundFile(written.files["mp3"].path) as file:
        assert file.title == "여름 바다"
    with Image.open(written.files["waveform"].path) as image:
        assert image.width == 1200


def test_the_preview_is_small_and_is_the_span_it_says(master: Finished, tmp_path: Path) -> None:
    written = write_files(master, tmp_path, kinds=())
    preview, _ = soundfile.read(written.files["preview"].path, dtype="float32")
    assert len(preview) == pytest.approx(written.preview.seconds * RATE, abs=2)
    assert 12.0 <= written.preview.seconds <= 20.0
    assert written.files["preview"].size < 500_000
    first = round((written.preview.start + 2.0) * RATE)
    assert np.corrcoef(preview[2 * RATE : 4 * RATE, 0], master.audio[0, first : first + 2 * RATE])[0, 1] > 0.99
    assert set(written.files) == {"preview", "waveform"}


def test_names_and_formats_can_be_chosen(master: Finished, tmp_path: Path) -> None:
    written = write_files(master, tmp_path, kinds=("flac", "wav16", "mp3-small", "flac"), name="loop")
    names = {"loop.flac", "loop-16.wav", "loop-small.mp3", "loop-preview.mp3", "loop-waveform.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert {file["name"] for file in written.to_json()["files"].values()} == names


def test_an_unknown_format_leaves_no_folder_half_full(master: Finished, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_files(master, tmp_path / "new", kinds=("wav", "midi"))
    assert not (tmp_path / "new").exists()
