"""Corrections of takes as the story keeps them: which buttons were pressed, in order, and how far that is rendered.

``order.data["corrections"]`` holds for every corrected take of the round (by its number, as text): ``presses`` that
hold now and ``kept``, those of the last time it could be made; ``asked`` counts every press, ``done`` how far the work
is and ``shown`` which number the take of the card bears; ``before`` is the take as the engine left it. What a press
means in seconds and decibels is the finishing room's to say.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.orders.order import Order

PRESSES = (
    "fade-in", "fade-out", "trim-start", "trim-end", "seam",
    "tame", "louder", "softer", "less-bass", "less-treble",
)  # fmt: skip
"""One step further each, in the order in which they are offered."""

UNDO, RESET = "undo", "reset"

UNTOUCHED: Mapping[str, Any] = {"presses": [], "kept": [], "asked": 0, "done": 0, "shown": 0}

_LOUDNESS = re.compile(r"lufs:(-\d{1,2}(?:\.\d)?)")


def loudness_press(lufs: float) -> str:
    """Return the press that sets another loudness, in LUFS."""
    return f"lufs:{lufs:g}"


def loudness_of(press: str) -> float | None:
    """Return the LUFS that a press sets, or None if it is another press."""
    found = _LOUDNESS.fullmatch(press)
    return float(found[1]) if found else None


def of_take(order: Order, take: int) -> Mapping[str, Any]:
    """Return what was pressed on a take of the round, and how far that is rendered."""
    found: Mapping[str, Any] = order.data.get("corrections", {}).get(str(take), UNTOUCHED)
    return found


def pending(order: Order, take: int) -> bool:
    """Whether a correction of the take is still being made."""
    entry = of_take(order, take)
    return bool(entry["done"] != entry["asked"])


def after(presses: Sequence[str], press: str) -> list[str]:
    """Return the presses that hold after one more. A reset is a press as well, so that it can be undone."""
    return list(presses[:-1]) if press == UNDO else [*presses, press]


def possible(presses: Sequence[str], press: str) -> bool:
    """Whether a press means anything now."""
    if press in (UNDO, RESET):
        return bool(presses) and (press == UNDO or presses[-1] != RESET)
    return press in PRESSES or loudness_of(press) is not None


def changes(take: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Return what is different about a take from what its purpose does by itself: text keys with their values."""
    now, target = take.get("corrections", {}), take.get("target", {})
    return [
        (f"corrected-{name.replace('_', '-')}", {"value": f"{now[name]:{written}}"})
        for name, written in WRITTEN.items()
        if name in now and now[name] != target.get(name)
    ]


WRITTEN = {
    "trim_start": ".1f", "trim_end": ".1f", "fade_in": ".0f", "fade_out": ".0f", "seam": "", "tame": ".0%",
    "lufs": ".0f", "gain_db": "+.1f", "low_db": "+.1f", "high_db": "+.1f",
}  # fmt: skip
"""The parameters of a correction as they are named, in seconds, LUFS and decibels."""
