"""The form of a piece: which sections follow each other, and how full each of them is."""

import math
from dataclasses import dataclass

from bot.generation.engines.composer.chance import Dice

_ORDERS: dict[str, dict[int, tuple[str, ...]]] = {
    "song": {1: ("A",), 2: ("AB", "AA"), 3: ("ABA", "AAB", "ABB"), 4: ("ABAB", "AABA", "ABCB"), 5: ("ABACB", "AABAB")},
    "hook": {1: ("B",), 2: ("BB", "BA"), 3: ("BAB", "ABB"), 4: ("BABB", "BACB"), 5: ("BABCB", "ABACB")},
    "bed": {1: ("A",), 2: ("AA", "AB"), 3: ("ABA", "AAB"), 4: ("AABA", "ABAC"), 5: ("AABAC", "ABACA")},
    "cue": {1: ("A",), 2: ("AB",), 3: ("AAB", "ABB", "ACB"), 4: ("AABB", "ABCB", "ACAB"), 5: ("AABCB", "ABACB")},
    "cycle": {1: ("A",), 2: ("AB",), 3: ("ABA", "AAB"), 4: ("ABAC", "AABA"), 5: ("ABACA", "AABCA")},
}
_LONGER = ("ABACB", "ADBCB", "ABDAB", "CADAB", "BACDB")
_LETTER_LIFT = {"A": 0.0, "B": 0.16, "C": -0.18, "D": 0.06}


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section before it has notes. ``level`` (0 to 1) is how much of the piece's full energy it has."""

    name: str
    letter: str
    bars: int
    level: float


def lay_out(bars: int, form: str, ending: str, curve: str, dice: Dice) -> tuple[SectionPlan, ...]:
    """Divide the bars into sections.

    :param form: song, hook, bed, cue or cycle; how soon it starts and what returns.
    :param ending: button adds one last bar for the final chord; loop makes both ends equally full.
    :param curve: arch, rise, flat, waves or drop; how the level moves.
    """
    last = 1 if ending == "button" and bars >= 3 else 0
    intro = _intro_bars(bars - last, form, ending, dice)
    sizes = _sizes(bars - last - intro)
    letters = _letters(form, len(sizes), dice)
    names = _names(form, ending, letters, sizes)
    plans = []
    done, total = intro, max(1, bars - last)
    for name, letter, size in zip(names, letters, sizes, strict=True):
        level = _level((done + size / 2) / total, letter, curve, form)
        plans.append(SectionPlan(name, letter, size, level * (0.7 if name == "outro" else 1.0)))
        done += size
    if intro:
        plans.insert(0, SectionPlan("intro", letters[0], intro, 0.55 * plans[0].level))
    if ending == "loop":
        plans = _level_ends(plans)
    if last:
        plans.append(SectionPlan("ending", "A", last, plans[-1].level))
    return tuple(plans)


def _intro_bars(body: int, form: str, ending: str, dice: Dice) -> int:
    if ending == "loop" or form == "hook":
        return 0
    if body >= 48:
        return dice.pick((4, 4, 8)) if form != "cycle" else 4
    if body >= 22:
        return 4 if body % 4 == 0 else body % 4 + dice.pick((0, 4) if body % 4 < 2 else (0,))
    if body >= 12:
        return dice.pick((4, 2)) if body % 4 == 0 else body % 4
    return body % 4 if body > 5 and body % 4 < 3 else 0


def _sizes(bars: int) -> list[int]:
    """Cut into eights (fours where there is little), the rest added to the last or standing alone from four on.

    However short, a piece has a beginning and a middle before its end: six bars are four and two.
    """
    if 4 <= bars < 8:
        return [bars - 2, 2] if bars % 2 == 0 else [bars - 3, 3] if bars > 5 else [3, 2]
    block = 8 if bars >= 20 else 4
    whole, rest = divmod(bars, block)
    if not whole:
        return [bars]
    sizes = [block] * whole
    if rest >= 4:
        sizes.append(rest)
    elif rest:
        sizes[-1] += rest
    return sizes


def _letters(form: str, count: int, dice: Dice) -> str:
    if count <= 5:
        return dice.pick(_ORDERS[form][count])
    letters = dice.pick(_ORDERS[form][5])
    while len(letters) < count:
        letters += dice.pick(_LONGER)
    return letters[: count - 1] + ("A" if form in ("bed", "cycle") else "B")


def _names(form: str, ending: str, letters: str, sizes: list[int]) -> list[str]:
    kinds = {"A": "verse", "B": "refrain", "C": "break", "D": "bridge"}
    names = [kinds[letter] for letter in letters]
    if len(sizes) >= 4 and ending != "loop" and form in ("song", "bed", "cycle") and sizes[-1] <= 7:
        names[-1] = "outro"
    return names


def _level(place: float, letter: str, curve: str, form: str) -> float:
    """``place`` runs from 0 to 1 over the piece."""
    shape = {
        "arch": 0.62 + 0.33 * math.sin(math.pi * min(1.0, place * 1.08)),
        "rise": 0.48 + 0.47 * place,
        "flat": 0.80,
        "waves": 0.74 + 0.12 * math.sin(2 * math.pi * (2 * place - 0.2)),
        "drop": 0.62 if place < 0.22 else 0.92,
    }[curve] + _LETTER_LIFT[letter]
    if form == "hook":
        shape = 0.6 + 0.4 * shape
    if form in ("bed", "cycle"):
        shape = 0.5 * shape + 0.38
    return min(1.0, max(0.2, shape))


def _level_ends(plans: list[SectionPlan]) -> list[SectionPlan]:
    """Give the first and the last section of a loop the same level, so that nobody hears where it starts."""
    first, final = plans[0], plans[-1]
    level = max(0.72, (first.level + final.level) / 2)
    plans[0] = SectionPlan(first.name, first.letter, first.bars, level)
    plans[-1] = SectionPlan(final.name, final.letter, final.bars, level)
    return plans
