"""Words, keyboards, edits, deletions: what is kept, and what is refused in which words."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox.telegram import Answer, ClientRefusal, Person, TelegramWorld
from bot.sandbox.telegram.entities import parsed
from bot.sandbox.telegram.refusals import Refusal
from tests.sandbox.telegram.conftest import Probe, Wire

UNMODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
NOBODY = 4_999_999_999


def keys(*buttons: dict[str, Any]) -> dict[str, Any]:
    """Return a keyboard of one row."""
    return {"inline_keyboard": [list(buttons)]}


async def test_html_becomes_text_and_entities(probe: Probe, buyer: Person) -> None:
    sent = await probe.bot.send_message(
        buyer.id, "<b>Calm &amp; <i>soft</i></b> 🎵 <a href='https://a.example'>terms</a>", parse_mode="HTML"
    )
    assert sent.text == "Calm & soft 🎵 terms"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [
        ("bold", 0, 11),
        ("italic", 7, 4),
        ("text_link", 15, 5),
    ]
    assert buyer.messages(buyer.id)[-1]["text"] == sent.text


async def test_a_link_to_a_person_is_a_mention(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    html = f'<a href="tg://user?id={world.operator_id}">Desk</a> and <a href="tg://user?id=1">nobody</a>'
    sent = await probe.bot.send_message(buyer.id, html, parse_mode="HTML")
    (mention,) = sent.entities
    assert (mention.type, mention.offset, mention.length) == ("text_mention", 0, 4)
    assert mention.user is not None
    assert mention.user.id == world.operator_id


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("한<font>x</font>", 'Unsupported start tag "font" at byte offset 3'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a < b", "Unclosed start tag at byte offset 2"),
    ],
)
def test_bad_html_is_named(html: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        parsed(html, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {said}"


def test_code_of_a_language_is_one_entity() -> None:
    text, entities = parsed('<pre><code class="language-json">{}</code></pre>', "HTML")
    assert (text, entities) == ("{}", [{"type": "pre", "language": "json", "offset": 0, "length": 2}])


def test_commands_and_links_are_found_in_plain_words() -> None:
    text, entities = parsed("/bgm see https://a.example/x, or @shop_bot", None)
    found = {entity["type"]: text[entity["offset"] : entity["offset"] + entity["length"]] for entity in entities}
    assert found == {"bot_command": "/bgm", "url": "https://a.example/x", "mention": "@shop_bot"}


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "x", "parse_mode": "Morse"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": NOBODY}, "chat not found"),
        ({"text": "x", "reply_parameters": {"message_id": 4444}}, "message to be replied not found"),
        ({"text": "x", "reply_markup": keys({"text": "a", "callback_data": "x" * 65})}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": keys({"text": "a"})},
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keys({"text": "a", "url": "http://localhost:80/"})},
            "inline keyboard button URL 'http://localhost:80/' is invalid: Wrong HTTP URL",
        ),
        ({"text": "x", "colour": "red"}, "there is no parameter colour in sendMessage"),
        ({"text": "x", "disable_notification": "perhaps"}, "disable_notification is not Bool"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ],
)
async def test_what_cannot_be_sent(wire: Wire, buyer: Person, params: dict[str, Any], said: str) -> None:
    assert await wire.refusal("sendMessage", **({"chat_id": buyer.id} | params)) == (400, f"Bad Request: {said}")


async def test_nobody_is_written_to_who_did_not_begin(wire: Wire, world: TelegramWorld) -> None:
    refused = await wire.refusal("sendMessage", chat_id=world.buyer_id, text="psst")
    assert refused == (403, "Forbidden: bot can't initiate conversation with a user")
    with pytest.raises(ClientRefusal, match="START"):
        await world.person(world.buyer_id).write(world.buyer_id, "hello")


async def test_a_pressed_button_is_answered(probe: Probe, buyer: Person) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Calm", callback_data="bgm:mood:1:calm")]])
    sent = await probe.bot.send_message(buyer.id, "Mood?", reply_markup=markup)
    pressing = asyncio.create_task(buyer.press(buyer.id, sent.message_id, "Calm"))
    query = (await probe.until(lambda u: u.callback_query)).callback_query
    assert query is not None
    assert query.data == "bgm:mood:1:calm"
    await query.edit_message_text("Calm it is.")
    await query.answer("Noted", show_alert=True)
    assert await pressing == Answer("Noted", is_alert=True)
    shown = buyer.message(buyer.id, sent.message_id)
    assert (shown["text"], "reply_markup" in shown, "edit_date" in shown) == ("Calm it is.", False, True)


async def test_a_press_is_not_answered_after_its_time(world: TelegramWorld, probe: Probe, buyer: Person) -> None:
    world.rules.query_within = 0.01
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Calm", callback_data="x")]])
    sent = await probe.bot.send_message(buyer.id, "Mood?", reply_markup=markup)
    with pytest.raises(ClientRefusal, match="did not answer"):
        await buyer.press(buyer.id, sent.message_id, "x")
    query = (await probe.until(lambda u: u.callback_query)).callback_query
    assert query is not None
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await query.answer()


async def test_edits_that_are_refused(wire: Wire, buyer: Person) -> None:
    message = await wire.result("sendMessage", chat_id=buyer.id, text="one")
    place = {"chat_id": buyer.id, "message_id": message["message_id"]}
    theirs = {"chat_id": buyer.id, "message_id": buyer.messages(buyer.id)[0]["message_id"]}
    assert await wire.refusal("editMessageText", text="one", **place) == (400, UNMODIFIED)
    for params, said in (
        ({"text": "x", **place, "message_id": 99}, "message to edit not found"),
        ({"text": "x", **theirs}, "message can't be edited"),
    ):
        assert await wire.refusal("editMessageText", **params) == (400, f"Bad Request: {said}")
    no_caption = (400, "Bad Request: there is no caption in the message to edit")
    assert await wire.refusal("editMessageCaption", caption="x", **place) == no_caption
    await wire.result("editMessageReplyMarkup", reply_markup=keys({"text": "a", "callback_data": "a"}), **place)
    await wire.result("deleteMessage", **place)
    assert await wire.refusal("deleteMessage", **place) == (400, "Bad Request: message to delete not found")


async def test_replies_copies_and_forwards(wire: Wire, world: TelegramWorld, buyer: Person) -> None:
    begun = buyer.messages(buyer.id)[0]["message_id"]
    said = await wire.result("sendMessage", chat_id=buyer.id, text="hi", reply_parameters={"message_id": begun})
    assert said["reply_to_message"]["text"] == "/start"
    place = {"from_chat_id": buyer.id, "message_id": begun}
    forwarded = await wire.result("forwardMessage", chat_id=world.review_chat_id, **place)
    assert forwarded["forward_origin"]["sender_user"]["id"] == buyer.id
    copied = await wire.result("copyMessage", chat_id=world.review_chat_id, **place)
    shown = world.person(world.operator_id).message(world.review_chat_id, copied["message_id"])
    assert ("forward_origin" in shown, shown["from"]["is_bot"]) == (False, True)
