"""Coupons and credit: used in the transaction that places the order, given back in the one that ends it unpaid.

Every line of ``credits`` is one movement of a buyer's balance, written once by its key and never changed; the balance
is their sum. A coupon's use is a row of its order, marked as given back rather than removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import BadInput
from bot.orders import bundles
from bot.orders.discounts import Coupon, Discounts, Kind
from bot.orders.order import Order, State
from bot.orders.pricing import Price
from bot.orders.revision import grown_from, root_of
from bot.storage.database import Clock, Database
from bot.storage.families import family
from bot.storage.tables import coupon_uses, coupons, credit

_OVER = (State.CANCELLED, State.REFUNDED)
_BROUGHT = ("bundle", "revoked")
"""The movements of the credit that a bundle brings."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Looks into coupons and balances, and makes new ones. Orders use them through the order book alone."""

    database: Database
    clock: Clock

    async def coupon(self, code: str, customer: str) -> Coupon:
        """Return a coupon that this buyer may use now.

        :raises BadInput: if there is none of that code, it is used up, or the buyer has used it.
        """
        async with self.database.read() as tx:
            return await _usable(tx, code, customer)

    async def make(self, coupon: Coupon, by: str) -> bool:
        """Keep a new coupon; False if its code is taken."""
        values = {
            "code": coupon.code, "kind": coupon.kind.value, "value": coupon.value, "currency": coupon.currency,
            "minimum": coupon.minimum, "limit": coupon.limit, "each": coupon.each, "until": coupon.until,
            "on": int(coupon.on), "created": self.clock(), "by": by,
        }  # fmt: skip
        async with self.database.write(quiet=True) as tx:
            insert = self.database.insert(coupons).values(values)
            return (await tx.execute(insert.on_conflict_do_nothing(index_elements=["code"]))).rowcount == 1

    async def end(self, code: str) -> bool:
        """End a coupon; orders that used it keep it. False if there is none of that code."""
        async with self.database.write(quiet=True) as tx:
            ended = await tx.execute(update(coupons).where(coupons.c.code == code).values(on=0))
            return ended.rowcount == 1

    async def coupons(self) -> Sequence[tuple[Coupon, int]]:
        """Return every coupon and how often it is used, newest first."""
        used = select(coupon_uses.c.code, func.count().label("used")).where(coupon_uses.c.returned.is_(None))
        counts = used.group_by(coupon_uses.c.code).subquery()
        query = select(coupons, counts.c.used).outerjoin(counts, counts.c.code == coupons.c.code)
        async with self.database.read() as tx:
            rows = await tx.execute(query.order_by(coupons.c.created.desc()).limit(100))
            return [(_coupon(row), row.used or 0) for row in rows]

    async def balance(self, customer: str, currency: str) -> int:
        """Return a buyer's credit in minor units; below zero if credit that was used has been taken back."""
        async with self.database.read() as tx:
            return await _balance(tx, customer, currency)

    async def spent(self, order: Order) -> int:
        """Return how much its buyer has used of the credit that an order's bundle brought, in minor units."""
        async with self.database.read() as tx:
            return await spent(tx, order)

    async def give(self, customer: str, amount: int, currency: str, *, key: str, by: str) -> int:
        """Give (or, below zero, take) credit by the operator's hand, once for each key; the balance afterwards."""
        async with self.database.write(quiet=True) as tx:
            line = _line(customer, "", "given", amount, currency, self.clock(), by) | {"key": key}
            await tx.execute(self.database.insert(credit).values(line).on_conflict_do_nothing(index_elements=["key"]))
            return await _balance(tx, customer, currency)


async def take(database: Database, tx: AsyncConnection, order: Order, now: datetime) -> None:
    """Use the coupon and the credit that an order's price was made with, in the transaction that places it.

    :raises BadInput: if either is gone meanwhile; nothing is placed then.
    """
    used = Discounts.from_json(order.data.get("discounts", {}))
    if used.code:
        coupon = await _usable(tx, used.code, order.customer, lock=not database.is_sqlite)
        coupon.off(_before(order.price), now)
        use = {"order_id": order.id, "code": used.code, "customer": order.customer, "amount": used.coupon}
        await tx.execute(coupon_uses.insert().values(use | {"currency": order.price.currency, "at": now}))
    if used.credit:
        await alone(database, tx, order)
        if await _balance(tx, order.customer, order.price.currency) < used.credit:
            raise BadInput(f"{order.customer} has less credit than that", text="error-credit-gone")
        await _write(database, tx, order, "used", -used.credit, now, key=f"used:{order.id}")


