"""Health of a taxonomy, read from a library."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tagwright.flows.health import read_health
from tagwright.flows.library import Library
from tagwright.store.standing import Standing
from tests.flows.said import by_status, suggest


@pytest.mark.parametrize("most", [1, 5, 1_000])
def test_the_least_certain_suggestions_of_each_concept_come_first(
    tagged: Library, most: int
) -> None:
    suggest(tagged)
    ws = tagged.workspace
    found = Standing(ws.db, ws.id).unsure("shapes", most)
    suggested = by_status(tagged, "suggested")
    assert len(suggested) > 6
    assert set(found) == {tag.concept for tag in suggested}
    for concept, rows in found.items():
        every = sorted(
            (abs((tag.p or 0) - 0.5), tag.asset) for tag in suggested if tag.concept == concept
        )
        assert [(abs(row.p - 0.5), row.asset) for row in rows] == every[:most]


def test_a_large_taxonomy_takes_no_more_questions_than_a_small_one(tagged: Library) -> None:
    ws = tagged.workspace
    asked: list[Any] = []

    @sa.event.listens_for(ws.db.engine, "before_cursor_execute")
    def _count(*told: Any) -> None:
        asked.append(told[2])

    read_health(ws, "shapes")
    few = len(asked)
    shapes = ws.taxonomies.get("shapes")
    words = [(f"word {n}",) for n in range(200)]
    ws.taxonomies.save(shapes.with_paths(shapes.facets[0].id, "one", words), ws.now())
    asked.clear()
    (facet,) = read_health(ws, "shapes")["facets"]
    assert len(facet["concepts"]) == 203
    assert len(asked) <= few
