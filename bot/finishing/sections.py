"""Where a piece turns: the borders of its sections, for pictures and previews."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bot.finishing.features import Features

_GRID = 0.5
_KERNEL = 8.0
_SHORTEST = 6.0
_CLEAR = 0.25


def sections(curves: Features) -> tuple[float, ...]:
    """Return the times in seconds at which a new section starts, the first (0.0) included.

    Novelty by a checkerboard along the diagonal of the self-similarity matrix (Foote, ICME 2000), over 8 s on either
    side, on half-second means of spectrum and chroma.
    """
    step = max(round(_GRID * curves.frame_rate), 1)
    rows = _means(curves.bands, step)
    notes = _means(curves.chroma, max(round(_GRID * curves.chroma_rate), 1))
    length = min(len(rows), len(notes))
    if length * _GRID < 2 * _SHORTEST:
        return (0.0,)
    novelty = _novelty(np.hstack([_standard(rows[:length]), 0.7 * _standard(notes[:length])]))
    peaks = novelty == ndimage.maximum_filter1d(novelty, int(2 * _SHORTEST / _GRID) + 1)
    edge = int(_SHORTEST / _GRID)
    peaks[:edge] = peaks[length - edge :] = False
    strong = np.flatnonzero(peaks & (novelty > _CLEAR * novelty.max()) & (novelty > novelty.mean()))
    return (0.0, *(float(index * step / curves.frame_rate) for index in strong))


def _means(rows: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    whole = len(rows) // step * step
    return np.asarray(rows[:whole].reshape(-1, step, rows.shape[1]).mean(axis=1), dtype=np.float32)


def _standard(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = rows - rows.mean(axis=0)
    return np.asarray(centred / (centred.std() + 1e-9) / np.sqrt(rows.shape[1]), dtype=np.float32)


def _novelty(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return, at each row, how alike its past is, and its future is, and how unlike the two are."""
    reach = min(int(_KERNEL / _GRID), len(rows) // 2)
    size = np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    alike = (rows / size) @ (rows / size).T
    padded = np.pad(alike, reach)
    weight = np.exp(-0.5 * (np.arange(-reach, reach) + 0.5) ** 2 / (reach / 2.0) ** 2)
    sign = np.sign(np.arange(-reach, reach) + 0.5)
    kernel = np.outer(weight * sign, weight * sign)
    found = [float((padded[i : i + 2 * reach, i : i + 2 * reach] * kernel).sum()) for i in range(len(rows))]
    return np.asarray(np.maximum(found, 0.0), dtype=np.float64)
