"""How long packing, licensing and serving take: ``python -m benchmarks.delivery [seconds of music]``."""

import asyncio
import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import soundfile
import structlog
from aiohttp.test_utils import TestClient, TestServer
from rich.console import Console
from rich.table import Table

from bot.commands.front import Front
from bot.commands.notices import Notices
from bot.delivery.boxing import FEWEST, KINDS, listed, marked
from bot.delivery.detector import detect
from bot.delivery.labels import label
from bot.delivery.provenance import sign_file
from bot.delivery.record import Approval
from bot.finishing.encode import encode, formats
from bot.orders.order import Order
from bot.orders.policy import Policy
from bot.storage.media import Media
from bot.web import WebServices, create_web
from bot.web.metrics import Metrics
from tests.delivery import shop

TURNS = 5
REQUESTS = 300
APPROVAL = Approval("discord:1", shop.NOON)
T = TypeVar("T")


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
        kinds = " + ".join(kind.upper() for kind in KINDS if kind in formats())
        _row(table, f"{kinds}: mark, labels, provenance, hashes", packing_ms)
        _marked(table, media, media.path(shop.take(2)["files"]["master"]), order)
        _row(table, "licence: record, signature, PDF/A", licence_ms)
        await _served(table, Media(Path(folder) / "served"))
    Console().print(table)


def _marked(table: Table, media: Media, master: Path, order: Order) -> None:
    """Marking and certificate alone, without the encoders, in seconds of work: other programs do not count."""
    audio, rate = soundfile.read(master, dtype="float32")
    music = audio.T.copy() + 0.02 * np.random.default_rng(1).normal(size=audio.T.shape).astype(np.float32)
    steps: dict[str, list[float]] = {name: [] for name in ("mark", "labels", "manifest", "hashes", "licence", "find")}
    hands = shop.packing(media, shop.Book())
    words, claim, who = hands._label(order, APPROVAL), hands._claim(order, APPROVAL), hands.signatory
    assert who is not None
    envelope = json.loads(media.path(f"orders/{order.id}/r1/parcel/licence.json").read_text("utf-8"))
    kinds = [kind for kind in KINDS if kind in formats()]
    encoded: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(TURNS):
        quiet = _worked(steps["mark"], marked, music, rate, b"k" * 32)
        paths = []
        for kind in kinds:
            began = _spent()
            paths.append(encode(quiet, rate, master.with_name(f"bench.{kind}"), kind).path)
            encoded[kind].append((_spent() - began) * 1000)
        _worked(steps["labels"], _each, label, paths[: len(FEWEST)], (words,))
        _worked(steps["manifest"], _each, sign_file, paths, (claim, who))
        _worked(steps["hashes"], _each, listed, paths, ())
        _worked(steps["licence"], shop.printer().print, envelope, order.locale, shop.ADDRESS, [50] * 180)
        _worked(steps["find"], detect, quiet, rate, b"k" * 32)
    named = {
        "mark": "the inaudible mark (work)", "labels": "labels of WAV and MP3 (work)",
        "manifest": "C2PA manifests (work)", "hashes": "hashes, manifests read back (work)",
        "licence": "licence: PDF/A with record and QR (work)",
    }  # fmt: skip
    for name, what in named.items():
        _row(table, what, steps[name])
    together = [sum(turn) for turn in zip(*(steps[name] for name in named), strict=True)]
    _row(table, "marking and licence together (work; goal 2 s)", together)
    _row(table, "finding the mark (work)", steps["find"])
    for kind, taken in encoded.items():
        _row(table, f"encoding {kind.upper()} (work)", taken)


def _each(work: Callable[..., Any], paths: Sequence[Path], more: Sequence[Any]) -> None:
    for path in paths:
        work(path, *more)


def _spent() -> float:
    """Return the seconds of work of this process and of the programs it ran, in steps of some 10 ms."""
    return sum(os.times()[:4])


def _worked(taken: list[float], work: Callable[..., T], *args: Any) -> T:
    began = time.process_time()
    done = work(*args)
    taken.append((time.process_time() - began) * 1000)
    return done


async def _served(table: Table, media: Media) -> None:
    book = shop.Book()
    order = await shop.packed(media, book)

    async def nothing() -> None:
        return None

    notices = Notices(shop.texts(), Front("BGM Kiosk"), Policy())
    services = WebServices(
        "BGM Kiosk", shop.texts(), shop.names, shop.terms(), shop.links(), book, media, Metrics(), nothing, notices
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
