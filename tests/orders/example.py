"""An order to tell stories about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.orders import facts, flow
from bot.orders.brief import Brief
from bot.orders.facts import Fact, What
from bot.orders.order import Order
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.orders.work import Work

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
POLICY = Policy()
BRIEF = Brief(mood="calm", seconds=60, purpose="youtube", details="rain on a window")
PRICE = Price("KRW", (Line("price-length", 15000, (("seconds", 60),)),))


def new_order(order_id: str = "K3M8Q2Z7RT", **changes: Any) -> Order:
    """An order as the dialogue hands it to the book: not placed yet."""
    order = Order(order_id, "discord:1", "ko", BRIEF, PRICE, place="discord:channel:9")
    return replace(order, **changes)


def free_order(order_id: str = "K3M8Q2Z7RT", **changes: Any) -> Order:
    """An order that costs nothing, such as a free revision."""
    return new_order(order_id, price=Price("KRW", ()), **changes)


def paid(payment: str = "pi_1", amount: int = 15000, currency: str = "krw") -> facts.Paid:
    return facts.Paid("stripe", f"cs_{payment}", amount, currency, payment)


def opened(reference: str = "cs_1") -> facts.CheckoutOpened:
    return facts.CheckoutOpened("stripe", reference, "https://pay.example/1", "2026-11-22T11:00:00+00:00")


def takes(round_: int = 1) -> facts.TakesReady:
    return facts.TakesReady(round_, [{"index": index, "seed": index} for index in (1, 2, 3)])


def refunded(payment: str = "pi_1", reference: str = "re_1", amount: int = 15000) -> facts.Refunded:
    return facts.Refunded(payment, reference, amount, "KRW")


MASTERED = facts.Mastered(1, [{"name": "master.wav", "key": "orders/1/master.wav", "size": 1, "sha256": "0"}])
CERTIFIED = facts.Certified("BGM-1", {"name": "licence.pdf"})
HANDED_OVER = facts.HandedOver("dm", "discord:1/2")

TO_DELIVERED: tuple[What, ...] = (
    opened(), paid(), takes(), facts.CardPosted(1, "discord:5/6"), facts.Approved(1, 2),
    MASTERED, CERTIFIED, HANDED_OVER,
)  # fmt: skip
"""The facts of an order in which nothing goes wrong."""


def told(order: Order, what: What, *, now: datetime = NOON, policy: Policy = POLICY) -> flow.Step | flow.Ignored:
    return flow.transition(order, Fact(order.id, f"{order.version}:{what}", "somebody", what), policy, now)


def after(*whats: What, order: Order | None = None) -> Order:
    """The order after these facts; each of them has to mean something."""
    order = order or flow.placed(new_order(), POLICY, NOON).order
    for what in whats:
        step = told(order, what)
        assert isinstance(step, flow.Step), (order.state, what)
        order = step.order
    return order


def works(order: Order, what: What) -> dict[str, Work]:
    """The work that one more fact leaves, by kind."""
    step = told(order, what)
    assert isinstance(step, flow.Step), (order.state, what)
    return {work.kind: work for work in step.works}
