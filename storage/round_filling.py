"""The statements that make duties and dues, a chunk at a time: INSERT … SELECT behind a cursor that moves with them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import round_spans
from storage.models import (
    Appointment,
    Due,
    Duty,
    Form,
    FormVersion,
    Leave,
    Office,
    Person,
    Round,
    RoundStep,
    Sheet,
    Table,
    Unit,
    core,
)
from storage.rule_precedence import with_own_rule
from storage.tree import below, running
from storage.vocabulary import Role, RoundState, StepState

DUTY = ("round_id", "appointment_id", "person_id", "unit_id")
"""The columns of `owed_by`."""
OFFICERS = "officers"
"""RoundStep.audience: the officers of the unit and of those above it."""
SUPERIOR = "superior"
"""RoundStep.audience: the observer's superior."""
OBSERVER = "observer"
"""RoundStep.audience: the observer, or who stands in for them."""


_SHEETS = text("LOCK TABLE sheets IN SHARE MODE")


async def last_appointment(session: AsyncSession) -> int:
    """The greatest id of an appointment: up to there `duties` looks."""
    return (await session.execute(select(func.max(col(Appointment.id))))).scalar_one() or 0


class Reach(NamedTuple):
    """Where a round looks for who owes something: below the unit at `path`, at appointments that run on `day`, up to
    the id `last`; `besides` are rounds that asked for the same.
    """

    path: str
    day: date
    last: int
    besides: tuple[int, ...] = ()


async def reach_of(session: AsyncSession, this: Round, day: date) -> Reach:
    """Where a round looks on `day`. A read."""
    path = (await session.execute(select(col(Unit.path)).where(col(Unit.id) == this.unit_id))).scalar_one()
    besides = await round_spans.asking_the_same(session, this, path)
    return Reach(path, day, await last_appointment(session), besides)


async def duties(
    session: AsyncSession, this: Round, owing: Any, last: int, size: int, now: datetime, lease: timedelta
) -> int | None:
    """The duties of those of the next `size` appointments, up to the id `last`, that `owing` (see owed_by) finds; how
    many were made. None: there are none left, or the round is open. Putting `owing` together costs more than running
    it, so that it is the same one for all chunks.
    """
    move = (
        update(core(Round))
        .where(
            core(Round).c.id == this.id,
            core(Round).c.state == RoundState.OPENING,
            core(Round).c.cursor < last,
        )
        .values(cursor=core(Round).c.cursor + size, lease_until=now + lease)
        .returning(core(Round).c.cursor)
    )
    upto = (await session.execute(move)).scalar_one_or_none()
    if upto is None:
        return None
    within = owing.where(col(Appointment.id) > upto - size, col(Appointment.id) <= min(upto, last))
    return await insert_from(session, Duty, DUTY, within)


async def named_duties(session: AsyncSession, round_id: int, appointments: Sequence[int]) -> None:
    """The duties of these appointments: a node of a project."""
    rows = select(literal(round_id), col(Appointment.id), col(Appointment.person_id), col(Appointment.unit_id)).where(
        col(Appointment.id).in_(appointments)
    )
    await insert_from(session, Duty, DUTY, rows)


async def duties_of(session: AsyncSession, round_id: int) -> tuple[int, int]:
    """The first and the last id among the duties of a round; (0, 0) when it has none. A look at all of them."""
    query = select(func.min(col(Duty.id)), func.max(col(Duty.id))).where(col(Duty.round_id) == round_id)
    first, last = (await session.execute(query)).one()
    return first or 0, last or 0


