"""One sentence about a piece of music, kept as a text key and its values, so that it reads in every language."""

from dataclasses import dataclass, field
from typing import Any, Literal, Self

Level = Literal["fine", "note", "warning", "miss"]
"""``fine`` needs no look, ``note`` is good to know, ``warning`` wants an ear, ``miss`` fails the order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found or done. ``text`` is a key of ``config/texts/*.ftl``, ``values`` (numbers, words) fill it."""

    text: str
    level: Level = "note"
    values: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return {"text": self.text, "level": self.level, "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(data["text"], data["level"], dict(data["values"]))
