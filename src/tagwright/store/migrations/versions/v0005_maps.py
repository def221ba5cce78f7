"""Maps of all pictures, and what was sent from one to the front of the review queue."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "map",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_map_workspace")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_map")),
        sa.UniqueConstraint("id", name=op.f("uq_map_id")),
    )
    op.create_index("ix_map_workspace", "map", ["workspace", "seq"])
    op.create_table(
        "map_part",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("map", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["map"], ["map.id"], name=op.f("fk_map_part_map")),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspace.id"], name=op.f("fk_map_part_workspace")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_map_part")),
        sa.UniqueConstraint("folder", name=op.f("uq_map_part_folder")),
    )
    op.create_index("ix_map_part_map", "map_part", ["map", "seq"])
    op.create_table(
        "sent",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_sent_run")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_sent_workspace")),
        sa.PrimaryKeyConstraint("workspace", "taxonomy", "asset", "run", name=op.f("pk_sent")),
    )
    op.create_index("ix_sent_run", "sent", ["run"])
