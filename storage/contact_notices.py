"""What contacts are told that no person is bound to (any more): as notices to people, but by the contact."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.connections import Connections
from storage.models import Contact, ContactNotice
from storage.statements import insert_unless_there
from storage.turns import TurnFacts
from storage.vocabulary import ContactNoticeKind


@dataclass(frozen=True, slots=True)
class ContactNoticeView:
    """Something that this contact is to be told."""

    id: int
    kind: ContactNoticeKind


@dataclass(frozen=True, slots=True)
class OutgoingContactNotice:
    """A notice to be pushed to its contact."""

    id: int
    openid: str = field(repr=False)
    kind: ContactNoticeKind


@dataclass(frozen=True, slots=True)
class SeeContactNotices:
    """Remember that this turn showed these notices (ContactNoticeView.id) to its contact. Returns how many were new."""

    notice_ids: tuple[int, ...]

    async def run(self, session: AsyncSession, turn: TurnFacts) -> int:
        """See Command."""
        return await _see(session, self.notice_ids, turn.now, col(ContactNotice.contact) == turn.contact)


class ContactNoticeWork:
    """These notices as the background sender sees them; every method raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def take(self, *, now: datetime, limit: int) -> tuple[OutgoingContactNotice, ...]:
        """Up to `limit` notices that were neither pushed nor shown, the oldest first. From now on they count as pushed,
        whatever comes of it; what could not be sent is shown at the contact's next turn.
        """
        return await self._connections.bounded(self._take(now, limit))

    async def _take(self, now: datetime, limit: int) -> tuple[OutgoingContactNotice, ...]:
        waiting = (
            select(col(ContactNotice.id), col(ContactNotice.kind), col(Contact.openid))
            .join(Contact, col(Contact.id) == col(ContactNotice.contact))
            .where(col(ContactNotice.sent_at).is_(None), col(ContactNotice.seen_at).is_(None))
            .order_by(col(ContactNotice.created_at), col(ContactNotice.id))
            .limit(limit)
            .with_for_update(skip_locked=True, of=ContactNotice)
        )
        async with self._connections.writing() as session:
            rows = (await session.execute(waiting)).all()
            sent = update(ContactNotice).where(col(ContactNotice.id).in_([row.id for row in rows])).values(sent_at=now)
            await session.execute(sent.execution_options(synchronize_session=False))
        return tuple(OutgoingContactNotice(row.id, row.openid, ContactNoticeKind(row.kind)) for row in rows)

    async def put_back(self, notice_ids: Sequence[int]) -> None:
        """These were certainly not sent: they are to be pushed later, unless they are shown before."""
        await self._connections.bounded(self._put_back(notice_ids))

    async def _put_back(self, notice_ids: Sequence[int]) -> None:
        back = update(ContactNotice).where(col(ContactNotice.id).in_(notice_ids), col(ContactNotice.seen_at).is_(None))
        async with self._connections.writing() as session:
            await session.execute(back.values(sent_at=None).execution_options(synchronize_session=False))

    async def seen(self, notice_ids: Sequence[int], *, now: datetime) -> None:
        """Remember that these reached their contacts, so that they are not shown once more."""
        await self._connections.bounded(self._seen(notice_ids, now))

    async def _seen(self, notice_ids: Sequence[int], now: datetime) -> None:
        async with self._connections.writing() as session:
            await _see(session, notice_ids, now)


_UNSEEN = (
    select(col(ContactNotice.id), col(ContactNotice.kind))
    .where(col(ContactNotice.contact) == bindparam("contact"), col(ContactNotice.seen_at).is_(None))
    .order_by(col(ContactNotice.created_at), col(ContactNotice.id))
)


async def unseen(session: AsyncSession, contact: str) -> tuple[ContactNoticeView, ...]:
    """What the contact has not been shown yet, the oldest first."""
    rows = (await session.execute(_UNSEEN, {"contact": contact})).all()
    return tuple(ContactNoticeView(row.id, ContactNoticeKind(row.kind)) for row in rows)


async def tell_contact(
    session: AsyncSession, contact: str, kind: ContactNoticeKind, subject: str, now: datetime
) -> None:
    """Put a notice down, unless the contact was told of this subject (`request:7`) already."""
    await insert_unless_there(
        session, ContactNotice, contact=contact, kind=kind, subject=subject, body={}, created_at=now
    )


async def _see(session: AsyncSession, notice_ids: Sequence[int], now: datetime, *conditions: Any) -> int:
    change = (
        update(ContactNotice)
        .where(col(ContactNotice.id).in_(notice_ids), col(ContactNotice.seen_at).is_(None), *conditions)
        .values(seen_at=now)
        .returning(col(ContactNotice.id))
        .execution_options(synchronize_session=False)
    )
    return len((await session.execute(change)).all())