async def dues(
    session: AsyncSession,
    round_id: int,
    place: int,
    audience: str,
    ids: tuple[int, int],
    day: date,
    size: int,
    now: datetime,
    lease: timedelta,
) -> int | None:
    """What the step at `place` tells of those of the next `size` duties that are still owed; how many rows were made.
    None: there were none left, and the step is done. `ids`: what `duties_of` says of the round.
    """
    first, last = ids
    steps = core(RoundStep).c
    move = (
        update(core(RoundStep))
        .where(steps.round_id == round_id, steps.place == place, steps.state == StepState.WAITING, steps.cursor < last)
        .values(
            cursor=case((steps.cursor < first - 1, first - 1), else_=steps.cursor) + size,
            lease_until=now + lease,
        )
        .returning(steps.cursor)
    )
    upto = (await session.execute(move)).scalar_one_or_none()
    if upto is None:
        await end_steps(session, round_id, (place,), StepState.DONE)
        return None
    owed = (
        select(col(Duty.id))
        .join(Appointment, col(Appointment.id) == col(Duty.appointment_id))
        .where(
            col(Duty.id) > upto - size,
            col(Duty.id) <= min(upto, last),
            col(Duty.round_id) + 0 == round_id,  # by the range of ids, which is far smaller than the round
            col(Duty.done_at).is_(None),
            col(Duty.excused_at).is_(None),
        )
    )
    if audience != OFFICERS:  # who does not observe any more cannot hand in; their officer knows what to do
        owed = owed.where(running(day))
    return await insert_from(session, Due, ("duty_id", "place", "recipient_id"), recipients(owed, audience, place, day))


def recipients(owed: Any, audience: str, place: int, day: date) -> Any:
    """(duty, place, person) for whom `owed` (a query of duties) is to be told to: the observer or who stands in for
    them, their superior likewise, or the officers of their unit and of those above it, never about themselves.
    """
    if audience == OFFICERS:
        seat, home = aliased(Unit), aliased(Unit)
        return (
            owed.with_only_columns(col(Duty.id), literal(place), col(Office.person_id))
            .join(home, col(home.id) == col(Duty.unit_id))
            .join(Office, and_(col(Office.ended_at).is_(None), col(Office.role) == Role.OFFICER))
            .join(seat, col(seat.id) == col(Office.unit_id))
            .where(below(col(home.path), col(seat.path)), col(Office.person_id) != col(Duty.person_id))
        )
    person: Any = col(Duty.person_id)
    if audience == SUPERIOR:
        owed = owed.join(Person, col(Person.id) == col(Duty.person_id)).where(col(Person.superior_id).is_not(None))
        person = col(Person.superior_id)
    present = func.coalesce(substitute(person, day), person)
    return owed.with_only_columns(col(Duty.id), literal(place), present)


def substitute(person: Any, day: date | BindParameter[date]) -> ScalarSelect[Any]:
    """Who stands in for `person` (a column) on `day`; NULL: nobody, or they are not away."""
    return (
        select(col(Leave.substitute_id))
        .where(col(Leave.person_id) == person, col(Leave.starts_on) <= day, col(Leave.ends_on) >= day)
        .order_by(col(Leave.id).desc())
        .limit(1)
        .scalar_subquery()
    )


def counts_for(form: Any, period: Any) -> ColumnElement[bool]:
    """Whether a sheet of `form` is what `period` (a round, or its table) asks for: the form of its name, or a unit's
    own form of its level where that unit has none of the name.
    """
    namesake = core(Form).alias("namesake")
    named = select(namesake.c.unit_id).where(namesake.c.name == period.form_name)
    return or_(form.name == period.form_name, and_(form.level == period.level, form.unit_id.not_in(named)))


async def end_steps(session: AsyncSession, round_id: int, places: Sequence[int], state: StepState) -> None:
    """End these steps; with the last of its steps the round is closed."""
    change = (
        update(RoundStep)
        .where(col(RoundStep.round_id) == round_id, col(RoundStep.place).in_(places))
        .where(col(RoundStep.state) == StepState.WAITING)
        .values(state=state, lease_until=None)
    )
    await session.execute(change.execution_options(synchronize_session=False))
    waiting = exists().where(col(RoundStep.round_id) == round_id, col(RoundStep.state) == StepState.WAITING)
    close = update(Round).where(col(Round.id) == round_id, ~waiting).values(state=RoundState.CLOSED)
    await session.execute(close.execution_options(synchronize_session=False))


