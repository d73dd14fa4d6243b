"""Everything that is stored about one person: read for them, or erased at their word as far as the law lets us.

Orders that were paid, their money and their certificates stay (tax law asks for records of sales, and a licence must
remain provable); names, wishes, free words, letters, e-mail, stars, drafts and notes go, also those that a chat's
doorway keeps about a conversation of the person's own. Orders that never were paid and of which nothing was made go
altogether.

Credit and the uses of coupons keep the customer's id (``credits.customer``, ``coupon_uses.customer``), and nothing else
of the person: a balance is the shop's debt to whoever has that id and the sum over these rows, a coupon's limit for
each person is counted over them, and both explain why an order was paid with less money than it cost. They hold no
name, no words, no address; without the id the debt could neither be proven nor be paid.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import BadInput
from bot.orders.order import Order
from bot.orders.work import Work
from bot.storage import tables
from bot.storage.database import Clock, Database
from bot.storage.outbox import give_out
from bot.storage.rows import read_order

PERSONAL = ("name", "licensee", "letters", "came_from", "reason")
"""What an order's data holds of a person beside what was made and paid."""

SAID: Mapping[str, tuple[str, ...]] = {
    "Letter": ("text",),
    "RefundWished": ("reason",),
    "RefundDeclined": ("text",),
    "RefundAsked": ("reason",),
    "LicenseeNamed": ("name",),
}
"""The fields of facts that hold somebody's own words or name."""

REPEATED = ("TakesReady", "Corrected", "AgainAsked")
"""Facts that may repeat a buyer's words: what the engine was told of takes, and the answers of new ones."""

PROMPTED = "prompt"
"""What an engine was told, kept with a take it ``made``: English words of the buyer's are passed on as they stand."""

LATE = timedelta(days=2)
"""After so long no payment of an order that was called off can come any more."""

OWN_CHAT = ("telegram:posted", "telegram:conversation", "telegram:form")
"""Beginnings of notes that go on with the number of a chat or a person, and end there."""

SUBJECTS = 200
"""How many a query looks for at a time: SQLite takes a thousand conditions in one, two for each."""

CERTIFICATE = "certificate:"
"""Notes of that beginning stay, so that certificates remain provable."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of a person's traces: how many orders stay without their words, and how many are gone."""

    kept: tuple[Order, ...]
    gone: int


class Personal:
    """Reads and erases what is stored about a person such as ``discord:123``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def about(self, customer: str) -> dict[str, Any]:
        """Return everything stored about a person as plain data, by where it is stored."""
        async with self._database.read() as tx:
            orders = await _rows(tx, tables.orders, tables.orders.c.customer == customer)
            ids = [order["id"] for order in orders]
            return {
                "person": customer,
                "at": self._clock().isoformat(),
                "orders": orders,
                "journal": await _rows(tx, tables.events, tables.events.c.order_id.in_(ids)),
                "payments": await _rows(tx, tables.ledger, tables.ledger.c.order_id.in_(ids)),
                "credit": await _rows(tx, tables.credit, tables.credit.c.customer == customer),
                "coupons": await _rows(tx, tables.coupon_uses, tables.coupon_uses.c.customer == customer),
                "draft": await _rows(tx, tables.drafts, tables.drafts.c.customer == customer),
                "notes": await _notes(tx, customer, ids),
            }

    async def erase(self, customer: str) -> Erased:
        """Erase what may be erased, in one transaction; done a second time it finds nothing more.

        :raises BadInput: while an order of the person's is under way, naming it.
        """
        now = self._clock()
        async with self._database.write() as tx:
            found = await tx.execute(select(tables.orders).where(tables.orders.c.customer == customer))
            orders = [read_order(row) for row in found]
            if waiting := [order.id for order in orders if not order.state.ended]:
                raise BadInput(f"{waiting} are under way", text="error-erase-open", orders=", ".join(waiting))
            kept = [order for order in orders if not _came_to_nothing(order, now)]
            ids = {order.id for order in orders}
            await self._forget(tx, ids - {order.id for order in kept})
            for order in kept:
                await self._silence(tx, order, now)
            await tx.execute(delete(tables.drafts).where(tables.drafts.c.customer == customer))
            for some in _notes_of(customer, ids):
                await tx.execute(delete(tables.notes).where(some))
        return Erased(tuple(kept), len(orders) - len(kept))

    async def _forget(self, tx: AsyncConnection, ids: Iterable[str]) -> None:
        """Remove orders altogether."""
        some = list(ids)
        for table, column in (
            (tables.jobs, tables.jobs.c.order_id),
            (tables.events, tables.events.c.order_id),
            (tables.orders, tables.orders.c.id),
        ):
            await tx.execute(delete(table).where(column.in_(some)))

    async def _silence(self, tx: AsyncConnection, order: Order, now: datetime) -> None:
        """Take a person's words out of an order, its journal and its work, and have its cards brought up to date."""
        brief = order.brief.but(details="").to_json()
        silent = update(tables.orders).where(tables.orders.c.id == order.id)
        await tx.execute(silent.values(brief=brief, data=without_words(order.data)))
        events, jobs = tables.events, tables.jobs
        said = select(events).where(events.c.order_id == order.id, events.c.kind.in_([*SAID, *REPEATED]))
        for row in (await tx.execute(said)).all():
            await tx.execute(update(events).where(events.c.id == row.id).values(data=_unsaid(row.kind, row.data)))
        for row in (await tx.execute(select(jobs).where(jobs.c.order_id == order.id))).all():
            if "reason" in row.data:
                await tx.execute(update(jobs).where(jobs.c.id == row.id).values(data=row.data | {"reason": ""}))
        for round_ in order.data.get("cards", {}):
            work = Work(
                "update_card", f"update_card:{order.id}:erased:{now.isoformat()}:{round_}", {"round": int(round_)}
            )
            await give_out(self._database, self._clock, tx, order.id, [work])


