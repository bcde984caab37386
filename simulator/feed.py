"""Live updates for the page: one queue a listener, nothing kept when nobody listens."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

QUEUE = 5_000
"""Updates that wait for a slow listener; beyond that it is dropped and the page loads everything anew."""


class Feed:
    """Tells every open page what has happened."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[dict[str, Any] | None]] = set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens; who tells something costly asks first."""
        return bool(self._queues)

    def tell(self, kind: str, **content: Any) -> None:
        """Send an update to all listeners."""
        for queue in list(self._queues):
            if queue.qsize() >= QUEUE:
                self._queues.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait({"what": kind, **content})

    def close(self) -> None:
        """End all listeners, so that the server can stop."""
        for queue in self._queues:
            queue.put_nowait(None)

    async def listen(self, idle: float) -> AsyncIterator[dict[str, Any] | None]:
        """The updates from now on; None after every `idle` seconds without one."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            while True:
                try:
                    update = await asyncio.wait_for(queue.get(), idle)
                except TimeoutError:
                    yield None
                    continue
                if update is None:
                    return
                yield update
        finally:
            self._queues.discard(queue)
