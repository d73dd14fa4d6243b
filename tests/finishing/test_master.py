"""From any take to a master: exact, loud enough, never over, and always the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.errors import BadInput, EngineFailed
from bot.finishing.check import Expectation, check, misses
from bot.finishing.corrections import Corrections
from bot.finishing.loudness import loudness
from bot.finishing.master import Finished, Target, finish
from bot.finishing.truepeak import true_peak
from tests.finishing.music import RATE, Song, play, sine


def done(finished: Finished) -> set[str]:
    return {finding.text for finding in finished.done}


@pytest.mark.parametrize("lufs", [-14.0, -16.0, -23.0])
@pytest.mark.parametrize(("seconds", "loop"), [(16.0, False), (16.0, True), (13.0, False), (15.0, True), (22.5, False)])
def test_a_master_is_what_was_ordered(lufs: float, seconds: float, loop: bool) -> None:
    target = Target(seconds, lufs, loop=loop, fade_out=0.0 if loop else 1.0)
    finished = finish(play(Song(120.0, 17.0)), RATE, target)
    assert finished.audio.shape == (2, round(seconds * RATE))
    assert finished.audio.dtype == np.float32
    assert loudness(finished.audio, RATE).integrated == pytest.approx(lufs, abs=0.15)
    assert true_peak(finished.audio, 8) <= -1.5
    whole_bars = None if (loop and seconds % 2.0) else 120.0
    assert misses(check(finished.facts, target, Expectation(tempo_bpm=whole_bars, key="C major"))) == ()


@pytest.mark.parametrize(
    ("rate", "delivered"), [(22_050, 44_100), (32_000, 48_000), (44_100, 44_100), (48_000, 48_000)]
)
def test_every_rate_is_delivered_at_one_of_two(rate: int, delivered: int) -> None:
    finished = finish(play(Song(seconds=6.0, rate=rate)), rate, Target(6.0))
    assert finished.rate == delivered
    assert finished.audio.shape[1] == 6 * delivered
    assert finish(play(Song(seconds=6.0)), RATE, Target(6.0, rate=48_000)).audio.shape[1] == 6 * 48_000


def test_the_same_take_gives_the_same_master_and_is_not_changed() -> None:
    music = play(Song(seconds=6.0))
    kept = music.copy()
    one, other = (finish(music, RATE, Target(5.0)) for _ in range(2))
    assert (music == kept).all()
    assert (one.audio == other.audio).all()
    assert one.to_json() == other.to_json()


def test_mono_and_integers_are_takes_too() -> None:
    mono = play(Song(seconds=4.0)).mean(axis=0)
    for take in (mono, mono[np.newaxis], mono.astype(np.float64)):
        finished = finish(take, RATE, Target(4.0))
        assert finished.facts.correlation == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("take", "error"),
    [
        (np.zeros((2, RATE)), EngineFailed),
        (np.full((2, RATE), 0.5), EngineFailed),
        (np.full((2, RATE), np.nan), EngineFailed),
        (np.r_[np.ones(RATE), np.inf], EngineFailed),
        (np.full(RATE, 1e30), EngineFailed),
        (np.zeros((2, 1)), EngineFailed),
        (np.zeros((2, 0)), BadInput),
        (np.zeros((6, RATE)), BadInput),
        (np.zeros((2, 3, 4)), BadInput),
        (np.float32(1.0), BadInput),
    ],
)
def test_what_is_no_music_is_refused_in_words(take: np.ndarray, error: type[Exception]) -> None:
    with pytest.raises(error):
        finish(take, RATE, Target(1.0))


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.1, 1e9, float("nan")])
def test_absurd_lengths_are_refused(seconds: float) -> None:
    with pytest.raises(BadInput):
        Target(seconds)


def test_an_offset_silence_and_clipping_are_dealt_with_and_told() -> None:
    music = np.clip(play(Song(seconds=8.0)) * 2.0, -1.0, 1.0)
    take = np.pad(music, ((0, 0), (RATE, 0))) * 0.9 + 0.05
    finished = finish(take, RATE, Target(8.0))
    assert "correction-did-silence" in done(finished)
    assert finished.facts.silence_head < 0.1
    assert finished.facts.dc < 1e-3
    assert finished.facts.clipped > 10


def test_corrections_do_what_they_say() -> None:
    music = play(Song(120.0, 12.0))
    plain = finish(music, RATE, Target(10.0, fade_out=1.0))
    louder = finish(music, RATE, Target(10.0, fade_out=1.0), Corrections(gain_db=3.0))
    assert louder.facts.lufs - plain.facts.lufs == pytest.approx(3.0, abs=0.1)
    faded = finish(music, RATE, Target(10.0), Corrections(fade_in=3.0, fade_out=0.0))
    assert np.abs(faded.audio[:, : RATE // 2]).max() < 0.3 * np.abs(plain.audio[:, : RATE // 2]).max()
    trimmed = finish(music, RATE, Target(10.0, fade_out=1.0), Corrections(trim_start=2.0))
    assert trimmed.audio.shape == plain.audio.shape
    assert "correction-did-trim" in done(trimmed)
    darker = finish(music, RATE, Target(10.0), Corrections(high_db=-6.0))
    assert darker.facts.brightness < plain.facts.brightness
    again = finish(music, RATE, Target(10.0, fade_out=1.0), Corrections())
    assert (again.audio == plain.audio).all()


def test_one_stem_can_be_turned_down_alone() -> None:
    drums = play(Song(seconds=8.0, lead=0.0))
    lead = 0.3 * sine(880.0, 8.0, -6.0)
    stems = {"drums": drums, "lead": lead}
    mix = drums + lead
    gone = finish(mix, RATE, Target(8.0, tame=0.0), Corrections().with_stem("lead", -60.0), stems)
    without = finish(drums, RATE, Target(8.0, tame=0.0))
    assert np.abs(gone.audio - without.audio).max() < 0.01
    with pytest.raises(BadInput, match="flute"):
        finish(mix, RATE, Target(8.0), Corrections().with_stem("flute", -3.0), stems)


def test_trimming_everything_away_is_refused() -> None:
    with pytest.raises(BadInput):
        finish(play(Song(seconds=4.0)), RATE, Target(4.0), Corrections(trim_start=3.0, trim_end=1.0))


def test_a_loop_that_closes_is_left_alone_and_one_that_does_not_is_mended() -> None:
    music = play(Song(120.0, 20.0))
    assert "correction-did-seam" not in done(finish(music[:, : 16 * RATE], RATE, Target(16.0, loop=True)))
    mended = finish(music[:, : 15 * RATE], RATE, Target(15.0, loop=True))
    assert "correction-did-seam" in done(mended)
    assert mended.facts.seam is not None
    assert mended.facts.seam.faults == ()
    left = finish(music[:, : 15 * RATE], RATE, Target(15.0, loop=True), Corrections(seam=False))
    assert left.facts.seam is not None
    assert "bars" in left.facts.seam.faults


def test_facts_are_those_of_the_audio_and_everything_is_told_in_json() -> None:
    finished = finish(play(Song(seconds=6.0)), RATE, Target(6.0, fade_out=2.0))
    assert finished.facts.samples == finished.audio.shape[1]
    told = finished.to_json()
    assert told["target"]["seconds"] == 6.0
    assert {"text": "correction-did-fade-out", "level": "note", "values": {"seconds": 2.0}} in told["done"]


targets = st.builds(
    Target,
    seconds=st.floats(0.2, 6.0),
    lufs=st.floats(-30.0, -9.0),
    fade_in=st.floats(0.0, 3.0),
    fade_out=st.floats(0.0, 8.0),
    loop=st.booleans(),
    tame=st.floats(0.0, 1.0),
    tempo_bpm=st.none() | st.floats(50.0, 200.0),
    beats_per_bar=st.integers(3, 6),
)


@settings(max_examples=25, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(target=targets, samples=st.integers(1, 5 * RATE), seed=st.integers(0, 999), rate=st.sampled_from([32_000, RATE]))
def test_any_sound_becomes_a_master(target: Target, samples: int, seed: int, rate: int) -> None:
    chance = np.random.default_rng(seed)
    take = chance.standard_normal((2, samples)) * chance.uniform(0.001, 3.0)
    take *= chance.random(samples) ** chance.integers(0, 40)
    try:
        finished = finish(take, rate, target)
    except EngineFailed:
        assert samples < 3 or np.abs(take - take.mean(axis=1, keepdims=True)).max() < 1e-3
        return
    assert finished.audio.shape == (2, round(target.seconds * finished.rate))
    assert np.isfinite(finished.audio).all()
    assert true_peak(finished.audio, 8) <= target.true_peak_dbtp + 1e-3
    assert finished.facts.lufs <= target.lufs + 0.3


def test_the_targets_of_two_purposes_differ_only_in_what_they_name() -> None:
    music = play(Song(seconds=8.0))
    base = Target(8.0)
    stream, broadcast = finish(music, RATE, base), finish(music, RATE, replace(base, lufs=-23.0))
    gain = 10 ** ((broadcast.facts.lufs - stream.facts.lufs) / 20)
    assert np.corrcoef(stream.audio[0], broadcast.audio[0])[0, 1] > 0.99
    assert gain == pytest.approx(10 ** (-9 / 20), rel=0.03)