def without_words(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an order's data without what a person said or is called."""
    kept = {name: value for name, value in data.items() if name not in PERSONAL}
    for name, words in (("source", "words"), ("wish", "reason")):
        if name in kept:
            kept[name] = kept[name] | {words: ""}
    if "takes" in kept:
        kept["takes"] = [_unprompted(take) for take in kept["takes"]]
    if "rounds" in kept:
        over = kept["rounds"]
        kept["rounds"] = [round_ | {"takes": [_unprompted(take) for take in round_["takes"]]} for round_ in over]
    if "corrections" in kept:
        kept["corrections"] = {
            index: entry | ({"before": _unprompted(entry["before"])} if entry.get("before") else {})
            for index, entry in kept["corrections"].items()
        }
    return kept


def _unsaid(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact's fields without what a person said or is called."""
    kept = dict(data) | {name: "" for name in SAID.get(kind, ()) if name in data}
    match kind:
        case "TakesReady":
            kept["takes"] = [_unprompted(take) for take in data["takes"]]
        case "Corrected":
            kept["made"] = _unprompted(data["made"])
        case "AgainAsked" if "details" in data["changes"]:
            kept["changes"] = data["changes"] | {"details": ""}
    return kept


def _unprompted(take: Mapping[str, Any]) -> dict[str, Any]:
    """Return a take as it is kept, without what its engine was told."""
    made = take.get("made") or {}
    return dict(take) | ({"made": made | {PROMPTED: ""}} if PROMPTED in made else {})


def _came_to_nothing(order: Order, now: datetime) -> bool:
    """Whether an order was called off unpaid, nothing was made for it, and no payment can come any more."""
    made = {"payment", "takes", "refunds", "certificate"} & order.data.keys()
    over = order.created is None or order.created + LATE < now or "checkout" not in order.data
    return order.state.value == "cancelled" and not made and over


async def _notes(tx: AsyncConnection, customer: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return every note about a person once, also one that names both the person and an order."""
    found = [note for some in _notes_of(customer, ids) for note in await _rows(tx, tables.notes, some)]
    return list({note["name"]: note for note in found}.values())


def _notes_of(customer: str, ids: Iterable[str]) -> list[ColumnElement[bool]]:
    """Return the conditions for notes about a person: their name has the person's id, or an order's, as a part, or is
    about the chat of theirs alone."""
    name, subjects = tables.notes.c.name, [customer, *sorted(ids)]
    stays = name.startswith(CERTIFICATE)
    own = _own_chat(customer)
    found: list[ColumnElement[bool]] = [or_(*own) & ~stays] if own else []
    for start in range(0, len(subjects), SUBJECTS):
        some = subjects[start : start + SUBJECTS]
        about = [name.endswith(f":{one}", autoescape=True) | name.contains(f":{one}:", autoescape=True) for one in some]
        found.append(or_(*about) & ~stays)
    return found


def _own_chat(customer: str) -> list[ColumnElement[bool]]:
    """Return the conditions for notes about messages in a person's private chat.

    On Telegram that chat bears its person's number, and its notes are named by the chat: ``telegram:posted:5``,
    ``telegram:files:5/12``. Groups are below zero, so nobody else's are found; Discord's doorway keeps no such notes.
    """
    platform, _, number = customer.partition(":")
    if platform != "telegram" or not number.isdigit():
        return []
    name = tables.notes.c.name
    whole = [f"{beginning}:{number}" for beginning in OWN_CHAT]
    return [name.in_(whole), name.startswith(f"telegram:files:{number}/", autoescape=True)]


async def _rows(tx: AsyncConnection, table: Table, condition: Any) -> list[dict[str, Any]]:
    found: Sequence[Row[Any]] = (await tx.execute(select(table).where(condition))).all()
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in found]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
