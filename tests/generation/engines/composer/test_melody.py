"""Tunes and forms as a demanding ear wants them, by the measures of `benchmarks.ear`, over every mood and style."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.hearing import form, tune
from benchmarks.hearing.tune import Piece
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.line import Place, draw
from bot.generation.engines.composer.plan import make
from bot.generation.engines.composer.scene import set_out
from bot.generation.engines.composer.score import Chord
from bot.generation.engines.composer.staging import stage
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook

C_MAJOR = Chord(0.0, 4.0, "I", 0, (0, 4, 7), 0, (0, 2, 4, 5, 7, 9, 11))
SEED = 400


@pytest.fixture(scope="module")
def pieces(book: MoodBook) -> list[Piece]:
    """Return two pieces of every mood in changing styles, lengths and purposes."""
    moods, styles, purposes = list(book.moods), list(book.styles), list(book.purposes)
    found = []
    for index in range(2 * len(moods)):
        style, purpose = styles[(7 * index) % len(styles)], purposes[(3 * index) % len(purposes)]
        brief = Brief(moods[index % len(moods)], (15, 40, 75)[index % 3], purpose, style=style)
        plan = make(brief, SEED + index, book)
        found.append(Piece(plan, arrange(plan)))
    return found


def share_over(pieces: list[Piece], measure: Callable[[Piece], float | None], limit: float) -> float:
    values = [value for piece in pieces if (value := measure(piece)) is not None]
    assert len(values) >= 8
    return float(np.mean([value > limit for value in values]))


def test_tunes_neither_stick_nor_hammer(pieces: list[Piece]) -> None:
    assert share_over(pieces, tune.stuck, 0.40) < 0.06
    assert share_over(pieces, tune.hammered, 4) < 0.02


def test_tunes_breathe_and_come_to_rest_on_the_chord(pieces: list[Piece]) -> None:
    assert share_over(pieces, tune.breathless, 10.0) == 0
    assert share_over(pieces, tune.homeless, 0.15) < 0.05
    assert share_over(pieces, tune.unanswered, 0.6) < 0.25


def test_tunes_agree_with_their_chords_and_stay_above_them(pieces: list[Piece]) -> None:
    assert share_over(pieces, tune.harsh_notes, 0.10) < 0.02
    assert share_over(pieces, tune.rubbed, 0.05) < 0.05
    assert share_over(pieces, tune.crossed, 0.40) < 0.10


def test_forms_move_on_and_close(pieces: list[Piece]) -> None:
    assert share_over(pieces, form.uneventful, 50.0) < 0.15
    assert share_over(pieces, form.copied, 0.34) < 0.10
    assert share_over(pieces, form.unended, 0.0) < 0.05
    assert share_over(pieces, form.one_block, 0.0) < 0.10


@pytest.mark.parametrize(("mood", "style"), [("focus", "ambient"), ("happy", "chiptune"), ("calm", "gugak")])
def test_no_scene_is_staged_as_the_one_before_it(book: MoodBook, mood: str, style: str) -> None:
    plan = make(Brief(mood, 240, "youtube", style=style), 5, book)
    scenes = set_out(plan)
    stages = [one for one, scene in zip(stage(plan, scenes), scenes, strict=True) if scene.plan.name != "ending"]
    assert len(stages) > 5
    assert sum(one == other for one, other in pairwise(stages)) == 0


def test_a_loop_begins_as_full_as_it_ends(book: MoodBook) -> None:
    for seed in range(6):
        plan = make(Brief("chill", 90, "stream"), seed, book)
        stages = stage(plan, set_out(plan))
        assert stages[0].roles == stages[-1].roles


def places(count: int, **values: object) -> list[Place]:
    plain = Place(C_MAJOR, 0.0, 66.0, 1.0, held=True)
    return [replace(plain, **values) for _ in range(count)]  # type: ignore[arg-type]


def test_a_line_follows_its_motif_by_chord_tones_where_they_weigh() -> None:
    rising = draw(places(4, move=4.0), 55, 80, (), Dice(1))
    assert rising == sorted(rising)
    assert len(set(rising)) == 4
    assert all(pitch % 12 in C_MAJOR.classes for pitch in rising)


def test_a_line_does_not_strike_a_pitch_three_times_though_the_motif_does() -> None:
    line = draw(places(6), 55, 80, (), Dice(2))
    assert not any(one == other == third for one, other, third in zip(line, line[1:], line[2:], strict=False))


def test_a_line_leaves_alone_what_was_sung_too_often() -> None:
    first = draw(places(1), 55, 80, (), Dice(3))[0]
    assert draw(places(1), 55, 80, (first,) * 20, Dice(3))[0] != first


def test_a_phrase_that_answers_ends_on_the_root_and_one_that_asks_does_not() -> None:
    ends: dict[str, list[int]] = {"open": [], "closed": []}
    for seed in range(20):
        for close, found in ends.items():
            phrase = [*places(2, move=2.0), *places(1, move=-2.0, close=close)]
            found.append(draw(phrase, 55, 80, (), Dice(seed))[-1] % 12)
    assert ends["closed"].count(0) > ends["open"].count(0) + 3
    assert ends["open"].count(0) < 3
    assert set(ends["open"] + ends["closed"]) <= {0, 4, 7}
