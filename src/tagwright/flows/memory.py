"""What one server process remembers between requests. Lost with it, and nothing is the worse."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tagwright.flows.limits import LoginThrottle
from tagwright.flows.passwords import Passwords
from tagwright.store.keys import Key

KEY_SECONDS: Final = 5.0
"""How long a key that another process revoked may still open this one."""
KEYS_KEPT: Final = 10_000
PROVIDER_SECONDS: Final = 3600.0


class KeyCache:
    """Keys seen in the last few seconds, by digest: no database for each request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[float, Key]] = {}
        self._lock = threading.Lock()
        self.generation = 0

    def get(self, digest: str) -> Key | None:
        found = self._seen.get(digest)
        if found is None or self._clock() - found[0] > KEY_SECONDS:
            return None
        return found[1]

    def put(self, key: Key, generation: int) -> None:
        """Keep a key. generation: as it was before the key was read from the database.

        A key that was revoked between the two must not be kept.
        """
        with self._lock:
            if generation != self.generation:
                return
            if len(self._seen) >= KEYS_KEPT:
                self._seen.clear()
            self._seen[key.digest] = (self._clock(), key)

    def drop(self, digest: str) -> None:
        """Forget a key at once."""
        with self._lock:
            self.generation += 1
            self._seen.pop(digest, None)


class ProviderCache:
    """The organisation's login: its addresses and keys, for an hour."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Any]] = {}

    def get(self, url: str, fetch: Callable[[str], Any], *, fresh: bool = False) -> Any:
        """The document at `url`. fresh: even where one is kept."""
        found = self._kept.get(url)
        if fresh or found is None or self._clock() - found[0] > PROVIDER_SECONDS:
            found = self._kept[url] = (self._clock(), fetch(url))
        return found[1]

    def age(self, url: str) -> float:
        """Seconds since it was fetched."""
        return self._clock() - self._kept[url][0] if url in self._kept else float("inf")


@dataclass(frozen=True, slots=True)
class Memory:
    keys: KeyCache = field(default_factory=KeyCache)
    passwords: Passwords = field(default_factory=Passwords)
    logins: LoginThrottle = field(default_factory=LoginThrottle)
    provider: ProviderCache = field(default_factory=ProviderCache)
