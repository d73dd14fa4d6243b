"""ACE-Step and Stable Audio 3 through the library's real pipelines, with tiny random weights loaded from a folder."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.errors import EngineFailed, OutOfMemory
from bot.generation.engine import Request, Take
from bot.generation.rights import engine_kind
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods
from tests.generation.engines.stopping import Enough, at_word
from tests.generation.engines.tiny import tiny_ace_step, tiny_stable_audio

torch = pytest.importorskip("torch", reason="the neural extra is not installed")
pytest.importorskip("diffusers", reason="the neural extra is not installed")
from bot.generation.engines.ace_step.engine import AceStep  # noqa: E402
from bot.generation.engines.stable_audio.engine import StableAudio  # noqa: E402
from tests.generation.engines.memory import Live  # noqa: E402

if TYPE_CHECKING:
    from bot.generation.engine import BatchEngine

pytestmark = [
    # what the libraries do to each other at import and load; not ours to change
    pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning"),
    pytest.mark.filterwarnings("ignore:.*weight_norm:DeprecationWarning"),
]
MAKERS: dict[str, Callable[[Path], Path]] = {"ace-step": tiny_ace_step, "stable-audio-3": tiny_stable_audio}
SECONDS = 10


def nothing(_share: float) -> None:
    pass


def request(seeds: tuple[int, ...] = (1, 2), prompt: str = "calm piano music", **rest: Any) -> Request:
    brief = Brief("calm", rest.pop("seconds", SECONDS), "youtube")
    return Request(brief, seeds, prompt=prompt, tempo_bpm=80, **rest)


@pytest.fixture(scope="module", params=list(MAKERS))
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[BatchEngine]":
    torch.set_num_threads(1)
    os.environ["HF_HUB_OFFLINE"] = "1"
    folder = MAKERS[request.param](tmp_path_factory.mktemp(request.param) / "weights")
    kind = engine_kind(request.param)
    made = kind(load_moods(config_file("moods.toml", folders(None))), folder)
    made.load()
    yield made  # type: ignore[misc]
    made.unload()
    os.environ.pop("HF_HUB_OFFLINE", None)


@pytest.fixture(scope="module")
def source(engine: "BatchEngine") -> Take:
    """What was approved."""
    return engine.generate(request((7,)), nothing)[0]


def test_a_seed_gives_the_same_take_alone_and_in_any_company(engine: "BatchEngine") -> None:
    alone = engine.generate(request(), nothing)
    others = [request((5,), "epic strings and drums"), request(), request((6,), seconds=12)]
    together = engine.generate_many(others, nothing)
    assert [[take.seed for take in takes] for takes in together] == [[5], [1, 2], [6]]
    for one, other in zip(alone, together[1], strict=True):
        np.testing.assert_allclose(one.audio, other.audio, atol=1e-4)
    assert np.abs(alone[0].audio - alone[1].audio).max() > 1e-3
    assert np.abs(together[0][0].audio - alone[0].audio).max() > 1e-3


def test_takes_have_their_exact_length_and_record(engine: "BatchEngine") -> None:
    (take,) = engine.generate(request((3,)), nothing)
    rate = engine.capabilities.sample_rate
    assert take.audio.shape == (2, SECONDS * rate)
    assert take.audio.dtype == np.float32
    assert np.abs(take.audio).max() <= 1.0
    assert (take.engine, take.model, take.rate, take.seed) == (engine.name, "weights", rate, 3)
    assert take.revision.startswith("local-")
    assert (take.made["steps"], take.made["guidance"], take.made["batch"]) == (8, 1.0, 1)
    assert "negative" not in take.made, "guidance is distilled into these weights: they hear one prompt only"


def test_ace_step_is_told_tempo_and_key_apart_and_that_nobody_sings(
    engine: "BatchEngine", source: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(engine, AceStep):
        pytest.skip("its prompt says so")
    told: list[dict[str, Any]] = []
    usual = type(engine._pipeline).__call__

    def heard(pipeline: Any, **call: Any) -> Any:
        told.append(call)
        return usual(pipeline, **call)

    monkeypatch.setattr(type(engine._pipeline), "__call__", heard)
    wish = request()
    keyed = replace(wish, seeds=(3,), brief=wish.brief.but(key="D minor"), tempo_bpm=None)
    engine.generate_many([wish, keyed], nothing)
    assert [(call["bpm"], call["keyscale"], call["lyrics"]) for call in told] == [
        (80, None, ["[Instrumental]"] * 2), (None, "D minor", ["[Instrumental]"]),
    ]  # fmt: skip


def test_what_is_to_be_avoided_reaches_guided_weights_and_stands_in_the_record(
    engine: "BatchEngine", monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(engine, StableAudio):
        pytest.skip("its pipeline takes no negative prompt")
    monkeypatch.setattr(StableAudio, "parameters", {"steps": 2, "guidance": 6.0})
    (drums,), (strings,) = (engine.generate(request((1,), negative=word), nothing) for word in ("drums", "strings"))
    assert [take.made["negative"] for take in (drums, strings)] == ["drums", "strings"]
    assert np.abs(drums.audio - strings.audio).max() > 1e-3


def test_longer_keeps_what_was_approved_to_the_sample(engine: "BatchEngine", source: Take) -> None:
    takes = engine.generate(request(mode="extend", source=source, seconds=14), nothing)
    kept = SECONDS * source.rate - int(0.05 * source.rate)
    for take in takes:
        assert take.audio.shape == (2, 14 * source.rate)
        np.testing.assert_array_equal(take.audio[:, :kept], source.audio[:, :kept])
    assert np.abs(takes[0].audio - takes[1].audio).max() > 1e-3
    with pytest.raises(EngineFailed, match="no longer than"):
        engine.generate(request(mode="extend", source=source), nothing)


def test_takes_that_go_on_from_one_piece_are_made_in_one_call(engine: "BatchEngine", source: Take) -> None:
    asked = [
        request((seed,), mode="extend", source=source, seconds=12, strength=strength)
        for seed, strength in ((1, 0.35), (2, 0.55))
    ]
    made = [take.made for (take,) in engine.generate_many(asked, nothing)]
    assert [(one["batch"], one["strength"]) for one in made] == [(2, 0.35), (2, 0.55)]
    varied = engine.generate_many([replace(one, mode="vary") for one in asked], nothing)
    assert [take.made["batch"] for (take,) in varied] == [1, 1]


def test_a_part_made_again_leaves_everything_else_to_the_sample(engine: "BatchEngine", source: Take) -> None:
    (take,) = engine.generate(request((4,), mode="repaint", source=source, span=(3.0, 5.0)), nothing)
    first, stop = 3 * source.rate, 5 * source.rate
    np.testing.assert_array_equal(take.audio[:, :first], source.audio[:, :first])
    np.testing.assert_array_equal(take.audio[:, stop:], source.audio[:, stop:])
    assert np.abs(take.audio - source.audio)[:, first:stop].max() > 1e-3
    with pytest.raises(EngineFailed, match="a beginning and an end"):
        engine.generate(request(mode="repaint", source=source), nothing)
    with pytest.raises(EngineFailed, match="the piece is needed"):
        engine.generate(request(mode="repaint"), nothing)


def test_in_half_precision_every_change_is_made_and_the_codec_keeps_its_own(
    engine: "BatchEngine", source: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a GPU, where denoising is in half precision and rounding in the codec would be heard."""
    from bot.generation.engines import diffusion

    monkeypatch.setattr(diffusion, "number_type", lambda *_: torch.bfloat16)
    assert isinstance(engine, AceStep | StableAudio)
    half = type(engine)(None, engine._folder)  # type: ignore[arg-type]
    wishes = [
        request((1, 2)),
        request((3,), mode="extend", source=source, seconds=12),
        request((4,), mode="vary", source=source, strength=0.5),
        request((5,), mode="repaint", source=source, span=(3.0, 5.0)),
    ]
    made = half.generate_many(wishes, nothing)
    assert [len(takes) for takes in made] == [2, 1, 1, 1]
    assert all(np.isfinite(take.audio).all() for takes in made for take in takes)
    pipeline = half._pipeline if isinstance(half, AceStep) else half._new
    assert (pipeline.transformer.dtype, pipeline.vae.dtype) == (torch.bfloat16, torch.float32)
    latents = torch.randn((1, 8, 40), generator=torch.Generator().manual_seed(1)).bfloat16()
    latents = latents.transpose(1, 2) if isinstance(half, AceStep) else latents
    with torch.inference_mode():
        pairs = ((half, torch.bfloat16), (engine, torch.float32))
        sound, same = (one._decode(latents.to(kind), lambda: None) for one, kind in pairs)
    np.testing.assert_array_equal(sound, same)


