"""The server's own secret: 32 random bytes in a file of the library that only its owner reads."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from tagwright.errors import Conflict
from tagwright.store.durable import fsync_folder

_NAME: Final = "secret"
_BYTES: Final = 32


def server_secret(library: Path) -> bytes:
    """The library's secret, made on first use. Of processes that race, all get the same one.

    Delete the file to make every invitation and set-up token worthless.
    """
    path = library / _NAME
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != _BYTES:
        raise Conflict(f"{str(path)!r} is damaged: delete it, and a new one is made")
    return found


def _make(path: Path) -> None:
    partial = path.with_name(f"{_NAME}.{secrets.token_hex(8)}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    # A link fails where the name is taken, a rename would not: the first of several stays.
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(partial)
    partial.unlink()
    fsync_folder(path.parent)
