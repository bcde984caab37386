"""Forms and drafts as one contact may see them: the rights are inside each query."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Draft, Form, FormVersion, Media, Notice, Person, Sheet, SheetVersion, Unit
from storage.offers import offered
from storage.tree import person_of, unit_views
from storage.views import DraftView, FormChoice, FormVersionView, MediaView, NoticeView
from storage.vocabulary import Audience, DraftState, Level, MediaKind, MediaState, NoticeKind

Query: TypeAlias = Select[*tuple[Any, ...]]


async def forms(session: AsyncSession, contact: str, today: date) -> tuple[FormChoice, ...]:
    """The forms that the contact's person may fill on `today`.

    For one appointment all forms come from one unit: the lowest one, from the appointment's unit upwards,
    that offers any form of the level (一企一表: a subsidiary's own workbook takes the place of the group's).
    Among forms for everyone and for officers the lowest one of each name is taken.
    """
    rows = (await session.execute(_CURRENT, {"contact": contact, "today": today})).all()
    lowest: dict[tuple[Any, ...], str] = {}
    for row in rows:
        lowest.setdefault(_rivals(row), row.form_path)
    chosen = [row for row in rows if row.form_path == lowest[_rivals(row)]]
    units = await unit_views(session, {row.unit_path for row in chosen})
    return tuple(
        FormChoice(
            form_version_id=row.version_id,
            name=row.name,
            title=row.title,
            level=_level(row.level),
            appointment_id=row.appointment_id,
            unit_name=units[row.unit_path].full_name,
            unit_id=row.unit_id,
            audience=Audience(row.audience),
            absent_id=row.absent_id,
            absent_name=row.absent_name or "",
        )
        for row in chosen
    )


def _rivals(row: Row[Any]) -> tuple[Any, ...]:
    """What the forms have in common of which only the lowest unit's are offered."""
    if row.appointment_id is not None:
        return (row.appointment_id,)
    return (row.audience, row.unit_id, row.name)


def _level(found: str | None) -> Level | None:
    return None if found is None else Level(found)


def _newest_number() -> ColumnElement[int]:
    other = aliased(FormVersion)
    newest = select(func.max(col(other.number))).where(col(other.form_id) == col(Form.id))
    return newest.correlate(Form).scalar_subquery()


def _current() -> Query:
    """The newest versions of what is offered: for appointments first, and the lowest unit first."""
    query = offered(person_of(bindparam("contact"))).where(col(FormVersion.number) == _newest_number())
    columns = query.selected_columns
    return query.order_by(
        columns.appointment_id.is_(None),
        columns.absent_id.is_not(None),
        columns.appointment_id,
        columns.unit_id,
        func.length(columns.form_path).desc(),
        columns.form_id,
    )


_CURRENT = _current()  # building it takes longer than running it


