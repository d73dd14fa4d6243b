"""Families of orders: a delivered piece and all revisions that grew out of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.revision import Source, left, must_be_revisable
from bot.storage.rows import read_order
from bot.storage.tables import orders


async def family(tx: AsyncConnection, root_id: str) -> Sequence[Order]:
    """Return the first order of a family and its revisions, oldest first; nothing if there is no such order."""
    owner = select(orders.c.customer).where(orders.c.id == root_id).scalar_subquery()
    member = (orders.c.id == root_id) | (orders.c.data["source"]["root"].as_string() == root_id)
    query = select(orders).where(orders.c.customer == owner, member).order_by(orders.c.created, orders.c.id)
    return [read_order(row) for row in await tx.execute(query)]


async def left_behind(tx: AsyncConnection, before: Order, after: Order) -> Sequence[Order]:
    """Return the revisions that lose the piece they change when a delivered order is taken back, oldest first."""
    if before.state is not State.DELIVERED or after.state is State.DELIVERED:
        return []
    query = select(orders).where(
        orders.c.customer == after.customer, orders.c.data["source"]["order"].as_string() == after.id
    )
    return [read_order(row) for row in await tx.execute(query.order_by(orders.c.created, orders.c.id))]


async def admit(tx: AsyncConnection, order: Order, source: Source, policy: Policy) -> None:
    """Let a revision into its family, in the transaction that places it: under the locks of its root and of the
    piece that it changes.

    :raises BadInput: if the piece may not be revised (any more), or the order counts on a free revision that is gone.
    :raises NotFound: if there is no such piece of this buyer's.
    """
    members = {one.id: one for one in await family(tx, source.root) if one.id != order.id}
    root, parent = members.get(source.root), members.get(source.order)
    if root is None or parent is None or root.customer != order.customer:
        raise NotFound(f"there is no order {source.order!r} in that family", text="error-no-order", order=source.order)
    must_be_revisable(parent)
    must_be_revisable(root)
    if source.free and not left(root, members.values(), policy):
        raise BadInput(f"no free revision of {root.id} is left", text="error-revise-not-free")
