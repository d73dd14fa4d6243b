"""What Discord is told of the commands: whatever the operator's texts say, it can be taken."""

from pathlib import Path

import pytest

from bot.chat.discord.slash import slash_commands
from bot.settings.files import default_folder
from bot.texts import Texts


@pytest.mark.parametrize("name", ["Songs!", "two words", "x" * 33, "BGM"])
def test_a_name_that_discord_refuses_keeps_no_command_from_being_registered(tmp_path: Path, name: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ko.ftl").write_text(f"name-bgm = {name}\ncommand-bgm = {'길' * 200}\n", "utf-8")
    bgm = slash_commands(Texts([default_folder(), tmp_path]))[0]
    assert bgm["name_localizations"]["ko"] == "bgm"
    assert len(bgm["description_localizations"]["ko"]) == 100
    assert bgm["description_localizations"]["en-US"] == bgm["description"]


def test_a_name_of_ones_own_is_taken(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "ko.ftl").write_text("name-bgm = 배경음악\n", "utf-8")
    assert slash_commands(Texts([default_folder(), tmp_path]))[0]["name_localizations"]["ko"] == "배경음악"
