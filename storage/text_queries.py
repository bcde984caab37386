"""Messages and labels as one contact may see them: the rights, and 回避, are inside each query."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import sheet_queries
from storage.labels import counting, label_columns, labels_view
from storage.models import Finding, LabelCorrection, Message, Person, Sheet, Unit
from storage.queries import Query
from storage.text_views import (
    LabelCorrectionView,
    MessageView,
    OwnMessage,
    ReceivedMessages,
    RecentText,
    TextCursor,
)
from storage.tree import may, person_of, unit_views
from storage.vocabulary import MessageKind, Permission, TextSource


async def message(session: AsyncSession, contact: str, number: str) -> MessageView | None:
    """The message, if an office of the contact's person reads the unit's messages and it is not one of their own."""
    query = (
        select(
            col(Message.kind),
            col(Message.text),
            col(Message.submitted_at),
            col(Unit.path),
            col(Person.name),
            *label_columns(Message),
        )
        .join(Unit, col(Unit.id) == col(Message.unit_id))
        .outerjoin(Person, col(Person.id) == col(Message.person_id))
        .where(col(Message.number) == number, _within(Permission.READ_MESSAGES, contact))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    units = await unit_views(session, [row.path])
    return MessageView(
        number=number,
        kind=MessageKind(row.kind),
        text=row.text,
        unit_name=units[row.path].full_name,
        author_name=row.name or "",
        submitted_at=row.submitted_at,
        labels=labels_view(row),
    )


async def own(session: AsyncSession, contact: str, limit: int, number: str = "") -> tuple[OwnMessage, ...]:
    """What the contact's person wrote, and what the contact wrote while nobody was bound to it, the newest first; with
    a `number` only that one.
    """
    unbound = and_(col(Message.contact) == contact, col(Message.person_id).is_(None))
    query = (
        select(col(Message.number), col(Message.kind), col(Message.text), col(Message.submitted_at))
        .where(or_(col(Message.person_id) == person_of(contact), unbound))
        .order_by(col(Message.submitted_at).desc(), col(Message.id).desc())
        .limit(limit)
    )
    if number:
        query = query.where(col(Message.number) == number)
    rows = (await session.execute(query)).all()
    return tuple(OwnMessage(row.number, MessageKind(row.kind), row.text, row.submitted_at) for row in rows)


async def recent(
    session: AsyncSession, contact: str, since: datetime, limit: int, after: TextCursor | None
) -> tuple[RecentText, ...]:
    """Messages and findings that the contact's person reads, the newest first."""
    found = [
        *await _recent(session, _recent_messages(contact), TextSource.MESSAGE, since, limit, after),
        *await _recent(session, _recent_findings(contact), TextSource.FINDING, since, limit, after),
    ]
    found.sort(key=attrgetter("cursor"), reverse=True)
    return tuple(found[:limit])


