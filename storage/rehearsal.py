"""A rehearsal of rounds: everything is made as in earnest, read, and rolled back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import holiday_telling, round_filling
from storage.connections import Connections, translating
from storage.models import Contact, Due, Duty, Person, ReminderRule, Round, RoundStep, Unit
from storage.rounds import LARGEST_CHUNK, LEASE, NewRound, make_round, owing_at
from storage.vocabulary import RoundState, StepState

HOLIDAY: Final = "holiday"
"""handlers.rounds.rule.RuleKind.HOLIDAY, as rules are stored."""
EVERYBODY: Final = "everybody"
"""The audience of a notice before a holiday: who observes or has an office."""


@dataclass(frozen=True, slots=True)
class Told:
    """One person who would be told of one duty. `unit_name` is the observer's; `bound`: by WeChat, if at all."""

    recipient_id: int
    recipient: str
    bound: bool
    observer: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """A step of a round with whom it would tell; `at` is aware UTC."""

    at: datetime
    name: str
    audience: str
    period: str
    rule_name: str
    is_new: bool
    """Whether the round itself would only be made."""
    told: tuple[Told, ...]


class Rehearsal:
    """Rehearses on one database; see Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def rounds(
        self,
        new: Sequence[NewRound],
        *,
        now: datetime,
        until: datetime,
        today: Callable[[datetime], date],
        wanted: Callable[[Sequence[RoundStep]], Sequence[RoundStep]],
    ) -> tuple[RehearsedStep, ...]:
        """The steps up to `until` (aware) as they would be done with what stands now, in their order; nothing is kept.

        `wanted` picks, of the waiting steps of one round that have come by `now`, those that would be done. Holds the
        writer of a SQLite database for as long as it takes: about a second for 100,000 duties. Raises
        RecordsUnavailable.
        """
        async with translating(), self._connections.writing() as session:
            made = [found for each in new if (found := await make_round(session, each, now)) is not None]
            await _open_all(session, now, today)
            rehearsed = []
            for round_id in await _rounds(session):
                for step in await _steps(session, round_id, now, until, wanted):
                    rehearsed.append(await _do(session, round_id, step, now, today, round_id in made))
            await session.rollback()
        return tuple(sorted(rehearsed, key=lambda each: each.at))


async def _open_all(session: AsyncSession, now: datetime, today: Callable[[datetime], date]) -> None:
    opening = select(Round).where(col(Round.state) == RoundState.OPENING).order_by(col(Round.id))
    for this in (await session.execute(opening)).scalars().all():
        reach, round_id = await round_filling.reach_of(session, this, today(owing_at(this))), int(this.id or 0)
        owing = round_filling.owed_by(this, reach)
        while await round_filling.duties(session, this, owing, reach.last, LARGEST_CHUNK, now, LEASE) is not None:
            pass
        early = await round_filling.early(session, this)
        if early:
            await round_filling.count_early(session, early)
        await round_filling.opened(session, round_id)


async def _rounds(session: AsyncSession) -> Sequence[int]:
    query = (
        select(col(Round.id))
        .join(ReminderRule, col(ReminderRule.id) == col(Round.rule_id))
        .where(col(Round.state) == RoundState.OPEN, col(ReminderRule.active))
        .order_by(col(Round.id))
    )
    return [found for found in (await session.execute(query)).scalars() if found is not None]


async def _steps(
    session: AsyncSession,
    round_id: int,
    now: datetime,
    until: datetime,
    wanted: Callable[[Sequence[RoundStep]], Sequence[RoundStep]],
) -> list[RoundStep]:
    query = (
        select(RoundStep)
        .where(
            col(RoundStep.round_id) == round_id,
            col(RoundStep.state) == StepState.WAITING,
            col(RoundStep.at) <= until,
        )
        .order_by(col(RoundStep.at))
    )
    found = (await session.execute(query)).scalars().all()
    return [*wanted([step for step in found if step.at <= now]), *(step for step in found if step.at > now)]


async def _do(
    session: AsyncSession,
    round_id: int,
    step: RoundStep,
    now: datetime,
    today: Callable[[datetime], date],
    is_new: bool,
) -> RehearsedStep:
    this = await session.get_one(Round, round_id)
    at = max(step.at, now)
    label = f"{this.label}（{this.subject}）" if this.subject not in {"", this.label} else this.label
    if this.rule["kind"] == HOLIDAY:
        people = await holiday_telling.told(session, round_id, today(at))
        told = tuple(Told(row.id, row.name, row.contact is not None, row.name, row.unit_name) for row in people)
        return RehearsedStep(at, step.name, EVERYBODY, label, str(this.rule["name"]), is_new, told)
    ids = await round_filling.duties_of(session, round_id)
    which = (round_id, step.place, step.audience, ids)
    while await round_filling.dues(session, *which, today(at), LARGEST_CHUNK, now, LEASE) is not None:
        pass
    told = await _told(session, round_id, step.place)
    return RehearsedStep(at, step.name, step.audience, label, str(this.rule["name"]), is_new, told)


async def _told(session: AsyncSession, round_id: int, place: int) -> tuple[Told, ...]:
    observer = aliased(Person)
    query: Any = (
        select(
            col(Due.recipient_id),
            col(Person.name).label("recipient"),
            col(Contact.id).label("contact"),
            col(observer.name).label("observer"),
            col(Unit.name).label("unit_name"),
        )
        .select_from(Due)
        .join(Duty, col(Duty.id) == col(Due.duty_id))
        .join(Person, col(Person.id) == col(Due.recipient_id))
        .join(observer, col(observer.id) == col(Duty.person_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .outerjoin(Contact, col(Contact.person_id) == col(Person.id))
        .where(col(Duty.round_id) == round_id, col(Due.place) == place)
        .order_by(col(Due.recipient_id), col(Duty.id))
    )
    rows = (await session.execute(query)).all()
    return tuple(
        Told(row.recipient_id, row.recipient, row.contact is not None, row.observer, row.unit_name) for row in rows
    )
