"""The diffusion engines beside the plain call of the library's pipeline: same random weights, same prompts, same run.

Two sizes each: tiny, where a step is overhead and next to no arithmetic, and the real model's width with two of its
layers. Text encoder and sound codec are tiny, so that what is compared is the denoising and what goes on around it.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks._engines_musicgen import now
from bot.generation.engine import Request
from bot.generation.rights import engine_kind
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook
from tests.generation.engines.tiny import tiny_ace_step, tiny_stable_audio

SECONDS, STEPS, SKIPPED = 10, 8, 2
PROMPT = "calm piano music"
LAYERS = 2


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of a call, and of one of its steps."""

    call: float
    step: float


def wide_ace_step(folder: Path) -> Path:
    """Save an ACE-Step pipeline with two layers of the real width, 2,048."""
    from diffusers import AceStepPipeline, AceStepTransformer1DModel

    pipeline = AceStepPipeline.from_pretrained(tiny_ace_step(folder), local_files_only=True)
    pipeline.transformer = AceStepTransformer1DModel(
        num_hidden_layers=LAYERS, in_channels=24, audio_acoustic_hidden_dim=8, is_turbo=True, encoder_hidden_size=16
    )
    pipeline.save_pretrained(folder)
    return folder


def wide_stable_audio(folder: Path) -> Path:
    """Save a Stable Audio 3 pipeline with two layers of the real width, 1,536."""
    from diffusers import StableAudio3DiTModel, StableAudio3Pipeline

    pipeline = StableAudio3Pipeline.from_pretrained(tiny_stable_audio(folder), local_files_only=True)
    pipeline.transformer = StableAudio3DiTModel(
        io_channels=8, depth=LAYERS, cond_token_dim=16, global_cond_dim=16, local_add_cond_dim=9
    )
    pipeline.save_pretrained(folder)
    return folder


def plain_ace_step(folder: Path, takes: int, told: Any) -> Callable[[], Any]:
    """Return the library's call as its own documentation makes it."""
    from diffusers import AceStepPipeline

    pipeline = _opened(AceStepPipeline, folder, "bfloat16")
    return lambda: pipeline(
        prompt=[PROMPT] * takes, lyrics=["[Instrumental]"] * takes, audio_duration=float(SECONDS),
        num_inference_steps=STEPS, guidance_scale=1.0, generator=_generators(takes), callback_on_step_end=told,
    )  # fmt: skip


def plain_stable_audio(folder: Path, takes: int, told: Any) -> Callable[[], Any]:
    """Return the library's call as its own documentation makes it."""
    from diffusers import StableAudio3Pipeline

    pipeline = _opened(StableAudio3Pipeline, folder, "float16")
    return lambda: pipeline(
        prompt=[PROMPT] * takes, duration=float(SECONDS), num_inference_steps=STEPS, generator=_generators(takes),
        callback_on_step_end=told,
    )  # fmt: skip


ENGINES: dict[str, tuple[dict[str, Callable[[Path], Path]], Callable[[Path, int, Any], Callable[[], Any]]]] = {
    "ace-step": ({"tiny": tiny_ace_step, f"{LAYERS} layers of 2048": wide_ace_step}, plain_ace_step),
    "stable-audio-3": (
        {"tiny": tiny_stable_audio, f"{LAYERS} layers of 1536": wide_stable_audio},
        plain_stable_audio,
    ),
}


def measure(name: str, batches: list[int], book: MoodBook) -> None:
    """Print a table for one engine."""
    from bot.generation.engines.device import device_name

    sizes, plain = ENGINES[name]
    print(f"\n{name} on {device_name()}: {SECONDS} s of music in {STEPS} steps\n")
    print("| size | takes | pipeline, a take | engine, a take | ratio | pipeline, a step | engine, a step |")
    print("|---|---|---|---|---|---|---|")
    for size, made in sizes.items():
        with tempfile.TemporaryDirectory() as home:
            folder = made(Path(home))
            engine = engine_kind(name)(book, folder)
            engine.load()
            for takes in batches:
                theirs, ours = _by_pipeline(plain, folder, takes), _by_engine(engine, takes)
                cells = (size, takes, _ms(theirs.call / takes), _ms(ours.call / takes),
                         f"{theirs.call / ours.call:.2f}x", _ms(theirs.step), _ms(ours.step))  # fmt: skip
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)
            engine.unload()


def _by_pipeline(plain: Callable[[Path, int, Any], Callable[[], Any]], folder: Path, takes: int) -> Spent:
    moments: list[float] = []

    def told(_pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        moments.append(now())
        return tensors

    call = plain(folder, takes, told)

    def once() -> None:
        with torch.inference_mode():
            call()

    return _timed(once, moments)


def _by_engine(engine: Any, takes: int) -> Spent:
    moments: list[float] = []
    request = Request(Brief("calm", SECONDS, "youtube"), tuple(range(takes)), prompt=PROMPT)
    return _timed(lambda: engine.generate(request, lambda _share: moments.append(now())), moments)


def _timed(call: Callable[[], Any], moments: list[float]) -> Spent:
    """Return the least of two calls after one that is not counted; a step is that between the third and the last."""
    spent: list[Spent] = []
    for _ in range(3):
        moments.clear()
        started = now()
        call()
        ended = now()
        steps = moments[-STEPS:] if len(moments) == STEPS else moments[1 : 1 + STEPS]
        spent.append(Spent(ended - started, (steps[-1] - steps[SKIPPED]) / (STEPS - SKIPPED - 1)))
    return min(spent[1:], key=lambda one: one.call)


def _opened(kind: Any, folder: Path, on_gpu: str) -> Any:
    from bot.generation.engines.device import best_device, number_type

    device = best_device()
    pipeline = kind.from_pretrained(folder, dtype=number_type(device, on_gpu), local_files_only=True).to(device)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def _generators(takes: int) -> list[Any]:
    return [torch.Generator().manual_seed(seed) for seed in range(takes)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:.2f} ms"
