"""Chords: which progression a section stands on, and how each chord follows the one before."""

from dataclasses import dataclass
from itertools import pairwise

from bot.generation.engines.composer import progressions, theory
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.score import Chord

Phrase = tuple[str, ...]
"""Bars of a phrase; the chords of a bar are separated by commas."""


def choose_phrases(families: tuple[str, ...], mode: str, tension: float, dice: Dice) -> dict[str, Phrase]:
    """Draw a phrase for each letter of the form: A from the likeliest family, the others in contrast to it."""
    phrases: dict[str, Phrase] = {}
    for letter in "ABCD":
        pool = _pool(dice.leaning(families, 0.6), mode)
        fresh = [p for p in pool if all(p[0] != other[0] for other in phrases.values())] or pool
        stock = _grown(dice.pick(pool if letter == "A" else fresh), pool, dice)
        phrases[letter] = _coloured_phrase(stock, mode, tension, dice)
    return phrases


def _grown(phrase: Phrase, pool: list[Phrase], dice: Dice) -> Phrase:
    """Make a stock progression longer, slower or quicker, or turn it round: two pieces seldom stand on the same one."""
    other = dice.pick([candidate for candidate in pool if candidate != phrase] or [phrase])
    plain = not any("," in bar for bar in (*phrase, *other))
    way = dice.weighted({"as it is": 0.34, "grown": 0.26, "turned": 0.14, "slow": 0.12, "quick": 0.14})
    if way == "grown" and len(phrase) == 4:
        return (*phrase, *phrase[:2], *other[-2:])
    if way == "turned":
        return (*phrase[2:], *phrase[:2])
    if way == "slow" and len(phrase) == 4:
        return tuple(bar for chord in phrase for bar in (chord, chord))
    if way == "quick" and len(phrase) == 4 and plain:
        return (f"{phrase[0]},{phrase[1]}", f"{phrase[2]},{phrase[3]}", *other[-2:])
    return phrase


def _pool(family: str, mode: str) -> list[Phrase]:
    if mode in progressions.KOREAN:
        return [tuple(text.split()) for text in progressions.KOREAN[mode]]
    table = progressions.MINOR if theory.is_minor(mode) else progressions.MAJOR
    return [_in_mode(text, mode) for text in table[family]]


def _in_mode(text: str, mode: str) -> Phrase:
    exchange = progressions.ADAPTED.get(mode, {})
    return tuple(",".join(exchange.get(chord, chord) for chord in bar.split(",")) for bar in text.split())


def _exchanged(bar: str, mode: str, dice: Dice) -> str:
    """Now and then put a chord in the place of its near relative."""
    relatives = progressions.RELATIVES_MINOR if theory.is_minor(mode) else progressions.RELATIVES_MAJOR
    if bar in relatives and dice.chance(0.16):
        return _in_mode(dice.pick(relatives[bar]), mode)[0]
    return bar


def _coloured_phrase(phrase: Phrase, mode: str, tension: float, dice: Dice) -> Phrase:
    """Vary a stock progression: a secondary dominant, a borrowed chord, a suspension, each now and then."""
    if mode in progressions.KOREAN:
        return phrase
    bars = [phrase[0], *(_exchanged(bar, mode, dice) for bar in phrase[1:])]
    plain = {"phrygian", "lydian", "dorian"}
    for place, (bar, following) in enumerate(pairwise([*bars, bars[0]])):
        target = following.split(",")[0]
        if "," in bar or "/" in bar:
            continue
        if mode not in plain and target in ("ii", "vi", "IV", "V", "iv", "bVI") and dice.chance(0.10 + 0.1 * tension):
            bars[place] = f"{bar},V7/{target}"
        elif bar == "V" and dice.chance(0.25):
            bars[place] = "Vsus4,V"
        elif bar == "IV" and place == len(bars) - 1 and mode == "ionian" and dice.chance(0.2):
            bars[place] = "IV,iv"
    return tuple(bars)


@dataclass(frozen=True, slots=True)
class Setting:
    """What turns numerals into chords: key, scale, metre and the style's taste in chords."""

    tonic: int
    mode: str
    beats: int
    voicing: str
    smooth_bass: float
    tension: float


