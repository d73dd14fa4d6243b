"""A long sound in pieces: what is worked on at once, so that memory does not grow with the length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Piece:
    """``first`` to ``stop`` is what a piece gives; ``left`` and ``right`` are worked on beyond it and thrown away, so
    that what it gives is as it would be in the whole."""

    first: int
    stop: int
    left: int
    right: int

    @property
    def worked(self) -> slice:
        """All that is worked on."""
        return slice(self.first - self.left, self.stop + self.right)


def pieces(count: int, size: int, margin: int) -> Iterator[Piece]:
    """Yield the pieces of ``count`` frames, each at most ``size`` with ``margin`` on both sides where there is so much.

    >>> list(pieces(100, 60, 10))
    [Piece(first=0, stop=60, left=0, right=10), Piece(first=60, stop=100, left=10, right=0)]
    """
    if count <= size + margin:
        yield Piece(0, count, 0, 0)
        return
    for first in range(0, count, size):
        stop = min(first + size, count)
        yield Piece(first, stop, min(first, margin), min(count - stop, margin))


def in_pieces(
    parts: Iterator[Piece],
    shape: tuple[int, int],
    hop: int,
    decode: Callable[[slice], Any],
    stepped: Callable[[], None],
) -> NDArray[np.float32]:
    """Return what ``decode`` gives of every piece side by side, float32 of ``shape`` (channels, samples).

    ``decode`` returns the tensor (1, channels, samples) of some frames, ``hop`` samples for each; ``stepped`` is called
    before every piece and may raise.
    """
    audio = np.zeros(shape, np.float32)
    for piece in parts:
        stepped()
        sound = decode(piece.worked)[0].float().cpu().numpy()[:, piece.left * hop :]
        start, stop = piece.first * hop, min(piece.stop * hop, shape[1])
        found = sound[:, : stop - start]
        audio[:, start : start + found.shape[1]] = found
    return audio
