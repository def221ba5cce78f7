"""What the index of similar pictures asks: which segments are new, and what they hold."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_feature_segment", "feature", ["segment"])
    op.create_index(
        "ix_feature_segment_workspace", "feature_segment", ["workspace", "backbone", "seq"]
    )
