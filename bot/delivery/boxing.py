"""The files of a parcel, made away from the event loop: watermark, encode, label, sign, hash, in that order."""

import hashlib
import json
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from bot.delivery.labels import WRITTEN_HERE, Label, label, tags_of
from bot.delivery.provenance import Claim, Signatory, read_manifest, sign_file
from bot.delivery.watermark import mark
from bot.errors import EngineFailed
from bot.finishing.encode import encode, formats
from bot.finishing.intake import decibels, ratio
from bot.finishing.truepeak import envelope, true_peak

KINDS = ("wav", "mp3", "flac", "m4a")
"""The formats of a parcel, as far as this machine can write them: M4A needs ffmpeg."""

FEWEST = ("wav", "mp3")
"""What is packed everywhere, and what goes into the message itself."""

TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".m4a": "audio/mp4",
         ".pdf": "application/pdf", ".zip": "application/zip", ".mid": "audio/midi"}  # fmt: skip
AT_ONCE = 2
"""Encoders that run side by side: they leave the interpreter free."""

OVERSAMPLED = 8
BREATH, BREATHS = 0.02, 4
"""Seconds over which the mark falls silent around a peak it would raise, and how often that is looked at again."""

LIST = "parcel.json"
DRAFT = ".parcel-"
PEAKS = 180
"""Bars of the waveform on the certificate and the download page."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be packed: the take's master, the folder it becomes, and what the files say about themselves.

    ``mark`` is the key of the inaudible mark; without it the music stays bit for bit. ``midi`` and ``stems`` are what
    the order bought beside the master: the notes, and one WAV file for each role.
    """

    source: Path
    folder: Path
    label: Label
    claim: Claim
    signatory: Signatory | None = None
    mark: bytes = b""
    kinds: tuple[str, ...] = KINDS
    midi: Path | None = None
    stems: tuple[Path, ...] = ()


def pack(wish: Wish) -> list[dict[str, Any]]:
    """Make the files of a parcel and return them: name, size in bytes, SHA-256, media type, manifest id. Blocks.

    The folder appears whole or not at all, and the first one stays: signatures differ each time, so whoever packs a
    second time (a crash, a slow twin) is given the first one's files. What was left by one that was killed goes.

    :raises EngineFailed: if the master cannot be read or a file cannot be written.
    """
    if not (wish.folder / LIST).is_file():
        wish.folder.parent.mkdir(parents=True, exist_ok=True)
        for killed in wish.folder.parent.glob(f"{DRAFT}*"):
            shutil.rmtree(killed, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(dir=wish.folder.parent, prefix=DRAFT))
        try:
            _fill(draft, wish)
            draft.chmod(0o755)
            draft.replace(wish.folder)
        except OSError as error:
            if not (wish.folder / LIST).is_file():
                raise EngineFailed(f"could not pack {wish.source.name}: {error}") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    files: list[dict[str, Any]] = json.loads((wish.folder / LIST).read_text("utf-8"))
    return files


