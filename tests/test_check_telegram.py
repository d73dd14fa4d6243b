"""The checkup and the interview about Telegram, against a Telegram on the wire."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from bot.check import Level, checkup
from bot.errors import BadInput
from bot.sandbox.telegram import TelegramWorld
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.setup import Interview, ask
from bot.texts import LANGUAGES, Texts


@pytest.fixture
async def world() -> AsyncIterator[TelegramWorld]:
    world = await TelegramWorld.start()
    yield world
    await world.stop()


def settings(world: TelegramWorld, data: Path, **changes: object) -> Environment:
    values: dict[str, object] = {
        "telegram_token": world.token,
        "telegram_api_base": world.api,
        "telegram_review_chat_id": world.review_chat_id,
        "operator_ids": f"telegram:{world.operator_id}",
        "http_port": 0,
        "bgm_data": data,
    }
    return Environment.read(None, **(values | changes))


async def looked(environment: Environment) -> dict[str, Level]:
    texts, found = Texts(folders(None)), {}
    for finding in await checkup(environment, test=True):
        found[finding.text] = finding.level
        for language in LANGUAGES:
            assert texts.has(language, finding.text), finding.text
            assert not finding.remedy or texts.has(language, finding.remedy), finding.remedy
    return found


async def test_a_shop_on_telegram_alone_may_open(world: TelegramWorld, tmp_path: Path) -> None:
    found = await looked(settings(world, tmp_path))
    assert Level.BAD not in found.values(), found
    assert found["checkup-telegram"] is found["checkup-chat-good"] is found["checkup-stars-only"] is Level.GOOD


async def test_every_lack_is_told_apart(world: TelegramWorld, tmp_path: Path) -> None:
    assert (await looked(settings(world, tmp_path, telegram_token="1:nobody")))["checkup-telegram-refused"] is Level.BAD
    away = settings(world, tmp_path, telegram_api_base="http://127.0.0.1:9")
    assert (await looked(away))["checkup-telegram-away"] is Level.BAD
    assert (await looked(settings(world, tmp_path, telegram_review_chat_id=-1)))["checkup-chat"] is Level.BAD
    unset = settings(world, tmp_path, telegram_review_chat_id=None)
    assert (await looked(unset))["checkup-chat-unset"] is Level.BAD
    world.set_bot(world.review_chat_id, "member")
    assert (await looked(settings(world, tmp_path)))["checkup-chat-good"] is Level.WARN
    world.set_bot(world.channel_id, "member")
    channel = settings(world, tmp_path, telegram_review_chat_id=world.channel_id)
    assert (await looked(channel))["checkup-chat-rights"] is Level.BAD


async def test_a_chat_that_everybody_may_read_is_warned_about(
    world: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "checkup-chat-public" not in await looked(settings(world, tmp_path))
    world.realm.chats[world.review_chat_id].username = "moonlight_open"
    found = await looked(settings(world, tmp_path))
    assert found["checkup-chat-public"] is Level.WARN
    assert Level.BAD not in found.values()
    monkeypatch.setenv("TELEGRAM_API_BASE", world.api)
    screen = io.StringIO()
    answers = f"\n{world.token}\n{world.review_chat_id}\n"
    talk = Interview(Texts(folders(None)), "en", Console(file=screen, width=200), lines=io.StringIO(answers))
    with pytest.raises(BadInput):
        await ask(tmp_path / ".env", "en", talk)
    assert "is public" in screen.getvalue()


async def test_the_operators_own_decision_to_take_other_money_is_warned_about(
    world: TelegramWorld, tmp_path: Path
) -> None:
    own = tmp_path / "config"
    own.mkdir()
    (own / "shop.toml").write_text('[business]\nname = "A"\n[telegram]\npay = "stripe"\n')
    found = await looked(settings(world, tmp_path / "data", bgm_config=own))
    assert found["checkup-setting"] is Level.BAD
    with (own / "shop.toml").open("a") as file:
        file.write("stripe_at_my_own_risk = true\n")
    found = await looked(settings(world, tmp_path / "data", bgm_config=own))
    assert found["checkup-telegram-stripe"] is Level.WARN


async def test_setup_finds_the_group_in_which_the_operator_wrote(
    world: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE", world.api)
    await world.person(world.operator_id).write(world.review_chat_id, "/start")
    answers = ["", "1:wrong", world.token, "", "", "", ""]  # no Discord; the chat and the person offered; no Stripe
    screen, file = io.StringIO(), tmp_path / ".env"
    console = Console(file=screen, width=200, force_terminal=False)
    talk = Interview(
        Texts(folders(None)), "en", console, lines=io.StringIO("".join(f"{answer}\n" for answer in answers))
    )
    await ask(file, "en", talk)
    written = file.read_text().splitlines()
    assert f"TELEGRAM_TOKEN={world.token}" in written
    assert f"TELEGRAM_REVIEW_CHAT_ID={world.review_chat_id}" in written
    assert f"OPERATOR_IDS=telegram:{world.operator_id}" in written
    assert world.token not in screen.getvalue()


async def test_setup_whose_answers_end_blames_no_token(
    world: TelegramWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_BASE", world.api)
    screen, file = io.StringIO(), tmp_path / ".env"
    console = Console(file=screen, width=200, force_terminal=False)
    talk = Interview(Texts(folders(None)), "en", console, lines=io.StringIO(f"\n{world.token}\n"))
    with pytest.raises(BadInput) as ended:
        await ask(file, "en", talk)
    assert ended.value.text == "setup-ended"
    assert "refused" not in screen.getvalue()
    assert f"TELEGRAM_TOKEN={world.token}" in file.read_text().splitlines()
