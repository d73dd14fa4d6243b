"""The hand for ``letter``: puts what one side wrote where the other finds it.

The buyer reads the operator in a direct message; the operator reads the buyer in the conversation under the review
card, or in the review place while there is no card. Both have a button to answer with.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bot.errors import Refused, TryLater, Unreachable
from bot.orders.facts import LetterSent
from bot.orders.letters import OPERATOR, last_of, letter
from bot.orders.order import Order
from bot.places import Places
from bot.review.card import Words, asked_title
from bot.screens import Button, Doorway, Look, Screen, Tone
from bot.storage.jobs import Job
from bot.texts import Tongue, unlinked

CLOSED_WAIT = 300.0
"""Seconds until a doorway that is not open is tried again."""

log = structlog.get_logger(__name__)


class Letters:
    """Passes letters on. ``words`` are the operator's; ``places`` and ``doorways`` as the desk has them; ``operators``
    are called where nobody would notice a message otherwise."""

    def __init__(
        self, words: Words, doorways: Mapping[str, Doorway], places: Mapping[str, str], operators: Collection[str]
    ) -> None:
        self._words = words
        self._doorways = doorways
        self._places = Places(doorways, places, operators, words.texts, words.tongue)
        self._operators = sorted(operators)

    async def letter(self, job: Job, order: Order) -> LetterSent | None:
        """Put one letter where its reader finds it.

        A buyer who cannot be written to is called in the channel of the order and reads it with ``/orders``; the
        operator is told so.

        :raises TryLater: on limits and outages; :raises Refused: if the doorway never will; :raises Unreachable: if
            there is no review place.
        """
        one = letter(order, job.data["letter"])
        if one is None:
            return None
        if one["side"] == OPERATOR:
            message = await self._to_buyer(job, order, one)
        else:
            message = await self._to_operator(job, order, self._for_operator(order, one))
        return LetterSent(one["id"], message)

    async def _to_buyer(self, job: Job, order: Order, one: Mapping[str, Any]) -> str:
        doorway = self._doorways.get(order.platform)
        if doorway is None:
            raise TryLater(f"the doorway {order.platform!r} is closed", after=CLOSED_WAIT)
        place = f"{order.platform}:dm:{order.customer.partition(':')[2]}"
        try:
            return await doorway.post(place, self._for_buyer(order, one), once=job.key, again=job.tries > 1)
        except Unreachable:
            log.info("letter_not_by_dm", order=order.id, platform=order.platform)
        called = await self._called(doorway, job, order)
        note = Screen(
            text=self._words.say("letter-closed-called" if called else "letter-closed"),
            mark=f"{order.id}/m{one['id']}/closed", tone=Tone.WAIT,
        )  # fmt: skip
        await self._to_operator(job, order, note)
        return ""

    async def _called(self, doorway: Doorway, job: Job, order: Order) -> bool:
        """Call the buyer in the channel of the order; what it is about is read in private."""
        if not order.place:
            return False
        text = self._words.texts.say(order.locale, "letter-nudge")
        mark = f"{order.id}/m{job.data['letter']}/nudge"
        screen = Screen(text=text, mark=mark, tone=Tone.WAIT, calls=order.customer)
        try:
            await doorway.post(order.place, screen, once=f"{job.key}:nudge", again=job.tries > 1)
        except (Unreachable, Refused):
            return False
        return True

    async def _to_operator(self, job: Job, order: Order, screen: Screen) -> str:
        """Post under the newest card; beside it where that cannot be (the card is gone, threads are not allowed)."""
        again = job.tries > 1
        cards = order.data.get("cards", {})
        card = cards[max(cards, key=int)] if cards else ""
        platform, _, rest = card.partition(":")
        if doorway := self._doorways.get(platform):
            called = replace(screen, calls=self._whom(order, platform))
            try:
                return await doorway.post(f"{platform}:under:{rest}", called, once=f"{job.key}:under", again=again)
            except (Unreachable, Refused) as error:
                log.info("letter_not_under_card", order=order.id, error=str(error))
        return await self._places.post(order, screen, once=f"{job.key}:beside", again=again)

    def _whom(self, order: Order, platform: str) -> str:
        """Return the operator who is to notice: who wrote last, or the first one of that chat."""
        own = [one for one in self._operators if one.startswith(f"{platform}:")]
        last = last_of(order, OPERATOR)
        return last["who"] if last and last["who"] in own else next(iter(own), "")

    def _for_buyer(self, order: Order, one: Mapping[str, Any]) -> Screen:
        say, locale = self._words.texts.say, order.locale
        title = say(locale, "letter-answer-title" if one["answers"] else "letter-question-title")
        about = asked_title(replace(self._words, tongue=Tongue(locale)), order)
        facts = [(say(locale, "letter-about"), f"{order.id} · {about}")]
        if asked := letter(order, one["answers"]):
            facts.append((say(locale, "letter-you-wrote"), unlinked(asked["text"])))
        answer = Button(say(locale, "letter-answer"), f"bgm:answer:{order.id}:{one['id']}", Look.MAIN, "💬")
        footnote = say(locale, "letter-how")
        return Screen(
            title, f"{one['text']}\n\n{footnote}", tuple(facts), rows=((answer,),), mark=f"{order.id}/m{one['id']}",
            tone=Tone.WAIT,
        )  # fmt: skip

    def _for_operator(self, order: Order, one: Mapping[str, Any]) -> Screen:
        say = self._words.say
        facts = []
        if asked := letter(order, one["answers"]):
            facts.append((say("letter-you-wrote"), asked["text"]))
        rows = (
            Button(say("letter-answer"), f"bgm:write:{order.id}:{one['id']}", Look.MAIN, "💬"),
            Button(say("alert-look"), f"bgm:look:{order.id}:new", Look.PLAIN, "🔎"),
        )
        who = say("letter-from-buyer-answer" if one["answers"] else "letter-from-buyer")
        title = say("letter-thread", order=order.id, asked=asked_title(self._words, order))
        return Screen(
            title, f"{who}\n{unlinked(one['text'])}", tuple(facts), rows=(rows,), mark=f"{order.id}/m{one['id']}",
            tone=Tone.WAIT,
        )  # fmt: skip
