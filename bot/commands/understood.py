"""What a free sentence says about the order, in Korean or English: "a tense 45-second track for a horror game".

Only words of the menu are understood, and only what was left open is filled in; the buyer sees what was understood and
can change every bit of it before anything is placed.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from bot.commands.front import Item
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.brief import INSTRUMENTS_LIMIT, read_key, read_length, read_tempo
from bot.orders.numerals import in_digits

_LENGTHS = (
    re.compile(r"(?<![\d:.])\d{1,3}:[0-5]\d(?![\d:])"),
    re.compile(r"\d+(?:\.\d+)?\s*분\s*(?:반|\d+\s*초)?"),
    re.compile(r"\d+(?:\.\d+)?\s*초"),
    re.compile(r"\d+(?:\.\d+)?[\s-]*(?:minutes?|mins?|seconds?|secs?)\b"),
)
_TEMPO = re.compile(r"(?<!\d)(\d{2,3})\s*bpm\b")
_KEY = re.compile(r"\b[a-g](?:\s*(?:#|♯|♭|b|flat|sharp))?\s*(?:major|minor)\b|\b[a-g][#♯♭b]?\s*(?:장조|단조)")
_LOOP = re.compile(r"\bloop(?:s|ed|ing|able)?\b|\bseamless|루프|무한\s*반복|이어지게")
_BEFORE_NO = re.compile(
    r"(?:\b(?:no|not|without|less|never|except)|n't)\s+(?:\w+\s+(?:and|or)\s+)?(?:(?:too|so|any|very)\s+)?$"
)
_AFTER_NO = re.compile(r"^[가-힣]{0,3}\s*(?:없이|없는|말고|빼고|빼\s|빼줘|제외|금지|않)")
_KOREAN_ENDINGS = re.compile(r"(?:적인|스러운|로운|되는|같은|한|찬)$")


def understood(services: Services, sentence: str) -> dict[str, Any]:
    """Return the answers (by the names of `Brief`'s fields) that a sentence holds; what it does not say is absent."""
    text = unicodedata.normalize("NFKC", sentence).casefold()
    menu = services.menu
    wanted, unwanted = _instruments(menu.items("instrument"), text)
    answers: dict[str, Any] = {
        "mood": _best(menu.items("mood"), text),
        "seconds": _length(services, text),
        "purpose": _best(menu.items("purpose"), text),
        "style": _best(menu.items("style"), text),
        "tempo_bpm": _read(read_tempo, _TEMPO, text),
        "key": _read(read_key, _KEY, text),
        "wanted": wanted,
        "unwanted": unwanted,
        "loop": bool(_LOOP.search(text)),
    }
    return {name: value for name, value in answers.items() if value}


def _length(services: Services, text: str) -> int | None:
    """Return the first length in the text that the shop can make, in seconds."""
    text = in_digits(text)
    for pattern in _LENGTHS:
        for found in pattern.finditer(text):
            try:
                return read_length(found[0], services.catalogue.shortest, services.catalogue.longest)
            except BadInput:
                continue
    return None


def _best(items: tuple[Item, ...], text: str) -> str | None:
    """Return the id of the item most plainly named: names before other words, more hits first, then the earliest."""
    scored = []
    for item in items:
        hits = [(weight, place) for weight, place, denied in _hits(item, text) if not denied]
        if hits:
            scored.append((-sum(weight for weight, _ in hits), min(place for _, place in hits), item.id))
    return min(scored)[2] if scored else None


def _instruments(items: tuple[Item, ...], text: str) -> tuple[list[str], list[str]]:
    """Return (wanted, unwanted) instruments; of names that end together the longest counts: "bass guitar"."""
    by_end: dict[int, tuple[int, str, bool]] = {}
    for item in items:
        for word in _words(item, with_id=False):
            for place in _places(word, text):
                end = place + len(word)
                by_end[end] = max(by_end.get(end, (0, "", False)), (len(word), item.id, _denied(text, place, end)))
    unwanted = dict.fromkeys(one for _, one, denied in by_end.values() if denied)
    wanted = dict.fromkeys(one for _, one, denied in by_end.values() if not denied and one not in unwanted)
    return list(wanted)[:INSTRUMENTS_LIMIT], list(unwanted)[:INSTRUMENTS_LIMIT]


def _hits(item: Item, text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (weight, place, whether denied) for every word of an item that the text holds."""
    for word, weight in _words(item).items():
        for place in _places(word, text):
            yield weight, place, _denied(text, place, place + len(word))


def _words(item: Item, *, with_id: bool = True) -> dict[str, int]:
    """Return the words an item is meant by with their weight: its names more than the rest."""
    names = [part for name in item.name.values() for part in re.split(r"[·/]", name)]
    weighted = {_stem(word): 1 for word in item.words}
    weighted |= {_stem(name): 3 for name in (*names, *((item.id,) if with_id else ()))}
    return {word: weight for word, weight in weighted.items() if len(word) > 1}


def _stem(word: str) -> str:
    """Return a word as it is looked for: Korean adjectives without the ending that changes in a sentence."""
    folded = unicodedata.normalize("NFKC", word).casefold().strip()
    shorter = _KOREAN_ENDINGS.sub("", folded).strip()
    return shorter if len(shorter) > 1 else folded


def _places(word: str, text: str) -> list[int]:
    """Return where a word stands: whole words in Latin script (a plural ``s`` apart), anywhere in Korean."""
    pattern = rf"(?<![a-z0-9]){re.escape(word)}s?(?![a-z0-9])" if word.isascii() else re.escape(word)
    return [found.start() for found in re.finditer(pattern, text)]


def _denied(text: str, start: int, end: int) -> bool:
    return bool(_BEFORE_NO.search(text[:start]) or _AFTER_NO.match(text[end:]))


def _read(reader: Any, pattern: re.Pattern[str], text: str) -> Any:
    found = pattern.search(text)
    if not found:
        return None
    typed = found[0].replace("flat", "b").replace("sharp", "#")
    try:
        return reader(re.sub(r"\s+(?=[#b♯♭])", "", typed))
    except BadInput:
        return None
