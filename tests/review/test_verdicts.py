"""Emoji, buttons and facts; and which of several verdicts counts."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.orders.facts import AgainAsked, Approved, CardPosted, Corrected, CorrectionAsked, Rejected, TakesReady
from bot.orders.order import Order, State
from bot.review.catch_up import catch_up
from bot.review.verdicts import EMOJI, Kind, Outcome, Verdict, judge, offered, read_emoji, read_press
from tests.commands.shop import OPERATOR, Shop, open_shop
from tests.orders.example import new_order, opened, paid
from tests.orders.example import takes as takes_ready
from tests.review.takes import takes

APPROVE_2, AGAIN, REJECT = Verdict(Kind.APPROVE, 2), Verdict(Kind.AGAIN), Verdict(Kind.REJECT)
CARD = "discord:700/800"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def order(shop: Shop) -> Order:
    """An order whose first card is posted."""
    placed = await shop.book.place(new_order(), by="discord:1", key="k")
    return await shop.told(placed, opened(), paid(), takes_ready(), CardPosted(1, CARD))


@dataclass
class Board:
    """A chat that remembers reactions."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    platform: str = "discord"

    async def reactions(self, messages: Collection[str]) -> AsyncIterator[tuple[str, str, str]]:
        for entry in self.found:
            if entry[0] in messages:
                yield entry


def test_every_emoji_reads_back_with_and_without_its_selector() -> None:
    for emoji, verdict in EMOJI.items():
        assert read_emoji(emoji) == verdict
        assert read_emoji(emoji.replace("\ufe0f", "")) == verdict
    assert read_emoji("👍") is None


def test_only_takes_that_exist_are_offered() -> None:
    assert offered(1) == ("1️⃣", "🔁", "❌")
    assert offered(3) == tuple(EMOJI)


@pytest.mark.parametrize(
    ("verb", "arg", "expected"),
    [
        ("approve", "1.2", (1, Verdict(Kind.APPROVE, 2, heard=0))),
        ("approve", "1.2.3", (1, Verdict(Kind.APPROVE, 2, heard=3))),
        ("approve", "1.2.3.4", None),
        ("approve", "1.²", None),
        ("again", "2", (2, AGAIN)),
        ("reject", "1", (1, REJECT)),
        ("approve", "1", None),
        ("again", "1.2", None),
        ("reject", "", None),
        ("refund", "1", None),
    ],
)
def test_buttons_are_read(verb: str, arg: str, expected: object) -> None:
    assert read_press(verb, arg) == expected


def test_verdicts_become_facts() -> None:
    assert [one.fact(3) for one in (APPROVE_2, AGAIN, REJECT)] == [Approved(3, 2), AgainAsked(3), Rejected(3)]


async def test_of_two_verdicts_at_once_one_counts_and_the_other_learns_which(shop: Shop, order: Order) -> None:
    rulings = await asyncio.gather(
        judge(shop.book, order.id, 1, APPROVE_2, "discord:9"), judge(shop.book, order.id, 1, REJECT, "discord:8")
    )
    assert sorted(ruling.outcome for ruling in rulings) == [Outcome.ALREADY, Outcome.COUNTED]
    winner, loser = sorted(rulings, key=lambda ruling: ruling.outcome != Outcome.COUNTED)
    assert (loser.verdict, loser.by) == (winner.verdict, winner.by)


async def test_an_approval_of_a_take_that_is_not_there_leaves_the_round_open(shop: Shop, order: Order) -> None:
    assert (await judge(shop.book, order.id, 1, Verdict(Kind.APPROVE, 7), "discord:9")).outcome is Outcome.NO_TAKE
    assert (await judge(shop.book, order.id, 1, APPROVE_2, "discord:9")).outcome is Outcome.COUNTED


async def test_a_verdict_on_an_older_round_changes_nothing(shop: Shop, order: Order) -> None:
    await judge(shop.book, order.id, 1, AGAIN, "discord:9")
    await shop.told(await shop.book.get(order.id), takes_ready(2))
    late = await judge(shop.book, order.id, 1, REJECT, "discord:9")
    assert (late.outcome, late.verdict) == (Outcome.ALREADY, AGAIN)
    assert (await shop.book.get(order.id)).state is State.REVIEWING


async def test_a_verdict_before_its_round_does_not_use_up_the_rounds_key(shop: Shop, order: Order) -> None:
    await judge(shop.book, order.id, 1, AGAIN, "discord:9")
    early = await judge(shop.book, order.id, 2, APPROVE_2, "discord:9")
    assert early.outcome is Outcome.OVER
    await shop.told(await shop.book.get(order.id), takes_ready(2))
    assert (await judge(shop.book, order.id, 2, APPROVE_2, "discord:9")).outcome is Outcome.COUNTED


