"""Which pictures of the train split teach a network, and which are held back from it.

The network's features of pictures it has seen are too good to be true. The head on top, its
calibration and the path of cut-offs learn from pictures it has not seen; the validation split
stays untouched for the promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.columns import MIN_TRAIN
from tagwright.core.splits import order_of
from tagwright.types import Mask

SHARE: Final = 0.2
"""Of each concept's pictures in the train split; at least `MIN_TRAIN`, what a head needs."""


def held_back(groups: Sequence[str], answers: NDArray[np.bool_]) -> Mask:
    """(n,) the pictures held back: whole groups, until each concept has enough of them.

    groups: (n,) the near-duplicate group of each picture of the train split. answers: (n, k)
    whether it shows a concept. The order of groups is by a hash, so the same labels always give
    the same pictures, and a few more labels move few.
    """
    names, number = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.zeros((len(names), answers.shape[1]), np.int64)
    np.add.at(counts, number, answers)
    total = counts.sum(axis=0)
    wanted = np.minimum(total, np.maximum(MIN_TRAIN, np.ceil(SHARE * total)))
    held = np.zeros(len(names), np.bool_)
    found = np.zeros(answers.shape[1], np.int64)
    for group in np.argsort([order_of(name) for name in names.tolist()], kind="stable"):
        if (counts[group] > 0)[found < wanted].any():
            held[group] = True
            found += counts[group]
    mask: Mask = held[number]
    return mask
