"""The captured path of a GPU, on recorded programs: fixed places, one capture a shape, and what happens if it fails."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.errors import OutOfMemory
from bot.generation.engine import Request, Take
from bot.orders.brief import Brief

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from bot.generation.engines.musicgen import decoder, session, windows  # noqa: E402
from bot.generation.engines.musicgen.chance import Dice  # noqa: E402
from tests.generation.engines.musicgen.library import library_model  # noqa: E402
from tests.generation.engines.musicgen.recorded import Watched, recorded_graphs  # noqa: E402

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen

Engines = Callable[..., "MusicGen"]
WINDOW, KEPT, BUCKET = 8.0, 3.0, 16
"""Windows of 40 frames and their delay, for which three lengths are captured."""


def nothing(_share: float) -> None:
    pass


def request(seconds: int, *seeds: int, prompt: str = "calm piano") -> Request:
    return Request(Brief("calm", seconds, "youtube"), seeds, prompt=prompt)


BATCHES = (
    [request(6, 1, 2), request(11, 3, prompt="epic strings and drums , slow")],
    [request(5, 4, 5, 6, prompt="warm lo-fi")],
    [request(4, 7), request(5, 8, prompt="epic strings and drums , slow"), request(3, 9, prompt="a .")],
)
"""The third batch finds what was captured for the second, and has other words, not all of one length."""


def made(engine: "MusicGen", batch: list[Request]) -> list[Take]:
    return [take for takes in engine.generate_many(batch, nothing) for take in takes]


def same(some: list[Take], others: list[Take]) -> None:
    for one, other in zip(some, others, strict=True):
        assert one.state is not None
        assert other.state is not None
        np.testing.assert_array_equal(one.state["codes"], other.state["codes"])


@pytest.fixture
def own(engine: Engines, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> "MusicGen":
    """An engine whose attention remembers as it does on a GPU."""
    monkeypatch.setattr(decoder, "single_on_x86", lambda *_: False)
    monkeypatch.setattr(session, "BUCKET", BUCKET)
    monkeypatch.setattr(windows, "WINDOW_SECONDS", WINDOW)
    monkeypatch.setattr(windows, "KEPT_SECONDS", KEPT)
    return engine(getattr(request, "param", "stereo"))


def stage_of(engine: "MusicGen") -> Any:
    assert engine._model is not None
    return engine._model.decoder.kept


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, own: "MusicGen") -> Any:
    """What is seen of captures; nothing of them is left to other tests."""
    assert own._model is not None
    with monkeypatch.context() as patch:
        yield recorded_graphs(patch)
    own._model.decoder.kept = None


@pytest.mark.parametrize(("own", "steps", "captured"), [("stereo", 113, 7), ("melody", 167, 14)], indirect=["own"])
def test_replayed_steps_draw_the_codes_of_uncaptured_ones(
    own: "MusicGen", steps: int, captured: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step but the last of a window is a replay; of each shape every 16 positions one is captured."""
    plain = [made(own, batch) for batch in BATCHES]
    assert own._model is not None
    with monkeypatch.context() as patch:
        seen = recorded_graphs(patch)
        for batch, expected in zip(BATCHES, plain, strict=True):
            same(made(own, batch), expected)
    own._model.decoder.kept = None
    assert (seen.replayed, len(seen.captured)) == (steps, captured)


def test_each_shape_is_captured_once_and_kept_for_the_next_batch(own: "MusicGen", seen: Watched) -> None:
    made(own, BATCHES[1])
    first = stage_of(own)
    assert len(seen.captured) == 2  # 25 frames and their delay: up to 16 positions, and up to 32
    made(own, [request(5, 7, 8, 9, prompt="slow .")])
    assert (stage_of(own) is first, len(seen.captured)) == (True, 2)
    made(own, [request(5, 7)])
    assert (stage_of(own) is first, len(seen.captured)) == (False, 4)


def test_little_memory_is_left_to_others(own: "MusicGen", seen: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (1, 4))
    made(own, BATCHES[1])
    assert (stage_of(own), len(seen.captured)) == (None, 2)


def test_what_cannot_be_captured_is_made_step_by_step_where_everything_else_is(own: "MusicGen", seen: Watched) -> None:
    usual = seen.stream
    expected = made(own, BATCHES[1])
    assert own._model is not None
    own._model.decoder.kept = None
    seen.fails, seen.replayed = RuntimeError("CUDA error: operation not permitted when stream is capturing"), 0
    same(made(own, BATCHES[1]), expected)
    assert seen.replayed == 0
    assert seen.stream is usual


def test_short_of_memory_nothing_of_the_batch_is_kept(own: "MusicGen", seen: Watched) -> None:
    usual = seen.stream
    seen.fails = torch.OutOfMemoryError("CUDA out of memory")
    with pytest.raises(OutOfMemory):
        made(own, BATCHES[1])
    assert stage_of(own) is None
    assert seen.stream is usual
    seen.fails = None
    assert len(made(own, BATCHES[1])) == 3


class OneDevice(TorchDispatchMode):  # type: ignore[misc]
    """Refuses operations on tensors of two devices, which a GPU would refuse or wait for."""

    def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = [one for one in torch.utils._pytree.tree_leaves([args, kwargs]) if isinstance(one, torch.Tensor)]
        assert len({one.device.type for one in given}) <= 1, f"{function} on two devices"
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("kind", ["stereo", "melody"])
def test_steps_in_half_precision_never_leave_their_device(engine: Engines, kind: str) -> None:
    """On "meta" there are no numbers to be asked for, and types that do not fit are refused as on a GPU."""
    half, takes, positions = torch.float16, 3, 20
    with torch.inference_mode():
        inner = library_model(engine(kind)).decoder.to("meta", half)
        weights = decoder.Decoder(inner)
        like = {"device": weights.device, "dtype": half}
        words, rows = torch.zeros((takes, 7, weights.width), **like), 2 * takes
        heard = torch.ones((takes, 7), dtype=torch.bool, device=weights.device)
        prompt = decoder.Prompted(words, heard, None)
        if kind == "melody":
            prompt = decoder.Prompted(None, None, torch.zeros((rows, 9, weights.width), **like))
        shape = (weights.books, weights.codes)
        dice = Dice(range(takes), 25, 1.0, shape, weights.device)
        noise = dice.noise(range(takes))
        with OneDevice():
            batch = session.Session(weights, prompt, takes, positions, 3.0)
            logits = batch.begin(torch.zeros((takes, weights.books, 5), dtype=torch.long, device=weights.device))
            for step in range(3):
                drawn = dice.draw(logits, noise[step])
                windows._likelihood(logits, drawn, drawn >= 0)
                logits = batch.step(drawn)
            captured = batch._stage.masked(drawn, torch.zeros(1, dtype=torch.long, device=weights.device), 16)
    for one in (logits, captured):
        assert (one.device.type, one.dtype, one.shape) == ("meta", torch.float32, (takes, *shape))
