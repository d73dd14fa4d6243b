"""A delivered piece changed by its buyer: what is shown, what it costs, and that every summary counts once."""

import asyncio
from dataclasses import replace

import pytest

from bot.commands.said import Person
from bot.errors import BadInput, NotAllowed, NotFound
from bot.orders import facts
from bot.orders.order import Order, State
from bot.orders.revision import STEPS, source_of
from tests.commands.shop import BUYER, KOREAN, OPERATOR, REVIEW, Shop, buttons, data_of, shown
from tests.orders.example import BRIEF, TO_DELIVERED, new_order, refunded


async def delivered(shop: Shop, person: Person = BUYER, order_id: str = "K3M8Q2Z7RT") -> Order:
    order = replace(new_order(order_id), customer=person.id)
    return await shop.told(await shop.book.place(order, by=person.id, key=f"k:{order_id}"), *TO_DELIVERED)


async def revisions(shop: Shop, order: Order) -> list[Order]:
    return [one for one in await shop.book.family(order.id) if one.id != order.id]


async def revised(shop: Shop, order: Order, change: str) -> Order:
    """Press a button and confirm."""
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:{change}")
    await shop.press(BUYER, data_of(summary, "revised"))
    newest, *_ = [one for one in await revisions(shop, order) if source_of(one).change == change]  # type: ignore[union-attr]
    return newest


async def test_the_buttons_are_on_the_order_once_it_is_delivered(shop: Shop) -> None:
    order = await delivered(shop)
    one = await shop.press(BUYER, f"bgm:order:{order.id}")
    assert [button.data.split(":")[3] for button in buttons(one) if ":revise:" in button.data] == list(STEPS)
    assert any(":rewrite:" in button.data for button in buttons(one))
    assert all(len(row) <= 5 for row in one.rows)
    assert len(one.rows) <= 5
    waiting = await shop.press(BUYER, f"bgm:order:{(await shop.placed()).id}")
    assert not any(":revise:" in button.data for button in buttons(waiting))


async def test_the_summary_says_what_changes_and_what_is_left(shop: Shop) -> None:
    order = await delivered(shop)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:longer")
    said = shown(summary)
    for part in ("Longer", order.id, "1:00 → 1:30", "Free", "one free change is left", "stays yours"):
        assert part in said
    assert await revisions(shop, order) == []


async def test_a_confirmed_change_is_an_order_of_its_own_composed_at_once(shop: Shop) -> None:
    order = await delivered(shop)
    child = await revised(shop, order, "longer")
    source = source_of(child)
    assert source
    assert (source.order, source.root, source.take, source.free) == (order.id, order.id, 2, True)
    assert source.key == f"orders/{order.id}/r1/t2"
    assert child.state is State.COMPOSING
    assert child.brief == BRIEF.but(seconds=90)
    assert (child.price.total.amount, child.place) == (0, order.place)
    assert (await shop.book.get(order.id)).state is State.DELIVERED
    one = await shop.press(BUYER, f"bgm:order:{child.id}")
    assert f"{order.id}: Longer" in shown(one)


async def test_a_button_pressed_twice_is_one_order(shop: Shop) -> None:
    order = await delivered(shop)
    first, second = [await shop.press(BUYER, f"bgm:revise:{order.id}:calmer") for _ in range(2)]
    confirm = data_of(first, "revised")
    assert confirm == data_of(second, "revised")
    await asyncio.gather(*(shop.press(BUYER, confirm) for _ in range(3)))
    again = await shop.press(BUYER, confirm)
    (child,) = await revisions(shop, order)
    assert child.id in again.title


async def test_the_same_change_can_be_asked_for_again_after_it_was_made(shop: Shop) -> None:
    order = await delivered(shop)
    first = await revised(shop, order, "calmer")
    await shop.told(first, *TO_DELIVERED[2:])
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:calmer")
    assert first.id not in data_of(summary, "revised")


async def test_who_sends_the_money_back_reads_that_the_changes_go_too(shop: Shop) -> None:
    order = await delivered(shop)
    assert (await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)).title == "Send ₩15,000 back"
    first = await revised(shop, order, "calmer")
    one = await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    assert one.title == "₩15,000 back; 1 change ends too"
    await revised(shop, order, "brighter")
    both = await shop.form(replace(OPERATOR, locale="ko"), f"bgm:refund:{order.id}", place=REVIEW)
    assert both.title == "₩15,000 환불 · 수정본 2개도 끝나요"
    assert "change" not in (await shop.form(OPERATOR, f"bgm:refund:{first.id}", place=REVIEW)).title
    await shop.told(order, facts.DisputeClosed("stripe", "pi_1", "du_1", 5000, "KRW", won=False))
    rest = await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    assert rest.title == "₩10,000 back; 2 changes end too"


