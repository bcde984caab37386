"""A unit's own rules beside those of the group, as officers and observers see them: nobody owes a period twice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.own_rules import at, owing, own_workbook, ruled
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
