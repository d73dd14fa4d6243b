"""A good take's answers kept under a name, to be asked for again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.orders.brief import FASTEST_BPM, SLOWEST_BPM, Brief
from bot.orders.order import Order

LONGEST_NAME = 60
HANDED_ON = ("mood", "style", "tempo_bpm", "key", "wanted", "unwanted", "loop")
"""The answers that a preset gives to another order, whose length and purpose are its own."""
PLAYED = ("index", "seed", "engine", "model", "revision", "tempo_bpm", "key", "corrections")
"""What is kept of the take: enough to make the very same music again."""


@dataclass(frozen=True, slots=True)
class Preset:
    """``brief`` is what was asked for where it came from, but for the buyer's words; ``take`` is what was played;
    ``offered`` says that buyers may choose it."""

    id: str
    name: str
    brief: Brief
    take: Mapping[str, Any]
    order: str
    by: str
    offered: bool = False
    created: datetime | None = None

    @classmethod
    def of(cls, preset_id: str, name: str, order: Order, take: Mapping[str, Any], by: str) -> "Preset":
        """Return a preset of one of an order's takes. The buyer's own words stay with the order: they may be forgotten
        there, and are nobody else's."""
        return cls(
            preset_id,
            name,
            order.brief.but(details=""),
            {one: take[one] for one in PLAYED if one in take},
            order.id,
            by,
        )

    def answers(self) -> dict[str, Any]:
        """Return what it answers for another order, by the names of `Brief`'s fields; tempo and key as played."""
        asked = self.brief.to_json()
        if self.take.get("tempo_bpm"):
            asked["tempo_bpm"] = min(max(round(self.take["tempo_bpm"]), SLOWEST_BPM), FASTEST_BPM)
        asked["key"] = self.take.get("key") or asked["key"]
        return {name: asked[name] for name in HANDED_ON if asked[name] not in (None, "", [], False)}
