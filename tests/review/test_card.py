"""The review card says how a revision was made, what was bought, and of money only where some was paid."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.orders.order import State
from bot.orders.revision import Source
from bot.review.card import Decided, Words, card
from bot.review.verdicts import Kind, Verdict
from bot.screens import Button, Look
from bot.storage.media import Media
from bot.texts import Tongue
from tests.commands.shop import menu, texts
from tests.orders.example import NOON, free_order, new_order
from tests.review.takes import takes

SAID = {
    "anew": "Composed anew", "keep": "Take 1 is the piece before itself", "extend": "Goes on from the piece before",
    "repaint": "Only the part that was named", "vary": "A variation of the piece before",
}  # fmt: skip


@pytest.mark.parametrize(
    ("modes", "way", "says"),
    [
        (("new", "new", "new"), "anew", {"anew"}), (("vary", "vary", "new"), "anew", {"anew"}),
        (("keep", "vary", "vary"), "edited", {"keep", "vary"}), (("extend", "extend", "extend"), "edited", {"extend"}),
        (("repaint", "repaint", "repaint"), "edited", {"repaint"}), ((None, None, None), "edited", set()),
    ],
)  # fmt: skip
def test_how_a_revision_was_made(modes: tuple[str | None, ...], way: str, says: set[str], tmp_path: Path) -> None:
    source = Source("PARENT2345", "PARENT2345", 1, "orders/PARENT2345/r1/t1", "shorter", free=True)
    made = [
        take | {"way": way} | ({"made": {"mode": mode}} if mode else {})
        for take, mode in zip(takes("CHILD23456"), modes, strict=True)
    ]
    order = replace(free_order("CHILD23456"), round=1, data={"source": source.to_json(), "takes": made})
    text = card(Words(texts(), Tongue("en"), menu().name), Media(tmp_path), order, 1).text
    assert {name for name, sentence in SAID.items() if sentence in text} == says


@pytest.mark.parametrize(
    ("made", "carried", "says"),
    [
        ({"mode": "keep", "prompt": "slower", "faster": 0.89}, False, "Made 11% slower than the piece before"),
        ({"mode": "vary", "prompt": "livelier", "faster": 1.06}, True, "Made 6% faster than the piece before"),
        ({"mode": "repaint", "prompt": "slower"}, False, "only told to play at another tempo"),
        ({}, True, ""),
    ],
)  # fmt: skip
def test_another_tempo_and_what_was_corrected_before(
    made: dict[str, Any], carried: bool, says: str, tmp_path: Path
) -> None:
    source = Source("PARENT2345", "PARENT2345", 1, "orders/PARENT2345/r1/t1", "words", "slower", ("slower",), free=True)
    changed = [take | {"way": "edited", "made": made, "carried": carried} for take in takes("CHILD23456")]
    order = replace(free_order("CHILD23456"), round=1, data={"source": source.to_json(), "takes": changed})
    text = card(Words(texts(), Tongue("en"), menu().name), Media(tmp_path), order, 1).text
    assert says in text
    assert ("same pitch" in text, "only told" in text) == ("Made" in says, "only told" in says)
    assert ("What you corrected about the piece before holds" in text) is carried


def test_extras_that_were_bought_stand_on_the_card(tmp_path: Path) -> None:
    order = replace(free_order("CHILD23456"), round=1, data={"takes": takes("CHILD23456")})
    bought = replace(order, brief=order.brief.but(extras=("stems", "midi")))
    words, media = Words(texts(), Tongue("en"), menu().name), Media(tmp_path)
    assert "Extras: Stems, MIDI" in card(words, media, bought, 1).text
    assert "Extras" not in card(words, media, order, 1).text


def test_a_card_speaks_of_money_only_where_some_was_paid(tmp_path: Path) -> None:
    waiting: dict[str, Any] = {
        "round": 1,
        "state": State.REVIEWING,
        "deadline": NOON,
        "data": {"takes": takes("CHILD23456")},
    }
    words, media = Words(texts(), Tongue("en"), menu().name), Media(tmp_path)
    rejected = Decided(Verdict(Kind.REJECT), "Mina")
    for order, is_paid in ((new_order(**waiting), True), (free_order(**waiting), False)):
        shown, closed = card(words, media, order, 1), card(words, media, order, 1, rejected)
        labels = [button.label for row in shown.rows for button in row if isinstance(button, Button)]
        assert ("Reject and refund" in labels) is is_paid
        assert ("Reject" in labels) is not is_paid
        assert ("the money goes back" in shown.text) is is_paid
        assert ("refunded" in closed.text) is is_paid


def test_a_key_that_was_asked_for_is_told_of(tmp_path: Path) -> None:
    finding = {"text": "check-key", "values": {"key": "C major", "asked": "D minor"}, "level": "miss"}
    made = [takes("ABCDE23456")[0] | {"findings": [finding], "reason": finding}]
    order = replace(new_order("ABCDE23456"), round=1, data={"takes": made})
    ((_, line),) = card(Words(texts(), Tongue("en"), menu().name), Media(tmp_path), order, 1).facts
    assert line.endswith("In C major instead of D minor.")


@pytest.mark.parametrize(
    ("details", "name"), [("sounds like portishead", "portishead"), ("slow, like rain on a window", "")]
)
def test_a_wish_that_may_name_an_artist_is_pointed_out(details: str, name: str, tmp_path: Path) -> None:
    order = new_order(round=1, data={"takes": takes("A")})
    order = replace(order, brief=order.brief.but(details=details))
    text = card(Words(texts(), Tongue("en"), menu().name), Media(tmp_path), order, 1).text
    assert (f"“{name}”" in text) is bool(name)
    assert ("may name an artist" in text) is bool(name)


@pytest.mark.parametrize(
    ("decided", "standing_out"),
    [
        (None, [1]), (Decided(Verdict(Kind.APPROVE, 2), "Mina"), [2]), (Decided(Verdict(Kind.REJECT), "Mina"), []),
        (Decided(because="ruling-old"), []),
    ],
)  # fmt: skip
def test_the_best_take_stands_out_until_one_is_chosen(
    decided: Decided | None, standing_out: list[int], tmp_path: Path
) -> None:
    order = replace(new_order("ABCDE23456"), round=1, data={"takes": takes("ABCDE23456")})
    approve, *_ = card(Words(texts(), Tongue("en"), menu().name), Media(tmp_path), order, 1, decided).rows
    looks = [button.look for button in approve if isinstance(button, Button)]
    assert [number for number, look in enumerate(looks, 1) if look is Look.GOOD] == standing_out
