"""The tables. Times are UTC, money and briefs are JSON text, states are plain words without a CHECK."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, ``timestamptz`` on PostgreSQL, sortable text on SQLite.

    :raises ValueError: on a datetime without a timezone, because guessing one loses money at deadlines.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps it without the offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no timezone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_Counter = BigInteger().with_variant(Integer(), "sqlite")
"""A growing row number; SQLite numbers rows by itself only under the name INTEGER."""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ix": "%(column_0_label)s_idx",
    }
)


def _json(name: str) -> "Column[dict[str, Any]]":
    """JSON as text: it keeps the order of keys, which PostgreSQL's binary kind does not."""
    return Column(name, JSON, nullable=False)


orders = Table(
    "orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("customer", String(100), nullable=False),
    Column("locale", String(20), nullable=False),
    Column("place", String(100), nullable=False),
    _json("brief"),
    _json("price"),
    _json("data"),
    Column("deadline", Moment),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    Index("orders_by_customer", "customer", "created"),
    Index("orders_by_state", "state", "created"),
    Index("orders_by_deadline", "deadline"),
)
"""Every order as it stands; written by nobody but the order book."""

events = Table(
    "events",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("order_id", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("by", String(100), nullable=False),
    _json("data"),
    Column("at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("before", String(32)),
    Column("after", String(32)),
    Column("because", Text, nullable=False),
    Index("events_by_order", "order_id", "id"),
)
"""Inbox and journal: every fact once, with what it did. A fact may come before its order, hence no foreign key."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("order_id", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    _json("data"),
    Column("priority", Integer, nullable=False),
    Column("batch_key", String(100), nullable=False),
    Column("cost", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("free_at", Moment, nullable=False),
    Column("owner", String(200)),
    Column("tries", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("progress", Float),
    Column("error", Text),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    Index("jobs_queue", "priority", "id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    Index(
        "jobs_open_by_order",
        "order_id",
        "kind",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
"""Outbox and work queue. ``state`` is open, done, dead or dropped (nobody wanted it any more); ``free_at`` is when it
may be claimed next: after a failed try the end of the pause, while somebody works on it the end of their lease.
``tries`` grows with every claim and fences results; ``failures`` and ``losses`` (a worker that vanished) are what
counts. Ended jobs stay: keys are for ever."""

drafts = Table(
    "drafts",
    metadata,
    Column("customer", String(100), primary_key=True),
    _json("draft"),
    Column("changed", Moment, nullable=False),
)
"""The order a customer is still putting together."""

notes = Table(
    "notes",
    metadata,
    Column("name", String(200), primary_key=True),
    _json("value"),
    Column("changed", Moment, nullable=False),
)
"""Small durable facts of the rooms: how far events were read, a pause flag, a customer's preferences."""

ledger = Table(
    "ledger",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("provider", String(40), nullable=False),
    Column("payment", String(200), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Index("ledger_by_time", "at"),
    Index("ledger_by_payment", "payment"),
    Index("ledger_by_reference", "reference"),
)
"""Every movement of money, once, by its key; rows are only ever added. ``amount`` is minor units, below zero where
money went away."""

coupons = Table(
    "coupons",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("minimum", BigInteger, nullable=False),
    Column("limit", Integer, nullable=False),
    Column("each", Integer, nullable=False),
    Column("until", Moment),
    Column("on", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("by", String(100), nullable=False),
)
"""The operator's coupons. ``value`` is percent or minor units, by ``kind``; 0 is no limit, ``on`` 1 until the end."""

coupon_uses = Table(
    "coupon_uses",
    metadata,
    Column("order_id", String(32), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("customer", String(100), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", Moment, nullable=False),
    Column("returned", Moment),
    Index("coupon_uses_by_code", "code"),
)
"""Which order used which coupon; ``returned`` is when the order ended unpaid and the coupon was free again."""

credit = Table(
    "credits",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("customer", String(100), nullable=False),
    Column("order_id", String(32), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(100), nullable=False),
    Index("credits_by_customer", "customer", "currency"),
)
"""Every movement of a buyer's credit, once, by its key; rows are only ever added. The balance is their sum."""

transfers = Table(
    "transfers",
    metadata,
    Column("reference", String(40), primary_key=True),
    Column("order_id", String(32), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("opened", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("closed", Integer, nullable=False),
    Column("came", BigInteger, nullable=False),
    Column("came_at", Moment),
    Column("gone_at", Moment),
    Column("by", String(100), nullable=False),
    Column("gone", BigInteger, nullable=False, server_default="0"),
    Index("transfers_by_order", "order_id"),
)
"""Bank transfers that buyers were asked for: what came by whose word, and when how much of it was sent back."""

presets = Table(
    "presets",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("offered", Integer, nullable=False),
    _json("brief"),
    _json("take"),
    Column("order_id", String(32), nullable=False),
    Column("by", String(100), nullable=False),
    Column("created", Moment, nullable=False),
)
"""Good takes kept under a name; ``offered`` says that buyers may choose one."""
