"""${message}."""

import sqlalchemy as sa
from alembic import op

from bot.storage.tables import Moment

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the tables of the revision before to this one."""
    ${upgrades if upgrades else "pass"}
