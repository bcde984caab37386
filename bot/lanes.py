"""How many calls a worker has under way at a time: fewer while WeChat does not answer, more again with each answer."""

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Final

FEWEST: Final = 4
"""Lanes that stay open whatever happens: with calls that end after 5 s not one a second, and an answer is soon seen."""


class Lanes:
    """An async context manager around each call; whoever waits longest comes first.

    A lost call closes half of the lanes, but only when nobody got an answer while it was waited for: three of ten
    answers that go astray are no reason to slow down. Each answer opens one lane.
    """

    def __init__(self, most: int, fewest: int = FEWEST) -> None:
        self._most = most
        self._fewest = fewest
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.open = most
        """Calls that may be under way now."""
        self.answers = 0
        """Answers until now: what `lost` is told as it was before the call."""

    async def __aenter__(self) -> None:
        if self._busy < self.open and not self._waiting:
            self._busy += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._waiting.remove(place)
            if place.done() and not place.cancelled():  # it was ours already
                self._leave()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def answered(self) -> None:
        """A call got an answer, whatever it said."""
        self.answers += 1
        self.open = min(self._most, self.open + 1)
        self._let_in()

    def lost(self, answers_before: int) -> bool:
        """A call got none; True when there are fewer lanes now."""
        if self.answers > answers_before or self.open == self._fewest:
            return False
        self.open = max(self._fewest, self.open // 2)
        return True

    def _leave(self) -> None:
        self._busy -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._busy < self.open:
            place = self._waiting.popleft()
            if not place.done():
                self._busy += 1
                place.set_result(None)
