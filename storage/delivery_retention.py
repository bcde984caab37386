"""Deliveries that are over for long, and their stories, are deleted a few at a time."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.connections import Connections
from storage.delivery_planning import PLAIN
from storage.models import Delivery, DeliveryEvent, Due, Notice
from storage.vocabulary import DeliveryState

_GOING_ON = (DeliveryState.PLANNED, DeliveryState.PARKED, DeliveryState.ATTEMPTING)
"""What is not over, however old: a parked message waits for its person."""


class DeliveryRetention:
    """Works in short transactions; any number of workers may do it at once. Raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def forget_some(self, after: int, *, before: datetime, limit: int) -> tuple[int | None, int]:
        """Delete those of the next `limit` deliveries behind the id `after` that were made before this time (aware) and
        are over; the id of the last one that was looked at (None: no older ones are left) and how many were deleted.

        Ids rise with the time at which deliveries are made, so that nobody looks at the newer ones.
        """
        return await self._connections.bounded(self._forget_some(after, before, limit))

    async def _forget_some(self, after: int, before: datetime, limit: int) -> tuple[int | None, int]:
        query = select(col(Delivery.id), col(Delivery.created_at), col(Delivery.state))
        query = query.where(col(Delivery.id) > after).order_by(col(Delivery.id)).limit(limit)
        async with self._connections.reading() as session:
            rows = (await session.execute(query)).all()
        old = [row for row in rows if row.created_at < before]
        ids = [row.id for row in old if row.state not in _GOING_ON]
        if ids:
            async with self._connections.writing() as session:
                ids = await _delete(session, ids)
        return (old[-1].id if old and len(old) == len(rows) else None), len(ids)


async def _delete(session: AsyncSession, ids: list[int]) -> list[int]:
    """Delete these, but those that another worker is deleting; which ones."""
    mine = select(col(Delivery.id)).where(col(Delivery.id).in_(ids), col(Delivery.state).not_in(_GOING_ON))
    locked = (await session.execute(mine.order_by(col(Delivery.id)).with_for_update(skip_locked=True))).scalars()
    found = [number for number in locked if number is not None]
    # A notice outlives its message: unseen, it is still shown in the chat. Without `sent_at` it would be planned anew.
    kept = update(Notice).where(col(Notice.delivery_id).in_(found))
    kept = kept.values(delivery_id=None, sent_at=func.coalesce(col(Notice.sent_at), col(Notice.created_at)))
    await session.execute(kept.execution_options(**PLAIN))
    for table, number in ((Due, Due.delivery_id), (DeliveryEvent, DeliveryEvent.delivery_id), (Delivery, Delivery.id)):
        await session.execute(delete(table).where(col(number).in_(found)).execution_options(**PLAIN))
    return found
