"""Codes to sound and back, by the sound codec (EnCodec) that the language model was trained on."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.finishing.fades import crossfade
from bot.generation.engines.musicgen.model import Model

Tensor = Any
PIECE_SECONDS = 30.0
"""What is decoded at once: memory does not grow with the length beyond this."""
MARGIN_SECONDS = 2.0
"""Decoded beyond both ends of a piece and thrown away: until then the codec's memory has settled."""
JOINT_SECONDS = 0.01


def decoded(model: Model, codes: Tensor, stepped: Callable[[], None] = lambda: None) -> NDArray[np.float32]:
    """Return the sound of (codebooks, frames) codes: float32 (channels, frames x hop)."""
    frames = codes.shape[1]
    piece, margin = (int(seconds * model.frame_rate) for seconds in (PIECE_SECONDS, MARGIN_SECONDS))
    if frames <= piece + margin:
        return _piece(model, codes)
    audio = np.empty((model.channels, frames * model.hop), np.float32)
    joint = int(JOINT_SECONDS * model.rate)
    for first in range(0, frames, piece):
        stepped()
        left, right = min(first, margin), min(margin, max(frames - first - piece, 0))
        sound = _piece(model, codes[:, first - left : first + piece + right])
        start, stop = first * model.hop, min(first + piece, frames) * model.hop
        sound = sound[:, left * model.hop - (joint if first else 0) :][:, : stop - start + (joint if first else 0)]
        if first:
            audio[:, start - joint : start] = crossfade(audio[:, start - joint : start], sound[:, :joint], 1.0)
            sound = sound[:, joint:]
        audio[:, start:stop] = sound
    return audio


def encoded(model: Model, audio: NDArray[np.float32]) -> Tensor:
    """Return the codes of a sound at the model's rate, (codebooks, frames), for continuing music made elsewhere."""
    channels = np.atleast_2d(audio)
    sides = [channels.mean(axis=0)] if model.channels == 1 else [channels[0], channels[-1]]
    codec = model.whole.audio_encoder
    found = []
    with torch.inference_mode():
        for side in sides:
            wave = torch.from_numpy(np.ascontiguousarray(side, dtype=np.float32))[None, None]
            found.append(codec.encode(wave.to(codec.device, codec.dtype)).audio_codes[0, 0])
    return torch.stack(found, dim=1).flatten(0, 1).cpu()


def _piece(model: Model, codes: Tensor) -> NDArray[np.float32]:
    """Decode in one go; the codebooks of a stereo model are left and right in turns."""
    codec = model.whole.audio_encoder
    with torch.inference_mode():
        sides = [
            codec.decode(codes[None, None, side :: model.channels].to(codec.device), audio_scales=[None]).audio_values
            for side in range(model.channels)
        ]
        sound: NDArray[np.float32] = torch.cat(sides, dim=1)[0].float().cpu().numpy()
    return sound
