"""MusicGen by our own loop beside the library's ``generate()``, same random weights, same run: takes, steps, loop lag.

Run ``python -m benchmarks.engines``. Needs the neural extra, no weights and no network. Text encoder and codec are tiny
in both, so that what is compared is the drawing of codes. On a CPU everything runs on one thread and CPU seconds are
counted, which other work on the machine hardly touches; on a GPU wall-clock seconds are, after everything has ended.
"""

import asyncio
import importlib.util
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.generation.engine import Request
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

FRAME_RATE, GUIDANCE, TOP = 50, 3.0, 250
PROMPT = "calm piano music"
ASIDE = 10


@dataclass(frozen=True, slots=True)
class Size:
    """A language model: ``layers`` of ``width``; ``frames`` drawn for batches of so many takes."""

    name: str
    layers: int
    width: int
    frames: dict[int, int]


SIZES = (
    # Next to no arithmetic: what is left is the overhead of every step.
    Size("24 layers of 64", 24, 64, {1: 100, 8: 100, 32: 50}),
    # musicgen-small: 24 layers of 1,024.
    Size("musicgen-small", 24, 1024, {1: 40, 8: 25, 32: 12}),
)


def saved(size: Size, folder: Path) -> Path:
    """Save a model of a size with random weights."""
    import torch
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    from tests.generation.engines.tiny import tiny_tokenizer

    torch.manual_seed(1)
    codec = EncodecConfig(
        sampling_rate=32_000, audio_channels=1, num_filters=2, hidden_size=16, codebook_size=2048, codebook_dim=16,
        upsampling_ratios=[8, 5, 4, 4], target_bandwidths=[FRAME_RATE * 4 * 11 / 1000], use_causal_conv=False,
        num_lstm_layers=1, compress=2,
    )  # fmt: skip
    decoder = MusicgenDecoderConfig(
        hidden_size=size.width, num_hidden_layers=size.layers, ffn_dim=4 * size.width,
        num_attention_heads=max(2, size.width // 64), num_codebooks=4, audio_channels=1,
    )  # fmt: skip
    text = T5Config(vocab_size=24, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    whole = MusicgenForConditionalGeneration(MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=decoder))
    whole.generation_config.update(decoder_start_token_id=2048, pad_token_id=2048, bos_token_id=2048)
    whole.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


class Clock:
    """Seconds of work: of this process on a CPU, of the wall on a GPU."""

    def __init__(self) -> None:
        import torch

        self._gpu = torch.cuda.is_available()

    def now(self) -> float:
        """Return the moment, once everything has ended."""
        import torch

        if self._gpu:
            torch.cuda.synchronize()
            return time.perf_counter()
        return time.process_time()


def by_generate(model: Any, takes: int, frames: int) -> float:
    """Return the seconds that the library takes for so many takes at once."""
    import torch

    inputs = model.tokenizer([PROMPT] * takes, return_tensors="pt").to(model.whole.device)
    clock = Clock()
    started = clock.now()
    with torch.inference_mode():
        model.whole.generate(
            input_ids=inputs.input_ids, attention_mask=inputs.attention_mask, do_sample=True, top_k=TOP,
            guidance_scale=GUIDANCE, max_new_tokens=frames + 3,
        )  # fmt: skip
    return clock.now() - started


def by_our_loop(engine: Any, takes: int, frames: int) -> float:
    """Return the seconds that our loop takes for the same."""
    import torch

    from bot.generation.engines.musicgen.codec import decoded

    request = Request(Brief("calm", 5, "youtube"), tuple(range(takes)), prompt=PROMPT)
    parts = [replace(part, frames=frames) for part in engine._parts(0, request)]
    clock = Clock()
    started = clock.now()
    with torch.inference_mode():
        for codes in engine._drawn(parts, lambda _share: None):
            decoded(engine._model, codes)
    return clock.now() - started


def measure(size: Size, book: Any) -> None:
    """Print a table for one size."""
    from bot.generation.engines.device import device_name
    from bot.generation.engines.musicgen.engine import MusicGen
    from bot.generation.engines.musicgen.windows import Sampling

    with tempfile.TemporaryDirectory() as folder:
        engine = MusicGen(book, saved(size, Path(folder)), Sampling(GUIDANCE, TOP))
        engine.load()
        assert engine._model is not None
        print(f"\n{size.name}, guidance {GUIDANCE:g}, top {TOP}, on {device_name()}; seconds for a step and one take\n")
        print(
            f"| {'takes at once':>13} | {'generate()':>11} | {'our loop':>11} | {'ratio':>6} | {'to one by it':>12} |"
        )
        print(f"|{'-' * 15}|{'-' * 13}|{'-' * 13}|{'-' * 8}|{'-' * 14}|")
        alone = 0.0
        for takes, frames in size.frames.items():
            by_our_loop(engine, takes, ASIDE), by_generate(engine._model, takes, ASIDE)  # what is only paid once
            own, plain = by_our_loop(engine, takes, frames), by_generate(engine._model, takes, frames)
            each, theirs = (seconds / ((frames + 3) * takes) for seconds in (own, plain))
            alone = alone or theirs
            print(f"| {takes:>13} | {theirs * 1000:>8.2f} ms | {each * 1000:>8.2f} ms | {theirs / each:>5.2f}x |"
                  f" {alone / each:>11.2f}x |", flush=True)  # fmt: skip


async def lag() -> None:
    """Print how late the event loop is while the engine room makes a batch in its process."""
    from bot.finishing.likeness import LIBRARY
    from bot.generation.engine_room import EngineRoom, Limits
    from bot.generation.rights import engine_kind
    from bot.generation.takework import TakeWork, played_file

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weights = await asyncio.to_thread(saved, SIZES[0], folder / "weights")
        room = EngineRoom(engine_kind("musicgen"), folders(None), weights, Limits(threads=1))
        work = TakeWork("musicgen", folders(None), Brief("calm", 10, "youtube"), 1, folder, "key", folder / LIBRARY)
        making = asyncio.create_task(room.play(work, 0, played_file(work, 0), lambda _share: None))
        late = []
        while not making.done():
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append((time.perf_counter() - before - 0.01) * 1000)
        await making
        await room.close()
        late.sort()
        print(f"\nevent loop while the engine room loads and makes 10 s of music: {late[len(late) // 2]:.1f} ms late "
              f"(median), {late[int(len(late) * 0.99)]:.1f} ms (p99), {late[-1]:.1f} ms at most")  # fmt: skip


def main() -> None:
    """Measure every size, then the event loop; ``--lag`` only the latter, ``--overhead`` only the first size."""
    if importlib.util.find_spec("torch") is None:
        print("The neural extra is not installed: nothing to measure.")
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers.utils import logging

    from bot.generation.engines.device import use_threads

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    use_threads(1)
    book = load_moods(config_file("moods.toml", folders(None)))
    if "--lag" not in sys.argv:
        for size in SIZES[:1] if "--overhead" in sys.argv else SIZES:
            measure(size, book)
    asyncio.run(lag())


if __name__ == "__main__":
    main()
