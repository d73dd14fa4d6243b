"""Greedily, our loop draws the very codes of the library's ``generate()``; only faster, and any length."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.generation.engine import Request
from bot.generation.engines.splice import within_full_scale
from bot.orders.brief import Brief
from tests.generation.engines.musicgen.library import library_model

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen

PROMPTS = ("calm piano music", "epic strings and drums , slow", "warm lo-fi")
SECONDS = 6


def nothing(_share: float) -> None:
    pass


def requests(prompts: tuple[str, ...], seconds: int = SECONDS, seeds: tuple[int, ...] = (1,)) -> list[Request]:
    return [Request(Brief("calm", seconds, "youtube"), seeds, prompt=prompt) for prompt in prompts]


def generated(engine: "MusicGen", prompt: str, guidance: float, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Return what the library makes of a prompt, greedily: its codes (codebooks, frames) and its sound."""
    model = engine._model
    assert model is not None
    whole = library_model(engine)
    codec, sides = whole.audio_encoder, list[Any]()
    decode = codec.decode

    def overheard(codes: Any, **rest: Any) -> Any:
        sides.append(codes[0, 0])
        return decode(codes, **rest)

    inputs = model.tokenizer([prompt], return_tensors="pt")
    steps = int(SECONDS * model.frame_rate) + model.decoder.books // model.channels - 1
    with torch.inference_mode(), monkeypatch.context() as patch:
        patch.setattr(codec, "decode", overheard)
        sound = whole.generate(
            input_ids=inputs.input_ids, attention_mask=inputs.attention_mask, do_sample=False,
            guidance_scale=guidance, max_new_tokens=steps,
        )  # fmt: skip
    return torch.stack(sides, dim=1).flatten(0, 1).numpy(), sound[0].numpy()


@pytest.mark.parametrize("kind", ["mono", "stereo", "melody"])
@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_greedy_codes_are_those_of_generate(
    engine: "Callable[..., MusicGen]", kind: str, guidance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.generation.engines.musicgen.windows import Sampling

    own = engine(kind, Sampling(guidance=guidance, top=0))
    takes = own.generate_many(requests(PROMPTS), nothing)
    for prompt, (take,) in zip(PROMPTS, takes, strict=True):
        codes, sound = generated(own, prompt, guidance, monkeypatch)
        assert take.state is not None
        np.testing.assert_array_equal(take.state["codes"], codes)
        np.testing.assert_allclose(take.audio, within_full_scale(sound), atol=1e-5)
    assert len({take.state["codes"].tobytes() for (take,) in takes if take.state}) == len(PROMPTS)


@pytest.mark.parametrize("kind", ["mono", "melody"])
def test_weights_of_any_size_and_either_memory_give_the_same_codes(
    engine: "Callable[..., MusicGen]", kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real models are large enough to be packed, these are not; where nothing can be packed, nothing is."""
    from bot.generation.engines.musicgen import decoder, products
    from bot.generation.engines.musicgen.windows import Sampling

    own = engine(kind, Sampling(top=0))
    usual = own.generate_many(requests(PROMPTS), nothing)
    for packed, blocks in ((True, True), (False, False)):
        with monkeypatch.context() as patch:
            patch.setattr(products, "PACKED_FROM", 0 if packed else 2**60)
            patch.setattr(decoder, "single_on_x86", lambda *_, blocks=blocks: blocks)
            again = type(own)(None, own._folder, own._sampling)  # type: ignore[arg-type]
            again.load()
            takes = again.generate_many(requests(PROMPTS), nothing)
        for (one,), (other,) in zip(usual, takes, strict=True):
            assert one.state is not None
            assert other.state is not None
            np.testing.assert_array_equal(one.state["codes"], other.state["codes"])


def test_the_step_of_fixed_shape_is_the_same_step(
    engine: "Callable[..., MusicGen]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a GPU captures, and keeps for the next batch, is this arithmetic; here it runs uncaptured."""
    from bot.generation.engines.musicgen import decoder, session
    from bot.generation.engines.musicgen.conditions import Condition, prompted
    from bot.generation.engines.musicgen.model import words_of

    monkeypatch.setattr(decoder, "single_on_x86", lambda *_: False)
    model = engine("stereo")._model
    assert model is not None
    with torch.inference_mode():
        stage = session.Stage(model.decoder, session.Shape(3, 3.0, 64, session.WORDS))
        stage._past._values.fill_(torch.nan)  # whatever a batch leaves behind must not be heard by the next
        for prompts in (PROMPTS, PROMPTS[::-1]):
            heard = prompted(model, [Condition(words_of(model, one)) for one in prompts], [0.0] * 3, guided=True)
            plain = session.Session(model.decoder, heard, 3, 40, 3.0)
            stage.listen(heard)
            codes = torch.full((3, 8, 1), 32)
            torch.testing.assert_close(plain.begin(codes), stage.start(codes, None))
            for place in range(1, 40):
                codes = torch.randint(0, 32, (3, 8), generator=torch.Generator().manual_seed(place))
                one, other = plain.step(codes), stage.replayed(codes, place, 64)
                torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_a_kept_stage_serves_batches_of_its_kind_that_are_no_longer() -> None:
    from bot.generation.engines.musicgen.session import Shape, suits

    kept = Shape(takes=8, guidance=3.0, positions=1536, words=64)
    assert suits(kept, Shape(8, 3.0, 1024, 64))
    for other in (Shape(8, 3.0, 1792, 64), Shape(4, 3.0, 1536, 64), Shape(8, 1.0, 1536, 64), Shape(8, 3.0, 1536, 128)):
        assert not suits(kept, other)
