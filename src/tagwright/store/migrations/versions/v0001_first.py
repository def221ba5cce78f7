"""The first schema: workspaces, runs, assets, features, taxonomies, ledger, tags, models."""

import sqlalchemy as sa
from alembic import op

from tagwright.store.schema import BIG_KEY

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "asset",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("band0", sa.Integer(), nullable=False),
        sa.Column("band1", sa.Integer(), nullable=False),
        sa.Column("band2", sa.Integer(), nullable=False),
        sa.Column("band3", sa.Integer(), nullable=False),
        sa.Column("look_alike_group", sa.Text(), nullable=False),
        sa.Column("given_group", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_asset_workspace")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_asset")),
        sa.UniqueConstraint("workspace", "id", name=op.f("uq_asset_workspace_id")),
    )
    op.create_index("ix_asset_band0", "asset", ["workspace", "band0"], unique=False)
    op.create_index("ix_asset_band1", "asset", ["workspace", "band1"], unique=False)
    op.create_index("ix_asset_band2", "asset", ["workspace", "band2"], unique=False)
    op.create_index("ix_asset_band3", "asset", ["workspace", "band3"], unique=False)
    op.create_table(
        "feature_segment",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("backbone", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("views", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspace.id"], name=op.f("fk_feature_segment_workspace")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_feature_segment")),
        sa.UniqueConstraint("folder", name=op.f("uq_feature_segment_folder")),
    )
    op.create_table(
        "run",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_run_workspace")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_run")),
        sa.UniqueConstraint("id", name=op.f("uq_run_id")),
    )
    op.create_index("ix_run_workspace_kind", "run", ["workspace", "kind"], unique=False)
    op.create_table(
        "taxonomy",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspace.id"], name=op.f("fk_taxonomy_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace", "name", "version", name=op.f("pk_taxonomy")),
    )
    op.create_table(
        "feature",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("backbone", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment"], ["feature_segment.seq"], name=op.f("fk_feature_segment")
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_feature_workspace")),
        sa.PrimaryKeyConstraint("workspace", "backbone", "asset", name=op.f("pk_feature")),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=True),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("p", sa.Float(), nullable=True),
        sa.Column("p_raw", sa.Float(), nullable=True),
        sa.Column("cutoff", sa.Float(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("model", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_ledger_run")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_ledger_workspace")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
    )
    op.create_index(
        "ix_ledger_model", "ledger", ["workspace", "taxonomy", "model", "asset"], unique=False
    )
    op.create_index("ix_ledger_run", "ledger", ["run"], unique=False)
    op.create_index("ix_ledger_workspace_asset", "ledger", ["workspace", "asset"], unique=False)
    op.create_table(
        "location",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_location_run")),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspace.id"], name=op.f("fk_location_workspace")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_location")),
        sa.UniqueConstraint("workspace", "uri", name=op.f("uq_location_workspace_uri")),
    )
    op.create_index("ix_location_run", "location", ["run"], unique=False)
    op.create_index("ix_location_workspace_asset", "location", ["workspace", "asset"], unique=False)
    op.create_table(
        "model",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_model_run")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_model_workspace")),
        sa.PrimaryKeyConstraint("workspace", "taxonomy", "version", name=op.f("pk_model")),
    )
    op.create_table(
        "tag",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("asset", sa.Text(), nullable=False),
        sa.Column("taxonomy", sa.Text(), nullable=False),
        sa.Column("concept", sa.Text(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("positive", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("p", sa.Float(), nullable=True),
        sa.Column("p_raw", sa.Float(), nullable=True),
        sa.Column("cutoff", sa.Float(), nullable=True),
        sa.Column("contract", sa.Text(), nullable=True),
        sa.Column("model", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_tag_run")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_tag_workspace")),
        sa.PrimaryKeyConstraint("workspace", "asset", "taxonomy", "concept", name=op.f("pk_tag")),
    )
    op.create_index(
        "ix_tag_concept", "tag", ["workspace", "taxonomy", "concept", "status", "p"], unique=False
    )
    op.create_table(
        "undo",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_undo_run")),
        sa.ForeignKeyConstraint(["target"], ["run.id"], name=op.f("fk_undo_target")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_undo_workspace")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_undo")),
    )
    op.create_table(
        "unreadable",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name=op.f("fk_unreadable_run")),
        sa.ForeignKeyConstraint(
            ["workspace"], ["workspace.id"], name=op.f("fk_unreadable_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace", "uri", name=op.f("pk_unreadable")),
    )
