"""Cursors of pages."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.core.cursor import LONGEST, from_cursor, to_cursor
from tagwright.errors import InvalidInput


@given(st.integers(-(2**63), 2**63 - 1), st.text())
def test_a_cursor_gives_back_its_key_to_its_question(key: int, question: str) -> None:
    cursor = to_cursor(key, question)
    assert from_cursor(cursor, question) == key
    assert len(cursor) <= LONGEST
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_of_another_question_is_refused() -> None:
    with pytest.raises(InvalidInput, match="another search"):
        from_cursor(to_cursor(1, "a"), "b")


def said(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "é", "%00", "a" * 1_000, said("[]"), said("{}"), said("7"), said('[1,"x",1e5]'),
        said('[1,"x",true]'), said(f'[1,"x",{2**80}]'), said('[2,"x",1]'), said("[" * 100),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="give the `next`"):
        from_cursor(cursor, "a")


@given(st.text())
def test_no_text_makes_it_fail_otherwise(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        from_cursor(cursor, "a")
