from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.parcel import Wrapping
from bot.delivery.postman import Postman
from bot.delivery.status import Standing, StatusBoard
from bot.errors import Refused, TooLarge, TryLater, Unreachable
from bot.orders.facts import BuyerTold, HandedOver, WayClosed
from bot.orders.order import Order, State
from bot.screens import Button, Link, Screen, Tone
from bot.storage.media import Media
from tests.delivery import shop


class Desk:
    """A postman with one doorway and a book."""

    def __init__(self, folder: Path) -> None:
        self.media, self.book, self.chat = Media(folder), shop.Book(), shop.Chat()
        links = shop.links()
        wrapping = Wrapping(shop.texts(), shop.names, shop.terms(), links, self.media, 30)
        self.postman = Postman(
            {"discord": self.chat}, self.book, StatusBoard(shop.texts(), shop.names, links), wrapping
        )

    async def tell(self, order: Order, tries: int = 1) -> BuyerTold | None:
        told = await self.postman.tell_buyer(shop.job("tell_buyer", tries), self.book.put(order))
        if told is not None:
            self.book.put(replace(order, data=order.data | {"status": told.message}))
        return told

    async def parcel(self, **changes: object) -> Order:
        return replace(await shop.packed(self.media, self.book), state=State.DELIVERING, **changes)  # type: ignore[arg-type]

    def hand_over(self, order: Order, tries: int = 1) -> Awaitable[HandedOver | WayClosed | None]:
        return self.postman.hand_over(shop.job("hand_over", tries), order)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _names(screen: Screen) -> list[str]:
    return [file.name for file in screen.files]


async def test_the_buyer_has_one_status_message_that_is_edited(desk: Desk) -> None:
    fresh = shop.order(State.AWAITING_PAYMENT, version=1, data={"payment": None, "checkout": None})
    told = await desk.tell(fresh)
    assert told is not None
    place, screen, once, again = desk.chat.posted[0]
    assert (place, once, again) == ("discord:dm:884120393845276712", "status:K7Q2MXW4PD", False)
    assert screen.mark == "K7Q2MXW4PD"
    assert not any(isinstance(control, Link) for row in screen.rows for control in row)
    known = replace(
        desk.book.orders[fresh.id], version=2, data=desk.book.orders[fresh.id].data | {"checkout": {"url": "x"}}
    )
    assert await desk.tell(known) is None
    message, screen = desk.chat.edited[0]
    assert message == told.message
    assert screen.rows[0][0] == Link("결제하기", f"{shop.ADDRESS}/pay/K7Q2MXW4PD", "💳")
    assert len(desk.chat.posted) == 1


async def test_a_screen_that_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    order = shop.order(State.REVIEWING, data={"status": "discord:9/1"})
    await desk.tell(order)
    await desk.tell(order)
    assert len(desk.chat.edited) == 1


async def test_the_newest_state_is_shown_even_by_an_old_job(desk: Desk) -> None:
    desk.book.put(shop.order(State.DELIVERED, data={"status": "discord:9/1", "hand_over": {"dm": "x"}}))
    await desk.postman.tell_buyer(shop.job("tell_buyer"), shop.order(State.COMPOSING))
    assert desk.chat.edited[0][1].tone is Tone.GOOD


async def test_an_attempt_that_may_have_got_through_is_looked_for_first(desk: Desk) -> None:
    await desk.tell(shop.order(State.COMPOSING, version=1), tries=2)
    await desk.tell(shop.order(State.COMPOSING, id="M4PDK7Q2MX", version=3))
    assert [again for *_, again in desk.chat.posted] == [True, True]


async def test_a_status_message_that_was_deleted_is_posted_anew(desk: Desk) -> None:
    desk.chat.refusals = [Unreachable("gone")]
    told = await desk.tell(shop.order(State.REVIEWING, data={"status": "discord:9/1"}))
    assert told == BuyerTold("discord:884120393845276712/1")


async def test_closed_dms_are_remembered_and_nothing_is_said_in_public(desk: Desk) -> None:
    desk.chat.refusals = [Unreachable("50007")]
    assert await desk.tell(shop.order(State.COMPOSING)) == BuyerTold("")
    assert desk.chat.posted == []


