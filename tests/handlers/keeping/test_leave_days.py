"""The days of a leave as people type them, and leaves as observers and officers say them."""

from datetime import date

import pytest

from handlers.keeping import leave_days, spoken
from storage.vocabulary import Level
from tests.handlers.desk import Office

MONDAY = date(2026, 11, 30)
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("said", "today", "starts", "ends"),
    [
        ("12.1-12.5", MONDAY, "2026-12-01", "2026-12-05"),
        ("12.1 - 12.5", MONDAY, "2026-12-01", "2026-12-05"),
        ("12/1-12/5", MONDAY, "2026-12-01", "2026-12-05"),
        ("12.1至12.5", MONDAY, "2026-12-01", "2026-12-05"),
        ("12.1-5", MONDAY, "2026-12-01", "2026-12-05"),
        ("2026.12.1-2026.12.5", MONDAY, "2026-12-01", "2026-12-05"),
        ("12.30-1.2", MONDAY, "2026-12-30", "2027-01-02"),
        ("1日到5日", MONDAY, "2026-12-01", "2026-12-05"),
        ("1-5日", MONDAY, "2026-12-01", "2026-12-05"),
        ("1号", MONDAY, "2026-12-01", "2026-12-01"),
        ("28日到3日", MONDAY, "2026-11-28", "2026-12-03"),
        ("19日到23日", FRIDAY, "2026-11-19", "2026-11-23"),
        ("31日", MONDAY, "2026-12-31", "2026-12-31"),
        ("到周五", MONDAY, "2026-11-30", "2026-12-04"),
        ("到12月5日", MONDAY, "2026-11-30", "2026-12-05"),
        ("一直到5号", MONDAY, "2026-11-30", "2026-12-05"),
        ("周一到周三", FRIDAY, "2026-11-23", "2026-11-25"),
        ("周一", FRIDAY, "2026-11-23", "2026-11-23"),
        ("周四到周五", FRIDAY, "2026-11-19", "2026-11-20"),
        ("12月1日到12月5日", MONDAY, "2026-12-01", "2026-12-05"),
    ],
)
def test_the_days_of_a_leave(said: str, today: date, starts: str, ends: str) -> None:
    """12.1-12.5 was refused as more than one day, and 1日到5日 were days of the month that was over."""
    assert leave_days.read(said, today) == (date.fromisoformat(starts), date.fromisoformat(ends))


@pytest.mark.parametrize("said", ["0日到5日", "32日", "13.1-13.5", "到", "12.5-12.1"])
def test_what_are_no_days(said: str) -> None:
    with pytest.raises(ValueError, match=r"请|例如"):
        leave_days.read(said, MONDAY)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("12月1日到12月5日请假，由周立新代填", "12月1日到12月5日 代填 周立新"),
        ("请假到周五", "到周五"),
        ("我请假到周五，代填周立新", "到周五 代填 周立新"),
        ("请假1日到5日", "1日到5日"),
        ("我下周请假", ""),
        ("过几天要请假", ""),
        ("我下个月请假，由周立新代填", ""),
        ("经理下周不让请假", None),
    ],
)
def test_leaves_that_are_told(said: str, days: str | None) -> None:
    assert spoken.leave(said, FRIDAY) == days


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("请假 12.1-12.5 代填 周立新", ("2026年12月1日 至 12月5日", "由 周立新（清源集团 / 二公司） 代填")),
        ("请假12.1-12.5", ("2026年12月1日 至 12月5日", "没有人代填")),
        ("请假 1日到5日", ("2026年12月1日 至 12月5日",)),
        ("请假 到周五", ("2026年11月20日 一天",)),
        ("请假到周五", ("2026年11月20日 一天",)),
        ("12月1日到12月5日请假，由周立新代填", ("2026年12月1日 至 12月5日", "由 周立新（清源集团 / 二公司） 代填")),
        ("我下周请假", ("这样说：请假 12月1日到12月5日",)),
    ],
)
async def test_an_observer_says_when_they_are_away(office: Office, said: str, seen: tuple[str, ...]) -> None:
    await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")])
    wang = await office.observer()
    await wang.says(said)
    wang.sees(*seen)


@pytest.mark.parametrize(
    "said", ["请假 夏雨 12.1-12.5", "请假夏雨12.1-12.5", "夏雨12.1-12.5请假", "请假 夏雨 1日到5日"]
)
async def test_an_officer_says_when_somebody_is_away(office: Office, said: str) -> None:
    await office.person("夏雨", "二公司", observes=[(Level.FUNCTIONAL, "二公司")])
    sun = await office.officer("孙莉", "二公司")
    await sun.says(said)
    sun.sees("夏雨（清源集团 / 二公司） 请假，2026年12月1日 至 12月5日")
