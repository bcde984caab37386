"""Rounds as the worker behind the turns makes them: once by (rule, period), in chunks, resumed where one was left."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage import audit, holiday_telling, round_filling, round_spans
from storage.connections import Connections
from storage.holiday_telling import NoticeBody
from storage.models import ReminderRule, Round, RoundStep, Unit
from storage.round_spans import Asked, Span
from storage.statements import insert_unless_there
from storage.vocabulary import RoundState, StepState

LEASE = timedelta(seconds=30)
"""How long a worker may be silent before another goes on with its round."""
STATEMENTS = {"sqlite": 0.012, "postgresql": 0.08}
"""Seconds that the statements of one chunk should take, by back end; the next chunk is made smaller or larger. SQLite
has one writer, whom nobody may hold for more than 20 ms (DESIGN.md, Speed and memory). On PostgreSQL a chunk locks
nothing that a turn waits for.
"""
FIRST_CHUNK = 2000
"""Duties or dues, also the fewest: some 5 ms; a busy machine that makes less of them at a time is only busier."""
LARGEST_CHUNK = 20_000
ROWS_AT_ONCE = 500
"""Rows that we make ourselves, in one transaction: the fewest notices, the most early sheets."""


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A reminder rule as it stands; `rule` is what handlers.rounds.rule wrote."""

    id: int
    version: int
    active: bool
    kind: str
    unit_id: int
    unit_path: str
    rule: dict[str, Any] = field(repr=False)
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step of a round to be made; `at` is aware UTC. `audience`: observer, superior, officers."""

    place: int
    name: str
    audience: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewRound:
    """A round to be made; times are aware UTC. `appointments` names those that owe something where it is not everybody
    of the level below the unit (a node of a project).
    """

    rule_id: int
    period: str
    label: str
    form_name: str
    level: str
    unit_id: int
    rule: dict[str, Any] = field(repr=False)
    counts_from: datetime
    opens_at: datetime
    due_at: datetime
    steps: tuple[NewStep, ...]
    subject: str = ""
    appointments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """A step whose time has come."""

    round_id: int
    place: int
    name: str
    audience: str
    at: datetime
    rule_active: bool
    period: str
    rule: dict[str, Any] = field(repr=False)


class RoundWork:
    """The rounds as workers see them. Every method raises RecordsUnavailable like Database; any number of workers may
    call any of them at any time.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def rules(self, *, active: bool = True) -> tuple[StoredRule, ...]:
        """The rules in the order in which they were made."""
        return await self._connections.bounded(self._rules(active))

    async def _rules(self, active: bool) -> tuple[StoredRule, ...]:
        query = select(ReminderRule, col(Unit.path)).join(Unit, col(Unit.id) == col(ReminderRule.unit_id))
        if active:
            query = query.where(col(ReminderRule.active))
        async with self._connections.reading() as session:
            rows = (await session.execute(query.order_by(col(ReminderRule.id)))).all()
        return tuple(
            StoredRule(
                id=rule.id or 0,
                version=rule.version,
                active=rule.active,
                kind=rule.kind,
                unit_id=rule.unit_id,
                unit_path=path,
                rule=rule.rule,
                changed_at=rule.changed_at,
            )
            for rule, path in rows
        )

    async def had(self, rule_id: int) -> tuple[Span, ...]:
        """The rounds that this rule has made."""
        return await self._connections.bounded(self._had(rule_id))

    async def _had(self, rule_id: int) -> tuple[Span, ...]:
        async with self._connections.reading() as session:
            return await round_spans.had(session, rule_id)

    async def had_above(self, asked: Asked, since: datetime) -> tuple[Span, ...]:
        """The rounds of other rules that asked the unit for the same, due after `since`: see round_spans.had_above."""
        return await self._connections.bounded(self._had_above(asked, since))

    async def _had_above(self, asked: Asked, since: datetime) -> tuple[Span, ...]:
        async with self._connections.reading() as session:
            return await round_spans.had_above(session, asked, since)

    async def make(self, new: NewRound, *, now: datetime) -> int | None:
        """Make the round with its steps; its id, or None when it was there already. Its duties follow by `fill`."""
        return await self._connections.bounded(self._make(new, now))

    async def _make(self, new: NewRound, now: datetime) -> int | None:
        async with self._connections.writing() as session:
            made = await make_round(session, new, now)
            await audit.write_noted(session, "clock", now)
        return made

    async def fill(self, *, now: datetime, today: Callable[[datetime], date]) -> int | None:
        """Make the duties of one round that is being opened, all of them; how many were made. None: there is no such
        round, or others are at it. `today` tells the enterprise's day of a time.
        """
        leased = await self._connections.bounded(self._lease_round(now))
        if leased is None:
            return None
        reach = await self._connections.bounded(self._reach_of(leased, today(owing_at(leased))))

        owing = round_filling.owed_by(leased, reach)

        async def chunk(session: AsyncSession, size: int) -> int | None:
            return await round_filling.duties(session, leased, owing, reach.last, size, now, LEASE)

        made = await self._in_chunks(chunk)
        await self._count_early(leased)
        return made

    async def _count_early(self, leased: Round) -> None:
        """What was handed in before the round opened counts; then it is open."""
        await self._connections.bounded(self._sheets_under_way())
        early = await self._connections.bounded(self._early(leased))
        for start in range(0, len(early), ROWS_AT_ONCE):
            await self._connections.bounded(self._count(early[start : start + ROWS_AT_ONCE]))
        await self._connections.bounded(self._opened(leased.id or 0))

    async def _sheets_under_way(self) -> None:
        async with self._connections.writing() as session:  # its lock is given back at once
            await round_filling.sheets_under_way(session)

    async def _early(self, leased: Round) -> tuple[dict[str, Any], ...]:
        async with self._connections.reading() as session:
            return await round_filling.early(session, leased)

    async def _count(self, rows: Sequence[dict[str, Any]]) -> None:
        async with self._connections.writing() as session:
            await round_filling.count_early(session, rows)

    async def _opened(self, round_id: int) -> None:
        async with self._connections.writing() as session:
            await round_filling.opened(session, round_id)

    async def _lease_round(self, now: datetime) -> Any:
        """Of one level the rounds are filled one after the other: each sees whom the ones before it have asked."""
        free = or_(col(Round.lease_until).is_(None), col(Round.lease_until) < now)
        first = aliased(Round)
        before = exists().where(
            col(first.state) == RoundState.OPENING, col(first.level) == col(Round.level), col(first.id) < col(Round.id)
        )
        waiting = (
            select(col(Round.id))
            .where(col(Round.state) == RoundState.OPENING, free, ~before)
            .order_by(col(Round.id))
            .limit(1)
            .with_for_update(skip_locked=True, of=Round)
        )
        return await self._leased(Round, waiting, now)

    async def _leased(self, table: Any, waiting: Any, now: datetime) -> Any:
        async with self._connections.writing() as session:
            found = (await session.execute(waiting)).scalar_one_or_none()
            if found is None:
                return None
            change = update(table).where(table.id == found).values(lease_until=now + LEASE)
            await session.execute(change.execution_options(synchronize_session=False))
            row = await session.get(table, found)
            session.expunge(row)
        return row

    async def _reach_of(self, this: Round, day: date) -> round_filling.Reach:
        async with self._connections.reading() as session:
            return await round_filling.reach_of(session, this, day)

    async def waiting(self, *, now: datetime) -> tuple[WaitingStep, ...]:
        """The steps that have come and whose dues are not all made, of rounds that are open; in the order of time."""
        return await self._connections.bounded(self._waiting(now))

    async def _waiting(self, now: datetime) -> tuple[WaitingStep, ...]:
        query = (
            select(RoundStep, col(ReminderRule.active), col(Round.period), col(Round.rule))
            .join(Round, col(Round.id) == col(RoundStep.round_id))
            .join(ReminderRule, col(ReminderRule.id) == col(Round.rule_id))
            .where(
                col(RoundStep.state) == StepState.WAITING,
                col(RoundStep.at) <= now,
                col(Round.state) == RoundState.OPEN,
            )
            .order_by(col(RoundStep.at), col(RoundStep.round_id), col(RoundStep.place))
        )
        async with self._connections.reading() as session:
            rows = (await session.execute(query)).all()
        return tuple(
            WaitingStep(step.round_id, step.place, step.name, step.audience, step.at, active, period, rule)
            for step, active, period, rule in rows
        )

    async def skip(self, round_id: int, places: Sequence[int]) -> None:
        """These steps are over: nobody is told by them."""
        await self._connections.bounded(self._end_steps(round_id, places, StepState.SKIPPED))

    async def _end_steps(self, round_id: int, places: Sequence[int], state: StepState) -> None:
        async with self._connections.writing() as session:
            await round_filling.end_steps(session, round_id, places, state)

    async def fill_step(self, step: WaitingStep, *, now: datetime, today: date) -> int:
        """Make the dues of a step, all of them; how many were made. 0: nobody is to be told, or others are at it.

        `today` is the enterprise's day: it decides who is on leave, and which appointments still run.
        """
        if not await self._connections.bounded(self._lease_step(step, now)):
            return 0

        ids = await self._connections.bounded(self._duties_of(step.round_id))

        async def chunk(session: AsyncSession, size: int) -> int | None:
            return await round_filling.dues(
                session, step.round_id, step.place, step.audience, ids, today, size, now, LEASE
            )

        return await self._in_chunks(chunk)

    async def tell_holiday(self, step: WaitingStep, body: NoticeBody, *, now: datetime, today: date) -> int:
        """Put a notice down for everybody who observes or has an office below the unit of the step's round; how many.
        A step told before is not told again.
        """
        if not await self._connections.bounded(self._lease_step(step, now)):
            return 0

        async def chunk(session: AsyncSession, size: int) -> int | None:
            return await holiday_telling.tell_some(session, step.round_id, step.place, body, today, size, now, LEASE)

        return await self._in_chunks(chunk, ROWS_AT_ONCE)

    async def _duties_of(self, round_id: int) -> tuple[int, int]:
        async with self._connections.reading() as session:
            return await round_filling.duties_of(session, round_id)

    async def _lease_step(self, step: WaitingStep, now: datetime) -> bool:
        free = or_(col(RoundStep.lease_until).is_(None), col(RoundStep.lease_until) < now)
        this = (col(RoundStep.round_id) == step.round_id, col(RoundStep.place) == step.place)
        change = (
            update(RoundStep)
            .where(*this, col(RoundStep.state) == StepState.WAITING, free)
            .values(lease_until=now + LEASE)
            .returning(col(RoundStep.place))
            .execution_options(synchronize_session=False)
        )
        async with self._connections.writing() as session:
            return (await session.execute(change)).scalar_one_or_none() is not None

    async def _in_chunks(
        self, chunk: Callable[[AsyncSession, int], Awaitable[int | None]], fewest: int = FIRST_CHUNK
    ) -> int:
        """Run `chunk` in transactions of its own until it answers None; the sum of what it made. The statements of a
        transaction take about STATEMENTS seconds, but it tries `fewest` at least; the commit comes on top.
        """
        total, size = 0, fewest
        while True:
            made, took, wanted = await self._connections.bounded(self._one_chunk(chunk, size))
            if made is None:
                return total
            await self._connections.bounded(self._connections.tidy())
            total += made
            size = int(size * min(max(wanted / took, 0.5), 2.0))
            size = min(max(size, fewest), LARGEST_CHUNK)

    async def _one_chunk(
        self, chunk: Callable[[AsyncSession, int], Awaitable[int | None]], size: int
    ) -> tuple[int | None, float, float]:
        """What `chunk` made, the seconds that it took, and those that it should take."""
        async with self._connections.writing(unhurried=True) as session:  # cursor and rows are lost, or kept, together
            back_end = session.get_bind().dialect.name
            began = time.perf_counter()
            return await chunk(session, size), time.perf_counter() - began, STATEMENTS[back_end]


