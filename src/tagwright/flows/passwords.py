"""Passwords: kept as Argon2id only, and checked a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from pwdlib import PasswordHash

from tagwright.errors import InvalidInput, Unavailable

SHORTEST: Final = 10
LONGEST: Final = 1000
"""Nobody types more; what is longer only keeps the server busy."""
AT_ONCE: Final = 2
"""One check takes 64 MiB for about 50 ms: many at once would be a way to fill the memory."""
WAIT_SECONDS: Final = 5.0


def check_password(password: str, email: str) -> None:
    """Raises InvalidInput for a password that is too easy to guess; the length is what counts."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            f"a password has {SHORTEST} to {LONGEST} characters, this one has {len(password)}: "
            f"a few words that only you would put together are good"
        )
    if password.strip().lower() == email:
        raise InvalidInput("a password must not be the email address: choose another")


class Passwords:
    """Makes and checks hashes, `AT_ONCE` of them at the same time in a process."""

    def __init__(
        self,
        hasher: PasswordHash | None = None,
        *,
        at_once: int = AT_ONCE,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._turns = threading.BoundedSemaphore(at_once)
        self._wait = wait_seconds

    def hash(self, password: str) -> str:
        """What to keep of a password. Raises Unavailable where too many are being checked."""
        with self._turn():
            return self._hasher.hash(password)

    def verify(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it is right, and a stronger hash where `known` was made with old parameters.

        known: None for nobody, which takes as long: the time must not tell who has an account.
        """
        with self._turn():
            decoy = self._decoy
            if len(password) > LONGEST:
                return False, None
            right, better = self._hasher.verify_and_update(password, known or decoy)
            return (right, better) if known is not None else (False, None)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._wait):
            raise Unavailable("too many people are logging in at this moment: try again")
        try:
            yield
        finally:
            self._turns.release()

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("nobody's password")
