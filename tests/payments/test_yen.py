"""A shop that sells in yen, which have no smaller unit: what is read, paid, booked and sent back is the same sum."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.record import written
from bot.delivery.terms import load_terms
from bot.ledger import lines
from bot.orders.brief import Brief
from bot.orders.discounts import Coupon, Discounts, Kind, with_coupon, with_credit
from bot.orders.facts import Fact, RefundAsked
from bot.orders.ledger import Kind as Moved
from bot.orders.order import State
from bot.orders.pricing import Money, Price, quote, read_amount
from bot.sandbox.stripe import StripeWorld, disputes
from bot.settings.files import default_folder
from bot.settings.prices import Prices, load_prices
from bot.storage.database import Database
from bot.storage.ledger import Ledger
from bot.texts import Texts
from tests.payments.conftest import Clock, Till, opened_till

EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
YEN = """
currency = "JPY"
purposes = { youtube = 1.0, ad = 2.5 }
[currencies.JPY]
lengths = { 30 = 980, 60 = 1650 }
further_minute = 650
round_to = 10
extras = { loop = 330 }
revision = 440
[stars]
of = "JPY"
rate = 0.5
"""


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    (tmp_path / "prices.toml").write_text(YEN, "utf-8")
    return load_prices([default_folder(), tmp_path])


async def paid(till: Till, price: Price) -> tuple[str, str]:
    order = (await till.priced(price)).id
    await till.work("open_checkout")
    session = (await till.book.get(order)).data["checkout"]["reference"]
    await till.world.pay(session)
    await till.reconciler.poll("stripe")
    return order, session


async def test_from_the_price_list_to_the_refund_it_is_the_same_sum(
    world: StripeWorld, database: Database, clock: Clock, prices: Prices
) -> None:
    price = quote(Brief("calm", 60, "ad", loop=True), prices.price_list())
    assert price.total == Money(4460, "JPY")  # 1,650 x 2.5 = 4,125, rounded to 4,130, and 330 for the loop
    texts = Texts([default_folder()])
    assert (texts.money("en", price.total), texts.money("ko", price.total)) == ("¥4,460", "JP¥4,460")
    assert written(price.total, load_terms([default_folder()]), "en") == "¥4,460"
    async with opened_till(world, database, clock, tax=True) as till:
        order, session = await paid(till, price)
        assert (world.session(session)["amount_total"], world.session(session)["currency"]) == (4460, "jpy")
        assert await till.state(order) is State.COMPOSING
        await till.reconciler.compare("stripe")
        ledger = Ledger(database)
        tax = world.session(session)["total_details"]["amount_tax"]
        assert await ledger.taxes(*EVER) == {"JPY": tax}
        # a third of it is lost in a dispute, and the rest goes back: to the last yen
        intent = world.books.get("payment_intent", world.session(session)["payment_intent"])
        dispute = disputes.open_dispute(world.books, intent, "general", inquiry=False, amount=1487)
        disputes.settle(world.books, dispute, won=False)
        await till.reconciler.poll("stripe")
        await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
        await till.work("refund")
        assert [(one["amount"], one["currency"]) for one in world.refunds] == [(2973, "jpy")]
        assert await till.state(order) is State.REFUNDED
        sums = (await ledger.totals(*EVER))["JPY"]
        assert (sums[Moved.PAYMENT], sums[Moved.DISPUTE], sums[Moved.REFUND]) == (4460, -1487, -2973)
        csv = lines(await ledger.between(*EVER), ZoneInfo("Asia/Tokyo"), {})
        moved = [line.split(",")[6] for line in csv.splitlines()[1:] if ",fee," not in line]
        assert moved == ["4460", "-1487", "-2973"]


def test_discounts_leave_whole_yen_and_nothing_too_small_to_be_paid(prices: Prices) -> None:
    price = quote(Brief("calm", 30, "youtube"), prices.price_list())
    cheaper, used = with_coupon(price, Coupon("A", Kind.PERCENT, 33), datetime.now(UTC))
    assert (cheaper.total.amount, used.coupon) == (657, 323)  # 323.4 yen
    assert with_credit(price, Discounts(), 960)[0].total == Money(50, "JPY")
    assert with_coupon(price, Coupon("B", Kind.PERCENT, 99), datetime.now(UTC))[0].total.amount == 0


def test_stars_are_worth_so_many_yen(prices: Prices) -> None:
    assert quote(Brief("calm", 30, "youtube"), prices.price_list("XTR")).total == Money(490, "XTR")


@pytest.mark.parametrize("typed", ["1500", "1,500", "¥1,500", "\uffe51,500", "1500円", "1500 JPY"])
def test_yen_are_read_as_people_write_them(typed: str) -> None:
    assert read_amount(typed, "JPY") == Money(1500, "JPY")
