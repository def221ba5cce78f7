"""Cursors of lists that are ordered by a row's number."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query

from tagwright.errors import InvalidInput

_END: Final = 2**63


def _number(
    after: Annotated[str | None, Query(max_length=32, description="`next` of a page.")] = None,
) -> int | None:
    if after is None:
        return None
    if not after.isascii() or not after.isdecimal() or int(after) >= _END:
        raise InvalidInput(f"after={after!r} is no cursor: give the `next` of the page before")
    return int(after)


After = Annotated[int | None, Depends(_number)]
"""The query parameter `after`: the number of the last row of the page before."""
