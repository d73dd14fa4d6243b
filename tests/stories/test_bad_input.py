"""Bad input: absurd, empty, far too long, hostile, somebody else's. Clear answers, and nothing is lost."""

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import aiohttp
import pypdf
import pytest

from bot.delivery.keys import open_keys
from bot.delivery.links import Links
from bot.orders.order import Order
from bot.sandbox.discord import ClientRefusal, Person
from tests.stories.street import Message, Street, buttons, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

SORRY = "Something went wrong on our side"
HOSTILE = (
    "@everyone @here <@{operator}> <#{channel}> [free money](https://evil.example) `code` **loud** ||hidden||\n"
    '# headline\n> quote\n<script>alert(1)</script> #read("/etc/passwd") $x$ #pagebreak() \\u{{202e}} \u202e'
    " {{ $order }}"
)


async def page(here: Street, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as web, web.get(here.shop.address + path, allow_redirects=False) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    "length", ["0", "-30", "4", "601", "9" * 400, "1:99", "1e400", "nan", "∞", "half", "🎵", "30; drop table orders"]
)
async def test_an_absurd_length_is_asked_for_again(here: Street, buyer: Person, length: str) -> None:
    asked = await here.summary(buyer, length=length)
    assert "⚠️" in words(asked)
    assert SORRY not in words(asked)
    assert not buttons(asked, "place")
    # What else was answered is kept: with a length that can be made it goes on to the summary
    fit = next(one for one in buttons(asked, "length") if one["custom_id"].endswith(":30"))
    said = await buyer.click(asked["channel_id"], asked["id"], fit["custom_id"])
    assert said.message is not None
    assert buttons(said.message, "place"), words(said.message)
    assert "for a quiet street" in words(said.message)


async def test_details_may_be_empty_and_may_be_far_too_long(here: Street, buyer: Person) -> None:
    channel = here.discord.order_channel_id
    said = await buyer.use(channel, "bgm", options={"mood": "calm", "length": "5", "purpose": "youtube"})
    assert said.message is not None
    (form,) = buttons(said.message, "form")
    # Discord's client lets nobody send more than fits, and the program would not take it either
    opened = await buyer.click(channel, said.message["id"], form["custom_id"])
    assert opened.modal is not None
    with pytest.raises(ClientRefusal):
        await buyer.submit(opened.modal, {"details": "x" * 10_000})
    with pytest.raises(ClientRefusal):
        await buyer.use(channel, "bgm", options={"details": "x" * 10_000})
    typed = await here.summary(buyer, details="y" * 6_000)
    assert "6000" in words(typed).replace(",", "")
    assert not buttons(typed, "place")
    # A thousand characters fit, and nothing at all is an answer too
    assert buttons(await here.summary(buyer, details="z" * 1_000), "place")
    said = await buyer.use(channel, "bgm", options={"mood": "calm", "length": "5", "purpose": "youtube"})
    assert said.message is not None
    (skip,) = [one for one in buttons(said.message, "details") if one["custom_id"].endswith(":go")]
    summary = await buyer.click(channel, said.message["id"], skip["custom_id"])
    assert summary.message is not None
    assert buttons(summary.message, "place")


async def test_hostile_words_are_only_words_wherever_they_appear(here: Street) -> None:
    buyer = await here.discord.add_person("*Eve* @everyone #evil()")
    details = HOSTILE.format(operator=here.discord.operator_id, channel=here.discord.order_channel_id)
    summary = await here.summary(buyer, details=details)
    order = await here.placed(summary, buyer)
    await here.pay(order)
    card = await here.card(order)
    await here.react(card, "1️⃣")
    parcel = await here.parcel(order, buyer)
    status = await here.status(order, "with you", buyer)
    for message in (summary, card, parcel, status):
        assert_harmless(message)
    assert "free money" in words(card)
    # The licence and the page say it as text
    urls = {one["filename"].rpartition(".")[2]: one["url"] for one in parcel["attachments"]}
    async with aiohttp.ClientSession() as web, web.get(urls["pdf"]) as answer:
        licence = pypdf.PdfReader(io.BytesIO(await answer.read()))
    printed = "\n".join(sheet.extract_text() for sheet in licence.pages)
    assert "root:" not in printed
    assert f"Holder of the Discord account {buyer.id}" in " ".join(printed.split())
    (link,) = [one["url"] for one in buttons(parcel) if "url" in one]
    status_code, html = await page(here, link.removeprefix(here.shop.address))
    assert status_code == 200
    assert "<script>alert" not in html


