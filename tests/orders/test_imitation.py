"""Names are refused, styles are not; in both languages."""

import pytest

from bot.errors import BadInput
from bot.orders.brief import read_details
from bot.orders.imitation import hinted, imitated, without_imitation


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("in the style of Hans Zimmer, please", "Hans Zimmer"),
        ("sounds like Taylor Swift but slower", "Taylor Swift"),
        ("in the style of the Beatles", "Beatles"),
        ("Studio Ghibli style", "Studio Ghibli"),
        ("something with a Drake vibe", "Drake"),
        ("a Bach-style fugue", "Bach"),
        ("Something like Hans Zimmer, epic", "Hans Zimmer"),
        ("like Taylor Swift but calmer", "Taylor Swift"),
        ("Taylor Swift-like pop", "Taylor Swift"),
        ("a Hans Zimmer type of score", "Hans Zimmer"),
        ("a cover of Hello by Adele", "Adele"),
        ("BTS 스타일로", "BTS"),
        ("지브리 느낌으로", "지브리"),
        ("아이유의 좋은 날 커버", "아이유"),
        ("아이유 느낌의 발라드", "아이유"),
        ("히사이시 조 풍으로 부탁해요", "히사이시 조"),
        ("아이유 밤편지 같은 느낌으로, 비 오는 밤", "아이유"),
        ("이루마의 River Flows in You 처럼", "이루마"),
        # In small letters, too, where the name means nothing else
        ("like radiohead", "radiohead"),
        ("something in the style of radiohead, but calmer", "radiohead"),
        ("radiohead vibes", "radiohead"),
        ("taylor swift-like pop", "taylor swift"),
        ("hans zimmer type beat", "hans zimmer"),
        ("a cover of creep by radiohead", "radiohead"),
        ("newjeans 느낌으로", "newjeans"),
        ("bts 스타일", "bts"),
        ("뉴진스 느낌으로", "뉴진스"),
        ("라디오헤드 노래처럼", "라디오헤드"),
        ("다프트펑크 풍", "다프트펑크"),
    ],
)
def test_a_name_to_be_imitated_is_refused(words: str, name: str) -> None:
    assert imitated(words) == name
    assert name not in without_imitation(words)
    with pytest.raises(BadInput) as refused:
        read_details(words)
    assert refused.value.text == "error-imitation"
    assert refused.value.values == {"name": name}


@pytest.mark.parametrize(
    "words",
    [
        "in the style of lo-fi hip hop", "Jazz style please", "80s style", "Great vibes!", "Bossa Nova style",
        "K-pop 스타일", "카페 스타일로", "잔잔한 느낌",
        "아이유 팬이 보는 영상에 어울리는 느낌", "퀸사이즈 침대 광고에 맞는 포근한 느낌",
        "EDM 느낌", "봄날 같은 분위기", "music for my Vlog",
        "inspired by my trip to Jeju", "something like a walk in the rain", "Something like Lo-fi",
        "for my channel Minji's Kitchen. Warm style", "slow. Warm vibes.", "Calm Piano style",
        "I would like Warm Pads, and I like Soft Bells", "New York style jazz", "like Seoul at night",
        "I'd like Big Drums", "a calm version of what you made by Friday", "Dream-like pads",
        "디즈니랜드에서 찍은 영상", "my trip from disney world", "music for radiohead fans", "I like radiohead",
        "like a drake on a pond", "sounds like thunder", "like a queen", "journey vibes", "adelaide style",
    ],
)  # fmt: skip
def test_styles_moods_and_places_are_no_names(words: str) -> None:
    assert imitated(words) is None
    assert read_details(words) == words


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("sounds like portishead", "portishead"), ("something like mitski but calmer", "mitski"),
        ("music like wet leg", "wet leg"), ("drake type beat", "drake"), ("I like radiohead", "radiohead"),
        ("카더가든 같은 노래", "카더가든"), ("한로로 노래처럼", "한로로"), ("쏜애플 삘", "쏜애플"),
    ],
)  # fmt: skip
def test_what_may_be_a_name_is_no_refusal_but_a_hint_for_the_operator(words: str, name: str) -> None:
    assert imitated(words) is None
    assert hinted(words) == name


@pytest.mark.parametrize(
    "words",
    [
        "something like rain on a window", "like a walk", "in the style of lo-fi hip hop", "sounds like thunder",
        "in the style of old arcade games", "chill type beat", "like the ocean", "anything like that",
        "I like slow songs", "영화 같은 음악", "카페 음악 같은 느낌", "신나는 노래처럼",
        "이런 음악 같은 느낌", "봄날 같은 분위기",
    ],
)  # fmt: skip
def test_the_operator_is_not_bothered_with_what_is_nobodys_name(words: str) -> None:
    assert hinted(words) is None
