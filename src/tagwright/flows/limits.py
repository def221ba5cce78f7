"""How often somebody may ask, and how often they may be wrong. Counted in each process by itself.

Nothing is shared between processes or survives a restart: a limit here protects this process, and
several processes allow that many times more.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import limits
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from tagwright.errors import InvalidInput, TooMany

FREE_FAILURES: Final = 5
"""Wrong passwords for one email from one address before waiting begins."""
FREE_FAILURES_OF_ADDRESS: Final = 50
"""The same for all emails from one address: an office shares one."""
WINDOW_SECONDS: Final = 15 * 60.0
FIRST_WAIT_SECONDS: Final = 15.0
"""Doubles with each failure, up to the window."""
_REMEMBERED: Final = 50_000
"""Names a throttle keeps at most; the longest unused goes first."""


class Limits:
    """Requests a caller may make. rate: such as `6000/minute`."""

    def __init__(self, rate: str) -> None:
        try:
            self._rate = limits.parse(rate)
        except ValueError as error:
            raise InvalidInput(
                f"TAGWRIGHT_RATE_LIMIT={rate!r} is no rate: write COUNT/minute, as 6000/minute"
            ) from error
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, caller: str) -> None:
        """Note one request. Raises TooMany, with the time to wait."""
        if self._limiter.hit(self._rate, caller):
            return
        reset = self._limiter.get_window_stats(self._rate, caller).reset_time
        wait = max(1.0, reset - datetime.now(UTC).timestamp())
        raise TooMany(
            f"{caller} has made more than {self._rate.amount} requests per "
            f"{self._rate.GRANULARITY.name}: wait {wait:.0f} s",
            retry_after=wait,
        )


@dataclass(slots=True)
class _Tries:
    count: int
    last: float
    was_refused: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """seconds: how long to wait. is_first: the first since the last try that was let through."""

    seconds: float
    is_first: bool


class Throttle:
    """Lets `free` tries of a name through, then one after a wait that doubles each time."""

    def __init__(self, free: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free = free
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, name: str) -> Refusal | None:
        """Count a try before it is made, so that many at the same time do not all slip through."""
        now = self._clock()
        with self._lock:
            tries = self._tries.pop(name, None)
            if tries is None or now - tries.last > WINDOW_SECONDS:
                tries = _Tries(0, now)
            self._tries[name] = tries
            if len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)
            left = tries.last + self._wait(tries.count) - now
            if left > 0:
                first, tries.was_refused = not tries.was_refused, True
                return Refusal(left, first)
            tries.count, tries.last, tries.was_refused = tries.count + 1, now, False
            return None

    def take_back(self, name: str) -> None:
        """The try was not a failure after all."""
        with self._lock:
            if tries := self._tries.get(name):
                tries.count = max(0, tries.count - 1)

    def forget(self, name: str) -> None:
        with self._lock:
            self._tries.pop(name, None)

    def _wait(self, count: int) -> float:
        if count < self._free:
            return 0.0
        return min(WINDOW_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(count - self._free, 20))


class LoginThrottle:
    """Wrong passwords: by email and address together, and by address alone.

    Not by email alone, or anybody could lock somebody out.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pairs = Throttle(FREE_FAILURES, clock)
        self._addresses = Throttle(FREE_FAILURES_OF_ADDRESS, clock)

    def attempt(self, email: str, address: str) -> Refusal | None:
        """Count a try before it is made; a Refusal where it must not be."""
        network = network_of(address)
        refused = self._addresses.attempt(network)
        if refused is None:
            refused = self._pairs.attempt(f"{email} {network}")
            if refused is not None:
                self._addresses.take_back(network)
        return refused

    def take_back(self, email: str, address: str) -> None:
        """The try could not be made: it counts for nothing."""
        network = network_of(address)
        self._addresses.take_back(network)
        self._pairs.take_back(f"{email} {network}")

    def succeeded(self, email: str, address: str) -> None:
        network = network_of(address)
        self._addresses.take_back(network)
        self._pairs.forget(f"{email} {network}")


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the /64 around an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
