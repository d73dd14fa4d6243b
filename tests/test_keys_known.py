"""Keys that are there and that nobody knows: said in a sentence before the shop opens, and never a silent shop."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import serve
from bot.errors import BadSetting
from bot.keys_known import unknown_keys
from bot.sandbox.world import World
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.texts import LANGUAGES, Texts

NOBODY = "http://127.0.0.1:9"
STRANGE = {
    "discord_token": "MTI4.strange.token",
    "telegram_token": "1:strange",
    "stripe_secret_key": "sk_test_12345678",
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = await World.start()
    yield world
    await world.stop()


def settings(world: World, data: Path, **changes: object) -> Environment:
    card = world.card()
    values: dict[str, object] = {
        "discord_token": card["discord"]["token"],
        "discord_api_base": card["discord"]["api"],
        "discord_review_channel_id": card["discord"]["review_channel_id"],
        "telegram_token": card["telegram"]["token"],
        "telegram_api_base": card["telegram"]["api"],
        "telegram_review_chat_id": card["telegram"]["review_chat_id"],
        "operator_ids": f"discord:{card['discord']['operator_id']}",
        "stripe_secret_key": card["stripe"]["key"],
        "stripe_api_base": card["stripe"]["api"],
        "http_port": 0,
        "bgm_data": data,
    }
    return Environment.read(None, **(values | changes))


async def test_keys_are_unknown_only_where_their_service_says_so(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert await unknown_keys(settings(world, tmp_path)) == {}
    assert "intent" not in caplog.text
    assert set(await unknown_keys(settings(world, tmp_path, **STRANGE))) == set(STRANGE)
    away = {"discord_api_base": f"{NOBODY}/api/v10", "telegram_api_base": NOBODY, "stripe_api_base": NOBODY}
    assert await unknown_keys(settings(world, tmp_path, **STRANGE, **away)) == {}


async def test_a_shop_that_nobody_would_hear_does_not_open(world: World, tmp_path: Path) -> None:
    alone = settings(world, tmp_path, telegram_token=None, discord_token=STRANGE["discord_token"])
    with pytest.raises(BadSetting) as refused:
        await serve(alone, test=True)
    texts = Texts(folders(None))
    for language in LANGUAGES:
        said = texts.error(language, refused.value)
        assert said.startswith("DISCORD_TOKEN: ")
        assert "bgm setup" in said
        assert STRANGE["discord_token"] not in said


async def test_media_that_could_not_be_kept_close_the_shop_before_anybody_pays(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting) as refused:
        await serve(settings(world, tmp_path, media_url=str(tmp_path / "file" / "media")), test=True)
    said = Texts(folders(None)).error("ko", refused.value)
    assert said.startswith(f"MEDIA_URL: {tmp_path}/file/media 폴더에 쓸 수 없어요")
