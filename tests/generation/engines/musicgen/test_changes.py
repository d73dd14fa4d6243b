"""A piece changed by MusicGen: a part made again, and the same piece played differently, by a strength that is kept."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.errors import EngineFailed
from bot.generation.engine import Request, Take
from bot.orders.brief import Brief

torch = pytest.importorskip("torch", reason="the neural extra is not installed")
from tests.generation.engines.memory import Live  # noqa: E402
from tests.generation.engines.musicgen.library import library_model  # noqa: E402
from tests.generation.engines.stopping import Enough, at_word  # noqa: E402
from tests.generation.engines.tiny import tiny_musicgen  # noqa: E402

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen

Engines = Callable[..., "MusicGen"]
KINDS = ("mono", "stereo", "melody")
SECONDS, RATE = 20, 32_000


def nothing(_share: float) -> None:
    pass


def request(seconds: int = SECONDS, seeds: tuple[int, ...] = (11,), prompt: str = "epic drums", **rest: Any) -> Request:
    return Request(Brief("calm", seconds, "youtube"), seeds, prompt=prompt, **rest)


def codes(take: Take) -> NDArray[np.int16]:
    assert take.state is not None
    return take.state["codes"]


@pytest.fixture(scope="module")
def sources(engine: Engines) -> dict[str, Take]:
    """What was approved, by kind of model."""
    return {kind: engine(kind).generate(request(prompt="calm piano", seeds=(7,)), nothing)[0] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_more_strength_the_less_is_kept(engine: Engines, kind: str, sources: dict[str, Take]) -> None:
    source, strengths = sources[kind], (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    takes = [
        engine(kind).generate(request(mode="vary", source=source, strength=strength), nothing)[0]
        for strength in strengths
    ]
    kept = [(codes(take) == codes(source)) for take in takes]
    for same, take, strength in zip(kept, takes, strengths, strict=True):
        assert take.audio.shape == source.audio.shape
        assert take.made["kept"] == pytest.approx(same.mean(), abs=1e-4)
        # What is drawn may fall on the same code: of 32 codes often, of a real model's 2,048 seldom.
        assert 1 - strength - 0.01 <= same.mean() <= 1 - 0.6 * strength
    assert all(fewer.mean() < more.mean() for more, fewer in itertools.pairwise(kept))
    near = [float(np.corrcoef(take.audio[0], source.audio[0])[0, 1]) for take in takes]
    assert near == sorted(near, reverse=True)
    assert near[0] > 0.999
    assert near[-1] < 0.6


def test_the_coarse_codes_are_the_last_to_go() -> None:
    from bot.generation.engines.musicgen.changes import thinned
    from bot.generation.engines.musicgen.delay import UNKNOWN

    source = torch.zeros((8, 500), dtype=torch.long)
    drawn = {share: thinned(source, 500, share, 3, channels=2) == UNKNOWN for share in (0.2, 0.25, 0.6, 0.9, 1.0)}
    for share, cells in drawn.items():
        assert float(cells.float().mean()) == pytest.approx(share, abs=0.004)
        assert (cells.long().diff(dim=0) >= 0).all()  # whoever loses a code loses all that are finer, on both sides
        assert torch.equal(cells[0::2], cells[1::2])
    for less, more in itertools.pairwise(drawn.values()):
        assert (more | ~less).all()
    assert drawn[0.25][6:].all()
    # Nine tenths: of the outline every second or third frame stands, nowhere much is free.
    free = "".join("x" if cell else "." for cell in drawn[0.9][0].tolist())
    assert max(len(stretch) for stretch in free.split(".")) <= 2


def test_at_full_strength_it_is_a_new_piece_and_its_length_may_be_another(
    engine: Engines, sources: dict[str, Take]
) -> None:
    own, source = engine(), sources["mono"]
    (varied,) = own.generate(request(mode="vary", source=source, strength=1.0), nothing)
    (new,) = own.generate(request(), nothing)
    np.testing.assert_array_equal(codes(varied), codes(new))
    for seconds in (12, 26):
        (take,) = own.generate(request(seconds, mode="vary", source=source, strength=0.0), nothing)
        assert take.audio.shape == (1, seconds * RATE)
        common = min(seconds, SECONDS) * 5
        np.testing.assert_array_equal(codes(take)[:, :common], codes(source)[:, :common])


def test_a_melody_model_varies_in_the_harmony_of_the_piece(engine: Engines, sources: dict[str, Take]) -> None:
    own, wish = engine("melody"), request(mode="vary", source=sources["melody"], strength=1.0)
    (led,) = own.generate(wish, nothing)
    (told,) = own.generate(request(melody=sources["melody"].audio), nothing)
    np.testing.assert_array_equal(codes(led), codes(told))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("span", [(8.0, 12.0), (0.0, 3.3), (15.04, 20.0)])
def test_a_part_made_again_leaves_everything_else_to_the_sample(
    engine: Engines, kind: str, span: tuple[float, float], sources: dict[str, Take]
) -> None:
    source = sources[kind]
    one, other = engine(kind).generate(request(seeds=(3, 4), mode="repaint", source=source, span=span), nothing)
    first, stop = (round(second * RATE) for second in span)
    for take in (one, other):
        assert take.audio.shape == source.audio.shape
        np.testing.assert_array_equal(take.audio[:, :first], source.audio[:, :first])
        np.testing.assert_array_equal(take.audio[:, stop:], source.audio[:, stop:])
        assert np.abs(take.audio - source.audio)[:, first:stop].max() > 0.1
        outside = np.r_[0 : int(span[0] * 5), -int(-span[1] * 5 // 1) : SECONDS * 5]
        np.testing.assert_array_equal(codes(take)[:, outside], codes(source)[:, outside])
        assert take.made["span"] == span
    assert not np.array_equal(one.audio, other.audio)


def test_a_part_longer_than_a_window_is_made_again_in_a_long_piece(engine: Engines) -> None:
    own = engine()
    (source,) = own.generate(request(60, prompt="calm piano"), nothing)
    (take,) = own.generate(request(60, mode="repaint", source=source, span=(5.0, 50.0)), nothing)
    changed = np.abs(take.audio - source.audio).max(axis=0)
    assert not changed[: 5 * RATE].any()
    assert not changed[50 * RATE :].any()
    assert (changed[5 * RATE : 50 * RATE].reshape(-1, RATE).max(axis=1) > 0.1).all()


def test_the_joints_of_a_part_made_again_do_not_jump(engine: Engines, sources: dict[str, Take]) -> None:
    source = sources["mono"]
    (take,) = engine().generate(request(mode="repaint", source=source, span=(8.0, 12.0)), nothing)
    step = np.abs(np.diff(take.audio[0]))
    for joint in (8, 12):
        around = step[joint * RATE - RATE // 10 : joint * RATE + RATE // 10]
        assert around.max() <= 1.5 * np.abs(np.diff(source.audio[0])).max()


def test_of_several_candidates_the_one_that_leads_on_best_is_taken(engine: Engines, sources: dict[str, Take]) -> None:
    """How well is what the library's own forward pass says of the codes that follow."""
    from bot.generation.engines.musicgen.changes import CANDIDATES
    from bot.generation.engines.musicgen.windows import Sampling, Walk

    own = engine("mono", Sampling(guidance=1.0))
    model = own._model
    assert model is not None
    wish = request(mode="repaint", source=sources["mono"], span=(6.0, 12.0))
    (part,) = own._parts(0, wish)
    courses = part.courses()
    assert (len(courses), len({course.seed for course in courses})) == (CANDIDATES, CANDIDATES)
    walk = Walk(model.decoder, 1, 5.0, Sampling(guidance=1.0))
    with torch.inference_mode():
        walked = walk.codes(own._prompting([part] * len(courses)), courses, lambda: None)
        told = [likelihood(library_model(own), part.condition.words, one.codes, first=60) for one in walked]
    np.testing.assert_allclose([one.likelihood for one in walked], told, rtol=1e-4)
    assert max(told) - min(told) > 0.5
    (take,) = own.generate(wish, nothing)
    best = walked[int(np.argmax(told))].codes.numpy()
    np.testing.assert_array_equal(codes(take)[:, : best.shape[1]], best)


