"""``/shop coupon``: what an operator types becomes a coupon, or a sentence about what would be right."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import BadInput, NotAllowed
from bot.orders.discounts import Coupon, Kind
from bot.orders.pricing import STARS, PriceList, revision_quote
from bot.screens import Screen
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop, data_of, selects, shown


async def desk(shop: Shop) -> Screen:
    return await shop.say(OPERATOR, "shop coupon", place=REVIEW)


async def make(shop: Shop, **fields: str) -> Screen:
    form = await shop.form(OPERATOR, data_of(await desk(shop), "newcoupon"), place=REVIEW)
    return await shop.submit(OPERATOR, form, place=REVIEW, **fields)


async def made(shop: Shop) -> Coupon:
    ((coupon, _),) = await shop.services.purse.coupons()
    return coupon


@pytest.mark.parametrize(
    ("off", "kind", "value", "currency"),
    [
        ("20%", Kind.PERCENT, 20, ""), ("20 %", Kind.PERCENT, 20, ""), ("free", Kind.PERCENT, 100, ""),
        ("무료", Kind.PERCENT, 100, ""), ("5000", Kind.AMOUNT, 5000, "KRW"), ("₩5,000", Kind.AMOUNT, 5000, "KRW"),
        ("5000원", Kind.AMOUNT, 5000, "KRW"), ("2.50 USD", Kind.AMOUNT, 250, "USD"), ("3usd", Kind.AMOUNT, 300, "USD"),
    ],
)  # fmt: skip
async def test_discounts_as_operators_write_them(shop: Shop, off: str, kind: Kind, value: int, currency: str) -> None:
    await make(shop, code="may", off=off)
    coupon = await made(shop)
    assert (coupon.code, coupon.kind, coupon.value, coupon.currency) == ("MAY", kind, value, currency)


async def test_everything_that_can_be_said_about_a_coupon(shop: Shop) -> None:
    screen = await make(shop, code="봄 맞이", off="10%", minimum="10,000", limit="50", until="2026. 12. 31.")
    coupon = await made(shop)
    last = datetime(2026, 12, 31, 15, tzinfo=UTC)  # the end of that day in Seoul
    assert coupon == Coupon("봄맞이", Kind.PERCENT, 10, "KRW", 10000, 50, 1, last)
    assert "used 0 of 50" in shown(screen)


async def test_a_code_is_drawn_where_none_is_given(shop: Shop) -> None:
    await make(shop, off="free")
    assert len((await made(shop)).code) == 8


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"off": "0%"}, "error-coupon-off"), ({"off": "101%"}, "error-coupon-off"), ({"off": "-5"}, "error-coupon-off"),
        ({"off": "lots"}, "error-coupon-off"), ({"off": "5.5"}, "error-coupon-off"),
        ({"off": "5%", "code": "a"}, "error-coupon-code"), ({"off": "5%", "code": "🎟️🎟️🎟️"}, "error-coupon-code"),
        ({"off": "5%", "limit": "many"}, "error-coupon-limit"), ({"off": "5%", "limit": "0"}, "error-coupon-limit"),
        ({"off": "5%", "until": "yesterday"}, "error-coupon-until"),
        ({"off": "5%", "until": "2020-01-01"}, "error-coupon-until"),
        ({"off": "5%", "until": "9999-12-31"}, "error-coupon-until"),
        ({"off": "5%", "minimum": "a lot"}, "error-amount"),
    ],
)  # fmt: skip
async def test_what_cannot_be_used_is_said_and_kept_in_the_form(shop: Shop, fields: dict[str, str], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        await make(shop, **fields)
    assert refused.value.text == text
    assert await shop.services.purse.coupons() == []
    form = await shop.form(OPERATOR, data_of(await desk(shop), "newcoupon"), place=REVIEW)
    assert {one.id: one.value for one in form.fields}["off"] == fields["off"]


async def test_a_code_is_used_for_one_coupon(shop: Shop) -> None:
    await make(shop, code="MAY", off="5%")
    with pytest.raises(BadInput) as refused:
        await make(shop, code="may", off="90%")
    assert refused.value.text == "error-coupon-taken"
    assert (await made(shop)).value == 5


async def test_a_coupon_is_ended_from_the_list(shop: Shop) -> None:
    screen = await make(shop, code="MAY", off="5%")
    screen = await shop.press(OPERATOR, selects(screen)[0].data, "MAY", place=REVIEW)
    assert "ended" in shown(screen)
    assert not selects(screen)
    assert not (await made(shop)).on


async def test_credit_is_given_once_for_each_form(shop: Shop) -> None:
    form = await shop.form(OPERATOR, data_of(await desk(shop), "newcredit"), place=REVIEW)
    for _ in range(2):
        screen = await shop.submit(OPERATOR, form, place=REVIEW, buyer=BUYER.id, amount="5 USD")
    assert "$5.00" in shown(screen)
    assert await shop.services.purse.balance(BUYER.id, "USD") == 500


@pytest.mark.parametrize("typed", ["300 XTR", "300 Stars", "300 별", "⭐300 XTR", "300 ⭐"])
async def test_who_pays_in_stars_is_given_stars(shop: Shop, typed: str) -> None:
    by_default, in_stars = shop.services.revision_price, PriceList(STARS, ((60, 900),), 0, {}, {})
    shop.services = replace(
        shop.services,
        revision_price=lambda person, free: (
            revision_quote(in_stars, free=free) if person.id.startswith("telegram:") else by_default(person, free)
        ),
    )
    form = await shop.form(OPERATOR, data_of(await desk(shop), "newcredit"), place=REVIEW)
    with pytest.raises(BadInput) as refused:  # five thousand won would lie there for ever
        await shop.submit(OPERATOR, form, place=REVIEW, buyer="telegram:77", amount="5000")
    assert refused.value.text == "error-credit-stars"
    screen = await shop.submit(OPERATOR, form, place=REVIEW, buyer="telegram:77", amount=typed)
    assert "⭐ 300" in shown(screen)
    assert await shop.services.purse.balance("telegram:77", STARS) == 300


async def test_credit_goes_to_somebody(shop: Shop) -> None:
    form = await shop.form(OPERATOR, data_of(await desk(shop), "newcredit"), place=REVIEW)
    with pytest.raises(BadInput):
        await shop.submit(OPERATOR, form, place=REVIEW, buyer="Mina", amount="5000")


@pytest.mark.parametrize("control", ["bgm:newcoupon:new", "bgm:endcoupon:list:MAY", "bgm:newcredit:new"])
async def test_buyers_make_no_coupons(shop: Shop, control: str) -> None:
    with pytest.raises(NotAllowed):
        await shop.say(BUYER, "shop coupon")
    with pytest.raises(NotAllowed):
        await shop.answer(BUYER, control)
