"""Officers keep people by chat: everything is asked first, done once, told to whom it is about, and nobody else's."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.organisation import Member
from bot.people_import import carry_out, compare
from bot.transfers import Transfers
from storage.admin import administer
from storage.commands import EndAppointments, KeepingRefused, TransferPerson
from storage.models import Appointment, AuditEntry, Notice, Person, Unit
from storage.vocabulary import KeepingRefusal, Role
from tests.bot.test_rights import hire, offices, records
from tests.bot.wire import rows
from tests.chat import User
from tests.handlers.people.books import Rows, roster
from tests.walk import fill
from tests.world import GROUP, TIMEZONE, World, open_world

SITE = (GROUP, "二公司", "城东场站")
UNITS: Rows = [(GROUP, None, None, None), ("二公司", GROUP, None, None), ("城东场站", "二公司", None, None)]
"""The same as a workbook writes it."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


async def audited(world: World) -> list[str]:
    """The actions of the audit log, the newest last, without those of the demonstration."""
    found = await rows(world.settings.database, select(col(AuditEntry.action)).order_by(col(AuditEntry.position)))
    return [row.action for row in found]


async def unit_of(world: World, person: int) -> str:
    """The name of a person's unit."""
    query = select(col(Unit.name)).join(Person, col(Person.unit_id) == col(Unit.id)).where(col(Person.id) == person)
    return str((await rows(world.settings.database, query))[0].name)


async def confirmed(user: User, said: str, *asked: str) -> str:
    """Say it, see the question, and confirm."""
    await user.says(said)
    user.sees(*asked, "对吗？")
    return await user.taps("确认")


async def test_an_appointment_is_asked_made_once_audited_and_asks_for_the_risk_briefing(world: World) -> None:
    sun, lisi = world.user("sun"), world.user("lisi")
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    await lisi.says("菜单")  # WeChat passes on nothing to somebody who has not written for two days
    await sun.says("聘任 李四 为 二公司城东场站 职能观察员，自 2026-12-01 起")
    sun.sees("聘任 李四（工号 12，清源集团 / 二公司 / 城东场站） 为 清源集团 / 二公司 / 城东场站 职能观察员")
    sun.sees("自 2026年12月1日 起，对吗？")
    before = len(await audited(world))
    await sun.taps("确认")
    sun.sees("已办好：李四", "自 2026年12月1日 起聘任")
    await lisi.told("请在当面交底以后，填写《廉洁风险交底确认》")
    lisi.sees("您自 2026年12月1日 起聘任为 清源集团 / 二公司 / 城东场站 的职能观察员")
    await lisi.taps("现在填写")
    lisi.sees("开始填写《廉洁风险交底确认》", "这次交底是因为什么")
    assert (await audited(world))[before:].count("appointment.made") == 1
    await sun.says("确认办理")
    sun.sees("刚才那件已经办好了")
    await sun.says("聘任 12 职能 城东场站 2026年12月1日起")
    sun.sees("已经是 清源集团 / 二公司 / 城东场站 职能观察员（2026年12月1日 起），不用再聘")
    assert (await audited(world)).count("appointment.made") == (await audited(world))[:before].count(
        "appointment.made"
    ) + 1
    assert not await world.violations()


async def test_a_briefing_is_asked_for_until_it_is_filled(world: World) -> None:
    sun, lisi = world.user("sun"), world.user("lisi")
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    await lisi.says("菜单")
    await confirmed(sun, "聘任 李四 为 二公司城东场站 职能观察员")
    await lisi.told("《廉洁风险交底确认》")
    await sun.says("人员 李四")
    sun.sees("廉洁风险交底确认：还没有填，2026年11月20日通知的")
    await lisi.says("谢谢")
    await lisi.says("我的任务")
    lisi.sees("◆ 当面交底以后要填的", "《廉洁风险交底确认》（聘任为 清源集团 / 二公司 / 城东场站 的职能观察员）")
    await lisi.taps("现在填")
    lisi.sees("这次交底是因为什么")
    for said in ("新任职", "仓库管理员", "孙莉 纪检专责", "今天", *["1"] * 5):
        await lisi.says(said)
    for said in ("物资进出库时虚报数量，造成损失和浪费", "双人点数、当天登记入账", "都清楚了", "李四", "提交"):
        await lisi.says(said)
    if "已提交" not in lisi.seen:
        await lisi.says("就按这样提交")
    lisi.sees("已提交")
    await lisi.says("我的任务")
    lisi.sees_not("当面交底")
    await sun.says("人员 李四")
    sun.sees("廉洁风险交底确认：2026年11月20日已填（")
    assert not await world.violations()


