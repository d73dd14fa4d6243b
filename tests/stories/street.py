"""The street outside the shop: buyers, the operator and their services on the wire, and the shop as one program.

The shop runs as its own process, as it does for its operator, so that it can be killed; nothing in it is replaced.
Only `config/shop.toml` is the street's own: one short take an order, so that a day passes in minutes.
"""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.discord import Interaction, Person
from bot.sandbox.discord.desk import COMPONENT
from bot.sandbox.world import World
from bot.settings.environment import Environment

PATIENCE = float(os.environ.get("STORY_PATIENCE", "300"))
"""Seconds to wait for anything before a story has failed; a machine under load takes a while to compose."""

SHORT_DAY = """
language = "en"
[business]
name = "Street Corner Music"
[work]
takes = {takes}
processes = {processes}
[times]
{times}
"""

Message = dict[str, Any]
Match = Callable[[Message], bool]


def buttons(message: Message, verb: str = "") -> list[dict[str, Any]]:
    """Return the buttons of a message whose custom id has that verb."""
    found = [control for row in message["components"] for control in row["components"] if control["type"] == 2]
    return [one for one in found if f":{verb}:" in one.get("custom_id", "") or not verb]


def judged(card: Message) -> bool:
    """Say whether a card takes no verdict any more."""
    verdicts = [one for verb in ("approve", "again", "reject") for one in buttons(card, verb)]
    return all(one["disabled"] for one in verdicts)


def words(message: Message) -> str:
    """Return everything a person reads in a message."""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", "")]
        parts += [f"{entry['name']}: {entry['value']}" for entry in embed.get("fields", ())]
        parts.append(embed.get("footer", {}).get("text", ""))
    return "\n".join(parts)


def footer(message: Message) -> str:
    """Return the mark of a message."""
    return next((str(embed["footer"]["text"]) for embed in message["embeds"] if "footer" in embed), "")


