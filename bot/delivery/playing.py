"""Sound out of a file that somebody brings, as far as it is listened to: nothing in it is trusted.

No permissive Python package decodes AAC, so the sound of M4A is opened by ffmpeg where that is installed: told which
container to expect, allowed to open nothing but that file, and given a minute.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

LISTENED = 240
"""Seconds of a file that are listened to at most."""

M4A = ".m4a"
RATE = 44_100
"""Hz in which ffmpeg hands M4A over."""

SECONDS = 60.0
"""How long ffmpeg may take."""

Sound = tuple[NDArray[np.float32], int]


def played(path: Path) -> Sound | None:
    """Return the sound of a file, (2, samples) and Hz, at most its first minutes; None if it cannot be played. Blocks
    for some seconds: call it in a process."""
    return _with_ffmpeg(path) if path.suffix.lower() == M4A else _with_libsndfile(path)


def plays(suffix: str) -> bool:
    """Whether this machine can open files of that ending at all."""
    return suffix.lower() != M4A or shutil.which("ffmpeg") is not None


def _with_libsndfile(path: Path) -> Sound | None:
    try:
        with soundfile.SoundFile(path) as file:
            if not 8000 <= file.samplerate <= 192_000 or file.channels > 8:
                return None
            audio = file.read(LISTENED * file.samplerate, dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except (soundfile.LibsndfileError, OSError):
        return None
    sides = audio.T[:2] if audio.shape[1] > 1 else np.repeat(audio.T, 2, axis=0)
    return np.ascontiguousarray(np.nan_to_num(sides)), rate


def _with_ffmpeg(path: Path) -> Sound | None:
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    # A container may name other files and addresses to read; only this one is opened, and only as what it claims to be.
    command = [
        program,
        "-nostdin",
        "-v",
        "error",
        "-protocol_whitelist",
        "file,pipe",
        "-f",
        "mov",
        "-i",
        f"file:{path}",
    ]
    command += ["-map", "0:a:0", "-t", str(LISTENED), "-ac", "2", "-ar", str(RATE), "-f", "f32le", "pipe:1"]
    try:
        told = subprocess.run(  # noqa: S603 - no shell; the path is one argument and cannot be an option
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return None
    sides = np.frombuffer(told.stdout, dtype="<f4").reshape(-1, 2).T
    return (np.ascontiguousarray(np.nan_to_num(sides)), RATE) if sides.size else None
