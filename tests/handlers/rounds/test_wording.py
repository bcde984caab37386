"""Rules as sentences."""

from dataclasses import replace

import pytest

from handlers.rounds.rule import PeriodKind, RuleKind, Shift
from handlers.rounds.wording import worded
from tests.handlers.rounds.rules import HOLIDAYS, MONTHLY, QUARTERLY

LADDER = (
    "截止前10个工作日9:00通知本人开始填写；截止前3个工作日9:00提醒本人；截止当天9:00提醒本人；"
    "逾期1个工作日9:00提醒本人；逾期3个工作日9:00提醒上级；逾期5个工作日9:00列入纪检人员的汇总。"
)


def test_a_periodic_rule_is_told() -> None:
    assert worded(QUARTERLY) == f"综合观察表：每季度末月最后一天18:00截止，遇休息日提前。{LADDER}"
    of_previous = replace(MONTHLY, calendar="0 18 5 * *", of_previous=True, shift=Shift.LATER)
    assert worded(of_previous) == f"职能观察表：每月5日18:00截止，遇休息日顺延，交上个月的表。{LADDER}"


def test_nodes_holidays_and_stopped_rules_are_told() -> None:
    node = replace(QUARTERLY, name="项目观察表", kind=RuleKind.NODE, calendar="")
    assert worded(node) == f"项目观察表：项目节点开启后，在开启时定下的日子截止。{LADDER}"
    assert worded(HOLIDAYS) == (
        "节前提醒：元旦、春节、清明、五一、端午、中秋、国庆放假前最后一个工作日发送廉洁提醒。当天9:00发给本人。"
    )
    on_the_day_before = (HOLIDAYS.ladder[0]._replace(workdays=-1), HOLIDAYS.ladder[0]._replace(workdays=1))
    assert worded(replace(HOLIDAYS, ladder=on_the_day_before)).endswith(
        "放假前最后一个工作日发送廉洁提醒。再提前1个工作日9:00发给本人；之后1个工作日9:00发给本人。"
    )
    assert worded(replace(QUARTERLY, active=False)).startswith("综合观察表（已停用）：")
    assert worded(replace(QUARTERLY, ladder=())).endswith("。不发提醒。")


@pytest.mark.parametrize("kind", PeriodKind)
def test_every_kind_of_period_has_its_word(kind: PeriodKind) -> None:
    assert "，交" in worded(replace(QUARTERLY, period=kind, of_previous=True))


def test_a_calendar_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="五项"):
        worded(replace(QUARTERLY, calendar="L"))
