"""The page in a real browser: chat, taps, pushed messages, the drawer, a small screen, nothing that runs as HTML."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.conftest import CHROMIUM_FLAGS
from tests.simulator.world import Answer, Heard, World, world

pytestmark = pytest.mark.browser

DESK, POCKET = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
TAP = '<a href="weixin://bizmsgmenu?msgmenucontent=综合观察表&msgmenuid=1">填综合观察表</a>'


def say(heard: Heard) -> Answer:
    """A bot with a menu in words, a link, and something that must stay text."""
    text = heard.fields.get("Content") or heard.fields.get("EventKey", "")
    replies = {
        "菜单": f"您好。\n1. {TAP}",
        "链接": '<a href="https://example.com/x">手册</a> <img src=x onerror=alert(1)>',
        "坏": "",
    }
    if text == "坏":
        return b"{}"
    return heard.text(replies.get(text, f"听到：{text or heard.fields.get('Event', '')}"))


@asynccontextmanager
async def browsing(chromium: str, **viewport: int) -> AsyncIterator[tuple[World, Page, list[str]]]:
    """A simulator, its page in a browser, and what the browser complained about."""
    async with world(say, deadline=5.0) as here, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = await browser.new_page(viewport={"width": viewport["width"], "height": viewport["height"]})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        await page.goto(here.url)
        await page.wait_for_selector("body[data-ready]")
        yield here, page, complaints
        await browser.close()


async def pick(page: Page, openid: str) -> Locator:
    """Open a person's phone."""
    await page.locator(f"[data-testid=person][data-openid={openid}]").click()
    return page.locator(f"[data-testid=phone][data-openid={openid}]")


async def type_and_send(phone: Locator, text: str) -> None:
    """Type a message, Enter."""
    await phone.get_by_test_id("input").fill(text)
    await phone.get_by_test_id("input").press("Enter")


async def test_a_chat_with_taps_and_links(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (here, page, complaints):
        phone = await pick(page, "wang")
        await type_and_send(phone, "菜单")
        await phone.get_by_test_id("tap").click()
        await expect(phone.get_by_test_id("bubble")).to_have_text(
            ["菜单", "您好。\n1. 填综合观察表", "综合观察表", "听到：综合观察表"]
        )
        assert here.bot.heard[-1].fields["bizmsgmenuid"] == "1"
        await type_and_send(phone, "链接")
        await expect(phone.locator("a", has_text="手册")).to_have_attribute("href", "https://example.com/x")
        await expect(phone.get_by_test_id("bubble").last).to_contain_text("<img src=x onerror=alert(1)>")
        assert complaints == []


async def test_shift_enter_makes_a_line_and_the_button_sends(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (here, page, _):
        phone = await pick(page, "wang")
        box = phone.get_by_test_id("input")
        await box.fill("第一行")
        await box.press("Shift+Enter")
        await box.press_sequentially("第二行")
        await phone.get_by_test_id("send").click()
        await expect(phone.get_by_test_id("bubble").last).to_have_text("听到：第一行\n第二行")
        assert here.bot.heard[0].fields["Content"] == "第一行\n第二行"
        await expect(box).to_have_value("")


async def test_two_phones_pushed_messages_and_unread_badges(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (here, page, complaints):
        wang, li = await pick(page, "wang"), await pick(page, "li")
        await type_and_send(wang, "我是王建国")
        await type_and_send(li, "我是李芳")
        await expect(wang.get_by_test_id("bubble").last).to_have_text("听到：我是王建国")
        await expect(li.get_by_test_id("bubble").last).to_have_text("听到：我是李芳")
        await wang.get_by_test_id("more").click()
        await wang.get_by_text("收起这部手机").click()
        await expect(wang).to_have_count(0)
        await here.reminds("wang")
        badge = page.locator("[data-testid=person][data-openid=wang] [data-testid=unread]")
        await expect(badge).to_have_text("1")
        wang = await pick(page, "wang")
        await expect(badge).to_have_count(0)
        await expect(wang.get_by_test_id("bubble").last).to_contain_text("交表提醒")
        await page.reload()
        await expect(page.get_by_test_id("phone")).to_have_count(2)
        assert complaints == []


async def test_the_notice_the_wire_and_the_violations(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (_, page, _complaints):
        phone = await pick(page, "wang")
        await type_and_send(phone, "坏")
        await expect(phone.get_by_test_id("notice")).to_contain_text("该公众号提供的服务出现故障，请稍后再试")
        await phone.get_by_test_id("notice").get_by_test_id("wire").click()
        drawer = page.get_by_test_id("drawer")
        await expect(drawer.get_by_test_id("exchange")).to_contain_text("<Content>坏</Content>")
        await expect(drawer).to_contain_text("HTTP 200")
        await page.get_by_test_id("violations").click()
        await expect(drawer.get_by_test_id("violation")).to_contain_text("body")
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()


async def test_menu_pictures_following_and_scanning(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (here, page, complaints):
        phone = await pick(page, "away")
        await expect(phone.get_by_test_id("input")).to_be_hidden()
        await phone.get_by_test_id("follow").click()
        await expect(phone.get_by_test_id("bubble")).to_have_text("听到：subscribe")
        click: dict[str, Any] = {"type": "click", "name": "菜单", "key": "菜单"}
        await here.calls("menu/create", {"button": [{"name": "更多", "sub_button": [click]}]})
        await phone.get_by_test_id("menu-button").filter(has_text="更多").click()
        await phone.get_by_test_id("menu-button").filter(has_text="菜单").click()
        await expect(phone.get_by_test_id("tap")).to_have_text("填综合观察表")
        for kind in ("image", "voice", "location"):
            await phone.get_by_test_id("plus").click()
            await phone.get_by_test_id(f"send-{kind}").click()
            await expect(phone.locator(f"[data-testid=bubble][data-kind={kind}]")).to_be_visible()
        await phone.get_by_test_id("plus").click()
        await phone.get_by_test_id("send-nine").click()
        await expect(phone.locator("[data-testid=bubble][data-kind=image]")).to_have_count(10)
        await phone.get_by_test_id("more").click()
        await phone.get_by_label("二维码的场景值").fill("unit-7")
        await phone.get_by_role("button", name="扫码").click()
        await expect(phone.get_by_test_id("bubble").last).to_have_text("听到：unit-7")
        assert here.bot.heard[-1].fields["Event"] == "SCAN"
        assert complaints == []


async def test_a_new_person_is_added_on_the_page(chromium: str) -> None:
    async with browsing(chromium, **DESK) as (_, page, _complaints):
        await page.get_by_label("新人员的姓名").fill("赵敏")
        await page.get_by_label("新人员的备注").fill("项目部")
        await page.get_by_role("button", name="添加").click()
        await expect(page.get_by_test_id("person")).to_contain_text(["王建国", "李芳", "路人", "赵敏"])
        await expect(page.get_by_test_id("phone")).to_contain_text("赵敏 · 项目部")


async def test_a_small_screen_shows_one_phone_at_a_time(chromium: str) -> None:
    async with browsing(chromium, **POCKET) as (here, page, complaints):
        phone = await pick(page, "wang")
        await type_and_send(phone, "菜单")
        await phone.get_by_test_id("tap").click()
        box = await phone.bounding_box()
        assert box is not None
        assert (box["x"], box["width"], box["height"]) == (0, 390, 844)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await phone.get_by_label("返回人员列表").click()
        await here.reminds("wang")
        await expect(page.locator("[data-testid=person][data-openid=wang] [data-testid=unread]")).to_have_text("1")
        assert complaints == []
