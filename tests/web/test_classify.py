"""`POST /classify`: what pictures are, in each way they can be sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.classifying import Seen
from tagwright.media.pool import Unreadable
from tagwright.types import FacetId
from tagwright.web.state import Server

CLASSIFY = "/api/v1/classify"


@pytest.fixture
def pictures(drawn_pictures: Path) -> list[Path]:
    return sorted(drawn_pictures.rglob("*.png"))[::20] or sorted(drawn_pictures.rglob("*.*"))[::20]


def test_one_picture_as_the_body(local: TestClient, pictures: list[Path]) -> None:
    answer = local.post(CLASSIFY, content=pictures[0].read_bytes())
    assert answer.status_code == 200
    (one,) = answer.json()["results"]
    assert one["status"] == "ok"
    (facet,) = one["facets"]
    assert facet["taxonomy"] == "shapes"
    assert facet["model"] == 1
    assert facet["decisions"][0]["decision"] in ("auto", "parent", "review", "abstain")
    assert sum(guess["p"] for guess in facet["top"]) == pytest.approx(1, abs=0.05)
    assert one["neighbours"][0]["cosine"] == pytest.approx(1, abs=1e-3)


def test_several_pictures_keep_their_order_and_their_troubles(
    local: TestClient, pictures: list[Path]
) -> None:
    files = [("pictures", (path.name, path.read_bytes())) for path in pictures[:3]]
    files.insert(1, ("pictures", ("notes.txt", b"no picture at all")))
    answer = local.post(CLASSIFY, files=files)
    results = answer.json()["results"]
    assert [each["name"] for each in results] == [name for _, (name, _) in files]
    assert [each["status"] for each in results] == ["ok", "unreadable", "ok", "ok"]
    assert results[1]["reason"]


def test_it_agrees_with_the_tags_of_the_same_pictures(
    local: TestClient, server: Server, pictures: list[Path]
) -> None:
    ws = server.installation.home
    places = {str(p.resolve()): p for p in pictures}
    checked = 0
    for tag in ws.ledger.tags():
        place = ws.assets.first_places([tag.asset])[tag.asset].removeprefix("file://")
        if tag.status != "auto" or place not in places:
            continue
        answer = local.post(CLASSIFY, content=places[place].read_bytes())
        made = answer.json()["results"][0]["facets"][0]["decisions"][0]
        assert (made["decision"], made["concept"]) == (tag.verdict, tag.concept)
        checked += 1
    assert checked or not [tag for tag in ws.ledger.tags() if tag.status == "auto"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        pytest.param("?taxonomy=hats", 404, "hats", id="a taxonomy that is not there"),
        pytest.param("?taxonomy=shapes&model=9", 404, "9", id="a version that is not there"),
        pytest.param("?model=1", 422, "taxonomy", id="a version of which taxonomy?"),
        pytest.param("?top=0", 422, "top", id="no guesses at all"),
        pytest.param("?neighbours=21", 422, "neighbours", id="too many neighbours"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    local: TestClient, pictures: list[Path], query: str, status: int, said: str
) -> None:
    answer = local.post(CLASSIFY + query, content=pictures[0].read_bytes())
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_more_than_64_pictures_are_refused(local: TestClient) -> None:
    files = [("pictures", (f"{i}.jpg", b"x")) for i in range(65)]
    assert local.post(CLASSIFY, files=files).status_code in (400, 422)


def test_no_picture_is_an_error(local: TestClient) -> None:
    answer = local.post(CLASSIFY, files=[("other", ("a", b"b"))])
    assert answer.status_code == 422
    assert "1 to 64" in answer.json()["detail"]


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:1/a.jpg", id="this machine"),
        pytest.param("http://169.254.169.254/latest/meta-data", id="a cloud's metadata"),
        pytest.param("file:///etc/passwd", id="a file of the server"),
    ],
)
def test_an_address_inside_is_not_fetched(local: TestClient, url: str) -> None:
    answer = local.post(CLASSIFY, json={"urls": [url]})
    (one,) = answer.json()["results"]
    assert (one["name"], one["status"]) == (url, "unreadable")
    assert one["reason"]
    assert one["facets"] == []


def test_one_address_that_fails_does_not_fail_the_others(
    server: Server, client_of: Callable[[], TestClient], pictures: list[Path]
) -> None:
    server.installation.home.settings = replace(
        server.installation.settings, private_hosts="127.0.0.1"
    )
    with files_at(pictures[0].parent) as place:
        urls = [f"{place}/{pictures[0].name}", f"{place}/none.png", "http://127.0.0.1:9/x.png"]
        results = client_of().post(CLASSIFY, json={"urls": urls}).json()["results"]
    assert [each["status"] for each in results] == ["ok", "unreadable", "unreadable"]
    assert [each["name"] for each in results] == urls


def test_what_is_classified_is_counted(local: TestClient, pictures: list[Path]) -> None:
    local.post(CLASSIFY, content=pictures[0].read_bytes()).raise_for_status()
    assert "tagwright_pictures_classified_total 1.0" in local.get("/metrics").text


def test_networks_in_memory_are_told_with_their_device_and_size(
    local: TestClient, server: Server
) -> None:
    version = server.installation.home.backbone_version
    told = local.get("/metrics").text
    (line,) = [each for each in told.splitlines() if each.startswith("tagwright_network_bytes{")]
    assert line.startswith(f'tagwright_network_bytes{{device="CPU",network="{version}"}} ')
    assert float(line.split()[-1]) == server.installation.home.backbone().size > 0


@contextmanager
def files_at(folder: Path) -> Iterator[str]:
    """The address of a server of a folder's files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.mark.parametrize("body", ["{}", "[]", '{"urls": []}', '{"urls": ["x"], "more": 1}', "{"])
def test_a_list_of_addresses_that_is_none_is_refused(local: TestClient, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert local.post(CLASSIFY, content=body, headers=headers).status_code == 422


def test_a_taxonomy_without_a_model_and_without_known_words_says_what_to_do(
    local: TestClient, server: Server, pictures: list[Path]
) -> None:
    ws = server.installation.home
    moods = Taxonomy.empty("moods").with_paths(FacetId("moods"), "one", [("wistful",)])
    ws.taxonomies.save(moods, ws.now())
    answer = local.post(CLASSIFY + "?taxonomy=moods", content=pictures[0].read_bytes())
    assert answer.status_code == 409
    assert "train" in answer.json()["detail"]


def test_pictures_that_come_at_once_get_the_answers_they_get_alone(
    server: Server, drawn_pictures: Path
) -> None:
    classifier, ws = server.classifier, server.installation.home
    ready = classifier.models.all(ws)
    data = [path.read_bytes() for path in sorted(drawn_pictures.rglob("*.png"))[::4]]
    alone = [classifier.classify(each, ready, 5).result(30) for each in data]
    at_once = [classifier.classify(each, ready, 5) for each in data]
    other = classifier.classify(data[0], ready, 1)
    broken = classifier.classify(b"no picture", ready, 5)
    for one, waiting in zip(alone, at_once, strict=True):
        both = waiting.result(30)
        assert isinstance(one, Seen)
        assert isinstance(both, Seen)
        (before,), (after,) = one.answers[0], both.answers[0]
        assert [d.concept for d in after.decisions] == [d.concept for d in before.decisions]
        assert [g.p for g in after.top] == pytest.approx([g.p for g in before.top], abs=1e-4)
    shorter = other.result(30)
    assert isinstance(shorter, Seen)
    assert len(shorter.answers[0][0].top) == 1
    assert isinstance(broken.result(30), Unreadable)
