"""Why a label is in doubt, how likely it is, and the pictures that speak against it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # What was found before has no reason: labels are looked through again in a moment.
    op.execute("DELETE FROM suspect")
    with op.batch_alter_table("suspect") as batch:
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False))
        batch.add_column(sa.Column("p_given", sa.Float(), nullable=True))
        batch.add_column(sa.Column("p_proposed", sa.Float(), nullable=True))
        batch.add_column(sa.Column("near", sa.Text(), nullable=False))