async def test_an_appointment_called_off_before_it_begins_asks_for_nothing(world: World) -> None:
    sun, lisi = world.user("sun"), world.user("lisi")
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    await confirmed(sun, "聘任 李四 为 二公司城东场站 职能观察员，自 2026-12-01 起")
    await sun.says("解聘 李四 职能")
    sun.sees("职能观察员，2026年12月1日 至 长期（还没开始，取消）", "就当没有聘任过")
    sun.sees_not("最后一天")
    await sun.taps("确认")
    sun.sees("已办好：取消了 李四 还没开始的 1 项聘任")
    await lisi.says("菜单")
    lisi.sees_not("聘任为")
    await lisi.says("我的任务")
    lisi.sees_not("当面交底")
    await sun.says("人员 李四")
    sun.sees_not("廉洁风险交底确认")


async def brought_in(world: World, folder: Path, sheets: dict[str, Rows]) -> None:
    """Import a people workbook as the command does, asking for the risk briefing."""
    people = roster(folder, sheets)
    async with records(world) as database:
        planned = await compare(database, people, world.clock(), TIMEZONE)
        assert planned.faults == ()
        await carry_out(
            database,
            planned,
            people,
            actor="test",
            now=world.clock(),
            tell=lambda count: None,
            brief_from=planned.today,
        )


async def test_somebody_appointed_by_a_workbook_is_asked_for_the_briefing_too(world: World, tmp_path: Path) -> None:
    lisi = world.user("lisi")
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    sheets: dict[str, Rows] = {
        "单位": UNITS,
        "人员": [("12", "李四", "城东场站", None, None, None)],
        "聘任": [("12", "职能", "城东场站", "2026-12-01", None)],
    }
    await brought_in(world, tmp_path, sheets)
    await lisi.says("菜单")
    lisi.sees("您自 2026年12月1日 起聘任为 清源集团 / 二公司 / 城东场站 的职能观察员", "请在当面交底以后")
    await lisi.taps("现在填写")
    lisi.sees("开始填写《廉洁风险交底确认》")


async def test_somebody_transferred_by_a_workbook_is_asked_for_the_briefing_as_by_chat(
    world: World, tmp_path: Path
) -> None:
    """Who was transferred by chat was told and asked, who was transferred by a workbook never was."""
    lisi = world.user("lisi")
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    for unit, called in (("二公司", "清源集团 / 二公司"), ("城东场站", "清源集团 / 二公司 / 城东场站")):
        await brought_in(world, tmp_path, {"单位": UNITS, "人员": [("12", "李四", unit, None, None, None)]})
        await lisi.says("菜单")
        lisi.sees(f"您自 2026年11月20日 起调到 {called}。\n请在当面交底以后，填写《廉洁风险交底确认》")
    await brought_in(world, tmp_path, {"单位": UNITS, "人员": [("12", "李四", "二公司", None, None, None)]})
    assert len(await rows(world.settings.database, select(col(Notice.id)))) == 3, "back again is told as well"
    await lisi.taps("现在填写")
    lisi.sees("开始填写《廉洁风险交底确认》", "这次交底是因为什么")
    assert not await world.violations()


async def test_a_workbook_that_moves_nobody_tells_nobody_of_a_transfer(world: World, tmp_path: Path) -> None:
    await hire(world, "lisi", Member("李四", SITE, staff_number="12"))
    await brought_in(world, tmp_path, {"单位": UNITS, "人员": [("12", "李四", "城东场站", None, "班长", None)]})
    assert await rows(world.settings.database, select(col(Notice.id))) == []