async def test_beyond_the_free_ones_a_change_is_paid(shop: Shop) -> None:
    order = await delivered(shop)
    for change in ("calmer", "brighter"):
        await revised(shop, order, change)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:loop")
    assert "$3.00" in shown(summary)
    assert "used up" in shown(summary)
    child = await revised(shop, order, "loop")
    assert child.state is State.AWAITING_PAYMENT
    assert (child.price.total.amount, child.price.currency) == (300, "USD")
    assert {one["what"] for one in child.data["consents"]} >= {"ai-notice", "terms"}
    assert child.data["provider"] == "stripe"


@pytest.mark.parametrize(("credit", "rest"), [(200, 100), (280, 50), (500, 0)])
async def test_credit_pays_for_a_change_first_and_comes_back_with_it(shop: Shop, credit: int, rest: int) -> None:
    order, purse = await delivered(shop), shop.services.purse
    for change in ("calmer", "brighter"):
        await revised(shop, order, change)
    await purse.give(BUYER.id, credit, "USD", key="gift", by=OPERATOR.id)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:loop")
    assert "Your credit: -$" in shown(summary)
    child = await revised(shop, order, "loop")
    used = 300 - rest
    assert child.data["discounts"] == {"credit": used}
    assert child.price.total.amount == rest
    assert child.state is (State.AWAITING_PAYMENT if rest else State.COMPOSING)
    source = source_of(child)
    assert source
    assert not source.free
    assert "terms" in {one["what"] for one in child.data["consents"]}
    assert await purse.balance(BUYER.id, "USD") == credit - used
    await shop.told(child, facts.Withdrawn() if rest else facts.RefundAsked())
    assert await purse.balance(BUYER.id, "USD") == credit


async def test_credit_that_is_gone_meanwhile_shows_the_change_at_its_price_again(shop: Shop) -> None:
    order, purse = await delivered(shop), shop.services.purse
    for change in ("calmer", "brighter"):
        await revised(shop, order, change)
    await purse.give(BUYER.id, 300, "USD", key="gift", by=OPERATOR.id)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:loop")
    await purse.give(BUYER.id, -300, "USD", key="taken", by=OPERATOR.id)
    again = await shop.press(BUYER, data_of(summary, "revised"))
    assert "$3.00" in shown(again)
    assert len(await revisions(shop, order)) == 2


async def test_nobody_is_offered_a_change_that_nothing_can_be_paid_with(shop: Shop) -> None:
    order = await delivered(shop)
    for change in ("calmer", "brighter"):
        await revised(shop, order, change)
    poor = replace(shop, services=replace(shop.services, ways=lambda person, price: ()))
    with pytest.raises(BadInput) as refused:
        await poor.press(BUYER, f"bgm:revise:{order.id}:loop")
    assert refused.value.text == "error-no-way-to-pay"


async def test_a_paid_change_is_paid_in_any_way_that_an_order_is(shop: Shop) -> None:
    shop.services = replace(shop.services, ways=lambda person, price: ("stripe", "manual"))
    order = await delivered(shop)
    free = await shop.press(BUYER, f"bgm:revise:{order.id}:calmer")
    assert data_of(free, "revised")  # what costs nothing is paid in no way
    for change in ("calmer", "brighter"):
        await revised(shop, order, change)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:fewer_drums")
    offered = {one.data: one.label for one in buttons(summary) if ":revised:" in one.data}
    assert list(offered.values()) == ["Agree and pay $3.00 by card", "Agree and transfer $3.00"]
    _, by_transfer = offered
    assert len(by_transfer.replace("300USD", "99999999KRW")) <= 64  # Telegram's limit for the data of a button
    await shop.press(BUYER, by_transfer)
    (child,) = [one for one in await revisions(shop, order) if one.price.total.amount]
    assert (child.state, child.data["provider"]) == (State.AWAITING_PAYMENT, "manual")


