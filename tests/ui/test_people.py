"""People come in, invite others, keep to themselves, and hand out keys."""

from __future__ import annotations

import httpx2
import pytest
from playwright.sync_api import expect

from tests.ui.conftest import OpenAt
from tests.ui.entering import ADA, BOB, OTHER, PASSWORD, asked, log_in, set_up

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_wrong_password_is_told_in_plain_words_and_too_many_make_one_wait(
    site: str, open_at: OpenAt
) -> None:
    set_up(open_at(site))
    page = open_at(f"{site}/w/default/review?taxonomy=shapes")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, ADA, "not this one")
    expect(page.get_by_role("alert")).to_have_text("The email or the password is wrong.")
    for _ in range(12):
        with page.expect_response("**/api/v1/session") as answered:
            page.get_by_role("button", name="Log in", exact=True).click()
        if answered.value.status == 429:
            break
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords. Please wait")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_disabled()


def test_a_login_leads_where_one_wanted_to_go(site: str, open_at: OpenAt) -> None:
    set_up(open_at(site))
    page = open_at(f"{site}/w/default/help")
    log_in(page, ADA, PASSWORD)
    expect(page).to_have_url(f"{site}/w/default/help")


def test_a_login_leads_nowhere_else(site: str, open_at: OpenAt) -> None:
    set_up(open_at(site))
    page = open_at(f"{site}/login?goal=//example.org/w")
    log_in(page, ADA, PASSWORD)
    expect(page).to_have_url(f"{site}/w/default/library")


def test_an_invitation_is_accepted_and_shows_what_its_role_may(site: str, open_at: OpenAt) -> None:
    admin = open_at(site)
    set_up(admin)
    admin.goto(f"{site}/w/default/settings?tab=people")
    admin.get_by_role("button", name="Invite somebody").click()
    admin.get_by_label("Email").fill(BOB)
    admin.get_by_role("textbox", name="Name").fill("Bob")
    admin.get_by_role("button", name="Invite", exact=True).click()
    link = admin.get_by_role("status").locator("code").inner_text()
    guest = open_at(link)
    expect(guest.get_by_role("heading", name="Hello Bob")).to_be_visible()
    guest.get_by_role("textbox", name="New password").fill(OTHER)
    guest.get_by_role("button", name="Set the password and go on").click()
    expect(guest).to_have_url(f"{site}/w/default/library")
    guest.goto(f"{site}/w/default/settings")
    expect(guest.get_by_role("tab")).to_have_text(["My account", "Export"])
    again = open_at(link)
    expect(again.get_by_role("heading", name="This link does not work any more")).to_be_visible()


def test_somebody_of_another_workspace_sees_nothing_of_this_one(site: str, open_at: OpenAt) -> None:
    admin = open_at(site)
    set_up(admin)
    assert asked(admin, "POST", "/workspaces", {"id": "next-door"})["status"] == 201
    admin.goto(f"{site}/w/next-door/settings?tab=people")
    admin.get_by_role("button", name="Invite somebody").click()
    admin.get_by_label("Email").fill(BOB)
    admin.get_by_role("button", name="Invite", exact=True).click()
    guest = open_at(admin.get_by_role("status").locator("code").inner_text())
    guest.get_by_role("textbox", name="New password").fill(OTHER)
    guest.get_by_role("button", name="Set the password and go on").click()
    expect(guest).to_have_url(f"{site}/w/next-door/start")
    for place, empty in (
        ("jobs", "Nothing is running"),
        ("activity", "Nothing has happened yet"),
    ):
        guest.goto(f"{site}/w/next-door/{place}")
        expect(guest.get_by_role("heading", name=empty)).to_be_visible()
    guest.goto(f"{site}/w/default/activity")
    expect(guest.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert "shapes" not in guest.content()


def test_a_key_is_shown_once_and_works(site: str, open_at: OpenAt) -> None:
    page = open_at(site)
    set_up(page)
    page.goto(f"{site}/w/default/settings?tab=keys")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_role("textbox", name="Name").fill("Nightly export")
    page.get_by_role("dialog").get_by_role("button", name="Make a key").click()
    key = page.get_by_role("status").locator("code").inner_text()
    headers = {"Authorization": f"Bearer {key}"}
    me = httpx2.get(f"{site}/api/v1/me", headers=headers)
    assert me.json()["actor"] == "key:Nightly export"
    assert f"Bearer {key}" in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    assert key not in page.content()
    page.get_by_role("button", name="Revoke Nightly export").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="Nightly export")).to_contain_text("Revoked")
    assert httpx2.get(f"{site}/api/v1/me", headers=headers).status_code == 401


def test_the_audit_log_is_read_and_its_seals_are_checked(site: str, open_at: OpenAt) -> None:
    page = open_at(site)
    set_up(page)
    page.goto(f"{site}/w/default/settings?tab=audit")
    expect(page.get_by_role("cell", name="member.add")).to_be_visible()
    page.get_by_role("button", name="Check the seals").click()
    expect(page.get_by_role("status").filter(has_text="as they were written")).to_be_visible()


def test_a_session_that_was_ended_leads_to_the_login(site: str, open_at: OpenAt) -> None:
    page = open_at(site)
    set_up(page)
    other = open_at(f"{site}/login")
    log_in(other, ADA, PASSWORD)
    expect(other.get_by_role("navigation", name="Pages")).to_be_visible()
    page.goto(f"{site}/w/default/settings")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("1 login ended")).to_be_visible()
    other.get_by_role("link", name="Activity", exact=True).click()
    expect(other.get_by_role("heading", name="Log in")).to_be_visible()
