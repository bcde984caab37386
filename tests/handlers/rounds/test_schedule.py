"""Due moments and steps on real dates, in zones that change their clocks, and after a standstill."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rounds.rule import (
    OPEN,
    DueMoment,
    PeriodKind,
    Rule,
    RuleKind,
    Shift,
    Step,
    StepAt,
    StepAudience,
)
from handlers.rounds.schedule import due_moments, moment, newest_of_each, steps
from tests.handlers.rounds.rules import CALENDAR, HOLIDAYS, MOMENTS, MONTHLY, QUARTERLY, SHANGHAI

ZONES = [SHANGHAI, *map(ZoneInfo, ("America/New_York", "Europe/London", "Africa/Lagos", "Asia/Kathmandu"))]
WEEKLY = replace(QUARTERLY, calendar="30 17 * * FRI", period=PeriodKind.WEEK)


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def dues(rule: Rule, first: str, last: str, zone: ZoneInfo = SHANGHAI) -> list[str]:
    found = due_moments(rule, local(f"{first} 00:00", zone), local(f"{last} 23:59", zone), CALENDAR, zone)
    return [f"{due.period.key} {due.nominal} {due.due_at.astimezone(zone):%Y-%m-%d %H:%M}" for due in found]


def test_quarters_end_on_working_days() -> None:
    assert dues(QUARTERLY, "2024-01-01", "2026-12-31") == [
        "2024-Q1 2024-03-31 2024-03-29 18:00",
        "2024-Q2 2024-06-30 2024-06-28 18:00",
        "2024-Q3 2024-09-30 2024-09-30 18:00",
        "2024-Q4 2024-12-31 2024-12-31 18:00",
        "2025-Q1 2025-03-31 2025-03-31 18:00",
        "2025-Q2 2025-06-30 2025-06-30 18:00",
        "2025-Q3 2025-09-30 2025-09-30 18:00",
        "2025-Q4 2025-12-31 2025-12-31 18:00",
        "2026-Q1 2026-03-31 2026-03-31 18:00",
        "2026-Q2 2026-06-30 2026-06-30 18:00",
        "2026-Q3 2026-09-30 2026-09-30 18:00",
        "2026-Q4 2026-12-31 2026-12-31 18:00",
    ]


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (Shift.EARLIER, "2026-Q4 2026-10-01 2026-09-30 18:00"),
        (Shift.LATER, "2026-Q4 2026-10-01 2026-10-08 18:00"),
        (Shift.NONE, "2026-Q4 2026-10-01 2026-10-01 18:00"),
    ],
)
def test_a_due_day_in_the_holidays_is_shifted_and_keeps_its_period(shift: Shift, expected: str) -> None:
    rule = replace(QUARTERLY, calendar="0 18 1 10 *", shift=shift)
    assert dues(rule, "2026-01-01", "2026-12-31") == [expected]


@pytest.mark.parametrize(
    ("rule", "first", "last", "expected"),
    [
        (MONTHLY, "2026-02-01", "2026-02-28", ["2026-02 2026-02-25 2026-02-25 18:00"]),
        (replace(MONTHLY, calendar="0 18 L * *"), "2026-02-01", "2026-02-28", ["2026-02 2026-02-28 2026-02-28 18:00"]),
        (replace(MONTHLY, calendar="0 18 L * *"), "2026-01-30", "2026-01-31", ["2026-01 2026-01-31 2026-01-30 18:00"]),
        (replace(MONTHLY, calendar="0 18 L * *"), "2028-02-01", "2028-02-29", ["2028-02 2028-02-29 2028-02-29 18:00"]),
        (
            replace(MONTHLY, calendar="0 18 5 * *", of_previous=True, shift=Shift.LATER),
            *("2026-04-01", "2026-05-31"),
            ["2026-03 2026-04-05 2026-04-07 18:00", "2026-04 2026-05-05 2026-05-06 18:00"],
        ),
        (
            WEEKLY,
            *("2026-09-21", "2026-10-11"),
            [
                "2026-W39 2026-09-25 2026-09-24 17:30",
                "2026-W40 2026-10-02 2026-09-30 17:30",
                "2026-W41 2026-10-09 2026-10-09 17:30",
            ],
        ),
        (
            replace(QUARTERLY, calendar="0 18 20 12 *", period=PeriodKind.YEAR),
            *("2025-01-01", "2026-12-31"),
            ["2025 2025-12-20 2025-12-19 18:00", "2026 2026-12-20 2026-12-18 18:00"],
        ),
        (replace(QUARTERLY, kind=RuleKind.NODE, calendar=""), "2026-01-01", "2026-12-31", []),
    ],
)
def test_due_moments_on_real_dates(rule: Rule, first: str, last: str, expected: list[str]) -> None:
    assert dues(rule, first, last) == expected


def test_the_window_is_open_before_and_closed_behind() -> None:
    due = local("2026-09-30 18:00")
    second = timedelta(seconds=1)
    assert not list(due_moments(QUARTERLY, due, due + second, CALENDAR, SHANGHAI))
    assert [each.due_at for each in due_moments(QUARTERLY, due - second, due, CALENDAR, SHANGHAI)] == [due]
    assert not list(due_moments(QUARTERLY, due - second, due - second, CALENDAR, SHANGHAI))
    assert not list(due_moments(QUARTERLY, due, due - timedelta(days=200), CALENDAR, SHANGHAI))


def test_a_shift_over_the_longest_holiday_is_found_from_either_side() -> None:
    rule = replace(MONTHLY, calendar="0 18 23 * *")
    assert dues(rule, "2026-02-14", "2026-02-14") == ["2026-02 2026-02-23 2026-02-14 18:00"]
    later = replace(MONTHLY, calendar="0 18 15 * *", shift=Shift.LATER)
    assert dues(later, "2026-02-24", "2026-02-24") == ["2026-02 2026-02-15 2026-02-24 18:00"]


def test_holiday_notices_are_due_on_eves() -> None:
    assert dues(HOLIDAYS, "2025-09-01", "2026-02-28") == [
        "2025-中秋国庆 2025-09-30 2025-09-30 18:00",
        "2026-元旦 2025-12-31 2025-12-31 18:00",
        "2026-春节 2026-02-14 2026-02-14 18:00",
    ]
    (due,) = due_moments(HOLIDAYS, local("2025-09-30 00:00"), local("2025-10-01 00:00"), CALENDAR, SHANGHAI)
    assert due.period == ("2025-中秋国庆", "2025年中秋、国庆", date(2025, 10, 1), date(2025, 10, 8))
    (notice,) = steps(HOLIDAYS, due.due_at, CALENDAR, SHANGHAI)
    assert notice.at == local("2025-09-30 09:00")


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(rule=st.sampled_from([QUARTERLY, MONTHLY, WEEKLY, HOLIDAYS]), bounds=st.lists(MOMENTS, min_size=3, max_size=3))
def test_neighbouring_windows_find_every_due_moment_once(zone: ZoneInfo, rule: Rule, bounds: list[datetime]) -> None:
    one, two, three = sorted(bounds)
    whole = list(due_moments(rule, one, three, CALENDAR, zone))
    assert whole == [
        *due_moments(rule, one, two, CALENDAR, zone),
        *due_moments(rule, two, three, CALENDAR, zone),
    ]
    assert len({due.period.key for due in whole}) == len(whole)
    assert all(before.due_at <= after.due_at for before, after in pairwise(whole))
    assert all(due.due_at.tzinfo is UTC for due in whole)


def shown(found: Iterable[StepAt], zone: ZoneInfo = SHANGHAI) -> list[str]:
    return [f"{each.step.name} {each.at.astimezone(zone):%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (
            "2026-09-30 18:00",
            [
                "open 09-16 09:00",
                "T-3 09-24 09:00",
                "T-0 09-30 09:00",
                "T+1 10-08 09:00",
                "T+3 10-10 09:00",
                "T+5 10-13 09:00",
            ],
        ),
        (
            "2026-02-28 18:00",
            [
                "open 02-09 09:00",
                "T-3 02-25 09:00",
                "T-0 02-28 09:00",
                "T+1 03-02 09:00",
                "T+3 03-04 09:00",
                "T+5 03-06 09:00",
            ],
        ),
        (
            "2025-09-30 18:00",
            [
                "open 09-17 09:00",
                "T-3 09-26 09:00",
                "T-0 09-30 09:00",
                "T+1 10-09 09:00",
                "T+3 10-11 09:00",
                "T+5 10-14 09:00",
            ],
        ),
        (
            "2026-10-01 18:00",
            [
                "open 09-17 09:00",
                "T-3 09-28 09:00",
                "T-0 10-01 09:00",
                "T+1 10-08 09:00",
                "T+3 10-10 09:00",
                "T+5 10-13 09:00",
            ],
        ),
    ],
)
def test_steps_count_working_days_from_the_due_day(due: str, expected: list[str]) -> None:
    assert shown(steps(QUARTERLY, local(due), CALENDAR, SHANGHAI)) == expected


def test_of_two_steps_for_one_audience_on_a_day_the_later_named_is_left() -> None:
    ladder = (
        Step(OPEN, -1, StepAudience.OBSERVER, 9, 0),
        Step("noon", -1, StepAudience.OBSERVER, 12, 0),
        Step("early", -1, StepAudience.OBSERVER, 8, 0),
        Step("superior", -1, StepAudience.SUPERIOR, 9, 0),
    )
    found = steps(replace(QUARTERLY, ladder=ladder), local("2026-09-30 18:00"), CALENDAR, SHANGHAI)
    assert shown(found) == ["early 09-29 08:00", "superior 09-29 09:00"]


LADDERS = st.lists(
    st.builds(
        Step,
        st.text("abc", min_size=1),
        st.integers(-60, 60),
        st.sampled_from(StepAudience),
        st.integers(0, 23),
        st.integers(0, 59),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda step: step.name,
).map(tuple)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@given(ladder=LADDERS, due=MOMENTS)
def test_steps_are_sorted_and_one_for_an_audience_and_day(
    zone: ZoneInfo, ladder: tuple[Step, ...], due: datetime
) -> None:
    found = steps(replace(QUARTERLY, ladder=ladder), due, CALENDAR, zone)
    assert [each.at for each in found] == sorted(each.at for each in found)
    days = [(each.step.audience, each.at.astimezone(zone).date()) for each in found]
    assert len(set(days)) == len(days)
    assert {(step.audience, step.workdays) for step in ladder} == {
        (each.step.audience, each.step.workdays) for each in found
    }


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Asia/Shanghai", "2026-09-30", "18:00", "2026-09-30 10:00"),
        ("America/New_York", "2026-03-06", "18:00", "2026-03-06 23:00"),
        ("America/New_York", "2026-03-09", "18:00", "2026-03-09 22:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08 07:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30"),
        ("Europe/London", "2026-03-29", "01:30", "2026-03-29 01:30"),
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23 22:00"),
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30 19:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:45"),
    ],
)
def test_local_times_that_are_skipped_or_doubled(zone: str, day: str, at: str, expected: str) -> None:
    found = moment(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert f"{found:%Y-%m-%d %H:%M}" == expected
    assert found.tzinfo is UTC


def test_a_daily_due_moment_is_neither_dropped_nor_doubled_when_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    rule = replace(QUARTERLY, calendar="30 2 * * *", period=PeriodKind.DAY, shift=Shift.NONE)
    assert dues(rule, "2026-03-07", "2026-03-09", zone) == [
        "2026-03-07 2026-03-07 2026-03-07 02:30",
        "2026-03-08 2026-03-08 2026-03-08 03:30",
        "2026-03-09 2026-03-09 2026-03-09 02:30",
    ]
    doubled = replace(rule, calendar="30 1 * * *")
    assert len(dues(doubled, "2026-10-31", "2026-11-02", zone)) == 3


LADDER = steps(QUARTERLY, local("2026-09-30 18:00"), CALENDAR, SHANGHAI)


def names(found: Iterable[StepAt]) -> str:
    return " ".join(each.step.name for each in found)


class Waiting(NamedTuple):
    """A step that was not done."""

    place: int
    name: str
    audience: str
    at: datetime


def waiting(names_of: str) -> list[Waiting]:
    """These steps of LADDER."""
    found = enumerate(LADDER)
    return [
        Waiting(place, each.step.name, each.step.audience, each.at)
        for place, each in found
        if each.step.name in names_of.split()
    ]


@pytest.mark.parametrize(
    ("come", "act"),
    [
        ("", ""),
        ("open", "open"),
        ("open T-3", "T-3"),
        ("T-3 T-0", "T-0"),
        ("T-0 T+1", "T+1"),
        ("T-3 T-0 T+1 T+3 T+5", "T+1 T+3 T+5"),
        ("T+3 T+5", "T+3 T+5"),
    ],
)
def test_after_a_standstill_an_audience_gets_the_newest_step_only(come: str, act: str) -> None:
    assert " ".join(each.name for each in newest_of_each(reversed(waiting(come)))) == act


@given(st.permutations(waiting("open T-3 T-0 T+1 T+3 T+5")), st.integers(0, 6))
def test_each_audience_of_what_came_is_told_once(ladder: list[Waiting], count: int) -> None:
    come = ladder[:count]
    act = newest_of_each(come)
    assert {each.audience for each in act} == {each.audience for each in come}
    assert len({each.audience for each in act}) == len(act)
    assert all(each.at >= other.at for each in act for other in come if other.audience == each.audience)


def test_a_due_moment_names_its_period() -> None:
    (due,) = due_moments(QUARTERLY, local("2026-12-01 00:00"), local("2027-01-01 00:00"), CALENDAR, SHANGHAI)
    assert isinstance(due, DueMoment)
    assert due.period.label == "2026年第四季度"
    assert due.due_at == datetime(2026, 12, 31, 10, tzinfo=UTC)
