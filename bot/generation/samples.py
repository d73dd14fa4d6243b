"""Something to listen to before ordering: a short piece in the mood and style of a draft, made once and kept.

Korea's Act on Consumer Protection in Electronic Commerce (art. 17 (6)) lets digital content be sold without return only
where the buyer could listen first; and everybody orders more easily what they have heard.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from bot.errors import EngineFailed
from bot.finishing.encode import Tags, encode
from bot.finishing.levels import level
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.files import config_file
from bot.settings.moods import load_moods
from bot.storage.media import Media

SECONDS = 12
"""Length of a sample."""
LUFS, CEILING = -16.0, -1.5
"""Loudness (LUFS, integrated) and true peak (dBTP) of a sample."""
SEED = 20261122
"""Every sample of a mood and style is the same piece."""
EDITION = 1
"""Grows when the composer has learned so much that samples should be made anew."""

Away = Callable[..., Awaitable[None]]
"""Runs a function in another process."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Samples:
    """Makes samples with the built-in composer. ``places`` are the config folders."""

    away: Away
    media: Media
    places: tuple[Path, ...]
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def sample(self, brief: Brief) -> Path | None:
        """Return a sample (MP3) for the mood and style of a brief; None if none can be made now."""
        key = f"samples/{EDITION}-{brief.mood}-{brief.style or 'any'}.mp3"
        async with self._turns.setdefault(key, asyncio.Lock()):
            if not await self.media.exists(key):
                try:
                    await self._make(brief, key)
                except EngineFailed as error:
                    log.warning("no sample", mood=brief.mood, style=brief.style, error=str(error))
                    return None
        return self.media.path(key)

    async def _make(self, brief: Brief, key: str) -> None:
        with tempfile.TemporaryDirectory(prefix="bgm-sample-") as folder:
            file = Path(folder) / "sample.mp3"
            await self.away(render, self.places, brief.mood, brief.style, file)
            await self.media.put(key, file)


def render(places: tuple[Path, ...], mood: str, style: str | None, file: Path) -> None:
    """Compose, level and encode one sample. Blocks: call it in a worker.

    :raises EngineFailed: if it cannot be made.
    """
    book = load_moods(config_file("moods.toml", places))
    brief = Brief(mood, SECONDS, next(iter(book.purposes)), style)
    (take,) = Composer(book).generate(Request(brief, (SEED,)), lambda _share: None)
    levelled = level(take.audio, take.rate, LUFS, CEILING)
    encode(levelled.audio, take.rate, file, "mp3", Tags(title=f"Sample: {mood}", comment="Made by an AI system."))
