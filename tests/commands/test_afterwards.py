"""What a buyer comes back for: their parcel, a claim kit, the files by e-mail, another name on the licence."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.commands.said import data
from bot.delivery.mail import read_address
from bot.errors import BadInput, NotAllowed, NotFound
from bot.orders.facts import Certified
from bot.orders.order import Order
from bot.screens import Button, File, Screen, Select
from tests.commands.shop import BUYER, OPERATOR, Shop, shown
from tests.orders.example import TO_DELIVERED, new_order


@dataclass
class Counter:
    """A delivery room that hands out what it is told to."""

    mails: bool = True
    handed: list[str] = field(default_factory=list)

    async def parcel(self, order: Order) -> Screen:
        self.handed.append(order.id)
        return Screen("parcel")

    def platforms(self, locale: str) -> tuple[tuple[str, str], ...]:
        return (("youtube", "YouTube"), ("twitch", "Twitch"))

    async def kit(self, order: Order) -> File:
        return File(Path("kit.zip"), "kit.zip")

    async def dispute(self, order: Order, platform: str, locale: str) -> tuple[str, str]:
        return f"steps for {platform}", "please release the claim"

    def read_address(self, typed: str) -> str:
        return read_address(typed)


async def delivered(shop: Shop) -> tuple[Shop, Order, Counter]:
    counter = Counter()
    with_counter = replace(shop, services=replace(shop.services, deliveries=counter))  # type: ignore[arg-type]
    order = await shop.book.place(replace(new_order(), customer=BUYER.id), by=BUYER.id, key="k")
    return with_counter, await shop.told(order, *TO_DELIVERED), counter


async def test_the_parcel_is_handed_to_its_buyer_alone_and_the_operator_learns_it(shop: Shop) -> None:
    shop, order, counter = await delivered(shop)
    with pytest.raises(NotAllowed):
        await shop.press(OPERATOR, data("claim", order.id))
    assert counter.handed == []
    assert (await shop.press(BUYER, data("claim", order.id))).title == "parcel"
    assert "claimed" in (await shop.book.get(order.id)).data["hand_over"]


async def test_the_kit_comes_with_a_list_of_platforms_and_their_texts(shop: Shop) -> None:
    shop, order, _ = await delivered(shop)
    screen = await shop.press(BUYER, data("kit", order.id))
    assert [file.name for file in screen.files] == ["kit.zip"]
    (select,) = [control for row in screen.rows for control in row if isinstance(control, Select)]
    text = await shop.press(BUYER, select.data, "twitch")
    assert "please release the claim" in text.text
    assert "steps for twitch" in text.text


async def test_an_address_is_asked_for_once_kept_and_forgotten_on_wish(shop: Shop) -> None:
    shop, order, _ = await delivered(shop)
    form = await shop.form(BUYER, data("mail", order.id))
    with pytest.raises(BadInput):
        await shop.submit(BUYER, form, address="nowhere")
    sent = await shop.submit(BUYER, form, address=" Mina@Example.com ")
    assert "Mina@example.com" in shown(sent)
    assert await shop.book.recall(f"mail:{BUYER.id}") == {"address": "Mina@example.com"}
    assert "Mina@example.com" in shown(await shop.press(BUYER, data("mail", order.id)))
    again = await shop.form(BUYER, data("mailform", order.id))
    assert again.fields[0].value == "Mina@example.com"
    await shop.submit(BUYER, again, address="")
    assert not await shop.book.recall(f"mail:{BUYER.id}")
    kinds = [event.kind for event in await shop.book.journal(order.id)]
    assert "MailAsked" in kinds
    assert not any("example.com" in str(event.data) for event in await shop.book.journal(order.id))


async def test_without_a_mail_server_e_mail_is_not_offered(shop: Shop) -> None:
    shop, order, counter = await delivered(shop)
    counter.mails = False
    screen = await shop.press(BUYER, data("order", order.id))
    labels = [control.data for row in screen.rows for control in row if isinstance(control, Button)]
    assert data("kit", order.id) in labels
    assert data("mail", order.id) not in labels
    with pytest.raises(NotFound):
        await shop.form(BUYER, data("mail", order.id))


async def test_a_name_is_corrected_three_times_and_then_the_operator_is_asked(shop: Shop) -> None:
    shop, order, _ = await delivered(shop)
    for number in range(3):
        form = await shop.form(BUYER, data("licensee", order.id))
        await shop.submit(BUYER, form, name=f"Name {number}")
        current = await shop.book.get(order.id)
        assert current.data["licensee"] == {"name": f"Name {number}"}
        await shop.told(current, Certified(f"BGM-2222{number + 2}-22222", {}))
    form = await shop.form(BUYER, data("licensee", order.id))
    with pytest.raises(BadInput):
        await shop.submit(BUYER, form, name="Name 4")
    replaced = (await shop.book.get(order.id)).data["replaced"]
    assert len(replaced) == 3
