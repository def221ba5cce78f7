"""Pictures over the wire: in, out and gone."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from tagwright.flows.workspace import Workspace
from tagwright.web.state import Server
from tests.flows.arriving import picture
from tests.pictures import draw

ASSETS = "/api/v1/assets"


@pytest.fixture
def ws(server: Server) -> Workspace:
    return server.installation.home


def put(client: TestClient, data: bytes, **params: str) -> tuple[str, int]:
    """Uploads, and gives the picture's address and the status."""
    address = f"{ASSETS}/{hashlib.sha256(data).hexdigest()}"
    return address, client.put(address, content=data, params=params).status_code


def test_a_picture_that_is_put_can_be_read_back(local: TestClient, ws: Workspace) -> None:
    address, status = put(local, picture(1), name="a b.png")
    assert status == 201
    assert put(local, picture(1))[1] == 200
    told = local.get(address).json()
    assert (told["format"], told["width"], told["tags"]) == ("PNG", 96, [])
    assert told["locations"][0].endswith("/a%20b.png")
    original = local.get(f"{address}/original")
    assert original.content == picture(1)
    assert original.headers["content-type"] == "image/png"
    assert original.headers["content-length"] == str(len(picture(1)))
    assert original.headers["content-disposition"].endswith("a%20b.png")
    assert original.headers["cache-control"].startswith("private")
    assert [job.kind for job in ws.jobs.list()] == ["embed"]


def test_a_large_picture_streams_past_the_limit_of_other_bodies(local: TestClient) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1500, 1500, 3), dtype=np.uint8)
    data = b"P6 1500 1500 255\n" + noise.tobytes()
    address, status = put(local, data)
    assert status == 201
    assert local.get(f"{address}/original").content == data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"hello", "it is text", id="no picture"),
        pytest.param(b"", "empty", id="nothing"),
    ],
)
def test_what_is_no_picture_is_refused(local: TestClient, data: bytes, says: str) -> None:
    answer = local.put(f"{ASSETS}/{hashlib.sha256(data).hexdigest()}", content=data)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


def test_bytes_of_another_hash_are_refused(local: TestClient) -> None:
    answer = local.put(f"{ASSETS}/{'0' * 64}", content=picture(1))
    assert answer.status_code == 422
    assert hashlib.sha256(picture(1)).hexdigest() in answer.json()["detail"]


def test_a_name_that_is_no_hash_is_refused(local: TestClient) -> None:
    assert local.put(f"{ASSETS}/abc", content=picture(1)).status_code == 422
    assert local.get(f"{ASSETS}/abc").status_code == 422


def test_more_than_the_limit_is_too_large(local: TestClient, server: Server) -> None:
    limit = server.installation.settings.upload_megabytes << 20
    headers = {"content-length": str(limit + 1)}
    answer = local.put(f"{ASSETS}/{'0' * 64}", content=b"x", headers=headers)
    assert answer.status_code == 413
    assert "200 MiB" in answer.json()["detail"]


def test_labels_come_along(local: TestClient, ws: Workspace) -> None:
    address, _ = put(local, picture(1), label="shapes:circle")
    (tag,) = local.get(address).json()["tags"]
    assert (tag["concept"], tag["status"], tag["actor_kind"]) == ("circle", "confirmed", "import")
    answer = local.put(address, content=picture(1), params={"label": "circle"})
    assert "TAXONOMY:CONCEPT" in answer.json()["detail"]


def with_keywords(*words: str) -> bytes:
    bag = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>{bag}</rdf:Bag>'
        "</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    out = io.BytesIO()
    draw("circle", np.random.default_rng(len(bag)), 96).save(out, "JPEG", xmp=packet.encode())
    return out.getvalue()


def test_keywords_in_the_file_become_labels_and_new_ones_concepts(local: TestClient) -> None:
    for words in (("dog", "grass"), ("dog", "sand")):
        address, status = put(local, with_keywords(*words), keywords="words")
        assert status == 201
        tags = local.get(address).json()["tags"]
        assert sorted(tag["concept"] for tag in tags) == sorted(words)
    concepts = local.get("/api/v1/taxonomies/words").json()["concepts"]
    assert sorted(each["label"] for each in concepts) == ["dog", "grass", "sand"]


def test_a_form_takes_keywords_too(local: TestClient) -> None:
    files = [("pictures", ("1.jpg", with_keywords("sky")))]
    (told,) = local.post(ASSETS, files=files, params={"keywords": "words"}).json()["results"]
    (tag,) = local.get(f"{ASSETS}/{told['asset']['id']}").json()["tags"]
    assert (tag["taxonomy"], tag["concept"]) == ("words", "sky")


