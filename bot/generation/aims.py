"""What the music of a brief has to be like, and what its master has to be."""

from bot.finishing.check import Expectation
from bot.finishing.master import Target
from bot.generation.engine import Take
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, Purpose


def expectation_of(brief: Brief, book: MoodBook) -> Expectation:
    """Return what the music of a brief should be like: what was asked for, and what its mood means."""
    mood = book.moods[brief.mood]
    return Expectation(
        tempo_bpm=brief.tempo_bpm,
        tempo_range=None if brief.tempo_bpm else mood.tempo,
        key=brief.key,
        brightness=mood.brightness,
        energy=mood.energy,
        density=mood.density,
    )


def target_of(brief: Brief, purpose: Purpose, take: Take) -> Target:
    """Return what the master of a brief has to be: its exact length, the loudness and ending of its purpose."""
    loop = brief.loop or purpose.ending == "loop"
    fade_out = min(4.0, brief.seconds / 8) if purpose.ending == "fade" and not loop else 0.0
    return Target(
        float(brief.seconds), purpose.loudness, fade_out=fade_out, loop=loop, tempo_bpm=take.tempo_bpm,
        beats_per_bar=take.beats_per_bar,
    )  # fmt: skip