async def test_in_europe_a_paid_change_is_ticked_as_the_first_order_was(shop: Shop) -> None:
    placed = replace(new_order(), customer=BUYER.id, data={"region": "uk"})
    order = await shop.told(await shop.book.place(placed, by=BUYER.id, key="k"), *TO_DELIVERED)
    for change in ("calmer", "brighter"):  # what costs nothing has nothing to tick, and nothing to withdraw from
        summary = await shop.press(BUYER, f"bgm:revise:{order.id}:{change}")
        assert not [one for one in buttons(summary) if one.data.startswith("bgm:revisetick:")]
        assert "withdraw" not in shown(summary)
        assert "pay button" not in shown(summary)
        child = await revised(shop, order, change)
        assert [one["what"] for one in child.data["consents"]] == ["ai-notice", "terms"]
        assert all(one["text"] in shown(summary) for one in child.data["consents"])
    # 1. Unticked it is not placed
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:loop")
    assert "Your right to withdraw" in shown(summary)
    assert "⬜" in [one.emoji for one in buttons(summary)]
    refused = await shop.press(BUYER, data_of(summary, "revised"))
    assert "tick the box" in shown(refused)
    assert len(await revisions(shop, order)) == 2
    # 2. Ticked, unticked, ticked; asked for again it is still ticked; words said otherwise are other words
    tick = data_of(refused, "revisetick")
    for box in ("☑️", "⬜", "☑️"):
        assert box in [one.emoji for one in buttons(await shop.press(BUYER, tick))]
    again = await shop.press(BUYER, f"bgm:revise:{order.id}:loop")
    assert "☑️" in [one.emoji for one in buttons(again)]
    # 3. What was ticked stands with the order
    one = await shop.press(BUYER, data_of(again, "revised"))
    (child,) = [one for one in await revisions(shop, order) if source_of(one).change == "loop"]  # type: ignore[union-attr]
    assert child.id in one.title
    kept = {one["what"]: one["text"] for one in child.data["consents"]}
    assert "begin-at-once" in kept
    assert kept["begin-at-once"] in shown(again)
    # 4. A tick on a summary that is past leads to the order; nobody else ticks it
    assert child.id in (await shop.press(BUYER, tick)).title
    with pytest.raises(NotAllowed):
        await shop.press(KOREAN, tick)


async def test_of_two_changes_confirmed_at_once_the_last_free_one_is_given_once(shop: Shop) -> None:
    order = await delivered(shop)
    await revised(shop, order, "calmer")
    both = [await shop.press(BUYER, f"bgm:revise:{order.id}:{change}") for change in ("brighter", "shorter")]
    answers = await asyncio.gather(*(shop.press(BUYER, data_of(one, "revised")) for one in both))
    assert len(await revisions(shop, order)) == 2
    (told,) = [screen for screen in answers if "price has changed" in screen.text]
    assert "$3.00" in shown(told)
    await shop.press(BUYER, data_of(told, "revised"))
    paid = [one for one in await revisions(shop, order) if one.state is State.AWAITING_PAYMENT]
    assert len(paid) == 1


async def test_a_revision_of_a_revision_grows_the_same_family(shop: Shop) -> None:
    order = await delivered(shop)
    first = await shop.told(await revised(shop, order, "longer"), *TO_DELIVERED[2:])
    summary = await shop.press(BUYER, f"bgm:revise:{first.id}:longer")
    assert "1:30 → 2:00" in shown(summary)
    await shop.press(BUYER, data_of(summary, "revised"))
    (newest,) = [one for one in await revisions(shop, order) if one.id != first.id]
    source = source_of(newest)
    assert source
    assert (source.order, source.root) == (first.id, order.id)
    done = await shop.told(newest, *TO_DELIVERED[2:])
    with pytest.raises(BadInput, match="longest"):
        await shop.press(BUYER, f"bgm:revise:{done.id}:longer")


async def test_own_words_are_understood_shown_and_kept(shop: Shop) -> None:
    order = await delivered(shop)
    form = await shop.form(BUYER, f"bgm:rewrite:{order.id}")
    summary = await shop.submit(BUYER, form, words="slower, no drums, make it 45 seconds, with harp")
    said = shown(summary)
    for part in ("Slower", "No drums", "1:00 → 45 s", "Harp", "make it 45 seconds"):
        assert part in said
    await shop.press(BUYER, data_of(summary, "revised"))
    (child,) = await revisions(shop, order)
    assert child.data["source"]["edits"] == ["no-drums", "slower"]
    assert child.data["source"]["words"].startswith("slower, no drums")
    assert (child.brief.seconds, child.brief.wanted) == (45, ("harp",))
    assert child.brief.details.endswith("with harp")
    assert child.brief.details.startswith(BRIEF.details)


async def test_words_nobody_understands_are_said_to_go_to_a_person(shop: Shop) -> None:
    order = await delivered(shop, KOREAN)
    form = await shop.form(KOREAN, f"bgm:rewrite:{order.id}")
    summary = await shop.submit(KOREAN, form, words="조금 더 마법같이")
    assert "담당자" in summary.text
    reopened = await shop.form(KOREAN, data_of(summary, "rewrite"))
    assert reopened.fields[0].value == "조금 더 마법같이"


