"""Binding beyond the code: a stranger applies with name and phone, an officer decides, and everybody is told."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.organisation import Member
from storage.models import AuditEntry, Contact, ContactNotice, Draft, Notice, Person
from storage.vocabulary import DraftState
from tests.bot.posting import POLL
from tests.bot.test_rights import hire, records
from tests.bot.wire import rows
from tests.chat import OWN_ACCORD, User
from tests.walk import fill, fill_on
from tests.world import GROUP, World, open_world

PHONES = {"wang": "13812340412", "chen": "13900010233"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, overrides={"poll": POLL}) as opened:
        async with records(opened) as database, database.administration("test", opened.clock()) as session:
            for name, phone in PHONES.items():
                change = update(Person).where(col(Person.id) == opened.people[name]).values(phone=phone)
                await session.execute(change)
        yield opened


async def holder(world: World, name: str) -> str | None:
    """The openid that a person is bound to."""
    query = select(col(Contact.openid)).where(col(Contact.person_id) == world.people[name])
    found = await rows(world.settings.database, query)
    return found[0].openid if found else None


async def applied(user: User, said: str) -> None:
    """Apply, and say yes."""
    await user.says(said)
    user.sees("是您本人吗")
    await user.taps("确认")
    user.sees("申请已经交给纪检人员")


async def planned(world: World) -> None:
    """Wait until whatever is to be told is put down for sending: the clock may go on."""
    open_still = select(col(Notice.id)).where(col(Notice.seen_at).is_(None), col(Notice.delivery_id).is_(None))
    for _ in range(400):
        if not await rows(world.settings.database, open_still):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("not put down for sending")


async def test_whoever_waits_for_an_officer_is_told_so(world: World) -> None:
    """It was not said: they heard how to be bound, and applied once more."""
    user, officer = world.user("somebody"), world.user("sun")
    await user.says("菜单")
    user.sees("要填表，请先绑定身份")
    await applied(user, "绑定 王建国 0412")
    for said in ("菜单", "我的任务", "填表", "你好"):
        await user.says(said)
        user.sees("您的绑定申请已经交给纪检人员了")
        user.sees_not("绑定码")
    await user.says("绑定 陈晓 0233")
    await user.taps("确认")
    user.sees("申请已经交给纪检人员", "您之前替别的姓名交的申请不再算数")
    await officer.says("绑定申请")
    officer.sees_not("王建国")
    await user.says("菜单")
    user.sees("您的绑定申请已经交给纪检人员了")


async def listed(officer: User) -> str:
    """The number of the oldest request that waits."""
    await officer.says("绑定申请")
    found = re.search(r"^([0-9]+)\. ", officer.seen, re.MULTILINE)
    assert found is not None, officer.seen
    return found[1]


async def decided(officer: User, said: str, *told: str) -> None:
    """Say it, see the question, and confirm."""
    await officer.says(said)
    officer.sees("这份绑定申请，对吗？")
    await officer.taps("确认")
    officer.sees(*told)


@pytest.mark.parametrize(
    "said",
    ["绑定 陈晓 0233", "绑定陈晓0233", "绑定 陈晓 手机尾号 0233", "绑定：陈晓，０２３３", "我要绑定 陈晓 13900010233"],
)
async def test_somebody_without_a_code_applies_and_an_officer_confirms(world: World, said: str) -> None:
    new, li = world.user("new phone"), world.user("li")
    await new.says(said)
    new.sees("陈*（三公司）", "是您本人吗")
    new.sees_not("陈晓", "139")
    await new.taps("确认")
    new.sees("申请已经交给纪检人员")
    assert await holder(world, "chen") is None
    await new.says("菜单")
    new.sees("您的绑定申请已经交给纪检人员了")
    await li.says("绑定申请")
    li.sees("陈晓（工号 2，清源集团 / 三公司），手机 139****0233", "11月20日 09:30 申请")
    li.sees_not("已绑定另一个微信")
    await li.taps("确认")
    li.sees("陈晓（工号 2，清源集团 / 三公司），手机 139****0233", "确认这份绑定申请，对吗？")
    assert await holder(world, "chen") is None
    await li.taps("确认")
    li.sees("已确认：陈晓 绑定好了")
    await new.told("陈晓，您的绑定申请通过了")
    await new.taps("菜单")
    new.sees("陈晓（清源集团 / 三公司），您好")
    await li.says("绑定申请")
    li.sees("现在没有等您确认的绑定申请")
    audited = await rows(world.settings.database, select(col(AuditEntry.action), col(AuditEntry.actor)))
    pairs = [(row.action, row.actor) for row in audited]
    assert ("person.bound", f"person:{world.people['li']}") in pairs
    assert any(action == "binding.asked" for action, _ in pairs)
    assert not await world.violations()


async def test_a_refusal_is_told_to_a_contact_that_is_nobodys(world: World) -> None:
    new, li = world.user("new phone"), world.user("li")
    await applied(new, "绑定 陈晓 0233")
    number = await listed(li)
    await decided(li, f"拒绝绑定 {number}", "已拒绝 陈晓 的绑定申请")
    await new.told("您的绑定申请没有通过")
    query = select(col(ContactNotice.seen_at))
    for _ in range(500):  # it counts as seen a moment after it has arrived
        if (await rows(world.settings.database, query))[0].seen_at is not None:
            break
        await asyncio.sleep(0.02)
    await new.says("菜单")
    new.sees_not("没有通过")  # told once
    await li.says(f"确认绑定 {number}")
    li.sees("这份申请已经办过了")
    assert await holder(world, "chen") is None


async def test_the_officers_in_charge_are_told_once_and_answer_by_number(world: World) -> None:
    """Nobody told them: an applicant waited until an officer happened to say 绑定申请."""
    sun, li, zhao = world.user("sun"), world.user("li"), world.user("zhao")
    for officer in (sun, li, zhao):
        await officer.says("菜单")
    await applied(world.user("new phone"), "绑定 王建国 0412")
    await sun.told("二公司的王建国申请绑定微信，等您确认。请先和本人核实。")
    sun.sees_not("0412", "138")
    await sun.taps("绑定申请")
    sun.sees("王建国（工号 1，清源集团 / 二公司），手机 138****0412", "回复序号")
    number = re.findall(r"^([0-9]+)\. ", sun.seen, re.MULTILINE)[0]
    await sun.says(f"{int(number) + 5}")
    sun.sees(f"没有第 {int(number) + 5} 份")
    await sun.says(number)
    sun.sees("确认这份绑定申请，对吗？", "不是本人的，点“拒绝”")
    assert "拒绝" in sun.taps_seen
    assert await holder(world, "wang") == "wang"
    await sun.says("确认")
    sun.sees("已确认：王建国 绑定好了，原来的微信已解绑")
    assert await holder(world, "wang") == "new phone"
    for officer in (li, zhao):  # the group's officer looks after those below only where they have none of their own
        await officer.says("菜单")
        officer.sees_not("申请绑定")


@pytest.mark.parametrize("said", ["确认", "同意", "好的", "1", "第一个", "确认绑定 1", "确认。"])
async def test_the_only_application_needs_no_number(world: World, said: str) -> None:
    """It was numbered 2, and 确认 was told that nothing waits."""
    li = world.user("li")
    await applied(world.user("one"), "绑定 王建国 0412")
    await li.says("绑定申请")
    await decided(li, "确认绑定 1", "已确认：王建国")
    await applied(world.user("two"), "绑定 陈晓 0233")
    await li.says("绑定申请")
    li.sees("1. 陈晓")
    await decided(li, said, "已确认：陈晓")


async def test_two_applications_are_numbered_from_one_and_need_their_number(world: World) -> None:
    li = world.user("li")
    await applied(world.user("one"), "绑定 王建国 0412")
    await li.says("绑定申请")
    await decided(li, "1", "已确认：王建国")
    await applied(world.user("two"), "绑定 陈晓 0233")
    await applied(world.user("three"), "绑定 王建国 0412")
    await li.says("绑定申请")
    li.sees("1. 陈晓", "2. 王建国")
    await li.says("同意")
    li.sees_not("这份绑定申请，对吗？")
    await li.says("绑定申请")
    await decided(li, "拒绝绑定 2", "已拒绝 王建国")
    await li.says("人员 王建国")
    await li.says("同意")
    li.sees_not("这份绑定申请，对吗？")


async def test_requests_of_the_night_are_told_in_one_message_and_not_when_decided(world: World) -> None:
    li = world.user("li")
    await hire(world, "qian", Member("钱进", (GROUP, "三公司"), staff_number="9"))
    async with records(world) as database, database.administration("test", world.clock()) as session:
        await session.execute(update(Person).where(col(Person.staff_number) == "9").values(phone="13611110099"))
    world.clock.forward(hours=12, minutes=30)  # 22:00
    await li.says("菜单")
    await applied(world.user("one"), "绑定 陈晓 0233")
    await applied(world.user("two"), "绑定 钱进 0099")
    await applied(world.user("three"), "绑定 陈晓 0233")
    world.clock.forward(hours=1)
    await applied(world.user("three"), "绑定 钱进 0099")  # instead of the request before
    await planned(world)
    world.clock.forward(hours=9, minutes=30)
    await li.told("有 3 份绑定申请等您确认：三公司的陈晓、三公司的钱进。请先和本人核实。")
    async with world.session.get(f"{world.platform_url}/sim/people/li/inbox") as response:
        pushed = [entry for entry in await response.json() if entry["via"] == OWN_ACCORD]
    assert len(pushed) == 1


async def test_two_officers_answer_one_request_and_one_is_told_that_it_is_done(world: World) -> None:
    new, sun, li = world.user("new phone"), world.user("sun"), world.user("li")
    await applied(new, "绑定 王建国 0412")
    number = await listed(sun)
    await sun.says(f"确认绑定 {number}")
    await li.says(f"拒绝绑定 {number}")
    await sun.taps("确认")
    sun.sees("已确认：王建国")
    await li.taps("确认")
    li.sees("这份申请已经办过了")
    assert await holder(world, "wang") == "new phone"
    await new.says("菜单")
    new.sees_not("没有通过")


async def test_ten_questions_a_day_are_enough(world: World) -> None:
    """Each yes is told to officers: nobody may have them told all day."""
    user = world.user("eager")
    for _ in range(5):
        await applied(user, "绑定 陈晓 0233")
        await applied(user, "绑定 王建国 0412")
    await user.says("绑定 陈晓 0233")
    user.sees("今天已经申请过很多次了")
    other = world.user("other")
    await other.says("绑定 陈晓 0233")
    other.sees("是您本人吗")


async def test_what_could_not_be_pushed_is_told_at_the_next_turn(world: World) -> None:
    new, li = world.user("new phone"), world.user("li")
    await applied(new, "绑定 陈晓 0233")
    world.clock.forward(days=3)  # no customer-service message reaches somebody who wrote 48 hours ago
    await decided(li, f"拒绝绑定 {await listed(li)}", "已拒绝")
    await new.says("菜单")
    new.sees("您的绑定申请没有通过", "请先绑定身份")
    await new.says("菜单")
    new.sees_not("没有通过")


async def test_a_new_wechat_takes_the_person_along_with_the_open_draft(world: World) -> None:
    wang, new, sun = world.user("wang"), world.user("new phone"), world.user("sun")
    await fill(wang, until="重点工作落实的总体情况")
    await applied(new, "绑定 王建国 0412")
    await sun.says("绑定申请")
    sun.sees("※ 已绑定另一个微信，确认后换到新的微信")
    await sun.taps("确认")
    sun.sees("※ 已绑定另一个微信", "对吗？")
    await sun.taps("确认")
    sun.sees("已确认：王建国 绑定好了，原来的微信已解绑")
    assert await holder(world, "wang") == "new phone"
    await wang.told("已在另一微信上绑定")
    wang.sees_not("王建国", "new phone")
    await wang.says("预览")
    wang.sees_not("总体良好")
    await new.says("菜单")
    new.sees("继续 综合观察表")
    await fill_on(new)
    await new.says("提交")
    new.sees("《综合观察表》已提交")


async def test_only_officers_of_the_person_and_never_the_person_decide(world: World) -> None:
    """The same to the byte for another company's officer, an observer, a stranger, and for what does not exist."""
    new, zhao, sun = world.user("new phone"), world.user("zhao"), world.user("sun")
    await applied(new, "绑定 王建国 0412")
    number = await listed(sun)
    unknown = await sun.says("确认绑定 99999")
    for user in (zhao, world.user("wang"), world.user("stranger")):
        assert await user.says(f"确认绑定 {number}") == unknown
        assert await user.says(f"拒绝绑定 {number}") == unknown
        assert await user.says("绑定申请") == "现在没有等您确认的绑定申请。\n\n菜单"
    assert await holder(world, "wang") == "wang"
    async with records(world) as database, database.administration("test", world.clock()) as session:
        change = update(Person).where(col(Person.id) == world.people["sun"]).values(phone="13711110555")
        await session.execute(change)
    await applied(world.user("thief"), "绑定 孙莉 0555")
    await sun.says("绑定申请")
    mine = re.findall(r"^([0-9]+)\. 孙莉", sun.seen, re.MULTILINE)[0]
    await sun.says(f"确认绑定 {mine}")
    sun.sees("这是您自己的事，请另一位纪检人员来办")


