"""A verdict: emoji or button ⇄ what it means ⇄ the fact it becomes. One verdict counts for every order and round.

All verdicts of a round share one fact key, so that of two operators who decide at once only the first is heard; the
second is told who was quicker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.orders import corrections
from bot.orders.facts import AgainAsked, Approved, Fact, Rejected, What
from bot.orders.order import Order, State


class Kind(StrEnum):
    """What an operator can decide; the value is the verb of the card's buttons."""

    APPROVE = "approve"
    AGAIN = "again"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision.

    ``take`` is counted from 1 and matters to an approval alone; ``heard`` is the number of the take's correction that
    the card showed, None where nobody knows. ``changes`` are the answers of the brief that new takes are to be made
    with, by name.
    """

    kind: Kind
    take: int = 0
    changes: tuple[tuple[str, Any], ...] = ()
    heard: int | None = None

    def fact(self, round_: int) -> What:
        """Return what the order is told."""
        match self.kind:
            case Kind.APPROVE:
                return Approved(round_, self.take)
            case Kind.AGAIN:
                return AgainAsked(round_, dict(self.changes))
            case Kind.REJECT:
                return Rejected(round_)


EMOJI = {
    "1️⃣": Verdict(Kind.APPROVE, 1),
    "2️⃣": Verdict(Kind.APPROVE, 2),
    "3️⃣": Verdict(Kind.APPROVE, 3),
    "🔁": Verdict(Kind.AGAIN),
    "❌": Verdict(Kind.REJECT),
}
"""Reactions in the order in which they are offered, and in which they count where the time is not known."""


class Outcome(StrEnum):
    """What became of a verdict; the value is the end of the text key that its giver reads."""

    COUNTED = "counted"
    ALREADY = "already"
    OLD = "old"
    OVER = "over"
    NO_TAKE = "no-take"
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a verdict: the order as it stands, and the verdict that counts with who gave it (if any)."""

    outcome: Outcome
    order: Order
    verdict: Verdict | None = None
    by: str = ""


class Book(Protocol):
    """What the review room needs of the order book."""

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none of that id."""
        ...

    async def tell(self, fact: Fact) -> Any:
        """Let a fact happen."""
        ...

    async def standing(self, state: State, limit: int = 1000) -> Sequence[Order]:
        """Return the orders in one state, oldest first."""
        ...

    async def journal(self, order_id: str) -> Sequence[Any]:
        """Return what was said about an order, in the order it was heard."""
        ...


def read_emoji(emoji: str) -> Verdict | None:
    """Return the verdict of a reaction, with or without its variation selector."""
    plain = emoji.replace("\ufe0f", "")
    return next((verdict for known, verdict in EMOJI.items() if known.replace("\ufe0f", "") == plain), None)


def offered(takes: int) -> tuple[str, ...]:
    """Return the reactions offered under a card with that many takes."""
    return tuple(emoji for emoji, verdict in EMOJI.items() if verdict.take <= takes)


def read_press(verb: str, arg: str) -> tuple[int, Verdict] | None:
    """Return (round, verdict) of a card's button.

    ``approve`` has ``<round>.<take>`` and, of a take that was corrected, ``.<number>`` of the correction that is heard;
    every other verdict has ``<round>``.
    """
    parts = arg.split(".")
    if verb not in list(Kind) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    if verb != Kind.APPROVE:
        return (numbers[0], Verdict(Kind(verb))) if len(numbers) == 1 else None
    if len(numbers) not in (2, 3):
        return None
    return numbers[0], Verdict(Kind.APPROVE, numbers[1], heard=numbers[2] if len(numbers) == 3 else 0)


def key_of(order_id: str, round_: int) -> str:
    """Return the fact key that all verdicts of a round share."""
    return f"verdict:{order_id}:{round_}"


async def judge(book: Book, order_id: str, round_: int, verdict: Verdict, by: str, *, belated: bool = False) -> Ruling:
    """Let a verdict count, or say why it does not.

    The order is looked at first, so that a verdict that could mean nothing does not use up the round's key. A take
    whose correction nobody can have heard is not approved, unless the verdict is ``belated``: given some time ago.

    :raises NotFound: if there is no such order.
    """
    order = await book.get(order_id)
    if order.state is State.REVIEWING and order.round == round_:
        takes = {take["index"] for take in order.data.get("takes", ())}
        if verdict.kind is Kind.APPROVE and verdict.take not in takes:
            return Ruling(Outcome.NO_TAKE, order)
        if verdict.kind is Kind.APPROVE and not belated and _unheard(order, verdict):
            return Ruling(Outcome.UNHEARD, order, verdict)
        told = await book.tell(Fact(order_id, key_of(order_id, round_), by, verdict.fact(round_)))
        order = told.order or order
        if told.outcome == "applied":
            return Ruling(Outcome.COUNTED, order, verdict, by)
    return await _settled(book, order, round_)


async def counted(book: Book, order: Order, round_: int) -> tuple[Verdict, str] | None:
    """Return the verdict that counted for a round and who gave it, or None if nobody decided."""
    for event in await book.journal(order.id):
        if event.key == key_of(order.id, round_) and event.outcome == "applied":
            return _of_event(event), event.by
    return None


def _unheard(order: Order, verdict: Verdict) -> bool:
    """Whether the take is being corrected, or sounds otherwise than on the card that was pressed."""
    shown = corrections.of_take(order, verdict.take)["shown"]
    return corrections.pending(order, verdict.take) or verdict.heard not in (None, shown)


async def _settled(book: Book, order: Order, round_: int) -> Ruling:
    """Explain a verdict that came too late: somebody else's counted, or the story went on without one."""
    earlier = await counted(book, order, round_)
    if earlier:
        return Ruling(Outcome.ALREADY, order, *earlier)
    return Ruling(Outcome.OLD if round_ < order.round else Outcome.OVER, order)


def _of_event(event: Any) -> Verdict:
    match event.kind:
        case "Approved":
            return Verdict(Kind.APPROVE, int(event.data["take"]))
        case "AgainAsked":
            return Verdict(Kind.AGAIN)
        case _:
            return Verdict(Kind.REJECT)
