"""Stripe as a payment provider: Checkout Sessions on Stripe's own page. The only file that knows the stripe library.

A restricted key suffices: write for Checkout Sessions and for Charges and Refunds, read for PaymentIntents, Events,
Disputes and the Balance (fees). Idempotency keys are the keys of our jobs, so that a call repeated after a crash has
one effect.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import stripe
from stripe import StripeClient

from bot.errors import Outside, Refused, TryLater
from bot.orders.order import Order
from bot.payments.bill import Bill
from bot.payments.provider import Checkout, Fee, Hint, KeyRefused, SentBack, Sort, Standing, Status, Trouble
from bot.payments.session import (
    ON_ITS_WAY,
    dispute_of,
    failed_refund_of,
    fee_of,
    kept_by_bank,
    moment,
    sent_back_of,
    status_of,
)
from bot.payments.webhook import SORTS, read_event
from bot.texts import language_of

T = TypeVar("T")

API_VERSION = stripe.api_version
"""The dialect this library speaks; webhook endpoints should be set to the same."""

SHORTEST = timedelta(minutes=45)
LONGEST = timedelta(hours=23, minutes=50)
"""How long a page may stay open. Stripe allows 30 minutes to 24 hours from its own now; the rest is for clocks that
differ, and for retries, which must ask for the same moment to be the same request."""

_SECRETS = re.compile(r"\b(sk|rk|pk|whsec)_[A-Za-z0-9_*]+")


async def ping(key: str, base: str) -> None:
    """Ask Stripe whether it knows the key. No money moves. :raises Refused: if not; `TryLater` if it is away."""
    http = stripe.HTTPXClient()
    try:
        client = _client(key, base, http)
        await _asked(client.v1.checkout.sessions.list_async({"limit": 1, "expand": ["data.payment_intent"]}))
    except KeyRefused as error:
        raise Refused(str(error), text="reason-stripe-key") from None
    except TryLater as error:
        raise TryLater(str(error), after=error.after, text="reason-stripe-away") from None
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a buyer returns to: ``{order}`` stands for the order's id."""

    paid: str
    cancelled: str


