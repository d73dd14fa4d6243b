"""Writing to people on Discord: once, again after a lost answer, and what each refusal means."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.discord.client import create_bot
from bot.errors import Refused, TooLarge, TryLater, Unreachable
from bot.sandbox.discord import permissions
from bot.screens import File, Screen
from tests.chat.conftest import Scene, WatchedBot

HELLO = Screen("Hello", "How are you?", mark="K3M8Q2Z7RT/1")


def titles(messages: list[dict[str, object]], title: str) -> int:
    return sum(title in str(message["embeds"]) for message in messages)


async def test_a_direct_message_arrives(scene: Scene, bot: WatchedBot) -> None:
    message = await bot.doorway.post(f"discord:dm:{scene.world.buyer_id}", HELLO, once="a")
    found = await scene.buyer.wait_for(lambda one: "Hello" in str(one["embeds"]))
    assert message == f"discord:{found['channel_id']}/{found['id']}"


async def test_the_same_message_sent_twice_at_once_stands_once(scene: Scene, bot: WatchedBot) -> None:
    first, second = [await bot.doorway.post(scene.review_place, HELLO, once="a") for _ in range(2)]
    assert first == second
    assert titles(scene.operator.messages(scene.review), "Hello") == 1


async def test_an_answer_lost_long_ago_is_found_again_by_its_mark(scene: Scene, bot: WatchedBot) -> None:
    scene.world.rules.nonce_memory = 0.0
    first = await bot.doorway.post(scene.review_place, HELLO, once="a")
    await bot.doorway.post(scene.review_place, Screen("Something else", mark="other"), once="b")
    assert await bot.doorway.post(scene.review_place, HELLO, once="a", again=True) == first
    assert titles(scene.operator.messages(scene.review), "Hello") == 1


async def test_a_message_found_again_says_what_is_true_now(scene: Scene, bot: WatchedBot) -> None:
    """Whoever lost its power after a post comes back to an order that has moved on."""
    first = await bot.doorway.post(scene.review_place, HELLO, once="a")
    assert await bot.doorway.post(scene.review_place, replace(HELLO, text="Pay here"), once="a", again=True) == first
    (seen,) = [one for one in scene.operator.messages(scene.review) if "Hello" in str(one["embeds"])]
    assert "Pay here" in str(seen["embeds"])
    assert "How are you?" not in str(seen["embeds"])


async def test_a_call_in_a_shared_place_mentions_that_one_person(scene: Scene, bot: WatchedBot) -> None:
    screen = Screen("For you", "@everyone <@1>", calls=f"discord:{scene.world.buyer_id}")
    await bot.doorway.post(f"discord:channel:{scene.hall}", screen, once="a")
    found = await scene.buyer.wait_for(lambda one: "For you" in str(one["embeds"]), channel_id=scene.hall)
    assert [one["id"] for one in found["mentions"]] == [str(scene.world.buyer_id)]
    assert not found["mention_everyone"]


async def test_closed_dms_are_unreachable(scene: Scene, bot: WatchedBot) -> None:
    scene.buyer.close_dms()
    with pytest.raises(Unreachable):
        await bot.doorway.post(f"discord:dm:{scene.world.buyer_id}", HELLO, once="a")


async def test_a_place_or_message_that_is_gone_is_unreachable(scene: Scene, bot: WatchedBot) -> None:
    with pytest.raises(Unreachable):
        await bot.doorway.post("discord:channel:123456789012345678", HELLO, once="a")
    with pytest.raises(Unreachable):
        await bot.doorway.edit(f"discord:{scene.review}/123456789012345678", HELLO)


async def test_a_file_over_the_limit_is_too_large(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    scene.world.rules.upload_limit = 1000
    (tmp_path / "master.wav").write_bytes(bytes(2000))
    screen = Screen("Music", files=(File(tmp_path / "master.wav", "master.wav"),))
    with pytest.raises(TooLarge):
        await bot.doorway.post(f"discord:dm:{scene.world.buyer_id}", screen, once="a")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(503, None, TryLater), (403, 50013, Refused), (401, None, Refused), (400, 50035, Refused), (403, 50001, Refused)],
)
async def test_each_refusal_means_what_it_says(
    scene: Scene, bot: WatchedBot, status: int, code: int | None, expected: type[Exception]
) -> None:
    scene.world.faults.fail("POST", "/channels/*/messages", status, code=code)
    with pytest.raises(expected):
        await bot.doorway.post(scene.review_place, HELLO, once="a")


async def test_a_missing_permission_is_named(scene: Scene) -> None:
    channel = scene.world.realm.channels[scene.review]
    ours = next(one for one in channel.overwrites if one.id == scene.world.bot_id)
    ours.deny, ours.allow = ours.deny | permissions.EMBED_LINKS, ours.allow & ~permissions.EMBED_LINKS
    async with scene.bot() as bot:
        scene.world.faults.fail("POST", "/channels/*/messages", 403, code=50013)
        with pytest.raises(Refused, match=r"missing permissions: embed_links"):
            await bot.doorway.post(scene.review_place, HELLO, once="a")


async def test_an_outage_delays_and_nothing_is_sent_twice(scene: Scene, bot: WatchedBot) -> None:
    await scene.world.faults.down()
    with pytest.raises(TryLater):
        await bot.doorway.post(scene.review_place, HELLO, once="a")
    await scene.world.faults.down(False)
    await bot.doorway.post(scene.review_place, HELLO, once="a", again=True)
    assert titles(scene.operator.messages(scene.review), "Hello") == 1


async def test_an_edit_keeps_files_and_sends_only_new_ones(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    for name in ("one.mp3", "two.mp3"):
        (tmp_path / name).write_bytes(b"ID3" + bytes(100))
    one, two = (File(tmp_path / name, name) for name in ("one.mp3", "two.mp3"))
    message = await bot.doorway.post(scene.review_place, Screen("Takes", files=(one,)), once="a")
    await bot.doorway.edit(message, Screen("Takes", "more", files=(one, two)))
    (edit,) = [request for request in scene.world.requests if request.method == "PATCH"]
    assert [name for name, _ in edit.files] == ["two.mp3"]
    shown = scene.operator.message(scene.review, message.rpartition("/")[2])
    assert [one["filename"] for one in shown["attachments"]] == ["one.mp3", "two.mp3"]


async def test_an_outage_at_the_login_is_sat_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.discord.client.FIRST_PAUSE", 0.05)
    scene.world.faults.fail("GET", "/users/@me", 503)
    async with scene.bot() as bot:
        assert bot.is_ready()


async def test_an_outage_shows_although_nobody_logged_out(scene: Scene, bot: WatchedBot) -> None:
    assert bot.connected
    cut = asyncio.ensure_future(bot.wait_for("disconnect", timeout=15))
    await asyncio.sleep(0)
    await scene.world.faults.down()
    await cut
    assert bot.is_ready()
    assert not bot.connected


async def test_before_the_login_everything_waits(scene: Scene) -> None:
    with pytest.raises(TryLater):
        await create_bot(scene.shop.services).doorway.post(scene.review_place, HELLO, once="a")


async def test_rate_limits_are_sat_out(scene: Scene, bot: WatchedBot) -> None:
    scene.world.faults.fail("POST", "/channels/*/messages", 429, retry_after=0.05)
    async with asyncio.timeout(5):
        await bot.doorway.post(scene.review_place, HELLO, once="a")
    assert titles(scene.operator.messages(scene.review), "Hello") == 1


@pytest.mark.parametrize("place", ["telegram:5", "discord:456", "discord:channel:x", ""])
async def test_a_place_elsewhere_is_refused(scene: Scene, bot: WatchedBot, place: str) -> None:
    with pytest.raises(Refused):
        await bot.doorway.post(place, HELLO, once="a")


async def test_how_large_a_file_may_be_is_learned_from_what_people_do(scene: Scene) -> None:
    limits = scene.shop.services.upload_limits
    scene.world.realm.rules.upload_limit = 7_000_000
    async with scene.bot():
        await scene.buyer.use(scene.hall, "help")
        assert "discord" not in limits, "a server's limit says nothing about direct messages"
        await scene.buyer.use(await scene.buyer.open_dm(), "help")
    assert limits["discord"] == 7_000_000
