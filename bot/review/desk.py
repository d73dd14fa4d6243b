"""The operator's desk: the hands that post a card, bring it up to date, and call the operator."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.errors import TooLarge, Unreachable
from bot.orders.facts import CardPosted, What
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.places import Places
from bot.review.card import Decided, Words, asked_title, card, overview_key, takes_of
from bot.review.catch_up import Reactions, read_back
from bot.review.verdicts import Book, counted
from bot.screens import Button, Doorway, File, Look, Screen, Tone
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import plain

log = structlog.get_logger(__name__)


class Desk:
    """Hands for ``post_card``, ``update_card`` and ``alert_operator``.

    ``places`` names the review place of every platform that has one; an order's card is posted where its buyer came
    from if the operator listens there, else in the first place of all, else to one of the ``operators`` in private.
    ``is_operator`` says whose verdict counts.
    """

    def __init__(
        self,
        book: Book,
        media: Media,
        words: Words,
        doorways: Mapping[str, Doorway],
        places: Mapping[str, str],
        is_operator: Callable[[str], bool] = lambda _person: False,
        operators: Collection[str] = (),
    ) -> None:
        self.book = book
        self.is_operator = is_operator
        self.media = media
        self.words = words
        self.doorways = doorways
        self.places = Places(doorways, places, operators, words.texts, words.tongue)

    async def post_card(self, job: Job, order: Order) -> What | None:
        """Post the card of a round. Nothing is posted when the round was decided before the first try.

        :raises Unreachable: if the operator cannot be reached at all; `TryLater`, `Refused` from the doorway.
        """
        round_ = job.data["round"]
        decided = await self._decided(order, round_)
        if decided is not None and (job.tries == 1 or str(round_) in order.data.get("cards", {})):
            return None
        # An earlier try may have got through unheard, and its card been judged: it is found again, and closed
        await self._brought(order, round_)
        screen = card(self.words, self.media, order, round_, decided)
        message = await self._post(order, screen, job)
        doorway = self.doorways[message.partition(":")[0]]
        if decided is None and job.tries > 1 and isinstance(doorway, Reactions):
            # It may have been judged while nobody knew of it; reactions of then are told by nobody a second time
            await read_back(self.book, doorway, self.is_operator, {message: (order.id, round_)})
        return CardPosted(round_, message)

    async def update_card(self, job: Job, order: Order) -> What | None:
        """Show on a round's card what was corrected or asked meanwhile, or how it ended. A card that is gone stays
        gone."""
        round_ = job.data["round"]
        message = order.data.get("cards", {}).get(str(round_), "")
        doorway = self.doorways.get(message.partition(":")[0])
        decided = await self._decided(order, round_)
        if doorway is None:
            return None
        await self._brought(order, round_)
        try:
            await self._edit(doorway, message, card(self.words, self.media, order, round_, decided))
        except Unreachable:
            log.info("card_gone", order=order.id, round=round_)
        return None

    async def alert_operator(self, job: Job, order: Order) -> What | None:
        """Tell the operator what went wrong, with the buttons that put it right.

        :raises Unreachable: if the operator cannot be reached at all; `TryLater`, `Refused` from the doorway.
        """
        await self._post(order, alert(self.words, order, job), job)
        return None

    async def _post(self, order: Order, screen: Screen, job: Job) -> str:
        again = job.tries > 1
        for weight, lighter in self._ever_lighter(screen):
            try:
                return await self.places.post(order, lighter, once=f"{job.key}{weight}", again=again)
            except TooLarge:
                log.info("card_too_large", order=order.id, files=len(lighter.files))
        bare = self._without(screen, image=None)
        return await self.places.post(order, bare, once=f"{job.key}:bare", again=again)

    async def _edit(self, doorway: Doorway, message: str, screen: Screen) -> None:
        for _, lighter in self._ever_lighter(screen):
            try:
                await doorway.edit(message, lighter)
            except TooLarge:
                log.info("card_too_large", message=message, files=len(lighter.files))
            else:
                return
        await doorway.edit(message, self._without(screen, image=None))

    def _ever_lighter(self, screen: Screen) -> tuple[tuple[str, Screen], ...]:
        """Return a screen whole, then without its sounds; what is left after that is words."""
        return ("", screen), (":small", self._without(screen, image=screen.image))

    def _without(self, screen: Screen, image: File | None) -> Screen:
        return replace(screen, files=(), image=image, text=f"{screen.text}\n{self.words.say('card-too-large')}")

    async def _brought(self, order: Order, round_: int) -> None:
        """Bring what the card shows to this machine, where another one made it."""
        shown = [take.get("files", {}).get("preview", "") for take in takes_of(order, round_)]
        for key in (overview_key(order, round_), *shown):
            if key:
                await self.media.fetch(key)

    async def _decided(self, order: Order, round_: int) -> Decided | None:
        verdict = await counted(self.book, order, round_)
        if verdict:
            return Decided(*verdict)
        if order.state is State.REVIEWING and order.round == round_:
            return None
        return Decided(because="card-refunded" if order.state in (State.REFUNDING, State.REFUNDED) else "card-over")


def alert(words: Words, order: Order, job: Job) -> Screen:
    """Return what the operator is called for, and the buttons that put it right."""
    data = job.data
    facts: tuple[tuple[str, str], ...]
    match data.get("fact"):
        case "JobDied":
            text = words.say(f"alert-{data['kind'].replace('_', '-')}")
            facts = failed(words, data)
        case "Paid":
            text, facts = words.say("alert-paid"), ()
        case "RefundWished":
            return _wish_alert(words, order, job)
        case "Disputed" | "DisputeClosed" | "RefundFailed":
            text, facts = _money_alert(words, order, data)
        case _:
            text, facts = words.say("alert-late-free" if order.free else "alert-late"), ()
    buttons = (
        Button(words.say("alert-look"), f"bgm:look:{order.id}:new", Look.MAIN, "🔎"),
        Button(words.say("shop-retry"), f"bgm:retry:{order.id}", Look.PLAIN, "🔁"),
    )
    title = words.say("alert-title", order=order.id, asked=asked_title(words, order))
    return Screen(title, text, facts, rows=(buttons,), tone=Tone.BAD, mark=job.key)


def failed(words: Words, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return why something failed: a sentence where one is known, and the technical cause beside it."""
    told = words.texts.cause(words.locale, data)
    error = plain(str(data.get("error", "")), 500)
    facts = ((words.say("shop-cause"), told), (words.say("shop-detail"), error))
    return tuple(fact for fact in facts if fact[1])


