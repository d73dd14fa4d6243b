"""Drums over the form: a groove of the family the mood calls for, varied, with fills that lead into what follows."""

from dataclasses import dataclass

from bot.generation.engines.composer import grooves
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.grooves import Bar
from bot.generation.engines.composer.score import Note

_CALM = frozenset({"none", "soft", "brush", "shaker", "pulse", "lofi", "bossa"})
_RUNNING = ("xgog", "x.og", "xgox", "x.xg", "xgxg")
"""One beat of the small drums that keep big ones moving."""
_HANDS = frozenset(
    {grooves.HAT, grooves.SHAKER, grooves.CABASA, grooves.RIDE, grooves.TAMBOURINE, grooves.TAIKO_HIGH, grooves.RIM,
     grooves.CONGA_HIGH, grooves.CONGA_LOW, grooves.GIDEOK, grooves.DEOK, grooves.BRUSH, grooves.OPEN, grooves.BELL}
)  # fmt: skip
"""Drums whose strokes lean on the beat, where feet and back beats strike alike."""
_IN_THREES = {"semachi": "gutgeori", "hwimori": "jajinmori"}
"""Korean rhythms that have no bar of four three-part beats, and the one that takes their place."""
_KOREAN = frozenset({"gutgeori", "jajinmori", "semachi", "hwimori"})


@dataclass(frozen=True, slots=True)
class Metre:
    """Beats in a bar, and whether each of them has three parts."""

    beats: int
    ternary: bool

    @property
    def steps(self) -> int:
        """Steps of a drum pattern to the bar."""
        return self.beats * (3 if self.ternary else 4)


def vocabulary(groove: str, metre: Metre) -> tuple[Bar, ...]:
    """Return the bars known for a groove in this metre; the closest kin where the groove has none of its own."""
    if groove == "none":
        return ()
    big = groove in ("taiko", "march", "pulse")
    if metre.beats == 3:
        if metre.ternary or groove == "semachi":
            return grooves.THREE["semachi"]
        return grooves.THREE["big" if big else "soft" if groove in _CALM else "full"]
    if metre.ternary:
        kin = _IN_THREES.get(groove, groove)
        kin = kin if kin in grooves.TERNARY else "soft" if groove in _CALM else "full"
        bars = grooves.TERNARY[kin]
        return bars if metre.beats == 4 else tuple(_cut(bar, metre.steps) for bar in bars)
    kin = groove if groove in grooves.GROOVES else "hwimori" if groove in _KOREAN else "pop"
    bars = grooves.GROOVES[kin]
    return bars if metre.beats == 4 else tuple(_cut(bar, metre.steps) for bar in bars)


def _cut(bar: Bar, steps: int) -> Bar:
    return {voice: line[:steps] for voice, line in bar.items() if set(line[:steps]) != {"."}}


@dataclass(frozen=True, slots=True)
class Bars:
    """A stretch to be played: ``count`` bars from beat ``start``.

    ``leads_on``: something new follows, and a fill says so; ``opens``: a cymbal may mark its beginning; ``closes``: a
    fill may stand at its end; ``thin``: without the top lines.
    """

    count: int
    start: float
    leads_on: bool
    opens: bool = True
    closes: bool = True
    thin: bool = False


