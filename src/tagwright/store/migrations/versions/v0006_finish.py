"""Jobs that a person asked to end soon, and to keep what they have."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "job",
        sa.Column("finish_requested", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
