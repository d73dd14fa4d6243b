"""No music "in the style of" somebody: the wish is refused kindly, before anything is made or paid.

Whoever asks for the sound of a living artist asks for a lawsuit, and no open model's licence covers it. Styles, moods
and instruments may be named freely: only names are refused, as they are written in both languages.
"""

import re
from collections.abc import Collection

from bot.errors import BadInput

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
_KNOWN = (
    r"아이유|방탄소년단|방탄|블랙핑크|뉴진스|에스파|르세라핌|아이브|세븐틴|빅뱅|악뮤|잔나비|혁오|검정치마|백예린|이루마|조용필|"
    r"서태지|김광석|정재형|유희열|히사이시\s?조|류이치\s?사카모토|사카모토\s?류이치|한스\s?짐머|존\s?윌리엄스|엔니오\s?모리코네|"
    r"지브리|디즈니|픽사|테일러\s?스위프트|빌리\s?아일리시|아델|콜드플레이|비틀즈|비틀스|퀸|요네즈\s?켄시|원오크록"
)
_LIKE = r"(?:스타일|풍|처럼|같은|같이|st\b|삘|커버|리메이크|편곡)"
_TITLE = r"(?:의?\s+[^\s.,!?]{1,12})"
_KOREAN = re.compile(
    rf"(?P<name>[A-Z][\w.&'-]*(?:\s[A-Z][\w.&'-]*){{0,2}}|{_KNOWN})\s*(?:의\s*)?(?:{_LIKE}|느낌|분위기)|"
    # A title may stand between the name and the likeness: "아이유 밤편지 같은", "이루마의 River Flows in You 처럼"
    rf"(?P<whose>{_KNOWN})(?:{_TITLE}\s*(?:느낌|분위기)|{_TITLE}{{1,4}}\s*{_LIKE})"
)


def imitated(words: str, known: Collection[str] = ()) -> str | None:
    """Return the name whose music is to be imitated, or None. ``known`` are words that are no names (styles...)."""
    free = {word.casefold() for word in known} | _NO_NAMES
    for found in (*_ENGLISH.finditer(words), *_KOREAN.finditer(words)):
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
    return _KOREAN.sub(" ", _ENGLISH.sub(" ", words))


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
