"""Which duties an officer means, as conditions of queries: rights, unit, level, and the periods of their rounds."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.duty_views import DutyScope
from storage.models import Duty, ReminderRule, Round, Unit
from storage.tree import below, may
from storage.vocabulary import Permission, RoundState

NODE = "node:"
"""What the period of a node's round begins with."""


def in_scope(scope: DutyScope, permission: Permission, contact: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Duty and Round: what is meant of the duties that the contact's person may see by `permission`."""
    units = select(col(Unit.id)).where(may(permission, contact, col(Unit.path)))
    if scope.unit_id is not None:
        units = units.where(within(scope.unit_id))
    conditions: list[ColumnElement[bool]] = [col(Duty.unit_id).in_(units)]
    if scope.person_id is not None:
        conditions.append(col(Duty.person_id) == scope.person_id)
    if scope.level is not None:
        conditions.append(col(Round.level) == scope.level)
    conditions.append(in_periods(scope) if scope.names_periods else col(Round.state) != RoundState.CLOSED)
    return tuple(conditions)


def in_periods(scope: DutyScope) -> ColumnElement[bool]:
    """Whether a Round is of a period that the scope names; never, when it names none."""
    is_node = col(Round.period).startswith(NODE)
    named: list[ColumnElement[bool]] = [col(Round.period).in_(sorted(scope.periods))] if scope.periods else []
    nodes = [and_(col(Round.due_at) >= start, col(Round.due_at) < end) for start, end in scope.spans]
    if nodes:
        named.append(and_(is_node, or_(*nodes)))
    if scope.back:
        named.append(col(Round.id).in_(_back(scope.back)))
    if 0 in scope.back:
        named.append(and_(is_node, col(Round.state) != RoundState.CLOSED))
    return or_(*named) if named else literal(False)


def _back(steps: frozenset[int]) -> Any:
    """The rounds that are so many periods before the newest one of their rule; of rules that were stopped only what is
    under way.
    """
    this = aliased(Round)
    newest_first = (col(this.due_at).desc(), col(this.id).desc())
    place = func.row_number().over(partition_by=col(this.rule_id), order_by=newest_first)
    numbered = (
        select(col(this.id).label("id"), place.label("place"))
        .join(ReminderRule, col(ReminderRule.id) == col(this.rule_id))
        .where(
            ~col(this.period).startswith(NODE),
            or_(col(ReminderRule.active), col(this.state) != RoundState.CLOSED),
        )
        .subquery("numbered")
    )
    return select(numbered.c.id).where(numbered.c.place.in_([step + 1 for step in sorted(steps)]))


def within(unit_id: int) -> ColumnElement[bool]:
    """Whether a Unit is this one or below it."""
    seat = aliased(Unit)
    path = select(col(seat.path)).where(col(seat.id) == unit_id).scalar_subquery()
    return below(col(Unit.path), path)
