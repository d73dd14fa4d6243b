"""How fast an engine is here, learned from its batches: shown by `bgm engines`, and told to waiting buyers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

WEIGHT = 0.2
"""What a new batch counts against everything before: the pace follows a machine that grows busier within five."""


@dataclass(frozen=True, slots=True)
class MeasuredPace:
    """``per_second`` seconds of work for a second of ordered music on ``device``, from ``orders`` orders."""

    per_second: float
    device: str
    orders: int = 0

    @classmethod
    def of(cls, note: Mapping[str, Any] | None) -> Self | None:
        """Return the pace that a durable note holds, or None."""
        if note is None:
            return None
        try:
            return cls(float(note["per_second"]), str(note["device"]), int(note["orders"]))
        except (KeyError, TypeError, ValueError):
            return None

    def to_json(self) -> dict[str, Any]:
        """Return the note."""
        return asdict(self)


def pace_note(engine: str) -> str:
    """Return the name of the durable note with an engine's pace."""
    return f"engine-pace:{engine}"


def learned(before: MeasuredPace | None, spent: float, seconds: float, device: str) -> MeasuredPace:
    """Return the pace after an order of so many seconds of music took ``spent`` seconds; another device starts anew."""
    now = spent / max(seconds, 1.0)
    if before is None or before.device != device:
        return MeasuredPace(now, device, 1)
    return MeasuredPace((1 - WEIGHT) * before.per_second + WEIGHT * now, device, before.orders + 1)
