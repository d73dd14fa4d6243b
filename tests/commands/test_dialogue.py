"""Ordering: step by step, all at once, interrupted, corrected, confirmed twice."""

import asyncio
from dataclasses import replace

import pytest

from bot.commands import drafts
from bot.commands.front import Item
from bot.commands.said import How, Reply
from bot.orders.order import State
from bot.screens import Screen, Tone
from tests.commands.shop import (
    BUYER,
    HALL,
    KOREAN,
    OPERATOR,
    REVIEW,
    Shop,
    buttons,
    data_of,
    links,
    selects,
    shown,
)


async def to_details(shop: Shop) -> Screen:
    mood = await shop.say(BUYER, "bgm")
    length = await shop.press(BUYER, selects(mood)[0].data, "calm")
    purpose = await shop.press(BUYER, data_of(length, "length", "60"))
    return await shop.press(BUYER, selects(purpose)[0].data, "youtube")


async def test_four_questions_then_the_summary_then_the_pay_button(shop: Shop) -> None:
    mood = await shop.say(BUYER, "bgm")
    assert "1 of 4" in mood.title
    assert {option.value for one in selects(mood) for option in one.options} == set(shop.services.catalogue.moods)
    assert all(len(one.options) <= 25 for one in selects(mood))

    length = await shop.press(BUYER, selects(mood)[0].data, "calm")
    assert "2 of 4" in length.title
    purpose = await shop.press(BUYER, data_of(length, "length", "60"))
    assert "3 of 4" in purpose.title
    details = await shop.press(BUYER, selects(purpose)[0].data, "youtube")
    assert "4 of 4" in details.title

    summary = await shop.press(BUYER, data_of(details, "details", "go"))
    words = shown(summary)
    for expected in ("Calm", "1:00", "YouTube", "$12.00", "licence for youtube", "the shop's own composer", "/terms"):
        assert expected in words

    placed = await shop.press(BUYER, data_of(summary, "place"))
    (order,) = await shop.book.find(BUYER.id)
    assert [link.url for link in links(placed)] == [f"http://shop.example/pay/{order.id}"]
    assert order.state is State.AWAITING_PAYMENT
    assert (order.brief.mood, order.brief.seconds, order.brief.purpose) == ("calm", 60, "youtube")
    assert order.place == HALL


async def test_all_options_at_once_go_straight_to_the_summary(shop: Shop) -> None:
    summary = await shop.say(KOREAN, "bgm", mood="잔잔한", length="1분 반", purpose="브이로그", details="비 오는 날")
    assert summary.title == shop.services.texts.say("ko", "summary-title")
    words = shown(summary)
    assert "₩22,000" in words
    assert "1:30" in words
    assert "비 오는 날" in words


async def test_the_order_keeps_what_the_buyer_agreed_to(shop: Shop) -> None:
    order = await shop.placed(KOREAN)
    notice, withdrawal, terms = order.data["consents"]
    assert notice["text"] == shop.services.texts.say("ko", "summary-ai-text", engine="자체 작곡 엔진")
    assert "3일" in terms["text"]
    assert terms["at"] == "2026-11-21T12:00:00+00:00"
    assert withdrawal["text"] == shop.services.texts.say("ko", "summary-withdrawal-text")
    assert [one["what"] for one in order.data["consents"]] == ["ai-notice", "no-withdrawal", "terms"]
    assert len({one["version"] for one in order.data["consents"]}) == 3


