"""Files that nobody needs any more: of drafts that were given up, and what a crash left behind."""

import asyncio
import time
from collections.abc import Iterable

import structlog

from bot.media.shelf import GRACE, Shelf
from storage.media_work import MediaWork

NAMED_AT_ONCE = 500
"""SHA-256s in one question to the records."""
DAY = 86_400.0

log = structlog.get_logger("media")


class Cleaning:
    """Deletes files at the clock's ticks; any worker may, or several at once."""

    def __init__(self, work: MediaWork, shelf: Shelf) -> None:
        self._work = work
        self._shelf = shelf
        self._next = 0

    async def clean(self) -> None:
        """Remove unwanted rows and their files, then look through one of the 256 folders for leftovers, so that all
        are looked through in about two days. Raises RecordsUnavailable; a file that cannot be deleted now is found as
        a leftover later.
        """
        before = time.time()  # the disk's clock: it wrote the times that are compared
        removed = 0
        while (unwanted := await self._work.forget()).rows:
            removed += await self._delete(unwanted.files, before - GRACE)
        folder, self._next = f"{self._next:02x}", (self._next + 1) % 256
        old = await asyncio.to_thread(self._shelf.old_files, folder, before - DAY)
        for at in range(0, len(old), NAMED_AT_ONCE):
            some = old[at : at + NAMED_AT_ONCE]
            named = await self._work.named(some)
            removed += await self._delete([one for one in some if one not in named], before - DAY)
        removed += await asyncio.to_thread(self._shelf.sweep_incoming, before - DAY)
        if removed:
            log.info("files removed", count=removed)

    async def _delete(self, files: Iterable[str], before: float) -> int:
        gone = [await asyncio.to_thread(self._shelf.remove, sha256, before) for sha256 in files]
        return sum(gone)
