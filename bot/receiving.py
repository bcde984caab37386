"""Writes a stream of bytes into a file, up to a limit, without holding up the event loop."""

import asyncio
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class TooLarge(Exception):
    """More came than the file may have."""


class Unwritable(Exception):
    """The disk did not take it: full, read-only, gone. Not an OSError, which would look like the network's."""


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a stream goes: a file that is written anew, of at most `most` bytes."""

    path: Path
    most: int

    async def take(self, chunks: AsyncIterable[bytes], first: bytes = b"") -> int:
        """Write `first` and then all chunks; the size in bytes. Raises TooLarge, Unwritable, and what the stream
        raises.
        """
        file = self._fresh()
        try:
            size = await self._write(file, first, 0)
            async for chunk in chunks:
                size = await self._write(file, chunk, size)
            await _on_disk(file.flush)
        finally:
            with suppress(OSError):  # of a full disk, which was told already
                file.close()
        return size

    def _fresh(self) -> BinaryIO:
        """Opened here and not in a thread, whose file would outlive a task that is cancelled meanwhile."""
        try:
            return self.path.open("wb")
        except OSError as error:
            raise Unwritable(type(error).__name__) from error

    async def _write(self, file: BinaryIO, chunk: bytes, size: int) -> int:
        if size + len(chunk) > self.most:
            raise TooLarge
        await _on_disk(file.write, chunk)
        return size + len(chunk)


async def _on_disk(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *arguments, **named)
    except OSError as error:
        raise Unwritable(type(error).__name__) from error
