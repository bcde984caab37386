"""Transfers whose day has come: the person is moved and told; what they observed before ended when it was planned."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.connections import Connections
from storage.models import Person, Transfer
from storage.moving import carry_out
from storage.vocabulary import TransferState

_ACTOR = "clock"
_AT_ONCE = 50


class TransferWork:
    """What the clock does to transfers; several workers may at once. Raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def carry_out(self, *, today: date, now: datetime) -> int:
        """Do the transfers of this day (enterprise's timezone) and before, in short transactions; how many people were
        moved. One whose person was moved otherwise meanwhile is given up.
        """
        moved = 0
        while done := await self._connections.bounded(self._some(today, now)):
            moved += sum(done)
        return moved

    async def _some(self, today: date, now: datetime) -> list[bool]:
        due = (
            select(Transfer)
            .where(col(Transfer.state) == TransferState.PLANNED, col(Transfer.starts_on) <= today)
            .order_by(col(Transfer.starts_on), col(Transfer.id))
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        async with self._connections.writing() as session:
            found = (await session.execute(due)).scalars().all()
            done = [await _carry_out(session, each, now) for each in found]
            await audit.write_noted(session, _ACTOR, now)
        return done


async def _carry_out(session: AsyncSession, transfer: Any, now: datetime) -> bool:
    locked = select(col(Person.unit_id)).where(col(Person.id) == transfer.person_id).with_for_update(key_share=True)
    stays = (await session.execute(locked)).scalar_one() == transfer.from_unit_id
    state = TransferState.DONE if stays else TransferState.REPLACED
    change = update(Transfer).where(col(Transfer.id) == transfer.id).values(state=state, done_at=now)
    await session.execute(change.execution_options(synchronize_session=False))
    if not stays:
        return False
    await carry_out(session, transfer, now)
    return True
