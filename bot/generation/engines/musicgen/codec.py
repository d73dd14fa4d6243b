"""Codes to sound and back, by the sound codec (EnCodec) that the language model was trained on.

Both ways go in pieces, so that a long track takes no more memory than half a minute. The codec's memory (an LSTM) is
what makes a piece differ from the whole; with two seconds beyond each end it has settled.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.finishing.fades import crossfade
from bot.generation.engines.musicgen.model import Model
from bot.generation.engines.pieces import Piece, pieces

Tensor = Any
Stepped = Callable[[], None]
PIECE_SECONDS = 30.0
"""What is worked on at once."""
MARGIN_SECONDS = 2.0
"""Worked on beyond both ends of a piece and thrown away."""
JOINT_SECONDS = 0.01


def _nothing() -> None:
    pass


def decoded(model: Model, codes: Tensor, stepped: Stepped = _nothing) -> NDArray[np.float32]:
    """Return the sound of (codebooks, frames) codes: float32 (channels, frames x hop).

    ``stepped`` is called before every piece and may raise.
    """
    audio = np.empty((model.channels, codes.shape[1] * model.hop), np.float32)
    joint = int(JOINT_SECONDS * model.rate)
    for piece in _pieces(model, codes.shape[1]):
        stepped()
        sound = _decoded(model, codes[:, piece.worked])
        lead = joint if piece.first else 0
        start, stop = piece.first * model.hop, piece.stop * model.hop
        sound = sound[:, piece.left * model.hop - lead :][:, : stop - start + lead]
        if lead:
            audio[:, start - lead : start] = crossfade(audio[:, start - lead : start], sound[:, :lead], 1.0)
        audio[:, start:stop] = sound[:, lead:]
    return audio


def encoded(model: Model, audio: NDArray[np.float32], stepped: Stepped = _nothing) -> Tensor:
    """Return the codes of a sound at the model's rate, (codebooks, frames), for changing music made elsewhere.

    What is left of the last frame is filled with silence. ``stepped`` is called before every piece and may raise.
    """
    channels = np.atleast_2d(audio)
    sides = [channels.mean(axis=0)] if model.channels == 1 else [channels[0], channels[-1]]
    found = []
    for piece in _pieces(model, -(-channels.shape[1] // model.hop)):
        stepped()
        worked = slice(piece.worked.start * model.hop, piece.worked.stop * model.hop)
        codes = torch.stack([_encoded(model, side[worked]) for side in sides], dim=1).flatten(0, 1)
        found.append(codes[:, piece.left : piece.left + piece.stop - piece.first])
    return torch.cat(found, dim=1).cpu()


def _pieces(model: Model, frames: int) -> list[Piece]:
    size, margin = (int(seconds * model.frame_rate) for seconds in (PIECE_SECONDS, MARGIN_SECONDS))
    return list(pieces(frames, size, margin))


def _decoded(model: Model, codes: Tensor) -> NDArray[np.float32]:
    """Decode in one go; the codebooks of a stereo model are left and right in turns."""
    codec = model.whole.audio_encoder
    with torch.inference_mode():
        sides = [
            codec.decode(codes[None, None, side :: model.channels].to(codec.device), audio_scales=[None]).audio_values
            for side in range(model.channels)
        ]
        sound: NDArray[np.float32] = torch.cat(sides, dim=1)[0].float().cpu().numpy()
    return sound


def _encoded(model: Model, side: NDArray[np.float32]) -> Tensor:
    """Encode one channel in one go: (codebooks, frames)."""
    codec = model.whole.audio_encoder
    whole = np.pad(side, (0, -len(side) % model.hop))
    with torch.inference_mode():
        wave = torch.from_numpy(np.ascontiguousarray(whole, dtype=np.float32))[None, None]
        return codec.encode(wave.to(codec.device, codec.dtype)).audio_codes[0, 0]
