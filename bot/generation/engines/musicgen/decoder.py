"""One step of the language model, on the loaded weights, with shapes that never change.

The library's step builds masks, caches and output objects anew for every 1/50 s of music. Here the keys and values lie
in one block from the start, the three projections of an attention are one product and so are the heads of all
codebooks. Rows are ordered: all takes with their prompt, then (with guidance) all takes without; the prompt of the
latter is nothing at all, so that their cross-attention, which would add zero, is left out.

On a GPU a step is captured as a CUDA graph per block of 256 positions and replayed; if that cannot be done, it runs as
on a CPU. The static path (`_masked`) is the same arithmetic, which a test shows on the CPU.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
import torch
from torch.nn import functional

Tensor = Any
BUCKET = 256
"""Positions a captured step attends to, in steps of so many."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one layer; ``across`` is None where a model has no cross-attention (melody)."""

    norm: tuple[Tensor, Tensor]
    qkv: Tensor
    out: Tensor
    across: "Across | None"
    last_norm: tuple[Tensor, Tensor]
    widen: Tensor
    narrow: Tensor


@dataclass(frozen=True, slots=True)
class Across:
    """The weights of a cross-attention."""

    norm: tuple[Tensor, Tensor]
    query: Tensor
    key: Tensor
    value: Tensor
    out: Tensor


@dataclass(frozen=True, slots=True)
class Prompted:
    """What the takes listen to. ``text`` (takes, words, width) with ``heard`` (takes, words), for cross-attention;
    ``prefix`` (rows, places, width) stands before the music instead, in models that are made so."""

    text: Tensor | None
    heard: Tensor | None
    prefix: Tensor | None


class Decoder:
    """The language model's weights, and `session` to walk along a batch with them."""

    def __init__(self, model: Any) -> None:
        """Take the weights of a ``MusicgenForCausalLM`` or ``MusicgenMelodyForCausalLM``; they are shared."""
        inner, config = model.model.decoder, model.config
        self.heads = config.num_attention_heads
        self.books, self.codes = config.num_codebooks, config.vocab_size
        self.width = config.hidden_size
        self.pad = config.pad_token_id
        self.embeddings = [table.weight for table in inner.embed_tokens]
        self.positions = inner.embed_positions
        self.layers = [_layer(layer) for layer in inner.layers]
        self.activation: Callable[[Tensor], Tensor] = inner.layers[0].activation_fn
        self.norm = _norm(inner.layer_norm)
        self.head = _fused(list(model.lm_heads))
        self.device, self.dtype = self.head.device, self.head.dtype

    def place(self, length: int) -> Tensor:
        """Return the sinusoids of the first ``length`` positions, (length, width)."""
        if length > self.positions.weights.shape[0]:
            self.positions.make_weights(length, self.width)
        return self.positions.weights[:length].to(self.device, self.dtype)


