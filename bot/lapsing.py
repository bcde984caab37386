"""The clock's chore for drafts that nobody touches: warn, let lapse, erase."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage.lapsing import Lapsing

WARNED_BEFORE = timedelta(days=3)
"""How long before a draft lapses its person is warned; half its life where that is shorter."""
RESTORABLE = timedelta(days=30)
"""How long a lapsed draft can be taken back before its answers are erased."""

log = structlog.get_logger("drafts")


class Drafts:
    """Ends drafts at the clock's ticks; any worker may, or several at once."""

    def __init__(self, work: Lapsing, now: Callable[[], datetime], days: int) -> None:
        """`days`: after how many a draft lapses that nobody touches (QF_DRAFT_DAYS)."""
        self._work = work
        self._now = now
        self._life = timedelta(days=days)

    async def end(self) -> None:
        """Warn, lapse and erase what is due, in this order, so that nothing lapses that was not warned of, unless no
        tick came between. Raises RecordsUnavailable.
        """
        now = self._now()
        before = min(WARNED_BEFORE, self._life / 2)
        warned = await self._work.warn(untouched_since=now - (self._life - before), lapse_after=self._life, now=now)
        lapsed = await self._work.lapse(untouched_since=now - self._life, now=now)
        erased = await self._work.erase(lapsed_before=now - RESTORABLE, now=now)
        if warned or lapsed or erased:
            log.info("drafts", warned=warned, lapsed=lapsed, erased=erased)
