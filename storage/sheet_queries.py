"""Sheets as officers may read them: the rights, and 回避, are inside each query."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.labels import label_columns, labels_view
from storage.models import (
    Appointment,
    Finding,
    Form,
    FormVersion,
    Media,
    Person,
    Sheet,
    SheetReview,
    SheetVersion,
    Unit,
)
from storage.queries import Query, media_columns, media_views
from storage.tree import may, person_of, unit_views
from storage.views import (
    FindingView,
    MediaView,
    ReviewView,
    SheetVersionView,
    SheetView,
    WaitingSheet,
    WaitingSheets,
)
from storage.vocabulary import Level, Permission, SheetState, Verdict


async def sheet(session: AsyncSession, contact: str, number: str) -> SheetView | None:
    """The sheet, if an office of the contact's person reads the unit's sheets and it is not a sheet of their
    own.
    """
    return await one(session, number, within(Permission.READ_SHEETS, contact))


async def one(session: AsyncSession, number: str, allowed: ColumnElement[bool]) -> SheetView | None:
    """The sheet of this number where `allowed` (about Sheet and Unit) holds, with its newest version."""
    row = (await session.execute(_whole_sheet(number, allowed))).one_or_none()
    if row is None:
        return None
    units = await unit_views(session, [row.path])
    return SheetView(
        number=row.number,
        title=row.title,
        level=None if row.level is None else Level(row.level),
        unit_name=units[row.path].full_name,
        author_name=row.name,
        state=SheetState(row.state),
        version=row.version,
        submitted_at=row.submitted_at,
        readable=readable(row),
        findings=await _findings(session, row.id, row.version),
        form_version_id=row.form_version_id,
        form_state=row.form_state,
        quality=row.quality,
        reviews=await _reviews(session, row.id),
        absent_name=row.absent_name,
    )


async def versions(session: AsyncSession, contact: str, number: str) -> tuple[SheetVersionView, ...]:
    """Every hand-in of a sheet that the contact's person may read as an officer, the oldest first."""
    return await hand_ins(session, number, within(Permission.READ_SHEETS, contact))


