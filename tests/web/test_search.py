"""Finding pictures over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tagwright.web.state import Server

ASSETS, SIMILAR = "/api/v1/assets", "/api/v1/search/similar"


def got(client: TestClient, path: str = ASSETS, **params: Any) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_pictures_are_listed_page_by_page(local: TestClient) -> None:
    seen: list[str] = []
    page = got(local, limit=50)
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        page = got(local, limit=50, cursor=page["next"])
    assert len(seen) == len(set(seen)) == page["total"] == 120
    assert page["facets"] is None


def test_a_concept_comes_with_tags_places_and_counts(local: TestClient) -> None:
    page = got(local, concept="circle", facets=True, limit=5)
    assert len(page["items"]) == 5
    for item in page["items"]:
        assert "circle" in {tag["concept"] for tag in item["tags"]}
        assert item["locations"]
    (circle,) = [each for each in page["facets"] if each["concept"] == "circle"]
    assert circle["label"] == "circle"
    assert 0 < circle["count"] <= page["total"]


@pytest.mark.parametrize(
    ("params", "total"),
    [
        pytest.param({"text": "cross 001"}, 1, id="words"),
        pytest.param({"format": ["png", "jpeg"]}, 120, id="formats"),
        pytest.param({"added_from": "2020-01-01"}, 120, id="a date"),
        pytest.param({"added_before": "2020-01-01T00:00:00Z"}, 0, id="a moment"),
        pytest.param({"taken_from": "2020-01-01"}, 0, id="never taken"),
        pytest.param({"status": "rejected"}, 0, id="a status"),
        pytest.param({"taxonomy": "shapes", "sort": "rank"}, 120, id="ranked"),
    ],
)
def test_filters_narrow_the_list(local: TestClient, params: dict[str, Any], total: int) -> None:
    assert got(local, **params)["total"] == total


def test_what_nobody_labelled_has_only_the_machines_tags(local: TestClient) -> None:
    page = got(local, unlabelled=True, limit=200)
    assert 0 < page["total"] < 120
    kinds = {tag["actor_kind"] for item in page["items"] for tag in item["tags"]}
    assert kinds == {"model"}


@pytest.mark.parametrize(
    ("params", "status"),
    [
        pytest.param({"limit": 0}, 422, id="no page"),
        pytest.param({"limit": 201}, 422, id="too large a page"),
        pytest.param({"cursor": "x"}, 422, id="no cursor"),
        pytest.param({"min_p": 2}, 422, id="no probability"),
        pytest.param({"min_p": "nan"}, 422, id="no number"),
        pytest.param({"added_from": "0001-01-01T00:00:00+10:00"}, 422, id="no such date"),
        pytest.param({"status": "perhaps"}, 422, id="no status"),
        pytest.param({"concept": "zigzag"}, 404, id="nobody's word"),
        pytest.param({"taxonomy": "hats"}, 404, id="no taxonomy"),
        pytest.param({"taxonomy": "\0"}, 404, id="no name"),
    ],
)
def test_what_cannot_be_searched_for_says_why(
    local: TestClient, params: dict[str, Any], status: int
) -> None:
    answer = local.get(ASSETS, params=params)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_picture_of_the_library_has_look_alikes_but_not_itself(local: TestClient) -> None:
    asset = got(local, limit=1)["items"][0]["id"]
    items = got(local, SIMILAR, asset=asset, limit=10)["items"]
    cosines = [item["cosine"] for item in items]
    assert len(items) == 10
    assert cosines == sorted(cosines, reverse=True)
    assert asset not in {item["asset"]["id"] for item in items}


def test_look_alikes_may_be_asked_of_one_concept(local: TestClient) -> None:
    asset = got(local, text="circle", limit=1)["items"][0]["id"]
    crosses = {item["id"] for item in got(local, concept="cross", limit=200)["items"]}
    items = got(local, SIMILAR, asset=asset, limit=200, concept="cross")["items"]
    assert {item["asset"]["id"] for item in items} == crosses


def test_a_picture_sent_finds_itself_first(local: TestClient, drawn_pictures: Path) -> None:
    picture = drawn_pictures / "circle" / "000.png"
    answer = local.post(f"{SIMILAR}?limit=3", content=picture.read_bytes())
    assert answer.status_code == 200
    first = answer.json()["items"][0]
    assert first["asset"]["locations"][0].endswith("circle/000.png")
    assert first["cosine"] == pytest.approx(1, abs=1e-3)
    assert got(local)["total"] == 120


@pytest.mark.parametrize("body", [b"", b"no picture"], ids=["nothing", "text"])
def test_a_body_that_is_no_picture_is_refused(local: TestClient, body: bytes) -> None:
    assert local.post(SIMILAR, content=body).status_code == 422


def test_a_picture_nobody_knows_has_no_look_alikes(local: TestClient) -> None:
    assert local.get(SIMILAR, params={"asset": "f" * 64}).status_code == 404
    assert local.get(SIMILAR, params={"asset": "f"}).status_code == 422


def test_searches_are_in_the_document(local: TestClient, server: Server) -> None:
    paths = local.get("/api/v1/openapi.json").json()["paths"]
    names = {each.get("name") for each in paths[ASSETS]["get"]["parameters"]}
    assert {"concept", "text", "min_p", "taken_from", "cursor", "facets"} <= names
    assert {"get", "post"} <= paths[SIMILAR].keys()


def test_an_outline_has_the_shape_of_all_and_the_way_to_each_page(local: TestClient) -> None:
    told = got(local, "/api/v1/search/outline", concept="circle", limit=7)
    listed: list[dict[str, Any]] = []
    for cursor in told["cursors"]:
        page = got(local, concept="circle", limit=7, **({"cursor": cursor} if cursor else {}))
        listed += page["items"]
    assert len(listed) == len(told["ratios"]) == page["total"]
    assert page["next"] is None
    assert told["ratios"] == [round(100 * each["width"] / each["height"]) for each in listed]


def test_an_outline_of_nothing_is_empty(local: TestClient) -> None:
    told = got(local, "/api/v1/search/outline", text="nowhere")
    assert told == {"ratios": [], "cursors": [None]}


def test_the_oldest_first_is_the_newest_first_backwards(local: TestClient) -> None:
    newest, oldest = (
        [each["id"] for each in got(local, sort=s, limit=200)["items"]]
        for s in ("newest", "oldest")
    )
    assert oldest == newest[::-1]


def test_in_doubt_come_the_least_probable_of_the_machine_first(local: TestClient) -> None:
    items = got(local, concept="circle", sort="doubt", limit=200)["items"]
    tags = [next(t for t in each["tags"] if t["concept"] == "circle") for each in items]
    kinds = [tag["actor_kind"] for tag in tags]
    assert kinds == sorted(kinds, key=("model", "import", "person").index)
    shares = [tag["p"] for tag in tags if tag["p"] is not None]
    assert shares == sorted(shares)
    assert len(shares) > 1
