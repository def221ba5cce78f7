"""API keys of a workspace."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from tagwright.flows import keys as flow
from tagwright.web.access import Administering
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.keys import KeyIn, KeyOut, KeysOut, NewKeyOut

router = APIRouter(tags=["keys"], responses=PROBLEMS)

Id = Annotated[str, Path(max_length=64)]


@router.get("/keys")
def list_keys(access: Administering) -> KeysOut:
    """Every key, the newest first, revoked ones too; never the keys themselves."""
    return KeysOut(items=[KeyOut.of(each) for each in access.ws.keys.all()])


@router.post("/keys", status_code=201)
def make_key(access: Administering, asked: KeyIn, response: Response) -> NewKeyOut:
    """A key for a program. It is in this answer and never again."""
    made = flow.make_key(access.ws, access.caller, asked.options())
    response.headers["Location"] = f"/api/v1/keys/{made.key.id}"
    response.headers["Cache-Control"] = "no-store"
    return NewKeyOut.made(made)


@router.get("/keys/{key}")
def read_key(access: Administering, key: Id) -> KeyOut:
    """One key, without its secret."""
    return KeyOut.of(access.ws.keys.get(key))


@router.delete("/keys/{key}")
def revoke_key(access: Administering, key: Id) -> KeyOut:
    """Make a key worthless: here at once, in other processes within five seconds."""
    seen = access.server.installation.memory.keys
    return KeyOut.of(flow.revoke_key(access.ws, access.caller, key, seen))
