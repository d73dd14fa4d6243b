"""Any length, in windows over the codes themselves: 30 s at a time, of which the next window keeps the last 12 s.

Nothing is decoded and encoded again on the way, and memory does not grow with the length: a window is as much as the
model was trained on. Codes that are given stand where they are, wherever that is, and only the others are drawn: a new
take is given none, a continuation those before it, a part made again those around it, a variation many in between.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from bot.generation.engines.musicgen.chance import BLOCK, Dice
from bot.generation.engines.musicgen.decoder import Decoder, Prompted
from bot.generation.engines.musicgen.delay import UNKNOWN, delays, gathered, laid_out
from bot.generation.engines.musicgen.session import Session

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
class Course:
    """What one take is drawn along: (codebooks, frames) of the codes ``given``, `UNKNOWN` where one is to be drawn.

    The first ``known`` frames are given whole; they are kept in mind, not walked again. From frame ``judged`` on, how
    likely the model finds what is given after what it drew is added up; None: nowhere.
    """

    given: Tensor
    known: int
    seed: int
    judged: int | None = None

    @property
    def frames(self) -> int:
        """How long the take will be."""
        return int(self.given.shape[1])


@dataclass(frozen=True, slots=True)
class Walked:
    """A take's ``codes``, (codebooks, frames), and the log-likelihood of what was given where it was judged."""

    codes: Tensor
    likelihood: float


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

    def kept(self, known: int) -> int:
        """Return how many of so many known frames the first window keeps in mind."""
        return min(known, self._keep)

    def steps(self, frames: int, known: int) -> int:
        """Return how many steps a take of so many frames takes."""
        return sum(span.new + int(self._delay.max()) for span in spans(frames, known, self._window, self._keep))

    def codes(self, prompted: Prompting, courses: Sequence[Course], stepped: Callable[[], None]) -> list[Walked]:
        """Return each take's codes, those given in their places.

        All courses keep equally many frames in mind (`kept`); ``stepped`` is called after every step and may raise,
        which ends the walk.
        """
        shape = (self._decoder.books, self._decoder.codes)
        seeds = [course.seed for course in courses]
        dice = Dice(seeds, self._sampling.top, self._sampling.temperature, shape, self._decoder.device)
        grown = [course.given[:, : course.known] for course in courses]
        likelihoods = [0.0] * len(courses)
        while rows := [row for row, course in enumerate(courses) if grown[row].shape[1] < course.frames]:
            kept = min(grown[rows[0]].shape[1], self._keep)
            firsts = [grown[row].shape[1] - kept for row in rows]
            ends = [min(courses[row].frames - first, self._window) for row, first in zip(rows, firsts, strict=True)]
            views = [
                View(torch.cat([grown[row][:, first:], courses[row].given[:, first + kept : first + end]], dim=1),
                     self._judged(courses[row], first, kept, end))
                for row, first, end in zip(rows, firsts, ends, strict=True)
            ]  # fmt: skip
            heard = prompted(rows, [first / self._frame_rate for first in firsts])
            grid, found = self._filled(heard, views, kept, dice, rows, stepped)
            for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
                new = gathered(grid[place], kept, end - kept, self._delay)
                grown[row] = torch.cat([grown[row], new], dim=1)
                likelihoods[row] += float(found[place])
        return [Walked(*one) for one in zip(grown, likelihoods, strict=True)]

    def _judged(self, course: Course, first: int, kept: int, end: int) -> Tensor:
        """Return for each frame of a window whether the codes given there are judged."""
        frames = torch.arange(end)
        if course.judged is None:
            return torch.zeros_like(frames, dtype=torch.bool)
        return (frames >= kept) & (frames + first >= course.judged)

    def _filled(
        self,
        prompted: Prompted,
        views: Sequence["View"],
        kept: int,
        dice: Dice,
        rows: Sequence[int],
        stepped: Callable[[], None],
    ) -> tuple[Tensor, Tensor]:
        """Return the grid of one window with everything unknown drawn, and each take's likelihood where judged."""
        decoder = self._decoder
        longest = max(view.given.shape[1] for view in views)
        grid = laid_out(torch.stack([_padded(view.given, longest, decoder.pad) for view in views]),
                        self._delay, decoder.pad).to(decoder.device)  # fmt: skip
        judged = torch.stack([_padded(view.judged.expand(decoder.books, -1), longest, 0) for view in views])
        judged = laid_out(judged.long(), self._delay, 0).bool()
        somewhere = judged.flatten(0, 1).any(0).tolist()
        judged = judged.to(decoder.device)
        positions = grid.shape[-1]
        session = Session(decoder, prompted, len(rows), positions, self._sampling.guidance)
        logits = session.begin(grid[:, :, : kept + 1])
        likelihood = torch.zeros(len(rows), device=decoder.device)
        noise = None
        for step, place in enumerate(range(kept + 1, positions)):
            if step % BLOCK == 0:
                noise = dice.noise(rows)
            assert noise is not None
            given = grid[:, :, place]
            if somewhere[place]:
                likelihood += _likelihood(logits, given, judged[:, :, place])
            now = torch.where(given == UNKNOWN, dice.draw(logits, noise[step % BLOCK]), given)
            grid[:, :, place] = now
            stepped()
            if place + 1 < positions:
                logits = session.step(now)
        return grid.cpu(), likelihood.cpu()


@dataclass(frozen=True, slots=True)
class View:
    """What a window shows of a course: its codes ``given``, (codebooks, frames), and which frames are ``judged``."""

    given: Tensor
    judged: Tensor


def _likelihood(logits: Tensor, given: Tensor, judged: Tensor) -> Tensor:
    """Return per take the sum of log p of the codes given, where judged, from (takes, codebooks, codes)."""
    told = torch.log_softmax(logits.float(), -1).gather(-1, given.clamp(0, logits.shape[-1] - 1)[..., None])
    return (told.squeeze(-1) * judged).sum(-1)


def _padded(frames: Tensor, length: int, by: int) -> Tensor:
    return torch.nn.functional.pad(frames, (0, length - frames.shape[-1]), value=by)
