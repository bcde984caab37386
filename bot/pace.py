"""Places among all calls of a way: the account's rate, shared by everybody who sends."""

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Final

from storage.conversations.contract import Shared
from storage.vocabulary import DeliveryWay

BURST_SECONDS: Final = 0.2
"""How much of a second's rate may go out at once."""


class Pace:
    """`rates` are calls a second of each way, of all workers together; a way that it does not name is free."""

    def __init__(self, shared: Shared, rates: Mapping[DeliveryWay, float]) -> None:
        self._shared = shared
        self._rates = rates
        self._gates = {way: asyncio.Lock() for way in DeliveryWay}

    async def place(self, way: DeliveryWay, until: float = math.inf) -> bool:
        """Wait for our place among all calls of this way. False: it was `until` (time.monotonic) before we had any.
        Raises StoreUnavailable.
        """
        rate = self._rates.get(way)
        if rate is None:
            return True
        async with self._gates[way]:  # one place ahead a worker, so that none is taken in vain
            if time.monotonic() > until:
                return False
            wait = await self._shared.take(f"deliveries:pace:{way}", rate, max(1, int(rate * BURST_SECONDS)))
            if wait > 0:
                await asyncio.sleep(wait)
        return True
