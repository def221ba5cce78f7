"""The tables, as SQLAlchemy Core. One schema for SQLite and PostgreSQL; see migrations/.

Every table of a client's data carries `workspace`: nothing crosses between two. People, their
sessions and idempotency keys belong to the installation. Ids are text (SHA-256, UUID); times are
ISO 8601 in UTC to the millisecond, so that they sort as text; `seq` columns are the order of
arrival.
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
    Table,
    Text,
    UniqueConstraint,
    false,
)

from tagwright.store.columns import BIG_KEY, METADATA
from tagwright.store.columns import workspace_of as _workspace
from tagwright.store.map_schema import map, map_part, sent

__all__ = ["BIG_KEY", "METADATA", "map", "map_part", "sent"]

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
    Index("ix_feature_segment_workspace", "workspace", "backbone", "seq"),
)

feature = Table(
    "feature",
    METADATA,
    _workspace(primary_key=True),
    Column("backbone", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("segment", BigInteger, ForeignKey("feature_segment.seq"), nullable=False),
    Column("row", Integer, nullable=False),
    Index("ix_feature_segment", "segment"),
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
    # The queue of what a person should look at, by how sure the machine is.
    Index("ix_tag_status", "workspace", "taxonomy", "status", "p"),
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

# Pictures the library holds itself, rather than by their place elsewhere; see store/blobs.py.

blob = Table(
    "blob",
    METADATA,
    _workspace(primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("added_at", Text, nullable=False),
)

# People. A person is known to the whole installation; what they may do hangs on a membership.

person = Table(
    "person",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # Argon2id; None for people who only come through the organisation's login.
    Column("password_hash", Text),
    Column("oidc_issuer", Text),
    Column("oidc_subject", Text),
    # May make workspaces and people, wherever they are.
    Column("operator", Boolean, nullable=False, server_default=false()),
    Column("disabled", Boolean, nullable=False, server_default=false()),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("oidc_issuer", "oidc_subject"),
)

membership = Table(
    "membership",
    METADATA,
    _workspace(primary_key=True),
    Column("person", Text, ForeignKey("person.id"), primary_key=True),
    Column("role", Text, nullable=False),
    Column("since", Text, nullable=False),
    Index("ix_membership_person", "person"),
)

session = Table(
    "session",
    METADATA,
    # SHA-256 of the token in the cookie: a copy of the table opens no door.
    Column("digest", Text, primary_key=True),
    Column("person", Text, ForeignKey("person.id"), nullable=False),
    Column("agent", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_seen_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("ix_session_person", "person"),
)

api_key = Table(
    "api_key",
    METADATA,
    Column("id", Text, primary_key=True),
    _workspace(),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    # The first characters, so that a person can tell which key this is.
    Column("hint", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    Index("ix_api_key_workspace", "workspace"),
)

# A chain a workspace: each line holds the digest of the one before. "" is the installation's own.
audit = Table(
    "audit",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    Column("workspace", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("ix_audit_workspace_seq", "workspace", "seq"),
    # Two lines can never follow the same one.
    UniqueConstraint("workspace", "previous"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    # Who asked (a digest), and the key they gave: two callers never share an answer.
    Column("caller", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
    Column("created_at", Text, nullable=False),
    Index("ix_idempotency_created_at", "created_at"),
)

# Work that outlives the process that does it; see store/jobs.py.

job = Table(
    "job",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    _workspace(),
    Column("kind", Text, nullable=False),
    # What it works on, a taxonomy or nothing: one at a time of a kind and a subject.
    Column("subject", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("run_after", Text, nullable=False),
    # Who holds it. Every claim makes a new lease; what an old one writes touches nothing.
    Column("lease", Text),
    Column("lease_until", Text),
    Column("worker", Text),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    # A person wants it to end soon and keep what it has.
    Column("finish_requested", Boolean, nullable=False, server_default=false()),
    Column("progress", Text, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("idempotency_key", Text),
    Column("requested_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("updated_at", Text, nullable=False),
    UniqueConstraint("workspace", "idempotency_key"),
    Index("ix_job_status", "status", "run_after"),
    Index("ix_job_workspace_seq", "workspace", "seq"),
)

webhook = Table(
    "webhook",
    METADATA,
    Column("id", Text, primary_key=True),
    _workspace(),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("events", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("ix_webhook_workspace", "workspace"),
)

delivery = Table(
    "delivery",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    _workspace(),
    Column("webhook", Text, ForeignKey("webhook.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("answered", Integer),
    Column("error", Text),
    Column("created_at", Text, nullable=False),
    Column("delivered_at", Text),
    Index("ix_delivery_status", "status", "next_at"),
    Index("ix_delivery_webhook", "webhook", "seq"),
)

# Reviewing.

reservation = Table(
    "reservation",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("until", Text, nullable=False),
    Index("ix_reservation_until", "until"),
)

skip = Table(
    "skip",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", Text, nullable=False),
)

# Learning from use.

policy = Table(
    "policy",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
)

# Every change of champion, and what the gate said: rolling back is one more line.
promotion = Table(
    "promotion",
    METADATA,
    Column("seq", BIG_KEY, primary_key=True, autoincrement=True),
    _workspace(),
    Column("taxonomy", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("previous", Integer),
    # promoted, kept (the challenger stays in the shadows) or rolled-back
    Column("outcome", Text, nullable=False),
    Column("gate", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_promotion_workspace_taxonomy", "workspace", "taxonomy", "seq"),
)

# What single answers have taught a champion's heads since it was trained; see core/online.py.
online = Table(
    "online",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("model", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("arrays", LargeBinary, nullable=False),
    Column("updated_at", Text, nullable=False),
)

# Labels that look wrong, until a person has looked.
suspect = Table(
    "suspect",
    METADATA,
    _workspace(primary_key=True),
    Column("taxonomy", Text, primary_key=True),
    Column("facet", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("given", Text, nullable=False),
    Column("proposed", Text),
    # In [0, 1]; low = suspect.
    Column("score", Float, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("p_given", Float),
    Column("p_proposed", Float),
    # JSON: up to three [asset, concept] that lie nearest.
    Column("near", Text, nullable=False),
)
