"""A buyer's wish for a refund: said once, answered by the operator, who gives the money back or says why not."""

from bot.commands.my_orders import order_screen, owned, wishable
from bot.commands.operator import allowed
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.facts import Fact, RefundDeclined, RefundWished
from bot.orders.order import Order, State
from bot.screens import Field, Form, Screen, Tone
from bot.texts import paragraphs, plain

WISH, DECLINE = "wish", "decline"
REASON_LIMIT = 500


async def wish_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for the reason; who has asked before reads how that stands."""
    order = await owned(services, person, said.target)
    if "wish" in order.data:
        return Reply(await order_screen(services, person, order), How.UPDATE)
    say, locale = services.texts.say, person.locale
    _must_be_wishable(order)
    field = Field(
        "reason", say(locale, "wish-reason"), placeholder=say(locale, "wish-example"), required=True, long=True,
        most=REASON_LIMIT,
    )  # fmt: skip
    return Form(data(WISH, order.id), say(locale, "wish-title"), (field,))


async def wish(services: Services, person: Person, said: Submitted) -> Answer:
    """Pass the wish on to the operator; a second one changes nothing.

    :raises BadInput: if there is nothing to give back.
    """
    order = await owned(services, person, said.target)
    if "wish" not in order.data:
        _must_be_wishable(order)
        reason = plain(said.fields.get("reason", ""), REASON_LIMIT)
        what = RefundWished(reason)
        told = await services.book.tell(Fact(order.id, f"refund-wish:{order.id}", person.id, what))
        order = told.order or order
    return Reply(await order_screen(services, person, order), How.UPDATE)


async def decline_form(services: Services, person: Person, said: Press) -> Answer:
    """Open the form for the operator's words to the buyer."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    _must_be_open(order)
    say, locale = services.texts.say, person.locale
    field = Field("text", say(locale, "decline-words"), placeholder=say(locale, "decline-example"), required=True,
                  long=True, most=REASON_LIMIT)  # fmt: skip
    return Form(data(DECLINE, order.id), say(locale, "decline-title", order=order.id), (field,))


async def decline(services: Services, person: Person, said: Submitted) -> Answer:
    """Tell the buyer, by a letter, that the money is not given back and why.

    :raises BadInput: if nothing was written, or the wish has been answered.
    """
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    _must_be_open(order)
    words = paragraphs(said.fields.get("text", ""), REASON_LIMIT)
    if not words:
        raise BadInput("an empty letter", text="error-letter-empty")
    letter = services.texts.say(order.locale, "wish-declined-letter", order=order.id, words=words)
    what = RefundDeclined(person.id, letter)
    told = await services.book.tell(Fact(order.id, f"refund-declined:{order.id}", person.id, what))
    if told.outcome != "applied":
        _must_be_open(told.order or order)
    text = services.texts.say(person.locale, "decline-done", order=order.id)
    return Reply(Screen(text=text, tone=Tone.GOOD))


def _must_be_wishable(order: Order) -> None:
    if not wishable(order):
        raise BadInput(f"order {order.id} is {order.state}", text="error-wish-nothing", order=order.id)


def _must_be_open(order: Order) -> None:
    if order.data.get("wish", {}).get("standing") != "open" or order.state in (State.REFUNDING, State.REFUNDED):
        raise BadInput(f"order {order.id} has no open wish", text="error-wish-answered", order=order.id)
