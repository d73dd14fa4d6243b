"""The operator's desk, over the wire with the real shop: a take corrected until it fits, and words with its buyer."""

import io
import re

import aiohttp
import numpy as np
import pytest
import soundfile

from bot.finishing.loudness import loudness
from bot.sandbox.discord import Interaction, Person
from tests.stories.street import PATIENCE, Message, Street, buttons, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def press(here: Street, message: Message, custom_id: str) -> Message:
    """Press a button of the operator's and return the answer once it stands."""
    said = await here.operator.click(message["channel_id"], message["id"], custom_id)
    await said.finished(PATIENCE)
    assert said.message is not None, said
    return said.message


async def rendered(here: Street, panel: Message, name: str) -> Message:
    """Press a correction and return the card once it plays the result."""
    card_before = pictured(here, panel)
    await here.operator.click(panel["channel_id"], panel["id"], fixing(panel, name))
    await here.until(lambda: pictured(here, panel) != card_before)
    await here.until(lambda: "is on the card" in words(here.operator.message(panel["channel_id"], panel["id"])))
    return here.operator.message(panel["channel_id"], panel["id"])


def fixing(panel: Message, name: str) -> str:
    return next(str(one["custom_id"]) for one in buttons(panel, "fix") if one["custom_id"].endswith(f".{name}"))


def the_card(here: Street, panel: Message) -> Message:
    order = re.search(r"[2-9A-HJ-NP-Z]{10}", words(panel))
    assert order is not None
    (card,) = here.cards(order[0])
    return card


def pictured(here: Street, panel: Message) -> tuple[str, ...]:
    """Return the names of what hangs on the card, by which a new preview is seen."""
    return tuple(one["filename"] for one in the_card(here, panel)["attachments"])


def preview_of(card: Message) -> str:
    return next(str(one["url"]) for one in card["attachments"] if one["filename"].startswith("take1"))


async def lufs_at(url: str) -> float:
    async with aiohttp.ClientSession(raise_for_status=True) as web, web.get(url) as answer:
        audio, rate = soundfile.read(io.BytesIO(await answer.read()), dtype="float32", always_2d=True)
    return float(loudness(np.ascontiguousarray(audio.T), rate).integrated)


async def lufs_in(parcel: Message) -> float:
    wav = next(one["url"] for one in parcel["attachments"] if one["filename"].endswith(".wav"))
    return await lufs_at(wav)


async def test_a_take_is_corrected_undone_and_delivered_as_it_was_heard(here: Street, buyer: Person) -> None:
    order = await here.order(buyer, details="see https://evil.example/x and [this](https://evil.example)")
    await here.pay(order)
    card = await here.card(order)
    assert "https://" not in words(card)  # a buyer's addresses are words, not links
    before = await lufs_at(preview_of(card))
    panel = await press(here, card, buttons(card, "correct")[0]["custom_id"])
    for name in ("softer", "softer", "louder"):
        panel = await rendered(here, panel, name)
    # 1. One card all along, edited, with another preview that sounds as it says
    (card,) = here.cards(order)
    assert "−1.5 dB" in words(card).replace("-", "−")
    softer = await lufs_at(preview_of(card))
    assert softer == pytest.approx(before - 1.5, abs=0.5)
    # 2. Undo leads back a step
    panel = await rendered(here, panel, "undo")
    (card,) = here.cards(order)
    softest = await lufs_at(preview_of(card))
    assert softest == pytest.approx(before - 3.0, abs=0.5)
    # 3. What is approved is what was heard, and that is what the buyer has
    (approve,) = buttons(card, "approve")
    await press(here, card, approve["custom_id"])
    parcel = await here.parcel(order, buyer)
    assert await lufs_in(parcel) == pytest.approx(-17.0, abs=0.4)
    late: Interaction = await here.operator.click(panel["channel_id"], panel["id"], fixing(panel, "louder"))
    await late.finished(PATIENCE)
    assert "is decided" in words(here.operator.message(panel["channel_id"], panel["id"]))


async def test_a_question_waits_for_its_answer_over_a_restart(here: Street, buyer: Person) -> None:
    order = await here.order(buyer)
    await here.pay(order)
    card = await here.card(order)
    form = await here.operator.click(card["channel_id"], card["id"], buttons(card, "write")[0]["custom_id"])
    assert form.modal is not None
    await here.operator.submit(form.modal, {"text": "Fade out, or stop on the beat?"})
    asked = await buyer.wait_for(lambda one: "stop on the beat" in words(one), timeout=PATIENCE)
    await here.until(lambda: "no answer yet" in words(here.cards(order)[0]))
    # The answer comes in plain words while the shop is closed
    await here.shop.kill()
    await buyer.say(asked["channel_id"], "Stop on the beat, please")
    await here.shop.open()
    answer = await here.operator.wait_for(
        lambda one: "Stop on the beat, please" in words(one) and bool(buttons(one, "write")) and one["id"] != card["id"]
        and one["channel_id"] == card["id"], timeout=PATIENCE,
    )  # fmt: skip
    assert "The buyer answers" in words(answer)
    # A preset of the take, offered to everybody
    form = await here.operator.click(card["channel_id"], card["id"], buttons(card, "keep")[0]["custom_id"])
    assert form.modal is not None
    kept = await here.operator.submit(form.modal, {"name": "Corner blues"})
    await kept.finished(PATIENCE)
    assert kept.message is not None
    await press(here, kept.message, buttons(kept.message, "offer")[0]["custom_id"])
    (choice,) = await buyer.autocomplete(here.discord.order_channel_id, "bgm", {"details": "corner"}, "details")
    said = await buyer.use(
        here.discord.order_channel_id, "bgm", options={"length": "5", "purpose": "youtube", "details": choice["value"]}
    )
    await said.finished(PATIENCE)
    assert said.message is not None
    assert "BPM" in words(said.message)
