"""An order, and the states it can be in."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.orders.brief import Brief
from bot.orders.explained import Explained
from bot.orders.pricing import Price

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters that are not mistaken for one another when read aloud."""


class State(Explained):
    """Where an order stands. ``sentence`` explains it to whoever reads the table."""

    AWAITING_PAYMENT = "awaiting_payment", "The buyer has a checkout page to pay."
    COMPOSING = "composing", "The money is there; takes are being made, finished, checked and ranked."
    REVIEWING = "reviewing", "The operator has a card with previews and decides."
    PACKING = "packing", "A take is approved; master files and licence certificate are being made."
    DELIVERING = "delivering", "The parcel is packed and on its way to the buyer."
    DELIVERED = "delivered", "The buyer has the music and the licence."
    REFUNDING = "refunding", "The money is on its way back."
    REFUNDED = "refunded", "The buyer has the money back."
    CANCELLED = "cancelled", "Nothing was paid and nothing is owed."

    @property
    def ended(self) -> bool:
        """Whether nothing more is due: delivered, refunded or never paid."""
        return self in (State.DELIVERED, State.REFUNDED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it stands.

    ``customer`` is a person such as ``discord:123``; ``place`` is the channel it was ordered in (``discord:456``);
    ``deadline`` is when the present state has lasted too long; ``version`` grows with every applied fact.
    ``data`` holds what the facts brought: checkout, payment, takes, card, chosen, files, certificate, hand_over,
    refund, ``kept`` of a bundle whose credit was ``spent``, status (the buyer's status message), consents, failure,
    and for a revision its ``source``: the ``order``
    it changes, the ``take`` (its ``index`` and the ``key`` of its media folder), the ``change``, and the buyer's
    ``words`` about it.
    """

    id: str
    customer: str
    locale: str
    brief: Brief
    price: Price
    state: State = State.AWAITING_PAYMENT
    version: int = 0
    round: int = 1
    place: str = ""
    deadline: datetime | None = None
    created: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def platform(self) -> str:
        """The doorway the customer came through: ``discord``, ``telegram`` or ``house``."""
        return self.customer.partition(":")[0]

    @property
    def free(self) -> bool:
        """Whether it costs nothing: a free revision, or a coupon for all of it. Nobody waits for a payment then."""
        return self.price.total.amount == 0

    @property
    def sold(self) -> bool:
        """Whether the buyer gave something for it: money, or credit, which is money that was paid before."""
        return not self.free or bool(self.data.get("discounts", {}).get("credit"))

    @property
    def held(self) -> bool:
        """Whether the buyer's bank questions the payment; nothing is handed over until it has decided."""
        own = self.data.get("payment", {}).get("payment")
        disputes = self.data.get("disputes", {}).values()
        return any(entry["standing"] == "open" and entry["payment"] == own for entry in disputes)

    @property
    def charged_back(self) -> bool:
        """Whether the bank has given all of the order's payment back to the buyer."""
        return self.back_by_bank > 0 and self.back_by_bank >= int(self.data["payment"]["amount"])

    @property
    def back_by_bank(self) -> int:
        """What lost disputes have given back of the order's payment, in minor units of the payment's currency.

        A dispute may be about a part of a payment, or be lost in part. One in another currency cannot be compared and
        counts as the whole, so that nothing is ever sent back on top of it.
        """
        own = self.data.get("payment", {})
        lost = [one for one in self.data.get("disputes", {}).values() if one["standing"] == "lost"]
        return sum(
            int(one["amount"]) - int(one.get("returned", 0)) if one["currency"] == own["currency"] else own["amount"]
            for one in lost
            if one["payment"] == own.get("payment")
        )

    @property
    def back(self) -> int:
        """What the buyer has back of the order's payment, by refunds and by the bank, in minor units."""
        own = self.data.get("payment", {}).get("payment")
        refunds = self.data.get("refunds", ())
        return sum(int(one["amount"]) for one in refunds if one["payment"] == own) + self.back_by_bank

    @property
    def kept(self) -> int:
        """What the shop keeps of the order's payment although it is taken back, in minor units: the price of what the
        buyer has had for the credit of its bundle."""
        return int(self.data.get("kept", 0))

    @property
    def chosen(self) -> dict[str, Any] | None:
        """The approved take, if there is one."""
        index = self.data.get("chosen")
        return next((take for take in self.data.get("takes", ()) if take["index"] == index), None)


def new_order_id() -> str:
    """Return ten random characters (50 bits): short enough to read aloud, too many to guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))