async def test_wrong_is_answered_alike_and_five_times_a_day(world: World) -> None:
    user = world.user("guesser")
    answers = {await user.says(f"绑定 {name} {tail}") for name, tail in (("王建国", "9999"), ("不存在", "0412"))}
    assert len(answers) == 1
    assert "没有对上" in answers.pop()
    await user.says("绑定 陈晓 0234")
    await user.says("绑定 李敏 0001")  # no phone is kept of her
    user.sees("没有对上")
    await user.says("绑定 王建国 1234")
    user.sees("今天已经有 5 次没有对上")
    await user.says("绑定 王建国 0412")
    user.sees("今天已经有 5 次没有对上")
    another = world.user("another")
    await another.says("绑定 王建国 0412")
    another.sees("是您本人吗")


async def test_a_name_is_looked_for_twenty_times_a_day_by_whomever(world: World) -> None:
    for guesser in range(5):
        for tail in range(4):
            await world.user(f"guesser {guesser}").says(f"绑定 王建国 {1000 + guesser * 10 + tail}")
    late = world.user("late")
    await late.says("绑定 王建国 0412")
    late.sees("没有对上")
    late.sees_not("是您本人吗")
    other = world.user("other")
    await other.says("绑定 陈晓 0233")
    other.sees("是您本人吗")