class StripeProvider:
    """Stripe, as `Provider` describes it.

    ``shop`` is printed on the buyer's statement of the payment; with ``tax`` Stripe Tax works out the tax that is
    contained in the price.
    """

    name = "stripe"

    def __init__(self, key: str, base: str, bill: Bill, pages: Pages, *, shop: str = "", tax: bool = False) -> None:
        self._http = stripe.HTTPXClient()
        self._client = _client(key, base, self._http)
        self._bill = bill
        self._pages = pages
        self._shop = shop
        self._tax = tax

    async def stop(self) -> None:
        """Close the connections. No money moves."""
        await self._http.close_async()  # type: ignore[no-untyped-call]

    # --- the page ---

    async def open(self, order: Order, *, key: str, now: datetime) -> Checkout:
        """Open a Checkout Session. No money moves."""
        expires = _expiry(order, now)
        if expires is not None:
            try:
                return await self._create(order, expires, key)
            except KeyTaken:
                pass  # the words or prices have changed since the first try: the page of that try counts
        # 1. A try long ago may have opened a page and died before it was written down.
        if earlier := await self._earlier(order):
            return earlier
        # 2. It did not, and its moment is too near now: ask for a new one, as another request.
        expires = now.replace(microsecond=0) + SHORTEST
        return await self._create(order, expires, f"{key}:{expires:%Y%m%d%H%M}")

    async def _create(self, order: Order, expires: datetime, key: str) -> Checkout:
        call = self._client.v1.checkout.sessions.create_async(self._wish(order, expires), {"idempotency_key": key})
        session = (await _asked(call)).to_dict()
        return Checkout(session["id"], session["url"] or "", moment(session["expires_at"]))

    def _wish(self, order: Order, expires: datetime) -> Any:
        """Return what is asked of Stripe; the same for the same order and moment, or the key would not fit twice."""
        currency = order.price.currency.lower()
        behaviour = {"tax_behavior": "inclusive"} if self._tax else {}
        lines = [
            {
                "price_data": {
                    "currency": currency,
                    "unit_amount": item.amount,
                    "product_data": {"name": item.name},
                    **behaviour,
                },
                "quantity": 1,
            }
            for item in self._bill(order)
        ]
        wish: dict[str, Any] = {
            "mode": "payment",
            "line_items": lines,
            "client_reference_id": order.id,
            "metadata": {"order": order.id},
            "payment_intent_data": {"description": f"{self._shop} {order.id}".strip(), "metadata": {"order": order.id}},
            "expires_at": int(expires.timestamp()),
            "locale": language_of(order.locale),
            "success_url": self._pages.paid.format(order=order.id),
            "cancel_url": self._pages.cancelled.format(order=order.id),
            # the price that was promised is the price that is paid, in its own currency
            "adaptive_pricing": {"enabled": False},
        }
        if self._tax:
            wish["automatic_tax"] = {"enabled": True}
        return wish

    async def _earlier(self, order: Order) -> Checkout | None:
        """Return the order's page if there is one that is open or paid already."""
        since = (order.created or datetime.now(UTC)) - timedelta(minutes=10)
        found = [status for status in await self.checkouts(since) if status.order == order.id]
        usable = [s for s in found if s.standing in (Standing.PAID, Standing.WAITING, Standing.OPEN)]
        if not usable:
            return None
        best = max(usable, key=lambda status: (status.standing is not Standing.OPEN, status.created))
        return Checkout(best.reference, best.url, best.expires)

    async def lookup(self, reference: str) -> Status:
        """Retrieve a session with its payment. No money moves."""
        call = self._client.v1.checkout.sessions.retrieve_async(reference, {"expand": ["payment_intent"]})
        return status_of((await _asked(call)).to_dict())

    async def close(self, reference: str) -> Status:
        """Expire a session; one that is paid or expired already stays as it is. No money moves."""
        try:
            await _asked(self._client.v1.checkout.sessions.expire_async(reference))
        except Refused:
            status = await self.lookup(reference)
            if status.standing is Standing.OPEN:
                raise
            return status
        return await self.lookup(reference)

    # --- money going back ---

    async def refund(self, payment: str, *, order: str, key: str, keep: int = 0) -> SentBack:
        """Refund what is left of a payment intent but for what is kept. MONEY MOVES, at most once per payment."""
        wish: Any = {"payment_intent": payment, "metadata": {"order": order}}
        with contextlib.suppress(AlreadyBack):  # by an earlier try, or the operator in Stripe's dashboard
            if (left := await self._left(payment, keep)) is not None:
                wish["amount"] = left
            await _asked(self._client.v1.refunds.create_async(wish, {"idempotency_key": key}))
        return await self._sent_back(payment)

    async def _left(self, payment: str, keep: int) -> int | None:
        """Return what is left of a payment in minor units where the shop or disputes keep a part of it, None where
        neither does: Stripe itself counts refunds only.

        :raises AlreadyBack: if the rest was refunded; :raises Refused: if the banks have all of it.
        """
        listed = await _asked(self._client.v1.disputes.list_async({"payment_intent": payment, "limit": 100}))
        kept = [(d, kept_by_bank(d)) for d in (entry.to_dict() for entry in listed.data)]
        if not keep and not any(amount for _, amount in kept):
            return None
        call = self._client.v1.payment_intents.retrieve_async(payment, {"expand": ["latest_charge"]})
        charge = (await _asked(call)).to_dict()["latest_charge"]
        # a dispute in another currency cannot be subtracted, and counts as all of it
        gone = sum(amount if d["currency"] == charge["currency"] else charge["amount"] for d, amount in kept if amount)
        left: int = charge["amount_captured"] - charge["amount_refunded"] - gone - keep
        if left > 0:
            return left
        if charge["amount_refunded"]:
            raise AlreadyBack(f"Stripe: nothing is left of {payment}")
        raise Refused(f"Stripe: a bank has the money of {payment} (charge_disputed)")

    async def _sent_back(self, payment: str) -> SentBack:
        listed = await _asked(self._client.v1.refunds.list_async({"payment_intent": payment, "limit": 100}))
        counted = [r for r in (entry.to_dict() for entry in listed.data) if r["status"] in ON_ITS_WAY]
        if not counted:
            raise Refused(f"Stripe could not carry out the refund of {payment}")
        return sent_back_of(payment, counted)

    # --- what happened ---

    async def news(self, since: datetime) -> Sequence[Hint]:
        """List the events we follow. No money moves. Stripe keeps events for 30 days."""
        wish: Any = {"created": {"gte": int(since.timestamp())}, "types": list(SORTS), "limit": 100}
        page = await _asked(self._client.v1.events.list_async(wish))
        found = [read_event(event) async for event in _all(page)]
        return [hint for hint in reversed(found) if hint is not None]

    async def checkouts(self, since: datetime) -> Sequence[Status]:
        """List sessions with their payments. No money moves."""
        wish: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.payment_intent"]}
        page = await _asked(self._client.v1.checkout.sessions.list_async(wish))
        return [status_of(session) async for session in _all(page)][::-1]

    async def refunded(self, since: datetime) -> Sequence[SentBack]:
        """List refunds that arrived or are on their way. No money moves."""
        wish: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        page = await _asked(self._client.v1.refunds.list_async(wish))
        refunds = [refund async for refund in _all(page)][::-1]
        return [sent_back_of(r["payment_intent"] or "", [r]) for r in refunds if r["status"] in ON_ITS_WAY]

    async def fees(self, since: datetime) -> Sequence[Fee]:
        """List the movements of the balance that cost a fee. No money moves."""
        wish: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.source"]}
        page = await _asked(self._client.v1.balance_transactions.list_async(wish))
        found = [fee_of(movement) async for movement in _all(page)]
        return [fee for fee in reversed(found) if fee is not None]

    async def trouble(self, hint: Hint) -> Trouble | None:
        """Look at a dispute or a failed refund. No money moves."""
        expand: Any = {"expand": ["payment_intent"]}
        if hint.sort is Sort.DISPUTE:
            call = self._client.v1.disputes.retrieve_async(hint.reference, expand)
            return dispute_of((await _asked(call)).to_dict())
        return failed_refund_of(
            (await _asked(self._client.v1.refunds.retrieve_async(hint.reference, expand))).to_dict()
        )


