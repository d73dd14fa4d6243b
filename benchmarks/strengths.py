"""How far a variation moves a piece, by strength: likeness to its source in harmony, in loudness over time, in sound.

Run ``python -m benchmarks.strengths ENGINE FOLDER`` with the weights in FOLDER; ``--source FILE`` varies that sound
instead of a piece of the engine's own, ``--prompt "calm piano"`` says towards what, ``--seconds 20 --takes 3`` how
much. Without ENGINE it runs on tiny random weights of every engine, which shows that it runs and nothing about music.

Columns: *harmony* is the mean cosine of the chroma of source and variation, moment by moment; *loudness* the
correlation of their levels over time; *sound* the correlation of the samples themselves; *level* by how many dB the
variation is louder; *bright* by how many percent its spectral centroid is higher; *kept* the share of codes that stayed
(MusicGen). Below stands what another piece of the same prompt has of them: a variation that is no nearer than that has
lost its source.
"""

import argparse
import importlib.util
import os
import tempfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly, stft

from bot.generation.engine import Request, Take
from bot.orders.brief import Brief
from bot.settings.files import config_file, folders
from bot.settings.moods import load_moods

STRENGTHS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0)
RATE, WINDOW = 22_050, 4096
FIRST = "calm acoustic background music, piano, low energy, 73 BPM, instrumental"
THEN = "calmer, softer and gentler than before"
COLUMNS = ("harmony", "loudness", "sound", "level", "bright")


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near one sound is to another; see the columns."""

    harmony: float
    loudness: float
    sound: float
    level: float
    bright: float


def nearness(take: Take, source: Take) -> Nearness:
    """Measure a take against its source, over the length they share."""
    one, other = _mono(take), _mono(source)
    common = min(len(one), len(other))
    one, other = one[:common], other[:common]
    (tones, hertz), (others, _) = _spectrum(one), _spectrum(other)
    harmony = _cosine(_chroma(tones, hertz), _chroma(others, hertz))
    levels = [10 * np.log10((spectrum**2).sum(axis=0) + 1e-9) for spectrum in (tones, others)]
    centroids = [float((hertz[:, None] * spectrum).sum() / (spectrum.sum() + 1e-9)) for spectrum in (tones, others)]
    louder = 10 * np.log10((np.mean(one**2) + 1e-12) / (np.mean(other**2) + 1e-12))
    brighter = 100 * (centroids[0] / max(centroids[1], 1e-9) - 1)
    return Nearness(harmony, _correlation(*levels), _correlation(one, other), float(louder), brighter)


def table(engine: Any, source: Take, seeds: tuple[int, ...], prompt: str) -> None:
    """Print the nearness to a source of its variations, strength by strength, and of new pieces."""
    brief = Brief("calm", round(source.audio.shape[1] / source.rate), "youtube")
    print(f"\n{engine.name}, {source.audio.shape[1] / source.rate:.0f} s, {len(seeds)} takes each; means\n")
    print("| strength | " + " | ".join(f"{name:>8}" for name in (*COLUMNS, "kept")) + " |")
    print("|" + "-" * 10 + "|" + "|".join(["-" * 10] * (len(COLUMNS) + 1)) + "|")
    for strength in STRENGTHS:
        wish = Request(brief, seeds, prompt=prompt, mode="vary", source=source, strength=strength)
        _row(f"{strength:.2f}", engine.generate(wish, _quietly), source)
    _row("new", engine.generate(Request(brief, seeds, prompt=prompt), _quietly), source)


def _row(name: str, takes: Iterable[Take], source: Take) -> None:
    found = list(takes)
    means = np.mean([astuple(nearness(take, source)) for take in found], axis=0)
    kept = [take.made["kept"] for take in found if "kept" in take.made]
    last = f"{np.mean(kept):8.2f}" if kept else f"{'':8}"
    print(f"| {name:>8} | " + " | ".join(f"{value:8.2f}" for value in means) + f" | {last} |", flush=True)


def _quietly(_share: float) -> None:
    pass


def _mono(take: Take) -> NDArray[np.float64]:
    mono = take.audio.mean(axis=0, dtype=np.float64)
    common = int(np.gcd(RATE, take.rate))
    return np.asarray(resample_poly(mono, RATE // common, take.rate // common))


def _spectrum(sound: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return magnitudes, (bins, moments), and the bins' frequencies in Hz."""
    hertz, _, found = stft(sound, RATE, nperseg=min(WINDOW, len(sound)))
    return np.abs(found), hertz


def _chroma(spectrum: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power of the twelve pitch classes from 55 Hz to 2 kHz, (12, moments)."""
    heard = (hertz >= 55) & (hertz <= 2000)
    classes = np.round(12 * np.log2(hertz[heard] / 440)).astype(int) % 12
    return np.stack([(spectrum[heard][classes == one] ** 2).sum(axis=0) for one in range(12)])


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    sizes = np.linalg.norm(one, axis=0) * np.linalg.norm(other, axis=0)
    return float(((one * other).sum(axis=0) / np.maximum(sizes, 1e-12)).mean())


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    if min(one.std(), other.std()) < 1e-9:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _read(file: Path) -> Take:
    import soundfile

    audio, rate = soundfile.read(file, dtype="float32", always_2d=True)
    return Take(np.ascontiguousarray(audio.T), rate, 0, "file", file.name, "", 0.0)


def _measure(name: str, folder: Path, asked: argparse.Namespace) -> None:
    from bot.generation.rights import engine_kind

    engine: Any = engine_kind(name)(load_moods(config_file("moods.toml", folders(None))), folder)
    engine.load()
    if asked.source:
        source = _read(asked.source)
    else:
        brief = Brief("calm", asked.seconds, "youtube")
        (source,) = engine.generate(Request(brief, (1_000,), prompt=FIRST), _quietly)
    table(engine, source, tuple(range(1, asked.takes + 1)), asked.prompt)
    engine.unload()


def _tiny(asked: argparse.Namespace) -> None:
    from tests.generation.engines.tiny import tiny_ace_step, tiny_musicgen, tiny_stable_audio

    print("Tiny random weights: the tables show that the measurement runs, not what strengths mean.")
    for name, maker in (
        ("musicgen", tiny_musicgen),
        ("stable-audio-3", tiny_stable_audio),
        ("ace-step", tiny_ace_step),
    ):
        with tempfile.TemporaryDirectory() as folder:
            _measure(name, maker(Path(folder) / "weights"), asked)


def main() -> None:
    """Measure one engine's weights, or tiny ones of every engine."""
    told = argparse.ArgumentParser(prog="python -m benchmarks.strengths")
    told.add_argument("engine", nargs="?")
    told.add_argument("folder", nargs="?", type=Path)
    told.add_argument("--source", type=Path)
    told.add_argument("--prompt", default=f"{THEN}, {FIRST}")
    told.add_argument("--seconds", type=int, default=10)
    told.add_argument("--takes", type=int, default=3)
    asked = told.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("The neural extra is not installed: nothing to measure.")
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if asked.engine:
        if asked.folder is None:
            told.error("the folder of the weights is missing")
        _measure(asked.engine, asked.folder, asked)
    else:
        _tiny(asked)


if __name__ == "__main__":
    main()
