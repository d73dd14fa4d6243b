"""A conversation cut by a restart at each step, and what the shop must know again when it comes back."""

from pathlib import Path

import httpx
import pytest
from PIL import Image
from telegram.error import BadRequest, NetworkError

from bot.chat.telegram import client, updates
from bot.chat.telegram.refusals import is_doubtful
from bot.errors import TryLater
from bot.orders.facts import CardPosted, Paid, TakesReady
from bot.screens import File, Screen
from tests.chat.telegram.conftest import Scene, datas, words
from tests.commands.shop import BUYER

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_every_step_of_an_order_survives_a_restart(scene: Scene) -> None:
    await scene.buyer.start()
    async with scene.bot():
        await scene.press(await scene.says("Welcome"), "Order music")
        question = await scene.says("How should it feel")
    async with scene.bot():
        await scene.press(question, "Calm")
        question = await scene.says("How long")
    async with scene.bot():
        await scene.press(question, "Another length")
        await scene.says("as a message: Length")
    await scene.buyer.write(scene.buyer.id, "1:15")  # written while the shop was closed
    async with scene.bot():
        question = await scene.says("What do you need")
    async with scene.bot():
        await scene.press(question, "YouTube")
        question = await scene.says("Anything else")
    async with scene.bot():
        await scene.press(question, "Describe it")
        await scene.says("Your wishes")
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "rain on a window")
        form = await scene.says("Your wishes[^$]*rain on a window")
    async with scene.bot():
        await scene.press(form, "Done")
        summary = await scene.says("Your order")
    async with scene.bot():
        assert "1:15" in words(summary)
        await scene.press(summary, datas(summary, "place")[0])
        await scene.says("Composing starts the moment")
    (order,) = await scene.orders()
    assert (order.brief.seconds, order.brief.details) == (75, "rain on a window")


async def test_an_answered_update_is_not_answered_again(scene: Scene) -> None:
    """Telegram repeats what was not confirmed: here the shop closes as soon as it has answered."""
    await scene.buyer.start()
    for _ in range(3):
        async with scene.bot() as bot:
            await scene.says("Welcome")
            await scene.until(lambda bot=bot: bot.inbox.idle)
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "/help")
        await scene.says("music made for you")
    greeted = [one for one in scene.buyer.messages(scene.buyer.id) if "Welcome" in words(one)]
    assert len(greeted) == 1


async def test_the_menu_is_told_in_both_languages_and_only_when_it_changed(scene: Scene) -> None:
    def told() -> int:
        return len([one for one in scene.world.requests if one.method == "setMyCommands"])

    before = told()
    await scene.buyer.start()
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "/bgm")
        await scene.says("How should it feel")  # whoever answers has told the menu, and kept in mind that it did
    assert told() == before + 6
    english = {one["command"]: one["description"] for one in scene.buyer.commands(scene.buyer.id)}
    scene.buyer.set_language("ko")
    korean = {one["command"]: one["description"] for one in scene.buyer.commands(scene.buyer.id)}
    assert english.keys() == korean.keys()
    assert english["bgm"] != korean["bgm"]
    for language in ("ko", "en"):
        scene.operator.set_language(language)
        there = {one["command"]: one["description"] for one in scene.operator.commands(scene.review)}
        assert there["shop"] == scene.shop.services.texts.say(language, "command-shop")
    scene.buyer.set_language("en")
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "/help")
        await scene.says("music made for you")
    assert told() == before + 6


async def test_a_group_that_moves_is_followed_for_ever_and_its_cards_are_posted_anew(scene: Scene) -> None:
    group = scene.world.add_group("Review", scene.operator.id, is_basic=True)
    scene.world.set_bot(group, "administrator")
    scene.shop.services.review_places["telegram"] = f"telegram:chat:{group}"  # type: ignore[index]
    place = f"telegram:chat:{group}"
    async with scene.bot() as bot:
        order = await scene.shop.placed(BUYER)
        payment = Paid("stripe", "cs_1", order.price.total.amount, order.price.currency, "pi_1")
        order = await scene.told(order, payment, TakesReady(1, [{"index": 1}]))
        await scene.told(order, CardPosted(1, await bot.doorway.post(place, Screen("Card"), once="a")))
        moved = scene.world.migrate(group)
        await bot.doorway.post(place, Screen("After the move"), once="b")
        assert [one for one in scene.operator.messages(moved) if "After the move" in words(one)]
    heard = [event.kind for event in await scene.shop.book.journal(order.id)]
    assert heard.count("RetryAsked") == 1
    async with scene.bot() as bot:
        message = await bot.doorway.post(place, Screen("Another day"), once="c")
        assert message.startswith(f"telegram:{moved}/")


async def test_an_outage_shows_while_it_lasts(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "FIRST_PAUSE", 0.01)
    async with scene.bot() as bot:
        assert bot.connected
        scene.world.faults.down()
        await scene.until(lambda: not bot.connected)
        scene.world.faults.down(False)
        await scene.until(lambda: bot.connected)


async def test_a_token_that_is_called_back_counts_as_unheard(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "FIRST_PAUSE", 0.01)
    async with scene.bot() as bot:
        scene.world.faults.fail("getUpdates", 401, times=9)
        scene.world.faults.down()
        scene.world.faults.down(False)
        await scene.until(lambda: not bot.connected)


async def test_telegram_may_take_its_time_over_a_file(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who gives up sooner than Telegram answers sends the file again: it would stand there twice."""
    picture = tmp_path / "takes.png"
    Image.new("RGB", (80, 30)).save(picture)
    drawn, said = Screen("Drawn", image=File(picture, "takes.png")), Screen("Said")
    monkeypatch.setattr(client, "READ_SECONDS", 0.3)
    async with scene.bot() as hasty:
        scene.world.faults.latency(0.8)
        await hasty.doorway.post(scene.review_place, drawn, once="drawn")
        with pytest.raises(TryLater):
            await hasty.doorway.post(scene.review_place, said, once="said")
        scene.world.faults.latency(0.0)
    assert len([one for one in scene.operator.messages(scene.review) if "Drawn" in words(one)]) == 1


@pytest.mark.parametrize(
    ("cause", "doubtful"),
    [
        (httpx.ConnectError("refused"), False), (httpx.ConnectTimeout("slow"), False), (httpx.WriteError("cut"), False),
        (httpx.PoolTimeout("busy"), False), (httpx.ReadTimeout("slow"), True), (httpx.ReadError("cut"), True),
        (httpx.RemoteProtocolError("gone"), True), (None, True),
    ],
)  # fmt: skip
async def test_what_telegram_never_read_whole_was_surely_not_sent(cause: Exception | None, doubtful: bool) -> None:
    error = NetworkError("Bad Gateway")
    error.__cause__ = cause
    assert is_doubtful(error) is doubtful
    assert not is_doubtful(BadRequest("chat not found"))
