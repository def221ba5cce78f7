"""Somebody who answers picture after picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect


class Person:
    """Somebody at the page, and what the server says meanwhile."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site

    @property
    def stage(self) -> Locator:
        return self.page.locator("[data-asset]")

    def shown(self) -> str:
        asset = self.stage.get_attribute("data-asset")
        assert asset is not None
        return asset

    def press(self, key: str) -> str:
        """Press a key and wait for another picture; gives the one that was shown."""
        before = self.shown()
        self.page.keyboard.press(key)
        expect(self.stage).not_to_have_attribute("data-asset", before)
        return before

    def get(self, path: str, **query: str) -> Any:
        answer = self.page.request.get(f"{self.site}/api/v1{path}", params=dict(query))
        assert answer.ok, answer.text()
        return answer.json()

    def said(self, asset: str) -> list[tuple[str, str]]:
        """What stands on a picture by the word of people."""
        tags = self.get(f"/assets/{asset}/tags")["items"]
        return [(t["concept"], t["status"]) for t in tags if t["actor_kind"] == "person"]

    def eventually(self, holds: Callable[[], bool]) -> None:
        """Answers are sent behind the scenes."""
        end = time.monotonic() + 15
        while not holds():
            assert time.monotonic() < end, "it never came to be"
            self.page.wait_for_timeout(100)
