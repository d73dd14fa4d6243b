"""What a buyer ruled out is asked of an ear where the engine could not be told."""

from pathlib import Path

import numpy as np
import pytest

from bot.finishing.findings import Finding
from bot.generation.engine import Take
from bot.generation.making import judged
from bot.generation.ruled_out import only_asked
from bot.generation.takecard import write_down
from bot.generation.takework import TakeWork
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

BOOK = load_moods(config_file("moods.toml", folders(None)))
WARNING = Finding("check-unwanted", "warning")
PLAIN = Brief("calm", 5, "youtube")


@pytest.mark.parametrize(
    ("brief", "engine", "made", "warned"),
    [
        (PLAIN.but(unwanted=("drums",)), "ace-step", {}, True),
        (PLAIN.but(details="드럼은 빼주세요"), "musicgen", {}, True),
        (PLAIN.but(details="no piano"), "stable-audio-3", {"negative": "vocals, piano"}, False),
        (PLAIN.but(details="no piano"), "stable-audio-3", {}, True),
        (PLAIN.but(unwanted=("drums",)), "composer", {}, False),
        (PLAIN.but(wanted=("drums",)), "ace-step", {}, False),
    ],
)
def test_a_warning_where_an_engine_could_only_be_asked(
    brief: Brief, engine: str, made: dict[str, object], warned: bool
) -> None:
    assert only_asked(brief, engine, made, BOOK) == ((WARNING,) if warned else ())


def test_the_card_says_so_and_the_ranking_does_not(tmp_path: Path) -> None:
    work = TakeWork(
        "ace-step", folders(None), PLAIN.but(unwanted=("drums",)), 1, tmp_path / "t1", "t1", tmp_path / "no"
    )
    sound = 0.1 * np.random.default_rng(1).standard_normal((2, 5 * 48_000)).astype(np.float32)
    made = judged(lambda _share: None, work, Take(sound, 48_000, 1, "ace-step", "tiny", "1", 0.0), {})
    card = write_down(lambda _share: None, work, made)
    assert [one["level"] for one in card["findings"] if one["text"] == WARNING.text] == ["warn"]
    assert WARNING.text not in [one["text"] for one in card["checked"]]