async def test_a_question_that_is_declined_changes_nothing(world: World) -> None:
    sun = world.user("sun")
    before = await audited(world)
    await sun.says("聘任 王建国 项目 二公司")
    await sun.says("取消")
    sun.sees("没有办理")
    await sun.says("确认")
    sun.sees_not("已办好")
    await sun.says("聘任 王建国 项目 二公司")
    world.clock.forward(minutes=31)
    await sun.says("确认办理")
    sun.sees("现在没有等您确认的事")
    assert await audited(world) == before


@pytest.mark.parametrize(
    "said",
    [
        "人员 {}",
        "聘任 {} 职能 二公司",
        "解聘 {} 综合",
        "调动 {} 一公司",
        "请假 {} 12月1日 至 12月5日",
        "销假 {}",
        "代填 {} 由 孙莉",
    ],
)
async def test_whoever_keeps_nobody_here_reads_what_stands_for_the_unknown(world: World, said: str) -> None:
    """An officer of another company, an observer, a stranger, and an officer who names nobody: the same to the byte."""
    await world.user("wang").says("菜单")
    answers = set()
    for openid, name in (
        ("zhao", "王建国"),
        ("zhao", "孙莉"),
        ("wang", "王建国"),
        ("stranger", "王建国"),
        ("sun", "吴人"),
    ):
        answers.add(await world.user(openid).says(said.format(name)))
    assert len(answers) == 1
    assert "在您负责的范围里没有找到" in answers.pop()


async def test_a_unit_of_somebody_else_is_unknown_too(world: World) -> None:
    sun = world.user("sun")
    unknown = await sun.says("聘任 王建国 职能 九公司")
    assert await sun.says("聘任 王建国 职能 一公司") == unknown
    assert await sun.says("调动 王建国 一公司") == unknown
    assert await sun.says("人员 一公司") == unknown
    await world.user("li").says("调动 王建国 一公司")
    world.user("li").sees_not("没有找到")


async def test_namesakes_are_told_apart_by_a_tap(world: World) -> None:
    await hire(world, "first", Member("李四", (GROUP, "二公司"), staff_number="12"))
    await hire(world, "second", Member("李四", SITE, staff_number="13"))
    sun = world.user("sun")
    await sun.says("聘任 李四 职能 城东场站 自 12月1日")
    sun.sees("有几位同名")
    assert len(sun.taps_seen) == 2
    await sun.taps("李四（工号 13，清源集团 / 二公司 / 城东场站）")
    sun.sees("聘任 李四（工号 13", "自 2026年12月1日 起，对吗？")
    await sun.says("解聘 李四")
    sun.sees("1. 李四（工号 12", "2. 李四（工号 13", "回复序号")
    await sun.says("2")
    sun.sees("李四（工号 13", "不用解聘")


async def test_braces_in_a_staff_number_are_signs_like_others(world: World) -> None:
    """The command of a tap is put together with the staff number; {临} in it was taken for a place to fill."""
    for place in ("东站", "西站"):
        await hire(world, place, Member("钱一", (GROUP, "二公司", place, "班组")))
    await hire(world, "qian", Member("钱二", (GROUP, "二公司"), staff_number="{临}7"))
    sun = world.user("sun")
    for said in ("聘任 钱二 职能 班组", "调动 钱二 班组"):
        await sun.says(said)
        sun.sees("东站 / 班组", "西站 / 班组")
        await sun.taps("清源集团 / 二公司 / 西站 / 班组")
        sun.sees("钱二（工号 {临}7", "西站 / 班组", "对吗？")


