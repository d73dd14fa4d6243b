"""Reactions as verdicts, in a private group where the bot is an administrator (elsewhere Telegram does not tell).

Telegram has no numbers to react with: a thumbs-up on a take's preview chooses that take, on the card it chooses the one
that fits best. Anonymous reactions (of channels) name nobody, so they do not count; the buttons do.
"""

import structlog
from telegram import MessageReactionUpdated, ReactionTypeEmoji

from bot.chat.answers import ruling_words
from bot.chat.telegram import addresses
from bot.chat.telegram.talk import Rooms
from bot.orders.order import Order, State
from bot.review import verdicts
from bot.review.verdicts import Kind, Outcome, Verdict
from bot.screens import Screen, Tone

APPROVE = frozenset("👍❤🔥👏👌💯🏆🎉🤩😍")
AGAIN = frozenset("🤔🤷🥱😐")
REJECT = frozenset("👎💩🤮")
MOST_PENDING = 1000

log = structlog.get_logger(__name__)


class Reactions:
    """Takes reactions on cards and previews that wait for a verdict."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def hear(self, update: MessageReactionUpdated) -> None:
        """Let a reaction count if an operator gave it to a card, or to the preview of a take."""
        services, moves = self._rooms.services, self._rooms.doorway.moves
        place = addresses.place(moves.known_as(update.chat.id))
        kind = _kind(update)
        if kind is None or update.user is None or place != services.review_places.get(addresses.PLATFORM):
            return
        person = addresses.person(update.user.id)
        if not services.is_operator(person, place):
            return
        found = await self._card(update.chat.id, update.message_id)
        if found is None:
            return
        order, take = found
        if take and kind is not Kind.APPROVE:
            return  # a frown at one preview says nothing about the others
        verdict = Verdict(kind, (take or _best(order)) if kind is Kind.APPROVE else 0)
        ruling = await verdicts.judge(services.book, order.id, order.round, verdict, person)
        log.info("verdict", order=order.id, round=order.round, verdict=kind, by=person, outcome=ruling.outcome)
        if ruling.outcome is not Outcome.COUNTED:
            words = ruling_words(services, services.tongue.locale, ruling)
            await self._rooms.doorway.say(update.chat.id, Screen(text=words, tone=Tone.BAD), reply_to=update.message_id)

    async def _card(self, chat: int, message: int) -> tuple[Order, int] | None:
        """Return the order that a message is about, and the take if it is a take's preview."""
        for order in await self._rooms.services.book.standing(State.REVIEWING, limit=MOST_PENDING):
            card = order.data.get("cards", {}).get(str(order.round), "")
            if not card.startswith(f"{addresses.PLATFORM}:{chat}/"):
                continue
            spot = addresses.read_message(card)
            if spot.message == message:
                return order, 0
            attached = [one for one in await self._rooms.doorway.attachments.of(spot) if one.kind == "audio"]
            takes = [take["index"] for take in order.data.get("takes", ())]
            for take, one in zip(takes, attached, strict=False):
                if one.message == message:
                    return order, int(take)
        return None


def _kind(update: MessageReactionUpdated) -> Kind | None:
    """Return the verdict of the emoji that is new; None if none is, or none means anything."""
    before = {one.emoji for one in update.old_reaction if isinstance(one, ReactionTypeEmoji)}
    for one in update.new_reaction:
        if not isinstance(one, ReactionTypeEmoji) or one.emoji in before:
            continue
        sign = one.emoji.replace("\ufe0f", "")[:1]
        for kind, emoji in ((Kind.APPROVE, APPROVE), (Kind.AGAIN, AGAIN), (Kind.REJECT, REJECT)):
            if sign in emoji:
                return kind
    return None


def _best(order: Order) -> int:
    """Return the take that fits best, by its rank."""
    best = min(order.data.get("takes", ()), key=lambda take: take.get("rank", 99), default={"index": 0})
    return int(best["index"])
