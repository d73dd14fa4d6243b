"""A revision: an order of its own that changes a delivered piece. The piece it changes stays delivered for ever.

Buyers press a button (`STEPS`) or say it in their own words (`WORDS`). All orders that grew out of one another are a
family; its first order, the root, was paid in full, and the free revisions are counted over the whole family.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from bot.errors import BadInput
from bot.orders.brief import Brief, Catalogue
from bot.orders.order import Order, State
from bot.orders.policy import Policy

STEPS = ("calmer", "brighter", "longer", "shorter", "loop", "fewer_drums")
"""What one button changes, in the order in which they are offered."""

WORDS = "words"
"""The change that a buyer describes."""

SIGNS = {
    "calmer": "🌙", "brighter": "☀️", "longer": "⏩", "shorter": "✂️", "loop": "🔂", "fewer_drums": "🥁", WORDS: "✍️",
}  # fmt: skip
"""The emoji on the button of each."""

BY_BRIEF = ("longer", "shorter")
"""Changes that the changed brief says completely; no engine has to be told of them besides."""

OVER = (State.CANCELLED, State.REFUNDING, State.REFUNDED)
"""The states of a revision that came to nothing."""

STEP = 1.5
"""How much longer or shorter one step makes a piece."""

GROWTH = 2
"""A piece may grow to so many times the length that was paid for; beyond that it is a new order."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a revision changes, as it stands in ``order.data["source"]``.

    ``order`` is the order revised and ``root`` the first of its family; ``take`` is the index of the delivered take and
    ``key`` the media folder it lies in; ``change`` is one of `STEPS` or `WORDS`, ``words`` the buyer's own, and
    ``edits`` what they mean to an engine that edits scores. ``free`` says that it counts as a free revision.
    """

    order: str
    root: str
    take: int
    key: str
    change: str
    words: str = ""
    edits: tuple[str, ...] = ()
    free: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        return asdict(self) | {"edits": list(self.edits)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; unknown keys (of a later version) are dropped."""
        known = {field.name for field in fields(cls)}
        kept = {name: value for name, value in data.items() if name in known}
        return cls(**kept | {"edits": tuple(kept.get("edits", ()))})


def source_of(order: Order) -> Source | None:
    """Return what an order revises, or None if it is no revision."""
    data = order.data.get("source")
    return Source.from_json(data) if data else None


def root_of(order: Order) -> str:
    """Return the id of the first order of the family."""
    source = source_of(order)
    return source.root if source else order.id


def delivered_take(order: Order) -> tuple[int, str]:
    """Return index and media folder of the take the buyer has.

    :raises BadInput: if no take was approved.
    """
    take = order.chosen
    if take is None:
        raise BadInput(f"order {order.id} has no approved take", text="error-not-revisable")
    return int(take["index"]), f"orders/{order.id}/r{order.round}/t{take['index']}"


def must_be_revisable(order: Order) -> None:
    """Pass an order whose piece may be revised: the buyer has it, and the money for it is the shop's.

    :raises BadInput: with the sentence that says why not.
    """
    if order.charged_back or order.state in (State.REFUNDING, State.REFUNDED, State.CANCELLED):
        raise BadInput(f"order {order.id} is {order.state}", text="error-revise-refunded", order=order.id)
    if order.state not in (State.DELIVERING, State.DELIVERED):
        raise BadInput(f"order {order.id} is {order.state}", text="error-not-revisable")
    if order.held:
        raise BadInput(f"order {order.id} is questioned by the bank", text="error-revise-held", order=order.id)
    if order.state is State.DELIVERING:  # the buttons come with the parcel, an instant before the book hears of it
        raise BadInput(f"order {order.id} is being handed over", text="error-revise-soon")


def used(family: Iterable[Order]) -> int:
    """Return how many free revisions a family has used; those that came to nothing do not count."""
    return sum(1 for one in family if one.state not in OVER and (source := source_of(one)) and source.free)


def grown_from(order: Order, family: Iterable[Order]) -> Sequence[Order]:
    """Return the standing revisions of a piece, and theirs; ``family`` is the order's own, oldest first."""
    pieces, found = {order.id}, []
    for one in family:
        if (source := source_of(one)) and source.order in pieces:
            pieces.add(one.id)
            found.append(one)
    return [one for one in found if one.state not in OVER]


def left(root: Order, family: Iterable[Order], policy: Policy) -> int:
    """Return how many free revisions are left to a family."""
    return max(0, policy.free_revisions_of(root.brief.extras) - used(family))


def stepped(brief: Brief, change: str, root: Brief, catalogue: Catalogue) -> Brief:
    """Return the brief after one step of a button.

    :raises BadInput: if the piece cannot become longer or shorter, or is a loop already.
    """
    match change:
        case "longer":
            return brief.but(seconds=grown(round(brief.seconds * STEP), brief, root, catalogue))
        case "shorter":
            if brief.seconds <= catalogue.shortest:
                raise BadInput(
                    f"{brief.seconds} s is the shortest", text="error-revise-shortest", seconds=brief.seconds
                )
            return brief.but(seconds=max(catalogue.shortest, round(brief.seconds / STEP)))
        case "loop" if brief.loop:
            raise BadInput("it loops already", text="error-revise-loop")
        case "loop":
            return brief.but(loop=True)
        case _:
            return brief


def grown(seconds: int, brief: Brief, root: Brief, catalogue: Catalogue) -> int:
    """Return a new length in seconds, no longer than a revision may make a piece.

    :raises BadInput: if it is that long already.
    """
    limit = min(catalogue.longest, GROWTH * root.seconds)
    if seconds > brief.seconds >= limit:
        raise BadInput(f"{brief.seconds} s is the longest", text="error-revise-longest", seconds=limit)
    return max(catalogue.shortest, min(seconds, limit))
