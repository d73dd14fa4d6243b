"""Does the take fit its order? Every fact beside what was asked for, as findings a person can act on.

A ``miss`` is what a buyer would be right to send back, and has the take made again; a ``warning`` wants the
operator's ear; what is as it should be is reported as ``fine`` once, for the line of facts on the review card.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.finishing.findings import Finding, Level
from bot.finishing.likeness import Match
from bot.finishing.master import Target
from bot.finishing.measure import Facts
from bot.finishing.musical import key_distance, octave_error

LOUDNESS_NEAR, LOUDNESS_FAR = 0.5, 2.0
PEAK_SLACK = 0.1
GAP_MISS = 1.5
TEMPO_NEAR, TEMPO_FAR = 0.02, 0.06
SURE_TEMPO, SURE_KEY = 0.35, 0.25
MOOD_NEAR, MOOD_FAR = 0.25, 0.45
_LATE_START, _EARLY_END = 0.5, 2.0
_OUT_OF_PHASE = -0.2
_MOODS: Final = ("brightness", "energy", "density")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the music should be like. None where the order leaves it open.

    ``tempo_bpm`` and ``key`` are what was asked for exactly; ``tempo_range`` (beats per minute) is the mood's;
    ``brightness``, ``energy`` and ``density`` run from 0 to 1 on the scale of `Facts`.
    """

    tempo_bpm: float | None = None
    tempo_range: tuple[float, float] | None = None
    key: str | None = None
    brightness: float | None = None
    energy: float | None = None
    density: float | None = None


def check(
    facts: Facts, target: Target, expected: Expectation | None = None, likest: Match | None = None
) -> tuple[Finding, ...]:
    """Return everything found about a master, gravest first. ``likest`` is the earlier piece most like it."""
    expected = expected or Expectation()
    found = [
        _length(facts, target),
        _loudness(facts, target),
        _peak(facts, target),
        *_silence(facts, target),
        *_damage(facts),
        *_seam(facts),
        *_tempo(facts, expected),
        *_key(facts, expected),
        *(_mood(name, getattr(facts, name), getattr(expected, name)) for name in _MOODS),
        _likeness(likest),
    ]
    gravity = ("miss", "warning", "note", "fine")
    return tuple(sorted((finding for finding in found if finding), key=lambda finding: gravity.index(finding.level)))