def test_who_may_only_upload_adds_no_concepts(local: TestClient) -> None:
    made = local.post(
        "/api/v1/keys", json={"name": "camera", "role": "editor", "scopes": ["read", "upload"]}
    )
    client = {"Authorization": f"Bearer {made.json()['key']}"}
    data = with_keywords("circle", "sand")
    address = f"{ASSETS}/{hashlib.sha256(data).hexdigest()}"
    answer = local.put(address, content=data, params={"keywords": "shapes"}, headers=client)
    assert answer.status_code == 201, answer.text
    assert [tag["concept"] for tag in local.get(address).json()["tags"]] == ["circle"]


def test_a_form_answers_for_each_file(local: TestClient) -> None:
    files = [
        ("pictures", ("1.png", picture(1))),
        ("pictures", ("notes.txt", b"no picture")),
        ("pictures", ("2.png", picture(2))),
        ("pictures", ("1 again.png", picture(1))),
    ]
    results = local.post(ASSETS, files=files).json()["results"]
    assert [each["name"] for each in results] == [name for _, (name, _) in files]
    statuses = [each["status"] for each in results]
    assert statuses[1:3] == ["refused", "created"]
    assert sorted((statuses[0], statuses[3])) == ["created", "exists"]
    assert "it is text" in results[1]["reason"]


@pytest.mark.parametrize(
    "send",
    [
        pytest.param({"content": b"x"}, id="no form"),
        pytest.param({"data": {"pictures": "text"}, "files": {"other": b"x"}}, id="text"),
        pytest.param({"files": {"other": b"x"}}, id="another field"),
        pytest.param({"files": [("pictures", (f"{n}", b"x")) for n in range(101)]}, id="too many"),
    ],
)
def test_a_form_without_pictures_is_refused(local: TestClient, send: dict[str, object]) -> None:
    answer = local.post(ASSETS, **send)  # type: ignore[arg-type]
    if answer.status_code == 200:
        assert [each["status"] for each in answer.json()["results"]] == ["refused"]
    else:
        assert answer.status_code in (400, 422)


def test_a_rendition_is_small_and_need_not_be_sent_twice(local: TestClient) -> None:
    address, _ = put(local, picture(1, side=400))
    small = local.get(f"{address}/renditions/160")
    assert small.headers["content-type"] == "image/webp"
    assert small.content[:4] == b"RIFF"
    held = {"if-none-match": small.headers["etag"]}
    assert local.get(f"{address}/renditions/160", headers=held).status_code == 304
    assert local.get(f"{address}/renditions/161").status_code == 422
    assert local.get(f"{ASSETS}/{'0' * 64}/renditions/160", headers=held).status_code == 404


def test_an_imported_picture_is_served_from_its_folder(local: TestClient, ws: Workspace) -> None:
    asset = next(ws.assets.all())
    answer = local.get(f"{ASSETS}/{asset.id}/original")
    assert hashlib.sha256(answer.content).hexdigest() == asset.id
    held = {"if-none-match": answer.headers["etag"]}
    assert local.get(f"{ASSETS}/{asset.id}/original", headers=held).status_code == 304


def test_a_picture_is_erased(local: TestClient) -> None:
    address, _ = put(local, picture(1))
    assert local.delete(address).status_code == 204
    for below in ("", "/original", "/renditions/160"):
        assert local.get(address + below).status_code == 404
    assert local.delete(address).status_code == 404


def test_an_import_is_a_job(local: TestClient, tmp_path: Path, ws: Workspace) -> None:
    asked = {"folder": str(tmp_path), "labels": "folders"}
    answer = local.post("/api/v1/imports", json=asked)
    assert answer.status_code == 202
    job = ws.jobs.get(answer.json()["id"])
    assert answer.headers["location"].endswith(job.id)
    assert job.params["source"] == {"folder": str(tmp_path)}
    assert job.params["trusted"]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"folder": "/a", "prefix": "s3://b"}, id="two sources"),
        pytest.param({"urls": []}, id="no URL"),
        pytest.param({"folder": "/a", "root": "/"}, id="an unknown field"),
    ],
)
def test_an_import_names_one_source(local: TestClient, asked: dict[str, object]) -> None:
    assert local.post("/api/v1/imports", json=asked).status_code == 422
