"""Names are refused, styles are not; in both languages."""

import pytest

from bot.errors import BadInput
from bot.orders.brief import read_details
from bot.orders.imitation import imitated, without_imitation


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
        "디즈니랜드에서 찍은 영상",
    ],
)  # fmt: skip
def test_styles_moods_and_places_are_no_names(words: str) -> None:
    assert imitated(words) is None
    assert read_details(words) == words
