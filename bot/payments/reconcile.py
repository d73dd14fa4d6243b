"""Hearing of payments without a public address, and comparing both books: the provider's and ours.

`Reconciler.poll` reads the provider's list of events; while an order awaits its payment it does so every few seconds,
so that a shop at home with no webhook is paid all the same. `Reconciler.compare` looks at everything, at start and
every hour: what was paid, closed or sent back there and is unknown here is told to the story; what stands here and not
there cannot be healed by a program, and is said loudly.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import NotFound, Outside, Refused
from bot.orders.conditions import unheard
from bot.orders.explained import Explained
from bot.orders.facts import Fact
from bot.orders.order import Order, State
from bot.payments.cashier import Cashier, refunded
from bot.payments.fees import hear_of_fees
from bot.payments.provider import Provider, SentBack, Standing, Status
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook, Outcome

OVERLAP = timedelta(minutes=2)
"""Events may be listed a little late and out of order: every poll looks back this much further."""

FIRST_LOOK = timedelta(days=30)
"""How far the first comparison of a shop goes back: as far as Stripe keeps events."""

LOOK_BACK = timedelta(days=3)
"""How far a comparison goes back before the last one."""

LONGEST_PAUSE = 300.0
"""Seconds between attempts while a provider is away."""

LIVE = (
    State.AWAITING_PAYMENT, State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING, State.REFUNDING,
)  # fmt: skip

log = structlog.get_logger(__name__)


class Kind(Explained):
    """How two books can differ. ``sentence`` is what the operator reads in the log."""

    PAID_UNHEARD = "paid_unheard", "Paid there, not heard of here; the order goes on now."
    PAID_UNKNOWN = "paid_unknown", "Paid there for an order that is not in this book."
    UNPAID = "unpaid", "Counted as paid here, but not paid there."
    CLOSED_UNHEARD = "closed_unheard", "Closed or waiting there, not heard of here; told now."
    BACK_UNHEARD = "back_unheard", "Sent back there, not by this shop; told now."
    NOT_BACK = "not_back", "Counted as sent back here, but no refund is known there."


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``healed`` says that the story has been told and the books agree from here on."""

    kind: Kind
    provider: str
    order: str
    reference: str
    healed: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison saw: checkouts and refunds since a moment, live orders looked at, and what differed."""

    provider: str
    since: datetime
    checkouts: int
    refunds: int
    orders: int
    findings: tuple[Finding, ...]

    @property
    def agree(self) -> bool:
        """Whether the books agree now."""
        return all(finding.healed for finding in self.findings)


class Reconciler:
    """Polls and compares, for every provider. ``poll_seconds`` is the pace while an order awaits its payment (a few
    seconds without a webhook, a minute with one), ``pass_seconds`` that of comparisons."""

    def __init__(
        self,
        book: OrderBook,
        cashier: Cashier,
        providers: Mapping[str, Provider],
        *,
        poll_seconds: float = 5.0,
        pass_seconds: float = 3600.0,
    ) -> None:
        self._book = book
        self._ledger = Ledger(book.database)
        self._cashier = cashier
        self._providers = dict(providers)
        self._poll_seconds = poll_seconds
        self._pass_seconds = pass_seconds
        self._compared = True
        self._task: asyncio.Task[None] | None = None

    async def start(self, first_seconds: float = 20.0) -> None:
        """Compare once, then go on in the background.

        Await this before anybody judges deadlines: what was paid in time while the shop was off counts as paid only
        if it is heard of first. A provider that is away holds the shop up for ``first_seconds`` and no longer.
        """
        try:
            async with asyncio.timeout(first_seconds):
                await self._all_compared()
        except (Outside, TimeoutError) as error:
            log.warning("the books could not be compared at start; trying again", error=str(error))
            self._compared = False
        self._task = asyncio.create_task(self._run(), name="reconcile")

    async def stop(self) -> None:
        """End; what was told stays told."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    # --- polling ---

    async def poll(self, name: str) -> int:
        """Follow everything that is new in a provider's list of events; how many hints there were. No money moves.

        :raises TryLater: if the provider is away; nothing is lost, the next poll begins where this one did.
        """
        note = f"{name}:news"
        known = await self._book.recall(note)
        now = self._book.clock()
        since = datetime.fromisoformat(known["since"]) if known else now - timedelta(hours=1)
        try:
            hints = await self._providers[name].news(since - OVERLAP)
        except Refused as error:
            log.warning("the list of events may not be read; open checkouts are asked instead", error=str(error))
            return await self._ask_open(name)
        for hint in hints:
            await self._cashier.follow(name, hint)
        newest = max((hint.created for hint in hints), default=since)
        if newest > since or known is None:
            await self._book.remember(note, {"since": max(newest, since).isoformat()})
        return len(hints)

    async def _ask_open(self, name: str) -> int:
        waiting = [o for o in await self._book.standing(State.AWAITING_PAYMENT) if _checkout(o, name)]
        for order in waiting:
            await self._cashier.settle(name, _checkout(order, name))
        return len(waiting)

    # --- comparing ---

    async def compare(self, name: str) -> Report:
        """Compare both books and tell the story what it has missed. No money moves here; a fact may lead to a refund.

        :raises TryLater: if the provider is away.
        """
        now = self._book.clock()
        note = f"{name}:compared"
        last = await self._book.recall(note)
        since = datetime.fromisoformat(last["at"]) - LOOK_BACK if last else now - FIRST_LOOK
        provider = self._providers[name]
        checkouts = await provider.checkouts(since)
        orders = {status.order: await self._known(status.order) for status in checkouts}
        live = [order for state in LIVE for order in await self._book.standing(state)]
        refunds = await provider.refunded(since)  # after our orders were read: what is refunded here is there by now

        findings = [
            *await self._theirs(name, checkouts, orders),
            *await self._missing_there(name, live, {status.reference for status in checkouts}, since),
            *await self._sent_back_there(name, refunds),
            *_not_sent_back(name, checkouts, orders, refunds),
        ]
        await hear_of_fees(provider, self._book, since)
        await self._book.remember(note, {"at": now.isoformat()})
        report = Report(name, since, len(checkouts), len(refunds), len(live), tuple(findings))
        _say(report)
        return report

    async def _known(self, order: str) -> Order | None:
        try:
            return await self._book.get(order)
        except NotFound:
            return None

    async def _theirs(
        self, name: str, checkouts: Sequence[Status], orders: Mapping[str, Order | None]
    ) -> list[Finding]:
        """Tell the story how their checkouts stand, where it does not show that it knows."""
        findings = []
        for status in checkouts:
            order = orders[status.order]
            if order is not None and not _may_be_news(status, order):
                continue
            told = await self._cashier.tell(name, status)
            if told is not None and told.outcome is Outcome.APPLIED:
                findings.append(_unheard(name, status))
            elif told is not None and told.order is None and status.standing is Standing.PAID:
                findings.append(Finding(Kind.PAID_UNKNOWN, name, status.order, status.reference, healed=False))
        return findings

    async def _missing_there(self, name: str, live: Sequence[Order], there: set[str], since: datetime) -> list[Finding]:
        """Ask for the checkouts that we know and their list did not show, one by one.

        What was paid before the list begins was compared when it was new.
        """
        findings = []
        for order in live:
            payment = order.data.get("payment", {})
            paid_with = str(payment["reference"]) if payment.get("provider") == name else ""
            reference = paid_with or _checkout(order, name)
            old = paid_with and order.created is not None and order.created < since
            if not reference or reference in there or old:
                continue
            try:
                status, told = await self._cashier.settle(name, reference)
            except Refused:
                status, told = None, None
            if paid_with and (status is None or status.standing is not Standing.PAID):
                findings.append(Finding(Kind.UNPAID, name, order.id, reference, healed=False))
            elif status is not None and told is not None and told.outcome is Outcome.APPLIED:
                findings.append(_unheard(name, status))
        return findings

    async def _sent_back_there(self, name: str, refunds: Sequence[SentBack]) -> list[Finding]:
        """Tell of refunds that somebody made in the provider's own dashboard; all sent back ends the order."""
        findings = []
        for back in refunds:
            id_ = await self._ledger.order_of(name, back.payment)
            order = await self._known(id_) if id_ else None
            if order is None or order.state is State.REFUNDING or not unheard(order, refunded(name, back)):
                continue
            fact = Fact(order.id, f"{name}:refunded:{back.reference}", name, refunded(name, back))
            if (await self._book.tell(fact)).outcome is Outcome.APPLIED:
                findings.append(Finding(Kind.BACK_UNHEARD, name, order.id, back.payment, healed=True))
        return findings

    # --- pacing ---

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        next_pass, pause = clock() + (self._pass_seconds if self._compared else 0.0), 0.0
        while True:
            seen = self._book.changed.count
            try:
                if clock() >= next_pass:
                    await self._all_compared()
                    next_pass = clock() + self._pass_seconds
                waiting = (await self._book.by_state())[State.AWAITING_PAYMENT] > 0
                if waiting:
                    await self._all_polled()
                pause = self._poll_seconds
            except Outside as error:
                pause = min(max(pause, self._poll_seconds) * 2, LONGEST_PAUSE)
                log.warning("the payment provider is away", error=str(error), again_in=pause)
                waiting = True
            except Exception:
                pause = min(max(pause, self._poll_seconds) * 2, LONGEST_PAUSE)
                log.exception("polling stumbled", again_in=pause)
                waiting = True
            if waiting:
                await asyncio.sleep(pause)
            else:  # nothing to poll for: sleep until an order is placed, or until the next comparison
                await self._book.changed.wait(seen, max(0.0, next_pass - clock()))

    async def _all_compared(self) -> None:
        for name in self._providers:
            await self.poll(name)
            await self.compare(name)

    async def _all_polled(self) -> None:
        for name in self._providers:
            await self.poll(name)


