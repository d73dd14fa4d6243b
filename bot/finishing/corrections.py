"""What the operator changes by hand: parameters of a new master from the untouched take, so all of it can be undone."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

from bot.errors import BadInput

_RANGES: Final = {
    "fade_in": (0.0, 30.0),
    "fade_out": (0.0, 30.0),
    "trim_start": (0.0, 60.0),
    "trim_end": (0.0, 60.0),
    "gain_db": (-12.0, 9.0),
    "lufs": (-36.0, -8.0),
    "tame": (0.0, 1.0),
    "low_db": (-9.0, 6.0),
    "mid_db": (-9.0, 6.0),
    "high_db": (-9.0, 6.0),
}
_STEM_RANGE: Final = (-60.0, 6.0)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Changes to one master. None leaves what the purpose asks for.

    Fades and trims in seconds (trims cut the take before it is fitted to its length); ``gain_db`` is added to the
    loudness target; ``tame`` from 0 to 1; ``low_db``, ``mid_db`` and ``high_db`` change the tone; ``stem_db`` changes
    single stems (role, dB); ``seam`` True always mends the loop joint, False never.
    """

    fade_in: float | None = None
    fade_out: float | None = None
    trim_start: float = 0.0
    trim_end: float = 0.0
    gain_db: float = 0.0
    lufs: float | None = None
    tame: float | None = None
    low_db: float = 0.0
    mid_db: float = 0.0
    high_db: float = 0.0
    stem_db: tuple[tuple[str, float], ...] = ()
    seam: bool | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            _within(name, getattr(self, name), low, high)
        for role, change in self.stem_db:
            _within(role, change, *_STEM_RANGE)

    def but(self, **changes: Any) -> Self:
        """Return a copy with some of it changed.

        :raises BadInput: if a value is out of range.
        """
        return replace(self, **changes)

    def loudness(self, usual: float) -> float:
        """Return the loudness a master is to have, in LUFS, where its purpose asks for ``usual``."""
        return (usual if self.lufs is None else self.lufs) + self.gain_db

    def with_stem(self, role: str, change_db: float) -> Self:
        """Return a copy in which one stem is so many dB louder or softer than now."""
        levels = dict(self.stem_db)
        level = max(min(levels.get(role, 0.0) + change_db, _STEM_RANGE[1]), _STEM_RANGE[0])
        kept = {name: value for name, value in (levels | {role: level}).items() if value}
        return self.but(stem_db=tuple(sorted(kept.items())))

    def to_json(self) -> dict[str, Any]:
        """Return plain data with only what differs from untouched."""
        untouched = type(self)()
        changed = {name: value for name, value in asdict(self).items() if value != getattr(untouched, name)}
        return changed | ({"stem_db": [list(pair) for pair in self.stem_db]} if self.stem_db else {})

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; unknown keys (of a later version) are dropped.

        :raises BadInput: if a value is out of range or of the wrong kind.
        """
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        try:
            kept["stem_db"] = tuple((str(role), float(change)) for role, change in kept.get("stem_db", ()))
            return cls(**kept)
        except (TypeError, ValueError) as error:
            raise BadInput(f"unreadable corrections: {error}", text="error-correction-unreadable") from error


def _up(value: float, by: float, name: str) -> float:
    low, high = _RANGES[name]
    return max(min(value + by, high), low)


VERBS: Final[dict[str, Callable[[Corrections], Corrections]]] = {
    "fade-in": lambda now: now.but(fade_in=_up(now.fade_in or 0.0, 1.0, "fade_in")),
    "fade-out": lambda now: now.but(fade_out=_up(now.fade_out or 0.0, 2.0, "fade_out")),
    "trim-start": lambda now: now.but(trim_start=_up(now.trim_start, 0.5, "trim_start")),
    "trim-end": lambda now: now.but(trim_end=_up(now.trim_end, 0.5, "trim_end")),
    "tame": lambda now: now.but(tame=_up(0.5 if now.tame is None else now.tame, 0.25, "tame")),
    "louder": lambda now: now.but(gain_db=_up(now.gain_db, 1.5, "gain_db")),
    "softer": lambda now: now.but(gain_db=_up(now.gain_db, -1.5, "gain_db")),
    "less-bass": lambda now: now.but(low_db=_up(now.low_db, -1.5, "low_db")),
    "less-treble": lambda now: now.but(high_db=_up(now.high_db, -1.5, "high_db")),
    "seam": lambda now: now.but(seam=True),
}
"""The operator's buttons: each is one step further."""

RESET: Final = "reset"
"""The button that leads back to the take as it was finished first (and can be undone like any other)."""
LOUDNESS: Final = "lufs:"
"""What the button for another loudness begins with; the LUFS follow."""


def corrected(now: Corrections, verb: str) -> Corrections:
    """Return the corrections one press of a button further; at the end of its range a button does nothing.

    :raises BadInput: if there is no such button.
    """
    if verb.startswith(LOUDNESS):
        return now.but(lufs=_lufs(verb), gain_db=0.0)
    if verb not in VERBS:
        raise BadInput(f"unknown correction {verb!r}", text="error-correction-unknown", value=verb[:40])
    return VERBS[verb](now)


def replayed(verbs: Iterable[str], first: Corrections) -> Corrections:
    """Return the corrections that those buttons lead to, pressed one after the other.

    ``first`` is how the take was finished before anything was pressed, so that "longer" is longer than that.

    :raises BadInput: if there is no such button.
    """
    now = first
    for verb in verbs:
        now = first if verb == RESET else corrected(now, verb)
    return now


def _lufs(verb: str) -> float:
    try:
        return float(verb.removeprefix(LOUDNESS))
    except ValueError:
        raise BadInput(f"unknown correction {verb!r}", text="error-correction-unknown", value=verb[:40]) from None


def _within(name: str, value: object, low: float, high: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadInput(
            f"{name} {value!r} is outside {low:g} to {high:g}",
            text="error-correction-range",
            name=name,
            value=str(value)[:20],
            low=low,
            high=high,
        )
