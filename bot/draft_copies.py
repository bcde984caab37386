"""Copies of drafts on their way to the records: the newest of each draft, many in one transaction."""

import asyncio
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from storage.commands import DraftCopy
from storage.database import Database, RecordsUnavailable

PAUSE = 0.5
"""Seconds between two writes: at the peak hundreds of copies share one transaction."""
AT_ONCE = 200
"""Copies in one transaction at most, so that a turn that writes waits some 10 ms for it."""
MOST = 10_000
"""Copies that wait at most while the records are away (some 20 MB); further ones are dropped, being copies."""

log = structlog.get_logger("draft copies")


class DraftCopies:
    """Takes copies at any time and writes them behind the turns; an async context manager that ends with a flush.

    A crash loses what waits here, at most PAUSE seconds' worth: the conversation store still has the originals.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[tuple[str, str], tuple[DraftCopy, datetime]] = {}
        """By draft and contact: what a phone sends that is not the person's any more stands in nobody's way."""
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while self._waiting and await self._write_some():
            pass

    def add(self, copy: DraftCopy, made: datetime) -> None:
        """Keep this copy soon, instead of an older one of the same draft. `made` is aware UTC."""
        place = copy.draft_id, copy.contact
        self._waiting.pop(place, None)
        if len(self._waiting) < MOST:
            self._waiting[place] = (copy, made)
            self._some.set()

    async def _write_forever(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            await asyncio.sleep(PAUSE)
            while self._waiting:
                if not await self._write_some():
                    await asyncio.sleep(PAUSE)

    async def _write_some(self) -> bool:
        """Write the oldest AT_ONCE; they wait again when the records are away. True when written."""
        taken = dict(list(self._waiting.items())[:AT_ONCE])
        for place in taken:
            del self._waiting[place]
        try:
            await self._database.copy_drafts(list(taken.values()))
        except RecordsUnavailable as error:
            log.warning("copies wait", count=len(taken), reason=str(error))
            self._waiting = {**taken, **self._waiting}
            return False
        except BaseException:
            self._waiting = {**taken, **self._waiting}
            raise
        return True
