"""Which take is best, and why, in one sentence each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.finishing.check import Expectation
from bot.finishing.findings import Finding
from bot.finishing.measure import Facts

_COSTS: Final = {"miss": 40.0, "warning": 12.0, "note": 3.0, "fine": 0.0}
_MOOD_COST = 30.0
_TEMPO_COST = 60.0
_CLOSE = 1.5
_MOODS: Final = ("brightness", "energy", "density")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A take as it comes to the ranking: its facts, and what was found about them."""

    facts: Facts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A take with its place. ``index`` is its position in the list that came in, ``place`` 1 for the best."""

    index: int
    place: int
    score: float
    reason: Finding

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "index": self.index,
            "place": self.place,
            "score": round(self.score, 1),
            "reason": self.reason.to_json(),
        }


def rank(takes: Sequence[Candidate], expected: Expectation | None = None) -> tuple[Ranked, ...]:
    """Return the takes, best first. The score starts at 100 and loses for faults and for distance from the mood.

    Equal takes keep the order in which they came.
    """
    expected = expected or Expectation()
    scores = [_score(take, expected) for take in takes]
    order = sorted(range(len(takes)), key=lambda index: -scores[index])
    return tuple(
        Ranked(index, place, max(scores[index], 0.0), _reason(place, index, order, scores, takes, expected))
        for place, index in enumerate(order, start=1)
    )


def _score(take: Candidate, expected: Expectation) -> float:
    faults = sum(_COSTS[finding.level] for finding in take.findings)
    return 100.0 - faults - sum(_distances(take.facts, expected).values())


def _distances(facts: Facts, expected: Expectation) -> dict[str, float]:
    """Return what each difference from the mood costs."""
    costs = {}
    for name in _MOODS:
        asked = getattr(expected, name)
        if asked is not None:
            costs[name] = _MOOD_COST * abs(getattr(facts, name) - asked)
    if expected.tempo_range and facts.tempo_bpm and facts.tempo_confidence > 0.0:
        low, high = expected.tempo_range
        nearest = min(
            max(low / (facts.tempo_bpm * octave), facts.tempo_bpm * octave / high, 1.0) for octave in (0.5, 1, 2)
        )
        costs["tempo"] = _TEMPO_COST * (nearest - 1.0) * facts.tempo_confidence
    return costs


def _reason(
    place: int,
    index: int,
    order: list[int],
    scores: list[float],
    takes: Sequence[Candidate],
    expected: Expectation,
) -> Finding:
    """Return the sentence that says why a take stands where it stands: its gravest fault, if it has one."""
    take = takes[index]
    grave = next((finding for finding in take.findings if finding.level in ("miss", "warning")), None)
    if grave is not None:
        return grave
    distances = _distances(take.facts, expected)
    if place == 1:
        if len(order) > 1 and scores[index] - scores[order[1]] < _CLOSE:
            return Finding("rank-best-close", "fine")
        if not distances:
            return Finding("rank-best-clean", "fine")
        nearest = min(distances, key=lambda name: distances[name])
        return Finding(f"rank-best-{nearest}", "fine")
    if scores[order[0]] - scores[index] < _CLOSE or not distances:
        return Finding("rank-equal", "fine")
    return _behind(take.facts, takes[order[0]].facts, distances, expected)


def _behind(facts: Facts, best: Facts, distances: dict[str, float], expected: Expectation) -> Finding:
    """Return what sets a sound take back most beside the best one."""
    ahead = _distances(best, expected)
    worst = max(distances, key=lambda name: distances[name] - ahead.get(name, 0.0))
    if worst == "tempo":
        return Finding("rank-behind-tempo", "note", {"bpm": round(facts.tempo_bpm or 0.0)})
    high = getattr(facts, worst) > getattr(expected, worst)
    return Finding(f"rank-behind-{worst}-{'high' if high else 'low'}", "note")
