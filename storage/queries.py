"""Forms, drafts and sheets as one contact may see them: the rights are inside each query."""

from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Draft, Finding, Form, FormVersion, Person, Sheet, Unit
from storage.tree import below, may, person_of, running, unit_views
from storage.views import DraftView, FindingView, FormChoice, FormVersionView, SheetView
from storage.vocabulary import DraftState, Level, Permission, SheetState

Query: TypeAlias = Select[*tuple[Any, ...]]


async def forms(session: AsyncSession, contact: str, today: date) -> tuple[FormChoice, ...]:
    """The forms that the contact's person may fill on `today`.

    For one appointment all forms come from one unit: the lowest one, from the appointment's unit upwards,
    that offers any form of the level (一企一表: a subsidiary's own workbook takes the place of the group's).
    """
    rows = (await session.execute(_offered(contact, today))).all()
    lowest: dict[int, str] = {}
    for row in rows:
        lowest.setdefault(row.appointment_id, row.form_path)
    chosen = [row for row in rows if row.form_path == lowest[row.appointment_id]]
    units = await unit_views(session, {row.unit_path for row in chosen})
    return tuple(
        FormChoice(
            form_version_id=row.version_id,
            name=row.name,
            title=row.title,
            level=Level(row.level),
            appointment_id=row.appointment_id,
            unit_name=units[row.unit_path].full_name,
        )
        for row in chosen
    )


def _offered(contact: str, today: date) -> Query:
    """Every form of the level of a running appointment at its unit or above it, the lowest unit first."""
    publisher = aliased(Unit)
    version = FormVersion
    return (
        select(
            col(Appointment.id).label("appointment_id"),
            col(Appointment.level),
            col(Unit.path).label("unit_path"),
            col(publisher.path).label("form_path"),
            col(Form.name),
            col(version.id).label("version_id"),
            col(version.title),
        )
        .select_from(Appointment)
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .join(Form, col(Form.level) == col(Appointment.level))
        .join(publisher, col(publisher.id) == col(Form.unit_id))
        .join(version, col(version.form_id) == col(Form.id))
        .where(
            col(Appointment.person_id) == person_of(contact),
            running(today),
            col(Form.withdrawn_at).is_(None),
            below(col(Unit.path), col(publisher.path)),
            col(version.number) == _newest_number(),
        )
        .order_by(col(Appointment.id), func.length(col(publisher.path)).desc(), col(Form.id))
    )


def _newest_number() -> ColumnElement[int]:
    other = aliased(FormVersion)
    newest = select(func.max(col(other.number))).where(col(other.form_id) == col(Form.id))
    return newest.correlate(Form).scalar_subquery()


def drafts_of(contact: str) -> Query:
    """All drafts of the contact's person, the one touched last first; narrow it with `where`."""
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
            col(FormVersion.title),
            col(Form.level),
            col(Unit.path),
        )
        .join(FormVersion, col(FormVersion.id) == col(Draft.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .join(Appointment, col(Appointment.id) == col(Draft.appointment_id))
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(col(Draft.person_id) == person_of(contact))
        .order_by(col(Draft.updated_at).desc(), col(Draft.id))
    )


async def drafts(session: AsyncSession, query: Query) -> tuple[DraftView, ...]:
    """The views of what a `drafts_of` query finds."""
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(
        DraftView(
            id=row.id,
            form_version_id=row.form_version_id,
            appointment_id=row.appointment_id,
            person_id=row.person_id,
            title=row.title,
            level=Level(row.level),
            unit_name=units[row.path].full_name,
            version=row.version,
            state=DraftState(row.state),
            created_at=row.created_at,
            updated_at=row.updated_at,
            position=row.position,
            answers=row.answers,
        )
        for row in rows
    )


async def sheet(session: AsyncSession, contact: str, number: str) -> SheetView | None:
    """The sheet, if an office of the contact's person reads the unit's sheets and it is not a sheet of their
    own.
    """
    row = (await session.execute(_visible_sheet(contact, number))).one_or_none()
    if row is None:
        return None
    named = select(
        col(Finding.text),
        col(Finding.level),
        col(Finding.measure),
        col(Finding.owner),
        col(Finding.deadline),
        col(Finding.amount_fen),
    )
    named = named.where(col(Finding.sheet_id) == row.id).order_by(col(Finding.place))
    findings = (await session.execute(named)).all()
    units = await unit_views(session, [row.path])
    return SheetView(
        number=row.number,
        title=row.title,
        level=Level(row.level),
        unit_name=units[row.path].full_name,
        author_name=row.name,
        state=SheetState(row.state),
        version=row.version,
        submitted_at=row.submitted_at,
        readable=tuple((label, text) for label, text in row.readable),
        findings=tuple(FindingView(*found) for found in findings),
    )


def _visible_sheet(contact: str, number: str) -> Query:
    """回避 by person and by contact: an author who has become an officer does not read what he handed in."""
    return (
        select(
            col(Sheet.id),
            col(Sheet.number),
            col(Sheet.state),
            col(Sheet.version),
            col(Sheet.submitted_at),
            col(Sheet.readable),
            col(FormVersion.title),
            col(Form.level),
            col(Unit.path),
            col(Person.name),
        )
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .join(Unit, col(Unit.id) == col(Sheet.unit_id))
        .join(Person, col(Person.id) == col(Sheet.person_id))
        .where(
            col(Sheet.number) == number,
            col(Sheet.person_id) != person_of(contact),
            col(Sheet.contact) != contact,
            may(Permission.READ_SHEETS, contact, col(Unit.path)),
        )
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
