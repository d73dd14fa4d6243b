"""One batch on its way through one window, with shapes that never change.

The library's step builds masks, caches and output objects anew for every 1/50 s of music. Here the memory of attention
has its full size from the start (`memory`). Rows are ordered: all takes with their prompt, then (with guidance) all
takes without; the prompt of the latter is nothing at all, so that their cross-attention, which would add zero, is left
out.

On a GPU a step is captured as a CUDA graph (`graphs`) for every 256 positions and replayed; if that cannot be done, it
runs as on a CPU. What was captured reads fixed places in memory, so that place, a `Stage`, is kept for the next window
and the next batch of the same shape. The captured path (`Stage.masked`) is the same arithmetic, as a test on the CPU
shows.
"""

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch.nn import functional

from bot.generation.engines.device import can_capture
from bot.generation.engines.musicgen.decoder import Across, Decoder, Layer, Prompted
from bot.generation.engines.musicgen.graphs import Graphs

Tensor = Any
BUCKET = 256
"""Positions a captured step attends to, in steps of so many."""
WORDS = 64
"""Words a prompt has room for, in steps of so many: prompts of any usual length make one shape."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What fixes the shapes of a step: ``takes``, with room for so many ``positions`` and ``words`` (0: no
    cross-attention), and by how much ``guidance`` doubles the rows, if above 1."""

    takes: int
    guidance: float
    positions: int
    words: int

    @property
    def rows(self) -> int:
        """Rows of the batch."""
        return self.takes * 2 if self.guidance > 1 else self.takes


class Session:
    """``takes`` rows with their prompt, doubled by ``guidance``, through at most ``positions`` positions."""

    def __init__(self, decoder: Decoder, prompted: Prompted, takes: int, positions: int, guidance: float) -> None:
        """Set up; memory does not grow afterwards."""
        self._prefix = prompted.prefix
        length = positions + (0 if self._prefix is None else self._prefix.shape[1])
        words = 0 if prompted.text is None else rounded(prompted.text.shape[1], WORDS)
        fixed = can_capture(decoder.device)
        self._stage = staged(decoder, Shape(takes, guidance, rounded(length, BUCKET) if fixed else length, words))
        self._stage.listen(prompted)
        self._graphed = fixed
        self._done = 0

    def begin(self, codes: Tensor) -> Tensor:
        """Take in the known beginning, (takes, codebooks, positions); return the logits after it.

        Logits are (takes, codebooks, codes), guided, in single precision.
        """
        self._done = codes.shape[-1] + (0 if self._prefix is None else self._prefix.shape[1])
        return self._stage.start(codes, self._prefix)

    def step(self, codes: Tensor) -> Tensor:
        """Take in one more position, (takes, codebooks); return the logits after it, which hold until the next."""
        place, self._done = self._done, self._done + 1
        if self._graphed:
            return self._stage.replayed(codes, place, rounded(place + 1, BUCKET))
        return self._stage.step(codes, place)