def test_the_less_strength_the_closer_to_the_source(engine: "BatchEngine", source: Take) -> None:
    """Closeness is measured to what the codec alone makes of the source: tiny random codecs are no true mirrors."""

    def varied(strength: float) -> Any:
        return engine.generate(request((4,), mode="vary", source=source, strength=strength), nothing)[0].audio

    reference = varied(0.0)  # the least there is
    far = [float(np.abs(varied(strength) - reference).mean()) for strength in (0.2, 0.6, 1.0)]
    assert far == sorted(far)
    assert far[0] < far[-1]


def test_progress_ends_with_everything_and_cancelling_in_any_phase_returns_nothing(
    engine: "BatchEngine", source: Take
) -> None:
    told: list[float] = []
    engine.generate_many([request(), request((5,), "epic")], told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 12

    told.clear()
    varied = request((3,), mode="vary", source=source, seconds=20)
    before = engine.generate(varied, told.append)[0]
    assert [share for share in told if 0.8 <= share < 1.0] == [0.8] * 3  # the last step, then two pieces of sound
    for moment in (0, len(told) // 2, len(told) - 3, len(told) - 2):
        with pytest.raises(Enough):
            engine.generate(varied, at_word(moment))
    np.testing.assert_array_equal(engine.generate(varied, nothing)[0].audio, before.audio)


def test_three_minutes_take_hardly_more_memory_than_one(engine: "BatchEngine") -> None:
    """But for what ACE-Step's own attention mask takes (81 MB for three minutes): all latents are denoised at once."""
    peaks = []
    for seconds in (45, 180):
        with Live() as live:
            (take,) = engine.generate(request((1,), seconds=seconds), nothing)
        assert take.audio.shape[1] == seconds * take.rate
        peaks.append(live.peak)
    assert peaks[0] > 10 * take.rate * 4
    assert peaks[1] < (1.25 if isinstance(engine, AceStep) else 1.02) * peaks[0]


def test_sound_is_read_and_decoded_in_pieces_as_in_one(engine: "BatchEngine") -> None:
    chance = torch.Generator().manual_seed(1)
    with torch.inference_mode():
        if isinstance(engine, AceStep):
            latents = torch.randn((1, 8, 900), generator=chance)
            whole = engine._pipeline.vae.decoder(latents)[0].numpy()
            pieces = engine._decode(latents.transpose(1, 2), lambda: None)
        else:
            assert isinstance(engine, StableAudio)
            codec, latents = engine._new.vae, torch.randn((1, 8, 250), generator=chance)
            whole = codec.decode(latents).sample.clamp(-1, 1)[0].numpy()
            pieces = engine._decode(latents, lambda: None)
            sound = torch.randn((1, 2, 4096 * 250 + 77), generator=chance).expand(2, -1, -1)
            read, told = codec.encode(sound).latents, type(codec).encode(codec, sound).latents
            torch.testing.assert_close(read, told, atol=1e-6, rtol=1e-5)
    assert pieces.shape == whole.shape
    np.testing.assert_allclose(pieces, whole, atol=2e-6)


def test_the_global_chance_is_left_alone(engine: "BatchEngine", source: Take) -> None:
    torch.manual_seed(99)
    before = torch.random.get_rng_state()
    one = engine.generate(request((4,), mode="extend", source=source, seconds=12), nothing)[0]
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.manual_seed(1)
    other = engine.generate(request((4,), mode="extend", source=source, seconds=12), nothing)[0]
    np.testing.assert_array_equal(one.audio, other.audio)


def test_a_source_of_another_engine_is_taken_at_the_models_rate(engine: "BatchEngine", source: Take) -> None:
    foreign = replace(source, audio=source.audio[:, : 8 * 32_000], rate=32_000, engine="composer")
    (take,) = engine.generate(request((4,), mode="extend", source=foreign), nothing)
    assert take.audio.shape == (2, SECONDS * engine.capabilities.sample_rate)


def test_shortage_of_memory_says_so(engine: "BatchEngine") -> None:
    def short(_share: float) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(OutOfMemory):
        engine.generate(request(), short)


@pytest.mark.parametrize("name", list(MAKERS))
def test_what_is_no_model_is_named(name: str, tmp_path: Path) -> None:
    book = load_moods(config_file("moods.toml", folders(None)))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EngineFailed, match="cannot be loaded"):
        engine_kind(name)(book, tmp_path).load()
