"""Sheets as those who fill forms may read them: their own, and the project's last one."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Appointment, Draft, Form, FormVersion, Person, Sheet, SheetReview, SheetVersion, Unit
from storage.queries import Query
from storage.sheet_queries import absent_name, hand_ins, of_appointment_of, one, readable
from storage.tree import person_of, running, stands_in, unit_views
from storage.views import OwnSheet, PastSheet, ReturnedSheet, SheetVersionView, SheetView
from storage.vocabulary import DraftState, SheetState

_NEWEST_VERSION = and_(col(SheetVersion.sheet_id) == col(Sheet.id), col(SheetVersion.version) == col(Sheet.version))
_NEWEST_REVIEW = and_(col(SheetReview.sheet_id) == col(Sheet.id), col(SheetReview.version) == col(Sheet.version))


async def own(session: AsyncSession, contact: str, limit: int) -> tuple[OwnSheet, ...]:
    """What the contact's person handed in, and what others did in their stead, the newest first."""
    query = (
        select(
            col(Sheet.number),
            col(FormVersion.title),
            col(Unit.path),
            col(Sheet.state),
            col(Sheet.version),
            col(Sheet.submitted_at),
            func.coalesce(col(SheetReview.comment), "").label("comment"),
            absent_name(),
            case((col(Sheet.person_id) == person_of(contact), ""), else_=col(Person.name)).label("filled_by"),
        )
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .join(Person, col(Person.id) == col(Sheet.person_id))
        .outerjoin(SheetReview, _NEWEST_REVIEW)
        .where(_mine(contact))
        .order_by(col(Sheet.submitted_at).desc(), col(Sheet.id).desc())
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(
        OwnSheet(
            row.number,
            row.title,
            units[row.path].full_name,
            SheetState(row.state),
            row.version,
            row.submitted_at,
            row.comment,
            "" if row.filled_by else row.absent_name,
            row.filled_by,
        )
        for row in rows
    )


async def whole(session: AsyncSession, contact: str, number: str) -> SheetView | None:
    """The sheet of this number, if the contact's person handed it in, or somebody in their stead; without what was
    noticed about it, which names other units' sheets.
    """
    found = await one(session, number, _mine(contact))
    return None if found is None else replace(found, quality={})


async def versions(session: AsyncSession, contact: str, number: str) -> tuple[SheetVersionView, ...]:
    """Every hand-in of such a sheet, the oldest first."""
    found = await hand_ins(session, number, _mine(contact))
    return tuple(replace(version, quality={}) for version in found)


def _mine(contact: str) -> ColumnElement[bool]:
    return or_(col(Sheet.person_id) == person_of(contact), of_appointment_of(contact))


async def returned(session: AsyncSession, contact: str) -> tuple[ReturnedSheet, ...]:
    """Sheets of the contact's person that wait to be corrected, the one returned last first."""
    query: Query = (
        select(
            col(Sheet.id).label("sheet_id"),
            col(Sheet.number),
            col(FormVersion.title),
            col(Form.name).label("form_name"),
            col(Sheet.form_version_id),
            col(Sheet.unit_id),
            col(Unit.path),
            col(Sheet.appointment_id),
            col(Sheet.version),
            col(SheetReview.comment),
            col(SheetReview.refs),
            col(SheetReview.at),
            col(Draft.id).label("draft_id"),
            col(SheetVersion.answers),
            col(SheetVersion.state).label("form_state"),
        )
        .select_from(Sheet)
        .join(SheetVersion, _NEWEST_VERSION)
        .join(SheetReview, _NEWEST_REVIEW)
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .outerjoin(Draft, and_(col(Draft.sheet_id) == col(Sheet.id), col(Draft.state) == DraftState.OPEN))
        .where(col(Sheet.person_id) == person_of(contact), col(Sheet.state) == SheetState.RETURNED)
        .order_by(col(SheetReview.at).desc(), col(Sheet.id).desc())
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(
        ReturnedSheet(
            sheet_id=row.sheet_id,
            number=row.number,
            title=row.title,
            form_name=row.form_name,
            form_version_id=row.form_version_id,
            unit_id=row.unit_id,
            unit_name=units[row.path].full_name,
            appointment_id=row.appointment_id,
            version=row.version,
            comment=row.comment,
            refs=tuple(row.refs),
            returned_at=row.at,
            draft_id=row.draft_id,
            answers=row.answers,
            form_state=row.form_state,
        )
        for row in rows
    )


async def last(session: AsyncSession, contact: str, form_name: str, unit_id: int, but: str) -> PastSheet | None:
    """The sheet that the contact's person handed in last on forms of this name for the unit."""
    query = _past(form_name, unit_id, but).where(col(Sheet.person_id) == person_of(contact))
    return await _one(session, query)


async def last_of_project(
    session: AsyncSession, contact: str, today: date, form_name: str, project: str, unit_id: int, but: str
) -> PastSheet | None:
    """The newest sheet of a project (a `project_key`) in the unit, whoever wrote it, if the contact's person is
    observer of the unit on `today`, or stands in for one.
    """
    query = _past(form_name, unit_id, but).where(col(Sheet.project) == project, _observes(contact, today, unit_id))
    return await _one(session, query) if project else None


def _observes(contact: str, today: date, unit_id: int) -> ColumnElement[bool]:
    return exists(
        select(col(Appointment.id)).where(
            or_(col(Appointment.person_id) == person_of(contact), stands_in(person_of(contact), today)),
            col(Appointment.unit_id) == unit_id,
            running(today),
        )
    )


def _past(form_name: str, unit_id: int, but: str) -> Query:
    """The newest sheet first: by its first hand-in, for an old one may have been corrected lately."""
    return (
        select(
            col(Sheet.number),
            col(FormVersion.title),
            col(Sheet.form_version_id),
            col(Sheet.state),
            col(Sheet.version),
            col(Sheet.submitted_at),
            col(SheetVersion.answers),
            col(SheetVersion.readable),
            col(SheetVersion.state).label("form_state"),
        )
        .select_from(Sheet)
        .join(SheetVersion, _NEWEST_VERSION)
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .where(col(Form.name) == form_name, col(Sheet.unit_id) == unit_id, col(Sheet.number) != but)
        .order_by(col(Sheet.id).desc())
        .limit(1)
    )


async def _one(session: AsyncSession, query: Query) -> PastSheet | None:
    row: Any = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    return PastSheet(
        number=row.number,
        title=row.title,
        form_version_id=row.form_version_id,
        state=SheetState(row.state),
        version=row.version,
        submitted_at=row.submitted_at,
        answers=row.answers,
        readable=readable(row),
        form_state=row.form_state,
    )
