"""What is kept beside a take: its score as JSON and MIDI, and stems played again from it, bit for bit."""

import io
import json
from pathlib import Path

import mido  # type: ignore[import-untyped]
import numpy as np
import pytest
import soundfile

from bot.errors import EngineFailed
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.generation.scores import SCORE_FILES, stems_of, write_score
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

PLACES = folders(None)


def ignore(_share: float) -> None:
    pass


def test_stems_come_again_out_of_the_kept_score(tmp_path: Path) -> None:
    book = load_moods(config_file("moods.toml", PLACES))
    (take,) = Composer(book).generate(Request(Brief("funky", 7, "youtube", style="funk"), (5,)), ignore)
    assert take.score is not None
    write_score(take.score, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == set(SCORE_FILES.values())
    shares: list[float] = []
    written = stems_of(shares.append, tmp_path / "score.json", tmp_path / "stems", PLACES)
    assert {"drums", "bass"} <= set(written)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    total = np.zeros_like(take.audio)
    for role, file in written.items():
        assert file.path == tmp_path / "stems" / f"{role}.wav"
        stem, rate = soundfile.read(file.path, dtype="float32")
        assert rate == take.rate
        total += stem.T
    assert np.abs(total - take.audio).max() < 1e-4


def test_the_midi_file_is_the_score(tmp_path: Path) -> None:
    book = load_moods(config_file("moods.toml", PLACES))
    (take,) = Composer(book).generate(Request(Brief("warm", 6, "youtube"), (2,)), ignore)
    assert take.score is not None
    write_score(take.score, tmp_path)
    song = json.loads((tmp_path / "score.json").read_text("utf-8"))["song"]
    written = mido.MidiFile(file=io.BytesIO((tmp_path / "score.mid").read_bytes()))
    struck = sum(message.type == "note_on" for track in written.tracks for message in track)
    assert struck == sum(len(part["notes"]) for part in song["parts"] if part["role"] != "texture")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"plan": {}, "song": {}}', '{"plan": 1, "song": null}'])
def test_what_is_no_score_is_said_so(tmp_path: Path, content: str) -> None:
    file = tmp_path / "score.json"
    file.write_text(content)
    with pytest.raises(EngineFailed):
        stems_of(ignore, file, tmp_path / "stems", PLACES)
