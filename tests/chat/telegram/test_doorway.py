"""Writing to people on Telegram: once, again after a lost answer, and what each refusal means."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from bot.chat.telegram.client import TelegramBot
from bot.errors import Refused, TooLarge, TryLater, Unreachable
from bot.screens import Button, File, Screen, Track
from tests.chat.telegram.conftest import Message, Scene, buttons, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELLO = Screen("Hello", "How are you?", mark="K3M8Q2Z7RT/1")


def standing(scene: Scene, title: str) -> list[Message]:
    return [one for one in scene.operator.messages(scene.review) if title in words(one)]


@pytest.fixture
def picture(tmp_path: Path) -> File:
    path = tmp_path / "takes.png"
    Image.new("RGB", (800, 300), (30, 60, 90)).save(path)
    return File(path, "takes-r1.png", "waveforms")


@pytest.fixture
def sounds(tmp_path: Path) -> tuple[File, ...]:
    made = []
    for number in (1, 2, 3):
        path = tmp_path / f"take{number}.mp3"
        soundfile.write(path, np.zeros((22050, 2)), 22050, format="MP3")
        made.append(File(path, path.name, f"Preview {number}", Track(f"Take {number}")))
    return tuple(made)


async def test_a_direct_message_arrives(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    message = await bot.doorway.post(f"telegram:dm:{scene.buyer.id}", HELLO, once="a")
    found = await scene.says("Hello")
    assert message == f"telegram:{scene.buyer.id}/{found['message_id']}"
    assert "K3M8Q2Z7RT/1" in words(found)


async def test_an_attempt_made_again_after_its_answer_was_recorded_stands_once(scene: Scene, bot: TelegramBot) -> None:
    first = await bot.doorway.post(scene.review_place, HELLO, once="a")
    await bot.doorway.post(scene.review_place, Screen("Something else"), once="b")
    assert await bot.doorway.post(scene.review_place, HELLO, once="a", again=True) == first
    assert len(standing(scene, "Hello")) == 1


async def test_a_message_found_again_says_what_is_true_now(scene: Scene, bot: TelegramBot) -> None:
    """Whoever lost its power after a post comes back to an order that has moved on."""
    first = await bot.doorway.post(scene.review_place, HELLO, once="a")
    assert await bot.doorway.post(scene.review_place, replace(HELLO, text="Pay here"), once="a", again=True) == first
    (seen,) = standing(scene, "Hello")
    assert "Pay here" in words(seen)
    assert "How are you?" not in words(seen)


async def test_a_card_goes_on_where_it_was_cut(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...], picture: File
) -> None:
    screen = replace(HELLO, files=sounds, image=picture)
    scene.world.faults.fail("sendPhoto", 500)
    with pytest.raises(TryLater):
        await bot.doorway.post(scene.review_place, screen, once="a")
    await bot.doorway.post(scene.review_place, screen, once="a", again=True)
    seen = scene.operator.messages(scene.review)
    assert len([one for one in seen if "audio" in one]) == 3
    assert len(standing(scene, "Hello")) == 1


async def test_what_may_have_been_lost_is_sent_again(scene: Scene, bot: TelegramBot) -> None:
    scene.world.faults.after("sendMessage", "drop")
    with pytest.raises(TryLater):
        await bot.doorway.post(scene.review_place, HELLO, once="a")
    message = await bot.doorway.post(scene.review_place, HELLO, once="a", again=True)
    assert message.endswith(str(standing(scene, "Hello")[-1]["message_id"]))


async def test_a_blocked_bot_is_unreachable(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    scene.buyer.block()
    with pytest.raises(Unreachable):
        await bot.doorway.post(f"telegram:dm:{scene.buyer.id}", HELLO, once="a")
    with pytest.raises(Unreachable):
        await bot.doorway.post(f"telegram:dm:{scene.world.stranger_id}", HELLO, once="b")  # never pressed START


async def test_a_message_that_is_gone_is_unreachable_and_may_be_posted_anew(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    place = f"telegram:dm:{scene.buyer.id}"
    first = await bot.doorway.post(place, HELLO, once="a")
    await scene.buyer.delete(scene.buyer.id, int(first.rpartition("/")[2]))
    with pytest.raises(Unreachable):
        await bot.doorway.edit(first, HELLO)
    assert await bot.doorway.post(place, HELLO, once="a", again=True) != first


async def test_a_message_deleted_since_an_earlier_attempt_is_posted_anew(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    place = f"telegram:dm:{scene.buyer.id}"
    first = await bot.doorway.post(place, HELLO, once="a")
    await scene.buyer.delete(scene.buyer.id, int(first.rpartition("/")[2]))
    second = await bot.doorway.post(place, HELLO, once="a", again=True)
    assert second != first
    assert await bot.doorway.post(place, HELLO, once="a", again=True) == second


async def test_a_pause_is_asked_for_with_its_length(scene: Scene, bot: TelegramBot) -> None:
    scene.world.faults.fail("sendMessage", 429, retry_after=7)
    with pytest.raises(TryLater) as caught:
        await bot.doorway.post(scene.review_place, HELLO, once="a")
    assert caught.value.after == 7


async def test_an_edit_that_changes_nothing_is_fine(scene: Scene, bot: TelegramBot) -> None:
    message = await bot.doorway.post(scene.review_place, HELLO, once="a")
    await bot.doorway.edit(message, HELLO)
    await bot.doorway.edit(message, replace(HELLO, text="Fine"))
    assert len(standing(scene, "Fine")) == 1


async def test_a_file_over_the_limit_is_too_large(scene: Scene, bot: TelegramBot, tmp_path: Path) -> None:
    huge = tmp_path / "huge.wav"
    with huge.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(TooLarge):
        await bot.doorway.post(scene.review_place, replace(HELLO, files=(File(huge, "huge.wav"),)), once="a")


async def test_a_corrected_take_takes_the_place_of_the_old_one(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...], picture: File
) -> None:
    screen = replace(HELLO, files=sounds, image=picture, rows=((Button("Take 1", "bgm:approve:X:1.1"),),))
    message = await bot.doorway.post(scene.review_place, screen, once="a")
    corrected = replace(sounds[1], name="take2-c1.mp3", track=Track("Take 2, corrected"))
    await bot.doorway.edit(message, replace(screen, text="Corrected", files=(sounds[0], corrected, sounds[2])))
    titles = [one["audio"]["title"] for one in scene.operator.messages(scene.review) if "audio" in one]
    assert titles == ["Take 1", "Take 2, corrected", "Take 3"]
    assert buttons(standing(scene, "Corrected")[0])


async def test_a_letter_is_a_reply_to_its_card(scene: Scene, bot: TelegramBot) -> None:
    card = await bot.doorway.post(scene.review_place, HELLO, once="a")
    await bot.doorway.post(f"telegram:under:{card.removeprefix('telegram:')}", Screen("A question"), once="b")
    (letter,) = standing(scene, "A question")
    assert letter["reply_to_message"]["message_id"] == standing(scene, "Hello")[0]["message_id"]


async def test_a_long_screen_is_parted_and_bears_its_buttons_last(scene: Scene, bot: TelegramBot) -> None:
    screen = Screen("Long", "\n\n".join(["word " * 150] * 12), rows=((Button("Go", "bgm:go:X"),),))
    await bot.doorway.post(scene.review_place, screen, once="a")
    seen = scene.operator.messages(scene.review)
    assert len(seen) == 3
    assert [bool(buttons(one)) for one in seen] == [False, False, True]
    assert sum(words(one).count("word") for one in seen) == 1800


@pytest.mark.parametrize("place", ["telegram:5", "discord:channel:5", "telegram:dm:x", ""])
async def test_what_is_no_place_here_is_refused(scene: Scene, bot: TelegramBot, place: str) -> None:
    with pytest.raises(Refused):
        await bot.doorway.post(place, HELLO, once="a")
