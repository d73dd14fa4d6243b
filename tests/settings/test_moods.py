"""moods.toml: complete as shipped, and every mistake named with file, key, value and what would be right."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.settings.moods import Instrument, Mood, MoodBook, Purpose, Style, load_moods

SHIPPED = Path(__file__).parents[2] / "config" / "moods.toml"
ASKED_MOODS = {
    "calm", "warm", "hopeful", "happy", "playful", "romantic", "nostalgic", "melancholic",
    "dreamy", "mysterious", "tense", "dark", "epic", "heroic", "energetic", "aggressive",
    "funky", "chill", "corporate", "inspirational", "festive", "sleepy", "focus", "horror",
}  # fmt: skip
ASKED_PURPOSES = {"youtube", "vlog", "shorts", "podcast", "stream", "ad", "game", "film", "store", "study"}


@pytest.fixture(scope="module")
def shipped() -> MoodBook:
    return load_moods(SHIPPED)


def test_everything_a_buyer_may_ask_for_is_there(shipped: MoodBook) -> None:
    catalogue = shipped.catalogue()
    assert set(catalogue.moods) >= ASKED_MOODS
    assert set(catalogue.purposes) == ASKED_PURPOSES
    assert len(catalogue.styles) >= 11
    assert "gugak" in catalogue.styles
    assert {"piano", "drums", "gayageum"} <= set(catalogue.instruments)


def test_the_menus_keep_the_order_of_the_file(shipped: MoodBook) -> None:
    assert list(tomllib.loads(SHIPPED.read_text("utf-8"))["moods"]) == list(shipped.catalogue().moods)


def test_loudness_follows_the_purpose(shipped: MoodBook) -> None:
    assert shipped.purposes["youtube"].loudness == -14
    assert shipped.purposes["podcast"].loudness == -16
    assert shipped.purposes["film"].loudness == -23


@pytest.mark.parametrize(
    ("table", "model"), [("MOODS", Mood), ("STYLES", Style), ("PURPOSES", Purpose), ("INSTRUMENTS", Instrument)]
)
def test_every_key_is_explained_in_the_file(table: str, model: type[Mood]) -> None:
    sheet = SHIPPED.read_text("utf-8").split(f"# {table}", 1)[1].split("\n[", 1)[0]
    for key in model.model_fields:
        assert f" {key} " in sheet or f" {key}," in sheet or "as above" in sheet, f"{key} of {table} has no comment"


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = SHIPPED.read_text("utf-8")
    text = text.replace("tempo = [64, 82]", "tempo = [82, 64]", 1)
    text = text.replace('feel = "loose"', 'feel = "sloppy"', 1)
    text = text.replace("energy = 0.20", "energi = 0.20", 1)
    wrong = tmp_path / "moods.toml"
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting) as caught:
        load_moods(wrong)
    told = "\n".join(caught.value.problems)
    assert str(wrong) in told
    assert "moods.calm.feel = 'sloppy'" in told
    assert "'straight', 'loose' or 'swing'" in told
    assert "moods.calm.energy is missing" in told
    assert "moods.calm.energi is not a known key" in told


def test_a_backward_tempo_range_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "moods.toml"
    wrong.write_text(SHIPPED.read_text("utf-8").replace("tempo = [64, 82]", "tempo = [82, 64]", 1), encoding="utf-8")
    with pytest.raises(BadSetting, match=r"moods\.calm.*\[slowest, fastest\]"):
        load_moods(wrong)


def test_names_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    wrong = tmp_path / "moods.toml"
    text = SHIPPED.read_text("utf-8").replace('styles = ["acoustic", "ambient", "lo-fi"]', 'styles = ["polka"]', 1)
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"moods\.calm\.styles names 'polka'"):
        load_moods(wrong)


@pytest.mark.parametrize("content", [None, "not = [toml"])
def test_an_unreadable_file_is_told(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "moods.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(BadSetting, match=r"moods\.toml"):
        load_moods(path)


def test_reading_moods_loads_no_numbers() -> None:
    code = "import sys, bot.settings.moods; sys.exit(bool({'numpy', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
