"""What happens by itself: one APScheduler tick in every worker; it ends what is kept no longer."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from storage.database import Database, RecordsUnavailable

TICK = timedelta(minutes=10)
"""Between two ticks; whatever is due at a tick may be done by any worker, or by several at once."""
TURNS_KEPT = timedelta(days=7)
"""How long a committed turn can still answer a repeat or mend a conversation. WeChat repeats within 15 s (WECHAT.md,
Callback); the rest is for an operator who restores a conversation store after a long weekend."""

log = structlog.get_logger("clock")


class Clock:
    """Ticks while the bot runs; an async context manager. `now` gives aware UTC; `chores` are done at every tick, each
    whatever becomes of the others.
    """

    def __init__(
        self, database: Database, now: Callable[[], datetime], *, chores: Sequence[Callable[[], Awaitable[None]]] = ()
    ) -> None:
        self._database = database
        self._now = now
        self._chores = chores
        # No shared job store: with two processes it would fire twice (DESIGN.md, Rounds are made once).
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    async def __aenter__(self) -> Self:
        trigger = IntervalTrigger(seconds=int(TICK.total_seconds()), jitter=60, timezone="UTC")
        self._scheduler.add_job(self.tick, trigger, coalesce=True, max_instances=1, misfire_grace_time=None)
        self._scheduler.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do what is due; what cannot be done now is tried at the next tick."""
        for chore in (self._purge, *self._chores):
            try:
                await chore()
            except (RecordsUnavailable, OSError) as error:
                log.warning("a chore waits", chore=chore.__qualname__, reason=str(error))
            except Exception:
                log.exception("a chore failed", chore=chore.__qualname__)

    async def _purge(self) -> None:
        purged = await self._database.purge_turns(self._now() - TURNS_KEPT)
        if purged:
            log.info("retention", turns=purged)