def owed_by(this: Round, reach: Reach, but: int = 0) -> Any:
    """What is owed in a round, as rows of Duty: by the appointments of the level below its unit, but not below a unit
    that has a rule of its own (other than `but`) for what the round asks for, nor by those asked for it already.
    """
    here = below(col(Unit.path), literal(reach.path))
    units = select(col(Unit.id)).where(
        here, col(Unit.id).not_in(with_own_rule(this, reach.path, but))
    )  # once a chunk, not once a row
    owing = select(literal(this.id), col(Appointment.id), col(Appointment.person_id), col(Appointment.unit_id)).where(
        col(Appointment.level) == this.level,
        running(reach.day),
        (col(Appointment.unit_id) + 0).in_(units),  # the range of ids is what chooses the rows
    )
    if reach.besides:
        same = (col(Duty.round_id) + 0).in_(reach.besides)  # an appointment has few duties
        owing = owing.where(~exists().where(col(Duty.appointment_id) == col(Appointment.id), same))
    return owing


async def sheets_under_way(session: AsyncSession) -> None:
    """Wait for whoever is handing in a sheet just now: their turn saw no duty, so `early` must see the sheet. Until the
    transaction ends others who hand in wait, and find the duties.
    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer, and it is our turn
        await session.execute(_SHEETS)


async def early(session: AsyncSession, this: Round, path: str = "/") -> tuple[dict[str, Any], ...]:
    """What was handed in since the period began, before its round was opened, and counts for no other round: rows for
    `count_early`, for each duty (below the unit at `path`) the first such sheet. A read.
    """
    other = aliased(Duty)
    counted = exists().where(col(other.sheet_id) == col(Sheet.id))
    query = (
        select(col(Duty.id), func.min(col(Sheet.id)).label("sheet"), func.min(col(Sheet.submitted_at)).label("at"))
        .join(Sheet, col(Sheet.appointment_id) == col(Duty.appointment_id))
        .join(FormVersion, col(FormVersion.id) == col(Sheet.form_version_id))
        .join(Form, col(Form.id) == col(FormVersion.form_id))
        .where(
            col(Duty.round_id) == this.id,
            col(Duty.done_at).is_(None),
            col(Sheet.submitted_at) >= this.counts_from,
            counts_for(core(Form).c, this),
            ~counted,
        )
        .group_by(col(Duty.id))
    )
    if path != "/":
        query = query.where(col(Duty.unit_id).in_(select(col(Unit.id)).where(below(col(Unit.path), literal(path)))))
    return tuple({"duty": row.id, "sheet": row.sheet, "at": row.at} for row in (await session.execute(query)).all())


_COUNT = (
    update(core(Duty))
    .where(core(Duty).c.id == bindparam("duty"), core(Duty).c.done_at.is_(None))
    .values(sheet_id=bindparam("sheet"), done_at=bindparam("at"))
)


async def count_early(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Let these sheets count."""
    await session.execute(_COUNT, list(rows))


async def opened(session: AsyncSession, round_id: int) -> None:
    """The round owes all that it will owe: its steps may begin."""
    change = update(Round).where(col(Round.id) == round_id, col(Round.state) == RoundState.OPENING)
    values = change.values(state=RoundState.OPEN, lease_until=None)
    await session.execute(values.execution_options(synchronize_session=False))


async def insert_from(session: AsyncSession, table: type[Table], columns: Sequence[str], rows: Any) -> int:
    """INSERT … SELECT … ON CONFLICT DO NOTHING; how many rows were new."""
    if session.get_bind().dialect.name == "postgresql":
        statement: Any = postgresql.insert(core(table)).from_select(list(columns), rows).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(core(table)).from_select(list(columns), rows).on_conflict_do_nothing()
    result: Any = await session.execute(statement)
    return int(result.rowcount)
