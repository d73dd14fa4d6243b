"""What a file says about itself: ID3 in MP3, ``bext`` and ``LIST INFO`` in WAV, comments in FLAC and M4A.

libsndfile marks UTF-8 titles as Latin-1 in MP3 and writes no ``bext``, so both are written here; the encoders of FLAC
(Vorbis comments) and M4A (iTunes items) take any language and are given their words by `tags_of`.

Sources: ID3v2.3.0 (id3.org); EBU Tech 3285 (Broadcast Wave Format, version 1); Microsoft RIFF (1991) for ``LIST INFO``.
"""

import hashlib
import os
import struct
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bot.errors import EngineFailed
from bot.finishing.encode import Encoded, Tags

BLOCK = 1 << 20
WRITTEN_HERE = ("wav", "mp3")
"""The formats that `label` writes into; the others' encoders do."""


@dataclass(frozen=True, slots=True)
class Label:
    """The words on a file. ``comment`` holds the AI notice and the licence, ``address`` is where both are checked."""

    title: str
    artist: str
    comment: str
    certificate: str
    address: str
    made: datetime


def label(path: Path, words: Label) -> Encoded:
    """Write the label into an MP3 or WAV file, replacing the file in one step; its audio stays bit for bit. Blocks.

    :raises EngineFailed: if the file cannot be written, or is not of its kind.
    """
    write = {".mp3": _write_mp3, ".wav": _write_wav}[path.suffix]
    unfinished: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        unfinished = Path(name)
        with path.open("rb") as source, os.fdopen(handle, "wb") as target:
            write(source, target, words)
            target.flush()
            os.fsync(target.fileno())
        unfinished.chmod(0o644)
        with unfinished.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = unfinished.stat().st_size
        unfinished.replace(path)
    except (OSError, struct.error) as error:
        raise EngineFailed(f"could not label {path.name}: {error}") from error
    finally:
        if unfinished:
            unfinished.unlink(missing_ok=True)
    return Encoded(path, size, digest)


def tags_of(words: Label) -> Tags:
    """Return the label for an encoder that writes it itself. The comment names the certificate and its address."""
    return Tags(title=words.title, artist=words.artist, comment=words.comment, date=f"{words.made:%Y}")


def id3(words: Label) -> bytes:
    """Return an ID3v2.3 tag: the version that every player reads, its words in UTF-16."""
    frames = b"".join(
        (
            _frame(b"TIT2", _utf16(words.title)),
            _frame(b"TPE1", _utf16(words.artist)),
            _frame(b"TYER", b"\x00" + f"{words.made:%Y}".encode()),
            _frame(b"COMM", b"\x01und" + _utf16("")[1:] + b"\x00\x00" + _utf16(words.comment)[1:]),
            _frame(b"TXXX", b"\x00certificate\x00" + words.certificate.encode("ascii", "replace")),
            _frame(b"WCOP", words.address.encode("ascii", "replace")),
        )
    )
    return b"ID3\x03\x00\x00" + _synchsafe(len(frames)) + frames


def bext(words: Label) -> bytes:
    """Return the body of a Broadcast Wave ``bext`` chunk; it knows ASCII only, so it holds what is ASCII."""
    description = f"{words.certificate} {words.address} AI-generated music"
    fixed = struct.pack(
        "<256s32s32s10s8sQH64s190x",
        description.encode("ascii", "replace"),
        words.artist.encode("ascii", "replace"),
        words.certificate.encode("ascii", "replace"),
        f"{words.made:%Y-%m-%d}".encode(),
        f"{words.made:%H:%M:%S}".encode(),
        0,
        1,
        b"",
    )
    return fixed + b"A=PCM,M=stereo,T=AI-generated\r\n"


def info(words: Label) -> bytes:
    """Return the body of a ``LIST INFO`` chunk, in UTF-8 as most programs read it today."""
    entries = ((b"INAM", words.title), (b"IART", words.artist), (b"ICMT", words.comment), (b"ICRD", f"{words.made:%Y}"))
    return b"INFO" + b"".join(_chunk(name, text.encode() + b"\x00") for name, text in entries)


def _write_mp3(source: BinaryIO, target: BinaryIO, words: Label) -> None:
    head = source.read(10)
    if head[:3] == b"ID3":
        source.seek(10 + _plain(head[6:10]))
    elif head[:1] == b"\xff":
        source.seek(0)
    else:
        raise OSError("it is no MP3")
    target.write(id3(words))
    _copy(source, target)


def _write_wav(source: BinaryIO, target: BinaryIO, words: Label) -> None:
    """Copy the chunks that hold the music, with the label between format and audio."""
    if source.read(4) != b"RIFF" or not source.read(4) or source.read(4) != b"WAVE":
        raise OSError("it is no WAV")
    target.write(b"RIFF\x00\x00\x00\x00WAVE")
    while len(head := source.read(8)) == 8:
        name, size = head[:4], struct.unpack("<I", head[4:])[0]
        if name in (b"fmt ", b"fact"):
            target.write(head + source.read(size + size % 2))
        elif name == b"data":
            target.write(_chunk(b"bext", bext(words)) + _chunk(b"LIST", info(words)) + head)
            _copy(source, target, size)
            target.write(b"\x00" * (size % 2))
            break
        else:
            source.seek(size + size % 2, os.SEEK_CUR)
    else:
        raise OSError("it holds no audio")
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))


def _copy(source: BinaryIO, target: BinaryIO, size: int | None = None) -> None:
    left = size
    while block := source.read(BLOCK if left is None else min(BLOCK, left)):
        target.write(block)
        left = None if left is None else left - len(block)
    if left:
        raise OSError("it ends before its audio does")


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)


def _frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">IH", len(body), 0) + body


def _utf16(text: str) -> bytes:
    return b"\x01\xff\xfe" + text.encode("utf-16-le")


def _synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _plain(size: bytes) -> int:
    return size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3]