async def follow(database: Database, tx: AsyncConnection, before: Order, after: Order, now: datetime) -> None:
    """Give back or bring in what an order's change of state means, in the transaction that changes it."""
    used = Discounts.from_json(after.data.get("discounts", {}))
    if not used.to_json():
        return
    if after.state in _OVER and used.code:
        # Whoever has the music has used the coupon, also when the parcel arrives after the order has ended.
        returned = None if after.data.get("hand_over") else func.coalesce(coupon_uses.c.returned, now)
        mine = coupon_uses.c.order_id == after.id
        await tx.execute(update(coupon_uses).where(mine).values(returned=returned))
    if used.bundle and (changed := bundles.standing(after) - await _brought(tx, after)):
        await alone(database, tx, after)
        kind = "bundle" if changed > 0 else "revoked"
        await _write(database, tx, after, kind, changed, now, key=f"{kind}:{after.id}:{after.version}")
    if before.state is not after.state and after.state in _OVER and used.credit:
        await _write(database, tx, after, "returned", used.credit, now, key=f"returned:{after.id}")


async def alone(database: Database, tx: AsyncConnection, order: Order) -> None:
    """Let one transaction at a time look into a buyer's credit and change it."""
    if not database.is_sqlite:  # there the whole transaction has the only write lock
        name = f"credit:{order.customer}"
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def spent(tx: AsyncConnection, order: Order) -> int:
    """Return how much of the credit that an order's bundle brought was used, and stays so when the order is taken back.

    What was given otherwise is used first; what changes of this very piece were paid with comes back with them.
    """
    brought = bundles.brought(order) if order.state is State.DELIVERED else 0
    if not brought:
        return 0
    changes = grown_from(order, await family(tx, root_of(order)))
    coming = sum(Discounts.from_json(change.data.get("discounts", {})).credit for change in changes)
    left = await _balance(tx, order.customer, order.price.currency) + coming
    left += brought - await _brought(tx, order)
    return min(brought, max(0, brought - max(0, left)))


async def _brought(tx: AsyncConnection, order: Order) -> int:
    """Return what of a bundle's credit stands in the book."""
    mine = (credit.c.order_id == order.id) & credit.c.kind.in_(_BROUGHT)
    return int((await tx.execute(select(func.coalesce(func.sum(credit.c.amount), 0)).where(mine))).scalar_one())


async def _write(
    database: Database, tx: AsyncConnection, order: Order, kind: str, amount: int, now: datetime, *, key: str
) -> None:
    line = _line(order.customer, order.id, kind, amount, order.price.currency, now, "shop") | {"key": key}
    await tx.execute(database.insert(credit).values(line).on_conflict_do_nothing(index_elements=["key"]))


def _line(
    customer: str, order: str, kind: str, amount: int, currency: str, now: datetime, by: str
) -> dict[str, object]:
    return {
        "customer": customer, "order_id": order, "kind": kind, "amount": amount, "currency": currency, "at": now,
        "by": by,
    }  # fmt: skip


async def _usable(tx: AsyncConnection, code: str, customer: str, *, lock: bool = False) -> Coupon:
    query = select(coupons).where(coupons.c.code == code)
    row = (await tx.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise BadInput(f"there is no coupon {code!r}", text="error-coupon-unknown", code=code)
    coupon = _coupon(row)
    mine = func.count().filter(coupon_uses.c.customer == customer)
    standing = select(func.count(), mine).where(coupon_uses.c.code == code, coupon_uses.c.returned.is_(None))
    used, by_buyer = (await tx.execute(standing)).one()
    if coupon.limit and used >= coupon.limit:
        raise coupon.refused("used")
    if coupon.each and by_buyer >= coupon.each:
        raise coupon.refused("mine")
    return coupon


async def _balance(tx: AsyncConnection, customer: str, currency: str) -> int:
    mine = (credit.c.customer == customer) & (credit.c.currency == currency)
    return int((await tx.execute(select(func.coalesce(func.sum(credit.c.amount), 0)).where(mine))).scalar_one())


def _coupon(row: Any) -> Coupon:
    return Coupon(
        row.code, Kind(row.kind), row.value, row.currency, row.minimum, row.limit, row.each, row.until, bool(row.on)
    )


def _before(price: Price) -> Price:
    """Return the price as it was before the coupon and what came after it."""
    places = [place for place, line in enumerate(price.lines) if line.text == "price-coupon"]
    return Price(price.currency, price.lines[: places[0]] if places else price.lines)
