import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.delivery.live import LiveProgress
from bot.delivery.status import Standing
from bot.orders.order import Order, State
from tests.delivery import shop


@dataclass
class Bell:
    count: int = 0
    waited: asyncio.Event = field(default_factory=asyncio.Event)
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seen: int, timeout: float | None = None) -> int:
        self.waited.set()
        await self.rung.wait()
        return self.count


class Shop:
    """Orders that are composed, their progress, and the postman who hears of it."""

    def __init__(self, *orders: Order) -> None:
        self.orders = list(orders)
        self.bell = Bell()
        self.progress: float | None = 0.42
        self.shown: list[tuple[str, Standing]] = []
        self.failures: list[Exception] = []
        self.seen = asyncio.Event()

    @property
    def changed(self) -> Bell:
        return self.bell

    async def standing(self, state: State, limit: int = 1000) -> Sequence[Order]:
        if self.failures:
            raise self.failures.pop()
        return [order for order in self.orders if order.state is state]

    async def progress_of(self, order_id: str) -> float | None:
        return self.progress

    async def position(self, order_id: str) -> int | None:
        return 2

    async def show_progress(self, order_id: str, standing: Standing) -> None:
        self.shown.append((order_id, standing))
        self.orders.clear()
        self.seen.set()


async def _until(shop_: Shop, event: asyncio.Event) -> None:
    live = LiveProgress(shop_, shop_, shop_, interval=0.0)  # type: ignore[arg-type]
    running = asyncio.create_task(live.run())
    try:
        async with asyncio.timeout(5):
            await event.wait()
    finally:
        running.cancel()


async def test_progress_is_shown_in_steps_a_person_can_see() -> None:
    shop_ = Shop(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    await _until(shop_, shop_.seen)
    assert shop_.shown == [("K7Q2MXW4PD", Standing(0.4, 0))]


async def test_who_has_not_begun_has_a_place_in_the_queue() -> None:
    shop_ = Shop(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    shop_.progress = None
    await _until(shop_, shop_.seen)
    assert shop_.shown == [("K7Q2MXW4PD", Standing(None, 2))]


async def test_with_nothing_to_show_it_sleeps() -> None:
    shop_ = Shop(shop.order(State.COMPOSING), shop.order(State.REVIEWING, data={"status": "discord:9/1"}))
    await _until(shop_, shop_.bell.waited)
    assert shop_.shown == []


async def test_a_database_that_is_away_for_a_moment_does_not_stop_it() -> None:
    shop_ = Shop(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))
    shop_.failures = [OSError("locked")]
    shop_.bell.rung.set()
    await _until(shop_, shop_.seen)


async def test_what_is_left_is_told_in_whole_minutes() -> None:
    shop_ = Shop(shop.order(State.COMPOSING, data={"status": "discord:9/1"}))

    async def left(_order_id: str) -> float | None:
        return 500.0

    live = LiveProgress(shop_, shop_, shop_, interval=0.0, left=left)  # type: ignore[arg-type]
    running = asyncio.create_task(live.run())
    try:
        async with asyncio.timeout(5):
            await shop_.seen.wait()
    finally:
        running.cancel()
    assert shop_.shown == [("K7Q2MXW4PD", Standing(0.4, 0, 8))]
