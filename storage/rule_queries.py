"""Reminder rules and their rounds as officers may see them, and what they need to set a rule or open a node."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.duty_views import FormLine, ProjectSeat, RoundLine, RuleLine
from storage.models import Appointment, Form, FormVersion, Office, Person, ReminderRule, Round, Unit
from storage.rule_precedence import PERIODIC
from storage.tree import below, may, person_of, running, unit_views
from storage.views import UnitView
from storage.vocabulary import Audience, Level, Permission, RoundState, roles_with

NODE_KIND = "node"
"""ReminderRule.kind of a rule whose rounds somebody opens."""


def manages(contact: str, path: Any) -> ColumnElement[bool]:
    """Whether the contact's person sets the rules of the unit at this path (a column)."""
    return may(Permission.MANAGE_ROUNDS, contact, path)


async def rules(session: AsyncSession, contact: str) -> tuple[RuleLine, ...]:
    """The rules of the units of the contact's person, and those of units above that hold there too; none for somebody
    who sets no rules.
    """
    seats = _seats(contact)
    holds = (
        select(seats.c.path)
        .where(or_(below(col(Unit.path), seats.c.path), below(seats.c.path, col(Unit.path))))
        .correlate(Unit)
        .exists()
    )
    query = (
        select(ReminderRule, col(Unit.path), manages(contact, col(Unit.path)).label("editable"))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(holds)
        .order_by(col(ReminderRule.id))
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(_rule_line(row.ReminderRule, units[row.path], editable=row.editable) for row in rows)


async def rules_above(session: AsyncSession, paths: Sequence[str]) -> tuple[RuleLine, ...]:
    """The periodic rules that are in use for the units at these paths: their own and those of units above."""
    lineages = {step for path in paths for step in _lineage(path)}
    query = (
        select(ReminderRule, col(Unit.path))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(col(Unit.path).in_(lineages), col(ReminderRule.active), col(ReminderRule.kind) == PERIODIC)
        .order_by(col(ReminderRule.id))
    )
    rows = (await session.execute(query)).all() if lineages else []
    units = await unit_views(session, {row.path for row in rows})
    return tuple(_rule_line(row.ReminderRule, units[row.path], editable=False) for row in rows)


def _lineage(path: str) -> list[str]:
    """/1/, /1/4/ and /1/4/9/ for /1/4/9/."""
    steps = [step for step in path.split("/") if step]
    return ["/" + "".join(f"{step}/" for step in steps[: place + 1]) for place in range(len(steps))]


def _rule_line(rule: ReminderRule, unit: UnitView, *, editable: bool) -> RuleLine:
    return RuleLine(rule.id or 0, rule.version, rule.active, rule.kind, rule.form_name, unit, rule.rule, editable)


def _seats(contact: str) -> Any:
    seat = aliased(Unit)
    return (
        select(col(seat.path).label("path"))
        .join(Office, col(Office.unit_id) == col(seat.id))
        .where(
            col(Office.person_id) == person_of(contact),
            col(Office.ended_at).is_(None),
            col(Office.role).in_(roles_with(Permission.MANAGE_ROUNDS)),
        )
        .subquery("seats")
    )


async def managed_units(session: AsyncSession, contact: str) -> tuple[UnitView, ...]:
    """The units over which the contact's person has an office that sets rules; the highest first."""
    seats = _seats(contact)
    paths = (await session.execute(select(seats.c.path).order_by(func.length(seats.c.path)))).scalars().all()
    return tuple((await unit_views(session, paths)).values())


async def rounds_of(session: AsyncSession, contact: str, rule_id: int) -> tuple[RoundLine, ...]:
    """The rounds that a rule has made, the newest first; for those who see the rule."""
    if all(rule.id != rule_id for rule in await rules(session, contact)):
        return ()
    query = select(Round).where(col(Round.rule_id) == rule_id).order_by(col(Round.due_at).desc())
    return tuple(
        RoundLine(this.id or 0, this.period, this.label, this.opens_at, this.due_at, this.state == RoundState.CLOSED)
        for this in (await session.execute(query)).scalars()
    )


async def forms_for_rules(session: AsyncSession, unit_path: str) -> tuple[FormLine, ...]:
    """The forms of observers that may be asked for in the unit at `unit_path`: its own and those of the units above,
    the nearest of each name.
    """
    query = (
        select(col(Form.name), col(Form.level), col(FormVersion.title), col(Unit.path))
        .join(Unit, col(Unit.id) == col(Form.unit_id))
        .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
        .where(
            col(Form.audience) == Audience.OBSERVERS,
            col(Form.level).is_not(None),
            col(Form.withdrawn_at).is_(None),
        )
        .order_by(func.length(col(Unit.path)), col(Form.id), col(FormVersion.number))
    )
    found: dict[str, FormLine] = {}
    for row in (await session.execute(query)).all():  # the last one of a name is the newest of the nearest unit
        if unit_path.startswith(row.path):
            found[row.name] = FormLine(row.name, row.title, Level(row.level))
    return tuple(found.values())


async def project_seats(session: AsyncSession, contact: str, today: date) -> tuple[ProjectSeat, ...]:
    """The running appointments of level project for which the contact's person may open a node: those within the
    subtree of an office that manages rounds, and their own.
    """
    own = (col(Appointment.person_id) == person_of(contact)).label("own")
    query = (
        select(col(Appointment.id), col(Appointment.person_id), col(Person.name), col(Unit.path), own)
        .join(Unit, col(Unit.id) == col(Appointment.unit_id))
        .join(Person, col(Person.id) == col(Appointment.person_id))
        .where(col(Appointment.level) == Level.PROJECT, running(today))
        .where(or_(col(Appointment.person_id) == person_of(contact), manages(contact, col(Unit.path))))
        .order_by(col(Unit.path), col(Appointment.id))
    )
    rows = (await session.execute(query)).all()
    units = await unit_views(session, {row.path for row in rows})
    return tuple(ProjectSeat(row.id, row.person_id, row.name, units[row.path], bool(row.own)) for row in rows)


async def node_rule(session: AsyncSession, unit_path: str) -> RuleLine | None:
    """The active rule for nodes that holds in the unit at `unit_path`: its own, or the nearest above."""
    query = (
        select(ReminderRule, col(Unit.path))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(col(ReminderRule.kind) == NODE_KIND, col(ReminderRule.active))
        .order_by(func.length(col(Unit.path)).desc(), col(ReminderRule.id))
    )
    for row in (await session.execute(query)).all():
        if unit_path.startswith(row.path):
            units = await unit_views(session, [row.path])
            return _rule_line(row.ReminderRule, units[row.path], editable=False)
    return None
