"""Quiet hours: nobody is reminded at night, by the clock of their own unit."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

QUIET_FROM: Final = time(21)
QUIET_TO: Final = time(8)
"""Local time; from is quiet, to is awake again. DOMAIN.md, section Reminders."""


def is_quiet(now: datetime, timezone: ZoneInfo) -> bool:
    """Whether it is night there at `now` (aware)."""
    local = now.astimezone(timezone).time()
    return local >= QUIET_FROM or local < QUIET_TO


def awake_zones(now: datetime, zones: Iterable[str]) -> tuple[str, ...]:
    """Those of the timezones (IANA names, as units carry them) in which it is day at `now` (aware), in their order.

    Raises zoneinfo.ZoneInfoNotFoundError for a name that is none.
    """
    return tuple(zone for zone in dict.fromkeys(zones) if not is_quiet(now, ZoneInfo(zone)))


def next_awake(now: datetime, timezone: ZoneInfo) -> datetime:
    """`now` itself by day, else the end of the quiet hours; aware UTC."""
    if not is_quiet(now, timezone):
        return now.astimezone(UTC)
    local = now.astimezone(timezone)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_TO, tzinfo=timezone).astimezone(UTC)
