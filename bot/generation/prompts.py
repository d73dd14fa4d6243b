"""From a brief to what an engine reads: an English prompt, and what to avoid.

The buyer may have written in Korean or English. Moods, styles and instruments are put into English by their entries in
``moods.toml``; own words are searched for what that file knows, and plain English is passed on as it stands. Own words
are data: they fill one place of a template and can do nothing else.
"""

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import BadSetting
from bot.orders.brief import Brief
from bot.orders.imitation import without_imitation
from bot.settings.files import Strict
from bot.settings.moods import Instrument, Mood, MoodBook, Style

FIELDS = ("mood", "about", "style", "instruments", "purpose", "energy", "tempo", "key", "wishes", "unwanted")
LONGEST_WISHES = 200
"""Characters of a buyer's own English that reach the engine: text encoders forget what stands far behind."""

Share = Annotated[float, Field(gt=0.0, le=1.0)]

_PART = re.compile(r"\{(\w+)\}")
_BEFORE_NO = re.compile(r"\b(?:no|not|without|less|avoid)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AFTER_NO = re.compile(r"^[가-힣]{0,3}\s*(?:없이|없는|말고|빼고|빼\s|제외)")


class Template(Strict):
    """How one engine is spoken to; the keys are explained in ``presets.toml``."""

    text: str = Field(min_length=1, max_length=1000)
    negative: str = Field("", max_length=1000)
    strengths: tuple[Share, Share] = (0.35, 0.55)


class Asked(Strict):
    """What a buyer's change asks of a piece; the keys are explained in ``presets.toml``."""

    text: str = Field(min_length=1, max_length=200)
    negative: str = Field("", max_length=200)
    tempo: float = Field(1.0, gt=0.3, lt=3.0)


class Presets(BaseModel):
    """``presets.toml``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    prompts: dict[str, Template]
    changes: dict[str, Asked] = {}
    purposes: dict[str, Annotated[str, StringConstraints(max_length=200)]] = {}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an engine is told, in English."""

    text: str
    negative: str
    tempo_bpm: float


def load_presets(path: Path) -> Presets:
    """Read ``presets.toml``. :raises BadSetting: naming every value that is wrong."""
    try:
        presets = Presets.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise BadSetting([f"{path}: cannot be read ({error.strerror or error})"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting([f"{path}: is no valid TOML ({error})"]) from error
    except ValidationError as error:
        places = ((".".join(str(step) for step in one["loc"]), one["msg"]) for one in error.errors())
        raise BadSetting([f"{path}: {place} is not right: {why}" for place, why in places]) from error
    wrong = [
        f"{path}: prompts.{engine} names {{{name}}}; known: {', '.join(FIELDS)}"
        for engine, template in presets.prompts.items()
        for name in _PART.findall(template.text + template.negative)
        if name not in FIELDS
    ]
    if wrong:
        raise BadSetting(wrong)
    return presets


def prompt_of(brief: Brief, engine: str, book: MoodBook, presets: Presets, changes: Sequence[str] = ()) -> Prompt:
    """Return what an engine is told about a brief; an engine without a template gets the plainest one.

    :param changes: what a revision changes, by name; one that ``presets.toml`` does not know says nothing.
    """
    asked = [presets.changes[change] for change in changes if change in presets.changes]
    template = presets.prompts.get(engine, Template(text="{mood} {style} {instruments} music, {tempo}, {wishes}"))
    mood = book.moods[brief.mood]
    style = book.styles[brief.style or mood.styles[0]]
    wished, avoided = _known_words(brief.details, book)
    # A tempo that the buyer named is meant as it stands; any other moves with the change.
    tempo = float(brief.tempo_bpm or round(sum(mood.tempo) / 2 * math.prod(one.tempo for one in asked)))
    named = {mood.name.en.lower(), style.name.en.lower()}
    instruments = _unique([*(book.instruments[one].name.en.lower() for one in brief.wanted), *wished[1]])
    values = {
        "mood": mood.name.en.lower(),
        "about": mood.about.en.rstrip(".").lower(),
        "style": style.name.en.lower(),
        "instruments": " and ".join(instruments[:4]),
        "purpose": presets.purposes.get(brief.purpose, ""),
        "energy": _energy(mood.energy),
        "tempo": f"{tempo:.0f} BPM",
        "key": brief.key or "",
        "wishes": ", ".join([*(word for word in wished[0] if word not in named), *_own_english(brief.details)]),
        "unwanted": ", ".join(
            _unique([
                *(book.instruments[one].name.en.lower() for one in brief.unwanted), *avoided,
                *(one.negative for one in asked if one.negative),
            ])
        ),
    }  # fmt: skip
    text = ", ".join([*(one.text for one in asked), _filled(template.text, values)])
    return Prompt(text, _filled(template.negative, values), tempo)


def _filled(template: str, values: dict[str, str]) -> str:
    """Fill a template, without the parts between commas that stay empty."""
    parts = []
    for part in template.split(","):
        names = _PART.findall(part)
        if not names or any(values[name] for name in names):
            parts.append(" ".join(_PART.sub(lambda found: values[found[1]], part).split()))
    return ", ".join(parts)


def _known_words(details: str, book: MoodBook) -> tuple[tuple[list[str], list[str]], list[str]]:
    """Return ((moods and styles, instruments), what is ruled out) of own words, in English."""
    text = details.casefold()
    feelings: list[str] = []
    played: list[str] = []
    avoided: list[str] = []
    for entries, found in ((book.moods, feelings), (book.styles, feelings), (book.instruments, played)):
        for entry in entries.values():
            asked = [_denied(text, start, end) for start, end in _places(entry, text)]
            if asked:
                (avoided if all(asked) else found).append(entry.name.en.lower())
    return (_unique(feelings), _unique(played)), _unique(avoided)


def _places(entry: Mood | Style | Instrument, text: str) -> list[tuple[int, int]]:
    words = {entry.name.ko, entry.name.en, *entry.words.ko, *entry.words.en}
    found = []
    for word in (word.casefold() for word in words if len(word) > 1):
        pattern = rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])" if word.isascii() else re.escape(word)
        found += [one.span() for one in re.finditer(pattern, text)]
    return found


def _denied(text: str, start: int, end: int) -> bool:
    return bool(_BEFORE_NO.search(text[:start]) or _AFTER_NO.match(text[end:]))


def _own_english(details: str) -> list[str]:
    """Return own words if they are English, folded into one line; names of artists are never passed on."""
    folded = " ".join(without_imitation(details).replace(",", " ").split())
    letters = [letter for letter in folded if letter.isalpha()]
    if not letters or sum(letter.isascii() for letter in letters) < 0.9 * len(letters):
        return []
    return [folded[:LONGEST_WISHES]]


def _energy(energy: float) -> str:
    return "low energy" if energy < 0.35 else "high energy" if energy > 0.65 else "moderate energy"


def _unique(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))