async def test_a_dismissal_ends_what_it_names_and_keeps_the_history(world: World) -> None:
    sun, wang = world.user("sun"), world.user("wang")
    await confirmed(sun, "聘任 王建国 职能 二公司 自 今天", "职能观察员")
    await confirmed(sun, "解聘 王建国 职能 12月31日", "最后一天是 2026年12月31日", "职能观察员")
    sun.sees("已办好：王建国 的 1 项聘任到 2026年12月31日 为止")
    await wang.says("菜单")
    wang.sees("职能")
    await confirmed(sun, "解聘 王建国 自 11月20日 起", "最后一天是 2026年11月19日", "综合观察员", "职能观察员")
    await wang.says("菜单")
    wang.sees("您目前没有观察员聘任")
    ends = await rows(
        world.settings.database,
        select(col(Appointment.ends_on)).where(col(Appointment.person_id) == world.people["wang"]),
    )
    assert len(ends) == 2
    await sun.says("解聘 王建国")
    sun.sees("不用解聘")
    await confirmed(sun, "聘任 王建国 综合 二公司", "综合观察员")
    await wang.says("菜单")
    wang.sees("综合观察表")


async def test_a_transfer_says_what_ends_and_comes_on_its_day(world: World) -> None:
    li, wang = world.user("li"), world.user("wang")
    await confirmed(
        li,
        "调动 王建国 到 三公司 12月1日",
        "调动 王建国（工号 1，清源集团 / 二公司） 到 清源集团 / 三公司，自 2026年12月1日 起",
        "到 2026年11月30日 结束：清源集团 / 二公司 综合观察员",
    )
    li.sees("已安排：王建国 自 2026年12月1日 起到 清源集团 / 三公司")
    await li.says("人员 王建国")
    li.sees("单位：清源集团 / 二公司", "待调动：2026年12月1日 起到 清源集团 / 三公司", "2026年11月20日 至 11月30日")
    assert await unit_of(world, world.people["wang"]) == "二公司"
    world.clock.forward(days=11)
    async with records(world) as database:
        chore = Transfers(database.transfers, world.clock, TIMEZONE)
        await chore.carry_out()
        await chore.carry_out()
    assert await unit_of(world, world.people["wang"]) == "三公司"
    assert (await audited(world)).count("person.moved") == 1
    await wang.says("菜单")
    wang.sees("您自 2026年12月1日 起调到 清源集团 / 三公司", "填写《廉洁风险交底确认》", "没有观察员聘任")


async def test_a_transfer_of_today_is_done_at_once(world: World) -> None:
    li, wang = world.user("li"), world.user("wang")
    await wang.says("菜单")
    await confirmed(li, "调动 1 三公司", "到 2026年11月19日 结束")
    li.sees("王建国 现在属于 清源集团 / 三公司", "原来的 1 项聘任到前一天为止")
    await wang.told("您自 2026年11月20日 起调到 清源集团 / 三公司")
    await wang.says("菜单")
    wang.sees("清源集团 / 三公司")
    await li.says("调动 王建国 三公司")
    li.sees("就在这个单位，不用调动")


async def test_an_answer_to_a_question_is_no_command_of_somebody_who_has_no_right_to_it(world: World) -> None:
    wang = world.user("wang")
    await fill(wang, until="项目投资方面，主要的薄弱环节")
    await wang.says("调动 频繁 人手紧张")
    wang.sees_not("没有找到")
    await wang.says("上一步")
    wang.sees("调动 频繁 人手紧张")
    sun = world.user("sun")
    await sun.says("廉洁承诺书")
    await sun.says("人员 王建国")
    sun.sees("单位：清源集团 / 二公司", "您有一份未完成的《廉洁承诺书》")


async def test_people_of_a_unit_page_by_page_with_masked_phones(world: World) -> None:
    for number in range(14):
        await hire(world, f"more-{number}", Member(f"员{number:02d}", SITE, staff_number=f"S{number:02d}"))
    sun = world.user("sun")
    await sun.says("人员 二公司")
    sun.sees("清源集团 / 二公司 和下属单位，共 16 人", "1. ", "12. ")
    await sun.taps("下一页")
    sun.sees("13. ", "16. ")
    await sun.says("13")
    sun.sees("工号 S10")
    await sun.says("14")
    sun.sees("工号 S11")
    await sun.says("人员 二公司 2")
    await sun.taps("员13")
    sun.sees("工号 S13", "手机：没有登记", "微信：已绑定", "聘任：没有")
    await sun.says("人员")
    sun.sees("聘任 李四 职能 二公司", "代填 李四 由 张三")


