"""A buyer's wish changes the piece and leaves it recognisable."""

import json

import numpy as np
import pytest

from bot.errors import BadInput, EngineFailed
from bot.generation.engine import Request, Take
from bot.generation.engines.composer import edits, midi
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.engine import Composer
from bot.generation.engines.composer.plan import Plan, make
from bot.generation.engines.composer.score import Song
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook

BRIEF = Brief("epic", 60, "youtube", style="cinematic")


@pytest.fixture(scope="module")
def plan(book: MoodBook) -> Plan:
    return make(BRIEF, 3, book)


def played(song: Song, role: str) -> int:
    return sum(len(part.notes) for part in song.parts if part.role == role)


def force(song: Song) -> float:
    return float(np.mean([note.velocity for part in song.parts for note in part.notes if part.role != "texture"]))


@pytest.mark.parametrize("change", list(edits.CHANGES))
def test_every_change_keeps_what_makes_the_piece(plan: Plan, book: MoodBook, change: str) -> None:
    edited = edits.revise(plan, change, BRIEF, book)
    assert edited.ideas == plan.ideas
    assert edited.phrases == plan.phrases
    assert edited.key == plan.key
    assert edited != plan
    song = arrange(edited)
    assert song.seconds == edited.seconds
    assert song.parts


def test_calmer_is_slower_softer_and_sparser(plan: Plan, book: MoodBook) -> None:
    before, after = arrange(plan), arrange(edits.revise(plan, "calmer", BRIEF, book))
    assert after.tempo < before.tempo
    assert force(after) < force(before)
    assert played(after, "drums") < played(before, "drums")


def test_brighter_and_darker_pull_apart(plan: Plan, book: MoodBook) -> None:
    brighter, darker = (edits.revise(plan, change, BRIEF, book) for change in ("brighter", "darker"))
    assert brighter.character.brightness > plan.character.brightness > darker.character.brightness


def test_longer_and_shorter_follow_the_brief_or_a_step(plan: Plan, book: MoodBook) -> None:
    assert edits.revise(plan, "longer", BRIEF, book).seconds == 90
    assert edits.revise(plan, "longer", BRIEF.but(seconds=75), book).seconds == 75
    assert edits.revise(plan, "shorter", BRIEF, book).seconds == 40


def test_a_loop_is_whole_bars_of_the_asked_length(plan: Plan, book: MoodBook) -> None:
    looped = edits.revise(plan, "loop", BRIEF, book)
    assert looped.ending == "loop"
    assert looped.bars * looped.beats * 60 / looped.tempo == pytest.approx(60)


def test_fewer_and_no_drums(plan: Plan, book: MoodBook) -> None:
    before = played(arrange(plan), "drums")
    fewer = played(arrange(edits.revise(plan, "fewer-drums", BRIEF, book)), "drums")
    assert 0 < fewer < 0.7 * before
    assert played(arrange(edits.revise(plan, "no-drums", BRIEF, book)), "drums") == 0


def test_faster_and_slower_may_leave_the_moods_range(plan: Plan, book: MoodBook) -> None:
    assert edits.revise(plan, "faster", BRIEF, book).tempo == pytest.approx(plan.tempo * 1.12, rel=0.04)
    assert edits.revise(plan, "slower", BRIEF, book).tempo == pytest.approx(plan.tempo * 0.89, rel=0.04)


def test_another_style_rearranges_the_same_piece(plan: Plan, book: MoodBook) -> None:
    for style in book.styles:
        other = edits.revise(plan, "", BRIEF.but(style=style), book)
        assert other.style == style
        assert (other.ideas == plan.ideas) == ((other.beats, other.ternary) == (plan.beats, plan.ternary))
        if style not in ("gugak", plan.style):
            assert other.phrases == plan.phrases
            assert other.cast != plan.cast
        assert arrange(other).parts


def test_wanted_and_unwanted_instruments_are_obeyed_in_an_edit(plan: Plan, book: MoodBook) -> None:
    brief = BRIEF.but(wanted=("piano",), unwanted=("strings", "drums"))
    song = arrange(edits.revise(plan, "", brief, book))
    sounds = {part.sound for part in song.parts}
    assert sounds & {"piano", "soft-piano"}
    assert not sounds & set(book.instruments["strings"].sounds)
    assert played(song, "drums") == 0


def test_changes_add_up(plan: Plan, book: MoodBook) -> None:
    once = edits.revise(plan, "calmer", BRIEF, book)
    twice = edits.revise(once, "calmer", once.brief, book)
    assert twice.character.energy < once.character.energy < plan.character.energy


def test_an_unknown_change_is_refused(plan: Plan, book: MoodBook) -> None:
    with pytest.raises(BadInput, match="known: calmer"):
        edits.revise(plan, "tastier", BRIEF, book)


def test_the_engine_edits_a_stored_score(composer: Composer) -> None:
    brief = Brief("happy", 12, "vlog", style="acoustic")
    (first,) = composer.generate(Request(brief, (5,)), lambda share: None)
    stored = Take(first.audio, first.rate, 5, "composer", "", "", 0, score=json.loads(json.dumps(first.score)))
    request = Request(brief, (5, 6), source=stored, change="darker")
    darker, played_otherwise = composer.generate(request, lambda share: None)
    assert darker.audio.shape == first.audio.shape
    assert not np.array_equal(darker.audio, played_otherwise.audio)
    assert darker.score is not None
    assert first.score is not None
    assert darker.score["plan"]["ideas"] == first.score["plan"]["ideas"]
    with pytest.raises(EngineFailed, match="no score"):
        composer.generate(
            Request(brief, (5,), source=Take(first.audio, 44100, 5, "x", "", "", 0), change="darker"), print
        )


def test_plans_and_songs_survive_json(plan: Plan) -> None:
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    song = arrange(plan)
    again = Song.from_json(json.loads(json.dumps(song.to_json())))
    assert again.to_json() == song.to_json()
    assert midi.to_midi(again)[:4] == b"MThd"


def test_another_genre_is_the_same_piece_rearranged(plan: Plan, book: MoodBook) -> None:
    asked = edits.revise(plan, "other-genre", BRIEF.but(style="lo-fi"), book)
    drawn = edits.revise(plan, "other_genre", BRIEF, book)
    assert asked.style == "lo-fi"
    assert drawn.style != plan.style
    assert drawn.style == edits.revise(plan, "other-genre", BRIEF.but(style=None), book).style
    for changed in (asked, drawn):
        assert (changed.phrases, changed.key, changed.seconds) == (plan.phrases, plan.key, plan.seconds)
        assert changed.cast.sounds() != plan.cast.sounds()
    assert asked.ideas == plan.ideas
    roots = [[chord.root for chord in arrange(piece).chords[:4]] for piece in (plan, asked)]
    assert roots[0] == roots[1]
