"""Which part of a library a picture teaches, calibrates or judges.

A picture's part hangs on the name of its near-duplicate group alone. It never changes as the
library grows, and no two pictures of a group are ever on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from tagwright.errors import InvalidInput
from tagwright.types import Ids, Mask, Split

TRAIN_SHARE: Final = 0.70
VALIDATION_SHARE: Final = 0.10
"""The rest, 20 %, is the test split."""


def split_of(group: str) -> Split:
    """The part a near-duplicate group belongs to: 70 % train, 10 % validation, 20 % test."""
    at = _fraction("split", group)
    if at < TRAIN_SHARE:
        return "train"
    return "validation" if at < TRAIN_SHARE + VALIDATION_SHARE else "test"


def fold_of(group: str, folds: int) -> int:
    """The cross-validation fold of a group, 0 to folds - 1; independent of its split."""
    if folds < 1:
        raise InvalidInput(f"{folds!r} folds: give at least 1")
    return int(_fraction("fold", group) * folds)


def in_split(groups: Sequence[str], split: Split) -> Mask:
    """(n,) bool: the pictures of one part."""
    parts = {group: split_of(group) for group in set(groups)}
    return np.array([parts[group] == split for group in groups], dtype=np.bool_)


def folds_of(groups: Sequence[str], folds: int) -> Ids:
    """(n,) fold of each picture."""
    known = {group: fold_of(group, folds) for group in set(groups)}
    return np.array([known[group] for group in groups], dtype=np.int64)


def order_of(group: str) -> float:
    """A place in [0, 1) that holds for good; independent of its split and its fold."""
    return _fraction("order", group)


def _fraction(purpose: str, group: str) -> float:
    """A number in [0, 1), evenly spread over groups, another one for each purpose."""
    digest = hashlib.sha256(f"{purpose}:{group}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / (1 << 48)
