"""From plan to score: who enters when, what everybody plays, how sections lead into each other."""

from dataclasses import dataclass, replace

from bot.generation.engines.composer import expression, grooves, harmony, melody
from bot.generation.engines.composer.bass import BassPlayer
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.comping import Comper
from bot.generation.engines.composer.drums import Drummer, Metre
from bot.generation.engines.composer.form import SectionPlan
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.score import Chord, Note, Part, Section, Song
from bot.generation.engines.composer.theory import is_minor
from bot.generation.engines.composer.transitions import atmosphere, crossings
from bot.generation.engines.composer.voices import VOICES


@dataclass(frozen=True, slots=True)
class _Scene:
    """A section with its place: ``start`` in bars and in beats, its chords, and which time its letter comes."""

    plan: SectionPlan
    bar: int
    beat: float
    chords: list[Chord]
    turn: int


def arrange(plan: Plan) -> Song:
    """Write the whole score of a plan."""
    scenes = _scenes(plan)
    chords = [chord for scene in scenes for chord in scene.chords]
    entries = _entries(plan)
    parts = [
        Part("drums", plan.cast.kit, tuple(_drums(plan, scenes, entries))),
        Part("bass", plan.cast.bass, tuple(_bass(plan, scenes, chords, entries))),
        *_harmonies(plan, scenes, entries),
        Part("pad", plan.cast.pad, tuple(_pad(plan, scenes, entries))),
        Part("lead", plan.cast.lead, tuple(_lead(plan, scenes, chords, entries))),
        Part("counter", plan.cast.counter, tuple(_counter(plan, scenes, entries))),
    ]
    parts = _staggered(parts, plan, scenes)
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
    song = _with_ending(song, plan)
    effects = [*atmosphere(song, plan.cast.texture), *crossings(song, plan.character, Dice(plan.seed, "crossings"))]
    return expression.perform(replace(song, parts=(*song.parts, *effects)), plan)


def _scenes(plan: Plan) -> list[_Scene]:
    setting = harmony.Setting(
        plan.tonic,
        plan.mode,
        plan.beats,
        plan.character.voicing,
        0.5 if plan.character.voicing in ("open", "ninths") else 0.25,
        plan.character.tension,
    )
    scenes: list[_Scene] = []
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
        scenes.append(_Scene(section, bar, start, chords, seen[section.letter]))
        seen[section.letter] += 1
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


