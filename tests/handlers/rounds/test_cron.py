"""Due days of cron expressions, against a matcher that knows nothing of croniter and looks at every minute."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from handlers.rounds.cron import due_days, read_cron

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """What one field of an expression takes."""
    found: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start, end = (names.index(each) + low if each in names else int(each) for each in (first, last or first))
        found.update(range(start, end + 1, int(step or 1)))
    return found


def matching_minutes(expression: str, first: datetime, count: int) -> list[datetime]:
    """Of so many minutes those that match by crontab(5): where both day and weekday are restricted, either will do."""
    minute, hour, day, month, weekday = expression.split()
    minutes, hours, months = numbers(minute, 0, 59), numbers(hour, 0, 23), numbers(month, 1, 12, MONTHS)
    days, weekdays = numbers(day.replace("L", "0"), 1, 31), numbers(weekday, 0, 6, WEEKDAYS)
    either = "*" not in {day, weekday}
    found = []
    for moment in (first + timedelta(minutes=number) for number in range(count)):
        if moment.minute in minutes and moment.hour in hours and moment.month in months:
            is_last = monthrange(moment.year, moment.month)[1] == moment.day
            by_day = moment.day in days or (is_last and 0 in days)
            by_weekday = moment.isoweekday() % 7 in weekdays
            if (by_day or by_weekday) if either else (by_day and by_weekday):
                found.append(moment)
    return found


def lists(low: int, high: int) -> st.SearchStrategy[str]:
    """One number, a list, a range."""
    number = st.integers(low, high)
    listed = st.lists(number, min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, sorted(found))))
    span = st.tuples(number, number).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: f"{pair[0]}-{pair[1]}")
    return st.one_of(listed, span)


EXPRESSIONS = st.builds(
    "{} {} {} {} {}".format,
    st.integers(0, 59),
    st.integers(0, 23),
    st.one_of(st.just("*"), st.just("L"), lists(1, 31)),
    st.one_of(st.just("*"), lists(1, 12), st.sampled_from(MONTHS), st.just("*/3")),
    st.one_of(st.just("*"), lists(0, 6), st.sampled_from(WEEKDAYS), st.just("MON-FRI")),
)


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(EXPRESSIONS, st.dates(date(2024, 1, 1), date(2029, 12, 31)))
def test_due_days_are_those_of_a_search_through_every_minute(expression: str, first: date) -> None:
    cron, last = read_cron(expression), first + timedelta(days=45)
    expected = matching_minutes(expression, datetime.combine(first, time()), 46 * 24 * 60)
    assert [datetime.combine(day, cron.at) for day in due_days(cron, first, last)] == expected


@pytest.mark.parametrize(
    ("expression", "first", "last", "expected"),
    [
        ("0 18 L 3,6,9,12 *", "2026-01-01", "2026-12-31", "2026-03-31 2026-06-30 2026-09-30 2026-12-31"),
        ("0 18 L 2 *", "2026-01-01", "2028-12-31", "2026-02-28 2027-02-28 2028-02-29"),
        ("0 18 29 2 *", "2026-01-01", "2032-12-31", "2028-02-29 2032-02-29"),
        ("0 18 29 2 *", "2096-01-01", "2104-12-31", "2096-02-29 2104-02-29"),
        ("0 18 30 2 *", "2026-01-01", "2036-12-31", ""),
        ("0 0 1 * *", "2026-01-01", "2026-02-01", "2026-01-01 2026-02-01"),
        ("59 23 15 * *", "2026-01-15", "2026-01-15", "2026-01-15"),
        ("0 18 * * FRI#2", "2026-11-01", "2026-12-31", "2026-11-13 2026-12-11"),
        ("0 18 * * L5", "2026-11-01", "2026-12-31", "2026-11-27 2026-12-25"),
        ("0 18 * * SAT-MON", "2026-11-26", "2026-12-01", "2026-11-28 2026-11-29 2026-11-30"),
        ("0 18 * * 7", "2026-11-28", "2026-11-30", "2026-11-29"),
    ],
)
def test_due_days_of_expressions_that_people_write(expression: str, first: str, last: str, expected: str) -> None:
    found = due_days(read_cron(expression), date.fromisoformat(first), date.fromisoformat(last))
    assert " ".join(day.isoformat() for day in found) == expected


def test_an_expression_is_kept_in_one_form() -> None:
    assert read_cron("  5  18 l 3,6 fri\n") == ("5 18 L 3,6 FRI", time(18, 5))


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("", "五项.*这里有0项"),
        ("0 18 1 1", "五项.*这里有4项"),
        ("0 0 18 1 1 *", "五项.*这里有6项"),
        ("@monthly", "五项.*这里有1项"),
        ("0 9,18 * * *", "一天最多截止一次"),
        ("*/5 18 * * *", "一天最多截止一次"),
        ("* * * * *", "一天最多截止一次"),
        ("0 -1 * * *", "一天最多截止一次"),
        ("60 18 * * *", "时间不对"),
        ("0 24 * * *", "时间不对"),
        ("0 18 32 * *", "没看懂"),
        ("0 18 0 * *", "没看懂"),
        ("0 18 * 13 *", "没看懂"),
        ("0 18 * FRI *", "没看懂"),
        ("0 18 * * 8", "没看懂"),
        ("0 18 * * NEVER", "没看懂"),
        ("0 18 1-1 * *", "“1-1”不对"),
        ("0 18 25-5 * *", "“25-5”不对"),
        ("0 18 1 12-2 *", "“12-2”不对"),
        ("0 18 * * FRI-FRI", "“FRI-FRI”不对"),
        ("0 18 H * *", "没看懂"),
        ("0 18 R(1-9) * *", "没看懂"),
        ("0 18 15W * *", "没看懂"),
        ("0 18 ? * *", "没看懂"),
        ("0 18 */0 * *", "没看懂"),
        ("0 18 1, * *", "没看懂"),
        ("0 18 , * *", "没看懂"),
        ("0 18 ５ * *", "没看懂"),
        ("0 18 五 * *", "没看懂"),
        ("０ 18 5 * *", "一天最多截止一次"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(expression: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_cron(expression)


@given(st.text(alphabet="0123456789*,-/L#?HRWFRISUN ", max_size=24))
def test_whatever_is_typed_is_read_or_refused_in_chinese(text: str) -> None:
    try:
        cron = read_cron(text)
    except ValueError as error:
        assert str(error).startswith("日程")
    else:
        days = list(due_days(cron, date(2026, 1, 1), date(2027, 12, 31)))
        assert days == sorted(set(days))
