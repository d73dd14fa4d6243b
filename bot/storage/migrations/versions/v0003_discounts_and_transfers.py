"""Coupons and their uses, buyers' credit, bank transfers."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, String, UniqueConstraint

from bot.storage.tables import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_counter = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _coupons()
    _credits()
    op.create_table(
        "transfers",
        Column("reference", String(40), nullable=False),
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
        PrimaryKeyConstraint("reference", name="transfers_pkey"),
    )
    op.create_index("transfers_by_order", "transfers", ["order_id"])


def _coupons() -> None:
    op.create_table(
        "coupons",
        Column("code", String(40), nullable=False),
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
        PrimaryKeyConstraint("code", name="coupons_pkey"),
    )
    op.create_table(
        "coupon_uses",
        Column("order_id", String(32), nullable=False),
        Column("code", String(40), nullable=False),
        Column("customer", String(100), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("at", Moment, nullable=False),
        Column("returned", Moment),
        PrimaryKeyConstraint("order_id", name="coupon_uses_pkey"),
    )
    op.create_index("coupon_uses_by_code", "coupon_uses", ["code"])


def _credits() -> None:
    op.create_table(
        "credits",
        Column("id", _counter, autoincrement=True, nullable=False),
        Column("key", String(200), nullable=False),
        Column("customer", String(100), nullable=False),
        Column("order_id", String(32), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("at", Moment, nullable=False),
        Column("by", String(100), nullable=False),
        PrimaryKeyConstraint("id", name="credits_pkey"),
        UniqueConstraint("key", name="credits_key_key"),
    )
    op.create_index("credits_by_customer", "credits", ["customer", "currency"])
