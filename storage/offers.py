"""Which forms are offered to whom: for what a person may fill one, and the forms that stand at or above that unit."""

from typing import Any, TypeAlias

from sqlalchemy import (
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Appointment, Form, FormVersion, Office, Person, Unit
from storage.tree import Whom, below, running, stands_in
from storage.vocabulary import Audience, Permission, roles_with

Query: TypeAlias = Select[*tuple[Any, ...]]


def offered(person: Whom) -> Query:
    """Every version of every form that stands at or above a unit for which the person may fill it on the day that is
    given as parameter `today` (enterprise's timezone), withdrawn ones left out; add conditions and order as needed.

    Columns: audience, appointment_id, absent_id, absent_name, unit_id, unit_path, form_path, form_id, version_id, name,
    level, title. `absent_id` is whose appointment it is where the person stands in (代填), else NULL.
    """
    publisher, absent = aliased(Unit), aliased(Person)
    seat = _seats(person)
    return (
        select(
            seat.c.audience,
            seat.c.appointment_id,
            seat.c.absent_id,
            col(absent.name).label("absent_name"),
            seat.c.unit_id,
            seat.c.path.label("unit_path"),
            col(publisher.path).label("form_path"),
            col(Form.id).label("form_id"),
            col(FormVersion.id).label("version_id"),
            col(Form.name),
            col(Form.level),
            col(FormVersion.title),
        )
        .select_from(seat)
        .join(Form, col(Form.audience) == seat.c.audience)
        .join(publisher, col(publisher.id) == col(Form.unit_id))
        .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
        .outerjoin(absent, col(absent.id) == seat.c.absent_id)
        .where(
            or_(seat.c.level.is_(None), seat.c.level == col(Form.level)),
            col(Form.withdrawn_at).is_(None),
            below(seat.c.path, col(publisher.path)),
        )
    )


def _seats(person: Whom) -> Subquery:
    """The units for which the person may fill forms of each audience; a substitute while the leave lasts."""
    today = bindparam("today", type_=Date)
    appointed = (
        _seat(Audience.OBSERVERS, col(Appointment.id), col(Appointment.level))
        .select_from(Appointment)
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(col(Appointment.person_id) == person, running(today))
    )
    standing_in = (
        _seat(Audience.OBSERVERS, col(Appointment.id), col(Appointment.level), col(Appointment.person_id))
        .select_from(Appointment)
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .where(col(Appointment.person_id) != person, running(today), stands_in(person, today))
    )
    belonging = (
        _seat(Audience.EVERYONE)
        .select_from(Person)
        .join(Unit, col(Unit.id) == col(Person.unit_id))
        .where(col(Person.id) == person)
    )
    serving = (
        _seat(Audience.OFFICERS)
        .select_from(Office)
        .join(Unit, col(Unit.id) == col(Office.unit_id))
        .where(
            col(Office.person_id) == person,
            col(Office.ended_at).is_(None),
            col(Office.role).in_(roles_with(Permission.REVIEW_SHEETS)),
        )
    )
    return union_all(appointed, standing_in, belonging, serving).subquery("seats")


def _seat(
    audience: Audience,
    appointment: SQLColumnExpression[Any] | None = None,
    level: SQLColumnExpression[Any] | None = None,
    absent: SQLColumnExpression[Any] | None = None,
) -> Query:
    return select(
        literal(audience.value, String).label("audience"),
        (cast(null(), Integer) if appointment is None else appointment).label("appointment_id"),
        (cast(null(), String) if level is None else level).label("level"),
        (cast(null(), Integer) if absent is None else absent).label("absent_id"),
        col(Unit.id).label("unit_id"),
        col(Unit.path).label("path"),
    )
