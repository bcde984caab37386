"""What a message was to say may have ended before it goes out: an appointment, an office, a duty."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from storage.admin import administer
from storage.models import Delivery, DeliveryEvent, Due, Duty, Office, core
from tests.bot.posting import CUSTOM, Post, posting


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Post]:
    """Half past nine in the evening; 王建国 owes a sheet and a reminder waits for the morning."""
    async with posting(tmp_path) as post:
        await post.world.user("wang").says("菜单")
        post.world.clock.forward(hours=12)
        await post.owe(["wang"])
        await post.become(planned=1)
        yield post
        assert await post.world.violations() == []


async def test_who_was_dismissed_in_the_evening_is_not_reminded_in_the_morning(night: Post) -> None:
    officer, user = night.world.user("li"), night.world.user("wang")
    await officer.says("解聘 王建国")
    officer.sees("最后一天是 2026年11月20日", "综合观察员")
    await officer.taps("确认")
    night.world.clock.forward(hours=12)
    await night.become(superseded=1)
    assert await night.inbox("wang") == []
    await officer.says("推送 王建国")
    officer.sees("没有发，不用再发：已经交了、看过了、不用交了，或者代填结束了")
    await user.says("我的任务")
    user.sees_not("四季度")
    await officer.says("未交")
    officer.sees("王建国", "已调离")


async def test_who_was_moved_in_the_evening_reads_of_the_new_post_only(night: Post) -> None:
    officer, user = night.world.user("li"), night.world.user("wang")
    await officer.says("调动 王建国 三公司")
    await officer.taps("确认")
    night.world.clock.forward(hours=12)
    await user.told("廉洁风险交底")
    user.sees_not("第四季度", "您有观察表要交")
    assert len(await night.calls(CUSTOM)) == 1


async def test_an_appointment_that_still_runs_in_the_morning_is_reminded(night: Post) -> None:
    officer = night.world.user("li")
    await officer.says("解聘 王建国 11月21日")
    officer.sees("最后一天是 2026年11月21日")
    await officer.taps("确认")
    night.world.clock.forward(hours=12)
    await night.world.user("wang").told("您有观察表要交")
    await night.become(sent=1)


@pytest.mark.parametrize(("until", "told"), [("11月20日", False), ("11月21日", True)])
async def test_who_stands_in_is_reminded_while_the_leave_lasts(night: Post, until: str, told: bool) -> None:
    officer, stand_in = night.world.user("li"), "sun"
    await night.world.user(stand_in).says("菜单")
    person, substitute = night.world.people["wang"], night.world.people[stand_in]
    await officer.says(f"请假 王建国 11月20日到{until} 代填 孙莉")
    await officer.taps("确认")
    (duty,) = await night.owing.rows(select(core(Duty).c.id))
    await night.owing.tell(duty.id, substitute, 1)
    await night.become(planned=2)
    night.world.clock.forward(hours=12)
    await night.become(sent=1 + told, superseded=1 - told)
    assert [state for state, _ in await night.owing.deliveries(substitute)] == ["sent" if told else "superseded"]
    assert [state for state, _ in await night.owing.deliveries(person)] == ["sent"]


async def test_what_who_stood_in_was_to_be_told_goes_to_the_observer(night: Post) -> None:
    """A 催办 in the night of a leave's last day was told to nobody in the morning: neither to who stood in nor to
    the observer.
    """
    officer, wang = night.world.user("li"), night.world.user("wang")
    await night.world.user("sun").says("菜单")
    table = core(Due)
    async with night.owing.database.administration("test", night.world.clock()) as session:
        await session.execute(delete(table))
        await session.execute(delete(core(DeliveryEvent)))
        await session.execute(delete(core(Delivery)))
    await officer.says("请假 王建国 11月20日到11月20日 代填 孙莉")
    await officer.taps("确认")
    await officer.says("催办 综合")
    await officer.taps("确认")
    await night.become(planned=1)
    night.world.clock.forward(hours=12)
    await wang.told("纪检人员请您尽快提交")
    await night.become(sent=1, superseded=1)
    assert await night.inbox("sun") == []
    assert [state for state, _ in await night.owing.deliveries(night.world.people["wang"])] == ["sent"]
    await officer.says("推送 孙莉")
    officer.sees("没有发，不用再发", "改为通知现在该交的人")


async def test_the_officers_digest_still_names_who_has_left(night: Post) -> None:
    officer = night.world.user("li")
    person = night.world.people["wang"]
    (duty,) = await night.owing.rows(select(core(Duty).c.id))
    await night.owing.tell(duty.id, night.world.people["li"], 3)
    await officer.says("解聘 王建国")
    await officer.taps("确认")
    night.world.clock.forward(hours=12)
    await officer.told("【未交情况】")
    officer.sees("王建国")
    assert await night.owing.deliveries(person) == [("superseded", "nothing")]


async def test_who_is_no_officer_any_more_is_told_of_nobody(night: Post) -> None:
    officer = night.world.user("li")
    await officer.says("菜单")
    (duty,) = await night.owing.rows(select(core(Duty).c.id))
    await night.owing.tell(duty.id, night.world.people["li"], 3)
    await night.become(planned=2)
    (office,) = await night.owing.rows(
        select(core(Office).c.id).where(core(Office).c.person_id == night.world.people["li"])
    )
    async with administer(night.owing.database, actor="test", now=night.world.clock()) as admin:
        await admin.end_office(office.id)
    night.world.clock.forward(hours=12)
    await night.become(sent=1, superseded=1)
    assert await night.inbox("li") == []
