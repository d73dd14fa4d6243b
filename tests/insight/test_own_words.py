"""Patterns in what buyers write, from which the operator may split off a finer mood."""

from datetime import UTC, datetime

from bot.configuration import Config
from bot.insight.own_words import own_words
from bot.orders.order import State
from bot.storage.history import Asked


def asked(customer: str, details: str, mood: str = "calm") -> Asked:
    brief = {"mood": mood, "details": details}
    return Asked(
        f"{customer}-{details}", customer, datetime(2026, 11, 22, tzinfo=UTC), State.DELIVERED, 1, brief, "", ""
    )


def test_what_several_buyers_wish_for_beside_a_mood_is_a_pattern() -> None:
    orders = [
        asked("a", "Rain on a window, please"),
        asked("b", "rain at night"),
        asked("c", "like RAIN"),
        asked("d", "새벽에 어울리는 음악"),
        asked("e", "새벽의 느낌으로 부탁드려요"),
        asked("f", "night drive", "dark"),
        asked("g", "a night in the city", "dark"),
        asked("g", "city again, the city", "dark"),
    ]
    assert own_words(orders, ()) == {"calm": {"rain": 3, "새벽": 2}, "dark": {"night": 2}}


def test_one_buyer_alone_is_no_pattern_however_often_they_order() -> None:
    assert own_words([asked("a", "for Minsu"), asked("a", "for Minsu again, Minsu")], ()) == {}


def test_words_of_the_menu_need_no_finer_mood() -> None:
    menu = Config.read(None).menu.words
    said = ["calm pianos, no drums, lo-fi", "피아노가 차분한 팟캐스트 음악", "rainforest"]
    orders = [asked(customer, words) for customer in "ab" for words in said]
    assert own_words(orders, menu) == {"calm": {"rainforest": 2}}
