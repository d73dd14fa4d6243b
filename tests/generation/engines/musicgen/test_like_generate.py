"""Greedily, our loop draws the very codes of the library's ``generate()``; only faster, and any length."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.generation.engine import Request
from bot.generation.engines.splice import within_full_scale
from bot.orders.brief import Brief

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
    codec, sides = model.whole.audio_encoder, list[Any]()
    decode = codec.decode

    def overheard(codes: Any, **rest: Any) -> Any:
        sides.append(codes[0, 0])
        return decode(codes, **rest)

    inputs = model.tokenizer([prompt], return_tensors="pt")
    steps = int(SECONDS * model.frame_rate) + model.decoder.books // model.channels - 1
    with torch.inference_mode(), monkeypatch.context() as patch:
        patch.setattr(codec, "decode", overheard)
        sound = model.whole.generate(
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


def test_the_step_of_fixed_shape_is_the_same_step(engine: "Callable[..., MusicGen]") -> None:
    """What a GPU captures is this arithmetic; here it runs uncaptured."""
    from bot.generation.engines.musicgen.conditions import Condition, prompted
    from bot.generation.engines.musicgen.decoder import Session
    from bot.generation.engines.musicgen.model import words_of

    model = engine("stereo")._model
    assert model is not None
    with torch.inference_mode():
        heard = prompted(model, [Condition(words_of(model, prompt)) for prompt in PROMPTS], [0.0] * 3, guided=True)
        plain, fixed = (Session(model.decoder, heard, 3, 64, 3.0) for _ in range(2))
        codes = torch.full((3, 8, 1), 32)
        torch.testing.assert_close(plain.begin(codes), fixed.begin(codes))
        for place in range(1, 40):
            codes = torch.randint(0, 32, (3, 8), generator=torch.Generator().manual_seed(place))
            one, other = plain.step(codes), fixed._masked(codes, torch.tensor([place]), 64)
            torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
