"""After the delivery, on Discord: changed for nothing and then for money, kept, asked back, taken along, forgotten."""

import io
import json
import re
import zipfile

import aiohttp
import pytest

from bot.sandbox.discord import Interaction, Person
from bot.sandbox.discord.client import ClientRefusal
from tests.stories.street import Message, Street, buttons, footer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORDER = re.compile(r"\b[2-9A-HJ-NP-Z]{10}\b")


async def fetched(url: str) -> bytes:
    async with aiohttp.ClientSession() as web, web.get(url) as answer:
        answer.raise_for_status()
        return await answer.read()


def shown(said: Interaction) -> Message:
    assert said.message is not None, said
    return said.message


async def press(person: Person, message: Message, verb: str, arg: str = "") -> Interaction:
    """Press the button of that verb (and argument)."""
    (button,) = [one for one in buttons(message, verb) if not arg or one["custom_id"].endswith(f":{arg}")]
    return await person.click(message["channel_id"], message["id"], button["custom_id"])


async def delivered(here: Street, buyer: Person, order: str, phrase: str = "with you") -> Message:
    """Approve the order's take and return its parcel once the shop knows that it has arrived."""
    await here.react(await here.card(order), "1️⃣")
    parcel = await here.parcel(order, buyer)
    await here.status(order, phrase, buyer)
    return parcel


async def confirmed(buyer: Person, summary: Message) -> str:
    """Confirm the summary of a change; returns the new order."""
    found = ORDER.search(words(shown(await press(buyer, summary, "revised"))))
    assert found
    return found[0]


def certificate(parcel: Message) -> str:
    return footer(parcel)


async def one_order(here: Street, buyer: Person, order: str) -> Message:
    """Type /orders, choose one and return its screen."""
    listed = shown(await buyer.use(here.discord.order_channel_id, "orders"))
    (choose,) = [one for row in listed["components"] for one in row["components"] if one["type"] == 3]
    return shown(await buyer.choose(listed["channel_id"], listed["id"], choose["custom_id"], [order]))


async def test_a_piece_is_changed_kept_asked_back_and_forgotten(here: Street, buyer: Person) -> None:
    # 1. Delivered; one press shows what would change and what is left, another places it, a third changes nothing
    order = await here.order(buyer, details="for a quiet street, quite secret")
    await here.pay(order)
    parcel = await delivered(here, buyer, order)
    summary = shown(await press(buyer, parcel, "revise", "calmer"))
    for part in ("Calmer", order, "Free", "one free change is left"):
        assert part in words(summary)
    calmer = await confirmed(buyer, summary)
    again = await here.forged_press(buyer, parcel, buttons(summary, "revised")[0]["custom_id"])
    assert calmer in words(shown(again))

    # 2. The operator's card says what it is; its parcel has a certificate of its own; the first stays as it was
    card = await here.card(calmer)
    assert f"Revision of {order}: Calmer" in words(card)
    assert "Composed anew" not in words(card)
    changed = await delivered(here, buyer, calmer)
    assert certificate(changed) != certificate(parcel)
    assert len(here.cards(calmer)) == 1
    assert [one["id"] for one in here.parcels(order, buyer)] == [parcel["id"]]

    # 3. In own words, from the button of the first parcel; what was understood is shown before it is placed
    form = await press(buyer, parcel, "rewrite")
    assert form.modal is not None
    summary = shown(await buyer.submit(form.modal, {"words": "slower and no drums, 8 seconds long"}))
    for part in ("Slower", "No drums", "5 s → 8 s", "none is left"):
        assert part in words(summary)
    worded = await confirmed(buyer, summary)
    await delivered(here, buyer, worded)

    # 4. The third costs money, a change of a change too; it is called off unpaid
    summary = shown(await press(buyer, changed, "revise", "fewer_drums"))
    assert "₩4,000" in words(summary)
    paid = shown(await press(buyer, summary, "revised"))
    assert any("/pay/" in one.get("url", "") for one in buttons(paid))
    third = ORDER.search(words(paid))
    assert third
    await here.session(third[0])
    await press(buyer, await one_order(here, buyer, third[0]), "cancel")

    # 5. A star, and the wish for a refund, which the operator declines with words that reach the buyer
    screen = await one_order(here, buyer, order)
    screen = shown(await press(buyer, screen, "favourite"))
    listed = shown(await buyer.use(here.discord.order_channel_id, "orders"))
    stars = shown(await press(buyer, listed, "favourites"))
    assert order in str(stars["components"])
    assert worded not in str(stars["components"])
    form = await press(buyer, screen, "wish")
    assert form.modal is not None
    await buyer.submit(form.modal, {"reason": "It does not fit my quite secret film"})
    alert = await here.operator.wait_for(
        lambda message: "asks for the money back" in words(message) and order in words(message),
        channel_id=here.discord.review_channel_id, timeout=60,
    )  # fmt: skip
    assert "₩9,000" in words(alert)
    form = await press(here.operator, alert, "decline")
    assert form.modal is not None
    await here.operator.submit(form.modal, {"text": "Two changes were free; tell us what is missing."})
    await buyer.wait_for(lambda message: "tell us what is missing" in words(message), timeout=60)
    late = await here.operator.click(alert["channel_id"], alert["id"], f"bgm:decline:{order}")
    assert "answered already" in words(shown(late))

    # 6. Everything that is stored, as a file; then forgotten, after being asked once more
    data = await exported(here, buyer)
    assert {entry["id"] for entry in data["orders"]} == {order, calmer, worded, third[0]}
    assert "quite secret" in json.dumps(data)
    page = shown(await buyer.use(here.discord.order_channel_id, "privacy"))
    asked = shown(await press(buyer, page, "erase"))
    assert "stays provable" in words(asked)
    done = shown(await press(buyer, asked, "erasenow"))
    assert "deleted" in words(done)
    data = await exported(here, buyer)
    for secret in ("quite secret", "no drums, 8 seconds", "tell us what is missing", f'"{buyer.name}"'):
        assert secret not in json.dumps(data, ensure_ascii=False)
    assert {entry["id"] for entry in data["orders"]} >= {order, calmer, worded}
    await here.until(lambda: "quite secret" not in words(here.cards(order)[0]))
    assert any("/d/" in one.get("url", "") for one in buttons(await one_order(here, buyer, order)))


