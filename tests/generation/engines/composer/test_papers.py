"""What leaves the composer beside sound: MIDI, the score's picture, the page to listen through."""

import io
from pathlib import Path

import mido  # type: ignore[import-untyped]
import numpy as np
import pytest
import soundfile
from PIL import Image

from bot.generation.engines.composer import midi, picture
from bot.generation.engines.composer.listen import write_listening_page
from bot.settings.files import folders
from bot.settings.moods import SOUNDS, MoodBook
from bot.texts import Texts

from .conftest import Compose


@pytest.mark.parametrize(("mood", "style", "time"), [("happy", "corporate", "4/4"), ("festive", "gugak", None)])
def test_midi_says_what_the_score_says(compose: Compose, mood: str, style: str, time: str | None) -> None:
    take = compose(mood, 20, style=style)
    assert take.score is not None
    assert take.tempo_bpm is not None
    file = mido.MidiFile(file=io.BytesIO(midi.of_score(take.score)))
    meta = {message.type: message for message in file.tracks[0]}
    song = take.score["song"]
    per_beat = 1.5 if song["ternary"] else 1.0
    assert mido.tempo2bpm(meta["set_tempo"].tempo) == pytest.approx(take.tempo_bpm * per_beat, rel=1e-3)
    if time:
        assert f"{meta['time_signature'].numerator}/{meta['time_signature'].denominator}" == time
    written = sum(len(part["notes"]) for part in song["parts"] if part["role"] != "texture")
    struck = sum(message.type == "note_on" for track in file.tracks for message in track)
    assert struck == written
    assert file.length == pytest.approx(20, abs=4)


def test_every_sound_has_a_midi_program() -> None:
    assert set(midi.PROGRAMS) == set(SOUNDS)


def test_the_picture_shows_every_role_in_its_colour(compose: Compose) -> None:
    take = compose("happy", 20, style="corporate")
    assert take.score is not None
    image = Image.open(io.BytesIO(picture.picture(take.score, 800, 300)))
    assert image.size == (800, 300)
    seen = np.asarray(image.convert("RGB")).reshape(-1, 3).astype(int)
    for role in {part["role"] for part in take.score["song"]["parts"]} & {"lead", "bass", "drums", "harmony"}:
        distance = np.abs(seen - np.array(picture.COLOURS[role])).sum(axis=1)
        assert (distance < 30).sum() > 10, role


def test_the_listening_page_plays_every_mood_and_style(tmp_path: Path, book: MoodBook) -> None:
    seen: list[float] = []
    texts = Texts(folders(None))
    page = write_listening_page(tmp_path, book, texts, "ko", ("calm", "epic"), ("gugak",), 6, seen.append)
    text = page.read_text("utf-8")
    assert "{{" not in text
    assert seen[-1] == 1.0
    for mood, name in (("calm", "잔잔한"), ("epic", "웅장한")):
        assert name in text
        assert f'src="{mood}-gugak.mp3"' in text
        assert soundfile.info(tmp_path / f"{mood}-gugak.mp3").duration == pytest.approx(6, abs=0.1)
        with Image.open(tmp_path / f"{mood}-gugak.png") as image:
            assert image.size == (960, 336)