def _wish_alert(words: Words, order: Order, job: Job) -> Screen:
    """Return the buyer's wish for a refund, with the two ways to answer it."""
    price = words.texts.money(words.locale, order.price.total)
    facts = ((words.say("alert-reason"), plain(str(job.data.get("reason", "")), 500)),)
    buttons = (
        Button(words.say("alert-wish-grant"), f"bgm:refund:{order.id}", Look.BAD, "💸"),
        Button(words.say("alert-wish-decline"), f"bgm:decline:{order.id}", Look.PLAIN, "✋"),
        Button(words.say("alert-look"), f"bgm:look:{order.id}:new", Look.PLAIN, "🔎"),
    )
    title = words.say("alert-title", order=order.id, asked=asked_title(words, order))
    text = words.say("alert-wish", amount=price)
    return Screen(title, text, facts if facts[0][1] else (), rows=(buttons,), tone=Tone.WAIT, mark=job.key)


def _money_alert(words: Words, order: Order, data: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what is said about a dispute or a refund that did not arrive, with the provider's reference."""
    amount = Money(data["amount"], data["currency"])
    match data["fact"]:
        case "Disputed" if not data["taken"]:
            text = words.say("alert-inquiry", amount=amount, order=order.id)
        case "Disputed":
            text = words.say("alert-disputed", amount=amount, order=order.id)
        case "DisputeClosed" if data["won"]:
            text = words.say("alert-dispute-won", amount=amount)
        case "DisputeClosed":
            text = _lost(words, order, data)
        case _:
            text = words.say("alert-refund-failed", amount=amount)
    until = words.texts.moment(words.locale, datetime.fromisoformat(data["until"])) if data.get("until") else ""
    own = order.data.get("payment", {})
    part = data["fact"] != "RefundFailed" and _its_part(own, data)
    facts = (
        (words.say("alert-of"), words.texts.money(words.locale, Money(own["amount"], own["currency"])) if part else ""),
        (words.say("alert-reference"), str(data["reference"])),
        (words.say("alert-reason"), plain(str(data.get("reason", "")), 200)),
        (words.say("alert-until"), until),
    )
    return text, tuple(fact for fact in facts if fact[1])


def _lost(words: Words, order: Order, data: Mapping[str, Any]) -> str:
    """Return what a lost dispute took, and what that means for the order as it stands."""
    own, gone = order.data.get("payment", {}), Money(data["amount"] - data.get("returned", 0), data["currency"])
    if data["payment"] != own.get("payment"):
        return words.say("alert-dispute-lost-second", amount=gone)
    left = Money(own["amount"] - order.back, own["currency"])
    if left.amount < 0:
        return words.say("alert-dispute-lost-twice", amount=gone, more=Money(-left.amount, left.currency))
    if order.state is State.REFUNDED:
        return words.say("alert-dispute-lost", amount=gone)
    left = Money(left.amount - order.kept, left.currency)
    going = order.state is State.REFUNDING
    return words.say("alert-dispute-lost-rest" if going else "alert-dispute-lost-part", amount=gone, left=left)


def _its_part(own: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether it is about a part of the order's own payment."""
    mine = data["payment"] == own.get("payment") and data["currency"] == own.get("currency")
    return bool(mine and data["amount"] < own["amount"])
