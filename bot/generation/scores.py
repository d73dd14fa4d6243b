"""The score that is kept beside a take, and what comes out of it later: a MIDI file, and the stems on demand.

A take of the built-in composer leaves ``score.json`` and ``score.mid`` in its folder. Stems are not kept (ten minutes
of them are a gigabyte): whoever bought them gets them played again from the score, with the same bits.
"""

import json
from pathlib import Path
from typing import Any

from bot.errors import EngineFailed
from bot.finishing.encode import Encoded, encode, write_bytes
from bot.generation.studio import Report
from bot.settings.files import config_file
from bot.settings.moods import load_moods
from bot.settings.shop import soundfont

SCORE_FILES = {"score": "score.json", "midi": "score.mid"}
"""What a take with a score has beside the files of every take, by role."""


def write_score(score: dict[str, Any], folder: Path) -> None:
    """Write ``score.json`` and ``score.mid``."""
    from bot.generation.engines.composer import midi

    write_bytes(json.dumps(score, ensure_ascii=False).encode(), folder / SCORE_FILES["score"])
    write_bytes(midi.of_score(score), folder / SCORE_FILES["midi"])


def stems_of(
    report: Report, score: Path, folder: Path, places: tuple[Path, ...], kind: str = "wav"
) -> dict[str, Encoded]:
    """Play a kept ``score.json`` again and write its stems, one file for each role: ``drums.wav``, ``bass.wav``...

    The stems are as long as the piece, 44.1 kHz stereo, and add up to the mix before mastering. Blocks for about
    0.1 s per second of music: runs in the studio, as ``studio.watched(note, stems_of, score, folder, places)``.

    :param report: called with the share done; may raise to cancel.
    :param places: the config folders, for the operator's own SoundFont.
    :param kind: one of `bot.finishing.encode.FORMATS`; ``wav`` is 24 bit.
    :raises EngineFailed: if the file is no score of the composer, or a stem cannot be written.
    """
    from bot.generation.engines.composer.engine import Composer

    try:
        kept = json.loads(score.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineFailed(f"{score.name} cannot be read") from error
    composer = Composer(load_moods(config_file("moods.toml", places)), soundfont(places))
    _, stems = composer.play(kept, lambda share: report(0.7 * share))
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for index, (role, stem) in enumerate(stems.items()):
        suffix = ".wav" if kind.startswith("wav") else f".{kind}"
        written[role] = encode(stem, composer.capabilities.sample_rate, folder / f"{role}{suffix}", kind)
        report(0.7 + 0.3 * (index + 1) / len(stems))
    return written
