"""Officers are told that a request to be bound waits for them, and are told no more when it does not."""

from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Contact, Notice, Office, Person, Unit
from storage.notices import tell
from storage.tree import below, covers_offices
from storage.vocabulary import NoticeKind, Permission, roles_with

_KEEPERS = roles_with(Permission.MANAGE_PEOPLE)


async def tell_keepers(session: AsyncSession, request_id: int, person_id: int, now: datetime) -> None:
    """Tell those who may decide that the request waits: of the units above, the nearest with somebody who is bound and
    whose offices cover the person's; the person is none of them, for nobody decides their own request.
    """
    home: Any = select(col(Person.name), col(Unit.name).label("unit"), col(Unit.path))
    home = home.join(Unit, col(Unit.id) == col(Person.unit_id)).where(col(Person.id) == person_id)
    them = (await session.execute(home)).one()
    keepers = (
        select(col(Office.person_id), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Office.unit_id))
        .join(Contact, col(Contact.person_id) == col(Office.person_id))
        .where(
            col(Office.role).in_(_KEEPERS),
            col(Office.ended_at).is_(None),
            col(Office.person_id) != person_id,
            below(literal(them.path), col(Unit.path)),
            covers_offices(col(Office.person_id), literal(person_id)),
        )
    )
    found = (await session.execute(keepers)).all()
    nearest = max((len(row.path) for row in found), default=0)
    body = {"request": request_id, "name": them.name, "unit": them.unit}
    for keeper in sorted({row.person_id for row in found if len(row.path) == nearest}):
        await tell(session, keeper, NoticeKind.BINDING_WAITING, subject(request_id), body, now)


async def untell_keepers(session: AsyncSession, request_id: int, now: datetime) -> None:
    """The request waits no more: whoever was not told of it yet is not told."""
    officers = select(col(Office.person_id)).where(col(Office.role).in_(_KEEPERS))
    change = update(Notice).where(
        col(Notice.person_id).in_(officers),
        col(Notice.kind) == NoticeKind.BINDING_WAITING,
        col(Notice.subject) == subject(request_id),
        col(Notice.seen_at).is_(None),
    )
    await session.execute(change.values(seen_at=now).execution_options(synchronize_session=False))


def subject(request_id: int) -> str:
    """Notice.subject of a request."""
    return f"request:{request_id}"
