"""Corrections are kept, bounded and undone."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.finishing.corrections import RESET, VERBS, Corrections, corrected, replayed

some = st.builds(
    Corrections,
    fade_in=st.none() | st.floats(0, 30),
    fade_out=st.none() | st.floats(0, 30),
    trim_start=st.floats(0, 60),
    gain_db=st.floats(-12, 9),
    lufs=st.none() | st.floats(-36, -8),
    tame=st.none() | st.floats(0, 1),
    high_db=st.floats(-9, 6),
    stem_db=st.lists(st.tuples(st.sampled_from(["drums", "bass"]), st.floats(-60, 6)), max_size=2).map(tuple),
    seam=st.none() | st.booleans(),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(changes=some)
def test_corrections_are_kept_as_json(changes: Corrections) -> None:
    assert Corrections.from_json(json.loads(json.dumps(changes.to_json()))) == changes


@settings(max_examples=40, deadline=None, derandomize=True)
@given(first=some, presses=st.lists(st.sampled_from(sorted(VERBS)), max_size=12))
def test_a_reset_leads_back_to_how_the_take_was_finished_first(first: Corrections, presses: list[str]) -> None:
    assert replayed([*presses, RESET], first) == first
    assert replayed([*presses, RESET, *presses], first) == replayed(presses, first)


def test_buttons_go_one_step_and_stop_at_the_end_of_their_range() -> None:
    assert corrected(Corrections(), "louder").gain_db == 1.5
    assert corrected(corrected(Corrections(), "tame"), "tame").tame == 1.0
    loudest = Corrections()
    for _ in range(20):
        loudest = corrected(loudest, "louder")
    assert loudest.gain_db == 9.0
    assert corrected(loudest, "louder") == loudest


def test_stems_are_changed_from_where_they_are() -> None:
    softer = Corrections().with_stem("drums", -3.0).with_stem("drums", -3.0).with_stem("bass", 2.0)
    assert dict(softer.stem_db) == {"drums": -6.0, "bass": 2.0}
    assert softer.with_stem("bass", -2.0).stem_db == (("drums", -6.0),)


@pytest.mark.parametrize(
    ("name", "value"), [("fade_in", -1.0), ("lufs", -3.0), ("tame", 2.0), ("gain_db", float("nan")), ("trim_end", "x")]
)
def test_what_is_out_of_range_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadInput, match=name):
        Corrections().but(**{name: value})
    with pytest.raises(BadInput):
        Corrections.from_json({name: value})


@pytest.mark.parametrize("broken", [{"stem_db": 3}, {"stem_db": [["drums"]]}, {"stem_db": [["drums", "loud"]]}])
def test_broken_json_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        Corrections.from_json(broken)


def test_unknown_buttons_and_later_versions() -> None:
    with pytest.raises(BadInput, match="sparkle"):
        corrected(Corrections(), "sparkle")
    assert Corrections.from_json({"sparkle": 1, "tame": 0.75}) == Corrections(tame=0.75)
    assert Corrections().to_json() == {}