async def make_round(session: AsyncSession, new: NewRound, now: datetime) -> int | None:
    """Make a round with its steps, in the transaction of `session`; None when (rule, period) was there, or the rule was
    changed or stopped since it was read. With `appointments` its duties are made here too, and it is open at once.
    """
    named = bool(new.appointments)
    if not named and not await _stands(session, new):
        return None
    made = await insert_unless_there(
        session,
        Round,
        rule_id=new.rule_id,
        period=new.period,
        label=new.label,
        subject=new.subject,
        form_name=new.form_name,
        level=new.level,
        unit_id=new.unit_id,
        rule=new.rule,
        counts_from=new.counts_from,
        opens_at=new.opens_at,
        due_at=new.due_at,
        state=RoundState.OPEN if named else RoundState.OPENING,
        cursor=0,
        made_at=now,
    )
    if made is None:
        return None
    session.add_all(
        RoundStep(
            round_id=made, place=step.place, name=step.name, audience=step.audience, at=step.at, state=StepState.WAITING
        )
        for step in new.steps
    )
    await session.flush()
    if named:
        await round_filling.named_duties(session, made, new.appointments)
    audit.note(session, "round.made", f"round:{made}", {"rule": new.rule_id, "period": new.period})
    return int(made)


async def _stands(session: AsyncSession, new: NewRound) -> bool:
    """Whether the round's rule is as it was read; until the transaction ends, nobody changes it."""
    rule = select(col(ReminderRule.version), col(ReminderRule.active)).where(col(ReminderRule.id) == new.rule_id)
    version, active = (await session.execute(rule.with_for_update())).one()
    return bool(active) and version == new.rule.get("version", version)


def owing_at(this: Round) -> datetime:
    """When a round looks at who observes: as it opens; when it was made late, then, but not after its due time."""
    return min(max(this.opens_at, this.made_at), this.due_at)