async def exported(here: Street, buyer: Person) -> dict[str, list[dict[str, str]]]:
    """Ask for everything by /privacy and return what came by direct message."""
    before = {message["id"] for message in await exports(buyer)}
    page = shown(await buyer.use(here.discord.order_channel_id, "privacy"))
    said = shown(await press(buyer, page, "export"))
    assert "direct messages" in words(said)
    (letter,) = [message for message in await exports(buyer) if message["id"] not in before]
    with zipfile.ZipFile(io.BytesIO(await fetched(letter["attachments"][0]["url"]))) as archive:
        assert "files.json" in archive.namelist()
        found: dict[str, list[dict[str, str]]] = json.loads(archive.read("data.json"))
    return found


async def exports(buyer: Person) -> list[Message]:
    return [
        message for channel in buyer.channels() for message in buyer.messages(channel["id"])
        if any(one["filename"].endswith(".zip") for one in message["attachments"])
    ]  # fmt: skip


async def test_in_korean_and_what_a_tampered_client_sends(here: Street, buyer: Person) -> None:
    buyer.set_locale("ko")
    order = await here.order(buyer, details="비 오는 창가")
    await here.pay(order)
    parcel = await delivered(here, buyer, order, "음악을 보내 드렸어요")
    summary = shown(await press(buyer, parcel, "revise", "longer"))
    for part in ("더 길게", "5초 → 8초", "무료"):
        assert part in words(summary)
    dm = await here.stranger.open_dm()
    note = shown(await here.stranger.use(here.discord.order_channel_id, "help"))
    assert dm
    for custom_id in (
        f"bgm:revise:{order}:calmer", f"bgm:rewrite:{order}", buttons(summary, "revised")[0]["custom_id"],
        f"bgm:wish:{order}", f"bgm:favourite:{order}:on", f"bgm:decline:{order}",
    ):  # fmt: skip
        said = await here.forged_press(here.stranger, note, custom_id)
        assert said.modal is None
        assert said.message is not None
        assert order not in words(said.message)
    form = await press(buyer, parcel, "rewrite")
    assert form.modal is not None
    with pytest.raises(ClientRefusal):
        await buyer.submit(form.modal, {"words": "느리게 " * 400})
    assert "적어 주세요" in words(shown(await buyer.submit(form.modal, {"words": "   "})))
    assert here.cards(order)
    assert (
        len({footer(card) for card in here.operator.messages(here.discord.review_channel_id) if order in words(card)})
        == 1
    )
