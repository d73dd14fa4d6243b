"""Withdrawing from a contract that is paid, where the law gives that right; and the contract in a form that lasts."""

from bot.commands.asked import asked_facts, price_lines
from bot.commands.my_orders import order_screen, owned
from bot.commands.said import Answer, How, Person, Press, Reply, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.bundles import sum_back
from bot.orders.consents import may_withdraw
from bot.orders.facts import Fact, RefundAsked
from bot.orders.pricing import Money
from bot.screens import Button, Look, Screen, Tone

VERB = "unbuy"
"""The verb of withdrawing; its argument ``yes`` is the second, deciding press, with the sum that goes back where that
is not all."""


async def withdraw(services: Services, person: Person, said: Press) -> Answer:
    """Show the declaration, and on the second press take it: the money goes back by itself.

    Who has used credit of its bundle since the first press reads the new sum first. The buyer reads when it was
    received in the order's own message, which stays with them.

    :raises BadInput: if there is no such right (any more).
    """
    order = await owned(services, person, said.target)
    say, locale = services.texts.say, person.locale
    now = services.clock()
    if not may_withdraw(order, now):
        raise BadInput(f"order {order.id} cannot be withdrawn from", text="error-no-withdrawal", order=order.id)
    amount, whole = sum_back(order, await services.purse.spent(order)), sum_back(order, 0)
    sure = "yes" if amount == whole else f"yes.{amount.amount}"
    if said.arg != sure:
        yes = Button(say(locale, "unbuy-confirm"), data(VERB, order.id, sure), Look.BAD)
        back = Button(say(locale, "dialogue-back"), data("order", order.id), emoji="◀️")
        text = say(locale, "unbuy-text", order=order.id, shop=services.front.name, amount=amount)
        if amount != whole:
            text += "\n\n" + say(locale, "unbuy-kept", kept=Money(whole.amount - amount.amount, amount.currency))
        return Reply(Screen(say(locale, "unbuy-title"), text, rows=((yes, back),), tone=Tone.WAIT), How.UPDATE)
    reason = say(order.locale, "unbuy-received", at=services.texts.moment(order.locale, now))
    asked = RefundAsked(reason, withdrawal=True)
    told = await services.book.tell(Fact(order.id, f"unbuy:{order.id}", person.id, asked))
    return Reply(await order_screen(services, person, told.order or order), How.UPDATE)


async def contract(services: Services, person: Person, said: Press) -> Answer:
    """Show what was agreed with an order, as it was then."""
    order = await owned(services, person, said.target)
    say, locale = services.texts.say, person.locale
    front = services.front
    consents = [
        (say(locale, f"consent-name-{one['what']}") + f" ({one.get('version', '')})", one["text"])
        for one in order.data.get("consents", ())
    ]
    seller = "\n".join(value for _, value in (("", front.name), *front.business))
    facts = (
        *asked_facts(services, locale, order.brief.to_json()),
        (say(locale, "summary-price"), price_lines(services, locale, order.price)),
        *consents,
        (say(locale, "terms-seller"), seller),
    )
    made = services.texts.moment(locale, order.created) if order.created else ""
    back = Button(say(locale, "dialogue-back"), data("order", order.id), emoji="◀️")
    title = say(locale, "contract-title", order=order.id)
    return Reply(Screen(title, say(locale, "contract-made", at=made), facts, rows=((back,),)), How.UPDATE)