async def hand_ins(session: AsyncSession, number: str, allowed: ColumnElement[bool]) -> tuple[SheetVersionView, ...]:
    """Every hand-in of the sheet of this number where `allowed` holds, the oldest first."""
    query = (
        select(
            col(SheetVersion.version),
            col(SheetVersion.submitted_at),
            col(SheetVersion.form_version_id),
            col(SheetVersion.readable),
            col(SheetVersion.quality),
        )
        .join(Sheet, col(Sheet.id) == col(SheetVersion.sheet_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .where(col(Sheet.number) == number, allowed)
        .order_by(col(SheetVersion.version))
    )
    return tuple(
        SheetVersionView(row.version, row.submitted_at, row.form_version_id, readable(row), row.quality)
        for row in (await session.execute(query)).all()
    )


async def media(session: AsyncSession, contact: str, number: str) -> tuple[MediaView, ...]:
    """What was sent for any hand-in of a sheet that the contact's person may read as an officer."""
    query = (
        media_columns()
        .join(SheetVersion, col(SheetVersion.draft_id) == col(Media.draft_id))
        .join(Sheet, col(Sheet.id) == col(SheetVersion.sheet_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .where(col(Sheet.number) == number, within(Permission.READ_SHEETS, contact))
    )
    return media_views((await session.execute(query)).all())


async def waiting(session: AsyncSession, contact: str, limit: int) -> WaitingSheets:
    """What waits for an answer of the contact's person, the longest waiting first."""
    mine = (col(Sheet.state) == SheetState.SUBMITTED, within(Permission.REVIEW_SHEETS, contact))
    counted = select(func.count()).select_from(Sheet).join(Unit, col(Unit.id) == col(Sheet.unit_id)).where(*mine)
    total = (await session.execute(counted)).scalar_one()
    query = _sheets().where(*mine).order_by(col(Sheet.submitted_at), col(Sheet.id)).limit(limit)
    rows = (await session.execute(query)).all() if total else []
    units = await unit_views(session, {row.path for row in rows})
    return WaitingSheets(
        total,
        tuple(
            WaitingSheet(
                number=row.number,
                title=row.title,
                unit_name=units[row.path].full_name,
                author_name=row.name,
                version=row.version,
                submitted_at=row.submitted_at,
                quality=row.quality,
                absent_name=row.absent_name,
            )
            for row in rows
        ),
    )


def readable(row: Any) -> tuple[tuple[str, str], ...]:
    """The (label, text) pairs of a version."""
    return tuple((label, text) for label, text in row.readable)


def _whole_sheet(number: str, allowed: ColumnElement[bool]) -> Query:
    return (
        _sheets()
        .add_columns(
            col(Sheet.id),
            col(Sheet.state),
            col(Sheet.form_version_id),
            col(Form.level),
            col(SheetVersion.readable),
            col(SheetVersion.state).label("form_state"),
        )
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .where(col(Sheet.number) == number, allowed)
    )


def _sheets() -> Query:
    """Sheets with their newest version, author and unit, and in whose stead they were filled."""
    return (
        select(
            col(Sheet.number),
            col(Sheet.version),
            col(Sheet.submitted_at),
            col(SheetVersion.quality),
            col(FormVersion.title),
            col(Unit.path),
            col(Person.name),
            absent_name(),
        )
        .select_from(Sheet)
        .join(
            SheetVersion,
            and_(col(SheetVersion.sheet_id) == col(Sheet.id), col(SheetVersion.version) == col(Sheet.version)),
        )
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .join(Person, col(Person.id) == col(Sheet.person_id))
    )


def absent_name() -> ColumnElement[str]:
    """Whose appointment a sheet fills that somebody else filled; empty where it is the author's own, or nobody's."""
    absent = aliased(Person)
    found = (
        select(col(absent.name))
        .join(Appointment, col(Appointment.person_id) == col(absent.id))
        .where(col(Appointment.id) == col(Sheet.appointment_id), col(absent.id) != col(Sheet.person_id))
        .correlate(Sheet)
        .scalar_subquery()
    )
    return func.coalesce(found, "").label("absent_name")


def of_appointment_of(contact: str) -> ColumnElement[bool]:
    """Whether a sheet fills an appointment of the contact's person, whoever filled it."""
    return exists(
        select(col(Appointment.id)).where(
            col(Appointment.id) == col(Sheet.appointment_id), col(Appointment.person_id) == person_of(contact)
        )
    ).correlate(Sheet)


def within(permission: Permission, contact: str) -> ColumnElement[bool]:
    """Whether an office of the contact's person carries `permission` over the sheet's unit, and it is not their own."""
    return and_(not_own(contact), may(permission, contact, col(Unit.path)))


def not_own(contact: str) -> ColumnElement[bool]:
    """回避 by person, by contact and by appointment: an author who has become an officer does not read what he
    handed in, nor what somebody handed in in his stead.
    """
    handed_in = exists(
        select(col(SheetVersion.id)).where(
            col(SheetVersion.sheet_id) == col(Sheet.id), col(SheetVersion.contact) == contact
        )
    ).correlate(Sheet)
    return and_(col(Sheet.person_id) != person_of(contact), ~handed_in, ~of_appointment_of(contact))


async def _findings(session: AsyncSession, sheet_id: int, version: int) -> tuple[FindingView, ...]:
    query = (
        select(
            col(Finding.text),
            col(Finding.level),
            col(Finding.measure),
            col(Finding.owner),
            col(Finding.deadline),
            col(Finding.amount_fen),
            col(Finding.area),
            col(Finding.place),
            *label_columns(Finding),
        )
        .where(col(Finding.sheet_id) == sheet_id, col(Finding.version) == version)
        .order_by(col(Finding.place))
    )
    return tuple(
        FindingView(
            text=row.text,
            level=row.level,
            measure=row.measure,
            owner=row.owner,
            deadline=row.deadline,
            amount_fen=row.amount_fen,
            area=row.area,
            place=row.place,
            labels=labels_view(row),
        )
        for row in (await session.execute(query)).all()
    )


async def _reviews(session: AsyncSession, sheet_id: int) -> tuple[ReviewView, ...]:
    query = (
        select(
            col(SheetReview.version),
            col(SheetReview.verdict),
            col(Person.name),
            col(SheetReview.comment),
            col(SheetReview.refs),
            col(SheetReview.at),
            col(SheetReview.levels),
        )
        .join(Person, col(Person.id) == col(SheetReview.person_id))
        .where(col(SheetReview.sheet_id) == sheet_id)
        .order_by(col(SheetReview.version))
    )
    return tuple(
        ReviewView(
            version=row.version,
            verdict=Verdict(row.verdict),
            officer_name=row.name,
            comment=row.comment,
            refs=tuple(row.refs),
            at=row.at,
            levels={int(number): level for number, level in row.levels.items()},
        )
        for row in (await session.execute(query)).all()
    )
