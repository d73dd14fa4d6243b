"""No music "in the style of" somebody: the wish is refused kindly, before anything is made or paid.

Whoever asks for the sound of a living artist asks for a lawsuit, and no open model's licence covers it. Styles, moods
and instruments may be named freely: only names are refused, as they are written in both languages. In small letters a
name looks like any word: of those only such are refused as mean nobody and nothing else (`bot.orders.names`). What may
be a name, `hinted`, is for the operator to judge, who reads it on the card.
"""

import re
from collections.abc import Collection

from bot.errors import BadInput
from bot.orders.names import KOREAN_NAMES, LATIN_NAMES

_WORD = r"(?:[A-Z]\.|[A-Z][\w'’&-]*(?:\.\w+)*)"
_NAME = rf"{_WORD}(?:\s+(?:(?:of|the|and|&)\s+)?{_WORD}){{0,3}}"
_NO_WISH = "".join(rf"(?<!{word}\s)" for word in ("would", "['’]d", r"\bi", "you", "to", "['’]t", "not", "we", "they"))
_ENGLISH = re.compile(
    rf"(?i:\b(?:in\s+the\s+(?:style|manner|vein|spirit)\s+of|(?:sound(?:s|ing)?|something|anything)\s+"
    rf"(?:a\s+bit\s+|just\s+|exactly\s+)?like|similar\s+to|"
    rf"inspired\s+by|reminiscent\s+of|a\s+la|à\s+la|(?:music|song|track|piece|soundtrack)s?\s+(?:by|like|from))\s+)"
    rf"(?i:the\s+)?(?P<after>{_NAME})|(?<![.!?]\s)(?<!^)(?P<before>{_NAME})(?:['’]s)?[\s-]+(?i:type\s+beat|style|vibes?)\b|"
    rf"(?P<first>{_WORD}\s+{_WORD})(?:['’]s)?(?i:[\s-]+(?:type\s+beat|style|vibes?|(?:type|kind|sort)\s+of)|-like)\b|"
    # "I would like Warm Pads" wishes for what it names; of "like" alone only a first and a last name are meant
    rf"(?i:{_NO_WISH}\blike\s+)(?P<whom>{_WORD}(?:\s+{_WORD}){{1,3}})|"
    rf"(?i:\b(?:cover|remake|remix|version|arrangement)s?\s+of\b)[^.!?]{{0,60}}?(?i:\bby\s+(?:the\s+)?)(?P<by>{_NAME})"
)
_KNOWN = "|".join(name.replace(" ", r"\s?") for name in sorted(KOREAN_NAMES, key=len, reverse=True))
_SMALL = "|".join(re.escape(name) for name in sorted(LATIN_NAMES, key=len, reverse=True))
_NAMED = re.compile(
    rf"(?i:(?:{_NO_WISH}\blike|\b(?:similar\s+to|(?:style|manner|vein|spirit)\s+of|inspired\s+by|reminiscent\s+of|"
    rf"(?:music|song|track|piece|soundtrack)s?\s+(?:by|from)|a\s+la)|à\s+la|"
    rf"\b(?:cover|remake|remix|version|arrangement)s?\s+of\b[^.!?]{{0,60}}?\bby)\s+(?:the\s+)?(?P<after>{_SMALL})\b|"
    rf"\b(?P<before>{_SMALL})(?:['’]s)?(?:[\s-]+(?:type\s+beat|style|vibes?|sound|(?:type|kind|sort)\s+of)\b|"
    rf"-?(?:like|esque|ish)\b))"
)
_LIKE = r"(?:스타일|풍|처럼|같은|같이|st\b|삘|커버|리메이크|편곡)"
_TITLE = r"(?:의?\s+[^\s.,!?]{1,12})"
_KOREAN = re.compile(
    rf"(?P<name>[A-Z][\w.&'-]*(?:\s[A-Z][\w.&'-]*){{0,2}}|\b(?i:{_SMALL})|{_KNOWN})\s*(?:의\s*)?(?:{_LIKE}|느낌|분위기)|"
    # A title may stand between the name and the likeness: "아이유 밤편지 같은", "이루마의 River Flows in You 처럼"
    rf"(?P<whose>{_KNOWN})(?:{_TITLE}\s*(?:느낌|분위기)|{_TITLE}{{1,4}}\s*{_LIKE})"
)


def imitated(words: str, known: Collection[str] = ()) -> str | None:
    """Return the name whose music is to be imitated, or None. ``known`` are words that are no names (styles...)."""
    free = {word.casefold() for word in known} | _NO_NAMES
    for found in (*_ENGLISH.finditer(words), *_NAMED.finditer(words), *_KOREAN.finditer(words)):
        name = next(part for part in found.groups() if part).strip()
        parts = [part for part in re.split(r"[\s-]+", name.casefold()) if part not in _LINKS]
        if name.casefold() not in free and not all(part in free for part in parts):
            return name
    return None


