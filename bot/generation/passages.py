"""The part of a piece that a buyer's own words name: "the last ten seconds", "from 0:30 to 0:45", "인트로".

Only what is plainly a part is read; words that name none, or more than one, are about the whole piece.
"""

import re

SHARE, MOST_SECONDS = 0.2, 15.0
"""How long a beginning or an ending is of which nobody says how long it is: a fifth of the piece, at most 15 s."""

SHORTEST, WHOLE = 0.5, 0.9
"""Seconds that a part lasts at least, and the share of the piece from which on it is the piece."""

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12,
          "fifteen": 15, "twenty": 20, "thirty": 30}  # fmt: skip
_NUMBER = rf"\d+(?:\.\d+)?|{'|'.join(_WORDS)}"
_MOMENT = rf"(?:(\d{{1,2}}):([0-5]\d)|(?:(\d+)\s*분\s*)?({_NUMBER})\s*-?\s*(?:seconds?|secs?|s\b|초)?)"
_RANGE = re.compile(
    rf"{_MOMENT}\s*(?:to|until|till|through|and|-|–|~|부터|에서)\s*{_MOMENT}\s*(?:까지)?",
    re.IGNORECASE,
)
_LAST_OR_FIRST = re.compile(
    rf"(?:(?P<first>\bfirst|처음|앞|시작)|(?P<last>\blast|\bfinal|마지막|끝|뒤))(?:의|쪽|부분)?\s*"
    rf"(?P<length>{_NUMBER})\s*-?\s*(?:seconds?\b|secs?\b|s\b|초)", re.IGNORECASE
)  # fmt: skip
_BEGINNING = re.compile(
    r"\b(?:intro|introduction|beginning|opening)\b|인트로|도입부|시작\s?부분|앞\s?부분|첫\s?부분", re.I
)
_ENDING = re.compile(
    r"\b(?:outro|ending|closing|(?:at|near|towards?)\s+the\s+end)\b|아웃트로|엔딩|끝\s?부분|뒷\s?부분|마지막\s?부분",
    re.I,
)
_EVERYTHING = re.compile(
    r"(?:beginning|start|처음)\s*(?:to|부터)\s*(?:the\s+)?(?:end|끝)|\b(?:whole|entire)\b|전체", re.I
)


def passage_in(words: str, seconds: float) -> tuple[float, float] | None:
    """Return (start, end) in seconds of the one part that words name of a piece of so many, or None."""
    if _EVERYTHING.search(words):
        return None
    found = {*_ranges(words), *_counted(words, seconds)}
    if not found:
        usual = min(SHARE * seconds, MOST_SECONDS)
        if _BEGINNING.search(words):
            found.add((0.0, usual))
        if _ENDING.search(words):
            found.add((seconds - usual, seconds))
    if len(found) != 1:
        return None
    start, end = found.pop()
    end = min(end, seconds)
    return (start, end) if SHORTEST <= end - start < WHOLE * seconds else None


def _ranges(words: str) -> list[tuple[float, float]]:
    """Return every "from here to there"; bare numbers ("1 to 2") are no moments unless one has a unit or a colon."""
    spans = [
        (_moment(one.groups()[:4]), _moment(one.groups()[4:8]))
        for one in _RANGE.finditer(words)
        if re.search(r"\d:\d|초|\bs(?:ec|econd)?s?\b|\ds\b", one[0], re.IGNORECASE)
    ]
    return [(start, end) for start, end in spans if end > start]


def _counted(words: str, seconds: float) -> list[tuple[float, float]]:
    lengths = [(one, min(_number(one["length"]), seconds)) for one in _LAST_OR_FIRST.finditer(words)]
    return [(0.0, length) if one["first"] else (seconds - length, seconds) for one, length in lengths]


def _moment(groups: tuple[str | None, ...]) -> float:
    minutes, rest, spoken, number = groups
    if minutes is not None and rest is not None:
        return 60.0 * int(minutes) + int(rest)
    return 60.0 * int(spoken or 0) + _number(number or "0")


def _number(typed: str) -> float:
    return float(_WORDS.get(typed.lower(), 0) or typed)