def misses(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings for which a take has to be made again; none means it may be shown."""
    return tuple(finding for finding in findings if finding.level == "miss")


def _length(facts: Facts, target: Target) -> Finding:
    values = {"seconds": round(facts.seconds, 3), "asked": round(target.seconds, 3)}
    if facts.samples == round(target.seconds * facts.rate):
        return Finding("check-length-fine", "fine", values)
    return Finding("check-length", "miss", values)


def _loudness(facts: Facts, target: Target) -> Finding:
    off = facts.lufs - target.lufs
    values = {"lufs": round(facts.lufs, 1), "asked": round(target.lufs, 1)}
    if abs(off) <= LOUDNESS_NEAR:
        return Finding("check-loudness-fine", "fine", values)
    return Finding("check-loudness", "miss" if abs(off) > LOUDNESS_FAR else "warning", values)


def _peak(facts: Facts, target: Target) -> Finding:
    over = facts.true_peak_dbtp > target.true_peak_dbtp + PEAK_SLACK
    values = {"dbtp": round(facts.true_peak_dbtp, 1), "asked": round(target.true_peak_dbtp, 1)}
    return Finding("check-peak", "miss", values) if over else Finding("check-peak-fine", "fine", values)


def _silence(facts: Facts, target: Target) -> list[Finding]:
    found = []
    if facts.silence_head > _LATE_START:
        found.append(Finding("check-silence-head", "warning", {"seconds": round(facts.silence_head, 1)}))
    if facts.silence_tail > (_LATE_START if target.loop else _EARLY_END):
        late = facts.silence_tail > 0.25 * facts.seconds
        found.append(
            Finding("check-silence-tail", "miss" if late else "warning", {"seconds": round(facts.silence_tail, 1)})
        )
    if facts.gaps:
        start, end = max(facts.gaps, key=lambda gap: gap[1] - gap[0])
        level: Level = "miss" if end - start > GAP_MISS else "warning"
        found.append(Finding("check-gap", level, {"at": clock(start), "seconds": round(end - start, 1)}))
    return found


def _damage(facts: Facts) -> list[Finding]:
    found = []
    if facts.clipped:
        level: Level = "warning" if facts.clipped > 0.2 * facts.seconds else "note"
        found.append(Finding("check-clipping", level, {"count": facts.clipped}))
    if facts.clicks:
        found.append(Finding("check-clicks", "warning", {"count": len(facts.clicks), "at": clock(facts.clicks[0])}))
    if facts.correlation < _OUT_OF_PHASE:
        found.append(Finding("check-phase", "warning", {"correlation": round(facts.correlation, 2)}))
    return found


def _seam(facts: Facts) -> list[Finding]:
    if facts.seam is None:
        return []
    if not facts.seam.faults:
        return [Finding("check-seam-fine", "fine")]
    values = {
        "bars": {"beats": round(facts.seam.beat_error or 0.0, 1)},
        "level": {"db": round(abs(facts.seam.level_step), 1)},
    }
    return [Finding(f"check-seam-{fault}", "miss", values.get(fault, {})) for fault in facts.seam.faults]


def _tempo(facts: Facts, expected: Expectation) -> list[Finding]:
    if facts.tempo_bpm is None or facts.tempo_confidence < SURE_TEMPO:
        return []
    bpm = round(facts.tempo_bpm)
    if expected.tempo_bpm:
        error = octave_error(facts.tempo_bpm, expected.tempo_bpm)
        values = {"bpm": bpm, "asked": round(expected.tempo_bpm)}
        if error <= TEMPO_NEAR:
            return [Finding("check-tempo-fine", "fine", values)]
        return [Finding("check-tempo", "miss" if error > TEMPO_FAR else "warning", values)]
    if expected.tempo_range:
        low, high = expected.tempo_range
        inside = any(low * 0.97 <= facts.tempo_bpm * octave <= high * 1.03 for octave in (0.5, 1.0, 2.0))
        values = {"bpm": bpm, "low": round(low), "high": round(high)}
        return [Finding("check-tempo-fine", "fine", values) if inside else Finding("check-tempo-range", "note", values)]
    return []


def _key(facts: Facts, expected: Expectation) -> list[Finding]:
    if not expected.key or not facts.key:
        return []
    values = {"key": facts.key, "asked": expected.key}
    distance = key_distance(facts.key, expected.key)
    if distance == 0:
        return [Finding("check-key-fine", "fine", values)]
    if distance == 1 or facts.key_confidence < SURE_KEY:
        return [Finding("check-key-near", "note", values)]
    return [Finding("check-key", "miss", values)]


def _mood(name: str, measured: float, asked: float | None) -> Finding | None:
    """Say whether the music is brighter, livelier or busier than asked, or less so."""
    if asked is None:
        return None
    off = measured - asked
    values = {"percent": round(100 * measured), "asked": round(100 * asked)}
    if abs(off) <= MOOD_NEAR:
        return Finding(f"check-{name}-fine", "fine", values)
    level: Level = "warning" if abs(off) > MOOD_FAR else "note"
    return Finding(f"check-{name}-{'high' if off > 0 else 'low'}", level, values)


def _likeness(likest: Match | None) -> Finding | None:
    if likest is None:
        return None
    values = {"percent": round(100 * likest.agreement), "name": likest.name}
    if likest.relation == "duplicate":
        return Finding("check-duplicate", "miss", values)
    if likest.relation == "sibling":
        return Finding("check-sibling", "warning", values)
    return Finding("check-likeness-fine", "fine", values)


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, ``1:05``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
