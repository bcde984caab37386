"""A unit's own rules beside those of the group, as officers and observers see them: nobody owes a period twice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.own_rules import at, owing, own_workbook, ruled
from tests.walk import fill
from tests.world import World, open_world

THIRD, SECOND = "陈晓", "王建国"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """王建国 of 二公司 and 陈晓 of 三公司 owe the comprehensive sheet by rule 1 of the group."""
    async with open_world(tmp_path) as opened:
        await ruled(opened)
        yield opened
        assert await opened.violations() == []


async def test_a_rule_for_the_unit_s_own_form_takes_the_place_of_the_group_s(world: World) -> None:
    """The quarter was owed twice, by the group's rule and by the unit's, every period."""
    await own_workbook(world)
    sun, wang = world.user("sun"), world.user("wang")
    await sun.says("新建催报规则 二公司综合观察表 每季度末")
    await sun.taps("确认")
    await wang.says("我的任务")
    wang.sees("下一期：2026年第四季度《二公司综合观察表》")
    assert wang.seen.count("下一期") == 1
    await at(world, 2026, 12, 18, 10)
    assert await owing(world) == [(SECOND, "2026-Q4", 5), (THIRD, "2026-Q4", 1)]
    await wang.says("我的任务")
    wang.sees("您现在要交的，共 1 项", "2026年第四季度《二公司综合观察表》")


async def test_a_unit_with_two_rules_of_a_level_owes_by_the_one_for_its_own_form(world: World) -> None:
    """It had a rule for the group's form, then got a form of its own and a rule for that."""
    sun = world.user("sun")
    await sun.says("新建催报规则 综合观察表 每季度末")
    await sun.taps("确认")
    await own_workbook(world)
    await sun.says("新建催报规则 二公司综合观察表 每季度末")
    await sun.taps("确认")
    await at(world, 2026, 12, 18, 10)
    assert await owing(world) == [(SECOND, "2026-Q4", 6), (THIRD, "2026-Q4", 1)]


async def test_a_rule_made_while_a_round_above_is_open_begins_with_the_next_period(world: World) -> None:
    """The same quarter was owed twice, and a sheet ended only one of the two."""
    await at(world, 2026, 12, 18, 10)
    sun, wang, li = world.user("sun"), world.user("wang"), world.user("li")
    await sun.says("新建催报规则 综合观察表 每季度末")
    sun.sees("本期（2026年第四季度）已经按上级的规则发了", "新规则从 2027年第一季度 起：3月17日 09:00开始提醒")
    await sun.taps("确认")
    await sun.says("催报规则 5")
    sun.sees("2027年第一季度的提醒")
    await at(world, 2026, 12, 21, 10)
    assert await owing(world) == [(SECOND, "2026-Q4", 1), (THIRD, "2026-Q4", 1)]
    await li.says("未交 二公司 综合")
    li.sees("应交 1 份")
    await fill(wang)
    await wang.says("提交")
    await wang.says("我的任务")
    wang.sees("现在没有要交的表", "下一期：2027年第一季度《综合观察表》，3月17日起可以填")
    await at(world, 2027, 3, 18, 10)
    assert await owing(world) == [
        (SECOND, "2026-Q4", 1),
        (SECOND, "2027-Q1", 5),
        (THIRD, "2026-Q4", 1),
        (THIRD, "2027-Q1", 1),
    ]


async def test_a_rule_for_months_made_within_the_quarter_of_the_group_begins_behind_it(world: World) -> None:
    await at(world, 2026, 12, 18, 10)
    sun = world.user("sun")
    await sun.says("新建催报规则 综合观察表 每月最后一天")
    sun.sees("本期（2026年第四季度）已经按上级的规则发了", "新规则从 2027年1月 起")
    await sun.taps("确认")
    await at(world, 2026, 12, 31, 9, 30)
    assert await owing(world) == [(SECOND, "2026-Q4", 1), (THIRD, "2026-Q4", 1)]


async def test_a_rule_made_before_the_round_above_opens_begins_at_once(world: World) -> None:
    sun = world.user("sun")
    await at(world, 2026, 12, 16, 10)
    await sun.says("新建催报规则 综合观察表 每季度末")
    sun.sees("从 2026年第四季度 起：12月17日 09:00开始提醒")
    sun.sees_not("已经按上级的规则发了")
    await sun.taps("确认")
    await at(world, 2026, 12, 17, 9)
    assert await owing(world) == [(SECOND, "2026-Q4", 5), (THIRD, "2026-Q4", 1)]