class Stage:
    """Where batches of one shape are walked: the memory of attention, and the captured steps that read it."""

    def __init__(self, decoder: Decoder, shape: Shape) -> None:
        """Set aside everything a batch of this shape needs."""
        self.shape = shape
        self._decoder = decoder
        self._places = decoder.place(shape.positions)
        self._past = decoder.memory(shape.rows, shape.positions)
        self._text = decoder.memory(shape.takes, shape.words) if shape.words else None
        self._mask = torch.zeros((shape.takes, 1, 1, shape.words), dtype=torch.bool, device=decoder.device)
        self._graphs = Graphs(shape.takes, decoder.books, decoder.device)

    def listen(self, prompted: Prompted) -> None:
        """Forget the last batch and take in what the takes of the next listen to."""
        self._past.clear()
        if prompted.text is None or self._text is None:
            return
        takes, words, _ = prompted.text.shape
        self._text.clear()
        self._mask.zero_()
        self._mask[:, 0, 0, :words] = True if prompted.heard is None else prompted.heard
        for number, layer in enumerate(self._decoder.layers):
            assert layer.across is not None
            key, value = (
                of(prompted.text).view(takes, words, self._decoder.heads, -1).transpose(1, 2)
                for of in (layer.across.key, layer.across.value)
            )
            self._text.write(number, slice(0, words), key, value)

    def start(self, codes: Tensor, prefix: Tensor | None) -> Tensor:
        """Take in what is known, (takes, codebooks, positions), after the prefix; return the logits."""
        x = self._embedded(codes)
        if prefix is not None:
            x = torch.cat([prefix, x], dim=1)
        count = x.shape[1]
        return self._logits(self._through(x + self._places[:count], slice(0, count), count, None)[:, -1])

    def step(self, codes: Tensor, place: int) -> Tensor:
        """Take in the codes at one place, (takes, codebooks); return the logits."""
        x = self._embedded(codes[:, :, None]) + self._places[place]
        return self._logits(self._through(x, slice(place, place + 1), place + 1, None)[:, -1])

    def masked(self, codes: Tensor, place: Tensor, length: int) -> Tensor:
        """Make the step at ``place`` (a tensor of one number) with shapes that depend on ``length`` alone."""
        x = self._embedded(codes[:, :, None]) + self._places.index_select(0, place)
        mask = (torch.arange(length, device=place.device) <= place)[None, None, None, :]
        return self._logits(self._through(x, place, length, mask)[:, -1])

    def replayed(self, codes: Tensor, place: int, length: int) -> Tensor:
        """Make a step that was captured, or capture it; what it returns holds until the next."""
        return self._graphs.step(self.masked, codes, place, length)

    def _embedded(self, codes: Tensor) -> Tensor:
        tables = self._decoder.embeddings
        x = functional.embedding(codes[:, 0], tables[0])
        for book in range(1, len(tables)):
            x += functional.embedding(codes[:, book], tables[book])
        return torch.cat([x, x]) if self.shape.guidance > 1 else x

    def _through(self, x: Tensor, at: Any, length: int, mask: Tensor | None) -> Tensor:
        for number, layer in enumerate(self._decoder.layers):
            x += self._attended(number, layer, x, at, length, mask)
            if layer.across is not None:
                x[: self.shape.takes] += self._listened(number, layer.across, x[: self.shape.takes])
            x += layer.narrow(self._decoder.activation(layer.widen(layer.last_norm(x))))
        return self._decoder.norm(x)

    def _attended(self, number: int, layer: Layer, x: Tensor, at: Any, length: int, mask: Tensor | None) -> Tensor:
        rows, count, _ = x.shape
        qkv = layer.qkv(layer.norm(x)).view(rows, count, 3, self._decoder.heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        self._past.write(number, at, key, value)
        heard = self._past.heard(number, query, length, mask, causal=count > 1)
        return layer.out(heard.transpose(1, 2).reshape(rows, count, -1))

    def _listened(self, number: int, across: Across, x: Tensor) -> Tensor:
        """Return what the prompted rows hear of their text."""
        assert self._text is not None
        takes, count, _ = x.shape
        query = across.query(across.norm(x)).view(takes, count, self._decoder.heads, -1).transpose(1, 2)
        heard = self._text.heard(number, query, self.shape.words, self._mask, causal=False)
        return across.out(heard.transpose(1, 2).reshape(takes, count, -1))

    def _logits(self, x: Tensor) -> Tensor:
        logits = self._decoder.head(x).view(len(x), self._decoder.books, -1).float()
        if self.shape.guidance <= 1:
            return logits
        told, untold = logits.chunk(2)
        return untold + (told - untold) * self.shape.guidance


def staged(decoder: Decoder, shape: Shape) -> Stage:
    """Return a stage for a shape: the one kept from before if it suits, else a new one.

    A stage is worth keeping for its captured steps, which only a GPU has; and only while half of the memory is left for
    everything else that goes on there.
    """
    if decoder.kept is not None and suits(decoder.kept.shape, shape):
        return cast("Stage", decoder.kept)
    decoder.kept = None  # its memory is free before more is asked for
    stage = Stage(decoder, shape)
    if can_capture(decoder.device):
        free, whole = torch.cuda.mem_get_info(decoder.device)
        decoder.kept = stage if free > whole / 2 else None
    return stage


def suits(kept: Shape, wanted: Shape) -> bool:
    """Whether a batch fits a stage: of its kind, and no longer."""
    same = (kept.takes, kept.guidance, kept.words) == (wanted.takes, wanted.guidance, wanted.words)
    return same and kept.positions >= wanted.positions


def rounded(length: int, step: int) -> int:
    """Return the least multiple of ``step`` that is no less."""
    return -(-length // step) * step
