"""The walk that the project is for, in a real browser against the demo; screenshots are kept in build/."""

import re
from collections.abc import Iterator

import aiohttp
import pytest

from tests.bot.demonstration import Demonstration, demonstrated
from tests.browser.phones import Phone, at_desk
from tests.walk import LONGEST, TITLE, WEAK_POINT, reply_to

pytestmark = pytest.mark.browser

DESKTOP, POCKET = (1560, 900), (390, 844)
NUMBER = re.compile(r"GC\d\d-\d{7}")
NEXT_PAGE = "回复 继续 看下一页"
UNKNOWN = "没有查到这个编号"
SEVERAL = {"1 2": ("逐项点选", "警示教育", "廉洁谈话", "选好了")}
"""Answers of several choices, as they are tapped."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """One demo for this module."""
    with demonstrated(tmp_path_factory.mktemp("demo")) as running:
        yield running


async def answer_to_the_end(phone: Phone, seen: str) -> str:
    """Answer from the question that is seen on, tapping where there is something to tap; returns the last words."""
    for _ in range(LONGEST):
        if "都答完了" in seen:
            return seen
        said = reply_to(seen)
        assert said is not None, f"no answer for: {seen}"
        offered = await phone.offers()
        if said in SEVERAL:
            for label in SEVERAL[said]:
                seen = await phone.taps(label)
        else:
            seen = await (phone.taps(said) if said in offered else phone.says(said))
        assert await phone.at_end()
    raise AssertionError(f"the form did not end: {seen}")


async def violations(demo: Demonstration) -> object:
    """What the simulator found wrong with the bot."""
    async with aiohttp.ClientSession() as session, session.get(f"{demo.url}/sim/violations") as response:
        return await response.json()


async def test_from_the_first_tap_to_the_officers_reading(chromium: str, demo: Demonstration) -> None:
    """A head of a subsidiary fills the sheet and gets a number; only an officer over the unit reads it."""
    async with at_desk(chromium, demo.url, *DESKTOP) as desk:
        await desk.keeps("1-people")
        wang = await desk.phone_of("王建国")
        assert "王建国" in await wang.chooses("菜单", "主菜单")
        assert "第 1/" in await wang.taps(TITLE)
        assert "选项里没有“还行吧”" in await wang.says("还行吧")
        await desk.keeps("2-wrong-answer")
        assert "第 2/" in await wang.taps("总体良好")
        assert "已填：总体良好" in await wang.taps("上一步")
        await answer_to_the_end(wang, await wang.taps("总体良好"))
        seen = await wang.taps("预览")
        await desk.keeps("3-preview")
        while NEXT_PAGE in await wang.offers():
            seen += await wang.taps(NEXT_PAGE)
        assert WEAK_POINT in seen
        submitted = await wang.taps("提交")
        found = NUMBER.search(submitted)
        assert found, submitted
        await desk.keeps("4-number")

        sun, zhao = await desk.phone_of("孙莉"), await desk.phone_of("赵强")
        assert WEAK_POINT in await sun.says(f"查 {found.group()}")
        unknown = await zhao.says("查 GC26-9999999")
        assert UNKNOWN in unknown
        assert await zhao.says(f"查 {found.group()}") == unknown
        await desk.keeps("5-side-by-side")
        assert desk.complaints == []
    assert await violations(demo) == []


async def test_a_new_observer_binds_and_begins_on_a_small_screen(chromium: str, demo: Demonstration) -> None:
    """The invite code from the list of people, a confirmation, then 开始填表 in the bottom menu."""
    async with at_desk(chromium, demo.url, *POCKET) as desk:
        note = await desk.page.get_by_test_id("person").filter(has_text="陈晓").inner_text()
        code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", note)
        assert code, note
        chen = await desk.phone_of("陈晓")
        assert "陈*" in await chen.says(code.group())
        assert "绑定好了" in await chen.taps("确认")
        assert "第 1/" in await chen.chooses("观察填报", "开始填表")
        await desk.keeps("6-small-screen")
        assert desk.complaints == []
    assert await violations(demo) == []
