"""The mix: every role gets its place in loudness, tone, width and room; stems that add up to the mix.

Levels are set by measuring, not by trust in the sounds: each part is brought to its role's loudness, then the sum is
brought to an even spectrum of the brightness the plan asks for. The result has headroom; mastering is not done here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.reel import blank, peak
from bot.generation.engines.composer import effects
from bot.generation.engines.composer.balance import correction, measure
from bot.generation.engines.composer.effects import Added, Equaliser, Volume, run
from bot.generation.engines.composer.instruments import Orchestra
from bot.generation.engines.composer.plan import Character, Plan
from bot.generation.engines.composer.render import kicks, render_part, samples
from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.score import Part, Song
from bot.generation.engines.composer.textures import BACKGROUNDS

Array = NDArray[np.float32]
LOUDNESS = -17.0
"""What a mix is brought to, LUFS integrated; it leaves the master room to work."""
CEILING = 0.84
"""Largest sample of a mix (-1.5 dBFS)."""
_WARM_UP = 4.0
"""Seconds of a loop's end that are run through the effects before its start, so that the seam is not heard."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How a role is treated. Decibels against the lead, Hz, 0-to-1 amounts."""

    level: float
    low_cut: float
    tone: tuple[tuple[str, float, float], ...]
    squeeze: float
    room: float
    ducked: float
    wide: float = 0.0


CHANNELS: dict[str, Channel] = {
    "drums": Channel(-1.5, 28, (("peak", 380, -2.5), ("high", 9000, 1.5)), 2.2, 0.35, 0.0),
    "bass": Channel(-3.0, 30, (("peak", 260, -2.0), ("high", 5000, -3.0)), 3.0, 0.04, 0.7),
    "harmony": Channel(-3.5, 110, (("peak", 320, -2.0), ("peak", 2600, -1.0)), 1.8, 0.8, 0.6, 0.35),
    "pad": Channel(-8.5, 140, (("peak", 400, -2.5), ("high", 7000, -1.0)), 1.4, 1.1, 1.0, 0.3),
    "lead": Channel(0.0, 150, (("peak", 2800, 1.5),), 2.0, 0.9, 0.25, 0.15),
    "counter": Channel(-6.5, 150, (("peak", 2000, -1.0),), 1.6, 1.2, 0.5, 0.3),
    "texture": Channel(-22.0, 120, (), 1.0, 0.6, 0.4),
}
_FIGURE = -6.5
_STANDS = {"harmony": -0.22, "figure": 0.34, "counter": 0.2, "lead": 0.05, "pad": 0.0}
"""Where each player stands: -1 left to 1 right."""
_CROSSING = -10.0
_ROOM_FOR_KICK = 0.4
"""How far the bass makes way for the kick even in styles that do not pump: some 2.5 dB, heard as a clearer kick."""


