"""Numbers written as words before a unit of time: "thirty seconds", "a minute and a half", "삼십 초", "일 분"."""

import re

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH = (
    {"half a": 0.5, "a half": 0.5, "one and a half": 1.5, "a couple of": 2, "a": 1, "an": 1}
    | {word: number for number, word in enumerate((*_ONES, *_TEENS), 1)}
    | {word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
    | {f"{ten} {one}": 10 * tens + ones for tens, ten in enumerate(_TENS, 2) for ones, one in enumerate(_ONES, 1)}
    | {"a hundred": 100, "one hundred": 100}
)
_AND_A_HALF = re.compile(r"\b(a|an|one|two|three|four|five|six|seven|eight|nine)[\s-]+minutes?\s+and\s+a\s+half\b")
_WORDS = "|".join(sorted((word.replace(" ", r"[\s-]+") for word in _ENGLISH), key=len, reverse=True))
_IN_ENGLISH = re.compile(rf"\b({_WORDS})(?=[\s-]+(?:hours?|minutes?|mins?|seconds?|secs?)\b)")

_DIGITS = {digit: number for number, digit in enumerate("일이삼사오육칠팔구", 1)}
_UNITS = {"십": 10, "백": 100}
_HOUR = re.compile(r"(?<![가-힣])한(?=\s*시간)")
_IN_KOREAN = re.compile(r"(?<![가-힣])([일이삼사오육칠팔구십백]{1,5})(?=\s*(?:초(?!반)|분))")
_TWO_MINUTES = re.compile(r"\s*분\s*(?:반|짜리|정도|쯤|길이|동안|[일이삼사오육칠팔구십]|\d|$)")
"""What must follow for 이 분 to mean two minutes: it is also "this person", and begins "this mood"."""


def in_digits(text: str) -> str:
    """Return a folded text (NFKC, lower case) with the numbers before hours, minutes and seconds in digits."""
    text = _AND_A_HALF.sub(lambda found: f"{_english(found[1]) + 0.5:g} minutes", text)
    text = _IN_ENGLISH.sub(lambda found: f"{_english(found[1]):g}", text)
    text = _HOUR.sub("1", text)
    # From the end, so that what follows a numeral is in digits already: 일 분 삼십 초.
    for found in reversed(list(_IN_KOREAN.finditer(text))):
        number = _korean(found[1])
        if number and (found[1] != "이" or _meant_as_two(text[found.end() :])):
            text = f"{text[: found.start()]}{number}{text[found.end() :]}"
    return text


def _english(words: str) -> float:
    return _ENGLISH[re.sub(r"[\s-]+", " ", words)]


def _korean(numeral: str) -> int | None:
    """Return what Sino-Korean digits say, or None where they say no number (일삼, 백백)."""
    total, digit, least = 0, None, 1000
    for sign in numeral:
        if sign in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[sign]
        else:
            if _UNITS[sign] >= least:
                return None
            least = _UNITS[sign]
            total, digit = total + (digit or 1) * least, None
    return total + (digit or 0)


def _meant_as_two(rest: str) -> bool:
    return rest.lstrip().startswith("초") or bool(_TWO_MINUTES.match(rest))
