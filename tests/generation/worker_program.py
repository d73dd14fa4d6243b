"""A composing worker as a program that can be killed: the real queue, runner, composing hand and engine room.

Only the model is a bench of noise. ``python -m tests.generation.worker_program DATABASE FOLDER LEASE``.
"""

import asyncio
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.generation.composing import Composing
from bot.generation.engine_room import EngineRoom
from bot.generation.studio import Studio
from bot.orders.policy import Policy
from bot.runner import Runner
from bot.settings.files import folders
from bot.storage.database import open_database
from bot.storage.jobs import Jobs
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from tests.generation.test_engine_room import BENCH


async def serve(url: str, folder: Path, lease: float) -> None:
    database = open_database(url)
    book = OrderBook(database, Policy(), lambda: datetime.now(UTC))
    jobs, studio = Jobs(book), Studio(1)
    room = EngineRoom(BENCH, folders(None), folder / "log")
    hand = Composing(studio, Media(folder), jobs, folders(None), "musicgen", 1, book.family, room)
    runner = Runner(book, jobs, {"compose": hand.compose}, {"compose": 4}, lease_seconds=lease)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await runner.start()
    await stop.wait()
    await runner.stop()
    await room.close()
    await studio.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
