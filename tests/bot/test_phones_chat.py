"""改手机: an officer keeps another number of somebody; nobody reads it whole, and it is what a binding asks for."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bot.organisation import Member
from storage.admin import administer
from storage.models import AuditEntry, Person, Turn
from tests.bot.test_keeping_chat import SITE, confirmed
from tests.bot.test_rights import hire, offices, records
from tests.bot.wire import rows
from tests.walk import fill
from tests.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


async def phone(world: World, name: str = "wang") -> str | None:
    query = select(col(Person.phone)).where(col(Person.id) == world.people[name])
    kept: str | None = (await rows(world.settings.database, query))[0].phone
    return kept


async def keep(world: World, number: str | None, name: str = "wang") -> None:
    async with records(world) as database, database.administration("test", world.clock()) as session:
        await session.execute(update(Person).where(col(Person.id) == world.people[name]).values(phone=number))


async def test_a_new_number_is_asked_changed_once_audited_and_never_shown_whole(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await keep(world, "13812340412")
    sun, new = world.user("sun"), world.user("new phone")
    await sun.says("改手机 王建国 139 0001 0233")
    sun.sees("王建国（工号 1，清源集团 / 二公司） 的手机改登记：138****0412 → 139****0233，对吗？")
    assert await phone(world) == "13812340412"
    await sun.taps("确认")
    sun.sees("已改好：王建国 的手机登记为 139****0233")
    assert await phone(world) == "13900010233"
    await sun.says("改手机 1 +86 13900010233")
    sun.sees("登记的手机就是这个，不用改")
    entries = await rows(world.settings.database, select(col(AuditEntry.action), col(AuditEntry.detail)))
    changed = [entry.detail for entry in entries if entry.action == "person.changed"]
    assert len(changed) == 1 and "phone" in changed[0]
    kept = [*entries, *await rows(world.settings.database, select(col(Turn.conversation), col(Turn.reply)))]
    printed = capsys.readouterr()
    for text in (*(str(row) for row in kept), printed.out, printed.err):
        assert "13900010233" not in text and "00010233" not in text
    await new.says("绑定 王建国 0412")
    new.sees("没有对上")
    await new.says("绑定 王建国 0233")
    new.sees("王*国（二公司）", "是您本人吗")


async def test_slips_are_said_and_a_number_can_be_taken_away(world: World) -> None:
    await keep(world, "13812340412")
    sun = world.user("sun")
    await sun.says("改手机 王建国 1390001")
    sun.sees("手机号应是 11 位数字、以 1 开头，这里有 7 位；请改正。这样说：改手机 李四 13900001234")
    sun.sees_not("空着")  # of a cell of a workbook
    await sun.says("改手机 王建国 一三九零零")
    sun.sees("请只写 11 位数字")
    await sun.says("改手机 王建国")
    sun.sees("新的手机号是多少？这样说：改手机 李四 13900001234")
    await sun.says("改手机 王建国 13888880412")
    sun.sees("138****0412 → 138****0412（中间几位不同）")
    await sun.taps("取消")
    await confirmed(sun, "改手机号 王建国 无", "不再登记手机（现在是 138****0412）", "不能用手机后四位申请绑定")
    sun.sees("不再登记手机")
    assert await phone(world) is None
    await confirmed(sun, "换手机 王建国 改为 13700001111", "没有登记 → 137****1111")
    assert await phone(world) == "13700001111"


async def test_two_officers_change_it_and_the_second_is_told(world: World) -> None:
    sun, li = world.user("sun"), world.user("li")
    await sun.says("改手机 王建国 13700001111")
    await li.says("改手机 王建国 13700002222")
    await sun.taps("确认")
    await li.taps("确认")
    li.sees("没有办理：刚刚有人改过这位同志的信息")
    assert await phone(world) == "13700001111"


async def test_only_who_keeps_them_and_still_does(world: World) -> None:
    """An officer of another company, an observer, a stranger: the same to the byte as for nobody's name."""
    unknown = await world.user("sun").says("改手机 吴人 13700001111")
    for openid in ("zhao", "wang", "stranger"):
        assert await world.user(openid).says("改手机 王建国 13700001111") == unknown
    sun = world.user("sun")
    await sun.says("改手机 孙莉 13700001111")
    sun.sees("这是您自己的事，请另一位纪检人员来办")
    await sun.says("改手机 王建国 13700001111")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        for office in await offices(world, world.people["sun"]):
            await admin.end_office(office)
    await sun.taps("确认")
    sun.sees("在您负责的范围里没有找到")
    assert await phone(world) is None


async def test_namesakes_are_told_apart_and_a_form_keeps_its_answer(world: World) -> None:
    for number in ("12", "13"):
        await hire(world, f"n{number}", Member("李四", SITE, staff_number=number))
    sun, wang = world.user("sun"), world.user("wang")
    await sun.says("改手机 李四 13700001111")
    sun.sees("有几位同名")
    await sun.taps("李四（工号 13，清源集团 / 二公司 / 城东场站）")
    sun.sees("工号 13", "137****1111，对吗？")
    await fill(wang, until="项目投资方面，主要的薄弱环节")
    await wang.says("换手机 频繁 没人登记")
    wang.sees_not("没有找到")
    await wang.says("上一步")
    wang.sees("换手机 频繁 没人登记")


async def test_what_was_asked_with_the_old_number_waits_no_more(world: World) -> None:
    """The request showed the new number beside the name, as if the applicant had known it."""
    await keep(world, "13812341234")
    thief, sun, new = world.user("thief"), world.user("sun"), world.user("new phone")
    await thief.says("绑定 王建国 1234")
    await thief.taps("确认")
    thief.sees("申请已经交给纪检人员")
    await sun.says("绑定申请")
    sun.sees("138****1234")
    number = re.findall(r"^([0-9]+)\. ", sun.seen, re.MULTILINE)[0]
    await sun.says(f"确认绑定 {number}")
    asked = list(sun.replies)
    await confirmed(sun, "改手机 王建国 13800005678", "138****1234 → 138****5678")
    sun.sees("已改好", "凭原来的号码交的绑定申请已作废")
    await thief.told("登记的手机号刚刚改过，您之前的绑定申请作废了")
    thief.sees_not("5678", "王建国")
    assert await sun.says("绑定申请") == "现在没有等您确认的绑定申请。\n\n菜单"
    await sun.says(f"确认绑定 {number}")
    sun.sees("这份申请已经办过了，或者作废了")
    sun.replies = asked
    await sun.taps("确认")
    sun.sees("没有办理")
    await new.says("绑定 王建国 5678")
    await new.taps("确认")
    await sun.says("绑定申请")
    sun.sees("138****5678")


async def test_a_number_that_changes_between_question_and_answer_asks_for_nothing(world: World) -> None:
    await keep(world, "13812341234")
    thief, sun = world.user("thief"), world.user("sun")
    await thief.says("绑定 王建国 1234")
    thief.sees("是您本人吗")
    await confirmed(sun, "改手机 王建国 13800005678")
    sun.sees_not("作废")
    await thief.taps("确认")
    thief.sees("没有办理：登记的手机号刚刚改过")
    assert await sun.says("绑定申请") == "现在没有等您确认的绑定申请。\n\n菜单"
