"""API keys over the wire. The key itself is in one answer only: the one that made it."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tagwright.core.roles import PERMISSIONS, Permission, Role
from tagwright.flows.keys import KeyOptions, NewKey
from tagwright.store.keys import Key


class KeyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    role: Role
    scopes: list[Permission] = Field(
        default=[], max_length=20, description="A part of what the role may; empty: all of it."
    )
    expires_at: AwareDatetime | None = None

    def options(self) -> KeyOptions:
        expires = self.expires_at
        return KeyOptions(
            name=self.name,
            role=self.role,
            scopes=frozenset(self.scopes),
            expires_at=None if expires is None else _text(expires),
        )


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds")


class KeyOut(BaseModel):
    """A key as it stands now, without its secret."""

    id: str
    name: str
    hint: str = Field(description="How it begins.")
    role: Role
    permissions: list[Permission]
    created_by: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None = Field(description="To the minute.")
    revoked_at: str | None

    @classmethod
    def of(cls, key: Key) -> KeyOut:
        allowed = PERMISSIONS[key.role]
        return cls(
            id=key.id,
            name=key.name,
            hint=key.hint,
            role=key.role,
            permissions=sorted(allowed & key.scopes if key.scopes else allowed),
            created_by=key.created_by,
            created_at=key.created_at,
            expires_at=key.expires_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )


class NewKeyOut(KeyOut):
    """A key just made."""

    key: str = Field(description="The key. Nobody can show it again.")

    @classmethod
    def made(cls, new: NewKey) -> NewKeyOut:
        return cls(**KeyOut.of(new.key).model_dump(), key=new.text)


class KeysOut(BaseModel):
    items: list[KeyOut]
