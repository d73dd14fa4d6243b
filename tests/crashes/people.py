"""A buyer and the operator on Discord who do again what the shop did not answer, as people do."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from bot.sandbox.discord import ClientRefusal, Interaction, InteractionState, Person
from tests.stories.street import Message, Street, buttons, words

LOOKS = 30
"""How often, ten times a second, somebody looks whether it is done before they press again."""

Act = Callable[[], Awaitable[Interaction]]


@dataclass
class People:
    """One buyer, and the operator of the street."""

    here: Street
    buyer: Person
    begin: Callable[[], None]
    """Called where a tale has something of its own to tell: the power may fail from there on."""

    async def insist(self, act: Act, done: Callable[[Interaction | None], bool]) -> Interaction | None:
        """Do something until it is done; what is not there to be pressed any more may be done as well.

        An answer alone says little: Discord counts it as one when the shop has only asked for a moment.
        """
        while True:
            said: Interaction | None = None
            with suppress(ClientRefusal, TimeoutError):
                said = await act()
                await said.until(lambda it: it.state is not InteractionState.THINKING, timeout=6)
            heard = said is not None and said.state is InteractionState.ANSWERED
            for _ in range(LOOKS if heard else 1):
                if done(said):
                    return said
                await asyncio.sleep(0.1)

    async def answer(self, act: Act) -> Interaction:
        """Do something until it is answered, by words or by a form."""
        said = await self.insist(act, lambda it: it is not None and it.state is InteractionState.ANSWERED)
        assert said is not None
        return said

    async def done(self, message: Message, verb: str, who: Person | None = None) -> None:
        """Press a button until it is gone, or off."""
        person, (button,) = who or self.buyer, buttons(message, verb)
        where = (message["channel_id"], message["id"])

        def over(_said: Interaction | None) -> bool:
            return all(one.get("disabled") for one in buttons(person.message(*where), verb))

        await self.insist(lambda: person.click(*where, button["custom_id"]), over)

    async def press(self, message: Message, verb: str, arg: str = "", who: Person | None = None) -> Interaction:
        """Press a button until that is answered."""
        person = who or self.buyer
        found = [one for one in buttons(message, verb) if not arg or one["custom_id"].endswith(f":{arg}")]
        assert len(found) == 1, f"no button {verb!r} on: {words(message)}"
        return await self.answer(lambda: person.click(message["channel_id"], message["id"], found[0]["custom_id"]))

    async def fill(self, message: Message, verb: str, fields: dict[str, str], who: Person) -> Interaction:
        """Press a button that opens a form, and send that, all of it again until the form is answered."""
        while True:
            form = (await self.press(message, verb, who=who)).modal
            assert form is not None, verb
            with suppress(ClientRefusal, TimeoutError):
                said = await who.submit(form, fields)
                await said.until(lambda it: it.state is not InteractionState.THINKING, timeout=6)
                if said.state is InteractionState.ANSWERED:
                    return said

    async def order(self, **options: str) -> str:
        """Type /bgm and confirm the summary; returns the order's id."""
        channel = self.here.discord.order_channel_id
        asked = {"mood": "calm", "length": "5", "purpose": "youtube", "details": "for a quiet street"} | options
        summary = (await self.answer(lambda: self.buyer.use(channel, "bgm", options=asked))).message
        assert summary is not None
        (confirm,) = buttons(summary, "place")
        await self.done(summary, "place")
        return str(confirm["custom_id"].split(":")[2])

    async def pay(self, order: str) -> str:
        """Follow the pay button of the status message and pay there; returns the session."""
        status = await self.here.status(order, "as soon as you have paid", self.buyer)
        (link,) = [one["url"] for one in buttons(status) if "/pay/" in one.get("url", "")]
        session = await self.here.session(order)
        url = await self._followed(link)
        assert url == self.here.stripe.session(session)["url"], (url, session)
        await self.here.stripe.pay(session)
        return session

    async def _followed(self, link: str) -> str:
        """Return where a link leads, opened again while nobody answers there."""
        while True:
            with suppress(aiohttp.ClientError):
                async with aiohttp.ClientSession() as web, web.get(link, allow_redirects=False) as answer:
                    if answer.status == 303:
                        return answer.headers["Location"]
            await asyncio.sleep(0.2)

    async def changed(self, parcel: Message, change: str) -> str:
        """Ask for a change of what is in a parcel, and confirm its summary; returns the new order."""
        summary: Message | None = None
        while summary is None:
            await self.press(parcel, "revise", change)
            with suppress(TimeoutError):
                summary = await self.buyer.wait_for(lambda one: bool(buttons(one, "revised")), 6)
        (confirm,) = buttons(summary, "revised")
        await self.done(summary, "revised")
        return str(confirm["custom_id"].split(".")[1])

    async def reads(self, order: str, phrase: str) -> Message:
        """Return the buyer's status message once it says something."""
        return await self.here.status(order, phrase, self.buyer)

    async def parcel(self, order: str) -> Message:
        """Return the buyer's parcel."""
        return await self.here.parcel(order, self.buyer)
