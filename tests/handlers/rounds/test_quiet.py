"""Quiet hours by the clocks of the units."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rounds.quiet import awake_zones, is_quiet, next_awake
from tests.handlers.rounds.rules import MOMENTS

NAMES = (
    "Asia/Shanghai",
    "Africa/Lagos",
    "America/Lima",
    "Asia/Kathmandu",
    "America/New_York",
    "Europe/London",
    "Pacific/Apia",
)


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("07:59", True), ("08:00", False), ("12:00", False), ("20:59", False), ("21:00", True), ("00:00", True)],
)
def test_it_is_quiet_from_nine_to_eight(clock: str, quiet: bool) -> None:
    for name in NAMES:
        moment = at(f"2026-11-28 {clock}", name).astimezone(UTC)
        assert is_quiet(moment, ZoneInfo(name)) is quiet


def test_zones_are_awake_by_their_own_day() -> None:
    morning_in_china = at("2026-11-28 09:00", "Asia/Shanghai")
    assert awake_zones(morning_in_china, [*NAMES, *NAMES]) == (
        "Asia/Shanghai",
        "America/Lima",
        "America/New_York",
        "Pacific/Apia",
    )
    afternoon_in_china = at("2026-11-28 16:00", "Asia/Shanghai")
    assert awake_zones(afternoon_in_china, NAMES) == (
        "Asia/Shanghai",
        "Africa/Lagos",
        "Asia/Kathmandu",
        "Europe/London",
    )
    assert awake_zones(afternoon_in_china, []) == ()


def test_a_name_that_is_no_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        awake_zones(datetime(2026, 11, 28, tzinfo=UTC), ["Asia/Nowhere"])


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-28 12:34", "Asia/Shanghai", "2026-11-28 12:34"),
        ("2026-11-28 21:00", "Asia/Shanghai", "2026-11-29 08:00"),
        ("2026-11-28 03:00", "Asia/Shanghai", "2026-11-28 08:00"),
        ("2026-03-07 22:00", "America/New_York", "2026-03-08 08:00"),
        ("2026-10-31 22:00", "America/New_York", "2026-11-01 08:00"),
        ("2028-02-28 23:59", "Europe/London", "2028-02-29 08:00"),
    ],
)
def test_the_night_ends_at_eight(now: str, zone: str, expected: str) -> None:
    found = next_awake(at(now, zone), ZoneInfo(zone))
    assert found == at(expected, zone)
    assert found.tzinfo is UTC


@given(MOMENTS, st.sampled_from(NAMES))
def test_nothing_between_now_and_the_end_of_the_night_is_awake(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    end = next_awake(now, zone)
    assert not is_quiet(end, zone)
    assert now <= end <= now + timedelta(hours=13)
    assert all(is_quiet(now + (end - now) * part / 10, zone) for part in range(10)) or end == now
