"""The ledger: every movement of money."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, String, UniqueConstraint

from bot.storage.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_counter = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; it begins empty: what moved before is in the journal and at the provider."""
    op.create_table(
        "ledger",
        Column("id", _counter, autoincrement=True, nullable=False),
        Column("key", String(300), nullable=False),
        Column("at", Moment, nullable=False),
        Column("order_id", String(32), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("provider", String(40), nullable=False),
        Column("payment", String(200), nullable=False),
        Column("reference", String(200), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        PrimaryKeyConstraint("id", name="ledger_pkey"),
        UniqueConstraint("key", name="ledger_key_key"),
    )
    op.create_index("ledger_by_time", "ledger", ["at"])
    op.create_index("ledger_by_payment", "ledger", ["payment"])
    op.create_index("ledger_by_reference", "ledger", ["reference"])
