"""What buyers ask for in words of their own beside the mood they chose: where the menu lacks a finer one. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from bot.storage.history import Asked

ENOUGH = 2
"""Different buyers who must have used a word before it is shown: one alone is no pattern, and may be a name."""

_WORD = re.compile(r"[a-z][a-z'-]{2,}|[가-힣]{2,}")
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에서는|에서|에는|으로|처럼|같은|같이|이랑|하고|부터|까지|은|는|이|가|을|를|에|의|로|와|과|도|만|랑)$"
)
_COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        about all also and any are background bgm bit but can could feel feeling feels for from good great has have into
        its just kind less like little lots make maybe more mood much music need needs nice not one piece please really
        should some something song sound sounds style than thank thanks that the there thing this track use very video
        want wants was when will with without would you your
        가사 감사 감사합니다 같아요 같은 그냥 그리고 길게 노래 느낌 느껴지는 드려요 들어간 들어가는 들어가면 만들어
        많이 말고 부탁 부탁드려요 부탁드립니다 배경 배경음악 분위기 브금 비슷한 사용 살짝 소리 스타일 싶어요 않은 않게
        어울리는 없는 없이 없게 영상 오는 원해요 위한 음악 있는 있게 있으면 입니다 적당히 정도 정말 조금 좋겠어요
        좋아요 좋은 주세요 진짜 짧게 하게 하는 해요 해주세요 했으면
        """,
    )
)
"""Words that say nothing about a mood, in both languages."""


def own_words(asked: Iterable[Asked], known: Collection[str]) -> Mapping[str, Mapping[str, int]]:
    """Return by mood how many buyers used each word of their own, the most used first; moods likewise.

    ``known`` are the words of the menu, which need no finer mood. A buyer counts once for a word, whatever they order.
    """
    used = {
        (str(one.brief.get("mood", "")), word, one.customer)
        for one in asked
        for word in _words(str(one.brief.get("details", "")))
    }
    menu = _on_the_menu({word for _, word, _ in used}, known)
    used = {entry for entry in used if entry[1] not in menu}
    counts = Counter((mood, word) for mood, word, _ in used)
    often = sorted(((count, mood, word) for (mood, word), count in counts.items() if count >= ENOUGH), key=_most_first)
    found: dict[str, dict[str, int]] = {}
    for count, mood, word in often:
        found.setdefault(mood, {})[word] = count
    return found


def _most_first(entry: tuple[int, str, str]) -> tuple[int, str, str]:
    count, mood, word = entry
    return -count, mood, word


def _words(details: str) -> set[str]:
    found = (_PARTICLE.sub("", word) for word in _WORD.findall(_folded(details)))
    return {word for word in found if word not in _COMMON}


def _on_the_menu(words: Collection[str], known: Collection[str]) -> set[str]:
    """Return the words that are the menu's: a plural is, and in Korean whatever holds one, for words are inflected."""
    menu = {_folded(word) for word in known}
    latin = {part.rstrip("s") for word in menu for part in re.split(r"[^a-z'-]+", word)}
    hangul = [word for word in menu if not word.isascii() and len(word) > 1]
    return {
        word
        for word in words
        if word.rstrip("s") in latin or (not word.isascii() and any(one in word or word in one for one in hangul))
    }


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
