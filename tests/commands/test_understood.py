"""Free sentences, in both languages: what is read out of them, and what is not."""

from typing import Any

import pytest

from bot.commands.understood import understood
from tests.commands.shop import BUYER, KOREAN, Shop, data_of, shown

SENTENCES: list[tuple[str, dict[str, Any]]] = [
    ("a tense 45-second track for a horror game trailer", {"mood": "tense", "seconds": 45, "purpose": "game"}),
    ("비 오는 서울 브이로그에 쓸 차분한 1분짜리", {"mood": "calm", "seconds": 60, "purpose": "vlog"}),
    ("something happy for my podcast, one minute", {"mood": "happy", "seconds": 60, "purpose": "podcast"}),
    ("half a minute of lo-fi for a live stream", {"seconds": 30, "purpose": "stream", "style": "lo-fi"}),
    ("1:30 epic orchestral, no drums", {"mood": "epic", "seconds": 90, "style": "orchestral", "unwanted": ["drums"]}),
    ("드럼 없이 피아노만 2분 반", {"seconds": 150, "wanted": ["piano"], "unwanted": ["drums"]}),
    ("jazz at 92 bpm in Bb minor, seamless loop", {"style": "jazz", "tempo_bpm": 92, "key": "Bb minor", "loop": True}),
    ("광고에 쓸 웅장한 30초, D 단조", {"mood": "epic", "seconds": 30, "purpose": "ad", "key": "D minor"}),
    ("not sad, rather playful", {"mood": "playful"}),
    ("슬프지 않고 행복한 음악", {"mood": "happy"}),
    ("bass guitar and strings please", {"wanted": ["bass", "strings"]}),
    ("삼십 초짜리 슬픈 음악", {"mood": "melancholic", "seconds": 30}),
    ("일 분 삼십 초, 웅장하게", {"mood": "epic", "seconds": 90}),
    ("a minute and a half of epic music", {"mood": "epic", "seconds": 90}),
    ("twenty-five seconds, sad", {"mood": "melancholic", "seconds": 25}),
    ("이 분위기로 슬픈 음악", {"mood": "melancholic"}),
    ("이 분 취향에 맞는 슬픈 음악", {"mood": "melancholic"}),
    ("삼십 초반 여성이 좋아할 슬픈 음악", {"mood": "melancholic"}),
    ("그리고 좋은 음악", {}),
    ("3 hours of music", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[sentence[:30] for sentence, _ in SENTENCES])
async def test_what_a_sentence_says(shop: Shop, sentence: str, expected: dict[str, Any]) -> None:
    assert understood(shop.services, sentence) == expected


async def test_a_whole_wish_in_one_sentence_leads_to_the_summary(shop: Shop) -> None:
    sentence = "비 오는 서울 브이로그에 쓸 차분한 1분짜리"
    summary = await shop.say(KOREAN, "bgm", details=sentence)
    assert summary.title == shop.services.texts.say("ko", "summary-title")
    assert "이해했어요" in summary.text
    await shop.press(KOREAN, data_of(summary, "place"))
    (order,) = await shop.book.find(KOREAN.id)
    assert (order.brief.mood, order.brief.seconds, order.brief.purpose) == ("calm", 60, "vlog")
    assert order.brief.details == sentence


async def test_what_was_chosen_is_not_overruled_by_words(shop: Shop) -> None:
    summary = await shop.say(BUYER, "bgm", mood="dark", length="15", details="a happy minute for my vlog")
    assert "Dark" in shown(summary)
    assert "15 s" in shown(summary)
    assert "Vlog" in shown(summary)


async def test_what_is_left_open_is_asked(shop: Shop) -> None:
    length = await shop.say(BUYER, "bgm", details="something dreamy for a film")
    assert "2 of 4" in length.title
    assert "Dreamy" in length.text
