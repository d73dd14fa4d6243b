"""Where buyers see a pay button besides their status message: answers that are noted until there is nothing to pay."""

from bot.orders.order import Order, State


def payable(order: Order) -> bool:
    """Whether a pay button means anything: the order awaits its payment, and no bank is still thinking."""
    return order.state is State.AWAITING_PAYMENT and not order.data.get("pending")


def to_pay_note(order_id: str) -> str:
    """Return the name of the note about the messages with an order's pay button: ``{"messages": {message: until}}``.

    ``until`` (ISO, UTC) is how long the message can be edited, "" for ever.
    """
    return f"to-pay:{order_id}"
