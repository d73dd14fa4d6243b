"""Currencies that Stripe counts in hundredths and charges whole: every sum can be charged as shown, and sent back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import BadInput, BadSetting, Refused
from bot.orders.brief import Brief
from bot.orders.bundles import sum_back
from bot.orders.discounts import Bundle, Coupon, Discounts, Kind, with_bundle, with_coupon, with_credit
from bot.orders.facts import Fact, RefundAsked
from bot.orders.order import State
from bot.orders.pricing import Money, Price, quote, read_amount
from bot.settings.files import default_folder
from bot.settings.prices import load_prices
from bot.storage.purse import Purse
from bot.texts import Texts
from tests.payments.conftest import Till
from tests.payments.test_credit import bought, deliver

WHOLE = """
currency = "{code}"
purposes = {{ youtube = 1.0, ad = 2.53 }}
[currencies.{code}]
lengths = {{ 60 = {price} }}
further_minute = {price}
revision = {price}
"""


def listed(folder: Path, code: str, price: str) -> Price:
    (folder / "prices.toml").write_text(WHOLE.format(code=code, price=price), "utf-8")
    return quote(Brief("calm", 60, "ad"), load_prices([default_folder(), folder]).price_list())


@pytest.mark.parametrize(("code", "price", "minor"), [("ISK", "1490", 377_000), ("UGX", "39990", 10_117_500)])
async def test_what_is_shown_is_charged_and_what_was_not_used_goes_back(
    till: Till, tmp_path: Path, code: str, price: str, minor: int
) -> None:
    one = listed(tmp_path, code, price)
    assert one.total == Money(minor, code)
    # a third off leaves no fraction, and the page asks for what the summary said
    cheaper, _ = with_coupon(one, Coupon("THIRD", Kind.PERCENT, 33), datetime.now(UTC))
    order = await bought(till, (cheaper, Discounts()))
    assert await till.state(order) is State.COMPOSING
    assert f"{cheaper.total.amount // 100:,}" in Texts([default_folder()]).money("en", cheaper.total)
    # odd credit is used as far as the rest can be charged; of a bundle that was used whole units go back
    first = await bought(till, with_bundle(one, Bundle(3, 2)))
    await deliver(till, first)
    purse = Purse(till.book.database, till.clock)
    await purse.give("discord:1", 50, code, key="odd", by="discord:9")
    await bought(till, with_credit(one, Discounts(), await purse.balance("discord:1", code)))
    back = sum_back(await till.book.get(first), await purse.spent(await till.book.get(first)))
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert await till.state(first) is State.REFUNDED
    assert [refund["amount"] for refund in till.world.refunds] == [back.amount]
    assert 0 < back.amount < 2 * minor


async def test_stripe_on_this_machine_refuses_what_stripe_refuses(till: Till) -> None:
    order = await till.place(149_050, "ISK")
    with pytest.raises(Refused, match="evenly divisible by 100"):
        await till.provider.open(order, key="k", now=till.clock())


@pytest.mark.parametrize(("code", "price"), [("ISK", "1490.5"), ("UGX", "0.5"), ("KWD", "12.5"), ("KRW", "1490.5")])
def test_a_price_that_cannot_be_charged_is_no_setting(tmp_path: Path, code: str, price: str) -> None:
    with pytest.raises(BadSetting):
        listed(tmp_path, code, price)


@pytest.mark.parametrize("typed", ["12.50", "0.5", "0"])
def test_operators_give_whole_kronas(typed: str) -> None:
    assert read_amount("1,490 ISK", "ISK") == Money(149_000, "ISK")
    with pytest.raises(BadInput):
        read_amount(typed, "ISK")


@pytest.mark.parametrize(
    ("money", "said"),
    [(Money(1250, "RSD"), "RSD12.5"), (Money(1200, "RSD"), "RSD12"), (Money(500, "ISK"), "ISK5")],
)
def test_no_part_of_a_price_is_left_unsaid(money: Money, said: str) -> None:
    assert Texts([default_folder()]).money("en", money).replace("\xa0", "") == said


@pytest.mark.parametrize("stars", ['of = "ISK"\nrate = 0.0001', 'of = "ISK"\nrate = 0.5\nround_to = 1000'])
def test_stars_at_a_rate_the_wrong_way_round_give_nothing_away(tmp_path: Path, stars: str) -> None:
    (tmp_path / "prices.toml").write_text(f"{WHOLE.format(code='ISK', price=400)}[stars]\n{stars}\n", "utf-8")
    with pytest.raises(BadSetting) as refused:
        load_prices([default_folder(), tmp_path])
    assert "would be no Star at all" in str(refused.value)


async def test_where_a_provider_is_not_set_up_any_more_that_is_said(till: Till) -> None:
    order = await till.place(data={"provider": "gone"})
    await till.work()
    after = await till.book.get(order.id)
    assert after.state is State.CANCELLED
    assert "gone is not set up any more" in after.data["failure"]["error"]
