"""What runs, what it did, and taking it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import OpenAt
from tests.ui.entering import asked

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_job_that_failed_says_why_and_can_be_tried_again(
    site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    page = open_at(f"{site}/w/default/jobs")
    expect(page.get_by_role("heading", name="Nothing is running")).to_be_visible()
    place = tmp_path / "later"
    assert asked(page, "POST", "/imports", {"folder": str(place)})["status"] == 202
    entry = page.get_by_role("listitem").filter(has_text="Importing")
    expect(entry).to_contain_text("Failed")
    place.mkdir()
    page.get_by_role("button", name="Try again: Importing").click()
    expect(entry.filter(has_text="Done")).to_be_visible()


def test_files_that_could_not_be_read_are_listed_with_the_reason(
    site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    page = open_at(f"{site}/w/default/jobs")
    asked(page, "POST", "/imports", {"folder": str(tmp_path / "new")})
    entry = page.get_by_role("button", name="Importing").filter(has_text="could not be read")
    entry.click()
    expect(page.get_by_role("table")).to_contain_text("torn.png")


def test_a_tagging_is_taken_back_and_brought_back(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/activity")
    entry = page.get_by_role("listitem").filter(has_text="decided on")
    before = asked(page, "GET", "/tags?taxonomy=shapes&model=1&limit=1000")["body"]["items"]
    assert before
    entry.get_by_role("button", name="Undo").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Takes back {len(before)} tags on")
    expect(dialog).to_contain_text("Nothing a person decided is touched.")
    dialog.get_by_role("button", name="Take it back").click()
    expect(entry).to_contain_text("Taken back")
    assert not asked(page, "GET", "/tags?taxonomy=shapes&model=1")["body"]["items"]
    entry.get_by_role("button", name="Bring back").click()
    expect(entry).not_to_contain_text("Taken back")
    after = asked(page, "GET", "/tags?taxonomy=shapes&model=1&limit=1000")["body"]["items"]
    assert after == before


def test_activity_is_filtered_by_kind_and_person(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/activity")
    entries = page.get_by_role("main").get_by_role("listitem")
    expect(entries).to_have_count(3)
    page.get_by_role("combobox", name="What was done").click()
    page.get_by_role("option", name="Imports").click()
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("imported 120 new pictures")


def test_tags_are_exported_and_downloaded(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/settings?tab=export")
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    text = waiting.value.path().read_text()
    assert text.startswith("asset,location,taxonomy")
    assert "shapes" in text


def test_help_names_every_key_and_the_version(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/help")
    expect(page.get_by_text("None of these", exact=True)).to_be_visible()
    expect(page.get_by_text("Tagwright 0.")).to_be_visible()