async def test_what_was_decided_meanwhile_counts_once(shop: Shop, order: Order) -> None:
    board = Board([(CARD, "2️⃣", OPERATOR.id), (CARD, "🎵", OPERATOR.id)])
    assert await catch_up(shop.book, board, lambda person: person == OPERATOR.id) == 1
    assert await catch_up(shop.book, board, lambda person: person == OPERATOR.id) == 0
    assert (await shop.book.get(order.id)).data["chosen"] == 2


async def test_the_gentlest_of_several_unread_verdicts_counts(shop: Shop, order: Order) -> None:
    board = Board([(CARD, "❌", OPERATOR.id), (CARD, "🔁", OPERATOR.id), (CARD, "3️⃣", OPERATOR.id)])
    assert await catch_up(shop.book, board, lambda person: True) == 1
    assert (await shop.book.get(order.id)).data["chosen"] == 3


async def test_strangers_and_other_cards_are_not_read(shop: Shop, order: Order) -> None:
    board = Board([(CARD, "❌", "discord:666"), ("discord:700/801", "❌", OPERATOR.id)])
    assert await catch_up(shop.book, board, lambda person: person == OPERATOR.id) == 0
    assert (await shop.book.get(order.id)).state is State.REVIEWING


async def test_a_verdict_that_is_impossible_gives_way_to_the_next(shop: Shop) -> None:
    placed = await shop.book.place(new_order("ANOTHER234"), by="discord:1", key="k2")
    one_take = takes_ready()
    one_take.takes[1:] = []
    await shop.told(placed, opened(), paid(), one_take, CardPosted(1, CARD))
    board = Board([(CARD, "2️⃣", OPERATOR.id), (CARD, "🔁", OPERATOR.id)])
    assert await catch_up(shop.book, board, lambda person: True) == 1
    assert (await shop.book.get(placed.id)).round == 2


@pytest.fixture
async def corrected(shop: Shop) -> Order:
    """An order whose second take was made louder."""
    placed = await shop.book.place(new_order(), by="discord:1", key="k")
    order = await shop.told(placed, opened(), paid(), TakesReady(1, takes(placed.id)), CardPosted(1, CARD))
    louder = takes(order.id)[1] | {"lufs": -12.5}
    return await shop.told(order, CorrectionAsked(1, 2, "louder"), Corrected(1, 2, 1, louder, "overview.png"))


async def pressed(shop: Shop, order: Order, arg: str) -> Outcome:
    round_, verdict = read_press("approve", arg) or (0, AGAIN)
    return (await judge(shop.book, order.id, round_, verdict, OPERATOR.id)).outcome


async def test_what_is_approved_is_what_was_heard(shop: Shop, corrected: Order) -> None:
    assert await pressed(shop, corrected, "1.2") is Outcome.UNHEARD  # the card of before the correction
    assert await pressed(shop, corrected, "1.2.2") is Outcome.UNHEARD
    assert await pressed(shop, corrected, "1.2.1") is Outcome.COUNTED
    order = await shop.book.get(corrected.id)
    assert order.chosen is not None
    assert order.chosen["lufs"] == -12.5


async def test_a_take_that_is_being_corrected_is_not_approved_unheard(shop: Shop, corrected: Order) -> None:
    await shop.told(corrected, CorrectionAsked(1, 2, "louder"))
    assert await pressed(shop, corrected, "1.2.1") is Outcome.UNHEARD
    by_reaction = await judge(shop.book, corrected.id, 1, APPROVE_2, OPERATOR.id)
    assert by_reaction.outcome is Outcome.UNHEARD
    assert await pressed(shop, corrected, "1.1") is Outcome.COUNTED


async def test_a_verdict_read_back_later_counts_with_what_can_be_heard_now(shop: Shop, corrected: Order) -> None:
    await shop.told(corrected, CorrectionAsked(1, 2, "louder"))
    await catch_up(shop.book, Board([(CARD, "2️⃣", OPERATOR.id)]), lambda person: person == OPERATOR.id)
    order = await shop.book.get(corrected.id)
    assert (order.state, order.data["chosen"]) == (State.PACKING, 2)


async def test_a_correction_that_comes_after_the_verdict_changes_nothing(shop: Shop, corrected: Order) -> None:
    await pressed(shop, corrected, "1.2.1")
    late = await shop.told(corrected, CorrectionAsked(1, 2, "softer"))
    assert late.state is State.PACKING
    assert late.data["corrections"]["2"]["asked"] == 1