def assert_harmless(message: Message) -> None:
    """Nothing of a message calls, links or formats what its buyer wrote."""
    assert not message["mention_everyone"]
    assert not message["mentions"]
    said = words(message)
    assert "@everyone" not in said
    assert "@here" not in said
    assert "<@" not in said.replace("\\<", "")
    assert "](" not in said.replace("\\]", "").replace("\\[", "")
    assert "**loud**" not in said
    assert "||hidden||" not in said


async def test_the_listening_channel_takes_no_orders(here: Street) -> None:
    said = await here.operator.use(here.discord.review_channel_id, "bgm", options={"mood": "calm"})
    assert said.message is not None
    assert said.ephemeral
    assert "any other channel" in words(said.message)
    assert not buttons(said.message, "place")


async def test_a_strangers_buttons_move_nothing(here: Street, buyer: Person) -> None:
    order = await here.order(buyer)
    await here.pay(order)
    card = await here.card(order)
    stranger, channel = here.stranger, here.discord.order_channel_id
    own = (await stranger.use(channel, "help")).message
    assert own is not None
    other = "other"
    for custom_id in (
        f"bgm:cancel:{order}", f"bgm:order:{order}", f"bgm:reorder:{order}", f"bgm:look:{order}:new",
        f"bgm:retry:{order}", f"bgm:refund:{order}", f"bgm:approve:{order}:1.1", f"bgm:again:{order}:1",
        f"bgm:reject:{order}:1", f"bgm:approve:{order}:{'9' * 50}.{'9' * 20}", f"bgm:place:{order}:1KRW",
        f"bgm:orders:all:{'9' * 40}", "bgm:orders:all:-1", "bgm:order:../../etc/passwd", "bgm:order:",
        f"bgm:{other}:{order}", f"bgm:mood:{order}:calm", "bgm:go:x:y:z", "bgm:form:x:nothing",
    ):  # fmt: skip
        said = await here.forged_press(stranger, own, custom_id)
        assert said.acknowledged, (custom_id, said.error)
        assert said.message is not None, custom_id
        assert SORRY not in words(said.message), custom_id
        assert order not in words(said.message), custom_id
    # Nothing has happened to it
    await here.react(await here.card(order), "1️⃣")
    await here.parcel(order, buyer)
    assert len(here.cards(order)) == 1
    assert footer_of(card) == f"{order}/1"


def footer_of(card: Message) -> str:
    return str(card["embeds"][0]["footer"]["text"])


async def test_expired_forged_and_foreign_links_are_answered_clearly(here: Street, buyer: Person) -> None:
    order = await here.order(buyer)
    await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    parcel = await here.parcel(order, buyer)
    (link,) = [one["url"] for one in buttons(parcel) if "url" in one]
    token = link.rpartition("/")[2]
    assert (await page(here, f"/d/{token}"))[0] == 200
    # Forged: any other character, cut off, too long, not a token at all
    flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    for wrong in (flipped, token[:-1], token + "A", "x" * 5_000, "..%2f..%2fetc%2fpasswd", "%00", "-"):
        status, html = await page(here, f"/d/{wrong}")
        assert status == 404, wrong
        assert "There is no such page" in html
    for name in ("../shop.sqlite3", "..%2f..%2fshop.sqlite3", "raw.flac", "take.json"):
        assert (await page(here, f"/d/{token}/{name}"))[0] == 404, name
    # Expired, and one made out to somebody else: signed with the shop's own key
    keys = open_keys(here.shop.folder / "data")
    earlier = Links(keys, here.shop.address, 30, lambda: datetime.now(UTC) - timedelta(days=31))
    now = Links(keys, here.shop.address, 30)
    mine = cast(Order, SimpleNamespace(id=order, customer=f"discord:{buyer.id}"))
    theirs = cast(Order, SimpleNamespace(id=order, customer=f"discord:{here.stranger.id}"))
    status, html = await page(here, f"/d/{earlier.token(mine)}")
    assert status == 410
    assert "This link has expired" in html
    assert (await page(here, f"/d/{now.token(theirs)}"))[0] == 404
    assert (await page(here, f"/d/{now.token(mine)}"))[0] == 200
    # Paying for what is paid, and for what was never ordered
    assert "already paid" in (await page(here, f"/pay/{order}"))[1]
    for unknown in ("2222222222", "x", "..%2f", order.lower()):
        assert (await page(here, f"/pay/{unknown}"))[0] == 404
