"""The tables, as SQLAlchemy Core. One schema for SQLite and PostgreSQL; see migrations/.

Every table carries `workspace`: nothing crosses between two. Ids are text (SHA-256, UUID);
`seq` columns are the order of arrival.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

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


def _workspace(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "workspace", Text, ForeignKey("workspace.id"), nullable=False, primary_key=primary_key
    )


workspace = Table(
    "workspace",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

run = Table(
    "run",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    _workspace(),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("summary", Text),
    # Derived from the ledger's undo entries, kept here so that joins are cheap.
    Column("undone", Boolean, nullable=False, server_default=false()),
    Index("ix_run_workspace_kind", "workspace", "kind"),
)

asset = Table(
    "asset",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("id", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("format", Text, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("taken_at", Text),
    Column("keywords", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("band0", Integer, nullable=False),
    Column("band1", Integer, nullable=False),
    Column("band2", Integer, nullable=False),
    Column("band3", Integer, nullable=False),
    # The near-duplicate group: the id of its first picture. Splits hang on it; it never changes.
    Column("look_alike_group", Text, nullable=False),
    # A group given by people (a photographer, a product): outranks the look-alike group.
    Column("given_group", Text),
    Column("added_at", Text, nullable=False),
    UniqueConstraint("workspace", "id"),
    *(Index(f"ix_asset_band{i}", "workspace", f"band{i}") for i in range(4)),
)

location = Table(
    "location",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("uri", Text, nullable=False),
    Column("asset", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("run", Text, ForeignKey("run.id"), nullable=False),
    UniqueConstraint("workspace", "uri"),
    Index("ix_location_workspace_asset", "workspace", "asset"),
    Index("ix_location_run", "run"),
)

unreadable = Table(
    "unreadable",
    METADATA,
    _workspace(primary_key=True),
    Column("uri", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("run", Text, ForeignKey("run.id"), nullable=False),
)

feature_segment = Table(
    "feature_segment",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("backbone", Text, nullable=False),
    Column("folder", Text, nullable=False, unique=True),
    Column("rows", Integer, nullable=False),
    Column("views", Text, nullable=False),
)

feature = Table(
    "feature",
    METADATA,
    _workspace(primary_key=True),
    Column("backbone", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("segment", BigInteger, ForeignKey("feature_segment.seq"), nullable=False),
    Column("row", Integer, nullable=False),
)

taxonomy = Table(
    "taxonomy",
    METADATA,
    _workspace(primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)


def _entry_columns() -> list[Column[Any]]:
    """The columns that the ledger and its derived state share."""
    return [
        Column("facet", Text, nullable=False),
        Column("actor_kind", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("run", Text, ForeignKey("run.id"), nullable=False),
        Column("at", Text, nullable=False),
        Column("positive", Boolean, nullable=False),
        Column("verdict", Text),
        Column("p", Float),
        Column("p_raw", Float),
        Column("cutoff", Float),
        Column("contract", Text),
        Column("model", Integer),
    ]


ledger = Table(
    "ledger",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("asset", Text, nullable=False),
    Column("taxonomy", Text, nullable=False),
    Column("concept", Text),
    *_entry_columns(),
    Index("ix_ledger_workspace_asset", "workspace", "asset"),
    Index("ix_ledger_run", "run"),
    Index("ix_ledger_model", "workspace", "taxonomy", "model", "asset"),
)

undo = Table(
    "undo",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("run", Text, ForeignKey("run.id"), nullable=False),
    Column("target", Text, ForeignKey("run.id"), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
)

tag = Table(
    "tag",
    METADATA,
    _workspace(primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("concept", Text, primary_key=True),
    *_entry_columns(),
    Column("status", Text, nullable=False),
    Index("ix_tag_concept", "workspace", "taxonomy", "concept", "status", "p"),
)

model = Table(
    "model",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("snapshot_digest", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("run", Text, ForeignKey("run.id"), nullable=False),
    Column("created_at", Text, nullable=False),
)
