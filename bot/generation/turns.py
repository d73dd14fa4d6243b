"""Whose turn it is in the studio when more work waits than there are processes.

What somebody waits for with headphones on goes first, then what brings a round to its end, then new takes. Among the
takes of several orders those go first whose order would be over first if all orders shared the machine evenly (the fair
sojourn protocol: E. Friedman and S. Henderson, *Fairness and efficiency in web server protocols*, SIGMETRICS 2003): a
short order passes a long one, equal orders go in the order they came, and nobody is passed for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum


class Urgency(IntEnum):
    """How soon work goes; the smallest first."""

    LISTENING = 0
    """The operator or a buyer sits there and waits to hear it."""

    ENDING = 1
    """Little is left to do, and an order moves on with it."""

    USUAL = 2


@dataclass(frozen=True, order=True, slots=True)
class Turn:
    """A place in the line: ``urgency`` counts first, then ``due``, then who came first."""

    urgency: Urgency = Urgency.USUAL
    due: float = 0.0


class Turns:
    """Gives the orders in hand their turns. Time is counted in seconds of music that every order in hand has had."""

    def __init__(self) -> None:
        self._now = 0.0
        self._orders = 0

    @contextmanager
    def order(self, seconds: float) -> Iterator[Turn]:
        """Return the turn of an order that is so many seconds of music altogether, in hand until the block ends."""
        self._orders += 1
        try:
            yield Turn(due=self._now + seconds)
        finally:
            self._orders -= 1

    def made(self, seconds: float) -> None:
        """Count music that has been made: the time of each order in hand goes on by its share."""
        self._now += seconds / max(1, self._orders)