async def test_namesakes_with_the_same_digits_are_not_offered(world: World) -> None:
    twin = await hire(world, "twin", Member("陈晓", (GROUP, "二公司"), staff_number="77"))
    async with records(world) as database, database.administration("test", world.clock()) as session:
        await session.execute(update(Person).where(col(Person.id) == twin).values(phone="13811110233"))
    user = world.user("new phone")
    await user.says("绑定 陈晓 0233")
    user.sees("没有对上")
    await user.says("绑定 陈晓 13900010233")
    user.sees("陈*（三公司）")


async def test_no_is_no_and_how_it_is_said(world: World) -> None:
    user = world.user("new phone")
    await user.says("绑定 陈晓")
    user.sees("绑定 姓名 手机后四位")
    await user.says("绑定 陈晓 0233")
    await user.says("取消")
    user.sees("没有办理")
    assert await world.user("li").says("绑定申请") == "现在没有等您确认的绑定申请。\n\n菜单"
    wang = world.user("wang")
    await wang.says("绑定 陈晓 0233")
    wang.sees("王建国，您已经绑定过了")
    wang.sees_not("陈")


async def test_applying_twice_waits_once_and_for_another_person_instead(world: World) -> None:
    user, li = world.user("new phone"), world.user("li")
    await applied(user, "绑定 陈晓 0233")
    await user.says("绑定 陈晓 0233")
    await user.taps("确认")
    user.sees("之前已经交了")
    await applied(user, "绑定 王建国 0412")
    await li.says("绑定申请")
    li.sees("王建国")
    li.sees_not("陈晓")


