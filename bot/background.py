"""Work behind the turns: done until nothing is left, then when somebody wakes it, and now and again anyway."""

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import structlog

from storage.errors import RecordsUnavailable

_log: Final[Any] = structlog.get_logger("background")


class Background(ABC):
    """An async context manager: works from its beginning to its end. No error ends the work before that."""

    def __init__(self, name: str, poll: float) -> None:
        """`name` is for operators; `poll` seconds pass at most between two looks."""
        self._name = name
        self._poll = poll
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._work_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """There is something to do: look now."""
        self._some.set()

    @abstractmethod
    async def do_some(self) -> int:
        """Do a part of the work; 0 when nothing was there to do. May raise RecordsUnavailable."""

    async def _work_on(self) -> None:
        while True:
            try:
                while await self.do_some():
                    pass
            except RecordsUnavailable as error:
                _log.warning("work waits", work=self._name, reason=str(error))
            except Exception:
                _log.exception("work failed", work=self._name)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._some.wait()
            self._some.clear()
