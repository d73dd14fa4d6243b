"""From a brief to what an engine reads: an English prompt, and what to avoid.

The buyer may have written in Korean or English. Moods, styles and instruments are put into English by their entries in
``moods.toml``; own words are searched for what that file knows, and plain English is passed on as it stands. Own words
are data: they fill one place of a template and can do nothing else.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import BadSetting, Problem
from bot.orders.brief import Brief
from bot.orders.imitation import without_imitation
from bot.settings.files import Strict, problems, read_toml
from bot.settings.moods import Instrument, Mood, MoodBook, Style

FIELDS = (
    "mood", "about", "style", "instruments", "purpose", "energy", "tempo", "key", "wishes", "unwanted", "without",
)  # fmt: skip
LONGEST_WISHES = 200
"""Characters of a buyer's own English that reach the engine: text encoders forget what stands far behind."""

Share = Annotated[float, Field(gt=0.0, le=1.0)]

_PART = re.compile(r"\{(\w+)\}")
_NO = r"\b(?:no|not|never|without|less|avoid|(?:do not|don['’]?t)(?:\s+(?:use|want|add|include|play|need))?)"
_BEFORE_NO = re.compile(rf"{_NO}\s+(?:\w+\s+)?$", re.IGNORECASE)
_AFTER_NO = re.compile(r"^[가-힣]{0,3}\s*(?:없이|없는|없게|없었으면|말고|빼(?!어|곡)|제외|싫|필요\s?없)")
_AFTER_LESS = re.compile(r"^[가-힣]{0,2}\s*(?:너무\s*)?[가-힣]{1,6}지\s*(?:않|마|말)")
"""What is not to be too much of something is neither asked for nor ruled out."""

_DENIED_WORDS = re.compile(rf"{_NO}\s+(?:(?:any|the|a|too|so|very|much)\s+)*[\w-]+", re.IGNORECASE)
_SUNG = re.compile(
    r"\b(?:(?:with|and|or|some|no|without|having|a|any)\s+)*(?:(?:fe)?male\s+)?(?:vocals?|lyrics?|singing|singers?|sung|sings?|"
    r"rap(?:ping|per)?)\b(?:\s+(?:about|by|from|in)\b[^,.;!?]*)?", re.IGNORECASE
)  # fmt: skip
"""All engines are told to play without words, and a wish for them would only contradict that."""

