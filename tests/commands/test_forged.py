"""Controls that nobody was shown: a chat's client can be made to send any verb, target and argument it likes.

Every verb is pressed and submitted with another person's order and with arguments no screen of ours writes.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.chat.answers import answer
from bot.commands import again
from bot.commands.listen import FORMS, PRESSES
from bot.commands.said import Person, Press, Reply, Submitted
from bot.errors import NotFound, ShopError
from bot.orders.facts import TakesReady
from bot.orders.order import Order
from bot.review.verdicts import Kind
from bot.screens import File
from tests.commands.shop import BUYER, HALL, KOREAN, OPERATOR, REVIEW, Shop, new_key, open_shop, shown
from tests.commands.test_afterwards import Counter
from tests.commands.test_privacy import Office
from tests.commands.test_transfers import Said
from tests.orders.example import TO_DELIVERED, new_order, opened, paid
from tests.review.takes import takes

OPERATORS = {
    *("look", "stats", "retry", "refund", "decline", "transfer", "came", "newcoupon", "endcoupon", "newcredit"),
    *("correct", "fix", "keep", "preset", "rename", "offer", "unkeep", "write"),
    *Kind, again.VERB,
}  # fmt: skip
"""Whatever runs the shop. A verb that is new is a buyer's unless it stands here."""
VERBS = (*sorted({*PRESSES, *FORMS} - {"refund"}), again.VERB, "refund", *Kind)
"""What ends the order's round comes last."""
ARGS = (
    *("", "1", "1.1", "1.1.99", "0.0", "²", "１.１", "-1", "9" * 30, "1.1.lufs:-9", "1.2.fade-in"),
    *("../../x", "a.b.c", "😀" * 15, "yes"),
)
VALUES = ((), ("9" * 30,), ("😀",))
FIELDS = dict.fromkeys(("text", "reason", "amount", "name", "take", "code", "tempo", "mood", "words"), "٣" * 30)
SECRET = "rain on the roof of my secret project"


@dataclass
class Delivery(Counter):
    """A delivery room that has papers of what was delivered."""

    async def certificate(self, order: Order) -> File:
        if "certificate" not in order.data:
            raise NotFound("no certificate")
        return File(Path("licence.pdf"), "licence.pdf")

    async def kit(self, order: Order) -> File:
        await self.certificate(order)
        return await super().kit(order)


@dataclass
class Street:
    """A shop with a delivered and a judged order of one buyer's, and everything a verb may need."""

    shop: Shop
    orders: tuple[Order, Order]

    async def forge(self, person: Person, verb: str, target: str, arg: str, values: tuple[str, ...]) -> str:
        """Press and submit; return what was shown. Only the shop's own errors may come of it."""
        read = ""
        place = REVIEW if person.operator else HALL
        for said in (
            Press(verb, target, arg, values, "discord:600/1", place, new_key()),
            Submitted(verb, target, arg, FIELDS, "discord:600/1", place, new_key()),
        ):
            try:
                answered = await answer(self.shop.services, person, said)
            except ShopError as error:
                read += self.shop.services.texts.error(person.locale, error)
            else:
                read += shown(answered.screen) if isinstance(answered, Reply) else str(answered)
        return read


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with open_shop(tmp_path, deliveries=Delivery(), privacy=Office(tmp_path), transfers=Said()) as shop:
        orders: list[Order] = []
        for facts in ((opened(), paid()), TO_DELIVERED):
            new = replace(new_order(), id=f"ORDER{len(orders)}", customer=BUYER.id)
            new = replace(new, brief=new.brief.but(details=SECRET))
            order = await shop.book.place(new, by=BUYER.id, key=new.id)
            more = () if facts is TO_DELIVERED else (TakesReady(1, takes(order.id)),)
            orders.append(await shop.told(order, *facts, *more))
        yield Street(shop, (orders[0], orders[1]))


async def test_nobody_moves_or_reads_what_is_anothers(street: Street) -> None:
    for order in street.orders:
        before = await street.shop.book.journal(order.id)
        for verb in VERBS:
            for arg in ("", "1", "1.1", "yes", order.id):
                read = await street.forge(KOREAN, verb, order.id, arg, (order.id,))
                assert SECRET not in read, (verb, arg)
        assert await street.shop.book.get(order.id) == order
        assert await street.shop.book.journal(order.id) == before


@pytest.mark.parametrize("person", [BUYER, OPERATOR], ids=["buyer", "operator"])
async def test_what_no_screen_wrote_is_an_error_with_a_sentence(street: Street, person: Person) -> None:
    for verb in VERBS:
        for order in street.orders:
            for arg in ARGS:
                await street.forge(person, verb, order.id, arg, VALUES[len(arg) % 3])


async def test_what_runs_the_shop_is_refused_before_anything_else(street: Street) -> None:
    say = street.shop.services.texts.say
    told, outdated = (say(BUYER.locale, key) for key in ("error-operators-only", "error-outdated-control"))
    for verb in OPERATORS:
        reads = [await street.forge(BUYER, verb, street.orders[0].id, arg, ()) for arg in ("1", "1.1", "came", "yes")]
        assert all(not read.replace(told, "").replace(outdated, "") for read in reads), (verb, reads)
        assert any(told in read for read in reads), verb