async def test_an_administrator_keeps_people_too(world: World) -> None:
    await hire(
        world, "administrator", Member("钱管", (GROUP, "二公司"), roles=(Role.ADMINISTRATOR,), staff_number="90")
    )
    admin = world.user("administrator")
    await confirmed(admin, "聘任 王建国 日常 二公司", "日常观察员")
    admin.sees("已办好")


async def test_a_right_that_went_between_question_and_answer_writes_nothing(world: World) -> None:
    sun = world.user("sun")
    await sun.says("聘任 王建国 职能 二公司")
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        for office in await offices(world, world.people["sun"]):
            await admin.end_office(office)
    await sun.taps("确认")
    sun.sees("在您负责的范围里没有找到")


async def test_nobody_ends_what_they_owe_themselves(world: World) -> None:
    """免交 of one's own duty is refused; 解聘 and 调动 of oneself came to the same. Another officer may do both."""
    sun, li = world.user("sun"), world.user("li")
    await confirmed(li, "聘任 孙莉 职能 二公司", "职能观察员")
    await hire(world, "tian", Member("田七", SITE, staff_number="97"))
    for said in ("解聘 孙莉", "解聘 孙莉 职能 今天", "调动 孙莉 城东场站"):
        await sun.says(said)
        sun.sees("这是您自己的事，请另一位纪检人员来办")
        sun.sees_not("对吗")
    await confirmed(li, "解聘 孙莉 职能", "职能观察员")
    li.sees("已办好：孙莉")


async def test_the_records_refuse_it_too(world: World) -> None:
    """Whatever was asked before: what an officer would end of their own is not written."""
    me, today, results = world.people["sun"], world.clock().date(), list[Any]()
    (at,) = await rows(world.settings.database, select(col(Person.unit_id)).where(col(Person.id) == me))

    def finish(found: Sequence[Any]) -> tuple[str, str]:
        results.extend(found)
        return "{}", "{}"

    async with records(world) as database:
        await database.commit_turn(
            key="own",
            contact=await database.contact_of("sun", world.clock()),
            seq=1,
            now=world.clock(),
            commands=[EndAppointments(me, (), today), TransferPerson(me, at.unit_id, at.unit_id, today)],
            generation=None,
            finish=finish,
        )
    assert results == [KeepingRefused(KeepingRefusal.OWN)] * 2


async def test_a_transfer_ends_offices_over_the_old_unit_and_says_so(world: World) -> None:
    """An officer who was transferred by chat went on reading and dismissing the people of the company they had left."""
    li, off = world.user("li"), world.user("off")
    await hire(world, "off", Member("卫二", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="14"))
    await off.says("人员 王建国")
    off.sees("单位：清源集团 / 二公司")
    await confirmed(li, "调动 卫二 三公司", "· 职务确认后马上结束：清源集团 / 二公司 纪检人员")
    li.sees("卫二 现在属于 清源集团 / 三公司。1 项纪检职务已经结束")
    await off.says("人员 王建国")
    off.sees("没有找到")
    await off.says("解聘 王建国")
    off.sees("没有找到")
    assert (await audited(world)).count("office.ended") == 1


async def test_a_planned_transfer_ends_the_offices_on_its_day(world: World) -> None:
    """Whoever planned it may have lost their own office by then; an office given since was not told of and stays."""
    li, off = world.user("li"), world.user("off")
    person = await hire(world, "off", Member("卫二", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="14"))
    await confirmed(li, "调动 卫二 三公司 12月1日", "· 职务到 2026年11月30日 结束：清源集团 / 二公司 纪检人员")
    await off.says("人员 王建国")
    off.sees("单位：清源集团 / 二公司")
    world.clock.forward(days=10)
    (site,) = await rows(world.settings.database, select(col(Unit.id)).where(col(Unit.name) == "一公司"))
    async with records(world) as database:
        async with administer(database, actor="test", now=world.clock()) as admin:
            for office in await offices(world, world.people["li"]):
                await admin.end_office(office)
            await admin.give_office(person, Role.OFFICER, site.id)
        world.clock.forward(days=1)
        await Transfers(database.transfers, world.clock, TIMEZONE).carry_out()
    await off.says("人员 王建国")
    off.sees("没有找到")
    await off.says("人员 赵强")
    off.sees("单位：清源集团 / 一公司")


