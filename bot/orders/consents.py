"""What a buyer is told and agrees to before paying, by where they live, and until when they may withdraw. Pure.

Korea (Act on Consumer Protection in Electronic Commerce, art. 17): digital content and work made to order may be kept
from being returned only if that was announced before the order and the buyer could listen first. European Union
(Directive 2011/83, art. 9, 11a, 16 m, as amended by 2023/2673) and, alike, the United Kingdom (Consumer Contracts
Regulations 2013): fourteen days to withdraw; the right ends with the delivery only if the buyer has asked for that by
ticking something that was not ticked, and has it confirmed in a form that lasts. AI is named to everybody beforehand
(Korea's AI Basic Act, art. 31; EU AI Act, art. 50).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.orders.order import Order, State

WITHDRAWAL = timedelta(days=14)
"""How long a buyer may withdraw who has not given that right up, counted from the order."""


class Region(StrEnum):
    """Where a buyer lives, as far as the law of buying differs."""

    KOREA = "kr"
    EU = "eu"
    UK = "uk"
    ELSEWHERE = "other"


class Consent(StrEnum):
    """What is told or agreed to."""

    AI = "ai-notice"
    LISTEN = "pre-listen"
    NO_WITHDRAWAL = "no-withdrawal"
    AT_ONCE = "begin-at-once"
    TERMS = "terms"


TICKED = (Region.EU, Region.UK)
"""Where the right to withdraw ends only by a consent of its own."""

CONFIRMED = (Region.KOREA, Region.EU, Region.UK)
"""Where the buyer gets the contract in a form that lasts."""

_EEA = frozenset(
    (
        *("bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "hu", "is", "it", "lt", "lv", "mt", "nb"),
        *("nl", "nn", "no", "pl", "pt", "ro", "sk", "sl", "sv"),
    )
)
"""Languages spoken mostly in the European Economic Area; one with a land of its own (``pt-BR``) is judged by that."""

_LANDS = {"kr": Region.KOREA, "gb": Region.UK, "ie": Region.EU, "es": Region.EU, "se": Region.EU, "de": Region.EU,
          "fr": Region.EU, "at": Region.EU, "nl": Region.EU, "it": Region.EU, "pt": Region.EU}  # fmt: skip


def guess(locale: str) -> Region:
    """Return where a buyer probably lives, by the language of their chat; they can always correct it."""
    language, _, land = locale.lower().replace("_", "-").partition("-")
    if land:
        return _LANDS.get(land, Region.ELSEWHERE)
    if language == "ko":
        return Region.KOREA
    return Region.EU if language in _EEA else Region.ELSEWHERE


def needed(region: Region) -> tuple[Consent, ...]:
    """Return what a buyer of that region is told and agrees to with the order itself, in the order it is read."""
    match region:
        case Region.KOREA:
            return Consent.AI, Consent.LISTEN, Consent.NO_WITHDRAWAL, Consent.TERMS
        case Region.EU | Region.UK:
            return Consent.AI, Consent.TERMS
        case _:
            return Consent.AI, Consent.NO_WITHDRAWAL, Consent.TERMS


def region_of(order: Order) -> Region:
    """Return where the buyer of an order said to live; orders of before that was asked are from elsewhere."""
    value = order.data.get("region", "")
    return Region(value) if value in [one.value for one in Region] else Region.ELSEWHERE


def given(order: Order) -> dict[str, dict[str, Any]]:
    """Return the consents kept with an order by what they are about."""
    return {consent["what"]: consent for consent in order.data.get("consents", ())}


def confirmed(order: Order) -> bool:
    """Whether the buyer of this order gets the contract in a form that lasts."""
    return region_of(order) in CONFIRMED and bool(order.data.get("consents"))


def may_withdraw(order: Order, now: datetime) -> bool:
    """Whether the buyer may withdraw from the contract now, without giving a reason.

    Who asked that work begin at once may until the delivery begins; who did not, for fourteen days. What cost nothing
    (a free change) is no contract to withdraw from; what credit paid for is one.
    """
    if region_of(order) not in TICKED or not order.sold:
        return False
    before_delivery = order.state in (State.COMPOSING, State.REVIEWING, State.PACKING)
    if Consent.AT_ONCE in given(order):
        return before_delivery
    standing = before_delivery or order.state in (State.DELIVERING, State.DELIVERED)
    return standing and order.created is not None and now < order.created + WITHDRAWAL
