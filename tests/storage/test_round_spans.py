"""The days of a period, as storage reads them from its key, and which rounds ask for the same."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.rounds.periods import period_of
from handlers.rounds.rule import PeriodKind
from storage.round_spans import Span, days_of, follows

DUE = datetime(2026, 12, 31, 10, tzinfo=UTC)


@pytest.mark.parametrize("kind", PeriodKind)
def test_the_days_of_every_period_are_those_of_its_key(kind: PeriodKind) -> None:
    for number in range(0, 1200):
        period = period_of(date(2026, 1, 1) + timedelta(days=number), kind)
        assert days_of(period.key) == (period.first, period.last)


@pytest.mark.parametrize("key", ["node:1", "2026-春节", "2026-Q5", "2026-13", "", "2026-Q4-1"])
def test_what_is_no_stretch_of_the_calendar_has_no_days(key: str) -> None:
    assert days_of(key) is None


@pytest.mark.parametrize(
    ("period", "after_due", "free"),
    [
        ("2026-Q4", True, False),
        ("2026-Q3", True, False),
        ("2026-12", True, False),
        ("2026-W50", True, False),
        ("2027-Q1", False, True),
        ("2027-01", False, True),
        ("2026-W53", True, True),  # to 3 January
        ("2026-W53", False, False),
        ("2026", True, False),
        ("2026-春节", False, True),
    ],
)
def test_what_comes_after_a_quarter(period: str, after_due: bool, free: bool) -> None:
    had = Span("2026-Q4", "2026年第四季度", DUE)
    assert follows(period, DUE + timedelta(days=1 if after_due else -10), [had]) is free


def test_what_has_no_days_is_asked_once() -> None:
    assert not follows("2026-春节", DUE, [Span("2026-春节", "2026年春节", DUE)])
    assert follows("2026-清明", DUE, [Span("2026-春节", "2026年春节", DUE)])
