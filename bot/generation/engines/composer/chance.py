"""Dice that fall the same way everywhere: one named generator for each decision."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Dice:
    """The draws for one purpose. Only `numpy.random.Generator.random` is used: its stream is stable across versions."""

    def __init__(self, seed: int, *purpose: str | int) -> None:
        name = "/".join([str(seed), *(str(step) for step in purpose)])
        digest = blake2b(name.encode(), digest_size=16).digest()
        self._generator = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))

    def share(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number between ``low`` and ``high``."""
        return low + (high - low) * float(self._generator.random())

    def chance(self, probability: float) -> bool:
        """Return true this often."""
        return float(self._generator.random()) < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._generator.random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, all equally likely."""
        return choices[int(self._generator.random() * len(choices))]

    def weighted(self, choices: Mapping[T, float]) -> T:
        """Return one of the keys, as likely as its weight."""
        left = float(self._generator.random()) * sum(choices.values())
        for choice, weight in choices.items():
            left -= weight
            if left < 0:
                return choice
        return list(choices)[-1]

    def leaning(self, choices: Sequence[T], lean: float = 0.55) -> T:
        """Return one of the choices, the first likeliest, each next one ``lean`` times as likely."""
        return choices[self.weighted({place: lean**place for place in range(len(choices))})]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """Return the choices in random order."""
        return sorted(choices, key=lambda _: float(self._generator.random()))

    def bell(self, spread: float) -> float:
        """Return a number around zero with about this standard deviation, never beyond 3.5 times it."""
        return (sum(float(self._generator.random()) for _ in range(4)) - 2.0) * spread * 1.73