def _staggered(parts: list[Part], plan: Plan, scenes: list[_Scene]) -> list[Part]:
    """Where there is no intro, let the first section fill up: two or three players wait for its second half."""
    first = scenes[0].plan
    if first.name == "intro" or plan.form == "hook" or plan.ending == "loop" or first.bars < 4 or len(scenes) < 3:
        return parts
    dice = Dice(plan.seed, "stagger")
    waiting = {"drums", "figure", *dice.shuffled(("bass", "counter", "pad"))[:1]}
    bar = float((first.bars // 2) * plan.beats)
    return [
        replace(part, notes=tuple(n for n in part.notes if n.start >= bar)) if part.role in waiting else part
        for part in parts
    ]


def _active(role: str, scene: _Scene, entries: dict[str, float]) -> bool:
    return scene.plan.level >= entries[role] and scene.plan.name != "ending"


def _drums(plan: Plan, scenes: list[_Scene], entries: dict[str, float]) -> list[Note]:
    notes: list[Note] = []
    if plan.character.drums <= 0 or set(plan.cast.grooves) <= {"none"}:
        return notes
    metre = Metre(plan.beats, plan.ternary)
    drummer = Drummer(plan.cast.grooves, metre, plan.character.drums, Dice(plan.seed, "groove"))
    loop = plan.ending == "loop"
    for index, scene in enumerate(scenes):
        if not _active("drums", scene, entries):
            continue
        following = scenes[(index + 1) % len(scenes)].plan
        last = index + 1 == len(scenes)
        leads_on = following.name == "ending" or following.letter != scene.plan.letter or last
        dice = Dice(plan.seed, "drums", scene.plan.letter, scene.turn)
        level = min(1.0, scene.plan.level * (0.55 + 0.55 * plan.character.energy))
        # Where a loop begins again nothing is announced: it should not be heard that it does.
        opens, closes = not (loop and index == 0), not (loop and last)
        notes += drummer.play(scene.plan, scene.beat, level, leads_on, dice, opens=opens, closes=closes)
    return notes


def _bass(plan: Plan, scenes: list[_Scene], chords: list[Chord], entries: dict[str, float]) -> list[Note]:
    if not plan.cast.bass:
        return []
    low = max(VOICES[plan.cast.bass].low, 28 + Dice(plan.seed, "bass-register").whole(0, 3))
    players = {
        line: BassPlayer(line, low, plan.ternary, plan.beats, Dice(plan.seed, "bass", line))
        for line in plan.cast.bass_lines
    }
    notes: list[Note] = []
    for scene in scenes:
        if not _active("bass", scene, entries):
            continue
        line = plan.cast.bass_lines[1 if scene.plan.level >= 0.66 else 0]
        after = next((chord for chord in chords if chord.start >= scene.beat + scene.plan.bars * plan.beats), None)
        notes += players[line].play(scene.chords, after or chords[0])
    return notes


def _harmony_centre(plan: Plan) -> int:
    """Return the middle of the accompaniment's register as a MIDI pitch, before its instrument has a say."""
    return 54 + round(9 * plan.character.brightness) + Dice(plan.seed, "register").whole(-3, 3)


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


def _harmonies(plan: Plan, scenes: list[_Scene], entries: dict[str, float]) -> list[Part]:
    """Write the accompaniment, and a second figure over it where the piece is fullest."""
    centre = _harmony_centre(plan)
    parts = []
    if plan.cast.harmony:
        players = {m: _comper(plan, plan.cast.harmony, m, centre, "harmony") for m in plan.cast.manners}
        notes: list[Note] = []
        for scene in scenes:
            if _active("harmony", scene, entries):
                notes += players[plan.cast.manners[1 if scene.plan.level >= 0.6 else 0]].play(scene.chords)
        parts.append(Part("harmony", plan.cast.harmony, tuple(notes)))
    if plan.cast.figure and plan.character.density > 0.25:
        player = _comper(plan, plan.cast.figure, plan.cast.figure_manner, centre + 8, "figure")
        figure = [note for scene in scenes if _active("figure", scene, entries) for note in player.play(scene.chords)]
        parts.append(Part("figure", plan.cast.figure, tuple(figure)))
    return parts


def _pad(plan: Plan, scenes: list[_Scene], entries: dict[str, float]) -> list[Note]:
    if not plan.cast.pad:
        return []
    player = _comper(plan, plan.cast.pad, "sustain", 56 + round(8 * plan.character.brightness), "pad")
    return [note for scene in scenes if _active("pad", scene, entries) for note in player.play(scene.chords)]


def _lead(plan: Plan, scenes: list[_Scene], chords: list[Chord], entries: dict[str, float]) -> list[Note]:
    if not plan.cast.lead:
        return []
    voice = VOICES[plan.cast.lead]
    middle = 61 + 18 * plan.character.brightness + Dice(plan.seed, "lead-register").bell(2)
    # A tune below its accompaniment is not heard as one: over a music box it is sung an octave higher.
    floor = _reachable(plan.cast.harmony, _harmony_centre(plan)) + 4 if plan.cast.harmony else 0
    notes: list[Note] = []
    for scene in scenes:
        name = scene.plan.name
        if not _active("lead", scene, entries) or name in ("intro", "ending"):
            continue
        lift = {"B": 5, "D": 3}.get(scene.plan.letter, 0) + (5 if scene.turn >= 2 and name == "refrain" else 0)
        centre = max(voice.low + 7, min(voice.high - 8, round(middle) + lift))
        if centre < floor and centre + 12 <= voice.high - 5:
            centre += 12
        ornament = 0.35 if plan.cast.kit == "gugak" else 0.12
        singer = melody.Singer(max(voice.low, centre - 9), min(voice.high, centre + 10), voice.legato, ornament)
        presence = plan.character.melody * {"B": 1.3, "C": 0.5}.get(scene.plan.letter, 1.0)
        dice = Dice(plan.seed, "lead", scene.plan.letter, scene.turn)
        idea = plan.ideas[scene.plan.letter]
        notes += melody.sing(
            idea, chords, scene.beat, scene.plan.bars, plan.beats, singer, dice, max(0.0, 1 - presence * 1.25)
        )
    return notes


def _counter(plan: Plan, scenes: list[_Scene], entries: dict[str, float]) -> list[Note]:
    if not plan.cast.counter or plan.character.melody < 0.3:
        return []
    voice = VOICES[plan.cast.counter]
    centre = max(voice.low + 6, min(voice.high - 6, 62 + round(6 * plan.character.brightness)))
    notes: list[Note] = []
    for scene in scenes:
        if _active("counter", scene, entries):
            dice = Dice(plan.seed, "counter", scene.plan.letter)
            notes += melody.counter(scene.chords, max(voice.low, centre - 7), min(voice.high, centre + 8), dice)
    return notes


def _with_ending(song: Song, plan: Plan) -> Song:
    """Let everybody who plays before the last bar land on the last chord and hold it to the end."""
    last = song.sections[-1]
    if last.name != "ending":
        return song
    at = float(last.start * song.beats)
    hold = max(1.0, (song.seconds * song.tempo / 60) - at - 0.8 * song.tempo / 60)
    chord = song.chords[-1]
    parts = []
    for part in song.parts:
        playing = any(note.start >= at - 4 * song.beats for note in part.notes)
        final = _final_notes(part, chord, at, hold, plan) if playing or part.role in ("harmony", "pad") else []
        parts.append(replace(part, notes=(*part.notes, *final)))
    return replace(song, parts=tuple(parts))


def _final_notes(part: Part, chord: Chord, at: float, hold: float, plan: Plan) -> list[Note]:
    before = [note for note in part.notes if note.start < at]
    if not before:
        return []
    if part.role == "drums":
        if plan.cast.kit == "gugak":
            return [Note(at, 2.0, grooves.JING, 0.6), Note(at, 1.0, grooves.KUNG, 0.8)]
        hits = {"big": (grooves.TAIKO_LOW, grooves.CRASH)}.get(plan.cast.kit, (grooves.KICK, grooves.CRASH))
        loud = plan.character.energy > 0.4
        return [Note(at, 2.0, hits[0], 0.8), *([Note(at, 4.0, hits[1], 0.6)] if loud else [])]
    last = before[-1].pitch
    if part.role in ("bass", "lead", "counter"):
        tones = (chord.root,) if part.role != "counter" else chord.classes[1:2]
        near = [p for p in range(last - 7, last + 7) if p % 12 in tones]
        low = VOICES[part.sound].low
        pitch = next((p for p in sorted(near, key=lambda p: abs(p - last)) if p >= low), last)
        return [Note(at, hold, pitch, 0.7, "vibrato" if part.role != "bass" else "")]
    pitches = harmony.voice(chord, None, 58 if part.role != "figure" else 66, 4)
    return [Note(at + 0.04 * index, hold, pitch, 0.6) for index, pitch in enumerate(pitches)]