_LINK = re.compile(r"https?://\S+|www\.\S+|<[^>]*>")


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
    words: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=100)]] = {}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What an engine is told, in English."""

    text: str
    negative: str
    tempo_bpm: float


def load_presets(path: Path) -> Presets:
    """Read ``presets.toml``. :raises BadSetting: naming every value that is wrong."""
    try:
        presets = Presets.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None
    known = ", ".join(FIELDS)
    wrong = [
        Problem(
            f"{path}: prompts.{engine} names {{{name}}}; known: {known}",
            "problem-name",
            file=path,
            key=f"prompts.{engine}",
            name=f"{{{name}}}",
            known=known,
        )
        for engine, template in presets.prompts.items()
        for name in _PART.findall(template.text + template.negative)
        if name not in FIELDS
    ]
    if wrong:
        raise BadSetting(wrong)
    return presets


def prompt_of(
    brief: Brief,
    engine: str,
    book: MoodBook,
    presets: Presets,
    changes: Sequence[str] = (),
    tempo_bpm: float | None = None,
) -> Prompt:
    """Return what an engine is told about a brief; an engine without a template gets the plainest one.

    :param changes: what a revision changes, by name; one that ``presets.toml`` does not know says nothing.
    :param tempo_bpm: the tempo of the changed piece, where that is known: moods say only about how fast music is.
    """
    asked = [presets.changes[change] for change in changes if change in presets.changes]
    template = presets.prompts.get(engine, Template(text="{mood} {style} {instruments} music, {tempo}, {wishes}"))
    mood = book.moods[brief.mood]
    style = book.styles[brief.style or mood.styles[0]]
    wished, _avoided, energies = _known_words(brief.details, book)
    avoided = ruled_out(brief, book)
    own = _own_english(brief.details)
    told = {mood.name.en.lower(), style.name.en.lower()}
    feelings = [word for word in wished[0] if word not in told and not any(word in one.lower() for one in own)]
    # A tempo that the buyer named is meant as it stands; any other moves with the change.
    usual = round(sum(mood.tempo) / 2 * faster(presets, changes))
    tempo = float(brief.tempo_bpm or (round(tempo_bpm) if tempo_bpm else usual))
    instruments = _unique([*(book.instruments[one].name.en.lower() for one in brief.wanted), *wished[1]])
    values = {
        "mood": mood.name.en.lower(),
        "about": mood.about.en.rstrip(".").lower(),
        "style": style.name.en.lower(),
        "instruments": " and ".join(instruments[:4]),
        "purpose": presets.purposes.get(brief.purpose, ""),
        "energy": _energy(sum([mood.energy, *energies]) / (1 + len(energies))),
        "tempo": f"{tempo:.0f} BPM",
        "key": brief.key or "",
        "wishes": ", ".join(_unique([*feelings, *_in_english(brief.details, presets.words), *own])),
        "unwanted": ", ".join(_unique([*avoided, *(one.negative for one in asked if one.negative)])),
        "without": ", ".join(f"no {one}" for one in avoided),
    }  # fmt: skip
    text = ", ".join([*(one.text for one in asked), _filled(template.text, values)])
    return Prompt(text, _filled(template.negative, values), tempo)


def ruled_out(brief: Brief, book: MoodBook) -> list[str]:
    """Return in English what a buyer ruled out, by answering or in own words: instruments, moods, styles."""
    answered = (book.instruments[one].name.en.lower() for one in brief.unwanted)
    return _unique([*answered, *_known_words(brief.details, book)[1]])


def faster(presets: Presets, changes: Sequence[str]) -> float:
    """Return how many times as fast changes make a piece."""
    return math.prod(presets.changes[change].tempo for change in changes if change in presets.changes)


def _filled(template: str, values: dict[str, str]) -> str:
    """Fill a template, without the parts between commas that stay empty."""
    parts = []
    for part in template.split(","):
        names = _PART.findall(part)
        if not names or any(values[name] for name in names):
            parts.append(" ".join(_PART.sub(lambda found: values[found[1]], part).split()))
    return ", ".join(parts)


def _known_words(details: str, book: MoodBook) -> tuple[tuple[list[str], list[str]], list[str], list[float]]:
    """Return ((moods and styles, instruments), what is ruled out) of own words, in English, and the moods' energies.

    Of words within a longer one only the longer counts: "8비트" is no beat, an electric piano no piano.
    """
    text = details.casefold()
    named: list[Mood | Style | Instrument] = [
        *book.moods.values(), *book.styles.values(), *book.instruments.values(),
    ]  # fmt: skip
    spans = {id(entry): _places(entry, text) for entry in named}
    every = [span for found in spans.values() for span in found]
    feelings: list[str] = []
    played: list[str] = []
    avoided: list[str] = []
    energies: list[float] = []
    for entry in named:
        whole = [span for span in spans[id(entry)] if not any(_within(span, other) for other in every)]
        asked = [_denied(text, *span) for span in whole if not _AFTER_LESS.match(text[span[1] :])]
        if not asked:
            continue
        if all(asked):
            avoided.append(entry.name.en.lower())
            continue
        (played if isinstance(entry, Instrument) else feelings).append(entry.name.en.lower())
        if isinstance(entry, Mood):
            energies.append(entry.energy)
    return (_unique(feelings), _unique(played)), _unique(avoided), energies


def _within(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]


def _in_english(details: str, words: Mapping[str, str]) -> list[str]:
    """Return the English of the words of `presets.toml` that own words hold, the longest first where they overlap."""
    text = details
    found: list[tuple[int, str]] = []
    for word in sorted(words, key=len, reverse=True):
        found += [
            (one.start(), words[word])
            for one in re.finditer(re.escape(word), text)
            if not _denied(text, *one.span()) and not _AFTER_LESS.match(text[one.end() :])
        ]
        text = text.replace(word, " " * len(word))
    return [english for _place, english in sorted(found)]


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
    """Return own words if they are English, folded into one line, without what no engine can do or should hear.

    Names of artists, links and markup, and wishes for words that are sung are left out; so is what is ruled out: an
    engine hears "piano" in "no piano", and is told in its negative prompt instead, or in the words of its template.
    """
    plain = _SUNG.sub(" ", _DENIED_WORDS.sub(" ", _LINK.sub(" ", without_imitation(details))))
    folded = " ".join(plain.replace(",", " ").split()).strip(" .;:!?-")
    letters = [letter for letter in folded if letter.isalpha()]
    if not letters or sum(letter.isascii() for letter in letters) < 0.9 * len(letters):
        return []
    return [folded[:LONGEST_WISHES]]


def _energy(energy: float) -> str:
    return "low energy" if energy < 0.35 else "high energy" if energy > 0.65 else "moderate energy"


def _unique(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))
