"""The web app's files, and what its page may load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tagwright.web import pages
from tests.web.conftest import ClientOf

ADMIN = {"email": "ana@example.org", "name": "Ana", "password": "correct horse battery"}


@pytest.mark.parametrize("place", ["/", "/setup", "/login", "/invitation", "/w/default/library"])
def test_every_address_of_the_app_gets_its_page(local: TestClient, place: str) -> None:
    answer = local.get(place)
    assert answer.status_code == 200
    assert '<div id="root">' in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_page_may_load_its_own_files_alone(local: TestClient) -> None:
    policy = local.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_a_page_has_a_number_of_its_own_for_its_styles(local: TestClient) -> None:
    numbers = set()
    for _ in range(2):
        answer = local.get("/")
        found = re.search(r'name="csp-nonce" content="([^"]{16,})"', answer.text)
        assert found is not None
        assert f"'nonce-{found[1]}'" in answer.headers["content-security-policy"]
        numbers.add(found[1])
    assert len(numbers) == 2


def test_what_the_page_names_is_served_for_ever(local: TestClient) -> None:
    named = re.findall(r'(?:src|href)="(/[^"]+)"', local.get("/").text)
    assert any(name.endswith(".js") for name in named)
    for name in named:
        answer = local.get(name)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["none.js", "..%2Findex.html", "..%2F..%2Fpages.py", "%2e%2e%2f%2e%2e%2fapp.py"]
)
def test_no_other_file_of_the_disk_is_served(local: TestClient, name: str) -> None:
    answer = local.get(f"/assets/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_after_set_up_the_form_for_the_first_admin_is_gone(
    local: TestClient, client_of: ClientOf
) -> None:
    local.post("/api/v1/setup", json=ADMIN).raise_for_status()
    assert str(client_of().get("/setup").url).endswith("/")


def test_without_the_app_the_page_says_how_to_build_it(
    local: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    pages._index.cache_clear()
    answer = local.get("/")
    pages._index.cache_clear()
    assert answer.status_code == 503
    assert "make ui" in answer.text


def test_a_picture_in_a_page_names_its_workspace_in_its_address(local: TestClient) -> None:
    """An `<img>` sends no headers."""
    local.post("/api/v1/setup", json=ADMIN).raise_for_status()
    local.post("/api/v1/workspaces", json={"id": "second"}).raise_for_status()
    for name, total in {"default": 120, "second": 0}.items():
        found = local.get("/api/v1/assets", params={"workspace": name})
        assert found.json()["total"] == total
    assert local.get("/api/v1/assets", params={"workspace": "third"}).status_code == 404
