"""From plan to score: what everybody plays in every scene."""

from dataclasses import replace

from bot.generation.engines.composer import expression, melody
from bot.generation.engines.composer.bass import BassPlayer
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.closing import with_close
from bot.generation.engines.composer.comping import Comper
from bot.generation.engines.composer.drums import Bars, Drummer, Metre
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.scene import Scene, set_out
from bot.generation.engines.composer.score import Chord, Note, Part, Section, Song
from bot.generation.engines.composer.staging import Stage, first_bar, has_counter, has_figure, stage
from bot.generation.engines.composer.transitions import atmosphere, crossings
from bot.generation.engines.composer.voices import VOICES

Act = tuple[Scene, Stage]


def arrange(plan: Plan) -> Song:
    """Write the whole score of a plan."""
    scenes = set_out(plan)
    acts = list(zip(scenes, stage(plan, scenes), strict=True))
    chords = [chord for scene in scenes for chord in scene.chords]
    harmonies = _harmonies(plan, acts)
    parts = [
        Part("drums", plan.cast.kit, tuple(_drums(plan, acts))),
        Part("bass", plan.cast.bass, tuple(_bass(plan, acts, chords))),
        *harmonies,
        Part("pad", plan.cast.pad, tuple(_pad(plan, acts))),
        *_leads(plan, acts, chords, _top(harmonies)),
        Part("counter", plan.cast.counter, tuple(_counter(plan, acts))),
    ]
    late, who = first_bar(plan, scenes)
    parts = [
        replace(part, notes=tuple(n for n in part.notes if n.start >= late)) if part.role in who else part
        for part in parts
    ]
    song = Song(
        tempo=plan.tempo,
        beats=plan.beats,
        ternary=plan.ternary,
        seconds=plan.seconds,
        tonic=plan.tonic,
        mode=plan.mode,
        loop=plan.ending == "loop",
        sections=tuple(
            Section(s.plan.name, s.plan.letter, s.bar, s.plan.bars, plan.character.energy * (0.5 + 0.5 * s.plan.level))
            for s in scenes
        ),
        chords=tuple(chords),
        parts=tuple(part for part in parts if part.sound and part.notes),
    )
    song = with_close(song, plan)
    effects = [*atmosphere(song, plan.cast.texture), *crossings(song, plan.character, Dice(plan.seed, "crossings"))]
    return expression.perform(replace(song, parts=(*song.parts, *effects)), plan)


def _drums(plan: Plan, acts: list[Act]) -> list[Note]:
    notes: list[Note] = []
    metre = Metre(plan.beats, plan.ternary)
    drummer = Drummer(plan.cast.grooves, metre, plan.character.drums, Dice(plan.seed, "groove"))
    loop = plan.ending == "loop"
    for index, (scene, on) in enumerate(acts):
        if "drums" not in on.roles:
            continue
        following, then = acts[(index + 1) % len(acts)]
        last = index + 1 == len(acts)
        new = following.plan.letter != scene.plan.letter or then.roles != on.roles
        leads_on = following.plan.name == "ending" or new or last
        dice = Dice(plan.seed, "drums", scene.plan.letter, scene.turn)
        level = min(1.0, scene.plan.level * (0.55 + 0.55 * plan.character.energy))
        # Where a loop begins again nothing is announced: it should not be heard that it does.
        opens, closes = not (loop and index == 0), not (loop and last)
        bars = Bars(scene.plan.bars, scene.beat, leads_on and closes, opens=opens, closes=closes, thin=on.thin)
        notes += drummer.play(bars, level, dice)
    return notes


def _bass(plan: Plan, acts: list[Act], chords: list[Chord]) -> list[Note]:
    if not plan.cast.bass:
        return []
    low = max(VOICES[plan.cast.bass].low, 28 + Dice(plan.seed, "bass-register").whole(0, 3))
    players = {
        line: BassPlayer(line, low, plan.ternary, plan.beats, Dice(plan.seed, "bass", line))
        for line in plan.cast.bass_lines
    }
    notes: list[Note] = []
    for scene, on in acts:
        if "bass" not in on.roles:
            continue
        end = scene.beat + scene.plan.bars * plan.beats
        after = next((chord for chord in chords if chord.start >= end), None)
        notes += players[plan.cast.bass_lines[on.full_bass]].play(scene.chords, after or chords[0])
    return notes


def _harmony_centre(plan: Plan) -> int:
    """Return the middle of the accompaniment's register as a MIDI pitch, with room for the tune above it."""
    centre = 54 + round(9 * plan.character.brightness) + Dice(plan.seed, "register").whole(-3, 3)
    return min(centre, VOICES[plan.cast.lead].high - 18) if plan.cast.lead else centre


def _reachable(sound: str, centre: int) -> int:
    """Return the middle of a register that the instrument can play chords in."""
    voice = VOICES[sound]
    return max(voice.low + 9, min(voice.high - 12, centre))


