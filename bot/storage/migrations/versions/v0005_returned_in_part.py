"""Bank transfers of which only a part was sent back."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write down how much went back: so far all that had come."""
    op.add_column("transfers", Column("gone", BigInteger, nullable=False, server_default="0"))
    op.execute("UPDATE transfers SET gone = came WHERE gone_at IS NOT NULL")
