"""The choices on the summary: they change the price in place, and the order keeps them."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import agreements
from bot.commands.said import Person
from bot.errors import BadInput
from bot.orders.brief import Brief
from bot.orders.consents import Consent, Region
from bot.orders.discounts import Coupon, Kind
from bot.orders.facts import Paid
from bot.orders.order import Order, State
from bot.screens import Screen, Tone
from tests.commands.shop import BUYER, KOREAN, Shop, buttons, data_of, selects, shown

BRITON = Person("discord:3", "Jo", "en-GB")
WISH = {"mood": "calm", "length": "60", "purpose": "youtube", "details": "x"}


async def summary(shop: Shop, person: Person = BUYER) -> Screen:
    return await shop.say(person, "bgm", **WISH)


async def ordered(shop: Shop, person: Person, screen: Screen) -> Order:
    await shop.press(person, data_of(screen, "place"))
    return (await shop.book.find(person.id))[0]


async def coupon(shop: Shop, screen: Screen, code: str, person: Person = BUYER) -> Screen:
    return await shop.submit(person, await shop.form(person, data_of(screen, "coupon")), code=code)


async def pay(shop: Shop, order: Order) -> Order:
    total = order.price.total
    return await shop.told(order, Paid("stripe", "cs_1", total.amount, total.currency, "pi_1"))


def sentence(shop: Shop, person: Person, refused: pytest.ExceptionInfo[BadInput]) -> str:
    return shop.services.texts.error(person.locale, refused.value)


async def test_the_tier_changes_the_price_and_the_licence_in_place(shop: Shop) -> None:
    screen = await summary(shop)
    assert "$12.00" in shown(screen)
    screen = await shop.press(BUYER, data_of(screen, "tier"), "business")
    assert "$24.00" in shown(screen)
    assert "Business" in shown(screen)
    order = await ordered(shop, BUYER, screen)
    assert (order.brief.tier, order.price.total.amount) == ("business", 2400)


async def test_extras_are_taken_and_left_by_the_same_button(shop: Shop) -> None:
    screen = await summary(shop)
    assert [one.label for one in buttons(screen) if "Stems" in one.label] == ["+ Stems ($7.00)"]
    screen = await shop.press(BUYER, data_of(screen, "extra", "stems"))
    screen = await shop.press(BUYER, data_of(screen, "extra", "midi"))
    assert "$24.00" in shown(screen)
    assert [one.label for one in buttons(screen) if "Stems" in one.label] == ["✓ Stems ($7.00)"]
    screen = await shop.press(BUYER, data_of(screen, "extra", "stems"))
    order = await ordered(shop, BUYER, screen)
    assert (order.brief.extras, order.price.total.amount) == (("midi",), 1700)


async def test_what_is_no_longer_sold_falls_out_of_the_draft(shop: Shop) -> None:
    screen = await shop.press(BUYER, data_of(await summary(shop), "extra", "stems"))
    screen = await shop.press(BUYER, data_of(screen, "tier"), "business")
    poorer = replace(shop.services.catalogue, extras=("midi",), tiers=("standard",))
    shop.services = replace(shop.services, catalogue=poorer)
    again = await shop.press(BUYER, data_of(await shop.say(BUYER, "bgm"), "resume"))
    assert "$12.00" in shown(again)
    assert (await ordered(shop, BUYER, again)).brief.extras == ()


@pytest.mark.parametrize("pressed", ["tier", "extra", "bundle", "region"])
async def test_a_control_that_names_nothing_does_nothing(shop: Shop, pressed: str) -> None:
    draft = data_of(await summary(shop), "drop").split(":")[2]
    screen = await shop.press(BUYER, f"bgm:{pressed}:{draft}:nonsense")
    assert screen.title == shop.services.texts.say("en", "dialogue-outdated")


async def test_a_coupon_is_taken_off_and_used_once(shop: Shop) -> None:
    await shop.services.purse.make(Coupon("SPRING", Kind.PERCENT, 50), "discord:9")
    screen = await coupon(shop, await summary(shop), " spring ")
    assert "Coupon SPRING: -$6.00" in shown(screen)
    order = await ordered(shop, BUYER, screen)
    assert order.price.total.amount == 600
    assert order.data["discounts"] == {"code": "SPRING", "coupon": 600}
    refused = await coupon(shop, await summary(shop), "SPRING")
    assert refused.tone is Tone.BAD
    assert "used the coupon SPRING already" in refused.text
    assert "$12.00" in shown(refused)


@pytest.mark.parametrize("typed", ["NOPE", "🎟️", "' OR 1=1 --", "x" * 400])
async def test_what_is_no_coupon_says_so_and_stays_in_the_form(shop: Shop, typed: str) -> None:
    screen = await coupon(shop, await summary(shop), typed)
    assert screen.tone is Tone.BAD
    form = await shop.form(BUYER, data_of(screen, "coupon"))
    assert form.fields[0].value == typed[:40]


async def test_an_empty_code_takes_the_coupon_out_again(shop: Shop) -> None:
    await shop.services.purse.make(Coupon("SPRING", Kind.PERCENT, 50), "discord:9")
    screen = await coupon(shop, await summary(shop), "SPRING")
    screen = await coupon(shop, screen, "")
    assert "SPRING" not in shown(screen)


async def test_a_coupon_that_ends_before_the_press_shows_the_summary_again(shop: Shop) -> None:
    await shop.services.purse.make(Coupon("SPRING", Kind.PERCENT, 50), "discord:9")
    screen = await coupon(shop, await summary(shop), "SPRING")
    await shop.services.purse.end("SPRING")
    again = await shop.press(BUYER, data_of(screen, "place"))
    assert "has ended" in again.text
    assert await shop.book.find(BUYER.id) == []
    assert (await ordered(shop, BUYER, again)).price.total.amount == 1200


async def test_a_coupon_of_a_hundred_percent_is_composed_at_once(shop: Shop) -> None:
    await shop.services.purse.make(Coupon("GIFT", Kind.PERCENT, 100), "discord:9")
    screen = await coupon(shop, await summary(shop), "GIFT")
    order = await ordered(shop, BUYER, screen)
    assert (order.price.total.amount, order.state) == (0, State.COMPOSING)


async def test_a_bundle_says_what_it_brings_and_credit_pays_by_itself(shop: Shop) -> None:
    screen = await shop.press(BUYER, data_of(await summary(shop), "bundle", "5-4"))
    assert "$48.00" in shown(screen)  # what four cost
    order = await ordered(shop, BUYER, screen)
    assert order.data["discounts"] == {"bundle": 4800}
    await shop.services.purse.give(BUYER.id, 4800, "USD", key="as delivered", by="shop")
    later = await summary(shop)
    assert "Your credit: -$12.00" in shown(later)
    assert (await ordered(shop, BUYER, later)).price.total.amount == 0
    assert await shop.services.purse.balance(BUYER.id, "USD") == 3600


async def test_in_europe_nothing_is_ticked_and_nothing_ordered_before_it_is(shop: Shop) -> None:
    screen = await summary(shop, BRITON)
    refused = await shop.press(BRITON, data_of(screen, "place"))
    assert "tick the box" in refused.text
    assert await shop.book.find(BRITON.id) == []
    ticked = await shop.press(BRITON, data_of(refused, "tick"))
    unticked = await shop.press(BRITON, data_of(ticked, "tick"))
    assert "tick the box" in (await shop.press(BRITON, data_of(unticked, "place"))).text
    ticked = await shop.press(BRITON, data_of(unticked, "tick"))
    order = await ordered(shop, BRITON, ticked)
    assert order.data["region"] == Region.UK
    given = {one["what"]: one for one in order.data["consents"]}
    assert set(given) == {"ai-notice", "terms", "begin-at-once"}
    words = agreements.words(shop.services, "en-GB", Consent.AT_ONCE)
    assert given["begin-at-once"]["text"] == words
    assert words in shown(ticked)


async def test_another_country_takes_the_tick_back_and_is_known_the_next_time(shop: Shop) -> None:
    ticked = await shop.press(BRITON, data_of(await summary(shop, BRITON), "tick"))
    moved = await shop.press(BRITON, data_of(ticked, "region"), "eu")
    assert "tick the box" in (await shop.press(BRITON, data_of(moved, "place"))).text
    later = next(one for one in selects(await summary(shop, BRITON)) if one.data.startswith("bgm:region"))
    assert [one.value for one in later.options if one.chosen] == ["eu"]


async def test_without_the_tick_the_right_stays_where_the_operator_allows_that(shop: Shop) -> None:
    shop.services = replace(shop.services, policy=replace(shop.services.policy, tick_needed=False))
    order = await ordered(shop, BRITON, await summary(shop, BRITON))
    assert "begin-at-once" not in {one["what"] for one in order.data["consents"]}


async def test_a_european_withdraws_by_two_presses_and_reads_when_it_was_received(shop: Shop) -> None:
    ticked = await shop.press(BRITON, data_of(await summary(shop, BRITON), "tick"))
    order = await ordered(shop, BRITON, ticked)
    await pay(shop, order)
    screen = await shop.press(BRITON, f"bgm:order:{order.id}")
    asked = await shop.press(BRITON, data_of(screen, "unbuy"))
    assert order.id in asked.text
    assert (await shop.book.get(order.id)).state is State.COMPOSING
    done = await shop.press(BRITON, data_of(asked, "unbuy", "yes"))
    after = await shop.book.get(order.id)
    assert after.state is State.REFUNDING
    assert "Your withdrawal was received on" in after.data["reason"]
    assert not [one for one in buttons(done) if one.data.startswith("bgm:unbuy")]
    with pytest.raises(BadInput):  # nor does an old button do it twice
        await shop.press(BRITON, f"bgm:unbuy:{order.id}:yes")


async def test_nobody_else_withdraws(shop: Shop) -> None:
    order = await ordered(shop, KOREAN, await summary(shop, KOREAN))
    await pay(shop, order)
    assert not [one for one in buttons(await shop.press(KOREAN, f"bgm:order:{order.id}")) if "unbuy" in one.data]
    with pytest.raises(BadInput) as refused:
        await shop.press(KOREAN, f"bgm:unbuy:{order.id}:yes")
    assert "철회할 수 없어요" in sentence(shop, KOREAN, refused)


async def test_the_contract_can_be_read_again(shop: Shop) -> None:
    order = await ordered(shop, KOREAN, await summary(shop, KOREAN))
    screen = await shop.press(KOREAN, f"bgm:order:{order.id}")
    words = shown(await shop.press(KOREAN, data_of(screen, "contract")))
    assert all(one["text"] in words and one["version"] in words for one in order.data["consents"])


async def test_in_korea_the_buyer_may_listen_first_and_the_order_says_so(shop: Shop, tmp_path: Path) -> None:
    sample = tmp_path / "sample.mp3"
    sample.write_bytes(b"music")

    async def played(_brief: Brief) -> Path:
        return sample

    shop.services = replace(shop.services, sample=played)
    screen = await summary(shop, KOREAN)
    heard = await shop.press(KOREAN, data_of(screen, "sample"))
    assert [file.path for file in heard.files] == [sample]
    order = await ordered(shop, KOREAN, screen)
    assert [one["what"] for one in order.data["consents"]] == ["ai-notice", "pre-listen", "no-withdrawal", "terms"]


async def test_without_a_sample_nothing_is_said_of_listening(shop: Shop) -> None:
    order = await ordered(shop, KOREAN, await summary(shop, KOREAN))
    assert [one["what"] for one in order.data["consents"]] == ["ai-notice", "no-withdrawal", "terms"]


async def test_where_two_ways_lead_the_buyer_chooses(shop: Shop) -> None:
    shop.services = replace(shop.services, ways=lambda person, price: ("stripe", "manual"))
    screen = await summary(shop)
    await shop.press(BUYER, data_of(screen, "place", "1200USD.manual"))
    (order,) = await shop.book.find(BUYER.id)
    assert order.data["provider"] == "manual"


async def test_without_any_way_to_pay_nothing_is_sold(shop: Shop) -> None:
    shop.services = replace(shop.services, ways=lambda person, price: ())
    with pytest.raises(BadInput) as refused:
        await summary(shop)
    assert "cannot take your currency" in sentence(shop, BUYER, refused)
