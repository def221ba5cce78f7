"""The tables of maps: where each picture stands is in files; see store/maps.py."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from tagwright.store.columns import BIG_KEY, METADATA, workspace_of

map = Table(
    "map",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    workspace_of(),
    Column("document", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_map_workspace", "workspace", "seq"),
)

map_part = Table(
    "map_part",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    workspace_of(),
    Column("map", Text, ForeignKey("map.id"), nullable=False),
    Column("folder", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False),
    Column("pictures", Integer, nullable=False),
    Index("ix_map_part_map", "map", "seq"),
)

# Pictures that somebody sent to the front of a review queue; over once a person has answered.
sent = Table(
    "sent",
    METADATA,
    workspace_of(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("run", Text, ForeignKey("run.id"), primary_key=True),
    Index("ix_sent_run", "run"),
)
