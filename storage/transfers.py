"""Transfers whose day has come: the person is moved and told; what they observed before ended when it was planned."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.connections import Connections
from storage.keeping import raise_generation
from storage.keeping_views import planned_ends
from storage.models import Person, Transfer, Unit
from storage.moving import carry_out, give_back
from storage.vocabulary import TransferState

_ACTOR = "clock"
_AT_ONCE = 50


class TransferWork:
    """What the clock does to transfers; several workers may at once. Raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def carry_out(self, *, today: date, now: datetime) -> int:
        """Do the transfers of this day (enterprise's timezone) and before, in short transactions; how many people were
        moved. One whose person was moved otherwise meanwhile is given up, with the ends that it set
        where they do not follow from that move as well.
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
    home = (await session.execute(locked)).scalar_one()
    stays = home == transfer.from_unit_id
    state = TransferState.DONE if stays else TransferState.REPLACED
    change = update(Transfer).where(col(Transfer.id) == transfer.id).values(state=state, done_at=now)
    await session.execute(change.execution_options(synchronize_session=False))
    if not stays:
        path = (await session.execute(select(col(Unit.path)).where(col(Unit.id) == home))).scalar_one()
        if await give_back(session, planned_ends(transfer.ended), path):
            await raise_generation(session, [transfer.person_id])
        return False
    await carry_out(session, transfer, now)
    return True