async def test_money_never_goes_back_silently(desk: Desk) -> None:
    desk.chat.refusals = [Unreachable("50007")]
    await desk.tell(shop.order(State.REFUNDED))
    place, screen, once, _ = desk.chat.posted[0]
    assert (place, screen.calls, once) == ("discord:456", "discord:884120393845276712", "nudge:K7Q2MXW4PD")
    assert "/orders" in screen.text
    assert "15,000" not in screen.text


async def test_outages_are_left_to_the_queue(desk: Desk) -> None:
    desk.chat.refusals = [TryLater("503", after=3)]
    with pytest.raises(TryLater):
        await desk.tell(shop.order(State.COMPOSING))
    desk.postman.doorways = {}
    with pytest.raises(TryLater, match="'discord' is closed"):
        await desk.tell(shop.order(State.COMPOSING))


async def test_the_parcel_brings_music_licence_and_link_by_dm(desk: Desk) -> None:
    order = await desk.parcel()
    assert await desk.hand_over(order) == HandedOver("dm", "discord:884120393845276712/1")
    place, screen, once, again = desk.chat.posted[0]
    assert (place, once, again) == ("discord:dm:884120393845276712", "parcel:K7Q2MXW4PD:1", False)
    assert _names(screen) == ["calm-K7Q2.mp3", "calm-K7Q2.wav", "calm-K7Q2-licence.pdf"]
    assert all(file.path.is_file() for file in screen.files)
    link = screen.rows[0][0]
    assert isinstance(link, Link)
    assert link.url == shop.links().for_order(order)
    assert screen.mark == order.data["certificate"]["number"]
    assert "수익 창출하는 영상" in screen.text
    assert "/orders" in screen.text
    assert any("인공지능(AI)" in value for _, value in screen.facts)
    assert Button("문의하기", f"bgm:ask:{order.id}", emoji="💬") in screen.rows[0]
    assert max(len(row) for row in screen.rows) <= 5


async def test_what_is_too_large_is_left_out_until_it_fits(desk: Desk) -> None:
    order = await desk.parcel()
    desk.chat.refusals = [TooLarge("413"), TooLarge("413")]
    await desk.hand_over(order)
    assert _names(desk.chat.posted[0][1]) == ["calm-K7Q2-licence.pdf"]
    desk.chat.refusals = [TooLarge("40005", limit=150_000)]
    await desk.hand_over(order)
    assert _names(desk.chat.posted[1][1]) == ["calm-K7Q2.mp3", "calm-K7Q2-licence.pdf"]
    desk.chat.refusals = [TooLarge("413")] * 3
    await desk.hand_over(order)
    assert desk.chat.posted[2][1].files == ()
    assert "아래 버튼" in desk.chat.posted[2][1].text


async def test_a_known_limit_is_respected_without_asking(desk: Desk) -> None:
    desk.postman.upload_limit = {"discord": 150_000}
    await desk.hand_over(await desk.parcel())
    assert _names(desk.chat.posted[0][1]) == ["calm-K7Q2.mp3", "calm-K7Q2-licence.pdf"]


IN_A_CHANNEL = "discord:channel:456"


async def test_with_closed_dms_a_private_thread_comes_next(desk: Desk) -> None:
    order = await desk.parcel(place=IN_A_CHANNEL)
    desk.chat.refusals = [Unreachable("50007")]
    assert await desk.hand_over(order) == WayClosed("dm", "closed")
    assert desk.chat.posted == []
    handed = await desk.postman.hand_over_thread(shop.job("hand_over_thread", 2), order)
    assert handed == HandedOver("thread", "discord:884120393845276712/1")
    place, screen, once, again = desk.chat.posted[0]
    assert (place, once, again) == (
        "discord:thread:456:884120393845276712", "parcel:K7Q2MXW4PD:1:thread", True,
    )  # fmt: skip
    assert screen.calls == order.customer
    assert _names(screen) == ["calm-K7Q2.mp3", "calm-K7Q2.wav", "calm-K7Q2-licence.pdf"]


