"""The buyer's status message: one screen that is edited as the order moves."""

from dataclasses import dataclass, replace
from typing import Any

from bot.delivery.links import Links
from bot.delivery.record import Names
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.screens import Button, Control, Link, Look, Screen, Tone
from bot.texts import Texts, plain

STEPS = (State.AWAITING_PAYMENT, State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING)
DONE, NOW, AHEAD = "✅", "▶️", "▫️"
IN_HAND = frozenset(["dm", "thread", "claimed", "mail"])
"""Ways by which the files themselves have come to the buyer."""

BAR = 10
"""Cells of the progress bar."""

TONES = {
    State.AWAITING_PAYMENT: Tone.PLAIN,
    State.DELIVERED: Tone.GOOD,
    State.REFUNDING: Tone.BAD,
    State.REFUNDED: Tone.BAD,
    State.CANCELLED: Tone.BAD,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the present stage is getting on: the share done (0 to 1), the place in the queue (0: at work), and in about
    how many minutes it will be over, where that is known and worth saying."""

    progress: float | None = None
    position: int | None = None
    minutes: int | None = None


NOTHING_KNOWN = Standing()

MANY_HOURS = 2
"""From so many hours on nobody counts in minutes, and a message need not change with every one of them."""


@dataclass(frozen=True, slots=True)
class StatusBoard:
    """Writes status screens. ``names`` are those of moods.toml, ``links`` make pay and download addresses."""

    texts: Texts
    names: Names
    links: Links

    def screen(self, order: Order, standing: Standing = NOTHING_KNOWN) -> Screen:
        """Return the status message of an order as it stands."""
        lines = [self._sentence(order, standing)]
        if order.state is State.COMPOSING and standing.minutes:
            hours = round(standing.minutes / 60)
            if hours < MANY_HOURS:
                lines.append(self._say(order, "told-minutes", minutes=standing.minutes))
            else:
                lines.append(self._say(order, "told-hours", hours=hours))
        lines += self._since(order)
        if order.state is State.REFUNDED and order.data.get("hand_over") and not order.charged_back:
            lines.append(self._say(order, "told-licence-ended"))
        if order.state in (*STEPS, State.DELIVERED):
            lines += ["", *self._steps(order, standing)]
        return Screen(
            title=self._say(order, "told-title", mood=self._mood(order), length=self._length(order)),
            text="\n".join(lines),
            facts=self._facts(order),
            rows=self._rows(order),
            mark=order.id,
            tone=TONES.get(order.state, Tone.WAIT),
        )

    def answer(self, order: Order) -> Screen:
        """Return what stands on an older answer to the buyer: how the order stands, and how to look again or order it
        once more."""
        look = Button(self._say(order, "orders-refresh"), f"bgm:order:{order.id}", Look.PLAIN, "🔄")
        again = Button(self._say(order, "orders-again"), f"bgm:reorder:{order.id}", Look.PLAIN, "🎵")
        return replace(self.screen(order), rows=((look, again) if order.state.ended else (look,),), mark="")

    def nudge(self, order: Order) -> Screen:
        """Return what is said in the channel of the order when its customer cannot be written to in private."""
        return Screen(text=self._say(order, "told-nudge"), mark=f"{order.id}/{order.state}", calls=order.customer)

    def _steps(self, order: Order, standing: Standing) -> list[str]:
        reached = STEPS.index(order.state) if order.state in STEPS else len(STEPS)
        lines = []
        for place, step in enumerate(STEPS):
            if step is State.AWAITING_PAYMENT and order.free:
                continue
            glyph = DONE if place < reached else NOW if place == reached else AHEAD
            done = "-done" if place < reached else ""
            line = f"{glyph} {self._say(order, f'told-step-{_key(step)}{done}')}"
            if place == reached and step is State.COMPOSING and standing.progress is not None:
                line += f"  {_bar(standing.progress)}"
            lines.append(line)
        return lines

    def _since(self, order: Order) -> list[str]:
        """Return what has come of the buyer's wishes after the hand-over."""
        if order.state is not State.DELIVERED:
            return []
        lines = []
        if "mail" in order.data.get("hand_over", {}):
            lines.append(self._say(order, "told-mail-sent"))
        elif order.data.get("closed_ways", {}).get("mail") == "refused" or "mail" in order.data.get("dead_ways", {}):
            lines.append(self._say(order, "told-mail-closed"))
        if order.data.get("replaced"):
            lines.append(self._say(order, "told-reissued", number=order.data["certificate"]["number"]))
        return lines

    def _sentence(self, order: Order, standing: Standing) -> str:
        match order.state:
            case State.AWAITING_PAYMENT if order.data.get("pending"):
                return self._say(order, "told-bank")
            case State.AWAITING_PAYMENT if "checkout" not in order.data:
                return self._say(order, "told-opening-checkout")
            case State.COMPOSING if standing.progress is None and standing.position:
                key = "told-queued-free" if order.free else "told-queued"
                return self._say(order, key, position=standing.position)
            case State.COMPOSING if order.round > 1:
                return self._say(order, "told-composing-again")
            case State.COMPOSING if order.free:
                return self._say(order, "told-composing-free")
            case State.DELIVERED if not IN_HAND & order.data.get("hand_over", {}).keys():
                return self._say(order, "told-delivered-here")
            case State.CANCELLED if order.free and (source := order.data.get("source_returned")):
                return self._say(order, "told-source-returned", source=source)
            case State.CANCELLED if order.free and order.sold:
                return self._say(order, "told-cancelled-credit")
            case State.CANCELLED if order.free:
                return self._say(order, "told-cancelled-free")
            case State.CANCELLED if order.data.get("pending"):
                return self._say(order, "told-cancelled-bank")
            case State.CANCELLED if order.data.get("closed") == "failed":
                return self._say(order, "told-bank-refused")
            case State.DELIVERING if order.held:
                return self._say(order, "told-held")
            case State.REFUNDED if order.charged_back:
                return self._say(order, "told-charged-back", amount=_paid(order))
            case State.REFUNDING if order.kept:
                return self._say(order, "told-returning-kept", amount=_left(order))
            case State.REFUNDED if order.kept:
                money = Money(order.back, order.price.currency)
                return self._say(order, "told-refunded-kept", amount=money)
            case State.REFUNDING if order.data.get("withdrawn"):
                return self._say(order, "told-withdrawn", amount=_left(order))
            case State.REFUNDING if source := order.data.get("source_returned"):
                return self._say(order, "told-source-returning", source=source, amount=_left(order))
            case State.REFUNDING if order.data.get("hand_over"):
                return self._say(order, "told-returning", amount=_left(order))
            case State.REFUNDING:
                return self._say(order, "told-refunding", amount=_left(order))
            case State.REFUNDED:
                return self._say(order, "told-refunded", amount=_paid(order))
            case _:
                return self._say(order, f"told-{_key(order.state)}")

    def _facts(self, order: Order) -> tuple[tuple[str, str], ...]:
        facts = [(self._say(order, "told-order"), order.id)]
        if source := order.data.get("source"):
            change = self._say(order, f"change-{source['change'].replace('_', '-')}")
            facts.append((self._say(order, "revision-of"), f"{source['order']}: {change}"))
        if order.state in (State.AWAITING_PAYMENT, State.COMPOSING) and not order.free:
            facts.append((self._say(order, "told-price"), self.texts.money(order.locale, order.price.total)))
        how_to = order.data.get("checkout", {}).get("words")
        if how_to and order.state is State.AWAITING_PAYMENT:
            facts.append((self._say(order, "transfer-pay"), how_to))
        over = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
        if order.state in over and (reason := plain(str(order.data.get("reason") or ""))):
            facts.append((self._say(order, "told-reason"), reason))
        if order.state is State.REFUNDED and (source := order.data.get("source_returned")):
            facts.append((self._say(order, "told-reason"), self._say(order, "told-source-gone", source=source)))
        credit = order.data.get("discounts", {}).get("credit", 0)
        if credit and order.state in (State.CANCELLED, State.REFUNDED):
            money = self.texts.money(order.locale, Money(credit, order.price.currency))
            facts.append((self._say(order, "price-credit"), self._say(order, "told-credit-back", amount=money)))
        if order.kept:
            kept, spent = (Money(one, order.price.currency) for one in (order.kept, order.data["spent"]))
            facts.append((self._say(order, "told-kept"), self._say(order, "told-kept-text", kept=kept, spent=spent)))
        own = order.data.get("payment", {}).get("payment")
        if part := self._part_back(order):
            facts.append(part)
        for refund in order.data.get("refunds", ()):
            if refund["payment"] != own:
                money = self.texts.money(order.locale, Money(refund["amount"], refund["currency"].upper()))
                facts.append((self._say(order, "told-second-payment"), self._say(order, "told-returned", amount=money)))
        return tuple(facts)

    def _part_back(self, order: Order) -> tuple[str, str] | None:
        """Return how much of its price has gone back while the order stands: no money moves silently."""
        if not order.back or order.state is State.REFUNDED:
            return None
        amount = self.texts.money(order.locale, Money(order.back, order.data["payment"]["currency"]))
        paid = self.texts.money(order.locale, _paid(order))
        return self._say(order, "told-part"), self._say(order, "told-part-returned", amount=amount, paid=paid)

    def _rows(self, order: Order) -> tuple[tuple[Control, ...], ...]:
        match order.state:
            case State.AWAITING_PAYMENT if order.data.get("pending"):
                return ()
            case State.AWAITING_PAYMENT if order.data.get("checkout", {}).get("words"):
                return ((Button(self._say(order, "told-cancel"), f"bgm:cancel:{order.id}", Look.PLAIN),),)
            case State.AWAITING_PAYMENT if "checkout" in order.data:
                pay: Control = Link(self._say(order, "told-pay"), self.links.for_payment(order), "💳")
                if not order.data["checkout"]["url"]:  # the bill stands in the chat; this puts it at its end
                    pay = Button(self._say(order, "told-pay"), f"bgm:pay:{order.id}", Look.MAIN, "💳")
                cancel = Button(self._say(order, "told-cancel"), f"bgm:cancel:{order.id}", Look.PLAIN)
                return ((pay, cancel, self._ask(order)),)
            case State.DELIVERED:
                return ((Link(self._say(order, "told-download"), self.links.for_order(order), "⬇️"), self._ask(order)),)
            case State.CANCELLED:
                return ()
            case _:
                return ((self._ask(order),),)

    def _ask(self, order: Order) -> Button:
        return Button(self._say(order, "letter-ask"), f"bgm:ask:{order.id}", Look.PLAIN, "💬")

    def _mood(self, order: Order) -> str:
        return self.names("moods", order.brief.mood, order.locale)

    def _length(self, order: Order) -> str:
        return self.texts.length(order.locale, order.brief.seconds)

    def _say(self, order: Order, key: str, /, **values: Any) -> str:
        return self.texts.say(order.locale, key, **values)


def _paid(order: Order) -> Money:
    payment = order.data["payment"]
    return Money(payment["amount"], payment["currency"])


def _left(order: Order) -> Money:
    """Return what of the payment goes back to the buyer and has not yet."""
    paid = _paid(order)
    return Money(paid.amount - order.back - order.kept, paid.currency)


def _bar(share: float) -> str:
    share = max(0.0, min(1.0, share))
    full = round(share * BAR)
    return f"{'▰' * full}{'▱' * (BAR - full)} {round(share * 100)} %"


def _key(state: State) -> str:
    return state.value.replace("_", "-")
