"""Files a buyer can use: WAV, FLAC, MP3, Ogg, Opus, and M4A where ffmpeg is installed.

A file appears complete or not at all: it is written beside its place and moved there. Audio goes in in blocks (one
call with a minute of Vorbis crashes libsndfile).
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from bot.errors import BadInput, EngineFailed
from bot.finishing.intake import at_rate
from bot.finishing.reel import Audio, blocks

_BLOCK = 65_536
_FFMPEG_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is written. ``quality`` is libsndfile's compression level (0 best)."""

    suffix: str
    container: str
    subtype: str
    mode: str | None = None
    quality: float | None = None
    rate: int | None = None


FORMATS: Final[Mapping[str, Format]] = {
    "wav": Format(".wav", "WAV", "PCM_24"),
    "wav16": Format(".wav", "WAV", "PCM_16"),
    "flac": Format(".flac", "FLAC", "PCM_24"),
    "mp3": Format(".mp3", "MP3", "MPEG_LAYER_III", "CONSTANT", 0.0),
    "mp3-small": Format(".mp3", "MP3", "MPEG_LAYER_III", "VARIABLE", 0.35),
    "ogg": Format(".ogg", "OGG", "VORBIS", None, 0.3),
    "opus": Format(".opus", "OGG", "OPUS", None, 0.65, 48_000),
    "m4a": Format(".m4a", "ipod", "aac"),
}
"""``mp3`` is 320 kbit/s, ``mp3-small`` about 130; ``m4a`` is AAC at 256 kbit/s."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What a player shows, and where the file says whose it is. Empty ones are left out."""

    title: str = ""
    artist: str = ""
    comment: str = ""
    copyright: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One file on disk: where, how many bytes, and its SHA-256 in hex."""

    path: Path
    size: int
    sha256: str

    def to_json(self) -> dict[str, Any]:
        """Return plain data: the file's name, not its folder."""
        return {"name": self.path.name, "size": self.size, "sha256": self.sha256}


def formats() -> tuple[str, ...]:
    """Return the names of the formats this machine can write (M4A only beside ffmpeg)."""
    return tuple(name for name in FORMATS if name != "m4a" or shutil.which("ffmpeg"))


def encode(audio: Audio, rate: int, path: Path, kind: str, tags: Tags | None = None) -> Encoded:
    """Write stereo audio to ``path`` as one of `FORMATS`; the decoded length is exact, to the sample, but for M4A.
    A take as its engine made it may be mono, which FLAC and WAV keep.

    Opus always plays at 48 kHz and is resampled to it. Blocks: call it in a worker.

    :raises BadInput: if there is no such format.
    :raises EngineFailed: if the encoder fails (disk full, ffmpeg missing).
    """
    chosen = FORMATS[known(kind)]
    write = _with_ffmpeg if kind == "m4a" else _with_libsndfile
    return _complete(path, lambda unfinished: write(audio, rate, unfinished, chosen, tags or Tags()))


def known(kind: str) -> str:
    """Return the name of a format.

    :raises BadInput: if there is no such format.
    """
    if kind not in FORMATS:
        raise BadInput(f"unknown format {kind!r}; known: {', '.join(FORMATS)}", text="error-format", value=kind[:20])
    return kind


def write_bytes(content: bytes, path: Path) -> Encoded:
    """Write what is already encoded (a picture) to ``path``, complete or not at all.

    :raises EngineFailed: if it cannot be written.
    """
    return _complete(path, lambda unfinished: unfinished.write_bytes(content))


def _complete(path: Path, write: Callable[[Path], object]) -> Encoded:
    """Have a file written beside its place, then move it there."""
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=path.suffix)
        os.close(handle)
        unfinished = Path(name)
        write(unfinished)
        unfinished.chmod(0o644)
        size, digest = unfinished.stat().st_size, _sha256(unfinished)
        unfinished.replace(path)
    except (OSError, soundfile.LibsndfileError, subprocess.SubprocessError) as error:
        raise EngineFailed(f"could not write {path.name}: {error}") from error
    finally:
        if unfinished:
            unfinished.unlink(missing_ok=True)
    return Encoded(path, size, digest)


def _with_libsndfile(audio: Audio, rate: int, path: Path, chosen: Format, tags: Tags) -> None:
    wanted = chosen.rate or rate
    samples, chance = at_rate(audio, rate, wanted), np.random.default_rng(0)
    with soundfile.SoundFile(
        path,
        "w",
        samplerate=wanted,
        channels=len(samples),
        format=chosen.container,
        subtype=chosen.subtype,
        compression_level=chosen.quality,
        bitrate_mode=chosen.mode,
    ) as file:
        for field in ("title", "artist", "comment", "copyright", "date"):
            if value := getattr(tags, field):
                setattr(file, field, value)
        for _, block in blocks(samples, _BLOCK):
            whole = np.clip(block, -1.0, 1.0)
            file.write(np.ascontiguousarray((dithered(whole, chance) if chosen.subtype == "PCM_16" else whole).T))


def dithered(audio: Audio, chance: np.random.Generator) -> NDArray[np.int16]:
    """Return the audio in 16 bits with triangular dither of two steps, drawn from ``chance``."""
    noise = chance.random((2, *audio.shape), dtype=np.float32)
    steps = audio * np.float32(32_767.0) + (noise[0] - noise[1])
    return np.asarray(np.clip(np.rint(steps), -32_768, 32_767), dtype=np.int16)


def _with_ffmpeg(audio: Audio, rate: int, path: Path, chosen: Format, tags: Tags) -> None:
    program = shutil.which("ffmpeg")
    if program is None:
        raise EngineFailed("M4A needs ffmpeg, which is not installed", text="error-format-ffmpeg")
    command = [program, "-v", "error", "-y", "-f", "f32le", "-ar", str(rate), "-ac", "2", "-i", "pipe:0"]
    command += ["-c:a", chosen.subtype, "-b:a", "256k", "-movflags", "+faststart", "-bitexact"]
    for field in ("title", "artist", "comment", "copyright", "date"):
        if value := getattr(tags, field):
            command += ["-metadata", f"{field}={value}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - no shell; the only outside words are tags, each its own argument
            [*command, "-f", chosen.container, str(path)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as process,
    ):
        assert process.stdin is not None
        try:
            for _, block in blocks(audio, _BLOCK):
                process.stdin.write(np.ascontiguousarray(block.T, dtype="<f4").tobytes())
            process.stdin.close()
            code = process.wait(_FFMPEG_SECONDS)
        except BaseException:
            process.kill()
            raise
        if code:
            said.seek(0)
            raise subprocess.CalledProcessError(code, program, stderr=said.read())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
