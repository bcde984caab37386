"""The upload page on a phone, in a real browser: one button, progress, what was received, nothing blocked."""

from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from storage.vocabulary import MediaState
from tests.bot.media.expecting import expecting, media_of
from tests.bot.media.files import PDF, office, picture
from tests.conftest import CHROMIUM_FLAGS

pytestmark = pytest.mark.browser

POCKET: ViewportSize = {"width": 390, "height": 844}


def files(folder: Path) -> list[Path]:
    """What lies on the phone."""
    contents = {"报告.pdf": PDF, "会议纪要.docx": office("word/document.xml"), "现场.png": picture("PNG")}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


async def chooses(page: Page, *chosen: Path) -> None:
    """Choose files; the page sends them by itself."""
    await page.get_by_test_id("file").set_input_files([str(path) for path in chosen])


async def test_files_are_chosen_sent_and_listed(chromium: str, tmp_path: Path) -> None:
    async with expecting(tmp_path, upload_mb=1) as (world, database), async_playwright() as driver:
        address = await world.user("wang").says("链接 file")
        browser = await driver.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = await browser.new_page(viewport=POCKET)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_have_text("上传文件")
        await expect(page.get_by_test_id("send")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await chooses(page, *files(tmp_path))
        await expect(page.get_by_test_id("count")).to_have_text("3")
        listed = await page.get_by_test_id("files").locator("li > span:first-child").all_text_contents()
        assert sorted(listed) == ["PDF", "Word 文档", "图片"]
        await expect(page.get_by_test_id("error")).to_be_hidden()
        assert complaints == []
        bad, large = tmp_path / "程序.exe", tmp_path / "大.pdf"
        bad.write_bytes(b"MZ" + bytes(100))
        large.write_bytes(PDF + bytes(2 * 1024 * 1024))
        await chooses(page, bad, large)
        await expect(page.get_by_test_id("error")).to_contain_text("格式收不了")
        await expect(page.get_by_test_id("error")).to_contain_text("大.pdf：文件太大了，每个不超过 1 MB")
        await page.reload()
        await expect(page.get_by_test_id("count")).to_have_text("3")
        await browser.close()
        assert {one.state for one in await media_of(world, database)} == {MediaState.STORED}


async def test_a_link_that_lead_nowhere_looks_like_a_page(chromium: str, tmp_path: Path) -> None:
    async with expecting(tmp_path) as (world, _), async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = await browser.new_page(viewport=POCKET)
        await page.goto(f"{world.bot_url}/upload/nonsense")
        await expect(page.get_by_test_id("gone")).to_contain_text("链接不能用了")
        await browser.close()
