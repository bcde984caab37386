"""Leaves and who stands in, by chat: the right to fill lasts as long as the leave, and plain words will do."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.organisation import Member
from bot.people_import import compare
from bot.transfers import Transfers
from handlers.people.wording import sections
from storage.vocabulary import Level
from tests.bot.test_keeping_chat import SITE, confirmed
from tests.bot.test_rights import hire, records
from tests.handlers.people.books import roster
from tests.walk import fill, fill_on
from tests.world import GROUP, TIMEZONE, World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


async def test_a_substitute_fills_while_the_leave_lasts_and_the_sheet_names_both(world: World) -> None:
    sun, wang = world.user("sun"), world.user("wang")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(sun, "请假 王建国 今天 至 12月5日 代填 张三", "2026年11月20日 至 12月5日", "由 张三（工号 21")
    await sun.says("人员 王建国")
    sun.sees("请假：2026年11月20日 至 12月5日，由 张三 代填")
    await zhang.says("菜单")
    zhang.sees("综合观察表（代王建国填写）")
    await zhang.says("开始")
    assert set(zhang.taps_seen) >= {"综合观察表", "综合观察表（代王建国填写）"}
    await zhang.taps("综合观察表（代王建国填写）")
    zhang.sees("开始代王建国填写《综合观察表》")
    await fill_on(zhang)
    await zhang.says("提交")
    number = zhang.seen.split("编号：")[1].split("\n")[0]
    await sun.says(f"查 {number}")
    sun.sees("填报人：张三（清源集团 / 二公司），代 王建国 填写")
    await sun.says("待阅")
    sun.sees("张三（代 王建国，")
    await zhang.says("我的观察表")
    zhang.sees(number, "代 王建国 填写")
    await wang.says("我的观察表")
    wang.sees(number, "张三 代填")
    await sun.says(f"退回 {number} 请写清楚经办人")
    await wang.says(f"我的观察表 {number}")
    wang.sees("张三 代 王建国 填写")
    assert "去补正" not in wang.taps_seen
    await zhang.says("补正")
    zhang.sees(number, "请写清楚经办人")


async def test_the_right_of_a_substitute_ends_with_the_leave(world: World) -> None:
    sun = world.user("sun")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(sun, "请假 王建国 11月20日到11月22日 代填 张三", "2026年11月20日 至 11月22日")
    await zhang.says("菜单")
    zhang.sees("代王建国填写")
    world.clock.forward(days=3)
    await zhang.says("菜单")
    zhang.sees_not("代王建国填写")
    await zhang.says("开始 综合观察表（代王建国填写）")
    zhang.sees_not("开始代王建国填写")


async def test_a_sheet_that_a_substitute_began_goes_to_the_observer_after_the_leave(world: World) -> None:
    """It could be handed in for somebody who was back, and who may have handed in another."""
    sun, wang = world.user("sun"), world.user("wang")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(sun, "请假 王建国 11月20日到11月22日 代填 张三", "2026年11月20日 至 11月22日")
    await zhang.says("开始 综合观察表（代王建国填写）")
    await fill_on(zhang)
    world.clock.forward(days=3)
    await wang.says("菜单")
    await zhang.says("提交")
    zhang.sees("代填已经结束", "这份表没有提交", "已经转给 王建国")
    assert "继续" not in zhang.taps_seen
    await zhang.says("继续")
    zhang.sees_not("综合观察表", "代王建国")
    await wang.says("菜单")
    wang.sees("张三替您填的《综合观察表》没有交", "现在转给您")
    await wang.taps("接着填")
    wang.sees("都答完了")
    await wang.says("提交")
    wang.sees("《综合观察表》已提交")
    await sun.says("待阅")
    sun.sees("王建国（")
    sun.sees_not("张三")


async def test_going_on_after_the_leave_says_at_once_that_it_is_over(world: World) -> None:
    """Else a substitute would fill the rest in vain."""
    sun, wang = world.user("sun"), world.user("wang")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(sun, "请假 王建国 11月20日到11月22日 代填 张三", "2026年11月20日 至 11月22日")
    await zhang.says("开始 综合观察表（代王建国填写）")
    await fill_on(zhang, until="重点工作落实的总体情况")
    await zhang.says("暂存")
    await zhang.says("继续")
    zhang.sees("重点工作落实的总体情况")
    world.clock.forward(days=3)
    await zhang.says("继续")
    zhang.sees("代填已经结束", "已经转给 王建国")
    await zhang.says("继续")
    zhang.sees_not("王建国", "重点工作")
    await wang.says("继续")
    wang.sees("张三替您填的《综合观察表》没有交", "重点工作落实的总体情况")


async def test_a_substitute_named_after_the_leave_is_not_registered(world: World) -> None:
    sun = world.user("sun")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    await confirmed(sun, "请假 王建国 11月20日", "2026年11月20日 一天")
    world.clock.forward(hours=14, minutes=20)  # 23:50
    await sun.says("代填 王建国 由 张三")
    sun.sees("由 张三（工号 21", "对吗？")
    world.clock.forward(minutes=20)
    await sun.taps("确认")
    sun.sees("没有办理：这段请假已经结束")
    sun.sees_not("已登记")


async def test_back_earlier_and_another_substitute(world: World) -> None:
    sun = world.user("sun")
    for openid, name, number in (("zhang", "张三", "21"), ("zhou", "周五", "22")):
        await hire(world, openid, Member(name, (GROUP, "二公司"), staff_number=number))
    zhang, zhou = world.user("zhang"), world.user("zhou")
    await sun.says("请假 王建国 11月19日 至 11月30日 代填 王建国")
    sun.sees("不能替自己代填")
    await confirmed(sun, "请假 王建国 11月19日 至 11月30日 代填 张三", "代填")
    await sun.says("代填 王建国 由 王建国")
    sun.sees("不能替自己代填")
    await confirmed(sun, "代填 王建国 由 周五", "原来由 张三 代填")
    await zhang.says("菜单")
    zhang.sees_not("代王建国填写")
    await zhou.says("菜单")
    zhou.sees("代王建国填写")
    await sun.says("请假 周五 11月25日")
    sun.sees("没有观察员聘任")
    await confirmed(sun, "销假 王建国", "回来上班")
    await zhou.says("菜单")
    zhou.sees_not("代王建国填写")
    await sun.says("销假 王建国")
    sun.sees("现在没有请假，不用销假")


async def test_observers_take_leave_themselves_and_name_a_colleague(world: World) -> None:
    wang, sun = world.user("wang"), world.user("sun")
    await hire(world, "zhang", Member("张三", SITE, staff_number="21"))
    await wang.says("请假 12月1日到12月5日 代填 陈晓")
    wang.sees("代填的人没有找到", "只能找本单位、本聘任单位的同事代填")
    await confirmed(wang, "请假 12月1日到12月5日 代填 张三", "2026年12月1日 至 12月5日", "由 张三")
    await sun.says("人员 王建国")
    sun.sees("请假：2026年12月1日 至 12月5日，由 张三 代填")
    await wang.says("请假 12月3日")
    wang.sees("已经登记了请假")
    await confirmed(wang, "销假", "整段取消")
    await sun.says("人员 王建国")
    sun.sees_not("请假：")
    await confirmed(wang, "请假 12月1日到5日", "2026年12月1日 至 12月5日", "没有人代填")
    await confirmed(wang, "销假", "整段取消")
    await wang.says("请假 12月3日")
    wang.sees("请假，2026年12月3日 一天，没有人代填")


async def test_days_are_read_as_people_write_them_however_they_were_typed(world: World) -> None:
    """They were told back in ISO 8601, while reminders and notices said 2026年12月1日."""
    sun = world.user("sun")
    await confirmed(sun, "请假 王建国 2026-12-31 到 2027-01-02", "请假，2026年12月31日 至 2027年1月2日")
    sun.sees("已登记：王建国 请假，2026年12月31日 至 2027年1月2日")
    await sun.says("请假 王建国 2026-12-31 到 2026-12-01")
    sun.sees("最后一天（2026年12月1日）早于第一天（2026年12月31日）")
    await sun.says("聘任 王建国 职能 二公司 自 2036-01-01")
    sun.sees("2036年1月1日 离今天太远了")
    await confirmed(sun, "聘任 王建国 职能 二公司 自 2026-12-01", "自 2026年12月1日 起")
    await confirmed(sun, "解聘 王建国 职能 2027-01-31", "· 清源集团 / 二公司 职能观察员，2026年12月1日 至 长期")
    await sun.says("聘任 王建国 职能 二公司 自 2026-12-02")
    sun.sees("现有的聘任到 2027年1月31日 为止，确认后改为长期")
    assert not re.search(r"\d{4}-\d\d-\d\d", await sun.says("人员 王建国"))


async def test_plain_words_about_leave_and_about_what_is_due(world: World) -> None:
    """These were not understood, or taken for a complaint that waits to be registered."""
    wang, chen = world.user("wang"), world.user("li")
    await wang.says("我明天要请假")
    wang.sees("王建国（工号 1，清源集团 / 二公司） 请假，2026年11月21日 一天，没有人代填，对吗？")
    await wang.taps("确认")
    wang.sees("已登记：王建国 请假，2026年11月21日 一天")
    await wang.says("我请假")
    wang.sees("这样说：请假 12月1日到12月5日 代填 张三", "也可以请纪检人员 孙莉（二公司） 替您登记")
    await chen.says("我下周一要请假")
    chen.sees("李敏，您现在没有观察员聘任", "不用在这里请假", "照单位的规定办")
    for said in ("什么时候交表", "什么时候截止", "综合观察表几号截止？"):
        await wang.says(said)
        wang.sees("现在还没有要您填的表")
        wang.sees_not("没有看懂")
    await wang.says("我要提建议")
    await wang.says("怎么请假")
    wang.sees("怎么请假", "建议")
    wang.sees_not("这样说：请假")
    stranger = world.user("stranger")
    await stranger.says("什么时候交表")
    stranger.sees("请先绑定身份")
    stranger.sees_not("派下")


async def test_in_a_form_plain_words_are_answers(world: World) -> None:
    wang = world.user("wang")
    await fill(wang, until="项目投资方面，主要的薄弱环节")
    await wang.says("什么时候截止")
    wang.sees_not("派下")
    await wang.says("上一步")
    wang.sees("什么时候截止")


@pytest.mark.parametrize("said", ["请假", "请假 12月3日", "销假"])
async def test_whoever_is_not_bound_is_told_to_bind_before_taking_leave(world: World, said: str) -> None:
    stranger = world.user("stranger")
    await stranger.says(said)
    stranger.sees("要填表，请先绑定身份")


async def test_a_transfer_to_another_company_ends_who_stood_in(world: World) -> None:
    """Who stood in for an observer of one company went on filling for them in the next one."""
    li = world.user("li")
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(li, "请假 王建国 今天 至 12月5日 代填 张三", "由 张三（工号 21")
    await zhang.says("菜单")
    zhang.sees("代王建国填写")
    told = "· 代填确认后马上结束：张三 代 王建国 填写（2026年11月20日 至 12月5日）；请假不变，需要的话请另找人代填"
    await confirmed(li, "调动 王建国 三公司", told)
    li.sees("1 项代填已经结束")
    await confirmed(li, "聘任 王建国 综合 三公司", "综合观察员")
    await zhang.says("菜单")
    zhang.sees_not("代王建国填写")
    await li.says("人员 王建国")
    li.sees("请假：2026年11月20日 至 12月5日，没有人代填")


async def test_a_planned_transfer_ends_who_stands_in_on_its_day(world: World) -> None:
    """Whichever of the two goes; within the company it goes on."""
    li = world.user("li")
    await hire(world, "tian", Member("田七", SITE, staff_number="97"))
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    zhang = world.user("zhang")
    await confirmed(li, "请假 王建国 今天 至 12月5日 代填 张三", "由 张三（工号 21")
    await confirmed(
        li, "调动 张三 城东场站", "· 代填不变：张三 代 王建国 填写（2026年11月20日 至 12月5日）", "确认后会通知本人"
    )
    await confirmed(li, "调动 张三 三公司 12月1日", "· 代填到 2026年11月30日 结束：张三 代 王建国 填写")
    await zhang.says("菜单")
    zhang.sees("代王建国填写")
    world.clock.forward(days=11)
    async with records(world) as database:
        await Transfers(database.transfers, world.clock, TIMEZONE).carry_out()
    await zhang.says("菜单")
    zhang.sees("清源集团 / 三公司")
    zhang.sees_not("代王建国填写")


async def test_a_workbook_that_would_undo_a_return_says_so(world: World, tmp_path: Path) -> None:
    """The same workbook once more took the leave up again, as one change among others."""
    sun, file = world.user("sun"), tmp_path / "again"
    file.mkdir()
    await hire(world, "zhang", Member("张三", (GROUP, "二公司"), staff_number="21"))
    await confirmed(sun, "请假 王建国 今天 至 12月5日 代填 张三", "由 张三（工号 21")
    await confirmed(sun, "销假 王建国", "整段取消")
    people = roster(
        file,
        {
            "单位": [(GROUP, None, None, None), ("二公司", GROUP, None, None)],
            "人员": [("1", "王建国", "二公司", None, None, None)],
            "请假": [("1", "2026-11-20", "2026-12-05", "21")],
        },
    )
    async with records(world) as database:
        plan = await compare(database, people, world.clock(), TIMEZONE)
    assert [title for title, _, _ in sections(plan)] == ["又要请假（业务库里已经结束或取消）"]
    (notice,) = map(str, plan.notices)
    assert "王建国（1） 2026年11月20日 起的请假，业务库里已经取消，这里写到 2026年12月5日：导入后又算请假" in notice


async def test_a_leave_of_a_year_far_away_is_a_slip(world: World) -> None:
    """Of 2099, or of two years ago, it was asked about and registered."""
    sun, wang = world.user("sun"), world.user("wang")
    for said in ("请假 王建国 2099年1月1日 至 1月5日", "请假 王建国 去年1月1日 至 1月5日"):
        await sun.says(said)
        sun.sees("离今天太远了，请核对年份后再说一次")
        sun.sees_not("对吗")
    await wang.says("请假 2099年1月1日 至 1月5日")
    wang.sees("离今天太远了")
