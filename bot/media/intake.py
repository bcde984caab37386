"""What every file goes through before it is kept: its type by content, a picture's metadata off, then the shelf."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

from bot.media.content import recognise
from bot.media.pictures import Unreadable, bare
from bot.media.shelf import Shelf
from storage.media_work import StoredFile
from storage.vocabulary import MediaKind


class Refusal(StrEnum):
    """Why a medium is not kept, for good; the words for people are at handlers.notices.REASONS."""

    EXPIRED = "expired"
    """WeChat has it no more."""
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    """None of the types of bot/media/content.py, or of another kind than the question asks for."""
    UNREADABLE = "unreadable"
    """Empty, or a picture that cannot be decoded."""


class Refused(Exception):
    """The file is not kept."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class Intake:
    """Takes files in; one for all that receive files in a process."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._pictures = asyncio.Semaphore(1)  # a decoded picture may take 300 MB: one at a time

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        """See Shelf.scratch."""
        scratch = self._shelf.scratch()
        place = await asyncio.to_thread(scratch.__enter__)
        try:
            yield place
        finally:
            await asyncio.to_thread(scratch.__exit__, None, None, None)

    async def store(self, received: Path, kind: MediaKind) -> StoredFile:
        """Keep a file that was received into `scratch`, as a `kind` (FILE takes every kind).

        Raises Refused, and OSError when the disk does not take it.
        """
        content = await asyncio.to_thread(recognise, received)
        if content is None or kind not in {content.kind, MediaKind.FILE}:
            empty = (await asyncio.to_thread(received.stat)).st_size == 0
            raise Refused(Refusal.UNREADABLE if empty else Refusal.WRONG_TYPE)
        if content.kind is MediaKind.IMAGE:
            sha256, size = await self._picture(received)
        else:
            sha256, size = await asyncio.to_thread(self._shelf.keep, received)
        return StoredFile(sha256, size, content.mime)

    async def _picture(self, received: Path) -> tuple[str, int]:
        async with self.scratch() as place, self._pictures:
            try:
                await asyncio.to_thread(bare, received, place)
            except Unreadable:
                raise Refused(Refusal.UNREADABLE) from None
            return await asyncio.to_thread(self._shelf.keep, place)
