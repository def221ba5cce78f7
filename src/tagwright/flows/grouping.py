"""New pictures into the database, each beside the pictures it looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagwright.core.lookalike import Fingerprint, bands, look_alikes
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoded
from tagwright.store.assets import NewAsset, Printed
from tagwright.store.engine import Transaction
from tagwright.types import AssetId

Newcomer = tuple[Decoded, str | None]
"""A picture that is not stored yet, and the group that people gave it."""


def store_assets(ws: Workspace, transaction: Transaction, newcomers: Sequence[Newcomer]) -> None:
    """New pictures, each in the group of the oldest picture it looks like, or in its own.

    The caller holds the lock of `Assets.hold`.
    """
    keys = [bands(decoded.picture.fingerprint.hash) for decoded, _ in newcomers]
    known = ws.assets.by_band(transaction, keys)
    newest = max((p.seq for some in known.values() for p in some), default=0)
    new: list[NewAsset] = []
    for (decoded, given), own in zip(newcomers, keys, strict=True):
        print_ = decoded.picture.fingerprint
        group = _look_alike_group(print_, own, known) or decoded.sha256
        printed = Printed(newest + len(new) + 1, print_.to_bytes(), group)
        for place in enumerate(own):
            known.setdefault(place, []).append(printed)
        new.append(_new_asset(decoded, printed, own, given))
    ws.assets.add(transaction, new, ws.now())


def _new_asset(
    decoded: Decoded, printed: Printed, own: tuple[int, int, int, int], given: str | None
) -> NewAsset:
    picture = decoded.picture
    return NewAsset(
        id=AssetId(decoded.sha256),
        size=decoded.size,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        taken_at=picture.taken_at,
        keywords=decoded.keywords,
        fingerprint=printed.fingerprint,
        bands=own,
        look_alike_group=printed.group,
        given_group=given,
    )


def _look_alike_group(
    fingerprint: Fingerprint,
    own: tuple[int, int, int, int],
    known: Mapping[tuple[int, int], list[Printed]],
) -> str | None:
    """The group of the oldest picture that looks like this one; None where none does."""
    candidates = sorted({p for place in enumerate(own) for p in known.get(place, ())})
    alike = look_alikes(fingerprint, [p.fingerprint for p in candidates])
    return candidates[int(alike.argmax())].group if alike.any() else None
