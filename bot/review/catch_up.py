"""Verdicts given while the program was off or the chat had lost it: read back from the cards and counted once."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Protocol, runtime_checkable

import structlog

from bot.orders.order import State
from bot.review.verdicts import EMOJI, Book, Outcome, Verdict, judge, read_emoji

MOST_PENDING = 100_000
"""More orders than can wait for one pair of ears."""

log = structlog.get_logger(__name__)


@runtime_checkable
class Reactions(Protocol):
    """A doorway that can read reactions back."""

    platform: str

    def reactions(self, messages: Collection[str]) -> AsyncIterator[tuple[str, str, str]]:
        """Yield (message, emoji, person) of every reaction on those messages, but not the shop's own."""
        ...


async def catch_up(book: Book, doorway: Reactions, is_operator: Callable[[str], bool]) -> int:
    """Count the verdicts found on pending cards, as `settle` does; return how many counted."""
    return await read_back(book, doorway, is_operator, await _pending(book, doorway.platform))


async def read_back(
    book: Book, doorway: Reactions, is_operator: Callable[[str], bool], pending: Mapping[str, tuple[str, int]]
) -> int:
    """Count the verdicts found on cards, given as (order, round) by message; return how many counted."""
    found: dict[str, list[tuple[Verdict, str]]] = {}
    async for message, emoji, person in doorway.reactions(pending.keys()):
        verdict = read_emoji(emoji)
        if message in pending and verdict and is_operator(person):
            found.setdefault(message, []).append((verdict, person))
    number = 0
    for message, verdicts in found.items():
        number += await settle(book, *pending[message], verdicts)
    return number


async def settle(book: Book, order_id: str, round_: int, verdicts: Collection[tuple[Verdict, str]]) -> bool:
    """Let the first of several (verdict, person) count that can; return whether one did.

    When nobody knows which came first, the order of `verdicts.EMOJI` decides: an approval before new takes, new takes
    before a refund.
    """
    rank = {verdict: place for place, verdict in enumerate(EMOJI.values())}
    for verdict, person in sorted(verdicts, key=lambda entry: rank[entry[0]]):
        ruling = await judge(book, order_id, round_, verdict, person, belated=True)
        if ruling.outcome is Outcome.COUNTED:
            log.info("verdict_caught_up", order=order_id, round=round_, verdict=verdict.kind, by=person)
            return True
    return False


async def _pending(book: Book, platform: str) -> dict[str, tuple[str, int]]:
    """Return (order, round) by the message of every card that waits for a verdict on that platform."""
    cards = {}
    for order in await book.standing(State.REVIEWING, limit=MOST_PENDING):
        message = order.data.get("cards", {}).get(str(order.round), "")
        if message.startswith(f"{platform}:"):
            cards[message] = (order.id, order.round)
    return cards
