"""What buyers type, in both languages, and what cannot be made."""

import contextlib
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.orders.brief import Brief, Catalogue, checked, read_details, read_key, read_length, read_tempo
from tests.orders.example import BRIEF

CATALOGUE = Catalogue(("calm", "upbeat"), ("lofi",), ("youtube", "podcast"), ("piano", "strings"))


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("45", 45), ("45s", 45), ("45초", 45), ("90 seconds", 90), ("1:30", 90), ("1：30", 90), ("0:01:30", 90),
        ("2분", 120), ("1분 반", 90), ("1분반", 90), ("1분 30초", 90), ("1.5 min", 90), ("2m 5s", 125),
        ("60초짜리", 60), ("10 minutes", 600), ("５", 5), (" 30 sec ", 30), ("45-second", 45), ("0.1 hours", 360),
        ("삼십 초", 30), ("구십초", 90), ("백이십 초", 120), ("이 분 반", 150), ("일 분 삼십 초", 90),
        ("약 30초 정도로요", 30),
        ("thirty seconds", 30), ("Forty-Five seconds please", 45), ("half a minute", 30), ("a minute and a half", 90),
        ("1 minute and 30 seconds", 90), ("1'30\"", 90), ("1′30″", 90), ("90''", 90), ("1,5 min", 90), ("30\u200b", 30),
    ],
)  # fmt: skip
def test_lengths_as_people_write_them(typed: str, seconds: int) -> None:
    assert read_length(typed) == seconds


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "long",
        "1:75",
        "-30",
        "half",
        "반",
        "3:",
        "1e3",
        "nan",
        "∞",
        "12 apples",
        "요",
        "30-60",
        "일삼 초",
        "백백 초",
        "1,000",
    ],
)
def test_what_is_no_length_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_length(typed)
    assert refused.value.text == "error-length-unreadable"


@pytest.mark.parametrize("typed", ["4", "0", "601", "99:59", "11분", "1h", "한 시간", "9" * 40, "99999999999 minutes"])
def test_lengths_nobody_makes_name_the_limits(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_length(typed)
    assert refused.value.text == "error-length-range"
    limits = [refused.value.values[name] for name in ("shortest", "longest")]
    assert limits == [timedelta(seconds=5), timedelta(minutes=10)]


@settings(deadline=None)
@given(st.integers(5, 600))
def test_every_length_the_shop_makes_can_be_written_four_ways(seconds: int) -> None:
    minutes, rest = divmod(seconds, 60)
    written = (f"{seconds}", f"{minutes}:{rest:02}", f"{minutes}분 {rest}초", f"{minutes}m {rest}s")
    assert {read_length(typed) for typed in written} == {seconds}


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_reader(typed: str) -> None:
    for read in (read_length, read_tempo, read_key, read_details):
        with contextlib.suppress(BadInput):
            read(typed)


@pytest.mark.parametrize(("typed", "bpm"), [("120", 120), ("120 bpm", 120), ("92.4BPM", 92), ("", None), (" ", None)])
def test_tempo(typed: str, bpm: int | None) -> None:
    assert read_tempo(typed) == bpm


@pytest.mark.parametrize("typed", ["39", "221", "fast", "-120", "1e2"])
def test_tempo_nobody_plays(typed: str) -> None:
    with pytest.raises(BadInput):
        read_tempo(typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("C", "C major"), ("c# minor", "C# minor"), ("Bbm", "Bb minor"), ("F 장조", "F major"), ("a단조", "A minor"),
        ("E# major", "F major"), ("Cb", "B major"), ("F♯m", "F# minor"), ("", None),
        ("다장조", "C major"), ("내림나 장조", "Bb major"), ("올림바단조", "F# minor"), ("가단조", "A minor"),
    ],
)  # fmt: skip
def test_keys(typed: str, key: str | None) -> None:
    assert read_key(typed) == key


@pytest.mark.parametrize("typed", ["H", "C mixolydian", "sad", "##"])
def test_what_is_no_key(typed: str) -> None:
    with pytest.raises(BadInput):
        read_key(typed)


def test_details_keep_the_words_and_lose_what_cannot_be_seen() -> None:
    assert read_details("  비 오는\t창가 \x00\u202e \n\n\n\n  soft ") == "비 오는 창가 \n\n soft"


def test_details_have_a_limit() -> None:
    assert len(read_details("가" * 1000)) == 1000
    with pytest.raises(BadInput) as refused:
        read_details("x" * 10_000)
    assert refused.value.values == {"length": 10_000, "limit": 1000}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"mood": "grumpy"}, "error-unknown-mood"),
        ({"purpose": "world peace"}, "error-unknown-purpose"),
        ({"style": "polka"}, "error-unknown-style"),
        ({"wanted": ("kazoo",)}, "error-unknown-instrument"),
        ({"unwanted": ("kazoo",)}, "error-unknown-instrument"),
        ({"wanted": ("piano",), "unwanted": ("strings", "piano")}, "error-instrument-both"),
        ({"seconds": 4}, "error-length-range"),
        ({"seconds": 601}, "error-length-range"),
        ({"tempo_bpm": 300}, "error-tempo"),
        ({"details": "x" * 1001}, "error-details-long"),
    ],
)
def test_what_cannot_be_made_is_named(changes: dict[str, object], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(BRIEF.but(**changes), CATALOGUE)
    assert refused.value.text == text


def test_what_can_be_made_comes_back_clean() -> None:
    assert checked(BRIEF.but(style="lofi", details=" soft  rain "), CATALOGUE).details == "soft rain"


@settings(deadline=None)
@given(st.builds(Brief, mood=st.text(), seconds=st.integers(), purpose=st.text(), wanted=st.tuples(st.text()),
                 tempo_bpm=st.none() | st.integers(), loop=st.booleans(), details=st.text()))  # fmt: skip
def test_a_brief_survives_json(brief: Brief) -> None:
    stored = json.loads(json.dumps(brief.to_json()))
    assert Brief.from_json(stored | {"of_a_later_version": 1}) == brief


def test_a_brief_from_before_there_were_tiers_and_extras_still_reads() -> None:
    old = {name: value for name, value in BRIEF.to_json().items() if name not in ("tier", "extras")}
    assert Brief.from_json(old) == BRIEF
    assert (BRIEF.tier, BRIEF.extras) == ("standard", ())


@pytest.mark.parametrize(
    ("answers", "text"), [({"tier": "royal"}, "error-unknown-tier"), ({"extras": ("stems",)}, "error-unknown-extra")]
)
def test_what_the_shop_does_not_offer_is_named(answers: dict[str, Any], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(BRIEF.but(**answers), CATALOGUE)
    assert refused.value.text == text
