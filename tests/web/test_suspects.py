"""Label check over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tagwright.flows.alpha import find_alpha
from tagwright.flows.cleaning import find_suspects
from tagwright.flows.installation import Installation
from tagwright.flows.workspace import Workspace
from tagwright.store.suspects import SuspectRow
from tagwright.types import ConceptId, FacetId

ADDRESS = "/api/v1/suspects"
OF = {"taxonomy": "shapes"}


def doubt(ws: Workspace) -> list[str]:
    """Put three labels in doubt; gives their pictures, the most suspect first."""
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


@pytest.fixture
def doubted(installation: Installation) -> list[str]:
    return doubt(installation.home)


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
    first = local.get(ADDRESS, params=OF).json()["items"][0]
    answer = {"kind": "confirm", "asset": first["asset"], "concept": first["given"]}
    kept = local.post("/api/v1/review/decisions", json={**OF, "answers": [answer]})
    assert (kept.status_code, kept.json()["refused"]) == (200, [])
    assert [r["asset"] for r in local.get(ADDRESS, params=OF).json()["items"]] == doubted[1:]


def test_only_those_asked_for_are_listed(local: TestClient, doubted: list[str]) -> None:
    given = local.get(ADDRESS, params=OF).json()["items"][0]["given"]
    some = local.get(ADDRESS, params={**OF, "given": given}).json()
    assert {row["given"] for row in some["items"]} == {given}
    assert some["total"] == len(some["items"])
    none = local.get(ADDRESS, params={**OF, "reason": "look-alike"}).json()
    assert (none["items"], none["total"]) == ([], 0)


def test_the_report_is_empty_before_the_first_look_and_full_after(
    local: TestClient, installation: Installation
) -> None:
    before = local.get(f"{ADDRESS}/report", params=OF).json()
    assert (before["checked_at"], before["facets"]) == (None, [])
    find_suspects(installation.home, "shapes")
    after = local.get(f"{ADDRESS}/report", params=OF).json()
    assert after["checked_at"] is not None
    assert after["facets"][0]["wrong"]["n"] == after["facets"][0]["labels"]


def test_the_report_tells_what_of_it_still_waits(
    local: TestClient, installation: Installation
) -> None:
    find_suspects(installation.home, "shapes")
    asset, *others = doubt(installation.home)
    first = local.get(ADDRESS, params=OF).json()["items"][0]
    assert first["asset"] == asset
    answer = {"kind": "confirm", "asset": asset, "concept": first["given"]}
    local.post("/api/v1/review/decisions", json={**OF, "answers": [answer]})
    report = local.get(f"{ADDRESS}/report", params=OF).json()
    facet = report["facets"][0]
    assert report["waiting"] == facet["waiting"] == len(others)
    assert sum(each["count"] for each in facet["swaps"]) == len(others)
    assert {each["proposed"] for each in facet["swaps"]} == {"cross"}
    assert sum(each["waiting"] for each in facet["concepts"]) == len(others)


@pytest.mark.parametrize("after", ["x", "e30=", "WzEsMiwzXQ==", "ü", "[]"])
def test_a_made_up_cursor_is_refused(local: TestClient, doubted: list[str], after: str) -> None:
    answer = local.get(ADDRESS, params={**OF, "after": after})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


def test_a_taxonomy_that_is_not_there_is_not_found(local: TestClient) -> None:
    assert local.get(ADDRESS, params={"taxonomy": "none"}).status_code == 404


def test_a_search_for_labels_to_leave_out_is_asked_for_and_read(
    local: TestClient, installation: Installation
) -> None:
    before = local.get(f"{ADDRESS}/alpha", params=OF).json()
    assert (before["searched_at"], before["facets"]) == (None, [])
    asked = {**OF, "kind": "alpha", "budget_seconds": 5}
    job = local.post("/api/v1/jobs", json=asked)
    assert job.status_code == 202
    find_alpha(installation.home, "shapes", seconds=0.2)
    after = local.get(f"{ADDRESS}/alpha", params=OF).json()
    assert after["searched_at"] is not None
    (facet,) = after["facets"]
    assert facet["gain"]["n"] == facet["before"]["n"] > 0
    assert facet["trials"][0]["kept"] == facet["labels"]
    assert local.post("/api/v1/jobs", json={**asked, "budget_seconds": 1}).status_code == 422