async def received(session: AsyncSession, contact: str, since: datetime, limit: int, offset: int) -> ReceivedMessages:
    """Messages alone that the contact's person reads, the newest first."""
    query = _recent_messages(contact).where(col(Message.submitted_at) >= since)
    total = (await session.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    ordered = query.order_by(col(Message.submitted_at).desc(), col(Message.id).desc()).limit(limit).offset(offset)
    rows = (await session.execute(ordered)).all() if total > offset else []
    return ReceivedMessages(total, tuple(_recent_text(row, TextSource.MESSAGE) for row in rows))


async def _recent(
    session: AsyncSession, query: Query, source: TextSource, since: datetime, limit: int, after: TextCursor | None
) -> list[RecentText]:
    at, text_id = (
        (Message.submitted_at, Message.id) if source is TextSource.MESSAGE else (Sheet.submitted_at, Finding.id)
    )
    query = query.where(col(at) >= since).order_by(col(at).desc(), col(text_id).desc()).limit(limit)
    if after is not None:
        query = query.where(_behind(after, source, col(at), col(text_id)))
    return [_recent_text(row, source) for row in (await session.execute(query)).all()]


def _recent_text(row: Any, source: TextSource) -> RecentText:
    return RecentText(
        number=row.number,
        place=row.place,
        text=row.text,
        labels=counting(row),
        corrected=row.correction is not None,
        submitted_at=row.submitted_at,
        cursor=TextCursor(row.submitted_at, source, row.id),
        area=row.area,
    )


def _behind(after: TextCursor, source: TextSource, at: Any, text_id: Any) -> ColumnElement[bool]:
    """Whether a text of this source comes after the cursor: cursors go down by time, source, id."""
    not_later = at <= after.submitted_at  # alone, so that an index by time begins there
    if source < after.source:
        return and_(not_later)
    earlier = at < after.submitted_at
    return and_(not_later, or_(earlier, text_id < after.id) if source is after.source else earlier)


def _recent_messages(contact: str) -> Query:
    return (
        select(
            col(Message.id),
            col(Message.number),
            literal(0).label("place"),
            col(Message.text),
            literal("").label("area"),
            col(Message.classification),
            col(Message.correction),
            col(Message.submitted_at),
        )
        .join(Unit, col(Unit.id) == col(Message.unit_id))
        .where(_within(Permission.READ_MESSAGES, contact))
    )


def _recent_findings(contact: str) -> Query:
    return (
        select(
            col(Finding.id),
            col(Sheet.number),
            col(Finding.place),
            col(Finding.text),
            col(Finding.area),
            col(Finding.classification),
            col(Finding.correction),
            col(Sheet.submitted_at),
        )
        .select_from(Finding)
        .join(Sheet, and_(col(Sheet.id) == col(Finding.sheet_id), col(Sheet.version) == col(Finding.version)))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .where(sheet_queries.within(Permission.READ_SHEETS, contact))
    )


async def corrections(
    session: AsyncSession, contact: str | None, after: int, limit: int
) -> tuple[LabelCorrectionView, ...]:
    """The newest correction of each text whose labels the contact's person may correct; of all texts for None."""
    later = aliased(LabelCorrection)
    corrected_again = select(col(later.id)).where(
        col(later.id) > col(LabelCorrection.id),
        or_(
            col(later.message_id) == col(LabelCorrection.message_id),
            col(later.finding_id) == col(LabelCorrection.finding_id),
        ),
    )
    query = (
        select(
            col(LabelCorrection.id),
            func.coalesce(col(Message.number), col(Sheet.number)).label("number"),
            func.coalesce(col(Finding.place), 0).label("place"),
            col(LabelCorrection.text),
            col(LabelCorrection.before),
            col(LabelCorrection.after),
            col(Person.name),
            col(LabelCorrection.at),
        )
        .select_from(LabelCorrection)
        .join(Person, col(Person.id) == col(LabelCorrection.person_id))
        .outerjoin(Message, col(Message.id) == col(LabelCorrection.message_id))
        .outerjoin(Finding, col(Finding.id) == col(LabelCorrection.finding_id))
        .outerjoin(Sheet, col(Sheet.id) == col(Finding.sheet_id))
        .join(Unit, col(Unit.id) == func.coalesce(col(Message.unit_id), col(Sheet.unit_id)))
        .where(col(LabelCorrection.id) > after, ~corrected_again.exists())
        .order_by(col(LabelCorrection.id))
        .limit(limit)
    )
    if contact is not None:
        of_message = and_(col(Message.id).is_not(None), not_own(contact))
        of_sheet = and_(col(Sheet.id).is_not(None), sheet_queries.not_own(contact))
        query = query.where(or_(of_message, of_sheet), may(Permission.CORRECT_LABELS, contact, col(Unit.path)))
    return tuple(LabelCorrectionView(*row) for row in (await session.execute(query)).all())


def _within(permission: Permission, contact: str) -> ColumnElement[bool]:
    return and_(not_own(contact), may(permission, contact, col(Unit.path)))


def not_own(contact: str) -> ColumnElement[bool]:
    """回避 by person and by contact, as for sheets; somebody who was not bound is nobody's person."""
    author = col(Message.person_id)
    return and_(col(Message.contact) != contact, or_(author.is_(None), author != person_of(contact)))