class Drummer:
    """Keeps one groove per strength for the whole piece, so that what returns sounds like itself."""

    def __init__(self, ladder: tuple[str, ...], metre: Metre, amount: float, seed_dice: Dice) -> None:
        self.ladder = ladder
        self.metre = metre
        self.amount = amount
        self._bars: dict[str, Bar] = {}
        self._dice = seed_dice
        for groove in dict.fromkeys(ladder):
            known = vocabulary(groove, metre)
            self._bars[groove] = self._varied(dict(seed_dice.pick(known)), groove) if known else {}

    def _varied(self, bar: Bar, groove: str) -> Bar:
        """Make a stock bar this piece's own: a displaced kick, a changed top line, a ghost note."""
        dice = self._dice
        varied = dict(bar)
        if groove in ("taiko", "march"):
            running = dice.pick(_RUNNING)
            drive = "xog" * self.metre.beats if self.metre.ternary else running * self.metre.beats
            varied.setdefault(dice.pick((grooves.SHAKER, grooves.CABASA, grooves.RIM)), drive)
        if grooves.KICK in varied and dice.chance(0.5):
            line = list(varied[grooves.KICK])
            free = [i for i in range(3, len(line)) if line[i] == "." and i % 4 != 0]
            line[dice.pick(free)] = "o"
            varied[grooves.KICK] = "".join(line)
        if grooves.HAT in varied and dice.chance(0.35):
            top = dice.pick((grooves.SHAKER, grooves.RIDE, grooves.TAMBOURINE, grooves.CABASA))
            varied[top] = varied.pop(grooves.HAT)
        elif grooves.HAT in varied and dice.chance(0.35):
            line = list(varied[grooves.HAT])
            line[dice.pick((len(line) - 2, len(line) // 2 - 2))] = "."
            varied[grooves.HAT] = "".join(line)
        if dice.chance(0.25):
            extra = dice.pick((grooves.CONGA_HIGH, grooves.CONGA_LOW, grooves.TAMBOURINE))
            if not any(voice >= 100 for voice in varied):
                varied.setdefault(extra, "".join(dice.pick("..og") for _ in range(self.metre.steps)))
        return varied

    def groove_at(self, level: float) -> str:
        """Return the groove for a strength from 0 to 1."""
        return self.ladder[min(len(self.ladder) - 1, max(0, int(level * len(self.ladder))))]

    def play(self, bars: Bars, level: float, dice: Dice) -> list[Note]:
        """Return the drums of some bars, played with a strength from 0 to 1."""
        groove = self.groove_at(level)
        bar = self._thinned(self._bars.get(groove, {}), 0.5 if bars.thin else self.amount)
        notes: list[Note] = []
        if not bar:
            return notes
        step = 1 / 3 if self.metre.ternary else 0.25
        for index in range(bars.count):
            at = bars.start + index * self.metre.beats
            played = self._small_change(bar, index, dice)
            last = index == bars.count - 1
            if last and bars.leads_on and level > 0.2:
                played = self._filled(played, groove, level, dice)
            elif index % 4 == 3 and dice.chance(0.35) and level > 0.45 and (bars.closes or not last):
                played = self._filled(played, groove, level * 0.5, dice)
            notes += self._strokes(played, at, step, level, dice)
        crash = grooves.JING if groove in _KOREAN else grooves.CRASH
        if dice.chance(0.85) and bars.opens and level > 0.62 and groove not in _CALM:
            notes.append(Note(bars.start, 2.0, crash, 0.55 + 0.3 * level))
        return notes

    def _thinned(self, bar: Bar, amount: float) -> Bar:
        """Leave out top lines where drums are asked to be fewer."""
        if amount >= 0.99 or len(bar) < 2:
            return bar
        keep = max(1, round(len(bar) * min(amount, self.amount)))
        order = sorted(bar, key=lambda voice: voice not in (grooves.KICK, grooves.TAIKO_LOW, grooves.KUNG, grooves.RIM))
        return {voice: bar[voice] for voice in order[:keep]}

    def _small_change(self, bar: Bar, index: int, dice: Dice) -> Bar:
        if index % 2 == 0 or not dice.chance(0.3):
            return bar
        voice = dice.pick(list(bar))
        line = list(bar[voice])
        place = dice.whole(len(line) // 2, len(line) - 1)
        line[place] = "o" if line[place] == "." else "."
        return bar | {voice: "".join(line)}

    def _filled(self, bar: Bar, groove: str, level: float, dice: Dice) -> Bar:
        steps = self.metre.steps
        if groove in _KOREAN:
            known: tuple[Bar, ...] = grooves.KOREAN_FILLS
        else:
            known = grooves.BIG_FILLS if groove in ("taiko", "march", "pulse") else grooves.FILLS
        fill = dice.pick(known)
        width = dice.pick((4, 8)) if level > 0.5 else 4
        width = min(width, steps // 2)
        filled = {voice: line[: steps - width] + "." * width for voice, line in bar.items()}
        for voice, line in fill.items():
            before = filled.get(voice, "." * steps)
            filled[voice] = before[: steps - width] + line[-width:]
        return filled

    def _strokes(self, bar: Bar, at: float, step: float, level: float, dice: Dice) -> list[Note]:
        strength = 0.62 + 0.38 * level
        notes = []
        for voice, line in bar.items():
            for place, mark in enumerate(line):
                if mark in grooves.LOUD:
                    velocity = grooves.LOUD[mark] * strength * self._accent(voice, place) + dice.bell(0.035)
                    velocity = min(1.0, velocity)
                    notes.append(Note(at + place * step, step, voice, max(0.08, velocity)))
        return notes

    def _accent(self, voice: int, place: int) -> float:
        """Return how hard a hand that keeps time strikes here: on the beat, between beats, in between those."""
        if voice not in _HANDS:
            return 1.0
        return (1.08, 0.82, 0.93)[place % 3] if self.metre.ternary else (1.08, 0.8, 0.92, 0.78)[place % 4]
