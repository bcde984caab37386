"""The simulator's page in a real browser: phones that a test holds in its hands."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect

from tests.conftest import CHROMIUM_FLAGS

PICTURES = Path(__file__).parents[2] / "build"
"""Where screenshots are kept; the build keeps this folder."""
PATIENCE = 10_000
"""Milliseconds; the platform waits 5 s for the bot before it shows the notice of a fault."""


@dataclass
class Phone:
    """One person's phone on the page; every action returns what the account then answers."""

    page: Page
    node: Locator

    async def says(self, text: str) -> str:
        """Type a text and press Enter."""
        before = await self._answers().count()
        await self.node.get_by_test_id("input").fill(text)
        await self.node.get_by_test_id("input").press("Enter")
        return await self._answer_after(before)

    async def taps(self, label: str) -> str:
        """Tap a link of the last answer by its label."""
        before = await self._answers().count()
        await self._taps().filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).click()
        return await self._answer_after(before)

    async def chooses(self, top: str, below: str) -> str:
        """Open a button of the bottom menu and tap one below it."""
        before = await self._answers().count()
        buttons = self.node.get_by_test_id("menu-button")
        await buttons.filter(has_text=top).first.click()
        await buttons.get_by_text(below, exact=True).click()
        return await self._answer_after(before)

    async def offers(self) -> list[str]:
        """The labels of the links in the last answer."""
        return [label.strip() for label in await self._taps().all_inner_texts()]

    async def at_end(self) -> bool:
        """Whether the newest line of the chat is in sight, as on every phone after an answer."""
        await expect(self._answers().last).to_be_visible()
        beyond: float = await self.node.locator(".chat").evaluate(
            "chat => chat.scrollHeight - chat.scrollTop - chat.clientHeight"
        )
        return beyond < 2

    def _answers(self) -> Locator:
        return self.node.locator("[data-testid=bubble][data-direction=in]")

    def _taps(self) -> Locator:
        return self._answers().last.get_by_test_id("tap")

    async def _answer_after(self, before: int) -> str:
        await expect(self._answers()).to_have_count(before + 1, timeout=PATIENCE)
        return await self._answers().last.inner_text()


@dataclass
class Desk:
    """The page with its phones, and what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def phone_of(self, name: str) -> Phone:
        """Pick a person of the list by name; the phone opens."""
        person = self.page.get_by_test_id("person").filter(has_text=name)
        openid = await person.get_attribute("data-openid")
        await person.click()
        return Phone(self.page, self.page.locator(f"[data-testid=phone][data-openid='{openid}']"))

    async def keeps(self, name: str) -> None:
        """Keep a screenshot as build/walk-`name`.png."""
        PICTURES.mkdir(exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"walk-{name}.png", animations="disabled")


@asynccontextmanager
async def at_desk(chromium: str, url: str, width: int, height: int) -> AsyncIterator[Desk]:
    """The page at `url` in a new browser of this size (CSS pixels)."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        try:
            page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
            desk = Desk(page)
            page.on("pageerror", lambda error: desk.complaints.append(str(error)))
            page.on("console", lambda line: desk.complaints.append(line.text) if line.type == "error" else None)
            await page.goto(url)
            await page.wait_for_selector("body[data-ready]")
            yield desk
        finally:
            await browser.close()
