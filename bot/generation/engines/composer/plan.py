"""The plan of a piece: every decision that makes it this piece and no other, before a single note is written.

A plan is what an edit changes. It is stored with the score as plain data.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.generation.engines.composer import cast, harmony, motif, theory
from bot.generation.engines.composer.cast import Cast
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.form import SectionPlan, lay_out
from bot.generation.engines.composer.length import Ending, fit
from bot.generation.engines.composer.motif import Idea
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, Purpose

_BEATS = {"4/4": (4, False), "3/4": (3, False), "6/8": (2, True), "12/8": (4, True)}
"""Beats in a bar, and whether each has three parts: in 6/8 and 12/8 the beat is the dotted quarter."""


@dataclass(frozen=True, slots=True)
class Character:
    """The piece's temper, 0 to 1 each (``tilt`` -1 to 1): from mood, style and purpose, shifted by edits."""

    energy: float
    brightness: float
    density: float
    tension: float
    melody: float
    drums: float
    swing: float
    looseness: float
    space: float
    drive: float
    pump: float
    tilt: float
    voicing: str
    curve: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A piece before its notes. ``tempo`` in beats per minute; ``tonic`` as pitch class; lengths in seconds."""

    seed: int
    brief: Brief
    style: str
    seconds: float
    tempo: float
    metre: str
    tonic: int
    mode: str
    ending: Ending
    form: str
    character: Character
    sections: tuple[SectionPlan, ...]
    phrases: dict[str, tuple[str, ...]]
    ideas: dict[str, Idea]
    cast: Cast

    @property
    def beats(self) -> int:
        """Beats in a bar."""
        return _BEATS[self.metre][0] if not self.semachi else 3

    @property
    def ternary(self) -> bool:
        """Whether each beat has three parts."""
        return _BEATS[self.metre][1] or self.semachi

    @property
    def semachi(self) -> bool:
        """Whether a three-beat bar is Korean semachi, whose beats have three parts."""
        return self.metre == "3/4" and self.cast.kit == "gugak"

    @property
    def key(self) -> str:
        """The key's name, such as ``"D minor"``."""
        return theory.key_name(self.tonic, self.mode)

    @property
    def bars(self) -> int:
        """Written bars, the ending included."""
        return sum(section.bars for section in self.sections)

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return asdict(self) | {
            "brief": self.brief.to_json(),
            "character": asdict(self.character),
            "sections": [asdict(section) for section in self.sections],
            "phrases": {letter: list(bars) for letter, bars in self.phrases.items()},
            "ideas": {letter: idea.to_json() for letter, idea in self.ideas.items()},
            "cast": self.cast.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Plan":
        """Read what `to_json` wrote."""
        read = {
            "brief": Brief.from_json(data["brief"]),
            "character": Character(**data["character"]),
            "sections": tuple(SectionPlan(**section) for section in data["sections"]),
            "phrases": {letter: tuple(bars) for letter, bars in data["phrases"].items()},
            "ideas": {letter: Idea.from_json(idea) for letter, idea in data["ideas"].items()},
            "cast": Cast.from_json(data["cast"]),
        }
        return cls(**(data | read))


def make(brief: Brief, seed: int, book: MoodBook) -> Plan:
    """Plan a new piece for a brief. The same brief and seed give the same plan everywhere."""
    mood, purpose = book.moods[brief.mood], book.purposes[brief.purpose]
    style_id = brief.style or Dice(seed, "style").leaning(mood.styles, 0.6)
    style = book.styles[style_id]
    tonic, mode = choose_key(brief, style_id, seed, book)
    character = temper(brief, style_id, book)
    chosen = cast.choose(brief, mood, style, style_id, character.energy, book, Dice(seed, "cast", style_id))
    metre = choose_metre(brief, style_id, seed, book)
    ending: Ending = "loop" if brief.loop else purpose.ending
    draft = Plan(
        seed=seed,
        brief=brief,
        style=style_id,
        seconds=float(brief.seconds),
        tempo=0.0,
        metre=metre,
        tonic=tonic,
        mode=mode,
        ending=ending,
        form=purpose.form,
        character=character,
        sections=(),
        phrases=harmony.choose_phrases(mood.progressions, mode, character.tension, Dice(seed, "harmony")),
        ideas={},
        cast=chosen,
    )
    return with_ideas(fitted(draft, wished_tempo(brief, style_id, seed, book), book))


def with_ideas(plan: Plan) -> Plan:
    """Invent the motifs of every letter, in the plan's metre and density."""
    density = plan.character.density
    ideas = {
        letter: motif.invent(plan.beats, plan.ternary, density + lift, Dice(plan.seed, "motif", letter))
        for letter, lift in (("A", 0.0), ("B", 0.08), ("C", -0.1), ("D", 0.04))
    }
    return replace(plan, ideas=ideas)


def fitted(plan: Plan, wish: float, book: MoodBook) -> Plan:
    """Choose the number of bars and the form for the plan's length, near the wished tempo."""
    low, high = book.moods[plan.brief.mood].tempo
    span = (min(low, wish * 0.97), max(high, wish * 1.03))
    fixed = plan.brief.tempo_bpm is not None
    ring = min(2.4, plan.seconds * Dice(plan.seed, "ring").share(0.01, 0.085))
    bars = fit(plan.seconds, plan.beats, wish, span, plan.ending, fixed, ring)
    sections = lay_out(bars.bars, plan.form, plan.ending, plan.character.curve, Dice(plan.seed, "form"))
    return replace(plan, tempo=bars.tempo, sections=sections)


def wished_tempo(brief: Brief, style_id: str, seed: int, book: MoodBook) -> float:
    """Return the tempo asked for, or one drawn where the mood's range meets the style's."""
    if brief.tempo_bpm is not None:
        return float(brief.tempo_bpm)
    low, high = book.moods[brief.mood].tempo
    home = book.styles[style_id].tempo
    if max(low, home[0]) <= min(high, home[1]):
        low, high = max(low, home[0]), min(high, home[1])
    elif home[1] < low:
        high = low + 0.25 * (high - low)
    else:
        low = high - 0.25 * (high - low)
    edge = 0.06 * (high - low)
    return Dice(seed, "tempo").share(low + edge, high - edge)


def choose_key(brief: Brief, style_id: str, seed: int, book: MoodBook) -> tuple[int, str]:
    """Return tonic and mode: the key asked for in its plainest mode, or a draw from the mood's modes."""
    dice = Dice(seed, "key")
    weights = dict(book.styles[style_id].modes or book.moods[brief.mood].modes)
    if brief.key is None:
        if "gyemyeonjo" in weights:
            of_mood = book.moods[brief.mood].modes
            minor_share = sum(weight for mode, weight in of_mood.items() if theory.is_minor(mode)) / sum(
                of_mood.values()
            )
            weights = {"gyemyeonjo": 1 + round(8 * minor_share), "pyeongjo": 9 - round(8 * minor_share)}
        mode: str = dice.weighted(weights)
        return dice.whole(0, 11), mode
    key, minor = theory.read_key(brief.key)
    korean = "gyemyeonjo" in weights
    mode = ("gyemyeonjo" if korean else "aeolian") if minor else ("pyeongjo" if korean else "ionian")
    return theory.tonic_for(key, mode), mode


def choose_metre(brief: Brief, style_id: str, seed: int, book: MoodBook) -> str:
    """Return a time signature that both mood and style can play."""
    style = book.styles[style_id]
    if style.kit == "gugak":
        driving = book.moods[brief.mood].energy > 0.5
        return Dice(seed, "metre").weighted({"12/8": 4, "3/4": 2, "4/4": 1.5 if driving else 0.3})
    weights = {metre: weight for metre, weight in book.moods[brief.mood].metres.items() if metre in style.metres}
    return Dice(seed, "metre").weighted(weights) if weights else "4/4"


def temper(brief: Brief, style_id: str, book: MoodBook) -> Character:
    """Combine mood, style and purpose into one character."""
    mood, style, purpose = book.moods[brief.mood], book.styles[style_id], book.purposes[brief.purpose]
    swing = style.swing if mood.feel != "straight" else 0.5 + 0.4 * (style.swing - 0.5)
    if mood.feel == "swing":
        swing = max(swing, 0.58)
    return Character(
        energy=mood.energy * _calmed(purpose),
        brightness=min(1.0, max(0.0, mood.brightness + 0.08 * style.tilt)),
        density=mood.density * purpose.density,
        tension=mood.tension,
        melody=purpose.melody,
        drums=1.0,
        swing=swing if style.kit not in ("big", "chip", "gugak") else 0.5,
        looseness=min(1.0, style.looseness * (0.5 if mood.feel == "straight" else 1.0)),
        space=style.space,
        drive=style.drive,
        pump=style.pump,
        tilt=style.tilt,
        voicing=style.voicing,
        curve=mood.curve if purpose.form in ("song", "cue", "hook") else "flat",
    )


def _calmed(purpose: Purpose) -> float:
    """A bed under speech is played with less force."""
    return 0.8 if purpose.form == "bed" else 1.0