def write_section(
    phrase: Phrase, bars: int, start: float, setting: Setting, turn: str | None, dice: Dice
) -> list[Chord]:
    """Write the chords of one section, from beat ``start`` on, repeating its phrase.

    :param turn: a chord that replaces the last one, to lead into what comes next; None keeps the phrase.
    """
    chords: list[Chord] = []
    for bar in range(bars):
        symbols = phrase[bar % len(phrase)].split(",")
        if turn and bar == bars - 1:
            symbols = [symbols[0], turn] if setting.beats % 2 == 0 and symbols[0] != turn else [turn]
        at = start + bar * setting.beats
        cuts = (
            [at, at + setting.beats] if len(symbols) == 1 else [at, at + (setting.beats + 1) // 2, at + setting.beats]
        )
        for symbol, (begin, end) in zip(symbols[:2], pairwise(cuts), strict=True):
            previous = chords[-1] if chords else None
            chords.append(chord_at(symbol, begin, end - begin, setting, previous, dice))
    return chords


def chord_at(symbol: str, start: float, length: float, setting: Setting, previous: Chord | None, dice: Dice) -> Chord:
    """Write one chord, its bass moving by step where the style likes that."""
    above, tones = theory.read_symbol(symbol)
    scale = theory.MODES[setting.mode]
    dominant = "/" in symbol or (symbol.startswith("V") and not symbol.startswith("VI"))
    if setting.mode not in progressions.KOREAN:
        tones = theory.coloured(above, tones, scale, setting.voicing, dominant)
    if setting.voicing == "open" and dice.chance(0.35 * (1 - setting.tension)) and (above + 2) % 12 in scale:
        tones = (*tones[:3], 14) if len(tones) == 3 and 4 in tones else tones
    root = (setting.tonic + above) % 12
    bass = root
    if previous and 7 in tones and dice.chance(setting.smooth_bass):
        choices = [root, *((root + tone) % 12 for tone in tones[1:3] if tone in (3, 4, 7))]
        bass = min(choices, key=lambda pitch: _step(previous.bass, pitch))
    return Chord(start, length, symbol, root, tones, bass, _chord_scale(setting, root, tones))


def _step(last: int, pitch: int) -> float:
    """Prefer moving by one or two semitones; staying or leaping counts more."""
    distance = min((pitch - last) % 12, (last - pitch) % 12)
    return {0: 1.5, 1: 0.0, 2: 0.0}.get(distance, float(distance))


def _chord_scale(setting: Setting, root: int, tones: tuple[int, ...]) -> tuple[int, ...]:
    """Return the scale for melodies over a chord: the key's, bent to the chord's foreign notes."""
    classes = {(root + tone) % 12 for tone in tones}
    key = {(setting.tonic + step) % 12 for step in theory.MODES[setting.mode]}
    foreign = classes - key
    bent = {pitch for pitch in key if pitch in classes or all((pitch - f) % 12 not in (1, 11) for f in foreign)}
    return tuple(sorted(bent | classes))


def voice(chord: Chord, previous: tuple[int, ...] | None, centre: int, voices: int = 4) -> tuple[int, ...]:
    """Place a chord around ``centre`` (MIDI) so that its voices move as little as possible from the previous one."""
    classes = list(dict.fromkeys(chord.classes))
    if len(classes) > voices:
        classes = [c for c in classes if (c - chord.root) % 12 != 7][:voices]
    candidates = []
    for turn in range(len(classes)):
        rotated = classes[turn:] + classes[:turn]
        for lowest in range(centre - 13, centre + 4):
            if lowest % 12 != rotated[0]:
                continue
            pitches = [lowest]
            for pitch_class in rotated[1:]:
                pitches.append(pitches[-1] + ((pitch_class - pitches[-1]) % 12 or 12))
            candidates.append(tuple(pitches))
    return min(candidates, key=lambda pitches: _effort(pitches, previous, centre))


def _effort(pitches: tuple[int, ...], previous: tuple[int, ...] | None, centre: int) -> float:
    middle = sum(pitches) / len(pitches)
    effort = abs(middle - centre) * 0.6
    if pitches[0] < 48 and len(pitches) > 1 and pitches[1] - pitches[0] < 4:
        effort += 4
    if previous:
        effort += sum(min(abs(pitch - old) for old in previous) for pitch in pitches)
        effort += abs(pitches[-1] - previous[-1]) * 0.5
    return effort
