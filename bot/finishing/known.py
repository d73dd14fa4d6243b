"""The operator's folder of known works: recordings that nothing the shop sells may be like.

Fingerprinting a recording takes about a third of a second a minute, so each is done once and kept by what the file is
(name, size, time of change); what is taken out of the folder no longer counts.
"""

import contextlib
import hashlib
from pathlib import Path
from typing import Final

import soundfile

from bot.errors import BadInput
from bot.finishing.encode import write_bytes
from bot.finishing.intake import stereo
from bot.finishing.likeness import Fingerprint, fingerprint

KNOWN: Final = "known"
"""The media folder that holds the fingerprints made of them."""

ENDINGS: Final = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".aif", ".aiff")
LONGEST: Final = 900
"""Seconds of a recording that are compared at most."""


def known_works(folder: Path, kept: Path) -> dict[str, Fingerprint]:
    """Return the fingerprints of every recording in a folder and those below it, by their paths in it.

    What was fingerprinted before is read from ``kept``; a file that cannot be played is passed over. Blocks.
    """
    works = {}
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if file.suffix.lower() in ENDINGS and file.is_file():
            print_ = _print_of(file, kept)
            if print_ is not None:
                works[file.relative_to(folder).as_posix()] = print_
    return works


def _print_of(file: Path, kept: Path) -> Fingerprint | None:
    with contextlib.suppress(OSError):
        stat = file.stat()
        name = hashlib.sha256(f"{file.name}:{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:32]
        place = kept / f"{name}.bin"
        with contextlib.suppress(OSError, BadInput):
            return Fingerprint.from_bytes(place.read_bytes())
        with contextlib.suppress(soundfile.LibsndfileError, BadInput):
            with soundfile.SoundFile(file) as sound:
                audio, rate = sound.read(LONGEST * sound.samplerate, dtype="float32", always_2d=True), sound.samplerate
            print_ = fingerprint(stereo(audio.T, rate), rate)
            kept.mkdir(parents=True, exist_ok=True)
            write_bytes(print_.to_bytes(), place)
            return print_
    return None
