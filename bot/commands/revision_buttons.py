"""The buttons by which a delivered piece is changed, and the line that says what an order changes."""

from bot.commands.said import data
from bot.commands.services import Services
from bot.orders.order import Order
from bot.orders.revision import SIGNS, STEPS, WORDS
from bot.screens import Button, Control

ASK, WRITE = "revise", "rewrite"


def controls(services: Services, locale: str, order: Order) -> tuple[tuple[Control, ...], ...]:
    """Return the buttons by which a delivered piece is changed, in two rows."""
    say = services.texts.say
    buttons = [
        Button(say(locale, f"change-{name.replace('_', '-')}"), data(ASK, order.id, name), emoji=SIGNS[name])
        for name in STEPS
    ]
    words = Button(say(locale, "change-words"), data(WRITE, order.id), emoji=SIGNS[WORDS])
    return (tuple(buttons[:5]), (*buttons[5:], words))


def revision_line(services: Services, locale: str, order: Order) -> tuple[tuple[str, str], ...]:
    """Return (label, value) that says which piece an order changes and how; nothing for a new piece."""
    if not (source := order.data.get("source")):
        return ()
    change = services.texts.say(locale, f"change-{source['change'].replace('_', '-')}")
    return ((services.texts.say(locale, "revision-of"), f"{source['order']}: {change}"),)
