"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from typing import Final

import numpy as np

DELAYS: Final = (2.0, 8.0, 30.0, 120.0)
"""Seconds after the first, second ... failure; the last one for all further."""
JITTER: Final = 0.25
"""Share by which a wait is longer or shorter, so that what failed together comes back apart."""


def retry_delay(failures: int, rng: np.random.Generator) -> float:
    """Seconds to wait after so many failures, at least one."""
    usual = DELAYS[min(failures, len(DELAYS)) - 1]
    return usual * float(rng.uniform(1 - JITTER, 1 + JITTER))
