"""What people are to be told: put down once, pushed at most once, seen when it was shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.connections import Connections
from storage.models import Contact, Notice
from storage.statements import insert_unless_there
from storage.turns import TurnFacts
from storage.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class SeeNotices:
    """Remember that this turn showed these notices (NoticeView.id) to their person. Returns how many were new."""

    notice_ids: tuple[int, ...]

    async def run(self, session: AsyncSession, turn: TurnFacts) -> int:
        """See Command."""
        return await _see(session, self.notice_ids, turn.now, col(Notice.person_id) == (turn.person_id or 0))


@dataclass(frozen=True, slots=True)
class OutgoingNotice:
    """A notice to be pushed to its person."""

    id: int
    openid: str = field(repr=False)
    kind: NoticeKind
    body: Mapping[str, Any]
    """Its keys are at NoticeKind."""
    created_at: datetime


class NoticeWork:
    """The notices as the background sender sees them; every method raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def take(self, *, now: datetime, limit: int = 50) -> tuple[OutgoingNotice, ...]:
        """Up to `limit` notices of bound people that were neither pushed nor shown, the oldest first.

        From now on they count as pushed, whatever comes of it: nobody is told twice, also when two workers ask or
        one dies; what could not be sent is shown at the person's next turn.
        """
        return await self._connections.bounded(self._take(now, limit))

    async def _take(self, now: datetime, limit: int) -> tuple[OutgoingNotice, ...]:
        waiting = (
            select(col(Notice.id))
            .join(Contact, col(Contact.person_id) == col(Notice.person_id))
            .where(col(Notice.sent_at).is_(None), col(Notice.seen_at).is_(None))
            .order_by(col(Notice.created_at), col(Notice.id))
            .limit(limit)
            .with_for_update(skip_locked=True, of=Notice)
        )
        async with self._connections.writing() as session:
            ids = (await session.execute(waiting)).scalars().all()
            if not ids:
                return ()
            sent = update(Notice).where(col(Notice.id).in_(ids)).values(sent_at=now)
            await session.execute(sent.execution_options(synchronize_session=False))
            query = (
                select(col(Notice.id), col(Contact.openid), col(Notice.kind), col(Notice.body), col(Notice.created_at))
                .join(Contact, col(Contact.person_id) == col(Notice.person_id))
                .where(col(Notice.id).in_(ids))
                .order_by(col(Notice.created_at), col(Notice.id))
            )
            rows = (await session.execute(query)).all()
        return tuple(OutgoingNotice(row.id, row.openid, NoticeKind(row.kind), row.body, row.created_at) for row in rows)

    async def seen(self, notice_ids: Sequence[int], *, now: datetime) -> None:
        """Remember that these reached their people, so that they are not shown once more."""
        await self._connections.bounded(self._seen(notice_ids, now))

    async def _seen(self, notice_ids: Sequence[int], now: datetime) -> None:
        async with self._connections.writing() as session:
            await _see(session, notice_ids, now)


async def tell(
    session: AsyncSession, person_id: int, kind: NoticeKind, subject: str, body: Mapping[str, Any], now: datetime
) -> None:
    """Put a notice down, unless the person was told of this subject (`sheet:GC26-0000179:1`) already."""
    await insert_unless_there(
        session, Notice, person_id=person_id, kind=kind, subject=subject, body=dict(body), created_at=now
    )


async def _see(session: AsyncSession, notice_ids: Sequence[int], now: datetime, *conditions: Any) -> int:
    change = (
        update(Notice)
        .where(col(Notice.id).in_(notice_ids), col(Notice.seen_at).is_(None), *conditions)
        .values(seen_at=now)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(change)).all())