async def test_unbinding_oneself_asks_first_and_keeps_the_draft(world: World) -> None:
    wang = world.user("wang")
    await fill(wang, until="重点工作落实的总体情况")
    await wang.says("解绑")
    wang.sees("确定解绑吗")
    await wang.taps("取消")
    wang.sees("什么都没有改")
    await wang.says("解绑")
    await wang.taps("确认")
    wang.sees("已经解绑，王建国")
    wang.sees_not("未完成", "继续")
    assert await holder(world, "wang") is None
    await wang.says("继续")
    wang.sees_not("重点工作")
    drafts = await rows(world.settings.database, select(col(Draft.state), col(Draft.answers)))
    assert [row.state for row in drafts] == [DraftState.OPEN]
    assert "good" in str(drafts[0].answers)
    await applied(wang, "绑定 王建国 0412")
    sun = world.user("sun")
    await decided(sun, f"确认绑定 {await listed(sun)}", "已确认：王建国")
    await wang.says("继续")
    wang.sees("重点工作落实的总体情况")


async def test_an_officer_unbinds_somebody(world: World) -> None:
    sun, wang = world.user("sun"), world.user("wang")
    await wang.says("菜单")
    unknown = await world.user("zhao").says("解绑 王建国")
    assert await wang.says("解绑 王建国") == unknown
    await sun.says("解绑 王建国")
    sun.sees("解除 王建国（工号 1，清源集团 / 二公司） 的微信绑定，对吗？")
    await sun.taps("确认")
    sun.sees("已解除 王建国 的微信绑定")
    await wang.told("纪检人员已解除这个微信的绑定")
    await wang.says("菜单")
    wang.sees("请先绑定身份")
    await sun.says("解绑 王建国")
    sun.sees("还没有绑定微信")


async def test_a_changed_phone_finds_the_person(world: World) -> None:
    async with records(world) as database, database.administration("test", world.clock()) as session:
        await session.execute(update(Person).where(col(Person.id) == world.people["chen"]).values(phone="13700007788"))
    user = world.user("new phone")
    await user.says("绑定 陈晓 0233")
    user.sees("没有对上")
    await user.says("绑定 陈晓 7788")
    user.sees("陈*（三公司）")
