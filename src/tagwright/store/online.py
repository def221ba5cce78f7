"""What single answers have taught a champion since it was trained; one row a taxonomy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from tagwright.store import schema
from tagwright.store.engine import Database, Transaction
from tagwright.types import Json

_T = schema.online


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """model: the champion it belongs to; it means nothing to another version."""

    taxonomy: str
    model: int
    document: Json
    arrays: Mapping[str, NDArray[Any]]
    updated_at: str


class OnlineStates:
    """The online states of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def get(self, taxonomy: str) -> OnlineRow | None:
        with self.db.read() as connection:
            return self.get_in(connection, taxonomy)

    def get_in(self, connection: Transaction, taxonomy: str) -> OnlineRow | None:
        """The same, inside a transaction of the caller's."""
        row = connection.execute(
            _T.select().where(_T.c.workspace == self.workspace, _T.c.taxonomy == taxonomy)
        ).one_or_none()
        if row is None:
            return None
        arrays = load_tensors(bytes(row.arrays))
        return OnlineRow(taxonomy, row.model, json.loads(row.document), arrays, row.updated_at)

    def serialise(self, connection: Transaction, taxonomy: str) -> None:
        """One change of a taxonomy's state at a time: an answer builds on the one before."""
        self.db.serialise(connection, f"online {self.workspace} {taxonomy}")

    def put_in(self, connection: Transaction, row: OnlineRow) -> None:
        arrays = {name: np.ascontiguousarray(value) for name, value in row.arrays.items()}
        connection.execute(
            self.db.upsert(
                _T, ("workspace", "taxonomy"), ("model", "document", "arrays", "updated_at")
            ),
            {
                "workspace": self.workspace,
                "taxonomy": row.taxonomy,
                "model": row.model,
                "document": json.dumps(row.document),
                "arrays": save_tensors(arrays),
                "updated_at": row.updated_at,
            },
        )

    def forget(self, taxonomy: str) -> None:
        """Drop what was learned from single answers. Safe to repeat."""
        with self.db.write() as connection:
            connection.execute(
                _T.delete().where(_T.c.workspace == self.workspace, _T.c.taxonomy == taxonomy)
            )
