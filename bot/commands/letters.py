"""What buyer and operator write to each other about an order: questions, and answers to them.

::

    buyer:     Question ── form ──► letter ──► in the thread under the card, with Answer
    operator:  Ask / Answer ── form ──► letter ──► direct message to the buyer, with Answer
    buyer:     Answer ── form, or plain words in that chat ──► letter ──► under the card

A letter is a fact of its order before anybody hears that it is on its way, so that none is lost and none comes twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.commands.my_orders import owned
from bot.commands.operator import allowed
from bot.commands.said import Answer, Person, Press, Reply, Submitted, Words, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.facts import Fact, Letter
from bot.orders.letters import BUYER, LONGEST, OPERATOR, conversation, letter, open_question
from bot.orders.order import Order
from bot.screens import Field, Form, Screen, Tone
from bot.texts import paragraphs, plain

ASK, ANSWER, WRITE = "ask", "answer", "write"
"""A buyer's question, a buyer's answer, and whatever the operator writes."""

LOOKED_THROUGH = 20
"""How many of a buyer's newest orders may have a conversation under way."""


async def ask_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for a buyer's question, or for the answer to one of the operator's letters."""
    order = await owned(services, person, said.target)
    return _form(services, person, order, said, BUYER)


async def write_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for the operator's question, or for the answer to one of the buyer's letters."""
    allowed(services, person, said.place)
    return _form(services, person, await services.book.get(said.target), said, OPERATOR)


async def from_buyer(services: Services, person: Person, said: Submitted) -> Answer:
    """Pass on what a buyer wrote into a form."""
    order = await owned(services, person, said.target)
    return await _sent(services, person, order, BUYER, said.fields.get("text", ""), said.key, said.arg)


async def from_operator(services: Services, person: Person, said: Submitted) -> Answer:
    """Pass on what the operator wrote into a form."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    return await _sent(services, person, order, OPERATOR, said.fields.get("text", ""), said.key, said.arg)


async def in_plain_words(services: Services, person: Person, said: Words) -> Answer | None:
    """Pass plain words on as an answer, if a conversation of that person's is under way; else None."""
    for order in await services.book.find(person.id, LOOKED_THROUGH):
        if _under_way(order) or _replied_to(order, said):
            question = open_question(order)
            number = str(question["id"]) if question else ""
            return await _sent(services, person, order, BUYER, said.text, said.key, number)
    return None


def _under_way(order: Order) -> bool:
    """Whether the operator has asked something: until the order ends words in passing belong to it, after that only
    the answer itself."""
    asked = any(one["side"] == OPERATOR for one in conversation(order))
    return open_question(order) is not None or (asked and not order.state.ended)


def _replied_to(order: Order, said: Words) -> bool:
    return bool(said.answers) and any(one["message"] == said.answers for one in conversation(order))


def _form(services: Services, person: Person, order: Order, said: Press, side: str) -> Form:
    say, locale = services.texts.say, person.locale
    earlier = _number(order, said.arg)
    answered = letter(order, earlier) if earlier else None
    title = say(locale, "letter-form-answer" if answered else f"letter-form-{side}", order=order.id)
    hint = plain(answered["text"], 90) if answered else say(locale, f"letter-example-{side}")
    field = Field("text", say(locale, "letter-text"), placeholder=hint, required=True, long=True, most=LONGEST)
    return Form(data(said.verb, order.id, earlier or ""), title, (field,))


async def _sent(
    services: Services, person: Person, order: Order, side: str, text: str, key: str, answers: str
) -> Reply:
    """Write a letter down; the same words under the same key are one letter.

    So are the same words said twice in a row: chats let who heard nothing (the shop was just killed, say) send a form
    again, as a new one.

    :raises BadInput: if nothing was written.
    """
    words = paragraphs(text, LONGEST)
    if not words:
        raise BadInput("an empty letter", text="error-letter-empty")
    what = Letter(side, person.id, words, _number(order, answers))
    newest = _newest(order)
    if all(newest.get(name) == getattr(what, name) for name in ("side", "who", "text")):
        what = replace(what, answers=newest["answers"])
    else:
        await services.book.tell(Fact(order.id, f"letter:{key}", person.id, what))
    say, locale = services.texts.say, person.locale
    key = f"letter-sent-{side}{'-answer' if what.answers else ''}"
    return Reply(Screen(say(locale, "letter-sent"), say(locale, key, order=order.id), tone=Tone.GOOD))


def _newest(order: Order) -> Mapping[str, Any]:
    return next(iter(reversed(conversation(order))), {})


def _number(order: Order, arg: str) -> int:
    """Return the number of the letter that is answered, 0 if there is none of that number."""
    number = int(arg) if arg.isascii() and arg.isdigit() and len(arg) < 6 else 0
    return number if letter(order, number) else 0