class Session:
    """One batch on its way through one window. ``takes`` rows with their prompt, doubled by ``guided``."""

    def __init__(self, decoder: Decoder, prompted: Prompted, takes: int, positions: int, guidance: float) -> None:
        """Set up for at most ``positions`` positions; memory does not grow afterwards."""
        self._decoder = decoder
        self._takes, self._guidance = takes, guidance
        rows = takes * 2 if guidance > 1 else takes
        self._ahead = 0 if prompted.prefix is None else prompted.prefix.shape[1]
        self._prefix = prompted.prefix
        graphed = decoder.device.type == "cuda"
        self._length = _rounded(self._ahead + positions) if graphed else self._ahead + positions
        shape = (len(decoder.layers), rows, decoder.heads, self._length, decoder.width // decoder.heads)
        self._keys = torch.zeros(shape, dtype=decoder.dtype, device=decoder.device)
        self._values = torch.zeros_like(self._keys)
        self._places = decoder.place(self._length)
        self._mask = None if prompted.heard is None else prompted.heard[:, None, None, :].bool()
        self._across = [self._split_text(layer, prompted.text) for layer in decoder.layers]
        self._done = 0
        self._graphs = Graphs(self._masked, takes, decoder) if graphed else None

    def begin(self, codes: Tensor) -> Tensor:
        """Take in the known beginning, (takes, codebooks, positions); return the logits after it.

        Logits are (takes, codebooks, codes), guided.
        """
        x = self._embedded(codes)
        if self._prefix is not None:
            x = torch.cat([self._prefix, x], dim=1)
        x = x + self._places[: x.shape[1]]
        self._done = x.shape[1]
        return self._logits(self._through(x, slice(0, x.shape[1]), self._done, None)[:, -1])

    def step(self, codes: Tensor) -> Tensor:
        """Take in one more position, (takes, codebooks); return the logits after it."""
        place, self._done = self._done, self._done + 1
        if self._graphs is not None:
            return self._graphs.step(codes, place, _rounded(place + 1))
        x = self._embedded(codes[:, :, None]) + self._places[place]
        return self._logits(self._through(x, slice(place, place + 1), place + 1, None)[:, -1])

    def _masked(self, codes: Tensor, place: Tensor, length: int) -> Tensor:
        """Make the step at ``place`` (a tensor of one number) with shapes that depend on ``length`` alone."""
        x = self._embedded(codes[:, :, None]) + self._places.index_select(0, place)
        mask = (torch.arange(length, device=place.device) <= place)[None, None, None, :]
        return self._logits(self._through(x, place, length, mask)[:, -1])

    def _embedded(self, codes: Tensor) -> Tensor:
        tables = self._decoder.embeddings
        x = functional.embedding(codes[:, 0], tables[0])
        for book in range(1, len(tables)):
            x = x + functional.embedding(codes[:, book], tables[book])
        return torch.cat([x, x]) if self._guidance > 1 else x

    def _through(self, x: Tensor, at: Any, length: int, mask: Tensor | None) -> Tensor:
        for number, layer in enumerate(self._decoder.layers):
            x = x + self._attended(number, layer, x, at, length, mask)
            if layer.across is not None:
                self._listen(number, layer.across, x)
            h = self._decoder.activation(functional.linear(_normed(x, layer.last_norm), layer.widen))
            x = x + functional.linear(h, layer.narrow)
        return _normed(x, self._decoder.norm)

    def _attended(self, number: int, layer: Layer, x: Tensor, at: Any, length: int, mask: Tensor | None) -> Tensor:
        rows, count, _ = x.shape
        qkv = functional.linear(_normed(x, layer.norm), layer.qkv)
        query, key, value = qkv.view(rows, count, 3, self._decoder.heads, -1).permute(2, 0, 3, 1, 4)
        keys, values = self._keys[number], self._values[number]
        if isinstance(at, slice):
            keys[:, :, at], values[:, :, at] = key, value
        else:
            keys.index_copy_(2, at, key)
            values.index_copy_(2, at, value)
        heard = functional.scaled_dot_product_attention(
            query, keys[:, :, :length], values[:, :, :length], attn_mask=mask, is_causal=count > 1
        )
        return functional.linear(heard.transpose(1, 2).reshape(rows, count, -1), layer.out)

    def _listen(self, number: int, across: Across, x: Tensor) -> None:
        """Add what the prompted rows hear of their text, in place."""
        rows = x[: self._takes]
        count = rows.shape[1]
        query = functional.linear(_normed(rows, across.norm), across.query)
        query = query.view(self._takes, count, self._decoder.heads, -1).transpose(1, 2)
        key, value = self._across[number]
        heard = functional.scaled_dot_product_attention(query, key, value, attn_mask=self._mask)
        rows += functional.linear(heard.transpose(1, 2).reshape(self._takes, count, -1), across.out)

    def _split_text(self, layer: Layer, text: Tensor | None) -> tuple[Tensor, Tensor]:
        if layer.across is None or text is None:
            return (None, None)
        shape = (text.shape[0], text.shape[1], self._decoder.heads, -1)
        key, value = (functional.linear(text, weight) for weight in (layer.across.key, layer.across.value))
        return key.view(shape).transpose(1, 2), value.view(shape).transpose(1, 2)

    def _logits(self, x: Tensor) -> Tensor:
        logits = functional.linear(x, self._decoder.head).view(len(x), self._decoder.books, -1)
        if self._guidance <= 1:
            return logits
        told, untold = logits.chunk(2)
        return untold + (told - untold) * self._guidance


class Graphs:
    """Captured steps by length of attention; every replay reads the same places in memory."""

    def __init__(self, step: Callable[[Tensor, Tensor, int], Tensor], takes: int, decoder: Decoder) -> None:
        self._step = step
        self._codes = torch.zeros((takes, decoder.books), dtype=torch.long, device=decoder.device)
        self._place = torch.zeros(1, dtype=torch.long, device=decoder.device)
        self._captured: dict[int, tuple[Any, Tensor]] = {}
        self._able = True

    def step(self, codes: Tensor, place: int, length: int) -> Tensor:
        """Make a step by replay; what cannot be captured runs uncaptured."""
        self._codes.copy_(codes)
        self._place.fill_(place)
        if self._able and length not in self._captured:
            self._capture(length)
        if length not in self._captured:
            return self._step(self._codes, self._place, length)
        graph, logits = self._captured[length]
        graph.replay()
        return logits

    def _capture(self, length: int) -> None:
        """Run once on a side stream, as capture demands, then record; the step only writes its own position again."""
        try:
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self._step(self._codes, self._place, length)
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph):
                logits = self._step(self._codes, self._place, length)
        except RuntimeError as error:
            if isinstance(error, torch.cuda.OutOfMemoryError):
                raise
            log.warning("cuda_graph_not_captured", length=length, error=str(error)[:200])
            self._able = False
        else:
            self._captured[length] = (graph, logits)


def _rounded(length: int) -> int:
    return -(-length // BUCKET) * BUCKET


def _layer(layer: Any) -> Layer:
    own = layer.self_attn
    across = getattr(layer, "encoder_attn", None)
    return Layer(
        norm=_norm(layer.self_attn_layer_norm),
        qkv=_fused([own.q_proj, own.k_proj, own.v_proj]),
        out=own.out_proj.weight,
        across=None if across is None else Across(
            _norm(layer.encoder_attn_layer_norm), across.q_proj.weight, across.k_proj.weight, across.v_proj.weight,
            across.out_proj.weight,
        ),
        last_norm=_norm(layer.final_layer_norm),
        widen=layer.fc1.weight,
        narrow=layer.fc2.weight,
    )  # fmt: skip


def _norm(module: Any) -> tuple[Tensor, Tensor]:
    return module.weight, module.bias


def _normed(x: Tensor, weights: tuple[Tensor, Tensor]) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], *weights)


def _fused(parts: list[Any]) -> Tensor:
    """Return the weights of several products as those of one; the parts become views of it, so nothing lies twice."""
    whole = torch.cat([part.weight.detach() for part in parts])
    for part, weight in zip(parts, whole.chunk(len(parts)), strict=True):
        part.weight = torch.nn.Parameter(weight, requires_grad=False)
    return whole