def _drafts() -> Query:
    """All drafts of the contact's person, the one touched last first."""
    absent = aliased(Person)
    return (
        select(
            col(Draft.id),
            col(Draft.form_version_id),
            col(Draft.appointment_id),
            col(Draft.person_id),
            col(Draft.version),
            col(Draft.state),
            col(Draft.created_at),
            col(Draft.updated_at),
            col(Draft.position),
            col(Draft.answers),
            col(Draft.unit_id),
            col(Draft.sheet_id),
            col(Sheet.number).label("sheet_number"),
            col(FormVersion.title),
            col(Form.name),
            col(Form.level),
            col(Unit.path),
            col(absent.id).label("absent_id"),
            func.coalesce(col(absent.name), "").label("absent_name"),
        )
        .join(FormVersion, col(FormVersion.id) == col(Draft.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .join(Unit, col(Unit.id) == col(Draft.unit_id))
        .outerjoin(Sheet, col(Sheet.id) == col(Draft.sheet_id))
        .outerjoin(Appointment, col(Appointment.id) == col(Draft.appointment_id))
        .outerjoin(absent, and_(col(absent.id) == col(Appointment.person_id), col(absent.id) != col(Draft.person_id)))
        .where(col(Draft.person_id) == person_of(bindparam("contact")))
        .order_by(col(Draft.updated_at).desc(), col(Draft.id))
    )


_DRAFTS = _drafts()  # building it takes longer than running it
_DRAFTS_IN = _DRAFTS.where(col(Draft.state) == bindparam("state"))
_DRAFT = _DRAFTS.where(col(Draft.id) == bindparam("draft"))


async def drafts(session: AsyncSession, contact: str, state: DraftState) -> tuple[DraftView, ...]:
    """The drafts of the contact's person in this state, the one touched last first."""
    return await _draft_views(session, (await session.execute(_DRAFTS_IN, {"contact": contact, "state": state})).all())


async def draft(session: AsyncSession, contact: str, draft_id: str) -> DraftView | None:
    """A draft of the contact's person, in whatever state."""
    rows = (await session.execute(_DRAFT, {"contact": contact, "draft": draft_id})).all()
    return next(iter(await _draft_views(session, rows)), None)


async def _draft_views(session: AsyncSession, rows: Sequence[Row[Any]]) -> tuple[DraftView, ...]:
    units = await unit_views(session, {row.path for row in rows})
    return tuple(
        DraftView(
            id=row.id,
            form_version_id=row.form_version_id,
            appointment_id=row.appointment_id,
            person_id=row.person_id,
            title=row.title,
            level=_level(row.level),
            unit_name=units[row.path].full_name,
            version=row.version,
            state=DraftState(row.state),
            created_at=row.created_at,
            updated_at=row.updated_at,
            position=row.position,
            answers=row.answers,
            form_name=row.name,
            unit_id=row.unit_id,
            sheet_id=row.sheet_id,
            sheet_number=row.sheet_number,
            absent_id=row.absent_id,
            absent_name=row.absent_name,
        )
        for row in rows
    )


async def form_version(session: AsyncSession, version_id: int) -> FormVersionView | None:
    """A published version."""
    version = FormVersion
    query = (
        select(
            col(version.id),
            col(Form.name),
            col(version.title),
            col(version.number),
            col(version.sha256),
            col(version.xml),
        )
        .join(Form, col(Form.id) == col(version.form_id))
        .where(col(version.id) == version_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return FormVersionView(row.id, row.name, row.title, row.number, row.sha256, row.xml)


async def media(session: AsyncSession, contact: str, draft_id: str) -> tuple[MediaView, ...]:
    """What was sent for a draft of the contact's person, and for the earlier hand-ins of the sheet that it corrects;
    in the order in which it came, without what was dropped.
    """
    earlier = (
        select(col(SheetVersion.draft_id))
        .join(Draft, col(Draft.sheet_id) == col(SheetVersion.sheet_id))
        .where(col(Draft.id) == draft_id, col(Draft.person_id) == person_of(contact))
    )
    mine = media_columns().where(
        or_(col(Media.draft_id) == draft_id, col(Media.draft_id).in_(earlier)),
        col(Media.person_id) == person_of(contact),
    )
    return media_views((await session.execute(mine)).all())


def media_columns() -> Query:
    """All media that were not dropped, in the order in which they came; narrow it with `where`."""
    return (
        select(
            col(Media.id),
            col(Media.draft_id),
            col(Media.ref),
            col(Media.kind),
            col(Media.state),
            col(Media.reason),
            col(Media.sha256),
            col(Media.bytes),
            col(Media.mime),
            col(Media.created_at),
        )
        .where(col(Media.state) != MediaState.DROPPED)
        .order_by(col(Media.created_at), col(Media.id))
    )


def media_views(rows: Sequence[Row[Any]]) -> tuple[MediaView, ...]:
    """The views of what a `media_columns` query found."""
    return tuple(
        MediaView(
            id=row.id,
            draft_id=row.draft_id,
            ref=row.ref,
            kind=MediaKind(row.kind),
            state=MediaState(row.state),
            reason=row.reason,
            sha256=row.sha256,
            bytes=row.bytes,
            mime=row.mime,
            created_at=row.created_at,
        )
        for row in rows
    )


async def notices(session: AsyncSession, contact: str) -> tuple[NoticeView, ...]:
    """What the contact's person has not been shown yet, the oldest first."""
    rows = (await session.execute(_UNSEEN, {"contact": contact})).all()
    return tuple(NoticeView(row.id, NoticeKind(row.kind), row.body, row.created_at) for row in rows)


_UNSEEN = (
    select(col(Notice.id), col(Notice.kind), col(Notice.body), col(Notice.created_at))
    .where(col(Notice.person_id) == person_of(bindparam("contact")), col(Notice.seen_at).is_(None))
    .order_by(col(Notice.created_at), col(Notice.id))
)
