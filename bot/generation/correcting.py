"""The hand for ``correct``: a take is finished once more, from its untouched sound, the way the operator wants it.

Every set of corrections has a folder of its own beside the take, named by what was corrected; its ``take.json`` is
written last. Going back to a sound that was there before, or doing the work again after a crash, finds it finished.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from bot.errors import BadInput
from bot.finishing.corrections import Corrections, replayed
from bot.finishing.likeness import LIBRARY
from bot.finishing.master import Target
from bot.generation.refinishing import CorrectWork, draw_all, make_corrected
from bot.generation.studio import Report
from bot.orders import corrections
from bot.orders.facts import Corrected, NotCorrected
from bot.orders.order import Order
from bot.storage.jobs import Job
from bot.storage.media import Media

T = TypeVar("T")


class Bench(Protocol):
    """Where work is done that would block (`bot.generation.studio.Line`)."""

    async def run(self, function: Callable[..., T], /, *args: Any) -> T:
        """Return what the function returns."""
        ...

    async def watched(self, progress: Report, function: Callable[..., T], /, *args: Any) -> T:
        """Return what ``function(report, *args)`` returns; called off, it ends where it reports next."""
        ...


class Correcting:
    """Corrects takes. ``bench`` does what would block; ``places`` are the config folders.

    Work on a correction that is called off meanwhile ends at its next step.
    """

    def __init__(self, bench: Bench, media: Media, places: Sequence[Path]) -> None:
        self._bench = bench
        self._media = media
        self._places = tuple(places)

    async def correct(self, job: Job, order: Order) -> Corrected | NotCorrected | None:
        """Finish a take with everything that was pressed on it, and draw all takes anew.

        Nothing is done for a press that another one has followed: that one's work does it all.

        :raises EngineFailed: if a file cannot be read or written.
        """
        round_, index, number = job.data["round"], job.data["take"], job.data["number"]
        entry = corrections.of_take(order, index)
        if order.round != round_ or entry["asked"] != number:
            return None
        try:
            made = await self._made(order, index, entry)
        except BadInput as error:
            return NotCorrected(round_, index, number, error.text, dict(error.values))
        return Corrected(round_, index, number, made, await self._drawn(order, made))

    async def _made(self, order: Order, index: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        before: dict[str, Any] = entry["before"]
        first = usual(before)
        changes = replayed(entry["presses"], first)
        if changes == first:
            return before
        key = f"orders/{order.id}/r{order.round}/t{index}/c-{_name(changes)}"
        raw, sold = await self._media.fetch(before["files"]["raw"]), await self._media.fetch_folder(LIBRARY)
        work = CorrectWork(self._places, order.brief, before, changes, raw, self._media.folder(key), key, sold)
        made: dict[str, Any] = await self._bench.watched(lambda _share: None, make_corrected, work)
        await self._media.keep(key)
        return made

    async def _drawn(self, order: Order, made: dict[str, Any]) -> str:
        """Return the media key of the picture of all takes as they sound now."""
        takes = [made if take["index"] == made["index"] else take for take in order.data["takes"]]
        masters = [take["files"]["master"] for take in takes]
        name = hashlib.sha256("\n".join(masters).encode()).hexdigest()[:10]
        key = f"orders/{order.id}/r{order.round}/overview-{name}.png"
        if not await self._media.exists(key):
            folders = [(await self._media.fetch_folder(master.rpartition("/")[0])) for master in masters]
            await self._bench.run(draw_all, folders, made["target_lufs"], self._media.path(key))
            await self._media.keep(key)
        return key


def usual(take: Mapping[str, Any]) -> Corrections:
    """Return how a take was finished first, written as corrections: what its purpose does to the edges, and what was
    corrected by hand about the piece that it changes."""
    target, carried = Target(**take["target"]), Corrections.from_json(dict(take.get("corrections") or {}))
    return carried.but(
        fade_in=carried.fade_in if carried.fade_in is not None else target.fade_in or None,
        fade_out=carried.fade_out if carried.fade_out is not None else target.fade_out or None,
    )


def _name(changes: Corrections) -> str:
    return hashlib.sha256(json.dumps(changes.to_json(), sort_keys=True).encode()).hexdigest()[:10]