def mix(
    song: Song, plan: Plan, orchestra: Orchestra, progress: Callable[[float], None], *, stems: bool = False
) -> tuple[Array, dict[str, Array]]:
    """Render and mix a song. The mix is the same, bit for bit, whether its stems are asked for or not.

    :returns: the mix and, if asked for, its stems by role, each (2, samples) at 44.1 kHz; the stems add up to the mix,
        to within a ten-thousandth of full scale (they are equalised one by one, in single precision).
    """
    strikes = kicks(song)
    played: dict[str, Array] = {}
    roles = dict.fromkeys(part.stem for part in song.parts)
    ticks = _ticks(sum(1 + len(part.notes) // 64 for part in song.parts) + 4 * len(roles) + 4, progress)
    for role in roles:
        parts = [part for part in song.parts if part.stem == role]
        dry = _gathered(parts, song, plan, orchestra, lambda: next(ticks))
        next(ticks)
        played[role] = _channel(dry, role, plan, strikes, _warm(song))
        next(ticks)
    faders = _faders(played, plan.character)
    next(ticks)
    whole = _summed(played, faders, song, plan)
    next(ticks)
    gain = _gain(whole)
    run(whole, [Volume(gain)])
    if not stems:
        return whole, {}
    for role, stem in played.items():
        _finish(
            stem, [Volume(faders.gains[role]), Equaliser(faders.tone, _end({role: stem}, faders, song))], song, plan
        )
        run(stem, [Volume(gain)])
        next(ticks)
    return whole, played


def _ticks(steps: int, progress: Callable[[float], None]) -> Iterator[None]:
    """Report so many steps as shares between 0.03 and 0.99."""
    for done in range(10**9):
        progress(min(0.99, 0.03 + 0.96 * done / steps))
        yield


def _gathered(parts: list[Part], song: Song, plan: Plan, orchestra: Orchestra, tick: Callable[[], None]) -> Array:
    """Render the parts of a stem, each brought to the same loudness first, then to its place in the stem.

    A loop's stem begins with the `_warm` samples of its end.
    """
    warm = _warm(song)
    total = blank(warm + samples(song))
    for index, part in enumerate(parts):
        track = total[:, warm:] if index == 0 else blank(samples(song))
        render_part(part, song, orchestra, track, tick)
        active = measure(track).active
        if active > 0:
            place = _STANDS.get(part.role, 0.0)
            sides = np.array([[np.sqrt(1 - place)], [np.sqrt(1 + place)]], np.float32)
            run(track, [Volume(sides * np.float32(10 ** ((_place(part, plan.character) - 20) / 20) / np.sqrt(active)))])
        if index:
            run(total[:, warm:], [Added([track])])
    total[:, :warm] = total[:, total.shape[1] - warm :]
    return total


def _warm(song: Song) -> int:
    """Return how many samples of a loop's end are put before its start while effects run."""
    return min(samples(song), int(_WARM_UP * RATE)) if song.loop else 0


def _place(part: Part, character: Character) -> float:
    """Return a part's level within its stem, decibels."""
    if part.role == "figure":
        return _FIGURE - CHANNELS["harmony"].level
    if part.role == "texture" and part.sound not in BACKGROUNDS:
        return _CROSSING + 6 * character.energy - CHANNELS["texture"].level
    return 0.0


def _channel(sound: Array, role: str, plan: Plan, strikes: list[int], warm: int) -> Array:
    """Run a stem through its channel, in place; a loop's ``warm`` start is cut off when all tails have come round."""
    length = sound.shape[1] - warm
    if warm:
        # Also those of the turn before and of the turn after: what makes way for a kick begins to before it strikes.
        turns = (warm - length, warm, warm + length)
        strikes = [at + turn for at in strikes for turn in turns if at + turn >= 0]
    channel, character = CHANNELS[role], plan.character
    tone = [effects.low_cut(channel.low_cut), *(_filter(*step) for step in channel.tone)]
    meter = effects.PowerMeter()
    run(sound, [Equaliser(tone), meter])
    rack: list[effects.Effect] = []
    power = meter.power
    if channel.squeeze > 1:
        curve = effects.compression(power, channel.squeeze, 3.0)
        power = power * curve**2
        rack.append(effects.Gain(curve))
    drive = _drive(role, character)
    if drive:
        rack.append(effects.Saturator(float(np.sqrt(power.mean())), drive))
    pump = max(character.pump, _ROOM_FOR_KICK) if role == "bass" else character.pump
    if pump and channel.ducked and strikes:
        depth = min(0.85, 0.9 * pump * channel.ducked)
        rack.append(effects.Gain(effects.ducking(sound.shape[1], strikes, depth, 30 / plan.tempo)))
    if role in ("bass", "drums"):
        rack.append(effects.MonoBelow(140.0))
    if channel.wide:
        rack.append(effects.Widener(channel.wide))
    wet = channel.room * character.space
    if wet > 0.01:
        echo = effects.room(round(0.5 + 3.2 * character.space, 1), round(0.7 - 0.4 * character.brightness, 1))
        rack.append(effects.Reverb(echo, 0.75 * wet))
    return run(sound, rack)[:, warm:]


def _drive(role: str, character: Character) -> float:
    """Return how far a stem is driven into saturation, 0 to 1: drums a little even in a clean style."""
    if character.drive > 0.02 and role in ("drums", "bass", "harmony", "lead"):
        return character.drive * (1.0 if role in ("drums", "bass") else 0.6)
    return 0.25 if role == "drums" else 0.0


def _filter(kind: str, hz: float, decibels: float) -> effects.Sections:
    if kind == "peak":
        return effects.peak(hz, decibels)
    return effects.shelf(hz, decibels, kind == "high")


@dataclass(frozen=True, slots=True)
class Faders:
    """How stems become the mix: a factor for each role, and one equaliser for them all."""

    gains: dict[str, float]
    tone: list[effects.Sections]


def _faders(stems: dict[str, Array], character: Character) -> Faders:
    """Bring each stem to its role's loudness, and their sum to an even spectrum."""
    spectrum = np.zeros(10)
    gains = {}
    for role, stem in stems.items():
        measured = measure(stem)
        level = CHANNELS[role].level + _leaning(role, character, "lead" in stems)
        gains[role] = float(10 ** ((level - 20) / 20) / np.sqrt(measured.active)) if measured.active > 0 else 0.0
        spectrum += measured.spectrum * gains[role] ** 2
    return Faders(gains, correction(spectrum, character.brightness))


def _summed(stems: dict[str, Array], faders: Faders, song: Song, plan: Plan) -> Array:
    """Return the mix of the stems, equalised and closed, at no particular level."""
    whole = blank(samples(song))
    added = Added(list(stems.values()), [faders.gains[role] for role in stems])
    _finish(whole, [added, Equaliser(faders.tone, _end(stems, faders, song))], song, plan)
    return whole


def _end(stems: dict[str, Array], faders: Faders, song: Song) -> Array | None:
    """Return the last second of a loop's mix: what its equaliser hears before the first."""
    if not song.loop:
        return None
    end = np.zeros((2, min(RATE, samples(song))), np.float32)
    Added([stem[:, -RATE:] for stem in stems.values()], [faders.gains[role] for role in stems])(end, 0)
    return end


def _leaning(role: str, character: Character, led: bool) -> float:
    """Shift a role's level by the piece's temper: more drums where it drives, more pad where it floats."""
    if role == "drums":
        return -6.0 + 8.0 * character.energy
    if role == "pad":
        return 5.0 * character.space - 1.0
    if role == "bass":
        return -1.5 + 3.0 * character.energy + 1.5 * character.pump
    if role == "harmony":
        return 0.0 if led else 3.0
    if role == "lead":
        return -4.0 * (1 - character.melody)
    return 0.0


def _finish(sound: Array, rack: list[effects.Effect], song: Song, plan: Plan) -> None:
    """Run the last effects, then close the piece: a fade where it asked for one, and no click at either end."""
    run(sound, rack)
    if song.loop:
        return
    count = sound.shape[1]
    seconds = (
        min(10.0, max(0.25 * song.seconds, 2.0), 0.14 * song.seconds + 1.5) if plan.ending == "fade" else _ring(song)
    )
    length = min(count, int(seconds * RATE))
    sound[:, -length:] *= (0.5 + 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)
    start = np.linspace(0, 1, min(count, 64), dtype=np.float32)
    sound[:, : len(start)] *= start


def _ring(song: Song) -> float:
    """Return the seconds over which a last chord is let die: most of what there is of it, so that no tail is cut."""
    last = song.sections[-1]
    left = song.seconds - last.start * song.beats * 60 / song.tempo
    return min(2.5, max(0.35, 0.6 * left)) if last.name == "ending" else 0.35


def _gain(whole: Array) -> float:
    """Return what brings the mix to its loudness without letting a peak through the ceiling."""
    active, top = measure(whole).active, peak(whole)
    if active <= 0 or top <= 0:
        return 1.0
    return float(min(10 ** ((LOUDNESS + 0.69) / 20) / np.sqrt(active), CEILING / top))
