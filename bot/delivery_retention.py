"""The clock's chore for deliveries: once a day what is over for long is deleted, a little at a time."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from storage.delivery_retention import DeliveryRetention

AT_ONCE: Final = 50
"""Deliveries in one transaction, which then holds its locks for less than 20 ms (DESIGN.md, Speed and memory)."""
A_TICK: Final = 20_000
"""Deliveries looked at in one tick of the clock; the rest waits for the next one, as do the other chores."""
PAUSE: Final = 0.02
"""Seconds between two transactions: on SQLite turns write in between."""

log = structlog.get_logger("retention")


class OldDeliveries:
    """Forgets them at the clock's ticks, once a day of the enterprise; any worker may, or several at once."""

    def __init__(self, work: DeliveryRetention, now: Callable[[], datetime], timezone: ZoneInfo, days: int) -> None:
        """`days`: how long a delivery and its story are kept (QF_DELIVERY_DAYS)."""
        self._work = work
        self._now = now
        self._timezone = timezone
        self._kept = timedelta(days=days)
        self._done_on: date | None = None
        self._after = 0

    async def forget(self) -> None:
        """Go on where the last tick stopped, unless this day's work is done. Raises RecordsUnavailable."""
        now = self._now()
        today = now.astimezone(self._timezone).date()
        if self._done_on == today:
            return
        forgotten = 0
        for _ in range(A_TICK // AT_ONCE):
            last, count = await self._work.forget_some(self._after, before=now - self._kept, limit=AT_ONCE)
            forgotten += count
            if last is None:
                self._done_on, self._after = today, 0
                break
            self._after = last
            await asyncio.sleep(PAUSE)
        if forgotten:
            log.info("retention", deliveries=forgotten)
