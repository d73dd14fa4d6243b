"""The jobs of the money room, and the one way in which a look-up becomes a fact of the story."""

import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.errors import NotFound, Refused
from bot.orders import facts
from bot.orders.conditions import its_payment
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.payments.provider import ByHand, Hint, KeyRefused, Provider, Ruling, SentBack, Sort, Standing, Status, Trouble
from bot.payments.webhook import hint_of
from bot.storage.jobs import Job
from bot.storage.order_book import OrderBook, Told

PATIENCE = timedelta(days=14)
"""How long the bank of a delayed payment method may take (SEPA debits: up to 14 business days to be certain)."""

REMEMBERED = 20_000
"""How many handled hints are kept in mind, so that a storm of repetitions asks the provider nothing."""

log = structlog.get_logger(__name__)


class Cashier:
    """Opens, closes and refunds at the providers, and tells the order book what they say.

    ``providers`` may be filled after this is made; ``choose`` names the one an order is paid with. `hands` goes to the
    runner, `hear` to the web room.
    """

    def __init__(
        self,
        book: OrderBook,
        providers: Mapping[str, Provider],
        choose: Callable[[Order], str],
        *,
        secrets: Sequence[str] = (),
        version: str = "",
    ) -> None:
        self._book = book
        self._providers = providers
        self._choose = choose
        self._secrets = tuple(secrets)
        self._version = version
        self._handled: OrderedDict[str, None] = OrderedDict()

    @property
    def hands(self) -> dict[str, Callable[[Job, Order], Awaitable[What | None]]]:
        """The jobs of this room by their kind."""
        return {"open_checkout": self.open_checkout, "close_checkout": self.close_checkout, "refund": self.refund}

    # --- jobs ---

    async def open_checkout(self, job: Job, order: Order) -> What | None:
        """Open the page; again after a crash it is the same page. No money moves.

        A job that was tried before is carried through although the order was called off meanwhile: its page may be
        there, and only who knows it can close it.
        """
        if order.state is not State.AWAITING_PAYMENT and job.tries == 1:
            return None
        provider = self._at(self._choose(order))
        opened = await provider.open(order, key=job.key, now=self._book.clock())
        return facts.CheckoutOpened(
            provider.name, opened.reference, opened.url, opened.expires.isoformat(), opened.words
        )

    async def close_checkout(self, job: Job, order: Order) -> What | None:
        """Close the page of an order that was called off. No money moves; if it was paid a moment before, the story
        hears of it and sends the money back."""
        checkout = order.data.get("checkout")
        if checkout is None:
            return None
        provider = self._at(checkout["provider"])
        await self._tell(provider, await provider.close(checkout["reference"]))
        return None

    async def refund(self, job: Job, order: Order) -> What | None:
        """Send a payment back. MONEY MOVES, once per payment, however often the job runs.

        Where a person has to do it the story goes on when they say that it is done (`sent_back`).
        """
        provider = self._at(job.data["provider"])
        try:
            keep = order.kept if its_payment(order, job.data["payment"]) else 0
            back = await provider.refund(job.data["payment"], order=order.id, key=job.key, keep=keep)
        except ByHand as error:
            log.info("a refund waits for the operator", order=order.id, error=str(error))
            return None
        log.info("refunded", order=order.id, payment=back.payment, amount=back.amount, currency=back.currency)
        return refunded(provider.name, back)

    def _at(self, name: str) -> Provider:
        """Return a provider. :raises Refused: if the shop has ceased to use it; orders may still be under way there."""
        if name not in self._providers:
            raise Refused(f"{name} is not set up any more", text="error-provider-gone", name=name)
        return self._providers[name]

    # --- hints ---

    async def hear(self, body: bytes, signature: str) -> Hint | None:
        """Take a webhook in: verify it, then look up what it points at.

        Answers 2xx to the sender only after this has returned; on `TryLater` the sender shall repeat it.

        :raises NotFromStripe: if it is forged, stale or from the future; `TryLater` if the look-up cannot be made.
        """
        hint = hint_of(body, signature, self._secrets, self._book.clock())
        if hint is not None:
            await self.follow("stripe", hint)
        return hint

    async def follow(self, provider: str, hint: Hint) -> None:
        """Look at what a hint names, once per hint; the look-up decides, never the hint. No money moves.

        :raises TryLater: if the provider is away, `KeyRefused` if it does not know us; the hint then counts as not
            handled.
        """
        if hint.event in self._handled:
            return
        if hint.version and self._version and hint.version != self._version:
            log.warning(
                "the webhook speaks another API version than this shop; set the endpoint to ours",
                hint=hint.event, theirs=hint.version, ours=self._version,
            )  # fmt: skip
        try:
            if hint.sort is Sort.CHECKOUT:
                await self.settle(provider, hint.reference)
            else:
                await self._report(provider, await self._providers[provider].trouble(hint))
        except KeyRefused:
            raise
        except Refused as error:  # e.g. an object of another account: nothing to wait for, and nothing of ours
            log.warning("a hint led nowhere", hint=hint.event, kind=hint.kind, error=str(error))
        self._handled[hint.event] = None
        while len(self._handled) > REMEMBERED:
            self._handled.popitem(last=False)

    async def settle(self, provider: str, reference: str) -> tuple[Status, Told | None]:
        """Look a checkout up and tell the story how it stands. No money moves."""
        status = await self._providers[provider].lookup(reference)
        return status, await self._tell(self._providers[provider], status)

    async def tell(self, provider: str, status: Status) -> Told | None:
        """Tell the story how a checkout stands, from a look-up that was just made. No money moves."""
        return await self._tell(self._providers[provider], status)

    async def sent_back(self, provider: str, payment: str) -> Told | None:
        """Tell the story that a person has sent a payment back, if they have. No money moves here."""
        status = await self._providers[provider].lookup(payment)
        found = [back for back in await self._providers[provider].refunded(status.created) if back.payment == payment]
        if not found:
            return None
        key = f"{provider}:refunded:{found[0].reference}"
        return await self._book.tell(Fact(status.order, key, provider, refunded(provider, found[0])))

    async def _tell(self, provider: Provider, status: Status) -> Told | None:
        """One key per checkout and meaning: whoever finds it out, it is told once."""
        if not status.order:
            log.warning("a checkout that is not of this shop", provider=provider.name, reference=status.reference)
            return None
        what = meaning(provider.name, status, self._book.clock())
        if what is None:
            return None
        key = f"{provider.name}:{status.standing}:{status.reference}"
        told = await self._book.tell(Fact(status.order, key, provider.name, what))
        log.info("checkout", order=status.order, standing=status.standing.value, outcome=told.outcome.value)
        return told

    async def _report(self, provider: str, trouble: Trouble | None) -> None:
        """Tell the story of a dispute or of a refund that did not arrive."""
        if trouble is None:
            return
        log.error(
            f"money in trouble: {trouble.sort}", order=trouble.order, reference=trouble.reference,
            amount=trouble.amount, currency=trouble.currency, reason=trouble.reason, ruling=trouble.ruling.value,
        )  # fmt: skip
        if not trouble.order:
            return
        # Hints come in any order: what is questioned or sent back was paid before, and the story hears that first.
        with contextlib.suppress(NotFound):
            known = (await self._book.get(trouble.order)).data
            if "payment" not in known and known.get("checkout", {}).get("provider") == provider:
                await self.settle(provider, known["checkout"]["reference"])
        key, what = trouble_meaning(provider, trouble)
        await self._book.tell(Fact(trouble.order, key, provider, what))


