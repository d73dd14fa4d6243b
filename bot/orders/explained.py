"""Values that explain themselves: each member is its value, and carries the sentence that says what it means."""

from enum import StrEnum
from typing import Self


class Explained(StrEnum):
    """Base of such values: ``NAME = "value", "The sentence."``."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> Self:
        """Make a member that is its value and carries its sentence."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member
