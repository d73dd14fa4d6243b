"""Presets: good takes kept under a name."""

from alembic import op
from sqlalchemy import JSON, Column, Integer, PrimaryKeyConstraint, String

from bot.storage.tables import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "presets",
        Column("id", String(20), nullable=False),
        Column("name", String(200), nullable=False),
        Column("offered", Integer, nullable=False),
        Column("brief", JSON, nullable=False),
        Column("take", JSON, nullable=False),
        Column("order_id", String(32), nullable=False),
        Column("by", String(100), nullable=False),
        Column("created", Moment, nullable=False),
        PrimaryKeyConstraint("id", name="presets_pkey"),
    )
