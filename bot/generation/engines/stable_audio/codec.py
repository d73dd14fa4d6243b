"""Stable Audio's codec (SAME) in pieces: to the library it is one long attention with a mask of length times length.

Three minutes are 33,000 positions, whose mask alone takes more than 10 GB, and the work grows with the square, though
no position hears further than its neighbours. In pieces that overlap by as much as the layers together hear, the sound
is the same, in memory that does not grow.
"""

from collections.abc import Callable
from typing import Any

import torch

from bot.generation.engines.pieces import in_pieces, pieces
from bot.generation.engines.splice import Sound

Tensor = Any
PIECE = 108
"""Latents that are worked on at once: 10 s."""


def sounding(vae: Any, latents: Tensor, stepped: Callable[[], None]) -> Sound:
    """Return the sound of one take's latents, (1, width, frames): float32 (channels, samples) from -1 to 1.

    ``stepped`` is called before every piece and may raise.
    """
    latents = latents.to(vae.dtype)
    hop, frames = int(vae.downsampling_ratio), latents.shape[2]
    shape = (int(vae.config.audio_channels), frames * hop)
    parts = pieces(frames, PIECE, margin(vae))
    return in_pieces(parts, shape, hop, lambda some: vae.decode(latents[:, :, some]).sample.clamp(-1.0, 1.0), stepped)


def read_in_pieces(vae: Any) -> None:
    """Have a codec read sound in pieces, wherever the library's pipelines call it.

    All takes of a call change the same source, so that it is read once.
    """
    whole = vae.encode

    def encode(sample: Tensor) -> Any:
        hop = int(vae.downsampling_ratio)
        source, found = sample[:1], []
        for piece in pieces(-(-source.shape[2] // hop), PIECE, margin(vae)):
            some = source[:, :, piece.worked.start * hop : piece.worked.stop * hop]
            read = whole(some)
            found.append(read.latents[:, :, piece.left : piece.left + piece.stop - piece.first])
        read.latents = torch.cat(found, dim=2).expand(len(sample), -1, -1)
        return read

    vae.encode = encode


def margin(vae: Any) -> int:
    """Return how many latents away a latent is heard: each layer hears ``sliding_window`` on both sides."""
    config = vae.config
    return int(sum(config.encoder_transformer_depths)) * int(config.sliding_window) + 1
