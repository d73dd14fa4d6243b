"""How long packing, licensing and serving take: ``python -m benchmarks.delivery [seconds of music]``."""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import structlog
from aiohttp.test_utils import TestClient, TestServer
from rich.console import Console
from rich.table import Table

from bot.delivery.boxing import marked
from bot.delivery.watermark import detect
from bot.storage.media import Media
from bot.web import WebServices, create_web
from bot.web.metrics import Metrics
from tests.delivery import shop

TURNS = 5
REQUESTS = 300


async def main(seconds: float) -> None:
    """Measure and print a table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    table = Table("what", "median", "worst", title=f"Delivery of a {seconds:g} s track")
    with tempfile.TemporaryDirectory() as folder:
        book, packing_ms, licence_ms = shop.Book(), [], []
        for turn in range(TURNS):
            media = Media(Path(folder) / f"media{turn}")
            order = shop.order()
            shop.write_master(media, order, seconds)
            hands = shop.packing(media, book)
            began = time.perf_counter()
            mastered = await hands.master(shop.job("master"), order)
            packing_ms.append((time.perf_counter() - began) * 1000)
            assert mastered is not None
            order = replace(order, data=order.data | {"files": mastered.files})
            began = time.perf_counter()
            await hands.certify(shop.job("certify"), order)
            licence_ms.append((time.perf_counter() - began) * 1000)
        _row(table, "WAV + MP3, mark, labels, provenance, hashes", packing_ms)
        _marked(table, media.path(shop.take(2)["files"]["master"]))
        _row(table, "licence: record, signature, PDF/A", licence_ms)
        await _served(table, Media(Path(folder) / "served"))
    Console().print(table)


def _marked(table: Table, master: Path) -> None:
    """The mark alone, in seconds of work rather than by the clock: other programs do not count."""
    audio, rate = soundfile.read(master, dtype="float32")
    music = audio.T.copy() + 0.02 * np.random.default_rng(1).normal(size=audio.T.shape).astype(np.float32)
    working, listening = [], []
    for _ in range(TURNS):
        began = time.process_time()
        quiet = marked(music, rate, b"k" * 32)
        working.append((time.process_time() - began) * 1000)
        began = time.process_time()
        detect(quiet, rate, b"k" * 32)
        listening.append((time.process_time() - began) * 1000)
    _row(table, "of which the inaudible mark (work)", working)
    _row(table, "finding the mark (work)", listening)


async def _served(table: Table, media: Media) -> None:
    book = shop.Book()
    order = await shop.packed(media, book)

    async def nothing() -> None:
        return None

    services = WebServices(
        "BGM Kiosk", shop.texts(), shop.names, shop.terms(), shop.links(), book, media, Metrics(), nothing
    )
    async with TestClient(TestServer(create_web(services))) as client:
        path = f"/d/{shop.links().token(order)}"

        async def opened(address: str) -> None:
            async with client.get(address) as answer:
                await answer.read()
                assert answer.status in (200, 404, 429)

        _row(table, "download page", await _timed(lambda: opened(path)))
        _row(table, "forged link refused", await _timed(lambda: opened("/d/forged")))
        _row(table, "health", await _timed(lambda: opened("/healthz")))


async def _timed(work: Callable[[], Awaitable[None]]) -> list[float]:
    taken = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _row(table: Table, what: str, milliseconds: list[float]) -> None:
    table.add_row(what, f"{statistics.median(milliseconds):.1f} ms", f"{max(milliseconds):.1f} ms")


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
