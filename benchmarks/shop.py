"""What people feel: how soon the shop answers, starts and delivers, measured on the whole program over the wire.

``python -m benchmarks.shop``. The world is the sandbox on the same machine, so that its own work is in the figures.
"""

import asyncio
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from tests.stories.street import Street, street

ORDERS = 6
ASKED = 200
"""How many /bgm are typed while music is made."""

HELP_RUNS = 10
TRACK_SECONDS = 60
IDLE_SECONDS = 30


def main() -> None:
    """Print a table."""
    asyncio.run(_over_the_wire())
    _track()
    _help()


async def _over_the_wire() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with street(Path(folder)) as here:
            await _idle(here)
            started, delivered = await _orders(here)
            _row("paid → composing, as the buyer sees it", started, "s")
            _row("approved → music in the buyer's hands (5 s track)", delivered, "s")
        async with street(Path(folder) / "busy", takes=3) as here:
            await _busy(here)


async def _orders(here: Street) -> tuple[list[float], list[float]]:
    started, delivered = [], []
    for _ in range(ORDERS):
        order = await here.order()
        session = await here.session(order)
        begun = time.perf_counter()
        await here.stripe.pay(session)
        await here.status(order, "Paid")
        started.append(time.perf_counter() - begun)
        card = await here.card(order)
        begun = time.perf_counter()
        await here.react(card, "1️⃣")
        await here.parcel(order)
        delivered.append(time.perf_counter() - begun)
    return started, delivered


async def _busy(here: Street) -> None:
    """Type commands while both cores compose."""
    orders = [await here.order(length="60") for _ in range(2)]
    for order in orders:
        await here.pay(order)
    for order in orders:
        await here.status(order, "Paid")
    answered = []
    for _ in range(ASKED):
        said = await here.buyer.use(here.discord.order_channel_id, "orders")
        answered.append(said.answered_after or float("nan"))
        await asyncio.sleep(0.1)
    _row(f"/orders answered while composing ({ASKED} times)", answered, "s")
    print(f"{'event-loop lag while composing, p99':55} {await _lag(here)}")


async def _lag(here: Street) -> str:
    """Return the bucket that holds the 99th percentile of the loop's lateness."""
    async with aiohttp.ClientSession() as web, web.get(f"{here.shop.address}/metrics") as answer:
        text = await answer.text()
    buckets = re.findall(r'bgm_event_loop_lag_seconds_bucket\{le="([^"]+)"\} ([\d.e+]+)', text)
    total = float(buckets[-1][1])
    limit = next(le for le, count in buckets if float(count) >= 0.99 * total)
    return f"<= {float(limit) * 1000:g} ms ({total:.0f} looks)"


async def _idle(here: Street) -> None:
    assert here.shop.process is not None
    process = here.shop.process.pid
    before = _cpu(process)
    await asyncio.sleep(IDLE_SECONDS)
    share = (_cpu(process) - before) / IDLE_SECONDS
    print(f"{'idle, connected, nothing ordered':55} {share:.1%} of a core, {_memory(process):.0f} MiB")


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def _track() -> None:
    """One order at the terminal, from brief to licence: all processes' work, and the wait on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.mkdir()
        (config / "shop.toml").write_text('[business]\nname = "Bench"\n[work]\ntakes = 1\n')
        command = [sys.executable, "-m", "bot", "order", "--mood", "calm", "--seconds", str(TRACK_SECONDS)]
        command += ["--purpose", "youtube", "--out", f"{folder}/out", "--approve", "best"]
        before, begun = _children(), time.perf_counter()
        environment = os.environ | {"BGM_CONFIG": str(config), "BGM_DATA": f"{folder}/data"}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        waited, spent = time.perf_counter() - begun, _children() - before
    each = spent / TRACK_SECONDS
    label = f"{TRACK_SECONDS} s track, one take, brief to licence"
    print(f"{label:55} {spent:.1f} s of work ({each:.3f} per second of music), {waited:.1f} s to wait")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _help() -> None:
    taken = []
    for _ in range(HELP_RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    _row("bgm --help", taken, "s")


def _row(name: str, figures: Sequence[float], unit: str) -> None:
    ordered = sorted(figures)
    worst = ordered[-1]
    p99 = ordered[min(len(ordered) - 1, round(0.99 * len(ordered)))]
    print(f"{name:55} median {statistics.median(ordered):.3f} {unit}, p99 {p99:.3f} {unit}, worst {worst:.3f} {unit}")


if __name__ == "__main__":
    main()
