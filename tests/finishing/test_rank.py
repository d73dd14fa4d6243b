"""The best take comes first, and every place has its reason."""

from dataclasses import replace

import pytest

from bot.finishing.check import Expectation, check
from bot.finishing.master import Target
from bot.finishing.measure import Facts, measure
from bot.finishing.rank import Candidate, rank
from tests.finishing.music import RATE, Song, play

TARGET = Target(12.0)
ASKED = Expectation(tempo_range=(110.0, 130.0), brightness=0.5, energy=0.5, density=0.5)
MIDDLE = replace(
    measure(play(Song(120.0, 12.0)), RATE), lufs=-14.0, true_peak_dbtp=-1.5, brightness=0.5, energy=0.5, density=0.5
)


def candidate(facts: Facts) -> Candidate:
    return Candidate(facts, check(facts, TARGET, ASKED))


def places(*takes: Facts) -> list[tuple[int, str]]:
    return [(one.index, one.reason.text) for one in rank([candidate(facts) for facts in takes], ASKED)]


def test_the_take_nearest_to_the_mood_is_first_and_the_others_say_what_they_lack() -> None:
    dark, busy = replace(MIDDLE, brightness=0.35), replace(MIDDLE, density=0.72)
    assert places(dark, MIDDLE, busy) == [
        (1, "rank-best-brightness"),
        (0, "rank-behind-brightness-low"),
        (2, "rank-behind-density-high"),
    ]


def test_a_fault_weighs_more_than_a_mood_and_is_the_reason() -> None:
    clicking, far = replace(MIDDLE, clicks=(2.0,)), replace(MIDDLE, energy=0.7)
    assert places(clicking, far) == [(1, "rank-best-brightness"), (0, "check-clicks")]


def test_a_miss_is_last_whatever_else() -> None:
    short = replace(MIDDLE, samples=MIDDLE.samples - 10)
    assert places(short, replace(MIDDLE, clicks=(2.0,), brightness=0.7))[1] == (0, "check-length")


def test_equals_keep_their_order_and_leave_it_to_taste() -> None:
    assert places(MIDDLE, MIDDLE, MIDDLE) == [(0, "rank-best-close"), (1, "rank-equal"), (2, "rank-equal")]


def test_a_tempo_outside_the_mood_sets_back() -> None:
    slow = replace(MIDDLE, tempo_bpm=92.0, tempo_confidence=0.9)
    assert places(slow, MIDDLE)[1] == (0, "rank-behind-tempo")


def test_without_a_mood_only_faults_count() -> None:
    takes = [Candidate(facts, check(facts, TARGET)) for facts in (replace(MIDDLE, clicks=(1.0,)), MIDDLE)]
    ranked = rank(takes)
    assert [(one.place, one.index, one.reason.text) for one in ranked] == [
        (1, 1, "rank-best-clean"),
        (2, 0, "check-clicks"),
    ]
    assert ranked[0].to_json()["place"] == 1


@pytest.mark.parametrize("count", [0, 1])
def test_few_takes_can_be_ranked(count: int) -> None:
    assert len(rank([candidate(MIDDLE)] * count, ASKED)) == count
