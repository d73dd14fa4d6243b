"""No two orders get the same music: 200 seeds of one brief, and what their melodies are made of."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from bot.finishing.likeness import SIBLING, agreement, fingerprint
from bot.finishing.reel import blank
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.instruments import Orchestra
from bot.generation.engines.composer.melody import chord_under
from bot.generation.engines.composer.plan import Plan, make
from bot.generation.engines.composer.render import render_part, samples
from bot.generation.engines.composer.score import Song
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook

SEEDS = 200
BRIEF = Brief("chill", 20, "youtube", style="lo-fi")


def dry(song: Song, orchestra: Orchestra) -> np.ndarray:
    """Sum the parts at equal loudness, without the room that would blur their differences."""
    total = blank(samples(song))
    for part in song.parts:
        if part.role != "texture":
            track = blank(samples(song))
            render_part(part, song, orchestra, track, lambda: None)
            total += track / np.sqrt(np.mean(track**2) + 1e-9)
    return total


def test_two_hundred_seeds_have_no_siblings(book: MoodBook) -> None:
    orchestra = Orchestra()
    prints = [fingerprint(dry(arrange(make(BRIEF, seed, book)), orchestra), 44100) for seed in range(SEEDS)]
    alike = np.array([agreement(one, other) for one, other in combinations(prints, 2)])
    assert len(alike) == SEEDS * (SEEDS - 1) // 2
    assert alike.max() < SIBLING
    again = fingerprint(dry(arrange(make(BRIEF, 0, book)), orchestra), 44100)
    assert agreement(prints[0], again) > 0.99


@pytest.fixture(scope="module")
def plans(book: MoodBook) -> list[Plan]:
    return [make(Brief("hopeful", 60, "youtube", style="acoustic"), seed, book) for seed in range(SEEDS)]


def test_plans_differ_in_everything_that_makes_a_piece(plans: list[Plan]) -> None:
    def kinds(of: object) -> int:
        return len({repr(of(plan)) for plan in plans})  # type: ignore[operator]

    assert kinds(lambda plan: plan.ideas["A"]) == SEEDS
    assert kinds(lambda plan: plan.phrases["A"]) > SEEDS * 0.4
    assert kinds(lambda plan: round(plan.tempo, 1)) > SEEDS * 0.2
    assert kinds(lambda plan: plan.cast.sounds()) > SEEDS * 0.5
    assert kinds(lambda plan: plan.key) == 12
    assert kinds(lambda plan: [section.letter for section in plan.sections]) >= 6
    assert kinds(lambda plan: plan.cast.manners) >= 4


def test_grooves_of_one_family_differ(plans: list[Plan]) -> None:
    bars = set()
    for plan in plans[:60]:
        song = arrange(plan)
        drums = next((part for part in song.parts if part.role == "drums"), None)
        if drums:
            first = drums.notes[0].start // song.beats * song.beats
            bars.add(frozenset((round((n.start - first) * 4), n.pitch) for n in drums.notes if n.start < first + 3.8))
    assert len(bars) > 25


def test_melodies_sing(plans: list[Plan]) -> None:
    """Mostly steps, few leaps, a singable range, chord tones where it counts, and motifs that come back."""
    steps, leaps, on_chord, ranges, returns = [], [], [], [], []
    for plan in plans[:80]:
        song = arrange(plan)
        lead = next((part for part in song.parts if part.role == "lead"), None)
        if lead is None or len(lead.notes) < 12:
            continue
        moves = [abs(b.pitch - a.pitch) for a, b in pairwise(lead.notes)]
        steps.append(np.mean([move <= 4 for move in moves]))
        leaps.append(np.mean([move > 9 for move in moves]))
        ranges.append(max(n.pitch for n in lead.notes) - min(n.pitch for n in lead.notes))
        strong = [n for n in lead.notes if abs(n.start - round(n.start)) < 0.06 and n.length > 0.8]
        on_chord += [n.pitch % 12 in chord_under(list(song.chords), n.start).classes for n in strong]
        bars: dict[int, list[int]] = {}
        for note in lead.notes:
            bars.setdefault(int((note.start + 0.1) // song.beats), []).append(round((note.start % song.beats) * 4))
        rhythms = [tuple(rhythm) for rhythm in bars.values()]
        returns.append(1 - len(set(rhythms)) / len(rhythms))
    assert len(steps) > 50
    assert 0.7 < np.mean(steps) < 0.97
    assert np.mean(leaps) < 0.08
    assert 7 <= np.median(ranges) <= 22
    assert np.mean(on_chord) > 0.8
    assert np.mean(returns) > 0.3
