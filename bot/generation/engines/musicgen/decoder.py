"""The language model's weights, as a step uses them.

The three projections of an attention are one product, and so are the heads of all codebooks. The weights are taken out
of the library's modules, which are of no use afterwards, so that nothing lies in memory twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from bot.generation.engines.device import single_on_x86
from bot.generation.engines.musicgen.memory import Blocks, Strips
from bot.generation.engines.musicgen.products import Product, product

Tensor = Any


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer normalisation's weights."""

    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Return ``x`` with its last dimension normalised."""
        return functional.layer_norm(x, x.shape[-1:], self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one layer; ``across`` is None where a model has no cross-attention (melody)."""

    norm: Norm
    qkv: Product
    out: Product
    across: "Across | None"
    last_norm: Norm
    widen: Product
    narrow: Product


@dataclass(frozen=True, slots=True)
class Across:
    """The weights of a cross-attention."""

    norm: Norm
    query: Product
    key: Product
    value: Product
    out: Product


@dataclass(frozen=True, slots=True)
class Prompted:
    """What the takes listen to. ``text`` (takes, words, width) with ``heard`` (takes, words), for cross-attention;
    ``prefix`` (rows, places, width) stands before the music instead, in models that are made so."""

    text: Tensor | None
    heard: Tensor | None
    prefix: Tensor | None


class Decoder:
    """The language model's weights; `session.Session` walks along a batch with them."""

    def __init__(self, model: Any) -> None:
        """Take the weights out of a ``MusicgenForCausalLM`` or ``MusicgenMelodyForCausalLM``."""
        inner, config = model.model.decoder, model.config
        self.heads = config.num_attention_heads
        self.books, self.codes = config.num_codebooks, config.vocab_size
        self.width = config.hidden_size
        self.pad = config.pad_token_id
        self.embeddings = [table.weight for table in inner.embed_tokens]
        self.device, self.dtype = self.embeddings[0].device, self.embeddings[0].dtype
        self.positions = inner.embed_positions
        self.activation: Callable[[Tensor], Tensor] = inner.layers[0].activation_fn
        self.layers = [_layer(layer) for layer in inner.layers]
        self.norm = _norm(inner.layer_norm)
        self.head = _taken(*model.lm_heads)
        self.kept: Any = None
        """The stage of the last session, where it is worth keeping (`session.Stage`)."""

    def place(self, length: int) -> Tensor:
        """Return the sinusoids of the first ``length`` positions, (length, width)."""
        if length > self.positions.weights.shape[0]:
            self.positions.make_weights(length, self.width)
        return self.positions.weights[:length].to(self.device, self.dtype)

    def memory(self, rows: int, positions: int) -> Blocks | Strips:
        """Return memory for so many rows and positions, of the kind that is fastest here."""
        shape = (len(self.layers), rows, self.heads, positions, self.width // self.heads)
        return Blocks(*shape) if single_on_x86(self.device, self.dtype) else Strips(*shape, self.embeddings[0])


def _layer(layer: Any) -> Layer:
    own = layer.self_attn
    across = getattr(layer, "encoder_attn", None)
    return Layer(
        norm=_norm(layer.self_attn_layer_norm),
        qkv=_taken(own.q_proj, own.k_proj, own.v_proj),
        out=_taken(own.out_proj),
        across=None if across is None else Across(
            _norm(layer.encoder_attn_layer_norm), _taken(across.q_proj), _taken(across.k_proj), _taken(across.v_proj),
            _taken(across.out_proj),
        ),
        last_norm=_norm(layer.final_layer_norm),
        widen=_taken(layer.fc1),
        narrow=_taken(layer.fc2),
    )  # fmt: skip


def _norm(module: Any) -> Norm:
    return Norm(module.weight, module.bias)


def _taken(*parts: Any) -> Product:
    """Return the products of several modules as one; their weights leave them."""
    weights = [part.weight.detach() for part in parts]
    for part in parts:
        part.weight = None
    return product(weights[0] if len(weights) == 1 else torch.cat(weights))