def meaning(provider: str, status: Status, now: datetime) -> What | None:
    """Return what the standing of a checkout means for its order at ``now``; None if it means nothing yet."""
    match status.standing:
        case Standing.PAID:
            payment = status.payment or status.reference
            return facts.Paid(provider, status.reference, status.amount, status.currency, payment, status.tax)
        case Standing.CLOSED:
            return facts.CheckoutClosed(status.reference, "expired")
        case Standing.FAILED:
            return facts.CheckoutClosed(status.reference, "failed")
        case Standing.WAITING:
            return facts.PaymentPending(status.reference, (now + PATIENCE).isoformat())
        case Standing.OPEN:
            return None


def refunded(provider: str, back: SentBack) -> facts.Refunded:
    """Return what money sent back means for its order."""
    return facts.Refunded(back.payment, back.reference, back.amount, back.currency, provider, dict(back.parts))


def trouble_meaning(provider: str, trouble: Trouble) -> tuple[str, What]:
    """Return what a trouble means for its order, and the key under which that counts once."""
    what = (provider, trouble.payment, trouble.reference, trouble.amount, trouble.currency)
    if trouble.sort is Sort.REFUND:
        return f"{provider}:refund-failed:{trouble.reference}", facts.RefundFailed(*what, trouble.reason)
    if trouble.ruling is Ruling.OPEN:
        until = trouble.until.isoformat() if trouble.until else ""
        meanwhile = "taken" if trouble.taken else "asked"
        disputed = facts.Disputed(*what, trouble.reason, until, trouble.taken)
        return f"{provider}:disputed:{trouble.reference}:{meanwhile}", disputed
    closed = facts.DisputeClosed(*what, trouble.ruling is Ruling.WON, trouble.taken, trouble.returned)
    part = f":{trouble.returned}" if trouble.returned else ""  # may be told a little after the decision
    return f"{provider}:dispute-closed:{trouble.reference}{part}", closed