@pytest.mark.parametrize(("words", "text"), [("x" * 501, "error-details-long"), ("   ", "error-revise-empty")])
async def test_too_many_words_or_none_are_refused(shop: Shop, words: str, text: str) -> None:
    order = await delivered(shop)
    form = await shop.form(BUYER, f"bgm:rewrite:{order.id}")
    with pytest.raises(BadInput) as refused:
        await shop.submit(BUYER, form, words=words)
    assert refused.value.text == text


async def test_words_for_more_than_a_change_may_do_go_as_far_as_it_may(shop: Shop) -> None:
    order = await delivered(shop)
    form = await shop.form(BUYER, f"bgm:rewrite:{order.id}")
    assert "1:00 → 2:00" in shown(await shop.submit(BUYER, form, words="make it 9 minutes"))


async def test_a_summary_of_other_words_is_out_of_date(shop: Shop) -> None:
    order = await delivered(shop)
    form = await shop.form(BUYER, f"bgm:rewrite:{order.id}")
    old = await shop.submit(BUYER, form, words="calmer")
    await shop.submit(BUYER, form, words="brighter")
    assert "Press the button" in (await shop.press(BUYER, data_of(old, "revised"))).text
    assert await revisions(shop, order) == []


async def test_nobody_changes_what_is_somebody_elses(shop: Shop) -> None:
    order = await delivered(shop)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:calmer")
    for control in (f"bgm:revise:{order.id}:calmer", f"bgm:rewrite:{order.id}", data_of(summary, "revised")):
        with pytest.raises(NotAllowed):
            await shop.answer(KOREAN, control)
    for forged in (f"bgm:revise:{order.id}:louder", "bgm:revise:ZZZZZZZZZZ:calmer"):
        with pytest.raises(NotFound):
            await shop.answer(BUYER, forged)
    assert await revisions(shop, order) == []


async def test_a_forged_confirmation_places_nothing(shop: Shop) -> None:
    order, other = await delivered(shop), await delivered(shop, KOREAN, "P9Q8R7S6T5")
    for arg in ("calmer", "calmer.ZZZZZZZZZZ.0USD", "words..", "..", "calmer." + "9" * 30):
        await shop.press(BUYER, f"bgm:revised:{order.id}:{arg}")
    with pytest.raises(NotAllowed):
        await shop.press(BUYER, f"bgm:revised:{order.id}:calmer.{other.id}.0USD")
    assert await revisions(shop, order) == []


async def test_a_button_pressed_before_the_book_knows_of_the_parcel_works_a_moment_later(shop: Shop) -> None:
    order = await shop.told(await shop.book.place(new_order(), by=BUYER.id, key="k"), *TO_DELIVERED[:-1])
    assert order.state is State.DELIVERING
    for control in (f"bgm:revise:{order.id}:calmer", f"bgm:rewrite:{order.id}"):
        with pytest.raises(BadInput) as refused:
            await shop.answer(BUYER, control)
        assert "again in a moment" in shop.services.texts.error("en", refused.value)
    await shop.told(order, TO_DELIVERED[-1])
    assert "Calmer" in shown(await shop.press(BUYER, f"bgm:revise:{order.id}:calmer"))


async def test_what_was_refunded_is_not_changed_any_more(shop: Shop) -> None:
    order = await delivered(shop)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:calmer")
    await shop.told(order, facts.RefundAsked(), refunded())
    for control in (f"bgm:revise:{order.id}:calmer", data_of(summary, "revised"), f"bgm:rewrite:{order.id}"):
        with pytest.raises(BadInput) as refused:
            await shop.answer(BUYER, control)
        assert refused.value.text == "error-revise-refunded"


async def test_while_the_shop_is_paused_nothing_is_changed(shop: Shop) -> None:
    order = await delivered(shop)
    summary = await shop.press(BUYER, f"bgm:revise:{order.id}:calmer")
    await shop.book.remember("pause", {"since": "2026-11-21", "words": "Back on Monday"})
    for control in (f"bgm:revise:{order.id}:calmer", data_of(summary, "revised")):
        assert "Back on Monday" in (await shop.press(BUYER, control)).text
    assert "for listening" in shown(await shop.press(BUYER, f"bgm:revise:{order.id}:calmer", place=REVIEW))
    assert await revisions(shop, order) == []


async def test_both_languages(shop: Shop) -> None:
    order = await delivered(shop, KOREAN)
    said = shown(await shop.press(KOREAN, f"bgm:revise:{order.id}:fewer_drums"))
    assert "드럼 줄이기" in said
    assert "무료" in said
