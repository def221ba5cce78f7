"""The typed client against the real application."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from tagwright import errors
from tagwright.client import Client
from tagwright.flows.working import Worker
from tagwright.web.state import Server


@pytest.fixture
def client(local: TestClient) -> Client:
    return Client("http://localhost", transport=local._transport)


def test_it_needs_nothing_heavy() -> None:
    code = "import sys, tagwright.client; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"numpy", "openvino", "cv2", "sqlalchemy", "fastapi", "pydantic"} & set(loaded)


def test_a_picture_goes_up_once_and_is_told_of(client: Client, tmp_path: Path) -> None:
    from tests.pictures import draw_folders

    (picture,) = sorted(draw_folders(tmp_path / "new", 1, seed=9).rglob("*.png"))[:1]
    first, again = client.upload(picture), client.upload(picture)
    assert (first["status"], again["status"]) == ("created", "exists")
    told = client.asset(first["id"])
    assert told["width"] == first["width"]
    assert any(place.endswith(picture.name) for place in told["locations"])


def test_many_go_up_and_each_has_its_answer(client: Client, tmp_path: Path) -> None:
    from tests.pictures import draw_folders

    pictures = sorted(draw_folders(tmp_path / "new", 3, seed=5).rglob("*.png"))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    answers = dict(client.upload_all([*pictures, broken]))
    assert isinstance(answers.pop(broken), errors.InvalidInput)
    assert {type(answer) for answer in answers.values()} == {dict}


def test_files_are_classified_in_order(client: Client, drawn_pictures: Path) -> None:
    some = sorted(drawn_pictures.rglob("*.png"))[:3]
    told = client.classify(some, top=1, neighbours=0)
    assert [each["name"] for each in told["results"]] == [path.name for path in some]


def test_a_job_is_waited_for(server: Server, local: TestClient) -> None:
    worker = Worker(server.installation, "w")
    client = Client("http://localhost", transport=local._transport, sleep=lambda _: step(worker))
    job = client.start("/jobs", {"kind": "tag", "taxonomy": "shapes"})
    assert client.wait(job)["status"] == "done"
    assert job["id"] in {each["id"] for each in client.pages("/jobs", limit=1)}


def step(worker: Worker) -> None:
    worker.run_one()


def test_the_error_that_fits_the_answer_is_raised(client: Client) -> None:
    with pytest.raises(errors.NotFound):
        client.asset("0" * 64)


def test_a_busy_server_is_asked_again_and_the_write_keeps_its_key() -> None:
    seen: list[str] = []
    waits: list[float] = []

    def busy(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["idempotency-key"])
        if len(seen) < 3:
            return httpx2.Response(503, headers={"Retry-After": "7"}, json={"detail": "busy"})
        return httpx2.Response(202, json={"id": "1"})

    client = Client("http://x", transport=httpx2.MockTransport(busy), sleep=waits.append)
    assert client.start("/jobs", {"kind": "tag"})["id"] == "1"
    assert len(set(seen)) == 1
    assert waits == [7, 14]


@pytest.mark.parametrize("status", [500, 502])
def test_a_server_that_fails_is_no_fault_of_the_caller(status: int) -> None:
    def failing(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, text="<html>bad gateway</html>")

    client = Client("http://x", transport=httpx2.MockTransport(failing), sleep=lambda _: None)
    with pytest.raises(errors.Unavailable, match="bad gateway"):
        client.job("1")


def test_a_proxy_may_ask_to_wait_until_a_date() -> None:
    answers = iter([503, 200])

    def busy(_: httpx2.Request) -> httpx2.Response:
        date = {"Retry-After": "Wed, 25 Nov 2026 12:00:00 GMT"}
        return httpx2.Response(next(answers), headers=date, json={"id": "1"})

    client = Client("http://x", transport=httpx2.MockTransport(busy), sleep=lambda _: None)
    assert client.job("1")["id"] == "1"


def test_a_server_that_is_away_is_said_so() -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    client = Client("http://x", transport=httpx2.MockTransport(away), sleep=lambda _: None)
    with pytest.raises(errors.Unavailable, match="is the server running"):
        client.job("1")
