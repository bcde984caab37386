"""Writes a stream of bytes into a file, up to a limit, without holding up the event loop."""

import asyncio
from collections.abc import AsyncIterable, Callable
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
        file = await _on_disk(_fresh, self.path)
        try:
            size = await self._write(file, first, 0)
            async for chunk in chunks:
                size = await self._write(file, chunk, size)
        finally:
            await _on_disk(file.close)
        return size

    async def _write(self, file: BinaryIO, chunk: bytes, size: int) -> int:
        if size + len(chunk) > self.most:
            raise TooLarge
        await _on_disk(file.write, chunk)
        return size + len(chunk)


def _fresh(path: Path) -> BinaryIO:
    return path.open("wb")


async def _on_disk(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    try:
        return await asyncio.to_thread(work, *arguments, **named)
    except OSError as error:
        raise Unwritable(type(error).__name__) from error
