"""The clock's chore for transfers: people go to their new unit on the day that was said."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from storage.transfers import TransferWork

log = structlog.get_logger("transfers")


class Transfers:
    """Does what is due at the clock's ticks; any worker may, or several at once."""

    def __init__(self, work: TransferWork, now: Callable[[], datetime], timezone: ZoneInfo) -> None:
        """`timezone` is the enterprise's: its midnight begins the day of a transfer."""
        self._work = work
        self._now = now
        self._timezone = timezone

    async def carry_out(self) -> None:
        """Move everybody whose day has come. Raises RecordsUnavailable."""
        now = self._now()
        moved = await self._work.carry_out(today=now.astimezone(self._timezone).date(), now=now)
        if moved:
            log.info("transfers", moved=moved)