def _checkout(order: Order, name: str) -> str:
    """Return the reference of the order's checkout at that provider, or nothing."""
    checkout = order.data.get("checkout", {})
    return str(checkout["reference"]) if checkout.get("provider") == name else ""


def _may_be_news(status: Status, order: Order) -> bool:
    """Say whether the story may not have heard how a checkout of this order stands."""
    if status.standing is Standing.PAID:
        return bool(order.data.get("payment", {}).get("reference") != status.reference)
    return order.state is State.AWAITING_PAYMENT and status.standing is not Standing.OPEN


def _unheard(name: str, status: Status) -> Finding:
    kind = Kind.PAID_UNHEARD if status.standing is Standing.PAID else Kind.CLOSED_UNHEARD
    return Finding(kind, name, status.order, status.reference, healed=True)


def _not_sent_back(
    name: str, checkouts: Sequence[Status], orders: Mapping[str, Order | None], refunds: Sequence[SentBack]
) -> list[Finding]:
    """Find the orders that count as refunded here while nothing was sent back there."""
    there = {back.payment for back in refunds}
    return [
        Finding(Kind.NOT_BACK, name, order.id, status.payment, healed=False)
        for status in checkouts
        if (order := orders[status.order]) is not None
        and order.state is State.REFUNDED
        and not order.charged_back
        and order.data.get("payment", {}).get("reference") == status.reference
        and status.payment not in there
    ]


def _say(report: Report) -> None:
    for finding in report.findings:
        say = log.warning if finding.healed else log.error
        say(finding.kind.sentence, kind=finding.kind.value, order=finding.order, reference=finding.reference)
    log.info(
        "books compared", provider=report.provider, since=report.since.isoformat(), checkouts=report.checkouts,
        refunds=report.refunds, orders=report.orders, findings=len(report.findings), agree=report.agree,
    )  # fmt: skip