class KeyTaken(Refused):
    """The idempotency key was used before, for another request."""


class AlreadyBack(Refused):
    """Nothing is left of the payment to send back."""


def _client(key: str, base: str, http: stripe.HTTPXClient) -> StripeClient:
    return StripeClient(key, base_addresses={"api": base}, http_client=http, max_network_retries=2)


def _expiry(order: Order, now: datetime) -> datetime | None:
    """Return when the page closes, the same for every try; None once that is too near to ask for."""
    created = order.created or now
    deadline = order.deadline or created + LONGEST
    expires = min(max(deadline, created + SHORTEST), created + LONGEST).replace(microsecond=0)
    return expires if expires - now > timedelta(minutes=30, seconds=30) else None


async def _all(page: Any) -> AsyncIterator[dict[str, Any]]:
    """Yield every entry of a list as plain data, page after page."""
    while True:
        for entry in page.data:
            yield entry.to_dict()
        if not page.has_more:
            return
        page = await _asked(page.next_page_async())


async def _asked(call: Awaitable[T]) -> T:
    """Await a call; Stripe's errors become ours, without keys and without the library's traceback."""
    try:
        return await call
    except stripe.StripeError as error:
        raise _ours(error) from None


def _ours(error: stripe.StripeError) -> Outside:
    said = _SECRETS.sub(r"\1_…", str(error.user_message or error))[:300]
    said = f"Stripe: {said}" + (f" ({error.code})" if error.code else "")
    match error:
        case stripe.APIConnectionError():
            return TryLater("Stripe cannot be reached")
        case stripe.AuthenticationError():
            return KeyRefused(said)
        case stripe.RateLimitError():
            return TryLater(said, after=_wish_of(error))
        case stripe.IdempotencyError() if error.http_status != 409:
            return KeyTaken(said)
        case stripe.InvalidRequestError() if error.code == "charge_already_refunded":
            return AlreadyBack(said)
        case _ if error.http_status == 409 or error.code == "lock_timeout" or (error.http_status or 0) >= 500:
            return TryLater(said, after=_wish_of(error))
        case _:
            return Refused(said)


def _wish_of(error: stripe.StripeError) -> float | None:
    """Return the pause in seconds that Stripe asks for, if it names one."""
    try:
        return float((error.headers or {})["retry-after"])
    except (KeyError, ValueError):
        return None
