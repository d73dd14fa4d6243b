"""An order is taken back while it is composed: the machine is free for the next buyer, and the money is back."""

import sqlite3
from pathlib import Path

from bot.sandbox.discord import Person
from tests.stories.street import Street, buttons, street, words

LONG = "600"
"""Seconds: on the one process of this street its take would be in the way for minutes."""


async def refund(here: Street, order: str) -> None:
    """As the operator: look the order up, press the button, and give a reason."""
    said = await here.operator.use(here.discord.review_channel_id, "shop", {"order": order}, subcommand="refund")
    assert said.message is not None, said
    (button,) = buttons(said.message, "refund")
    asked = await here.operator.click(said.message["channel_id"], said.message["id"], button["custom_id"])
    assert asked.modal is not None, asked
    await here.operator.submit(asked.modal, {"reason": "We spoke about it."})


async def begun(here: Street, order: str, buyer: Person) -> str:
    """Pay an order and wait until it is being made; returns the payment session."""
    session = await here.pay(order)
    await here.status(order, "being made", buyer)
    return session


def job_states(folder: Path, order: str) -> dict[str, set[str]]:
    """Return what became of an order's work, by kind."""
    with sqlite3.connect(next(folder.glob("data/*.sqlite3")), timeout=30) as database:
        rows = database.execute("SELECT kind, state FROM jobs WHERE order_id = ?", (order,)).fetchall()
    return {kind: {state for one, state in rows if one == kind} for kind, _ in rows}


async def test_an_order_taken_back_in_mid_compose_is_in_nobodys_way(tmp_path: Path) -> None:
    async with street(tmp_path, processes=1) as here:
        other = await here.discord.add_person("another buyer")
        # 1. A long order is taken back, and the power fails before its composer can have heard of it
        order = await here.order(length=LONG)
        session = await begun(here, order, here.buyer)
        await refund(here, order)
        await here.shop.kill()
        await here.shop.open()
        await here.until(lambda: len(here.refunds(session)) == 1)
        await here.status(order, "has been returned")
        assert job_states(tmp_path, order)["compose"] == {"dropped"}
        # 2. The same with the power on: what is in hand stops, and the next buyer's piece is made
        second = await here.order(length=LONG)
        session = await begun(here, second, here.buyer)
        await here.until(lambda: "%" in words(here.statuses(second)[0]))
        await refund(here, second)
        third = await here.order(other)
        await here.pay(third)
        await here.card(third)
        await here.until(lambda: len(here.refunds(session)) == 1)
        # 3. Nobody heard anything twice, nothing of the stopped rounds was told, and no take of them was finished
        for one in (order, second):
            assert here.cards(one) == []
            assert len(here.statuses(one)) == 1
            assert job_states(tmp_path, one)["compose"] == {"dropped"}
            assert not list(tmp_path.glob(f"data/media/orders/{one}/**/take.json"))
        assert here.shop.tail(100_000).count("a job is left alone") >= 1
        assert "Traceback" not in here.shop.tail(100_000)