@pytest.mark.parametrize(
    ("change", "begins", "day"),
    [
        ("截止 每月最后一天", "2027年1月", (2027, 1, 18)),
        ("交上期", "2027年第一季度", (2027, 6, 18)),
    ],
)
async def test_a_rule_that_is_changed_in_mid_period_goes_on_behind_it(
    world: World, change: str, begins: str, day: tuple[int, int, int]
) -> None:
    """A second sheet was due on the same day, for the quarter before or for December."""
    await at(world, 2026, 12, 18, 10)
    li = world.user("li")
    await li.says(f"催报规则 1 {change}")
    li.sees("本期（2026年第四季度）已经开始，仍按旧规则", f"新规则从 {begins} 起")
    await li.taps("确认")
    for moment in ((2026, 12, 18, 11), (2026, 12, 29, 10), (2026, 12, 31, 9, 30)):
        await at(world, *moment)
    assert await owing(world) == [(SECOND, "2026-Q4", 1), (THIRD, "2026-Q4", 1)]
    await li.says("催报规则 1")
    li.sees(f"{begins}的提醒")
    await at(world, *day, 10)
    assert len(await owing(world)) > 2


async def test_a_rule_changed_to_longer_periods_goes_on_when_the_open_one_was_due(world: World) -> None:
    """From months to quarters in November: December is not lost, and not asked for beside November."""
    li = world.user("li")
    await li.says("催报规则 1 截止 每月最后一天")
    li.sees("从 2026年11月 起")
    await li.taps("确认")
    await at(world, 2026, 11, 23, 10)
    await li.says("催报规则 1 截止 每季度末")
    li.sees("新规则从 2026年第四季度 起：12月17日 09:00开始提醒")
    await li.taps("确认")
    await at(world, 2026, 12, 18, 10)
    assert [period for _, period, _ in await owing(world)] == ["2026-11", "2026-Q4"] * 2


async def test_who_observes_again_is_told_of_a_period_that_will_be_owed(world: World) -> None:
    """On 19 December the next one was said to open on the 17th: its round was open, and owed nothing by them."""
    await at(world, 2026, 12, 18, 10)
    li, wang = world.user("li"), world.user("wang")
    await li.says("解聘 王建国 12月18日")
    await li.taps("确认")
    await at(world, 2026, 12, 19, 10)
    await li.says("聘任 王建国 综合 二公司")
    await li.taps("确认")
    await wang.says("我的任务")
    wang.sees("下一期：2027年第一季度《综合观察表》，3月17日起可以填")


async def test_an_own_rule_stopped_in_between_leaves_its_unit_to_the_group_s_open_round(world: World) -> None:
    """The unit owed nothing for the quarter and vanished from 提交率."""
    sun, wang, li = world.user("sun"), world.user("wang"), world.user("li")
    for said in ("新建催报规则 综合观察表 每季度末", "催报规则 5 提醒 提前2天 当天"):
        await sun.says(said)
        await sun.taps("确认")
    await at(world, 2026, 12, 17, 9, 5)
    assert await owing(world) == [(THIRD, "2026-Q4", 1)]
    await sun.says("催报规则 5 停用")
    sun.sees(
        "要停用规则 5（综合观察表）？",
        "2026年第四季度本单位还没有发：停用后改按清源集团的规则，马上补发 1 份，12月31日（周四）18:00截止",
    )
    await sun.taps("确认")
    sun.sees("已改好：规则 5（综合观察表），现在是第 3 版", "2026年第四季度已按清源集团的规则补发 1 份")
    await wang.says("我的任务")
    wang.sees("您现在要交的，共 1 项", "2026年第四季度《综合观察表》")
    await sun.says("催报规则 5 启用")
    sun.sees("本期（2026年第四季度）已经按上级的规则发了", "新规则从 2027年第一季度 起")
    await sun.taps("确认")
    await at(world, 2026, 12, 31, 9, 5)
    assert await owing(world) == [(SECOND, "2026-Q4", 1), (THIRD, "2026-Q4", 1)]
    await li.says("提交率 四季度 综合")
    li.sees("· 二公司：应交 1")


async def test_an_own_rule_stopped_after_its_round_opened_leaves_that_round_owed(world: World) -> None:
    sun = world.user("sun")
    await sun.says("新建催报规则 综合观察表 每季度末")
    await sun.taps("确认")
    await at(world, 2026, 12, 17, 9, 5)
    await sun.says("催报规则 5 停用")
    sun.sees("已经开始的本期（2026年第四季度）也不再自动提醒")
    sun.sees_not("补发")
    await sun.taps("确认")
    sun.sees_not("补发")
    await at(world, 2026, 12, 21, 9, 5)
    assert await owing(world) == [(SECOND, "2026-Q4", 5), (THIRD, "2026-Q4", 1)]
