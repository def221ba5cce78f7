"""Who may do what: four roles, each with everything the one before may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

Role = Literal["viewer", "reviewer", "editor", "admin"]
Permission = Literal["read", "classify", "review", "upload", "edit", "train", "admin"]
"""`read`: see everything of a workspace but its people and keys. `classify`: ask what a picture
is. `review`: answer for the machine. `upload`: bring pictures in. `edit`: change taxonomies,
settle tags in bulk, undo others. `train`: learn, promote, roll back. `admin`:
people, keys, webhooks, the audit log."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)
ALL: Final[frozenset[Permission]] = frozenset(get_args(Permission))

_VIEWER: Final[frozenset[Permission]] = frozenset({"read", "classify"})
_REVIEWER: Final[frozenset[Permission]] = frozenset({*_VIEWER, "review"})
_EDITOR: Final[frozenset[Permission]] = frozenset({*_REVIEWER, "upload", "edit", "train"})

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    "viewer": _VIEWER,
    "reviewer": _REVIEWER,
    "editor": _EDITOR,
    "admin": ALL,
}
