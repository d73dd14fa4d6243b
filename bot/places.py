"""Where the operator is reached: the review places, and behind a door that is closed the operators themselves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.errors import Outside, Refused, Unreachable
from bot.orders.order import Order
from bot.screens import Doorway, Screen
from bot.texts import Texts, Tongue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """The ways to the operator. ``doorways`` and the ``review`` places are by platform, ``operators`` the people whom
    the settings name (``discord:123``); ``tongue`` is the language they read."""

    doorways: Mapping[str, Doorway]
    review: Mapping[str, str]
    operators: Collection[str]
    texts: Texts
    tongue: Tongue

    async def post(self, order: Order | None, screen: Screen, *, once: str, again: bool) -> str:
        """Post where the operator listens for orders of that chat, else in another review place; what is about no
        ``order`` goes to the first that can be written to.

        Where none can be written to (its channel was deleted, the shop was removed or lost its permissions), the
        operators have it as a direct message, which says so: nothing that waits for them may wait unseen.

        :raises Unreachable, Refused: if nobody can be reached; `TryLater`, `TooLarge` from the doorway.
        """
        closed: Outside = Unreachable("no review place is set up: DISCORD_REVIEW_CHANNEL_ID is missing")
        for doorway, place in self._of(order):
            try:
                return await doorway.post(place, screen, once=once, again=again)
            except (Unreachable, Refused) as error:
                log.error("review_place_closed", place=place, order=order and order.id, error=str(error)[:300])
                closed = error
        note = self.texts.say(self.tongue.locale, "card-place-closed")
        private = replace(screen, text=f"{screen.text}\n\n{note}".strip(), reactions=(), calls="")
        for doorway, place in self._private():
            try:
                return await doorway.post(place, private, once=once, again=again)
            except (Unreachable, Refused) as error:
                log.error("operator_not_reached", place=place, order=order and order.id, error=str(error)[:300])
        raise closed

    def _private(self) -> Iterator[tuple[Doorway, str]]:
        for person in sorted(self.operators):
            platform, _, number = person.partition(":")
            if platform in self.doorways:
                yield self.doorways[platform], f"{platform}:dm:{number}"

    def _of(self, order: Order | None) -> Iterator[tuple[Doorway, str]]:
        for platform in dict.fromkeys((*((order.platform,) if order else ()), *self.review)):
            if platform in self.review and platform in self.doorways:
                yield self.doorways[platform], self.review[platform]
