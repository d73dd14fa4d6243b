"""What a buyer asks for, and how what they typed is read."""

import re
import unicodedata
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any, Self

from bot.errors import BadInput
from bot.orders.imitation import refuse_imitation
from bot.orders.numerals import in_digits

SHORTEST_SECONDS = 5
LONGEST_SECONDS = 600
SLOWEST_BPM, FASTEST_BPM = 40, 220
DETAILS_LIMIT = 1000
INSTRUMENTS_LIMIT = 12

STANDARD = "standard"
"""The licence tier of who chooses none."""

EXTRAS = ("stems", "midi", "revisions", "exclusive")
"""What can be bought beside the music, in the order it is offered: its instruments as files of their own, its notes,
further free revisions, and the promise that nobody else gets it. (A seamless loop is music: `Brief.loop`.)"""

OF_A_SCORE = ("stems", "midi")
"""The extras that only an engine which keeps scores can give."""

_CLOCK = re.compile(r"(?:(?P<h>\d{1,2})[:：])?(?P<m>\d{1,3})[:：](?P<s>\d{1,2})")
_UNITS = re.compile(
    r"(?:(?P<h>\d+(?:\.\d+)?)[\s-]*(?:hours?|hrs?|h|시간))?\s*(?:and|,)?\s*"
    r"(?:(?P<m>\d+(?:\.\d+)?)[\s-]*(?:minutes?|mins?|m|분|'))?\s*(?P<half>반)?\s*(?:and|,)?\s*"
    r"(?:(?P<s>\d+(?:\.\d+)?)[\s-]*(?:seconds?|secs?|s|초|\")?)?"
)
_BEFORE = re.compile(r"^(?:about|around|roughly|약|대략|~)\s*")
_AFTER = re.compile(r"(?:\s*(?:짜리|쯤|정도|길이|으로|로|요|long|please|[.!]))+$")
"""What people put before and after a length; music is made to the second all the same."""
_MARKS = str.maketrans({"’": "'", "′": "'", "“": '"', "”": '"', "″": '"', "〃": '"'})
_KEY = re.compile(
    r"(?P<tonic>[A-Ga-g])\s*(?P<accidental>[#♯b♭]?)\s*(?P<mode>major|minor|maj|min|m|메이저|마이너|장조|단조)?"
)
_KEY_IN_KOREAN = re.compile(r"(?P<accidental>올림|내림)?\s*(?P<tonic>[가나다라마바사])\s*(?P<mode>장조|단조)")
_ODD_TONICS = {"E#": "F", "B#": "C", "Fb": "E", "Cb": "B"}


@dataclass(frozen=True, slots=True)
class Brief:
    """One piece of music as it was asked for.

    ``mood``, ``style`` and ``purpose`` are ids of ``config/moods.toml``; ``seconds`` is the exact length;
    ``key`` reads like ``"C major"`` or ``"F# minor"``; ``wanted`` and ``unwanted`` are instrument ids;
    ``details`` are the buyer's own words and are data, never instructions. ``tier`` is a licence tier of
    ``config/prices.toml``, ``extras`` are some of `EXTRAS`.
    """

    mood: str
    seconds: int
    purpose: str
    style: str | None = None
    tempo_bpm: int | None = None
    key: str | None = None
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    loop: bool = False
    details: str = ""
    tier: str = STANDARD
    extras: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return asdict(self) | {name: list(getattr(self, name)) for name in _LISTS}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; unknown keys (of a later version) are dropped."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        return cls(**kept | {name: tuple(kept.get(name, ())) for name in _LISTS})

    def but(self, **changes: Any) -> Self:
        """Return a copy with some answers changed."""
        return replace(self, **changes)


