"""What an order gets from MusicGen: its length, its seed's music in any company, a continuation, a melody."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.errors import EngineFailed, OutOfMemory
from bot.generation.engine import Request, Take
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen

Engines = Callable[..., "MusicGen"]


def nothing(_share: float) -> None:
    pass


def request(seconds: int = 6, seeds: tuple[int, ...] = (11,), prompt: str = "calm piano", **rest: Any) -> Request:
    return Request(Brief("calm", seconds, "youtube"), seeds, prompt=prompt, **rest)


def codes(take: Take) -> NDArray[np.int16]:
    assert take.state is not None
    return take.state["codes"]


@pytest.mark.parametrize("kind", ["mono", "stereo", "melody"])
def test_a_seed_gives_the_same_take_alone_and_in_any_company(engine: Engines, kind: str) -> None:
    own = engine(kind)
    wanted = request(40, (11, 12))
    alone = own.generate(wanted, nothing)
    others = [request(7, (5,), "epic drums , strings and music"), wanted, request(70, (6,), "slow .")]
    together = own.generate_many(others, nothing)
    again = own.generate(replace(wanted, seeds=(12,)), nothing)
    assert [len(takes) for takes in together] == [1, 2, 1]
    for one, other in zip(alone, together[1], strict=True):
        np.testing.assert_array_equal(codes(one), codes(other))
    np.testing.assert_array_equal(codes(alone[1]), codes(again[0]))
    assert not np.array_equal(codes(alone[0]), codes(alone[1]))
    assert together[1][0].made == {"guidance": 3.0, "top": 250, "temperature": 1.0, "batch": 4, "mode": "new",
                                   "numbers": "torch.float32"}  # fmt: skip


@pytest.mark.parametrize(("kind", "channels"), [("mono", 1), ("stereo", 2)])
def test_takes_have_their_exact_length_and_record(engine: Engines, kind: str, channels: int) -> None:
    (take,) = engine(kind).generate(request(33), nothing)
    assert take.audio.shape == (channels, 33 * 32_000)
    assert take.audio.dtype == np.float32
    assert np.isfinite(take.audio).all()
    assert codes(take).shape == (4 * channels, 33 * 5)
    assert (take.engine, take.model, take.rate, take.seed) == ("musicgen", kind, 32_000, 11)
    assert take.revision.startswith("local-")


def test_longer_goes_on_from_what_was_approved(engine: Engines) -> None:
    own = engine("stereo")
    (short,) = own.generate(request(20), nothing)
    (longer, other) = own.generate(request(50, (3, 4), mode="extend", source=short), nothing)
    kept = int((20 - 0.05) * 32_000)
    for take in (longer, other):
        assert take.audio.shape == (2, 50 * 32_000)
        np.testing.assert_array_equal(take.audio[:, :kept], short.audio[:, :kept])
        np.testing.assert_array_equal(codes(take)[:, :100], codes(short))
    assert not np.array_equal(longer.audio, other.audio)
    # A source of another engine has no codes; its sound is read instead.
    foreign = replace(short, state=None, engine="composer")
    (read,) = own.generate(request(25, mode="extend", source=foreign), nothing)
    np.testing.assert_array_equal(read.audio[:, :kept], short.audio[:, :kept])
    with pytest.raises(EngineFailed, match="no longer than"):
        own.generate(request(20, mode="extend", source=short), nothing)


def test_the_joint_of_a_continuation_does_not_jump(engine: Engines) -> None:
    own = engine()
    (short,) = own.generate(request(20), nothing)
    (longer,) = own.generate(request(30, mode="extend", source=short), nothing)
    step = np.abs(np.diff(longer.audio[0]))
    around = step[19 * 32_000 : 21 * 32_000]
    assert around.max() <= 1.5 * step[5 * 32_000 : 15 * 32_000].max()


def test_a_melody_is_followed(engine: Engines) -> None:
    own, at = engine("melody"), np.arange(4 * 32_000) / 32_000
    low, high = (np.sin(2 * np.pi * pitch * at, dtype=np.float32)[None] for pitch in (293.66, 392.0))
    plain, one, other, same = (
        codes(own.generate(request(melody=melody), nothing)[0]) for melody in (None, low, high, low)
    )
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, plain)
    np.testing.assert_array_equal(one, same)


def test_chroma_names_the_note_that_sounds() -> None:
    from bot.generation.engines.musicgen.chroma import chroma

    for rate in (32_000, 44_100):
        at = np.arange(3 * rate) / rate
        for place, pitch in ((0, 261.63), (4, 329.63), (9, 440.0)):
            found = chroma(np.sin(2 * np.pi * pitch * at).astype(np.float32)[None], rate)
            assert found.shape[1] == 12
            assert found.sum(dim=1).eq(1).all()
            assert int(found.mean(dim=0).argmax()) == place


def test_progress_is_told_with_every_step_and_ends_with_everything(engine: Engines) -> None:
    told: list[float] = []
    engine().generate_many([request(40), request(10)], told.append)
    assert len(told) > 200
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_cancelled_at_any_moment_nothing_is_returned(engine: Engines) -> None:
    class Enough(Exception):
        pass

    for limit in (0.0, 0.4, 0.96):

        def until(share: float, limit: float = limit) -> None:
            if share >= limit:
                raise Enough

        with pytest.raises(Enough):
            engine().generate(request(), until)
    assert engine().generate(request(), nothing)


def test_shortage_of_memory_says_so(engine: Engines) -> None:
    def short(_share: float) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(OutOfMemory):
        engine().generate(request(), short)


@pytest.mark.parametrize("kind", ["stereo", "melody"])
def test_in_half_precision_words_are_read_and_sound_is_made_as_in_single(
    engine: Engines, kind: str, checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the language model's numbers are halved, as on a GPU."""
    from bot.generation.engines.musicgen import engine as module
    from bot.generation.engines.musicgen.codec import decoded
    from bot.generation.engines.musicgen.model import words_of
    from bot.generation.engines.splice import within_full_scale

    single = engine(kind)
    monkeypatch.setattr(module, "number_type", lambda *_: torch.float16)
    half = module.MusicGen(None, checkpoints[kind])  # type: ignore[arg-type]
    (take,) = half.generate(request(), nothing)
    assert take.made["numbers"] == "torch.float16"
    assert half._model is not None
    assert single._model is not None
    sound = decoded(single._model, torch.from_numpy(codes(take).astype(np.int64)))
    np.testing.assert_array_equal(take.audio, within_full_scale(sound)[:, : take.audio.shape[1]])
    assert torch.equal(words_of(half._model, "calm piano"), words_of(single._model, "calm piano"))


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    from bot.generation.engines.musicgen.engine import MusicGen

    book = load_moods(config_file("moods.toml", folders(None)))
    with pytest.raises(EngineFailed, match="holds no model"):
        MusicGen(book, tmp_path / "nowhere").load()
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    with pytest.raises(EngineFailed, match="not a MusicGen"):
        MusicGen(book, tmp_path).load()
