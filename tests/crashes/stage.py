"""The stage of a sweep: a street whose shop hangs on the wire, is opened again after every cut, and is looked at."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crashes.effects import at_discord, at_shop, at_stripe, at_telegram, told_by_discord
from tests.crashes.wire import Kind, Moment, Relay, Wire, door
from tests.stories.phone import Phone, phone
from tests.stories.street import Shop, Street, street

COMMITS = Path(__file__).parent / "commits"
HEARD = (
    "checkout.session.completed", "checkout.session.expired", "charge.dispute.created", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "refund.failed",
)  # fmt: skip
"""The events that an operator sends to the shop (docs/going-live.md), as far as a tale has them."""

MEANT = "money in trouble"
"""What is logged as an error because the operator should look, not because the shop is at fault."""

LEFT = "SELECT kind, tries, failures, owner, error FROM jobs WHERE state = 'open' AND order_id IN ({})"
QUIET_WITHIN = 90.0
"""Seconds until all work of an order must be over, after its people are content."""


@dataclass
class Stage:
    """A wired street. ``phone`` is there where the shop is on Telegram."""

    here: Street
    wire: Wire
    phone: Phone | None = None
    _keeper: asyncio.Task[None] | None = None
    _log_read: int = 0

    @property
    def shop(self) -> Shop:
        """The shop on this stage."""
        return self.here.shop

    def arm(self, moment: Moment | None) -> None:
        """Let the power fail at a moment from here on; the shop is opened again at once."""
        self.complaints()
        self.wire.arm(moment)
        self._keeper = asyncio.create_task(self._keep_open())

    async def _keep_open(self) -> None:
        await self.wire.struck.wait()
        await self.shop.open()

    async def settled(self, orders: list[str]) -> None:
        """Wait until no work is left for these orders. :raises TimeoutError: naming what is."""
        try:
            async with asyncio.timeout(QUIET_WITHIN):
                while self.rows(LEFT, orders) or self._opening():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"work is left: {self.rows(LEFT, orders)}") from None

    def _opening(self) -> bool:
        return self.wire.struck.is_set() and self._keeper is not None and not self._keeper.done()

    async def rest(self) -> None:
        """Stop waiting for a cut that did not come. :raises AssertionError: if the shop could not be opened again."""
        if self._keeper is not None:
            if not self.wire.struck.is_set():
                self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    def rows(self, query: str, orders: list[str]) -> list[tuple[Any, ...]]:
        """Ask the shop's book; ``{}`` stands for the orders."""
        path = next((self.shop.folder / "data").glob("*.sqlite3"))
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as book:
            found: list[tuple[Any, ...]] = book.execute(query.format(",".join("?" * len(orders))), orders).fetchall()
        book.close()
        return found

    def complaints(self) -> list[str]:
        """Return what the shop has logged as an error since this was last asked."""
        lines = self.shop.log.read_text("utf-8", "replace").splitlines() if self.shop.log.exists() else []
        new, self._log_read = lines[self._log_read :], len(lines)
        found = []
        for line in new:
            try:
                entry = json.loads(line)
            except ValueError:
                found.append(line)
                continue
            meant = str(entry.get("event", "")).startswith(MEANT)
            if "exception" in entry or (entry.get("level") in ("error", "critical") and not meant):
                found.append(json.dumps(entry, ensure_ascii=False)[:2000])
        return found


@asynccontextmanager
async def stage(folder: Path, *, telegram: bool = False) -> AsyncIterator[Stage]:
    """Open a street with its shop on the wire."""
    async with AsyncExitStack() as stack:
        on_phone = None
        if telegram:
            on_phone = await stack.enter_async_context(phone(folder / "street", opened=False))
            here = on_phone.street
        else:
            here = await stack.enter_async_context(street(folder / "street", opened=False))
        wire = Wire(here.shop.kill)
        knocks = await stack.enter_async_context(door(wire, folder))
        await _rewired(here, wire, stack)
        stack.push_async_callback(here.shop.kill)  # nobody must hang on the wire when it is taken down
        path = os.pathsep.join(filter(None, (str(COMMITS), here.shop.environment.get("PYTHONPATH", ""))))
        here.shop.environment |= {"PYTHONPATH": path, "CRASH_DOOR": str(knocks)}
        here.discord.rules.nonce_memory = 0.0  # only the message itself can tell that it was sent before
        await here.shop.open()
        if not telegram:
            await here.menu()
        yield Stage(here, wire, on_phone)


async def _rewired(here: Street, wire: Wire, stack: AsyncExitStack) -> None:
    """Put relays between the shop and the world."""

    async def relay(upstream: str, kind: Kind, **more: Any) -> str:
        return (await stack.enter_async_context(Relay(wire, upstream, kind, **more).open())).url

    card, known = here.world.card(), here.shop.environment
    if "DISCORD_TOKEN" in known:
        rooms = {card["discord"]["review_channel_id"]: "review", card["discord"]["order_channel_id"]: "shop"}
        root, _, base = card["discord"]["api"].partition("/api/")
        url = await relay(root, at_discord(rooms), told=told_by_discord(str(here.discord.bot_id)))
        known["DISCORD_API_BASE"] = f"{url}/api/{base}"
        known["DISCORD_GATEWAY_URL"] = url.replace("http", "ws") + "/gateway"
    if "STRIPE_SECRET_KEY" in known:
        known["STRIPE_API_BASE"] = await relay(here.stripe.api, at_stripe)
        ear = await relay(here.shop.address, at_shop)
        for endpoint in here.stripe.books.all("webhook_endpoint"):
            endpoint["url"] = endpoint["url"].replace(here.shop.address, ear)
            endpoint["enabled_events"] = list(HEARD)
    if "TELEGRAM_TOKEN" in known:
        known["TELEGRAM_API_BASE"] = await relay(card["telegram"]["api"], at_telegram())
