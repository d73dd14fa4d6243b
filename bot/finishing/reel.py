"""Long audio lies on disk: a reel is an array in a temporary file, worked on block by block.

Ten minutes of stereo are 212 MB, and mixing or mastering needs several such arrays. A reel longer than a minute is a
memory-mapped file without a name; whoever walks over it with `blocks` lets go of the pages behind, so that the memory
of a worker does not grow with the music. Short reels are plain arrays, and plain arrays are walked over the same way.
"""

import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from bot.errors import EngineFailed

Audio = NDArray[np.float32]
"""Samples of shape (channels, samples); full scale is 1.0."""
BLOCK = 141_120
"""Samples of a block: 3.2 s at 44.1 kHz; whole numbers of 10 ms, of 64 samples and of 0.2 s, so that grids fit in."""
IN_MEMORY = 6_000_000
"""Values up to which a reel is kept in memory: 68 s of stereo at 44.1 kHz."""


def blank(samples: int, channels: int = 2) -> Audio:
    """Return a silent reel of shape (channels, samples); a long one lies in a file that goes away with it.

    :raises EngineFailed: if the disk has no room for it.
    """
    if channels * samples <= IN_MEMORY:
        return np.zeros((channels, samples), np.float32)
    with tempfile.TemporaryFile(prefix="bgm-reel-") as file:
        try:
            # A hole in the file that cannot be filled later would kill the process; here it is an error one can read.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, channels * samples * 4)
            return np.memmap(file, np.float32, "w+", shape=(channels, samples))
        except OSError as error:
            raise EngineFailed(f"no room for {samples} samples in {tempfile.gettempdir()}: {error}") from error


def blocks(audio: Audio, size: int = BLOCK) -> Iterator[tuple[int, Audio]]:
    """Yield (first sample, view) of one block after the other; the pages of a file are let go behind each."""
    for start in range(0, audio.shape[1], size):
        yield start, audio[:, start : start + size]
        release(audio)


def release(audio: Audio) -> None:
    """Let go of the memory that a reel's file takes in this process; what was written stays in the file."""
    base: object = audio
    while base is not None and not isinstance(base, mmap.mmap):
        base = getattr(base, "base", None)
    if base is not None and hasattr(base, "madvise"):
        base.madvise(mmap.MADV_DONTNEED)


def peak(audio: Audio) -> float:
    """Return the largest magnitude of a piece; 0 if it has no samples."""
    return max((float(max(piece.max(), -piece.min())) for _, piece in blocks(audio) if piece.size), default=0.0)


def copied(audio: Audio) -> Audio:
    """Return a reel of its own with the same samples."""
    return joined(audio)


def joined(*parts: Audio) -> Audio:
    """Return the parts one after the other, as one reel."""
    whole = blank(sum(part.shape[1] for part in parts), parts[0].shape[0])
    at = 0
    for part in parts:
        for start, piece in blocks(part):
            whole[:, at + start : at + start + piece.shape[1]] = piece
            release(whole)
        at += part.shape[1]
    return whole


def read(path: Path) -> tuple[Audio, int]:
    """Return the sound of a file, (channels, samples), and its rate in Hz.

    :raises EngineFailed: if it cannot be read.
    """
    try:
        with soundfile.SoundFile(path) as file:
            audio = blank(file.frames, file.channels)
            for _, block in blocks(audio):
                block[:] = file.read(block.shape[1], dtype="float32", always_2d=True).T
            return audio, int(file.samplerate)
    except (OSError, ValueError, soundfile.LibsndfileError) as error:
        raise EngineFailed(f"{path.name} cannot be read: {error}") from error


def around(audio: Audio, first: int, stop: int) -> Audio:
    """Return a copy of the samples from ``first`` to ``stop``, with silence where that is beyond either end."""
    inside = audio[:, max(first, 0) : max(stop, 0)]
    before = min(max(-first, 0), stop - first)
    return np.pad(inside, ((0, 0), (before, stop - first - before - inside.shape[1])))
