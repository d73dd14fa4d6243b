"""Power cuts: `kill -9` of the whole program at random moments, over many orders of many buyers.

Buyers and operator behave as people do: they order, pay, press and react whether the shop is open or not, and press
again when nothing answers. Stripe and Discord stay up. In the end every paid order has been delivered or refunded,
exactly once as its buyer sees it. `STORY_SEED` repeats a run's choices.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.discord import ClientRefusal, Interaction, InteractionState, Person
from tests.stories.street import Message, Street, buttons, footer, is_parcel, street, words

BUYERS, ORDERS_EACH = 10, 10
LEAST_CUTS, MOST_CUTS = 8, 12
EPHEMERAL = 1 << 6
ENDINGS = ("with you", "has been returned", "is cancelled")


@dataclass
class Town:
    """Who orders, who judges, and what they decided; ``chance`` decides everything."""

    here: Street
    chance: random.Random
    fate: dict[str, str] = field(default_factory=dict)
    """Order → what its buyer and the operator decide: "approve", "reject", "again" or "cancel"."""
    owner: dict[str, Person] = field(default_factory=dict)
    cuts: int = 0
    over: bool = False

    async def buyer(self, person: Person) -> None:
        """Order again and again; half of the time without waiting for the order before."""
        errands: list[asyncio.Task[None]] = []
        for _ in range(ORDERS_EACH):
            order = await self.placed(person)
            errands.append(asyncio.create_task(self.errand(person, order)))
            if self.chance.random() < 0.5:
                await errands[-1]
        await asyncio.gather(*errands)

    async def placed(self, person: Person) -> str:
        """Type /bgm until a summary comes, press its button until the order stands."""
        channel = self.here.discord.order_channel_id
        asked = {"mood": "calm", "length": "5", "purpose": "youtube", "details": "for a long night"}
        summary = await insisted(lambda: person.use(channel, "bgm", options=asked), lambda found: bool(found))
        (confirm,) = buttons(summary, "place")
        order = str(confirm["custom_id"].split(":")[2])
        self.fate[order] = self.chance.choices(("approve", "reject", "again", "cancel"), (68, 14, 12, 6))[0]
        self.owner[order] = person

        def stands(_answer: Message | None) -> bool:
            return not buttons(person.message(channel, summary["id"]), "place")

        await insisted(lambda: person.click(channel, summary["id"], confirm["custom_id"]), stands)
        return order

    async def errand(self, person: Person, order: str) -> None:
        """Pay or call off, then wait for the end."""
        session = await self.here.session(order)
        if self.fate[order] == "cancel":
            status = await self.here.status(order, "as soon as you have paid", person)
            (cancel,) = buttons(status, "cancel")

            def gone(_answer: Message | None) -> bool:
                return "is cancelled" in words(person.message(status["channel_id"], status["id"]))

            await insisted(lambda: person.click(status["channel_id"], status["id"], cancel["custom_id"]), gone)
        else:
            await self.here.stripe.pay(session)
        await person.wait_for(
            lambda message: footer(message) == order and any(end in words(message) for end in ENDINGS), timeout=900
        )

    async def operator(self) -> None:
        """Judge every card once: by reaction, which Discord keeps, or by button, pressed until the shop answers."""
        seen: set[str] = set()
        errands: set[asyncio.Task[None]] = set()
        while not self.over:
            for card in self.here.operator.messages(self.here.discord.review_channel_id):
                if footer(card) and card["id"] not in seen and buttons(card, "reject"):
                    seen.add(card["id"])
                    errands.add(asyncio.create_task(self.judged(card)))
            for done in [errand for errand in errands if errand.done()]:
                errands.remove(done)
                done.result()
            await asyncio.sleep(0.05)

    async def judged(self, card: Message) -> None:
        order, round_ = footer(card).split("/")
        verdict = self.fate[order] if round_ == "1" else "approve"
        emoji = {"approve": "1️⃣", "reject": "❌", "again": "🔁"}[verdict]
        if self.chance.random() < 0.6:
            await self.here.react(card, emoji)
            return
        (press,) = buttons(card, verdict)
        await insisted(
            lambda: self.here.operator.click(card["channel_id"], card["id"], press["custom_id"]),
            lambda answer: answer is not None,
        )

    async def cutter(self) -> None:
        """Cut the power after some more requests of the shop and a moment, and now and then while it is opening."""
        while not self.over and self.cuts < MOST_CUTS:
            target = len(self.here.discord.requests) + self.chance.randrange(10, 200)
            while not self.over and len(self.here.discord.requests) < target:
                await asyncio.sleep(0.02)
            await asyncio.sleep(self.chance.uniform(0, 0.5))
            while True:
                await self.here.shop.kill()
                self.cuts += 1
                await asyncio.sleep(self.chance.uniform(0, 1))
                if self.chance.random() > 0.2:
                    break
                await self.here.shop.start()
                await asyncio.sleep(self.chance.uniform(0, 3))
            await self.here.shop.open()


async def insisted(act: Callable[[], Awaitable[Interaction]], done: Callable[[Message | None], bool]) -> Message:
    """Do something again until it is done; return the last answer. What is not there any more is done."""
    while True:
        answer = None
        with suppress(ClientRefusal, TimeoutError):
            said = await act()
            await said.until(lambda it: it.state is not InteractionState.THINKING, timeout=10)
            answer = said.message if said.state is InteractionState.ANSWERED else None
        if done(answer):
            return answer or {}
        await asyncio.sleep(0.2)


async def test_every_paid_order_ends_exactly_once(tmp_path: Path) -> None:
    seed = int(os.environ.get("STORY_SEED") or random.SystemRandom().randrange(1 << 32))
    async with street(tmp_path) as here:
        town = Town(here, random.Random(seed))
        try:
            await live(town)
            await here.shop.close()
            await here.shop.open()
            await here.until(lambda: not here.stripe.courier._tasks)
            judge(town)
        except BaseException as error:
            error.add_note(f"STORY_SEED={seed}, {town.cuts} power cuts, {len(town.fate)} orders")
            raise


async def live(town: Town) -> None:
    """Let everybody do what they do until every order is over."""
    # Discord forgets a message's nonce while the shop is still off, so that only the message itself can tell
    town.here.discord.rules.nonce_memory = 1.0
    people = [await town.here.discord.add_person(f"buyer {number}") for number in range(BUYERS)]
    async with asyncio.TaskGroup() as everybody:
        everybody.create_task(town.operator())
        everybody.create_task(town.cutter())
        await asyncio.gather(*(town.buyer(person) for person in people))
        town.over = True


def judge(town: Town) -> None:
    """See what everybody has in the end."""
    here, books = town.here, town.here.stripe
    assert len(town.fate) == BUYERS * ORDERS_EACH
    assert town.cuts >= LEAST_CUTS
    for order, fate in town.fate.items():
        sessions = [one for one in books.sessions if one["metadata"]["order"] == order]
        assert len(sessions) == 1, order
        (session,) = sessions
        statuses = here.statuses(order, town.owner[order])
        assert len(statuses) == 1, (order, fate)
        refunds = [one["amount"] for one in here.refunds(session["id"])] if session["payment_intent"] else []
        parcels = len(here.parcels(order, town.owner[order]))
        end, rounds = words(statuses[0]), [footer(card) for card in here.cards(order)]
        match fate:
            case "cancel":
                assert (session["payment_status"], refunds, parcels) == ("unpaid", [], 0), order
                assert "is cancelled" in end
                assert not rounds
            case "reject":
                assert (session["payment_status"], refunds, parcels) == ("paid", [9000], 0), order
                assert "has been returned" in end
                assert rounds == [f"{order}/1"]
            case _:
                assert (session["payment_status"], refunds, parcels) == ("paid", [], 1), order
                assert "with you" in end
                assert rounds == [f"{order}/{one}" for one in ((1, 2) if fate == "again" else (1,))]
    for person in set(town.owner.values()):
        known = {order for order, owner in town.owner.items() if owner is person}
        for channel in person.channels():
            for message in person.messages(channel["id"]):
                if channel["type"] == 1 and not message.get("flags", 0) & EPHEMERAL:
                    assert footer(message) in known or any(is_parcel(message, order) for order in known)
