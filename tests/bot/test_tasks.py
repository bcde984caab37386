"""我的任务, 催办 and 开节点 through WeChat, with rounds and deliveries as the running bot makes them."""

from datetime import UTC, datetime
from pathlib import Path

from bot.organisation import Member, add_default_rules, add_member, invite
from bot.rounds import Rounds
from bot.unit_finding import find_unit
from bot.workdays import Workdays
from storage.admin import administer
from storage.database import Database
from storage.vocabulary import Level
from tests.walk import fill_project
from tests.world import GROUP, START, TIMEZONE, World, bind, open_world

OPENING = datetime(2026, 12, 17, 1, 30, tzinfo=UTC)
"""09:30 in Shanghai, ten working days before the end of the year."""
ZHOU = Member("周立新", (GROUP, "二公司", "工程部"), levels=(Level.PROJECT,), staff_number="9")


async def set_up(world: World, folder: Path) -> None:
    """The default rules, an observer of projects, and the rounds that the clock makes on the day of OPENING."""
    settings = world.settings
    world.clock.now = OPENING
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        group = await find_unit(database, (GROUP,), "test")
        assert len(await add_default_rules(database, group, START, "test")) == 4
        async with administer(database, actor="test", now=START) as admin:
            zhou = await add_member(admin, ZHOU, START, TIMEZONE)
        await bind(
            database, "zhou", zhou, await invite(database, zhou, OPENING, "test", valid=OPENING - START), OPENING
        )
        await Rounds(database.rounds, world.clock, TIMEZONE, Workdays(folder), wake=lambda: None).tick()


async def test_a_quarter_as_observer_and_officer_see_it(tmp_path: Path) -> None:
    async with open_world(tmp_path, overrides={"poll": 0.05}) as world:
        await set_up(world, tmp_path)
        wang, li, sun = world.user("wang"), world.user("li"), world.user("sun")
        await wang.says("我的任务")
        wang.sees("您现在要交的，共 1 项", "1. 2026年第四季度《综合观察表》", "12月31日（周四）18:00截止，还有 14 天")
        await wang.taps("现在填")
        wang.sees("第 1/")
        await wang.says("暂存")
        await sun.says("未交")
        sun.sees("应交 1 份，已交 0 份，未交 1 份（1 人）", "· 王建国　综合观察表 2026年第四季度，还有 14 天")
        await li.says("未交 四季度 综合")
        li.sees("应交 2 份", "· 陈晓", "未绑定")
        await li.says("催办 二公司")
        li.sees("今天已自动提醒 1 人")  # the opening notice waits, as 王建国 is in the chat
        await li.taps("连今天提醒过的一起催")
        li.sees("一共 1 人，1 份")
        await li.taps("确认")
        li.sees("已安排催办：1 人，1 份")
        await wang.told("纪检人员请您尽快提交")
        await wang.taps("现在填")
        wang.sees("综合观察表")
        await li.says("推送 王建国")
        li.sees("近 90 天的推送", "客服消息", "综合观察表 2026年第四季度")
        await li.says("催报规则")
        li.sees("催报规则，共 4 条", "下一期：2027年第一季度", "节前廉洁提醒")
        assert await world.violations() == []


async def test_a_node_reaches_its_observer_at_once(tmp_path: Path) -> None:
    async with open_world(tmp_path, overrides={"poll": 0.05}) as world:
        await set_up(world, tmp_path)
        li, zhou = world.user("li"), world.user("zhou")
        await zhou.says("我的任务")
        zhou.sees("现在还没有要交的表", "开节点")
        await li.says("开节点 东区管网改造 突发风险 截止 12月20日")
        await li.taps("确认")
        li.sees("节点已开启：东区管网改造（项目突发风险）")
        await zhou.told("（项目：东区管网改造）")
        await zhou.taps("现在填")
        zhou.sees("项目名称已经替您填好：东区管网改造", "填报原因也填好了：发生突发风险")
        zhou.sees_not("这次填报是因为什么")
        assert await world.violations() == []


async def test_a_sheet_closes_the_node_of_a_project_that_was_typed_otherwise(tmp_path: Path) -> None:
    """A quote, a full stop or a zero-width space made another project of it: a second node, and one left open."""
    async with open_world(tmp_path, overrides={"poll": 0.05}) as world:
        await set_up(world, tmp_path)
        li, zhou = world.user("li"), world.user("zhou")
        await li.says("开节点《东区食堂》，退出；截止：１２月３０日。")
        li.sees("要为项目“东区食堂”开节点：项目退出", "12月30日")
        await li.taps("确认")
        await li.says("开节点 “东区\u200b食堂” 退出 截止 12月30日")
        await li.taps("确认")
        li.sees("今天已经开过同样的节点")
        await fill_project(zhou, "「东区食堂」。")
        await zhou.says("提交")
        if "已提交" not in zhou.seen:
            await zhou.says("就按这样提交")
        zhou.sees("已提交", "计入：项目退出（项目：东区食堂）")
        await li.says("未交 项目")
        li.sees_not("东区食堂")
        assert await world.violations() == []
