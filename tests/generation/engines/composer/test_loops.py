"""A loop has no seam: whole bars, the asked length, tails that come round, equal ends; and the test would notice."""

import numpy as np
import pytest
from numpy.typing import NDArray

from .conftest import Compose
from .readback import onset_curve

LOOPS = [("chill", "lo-fi", 20), ("epic", "cinematic", 24), ("energetic", "electronic", 16), ("festive", "gugak", 20)]


def seam_faults(audio: NDArray[np.float32], rate: int, bar: float) -> list[str]:
    """Name what a listener would notice where the end meets the start."""
    faults = []
    length = audio.shape[1]
    bars = length / rate / bar
    if abs(bars - round(bars)) > 0.01:
        faults.append("bars")
    reach = int(bar * rate)
    ends = [10 * np.log10(np.mean(part**2) + 1e-12) for part in (audio[:, :reach], audio[:, -reach:])]
    if abs(ends[0] - ends[1]) > 5:
        faults.append("level")
    around = np.concatenate([audio[:, -2 * reach :], audio[:, : 2 * reach]], axis=1)
    step = np.abs(np.diff(around, axis=1)).max(axis=0)
    if step[2 * reach - 3 : 2 * reach + 3].max() > 1.2 * np.percentile(step, 99.9):
        faults.append("click")
    turned = np.roll(audio, length // 2, axis=1)
    flux = onset_curve(turned)
    at = length // 2 // 512
    tail = np.sqrt(np.mean(turned[:, length // 2 - 400 : length // 2] ** 2))
    head = np.sqrt(np.mean(audio**2))
    if tail < 0.02 * head and flux[at - 4 : at + 4].max() > 3 * np.percentile(flux, 99):
        faults.append("gap")
    return faults


@pytest.mark.parametrize(("mood", "style", "seconds"), LOOPS)
def test_loops_without_a_seam(compose: Compose, mood: str, style: str, seconds: int) -> None:
    take = compose(mood, seconds, style=style, loop=True, purpose="game")
    assert take.tempo_bpm is not None
    assert take.score is not None
    assert take.audio.shape[1] == seconds * take.rate
    bar = take.score["song"]["beats_per_bar"] * 60 / take.tempo_bpm
    assert seam_faults(take.audio, take.rate, bar) == []


def test_the_seam_test_notices_a_cut_bar_and_a_quiet_end(compose: Compose) -> None:
    take = compose("energetic", 16, style="electronic", loop=True, purpose="game")
    assert take.tempo_bpm is not None
    bar = 4 * 60 / take.tempo_bpm
    assert "bars" in seam_faults(take.audio[:, : -int(0.4 * bar * take.rate)], take.rate, bar)
    quiet = take.audio * np.linspace(1, 0.05, take.audio.shape[1], dtype=np.float32)
    assert "level" in seam_faults(quiet, take.rate, bar)


def test_reverb_and_notes_come_round(compose: Compose) -> None:
    """The first moment of a loop already holds the room's answer to its last bar."""
    loop = compose("sleepy", 24, style="ambient", loop=True, purpose="game").audio
    once = compose("sleepy", 24, style="ambient").audio
    moment = slice(0, 60)
    assert np.mean(loop[:, moment] ** 2) > 30 * np.mean(once[:, moment] ** 2)


def test_an_asked_tempo_gives_way_only_to_whole_bars(compose: Compose) -> None:
    take = compose("happy", 20, tempo_bpm=120, style="corporate", loop=True)
    assert take.tempo_bpm == pytest.approx(120)
    bent = compose("happy", 20, tempo_bpm=125, style="corporate", loop=True)
    assert bent.tempo_bpm == pytest.approx(125, rel=0.05)
