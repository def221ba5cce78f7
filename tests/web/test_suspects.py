"""Label check over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tagwright.flows.installation import Installation
from tagwright.store.suspects import SuspectRow
from tagwright.types import ConceptId, FacetId

ADDRESS = "/api/v1/suspects"
OF = {"taxonomy": "shapes"}


@pytest.fixture
def doubted(installation: Installation) -> list[str]:
    """Three labels in doubt, the most suspect first."""
    ws = installation.home
    labelled = list(ws.ledger.tags(people_only=True))[:3]
    rows = [
        SuspectRow(
            tag.asset,
            FacetId("shapes"),
            ConceptId(str(tag.concept)),
            ConceptId("cross"),
            0.1 * n,
            "2026-01-01T00:00:00.000+00:00",
        )
        for n, tag in enumerate(labelled)
    ]
    ws.suspects.replace("shapes", rows)
    return [str(row.asset) for row in rows]


def test_they_come_page_by_page_the_most_suspect_first(
    local: TestClient, doubted: list[str]
) -> None:
    page = local.get(ADDRESS, params={**OF, "limit": 2}).json()
    rest = local.get(ADDRESS, params={**OF, "limit": 2, "after": page["next"]}).json()
    assert [row["asset"] for row in page["items"] + rest["items"]] == doubted
    assert (page["total"], rest["next"]) == (3, None)


def test_a_label_that_is_kept_is_not_in_doubt_any_more(
    local: TestClient, doubted: list[str]
) -> None:
    asked = {**OF, "facet": "shapes", "asset": doubted[0]}
    kept = local.post(f"{ADDRESS}/keep", json=asked)
    assert (kept.status_code, kept.json()["asset"]) == (200, doubted[0])
    assert [r["asset"] for r in local.get(ADDRESS, params=OF).json()["items"]] == doubted[1:]
    assert local.post(f"{ADDRESS}/keep", json=asked).status_code == 404


@pytest.mark.parametrize("after", ["x", "e30=", "WzEsMiwzXQ==", "ü", "[]"])
def test_a_made_up_cursor_is_refused(local: TestClient, doubted: list[str], after: str) -> None:
    answer = local.get(ADDRESS, params={**OF, "after": after})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


def test_a_taxonomy_that_is_not_there_is_not_found(local: TestClient) -> None:
    assert local.get(ADDRESS, params={"taxonomy": "none"}).status_code == 404