@dataclass
class Shop:
    """The program under test: `open`, `close`, `kill`."""

    folder: Path
    environment: dict[str, str]
    address: str
    process: asyncio.subprocess.Process | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "shop.log"

    async def open(self) -> None:
        """Start the program and wait until it is well."""
        await self.start()
        assert self.process is not None
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as web:
            while True:
                assert self.process.returncode is None, f"the shop closed:\n{self.tail()}"
                with contextlib.suppress(aiohttp.ClientError):
                    async with web.get(f"{self.address}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def start(self) -> None:
        """Start the program and wait for nothing."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--test", "--json",
                env=self.environment, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    async def close(self) -> int:
        """Ask the program to stop and return its exit status."""
        if self.process is None or self.process.returncode is not None:
            return 0
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 60)

    async def kill(self) -> None:
        """Cut the power: SIGKILL to every process of the program, no goodbye."""
        if self.process is not None and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    def tail(self, lines: int = 40) -> str:
        """Return the last lines of the log."""
        said = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return "\n".join(line[:2000] for line in said[-lines:])


class Street:
    """A world, a shop in it, and what people do."""

    def __init__(self, world: World, shop: Shop) -> None:
        self.world = world
        self.shop = shop
        self.discord, self.stripe = world.discord, world.stripe
        self.buyer = self.discord.person(self.discord.buyer_id)
        self.operator = self.discord.person(self.discord.operator_id)
        self.stranger = self.discord.person(self.discord.stranger_id)

    async def menu(self) -> None:
        """Wait until the slash menu offers /bgm."""
        async with asyncio.timeout(PATIENCE):
            while not any(one["name"] == "bgm" for one in self.buyer.commands(self.discord.order_channel_id)):
                await asyncio.sleep(0.02)

    async def summary(self, buyer: Person, **options: str) -> Message:
        """Type /bgm with every answer and return the summary."""
        answers = {"mood": "calm", "length": "5", "purpose": "youtube", "details": "for a quiet street"} | options
        said = await answered(await buyer.use(self.discord.order_channel_id, "bgm", options=answers))
        assert said.message is not None, said
        return said.message

    async def order(self, buyer: Person | None = None, **options: str) -> str:
        """Order by /bgm and confirm the summary; returns the order's id."""
        buyer = buyer or self.buyer
        return await self.placed(await self.summary(buyer, **options), buyer)

    async def placed(self, summary: Message, buyer: Person | None = None) -> str:
        """Confirm a summary; returns the order's id."""
        (confirm,) = buttons(summary, "place")
        said = await answered(
            await (buyer or self.buyer).click(summary["channel_id"], summary["id"], confirm["custom_id"])
        )
        assert said.message is not None, said
        found = re.search(r"\b[2-9A-HJ-NP-Z]{10}\b", words(said.message))
        assert found is not None, words(said.message)
        return found[0]

    async def forged_press(self, person: Person, message: Message, custom_id: str) -> Interaction:
        """Press a button that the message does not have, as a tampered client can."""
        channel, number = int(message["channel_id"]), int(message["id"])
        pending = self.discord.desk.new(
            COMPONENT, person.id, channel, {"component_type": 2, "custom_id": custom_id, "id": 1}
        )
        pending.source = self.discord.realm.messages[channel][number]
        self.discord.desk.begin(pending)
        return await pending.shown.until(lambda it: it.message is not None or it.error is not None, PATIENCE)

    async def session(self, order: str) -> str:
        """Return the Stripe session of an order once there is one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for session in self.stripe.sessions:
                    if session["metadata"].get("order") == order:
                        return str(session["id"])
                await asyncio.sleep(0.02)

    async def pay(self, order: str, card: str = "visa") -> str:
        """Pay an order on the hosted page; returns the session."""
        session = await self.session(order)
        await self.stripe.pay(session, card)
        return session

    async def card(self, order: str, round_: int = 1) -> Message:
        """Return the operator's review card of an order once it has been posted."""
        return await self.operator.wait_for(
            lambda message: footer(message) == f"{order}/{round_}", channel_id=self.discord.review_channel_id,
            timeout=PATIENCE,
        )  # fmt: skip

    async def react(self, card: Message, emoji: str, person: Person | None = None) -> None:
        """React to a card."""
        await (person or self.operator).react(card["channel_id"], card["id"], emoji)

    async def status(self, order: str, phrase: str, buyer: Person | None = None) -> Message:
        """Return the buyer's status message once it says something."""
        return await (buyer or self.buyer).wait_for(
            lambda message: footer(message) == order and phrase in words(message), timeout=PATIENCE
        )

    async def parcel(self, order: str, buyer: Person | None = None) -> Message:
        """Return the direct message with the music once it is there."""
        return await (buyer or self.buyer).wait_for(lambda message: is_parcel(message, order), timeout=PATIENCE)

    def parcels(self, order: str, buyer: Person | None = None) -> list[Message]:
        """Return every parcel of an order that the buyer has."""
        person = buyer or self.buyer
        return [
            message for channel in person.channels() for message in person.messages(channel["id"])
            if is_parcel(message, order)
        ]  # fmt: skip

    def statuses(self, order: str, buyer: Person | None = None) -> list[Message]:
        """Return every status message of an order that the buyer has."""
        person = buyer or self.buyer
        return [
            message for channel in person.channels() for message in person.messages(channel["id"])
            if footer(message) == order
        ]  # fmt: skip

    def cards(self, order: str) -> list[Message]:
        """Return every review card of an order."""
        seen = self.operator.messages(self.discord.review_channel_id)
        return [message for message in seen if footer(message).startswith(f"{order}/") and buttons(message, "reject")]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something can be seen outside the shop."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.02)

    def refunds(self, session: str) -> list[dict[str, Any]]:
        """Return what was sent back of a session's payment."""
        intent = self.stripe.session(session)["payment_intent"]
        return [refund for refund in self.stripe.refunds if refund["payment_intent"] == intent]


async def answered(said: Interaction) -> Interaction:
    """Wait until an interaction has its answer: on a busy machine it is only acknowledged at first."""
    return await said.finished(PATIENCE)


def is_parcel(message: Message, order: str) -> bool:
    """Say whether a message holds the music and the licence of an order."""
    names = [one["filename"] for one in message["attachments"]]
    return any(name.endswith("-licence.pdf") and order[:4] in name for name in names)


@asynccontextmanager
async def street(
    folder: Path, *, takes: int = 1, processes: int = 0, times: str = "", opened: bool = True, **settings: str
) -> AsyncIterator[Street]:
    """Open a world and a shop; at the end close both, whatever happened."""
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "shop.toml").write_text(SHORT_DAY.format(takes=takes, processes=processes, times=times), "utf-8")
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    world = await World.start(forward_to=address)
    try:
        shop = Shop(folder, _environment(world, folder, port) | settings, address)
        try:
            here = Street(world, shop)
            if opened:
                await shop.open()
                await here.menu()
            yield here
        except BaseException as error:
            error.add_note(f"The shop's last words ({shop.log}):\n{shop.tail()}")
            raise
        finally:
            await shop.kill()
    finally:
        await world.stop()


def _environment(world: World, folder: Path, port: int) -> dict[str, str]:
    ours = {name.upper() for name in Environment.model_fields}
    card = world.card()
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "DISCORD_TOKEN": card["discord"]["token"],
        "DISCORD_GUILD_ID": card["discord"]["guild_id"],
        "DISCORD_REVIEW_CHANNEL_ID": card["discord"]["review_channel_id"],
        "DISCORD_API_BASE": card["discord"]["api"],
        "DISCORD_GATEWAY_URL": card["discord"]["gateway"],
        "OPERATOR_IDS": f"discord:{card['discord']['operator_id']}",
        "STRIPE_SECRET_KEY": card["stripe"]["key"],
        "STRIPE_WEBHOOK_SECRET": card["stripe"]["webhook_secret"],
        "STRIPE_API_BASE": card["stripe"]["api"],
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HTTP_PORT": str(port),
        "BGM_DATA": str(folder / "data"),
        "BGM_CONFIG": str(folder / "config"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
