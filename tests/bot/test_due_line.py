"""Whoever writes anyway reads what is due, once a day; 停止提醒 leaves out what no duty hangs on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.models import Notice
from storage.vocabulary import NoticeKind
from tests.bot.posting import CUSTOM, Post, posting
from tests.storage.owed import DUE_AT


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """王建国 owes a sheet by the end of the year, and nobody is to be reminded."""
    async with posting(tmp_path) as made:
        made.world.clock.now = DUE_AT - timedelta(days=6)
        await made.owing.begin(1)
        await made.owing.owes(made.world.people["wang"], 1)
        yield made
        assert await made.world.violations() == []


async def test_what_is_due_within_a_week_stands_below_the_menu_once_a_day(post: Post) -> None:
    user = post.world.user("wang")
    await user.says("菜单")
    user.sees("📌 待交：2026年第四季度综合观察表，12月31日（周四）18:00截止 现在填")
    await user.says("菜单")
    user.sees_not("📌")
    post.world.clock.forward(days=1)
    await user.says("你好")
    user.sees("📌 待交：")
    await user.taps("现在填")
    user.sees("综合观察表", "1/")
    user.sees_not("📌")


async def test_it_says_how_late_and_how_many(post: Post) -> None:
    post.world.clock.now = DUE_AT + timedelta(days=2)
    await post.owing.begin(1, due_at=DUE_AT + timedelta(days=3))
    await post.owing.owes(post.world.people["wang"], 1)
    user = post.world.user("wang")
    await user.says("帮助")
    user.sees("📌 待交 2 份，最近的是2026年第四季度综合观察表，已逾期 2 天")


async def test_nothing_is_said_early_or_to_others_or_after_it_is_done(post: Post) -> None:
    other = post.world.user("sun")
    await other.says("菜单")
    other.sees_not("📌")
    user = post.world.user("wang")
    post.world.clock.now = DUE_AT - timedelta(days=8)
    await user.says("菜单")
    user.sees_not("📌")


async def test_a_confirmed_text_or_a_report_carries_no_line(post: Post) -> None:
    user = post.world.user("wang")
    await user.says("建议食堂晚上加一个热菜")
    user.sees_not("📌")


async def test_the_line_closes_no_delivery(post: Post) -> None:
    user = post.world.user("wang")
    await post.owing.begin(1)
    await post.owe(["wang"])
    await post.become(parked=1)
    await user.says("菜单")
    user.sees("📌")
    await post.become(planned=1)
    post.world.clock.forward(minutes=10)
    await user.told("您有观察表要交")


async def test_whoever_declines_still_reads_what_they_owe(post: Post) -> None:
    user = post.world.user("wang")
    await user.says("停止提醒")
    user.sees("不再推送给您", "还会照常提醒")
    await note(post, "a")
    await post.become(superseded=1)
    assert await post.calls(CUSTOM) == []
    await user.says("菜单")
    user.sees("GC26-a")
    await post.owing.begin(1)
    await post.owe(["wang"])
    await user.told("观察表要交")
    await user.says("恢复提醒")
    user.sees("都会推送给您")
    await note(post, "b")
    await user.told("GC26-b")
    user.sees("不想收到这类消息，可回复 停止提醒")
    await user.taps("停止提醒")
    user.sees("不再推送给您")


async def test_somebody_who_is_not_bound_is_told_how(post: Post) -> None:
    user = post.world.user("a stranger")
    await user.says("停止提醒")
    user.sees("绑定")


async def note(post: Post, number: str) -> None:
    """A sheet of 王建国 was accepted."""
    body = {"number": f"GC26-{number}", "title": "综合观察表", "version": 1, "comment": ""}
    now = post.world.clock()
    async with post.owing.database.administration("test", now) as session:
        person = post.world.people["wang"]
        kind = NoticeKind.SHEET_ACCEPTED
        session.add(Notice(person_id=person, kind=kind, subject=number, body=body, created_at=now))
