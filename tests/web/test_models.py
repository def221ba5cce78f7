"""Models over the wire: versions, reports, promotion and the way back, policies, health."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tagwright.flows.training import TrainOptions, train
from tagwright.types import Contract
from tagwright.web.state import Server

SHAPES = "/api/v1/taxonomies/shapes"


@pytest.fixture
def challenger(server: Server) -> int:
    """A second version that the gate has not seen."""
    options = TrainOptions(Contract(target=0.7))
    return train(server.installation.home, "shapes", options).model.version


def test_versions_are_listed_with_their_figures(local: TestClient, challenger: int) -> None:
    items = local.get("/api/v1/models?taxonomy=shapes").json()["items"]
    assert [(m["version"], m["status"]) for m in items] == [(2, "challenger"), (1, "champion")]
    assert items[0]["summary"]["shapes"]["top1"]["n"] > 0
    assert local.get(f"{SHAPES}/models/1").json() == items[1]


def test_the_report_is_the_stored_one_and_has_a_page(local: TestClient) -> None:
    report = local.get(f"{SHAPES}/models/1/report").json()
    assert report["taxonomy"] == "shapes"
    page = local.get(f"{SHAPES}/models/1/report/page")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert "sandbox" in page.headers["content-security-policy"]


def test_the_snapshot_comes_in_pages_and_is_whole(local: TestClient) -> None:
    seen, after = [], None
    while True:
        query = {"limit": 40} | ({"after": after} if after else {})
        page = local.get(f"{SHAPES}/models/1/snapshot", params=query).json()
        seen += page["items"]
        if (after := page["next"]) is None:
            break
    whole = local.get(f"{SHAPES}/models/1/snapshot?limit=200").json()
    assert whole["next"] is None
    assert seen == whole["items"]
    assert len({line["asset"] for line in seen}) == len(seen) > 80


def test_a_person_promotes_and_rolls_back_and_both_are_kept(
    local: TestClient, challenger: int
) -> None:
    made = local.post(f"{SHAPES}/models/{challenger}/promote", json={"reason": "looks right"})
    assert made.status_code == 200
    assert made.json()["promotion"]["outcome"] == "promoted"
    assert local.get(f"{SHAPES}/models/2").json()["status"] == "champion"
    again = local.post(f"{SHAPES}/models/{challenger}/promote", json={})
    assert again.status_code == 409
    back = local.post(f"{SHAPES}/roll-back", json={})
    assert back.json()["promotion"]["outcome"] == "rolled-back"
    assert local.get(f"{SHAPES}/models/1").json()["status"] == "champion"
    history = local.get(f"{SHAPES}/promotions").json()["items"]
    assert [each["outcome"] for each in history[:2]] == ["rolled-back", "promoted"]


def test_two_versions_are_compared_on_the_same_pictures(local: TestClient, challenger: int) -> None:
    told = local.get(f"{SHAPES}/compare", params={"a": 1, "b": challenger}).json()
    (facet,) = told["facets"]
    assert facet["n"] > 0
    assert "promote" in facet


def test_what_a_version_put_on_pictures_is_counted_until_it_is_undone(local: TestClient) -> None:
    told = local.get(f"{SHAPES}/models/1/tags").json()
    listed = local.get("/api/v1/tags?taxonomy=shapes&model=1&limit=1000").json()["items"]
    assert sum(told["tags"].values()) == len(listed) > 0
    assert told["pictures"] == len({tag["asset"] for tag in listed})
    local.post(f"{SHAPES}/models/1/undo-tags")
    assert local.get(f"{SHAPES}/models/1/tags").json() == {"tags": {}, "pictures": 0}


def test_the_ways_to_learn_are_told_with_the_one_in_force(local: TestClient) -> None:
    ways = local.get(f"{SHAPES}/ways").json()
    assert (ways["recipe"], ways["network"]) == ("multiclass", None)
    assert {each["name"]: each["side"] for each in ways["networks"]}["lite0"] == 224
    study = next(each for each in ways["schedules"] if each["name"] == "study")
    assert study["sooner"]
    assert study["epochs"] > 1


def test_a_policy_is_set_and_read(local: TestClient) -> None:
    assert local.get(f"{SHAPES}/policy").json()["when"] == "manual"
    asked = {"when": "answers", "answers": 50, "promote": False}
    made = local.put(f"{SHAPES}/policy", json=asked).json()
    assert (made["when"], made["answers"], made["updated_by"]) == ("answers", 50, "local")
    assert local.get(f"{SHAPES}/policy").json() == made
    assert local.put(f"{SHAPES}/policy", json={"when": "scheduled"}).status_code == 422


def test_health_says_of_each_concept_what_it_needs_and_what_to_label_next(
    local: TestClient,
) -> None:
    told = local.get(f"{SHAPES}/health").json()
    (facet,) = told["facets"]
    assert {each["concept"] for each in facet["concepts"]} == {"circle", "cross", "stripes"}
    one = facet["concepts"][0]
    assert 25 < sum(one["labelled"].values()) <= 40
    assert set(one["precision"]) >= {"value", "low", "high", "n"}
    assert len(one["next"]) <= 12


def test_online_learning_is_read_and_reset(local: TestClient) -> None:
    assert local.get(f"{SHAPES}/online").json()["model"] == 1
    assert local.post(f"{SHAPES}/online/reset").json()["facets"] == []


@pytest.mark.parametrize(
    "path",
    ["/models/9", "/models/9/report", "/models/9/report/page", "/models/9/snapshot"],
)
def test_what_is_not_there_is_not_found(local: TestClient, path: str) -> None:
    assert local.get(SHAPES + path).status_code == 404
    assert local.get("/api/v1/taxonomies/hats" + path).status_code == 404
