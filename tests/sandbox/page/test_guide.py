from __future__ import annotations

import pytest

from bot.sandbox.page.guide import Guide

MUSIC = {"attachments": [{"content_type": "audio/mpeg"}]}
WORDS: dict[str, list[str]] = {"attachments": []}


@pytest.fixture
def told() -> list[list[str]]:
    return []


@pytest.fixture
def guide(told: list[list[str]]) -> Guide:
    return Guide(told.append)


def test_only_the_buyers_own_order_counts(guide: Guide, told: list[list[str]]) -> None:
    guide.used("stranger", "bgm")
    guide.used("buyer", "help")
    assert told == []
    guide.used("buyer", "bgm")
    guide.used("buyer", "bgm")
    assert told == [["order"]]


def test_whoever_paid_has_ordered(guide: Guide) -> None:
    guide.paid()
    assert guide.done == ["order", "pay"]


@pytest.mark.parametrize(
    ("who", "emoji", "in_review"), [("buyer", "1️⃣", True), ("operator", "❌", True), ("operator", "1️⃣", False)]
)
def test_not_every_reaction_approves(guide: Guide, who: str, emoji: str, in_review: bool) -> None:
    guide.reacted(who, emoji, in_review)
    assert guide.done == []


def test_a_button_approves_once_music_arrives(guide: Guide) -> None:
    guide.received("buyer", MUSIC)
    guide.clicked("operator", in_review=True)
    guide.received("buyer", WORDS)
    assert guide.done == []
    guide.received("buyer", MUSIC)
    assert guide.done == ["approve"]


def test_listening_in_the_review_channel_is_work(guide: Guide) -> None:
    guide.heard("buyer", in_review=True)
    guide.heard("operator", in_review=False)
    assert guide.done == []
    guide.heard("buyer", in_review=False)
    assert guide.done == ["listen"]


def test_beginning_again_forgets_everything(guide: Guide, told: list[list[str]]) -> None:
    guide.paid()
    guide.clicked("operator", in_review=True)
    guide.reset()
    guide.received("buyer", MUSIC)
    assert guide.done == []
    assert told[-1] == []
