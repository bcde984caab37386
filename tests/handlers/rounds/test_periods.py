"""Periods: every day lies in exactly one, and their keys and labels are those that records and people know."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rounds.periods import due_period, period_after, period_before, period_of
from handlers.rounds.rule import PeriodKind

KINDS = st.sampled_from(PeriodKind)
DAYS = st.dates(date(1990, 1, 1), date(2110, 12, 31))


@pytest.mark.parametrize(
    ("kind", "day", "key", "label", "first", "last"),
    [
        (PeriodKind.YEAR, "2026-11-28", "2026", "2026年", "2026-01-01", "2026-12-31"),
        (PeriodKind.HALF_YEAR, "2026-06-30", "2026-H1", "2026年上半年", "2026-01-01", "2026-06-30"),
        (PeriodKind.HALF_YEAR, "2026-07-01", "2026-H2", "2026年下半年", "2026-07-01", "2026-12-31"),
        (PeriodKind.QUARTER, "2026-09-30", "2026-Q3", "2026年第三季度", "2026-07-01", "2026-09-30"),
        (PeriodKind.QUARTER, "2026-12-31", "2026-Q4", "2026年第四季度", "2026-10-01", "2026-12-31"),
        (PeriodKind.MONTH, "2028-02-29", "2028-02", "2028年2月", "2028-02-01", "2028-02-29"),
        (PeriodKind.MONTH, "2026-11-28", "2026-11", "2026年11月", "2026-11-01", "2026-11-30"),
        (PeriodKind.WEEK, "2026-11-28", "2026-W48", "2026年第48周", "2026-11-23", "2026-11-29"),
        (PeriodKind.WEEK, "2027-01-01", "2026-W53", "2026年第53周", "2026-12-28", "2027-01-03"),
        (PeriodKind.WEEK, "2024-12-30", "2025-W01", "2025年第1周", "2024-12-30", "2025-01-05"),
        (PeriodKind.DAY, "2026-11-28", "2026-11-28", "2026年11月28日", "2026-11-28", "2026-11-28"),
    ],
)
def test_periods_have_their_keys_labels_and_days(
    kind: PeriodKind, day: str, key: str, label: str, first: str, last: str
) -> None:
    expected = (key, label, date.fromisoformat(first), date.fromisoformat(last))
    assert period_of(date.fromisoformat(day), kind) == expected


@given(DAYS, KINDS)
def test_periods_partition_the_days(day: date, kind: PeriodKind) -> None:
    period = period_of(day, kind)
    assert period.first <= day <= period.last
    assert period_of(period.first, kind) == period == period_of(period.last, kind)
    after, before = period_after(period, kind), period_before(period, kind)
    assert after.first == period.last + timedelta(days=1)
    assert before.last == period.first - timedelta(days=1)
    assert len({before.key, period.key, after.key}) == 3
    assert period_before(after, kind) == period == period_after(before, kind)


@given(DAYS, DAYS, KINDS)
def test_keys_of_the_same_length_sort_like_the_days(one: date, two: date, kind: PeriodKind) -> None:
    first, second = sorted((period_of(one, kind), period_of(two, kind)), key=lambda period: period.first)
    assert first.key <= second.key
    assert (first.key == second.key) == (first == second)


def test_a_due_day_closes_its_own_period_or_the_one_before() -> None:
    assert due_period(date(2026, 12, 31), PeriodKind.QUARTER, of_previous=False).key == "2026-Q4"
    assert due_period(date(2027, 1, 10), PeriodKind.QUARTER, of_previous=True).key == "2026-Q4"
    assert due_period(date(2027, 1, 4), PeriodKind.WEEK, of_previous=True).key == "2026-W53"
    assert due_period(date(2028, 3, 1), PeriodKind.DAY, of_previous=True).key == "2028-02-29"
