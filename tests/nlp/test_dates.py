"""Days beyond the plain ones: about a day, planned days, what names more than a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.dates import PLANNED, SaidDay, day, said_day

TODAY = date(2026, 11, 21)
"""A Saturday."""


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("今早", "2026-11-21"),
        ("昨晚", "2026-11-20"),
        ("昨夜", "2026-11-20"),
        ("这周日", "2026-11-22"),
        ("下下周二", "2026-12-01"),
        ("上周五下午", "2026-11-13"),
        ("昨天下午3点", "2026-11-20"),
        ("昨天晚上九点半", "2026-11-20"),
        ("2026-11-13 15:30", "2026-11-13"),
        ("2026-11-13T15:30", "2026-11-13"),
        ("2026 11 13", "2026-11-13"),
        ("11 13", "2026-11-13"),
        ("11/13", "2026-11-13"),
        ("11月 3 日", "2026-11-03"),
        ("是11月3号。", "2026-11-03"),
        ("今年三月五日", "2026-03-05"),
        ("前年6月1日", "2024-06-01"),
        ("11月底", "2026-11-30"),
        ("去年2月底", "2025-02-28"),
        ("上个月底", "2026-10-31"),
        ("月初", "2026-11-01"),
        ("昨天（周五）", "2026-11-20"),
        ("2026年11月3日（周二）上午", "2026-11-03"),
        ("刚才", "2026-11-21"),
        ("11\u200b月3日", "2026-11-03"),
    ],
)
def test_days_in_more_spellings(said: str, meant: str) -> None:
    assert said_day(said, TODAY) == SaidDay(date.fromisoformat(meant))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("12月20日前", "2026-12-20"),
        ("12月底前", "2026-12-31"),
        ("本月底之前", "2026-11-30"),
        ("11月3号左右", "2026-11-03"),
        ("大概上周三吧", "2026-11-11"),
        ("预计12月5日", "2026-12-05"),
    ],
)
def test_about_a_day_keeps_what_was_said(said: str, meant: str) -> None:
    assert said_day(said, TODAY) == SaidDay(date.fromisoformat(meant), said)


@pytest.mark.parametrize(
    ("said", "example"),
    [
        ("国庆期间", "国庆期间是哪一天？例如 10月3日"),
        ("春节前后", "春节前后是哪一天？例如 2月10日"),
        ("五一", "5月2日"),
        ("月中", "月中是哪一天？例如 11月15日"),
        ("本月中旬", "11月15日"),
        ("11月上旬", "11月5日"),
        ("去年12月", "去年12月是哪一天？例如 去年12月5日"),
        ("十月份", "10月5日"),
        ("2025年6月", "2025年6月5日"),
        ("上半年", "5月20日"),
        ("第三季度", "8月15日"),
        ("周末", "11月13日"),
        ("前几天", "11月11日"),
        ("一个月前", "11月11日"),
        ("国庆前", "国庆前是哪一天"),
    ],
)
def test_what_names_more_than_a_day_is_asked_with_an_example(said: str, example: str) -> None:
    with pytest.raises(ValueError, match="具体哪一天") as asked:
        day(said, TODAY)
    assert example in str(asked.value)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("农历八月十五", "公历"),
        ("腊月二十三", "公历"),
        ("大年初一", "公历"),
        ("11月3日到5日", "只填一天"),
        ("11.3-11.5", "只填一天"),
        ("2月30日", "没有2026年2月30日这一天"),
        ("11月31号前", "没有2026年11月31日这一天"),
        ("2026-11", "没看懂"),
        ("15", "没看懂"),
        ("🙂", "没看懂"),
        ("昨" * 61, "没看懂"),
    ],
)
def test_what_is_no_day_says_what_to_write(said: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        day(said, TODAY)


def test_a_day_without_a_year_lies_at_most_two_months_ahead() -> None:
    assert day("1月10日", TODAY) == date(2027, 1, 10)
    assert day("3月5日", TODAY) == date(2026, 3, 5)
    assert day("12月28日", date(2027, 1, 5)) == date(2026, 12, 28)


def test_a_planned_day_without_a_year_may_lie_further_ahead() -> None:
    assert day("3月5日", TODAY, PLANNED) == date(2027, 3, 5)
    assert day("11月20日", TODAY, PLANNED) == date(2026, 11, 20)


@settings(max_examples=60)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(-300, 60))
def test_every_day_of_the_last_months_parses_back_without_its_year(today: date, away: int) -> None:
    meant = today + timedelta(days=away)
    nearest = min(
        (meant.replace(year=meant.year + years) for years in (-1, 0, 1) if meant.day != 29 or meant.month != 2),
        key=lambda found: (found - today).days > 60 or abs((found - today).days),
        default=None,
    )
    if nearest != meant:
        return
    for said in (f"{meant.month}月{meant.day}号", f"{meant.month}.{meant.day}", f"{meant.month}月{meant.day}日上午"):
        assert day(said, today) == meant


@pytest.mark.parametrize("said", ["有薄弱环节", "青年突击队", "虚假", "周到", "节约", "夏利"])
def test_what_is_no_day_is_not_asked_for_its_day(said: str) -> None:
    with pytest.raises(ValueError, match="没看懂这个日期"):
        said_day(said, TODAY)
