"""What is wrong with a rule, in Chinese."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.rounds.checks import faults
from handlers.rounds.rule import DEFAULT_LADDER, OPEN, PeriodKind, Rule, RuleKind, Shift, Step, StepAudience
from tests.handlers.rounds.rules import CALENDAR, HOLIDAYS, MONTHLY, QUARTERLY

OBSERVER, SUPERIOR = StepAudience.OBSERVER, StepAudience.SUPERIOR
WEEKLY_LADDER = (Step(OPEN, -4, OBSERVER, 9, 0), Step("T-0", 0, OBSERVER, 9, 0), Step("T+2", 2, SUPERIOR, 9, 0))
DAILY_LADDER = (Step(OPEN, 0, OBSERVER, 9, 0),)


@pytest.mark.parametrize(
    "rule",
    [
        QUARTERLY,
        MONTHLY,
        HOLIDAYS,
        replace(QUARTERLY, calendar="0 18 10 1,4,7,10 *", of_previous=True),
        replace(QUARTERLY, calendar="0 18 29 2 *", period=PeriodKind.YEAR),
        replace(QUARTERLY, calendar="0 18 * * FRI", period=PeriodKind.WEEK, ladder=WEEKLY_LADDER),
        replace(QUARTERLY, calendar="0 18 * * *", period=PeriodKind.DAY, shift=Shift.NONE, ladder=DAILY_LADDER),
        replace(QUARTERLY, kind=RuleKind.NODE, calendar=""),
        replace(MONTHLY, calendar="0 18 1-5 1 *", period=PeriodKind.DAY, shift=Shift.NONE, ladder=DAILY_LADDER),
    ],
)
def test_good_rules_have_no_faults(rule: Rule) -> None:
    assert faults(rule, CALENDAR) == ()


def ladder(*steps: tuple[str, int]) -> tuple[Step, ...]:
    return tuple(Step(name, workdays, OBSERVER, 9, 0) for name, workdays in steps)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": " "}, ["规则要有名称。"]),
        ({"form": ""}, ["规则要写明催的是哪张表。"]),
        ({"calendar": "0 18 L"}, ["日程要写五项“分 时 日 月 周”，用空格隔开，例如 0 18 25 * *；这里有3项。"]),
        (
            {"calendar": "0 9,18 L 3,6,9,12 *"},
            ["日程“0 9,18 L 3,6,9,12 *”的前两项是截止的分和时，要各写一个数，例如 0 18；一天最多截止一次。"],
        ),
        (
            {"calendar": "0 18 30 2 *"},
            ["日程“0 18 30 2 *”五年里一次也不会到，请核对日期，例如 2 月没有 30 日。"],
        ),
        (
            {"calendar": "0 18 L * *"},
            ["2026年第一季度里不止一个截止日：1月31日和2月28日。一期只能截止一次，请改日程，或把周期改短。"],
        ),
        (
            {"calendar": "0 18 5 1,3,6,9 *", "of_previous": True},
            ["2025年第四季度里不止一个截止日：1月5日和3月5日。一期只能截止一次，请改日程，或把周期改短。"],
        ),
        ({"ladder": ()}, ["还没有写提醒，至少要有一次。"]),
        ({"ladder": ladder(("T-3", -3))}, ["提醒里要有且只有一次开启通知，并且排在第一。"]),
        (
            {"ladder": ladder((OPEN, -3), (OPEN, 1))},
            ["提醒里要有且只有一次开启通知，并且排在第一。"],
        ),
        ({"ladder": ladder((OPEN, -3), ("a", 1), ("a", 2))}, ["提醒“a”写了两次。"]),
        (
            {"ladder": ladder((OPEN, -3), ("a", 1), ("b", 1))},
            ["“逾期1天”有两次提醒，在同一天发给同一些人，请去掉一次。"],
        ),
        (
            {"ladder": ladder((OPEN, -3), ("T+1", 1), ("T-0", 0))},
            ["提醒“当天”排在“逾期1天”后面，时间却更早，请按先后排列。"],
        ),
        (
            {"ladder": (Step(OPEN, -3, OBSERVER, 21, 0),)},
            ["提醒“提前3天”的时间 21:00 不对，请写 08:00 到 21:00 之间的时间（夜间不打扰）。"],
        ),
        (
            {"ladder": (Step(OPEN, -3, OBSERVER, 9, 75),)},
            ["提醒“提前3天”的时间 9:75 不对，请写 08:00 到 21:00 之间的时间（夜间不打扰）。"],
        ),
        ({"ladder": ladder((OPEN, -3), ("", 1))}, ["提醒的名称要有 1 到 20 个字符。"]),
        (
            {"ladder": (*DEFAULT_LADDER[:2], Step("T-0", 0, OBSERVER, 18, 0))},
            ["提醒“当天”在截止日 18:00 才发，那时已经截止（18:00），请提早，或把截止时间推后。"],
        ),
        (
            {"ladder": ladder((OPEN, -70))},
            ["开启通知提前 70 个工作日，比上一期的截止日还早（两期之间有时只有 64 个工作日），请改近一些。"],
        ),
        (
            {"ladder": ladder((OPEN, -121)), "calendar": "0 18 L 12 *", "period": PeriodKind.YEAR},
            ["提醒“提前121天”离截止日 121 个工作日，太远了，最多 120 个。"],
        ),
        (
            {"calendar": "0 18 * * FRI", "period": PeriodKind.WEEK, "ladder": ladder((OPEN, -6), ("T+6", 6))},
            [
                "开启通知提前 6 个工作日，比上一期的截止日还早（两期之间有时只有 5 个工作日），请改近一些。",
                "提醒“逾期6天”在截止后 6 个工作日，那时下一期也截止了（两期之间有时只有 5 个工作日），请改近一些。",
            ],
        ),
        (
            {"calendar": "0 18 * * *", "period": PeriodKind.DAY, "ladder": DAILY_LADDER},
            ["1月1日和1月2日调整后都在12月31日截止。每天都交的表请选“不调整”。"],
        ),
        ({"kind": RuleKind.HOLIDAY}, ["这类规则的截止日不按日程定，日程请留空。"]),
        ({"kind": RuleKind.NODE}, ["这类规则的截止日不按日程定，日程请留空。"]),
    ],
)
def test_each_fault_is_told(change: dict[str, Any], expected: list[str]) -> None:
    found = faults(replace(QUARTERLY, **change), CALENDAR)
    assert [fault for fault in found if change.get("kind") is not RuleKind.HOLIDAY or "日程" in fault] == expected


def test_all_faults_are_told_at_once() -> None:
    rule = replace(QUARTERLY, name="", form="", calendar="nonsense", ladder=())
    assert len(faults(rule, CALENDAR)) == 4