async def test_what_is_agreed_to_is_read_before_and_keeps_its_version(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    first, second = await shop.placed(BUYER), await shop.placed(BUYER)
    read = shown(summary)
    assert all(one["text"] in read for one in first.data["consents"])
    versions = [[one["version"] for one in order.data["consents"]] for order in (first, second)]
    assert versions[0] == versions[1]


async def test_confirming_twice_at_once_places_one_order(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    confirm = data_of(summary, "place")
    first, second = await asyncio.gather(shop.press(BUYER, confirm), shop.press(BUYER, confirm))
    assert [link.url for link in links(first)] == [link.url for link in links(second)]
    assert len(await shop.book.find(BUYER.id)) == 1


async def test_a_confirmed_summary_shows_its_order_whenever_it_is_pressed_again(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    await shop.press(BUYER, data_of(summary, "place"))
    again = await shop.press(BUYER, data_of(summary, "place"))
    assert len(links(again)) == 1
    assert len(await shop.book.find(BUYER.id)) == 1


async def test_an_unfinished_order_is_there_again_and_goes_on_where_it_was(shop: Shop) -> None:
    mood = await shop.say(BUYER, "bgm")
    await shop.press(BUYER, selects(mood)[0].data, "calm")
    offered = await shop.say(BUYER, "bgm")
    assert "Calm" in shown(offered)
    length = await shop.press(BUYER, data_of(offered, "resume"))
    assert "2 of 4" in length.title


async def test_an_unfinished_order_can_be_begun_anew(shop: Shop) -> None:
    await shop.press(BUYER, selects(await shop.say(BUYER, "bgm"))[0].data, "calm")
    mood = await shop.press(BUYER, data_of(await shop.say(BUYER, "bgm"), "fresh"))
    assert "1 of 4" in mood.title
    assert not any(option.chosen for one in selects(mood) for option in one.options)


async def test_back_shows_the_question_before_with_its_answer(shop: Shop) -> None:
    length = await shop.press(BUYER, selects(await shop.say(BUYER, "bgm"))[0].data, "calm")
    mood = await shop.press(BUYER, data_of(length, "go", "mood"))
    assert [option.value for one in selects(mood) for option in one.options if option.chosen] == ["calm"]


async def test_changing_one_answer_leads_straight_back_to_the_summary(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="rain")
    length = await shop.press(BUYER, data_of(summary, "go"), "length")
    changed = await shop.press(BUYER, data_of(length, "length", "120"))
    assert changed.title == "Your order"
    assert "2:00" in shown(changed)
    assert "rain" in shown(changed)


async def test_each_question_shows_what_is_answered_so_far(shop: Shop) -> None:
    details = await to_details(shop)
    assert [value for _, value in details.facts] == ["Calm", "1:00", "YouTube"]
    mood = await shop.press(BUYER, data_of(await shop.say(BUYER, "bgm"), "fresh"))
    assert mood.facts == ()


async def test_cancel_forgets_the_draft(shop: Shop) -> None:
    mood = await shop.say(BUYER, "bgm")
    await shop.press(BUYER, selects(mood)[0].data, "calm")
    await shop.press(BUYER, data_of(mood, "drop"))
    assert await shop.book.load_draft(BUYER.id) is None


@pytest.mark.parametrize("typed", ["0", "4", "601", "99999999999", "-3", "soon", "1:99"])
async def test_an_absurd_length_is_explained_and_the_other_answers_stay(shop: Shop, typed: str) -> None:
    screen = await shop.say(BUYER, "bgm", mood="calm", length=typed, purpose="youtube", details="rain")
    assert screen.tone is Tone.BAD
    assert "2 of 4" in screen.title
    summary = await shop.press(BUYER, data_of(screen, "length", "30"))
    assert "rain" in shown(summary)


async def test_ten_thousand_characters_are_refused_in_the_readers_language_and_kept_in_the_form(shop: Shop) -> None:
    typed = "비" * 10_000
    screen = await shop.say(KOREAN, "bgm", mood="calm", length="60", purpose="youtube", details=typed)
    assert screen.tone is Tone.BAD
    assert "1,000자" in screen.text
    form = await shop.form(KOREAN, data_of(screen, "form", "details"))
    assert form.fields[0].value == typed[:1000]


async def test_a_wrong_line_in_the_form_keeps_everything_that_was_typed(shop: Shop) -> None:
    await to_details(shop)
    details = await shop.press(BUYER, data_of(await shop.say(BUYER, "bgm"), "resume"))
    form = await shop.form(BUYER, data_of(details, "form", "details"))
    screen = await shop.submit(BUYER, form, words="a slow walk", tempo="fast", key="D minor", wanted="piano")
    assert "“fast”" in screen.text
    again = await shop.form(BUYER, data_of(screen, "form", "details"))
    assert {one.id: one.value for one in again.fields} == {
        "words": "a slow walk", "tempo": "fast", "key": "D minor", "wanted": "piano", "unwanted": "",
    }  # fmt: skip
    summary = await shop.submit(BUYER, again, tempo="84 bpm")
    assert "84 BPM" in shown(summary)
    assert "Piano" in shown(summary)


async def test_style_loop_and_instruments_reach_the_order(shop: Shop) -> None:
    await to_details(shop)
    details = await shop.press(BUYER, data_of(await shop.say(BUYER, "bgm"), "resume"))
    details = await shop.press(BUYER, selects(details)[0].data, "jazz")
    details = await shop.press(BUYER, data_of(details, "details", "loop"))
    form = await shop.form(BUYER, data_of(details, "form", "details"))
    summary = await shop.submit(BUYER, form, wanted="Piano, 첼로", unwanted="drums", key="bb minor")
    await shop.press(BUYER, data_of(summary, "place"))
    (order,) = await shop.book.find(BUYER.id)
    assert (order.brief.style, order.brief.loop, order.brief.key) == ("jazz", True, "Bb minor")
    assert order.brief.wanted == ("piano", "cello")
    assert order.brief.unwanted == ("drums",)
    assert [line.text for line in order.price.lines] == ["price-length", "price-loop"]


async def test_an_instrument_wanted_and_unwanted_is_asked_about(shop: Shop) -> None:
    form = await shop.form(BUYER, data_of(await to_details(shop), "form", "details"))
    screen = await shop.submit(BUYER, form, wanted="Piano, cello", unwanted="drums, 피아노")
    assert screen.tone is Tone.BAD
    assert "“Piano” stands in both lists" in screen.text


async def test_an_unknown_mood_names_what_there_is(shop: Shop) -> None:
    screen = await shop.say(KOREAN, "bgm", mood="zzz")
    assert "‘zzz’" in screen.text
    assert "잔잔한" in screen.text


async def test_a_control_of_another_draft_changes_nothing(shop: Shop) -> None:
    old = await shop.say(BUYER, "bgm")
    fresh = await shop.say(BUYER, "bgm")
    reply = await shop.answer(BUYER, selects(old)[0].data, "calm")
    assert isinstance(reply, Reply)
    assert reply.how is How.NEW
    stranger = await shop.press(KOREAN, selects(fresh)[0].data, "calm")
    assert stranger.title == shop.services.texts.say("ko", "dialogue-outdated")
    draft = await shop.book.load_draft(BUYER.id)
    assert draft
    assert draft["answers"] == {}


async def test_a_price_that_changed_since_the_summary_is_shown_before_it_is_charged(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    confirm = data_of(summary, "place").replace("1200USD", "100USD")
    screen = await shop.press(BUYER, confirm)
    assert screen.tone is Tone.BAD
    assert await shop.book.find(BUYER.id) == []


async def test_the_review_channel_takes_no_orders(shop: Shop) -> None:
    screen = await shop.say(BUYER, "bgm", place=REVIEW)
    assert screen.title == shop.services.texts.say("en", "closed-review-title")
    assert await shop.book.load_draft(BUYER.id) is None


async def test_a_paused_shop_says_so_and_takes_no_order(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    await shop.say(OPERATOR, "shop pause", place=REVIEW, words="Back on Monday.")
    assert "Back on Monday." in (await shop.say(BUYER, "bgm")).text
    assert "Back on Monday." in (await shop.press(BUYER, data_of(summary, "place"))).text
    assert await shop.book.find(BUYER.id) == []
    await shop.say(OPERATOR, "shop resume", place=REVIEW)
    await shop.press(BUYER, data_of(summary, "place"))
    assert len(await shop.book.find(BUYER.id)) == 1


async def test_every_question_can_be_left_and_no_row_is_too_long(shop: Shop) -> None:
    details = await to_details(shop)
    for screen in (await shop.say(BUYER, "bgm"), details):
        assert len(screen.rows) <= 5
        assert all(len(row) <= 5 for row in screen.rows)
        assert all(len(button.data.encode()) <= 64 for button in buttons(screen))


async def test_what_the_form_says_in_words_is_read_shown_and_open_to_correction(shop: Shop) -> None:
    details = await to_details(shop)
    words = "rainy night, with cello and piano, no drums, 80 bpm"
    form = await shop.form(BUYER, data_of(details, "form", "details"))
    summary = await shop.submit(BUYER, form, words=words, unwanted="piano")
    assert "Cello" in summary.text
    draft = await drafts.load(shop.services, BUYER)
    assert draft is not None
    read = {name: draft.answers.get(name) for name in ("wanted", "unwanted", "tempo_bpm")}
    assert read == {"wanted": ["cello"], "unwanted": ["piano", "drums"], "tempo_bpm": 80}

    form = await shop.form(BUYER, data_of(details, "form", "details"))
    await shop.submit(BUYER, form, words=words, wanted="", unwanted="piano")
    draft = await drafts.load(shop.services, BUYER)
    assert draft is not None
    assert "wanted" not in draft.answers, "the same words are not read again over what was corrected"


@pytest.mark.parametrize("count", [12, 24, 25, 49])
async def test_every_style_of_the_operators_can_be_chosen(shop: Shop, count: int) -> None:
    styles = tuple(
        Item(f"style-{number}", {"ko": f"스타일 {number}", "en": f"Style {number}"}) for number in range(count)
    )
    shop.services = replace(shop.services, menu=replace(shop.services.menu, styles=styles))
    details = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="vlog")
    offered = [option.value for one in selects(details) for option in one.options]
    assert offered == ["any", *(style.id for style in styles)]
    assert all(len(one.options) <= 25 for one in selects(details))
    chosen = await shop.press(BUYER, selects(details)[-1].data, styles[-1].id)
    assert f"Style {count - 1}" in shown(chosen)
