"""Group commits: what many tasks want written at the same time is written together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_SMALL: Final = 8
"""A write of an eighth of the most items, or less, is a small one."""


class Batches(Generic[Item, Result]):
    """Collects items while a write is under way and hands them to the next one."""

    def __init__(
        self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], most: int, gather: float = 0.0
    ) -> None:
        """`write` returns one result an item, in order; it gets at most `most` items, one call after the other.

        A write that would be a small one waits `gather` seconds for more to come: where items come slowly one by one,
        each would cost a transaction of its own.
        """
        self._write = write
        self._most = most
        self._gather = gather
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """The item's result, when it was written. Raises what `write` raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._write_on())
        return await future

    async def _write_on(self) -> None:
        try:
            while self._waiting:
                is_small = len(self._waiting) * _SMALL <= self._most
                await asyncio.sleep(self._gather if is_small else 0)  # whoever is ready as well comes along
                some, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._write_some(some)
        finally:
            self._task = None

    async def _write_some(self, some: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in some])
        except BaseException as error:
            for _, future in some:
                if not future.done():
                    future.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(some, results, strict=True):
            if not future.done():
                future.set_result(result)
