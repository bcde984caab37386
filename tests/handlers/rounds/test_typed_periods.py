"""Periods as officers type them, on Saturday 28 November 2026 unless said otherwise."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rounds.periods import period_of
from handlers.rounds.rule import PeriodKind
from handlers.rounds.typed_periods import EXAMPLES, read_period

TODAY = date(2026, 11, 28)
YEAR, HALF, QUARTER, MONTH, WEEK, DAY = PeriodKind


@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [
        (
            QUARTER,
            "2026-Q4",
            "本期 这期 本季度 这个季度 当前 四季度 第四季度 第4季度 4季度 Q4 q4 ２０２６Ｑ４ 最近一期",
        ),
        (
            QUARTER,
            "2026-Q3",
            "上期 上一期 上季度 上个季度 上一季度 三季度 2026Q3 2026-Q3 2026年三季度 今年三季度 26年三季度",
        ),
        (QUARTER, "2026-Q3", "二〇二六年第三季度 2026年3季度 3Q 第三季 2026/Q3 2026年Q3 三季度的 9月30日"),
        (QUARTER, "2026-Q2", "上上期 二季度"),
        (QUARTER, "2027-Q1", "下期 下季度 明年一季度"),
        (QUARTER, "2025-Q4", "去年四季度 去年第四季度 上年四季度 2025年Q4"),
        (
            MONTH,
            "2026-11",
            "本期 本月 这个月 当月 11月 十一月 11月份 2026-11 2026年11月 202611 2026/11 2026.11 26年11月",
        ),
        (MONTH, "2026-10", "上期 上个月 上月 上一个月 10月 十月 十月份"),
        (MONTH, "2026-12", "下个月 12月 十二月"),
        (MONTH, "2025-12", "去年12月 去年十二月"),
        (MONTH, "2026-01", "1月 一月 01月"),
        (WEEK, "2026-W48", "本周 这周 本期 第48周 48周 W48 2026-W48 2026W48 第四十八周 2026年第48周 昨天 11月23日"),
        (WEEK, "2026-W47", "上周 上个星期 上期 上礼拜 第47周"),
        (WEEK, "2026-W53", "2026年第53周 第53周"),
        (HALF, "2026-H1", "上半年 上期 上个半年 第一个半年 2026年上半年 2026H1 今年上半年"),
        (HALF, "2026-H2", "下半年 本期 本半年 2026-H2 2026年下半年"),
        (HALF, "2025-H2", "去年下半年 2025年下半年 上上期"),
        (YEAR, "2026", "今年 本年 本年度 本期 2026 2026年 2026年度 26年"),
        (YEAR, "2025", "去年 上年 上年度 上期 2025"),
        (DAY, "2026-11-27", "昨天 上期 11月27日 2026-11-27 周五"),
        (DAY, "2026-11-28", "今天 本期"),
    ],
)
def test_what_officers_type_names_a_period(kind: PeriodKind, key: str, said: str) -> None:
    assert {text: read_period(text, kind, TODAY).key for text in said.split()} == dict.fromkeys(said.split(), key)


@pytest.mark.parametrize(
    ("today", "kind", "said", "key"),
    [
        (date(2027, 1, 5), QUARTER, "四季度", "2026-Q4"),
        (date(2027, 1, 5), MONTH, "12月", "2026-12"),
        (date(2027, 1, 5), MONTH, "2月", "2027-02"),
        (date(2027, 1, 5), HALF, "上个半年", "2026-H2"),
        (date(2027, 1, 2), WEEK, "本周", "2026-W53"),
        (date(2027, 1, 5), WEEK, "第53周", "2026-W53"),
        (date(2027, 1, 5), WEEK, "上周", "2026-W53"),
    ],
)
def test_a_period_without_a_year_is_the_one_that_people_mean(
    today: date, kind: PeriodKind, said: str, key: str
) -> None:
    assert read_period(said, kind, today).key == key


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        (QUARTER, "随便", "没看懂是哪一期。可以写：本期、上期、三季度、2026年第三季度、2026Q3。"),
        (QUARTER, "", "没看懂是哪一期"),
        (QUARTER, "5季度", "2026年没有第5季度"),
        (QUARTER, "2026Q0", "2026年没有第0季度"),
        (MONTH, "13月", "2026年没有第13个月"),
        (MONTH, "11", "没看懂是哪一期"),
        (MONTH, "三季度", "没看懂是哪一期"),
        (WEEK, "2025年第53周", "2025年没有第53周"),
        (WEEK, "第0周", "2026年没有第0周"),
        (YEAR, "1999年", "年份要在 2000 年到 2100 年之间"),
        (DAY, "2月30日", "没看懂是哪一期。可以写：本期、上期、今天"),
        (QUARTER, "三季度" * 30, "没看懂是哪一期"),
    ],
)
def test_what_names_no_period_gets_a_sentence(kind: PeriodKind, said: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_period(said, kind, TODAY)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(PeriodKind))
def test_keys_and_labels_are_read_back(day: date, kind: PeriodKind) -> None:
    period = period_of(day, kind)
    assert read_period(period.key, kind, TODAY) == period
    assert read_period(period.label, kind, TODAY) == period


@pytest.mark.parametrize("kind", PeriodKind)
def test_the_examples_of_the_sentence_are_read(kind: PeriodKind) -> None:
    for example in EXAMPLES[kind].split("、"):
        read_period(example, kind, TODAY)