async def test_an_office_above_or_of_other_officers_stays_and_the_question_says_so(world: World) -> None:
    sun, off = world.user("sun"), world.user("off")
    person = await hire(world, "off", Member("卫二", (GROUP, "二公司"), roles=(Role.OFFICER,), over=(GROUP,)))
    await hire(world, "site", Member("田七", SITE, staff_number="97"))
    (other,) = await rows(world.settings.database, select(col(Unit.id)).where(col(Unit.name) == "三公司"))
    async with records(world) as database, administer(database, actor="test", now=world.clock()) as admin:
        await admin.give_office(person, Role.ADMINISTRATOR, other.id)
    await confirmed(
        sun,
        "调动 卫二 城东场站",
        "· 职务不变：清源集团 纪检人员\n",
        "· 职务不变：清源集团 / 三公司 管理员（这个单位不归您管；该结束的，请上级纪检人员来办）",
    )
    sun.sees_not("纪检职务已经结束")
    await off.says("人员 陈晓")
    off.sees("单位：清源集团 / 三公司")


async def test_a_planned_transfer_that_is_called_off_gives_back_what_it_ended(world: World) -> None:
    """It was answered with “已办好：现在属于…”, and the appointment ended with the month all the same."""
    li, wang = world.user("li"), world.user("wang")
    await confirmed(li, "调动 王建国 三公司 12月1日", "到 2026年11月30日 结束")
    await li.says("调动 王建国 二公司")
    li.sees("取消 王建国（工号 1，清源集团 / 二公司） 的调动（2026年12月1日 起到 清源集团 / 三公司），仍在", "对吗？")
    li.sees("· 恢复：清源集团 / 二公司 综合观察员，2026年11月20日 至 长期")
    await li.taps("确认")
    li.sees("已取消：王建国 2026年12月1日 起到 清源集团 / 三公司 的调动，仍在 清源集团 / 二公司")
    li.sees("1 项聘任恢复原来的期限")
    li.sees_not("现在属于")
    await li.says("人员 王建国")
    li.sees_not("待调动", "11月30日")
    world.clock.forward(days=12)
    async with records(world) as database:
        await Transfers(database.transfers, world.clock, TIMEZONE).carry_out()
    await wang.says("菜单")
    wang.sees("综合观察表")
    wang.sees_not("请在当面交底以后")
    assert "person.moved" not in await audited(world)


async def test_a_planned_transfer_that_is_postponed_ends_the_appointment_later(world: World) -> None:
    li = world.user("li")
    await confirmed(li, "调动 王建国 三公司 12月1日", "到 2026年11月30日 结束")
    await confirmed(
        li,
        "调动 王建国 三公司 12月20日",
        "到 2026年12月19日 结束：清源集团 / 二公司 综合观察员",
        "取消原来的安排：2026年12月1日 起到 清源集团 / 三公司",
    )
    li.sees("已安排：王建国 自 2026年12月20日 起到 清源集团 / 三公司", "原来的 1 项聘任到前一天为止")
    li.sees("原来的安排（2026年12月1日 起到 清源集团 / 三公司）已取消")
    await li.says("人员 王建国")
    li.sees("待调动：2026年12月20日", "2026年11月20日 至 12月19日")


async def test_an_end_that_was_set_after_the_plan_stays_when_it_is_called_off(world: World) -> None:
    li = world.user("li")
    await confirmed(li, "调动 王建国 三公司 12月1日", "到 2026年11月30日 结束")
    await confirmed(li, "解聘 王建国 11月25日", "最后一天是 2026年11月25日")
    await confirmed(li, "调动 王建国 二公司", "取消 王建国")
    li.sees("已取消：王建国")
    li.sees_not("恢复")
    await li.says("人员 王建国")
    li.sees("2026年11月20日 至 11月25日")
