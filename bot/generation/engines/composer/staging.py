"""Staging: who plays in which scene, and how fully; so that every scene brings something, and nothing stays too long.

The level of a scene decides who plays at all. Where that would leave a scene as the one before it, or as the last time
its material was heard, somebody rests, joins in, changes manner or hands the tune on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.generation.engines.composer.cast import carries_tune
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.scene import Scene

_FULL_HARMONY, _FULL_BASS = 0.6, 0.66
"""Levels from which accompaniment and bass play their fuller manner."""
_TRIES = 12
_DRIVE = frozenset({"drums", "bass"})
"""What a refrain does not rest: it is where the piece arrives."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One scene: who plays, whether harmony and bass play their fuller manner, and who has the tune.

    ``thin``: the drums leave their top lines out. ``relay``: the second voice's player sings the tune.
    """

    roles: frozenset[str]
    full_harmony: bool
    full_bass: bool
    thin: bool = False
    relay: bool = False


Change = Callable[[Stage], Stage]


def stage(plan: Plan, scenes: list[Scene]) -> list[Stage]:
    """Return the stage of every scene."""
    entries = _entries(plan)
    stages: list[Stage] = []
    heard: dict[str, Stage] = {}
    changes = _changes(plan)
    for index, scene in enumerate(scenes):
        found = _by_level(plan, scene, entries)
        # A loop has to begin as it ends, and what opens or closes a piece is as full as its level says.
        fixed = scene.plan.name in ("intro", "ending") or (plan.ending == "loop" and index in (0, len(scenes) - 1))
        if not fixed and index:
            dice = Dice(plan.seed, "stage", scene.plan.letter, scene.turn, index)
            kept = _DRIVE & found.roles if scene.plan.name == "refrain" else frozenset()
            found = _fresh(found, (stages[-1], heard.get(scene.plan.letter)), kept, changes, dice)
        stages.append(found)
        if scene.plan.name != "intro":
            heard[scene.plan.letter] = found
    return stages


def _by_level(plan: Plan, scene: Scene, entries: dict[str, float]) -> Stage:
    level = scene.plan.level
    if scene.plan.name == "ending":
        return Stage(frozenset(), False, False)
    roles = frozenset(role for role in _band(plan) if level >= entries[role])
    return Stage(roles, level >= _FULL_HARMONY, level >= _FULL_BASS)


def has_figure(plan: Plan) -> bool:
    """Tell whether a second figure is played over the accompaniment."""
    return bool(plan.cast.figure) and plan.character.density > 0.25


def has_counter(plan: Plan) -> bool:
    """Tell whether there is a second voice to the tune."""
    return bool(plan.cast.counter) and plan.character.melody >= 0.3


def _band(plan: Plan) -> frozenset[str]:
    """Return the roles that somebody plays in this piece."""
    out = {"figure"} if not has_figure(plan) else set()
    out |= {"counter"} if not has_counter(plan) else set()
    drummed = plan.character.drums > 0 and not set(plan.cast.grooves) <= {"none"}
    return frozenset(plan.cast.sounds()) - out | (frozenset({"drums"}) if drummed else frozenset())


def _fresh(
    found: Stage, past: tuple[Stage | None, ...], kept: frozenset[str], changes: dict[str, Change], dice: Dice
) -> Stage:
    """Change a scene until it is neither the one before it nor what its material was the last time (``past``).

    :param kept: roles that have to play on.
    """
    result = found
    known = {_audible(one) for one in past if one}
    for _ in range(_TRIES if changes else 0):
        if _audible(result) not in known:
            return result
        changed = changes[dice.pick(tuple(changes))](found)
        if _sounds_whole(changed) and kept <= changed.roles:
            result = changed
    return result


def _audible(one: Stage) -> Stage:
    """Return a stage without what nobody hears, such as the manner of a player who rests."""
    return Stage(
        one.roles,
        one.full_harmony and "harmony" in one.roles,
        one.full_bass and "bass" in one.roles,
        one.thin and "drums" in one.roles,
        one.relay and "lead" in one.roles,
    )


def _sounds_whole(one: Stage) -> bool:
    """Tell whether enough is left: harmony or a pad under it, and two players at least."""
    return bool(one.roles & {"harmony", "pad", "figure"}) and len(one.roles) >= 2


def _changes(plan: Plan) -> dict[str, Change]:
    """Return what may be done to a scene of this piece; only changes that are heard."""
    cast, band = plan.cast, _band(plan)
    found = {f"other {role}": _toggle(role) for role in ("bass", "drums", "pad", "figure", "counter") if role in band}
    if "drums" in band:
        found["thin drums"] = lambda one: replace(one, thin=not one.thin)
    if "harmony" in band and cast.manners[0] != cast.manners[1]:
        found["other manner"] = lambda one: replace(one, full_harmony=not one.full_harmony)
    if "bass" in band and cast.bass_lines[0] != cast.bass_lines[1]:
        found["other line"] = lambda one: replace(one, full_bass=not one.full_bass)
    if "lead" in band and carries_tune(cast.counter) and cast.counter != cast.lead:
        found["relay"] = lambda one: replace(one, relay=not one.relay, roles=one.roles - {"counter"})
    return found


def _toggle(role: str) -> Change:
    def change(one: Stage) -> Stage:
        return replace(one, roles=one.roles ^ {role})

    return change


def _entries(plan: Plan) -> dict[str, float]:
    """Draw the section level from which each role plays; who enters first differs from piece to piece."""
    dice = Dice(plan.seed, "entries")
    energy = plan.character.energy
    quiet = 0.25 * max(0.0, 0.4 - energy)
    entries = {
        "harmony": 0.0,
        "pad": dice.pick((0.0, 0.3, 0.5)),
        "bass": dice.share(0.34, 0.5) + quiet,
        "drums": dice.share(0.36, 0.52) + quiet - 0.15 * max(0.0, energy - 0.6),
        "figure": dice.share(0.6, 0.82) + quiet - 0.3 * max(0.0, energy - 0.5),
        "lead": dice.share(0.3, 0.45),
        "counter": dice.share(0.72, 0.86) + quiet,
    }
    if dice.chance(0.22) and plan.cast.pad and energy < 0.7:
        entries["pad"], entries["harmony"] = 0.0, dice.share(0.35, 0.45)
    return entries


def first_bar(plan: Plan, scenes: list[Scene]) -> tuple[float, frozenset[str]]:
    """Return from which beat the late comers play where there is no intro, and who they are: the piece fills up."""
    first = scenes[0].plan
    if first.name == "intro" or plan.ending == "loop" or first.bars < 3 or len(scenes) < 2:
        return 0.0, frozenset()
    if plan.form == "hook":
        # A hook is there from its first beat; what answers it comes with the next scene.
        return float(first.bars * plan.beats), frozenset({"figure", "counter"})
    dice = Dice(plan.seed, "stagger")
    late = {"drums", "figure", *dice.shuffled(("bass", "counter", "pad"))[:1]}
    return float((first.bars // 2) * plan.beats), frozenset(late)
