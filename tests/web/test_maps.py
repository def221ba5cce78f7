"""Maps over HTTP: the shape of the answers, and the bytes of points and colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tagwright.flows.installation import Installation
from tagwright.flows.working import Worker

MAPS = "/api/v1/maps"
OF = {"taxonomy": "shapes"}


@pytest.fixture
def drawn(local: TestClient, installation: Installation) -> dict[str, Any]:
    """A map, made by a job as the page asks for it."""
    job = local.post("/api/v1/jobs", json={"kind": "map", "method": "pca", **OF}).json()
    assert Worker(installation, "one").run_one()
    done = local.get(f"/api/v1/jobs/{job['id']}").json()
    assert done["status"] == "done", done["error"]
    found: dict[str, Any] = local.get(f"{MAPS}/{done['result']['map']}").json()
    return found


def test_a_job_draws_it_and_the_list_has_it(local: TestClient, drawn: dict[str, Any]) -> None:
    assert local.get(MAPS).json() == {"items": [drawn]}
    assert (drawn["pictures"], drawn["placed_since"], drawn["waiting"]) == (120, 0, 0)
    assert (drawn["view"], drawn["method"], drawn["taxonomy"]) == ("semantic", "pca", "shapes")
    assert 0 < drawn["variance_2d"] <= drawn["variance"] <= 1
    for cluster in drawn["clusters"]:
        assert cluster["labelled"] + cluster["unlabelled"] == cluster["size"]


def test_a_job_onto_a_map_places_what_came_since(
    local: TestClient, installation: Installation, drawn: dict[str, Any]
) -> None:
    asked = {"kind": "map", "onto": drawn["id"]}
    job = local.post("/api/v1/jobs", json=asked).json()
    assert Worker(installation, "one").run_one()
    result = local.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    assert result == {"map": drawn["id"], "pictures": 120, "placed_since": 0}


def test_points_and_colours_are_arrays_of_as_many_pictures(
    local: TestClient, drawn: dict[str, Any]
) -> None:
    points = local.get(f"{MAPS}/{drawn['id']}/points")
    assert points.headers["content-type"] == "application/octet-stream"
    assert np.frombuffer(points.content[:4], "<u4").tolist() == [120]
    assert len(points.content) == 4 + 12 * 120
    for by in ("tag", "probability", "suspect", "source", "labelled"):
        colours = local.get(f"{MAPS}/{drawn['id']}/colours", params={"by": by})
        assert len(colours.content) == 4 + 4 * 120, by
    legend = local.get(f"{MAPS}/{drawn['id']}/legend", params={"by": "labelled"}).json()
    assert sum(item["count"] for item in legend["items"]) == 120


def test_a_lasso_labels_as_one_run_that_is_undone_as_any(
    local: TestClient, drawn: dict[str, Any]
) -> None:
    asked = {**OF, "indices": list(range(40)), "action": "label", "concept": "cross"}
    done = local.post(f"{MAPS}/{drawn['id']}/select", json=asked).json()
    assert (done["changed"], done["refused"]) == (40, 0)
    undone = local.post(f"/api/v1/runs/{done['run']}/undo")
    assert undone.status_code == 200
    assert local.post(f"{MAPS}/{drawn['id']}/select", json=asked).json()["changed"] == 40


def test_what_is_sent_to_review_comes_first(local: TestClient, drawn: dict[str, Any]) -> None:
    place = f"{MAPS}/{drawn['id']}"
    [asset] = local.post(f"{place}/assets", json={"indices": [7]}).json()["assets"]
    local.post(f"{place}/select", json={**OF, "indices": [7], "action": "review"})
    queue = local.post("/api/v1/review/next", json={**OF, "count": 1}).json()
    assert [(item["asset"], item["reason"]) for item in queue["items"]] == [(asset, "sent")]


def test_a_concept_is_made_of_some_pictures(local: TestClient, drawn: dict[str, Any]) -> None:
    asked = {**OF, "facet": "shapes", "label": "Ellipse", "indices": [1, 2, 3]}
    made = local.post(f"{MAPS}/{drawn['id']}/concept", json=asked).json()
    assert (made["concept"], made["changed"]) == ("ellipse", 3)
    again = local.post(f"{MAPS}/{drawn['id']}/concept", json=asked)
    assert again.status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("select", {**OF, "indices": [500], "action": "label", "concept": "cross"}),
        ("select", {**OF, "indices": [1], "action": "label"}),
        ("select", {**OF, "indices": [], "action": "review"}),
        ("concept", {**OF, "facet": "shapes", "label": "x"}),
        ("concept", {**OF, "facet": "shapes", "label": "x", "group": 0, "cluster": 0}),
        ("assets", {"indices": [-1]}),
    ],
    ids=["no such place", "no concept", "no pictures", "of nothing", "of two", "below nought"],
)
def test_what_cannot_be_is_refused(
    local: TestClient, drawn: dict[str, Any], path: str, body: dict[str, Any]
) -> None:
    answer = local.post(f"{MAPS}/{drawn['id']}/{path}", json=body)
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


def test_an_unknown_map_is_not_found(local: TestClient) -> None:
    assert local.get(f"{MAPS}/{'0' * 32}").status_code == 404
    assert local.get(f"{MAPS}/{'0' * 32}/points").status_code == 404
