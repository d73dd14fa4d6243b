"""MusicGen by our own session beside the library's ``generate()``: the same random weights, timed in one run.

A step is timed from one to the next inside a call, so that what is paid once does not count: at the beginning of a
window (few positions to attend to) and at its end (1,400). What both cost on the way grows evenly in between, which
gives takes of 30 s. The floor is what a step must read, every weight once and all keys and values, at the speed at
which this machine copied memory in the same run.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

GUIDANCE, TOP, STEPS_OF_30_S = 3.0, 250, 1503
PROMPT_WORDS = 24
LATE = 1400
TIMES = 2
"""Measurements, of which the least counts: other work on the machine only ever adds."""
SKIPPED = 3
"""Steps at the beginning of a call that are not timed: kernels are chosen, graphs captured."""


@dataclass(frozen=True, slots=True)
class Size:
    """A language model: ``layers`` of ``width``."""

    name: str
    layers: int
    width: int


OVERHEAD = Size("24 layers of 64", 24, 64)
"""Next to no arithmetic: what is left is the overhead of every step."""
SIZES = {"overhead": OVERHEAD, "small": Size("musicgen-small", 24, 1024), "medium": Size("musicgen-medium", 48, 1536)}


def saved(size: Size, folder: Path) -> Path:
    """Save a model of a size with random weights; text encoder and codec are tiny."""
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
        upsampling_ratios=[8, 5, 4, 4], target_bandwidths=[50 * 4 * 11 / 1000], use_causal_conv=False,
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


class Stopwatch:
    """Told of every step; knows the seconds between steps: of this process on a CPU, of the wall on a GPU."""

    def __init__(self, steps: int) -> None:
        self._steps, self._told = steps, 0
        self._from = self._to = 0.0

    def tick(self) -> None:
        """A step is over."""
        self._told += 1
        if self._told == SKIPPED:
            self._from = now()
        if self._told == self._steps:
            self._to = now()

    def __call__(self, ids: Any, _scores: Any, **_rest: Any) -> Any:
        """Be asked by ``generate()`` after every step whether to stop: no."""
        self.tick()
        return torch.zeros(len(ids), dtype=torch.bool, device=ids.device)

    @property
    def each(self) -> float:
        """Seconds of a step."""
        assert self._told >= self._steps, "fewer steps than were to be timed"
        return (self._to - self._from) / (self._steps - SKIPPED)


def now() -> float:
    """Return the moment, once everything that was started has ended."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def by_generate(whole: Any, takes: int, known: int, steps: int) -> float:
    """Return the seconds of a step of the library's, after ``known`` frames."""
    watch = Stopwatch(steps)
    words = torch.full((takes, PROMPT_WORDS), 5, device=whole.device)
    given: dict[str, Any] = {}
    if known:
        books = whole.decoder.config.num_codebooks
        given["decoder_input_ids"] = torch.randint(0, 2048, (takes * books, known), device=whole.device)
    with torch.inference_mode():
        whole.generate(
            input_ids=words, attention_mask=torch.ones_like(words), do_sample=True, top_k=TOP,
            guidance_scale=GUIDANCE, max_new_tokens=steps + SKIPPED, stopping_criteria=[watch], **given,
        )  # fmt: skip
    return watch.each


def by_our_session(decoder: Any, takes: int, known: int, steps: int) -> float:
    """Return the seconds of a step of ours, drawing included, after ``known`` frames."""
    from bot.generation.engines.musicgen.chance import BLOCK, Dice
    from bot.generation.engines.musicgen.decoder import Prompted
    from bot.generation.engines.musicgen.session import Session

    watch = Stopwatch(steps)
    text = torch.randn(takes, PROMPT_WORDS, decoder.width).to(decoder.device, decoder.dtype)
    dice = Dice(range(takes), TOP, 1.0, (decoder.books, decoder.codes), decoder.device)
    with torch.inference_mode():
        session = Session(decoder, Prompted(text, None, None), takes, known + steps + 1, GUIDANCE)
        logits = session.begin(torch.randint(0, 2048, (takes, decoder.books, known + 1)).to(decoder.device))
        for step in range(steps):
            if step % BLOCK == 0:
                noise = dice.noise(range(takes))
            logits = session.step(dice.draw(logits, noise[step % BLOCK]))
            watch.tick()
    return watch.each


def copied(device: Any) -> float:
    """Return the bytes a second that memory gives: read and written by a copy, the best of five."""
    source = torch.empty(2**28, dtype=torch.uint8, device=device).fill_(1)
    target = torch.empty_like(source).fill_(0)
    spent = []
    for _ in range(5):
        started = now()
        target.copy_(source)
        spent.append(now() - started)
    return float(2 * source.numel() / min(spent))


def floor(size: Size, takes: int, position: int, number_bytes: int, bandwidth: float) -> float:
    """Return the seconds in which a step can at best read what it must."""
    weights = size.layers * 14 * size.width**2 + 4 * 2048 * size.width
    looked_at = 2 * size.layers * 2 * takes * position * size.width
    return (weights + looked_at) * number_bytes / bandwidth


def measure(size: Size, batches: list[int], steps: int, late: bool) -> None:
    """Print a table for one size."""
    from transformers import MusicgenForConditionalGeneration

    from bot.generation.engines.device import best_device, device_name, number_type
    from bot.generation.engines.musicgen.model import load_model
    from bot.generation.engines.weights import weights_in

    device = best_device()
    numbers = number_type(device)
    with tempfile.TemporaryDirectory() as name:
        folder = saved(size, Path(name))
        library = MusicgenForConditionalGeneration.from_pretrained(folder, dtype=numbers).to(device).eval()
        decoder = load_model(weights_in(folder), device, numbers).decoder
        bandwidth = copied(device)
        print(f"\n{size.name}, {str(numbers).removeprefix('torch.')}, on {device_name()}; guidance {GUIDANCE:g}, top"
              f" {TOP}; memory copies at {bandwidth / 1e9:.1f} GB/s; a step of the whole batch\n")  # fmt: skip
        _row("takes", "positions", "generate()", "our session", "ratio", "to 1 by 1", "floor", "of floor")
        _row(*["---"] * 8)
        alone: dict[int, float] = {}
        found: dict[tuple[int, int], tuple[float, float]] = {}
        for takes in batches:
            for known in (0, LATE) if late else (0,):
                ours = min(by_our_session(decoder, takes, known, steps) for _ in range(TIMES))
                theirs = min(by_generate(library, takes, known, steps) for _ in range(TIMES))
                found[takes, known] = ours, theirs
                least = floor(size, takes, known + steps // 2, torch.finfo(numbers).bits // 8, bandwidth)
                alone.setdefault(known, theirs)
                _row(takes, known + steps // 2, _ms(theirs), _ms(ours), f"{theirs / ours:.2f}x",
                     f"{alone[known] * takes / ours:.2f}x", _ms(least), f"{least / ours:.0%}")  # fmt: skip
        for takes in batches if late else []:
            speeds = [takes * 3600 / STEPS_OF_30_S / ((found[takes, 0][who] + found[takes, LATE][who]) / 2)
                      for who in (0, 1)]  # fmt: skip
            print(f"\n{takes} at once: {speeds[0]:.1f} takes of 30 s in an hour, {speeds[1]:.1f} by generate()", end="")
        print(flush=True)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def _row(*cells: object) -> None:
    print("| " + " | ".join(str(cell).rjust(11) for cell in cells) + " |", flush=True)
