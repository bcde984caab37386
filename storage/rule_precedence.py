"""Which of several rules holds in a unit: one of its own for a form takes the place of one of a unit above."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Form, ReminderRule, Round, Unit
from storage.tree import below

PERIODIC = "form"
"""ReminderRule.kind of a rule that makes a round each period."""


def stands_for(asked: Any, seat: Any, name: Any, level: Any) -> ColumnElement[bool]:
    """Whether what a rule asks for, the form `asked`, is what one for the form `name` of `level` asks for in the unit
    at the path `seat`: the form itself, or one of the level that stands in its place there (一企一表), as a sheet of it
    counts (round_filling.counts_for).
    """
    form, home = aliased(Form), aliased(Unit)
    own = (
        select(col(form.name))
        .join(home, col(home.id) == col(form.unit_id))
        .where(col(form.level) == level, col(form.unit_id).not_in(_homes(name)), below(seat, col(home.path)))
    )
    return or_(asked == name, asked.in_(own))


def with_own_rule(this: Round, path: str, but: int = 0) -> Select[Any]:
    """The units in which another rule than that of the round `this`, made at `path`, holds: one of the unit itself or
    of one between them that stands for the same form; or one beside the round's, for a form that hides the round's. The
    rule `but` is not looked at. It begins at the rules, which are few, and stands alone, so that it runs once.
    """
    other, seat, unit = aliased(ReminderRule), aliased(Unit), aliased(Unit)
    nearer = and_(
        col(seat.path) != path,
        stands_for(col(other.form_name), col(seat.path), literal(this.form_name), literal(this.level)),
    )
    beside = and_(col(seat.path) == path, _hides(col(other.form_name), this, path))
    return (
        select(col(unit.id))
        .select_from(other)
        .join(seat, col(seat.id) == col(other.unit_id))
        .join(unit, below(col(unit.path), col(seat.path)))
        .where(
            col(other.active),
            col(other.kind) == PERIODIC,
            col(other.id).not_in((this.rule_id, but)),
            below(col(seat.path), literal(path)),
            or_(nearer, beside),
        )
    )


def _hides(asked: Any, this: Round, path: str) -> ColumnElement[bool]:
    """Whether the form `asked` is of the level of the round `this`, and of a unit nearer to `path` than the round's."""
    form, home = aliased(Form), aliased(Unit)
    namesake, there = aliased(Form), aliased(Unit)
    as_near = (
        exists()
        .where(
            col(namesake.name) == this.form_name,
            col(there.id) == col(namesake.unit_id),
            below(literal(path), col(there.path)),
            below(col(there.path), col(home.path)),
        )
        .correlate(home)
    )
    hiding = (
        select(col(form.name))
        .join(home, col(home.id) == col(form.unit_id))
        .where(col(form.level) == this.level, below(literal(path), col(home.path)), ~as_near)
    )
    return and_(asked != this.form_name, asked.in_(hiding))


def _homes(name: Any) -> Any:
    """The units that have a form of this name."""
    namesake = aliased(Form)
    return select(col(namesake.unit_id)).where(col(namesake.name) == name).correlate(Round)
