"""What the shop understands of a buyer's own words about a piece."""

import pytest

from bot.commands.changes import wish_in
from tests.commands.shop import Shop


@pytest.mark.parametrize(
    ("words", "edits"),
    [
        ("slower, and without drums please", ["no-drums", "slower"]),
        ("softer drums", ["fewer-drums"]),
        ("The drums are too loud!", ["fewer-drums"]),
        ("a bit calmer and brighter", ["calmer", "brighter"]),
        ("it's too fast and too dark", ["slower", "brighter"]),
        ("less intense, more minimal", ["fewer-instruments", "calmer"]),
        ("too boring, make it punchier", ["livelier"]),
        ("simpler melody", ["less-melody"]),
        ("please loop it", ["loop"]),
        ("in a different style", ["other-genre"]),
        ("a little longer", ["longer"]),
        ("too long", ["shorter"]),
        ("don't make it faster", []),
        ("조금 더 느리게, 드럼은 빼 주세요", ["no-drums", "slower"]),
        ("드럼 소리를 좀 줄여 주세요", ["fewer-drums"]),
        ("너무 빨라요", ["slower"]),
        ("더 밝고 신나게 해 주세요", ["livelier", "brighter"]),
        ("더 밝게, 차분하게", ["calmer", "brighter"]),
        ("너무 시끄러워요", ["calmer"]),
        ("길게 늘려 주세요", ["longer"]),
        ("악기를 줄여 주세요", ["fewer-instruments"]),
        ("무한 반복되게 해 주세요", ["loop"]),
        ("with more soul and magic", []),
    ],
)
def test_changes_are_understood(shop: Shop, words: str, edits: list[str]) -> None:
    assert list(wish_in(shop.services, words, 60).edits) == edits


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("make it 45 seconds", 45),
        ("a 90-second version", 90),
        ("1:30 long", 90),
        ("20 seconds longer", 80),
        ("10 seconds shorter", 50),
        ("make it 1 minute and 15 seconds", 75),
        ("1분 30초로 해 주세요", 90),
        ("45초짜리로", 45),
        ("20초 더 길게", 80),
        ("10초만 줄여 주세요", 50),
        ("the first 10 seconds are too loud", None),
        ("처음 10초가 너무 조용해요", None),
        ("longer", None),
    ],
)
def test_a_length_is_only_what_is_plainly_one(shop: Shop, words: str, seconds: int | None) -> None:
    wish = wish_in(shop.services, words, 60)
    assert wish.seconds == seconds
    if seconds:
        assert not set(wish.edits) & {"longer", "shorter"}


def test_instruments_tempo_and_style_are_answers_and_the_purpose_is_not_for_revising(shop: Shop) -> None:
    wish = wish_in(shop.services, "as lo-fi at 80 bpm with piano, no strings, for an ad", 60)
    assert wish.answers == {"style": "lo-fi", "tempo_bpm": 80, "wanted": ["piano"], "unwanted": ["strings"]}
    assert wish_in(shop.services, "피아노를 넣고 현악기는 빼고", 60).answers["wanted"] == ["piano"]


def test_a_mood_is_taken_where_no_change_says_it_already(shop: Shop) -> None:
    assert wish_in(shop.services, "make it sad", 60).answers.get("mood")
    assert wish_in(shop.services, "it is too sad for me", 60).answers == {}
    assert "mood" not in wish_in(shop.services, "더 잔잔하게", 60).answers


def test_what_says_nothing_is_empty(shop: Shop) -> None:
    assert wish_in(shop.services, "ㅋㅋㅋ 🙂 ...", 60).empty
    assert wish_in(shop.services, "a" * 5000, 60).empty
