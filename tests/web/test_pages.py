"""The pages before there is an application: hello, and the form for the first admin."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tagwright.flows.people import setup_token
from tagwright.web.state import Server
from tests.web.conftest import ClientOf

FORM = {"email": "ana@example.org", "name": "Ana", "password": "correct horse battery"}


def test_whoever_sits_here_is_told_to_set_up(local: TestClient) -> None:
    page = local.get("/").text
    assert "Make the first admin" in page
    assert "120" in page


def test_the_first_admin_is_made_once_and_is_logged_in(local: TestClient) -> None:
    answer = local.post("/setup", data=FORM, follow_redirects=True)
    assert answer.status_code == 200
    assert "You are ana@example.org" in answer.text
    assert local.get("/api/v1/me").json()["actor"] == "ana@example.org"
    again = local.post("/setup", data=FORM | {"email": "eve@example.org"})
    assert again.status_code == 409


def test_afterwards_a_stranger_sees_neither_form_nor_counts(
    local: TestClient, client_of: ClientOf
) -> None:
    local.post("/setup", data=FORM)
    stranger = client_of()
    assert str(stranger.get("/setup").url).endswith("/")
    assert "120" not in stranger.get("/").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"password": "short"}, "10", id="a short password"),
        pytest.param({"email": "nobody"}, "nobody", id="no address"),
        pytest.param(
            {"name": "<script>x</script>", "password": "short"}, "&lt;script", id="markup"
        ),
    ],
)
def test_a_mistake_shows_the_form_again_with_the_reason(
    local: TestClient, changed: dict[str, str], said: str
) -> None:
    answer = local.post("/setup", data=FORM | changed)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text
    assert FORM["password"] not in answer.text


def test_from_elsewhere_the_token_on_the_terminal_is_needed(
    server: Server, client_of: ClientOf
) -> None:
    far = client_of(peer="192.0.2.7", **{"X-Forwarded-Proto": "https"})
    assert "Set-up token" in far.get("/setup").text
    assert far.post("/setup", data=FORM).status_code == 403
    page = far.get("/setup", params={"token": setup_token(server.installation)})
    assert "Set-up token" in page.text


def test_a_page_of_another_site_cannot_set_up(local: TestClient) -> None:
    answer = local.post("/setup", data=FORM, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
