"""How tests of the web app come in, and ask the server what the page cannot show."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.ui.conftest import PATIENCE

expect.set_options(timeout=PATIENCE)
ADA, BOB = "ada@example.org", "bob@example.org"
PASSWORD = "four small green owls"
OTHER = "nine tall yellow herons"


def set_up(page: Page, workspace: str | None = None) -> None:
    """Ada makes the first login, and a workspace or none; `page` shows the set-up."""
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Email").fill(ADA)
    page.get_by_role("textbox", name="New password").fill(PASSWORD)
    page.get_by_role("button", name="Make the login").click()
    expect(page.get_by_role("heading", name="What is this workspace for?")).to_be_visible()
    if workspace is None:
        page.get_by_role("button", name="default").click()
    else:
        page.get_by_label("Name", exact=False).fill(workspace)
        page.get_by_role("button", name="Make the workspace").click()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


def log_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def asked(page: Page, method: str, path: str, body: object = None) -> Any:
    """What the API answers whoever is at the page."""
    script = """async ([method, path, body]) => {
        const headers = { "Content-Type": "application/json" };
        const sent = { method, headers, body: body === null ? undefined : JSON.stringify(body) };
        const answer = await fetch("/api/v1" + path, sent);
        return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
    }"""
    return page.evaluate(script, [method, path, body])
