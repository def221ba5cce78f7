"""Taxonomies over HTTP: files, versions, edits, words and copies."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tagwright.store.workspaces import ensure_workspace
from tagwright.web.state import Server

TAXONOMIES = "/api/v1/taxonomies"
SHAPES = f"{TAXONOMIES}/shapes"


def edit(client: TestClient, *edits: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post(f"{SHAPES}/edits", json={"edits": edits, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_taxonomy_is_listed_and_read_whole(local: TestClient) -> None:
    assert local.get(TAXONOMIES).json() == {"items": [{"name": "shapes", "version": 1}]}
    found = local.get(SHAPES).json()
    assert [concept["id"] for concept in found["concepts"]] == ["circle", "cross", "stripes"]
    assert found["facets"][0]["kind"] == "one"


@pytest.mark.parametrize("format_", ["json", "ttl", "rdf", "jsonld", "csv", "txt"])
def test_what_is_written_out_in_any_format_is_read_in_again(
    local: TestClient, format_: str
) -> None:
    file = local.get(f"{SHAPES}/file", params={"format": format_})
    assert file.status_code == 200
    put = local.put(
        f"{TAXONOMIES}/copy", params={"format": format_, "kind": "one"}, content=file.content
    )
    assert (put.status_code, put.json()["version"]) == (200, 1)
    labels = [concept["label"] for concept in local.get(f"{TAXONOMIES}/copy").json()["concepts"]]
    assert labels == ["circle", "cross", "stripes"]


def test_a_taxonomy_may_begin_with_facets_and_no_concept(local: TestClient) -> None:
    empty = {
        "version": 1,
        "name": "new",
        "language": "de",
        "facets": [{"id": "product", "label": "Produkt", "kind": "one"}],
        "concepts": [],
    }
    made = local.put(f"{TAXONOMIES}/new", json=empty, params={"if_version": 0})
    assert made.status_code == 200
    found = local.get(f"{TAXONOMIES}/new").json()
    assert (found["language"], found["facets"][0]["kind"]) == ("de", "one")
    assert local.put(f"{TAXONOMIES}/none", params={"format": "csv"}, content="label\n").is_error


def test_the_words_of_a_list_are_in_the_language_named(local: TestClient) -> None:
    asked = {"format": "txt", "language": "de"}
    assert local.put(f"{TAXONOMIES}/dinge", params=asked, content="Stuhl\n").is_success
    assert local.get(f"{TAXONOMIES}/dinge").json()["language"] == "de"
    wrong = local.put(f"{TAXONOMIES}/x", params={**asked, "language": "?"}, content="Stuhl\n")
    assert wrong.status_code == 422


def test_a_file_put_in_place_of_a_taxonomy_can_be_undone(local: TestClient) -> None:
    words = "circle\ncross\nstripes\nstar\n"
    put = local.put(SHAPES, params={"format": "txt", "if_version": 1}, content=words).json()
    assert put["version"] == 2
    late = local.put(SHAPES, params={"format": "txt", "if_version": 1}, content=words)
    assert late.status_code == 409
    local.post(f"/api/v1/runs/{put['run']}/undo")
    first, third = (local.get(SHAPES, params={"version": v}).json() for v in (1, 3))
    assert first["concepts"] == third["concepts"]
    versions = local.get(f"{SHAPES}/versions").json()["items"]
    assert [each["version"] for each in versions] == [3, 2, 1]


def test_a_file_without_what_pictures_carry_is_refused(local: TestClient) -> None:
    assert local.put(SHAPES, params={"format": "txt"}, content="star\n").status_code == 409


def test_edits_are_previewed_then_applied_for_the_version_seen(local: TestClient) -> None:
    edits = [{"op": "merge", "concept": "cross", "into": "circle"}]
    impact = local.post(f"{SHAPES}/edits/preview", json={"edits": edits}).json()
    assert impact["version"] == 1
    (merge,) = impact["edits"]
    assert merge["assets"] == merge["labels"] + merge["machine"] > 0
    assert len(merge["samples"]) == 12
    applied = edit(local, *edits, if_version=impact["version"])
    assert (applied["version"], applied["assets"]) == (2, merge["assets"])
    late = local.post(f"{SHAPES}/edits", json={"edits": edits, "if_version": 1})
    assert (late.status_code, late.json()["title"]) == (409, "Not in a state that allows this")
    tags = local.get("/api/v1/tags", params={"taxonomy": "shapes", "concept": "cross"}).json()
    assert tags["items"] == []


def test_an_edit_may_name_what_an_earlier_one_of_the_list_added(local: TestClient) -> None:
    added = {"op": "add", "facet": "shapes", "label": "round", "id": "r1"}
    edit(local, added, {"op": "move", "concept": "circle", "parent": "r1"})
    assert ["round", "circle"] in [each["path"] for each in local.get(SHAPES).json()["concepts"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"op": "rename", "concept": "zigzag", "label": "x"}, 404, id="no concept"),
        pytest.param({"op": "explode", "concept": "circle"}, 422, id="no such edit"),
        pytest.param({"op": "rename", "concept": "circle"}, 422, id="a field too few"),
        pytest.param({"op": "restore", "concept": "circle", "x": 1}, 422, id="a field too many"),
        pytest.param({"op": "merge", "concept": "circle", "into": "circle"}, 422, id="nonsense"),
    ],
)
def test_a_wrong_edit_is_refused(local: TestClient, body: dict[str, Any], status: int) -> None:
    answer = local.post(f"{SHAPES}/edits", json={"edits": [body]})
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )


def test_own_words_are_shown_and_taken_off_again(local: TestClient) -> None:
    words = [{"concept": "circle", "language": "en", "word": "Roundel"}]
    put = local.put(f"{SHAPES}/vocabulary", json={"words": words})
    assert put.status_code == 200
    assert local.get(f"{SHAPES}/vocabulary").json() == {"words": words, "version": 2}
    assert local.get(SHAPES).json()["concepts"][0]["label"] == "Roundel"
    local.put(f"{SHAPES}/vocabulary", json={"words": []})
    assert local.get(SHAPES).json()["concepts"][0]["label"] == "circle"


def test_own_words_made_for_a_version_that_is_gone_overwrite_nothing(local: TestClient) -> None:
    def put(word: str) -> int:
        words = [{"concept": "circle", "language": "en", "word": word}]
        asked = {"words": words, "if_version": 1}
        return local.put(f"{SHAPES}/vocabulary", json=asked).status_code

    assert [put("Roundel"), put("Disc")] == [200, 409]
    assert local.get(SHAPES).json()["concepts"][0]["label"] == "Roundel"


def test_a_taxonomy_is_shared_with_another_workspace(local: TestClient, server: Server) -> None:
    installation = server.installation
    body = {"workspace": "other"}
    assert local.post(f"{SHAPES}/copies", json=body).status_code == 404
    ensure_workspace(installation.db, "other", installation.now())
    assert local.post(f"{SHAPES}/copies", json=body).json()["version"] == 1
    assert installation.workspace("other").taxonomies.names() == ["shapes"]


def test_a_network_of_ones_own_has_no_everyday_objects_to_offer(local: TestClient) -> None:
    answer = local.post("/api/v1/taxonomies/everyday/starter")
    assert answer.status_code == 422
    assert "efficientnet-lite0" in answer.json()["detail"]
