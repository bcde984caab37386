"""Ways of sending that nobody may use for a while: known to all workers, and told to the operator."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog

from bot import telemetry
from bot.planning import hold
from bot.waiting import midnight_after
from bot.wechat.errors import UNLISTED, UNLISTED_FOR_ALL, SendError
from storage.conversations.contract import Shared
from storage.vocabulary import DeliveryWay

LOOK: Final = 1.0
"""Seconds for which what another worker may have stopped is not asked anew."""
ALIKE: Final = 5
"""Deliveries in a row that had the same unlisted error: it stops the way."""

log = structlog.get_logger("deliveries")


class Holds:
    """Quotas that are used up and channels that WeChat has closed, by way; see bot.planning.hold."""

    def __init__(self, shared: Shared, now: Callable[[], datetime]) -> None:
        self._shared = shared
        self._now = now
        self._until: dict[DeliveryWay, datetime] = {}
        self._looked = 0.0
        self._alike: dict[DeliveryWay, tuple[int | None, frozenset[int]]] = {}
        """The unlisted error that the last deliveries of a way had, and which they were."""

    def standing(self) -> Mapping[DeliveryWay, datetime]:
        """Which ways are held until when, as far as this worker knows."""
        now = self._now()
        return {way: until for way, until in self._until.items() if until > now}

    async def look(self) -> None:
        """Learn what the other workers found out. Raises StoreUnavailable."""
        if time.monotonic() < self._looked + LOOK:
            return
        self._looked = time.monotonic()
        for way in DeliveryWay:
            found = await self._shared.get(_name(way))
            if found is not None:
                self._note(way, datetime.fromisoformat(found))

    def answered(self, way: DeliveryWay) -> None:
        """A sending went through: no unlisted error concerns everybody."""
        self._alike.pop(way, None)

    def judged(self, way: DeliveryWay, error: SendError, delivery: int) -> SendError:
        """This error of a delivery; an unlisted one that ALIKE of them in a row had concerns the whole way."""
        if error.meaning is not UNLISTED:
            return error
        errcode, had = self._alike.get(way, (error.errcode, frozenset()))
        had = had | {delivery} if errcode == error.errcode else frozenset({delivery})
        self._alike[way] = error.errcode, had
        if len(had) < ALIKE and way not in self.standing():
            return error
        self._alike.pop(way)
        return SendError(UNLISTED_FOR_ALL, errcode=error.errcode, http_status=error.http_status, detail=error.detail)

    async def learn(self, way: DeliveryWay, error: SendError) -> None:
        """Hold the way for all workers if this error asks for it. Raises StoreUnavailable."""
        now = self._now()
        until = hold(error, now, midnight_after(now))
        if until is None:
            return
        known = self._until.get(way)
        self._note(way, until.astimezone(UTC))
        if known is not None and known >= until:
            return  # others in flight found the same
        telemetry.ways_stopped.labels(way, error.action).inc()
        log.error("way stopped", way=way, until=until.isoformat(), errcode=error.errcode, why=error.meaning.explanation)
        await self._shared.put(_name(way), self._until[way].isoformat(), (until - now).total_seconds())

    def _note(self, way: DeliveryWay, until: datetime) -> None:
        self._until[way] = max(until, self._until.get(way, until))


def _name(way: DeliveryWay) -> str:
    return f"deliveries:hold:{way}"