def _comper(plan: Plan, sound: str, manner: str, centre: int, role: str) -> Comper:
    voice = VOICES[sound]
    centre = _reachable(sound, centre)
    voices = 3 if voice.held or plan.character.density < 0.3 else 4
    return Comper(
        manner, centre, voices, plan.beats, plan.ternary, voice.held, Dice(plan.seed, "comping", role, manner)
    )


def _harmonies(plan: Plan, acts: list[Act]) -> list[Part]:
    """Write the accompaniment, and a second figure over it where the piece is fullest."""
    centre = _harmony_centre(plan)
    parts = []
    if plan.cast.harmony:
        players = {m: _comper(plan, plan.cast.harmony, m, centre, "harmony") for m in plan.cast.manners}
        notes: list[Note] = []
        for scene, on in acts:
            if "harmony" in on.roles:
                notes += players[plan.cast.manners[on.full_harmony]].play(scene.chords)
        parts.append(Part("harmony", plan.cast.harmony, tuple(notes)))
    if has_figure(plan):
        player = _comper(plan, plan.cast.figure, plan.cast.figure_manner, centre + 8, "figure")
        figure = [note for scene, on in acts if "figure" in on.roles for note in player.play(scene.chords)]
        parts.append(Part("figure", plan.cast.figure, tuple(figure)))
    return parts


def _pad(plan: Plan, acts: list[Act]) -> list[Note]:
    if not plan.cast.pad:
        return []
    player = _comper(plan, plan.cast.pad, "sustain", 56 + round(8 * plan.character.brightness), "pad")
    return [note for scene, on in acts if "pad" in on.roles for note in player.play(scene.chords)]


def _top(harmonies: list[Part]) -> float:
    """Return the pitch over which a tune is heard above its accompaniment, most of the time."""
    pitches = sorted(note.pitch for part in harmonies if part.role == "harmony" for note in part.notes)
    return float(pitches[int(0.8 * len(pitches))]) if pitches else 0.0


def _leads(plan: Plan, acts: list[Act], chords: list[Chord], floor: float) -> list[Part]:
    """Write the tune, and the scenes in which another player takes it over."""
    if not plan.cast.lead:
        return []
    notes: dict[str, list[Note]] = {plan.cast.lead: []}
    sung: list[int] = []
    for scene, on in acts:
        if "lead" not in on.roles or scene.plan.name in ("intro", "ending"):
            continue
        sound = plan.cast.counter if on.relay else plan.cast.lead
        presence = plan.character.melody * {"B": 1.3, "C": 0.5}.get(scene.plan.letter, 1.0)
        stanza = melody.Stanza(scene.beat, scene.plan.bars, plan.beats, scene.turn, max(0.0, 1 - presence * 1.25))
        form, dice = (
            Dice(plan.seed, "phrases", scene.plan.letter),
            Dice(plan.seed, "lead", scene.plan.letter, scene.turn),
        )
        singer, idea = _singer(plan, scene, sound, floor), plan.ideas[scene.plan.letter]
        tune = melody.sing(idea, chords, stanza, singer, sung, form, dice)
        sung += [note.pitch for note in tune]
        notes.setdefault(sound, []).extend(tune)
    return [Part("lead", sound, tuple(tune)) for sound, tune in notes.items()]


def _singer(plan: Plan, scene: Scene, sound: str, floor: float) -> melody.Singer:
    """Return who sings a scene, and how high: a tune below its accompaniment is not heard as one."""
    voice = VOICES[sound]
    middle = 61 + 18 * plan.character.brightness + Dice(plan.seed, "lead-register").bell(2)
    lift = {"B": 4, "D": 3}.get(scene.plan.letter, 0) + (4 if scene.turn >= 2 and scene.plan.name == "refrain" else 0)
    highest = voice.high - 7
    centre = round(middle) + lift
    if centre < floor + 6:
        centre = max(centre, min(round(floor) + 6 + lift // 2, highest))
    centre = max(voice.low + 7, min(highest, centre))
    lowest = max(voice.low, centre - 9, min(round(floor) - 1, centre - 5))
    ornament = 0.35 if plan.cast.kit == "gugak" else 0.12
    return melody.Singer(lowest, min(voice.high, centre + 9), voice.legato, ornament)


def _counter(plan: Plan, acts: list[Act]) -> list[Note]:
    if not has_counter(plan):
        return []
    voice = VOICES[plan.cast.counter]
    centre = max(voice.low + 6, min(voice.high - 6, 62 + round(6 * plan.character.brightness)))
    notes: list[Note] = []
    for scene, on in acts:
        if "counter" in on.roles:
            dice = Dice(plan.seed, "counter", scene.plan.letter)
            notes += melody.counter(scene.chords, max(voice.low, centre - 7), min(voice.high, centre + 8), dice)
    return notes
