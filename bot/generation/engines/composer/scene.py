"""Scenes: the sections of a piece with their place in time and their chords."""

from dataclasses import dataclass, replace

from bot.generation.engines.composer import harmony
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.form import SectionPlan
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.score import Chord
from bot.generation.engines.composer.theory import is_minor


@dataclass(frozen=True, slots=True)
class Scene:
    """A section with its place: ``bar`` and ``beat`` where it begins, its chords, and which time its letter comes."""

    plan: SectionPlan
    bar: int
    beat: float
    chords: list[Chord]
    turn: int


def set_out(plan: Plan) -> list[Scene]:
    """Return the plan's sections one after the other, their chords written."""
    setting = harmony.Setting(
        plan.tonic,
        plan.mode,
        plan.beats,
        plan.character.voicing,
        0.5 if plan.character.voicing in ("open", "ninths") else 0.25,
        plan.character.tension,
    )
    scenes: list[Scene] = []
    bar, seen = 0, dict.fromkeys("ABCD", 0)
    for index, section in enumerate(plan.sections):
        following = plan.sections[(index + 1) % len(plan.sections)]
        dice = Dice(plan.seed, "chords", section.letter)
        start = float(bar * plan.beats)
        if section.name == "ending":
            home = "i" if is_minor(plan.mode) else "I"
            chords = [harmony.chord_at(home, start, float(plan.beats), setting, None, dice)]
            chords = [replace(chords[0], bass=chords[0].root)]
        else:
            turn = _turn(plan, section, following)
            chords = harmony.write_section(plan.phrases[section.letter], section.bars, start, setting, turn, dice)
        scenes.append(Scene(section, bar, start, chords, seen[section.letter]))
        seen[section.letter] += section.name != "intro"
        bar += section.bars
    return scenes


def _turn(plan: Plan, section: SectionPlan, following: SectionPlan) -> str | None:
    """Lead into a tonic beginning with a dominant, where the music knows dominants at all."""
    if plan.mode not in ("ionian", "aeolian", "harmonic-minor") or section.bars < 4:
        return None
    first = plan.phrases[following.letter][0].split(",")[0] if following.name != "ending" else "I"
    if first.upper() not in ("I", "IMAJ7", "I7") or not Dice(plan.seed, "turn", section.letter).chance(0.6):
        return None
    if plan.mode == "aeolian":
        return Dice(plan.seed, "turn-minor").pick(("V", "v", "bVII"))
    return "V7" if plan.character.voicing in ("sevenths", "ninths") else "V"
