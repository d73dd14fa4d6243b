"""Edits: a buyer's "calmer", "longer", "loop it" or another style, worked into the same piece.

Motifs, progressions, key and players stay unless the wish is about them; whatever has to change is drawn again with the
piece's own dice. The arrangement is then written anew from the changed plan.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.errors import BadInput
from bot.generation.engines.composer import harmony, theory
from bot.generation.engines.composer import plan as planning
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.plan import Character, Plan
from bot.generation.engines.composer.progressions import KOREAN
from bot.orders.brief import LONGEST_SECONDS, SHORTEST_SECONDS, Brief
from bot.settings.moods import MoodBook

_LONGER = 1.5


def _within(value: float, most: float = 1.0) -> float:
    return min(most, max(0.0, value))


def _tempered(plan: Plan, change: Callable[[Character], Character]) -> Plan:
    return replace(plan, character=change(plan.character))


def _calmer(plan: Plan) -> Plan:
    cast = plan.cast
    quiet = replace(
        cast,
        grooves=cast.grooves[:1],
        manners=(cast.manners[0],) * 2,
        bass_lines=(cast.bass_lines[0],) * 2,
        figure="" if plan.character.energy < 0.5 else cast.figure,
    )
    calmed = _tempered(
        plan,
        lambda c: replace(
            c,
            energy=c.energy * 0.6,
            brightness=_within(c.brightness - 0.07),
            drums=c.drums * 0.75,
            pump=c.pump * 0.5,
            drive=c.drive * 0.6,
            space=_within(c.space + 0.08),
        ),
    )
    return replace(calmed, cast=quiet, tempo=plan.tempo * 0.94)


def _livelier(plan: Plan) -> Plan:
    cast = plan.cast
    driven = replace(
        cast,
        grooves=cast.grooves[-1:],
        manners=(cast.manners[1],) * 2,
        bass_lines=(cast.bass_lines[1],) * 2,
    )
    lively = _tempered(plan, lambda c: replace(c, energy=_within(c.energy * 1.35 + 0.1), drums=1.0))
    return replace(lively, cast=driven, tempo=plan.tempo * 1.06)


def _brighter(plan: Plan) -> Plan:
    return _tempered(plan, lambda c: replace(c, brightness=_within(c.brightness + 0.22), tilt=_within(c.tilt + 0.2)))


def _darker(plan: Plan) -> Plan:
    return _tempered(plan, lambda c: replace(c, brightness=_within(c.brightness - 0.22), tilt=max(-1.0, c.tilt - 0.2)))


def _longer(plan: Plan) -> Plan:
    return _of_length(plan, min(LONGEST_SECONDS, round(plan.seconds * _LONGER)))


def _shorter(plan: Plan) -> Plan:
    return _of_length(plan, max(SHORTEST_SECONDS, round(plan.seconds / _LONGER)))


def _of_length(plan: Plan, seconds: int) -> Plan:
    return replace(plan, seconds=float(seconds), brief=plan.brief.but(seconds=seconds))


def _loop(plan: Plan) -> Plan:
    return replace(plan, ending="loop", form="cycle", brief=plan.brief.but(loop=True))


def _fewer_drums(plan: Plan) -> Plan:
    cast = replace(plan.cast, grooves=plan.cast.grooves[:1])
    return replace(_tempered(plan, lambda c: replace(c, drums=c.drums * 0.5)), cast=cast)


def _no_drums(plan: Plan) -> Plan:
    return replace(plan, cast=replace(plan.cast, grooves=("none",)))


def _faster(plan: Plan) -> Plan:
    return replace(plan, tempo=plan.tempo * 1.12)


def _slower(plan: Plan) -> Plan:
    return replace(plan, tempo=plan.tempo * 0.89)


def _fewer_instruments(plan: Plan) -> Plan:
    cast = replace(plan.cast, figure="", counter="", texture="none")
    if not plan.cast.figure and not plan.cast.counter and cast.harmony:
        cast = replace(cast, pad="")
    return replace(plan, cast=cast)


def _less_melody(plan: Plan) -> Plan:
    return _tempered(plan, lambda c: replace(c, melody=c.melody * 0.45))


def _more_melody(plan: Plan) -> Plan:
    return _tempered(plan, lambda c: replace(c, melody=_within(c.melody + 0.35)))


def _same(plan: Plan) -> Plan:
    return plan


OTHER_GENRE = "other-genre"
CHANGES: dict[str, Callable[[Plan], Plan]] = {
    "calmer": _calmer,
    "livelier": _livelier,
    "brighter": _brighter,
    "darker": _darker,
    "longer": _longer,
    "shorter": _shorter,
    "loop": _loop,
    "fewer-drums": _fewer_drums,
    "no-drums": _no_drums,
    "faster": _faster,
    "slower": _slower,
    "fewer-instruments": _fewer_instruments,
    "less-melody": _less_melody,
    "more-melody": _more_melody,
    OTHER_GENRE: _same,
}
"""What a buyer may ask to have changed, by name. ``other-genre`` re-arranges for the style the changed brief names."""


def revise(plan: Plan, change: str, brief: Brief, book: MoodBook) -> Plan:
    """Return the plan of the same piece with a change, a changed brief, or both.

    Where the brief itself names a new length, tempo or style, that is taken instead of the change's own step.
    Underscores in the change's name are read as hyphens.

    :raises BadInput: if the change is not one of `CHANGES`.
    """
    change = change.replace("_", "-")
    if change and change not in CHANGES:
        raise BadInput(f"unknown change {change!r}; known: {', '.join(CHANGES)}", value=change[:40])
    if change == OTHER_GENRE and brief.style in (None, plan.style):
        brief = brief.but(style=other_genre(plan, book))
    kept = _carried(plan, brief, book)
    if change in ("longer", "shorter") and brief.seconds != plan.brief.seconds:
        changed = kept
    elif change in ("faster", "slower", "calmer", "livelier") and brief.tempo_bpm is not None:
        changed = replace(CHANGES[change](kept), tempo=float(brief.tempo_bpm))
    else:
        changed = CHANGES[change](kept) if change else kept
    if _same_frame(changed, plan):
        return changed
    return planning.fitted(changed, changed.tempo, book)


def other_genre(plan: Plan, book: MoodBook) -> str:
    """Return the style a piece is re-arranged in when the buyer names none: one its mood likes, or any other.

    Styles that know its metre and its scales come first: in those the motifs and the harmony stay as they are.
    """
    liked = [style for style in book.moods[plan.brief.mood].styles if style != plan.style]
    others = [style for style in book.styles if style != plan.style]
    pools = [
        [style for style in pool if plan.metre in book.styles[style].metres and book.styles[style].kit != "gugak"]
        for pool in (liked, others)
    ]
    return Dice(plan.seed, "other genre", plan.style).pick(pools[0] or pools[1] or liked or others)


def varied(plan: Plan, seed: int) -> Plan:
    """Return the same piece as another band would play it: new figures, fills and phrasing on the same material."""
    return replace(plan, seed=seed)


def _same_frame(changed: Plan, plan: Plan) -> bool:
    """Tell whether length, tempo, metre and form are as they were, so that the sections need not be laid out again."""
    frame = ("seconds", "tempo", "beats", "ternary", "ending", "form")
    return all(getattr(changed, name) == getattr(plan, name) for name in frame)


def _carried(plan: Plan, brief: Brief, book: MoodBook) -> Plan:
    """Plan the new brief with the piece's own seed, then put back everything the brief does not speak about."""
    if brief == plan.brief:
        return plan
    brief = brief.but(style=brief.style or (plan.style if brief.mood == plan.brief.mood else None))
    fresh = planning.make(brief, plan.seed, book)
    same_style = fresh.style == plan.style
    same_band = same_style and (brief.wanted, brief.unwanted) == (plan.brief.wanted, plan.brief.unwanted)
    same_temper = same_style and (brief.mood, brief.purpose) == (plan.brief.mood, plan.brief.purpose)
    tonic, mode = _key(plan, fresh, brief)
    low, high = book.moods[brief.mood].tempo
    kept = brief.mood == plan.brief.mood or low * 0.9 <= plan.tempo <= high * 1.1
    tempo = plan.tempo if kept else fresh.tempo
    carried = replace(
        fresh,
        brief=brief,
        tempo=float(brief.tempo_bpm) if brief.tempo_bpm is not None else tempo,
        metre=plan.metre if plan.metre in book.styles[fresh.style].metres else fresh.metre,
        tonic=tonic,
        mode=mode,
        character=plan.character if same_temper else fresh.character,
        cast=plan.cast if same_band else fresh.cast,
        phrases=plan.phrases if _same_language(plan.mode, mode) else _phrases(brief, mode, plan, book),
    )
    if (carried.beats, carried.ternary) == (plan.beats, plan.ternary):
        carried = replace(carried, ideas=plan.ideas)
    else:
        carried = planning.with_ideas(carried)
    frame = (brief.seconds, brief.purpose, brief.loop) == (plan.brief.seconds, plan.brief.purpose, plan.brief.loop)
    return replace(carried, sections=plan.sections) if frame and carried.tempo == plan.tempo else carried


def _phrases(brief: Brief, mode: str, plan: Plan, book: MoodBook) -> dict[str, tuple[str, ...]]:
    families = book.moods[brief.mood].progressions
    return harmony.choose_phrases(families, mode, plan.character.tension, Dice(plan.seed, "harmony"))


def _key(plan: Plan, fresh: Plan, brief: Brief) -> tuple[int, str]:
    if brief.key is not None and brief.key != plan.key:
        return fresh.tonic, fresh.mode
    home, minor = theory.read_key(plan.key)
    if fresh.mode in KOREAN and plan.mode not in KOREAN:
        mode = "gyemyeonjo" if minor else "pyeongjo"
        return theory.tonic_for(home, mode), mode
    if plan.mode in KOREAN and fresh.mode not in KOREAN:
        return home, "aeolian" if minor else "ionian"
    if brief.mood != plan.brief.mood and theory.is_minor(fresh.mode) != minor:
        return plan.tonic, fresh.mode
    return plan.tonic, plan.mode


def _same_language(old: str, new: str) -> bool:
    """Tell whether chords written for one mode can stay in the other."""
    return theory.is_minor(old) == theory.is_minor(new) and (old in KOREAN) == (new in KOREAN)
