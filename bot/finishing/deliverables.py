"""A folder of files from one master: what the operator hears and what the buyer gets."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.finishing.encode import FORMATS, Encoded, Tags, encode, known, write_bytes
from bot.finishing.master import Finished
from bot.finishing.preview import USUAL, Span, cut, telling_span
from bot.finishing.waveform import Lane, picture

USUAL_FILES: Final = ("wav", "mp3")
_AT_ONCE = 2
_SUFFIXES: Final = {"wav16": "-16.wav", "mp3-small": "-small.mp3"}
_LONGEST_FIRST: Final = ("opus", "mp3", "mp3-small", "m4a", "ogg", "wav16", "flac", "wav")


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one master by role (``wav``, ``mp3``, ``preview``, ``waveform``), and what the preview plays."""

    files: dict[str, Encoded]
    preview: Span

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "files": {role: file.to_json() for role, file in self.files.items()},
            "preview": {"start": round(self.preview.start, 3), "seconds": round(self.preview.seconds, 3)},
        }


def write_files(
    finished: Finished,
    folder: Path,
    *,
    kinds: Iterable[str] = USUAL_FILES,
    name: str = "master",
    label: str = "",
    tags: Tags | None = None,
    preview_seconds: float = USUAL,
) -> Written:
    """Write ``master.wav``, ``master.mp3`` (and other ``kinds``), ``preview.mp3`` and ``waveform.png`` to a folder.

    ``name`` replaces "master"; ``label`` stands in the badge of the picture. Encoders run two at a time: they leave
    the interpreter free. Only the files of ``kinds`` are tagged. Blocks: call it in a worker.

    :raises BadInput: if a kind is unknown.
    :raises EngineFailed: if a file cannot be written; whole files already there stay.
    """
    kinds = [known(kind) for kind in dict.fromkeys(kinds)]
    folder.mkdir(parents=True, exist_ok=True)
    audio, rate = finished.audio, finished.rate
    span = telling_span(audio, rate, preview_seconds, tempo_bpm=finished.facts.tempo_bpm, heard=finished.heard)
    prefix = "" if name == "master" else f"{name}-"

    def encoded(kind: str) -> Encoded:
        return encode(audio, rate, folder / f"{name}{_suffix(kind)}", kind, tags)

    def previewed() -> Encoded:
        return encode(cut(audio, rate, span), rate, folder / f"{prefix}preview.mp3", "mp3-small")

    def drawn() -> Encoded:
        lane = Lane(audio, rate, finished.facts, label, span, finished.heard)
        return write_bytes(picture([lane], finished.target.lufs), folder / f"{prefix}waveform.png")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = {kind: pool.submit(encoded, kind) for kind in sorted(kinds, key=_LONGEST_FIRST.index)}
        running |= {"preview": pool.submit(previewed), "waveform": pool.submit(drawn)}
        return Written({role: job.result() for role, job in running.items()}, span)


def _suffix(kind: str) -> str:
    """Return what follows the name: ``-16.wav`` beside ``.wav``, ``-small.mp3`` beside ``.mp3``."""
    return _SUFFIXES.get(kind, FORMATS[kind].suffix)
