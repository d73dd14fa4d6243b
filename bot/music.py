"""Everything that makes the shop's music: the engine, where it plays, the composing hand, and what its pace is."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from bot.generation.composing import Composing
from bot.generation.engine import NeuralKind
from bot.generation.engine_room import EngineRoom, Limits
from bot.generation.pace import MeasuredPace, learned, pace_note
from bot.generation.readiness import must_be_known, must_be_loadable
from bot.generation.rights import EngineKind, acceptance_note, must_be_accepted
from bot.generation.stock import weights_of
from bot.generation.studio import Studio
from bot.runner import Hand, Runner
from bot.settings.environment import Environment
from bot.settings.shop import Shop
from bot.storage.jobs import Jobs
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.waiting import music_until

MISSED_AFTER = 900.0
"""Seconds that an order may wait before somebody is told that nobody composes."""


class Music:
    """Composes with one engine: the composer in the studio's processes, others in the engine room."""

    def __init__(
        self,
        engine: EngineKind,
        environment: Environment,
        shop: Shop,
        places: Sequence[Path],
        book: OrderBook,
        jobs: Jobs,
        media: Media,
    ) -> None:
        self._engine, self._shop, self._book, self._jobs = engine, shop, book, jobs
        self._takes = shop.policy().takes
        self.studio = Studio(shop.work.processes)
        repository = engine.repository if isinstance(engine, NeuralKind) else ""
        self._weights = weights_of(engine.name, environment.bgm_data, shop.engines.models, repository)
        self.room = self._engine_room(places)
        self.composing = Composing(
            self.studio,
            media,
            jobs,
            places,
            engine.name,
            self._takes,
            book.family,
            self.room,
            self._learn,
            self.room.clock if self.room else monotonic,
        )

    async def may_be_sold(self) -> None:
        """Let an engine pass that may sell. :raises BadSetting: if the operator has not accepted its condition."""
        must_be_accepted(self._engine, await self._book.recall(acceptance_note(self._engine.name)))

    def must_be_loadable(self) -> None:
        """Let an engine pass that can be loaded here. :raises BadSetting: with what is missing, and how to get it."""
        must_be_known(self._shop.engines.models)
        must_be_loadable(self._engine, self._weights)

    def runner(self, hands: Mapping[str, Hand]) -> Runner:
        """Return whoever works through the jobs: as many orders side by side as the engine makes in one batch."""
        room = self.room
        if room is None:
            # Two at least, so that a short order can pass a long one: the studio decides whose take is next.
            return Runner(self._book, self._jobs, hands, {"compose": max(2, self.studio.processes)})
        return Runner(
            self._book,
            self._jobs,
            hands,
            {"compose": max(2, self._engine.capabilities.max_takes // self._takes)},
            closed={"compose": self._closed_for},
            most_cost=lambda: room.most_seconds / self._takes,
        )

    async def seconds_left(self, order_id: str) -> float | None:
        """Return in about how many seconds an order's takes will be ready, by the pace of the orders before it.

        What has not begun waits for the engine's hours; what has is finished in any case.
        """
        pace = MeasuredPace.of(await self._book.recall(pace_note(self._engine.name)))
        music = await music_until(self._book.database, order_id) if pace else None
        if pace is None or music is None:
            return None
        work = pace.per_second * music
        if self.room is None or await self._jobs.position(order_id) == 0:
            return work
        return self._shop.engines.done_in(self._now(), work)

    async def idle(self) -> str:
        """Return what is wrong where music has waited for long and nobody makes any, "" if all is well.

        That is how a worker on another computer is missed; what waits for the engine's hours is missed by nobody.
        """
        waiting = (await self._jobs.depth()).get("compose")
        if waiting is None or waiting.running or waiting.oldest < MISSED_AFTER:
            return ""
        if self.room is not None and any(self._closed_for(ago) for ago in (0.0, MISSED_AFTER)):
            return ""
        return f"music has waited for {waiting.oldest / 60:.0f} min and nobody makes any"

    async def close(self) -> None:
        """End the processes."""
        if self.room is not None:
            await self.room.close()
        await self.studio.close()

    def _engine_room(self, places: Sequence[Path]) -> EngineRoom | None:
        kind, given = self._engine, self._shop.engines
        if not kind.capabilities.batches:
            return None
        limits = Limits(given.batch_minutes * 60, given.idle_minutes * 60, threads=given.threads)
        return EngineRoom(kind, places, self._weights, limits)

    def _closed_for(self, ago: float = 0.0) -> float:
        return self._shop.engines.closed_for(self._now(ago))

    def _now(self, ago: float = 0.0) -> time:
        moment = self._book.clock() - timedelta(seconds=ago)
        return moment.astimezone(ZoneInfo(self._shop.timezone)).time()

    async def _learn(self, spent: float, seconds: float) -> None:
        """Note how fast orders are made here."""
        note, device = pace_note(self._engine.name), self.room.device if self.room else "CPU"
        before = MeasuredPace.of(await self._book.recall(note))
        await self._book.remember(note, learned(before, spent, seconds, device).to_json())
