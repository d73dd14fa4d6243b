"""Draws ``docs/order-story.md`` from the table of the story: ``python -m bot.orders.diagram``."""

import sys
from collections.abc import Iterable
from pathlib import Path

from bot.orders.flow import TABLE, Row
from bot.orders.order import State

DOCUMENT = Path("docs") / "order-story.md"

_TOLD = {"tell_buyer": "buyer", "paper": "buyer", "hand_over": "buyer", "hand_over_thread": "buyer",
         "hand_over_claim": "buyer", "hand_over_mail": "buyer", "post_card": "operator", "update_card": "operator",
         "alert_operator": "operator"}  # fmt: skip

_INTRODUCTION = """\
# The story of an order

Drawn from the table in `bot/orders/flow.py` by `python -m bot.orders.diagram`; a test fails while it is stale.

A fact (somebody paid, takes are ready, the operator chose) meets an order in a state. The first line of the table that
fits says which state follows, which work is left to be done, and what the journal will say. A fact that fits no line
changes nothing and is journalled as ignored. Every fact counts once, however often it is told; one that comes before
its order waits for it.

A step also calls off the long work that it makes useless, also what is in hand on another machine: `compose` once the
order has left its round, `correct` at the next press or the verdict, `master` once the order is taken back
(`wanted` in `bot/orders/work.py`).
"""


def document() -> str:
    """Return the whole page: the states, the picture, and the table line by line."""
    return "\n".join([_INTRODUCTION, *_states(), *_picture(), *_lines()]) + "\n"


def main() -> None:
    """Write the page into the project's ``docs``, or to the file named on the command line."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENT
    target.write_text(document(), encoding="utf-8")


def _states() -> Iterable[str]:
    yield "## States\n"
    yield "| state | what it means |"
    yield "|---|---|"
    yield from (f"| `{state}` | {state.sentence} |" for state in State)


def _picture() -> Iterable[str]:
    yield "\n## From state to state\n"
    yield "Facts that leave an order where it is are in the table only."
    yield "\n```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {State.AWAITING_PAYMENT}: Placed"
    yield f"    [*] --> {State.COMPOSING}: Placed, nothing to pay"
    for (before, after), facts in _moves().items():
        yield f"    {before} --> {after}: {', '.join(facts)}"
    yield from (f"    {state} --> [*]" for state in State if state.ended)
    yield "```"


def _moves() -> dict[tuple[State, State], list[str]]:
    """Collect the names of the facts that lead from one state to another."""
    moves: dict[tuple[State, State], list[str]] = {}
    for row in TABLE:
        if row.when is not row.to:
            facts = moves.setdefault((row.when, row.to), [])
            if row.fact.__name__ not in facts:
                facts.append(row.fact.__name__)
    return moves


def _lines() -> Iterable[str]:
    yield "\n## Line by line\n"
    yield "In every state the lines are tried from top to bottom."
    for state in State:
        yield f"\n### `{state}`\n"
        yield "| fact | next state | because | work | who is told |"
        yield "|---|---|---|---|---|"
        yield from (_line(row) for row in TABLE if row.when is state)


def _line(row: Row) -> str:
    after = "stays" if row.to is row.when else f"`{row.to}`"
    work = ", ".join(f"`{kind}`" for kind in row.do) or "none"
    told = " and ".join(dict.fromkeys(_TOLD[kind] for kind in row.do if kind in _TOLD)) or "nobody"
    return f"| {row.fact.__name__} | {after} | {row.because} | {work} | {told} |"


if __name__ == "__main__":
    main()