def _fill(folder: Path, wish: Wish) -> None:
    try:
        audio, rate = soundfile.read(wish.source, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise EngineFailed(f"could not read {wish.source.name}: {error}") from error
    music = marked(audio.T, rate, wish.mark) if wish.mark else audio.T
    files = [listed(_finished(path, wish)) for path in _encoded(folder, music, rate, wish)]
    if wish.stems:
        files.append(listed(_stems(folder, wish)))
    if wish.midi is not None:
        shutil.copyfile(wish.midi, folder / "master.mid")
        files.append(listed(folder / "master.mid"))
    (folder / "peaks.json").write_text(json.dumps(peaks_of(audio)), "utf-8")
    (folder / LIST).write_text(json.dumps(files), "utf-8")


def _encoded(folder: Path, music: NDArray[np.float32], rate: int, wish: Wish) -> list[Path]:
    """Write the music in every format asked for that this machine can write.

    Nobody waits for their music because another program is broken: beyond `FEWEST`, what fails is left out.
    """

    def written(kind: str) -> Path | None:
        tags = None if kind in WRITTEN_HERE else tags_of(wish.label)
        try:
            return encode(music, rate, folder / f"master.{kind}", kind, tags).path
        except EngineFailed:
            if kind in FEWEST:
                raise
            return None

    able = formats()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(written, (kind for kind in wish.kinds if kind in able))
        return [path for path in found if path is not None]


def _finished(path: Path, wish: Wish) -> Path:
    """Label and sign an encoded file, in that order: a signature is good for the bytes before it."""
    if path.suffix[1:] in WRITTEN_HERE:
        label(path, wish.label)
    if wish.signatory is not None:
        sign_file(path, wish.claim, wish.signatory)
    return path


def _stems(folder: Path, wish: Wish) -> Path:
    """Put the stems into one archive. Each bears the mark, the label and the manifest, as whatever leaves the shop."""
    archive = folder / "stems.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        for stem in sorted(wish.stems):
            audio, rate = soundfile.read(stem, dtype="float32", always_2d=True)
            music = marked(audio.T, rate, wish.mark) if wish.mark else audio.T
            path = _finished(encode(music, rate, folder / stem.name, "wav").path, wish)
            box.write(path, f"stems/{stem.name}")
            path.unlink()
    return archive


def marked(audio: NDArray[np.float32], rate: int, key: bytes) -> NDArray[np.float32]:
    """Return the music with the inaudible mark in it, and with no higher true peak: there the mark holds its breath.

    A mark this far under the music changes its loudness by some hundredths of a LU.
    """
    added, highest = mark(audio, rate, key), ratio(true_peak(audio, OVERSAMPLED))
    for _ in range(BREATHS):
        tops = envelope(audio + added, OVERSAMPLED, above=highest)
        over = np.flatnonzero(tops > highest)
        if not over.size:
            break
        added *= _breath(over, audio.shape[1], round(BREATH * rate))
    music = audio + added
    louder = true_peak(music, OVERSAMPLED) - decibels(highest)
    return np.asarray(music * np.float32(ratio(-louder)) if louder > 0 else music, np.float32)


def _breath(places: NDArray[np.intp], samples: int, reach: int) -> NDArray[np.float32]:
    """Return a gain of 1 that dips to 0 around the places and comes back over ``reach`` samples on either side."""
    distance = np.full(samples, reach, np.float32)
    ramp = np.abs(np.arange(-reach, reach + 1, dtype=np.float32))
    for place in places[np.diff(places, prepend=-reach) > reach // 16]:
        first, last = max(0, place - reach), min(samples, place + reach + 1)
        np.minimum(distance[first:last], ramp[first - place + reach : last - place + reach], out=distance[first:last])
    # The middle sixteenth is still, so that a place's neighbours are quiet too.
    share = np.clip((distance / reach - 1 / 16) / (15 / 16), 0, 1)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * share), np.float32)


def listed(path: Path) -> dict[str, Any]:
    """Return how a file stands in the parcel's list: name, size in bytes, SHA-256, media type, manifest id."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = read_manifest(path)
    return {
        "name": path.name,
        "size": path.stat().st_size,
        "sha256": digest,
        "type": TYPES[path.suffix],
        "manifest": manifest.label if manifest else "",
    }


def peaks_of(audio: NDArray[np.float32], bars: int = PEAKS) -> list[int]:
    """Return the height of each bar of a waveform, 0 to 100, from audio of shape (samples, channels)."""
    level = np.abs(audio).max(axis=1)
    highest = [float(part.max(initial=0.0)) for part in np.array_split(level, bars)]
    loudest = max(highest) or 1.0
    return [round(100 * peak / loudest) for peak in highest]


def read_peaks(path: Path) -> list[int]:
    """Return the kept bars, or none if they are gone: a picture less is no reason to withhold a licence."""
    try:
        return [int(peak) for peak in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return []
