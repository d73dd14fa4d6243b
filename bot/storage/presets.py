"""Presets: good takes kept under a name, as rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from bot.orders.brief import Brief
from bot.orders.preset import Preset
from bot.storage.database import Clock, Database
from bot.storage.tables import presets as table

MOST = 100
"""More presets than anybody looks through."""


@dataclass(frozen=True, slots=True)
class Presets:
    """The shelf of presets."""

    database: Database
    clock: Clock

    async def keep(self, preset: Preset) -> None:
        """Keep a new preset; one that is there already stays as it is."""
        values = {
            "id": preset.id, "name": preset.name, "offered": int(preset.offered), "brief": preset.brief.to_json(),
            "take": dict(preset.take), "order_id": preset.order, "by": preset.by, "created": self.clock(),
        }  # fmt: skip
        async with self.database.write(quiet=True) as tx:
            insert = self.database.insert(table).values(values)
            await tx.execute(insert.on_conflict_do_nothing(index_elements=["id"]))

    async def all(self) -> list[Preset]:
        """Return the presets, newest first."""
        async with self.database.read() as tx:
            rows = await tx.execute(select(table).order_by(table.c.created.desc(), table.c.id).limit(MOST))
            return [_preset(row) for row in rows]

    async def get(self, preset_id: str) -> Preset | None:
        """Return one preset, or None."""
        async with self.database.read() as tx:
            row = (await tx.execute(select(table).where(table.c.id == preset_id))).one_or_none()
            return _preset(row) if row else None

    async def rename(self, preset_id: str, name: str) -> None:
        """Give a preset another name."""
        await self._change(preset_id, name=name)

    async def offer(self, preset_id: str, offered: bool) -> None:
        """Offer a preset to buyers, or no more."""
        await self._change(preset_id, offered=int(offered))

    async def drop(self, preset_id: str) -> None:
        """Forget a preset; orders made with it keep their answers."""
        async with self.database.write(quiet=True) as tx:
            await tx.execute(table.delete().where(table.c.id == preset_id))

    async def _change(self, preset_id: str, **values: Any) -> None:
        async with self.database.write(quiet=True) as tx:
            await tx.execute(update(table).where(table.c.id == preset_id).values(values))


def _preset(row: Row[Any]) -> Preset:
    return Preset(
        row.id, row.name, Brief.from_json(row.brief), row.take, row.order_id, row.by, bool(row.offered), row.created
    )
