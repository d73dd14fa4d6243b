"""Who plays: sounds for each role, from the style, the mood's liking and what the buyer wants or rules out."""

from dataclasses import asdict, dataclass
from typing import Any

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.voices import VOICES
from bot.orders.brief import Brief
from bot.settings.moods import Mood, MoodBook, Style

_CLOSED = frozenset({"chiptune", "gugak"})
"""Styles whose sound is their own: the mood's favourite instruments do not enter them unasked."""

_FALLBACK = {
    "bass": ("finger-bass", "upright-bass", "sub-bass", "pluck-bass"),
    "harmony": ("piano", "nylon-guitar", "rhodes", "harp", "analog-pad", "pluck"),
    "lead": ("piano", "flute", "bell", "clarinet", "sine-lead", "nylon-guitar"),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Sounds by role; an empty name means that nobody plays it. ``calm`` and ``full`` are how they play it."""

    bass: str
    harmony: str
    figure: str
    pad: str
    lead: str
    counter: str
    kit: str
    texture: str
    bass_lines: tuple[str, str]
    manners: tuple[str, str]
    figure_manner: str
    grooves: tuple[str, ...]

    def sounds(self) -> dict[str, str]:
        """Return the pitched sounds by role, without the empty ones."""
        roles = ("bass", "harmony", "figure", "pad", "lead", "counter")
        return {role: sound for role in roles if (sound := getattr(self, role))}

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Cast":
        """Read what `to_json` wrote."""
        pairs = {key: tuple(data[key]) for key in ("bass_lines", "manners", "grooves")}
        return cls(**(data | pairs))


def choose(brief: Brief, mood: Mood, style: Style, style_id: str, energy: float, book: MoodBook, dice: Dice) -> Cast:
    """Cast the piece.

    :param energy: the mood's energy, possibly changed by an edit; it decides between calm and driving players.
    """
    ruled_out: set[str] = {sound for name in brief.unwanted for sound in book.instruments[name].sounds}
    ruled_out |= {sound for sound, voice in VOICES.items() if voice.least_energy > energy + 0.12}
    ruled_out -= {sound for name in brief.wanted for sound in book.instruments[name].sounds[:1]}
    liked = set() if style_id in _CLOSED else _liked(mood, book)
    chosen = _wanted(brief, book, ruled_out, dice)
    taken = set(chosen.values())
    for role, offered in _offers(style, liked).items():
        if role not in chosen:
            chosen[role] = _pick(role, offered, liked, ruled_out, taken, energy, dice)
            taken.add(chosen[role])
    no_drums = "drums" in brief.unwanted
    grooves = _ladder(style.grooves, energy, "drums" in brief.wanted, dice)
    manners = _manners(chosen["harmony"], style, energy, dice)
    return Cast(
        bass=chosen["bass"],
        harmony=chosen["harmony"],
        figure=chosen["figure"],
        pad=chosen["pad"],
        lead=chosen["lead"],
        counter=chosen["counter"],
        kit=style.kit,
        texture=dice.pick(style.textures),
        bass_lines=_two(style.bass_lines, energy, dice),
        manners=manners,
        figure_manner=_manners(chosen["figure"], style, min(1.0, energy + 0.25), dice, taken=manners[1])[1],
        grooves=("none",) if no_drums else grooves,
    )


def _liked(mood: Mood, book: MoodBook) -> set[str]:
    return {sound for name in mood.instruments for sound in book.instruments[name].sounds[:2]}


def _wanted(brief: Brief, book: MoodBook, ruled_out: set[str], dice: Dice) -> dict[str, str]:
    """Give every instrument that was asked for a role; more than the roles allow share by order of asking."""
    chosen: dict[str, str] = {}
    for name in brief.wanted:
        instrument = book.instruments[name]
        sounds: list[str] = [sound for sound in instrument.sounds if sound not in ruled_out]
        roles = [role for role in instrument.roles if role in ("bass", "harmony", "pad", "lead", "counter")]
        spare = [role for role in ("harmony", "lead", "counter", "figure", "pad") if _can(sounds[:1], role)]
        free = [role for role in (*roles, *spare) if role not in chosen]
        if sounds and roles and free:
            chosen[free[0]] = sounds[0] if dice.chance(0.8) else dice.pick(sounds[:2])
    return chosen


_FOLLOWING = frozenset(
    {"choir", "slow-strings", "short-strings", "pizzicato", "muted-guitar", "harp", "clav", "chip-pulse", "supersaw"}
)
"""Sounds that do not carry a melody by themselves unless a style says so."""


def _can(sounds: list[str], role: str) -> bool:
    if not sounds:
        return False
    voice = VOICES[sounds[0]]
    if role in ("harmony", "figure"):
        return bool(voice.manners) and not voice.held
    return voice.held if role == "pad" else carries_tune(sounds[0])


def carries_tune(sound: str) -> bool:
    """Tell whether a sound is heard as a tune by itself; nobody is not."""
    return bool(sound) and VOICES[sound].high >= 72 and sound not in _FOLLOWING


def _offers(style: Style, liked: set[str]) -> dict[str, tuple[str, ...]]:
    def likely(role: str) -> tuple[str, ...]:
        return tuple(sorted(sound for sound in liked if _can([sound], role)))

    pads = tuple(
        sound for sound in likely("pad") if sound in ("strings", "slow-strings", "choir", "analog-pad", "warm-pad")
    )
    return {
        "bass": style.bass,
        "harmony": style.chords + likely("harmony"),
        "pad": style.pads + pads,
        "lead": style.leads + likely("lead"),
        "counter": style.counters,
        "figure": style.chords,
    }


def _pick(
    role: str,
    offered: tuple[str, ...],
    liked: set[str],
    ruled_out: set[str],
    taken: set[str],
    energy: float,
    dice: Dice,
) -> str:
    """Draw a sound for a role: what the mood likes often, what already plays seldom, and by the piece's energy."""
    weights = {
        sound: (2.4 if sound in liked else 1.0) * (0.12 if sound in taken else 1.0) * _fits(role, sound, energy)
        for sound in offered
        if sound not in ruled_out
    }
    if role in ("figure", "counter"):
        weights = {sound: weight for sound, weight in weights.items() if sound not in taken}
    if weights:
        return dice.weighted(weights)
    spare = [sound for sound in _FALLBACK.get(role, ()) if sound not in ruled_out]
    return dice.pick(spare) if spare else ""


def _fits(role: str, sound: str, energy: float) -> float:
    """Weigh down players that can only hold chords where the piece drives, and ostinatos where it rests."""
    if role not in ("harmony", "figure"):
        return 1.0
    manners = set(VOICES[sound].manners)
    if manners <= {"sustain", "blocks"}:
        return max(0.08, 1.1 - 1.3 * energy)
    return max(0.15, 2.6 * energy) if sound == "short-strings" else 1.0


def _ladder(grooves: tuple[str, ...], energy: float, wanted: bool, dice: Dice) -> tuple[str, ...]:
    """Choose the softer and the stronger groove of the piece by its energy."""
    top = min(len(grooves) - 1, int((energy + dice.share(-0.08, 0.08)) * len(grooves)))
    top = max(1 if wanted or energy >= 0.3 else 0, top)
    ladder = grooves[max(0, top - 1) : top + 1] if top < len(grooves) else grooves[-2:]
    if wanted:
        ladder = tuple(groove for groove in ladder if groove != "none") or grooves[-1:]
    return tuple(ladder)


def _two(ladder: tuple[str, ...], energy: float, dice: Dice) -> tuple[str, str]:
    """Choose a calmer and a fuller way along a ladder ordered from calm to driving."""
    place = energy * (len(ladder) - 0.01) + dice.share(-0.6, 0.6)
    full = max(0, min(len(ladder) - 1, int(place)))
    return ladder[max(0, full - dice.whole(0, 1))], ladder[full]


def _manners(sound: str, style: Style, energy: float, dice: Dice, taken: str = "") -> tuple[str, str]:
    """Choose how a sound accompanies; not in the manner that another player has ``taken``, where there is a choice."""
    if not sound:
        return "sustain", "sustain"
    suited = tuple(manner for manner in VOICES[sound].manners if manner != taken) or VOICES[sound].manners
    common = tuple(manner for manner in style.comping if manner in suited) or suited
    return _two(common, energy, dice)
