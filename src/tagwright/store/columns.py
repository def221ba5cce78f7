"""What every table is made of: how keys are named, and whose a row is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column declared INTEGER.
BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")


def workspace_of(*, primary_key: bool = False) -> Column[str]:
    """The column that says whose a row is."""
    return Column(
        "workspace", Text, ForeignKey("workspace.id"), nullable=False, primary_key=primary_key
    )
