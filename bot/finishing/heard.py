"""What is computed once of a piece and used by everyone: its curves and its loudness."""

from dataclasses import dataclass

from bot.finishing.features import Features, features
from bot.finishing.loudness import Loudness, loudness
from bot.finishing.reel import Audio


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece as it was heard: spectrum, onsets and chroma over time, and loudness over time."""

    curves: Features
    loudness: Loudness


def hear(audio: Audio, rate: int) -> Heard:
    """Return what is to be heard of a stereo piece of any length, at ``rate`` Hz."""
    return Heard(features(audio, rate), loudness(audio, rate))
