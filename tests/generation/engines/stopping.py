"""Somebody who has had enough: cancels a call at a chosen word of its progress."""

import itertools

from bot.generation.engine import Progress


class Enough(Exception):
    """Raised from the progress, as whoever cancels does."""


def at_word(moment: int) -> Progress:
    """Return a progress that cancels where something is said for the ``moment``-th time, counted from 0."""
    count = itertools.count()

    def until(_share: float) -> None:
        if next(count) == moment:
            raise Enough

    return until