def likelihood(model: Any, words: Any, found: Any, first: int) -> float:
    """Return the log-likelihood of the codes from frame ``first`` on, by the library."""
    books, frames = found.shape
    grid = np.full((books, frames + books), 32)
    for book in range(books):
        grid[book, 1 + book : 1 + book + frames] = found[book]
    laid = torch.from_numpy(grid)
    logits = model.decoder(input_ids=laid[:, :-1], encoder_hidden_states=words[None]).logits
    told = torch.log_softmax(logits, -1)
    return sum(
        float(told[book, book + frame, found[book, frame]]) for book in range(books) for frame in range(first, frames)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_orders_of_every_kind_share_a_batch_and_do_not_hear_each_other(
    engine: Engines, kind: str, sources: dict[str, Take]
) -> None:
    own, source = engine(kind), sources[kind]
    foreign = replace(source, state=None, engine="composer", audio=source.audio[:, : 15 * RATE])
    wishes = [
        request(9, (1, 2)),
        request(25, (3,), "slow .", mode="extend", source=source),
        request(mode="vary", source=source, strength=0.5, seeds=(4, 5)),
        request(mode="repaint", source=source, span=(4.0, 7.0), seeds=(6,)),
        request(15, (7,), mode="repaint", source=foreign, span=(4.0, 7.0)),
        request(15, (8,), "calm", mode="vary", source=foreign, strength=0.3),
    ]
    together = own.generate_many(wishes, nothing)
    for wish, takes in zip(wishes, together, strict=True):
        assert [take.seed for take in takes] == list(wish.seeds)
        for take, alone in zip(takes, own.generate(wish, nothing), strict=True):
            np.testing.assert_array_equal(codes(take), codes(alone))
            np.testing.assert_allclose(take.audio, alone.audio, atol=1e-5)
        # and once more by one seed alone
        np.testing.assert_array_equal(
            codes(takes[-1]), codes(own.generate(replace(wish, seeds=wish.seeds[-1:]), nothing)[0])
        )


def test_what_is_added_is_as_loud_as_what_it_joins(engine: Engines, sources: dict[str, Take]) -> None:
    """Takes beyond full scale are turned down as a whole; a later continuation must be, by as much."""
    from bot.generation.engines.musicgen.codec import decoded

    own, source = engine(), sources["mono"]
    model = own._model
    assert model is not None
    bare = decoded(model, torch.from_numpy(codes(source).astype(np.int64)))
    assert np.abs(bare).max() > 1.05
    quiet = replace(source, audio=0.5 * source.audio)
    gain = 0.5 / float(np.abs(bare).max())
    (longer,) = own.generate(request(30, mode="extend", source=quiet), nothing)
    (part,) = own.generate(request(mode="repaint", source=quiet, span=(8.0, 12.0)), nothing)
    for take, first, stop in ((longer, 20.1, 30.0), (part, 8.1, 11.9)):
        at = slice(int(first * RATE), int(stop * RATE))
        sound = decoded(model, torch.from_numpy(codes(take).astype(np.int64)))
        assert np.linalg.norm(take.audio[:, at]) == pytest.approx(gain * np.linalg.norm(sound[:, at]), rel=0.03)
    # and where the approved sound is at full scale already, what is added stays within it
    (loud,) = own.generate(request(30, mode="extend", source=replace(source, audio=2 * source.audio)), nothing)
    assert np.abs(loud.audio[:, SECONDS * RATE :]).max() <= 1.0


def test_cancelled_in_any_phase_nothing_is_returned_and_the_engine_goes_on(engine: Engines) -> None:
    own = engine()
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (1, 40 * RATE)).astype(np.float32)
    foreign = Take(sound, RATE, 0, "composer", "", "", 0.0)
    wish = request(40, mode="vary", source=foreign, strength=0.5)
    told: list[float] = []
    whole = codes(own.generate(wish, told.append)[0])
    reading = [place for place, share in enumerate(told) if share == 0.0]
    decoding = [place for place, share in enumerate(told) if 0.95 <= share < 1.0]
    assert len(reading) == 3  # once before the source is brought to the model's rate, once for each piece of it
    assert len(decoding) == 3  # the last step of drawing, then the pieces
    assert told == sorted(told)
    for moment in (*reading, len(reading), len(told) // 2, *decoding, len(told) - 1):
        with pytest.raises(Enough):
            own.generate(wish, at_word(moment))
    np.testing.assert_array_equal(codes(own.generate(wish, nothing)[0]), whole)


def test_three_minutes_take_no_more_memory_than_two(engine: Engines) -> None:
    """Beside the takes themselves: their codes, and the sound, which lies in numpy's memory. One is new, one reads."""
    own, peaks = engine(), []
    for seconds in (120, 180):
        sound = np.random.default_rng(1).uniform(-0.5, 0.5, (1, seconds * RATE)).astype(np.float32)
        varied = request(seconds, mode="vary", source=Take(sound, RATE, 0, "composer", "", "", 0.0))
        with Live() as live:
            takes = own.generate_many([request(seconds), varied], nothing)
        assert [take.audio.shape[1] for (take,) in takes] == [seconds * RATE] * 2
        peaks.append(live.peak - 10 * codes(takes[0][0]).size * 8)
    assert peaks[0] > 30 * RATE * 4
    assert peaks[1] <= peaks[0]


def test_a_long_sound_is_read_and_decoded_in_pieces_as_it_would_be_in_one(tmp_path: Path) -> None:
    from bot.generation.engines.musicgen import codec
    from bot.generation.engines.musicgen.model import load_model
    from bot.generation.engines.weights import weights_in

    folder = tiny_musicgen(tmp_path / "weights", channels=2, frame_rate=50)
    model = load_model(weights_in(folder), torch.device("cpu"), torch.float32)
    found = torch.randint(0, 32, (8, 50 * 45), generator=torch.Generator().manual_seed(1))
    pieces, whole = codec.decoded(model, found), codec._decoded(model, found)
    assert pieces.shape == whole.shape == (2, 45 * RATE)
    np.testing.assert_allclose(pieces, whole, atol=1e-4 * float(np.abs(whole).max()))
    sound = whole / np.abs(whole).max()
    read = codec.encoded(model, sound[:, :-100])
    assert read.shape == found.shape
    for side in range(2):
        assert float((read[side::2] == codec._encoded(model, sound[side, :-100])).float().mean()) > 0.9995


def refusals() -> Sequence[tuple[dict[str, Any], str]]:
    return (
        ({"mode": "repaint"}, "a beginning and an end"),
        ({"mode": "repaint", "span": (8.0, 8.05)}, "a tenth of a second"),
        ({"mode": "repaint", "span": (30.0, 40.0)}, "a tenth of a second"),
        ({"mode": "extend"}, "no longer than"),
        ({"mode": "vary", "source": None}, "the piece is needed"),
    )


@pytest.mark.parametrize(("asked", "why"), refusals())
def test_what_is_no_change_is_refused(
    engine: Engines, asked: dict[str, Any], why: str, sources: dict[str, Take]
) -> None:
    with pytest.raises(EngineFailed, match=why):
        engine().generate(request(**{"source": sources["mono"]} | asked), nothing)
