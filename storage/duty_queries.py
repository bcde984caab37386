"""Duties as observers and officers may see them: the rights are inside each query."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.duty_scope import NODE, in_periods, in_scope
from storage.duty_views import DutyScope, OwedLine, OwedPage, OwnDuty, UnitRate
from storage.form_titles import form_titles
from storage.models import Appointment, Contact, Delivery, Due, Duty, Leave, Person, Round, Sheet, Unit
from storage.ordering import by_pinyin
from storage.queries import Query
from storage.reached import gone_of
from storage.tree import away, may, person_of, running, unit_views
from storage.views import UnitView
from storage.vocabulary import DeliveryState, Level, Permission, SheetState

ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.MAYBE)
"""The states of a message that its person has, or may have, got."""


def owed() -> tuple[ColumnElement[bool], ...]:
    """What makes a duty one that somebody still owes."""
    return col(Duty.done_at).is_(None), col(Duty.excused_at).is_(None)


def on_leave(person: Any, today: date) -> ColumnElement[bool]:
    """Whether a person (a column) is on leave this day."""
    return exists(select(col(Leave.id)).where(col(Leave.person_id) == person, away(today)))


def _own() -> Query:
    """By the people first, whose appointments an index finds: every 提交 looks."""
    me, today = person_of(bindparam("contact")), bindparam("today", type_=Date)
    absent = select(col(Leave.person_id)).where(col(Leave.substitute_id) == me, away(today))
    people = union(select(me.label("person_id")), absent).subquery("people")
    return (
        select(
            Duty,
            Round,
            col(Unit.path),
            col(Person.name),
            (col(Appointment.person_id) == me).label("mine"),
            col(Sheet.number),
            col(Sheet.state).label("sheet_state"),
        )
        .select_from(people)
        .join(Appointment, col(Appointment.person_id) == people.c.person_id)
        .join(Duty, col(Duty.appointment_id) == col(Appointment.id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .join(Person, col(Person.id) == col(Appointment.person_id))
        .outerjoin(Sheet, col(Sheet.id) == col(Duty.sheet_id))
        .where(running(today), col(Duty.excused_at).is_(None))
        .order_by(col(Round.due_at), col(Duty.id))
    )


_OWN = _own()  # building it takes longer than running it


async def own(session: AsyncSession, contact: str, today: date) -> tuple[OwnDuty, ...]:
    """What the contact's person owes and has handed in by the appointments that run on `today`, their own and those for
    which they stand in; what was excused is left out. What is due first stands first.
    """
    rows = (await session.execute(_OWN, {"contact": contact, "today": today})).all()
    units = await unit_views(session, {row.path for row in rows})
    titles = await form_titles(session) if rows else None
    return tuple(
        OwnDuty(
            id=row.Duty.id,
            appointment_id=row.Duty.appointment_id,
            form_name=row.Round.form_name,
            title=titles.title(row.Round.form_name, row.Round.level, row.path) if titles else "",
            label=row.Round.label,
            subject=row.Round.subject,
            level=Level(row.Round.level),
            unit_id=row.Duty.unit_id,
            unit_name=units[row.path].full_name,
            opens_at=row.Round.opens_at,
            due_at=row.Round.due_at,
            absent_name="" if row.mine else row.name,
            done_at=row.Duty.done_at,
            sheet_number=row.number or "",
            sheet_state=SheetState(row.sheet_state) if row.sheet_state else None,
        )
        for row in rows
    )


async def owed_page(
    session: AsyncSession, contact: str, scope: DutyScope, today: date, limit: int, offset: int
) -> OwedPage:
    """Who owes what within the subtree of an office of the contact's person that reads sheets: by unit, then by
    name.
    """
    meant = in_scope(scope, Permission.READ_SHEETS, contact)
    counted = (
        select(
            func.count().label("total"),
            func.count(case((col(Duty.done_at).is_(None), 1))).label("owed"),
            func.count(case((col(Duty.done_at).is_(None), col(Duty.person_id))).distinct()).label("people"),
        )
        .select_from(Duty)
        .join(Round, col(Round.id) == col(Duty.round_id))
        .where(col(Duty.excused_at).is_(None), *meant)
    )
    counts = (await session.execute(counted)).one()
    listed = (
        select(col(Duty.id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .join(Person, col(Person.id) == col(Duty.person_id))
        .where(*owed(), *meant)
        .order_by(col(Unit.path), by_pinyin(col(Person.name)), col(Person.id), col(Round.due_at), col(Duty.id))
    )
    ids = (await session.execute(listed.limit(limit).offset(offset))).scalars().all() if counts.owed else ()
    return OwedPage(counts.total, counts.owed, counts.people, await _lines(session, ids, today))


async def labels(session: AsyncSession, contact: str, scope: DutyScope) -> tuple[str, ...]:
    """How the periods of what is meant are called, what is due first first; empty for nodes of projects."""
    label = case((col(Round.period).startswith(NODE), ""), else_=col(Round.label))
    meant = (
        select(label.label("label"), col(Round.due_at).label("due_at"))
        .join(Duty, col(Duty.round_id) == col(Round.id))
        .where(*in_scope(scope, Permission.READ_SHEETS, contact))
        .subquery("meant")
    )
    query = select(meant.c.label).group_by(meant.c.label).order_by(func.min(meant.c.due_at), meant.c.label)
    return tuple((await session.execute(query)).scalars())


async def owed_by(
    session: AsyncSession, contact: str, permission: Permission, person_id: int, scope: DutyScope, today: date
) -> tuple[OwedLine, ...]:
    """What one person owes within the subtree of an office that carries `permission`, in the periods that are named,
    or else in whatever round.
    """
    units = select(col(Unit.id)).where(may(permission, contact, col(Unit.path)))
    query = (
        select(col(Duty.id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .join(Round, col(Round.id) == col(Duty.round_id))
        .where(col(Appointment.person_id) == person_id, *owed(), col(Duty.unit_id).in_(units))
        .order_by(col(Round.due_at), col(Duty.id))
    )
    if scope.names_periods:
        query = query.where(in_periods(scope))
    return await _lines(session, (await session.execute(query)).scalars().all(), today)


async def _lines(session: AsyncSession, ids: Sequence[int | None], today: date) -> tuple[OwedLine, ...]:
    """These duties, in this order."""
    if not ids:
        return ()
    rows = {row.Duty.id: row for row in (await session.execute(_details(ids, today))).all()}
    units = await unit_views(session, {row.path for row in rows.values()})
    titles, told = await form_titles(session), await _told(session, ids)
    return tuple(
        OwedLine(
            duty_id=row.Duty.id,
            person_id=row.Duty.person_id,
            person_name=row.name,
            unit=units[row.path],
            level=Level(row.Round.level),
            title=titles.title(row.Round.form_name, row.Round.level, row.path),
            period=row.Round.period,
            label=row.Round.label,
            subject=row.Round.subject,
            due_at=row.Round.due_at,
            on_leave=row.on_leave,
            substitute_name=row.substitute or "",
            has_left=not row.runs,
            bound=row.bound,
            gone=row.gone or "",
            told=told.get(row.Duty.id, {}),
        )
        for row in (rows[number] for number in ids)
    )


def _details(ids: Collection[int | None], today: date) -> Query:
    stand_in = aliased(Person)
    substitute = (
        select(col(stand_in.name))
        .join(Leave, col(Leave.substitute_id) == col(stand_in.id))
        .where(col(Leave.person_id) == col(Duty.person_id), away(today))
        .order_by(col(Leave.id).desc())
        .limit(1)
        .correlate(Duty)
        .scalar_subquery()
    )
    query: Query = (
        select(
            Duty,
            Round,
            col(Unit.path),
            col(Person.name),
            running(today).label("runs"),
            on_leave(col(Duty.person_id), today).correlate(Duty).label("on_leave"),
            substitute.label("substitute"),
            exists(select(col(Contact.id)).where(col(Contact.person_id) == col(Duty.person_id)))
            .correlate(Duty)
            .label("bound"),
            gone_of(col(Duty.person_id)).label("gone"),
        )
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .join(Person, col(Person.id) == col(Duty.person_id))
        .where(col(Duty.id).in_(ids))
    )
    return query


async def _told(session: AsyncSession, ids: Collection[int | None]) -> dict[int, dict[str, int]]:
    """How many messages about each of these duties their people got, by way."""
    query = (
        select(col(Due.duty_id), col(Delivery.way), func.count(col(Delivery.id).distinct()).label("times"))
        .join(Delivery, col(Delivery.id) == col(Due.delivery_id))
        .where(col(Due.duty_id).in_(ids), col(Delivery.state).in_(ARRIVED), col(Delivery.way).is_not(None))
        .group_by(col(Due.duty_id), col(Delivery.way))
    )
    told: dict[int, dict[str, int]] = {}
    for row in (await session.execute(query)).all():
        told.setdefault(row.duty_id, {})[row.way] = row.times
    return told


async def rates(session: AsyncSession, contact: str, scope: DutyScope) -> tuple[UnitRate, ...]:
    """How much was handed in, for each unit directly below the one that is meant (or below the one office of the
    contact's person; of several offices for each of their units). First the sum of all.
    """
    tops = await _tops(session, contact, scope)
    if not tops:
        return ()
    sums = (
        select(
            col(Unit.path),
            func.count(case((col(Duty.excused_at).is_(None), 1))).label("total"),
            func.count(case((col(Duty.excused_at).is_(None), col(Duty.done_at)))).label("done"),
            func.count(case((and_(col(Duty.excused_at).is_(None), col(Duty.done_at) > col(Round.due_at)), 1))).label(
                "late"
            ),
            func.count(col(Duty.excused_at)).label("excused"),
        )
        .select_from(Duty)
        .join(Round, col(Round.id) == col(Duty.round_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .where(*in_scope(scope, Permission.READ_SHEETS, contact))
        .group_by(col(Unit.path))
    )
    rows = (await session.execute(sums)).all()
    if len(tops) > 1:
        return (_rate(0, "", rows, ""), *(_rate(top.id, top.name, rows, top.path) for top in tops))
    (top,) = tops
    children = select(col(Unit.id), col(Unit.name), col(Unit.path)).where(col(Unit.parent_id) == top.id)
    below_it = (await session.execute(children.order_by(col(Unit.id)))).all()
    here = [row for row in rows if row.path == top.path]
    return (
        _rate(top.id, top.name, rows, top.path),
        _rate(top.id, top.name, here, top.path, itself=True),
        *(_rate(row.id, row.name, rows, row.path) for row in below_it),
    )


def _rate(unit_id: int, name: str, rows: Sequence[Any], path: str, *, itself: bool = False) -> UnitRate:
    own = [row for row in rows if row.path.startswith(path)]
    total, done, late, excused = (sum(row[place] for row in own) for place in range(1, 5))
    return UnitRate(unit_id, name, total, done, late, excused, itself)


async def _tops(session: AsyncSession, contact: str, scope: DutyScope) -> tuple[UnitView, ...]:
    """The unit that is meant, or the highest ones of which the contact's person reads the sheets."""
    allowed = may(Permission.READ_SHEETS, contact, col(Unit.path))
    query = select(col(Unit.path)).where(allowed)
    if scope.unit_id is not None:
        query = query.where(col(Unit.id) == scope.unit_id)
    else:
        above = aliased(Unit)
        higher = exists(
            select(col(above.id)).where(
                col(above.id) == col(Unit.parent_id), may(Permission.READ_SHEETS, contact, col(above.path))
            )
        ).correlate(Unit)
        query = query.where(~higher)
    paths = (await session.execute(query.order_by(col(Unit.path)))).scalars().all()
    return tuple((await unit_views(session, paths)).values())


async def units_named(session: AsyncSession, contact: str, said: str, limit: int = 10) -> tuple[UnitView, ...]:
    """The units of which the contact's person reads the sheets, with exactly this name, or else with it in theirs."""
    allowed = may(Permission.READ_SHEETS, contact, col(Unit.path))
    for named in (col(Unit.name) == said, col(Unit.name).contains(said, autoescape=True)):
        query = select(col(Unit.path)).where(named, allowed).order_by(func.length(col(Unit.path)), col(Unit.id))
        paths = (await session.execute(query.limit(limit))).scalars().all()
        if paths:
            return tuple((await unit_views(session, paths)).values())
    return ()