def refuse_imitation(words: str, known: Collection[str] = ()) -> None:
    """Let words pass that name nobody. :raises BadInput: naming whom they do, and what to write instead."""
    if name := imitated(words, known):
        raise BadInput(f"asks for the music of {name[:40]!r}", text="error-imitation", name=name[:40])


def without_imitation(words: str) -> str:
    """Return words without the phrases that name somebody; for orders placed before they were refused."""
    return _KOREAN.sub(" ", _NAMED.sub(" ", _ENGLISH.sub(" ", words)))


def hinted(words: str) -> str | None:
    """Return what may be somebody's name in words that `imitated` lets pass, or None: "sounds like portishead".

    A wish is not refused for it, since "sounds like thunder" is written alike.
    """
    for found in (*_MAYBE.finditer(words), *_MAYBE_KOREAN.finditer(words)):
        name = next(part for part in found.groups() if part).strip()
        parts = re.split(r"[\s-]+", name.casefold())
        if not any(part in _NO_NAMES or part in _COMPARED or part.endswith("ing") for part in parts):
            return name
    return None


_STOP = r"but|and|with|for|or|only|please|in|on|at"
_OBJECT = rf"[a-z][\w'’&.-]*(?:\s+(?!(?:{_STOP}|that|when|if|to|as|style|vibes?)\b)[a-z][\w'’&.-]*){{0,2}}"
_MAYBE = re.compile(
    rf"(?i:\bin\s+the\s+(?:style|manner|vein|spirit)\s+of|\bsound(?:s|ing)?\s+(?:a\s+bit\s+|just\s+|exactly\s+)?like|"
    rf"\b(?:something|anything)\s+like|\b(?:music|song|track)s?\s+(?:by|like)|^like)\s+(?P<after>{_OBJECT})"
    rf"(?=\s*(?:[.,;!?]|$|\s(?:{_STOP})\b))|"
    rf"\b(?P<before>[a-z][\w'’&.-]*(?:\s+[a-z][\w'’&.-]*)?)(?:['’]s)?[\s-]+type\s+beat\b|\b(?P<whom>(?i:{_SMALL}))\b"
)
_MAYBE_KOREAN = re.compile(
    r"(?P<song>[가-힣A-Za-z0-9]{2,12})\s+(?:노래|곡|음악)\s*(?:처럼|같은|같이|느낌|스타일|풍)|"
    r"(?P<like>[가-힣A-Za-z0-9]{2,12})\s+같은\s+(?:노래|곡|음악)|(?P<slang>[가-힣A-Za-z0-9]{2,12})\s*(?:st\b|삘)"
)
_LINKS = frozenset(["of", "the", "and", "&"])
_CAPITALISED = (
    "i a an my our your this that music jazz blues rock pop soul funk punk metal disco house techno trance ambient edm "
    "lo-fi lofi lo fi hip hop hip-hop rap trap r&b rnb folk country latin bossa nova samba reggae ska swing classical "
    "baroque romantic orchestral cinematic epic chill korean gugak k-pop kpop k pop j-pop city retro synthwave "
    "vaporwave 80s 90s youtube vlog podcast game anime film movie christmas halloween summer winter spring autumn old "
    "new school indie acoustic electronic piano guitar strings warm calm happy sad dark bright soft hollywood "
    "broadway western eastern japanese american british french italian spanish irish celtic nordic african indian "
    "arabic brazilian cuban bgm asmr bpm ost york seoul busan jeju tokyo kyoto london paris berlin vienna havana rio "
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
_NO_NAMES = frozenset(_CAPITALISED.split())
"""Words that may be written with a capital and are nobody's name."""
_THINGS = (
    "a an the this that these those my our your his her its their some any no every each being it you we they he she "
    "me us them what when if how where there here old new first last rain water waves wave sea ocean river wind "
    "storm thunder snow fire stars star sky sun sunset sunrise moon night morning day dawn dusk dream dreams sleep "
    "heaven home nature forest birds bird clouds summer magic memories memory childhood love hope joy heart "
    "heartbeat clock bells bell chimes machine robots space underwater movies film films games trailer trailers "
    "intro jingle jingles lullaby lullabies waltz march elevator lounge hotel lobby coffee cafe café chillhop ballad "
    "ballads arcade videogame retro vintage modern fantasy medieval horror thriller comedy documentary nostalgia "
    "이런 그런 저런 어떤 다른 옛날 요즘 예전 어린이 아이 크리스마스 캐럴 동요 자장가 팝 재즈 발라드 클래식 국악 "
    "뉴에이지 영화 드라마 게임 광고 만화 애니 애니메이션 여행 카페 명상 공부 운동 여름 겨울 봄 가을 배경 결혼식 축제 "
    "파티 인트로 엔딩 오프닝 피아노 기타 힐링 감성 로파이 힙합 댄스 신나는 조용한 슬픈 밝은 잔잔한 좋은 빠른 느린 "
    "편안한 따뜻한 "
)
_COMPARED = frozenset(_THINGS.split())
"""Words that music is compared with, and that are nobody's name."""