_LISTS = ("wanted", "unwanted", "extras")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be asked for: the ids of ``config/moods.toml``, in the order they are offered, and of
    ``config/prices.toml`` the licence tiers and the extras that can be had."""

    moods: tuple[str, ...]
    styles: tuple[str, ...]
    purposes: tuple[str, ...]
    instruments: tuple[str, ...]
    shortest: int = SHORTEST_SECONDS
    longest: int = LONGEST_SECONDS
    tiers: tuple[str, ...] = (STANDARD,)
    extras: tuple[str, ...] = ()


def checked(brief: Brief, catalogue: Catalogue) -> Brief:
    """Return the brief if the shop can make it.

    :raises BadInput: naming the first answer that is out of range and what would be right.
    """
    for name, value, known in (
        ("mood", brief.mood, catalogue.moods),
        ("purpose", brief.purpose, catalogue.purposes),
        ("style", brief.style, (None, *catalogue.styles)),
        ("tier", brief.tier, catalogue.tiers),
        *(("extra", extra, catalogue.extras) for extra in brief.extras),
    ):
        if value not in known:
            choices = ", ".join(choice for choice in known if choice)
            raise BadInput(
                f"unknown {name} {value!r}; known: {choices}",
                text=f"error-unknown-{name}",
                value=str(value)[:40],
                choices=choices,
            )
    for instrument in (*brief.wanted, *brief.unwanted):
        if instrument not in catalogue.instruments:
            raise BadInput(
                f"unknown instrument {instrument!r}",
                text="error-unknown-instrument",
                value=instrument[:40],
                choices=", ".join(catalogue.instruments),
            )
    if both := next((one for one in brief.wanted if one in brief.unwanted), None):
        raise BadInput(f"{both!r} is wanted and unwanted", text="error-instrument-both", name=both)
    if not catalogue.shortest <= brief.seconds <= catalogue.longest:
        raise _length_out_of_range(brief.seconds, catalogue.shortest, catalogue.longest)
    if brief.tempo_bpm is not None and not SLOWEST_BPM <= brief.tempo_bpm <= FASTEST_BPM:
        raise BadInput(
            f"tempo {brief.tempo_bpm} is outside {SLOWEST_BPM}-{FASTEST_BPM}",
            text="error-tempo",
            value=brief.tempo_bpm,
            slowest=SLOWEST_BPM,
            fastest=FASTEST_BPM,
        )
    return brief.but(details=read_details(brief.details))


def read_length(typed: str, shortest: int = SHORTEST_SECONDS, longest: int = LONGEST_SECONDS) -> int:
    """Read ``45``, ``1:30``, ``1분 반``, ``90s``, ``1.5 min``, ``thirty seconds`` or ``삼십 초`` as whole seconds.

    :raises BadInput: if it is no length, or one the shop cannot make.
    """
    text = _plain_length(typed)
    seconds: float | None = None
    if clock := _CLOCK.fullmatch(text):
        if int(clock["s"]) < 60:
            seconds = int(clock["h"] or 0) * 3600 + int(clock["m"]) * 60 + int(clock["s"])
    elif (units := _UNITS.fullmatch(text)) and (units["h"] or units["m"] or units["s"]):
        seconds = float(units["h"] or 0) * 3600 + float(units["m"] or 0) * 60 + float(units["s"] or 0)
        seconds += 30 if units["half"] else 0
    if seconds is None:
        raise BadInput(f"{typed[:40]!r} is no length", text="error-length-unreadable", value=typed[:40])
    seconds = min(seconds, 1e9)  # four hundred digits are infinity, which cannot be rounded
    if not shortest <= round(seconds) <= longest:
        raise _length_out_of_range(round(seconds), shortest, longest)
    return round(seconds)


def _plain_length(typed: str) -> str:
    """Return a typed length in small letters and digits, without what is unseen or said for manners."""
    seen = "".join(sign for sign in typed if unicodedata.category(sign) != "Cf").translate(_MARKS)
    text = unicodedata.normalize("NFKC", seen).strip().lower().translate(_MARKS).replace("''", '"')
    text = re.sub(r"(?<=\d),(?=\d\b)", ".", in_digits(text[:60]))
    return _AFTER.sub("", _BEFORE.sub("", text))


def read_tempo(typed: str) -> int | None:
    """Read ``120``, ``120 bpm`` or nothing as beats per minute.

    :raises BadInput: if it is no number between 40 and 220.
    """
    text = unicodedata.normalize("NFKC", typed).strip().lower().removesuffix("bpm").strip()
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}(?:\.\d+)?", text) or not SLOWEST_BPM <= round(float(text)) <= FASTEST_BPM:
        raise BadInput(
            f"{typed[:40]!r} is no tempo",
            text="error-tempo",
            value=typed[:40],
            slowest=SLOWEST_BPM,
            fastest=FASTEST_BPM,
        )
    return round(float(text))


def read_key(typed: str) -> str | None:
    """Read ``C``, ``c# minor``, ``Bbm``, ``F 장조``, ``내림나장조`` or nothing as a key name such as ``"C major"``.

    :raises BadInput: if it is no key.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    if korean := _KEY_IN_KOREAN.fullmatch(text):
        accidental = {"올림": "#", "내림": "b", None: ""}[korean["accidental"]]
        text = "ABCDEFG"["가나다라마바사".index(korean["tonic"])] + accidental + korean["mode"]
    found = _KEY.fullmatch(text)
    if not found:
        raise BadInput(f"{typed[:40]!r} is no key", text="error-key", value=typed[:40])
    accidental = found["accidental"].replace("♯", "#").replace("♭", "b")
    tonic = found["tonic"].upper() + accidental
    minor = (found["mode"] or "").lower() in ("minor", "min", "m", "마이너", "단조")
    return f"{_ODD_TONICS.get(tonic, tonic)} {'minor' if minor else 'major'}"


def read_details(typed: str) -> str:
    """Return the buyer's own words with control characters removed and white space folded.

    :raises BadInput: if they are longer than 1,000 characters, or ask for the music of somebody by name.
    """
    kept = "".join(c if c == "\n" or not unicodedata.category(c).startswith("C") else " " for c in typed)
    text = re.sub(r"[^\S\n]+", " ", re.sub(r"\n{3,}", "\n\n", kept)).strip()
    if len(text) > DETAILS_LIMIT:
        raise BadInput(
            f"{len(text)} characters of details",
            text="error-details-long",
            length=len(text),
            limit=DETAILS_LIMIT,
        )
    refuse_imitation(text)
    return text


def _length_out_of_range(seconds: int, shortest: int, longest: int) -> BadInput:
    return BadInput(
        f"{seconds} s is outside {shortest}-{longest} s",
        text="error-length-range",
        value=timedelta(seconds=seconds),
        shortest=timedelta(seconds=shortest),
        longest=timedelta(seconds=longest),
    )
