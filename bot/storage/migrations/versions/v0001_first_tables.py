"""The first tables: orders, events, jobs, drafts, notes."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_counter = BigInteger().with_variant(Integer(), "sqlite")
_open = text("state = 'open'")


def upgrade() -> None:
    """Make every table of the first version."""
    _orders()
    _events()
    _jobs()
    _small()


def _orders() -> None:
    op.create_table(
        "orders",
        Column("id", String(32), nullable=False),
        Column("state", String(32), nullable=False),
        Column("version", Integer, nullable=False),
        Column("round", Integer, nullable=False),
        Column("customer", String(100), nullable=False),
        Column("locale", String(20), nullable=False),
        Column("place", String(100), nullable=False),
        Column("brief", JSON, nullable=False),
        Column("price", JSON, nullable=False),
        Column("data", JSON, nullable=False),
        Column("deadline", Moment),
        Column("created", Moment, nullable=False),
        Column("changed", Moment, nullable=False),
        PrimaryKeyConstraint("id", name="orders_pkey"),
    )
    op.create_index("orders_by_customer", "orders", ["customer", "created"])
    op.create_index("orders_by_state", "orders", ["state", "created"])
    op.create_index("orders_by_deadline", "orders", ["deadline"])


def _events() -> None:
    op.create_table(
        "events",
        Column("id", _counter, autoincrement=True, nullable=False),
        Column("key", String(200), nullable=False),
        Column("order_id", String(32), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("by", String(100), nullable=False),
        Column("data", JSON, nullable=False),
        Column("at", Moment, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("before", String(32)),
        Column("after", String(32)),
        Column("because", Text, nullable=False),
        PrimaryKeyConstraint("id", name="events_pkey"),
        UniqueConstraint("key", name="events_key_key"),
    )
    op.create_index("events_by_order", "events", ["order_id", "id"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        Column("id", _counter, autoincrement=True, nullable=False),
        Column("key", String(200), nullable=False),
        Column("order_id", String(32), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("data", JSON, nullable=False),
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
        PrimaryKeyConstraint("id", name="jobs_pkey"),
        UniqueConstraint("key", name="jobs_key_key"),
    )
    queue, by_order = ["priority", "id"], ["order_id", "kind"]
    op.create_index("jobs_queue", "jobs", queue, sqlite_where=_open, postgresql_where=_open)
    op.create_index("jobs_open_by_order", "jobs", by_order, sqlite_where=_open, postgresql_where=_open)


def _small() -> None:
    op.create_table(
        "drafts",
        Column("customer", String(100), nullable=False),
        Column("draft", JSON, nullable=False),
        Column("changed", Moment, nullable=False),
        PrimaryKeyConstraint("customer", name="drafts_pkey"),
    )
    op.create_table(
        "notes",
        Column("name", String(200), nullable=False),
        Column("value", JSON, nullable=False),
        Column("changed", Moment, nullable=False),
        PrimaryKeyConstraint("name", name="notes_pkey"),
    )
