"""What a buyer would send back is a miss; what only needs an ear is a warning; the rest is fine."""

from dataclasses import replace
from typing import Any

import pytest

from bot.finishing.check import Expectation, check, misses
from bot.finishing.findings import Finding
from bot.finishing.likeness import Match
from bot.finishing.master import Target
from bot.finishing.measure import Facts, measure
from bot.finishing.seam import Seam
from tests.finishing.music import RATE, Song, play

TARGET = Target(12.0)
GOOD = replace(measure(play(Song(120.0, 12.0)), RATE, tempo_bpm=120.0), lufs=-14.0, true_peak_dbtp=-1.5)


def found(facts: Facts = GOOD, target: Target = TARGET, expected: Expectation | None = None) -> dict[str, Finding]:
    return {finding.text: finding for finding in check(facts, target, expected)}


def test_a_good_master_is_fine_throughout() -> None:
    asked = Expectation(120.0, key="C major", brightness=GOOD.brightness, energy=GOOD.energy, density=GOOD.density)
    findings = check(GOOD, TARGET, asked, Match("BGM-1", 0.6, 0.0))
    assert {finding.level for finding in findings} == {"fine"}
    assert len(findings) == 9
    assert misses(findings) == ()


@pytest.mark.parametrize(
    ("change", "key", "level"),
    [
        ({"samples": GOOD.samples - 1}, "check-length", "miss"),
        ({"lufs": -14.8}, "check-loudness", "warning"),
        ({"lufs": -19.0}, "check-loudness", "miss"),
        ({"true_peak_dbtp": -1.0}, "check-peak", "miss"),
        ({"silence_head": 0.8}, "check-silence-head", "warning"),
        ({"silence_tail": 2.5}, "check-silence-tail", "warning"),
        ({"silence_tail": 6.0}, "check-silence-tail", "miss"),
        ({"gaps": ((4.0, 4.6),)}, "check-gap", "warning"),
        ({"gaps": ((4.0, 4.6), (6.0, 9.0))}, "check-gap", "miss"),
        ({"clipped": 1}, "check-clipping", "note"),
        ({"clipped": 50}, "check-clipping", "warning"),
        ({"clicks": (3.0, 65.2)}, "check-clicks", "warning"),
        ({"correlation": -0.6}, "check-phase", "warning"),
        ({"seam": Seam(2.0, 0.0, 0.5, 0.0)}, "check-seam-bars", "miss"),
        ({"seam": Seam(0.0, 9.0, 0.5, 0.0)}, "check-seam-level", "miss"),
        ({"seam": Seam(None, 0.0, 3.0, 0.0)}, "check-seam-flux", "miss"),
        ({"seam": Seam(0.0, 0.0, 0.5, 20.0)}, "check-seam-click", "miss"),
    ],
)
def test_each_fault_is_named(change: dict[str, Any], key: str, level: str) -> None:
    findings = check(replace(GOOD, **change), TARGET)
    assert findings[0].text == key
    assert findings[0].level == level
    assert bool(misses(findings)) is (level == "miss")


@pytest.mark.parametrize(
    ("measured", "asked", "key"),
    [
        (120.5, 120.0, "check-tempo-fine"),
        (60.1, 120.0, "check-tempo-fine"),
        (124.0, 120.0, "check-tempo"),
        (97.0, 120.0, "check-tempo"),
    ],
)
def test_an_asked_tempo_holds_but_for_the_octave(measured: float, asked: float, key: str) -> None:
    assert key in found(replace(GOOD, tempo_bpm=measured), expected=Expectation(tempo_bpm=asked))


def test_a_tempo_nobody_can_be_sure_of_is_not_judged() -> None:
    unsure = replace(GOOD, tempo_bpm=97.0, tempo_confidence=0.1)
    assert not any(key.startswith("check-tempo") for key in found(unsure, expected=Expectation(tempo_bpm=120.0)))


def test_a_mood_has_a_range_of_tempos() -> None:
    calm = Expectation(tempo_range=(56.0, 76.0))
    assert "check-tempo-fine" in found(GOOD, expected=calm)
    assert found(replace(GOOD, tempo_bpm=95.0), expected=calm)["check-tempo-range"].level == "note"


@pytest.mark.parametrize(
    ("asked", "key", "level"),
    [("C major", "check-key-fine", "fine"), ("A minor", "check-key-near", "note"), ("F# major", "check-key", "miss")],
)
def test_an_asked_key_holds_but_for_its_neighbours(asked: str, key: str, level: str) -> None:
    assert found(expected=Expectation(key=asked))[key].level == level


@pytest.mark.parametrize("trait", ["brightness", "energy", "density"])
def test_a_mood_missed_says_in_which_direction(trait: str) -> None:
    middle: dict[str, Any] = {trait: 0.5}
    for asked, key in ((0.1, "high"), (0.9, "low"), (0.4, "fine")):
        wish: dict[str, Any] = {trait: asked}
        assert f"check-{trait}-{key}" in found(replace(GOOD, **middle), expected=Expectation(**wish))


@pytest.mark.parametrize(
    ("agreement", "key", "level"),
    [(0.95, "check-duplicate", "miss"), (0.85, "check-sibling", "warning"), (0.7, "check-likeness-fine", "fine")],
)
def test_what_was_sold_before_is_not_sold_again(agreement: float, key: str, level: str) -> None:
    findings = {finding.text: finding for finding in check(GOOD, TARGET, None, Match("BGM-7", agreement, 0.0))}
    assert findings[key].level == level
    assert findings[key].values["name"] == "BGM-7"


def test_findings_are_kept_as_json() -> None:
    finding = Finding("check-gap", "miss", {"at": "0:04", "seconds": 3.0})
    assert Finding.from_json(finding.to_json()) == finding
