"""Every error Tagwright raises on purpose.

```text
TagwrightError                 the root; anything else is a bug of ours
├── InvalidInput       422     what was given cannot be used; the message says how to mend it
│   ├── UnreadableImage        the bytes are not a picture we can decode
│   ├── InvalidTaxonomy        a cycle, a duplicate, an orphan; names the concept
│   └── TooFewLabels           not enough labelled pictures to learn from; names the concepts
├── Unauthenticated    401     we do not know who is asking
├── Forbidden          403     the caller may not
├── NotFound           404     what was named does not exist
├── Conflict           409     it exists, but not in a state that allows this
├── TooLarge           413     more than we take at once; the message says how much that is
├── TooMany            429     more often than we allow; `retry_after` says when to come back
└── Unavailable        503     something we depend on is missing or busy; try again
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

NAMED: Final = 5
"""Concepts that an error names one by one."""


class TagwrightError(Exception):
    """The root. `status` is the HTTP status a web door answers with."""

    status: ClassVar[int] = 500


class InvalidInput(TagwrightError):
    """What was given cannot be used."""

    status = 422


class UnreadableImage(InvalidInput):
    """The bytes are not a picture we can decode."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"cannot read {uri!r}: {reason}")
        self.uri = uri
        self.reason = reason


class InvalidTaxonomy(InvalidInput):
    """A taxonomy with a cycle, a duplicate label, an orphan or an empty name."""


class TooFewLabels(InvalidInput):
    """Not enough labelled pictures to learn from. `short`: (concept, why it is too few)."""

    def __init__(self, why: str, short: Sequence[tuple[str, str]]) -> None:
        self.why = why
        self.short = tuple(short)
        super().__init__(self.told({}))

    def told(self, words: Mapping[str, str]) -> str:
        """The message, with people's words for concepts. words: by the concept's id."""
        some = [f"{words.get(name, name)!r}: {reason}" for name, reason in self.short[:NAMED]]
        if len(self.short) > NAMED:
            some.append(f"and {len(self.short) - NAMED:,} more")
        if not some:
            return f"{self.why}: label pictures of more concepts"
        return f"{self.why}: label more ({'; '.join(some)})"


class Unauthenticated(TagwrightError):
    """We do not know who is asking."""

    status = 401


class NotFound(TagwrightError):
    """What was named does not exist."""

    status = 404


class Conflict(TagwrightError):
    """It exists, but not in a state that allows this."""

    status = 409


class Forbidden(TagwrightError):
    """The caller may not do this."""

    status = 403


class TooLarge(TagwrightError):
    """More than we take at once."""

    status = 413


class TooMany(TagwrightError):
    """More often than we allow. `retry_after`: seconds to wait."""

    status = 429

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(TagwrightError):
    """Something we depend on is missing or busy."""

    status = 503
