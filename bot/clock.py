"""What happens by itself: one APScheduler in every worker; rounds are looked at every minute, the rest now and then."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from storage.database import Database, RecordsUnavailable

TICK = timedelta(minutes=10)
"""Between two ticks; whatever is due at a tick may be done by any worker, or by several at once."""
MINUTE = timedelta(minutes=1)
"""Between two looks at what is due by the calendar."""
AT_START = timedelta(seconds=3)
"""From the start to the first of both: what came due during a standstill need not wait any longer."""
TURNS_KEPT = timedelta(days=7)
"""How long a committed turn can still answer a repeat or mend a conversation. WeChat repeats within 15 s (WECHAT.md,
Callback); the rest is for an operator who restores a conversation store after a long weekend."""

log = structlog.get_logger("clock")

Chore = Callable[[], Awaitable[None]]


class Clock:
    """Ticks while the bot runs; an async context manager. `now` gives aware UTC; `chores` are done at every tick,
    `punctual` ones every minute, each whatever becomes of the others.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        *,
        chores: Sequence[Chore] = (),
        punctual: Sequence[Chore] = (),
    ) -> None:
        self._database = database
        self._now = now
        self._chores = chores
        self._punctual = punctual
        # No shared job store: with two processes it would fire twice (DESIGN.md, Rounds are made once).
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._looking = asyncio.Lock()
        self._hurried: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        soon = datetime.now(UTC) + AT_START
        for work, every in ((self.tick, TICK), (self.look, MINUTE)):
            seconds = int(every.total_seconds())
            trigger = IntervalTrigger(seconds=seconds, jitter=seconds // 10, timezone="UTC")
            self._scheduler.add_job(
                work, trigger, coalesce=True, max_instances=1, misfire_grace_time=None, next_run_time=soon
            )
        self._scheduler.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.shutdown(wait=False)
        for task in self._hurried:
            task.cancel()
        await asyncio.gather(*self._hurried, return_exceptions=True)

    def hurry(self) -> None:
        """Something has come due by somebody's word: look now, or right after the look under way."""
        task = asyncio.create_task(self.look())
        self._hurried.add(task)
        task.add_done_callback(self._hurried.discard)

    async def tick(self) -> None:
        """Do what is due now and then; what cannot be done now is tried at the next tick."""
        await _each((self._purge, *self._chores))

    async def look(self) -> None:
        """Do what is due by the calendar."""
        async with self._looking:
            await _each(self._punctual)

    async def _purge(self) -> None:
        purged = await self._database.purge_turns(self._now() - TURNS_KEPT)
        if purged:
            log.info("retention", turns=purged)


async def _each(chores: Sequence[Chore]) -> None:
    for chore in chores:
        try:
            await chore()
        except (RecordsUnavailable, OSError) as error:
            log.warning("a chore waits", chore=chore.__qualname__, reason=str(error))
        except Exception:
            log.exception("a chore failed", chore=chore.__qualname__)
