import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.orders.order import State
from bot.web.metrics import Metrics, StageClock
from tests.delivery import shop
from tests.web.conftest import Kiosk


async def test_a_healthy_shop_says_so(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    answer = await client.get("/healthz")
    assert answer.status == 200
    assert await answer.json() == {"status": "ok", "checks": {"database": {"ok": True}, "discord": {"ok": True}}}


async def test_what_is_wrong_is_named_without_its_inside(kiosk: Kiosk) -> None:
    kiosk.problems = {"discord": "not connected", "database": "raise"}
    client = await kiosk.open()
    answer = await client.get("/healthz")
    assert answer.status == 503
    assert await answer.json() == {
        "status": "failing",
        "checks": {
            "database": {"ok": False, "problem": "RuntimeError"},
            "discord": {"ok": False, "problem": "not connected"},
        },
    }


async def test_the_numbers_are_brought_up_to_date_before_they_are_read(kiosk: Kiosk) -> None:
    kiosk.metrics.show({State.COMPOSING: 3}, {"compose": SimpleNamespace(count=4, running=1, oldest=12.5)})
    client = await kiosk.open()
    await client.get("/nothing")
    answer = await client.get("/metrics")
    text = await answer.text()
    assert answer.content_type == "text/plain"
    assert kiosk.refreshed == 1
    for line in (
        'bgm_orders{state="composing"} 3.0',
        'bgm_orders{state="delivered"} 0.0',
        'bgm_jobs{kind="compose",status="waiting"} 3.0',
        'bgm_jobs{kind="compose",status="running"} 1.0',
        'bgm_job_oldest_seconds{kind="compose"} 12.5',
        'bgm_http_requests_total{method="GET",route="unknown",status="404"} 1.0',
    ):
        assert line in text, line


async def test_addresses_with_tokens_are_no_labels(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel()
    client = await kiosk.open()
    await client.get(path)
    text = await (await client.get("/metrics")).text()
    assert 'route="/d/{token}"' in text
    assert path.rpartition("/")[2] not in text


async def test_the_lag_of_the_event_loop_is_measured() -> None:
    metrics = Metrics()
    watching = asyncio.create_task(metrics.watch_loop())
    async with asyncio.timeout(5):
        while "bgm_event_loop_lag_seconds_count 0.0" in metrics.text().decode():
            await asyncio.sleep(0.05)
    watching.cancel()
    assert "bgm_event_loop_lag_seconds_count 1.0" in metrics.text().decode()


@dataclass
class History:
    events: list[Any] = field(default_factory=list)
    changed: Any = None

    async def heard_since(self, moment: datetime) -> list[Any]:
        return [event for event in self.events if event.at >= moment]

    def moved(self, before: State | None, after: State, seconds: float, order: str = "A") -> None:
        at = shop.NOON + timedelta(seconds=seconds)
        self.events.append(SimpleNamespace(id=len(self.events) + 1, order=order, at=at, before=before, after=after))


async def test_the_time_in_each_stage_comes_from_the_journal_and_counts_once() -> None:
    metrics, history = Metrics(), History()
    clock = StageClock(metrics, history, shop.NOON)
    history.moved(None, State.AWAITING_PAYMENT, 0)
    history.moved(State.AWAITING_PAYMENT, State.AWAITING_PAYMENT, 1)
    history.moved(State.AWAITING_PAYMENT, State.COMPOSING, 4)
    history.moved(State.REVIEWING, State.PACKING, 5, order="under way before")
    await clock.read()
    history.moved(State.COMPOSING, State.REVIEWING, 34)
    await clock.read()
    await clock.read()
    text = metrics.text().decode()
    assert 'bgm_stage_seconds_sum{state="awaiting_payment"} 4.0' in text
    assert 'bgm_stage_seconds_sum{state="composing"} 30.0' in text
    assert 'bgm_stage_seconds_count{state="composing"} 1.0' in text
    assert 'state="reviewing"} ' not in text.split("bgm_stage_seconds")[1]