@pytest.mark.parametrize("refusal", [Unreachable("channel deleted"), Refused("no permission")])
async def test_where_threads_are_not_allowed_the_buyer_is_called_with_a_button(desk: Desk, refusal: Exception) -> None:
    order = await desk.parcel(place=IN_A_CHANNEL)
    desk.chat.refusals = [refusal]
    closed = await desk.postman.hand_over_thread(shop.job("hand_over_thread"), order)
    assert closed == WayClosed("thread", "closed" if isinstance(refusal, Unreachable) else "refused")
    assert await desk.postman.hand_over_claim(shop.job("hand_over_claim"), order) == HandedOver(
        "claim", "discord:456/1"
    )
    place, screen, once, _ = desk.chat.posted[0]
    assert (place, once) == (IN_A_CHANNEL, "claim:K7Q2MXW4PD:1")
    assert screen.calls == order.customer
    assert screen.files == ()
    assert "/d/" not in screen.text
    (button,) = screen.rows[0]
    assert isinstance(button, Button)
    assert button.data == "bgm:claim:K7Q2MXW4PD"


@pytest.mark.parametrize("place", ["", "discord:dm:884120393845276712", "telegram:channel:5"])
async def test_what_was_not_ordered_in_a_channel_has_no_thread(desk: Desk, place: str) -> None:
    order = await desk.parcel(place=place)
    assert await desk.postman.hand_over_thread(shop.job("hand_over_thread"), order) == WayClosed("thread", "closed")
    if not place.startswith("telegram"):
        assert await desk.postman.hand_over_claim(shop.job("hand_over_claim"), order) == WayClosed("claim", "closed")
    assert desk.chat.posted == []


async def test_without_a_mail_server_or_an_address_e_mail_is_no_way(desk: Desk) -> None:
    order = await desk.parcel()
    assert await desk.postman.hand_over_mail(shop.job("hand_over_mail"), order) == WayClosed("mail", "no address")


async def test_an_outage_while_handing_over_is_no_reason_to_go_public(desk: Desk) -> None:
    order = await desk.parcel()
    desk.chat.refusals = [TryLater("429", after=1)]
    with pytest.raises(TryLater):
        await desk.hand_over(order)
    assert desk.chat.posted == []


async def test_nothing_is_handed_over_once_the_money_is_on_its_way_back(desk: Desk) -> None:
    order = replace(await desk.parcel(), state=State.REFUNDING)
    assert await desk.hand_over(order) is None
    assert desk.chat.posted == []


async def test_progress_is_shown_once_and_never_over_a_newer_state(desk: Desk) -> None:
    desk.book.put(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    await desk.postman.show_progress("K7Q2MXW4PD", Standing(0.4))
    await desk.postman.show_progress("K7Q2MXW4PD", Standing(0.4))
    assert len(desk.chat.edited) == 1
    assert "▰▰▰▰▱▱▱▱▱▱ 40 %" in desk.chat.edited[0][1].text
    desk.book.put(shop.order(State.REVIEWING, data={"status": "discord:9/1"}))
    await desk.postman.show_progress("K7Q2MXW4PD", Standing(0.9))
    assert len(desk.chat.edited) == 1
    desk.book.put(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    desk.chat.refusals = [TryLater("429")]
    await desk.postman.show_progress("K7Q2MXW4PD", Standing(0.6))
    await desk.postman.show_progress("unknown", Standing(0.6))


async def test_nothing_is_handed_over_while_the_bank_questions_the_payment(desk: Desk) -> None:
    order = await desk.parcel()
    own = order.data["payment"]["payment"]
    held = replace(order, data=order.data | {"disputes": {"du_1": {"payment": own, "standing": "open"}}})
    assert await desk.hand_over(held) is None
    assert desk.chat.posted == []


async def test_answers_with_a_pay_button_show_how_the_order_stands_once_it_is_paid(desk: Desk) -> None:
    note = {"messages": {"discord:answer:1/token/@original": "2026-11-22T12:15:00+00:00", "discord:9/5": ""}}
    desk.book.notes["to-pay:K7Q2MXW4PD"] = note
    waiting = shop.order(State.AWAITING_PAYMENT, data={"status": "discord:9/1", "checkout": {"url": "x"}})
    await desk.tell(waiting)
    assert [message for message, _ in desk.chat.edited] == ["discord:9/1"]
    await desk.tell(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    (_, status), *answers = desk.chat.edited[1:]
    assert [message for message, _ in answers] == list(note["messages"])
    for _, screen in answers:
        assert (screen.text, screen.title) == (status.text, status.title)
        assert [control.data for row in screen.rows for control in row if isinstance(control, Button)] == [
            "bgm:order:K7Q2MXW4PD"
        ]
    await desk.tell(shop.order(State.REVIEWING, data={"status": "discord:9/1"}))
    assert len(desk.chat.edited) == 5
