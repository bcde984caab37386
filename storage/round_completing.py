"""What a unit owes in rounds of rules above when a rule of its own is stopped, or comes while such a round is made: in
the transaction that writes the rule, so that no worker has to notice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit, round_filling, round_spans
from storage.models import Appointment, Due, Duty, ReminderRule, Round, RoundStep, Unit
from storage.round_spans import Asked
from storage.rule_precedence import PERIODIC, stands_for
from storage.tree import below
from storage.vocabulary import RoundState, StepState

UNFINISHED = (RoundState.OPENING, RoundState.OPEN)


@dataclass(frozen=True, slots=True)
class Completion:
    """A round of a rule of the unit `unit_name`, and how many duties in it a unit below lacks, or got."""

    label: str
    unit_name: str
    due_at: datetime
    duties: int


async def hold_above(session: AsyncSession, path: str) -> None:
    """Until the transaction ends, no round of a rule of a unit above `path` is made (see rounds.make_round): of one
    made just now, either we see the round, or its duties see what we write. The nearest rule first, as everybody.
    """
    above = (
        select(col(ReminderRule.id))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(below(literal(path), col(Unit.path)), col(Unit.path) != path, col(ReminderRule.kind) == PERIODIC)
        .order_by(func.length(col(Unit.path)).desc(), col(ReminderRule.id))
    )
    await session.execute(above.with_for_update(of=ReminderRule))


async def lacking(session: AsyncSession, asked: Asked, now: datetime, today: date) -> tuple[Completion, ...]:
    """What `complete` would make if the rule of `asked` were stopped. A read."""
    found = []
    for this, unit_name in await _rounds(session, asked, UNFINISHED, now):
        rows = (await _missing(session, this, asked, today)).subquery()
        duties = (await session.execute(select(func.count()).select_from(rows))).scalar_one()
        found.append(Completion(this.label, unit_name, this.due_at, duties))
    return tuple(each for each in found if each.duties)


async def complete(
    session: AsyncSession, asked: Asked, states: Collection[RoundState], now: datetime, today: date
) -> tuple[Completion, ...]:
    """Make the duties that the unit of `asked`, and those below it, lack in rounds of rules above that are in one of
    these states and not due yet: by those who observe `today`. Where the rule has made a round of the same days itself,
    that one is owed. Like every round that is made late, it is told of by its newest step.
    """
    found = []
    for this, unit_name in await _rounds(session, asked, states, now):
        before = (await session.execute(select(func.max(col(Duty.id))))).scalar_one() or 0
        rows = await _missing(session, this, asked, today)
        made = await round_filling.insert_from(session, Duty, round_filling.DUTY, rows)
        if made:
            if this.state == RoundState.OPEN:  # else whoever fills it does the rest
                await _count(session, this, asked)
                await _tell(session, this, before, today)
            audit.note(session, "round.completed", f"round:{this.id}", {"rule": asked.rule_id, "duties": made})
            found.append(Completion(this.label, unit_name, this.due_at, made))
    return tuple(found)


async def _rounds(
    session: AsyncSession, asked: Asked, states: Collection[RoundState], now: datetime
) -> Sequence[tuple[Round, str]]:
    path = literal(asked.unit_path)
    query = (
        select(Round, col(Unit.name))
        .join(ReminderRule, col(ReminderRule.id) == col(Round.rule_id))
        .join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        .where(
            col(Round.state).in_(states),
            col(Round.due_at) > now,
            col(Round.level) == asked.level,
            col(ReminderRule.active),
            col(ReminderRule.kind) == PERIODIC,
            col(ReminderRule.id) != asked.rule_id,
            below(path, col(Unit.path)),
            stands_for(literal(asked.form_name), path, col(Round.form_name), literal(asked.level)),
        )
        .order_by(col(Round.id))
    )
    had = await round_spans.had(session, asked.rule_id)
    rows = (await session.execute(query)).all()
    return [(this, name) for this, name in rows if not any(round_spans.same(this, each) for each in had)]


async def _missing(session: AsyncSession, this: Round, asked: Asked, today: date) -> Any:
    reach = await round_filling.reach_of(session, this, today)
    units = select(col(Unit.id)).where(below(col(Unit.path), literal(asked.unit_path)))
    there = exists().where(col(Duty.appointment_id) == col(Appointment.id), col(Duty.round_id) + 0 == this.id)
    owed = round_filling.owed_by(this, reach, asked.rule_id)
    return owed.where(col(Appointment.unit_id).in_(units), ~there)


async def _count(session: AsyncSession, this: Round, asked: Asked) -> None:
    """What was handed in before counts."""
    await round_filling.sheets_under_way(session)
    if early := await round_filling.early(session, this, asked.unit_path):
        await round_filling.count_early(session, early)


async def _tell(session: AsyncSession, this: Round, before: int, today: date) -> None:
    """Those whose duties (of greater ids than `before`) are new are told by the newest step that told observers."""
    newest = select(func.max(col(RoundStep.place))).where(
        col(RoundStep.round_id) == this.id,
        col(RoundStep.audience) == round_filling.OBSERVER,
        col(RoundStep.state) == StepState.DONE,
    )
    place = (await session.execute(newest)).scalar_one()
    if place is not None:
        owed = select(col(Duty.id)).where(
            col(Duty.id) > before, col(Duty.round_id) == this.id, col(Duty.done_at).is_(None)
        )
        told = round_filling.recipients(owed, round_filling.OBSERVER, place, today)
        await round_filling.insert_from(session, Due, ("duty_id", "place", "recipient_id"), told)
