"""Any length, in windows over the codes themselves: 30 s at a time, of which the next window keeps the last 12 s.

Nothing is decoded and encoded again on the way, and memory does not grow with the length: a window is as much as the
model was trained on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from bot.generation.engines.musicgen.chance import BLOCK, Dice
from bot.generation.engines.musicgen.decoder import Decoder, Prompted, Session
from bot.generation.engines.musicgen.delay import UNKNOWN, delays, gathered, laid_out

Tensor = Any
WINDOW_SECONDS, KEPT_SECONDS = 30.0, 12.0


Prompting = Callable[[Sequence[int], Sequence[float]], Prompted]
"""Gives the conditions of some takes, by their numbers, and where in its music each one's window begins, in seconds."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How codes are drawn: ``guidance`` towards the prompt, among the ``top`` likeliest codes, at ``temperature``."""

    guidance: float = 3.0
    top: int = 250
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a take: ``kept`` frames are known, ``new`` ones are drawn after them."""

    kept: int
    new: int


def spans(frames: int, kept: int, window: int, keep: int) -> Iterator[Span]:
    """Yield the windows of a take that is to grow from ``kept`` known frames to ``frames``; all counts in frames.

    >>> list(spans(100, 0, 50, 20))
    [Span(kept=0, new=50), Span(kept=20, new=30), Span(kept=20, new=20)]
    """
    have = kept
    while have < frames:
        context = min(have, keep)
        new = min(window - context, frames - have)
        yield Span(context, new)
        have += new


class Walk:
    """Draws the codes of several takes at once, each as long as it is to be.

    All takes start from the same number of known frames (0, or what a continuation keeps), so that they stand at the
    same position of the same window; shorter ones leave the batch at the end of a window.
    """

    def __init__(self, decoder: Decoder, channels: int, frame_rate: float, sampling: Sampling) -> None:
        self._decoder = decoder
        self._delay = torch.tensor(delays(decoder.books, channels))
        self._frame_rate = frame_rate
        self._window, self._keep = int(WINDOW_SECONDS * frame_rate), int(KEPT_SECONDS * frame_rate)
        self._sampling = sampling

    def kept(self, known: Tensor) -> int:
        """Return how many of a take's known frames the first window keeps in mind."""
        return min(int(known.shape[1]), self._keep)

    def steps(self, frames: int, kept: int) -> int:
        """Return how many steps a take of so many frames takes."""
        return sum(span.new + int(self._delay.max()) for span in spans(frames, kept, self._window, self._keep))

    def codes(
        self,
        prompted: Prompting,
        known: Sequence[Tensor],
        frames: Sequence[int],
        seeds: Sequence[int],
        stepped: Callable[[], None],
    ) -> list[Tensor]:
        """Return each take's codes, (codebooks, frames), the known ones first.

        ``known`` are (codebooks, kept frames), of which all takes keep equally many in mind; ``stepped`` is called
        after every step and may raise, which ends the walk.
        """
        shape = (self._decoder.books, self._decoder.codes)
        dice = Dice(seeds, self._sampling.top, self._sampling.temperature, shape, self._decoder.device)
        grown = list(known)
        while rows := [row for row in range(len(frames)) if grown[row].shape[1] < frames[row]]:
            kept = min(grown[rows[0]].shape[1], self._keep)
            ends = [min(kept + frames[row] - grown[row].shape[1], self._window) for row in rows]
            context = torch.stack([grown[row][:, grown[row].shape[1] - kept :] for row in rows])
            starts = [(grown[row].shape[1] - kept) / self._frame_rate for row in rows]
            grid = self._filled(prompted(rows, starts), context, torch.tensor(ends), dice, rows, stepped)
            for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
                new = gathered(grid[place], kept, end - kept, self._delay)
                grown[row] = torch.cat([grown[row], new], dim=1)
        return grown

    def _filled(
        self,
        prompted: Prompted,
        context: Tensor,
        ends: Tensor,
        dice: Dice,
        rows: Sequence[int],
        stepped: Callable[[], None],
    ) -> Tensor:
        """Return the grid of one window with everything unknown drawn."""
        decoder, kept = self._decoder, context.shape[-1]
        grid = laid_out(context, ends, self._delay, decoder.pad).to(decoder.device)
        positions = grid.shape[-1]
        session = Session(decoder, prompted, len(rows), positions, self._sampling.guidance)
        logits = session.begin(grid[:, :, : kept + 1])
        noise = None
        for step, place in enumerate(range(kept + 1, positions)):
            if step % BLOCK == 0:
                noise = dice.noise(rows)
            assert noise is not None
            drawn, known = dice.draw(logits, noise[step % BLOCK]), grid[:, :, place]
            now = torch.where(known == UNKNOWN, drawn, known)
            grid[:, :, place] = now
            stepped()
            if place + 1 < positions:
                logits = session.step(now)
        return grid.cpu()
