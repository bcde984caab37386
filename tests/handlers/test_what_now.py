"""“What do I do now”: one's own tasks, and never a consultation that follows one around."""

from datetime import UTC, datetime

import pytest

from handlers import what_now
from handlers.staff import commands
from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.desk import Office

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)
ASKED = (
    *("我现在该干什么", "现在怎么办", "怎么办", "表在哪", "该我做什么了", "还有什么没做", "我接下来做什么"),
    *("接下来呢我该做什么", "请问现在要填什么表", "我的表在哪里", "还有什么事要做吗", "我要做什么？", "下一步做什么"),
    *("現在怎麼辦", "还有什么任务", "表呢"),
)


@pytest.mark.parametrize("said", ASKED)
def test_the_whole_text_asks_what_there_is_to_do(said: str) -> None:
    assert what_now.asks(said)


@pytest.mark.parametrize(
    "said",
    [
        *("宿舍漏水怎么办", "工资没发怎么办", "领导不签字现在怎么办", "他要我送礼我该怎么办", "着火了怎么办"),
        *("食堂的表在哪领", "请假怎么办", "他们现在在干什么", "该领导做什么了", "纪委是干什么的", "你能做什么"),
        *("现在", "我", "", "怎么办" * 9),
    ],
)
def test_a_part_of_a_text_is_no_such_question(said: str) -> None:
    assert not what_now.asks(said)


@pytest.mark.parametrize("said", ASKED)
async def test_an_observer_is_shown_the_tasks(office: Office, said: str) -> None:
    """It was filed as a consultation, and every later sentence was put beside it."""
    rule = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    wang = await office.observer()
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=END_OF_YEAR)
    await wang.says(said)
    wang.sees("您现在要交的，共 1 项", "现在填")
    wang.sees_not("咨询")


async def test_who_has_no_idea_is_told_where_help_is(office: Office) -> None:
    wang = await office.observer()
    await wang.says("怎么办")
    wang.sees("120")
    await wang.says("我现在该干什么")
    wang.sees_not("120")


async def test_an_officer_without_tasks_is_shown_what_waits(office: Office) -> None:
    sun = await office.officer("孙莉", "二公司")
    await sun.says("我现在该干什么")
    assert sun.labels == ["未交", "待阅", "绑定申请", "我的任务", "菜单"]
    for label in sun.labels[:3]:
        assert commands.is_command(label)


async def test_a_stranger_is_answered_as_before(office: Office) -> None:
    user = office.somebody()
    await user.says("我现在该干什么")
    user.sees_not("任务", "未交")
